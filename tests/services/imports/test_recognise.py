"""Which table a sheet is, which column is which. Names and numbers are invented, but for the open corpus beside us."""

import datetime as dt
from typing import Any

import pytest

from services.imports.reading import read_workbook
from services.imports.recognise import RecognisedSheet, find_tables
from services.imports.synonyms import PSEUDO
from services.tables.registry import TABLES
from tests import samples
from tests.services.imports.sheets import INN, OTHER_INN, PERSON, PERSONAL_INN, by_place, keys, remarks, sheet


def test_the_sheets_of_the_sample() -> None:
    book = read_workbook("", samples.PATH.read_bytes())
    assert [(s.table, s.header_row, len(s.rows)) for sheet in book.sheets for s in find_tables(sheet)] == [
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
    rows: list[list[Any]] = [["Название", "Даты", "Формат"], ["Лекция", "01.02.2024", "очно"]]
    assert [sheet(name, *rows).table for name in ("Мероприятия", "Курсы")] == ["events", "courses"]
    person: list[list[Any]] = [["ФИО", "Компания", "Телефон", "Комментарий"], ["А Б В", "ООО", "1", "x"]]
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
    heading: list[Any] = ["ФИО", "Телефон"]
    found = sheet("Люди", heading, ["А Б В", "1"], heading, ["Г Д Е", "2"])
    assert [row.number for row in found.rows] == [2, 4]


def test_several_committees_on_a_sheet() -> None:
    heading: list[Any] = ["Выбрать", "ФИО", "Позиция в комитете", "E-mail"]
    found = sheet(
        "Комитет",
        ["Комитет по науке"],
        heading,
        [None, "А Б В", None, None],
        ["Комитет по спорту"],
        heading,
        [None, "Г Д Е", None, None],
    )
    assert [(row.number, row.title) for row in found.rows] == [(3, "Комитет по науке"), (6, "Комитет по спорту")]


@pytest.mark.parametrize("name", ["Председатели", "Председатели (2)"])
def test_the_number_of_a_copy_is_no_part_of_a_sheets_title(name: str) -> None:
    found = sheet(name, ["ФИО", "Комитет", "Телефон"], [PERSON, "Комитет по науке", None])
    assert (found.name, found.table, found.asides) == (name, "chairs", ())


def test_the_sheet_itself_may_name_the_committee() -> None:
    found = sheet("Комитет по науке", ["ФИО", "Позиция в комитете", "E-mail"], ["А Б В", None, None])
    assert found.rows[0].title == "Комитет по науке"


def test_dates_and_numbers_come_as_they_are() -> None:
    book = read_workbook(
        "", samples.workbook(samples.Sheet("А", [[samples.day(2024, 1, 10), 231022, "01.2024", True, 0.5]]))
    )
    assert book.sheets[0].rows[1] == (dt.date(2024, 1, 10), 231022.0, "01.2024", True, 0.5)


# what the cells say


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ([INN, OTHER_INN], "inn"),
        ([int(INN), int(OTHER_INN)], "inn"),
        (["1027700132195", "304500116000157"], "ogrn"),
        (["1027700132195/7707083893", "1157746574798 / 7706422720"], "requisites"),
        (["info@example.ru", "a@example.ru; b@example.ru"], "email"),
        (["(495) 555-01-02, 555-01-03 (касса)", "8 916 555 00 01"], "phone"),
        (["example.ru", "https://www.example.ru/about"], "site"),
        (["12", "что-то"], None),
        (["01.02.2024", "05.02.2024"], None),
    ],
)
@pytest.mark.parametrize("heading", ["Номер", "Данные", None])
def test_a_column_of_unknown_words_is_what_its_cells_are(
    heading: str | None, cells: list[Any], key: str | None
) -> None:
    rows: list[list[Any]] = [
        ["Название компании", heading, "Договор №"],
        ["ООО «Ива»", cells[0]],
        ["АО «Клён»", cells[1]],
    ]
    found = sheet("Компании", *rows)
    assert by_place(found).get(1) == key
    assert [column.how for column in found.columns if column.key == key and key] == (["content"] if key else [])


