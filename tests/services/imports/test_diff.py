"""The plan is a diff: what each cell says against the base, and who wrote what stands there."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from models import Company, DocumentReceipt, Employment, ExtraValue, Person, Record, Role, Source
from services import clock, imports
from services.access.permissions import SYSTEM
from services.imports import running
from services.work import writing
from tests import builders as b
from tests.services.imports.conftest import Load
from tests.services.imports.planned import (
    FIRM_INN,
    INN,
    ON_SQLITE,
    ORLOVA,
    cell,
    choose,
    companies,
    people,
    person,
    plan,
    row,
    seen,
    sheet,
    stored,
)


def firm(source: Source = Source.EXCEL, **fields: Any) -> int:
    with writing(SYSTEM, source) as session:
        return b.create_company(session, "ООО «Ива»", **fields).id or 0


# states


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "heading", "value", "key", "expected"),
    [
        ({}, "Дата рождения", "02.03.1985", "birth_date", ("new", "", "02.03.1985")),
        ({"birth_date": "1985"}, "Дата рождения", "02.03.1985", "birth_date", ("changed", "1985 г.", "02.03.1985")),
        ({"birth_date": "1985-03"}, "Дата рождения", "1985", "birth_date", ("changed", "03.1985", "1985 г.")),
        ({"birth_date": "1985-03-02"}, "Дата рождения", "2 марта 1985", "birth_date", None),
        ({"birth_date": "1985"}, "Дата рождения", "31.02.1985", "birth_date", ("error", "", "31.02.1985")),
        ({"is_member": False}, "Членство", "да", "is_member", ("changed", "нет", "да")),
        ({"is_member": True}, "Членство", "нет", "is_member", ("changed", "да", "нет")),
        ({"is_member": True}, "Членство", "+", "is_member", None),
        ({"region": "Тверь"}, "Регион", "Псков", "region", ("changed", "Тверь", "Псков")),
        ({"region": "Тверь"}, "Регион", " Тверь ", "region", None),
        ({"passport": "4510 000001"}, "Паспортные данные", "4510 000002", "passport",
         ("changed", "4510 000001", "4510 000002")),
    ],
)  # fmt: skip
def test_a_cell_says_what_is_there_and_what_will_be(
    database: str, fields: dict[str, Any], heading: str, value: str, key: str, expected: tuple[str, str, str] | None
) -> None:
    person(**fields)
    found = row(plan(people({"ФИО": ORLOVA, heading: value})), 2)
    assert seen(found) == ({key: expected} if expected else {})
    assert cell(found, key).label == heading
    assert cell(found, key).secret is (key == "passport")
    assert found.outcome == ("changed" if expected and expected[0] != "error" else "same")


@ON_SQLITE
def test_sums_and_dates_of_the_register_are_shown_as_people_write_them(database: str) -> None:
    lines = {"Наименование": "ООО «Ива»", "Сумма годового взноса": 35000, "Дата оплаты": dt.date(2024, 3, 1)}
    running.apply_planned(SYSTEM, plan(sheet("Реестр членов ассоциации", lines)))
    later = lines | {"Сумма годового взноса": "40 000,50", "Дата оплаты": "05.03.2024"}
    found = row(plan(sheet("Реестр членов ассоциации", later)), 2)
    assert seen(found) == {
        "fee_amount": ("changed", "35\u00a0000,00", "40\u00a0000,50"),
        "paid_on": ("changed", "01.03.2024", "05.03.2024"),
    }
    assert cell(found, "fee_amount").secret


@ON_SQLITE
def test_a_new_record_is_new_in_every_cell(database: str) -> None:
    found = row(plan(people({"ФИО": ORLOVA, "Регион": "Тверь", "Место работы": "ООО «Ива»", "Должность": "Врач"})), 2)
    assert found.outcome == "created"
    assert seen(found) == {
        "name": ("new", "", ORLOVA),
        "region": ("new", "", "Тверь"),
        "workplace": ("new", "", "ООО «Ива»"),
        "position": ("new", "", "Врач"),
    }
    assert [c.origin for c in found.cells] == [None] * 4


# the origin of what stands there


def test_who_wrote_the_present_value_and_when(session: Session) -> None:
    anna = b.actor_of(b.create_account(session, Role.MANAGER, "anna"))
    session.commit()
    number = person(region="Тверь", regalia="к.м.н.")
    with writing(anna, Source.MANUAL) as opened:
        opened.get_one(Person, number).region = "Псков"
    found = row(plan(people({"ФИО": ORLOVA, "Регион": "Омск", "Регалии": "д.м.н.", "ИНН": INN})), 2)
    today = f"{clock.local(clock.now()):%d.%m.%Y}"
    assert {c.key: (c.state.value, c.origin) for c in found.cells if c.state.value != "same"} == {
        "region": ("conflict", imports.diff.Origin("manual", "Имя anna", today)),
        "regalia": ("changed", imports.diff.Origin("excel", "система", today)),
        "inn": ("new", None),
    }


@pytest.mark.parametrize(
    ("source", "state"),
    [
        (Source.MANUAL, "conflict"),
        (Source.CABINET, "conflict"),
        (Source.EXCEL, "changed"),
        (Source.ONEC, "changed"),
        (Source.SYSTEM, "changed"),
    ],
)
@ON_SQLITE
def test_what_a_hand_entered_is_a_conflict(database: str, source: Source, state: str) -> None:
    person(source=source, region="Тверь")
    found = row(plan(people({"ФИО": ORLOVA, "Регион": "Псков"})), 2)
    assert seen(found) == {"region": (state, "Тверь", "Псков")}
    assert found.takes(cell(found, "region")) is (state == "changed")


def test_a_conflict_is_kept_unless_it_is_taken(database: str) -> None:
    person(source=Source.MANUAL, region="Тверь", regalia="к.м.н.")
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Псков", "Регалии": "д.м.н.", "ИНН": INN}))
    choose(batch, True, "regalia", ids=[row(batch, 2).id])
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region", "regalia", "inn") == [("Тверь", "д.м.н.", INN)]


def test_a_row_of_kept_conflicts_changes_nothing(database: str) -> None:
    person(source=Source.MANUAL, region="Тверь")
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Псков"}))
    report = running.apply_planned(SYSTEM, batch)
    assert (report.written, report.sheets[0].skipped) == (0, 1)
    assert stored(Person, "region") == ["Тверь"]


@ON_SQLITE
def test_what_a_load_wrote_over_a_hand_is_the_loads(database: str) -> None:
    person(source=Source.MANUAL, region="Тверь")
    first = plan(people({"ФИО": ORLOVA, "Регион": "Псков"}))
    choose(first, True, "region")
    running.apply_planned(SYSTEM, first)
    assert seen(row(plan(people({"ФИО": ORLOVA, "Регион": "Омск"})), 2)) == {"region": ("changed", "Псков", "Омск")}


@ON_SQLITE
def test_one_hand_among_several_fields_of_a_cell_makes_it_a_conflict(database: str) -> None:
    lines = {"ФИО": ORLOVA, "Место работы": "ООО «Ива»; ООО «Дуб»", "Должность": "врач, директор"}
    running.apply_planned(SYSTEM, plan(people(lines)))
    with writing(SYSTEM, Source.MANUAL) as session:
        session.get_one(Employment, 2).position = "ректор"
    found = row(plan(people(lines | {"Должность": "хирург, завхоз"})), 2)
    assert seen(found) == {"position": ("conflict", "врач; ректор", "хирург; завхоз")}


# what a hand cleared


def cleared(key: str, value: Any, source: Source = Source.MANUAL) -> int:
    """A person of whom a load knew the value, until `source` emptied it."""
    number = person(**{key: value})
    with writing(SYSTEM, source) as session:
        setattr(session.get_one(Person, number), key, None)
    return number


def test_what_a_hand_cleared_stays_empty_unless_the_new_value_is_taken(database: str) -> None:
    cleared("region", "Тверь")
    line = people({"ФИО": ORLOVA, "Регион": "Тверь", "Регалии": "к.м.н."})
    batch = plan(line)
    assert seen(row(batch, 2)) == {
        "region": ("conflict", "очищено вручную", "Тверь"),
        "regalia": ("new", "", "к.м.н."),
    }
    today = f"{clock.local(clock.now()):%d.%m.%Y}"
    assert cell(row(batch, 2), "region").origin == imports.diff.Origin("manual", "система", today)
    assert running.apply_planned(SYSTEM, batch).conflicts == 1
    assert stored(Person, "region", "regalia") == [(None, "к.м.н.")]
    again = plan(line)
    assert seen(row(again, 2)) == {"region": ("conflict", "очищено вручную", "Тверь")}
    choose(again, True, "region")
    running.apply_planned(SYSTEM, again)
    assert stored(Person, "region") == ["Тверь"]


@ON_SQLITE
@pytest.mark.parametrize("heading", ["Телефон", "Регион"])
def test_what_a_load_cleared_or_nobody_ever_filled_is_new(database: str, heading: str) -> None:
    cleared("region", "Тверь", Source.EXCEL)
    value = {"Телефон": "+79165550001", "Регион": "Тверь"}[heading]
    (found,) = seen(row(plan(people({"ФИО": ORLOVA, heading: value})), 2)).values()
    assert found == ("new", "", value)


@ON_SQLITE
def test_an_empty_field_of_a_record_a_hand_put_in_is_new(database: str) -> None:
    person(source=Source.MANUAL)
    assert seen(row(plan(people({"ФИО": ORLOVA, "Регион": "Тверь"})), 2)) == {"region": ("new", "", "Тверь")}


@ON_SQLITE
@pytest.mark.parametrize(("heading", "flag"), [("Директор", "is_director"), ("Контактное лицо", "is_contact")])
def test_a_role_a_hand_took_away_is_a_conflict(database: str, heading: str, flag: str) -> None:
    line = companies({"Название компании": "ООО «Ива»", heading: ORLOVA})
    running.apply_planned(SYSTEM, plan(line))
    with writing(SYSTEM, Source.MANUAL) as session:
        setattr(session.get_one(Employment, 1), flag, False)
    batch = plan(line)
    (found,) = seen(row(batch, 2)).values()
    assert found == ("conflict", "очищено вручную", ORLOVA)
    running.apply_planned(SYSTEM, batch)
    assert stored(Employment, flag) == [False]


@ON_SQLITE
def test_a_role_nobody_took_away_is_new(database: str) -> None:
    with writing(SYSTEM, Source.MANUAL) as session:
        b.create_person(session, "Орлова", "Мария", "Ивановна", company=b.create_company(session, "ООО «Ива»"))
    found = row(plan(companies({"Название компании": "ООО «Ива»", "Директор": ORLOVA})), 2)
    assert seen(found) == {"director": ("new", "", ORLOVA)}


# what a hand deleted


def removed(model: type[Record], number: int = 1, source: Source = Source.MANUAL) -> None:
    with writing(SYSTEM, source) as session:
        session.delete(session.get_one(model, number))


def test_what_a_hand_deleted_stays_away_unless_the_new_value_is_taken(database: str) -> None:
    line = companies({"Название компании": "ООО «Ива»", "договор": "01.02.2024", "анкета": "2023"})
    running.apply_planned(SYSTEM, plan(line))
    (first, _) = stored(DocumentReceipt, "id")
    removed(DocumentReceipt, first)
    batch = plan(line)
    assert seen(row(batch, 2)) == {"received_contract": ("conflict", "удалено вручную", "01.02.2024")}
    today = f"{clock.local(clock.now()):%d.%m.%Y}"
    assert cell(row(batch, 2), "received_contract").origin == imports.diff.Origin("manual", "система", today)
    assert running.apply_planned(SYSTEM, batch).conflicts == 1
    assert stored(DocumentReceipt, "received_on") == ["2023"]
    again = plan(line)
    choose(again, True, "received_contract")
    running.apply_planned(SYSTEM, again)
    assert stored(DocumentReceipt, "received_on") == ["2023", "2024-02-01"]
    assert row(plan(line), 2).outcome == "same"


@ON_SQLITE
def test_a_field_of_the_offices_own_a_hand_deleted_is_a_conflict_beside_what_is_left(database: str) -> None:
    line = people({"ФИО": ORLOVA, "Другие сведения": "Хобби: бег; Рост: 170"})
    running.apply_planned(SYSTEM, plan(line))
    removed(ExtraValue)
    longer = people({"ФИО": ORLOVA, "Другие сведения": "Хобби: бег; Рост: 175"})
    assert seen(row(plan(line), 2)) == {"extra": ("conflict", "Рост: 170; удалено вручную", "Рост: 170, бег")}
    assert seen(row(plan(longer), 2)) == {"extra": ("conflict", "170; удалено вручную", "бег; 175")}


@ON_SQLITE
@pytest.mark.parametrize("source", [Source.EXCEL, Source.SYSTEM])
def test_what_no_hand_deleted_is_new(database: str, source: Source) -> None:
    line = companies({"Название компании": "ООО «Ива»", "договор": "2024"})
    running.apply_planned(SYSTEM, plan(line))
    removed(DocumentReceipt, source=source)
    assert seen(row(plan(line), 2)) == {"received_contract": ("new", "", "2024 г.")}


@ON_SQLITE
def test_what_was_deleted_of_another_company_or_of_another_document_is_new(database: str) -> None:
    ash = {"Название компании": "ООО «Ясень»", "договор": "2024"}
    running.apply_planned(SYSTEM, plan(companies({"Название компании": "ООО «Ива»", "договор": "2024"}, ash)))
    removed(DocumentReceipt)
    removed(DocumentReceipt, 2)
    batch = plan(companies({"Название компании": "ООО «Ива»", "анкета": "2024"}, ash))
    assert cell(row(batch, 2), "received_questionnaire").state == "new"
    assert cell(row(batch, 3), "received_contract").state == "conflict"


@ON_SQLITE
def test_what_came_back_after_a_hand_deleted_it_and_was_cleared_by_a_load_is_new(database: str) -> None:
    line = companies({"Название компании": "ООО «Ива»", "договор": "2024"})
    for source in (Source.MANUAL, Source.EXCEL):
        batch = plan(line)
        choose(batch, True, "received_contract")
        running.apply_planned(SYSTEM, batch)
        removed(DocumentReceipt, stored(DocumentReceipt, "id")[0], source)
    assert seen(row(plan(line), 2)) == {"received_contract": ("new", "", "2024 г.")}


# lists are joined


@ON_SQLITE
@pytest.mark.parametrize(
    ("heading", "key", "present", "given", "joined"),
    [
        ("Телефон", "phone", "+79165550001", "8 916 555-00-02", "+79165550001, +79165550002"),
        ("Эл. почта", "email", "maria@example.ru", "orlova@example.ru", "maria@example.ru, orlova@example.ru"),
    ],
)
def test_contacts_join_what_a_hand_entered_without_a_conflict(
    database: str, heading: str, key: str, present: str, given: str, joined: str
) -> None:
    person(source=Source.MANUAL, **{key: present})
    batch = plan(people({"ФИО": ORLOVA, heading: given}))
    assert seen(row(batch, 2)) == {key: ("changed", present, joined)}
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, key) == [joined]
    assert row(plan(people({"ФИО": ORLOVA, heading: given})), 2).outcome == "same"
    assert row(plan(people({"ФИО": ORLOVA, heading: present})), 2).outcome == "same"


# rows of our own export


@ON_SQLITE
def test_a_keyed_row_replaces_and_renames(database: str) -> None:
    kept: dict[str, Any] = {"email": "maria@example.ru", "regalia": "к. м. н."}
    number = person(phone="+79165550001", region="Тверь", **kept)
    line = {
        "ФИО": "Белых Мария Ивановна",
        "Телефон": "+79165550002",
        "Регион": "Псков",
        "Ключ записи": f"people:{number}",
    }
    line |= {"Эл. почта": kept["email"], "Регалии": kept["regalia"]}
    batch = plan(people(line))
    found = row(batch, 2)
    assert (found.match["id"], found.match["score"], found.match["reason"]) == (number, 100, "ключ записи из выгрузки")
    assert seen(found) == {
        "name": ("changed", "Орлова", "Белых"),
        "phone": ("changed", "+79165550001", "+79165550002"),
        "region": ("changed", "Тверь", "Псков"),
    }
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "last_name", "middle_name", "phone", "region") == [
        ("Белых", "Ивановна", "+79165550002", "Псков")
    ]


@ON_SQLITE
def test_a_keyed_list_a_hand_entered_is_a_conflict(database: str) -> None:
    number = person(source=Source.MANUAL, phone="+79165550001")
    found = row(plan(people({"ФИО": ORLOVA, "Телефон": "+79165550002", "Ключ записи": f"people:{number}"})), 2)
    assert seen(found) == {"phone": ("conflict", "+79165550001", "+79165550002")}


@ON_SQLITE
@pytest.mark.parametrize(
    ("key", "remark"),
    [
        ("people:999", "Записи с этим ключом больше нет: строка сверена по значениям."),
        ("companies:1", "Ключ записи не от этой таблицы: строка сверена по значениям."),
        ("рукопись", "Ключ записи не от этой таблицы: строка сверена по значениям."),
        ("people:" + "9" * 30, "Ключ записи не от этой таблицы: строка сверена по значениям."),
    ],
)
def test_a_key_of_nothing_is_said_and_the_row_is_matched(database: str, key: str, remark: str) -> None:
    number = person()
    found = row(plan(people({"ФИО": ORLOVA, "Регион": "Тверь", "Ключ записи": key})), 2)
    assert (found.match["id"], found.match["reason"]) == (number, "имя то же")
    assert [r.message for r in found.remarks] == [remark]


# errors


@ON_SQLITE
def test_a_wrong_value_is_an_error_and_the_rest_of_the_row_is_loaded(load: Load) -> None:
    report = load(companies({"Название компании": "ООО «Ива»", "Дата договора": "31.02.2024", "Сайт": "iva.example"}))
    assert (report.sheets[0].created, [r.severity for r in report.remarks]) == (1, ["error"])
    assert stored(Company, "site", "contract_date") == [("https://iva.example", None)]


@ON_SQLITE
def test_an_inn_of_another_record_is_an_error_in_its_cell(database: str) -> None:
    firm(inn=FIRM_INN)
    with writing(SYSTEM, Source.EXCEL) as session:
        other = b.create_company(session, "ООО «Дуб»").id
    found = row(
        plan(companies({"Название компании": "ООО «Дуб»", "ИНН": FIRM_INN, "Ключ записи": f"companies:{other}"})), 2
    )
    assert seen(found) == {"inn": ("error", "", FIRM_INN)}
