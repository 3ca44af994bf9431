"""Headings in other people's words."""

from typing import Any

import pytest

from services.imports.recognise import is_mark
from services.tables.columns import RECORD_KEY_HEADING
from tests.services.imports.sheets import INN, OTHER_INN, PERSON, by_heading, by_place, keys, remarks, sheet

ORGANISATION = {
    "name": [
        "Полное наименование члена СРО",
        "Контрагент",
        "NamePartners",
        "Наименование юр. лица",
        "Company",
        "Организация",
        "Название организации:",
        "Наименование предприятия*",
        "КОМПАНИЯ",
        "Company name",
        "Название фирмы",
    ],
    "phone": [
        "Контактный телефон",
        "Номер телефона контактный",
        "Конт. тел.",
        "Телефоны",
        "Phone",
        "Тел./факс",
        "Моб. тел.",
        "Рабочий телефон",
        "PHONE_WORK",
        "Телефон партнёра",
        "тел:",
    ],
    "email": [
        "Адрес электронной почты",
        "Эл. адрес",
        "0_Электронная почта",
        "E-Mail:",
        "Почта",
        "EMAIL_WORK",
        "Эл.почта организации",
        "Рабочий e-mail",
        "Электронный адрес",
    ],
    "site": [
        "Корпоративный сайт",
        "Адрес сайта",
        "Web-сайт",
        "WebSite",
        "WEB_WORK",
        "Сайт организации в сети Интернет",
    ],
    "inn": ["Идентификационный номер налогоплательщика", "ИНН организации", "INN", "ИНН:", "И.Н.Н."],
    "ogrn": ["ОГРН/ОГРНИП", "Основной государственный регистрационный номер", "OGRN"],
    "kpp": ["КПП"],
    "requisites": ["ОГРН / ИНН", "ИНН/КПП", "ИНН, ОГРН"],
    "legal_address": ["Место нахождения", "Юр. адрес", "Адрес (юридический)", "Адрес места нахождения", "Юрадрес"],
    "actual_address": ["Фактический адрес", "Факт. адрес", "Адрес фактический", "Address"],
    "director": ["Ф.И.О. руководителя", "Руководитель организации", "Генеральный директор", "Director", "Рук-ль"],
    "contact": ["Контактное лицо", "ФИО контактного лица", "Конт. лицо", "Представитель организации"],
    "direction": ["Сфера деятельности", "Вид деятельности", "Отрасль"],
    "source": ["Откуда узнали об услугах*:", "Источник", "Кто привёл"],
    "contract_number": ["№ договора", "Договор №", "Номер договора"],
    "contract_date": ["Дата договора", "Дата заключения договора"],
    "record_key": [RECORD_KEY_HEADING],
}
UNKNOWN = [
    "Номер факса",
    "Рейтинг",
    "Дата исключения",
    "Логотип",
    "Банковские реквизиты",
    "Тип услуги*:",
    "Адрес VLAN  От",
    "До",
    "Кол-во сотрудников",
    "Страница Facebook",
    "Ответственный менеджер",
    "Должность руководителя",
    "Дата рождения",
    "ИНН руководителя",
    "Количество телефонов",
    "Вид обуви",
]


@pytest.mark.parametrize(("key", "heading"), [(key, text) for key, texts in ORGANISATION.items() for text in texts])
def test_headings_of_organisations(key: str, heading: str) -> None:
    others = [
        ("Название компании", "name"),
        ("ИНН", "inn"),
        ("Юридический адрес", "legal_address"),
        ("E-mail", "email"),
    ]
    beside = [text for text, other in others if other != key]
    found = sheet("Лист1", [*beside, heading, "Ещё что-то"], [None] * (len(beside) + 2))
    assert (found.table, by_heading(found)[" ".join(heading.split())]) == ("companies", key)


@pytest.mark.parametrize("heading", UNKNOWN)
def test_headings_that_mean_no_column_are_left_alone(heading: str) -> None:
    found = sheet(
        "Лист1", ["Название компании", "ИНН", "Телефон", heading], ["ООО «Ива»", INN, "+7 495 555-01-02", None]
    )
    assert (found.table, found.columns[3].key) == ("companies", None)


