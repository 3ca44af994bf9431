"""Where a table begins and ends, which rows are its heading, what stands beside it. All data is invented."""

import datetime as dt
from typing import Any

import pytest

from services.imports.reading import RawSheet
from services.imports.recognise import RecognisedSheet, SheetChoice, find_tables

Merged = tuple[tuple[int, int, int, int], ...]
PERSON = ["Орлова Мария Ивановна", "+7 916 555-00-01", "maria@example.ru"]
OTHER = ["Рыбин Пётр Ильич", "+7 916 555-00-02", "rybin@example.ru"]
COMPANY = ["ООО «Ива»", "7707083893", "(495) 555-01-02"]
ANOTHER = ["АО «Клён»", "500100732259", "(495) 555-01-03"]


def raw(name: str, *rows: list[Any], merged: Merged = (), hidden: bool = False) -> RawSheet:
    """A sheet whose first row is row 1."""
    filled = {number: tuple(row) for number, row in enumerate(rows, 1) if any(cell is not None for cell in row)}
    return RawSheet(name, filled, merged, hidden)


def tables(*rows: list[Any], merged: Merged = (), name: str = "Лист1") -> tuple[RecognisedSheet, ...]:
    return find_tables(raw(name, *rows, merged=merged))


def table(*rows: list[Any], merged: Merged = (), name: str = "Лист1") -> RecognisedSheet:
    (found,) = tables(*rows, merged=merged, name=name)
    return found


def keys(found: RecognisedSheet) -> dict[int, str]:
    return {column.place: column.key for column in found.columns if column.key}


def numbers(found: RecognisedSheet) -> list[int]:
    return [row.number for row in found.rows]


# headings


def test_titles_blank_rows_and_a_blank_first_column() -> None:
    found = table(
        [None, "Список участников форума"],
        [None, "по состоянию на 01.03.2024"],
        [],
        [None, "№", "ФИО", "Телефон", "E-mail"],
        [None, 1, *PERSON],
        [],
        [None, 2, *OTHER],
    )
    assert (found.table, found.header_rows, numbers(found)) == ("people", (4,), [5, 7])
    assert keys(found) == {2: "name", 3: "phone", 4: "email"}
    assert [row for row, _ in found.asides] == [1, 2]


def test_two_levels_merged() -> None:
    found = table(
        ["Наименование", "Адрес", None, "Руководитель", None, "ИНН"],
        [None, "юридический", "фактический", "ФИО", "телефон", None],
        [
            "ООО «Ива»",
            "Тверь, ул. Садовая, 1",
            "Тверь, ул. Новая, 2",
            "Орлова Мария Ивановна",
            "8 (4822) 55-01-02",
            "7707083893",
        ],
        merged=((1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4), (1, 5, 2, 5)),
    )
    assert (found.table, found.header_rows, found.header_row) == ("companies", (1, 2), 2)
    assert keys(found) == {0: "name", 1: "legal_address", 2: "actual_address", 3: "director", 4: "phone", 5: "inn"}


def test_two_levels_that_somebody_unmerged() -> None:
    found = table(
        ["Наименование", "ИНН", "Контакты", None, "Договор", None],
        [None, None, "телефон", "e-mail", "№", "дата"],
        [*COMPANY, "iva@example.ru", "12-А", "01.02.2024"],
    )
    assert (found.header_rows, keys(found)) == (
        (1, 2),
        {0: "name", 1: "inn", 2: "phone", 3: "email", 4: "contract_number", 5: "contract_date"},
    )


def test_three_levels() -> None:
    found = table(
        ["№ п/п", "Сведения об организации", None, None, None],
        [None, "Наименование", "ИНН", "Контактные данные", None],
        [None, None, None, "Телефон", "Эл. почта"],
        [1, *COMPANY, "iva@example.ru"],
        merged=((1, 0, 3, 0), (1, 1, 1, 4), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4)),
    )
    assert (found.header_rows, keys(found)) == ((1, 2, 3), {1: "name", 2: "inn", 3: "phone", 4: "email"})


def test_a_latin_row_above_a_russian_one_and_the_reverse() -> None:
    latin, russian = ["NamePartners", "INN", "Phone"], ["Наименование партнёра", "ИНН", "Телефон партнёра"]
    for first, second in ((latin, russian), (russian, latin)):
        found = table(first, second, COMPANY, ANOTHER)
        assert (found.table, found.header_rows, numbers(found)) == ("companies", (1, 2), [3, 4])
        assert keys(found) == {0: "name", 1: "inn", 2: "phone"}