def test_contents_of_nearly_all_cells_decide_against_the_heading() -> None:
    rows: list[list[Any]] = [
        ["ООО «Ива»", "+7 495 555-01-01", "a@example.ru", "iva.example.ru", "Орлова Мария Ивановна"],
        ["ООО «Клён»", "+7 495 555-01-02", "b@example.ru", "klen.example.ru", "Рыбин Пётр Ильич"],
        ["ООО «Дуб»", "+7 495 555-01-03", "c@example.ru", "dub.example.ru", "Панин Юрий Олегович"],
    ]
    found = sheet("Лист1", ["Наименование", "Руководитель", "Сайт", "E-mail", "Телефон"], *rows)
    assert keys(found) == ["name", "phone", "email", "site", "contact"]
    assert remarks(found) == {
        "Руководитель": "В колонке «Руководитель» телефоны: загружается как «Телефон».",
        "Сайт": "В колонке «Сайт» адреса эл. почты: загружается как «Эл. почта».",
        "E-mail": "В колонке «E-mail» адреса сайтов: загружается как «Сайт».",
        "Телефон": "В колонке «Телефон» имена людей: загружается как «Контактное лицо».",
    }


def test_contents_of_most_cells_are_remarked_of_few_are_not() -> None:
    def loaded(*sites: str) -> RecognisedSheet:
        return sheet("Лист1", ["Наименование", "ИНН", "Сайт"], *(["ООО «Ива»", INN, site] for site in sites))

    most = loaded("a@example.ru", "b@example.ru", "iva.example.ru")
    assert (keys(most), most.columns[2].remark) == (
        ["name", "inn", "site"],
        "В колонке «Сайт» адреса эл. почты: так в 2 из 3 ячеек. Проверьте её.",
    )
    assert remarks(loaded("a@example.ru", "iva.example.ru", "klen.example.ru")) == {}


def test_a_number_of_the_organisation_is_not_that_of_its_people() -> None:
    found = sheet("Участники", ["ФИО", "Место работы", "Должность", "ИНН"], [PERSON, "ООО «Ива»", "Врач", INN])
    assert (found.table, keys(found)) == ("people", ["name", "workplace", "position", None])
    assert remarks(found) == {"ИНН": "В колонке «ИНН» ИНН организаций, а не людей: не загружается."}
    own = sheet("Участники", ["ФИО", "Место работы", "Должность", "ИНН"], [PERSON, "ООО «Ива»", "Врач", PERSONAL_INN])
    assert keys(own) == ["name", "workplace", "position", "inn"]


# which table


