"""The invented workbook of an association, with every kind of mess real ones have.

`python -m tests.samples` writes data/samples/association.xlsx anew; a test holds the file and this module together.
Everybody and everything in it is made up; numbers have right check digits only where they are meant to.
"""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from services.settings import ROOT

PATH = ROOT / "data" / "samples" / "association.xlsx"
MADE = dt.datetime(2024, 4, 1, 12, 0)  # noqa: DTZ001 - a workbook's own property; xlsxwriter wants no zone

DOCUMENTS = [
    "договор",
    "заявление",
    "анкета",
    "мотивационное письмо",
    "согласие на обраб. ПД",
    "фото",
    "копия паспорта",
]
RECEIVED = "Даты поступления документов"


@dataclass(frozen=True)
class Sheet:
    """A worksheet: rows from the top, ranges to merge as (top, left, bottom, right) from 0."""

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


def day(year: int, month: int, date: int) -> dt.date:
    """A real date cell."""
    return dt.date(year, month, date)


PEOPLE = Sheet(
    "Физ.лица",
    [
        ["Физ.лица"],
        [],
        ["Выбрать", "Основные данные", *[None] * 10, "Членство", None, "Договор"],
        [None, "ФИО", "Дата рождения", "Место работы", "Должность", "Регалии", "телефон", "эл.почта",
         "Паспортные данные", "ИНН", "Регион", "Кто привел / Источник", "Членство", "Потенциал", "Договор №", "дата договора",
         "Хобби"],
        [True, "Журавлёв Олег Борисович", day(1979, 3, 18), None, "Директор", "к.м.н.", "+7916555010", "zhuravl@example.ru",
         None, 231022, "350010, г. Краснодар, ул. Садовая, 5", "Обучение - Лидерство", "да", None, None, day(2022, 11, 30)],
        [None, "соколова  анна   павловна", "1985", "Академия", "Ректор", None, "8 (916) 555-01-02; +7 495 555-01-03 доб. 12",
         "SOKOLOVA@Example.ru", "4510 000000", "500100732259", "Москва", "Мероприятие", "нет", "да", "№ 7", "22.01.2023", "шахматы"],
        [None, "Тихонов Лев Игоревич", None, None, None, None, "+7 916 555-01-04", "tikhonov@example.ru\ntikhonov.lev@example.ru",
         None, None, None, "Лид по обучению", "нет", "нет"],
        [None, None, None, "ООО «Без имени»", None, None, "+7 916 555-01-05"],
    ],
    merged=((2, 0, 3, 0), (2, 1, 2, 11), (2, 12, 2, 13), (2, 14, 2, 15)),
)  # fmt: skip

COMPANIES = Sheet(
    "Юр.лица",
    [
        ["Вставить", "Основные данные", *[None] * 11, "Членство", None, "Договор", None, RECEIVED],
        [None, "Название компании", "Направление", "Сайт", "Директор", "Контактное лицо", "телефон", "эл.почта", "ИНН", "ОГРН",
         "Юридический адрес", "Фактический адрес", "Кто привел / Источник", "Членство", "Потенциал", "Договор №", "Дата договора",
         *DOCUMENTS, "уведомление"],
        [None, "ООО Лазурит", "Медицина", "lazurit.example", None, "Гордеев Павел Ильич (директор)", "(495) 555-02-01", None,
         None, None, "350010, г. Краснодар, ул. Садовая, 5", "350010, г. Краснодар, ул. Садовая, 5", "Обучение - Лидерство",
         "да", None, None, "30.11.2022"],
        [None, "ООО ВЕКТОР+", "Биотехнологии", None, "Белова Вера Олеговна", "Рощин Артём Денисович (ген. Директор)", None, None,
         "7700000001", None, "119049, Москва, ул. Полевая, д.11, стр.2, комнаты 1-9; 9А", None,
         "Мероприятие от дата и название", "нет", "да"],
        [None, "ИП Дроздова Нина Петровна", None, None, None, "Дроздова Нина Петровна", None, None, None, None, None, None,
         "Клёнов", None, None, None, None, day(2024, 1, 10), "01.2024", None, day(2024, 1, 10), day(2024, 1, 10), None, None,
         "22.12.2023"],
        [None, "ООО НПП ОПОРА", None, None, None, "Жданова Майя Рустамовна", None, None, None, None,
         "414000, г. Астрахань, ул. Новая, д.3", "414000, г. Астрахань, ул. Новая, д.3", None, None, None, "№1-Ч", "20.11.2023",
         "01.12.2023", "01.12.2023", "14.12.2023", "01.12.2023", "01.12.2023", None, "01.12.2023"],
    ],
    merged=((0, 0, 1, 0), (0, 1, 0, 12), (0, 13, 0, 14), (0, 15, 0, 16), (0, 17, 0, 24)),
)  # fmt: skip