@pytest.mark.parametrize("line", [[1, 2, 3], ["1", "2", "3"], [1.0, 2.0, 3.0], ["1.", "2.", "3."]])
def test_a_row_of_column_numbers_is_skipped(line: list[Any]) -> None:
    found = table(["ФИО", "Телефон", "E-mail"], line, PERSON, line, OTHER)
    assert (found.header_rows, numbers(found)) == ((1, 2), [3, 5])


def test_headings_repeated_on_every_page() -> None:
    group, heading = ["Человек", "Контакты", None], [None, "Телефон", "E-mail"]
    found = table(group, ["ФИО", "Телефон", "E-mail"], PERSON, ["ФИО", "Телефон", "E-mail"], OTHER)
    assert numbers(found) == [3, 5]
    found = table(["ФИО", "Контакты", None], heading, PERSON, ["ФИО", "Контакты", None], heading, OTHER)
    assert (found.header_rows, numbers(found)) == ((1, 2), [3, 6])


def test_headings_nobody_knows_are_told_by_what_stands_below() -> None:
    found = table(
        ["Кто", "Номер", "Когда", "Как связаться"], ["ООО «Ива»", "7707083893", "12.05.2010", "8 (495) 123-45-67"]
    )
    assert (found.table, found.header_rows, keys(found)) == ("companies", (1,), {0: "name", 1: "inn", 3: "phone"})
    assert {column.how for column in found.columns if column.key} == {"content"}


def test_organisations_without_a_heading() -> None:
    found = table(
        ["ООО «Ива»", "7707083893", "14.04.2016", "630099, г. Новосибирск, ул. Ленина, д. 21", "+7 383 200-10-20"],
        ["АО «Клён»", "500100732259", "15.04.2016", "170100, г. Тверь, ул. Садовая, д. 5", "+7 4822 20-10-20"],
    )
    assert (found.table, found.header_row, found.header_rows, numbers(found)) == ("companies", None, (), [1, 2])
    assert keys(found) == {0: "name", 1: "inn", 3: "actual_address", 4: "phone"}
    assert found.columns[2].heading == "колонка C"


def test_people_without_a_heading() -> None:
    found = table([1, *PERSON], [2, *OTHER])
    assert (found.table, keys(found), numbers(found)) == ("people", {1: "name", 2: "phone", 3: "email"}, [1, 2])


def test_a_list_of_names_alone() -> None:
    found = table(["ФИО"], ["Орлова Мария Ивановна"], ["Рыбин Пётр Ильич"])
    assert (found.table, keys(found), numbers(found)) == ("people", {0: "name"}, [2, 3])


# rows


def test_totals_notes_and_signatures_below() -> None:
    found = table(
        ["№ п/п", "Наименование", "ИНН", "Телефон", "Адрес"],
        [1, *COMPANY, "Тверь"],
        [2, *ANOTHER, "Тула"],
        ["Итого:", None, 2],
        [],
        ["* данные предоставлены членами"],
        ["Исполнитель Орлова М.И.", None, "тел. 55-01-02"],
        [],
        ["Генеральный директор", None, None, "Рыбин П.И."],
    )
    assert numbers(found) == [2, 3]
    assert [row for row, _ in found.asides] == [4, 6, 7, 9]


def test_sections_between_the_rows() -> None:
    found = table(
        ["№ п/п", "Наименование", "ИНН", "Телефон", "Адрес"],
        ["Тверская область"],
        [1, *COMPANY, "Тверь"],
        ["Тульская область"],
        [2, *ANOTHER, "Тула"],
        merged=((2, 0, 2, 4),),
    )
    assert [(row.number, row.title) for row in found.rows] == [(3, "Тверская область"), (5, "Тульская область")]


def test_a_name_alone_is_a_record() -> None:
    found = table(["Наименование", "ИНН", "Телефон", "Адрес"], [*COMPANY, "Тверь"], ["ООО «Дуб»"], [*ANOTHER, "Тула"])
    assert numbers(found) == [2, 3, 4]


def test_a_cell_merged_over_rows_says_the_same_in_each() -> None:
    found = table(
        ["Организация", "ФИО", "Телефон"],
        ["ООО «Ива»", *PERSON[:2]],
        [None, *OTHER[:2]],
        merged=((2, 0, 3, 0),),
    )
    assert [row.cells[0] for row in found.rows] == ["ООО «Ива»", "ООО «Ива»"]


