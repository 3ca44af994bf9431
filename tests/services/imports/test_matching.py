"""Whom a row means: every rule with its score and its reason, and what a doubtful row does."""

from typing import Any

import pytest

from models import Company, Employment, Person, Source
from services.access.permissions import SYSTEM
from services.imports import PlannedRow, running
from services.work import writing
from tests import builders as b
from tests.samples import Sheet, workbook
from tests.services.imports.conftest import Load
from tests.services.imports.planned import (
    FIRM_INN,
    INN,
    OGRN,
    ON_SQLITE,
    OTHER_FIRM_INN,
    OTHER_INN,
    OTHER_OGRN,
    companies,
    people,
    plan,
    row,
    rows,
    sheet,
    stored,
)

pytestmark = ON_SQLITE

ORLOVA = "Орлова Мария Ивановна"
PHONE, OTHER_PHONE = "+79165550001", "+79165550002"
MAIL, OTHER_MAIL = "maria@example.ru", "orlova@example.ru"


def person(name: str = ORLOVA, company: str = "", **fields: Any) -> int:
    """A person in the base, entered by an earlier load."""
    last, first, middle = [*name.split(), "", ""][:3]
    with writing(SYSTEM, Source.EXCEL) as session:
        at = b.create_company(session, company) if company else None
        return b.create_person(session, last, first, middle, company=at, **fields).id or 0


def firm(name: str = "ООО «Ива»", **fields: Any) -> int:
    with writing(SYSTEM, Source.EXCEL) as session:
        return b.create_company(session, name, **fields).id or 0


def judged(found: PlannedRow) -> dict[str, Any]:
    """Whom the row was matched with, without what it says of them."""
    return {key: value for key, value in found.match.items() if key != "said"}


def matched(*sheets: Sheet) -> list[tuple[str, int, str]]:
    """Outcome, score and reason of each planned row."""
    return [(r.outcome, r.match["score"], r.match["reason"]) for r in rows(plan(*sheets))]


# who is a person for certain


@pytest.mark.parametrize(
    ("known", "line", "score", "reason"),
    [
        ({"inn": INN}, {"ИНН": INN}, 100, "тот же ИНН"),
        ({"inn": INN}, {"ФИО": "Орлова М.", "ИНН": INN}, 100, "тот же ИНН"),
        ({"inn": INN}, {"ФИО": "Белых Мария Ивановна", "ИНН": INN}, 90, "тот же ИНН и имя, фамилия другая"),
        ({"email": MAIL}, {"Эл. почта": MAIL.upper()}, 92, "имя и адрес почты те же"),
        ({"email": f"{OTHER_MAIL}, {MAIL}"}, {"ФИО": "Орлова М.И.", "Эл. почта": MAIL}, 92, "имя и адрес почты те же"),
        ({"phone": PHONE}, {"Телефон": "8 (916) 555-00-01"}, 88, "имя и телефон те же"),
        ({"phone": PHONE}, {"ФИО": "Орлова", "Телефон": PHONE}, 88, "имя и телефон те же"),
        ({"phone": PHONE, "email": MAIL}, {"Телефон": PHONE, "Эл. почта": MAIL}, 92, "имя и адрес почты те же"),
        ({"company": "ООО «Ива»"}, {"Место работы": "ООО Ива"}, 85, "имя и место работы те же"),
        ({"company": "ООО «Ива»"}, {"ФИО": "Орлова М.", "Место работы": "ООО Ива"}, 85, "имя и место работы те же"),
        ({"birth_date": "1985-03-02"}, {"Дата рождения": "02.03.1985"}, 95, "имя и дата рождения те же"),
        ({"birth_date": "1985"}, {"Дата рождения": "02.03.1985"}, 80, "имя то же"),
        ({}, {}, 80, "имя то же"),
        ({}, {"ФИО": "ОРЛОВА мария ивановна"}, 80, "имя то же"),
        ({"phone": PHONE}, {"Телефон": OTHER_PHONE}, 80, "имя то же"),
    ],
)  # fmt: skip
def test_a_person_is_known_for_certain(
    database: str, known: dict[str, Any], line: dict[str, Any], score: int, reason: str
) -> None:
    number = person(**known)
    (found,) = rows(plan(people({"ФИО": ORLOVA} | line)))
    assert judged(found) == {"score": score, "reason": reason, "entity": "Person", "id": number}
    assert found.outcome in ("same", "changed")


