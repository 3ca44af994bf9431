"""Empty cells of a file that are to clear what is there: values, received documents, fields of the office's own."""

from typing import Any

import pytest

from models import DocumentReceipt, ExtraValue, Membership, Person, Source
from services.access.permissions import SYSTEM
from services.imports import Blank, Options, running
from services.imports.recognised import SheetChoice
from services.imports.undoing import undo
from services.work import writing
from tests import builders as b
from tests.services.imports.planned import (
    INN,
    ON_SQLITE,
    ORLOVA,
    companies,
    people,
    person,
    plan,
    row,
    rows,
    seen,
    sheet,
    stored,
)

CLEAR = Options(blank=Blank.CLEAR)


def take_back(batch: int) -> None:
    with writing(SYSTEM) as session:
        undo(session, SYSTEM, batch)


BLANKS = {"ФИО": ORLOVA, "Телефон": None, "Регион": None, "Дата рождения": None, "Членство": None, "ИНН": None}
FILLED: dict[str, Any] = {
    "phone": "+79165550001",
    "region": "Тверь",
    "birth_date": "1985",
    "is_member": True,
    "inn": INN,
}


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
    person(source=Source.MANUAL, region="Тверь")
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


@ON_SQLITE
@pytest.mark.parametrize("values", [(None, "Тверь"), ("Тверь", None)], ids=["blank first", "value first"])
def test_a_blank_does_not_clear_what_another_row_of_the_file_says(
    database: str, values: tuple[str | None, str | None]
) -> None:
    person(region="Тверь")
    batch = plan(people(*({"ФИО": ORLOVA, "Регион": value} for value in values)), options=CLEAR)
    assert [r.outcome for r in rows(batch)] == ["same", "same"]
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region") == ["Тверь"]


@ON_SQLITE
def test_a_blank_does_not_stand_in_the_way_of_a_new_value_in_another_row(database: str) -> None:
    person(region="Тверь", regalia="к.м.н.")
    lines = ({"ФИО": ORLOVA, "Регион": value, "Регалии": None} for value in (None, "Псков"))
    batch = plan(people(*lines), options=CLEAR)
    assert [seen(r) for r in rows(batch)] == [
        {"regalia": ("changed", "к.м.н.", "пусто")},
        {"region": ("changed", "Тверь", "Псков")},
    ]
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region", "regalia") == [("Псков", None)]


@ON_SQLITE
def test_a_blank_does_not_clear_what_another_sheet_says(database: str) -> None:
    person(phone="+79165550001")
    seat = {"ФИО": ORLOVA, "Комитет": "Комитет по науке", "Телефон": "+79165550001"}
    batch = plan(people({"ФИО": ORLOVA, "Телефон": None}), sheet("Председатели", seat), options=CLEAR)
    assert [r.outcome for r in rows(batch, sheet="Физ.лица")] == ["same"]


def firm_with_papers(source: Source = Source.EXCEL) -> None:
    with writing(SYSTEM, source) as session:
        firm = b.create_company(session, "ООО «Ива»")
        b.create_receipt(session, firm, "contract", "2024-02-01")
        b.create_receipt(session, firm, "questionnaire", "2024")


PAPERS = {"Название компании": "ООО «Ива»", "Договор": None, "Анкета": "2024"}


def test_a_blank_takes_away_a_received_document_and_undoing_brings_it_back(database: str) -> None:
    firm_with_papers()
    kept = plan(companies(PAPERS))
    assert row(kept, 2).outcome == "same"
    batch = plan(companies(PAPERS), options=CLEAR)
    assert seen(row(batch, 2)) == {"received_contract": ("changed", "01.02.2024", "пусто")}
    assert running.apply_planned(SYSTEM, batch).sheets[0].changed == 1
    assert stored(DocumentReceipt, "received_on") == ["2024"]
    assert row(plan(companies(PAPERS), options=CLEAR), 2).outcome == "same"
    take_back(batch)
    assert stored(DocumentReceipt, "id", "received_on") == [(1, "2024-02-01"), (2, "2024")]


@ON_SQLITE
def test_a_received_document_a_hand_entered_is_a_conflict(database: str) -> None:
    firm_with_papers(Source.MANUAL)
    batch = plan(companies(PAPERS), options=CLEAR)
    assert seen(row(batch, 2)) == {"received_contract": ("conflict", "01.02.2024", "пусто")}
    running.apply_planned(SYSTEM, batch)
    assert stored(DocumentReceipt, "received_on") == ["2024-02-01", "2024"]


HOBBY = {"": {0: SheetChoice(None, {1: "+Хобби", 2: "+Клуб"})}}


def with_hobbies(*values: str | None, blank: Blank = Blank.CLEAR) -> int:
    lines = {"ФИО": ORLOVA, "Увлечение": values[0], "Общество": values[1]}
    return plan(people(lines), options=Options(blank=blank, sheets={"Физ.лица": HOBBY[""]}))


def test_a_blank_takes_away_a_field_of_the_offices_own_and_undoing_brings_it_back(database: str) -> None:
    running.apply_planned(SYSTEM, with_hobbies("шахматы", "«Ладья»"))
    assert row(with_hobbies(None, "«Ладья»", blank=Blank.KEEP), 2).outcome == "same"
    batch = with_hobbies(None, "«Ладья»")
    assert seen(row(batch, 2)) == {"+Хобби": ("changed", "шахматы", "пусто")}
    running.apply_planned(SYSTEM, batch)
    assert stored(ExtraValue, "value") == ["«Ладья»"]
    assert row(with_hobbies(None, "«Ладья»"), 2).outcome == "same"
    take_back(batch)
    assert stored(ExtraValue, "value") == ["шахматы", "«Ладья»"]


@ON_SQLITE
def test_a_blank_in_other_information_takes_away_all_of_it(database: str) -> None:
    running.apply_planned(SYSTEM, with_hobbies("шахматы", "«Ладья»"))
    batch = plan(people({"ФИО": ORLOVA, "Другие сведения": None, "Регион": "Тверь"}), options=CLEAR)
    assert seen(row(batch, 2))["extra"] == ("changed", "шахматы; «Ладья»", "пусто")
    running.apply_planned(SYSTEM, batch)
    assert (stored(ExtraValue, "value"), stored(Person, "region")) == ([], ["Тверь"])