# several tables


def test_tables_below_one_another() -> None:
    first, second = tables(
        ["Организации"],
        ["Наименование", "ИНН", "Телефон"],
        COMPANY,
        ANOTHER,
        [],
        ["Сотрудники"],
        ["ФИО", "Телефон", "E-mail"],
        PERSON,
    )
    assert [(t.part, t.table, t.header_rows, numbers(t)) for t in (first, second)] == [
        (0, "companies", (2,), [3, 4]),
        (1, "people", (7,), [8]),
    ]


def test_tables_side_by_side() -> None:
    left, right = tables(
        ["Наименование", "ИНН", "Телефон", None, "ФИО", "Телефон", "E-mail"],
        [*COMPANY, None, *PERSON],
        [*ANOTHER, None, *OTHER],
        [None, None, None, None, "Орлов Иван Петрович"],
    )
    assert [(t.part, t.table, keys(t), numbers(t)) for t in (left, right)] == [
        (0, "companies", {0: "name", 1: "inn", 2: "phone"}, [2, 3]),
        (1, "people", {4: "name", 5: "phone", 6: "email"}, [2, 3, 4]),
    ]


def test_a_blank_column_within_one_table_parts_nothing() -> None:
    found = table(["ФИО", "Телефон", None, "Регион", "Отчество отца"], [*PERSON[:2], None, "Тверь", "Иван"])
    assert keys(found) == {0: "name", 1: "phone", 3: "region"}


# what is not loaded


@pytest.mark.parametrize("name", ["Лист1", "Люди"])
def test_a_hidden_sheet_is_named_and_loaded_when_asked_for(name: str) -> None:
    sheet = raw(name, ["ФИО", "Телефон", "E-mail"], PERSON, hidden=True)
    (found,) = find_tables(sheet)
    assert (found.hidden, found.table, found.header_row, numbers(found)) == (True, None, None, [1, 2])
    assert found.reason == "лист скрыт; чтобы загрузить его, выберите для него таблицу"
    (chosen,) = find_tables(sheet, {0: SheetChoice("people")})
    (forced,) = find_tables(sheet, table="people")
    assert [(t.table, t.hidden, numbers(t)) for t in (chosen, forced)] == [("people", True, [2])] * 2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            [["Артикул", "Наименование", "Цена, руб.", "Остаток"], ["А-1", "Стол", 5000, 3], ["А-2", "Стул", 900, 8]],
            "похоже на прайс-лист: колонки «Артикул», «Цена, руб.», «Остаток»",
        ),
        (
            [["Наименование", "Цена", "Остаток", "Адрес склада"], ["Стол", 5, 1, "Тверь"]],
            "похоже на прайс-лист: колонки «Цена», «Остаток», «Адрес склада»",
        ),
        (
            [["Контрагент", "Сальдо на начало", "Дебет", "Кредит"], ["ООО «Ива»", 1, 2, 3], ["АО «Клён»", 4, 5, 6]],
            "похоже на отчёт: колонки «Сальдо на начало», «Дебет», «Кредит»",
        ),
        (
            [["Показатель", "Январь", "Февраль"], ["Выручка", 10, 20], ["Расходы", 5, 6]],
            "похоже на отчёт: колонки «Показатель», «Январь», «Февраль»",
        ),
        (
            [["Наименование", "2022", "2023"], ["Взносы", 10, 20]],
            "похоже на отчёт по годам: колонки «2022», «2023»",
        ),
        (
            [["Названия строк", "Сумма по полю Взнос"], ["Тверь", 10], ["Общий итог", 10]],
            "похоже на отчёт: колонки «Названия строк», «Сумма по полю Взнос»",
        ),
        (
            [["Время", "Понедельник", "Вторник"], ["10:00", "Право", "Учёт"], ["12:00", "Учёт", "Право"]],
            "похоже на расписание: колонки «Время», «Понедельник», «Вторник»",
        ),
        (
            [["Уважаемые коллеги!"], ["Приглашаем вас на общее собрание."], ["С уважением, дирекция"]],
            "только текст без таблицы",
        ),
        (
            [["Отчёт о работе"], ["Раздел", "Что сделано"], ["Право", "Письма"]],
            "похоже на отчёт: на листе написано «Отчёт о работе»",
        ),
        (
            [
                ["Наименование", "ООО «Ива»"],
                ["ИНН", "7707083893"],
                ["Телефон", "(495) 555-01-02"],
                ["Руководитель", "Орлова"],
            ],
            "похоже на карточку или памятку: названия полей стоят друг под другом, а не в строке",
        ),
        (
            [["Дата", "Менеджер", "Клиент", "Сумма"], *([f"0{i}.02.2024", "Белых", "ООО «Ива»", i] for i in (1, 2))],
            "похоже на список продаж или платежей: колонки «Дата», «Сумма»",
        ),
        (
            [["№ заказа", "Покупатель", "Контрагент", "Сумма, руб."], [1, "розница", "ООО «Ива»", 500]],
            "похоже на список продаж или платежей: колонки «№ заказа», «Сумма, руб.»",
        ),
        (
            [["Name", "Copy", "URL"], *([["Test", "a line", "http://example.com"]] * 3)],
            "не нашлось строки с заголовками, знакомыми программе",
        ),
        (
            [["Дата", "Сотрудник", "Клиент", "Сумма"], ["01.02.2024", "Белых Анна", "ООО «Ива»", 5]],
            "похоже на список продаж или платежей: колонки «Дата», «Сумма»",
        ),
        (
            [["Name", "Email"], ["Nora Field", "nora@example.com"], ["Green Garden", "info@example.com"]],
            "не понятно, люди в нём или организации: выберите таблицу сами",
        ),
        ([[1, 2.5], [3, 4]], "похоже на отчёт: почти одни числа"),
        ([["Позвонить", "завтра"], ["что-то", "когда-то"]], "не нашлось строки с заголовками, знакомыми программе"),
    ],
)
def test_what_is_no_register_is_refused_with_the_reason(rows: list[list[Any]], reason: str) -> None:
    found = table(*rows)
    assert (found.table, found.reason) == (None, reason)
    assert len(found.rows) == len(rows)


