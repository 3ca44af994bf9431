"""What the user chooses for a file as a whole: blanks, sheets, tables, columns; remembered for the next such file."""

from typing import Any

import pytest

from models import ColumnMapping, Company, ExtraField, ExtraValue, Person
from services import imports
from services.access.permissions import SYSTEM, Actor, Permission
from services.errors import InvalidInput
from services.imports import Options, SheetChoice, TableView, running
from services.work import reading, writing
from tests.samples import Sheet
from tests.services.imports.conftest import Load
from tests.services.imports.planned import ON_SQLITE, opened, plan, row, rows, sheet, stored

pytestmark = ON_SQLITE

ORLOVA, RYBIN = "Орлова Мария Ивановна", "Рыбин Пётр Ильич"
LIST = sheet("Лист1", {"ФИО": ORLOVA, "Хобби": "шахматы", "Город": "Тверь"})
HOBBY, CITY = 1, 2


def tables(batch: int) -> tuple[TableView, ...]:
    with reading() as session:
        return imports.found_tables(session, SYSTEM, batch)


def columns(batch: int) -> list[tuple[str, str, str, str]]:
    """Letter, heading, key and how of the columns of the first table."""
    return [(c.letter, c.heading, c.key, c.how) for c in tables(batch)[0].columns]


def chosen(places: dict[int, str], table: str | None = None, name: str = "Лист1") -> Options:
    return Options(sheets={name: {0: SheetChoice(table, places)}})


def rechoose(batch: int, options: Options) -> None:
    with writing(SYSTEM) as session:
        imports.set_options(session, SYSTEM, batch, options)
    running.plan(SYSTEM, batch)


# tables and sheets


def test_what_was_found_is_shown_with_samples(database: str) -> None:
    batch = plan(LIST, Sheet("Архив", [["ФИО", "Телефон"], [RYBIN, "+79165550001"]], hidden=True))
    first, hidden = tables(batch)
    assert (first.sheet, first.part, first.table, first.hidden, first.header_row, first.rows) == (
        "Лист1", 0, "people", False, 1, 1
    )  # fmt: skip
    assert columns(batch) == [
        ("A", "ФИО", "name", "heading"),
        ("B", "Хобби", "", "heading"),
        ("C", "Город", "region", "heading"),
    ]
    assert [c.samples for c in first.columns] == [(ORLOVA,), ("шахматы",), ("Тверь",)]
    assert (hidden.sheet, hidden.table, hidden.hidden) == ("Архив", None, True)
    assert hidden.reason


def test_a_hidden_sheet_is_loaded_when_it_is_chosen(database: str) -> None:
    secret = Sheet("Архив", [["ФИО", "Телефон"], [RYBIN, "+79165550001"]], hidden=True)
    batch = plan(LIST, secret)
    assert [r.name for r in rows(batch)] == [ORLOVA]
    rechoose(batch, Options(sheets={"Архив": {0: SheetChoice("people")}}))
    assert [r.name for r in rows(batch)] == [ORLOVA, RYBIN]


def test_one_sheet_only(load: Load) -> None:
    other = sheet("Лист2", {"ФИО": RYBIN, "Город": "Псков"})
    report = load(LIST, other, options=Options(sheet="Лист2"))
    assert [(s.sheet, s.table, s.created) for s in report.sheets] == [("Лист1", None, 0), ("Лист2", "people", 1)]
    assert stored(Person, "last_name") == ["Рыбин"]


def test_one_hidden_sheet_only(load: Load) -> None:
    secret = Sheet("Архив", [["ФИО", "Телефон"], [RYBIN, "+79165550001"]], hidden=True)
    load(LIST, secret, options=Options(sheet="Архив", table="people"))
    assert stored(Person, "last_name") == ["Рыбин"]


def test_a_sheet_there_is_not_is_refused(load: Load) -> None:
    with pytest.raises(InvalidInput, match="Лист9"):
        load(LIST, options=Options(sheet="Лист9"))