@pytest.mark.parametrize(
    ("key", "heading"),
    [
        ("name", "Укажите Ваше ФИО"),
        ("name", "Ф.И.О. участника"),
        ("name", "Full name"),
        ("name", "Фамилия, имя, отчество слушателя"),
        ("workplace", "Из какой вы организации?"),
        ("workplace", "Организация / место работы"),
        ("workplace", "Company"),
        ("position", "Ваша должность"),
        ("position", "POST"),
        ("birth_date", "Дата рожд. (дд.мм.гггг)"),
        ("region", "Регион проживания"),
        ("email", "Адрес электронной почты"),
        ("phone", "Телефон для связи"),
        (None, "Отметка времени"),
        (None, "Согласие на обработку персональных данных"),
        (None, "Корпоративный сайт"),
    ],
)
def test_headings_of_people(key: str | None, heading: str) -> None:
    others = [("ФИО", "name"), ("Дата рождения", "birth_date"), ("Место работы", "workplace"), ("Телефон", "phone")]
    beside = [text for text, other in others if other != key]
    found = sheet("Лист1", [*beside, heading], [None] * (len(beside) + 1))
    assert (found.table, by_heading(found)[heading]) == ("people", key)


@pytest.mark.parametrize("heading", ["№ п/п", "№ строки", "№", "Выбрать", "Порядковый номер"])
def test_columns_of_line_numbers_and_ticks(heading: str) -> None:
    found = sheet("Лист1", [heading, "ФИО", "Телефон"], [1, PERSON, "+7 916 555-00-01"])
    assert is_mark(heading)
    assert by_place(found) == {1: "name", 2: "phone"}


@pytest.mark.parametrize(
    "headings",
    [("Фамилия", "Имя", "Отчество"), ("LAST_NAME", "NAME", "SECOND_NAME"), ("Last name", "First name", "Middle name")],
)
def test_a_name_in_three_columns(headings: tuple[str, str, str]) -> None:
    found = sheet("Лист1", [*headings, "Телефон"], ["Орлова", "Мария", "Ивановна", "+7 916 555-00-01"])
    assert (found.table, keys(found)) == ("people", ["last_name", "first_name", "middle_name", "phone"])


def test_one_heading_over_the_three_parts_of_a_name() -> None:
    found = sheet("Лист1", ["ФИО", None, None, "Телефон"], ["Орлова", "Мария", "Ивановна", "1"], merged=((1, 0, 1, 2),))
    assert by_place(found) == {0: "last_name", 1: "first_name", 2: "middle_name", 3: "phone"}


def test_the_whole_name_wins_over_its_parts() -> None:
    found = sheet("Лист1", ["Организация", "Имя", "ФИО"], ["Офис", "Орлова М.И.", PERSON])
    assert by_place(found) == {0: "workplace", 2: "name"}
    assert remarks(found) == {"Имя": "Не загружается: «ФИО» берётся из колонки «ФИО»."}


def test_several_phones_and_emails_are_all_taken_of_sites_the_first() -> None:
    found = sheet(
        "Лист1",
        [
            "Название компании",
            "Рабочий телефон",
            "Мобильный телефон",
            "Рабочий e-mail",
            "Частный e-mail",
            "Сайт компании",
            "Другой сайт",
        ],
        ["ООО «Ива»"],
    )
    assert keys(found) == ["name", "phone", "phone", "email", "email", "site", None]
    assert remarks(found) == {"Другой сайт": "Не загружается: «Сайт» берётся из колонки «Сайт компании»."}


@pytest.mark.parametrize(
    ("heading", "cells", "key"),
    [
        ("Тип партнёра", ["ООО", "ПАО"], "legal_form"),
        ("Тип контрагента", ["Юр лицо", "Физ лицо"], "party_type"),
        ("Организационно-правовая форма", ["Общество с ограниченной ответственностью", "АО"], "legal_form"),
        ("Тип компании", ["Партнёр", "Клиент"], None),
        ("ОПФ", [None, None], "legal_form"),
    ],
)
def test_a_kind_of_organisation_is_told_by_its_cells(heading: str, cells: list[Any], key: str | None) -> None:
    found = sheet("Лист1", ["Наименование", "ИНН", heading], ["Ива", INN, cells[0]], ["Клён", OTHER_INN, cells[1]])
    assert found.columns[2].key == key