@pytest.mark.parametrize(
    ("name", "rows", "table"),
    [
        (
            "Лист1",
            [["Организация", "ФИО", "Должность", "Телефон"], ["ООО «Ива»", PERSON, "Врач", "+79165550001"]],
            "people",
        ),
        (
            "Лист1",
            [["Организация", "ИНН", "Адрес", "ФИО", "Телефон"], ["ООО «Ива»", INN, "Тверь", PERSON, "+79165550001"]],
            "companies",
        ),
        (
            "Лист1",
            [["Наименование организации", "Контактное лицо", "Телефон"], ["ООО «Ива»", PERSON, "+79165550001"]],
            "companies",
        ),
        (
            "Лист1",
            [["Наименование", "ИНН", "ОГРН", "Дата вступления"], ["ООО «Ива»", INN, None, "01.02.2020"]],
            "companies",
        ),
        (
            "Реестр членов",
            [["Наименование", "ИНН", "ОГРН", "Дата вступления"], ["ООО «Ива»", INN, None, "01.02.2020"]],
            "members",
        ),
        (
            "Лист1",
            [["Наименование", "ИНН", "Сумма взноса", "Дата оплаты"], ["ООО «Ива»", INN, 5000, "01.02.2024"]],
            "members",
        ),
        ("Лист1", [["ФИО", "Организация", "Роль в комитете"], [PERSON, "ООО «Ива»", "член комитета"]], "committees"),
        ("Лист1", [["ФИО", "Компания", "Тема доклада"], [PERSON, "ООО «Ива»", "О праве"]], "speakers"),
        ("Лист1", [["Мероприятие", "Дата", "Место проведения"], ["Форум", "01.02.2024", "Москва"]], "events"),
        (
            "Лист1",
            [["Название курса", "Дата начала", "Преподаватели"], ["Учёт", "01.02.2024", "Орлова М.И."]],
            "courses",
        ),
        ("Лист1", [["Площадка", "Адрес", "Контактное лицо"], ["Дом науки", "Москва, ул. Ленина, 5", PERSON]], "venues"),
        ("Лист1", [["ФИО", "Компания", "Телефон", "Комментарий"], [PERSON, "ООО «Ива»", "1", "x"]], "people"),
        (
            "Лист1",
            [["№", "Наименование организации", "Название проекта", "Год"], [1, "ООО «Ива»", "Проект", 2011]],
            "companies",
        ),
    ],
)
def test_which_table(name: str, rows: list[list[Any]], table: str) -> None:
    assert sheet(name, *rows).table == table


def test_a_register_of_members_may_have_its_numbers_apart() -> None:
    found = sheet(
        "Реестр членов",
        ["Наименование", "ИНН", "КПП", "ОГРН", "Руководитель", "Сумма взноса"],
        ["ООО «Ива»", INN, "770701001", "1027700132195", PERSON, 5000],
    )
    assert (found.table, keys(found)) == ("members", ["name", "inn", "kpp", "ogrn", "director", "fee_amount"])


def test_every_key_is_one_of_the_table_or_a_pseudo_key() -> None:
    for key, pseudo in PSEUDO.items():
        for name in pseudo.tables:
            assert key not in {column.key for column in TABLES[name].columns}, (key, name)


# organisations and people, told apart by what else the table says


@pytest.mark.parametrize(
    ("heading", "row", "table", "places"),
    [
        (
            ["Организация", "Контакт", "Телефон", "Почта"],
            ["ООО «Ива»", PERSON, "+79165550001", "a@example.ru"],
            "companies",
            {0: "name", 1: "contact", 2: "phone", 3: "email"},
        ),
        (["Контакт", "Телефон"], [PERSON, "+79165550001"], "people", {0: "name", 1: "phone"}),
        (["Клиент", "Телефон"], [PERSON, "+79165550001"], "people", {0: "name", 1: "phone"}),
        (["Клиент", "Телефон"], ["ООО «Ива»", "+79165550001"], "companies", {0: "name", 1: "phone"}),
        (["Название", "Телефон", "Цвет"], ["Ива", "+79165550001", "синий"], "companies", {0: "name", 1: "phone"}),
        (["FullName", "ShortName", "INN"], ["Учреждение «Ива»", "Ива", INN], "companies", {0: "name", 2: "inn"}),
        (
            ["Имя контакта", "Имя", "Фамилия", "Телефон"],
            [PERSON, "Мария", "Орлова", "+79165550001"],
            "people",
            {1: "first_name", 2: "last_name", 3: "phone"},
        ),
    ],
)
def test_people_or_organisations(heading: list[Any], row: list[Any], table: str, places: dict[int, str]) -> None:
    found = sheet("Лист1", heading, row)
    assert (found.table, by_place(found)) == (table, places)


def test_three_columns_of_names_without_a_heading() -> None:
    found = sheet(
        "Лист1", ["Орлова", "Мария", "Ивановна", "+7 916 555-00-01"], ["Рыбин", "Пётр", "Ильич", "+7 916 555-00-02"]
    )
    assert (found.table, by_place(found)) == ("people", {0: "last_name", 1: "first_name", 2: "middle_name", 3: "phone"})
