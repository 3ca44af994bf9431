"""What was confirmed for a layout before and what the user chooses now win over recognition."""

from typing import Any

from services.imports.reading import RawSheet
from services.imports.recognise import SheetChoice, find_tables
from tests.services.imports.sheets import PERSON, SECOND, by_place

Mapped = tuple[str, dict[int, str]]
ROWS: tuple[list[Any], ...] = (["ФИО", "Город", "Хобби", "Телефон"], [PERSON, "Тверь", "шахматы", "+7 916 555-00-01"])


def raw(*rows: list[Any], name: str = "Лист1") -> RawSheet:
    return RawSheet(name, {number: tuple(row) for number, row in enumerate(rows, 1)})


def test_a_confirmed_mapping_wins_over_recognition() -> None:
    (plain,) = find_tables(raw(*ROWS))
    known: dict[str, Mapped] = {plain.shape: ("people", {1: "workplace", 2: "+Увлечения", 3: ""})}
    again = raw(["  фио", "ГОРОД", "Хобби:", "Телефон"], [SECOND, "Тула", None, None])
    (found,) = find_tables(again, remembered=known.get)
    assert [(c.key, c.how) for c in found.columns] == [
        ("name", "heading"),
        ("workplace", "remembered"),
        ("+Увлечения", "remembered"),
        (None, "remembered"),
    ]
    (other,) = find_tables(raw(["ФИО", "Хобби", "Город", "Телефон"], [SECOND]), remembered=known.get)
    assert "remembered" not in {c.how for c in other.columns}


def test_the_choice_wins_over_everything() -> None:
    (plain,) = find_tables(raw(*ROWS))
    known: dict[str, Mapped] = {plain.shape: ("people", {1: "workplace", 2: "+Увлечения"})}
    choice = SheetChoice(columns={1: "region", 2: "", 3: "+Запасной телефон"})
    (found,) = find_tables(raw(*ROWS), {0: choice}, remembered=known.get)
    assert [(c.key, c.how) for c in found.columns] == [
        ("name", "heading"),
        ("region", "chosen"),
        (None, "chosen"),
        ("+Запасной телефон", "chosen"),
    ]


def test_a_key_that_is_chosen_leaves_the_column_that_had_it() -> None:
    (found,) = find_tables(raw(*ROWS), {0: SheetChoice(columns={2: "name", 3: "no such key"})})
    assert by_place(found) == {1: "region", 2: "name", 3: "phone"}


def test_of_two_columns_chosen_for_one_key_the_last_has_it() -> None:
    (found,) = find_tables(raw(*ROWS), {0: SheetChoice(columns={1: "position", 2: "position"})})
    assert by_place(found) == {0: "name", 2: "position", 3: "phone"}


def test_the_table_is_chosen_forced_remembered_in_this_order() -> None:
    (plain,) = find_tables(raw(*ROWS))
    known: dict[str, Mapped] = {plain.shape: ("speakers", {})}
    chosen = {0: SheetChoice("chairs")}
    assert find_tables(raw(*ROWS), remembered=known.get)[0].table == "speakers"
    assert find_tables(raw(*ROWS), remembered=known.get, table="committees")[0].table == "committees"
    assert find_tables(raw(*ROWS), chosen, remembered=known.get, table="committees")[0].table == "chairs"


def test_a_table_that_is_not_to_be_loaded() -> None:
    (found,) = find_tables(raw(*ROWS), {0: SheetChoice("")})
    assert (found.table, found.reason, len(found.rows)) == (None, "его решено не загружать", 2)


def test_a_chosen_table_needs_no_heading() -> None:
    rows = (["что-то", "когда-то"], ["Позвонить", "завтра"])
    (found,) = find_tables(raw(*rows), {0: SheetChoice("events", {0: "name", 1: "comment"})})
    assert (found.table, found.header_row, by_place(found)) == ("events", None, {0: "name", 1: "comment"})