# whom to ask about


@pytest.mark.parametrize(
    ("known", "line", "score", "reason"),
    [
        ({"inn": INN}, {"ФИО": "Рыбин Пётр Ильич", "ИНН": INN}, 60, "ИНН тот же, а имя другое"),
        ({}, {"ФИО": "Орлова М. И."}, 55, "имя подходит, но указано не полностью"),
        ({}, {"ФИО": "Орлова Мария"}, 55, "имя подходит, но указано не полностью"),
        ({"name": "Орлова М. И."}, {"ФИО": "Орлова Мария"}, 55, "имя подходит, но указано не полностью"),
        ({"phone": PHONE}, {"ФИО": "Белых Мария Ивановна", "Телефон": PHONE}, 50,
         "имя, отчество и контакт те же, фамилия другая"),
        ({"phone": PHONE, "email": MAIL}, {"Телефон": OTHER_PHONE, "Эл. почта": OTHER_MAIL}, 45,
         "имя то же, но телефон и адрес почты другие"),
        ({"birth_date": "1985"}, {"Дата рождения": "1990"}, 45, "имя то же, но дата рождения другая"),
        ({"birth_date": "1985", "email": MAIL}, {"Дата рождения": "1990", "Эл. почта": MAIL}, 50,
         "имя и адрес почты те же, но дата рождения другая"),
        ({"inn": INN, "phone": PHONE}, {"ИНН": OTHER_INN, "Телефон": PHONE}, 50,
         "имя и телефон те же, но ИНН другой"),
    ],
)  # fmt: skip
def test_a_doubtful_person_is_asked_about(
    database: str, known: dict[str, Any], line: dict[str, Any], score: int, reason: str
) -> None:
    number = person(**known)
    batch = plan(people({"ФИО": ORLOVA} | line))
    (found,) = rows(batch)
    name = known.get("name", ORLOVA)
    candidate = {"entity": "Person", "id": number, "name": name, "score": score, "reason": reason}
    assert judged(found) == {"score": score, "reason": reason, "candidates": [candidate]}
    assert (found.outcome, [c.state for c in found.cells if c.steps]) == ("doubtful", [])
    question = f"Не ясно, тот ли это, кто в базе записан как «{name}»: {reason}. Решите сами."
    assert [r.message for r in found.remarks if r.message.startswith("Не ясно")] == [question]
    report = running.apply_planned(SYSTEM, batch)
    assert (report.written, report.sheets[0].skipped) == (0, 1)
    assert len(stored(Person, "id")) == 1


def test_a_stored_name_with_initials_may_be_the_full_name_of_the_row(database: str) -> None:
    person("Орлова М. И.")
    assert matched(people({"ФИО": ORLOVA})) == [("doubtful", 55, "имя подходит, но указано не полностью")]


def test_several_namesakes_are_all_offered(database: str) -> None:
    numbers = [person(region="Тверь"), person(region="Псков")]
    (found,) = rows(plan(people({"ФИО": ORLOVA, "Регион": "Омск"})))
    assert (found.outcome, found.match["score"]) == ("doubtful", 60)
    assert sorted(c["id"] for c in found.match["candidates"]) == numbers
    assert {c["reason"] for c in found.match["candidates"]} == {"полных тёзок в базе несколько"}


@pytest.mark.parametrize("shared", [{"email": MAIL}, {"phone": PHONE}], ids=["email", "phone"])
def test_two_as_good_as_each_other_are_asked_about(database: str, shared: dict[str, str]) -> None:
    numbers = [person(**shared), person("Орлова М. И.", **shared)]
    (found,) = rows(
        plan(people({"ФИО": "Орлова М. И.", "Эл. почта": shared.get("email"), "Телефон": shared.get("phone")}))
    )
    assert found.outcome == "doubtful"
    assert sorted(c["id"] for c in found.match["candidates"]) == numbers


def test_the_better_of_two_is_taken_for_certain(database: str) -> None:
    person(phone=PHONE)
    second = person(email=MAIL, phone=OTHER_PHONE)
    (found,) = rows(plan(people({"ФИО": ORLOVA, "Телефон": PHONE, "Эл. почта": MAIL})))
    assert (found.match["id"], found.match["score"]) == (second, 92)


