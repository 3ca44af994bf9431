"""Invented files of the kinds people have: each gives its name and its bytes. Nobody in them exists.

Numbers have right check digits unless a case is about wrong ones; telephones are of the range kept for films (555).
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]
INNS = ("7701000019", "7701000026", "7701000033")
_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PERSONAL = "500100000199"


def inn(start: str) -> str:
    """An organisation's ИНН of these nine digits and the right check digit."""
    return start + str(sum(int(digit) * weight for digit, weight in zip(start, _WEIGHTS, strict=True)) % 11 % 10)


def book(*sheets: tuple[str, Rows], merged: Sequence[str] = (), hidden: Sequence[str] = (), **options: Any) -> bytes:
    """An .xlsx of these sheets; `merged` areas («A1:C1») are of the first one, dates are date cells."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"default_date_format": "dd.mm.yyyy", "strings_to_urls": False} | options)
    for place, (name, rows) in enumerate(sheets):
        page = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
        for area in merged if place == 0 else ():
            first = area.split(":")[0]
            page.merge_range(area, _at(rows, first))
        if name in hidden:
            page.hide()
    made.close()
    return buffer.getvalue()


def _at(rows: Rows, place: str) -> Any:
    return rows[int(place[1:]) - 1][ord(place[0]) - ord("A")]


def text(rows: Rows, encoding: str = "utf-8", delimiter: str = ";", before: str = "") -> bytes:
    """A CSV in this encoding; `before` stands above the rows."""
    buffer = io.StringIO(newline="")
    buffer.write(before)
    csv.writer(buffer, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return buffer.getvalue().encode(encoding)


def ministry_phones() -> bytes:
    """A telephone list: departments as rows between people, inner numbers, «вакансия»."""
    return book(("Справочник", [
        ["Министерство выдумок", None, None, None, None],
        ["Телефонный справочник по состоянию на 01.03.2024", None, None, None, None],
        [],
        ["№ п/п", "Фамилия, имя, отчество", "Должность", "Служебный телефон", "Кабинет"],
        [1, 2, 3, 4, 5],
        ["Департамент чудес", None, None, None, None],
        [1, "Астрова Вера Павловна", "директор департамента", "(495) 555-10-01", "301"],
        [2, "Бёклин Пётр Ильич", "заместитель директора", "(495) 555-10-02, доб. 12-34", "302"],
        ["Отдел редкостей", None, None, None, None],
        [3, "вакансия", "начальник отдела", "(495) 555-10-03", "303"],
        [4, "Верескова Ия Олеговна", "консультант", "555-10-04", "304"],
    ]), merged=("A1:E1", "A2:E2", "A6:E6", "A9:E9"))  # fmt: skip


def sro_register() -> bytes:
    """A register of a self-regulatory organisation with a heading of three levels, numbered columns and signatures."""
    return book(("Реестр", [
        ["Реестр членов Ассоциации «Выдуманные строители»", *[None] * 8],
        ["№ п/п", "Сведения о члене", None, None, None, "Контакты", None, "Взнос", None],
        [None, "Наименование", "Реквизиты", None, "Место нахождения", "Телефон", "E-mail", "Сумма, руб.",
         "Дата оплаты"],
        [None, None, "ИНН", "ОГРН", None, None, None, None, None],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, "ООО «Ива»", INNS[0], "1027700132195", "101000, г. Москва, ул. Выдуманная, д. 1", "8 (495) 555-20-01",
         "iva@example.ru", "100 000,00", dt.date(2024, 2, 1)],
        [2, "АО «Клён»", INNS[1], None, "101000, г. Москва, ул. Выдуманная, д. 2",
         "8 (495) 555-20-02; 555-20-03 (касса)", "klen@example.ru", "50 000,00", "15.02.2024"],
        [3, "ИП Дубов Олег Ильич", PERSONAL, None, None, "+7 916 555-20-04", None, 35000, dt.date(2024, 3, 1)],
        ["Итого:", None, None, None, None, None, None, 185000, None],
        [],
        ["Исполнительный директор", None, None, "______________", "В. П. Астрова"],
        ["М.П."],
    ]), merged=("A1:I1", "A2:A4", "B2:E2", "F2:G2", "H2:I2", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:H4",
                "I3:I4"))  # fmt: skip


def onec_parties() -> bytes:
    """«Контрагенты» of 1C: parameters above, groups as rows of their own, a full name beside the short one."""
    return book(("TDSheet", [
        ["Контрагенты"],
        ["Параметры:", "Дата формирования: 01.03.2024"],
        [],
        ["Наименование в программе", "Полное наименование", "Вид контрагента", "ИНН", "КПП", "Телефон",
         "Электронная почта"],
        ["Поставщики"],
        ["Ива ООО", 'Общество с ограниченной ответственностью "Ива"', "Юридическое лицо", INNS[0], "770101001",
         "+7 (495) 555-30-01", "iva@example.ru"],
        ["Клён АО", 'Акционерное общество "Клён"', "Юридическое лицо", INNS[1], "770101001", None, None],
        ["Покупатели"],
        ["Дубов Олег Ильич ИП", "Индивидуальный предприниматель Дубов Олег Ильич", "Индивидуальный предприниматель",
         PERSONAL, None, "8-916-555-30-02", None],
        ["Рябинина Анна Львовна", "Рябинина Анна Львовна", "Физическое лицо", None, None, "8-916-555-30-03", None],
    ]))  # fmt: skip


def google_form() -> bytes:
    """Answers of a sign-up form."""
    return text([
        ["Отметка времени", "Ваши фамилия, имя и отчество", "Место работы", "Должность",
         "Контактный телефон (для связи)", "Адрес электронной почты", "Откуда вы узнали о мероприятии?",
         "Согласны на обработку персональных данных?"],
        ["01.03.2024 10:15:12", "Астрова Вера Павловна", "ООО «Ива»", "директор", "79165554001", "astrova@example.ru",
         "от коллег", "Да"],
        ["01.03.2024 11:40:02", "бёклин пётр", "-", "нет", "8 916 555 40 02", "beklin@example", "реклама", "Да"],
        ["02.03.2024 9:01:59", "Верескова И. О.", "АО Клён", "гл. бухгалтер", "+7(916)555-40-03", "veres@example.ru",
         "", "Да"],
        ["02.03.2024 9:05:00", "Астрова Вера Павловна", "ООО «Ива»", "директор", "79165554001", "astrova@example.ru",
         "от коллег", "Да"],
    ], delimiter=",")  # fmt: skip


def amocrm_contacts() -> bytes:
    """Contacts as amoCRM exports them."""
    return text([
        ["ID", "Тип", "Полное имя контакта", "Имя контакта", "Фамилия", "Компания", "Ответственный", "Дата создания",
         "Теги", "Примечание 1", "Рабочий телефон", "Рабочий прямой телефон", "Мобильный телефон", "Факс",
         "Рабочий email", "Личный email", "Должность (контакт)"],
        ["101", "контакт", "Вера Астрова", "Вера", "Астрова", "ООО «Ива»", "Менеджер", "01.03.2024 10:15:12", "науз",
         "перезвонить", "'+74955555001", "", "'+79165555001", "", "astrova@example.ru", "", "директор"],
        ["102", "контакт", "Пётр Бёклин", "Пётр", "Бёклин", "", "Менеджер", "01.03.2024 10:16:12", "", "",
         "", "", "'+79165555002", "", "", "beklin@example.ru", ""],
    ], delimiter=",")  # fmt: skip


def bitrix_companies() -> bytes:
    """Companies as Битрикс24 exports them, utf-8 with a mark."""
    return text([
        ["ID", "Название компании", "Тип компании", "Сфера деятельности", "Ответственный", "Рабочий телефон",
         "Мобильный телефон", "Корпоративный сайт", "Рабочий e-mail", "Реквизит: ИНН", "Реквизит: ОГРН", "Комментарий"],
        ["1", "ООО «Ива»", "Клиент", "Медицина", "Менеджер", "+74955556001", "+79165556001", "http://iva.example",
         "iva@example.ru", INNS[0], "1027700132195", "звонить после обеда"],
        ["2", "АО «Клён»", "Партнёр", "Другое", "Менеджер", "", "", "", "", INNS[1], "", ""],
    ], encoding="utf-8-sig")  # fmt: skip


def two_tables() -> bytes:
    """Two tables one below the other, with a title each."""
    return book(("Лист1", [
        ["Организации"],
        ["Название компании", "ИНН", "Сайт"],
        ["ООО «Ива»", INNS[0], "iva.example"],
        ["АО «Клён»", INNS[1], None],
        [],
        ["Сотрудники"],
        ["ФИО", "Должность", "Телефон"],
        ["Астрова Вера Павловна", "директор", "+7 916 555-70-01"],
        ["Бёклин Пётр Ильич", "юрист", "+7 916 555-70-02"],
        ["Верескова Ия Олеговна", "юрист", "+7 916 555-70-03"],
    ]))  # fmt: skip


def price_list() -> bytes:
    """Goods and prices."""
    return book(("Прайс", [
        ["Прайс-лист ООО «Ива» на 01.03.2024"],
        ["Артикул", "Наименование", "Ед. изм.", "Цена, руб.", "Остаток"],
        ["А-1", "Стол письменный", "шт.", 12500, 3],
        ["А-2", "Стул", "шт.", 3500.5, 12],
    ]))  # fmt: skip


def profit_report() -> bytes:
    """A report on profit and loss by months."""
    return book(("ОПиУ", [
        ["Отчёт о прибылях и убытках за 1 квартал 2024 года"],
        ["Показатель", "Январь", "Февраль", "Март", "Итого"],
        ["Выручка", 100, 120, 130, 350],
        ["Себестоимость", -40, -50, -55, -145],
        ["Чистая прибыль", 60, 70, 75, 205],
    ]))  # fmt: skip


def timetable() -> bytes:
    """Lessons of a week."""
    return book(("Расписание", [
        ["Время", "Понедельник", "Вторник", "Среда"],
        ["09:00–10:30", "Введение, Астрова В. П.", "Право", "Практика"],
        ["10:45–12:15", "Право", "Практика, Бёклин П. И.", None],
    ]))  # fmt: skip


def letter() -> bytes:
    """A letter typed into cells."""
    return book(("Лист1", [
        ["Уважаемая Вера Павловна!"],
        ["Направляем Вам сведения об участниках ассоциации за 2024 год."],
        ["Просим подтвердить получение письма до 1 марта."],
        ["С уважением, Бёклин П. И., тел. +7 916 555-71-01"],
    ]))  # fmt: skip


def without_headings() -> bytes:
    """Companies without a line of headings."""
    return book(("Лист1", [
        ["ООО «Ива»", INNS[0], "iva@example.ru", "+7 495 555-80-01"],
        ["АО «Клён»", INNS[1], "klen@example.ru", "+7 495 555-80-02"],
        ["ПАО «Дуб»", INNS[2], None, "+7 495 555-80-03"],
    ]))  # fmt: skip


def hidden_sheet() -> bytes:
    """Two sheets of people, one of them hidden."""
    heading = ["ФИО", "Телефон"]
    return book(
        ("Участники", [heading, ["Астрова Вера Павловна", "+7 916 555-81-01"]]),
        ("Бывшие", [heading, ["Бёклин Пётр Ильич", "+7 916 555-81-02"]]),
        hidden=("Бывшие",),
    )


def line_breaks() -> bytes:
    """A CSV with several lines in a cell and «sep=» above."""
    return text([
        ["Название компании", "Телефон", "Фактический адрес"],
        ["ООО «Ива»", "+7 495 555-82-01\n+7 495 555-82-02", "101000, г. Москва,\nул. Выдуманная, д. 1"],
        ['ООО "Дом ""Клён"""', "", ""],
    ], before="sep=;\r\n")  # fmt: skip


