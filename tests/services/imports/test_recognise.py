"""Where the heading is, which table it is, which column is which."""

import datetime as dt

from services.imports.reading import RawSheet, read_workbook
from services.imports.recognise import RecognisedSheet, recognise
from tests import samples


def sheet(name: str, *rows: list[object], merged: tuple[tuple[int, int, int, int], ...] = ()) -> RecognisedSheet:
    """A sheet whose first row is row 1."""
    filled = {number: tuple(row) for number, row in enumerate(rows, 1) if any(cell is not None for cell in row)}
    return recognise(RawSheet(name, filled, merged))  # type: ignore[arg-type]


def keys(found: RecognisedSheet) -> list[str | None]:
    return [column.key for column in found.columns]


def test_the_sheets_of_the_sample() -> None:
    book = read_workbook("", samples.PATH.read_bytes())
    assert [(s.table, s.header_row, len(s.rows)) for s in map(recognise, book.sheets)] == [
        ("people", 4, 4),
        ("companies", 2, 4),
        ("members", 2, 7),
        ("committees", 3, 3),
        ("chairs", 1, 2),
        ("events", 1, 4),
        ("courses", 1, 2),
        ("venues", 1, 3),
        (None, None, 2),
        (None, None, 2),
    ]


def test_the_same_heading_is_told_apart_by_its_group() -> None:
    found = sheet(
        "Реестр",
        ["Наименование", "Договор", "Даты поступления документов", None],
        [None, None, "договор", "фото"],
        ["ООО А", "1", "01.01.2024", None],
        merged=((1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3)),
    )
    assert (found.header_row, keys(found)) == (2, ["name", "contract_number", "received_contract", "received_photo"])


def test_unmerged_groups_are_read_too() -> None:
    found = sheet(
        "Реестр",
        ["Наименование", "Договор", "Даты поступления документов", None],
        [None, None, "договор", "фото"],
        ["ООО А", "1", "01.01.2024", None],
    )
    assert keys(found) == ["name", "contract_number", "received_contract", "received_photo"]


def test_without_groups_the_first_of_two_equal_headings_is_the_contract() -> None:
    found = sheet("Реестр", ["Наименование", "Договор", "договор"], ["ООО А", "1", "01.01.2024"])
    assert keys(found) == ["name", "contract_number", "received_contract"]


def test_case_spaces_dots_and_yo_do_not_matter() -> None:
    found = sheet(
        "Лист1", ["  фио ", "ЭЛ.ПОЧТА", "Кто  привел/источник", "Дата\nрождения"], ["А Б В", "a@b.ru", "x", None]
    )
    assert (found.table, keys(found)) == ("people", ["name", "email", "source", "birth_date"])


def test_a_sheet_is_what_its_title_says_when_columns_fit_several_tables() -> None:
    rows: list[list[object]] = [["Название", "Даты", "Формат"], ["Лекция", "01.02.2024", "очно"]]
    assert [sheet(name, *rows).table for name in ("Мероприятия", "Курсы")] == ["events", "courses"]
    person: list[list[object]] = [["ФИО", "Компания", "Телефон", "Комментарий"], ["А Б В", "ООО", "1", "x"]]
    assert [sheet(name, *person).table for name in ("Физ. лица", "Спикеры")] == ["people", "speakers"]


def test_titles_blank_rows_and_empty_columns_stand_aside() -> None:
    found = sheet(
        "Лист1",
        [None, "Список на 01.03.2024"],
        [],
        [None, "№ п/п", "ФИО", "Телефон", "Выбрать"],
        [None, 1, "А Б В", "1", None],
        [],
        [None, 2, "Г Д Е", None, True],
    )
    assert (found.table, found.header_row, [row.number for row in found.rows]) == ("people", 3, [4, 6])
    assert found.asides == ((1, "Список на 01.03.2024"),)


def test_a_heading_repeated_below_is_no_row() -> None:
    heading: list[object] = ["ФИО", "Телефон"]
    found = sheet("Люди", heading, ["А Б В", "1"], heading, ["Г Д Е", "2"])
    assert [row.number for row in found.rows] == [2, 4]


def test_several_committees_on_a_sheet() -> None:
    heading: list[object] = ["Выбрать", "ФИО", "Позиция в комитете", "E-mail"]
    found = sheet(
        "Комитет",
        ["Комитет по науке"], heading, [None, "А Б В", None, None],
        ["Комитет по спорту"], heading, [None, "Г Д Е", None, None],
    )  # fmt: skip
    assert [(row.number, row.title) for row in found.rows] == [(3, "Комитет по науке"), (6, "Комитет по спорту")]


def test_the_sheet_itself_may_name_the_committee() -> None:
    found = sheet("Комитет по науке", ["ФИО", "Позиция в комитете", "E-mail"], ["А Б В", None, None])
    assert found.rows[0].title == "Комитет по науке"


def test_a_price_list_is_no_register() -> None:
    found = sheet("Прайс", ["Наименование", "Цена", "Остаток", "Адрес склада"], ["Стол", 5, 1, "Тверь"])
    assert (found.table, found.reason) == (None, "не нашлось строки с заголовками, знакомыми программе")


def test_dates_and_numbers_come_as_they_are() -> None:
    book = read_workbook(
        "", samples.workbook(samples.Sheet("А", [[samples.day(2024, 1, 10), 231022, "01.2024", True, 0.5]]))
    )
    assert book.sheets[0].rows[1] == (dt.date(2024, 1, 10), 231022.0, "01.2024", True, 0.5)