def test_no_more_than_five_are_offered(database: str) -> None:
    for _ in range(7):
        person()
    (found,) = rows(plan(people({"ФИО": ORLOVA})))
    assert len(found.match["candidates"]) == 5
    assert found.remarks[0].message.startswith(
        "Не ясно, тот ли это, кто в базе записан как «Орлова Мария Ивановна» (и ещё "
    )


# who is nobody in the base


@pytest.mark.parametrize(
    ("known", "line", "remark"),
    [
        ({}, {"ФИО": "Орлова Мария Петровна"}, None),
        ({}, {"ФИО": "Рыбин Пётр Ильич"}, None),
        ({"name": "Орлова Анна Ивановна"}, {"ФИО": "Орлова М. И."}, "Вместо имени инициалы: «Орлова М. И.»."),
        ({"inn": INN}, {"ИНН": OTHER_INN},
         "Однофамилец: «Орлова Мария Ивановна» уже есть, но ИНН другой. Записан отдельно."),
        ({"phone": PHONE}, {"ФИО": "Рыбин Пётр Ильич", "Телефон": PHONE},
         "Тот же телефон или адрес почты у «Орлова Мария Ивановна»; это разные люди."),
    ],
)  # fmt: skip
def test_nobody_fits_and_a_new_person_is_recorded(
    database: str, known: dict[str, Any], line: dict[str, Any], remark: str | None
) -> None:
    person(**known)
    (found,) = rows(plan(people({"ФИО": ORLOVA} | line)))
    assert found.outcome == "created"
    assert "candidates" not in found.match
    assert [r.message for r in found.remarks] == ([remark] if remark else [])


def test_an_inn_with_a_wrong_digit_is_no_sign(database: str) -> None:
    wrong = "500100732250"
    person(inn=wrong)
    assert matched(people({"ФИО": "Рыбин Пётр Ильич", "ИНН": wrong})) == [("created", 0, "")]


def test_a_doubtful_row_says_nothing_of_being_recorded(database: str) -> None:
    person(inn=INN, phone=PHONE)
    (found,) = rows(plan(people({"ФИО": ORLOVA, "ИНН": OTHER_INN, "Телефон": PHONE})))
    assert found.outcome == "doubtful"
    assert not [r for r in found.remarks if "Записан отдельно" in r.message]


# companies


@pytest.mark.parametrize(
    ("known", "line", "score", "reason"),
    [
        ({"inn": FIRM_INN}, {"ИНН": FIRM_INN}, 100, "тот же ИНН"),
        ({"inn": FIRM_INN}, {"Название компании": "АО «Дуб»", "ИНН": FIRM_INN}, 98, "тот же ИНН"),
        ({"ogrn": OGRN}, {"ОГРН": OGRN}, 100, "тот же ОГРН"),
        ({"ogrn": OGRN}, {"Название компании": "АО «Дуб»", "ОГРН": OGRN}, 98, "тот же ОГРН"),
        ({}, {"Название компании": "Общество с ограниченной ответственностью «ИВА»"}, 80, "название то же"),
        ({"legal_address": "Тверь, ул. Новая, 1"}, {"Юридический адрес": "Тверь, ул. Новая, 1"}, 90, "название то же"),
        ({"actual_address": "Тверь, ул. Новая, 1"}, {"Юридический адрес": "тверь, ул. новая, 1"}, 90, "название то же"),
        ({"inn": FIRM_INN}, {"ОГРН": OGRN}, 80, "название то же"),
    ],
)  # fmt: skip
def test_a_company_is_known_for_certain(
    database: str, known: dict[str, Any], line: dict[str, Any], score: int, reason: str
) -> None:
    number = firm(**known)
    (found,) = rows(plan(companies({"Название компании": "ООО «Ива»"} | line)))
    assert judged(found) == {"score": score, "reason": reason, "entity": "Company", "id": number}
    assert found.outcome in ("same", "changed")