def test_the_table_is_forced(load: Load) -> None:
    firms = sheet("Лист1", {"Название": "ООО «Ива»", "Сайт": "iva.example"}, {"Название": "ООО «Дуб»", "Сайт": None})
    assert load(firms, options=Options(table="companies")).sheets[0].created == 2
    assert stored(Company, "name") == ["ООО «Ива»", "ООО «Дуб»"]


def test_a_sheet_is_left_out(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({}, ""))
    assert rows(batch) == ()
    assert [(t.table, t.reason) for t in tables(batch)] == [(None, "его решено не загружать")]


@pytest.mark.parametrize(
    "options",
    [Options(table="кошки"), Options(sheets={"Лист1": {0: SheetChoice("кошки")}})],
    ids=["file", "sheet"],
)
def test_a_table_there_is_not_is_refused(database: str, options: Options) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(LIST, options=options)
    assert str(refused.value) == "Таблицы кошки нет."
    batch = plan(LIST)
    with writing(SYSTEM) as session, pytest.raises(InvalidInput):
        imports.set_options(session, SYSTEM, batch, options)


def test_options_are_kept_and_given_back(database: str) -> None:
    options = Options(imports.Blank.CLEAR, None, "Лист1", {"Лист1": {0: SheetChoice("people", {1: "", 2: "+Город"})}})
    batch = opened(LIST, options=options)
    with reading() as session:
        assert imports.chosen_options(session, SYSTEM, batch) == options


# columns


def test_a_column_is_not_loaded(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({CITY: "", HOBBY: ""}))
    found = row(batch, 2)
    assert [c.key for c in found.cells if c.steps] == ["name"]
    assert found.remarks == ()


def test_a_column_is_another_one(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({HOBBY: "regalia"}))
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "regalia", "region") == [("шахматы", "Тверь")]


def test_of_a_column_chosen_anew_the_recognised_one_gives_way(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({HOBBY: "region"}))
    assert columns(batch)[1:] == [("B", "Хобби", "region", "chosen"), ("C", "Город", "", "heading")]
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "region") == ["шахматы"]


@pytest.mark.parametrize("key", ["нет_такой", "id", "site"])
def test_a_key_the_table_has_not_is_not_followed(database: str, key: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({HOBBY: key}))
    assert columns(batch)[1] == ("B", "Хобби", "", "heading")


def test_two_columns_chosen_as_one_lose_nothing_silently(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({HOBBY: "region", CITY: "region"}))
    (region,) = (c.after for c in row(batch, 2).cells if c.key == "region")
    with reading() as session:
        said = [(r.column, r.message) for r in imports.remarks(session, SYSTEM, batch) if r.row == 1]
    assert (region, said) == ("Тверь", [("Хобби", "Не загружается: вместо неё взята «Город».")])


def test_what_a_column_may_be_taken_for(database: str) -> None:
    with reading() as session:  # noqa: F841 - the columns need no session, the database does
        keys = imports.column_choices(SYSTEM, "people")
    assert {"name", "last_name", "phone", "region", "workplace"} <= set(keys)
    poor = Actor(None, "менеджер", frozenset(Permission) - {Permission.MONEY_READ})
    assert set(imports.column_choices(SYSTEM, "members")) - set(imports.column_choices(poor, "members")) == {
        "fee_amount"
    }


# fields of the office's own


def test_a_new_field_is_made_and_filled(database: str) -> None:
    batch = plan(LIST)
    rechoose(batch, chosen({HOBBY: "+Хобби"}))
    assert [(c.key, c.label, c.state.value, c.after) for c in row(batch, 2).cells][-1:] != []
    running.apply_planned(SYSTEM, batch)
    assert stored(ExtraField, "owner", "label") == [("person", "Хобби")]
    assert stored(ExtraValue, "field_id", "person_id", "value") == [(1, 1, "шахматы")]