@pytest.mark.parametrize(
    ("headings", "row", "expected"),
    [
        (["Клиент", "Дата", "Сумма", "ИНН"], ["ООО «Ива»", "01.02.2024", 5, "7707083893"], "companies"),
        (["Член ассоциации", "Сумма взноса", "Дата"], ["ООО «Ива»", 5, "01.02.2024"], "members"),
        (["Наименование организации", "Проект", "Сумма субсидии, руб."], ["ООО «Ива»", "Сад", 5], "companies"),
        (["Мероприятие", "Дата", "Сумма"], ["Форум", "01.02.2024", 5], "events"),
        (["Name", "URL"], ["ООО «Ива»", "http://example.com"], "companies"),
        (["Name", "Email", "Phone"], ["Green Garden Ltd", "info@example.com", None], "companies"),
        (["Company", "Email"], ["Green Garden", "info@example.com"], "companies"),
        (["Full name", "Email"], ["Nora Field", "nora@example.com"], "people"),
        (["Name", "Position", "Email"], ["Nora Field", "doctor", "nora@example.com"], "people"),
        (["Name", "Company", "Email"], ["Nora Field", "Green Garden", "nora@example.com"], "people"),
        (["Название", "Сайт", "Телефон"], ["Ромашка", "example.com", "+7 495 555-00-01"], "companies"),
        (["Name", "URL", "Phone"], ["Орлова Мария Ивановна", "http://example.com", "+7 495 555-00-01"], "people"),
    ],
)
def test_a_register_with_sums_or_pages_is_a_register(headings: list[str], row: list[Any], expected: str) -> None:
    assert table(headings, row).table == expected


def test_a_refused_sheet_is_loaded_when_the_user_says_what_it_is() -> None:
    sheet = raw("Лист1", ["Артикул", "Наименование", "Цена"], ["А-1", "ООО «Ива»", 5])
    (found,) = find_tables(sheet, {0: SheetChoice("companies", {0: "", 2: "+Цена услуг"})})
    assert (found.table, [(c.heading, c.key, c.how) for c in found.columns]) == (
        "companies",
        [("Артикул", None, "chosen"), ("Наименование", "name", "heading"), ("Цена", "+Цена услуг", "chosen")],
    )


def test_a_blank_sheet_has_no_tables() -> None:
    assert find_tables(RawSheet("Лист1", {})) == ()


def test_dates_in_a_heading_row_do_not_break_anything() -> None:
    assert table([dt.date(2024, 1, 1), True, 5], ["x", None, 7.5]).table is None