PEOPLE_ROWS: Rows = [
    ["ФИО", "Телефон", "Регион"],
    ["Астрова Вера Павловна", "+7 916 555-83-01", "Тверская область"],
    ["Бёклин Пётр Ильич", "8 (916) 555-83-02", "Москва"],
]


def numbers_and_texts() -> bytes:
    """Telephones and ИНН as numbers, dates as serial numbers and as texts."""
    return book(("Список", [
        ["ФИО", "Телефон", "ИНН", "Дата рождения"],
        ["Астрова Вера Павловна", 9161234567.0, 500100000199.0, 28870],
        ["Бёклин Пётр Ильич", 89161234568, "500100000262", "1979-01-15"],
        ["Верескова Ия Олеговна", "9161234569.0", None, "15 января 1979 года"],
    ]))  # fmt: skip


def epoch_1904() -> bytes:
    """Date cells of a workbook that counts days from 1904."""
    rows: Rows = [["ФИО", "Дата рождения"], ["Астрова Вера Павловна", dt.date(1979, 1, 15)]]
    return book(("Список", rows), date_1904=True)


def names_apart() -> bytes:
    """Parts of the name in three columns, with totals below."""
    return book(("Участники", [
        ["№", "Фамилия", "Имя", "Отчество", "Организация", "Эл. адрес"],
        [1, "Астрова", "Вера", "Павловна", "ООО «Ива»", "astrova@example.ru"],
        [2, "БЁКЛИН", "ПЁТР", None, "ООО «Ива»", None],
        [3, "Верескова", None, None, "АО «Клён»", None],
        [None, "Всего", 3],
    ]))  # fmt: skip