@pytest.mark.parametrize(
    ("known", "line", "score", "reason"),
    [
        ({}, {"Название компании": "Ива"}, 65, "название то же без учёта формы"),
        ({"name": "Ива"}, {"Название компании": "ООО «Ива»"}, 65, "название то же без учёта формы"),
        ({"email": "ofis@example.ru"}, {"Название компании": "ООО «Зелёная ива»", "Эл. почта": "ofis@example.ru"}, 50,
         "почта та же, название похоже"),
        ({"phone": "+74955550101"}, {"Название компании": "АО «Зелёная роща»", "Телефон": "8 495 555-01-01"}, 50,
         "телефон тот же, название похоже"),
    ],
)  # fmt: skip
def test_a_doubtful_company_is_asked_about(
    database: str, known: dict[str, Any], line: dict[str, Any], score: int, reason: str
) -> None:
    name = known.get("name", "ООО «Зелёная»" if score == 50 else "ООО «Ива»")
    number = firm(**{"name": name} | known)
    batch = plan(companies(line))
    (found,) = rows(batch)
    candidate = {"entity": "Company", "id": number, "name": name, "score": score, "reason": reason}
    assert judged(found) == {"score": score, "reason": reason, "candidates": [candidate]}
    assert found.outcome == "doubtful"
    assert running.apply_planned(SYSTEM, batch).written == 0
    assert stored(Company, "name") == [name]


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({}, {"Название компании": "АО «Ива»"}),
        ({}, {"Название компании": "ООО «Дуб»"}),
        ({"email": "ofis@example.ru"}, {"Название компании": "ООО «Дуб»", "Эл. почта": "ofis@example.ru"}),
        ({"inn": FIRM_INN}, {"Название компании": "ООО «Ива»", "ИНН": OTHER_FIRM_INN}),
        ({"ogrn": OGRN}, {"Название компании": "ООО «Ива»", "ОГРН": OTHER_OGRN}),
        ({"inn": FIRM_INN}, {"Название компании": "Ива", "ИНН": OTHER_FIRM_INN}),
    ],
)
def test_no_company_fits_and_a_new_one_is_recorded(database: str, known: dict[str, Any], line: dict[str, Any]) -> None:
    firm(**known)
    assert matched(companies(line)) == [("created", 0, "")]


def test_two_companies_of_one_name_are_asked_about(database: str) -> None:
    numbers = [firm(inn=FIRM_INN), firm(inn=OTHER_FIRM_INN)]
    (found,) = rows(plan(companies({"Название компании": "ООО Ива", "Сайт": "iva.example"})))
    assert found.outcome == "doubtful"
    assert sorted(c["id"] for c in found.match["candidates"]) == numbers


def test_of_two_of_one_name_the_address_tells(database: str) -> None:
    firm(inn=FIRM_INN, legal_address="Псков")
    second = firm(inn=OTHER_FIRM_INN, legal_address="Тверь")
    (found,) = rows(plan(companies({"Название компании": "ООО Ива", "Юридический адрес": "Тверь"})))
    assert (found.outcome, found.match["id"], found.match["score"]) == ("same", second, 90)


def test_a_branch_shares_the_inn_and_has_a_kpp_of_its_own(database: str) -> None:
    firm(inn=FIRM_INN, kpp="770101001")
    line = {"Название компании": "Филиал ООО «Ива» в Твери", "ИНН": FIRM_INN, "КПП": "690101001"}
    running.apply_planned(SYSTEM, plan(companies(line)))
    assert stored(Company, "name", "kpp")[0] == ("ООО «Ива»", "770101001")


# twice in one file


def test_a_second_row_of_one_person_adds_to_the_first(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA, "Телефон": PHONE}, {"ФИО": ORLOVA, "Эл. почта": MAIL}, {"ФИО": ORLOVA}))
    assert [r.outcome for r in rows(batch)] == ["created", "changed", "same"]
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "last_name", "phone", "email") == [("Орлова", PHONE, MAIL)]


def test_a_second_row_that_is_another_person_is_said_to_be(database: str) -> None:
    lines = [{"ФИО": ORLOVA, "ИНН": INN}, {"ФИО": ORLOVA, "ИНН": OTHER_INN}]
    first, second = rows(plan(people(*lines)))
    assert (first.outcome, first.remarks) == ("created", ())
    assert second.outcome == "created"
    assert [r.message for r in second.remarks] == [
        "Однофамилец: «Орлова Мария Ивановна» уже есть, но ИНН другой. Записан отдельно."
    ]


