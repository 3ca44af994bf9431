"""What the tokens stand for, and how many queries it takes."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from models import Company, DocumentType, EventFormat, EventKind, Person
from services import clock
from services.directory.parties import Party
from services.events.days import Dates
from services.messaging import spoken
from services.messaging.contexts import HIDDEN_SUM, Item, contexts
from services.messaging.rendering import SAMPLE_LINKS
from tests.builders import (
    create_committee,
    create_company,
    create_event,
    create_manager,
    create_membership,
    create_person,
    create_receipt,
    create_speaker,
    create_venue,
)
from tests.counting import statements

NOON = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
N = spoken.NBSP


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def party(record: Person | Company) -> Party:
    assert record.id is not None
    return Party("person" if isinstance(record, Person) else "company", record.id)


def of(session: Session, item: Item) -> dict[str, str]:
    return contexts(session, [item])[0]


def some(values: dict[str, str], *names: str) -> tuple[str | None, ...]:
    return tuple(values.get(name) for name in names)


def test_a_person(session: Session) -> None:
    manager = create_manager(session, "Ответова Анна")
    company = create_company(session, "ООО «Выдумка»")
    person = create_person(
        session, "Сказкина", "Ольга", "Львовна", company=company, responsible_id=manager.id, birth_date="1976-12-01",
        contract_number="17", contract_date="2026-01-14",
    )  # fmt: skip
    assert of(session, Item(party(person), links={"приду": "https://lk/1"})) == {
        "ассоциация": "НАУЗ",
        "сегодня": f"22{N}ноября{N}2026{N}г.",
        "ссылка": "http://127.0.0.1:8501",
        "обращение": "Уважаемая Ольга Львовна",
        "имя": "Ольга",
        "имя_отчество": "Ольга Львовна",
        "фио": "Сказкина Ольга Львовна",
        "компания": "ООО «Выдумка»",
        "менеджер": "Ответова Анна",
        "договор": f"№ 17 от 14{N}января{N}2026{N}г.",
        "день_рождения": f"1{N}декабря",
        "возраст": f"50{N}лет",
        "документ": (
            "договор, заявление, анкета, мотивационное письмо, согласие на обраб. ПД, фото, копия паспорта, уведомление"
        ),
        "приду": "https://lk/1",
    }


def test_a_company_and_one_letter_for_several(session: Session) -> None:
    company = create_company(session, "ООО «Выдумка»")
    person = create_person(session, "Сказкин")
    values = of(session, Item(party(company)))
    assert some(values, "обращение", "имя", "фио", "компания") == (
        "Уважаемые коллеги", None, "ООО «Выдумка»", "ООО «Выдумка»",
    )  # fmt: skip
    for item in (Item(None), Item(party(person), shared=True)):
        assert some(of(session, item), "обращение", "имя", "фио", "документ") == ("Уважаемые коллеги", None, None, None)


def test_a_membership(session: Session) -> None:
    company = create_company(session)
    create_membership(
        session, company, starts_on=dt.date(2025, 11, 26), ends_on=dt.date(2026, 11, 25), fee_amount=Decimal(15000),
        paid_on=dt.date(2025, 12, 1),
    )  # fmt: skip
    names = ("срок", "осталось", "дней", "сумма", "оплачено", "начало", "статус", "дата")
    assert some(of(session, Item(party(company))), *names) == (
        f"25{N}ноября{N}2026{N}г.", f"осталось 3{N}дня", f"3{N}дня", f"15{N}000{N}₽", f"1{N}декабря{N}2025{N}г.",
        f"26{N}ноября{N}2025{N}г.", "истекает", None,
    )  # fmt: skip
    reminder = Item(party(company), subject="Membership", subject_id=1, anchor_date=dt.date(2026, 11, 21))
    assert some(of(session, reminder), "срок", "осталось") == (f"21{N}ноября{N}2026{N}г.", f"истёк 1{N}день назад")
    hidden = contexts(session, [Item(party(company))], with_sums=False)[0]
    assert hidden["сумма"] == HIDDEN_SUM == f"●●●{N}₽"


def test_an_event(session: Session) -> None:
    venue = create_venue(session, "Дом выдумок", address="г. Москва, ул. Примерная, д. 1")
    event = create_event(
        session, "Форум «Выдумка»", EventKind.SESSION, starts_on="2026-12-12", ends_on="2026-12-14",
        moved_from="2026-12-05", venue_id=venue.id, committee_id=create_committee(session, "Комитет чудес").id,
        responsible_id=create_manager(session, "Ответова Анна").id, cancel_reason="ремонт.", url="https://example.ru/live",
        description="Первая строка\nВторая", format=EventFormat.HYBRID.value,
    )  # fmt: skip
    guest, first, second = (create_person(session, name, "Яна", "") for name in ("Гость", "Первая", "Вторая"))
    for speaker in (first, second):
        create_speaker(session, speaker, event)
    expected = {
        "событие": "Форум „Выдумка“",
        "вид": "заседание",
        "когда": f"12–14{N}декабря{N}2026{N}г.",
        "где": "Дом выдумок, г. Москва, ул. Примерная, д. 1 или онлайн",
        "начало": f"12{N}декабря{N}2026{N}г.",
        "осталось": f"осталось 20{N}дней",
        "дней": f"20{N}дней",
        "описание": "Первая строка\nВторая",
        "спикеры": "Первая Яна, Вторая Яна",
        "подключение": "https://example.ru/live",
        "комитет": "Комитет чудес",
        "прежняя_дата": f"5{N}декабря{N}2026{N}г.",
        "причина": "ремонт",
        "менеджер": "Ответова Анна",
        "обращение": "Здравствуйте, Яна",
    }
    by_mailing = of(session, Item(party(guest), event_id=event.id))
    reminder = Item(
        party(guest), subject="Event", subject_id=event.id, anchor_date=dt.date(2026, 12, 12)
    )  # fmt: skip
    for values in (by_mailing, of(session, reminder)):
        assert {name: values[name] for name in expected} == expected


def test_documents_and_dates(session: Session) -> None:
    person = create_person(session, "Сказкин")
    codes = list(session.exec(select(DocumentType.code).order_by(col(DocumentType.place))))
    for code in codes[:-2]:
        create_receipt(session, person, code, "2026-01-01")
    assert of(session, Item(party(person)))["документ"] == "копия паспорта, уведомление"
    photo = session.exec(select(DocumentType.id).where(DocumentType.code == "photo")).one()
    about = Item(party(person), subject="DocumentType", subject_id=photo, anchor_date=dt.date(2026, 11, 8))
    assert some(of(session, about), "документ", "дата", "осталось") == (
        "фото", f"8{N}ноября{N}2026{N}г.", f"прошло 14{N}дней",
    )  # fmt: skip
    column = Item(party(person), subject="Person", anchor_date=NOON.date(), what="Дата договора")
    assert some(of(session, column), "что", "дата", "осталось") == (
        "Дата договора", f"22{N}ноября{N}2026{N}г.", "сегодня",
    )  # fmt: skip


def test_the_age_is_that_of_the_birthday(session: Session) -> None:
    person = create_person(session, birth_date="1976-11-21")
    assert of(session, Item(party(person)))["возраст"] == f"51{N}год"
    late = Item(party(person), subject="Person", subject_id=person.id, anchor_date=dt.date(2026, 11, 21))
    assert of(session, late)["возраст"] == f"50{N}лет"
    assert "возраст" not in of(session, Item(party(create_person(session, birth_date="1976"))))


def test_the_number_of_queries_does_not_grow_with_the_recipients(session: Session) -> None:
    event = create_event(session, starts_on="2026-12-12")
    people = [create_person(session, company=create_company(session)) for _ in range(30)]
    everybody: list[Person | Company] = [*people, *(create_company(session) for _ in range(30))]
    for record in everybody:
        create_membership(session, record, ends_on=dt.date(2026, 12, 31))
    session.commit()
    items = [Item(party(record), event_id=event.id) for record in everybody]
    counts = []
    for number in (2, 60):
        with statements() as seen:
            found = contexts(session, [*items[: number // 2], *items[-number // 2 :]])
        counts.append(len(seen))
        assert len(found) == number
    assert counts == [11, 11]
    with statements() as seen:
        contexts(session, items, frozenset({"обращение"}))
    assert len(seen) == 3  # people, companies, the event
    assert [one["фио"] for one in contexts(session, items)] == [record.name for record in everybody]


def test_sample_links_lead_nowhere() -> None:
    assert set(SAMPLE_LINKS) == {"приду", "не_приду", "заявка", "отписаться"}
    assert all(link.startswith("http://127.0.0.1:8501/") for link in SAMPLE_LINKS.values())


@pytest.mark.parametrize(
    ("first", "middle", "said"),
    [
        ("Пётр", "Ильич", "Уважаемый Пётр Ильич"),
        ("Анна", "Ильинична", "Уважаемая Анна Ильинична"),
        ("Рашид", "Ахмед оглы", "Уважаемый Рашид Ахмед оглы"),
        ("Лейла", "Ахмед кызы", "Уважаемая Лейла Ахмед кызы"),
        ("Джон", "Роберт", "Здравствуйте, Джон Роберт"),
        ("Анна", "", "Здравствуйте, Анна"),
        ("А.", "И.", "Здравствуйте"),
        ("", "", "Здравствуйте"),
    ],
)
def test_forms_of_address(first: str, middle: str, said: str) -> None:
    assert spoken.greeting(first, middle) == said


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (Dates("2026-12-12"), "12 декабря 2026 г."),
        (Dates("2026-12-12", None, "10:00", "18:00"), "12 декабря 2026 г., 10:00–18:00"),
        (Dates("2026-12-12", "2026-12-12", "10:00"), "12 декабря 2026 г., начало в 10:00"),
        (Dates("2026-12-12", "2026-12-14"), "12–14 декабря 2026 г."),
        (Dates("2026-11-30", "2026-12-02"), "30 ноября – 2 декабря 2026 г."),
        (Dates("2026-12-30", "2027-01-02"), "30 декабря 2026 г. – 2 января 2027 г."),
        (Dates("2026-12-12", "2026-12-14", "10:00", "18:00"), "12 декабря 2026 г., 10:00 – 14 декабря 2026 г., 18:00"),
        (Dates("2026-12"), "декабрь 2026 г."),
        (Dates("2026-12", "2027-01"), "декабрь 2026 г. – январь 2027 г."),
        (Dates("2027"), "2027 г."),
        (Dates(), ""),
    ],
)
def test_days_in_words(dates: Dates, said: str) -> None:
    assert spoken.when(dates).replace(N, " ") == said


@pytest.mark.parametrize(
    ("number", "day", "term"),
    [
        (91, "остался 91 день", "остался 91 день"),
        (11, "осталось 11 дней", "осталось 11 дней"),
        (2, "осталось 2 дня", "осталось 2 дня"),
        (1, "остался 1 день", "остался 1 день"),
        (0, "сегодня", "истекает сегодня"),
        (-1, "прошёл 1 день", "истёк 1 день назад"),
        (-22, "прошло 22 дня", "истёк 22 дня назад"),
    ],
)
def test_what_is_left_in_words(number: int, day: str, term: str) -> None:
    said = (spoken.remains(number, is_term=False), spoken.remains(number, is_term=True))
    assert [one.replace(N, " ") for one in said] == [day, term]


@pytest.mark.parametrize(
    ("roubles", "said"),
    [("15000", "15 000 ₽"), ("1234.5", "1 234,50 ₽"), ("1500000.00", "1 500 000 ₽"), ("0", "0 ₽"), ("0.05", "0,05 ₽")],
)
def test_sums_in_words(roubles: str, said: str) -> None:
    assert spoken.sum_of(Decimal(roubles)) == said.replace(" ", N)