NAMES = ("Вера", "Анна", "Ия", "Нина", "Майя", "Инна", "Алла", "Ада", "Яна", "Ева")


def survey() -> bytes:
    """A survey with sixty columns, most of which no table has."""
    questions = [f"{number}. Оцените по десятибалльной шкале вопрос № {number}" for number in range(1, 57)]
    heading = ["ФИО респондента", "E-mail", "Организация", "Дата заполнения", *questions]
    people = [
        [f"Астрова {name} Павловна", f"a{number}@example.ru", "ООО «Ива»", "01.03.2024", *[number + 1] * 56]
        for number, name in enumerate(NAMES)
    ]
    return book(("Ответы на форму (1)", [heading, *people]))


FILES: dict[str, Callable[[], bytes]] = {
    "Телефоны министерства.xlsx": ministry_phones,
    "Реестр СРО.xlsx": sro_register,
    "Контрагенты.xlsx": onec_parties,
    "Регистрация (Ответы).csv": google_form,
    "amocrm_export_contacts.csv": amocrm_contacts,
    "COMPANY_20240301.csv": bitrix_companies,
    "Две таблицы.xlsx": two_tables,
    "Прайс.xlsx": price_list,
    "ОПиУ.xlsx": profit_report,
    "Расписание.xlsx": timetable,
    "Письмо.xlsx": letter,
    "Без шапки.xlsx": without_headings,
    "Скрытый лист.xlsx": hidden_sheet,
    "Переносы.csv": line_breaks,
    "utf-16.csv": lambda: text(PEOPLE_ROWS, "utf-16", "\t"),
    "mac.csv": lambda: text(PEOPLE_ROWS, "mac-cyrillic"),
    "cp1251.csv": lambda: text(PEOPLE_ROWS, "cp1251"),
    "Числа.xlsx": numbers_and_texts,
    "1904.xlsx": epoch_1904,
    "Участники.xlsx": names_apart,
    "Опрос.xlsx": survey,
}
"""File name → its maker."""
