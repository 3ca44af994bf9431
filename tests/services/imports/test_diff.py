"""The plan is a diff: what each cell says against the base, and who wrote what stands there."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from models import Company, Employment, Membership, Person, Role, Source
from services import clock, imports
from services.access.permissions import SYSTEM
from services.imports import Blank, Options, running
from services.work import writing
from tests import builders as b
from tests.services.imports.conftest import Load
from tests.services.imports.planned import (
    FIRM_INN,
    INN,
    ON_SQLITE,
    cell,
    choose,
    companies,
    people,
    plan,
    row,
    rows,
    seen,
    sheet,
    stored,
)

ORLOVA = "Орлова Мария Ивановна"
CLEAR = Options(blank=Blank.CLEAR)


def person(source: Any = Source.EXCEL, **fields: Any) -> int:
    with writing(SYSTEM, source) as session:
        return b.create_person(session, "Орлова", "Мария", "Ивановна", **fields).id or 0


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
    person(source, region="Тверь")
    found = row(plan(people({"ФИО": ORLOVA, "Регион": "Псков"})), 2)
    assert seen(found) == {"region": (state, "Тверь", "Псков")}
    assert found.takes(cell(found, "region")) is (state == "changed")


def test_a_conflict_is_kept_unless_it_is_taken(database: str) -> None:
    person(Source.MANUAL, region="Тверь", regalia="к.м.н.")
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Псков", "Регалии": "д.м.н.", "ИНН": INN}))
    choose(batch, True, "regalia", ids=[row(batch, 2).id])
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region", "regalia", "inn") == [("Тверь", "д.м.н.", INN)]


def test_a_row_of_kept_conflicts_changes_nothing(database: str) -> None:
    person(Source.MANUAL, region="Тверь")
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Псков"}))
    report = running.apply_planned(SYSTEM, batch)
    assert (report.written, report.sheets[0].skipped) == (0, 1)
    assert stored(Person, "region") == ["Тверь"]


@ON_SQLITE
def test_what_a_load_wrote_over_a_hand_is_the_loads(database: str) -> None:
    person(Source.MANUAL, region="Тверь")
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
    person(Source.MANUAL, **{key: present})
    batch = plan(people({"ФИО": ORLOVA, heading: given}))
    assert seen(row(batch, 2)) == {key: ("changed", present, joined)}
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, key) == [joined]
    assert row(plan(people({"ФИО": ORLOVA, heading: given})), 2).outcome == "same"
    assert row(plan(people({"ФИО": ORLOVA, heading: present})), 2).outcome == "same"


# rows of our own export


@ON_SQLITE
def test_a_keyed_row_replaces_and_renames(database: str) -> None:
    kept = {"email": "maria@example.ru", "regalia": "к. м. н."}
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
    number = person(Source.MANUAL, phone="+79165550001")
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


# blank cells


BLANKS = {"ФИО": ORLOVA, "Телефон": None, "Регион": None, "Дата рождения": None, "Членство": None, "ИНН": None}
FILLED = {"phone": "+79165550001", "region": "Тверь", "birth_date": "1985", "is_member": True, "inn": INN}


def test_blanks_keep_unless_they_are_to_clear(database: str) -> None:
    person(**FILLED)
    assert row(plan(people(BLANKS)), 2).outcome == "same"
    batch = plan(people(BLANKS), options=CLEAR)
    assert seen(row(batch, 2)) == {
        "phone": ("changed", "+79165550001", "пусто"),
        "region": ("changed", "Тверь", "пусто"),
        "birth_date": ("changed", "1985 г.", "пусто"),
        "is_member": ("changed", "да", "пусто"),
        "inn": ("changed", INN, "пусто"),
    }
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, *FILLED) == [(None,) * 5]
    assert row(plan(people(BLANKS), options=CLEAR), 2).outcome == "same"


@ON_SQLITE
def test_clearing_what_a_hand_entered_is_a_conflict(database: str) -> None:
    person(Source.MANUAL, region="Тверь")
    batch = plan(people({"ФИО": ORLOVA, "Регион": None}), options=CLEAR)
    assert seen(row(batch, 2)) == {"region": ("conflict", "Тверь", "пусто")}
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region") == ["Тверь"]


@ON_SQLITE
@pytest.mark.parametrize("word", ["нет", "-", "отсутствует"])
def test_a_word_for_nothing_keeps_what_is_there(database: str, word: str) -> None:
    person(phone="+79165550001")
    assert row(plan(people({"ФИО": ORLOVA, "Телефон": word})), 2).outcome == "same"


@ON_SQLITE
def test_what_a_record_cannot_be_without_is_never_cleared(database: str) -> None:
    """The key of the record is there, its name and its event's kind are not."""
    number = person(region="Тверь")
    with writing(SYSTEM, Source.EXCEL) as session:
        event = b.create_event(session, "Форум", starts_on="2024-02-01").id
    batch = plan(
        people({"ФИО": ORLOVA, "Фамилия": None, "Регион": None, "Ключ записи": f"people:{number}"}),
        sheet("Мероприятия", {"Название": "Форум", "Даты": None, "Формат": None, "Ключ записи": f"events:{event}"}),
        options=CLEAR,
    )
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "last_name", "first_name", "region") == [("Орлова", "Мария", None)]


@ON_SQLITE
def test_a_member_line_survives_blanks(database: str) -> None:
    register = "Реестр членов ассоциации"
    running.apply_planned(SYSTEM, plan(sheet(register, {"Наименование": "ООО «Ива»", "Комментарий": "ждём"})))
    batch = plan(sheet(register, {"Наименование": "ООО «Ива»", "Комментарий": None}), options=CLEAR)
    assert seen(row(batch, 2)) == {"comment": ("changed", "ждём", "пусто")}
    running.apply_planned(SYSTEM, batch)
    assert stored(Membership, "company_id", "comment") == [(1, None)]


@ON_SQLITE
def test_a_value_in_one_of_two_phone_columns_is_no_blank(database: str) -> None:
    person(phone="+79165550001")
    line = {"ФИО": ORLOVA, "Телефон": None, "Мобильный телефон": "+79165550002"}
    found = row(plan(people(line), options=CLEAR), 2)
    assert seen(found) == {"phone": ("changed", "+79165550001", "+79165550001, +79165550002")}


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


@ON_SQLITE
@pytest.mark.parametrize(
    "values",
    [
        pytest.param(
            (None, "Тверь"),
            marks=pytest.mark.xfail(reason="one row clears what the other fills", strict=True),
            id="blank first",
        ),
        pytest.param(("Тверь", None), id="value first"),
    ],
)
def test_a_blank_does_not_clear_what_another_row_of_the_file_says(
    database: str, values: tuple[str | None, str | None]
) -> None:
    person(region="Тверь")
    batch = plan(people(*({"ФИО": ORLOVA, "Регион": value} for value in values)), options=CLEAR)
    assert [r.outcome for r in rows(batch)] == ["same", "same"]
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region") == ["Тверь"]