def test_two_rows_of_one_company_are_one(database: str) -> None:
    lines = [
        {"Название компании": "ООО «Ива»", "ИНН": FIRM_INN},
        {"Название компании": "ООО «ИВА»", "Сайт": "iva.example"},
    ]
    batch = plan(companies(*lines))
    assert [r.outcome for r in rows(batch)] == ["created", "changed"]
    running.apply_planned(SYSTEM, batch)
    assert stored(Company, "inn", "site") == [(FIRM_INN, "https://iva.example")]


def test_two_people_the_file_itself_tells_apart_do_not_swallow_a_third_row(database: str) -> None:
    lines = [{"ФИО": ORLOVA, "ИНН": INN}, {"ФИО": ORLOVA, "ИНН": OTHER_INN}, {"ФИО": ORLOVA, "Регион": "Тверь"}]
    third = rows(plan(people(*lines)))[2]
    assert third.outcome != "created" or third.remarks


# records out of use


@pytest.mark.parametrize("line", [{"ИНН": INN}, {"Эл. почта": MAIL}, {}])
def test_a_deactivated_person_is_still_that_person(database: str, line: dict[str, Any]) -> None:
    number = person(inn=INN, email=MAIL, active=False)
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Тверь"} | line))
    assert row(batch, 2).match["id"] == number
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region", "active") == [("Тверь", False)]


# what a doubtful row leaves alone


def test_a_held_row_creates_no_company(database: str) -> None:
    person()
    batch = plan(people({"ФИО": "Орлова М.", "Место работы": "ООО «Ива»", "Должность": "Врач"}))
    report = running.apply_planned(SYSTEM, batch)
    assert (report.doubtful, report.sheets[0].skipped, report.written) == (1, 1, 0)
    assert (stored(Company, "id"), stored(Employment, "id"), len(stored(Person, "id"))) == ([], [], 1)


def test_the_report_counts_doubtful_rows_as_skipped(load: Load) -> None:
    person()
    report = load(people({"ФИО": "Орлова М."}, {"ФИО": "Рыбин Пётр Ильич"}), apply_it=False)
    (told,) = report.sheets
    assert (report.doubtful, told.rows, told.created, told.skipped) == (1, 2, 1, 1)


def test_rows_that_refer_to_a_held_one_still_work(database: str) -> None:
    """The held row is left out; a company and an event that name the same person find the stored one or nobody."""
    person()
    batch = plan(
        people({"ФИО": "Орлова М.", "Место работы": "ООО «Ива»"}),
        companies({"Название компании": "ООО «Ива»", "Контактное лицо": "Орлова М."}),
        sheet("Мероприятия", {"Название": "Лекция", "Даты": "01.02.2024", "Спикеры": "Орлова М."}),
    )
    report = running.apply_planned(SYSTEM, batch)
    assert [s.created for s in report.sheets] == [0, 1, 1]
    assert stored(Company, "name") == ["ООО «Ива»"]
    assert stored(Person, "first_name") == ["Мария", "М."]


@pytest.mark.parametrize(
    "held",
    [
        sheet("Спикеры", {"ФИО": "Орлова М.", "Компания": "ООО «Ива»", "Темы": "Право", "Мероприятия": "Форум"}),
        sheet("Председатели", {"ФИО": "Орлова М.", "Компания": "ООО «Ива»", "Председатель комитета": "По науке"}),
        sheet("Реестр членов ассоциации", {"Наименование": "Орлова М. (ФЛ)", "Дата оплаты": "01.02.2024"}),
    ],
    ids=["speakers", "chairs", "members"],
)
def test_a_held_row_of_any_table_leaves_nothing(database: str, held: Sheet) -> None:
    person()
    batch = plan(held)
    assert [r.outcome for r in rows(batch)] == ["doubtful"]
    running.apply_planned(SYSTEM, batch)
    assert (stored(Company, "id"), len(stored(Person, "id"))) == ([], 1)


def test_the_terminal_tells_matches_too(database: str) -> None:
    number = person()
    outcome = running.run(SYSTEM, "a.xlsx", workbook(people({"ФИО": "Орлова М."})))
    (told,) = outcome.to_json()["rows"]
    assert (told["outcome"], told["match"]["candidates"][0]["id"], outcome.report.doubtful) == ("doubtful", number, 1)