MEMBERS = Sheet(
    "Реестр членов ассоциации",
    [
        ["Выбрать", "Наименование", "Контактное лицо", "телефон", "эл.почта", "Договор", "дата договора", "ОГРН / ИНН",
         "Юридический адрес", "Фактический адрес", RECEIVED, *[None] * 6, "Сумма Годового взноса", "дата оплаты",
         "Дата окончания договора", "От кого", "Комментарий"],
        [*[None] * 10, *DOCUMENTS],
        [None, "ООО «Лазурит»", "Гордеев Павел Ильич (директор)", "8 495 555-02-09", None, None, "30.11.2022",
         "1099900001112/231022", "350010, г. Краснодар, ул. Садовая, 5", None, *[None] * 7, "35\u00a0000", day(2024, 2, 15),
         day(2025, 2, 15)],
        [None, "ООО ВЕКТОР+", "Рощин Артём Денисович (ген. Директор)", None, None, None, None, "1099900002223 / 9900001116",
         None, None, *[None] * 7, 50000.5, day(2023, 8, 23), day(2024, 8, 23), None, "временно не трогать"],
        [None, "ИП Дроздова Нина Петровна", "Дроздова Нина Петровна", None, None, None, None, None, None, None, "10.01.2024",
         "10.01.2024", None, "10.01.2024", "10.01.2024", None, None, None, "15.11.2023", "15.11.2024", "Клёнов",
         "по докум. уточнит у помощника"],
        [None, "ООО ЦЕНТР НОВЫХ ТЕХНОЛОГИЙ", "Арбузова\\Линькова", *[None] * 7, *[None] * 7, None, "29.02.2024", "28.03.2024"],
        [None, "ООО Ольхов", "Лугова Инна Львовна (Прудникова Дарья помощник)", *[None] * 7, "04.03.2024", *[None] * 6, None,
         "01.03.2024", "01.03.2024"],
        [None, "Тихонов Лев Игоревич (ФЛ)", None, "+7 916 555-01-04", None, "Ф-3", "2023", None, "Тверь", None, None,
         "03.2024", *[None] * 5, "пять тысяч", "01.03.2024", "01.03.2025"],
        ["Всего", "Итого: 6"],
    ],
    merged=(*((0, place, 1, place) for place in (*range(10), *range(17, 22))), (0, 10, 0, 16)),
)  # fmt: skip

COMMITTEE = Sheet(
    "Комитет",
    [
        ["Комитет по инновациям"],
        [],
        ["Выбрать", "ФИО", "Компания", "Должность в компании", "Позиция в комитете", "E-mail", "Телефон", "в НАУЗ с",
         "Мероприятия", "Обучение", "Комментарий"],
        [None, "Журавлёв Олег Борисович", "ООО «Рога и копыта»", "Генеральный директор", "Председатель комитета",
         "oleg@example.ru", "+79165550601", "2022 г.", "Мероприятие 1", "Курс 2"],
        [None, "Соколова Анна Павловна", "Академия", "Ректор", "Член комитета", "sokolova@example.ru", "+79165550602", "20023 г."],
        [None, "Панин Юрий Олегович", None, None, "Эксперт", None, None, "03.2021", "Мероприятие 1; Круглый стол"],
    ],
)  # fmt: skip