@pytest.mark.parametrize(("value", "outcome", "state"), [("шахматы", "same", None), ("плавание", "changed", "changed")])
def test_a_field_is_known_to_the_next_load(database: str, value: str, outcome: str, state: str | None) -> None:
    options = chosen({HOBBY: "+Хобби"})
    running.apply_planned(SYSTEM, plan(LIST, options=options))
    batch = plan(sheet("Лист1", {"ФИО": ORLOVA, "Хобби": value, "Город": "Тверь"}), options=options)
    found = row(batch, 2)
    assert found.outcome == outcome
    assert {c.key: (c.state.value, c.before, c.after) for c in found.cells if c.steps} == (
        {"+Хобби": (state, "шахматы", value)} if state else {}
    )
    running.apply_planned(SYSTEM, batch)
    assert stored(ExtraValue, "value") == [value]
    assert len(stored(ExtraField, "id")) == 1


def test_one_field_for_many_rows_and_spellings(database: str) -> None:
    lines = [{"ФИО": ORLOVA, "Хобби": "шахматы"}, {"ФИО": RYBIN, "Хобби": "плавание"}]
    running.apply_planned(SYSTEM, plan(sheet("Лист1", *lines), options=chosen({HOBBY: "+Хобби"})))
    running.apply_planned(
        SYSTEM, plan(sheet("Лист1", *lines, {"ФИО": "Яшин Лев", "Хобби": "бег"}), options=chosen({HOBBY: "+хобби"}))
    )
    assert stored(ExtraField, "label") == ["Хобби"]
    assert stored(ExtraValue, "value") == ["шахматы", "плавание", "бег"]


# remembered


def test_a_mapping_is_remembered_for_the_next_file_of_that_shape(database: str) -> None:
    running.apply_planned(SYSTEM, plan(LIST, options=chosen({HOBBY: "+Хобби", CITY: ""})))
    assert stored(ColumnMapping, "table_name") == ["people"]
    next_one = plan(sheet("Другой лист", {"ФИО": RYBIN, "Хобби": "плавание", "Город": "Псков"}))
    assert columns(next_one)[1:] == [("B", "Хобби", "+Хобби", "remembered"), ("C", "Город", "", "remembered")]
    other_shape = plan(sheet("Лист1", {"ФИО": RYBIN, "Хобби": "плавание"}))
    assert columns(other_shape)[1] == ("B", "Хобби", "", "heading")


def test_what_was_remembered_gives_way_to_what_is_chosen(database: str) -> None:
    running.apply_planned(SYSTEM, plan(LIST, options=chosen({HOBBY: "regalia"})))
    again = sheet("Лист1", {"ФИО": RYBIN, "Хобби": "плавание", "Город": "Псков"})
    batch = plan(again, options=chosen({HOBBY: "source"}))
    assert columns(batch)[1] == ("B", "Хобби", "source", "chosen")
    running.apply_planned(SYSTEM, batch)
    assert columns(plan(again))[1] == ("B", "Хобби", "source", "remembered")


def test_a_plan_that_is_given_up_is_not_remembered(database: str) -> None:
    batch = plan(LIST, options=chosen({HOBBY: "regalia"}))
    with writing(SYSTEM) as session:
        imports.cancel(session, SYSTEM, batch)
    assert stored(ColumnMapping, "shape") == []


def test_a_mapping_nobody_changed_is_not_kept(database: str) -> None:
    running.apply_planned(SYSTEM, plan(LIST))
    assert stored(ColumnMapping, "shape") == []


def test_a_forbidden_column_stays_forbidden_when_it_is_chosen(database: str) -> None:
    poor = Actor(None, "менеджер", frozenset(Permission) - {Permission.MONEY_READ})
    register: dict[str, Any] = {"Наименование": "ООО «Ива»", "Дата оплаты": "01.03.2024", "Прочее": "35 000"}
    batch = plan(
        sheet("Реестр членов ассоциации", register), actor=poor,
        options=chosen({2: "fee_amount"}, name="Реестр членов ассоциации"),
    )  # fmt: skip
    (found,) = rows(batch, actor=poor)
    assert [c.key for c in found.cells if c.steps and c.key == "fee_amount"] == []
    with reading() as session:
        (said,) = imports.remarks(session, poor, batch)
    assert said.column == "Прочее"
    assert said.message.startswith("Эту колонку вы заполнять не можете")