CHAIRS = Sheet(
    "Председатели",
    [
        ["Выбрать", "ФИО", "Компания", "Должность в компании", "Председатель комитета", "E-mail", "Телефон", "в НАУЗ с",
         "Комментарий"],
        [None, "Журавлёв Олег Борисович", "ООО «Рога и копыта»", "Генеральный директор", "По инновациям", "oleg@example.ru",
         "+79165550601", "2022 г."],
        [None, "Соколова Анна Павловна", "Академия", "Ректор", "По юридическим инициативам", "sokolova@example.ru",
         "+79165550602", "2023 г.", "с полномочиями до осени"],
    ],
)  # fmt: skip

_EVENT_HEADINGS = ["Название", "Даты", "Спикеры", "Формат", "Описание", "Приглашены", "Участвовали", "Комментарий"]

EVENTS = Sheet(
    "Мероприятия",
    [
        _EVENT_HEADINGS,
        ["Мероприятие 1", "01.02.2024", "Журавлёв О.Б.", "Онлайн", None, 100, 25],
        ["Мероприятие 2", day(2024, 3, 1), "Соколова А.П.", "Онлайн", "Открытая встреча", 50, 40, "запись есть"],
        ["Мероприятие 3", "06.2024", "Журавлёв О.Б.; Ясенев К.К.", "Гибрид", None, 200, "-"],
        ["Мероприятие 4", "01.06.2024 - 03.06.2024", None, "в зале", None, 300, "-"],
    ],
)

COURSES = Sheet(
    "Курсы",
    [
        _EVENT_HEADINGS,
        ["Курс 1", "01.02.2024", "Журавлёв О.Б.", "Онлайн", None, 100, 25],
        ["Курс 2", "31.02.2024", "Соколова А.П.", "Очно", None, "около ста", 40],
    ],
)

VENUES = Sheet(
    "Места проведения",
    [
        ["Выбрать", "Название", "Адрес", "Партнер", "Контакты", "Мероприятия", "Курсы", "Ответственное лицо", "Комментарий"],
        [None, "Гостиница «Заря»", "г.Москва ул....", "ООО Рога", "+79165550601, oleg@example.ru Журавлёв Олег Борисович",
         "Мероприятие 1", "Курс 1", "Менеджер Ивлева"],
        [None, "Дом науки", "г.Москва ул....", "ООО Рога и копыта", "+79165550777 Снегирёва Ольга Ивановна", "Мероприятие 2",
         "Курс 2", "Менеджер Орешкина", "вход со двора"],
        [None, "Зал на набережной", None, None, None, "Мероприятие 2"],
    ],
)  # fmt: skip

DRAFT = Sheet("Черновик", [["Позвонить", "завтра"], ["что-то", "когда-то"]])
SECRET = Sheet("Архив", [["ФИО", "Телефон"], ["Некто Некто Нектович", "+79165550999"]], hidden=True)

SHEETS = (PEOPLE, COMPANIES, MEMBERS, COMMITTEE, CHAIRS, EVENTS, COURSES, VENUES, DRAFT, SECRET)


def workbook(*sheets: Sheet) -> bytes:
    """An .xlsx of these sheets; the same bytes for the same sheets."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": MADE})
    dates = book.add_format({"num_format": "dd.mm.yyyy"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        for number, row in enumerate(sheet.rows):
            for place, value in enumerate(row):
                _write(page, number, place, value, dates)
        for top, left, bottom, right in sheet.merged:
            page.merge_range(top, left, bottom, right, sheet.rows[top][left])
    book.close()
    return buffer.getvalue()


def _write(page: Any, number: int, place: int, value: Any, dates: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(number, place, value)
    elif isinstance(value, dt.date):
        page.write_datetime(number, place, dt.datetime.combine(value, dt.time()), dates)
    elif isinstance(value, str):
        page.write_string(number, place, value)
    elif value is not None:
        page.write_number(number, place, value)


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(workbook(*SHEETS))
