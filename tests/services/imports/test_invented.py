"""Invented files of the kinds people have: what is read, loaded, remarked or refused."""

from dataclasses import dataclass

import pytest

from services.access.permissions import SYSTEM
from services.errors import DomainError
from services.imports import running
from services.imports.reading import read_workbook
from services.imports.recognise import find_tables
from tests.services.imports.outcomes import fates, keys, loaded, one
from tests.services.imports.registers import FILES


@dataclass(frozen=True)
class Invented:
    """An invented file: table and keys of each table on its sheets, fates, telling cells (table, name) → cells."""

    tables: tuple[tuple[str, str], ...]
    fates: tuple[tuple[int, int, int, int], ...]
    cells: dict[tuple[str, str], dict[str, str | None]]


ASTROVA, BEKLIN, VERESKOVA = "Астрова Вера Павловна", "Бёклин Пётр Ильич", "Верескова Ия Олеговна"
SMALL = Invented((("people", "name phone region"),), ((2, 0, 0, 0),), {
    ("people", ASTROVA): {"phone": "+79165558301", "region": "Тверская область"},
    ("people", BEKLIN): {"phone": "+79165558302", "region": "Москва"},
})  # fmt: skip
INVENTED = {
    "Телефоны министерства.xlsx": Invented((("people", "- name position phone -"),), ((3, 0, 0, 1),), {
        ("people", ASTROVA): {"position": "директор департамента", "phone": "+74955551001"},
        ("people", BEKLIN): {"position": "заместитель директора", "phone": "+74955551002 доб. 1234"},
        ("people", VERESKOVA): {"phone": "555-10-04"},
    }),
    "Реестр СРО.xlsx": Invented(
        (("members", "- name inn ogrn legal_address phone email fee_amount paid_on"),), ((3, 0, 0, 0),), {
            ("members", "АО «Клён»"): {
                "phone": "+74955552002, +74955552003 (касса)", "fee_amount": "50\xa0000,00", "paid_on": "15.02.2024",
            },
            ("members", "ИП Дубов Олег Ильич"): {"requisites": "500100000199", "fee_amount": "35\xa0000,00"},
            ("members", "ООО «Ива»"): {"requisites": "1027700132195/7701000019", "paid_on": "01.02.2024"},
        }),
    "Контрагенты.xlsx": Invented((("companies", "- name party_type inn kpp phone email"),), ((4, 0, 0, 0),), {
        ("companies", "ООО «Ива»"): {"inn": "7701000019", "phone": "+74955553001", "email": "iva@example.ru"},
        ("companies", "АО «Клён»"): {"inn": "7701000026"},
        ("companies", "ИП Дубов Олег Ильич"): {"inn": "500100000199", "phone": "+79165553002"},
        ("people", "Рябинина Анна Львовна"): {"phone": "+79165553003"},
    }),
    "Регистрация (Ответы).csv": Invented(
        (("people", "- name workplace position phone email source -"),), ((3, 0, 1, 0),), {
            ("people", ASTROVA): {"workplace": "ООО «Ива»", "position": "директор", "phone": "+79165554001"},
            ("people", "Бёклин Пётр"): {"workplace": None, "position": None, "email": "beklin@example"},
            ("people", "Верескова И. О."): {"workplace": "АО Клён", "position": "гл. бухгалтер"},
        }),
    "amocrm_export_contacts.csv": Invented(
        (("people", "- - name - - workplace - - - - phone phone phone - email email position"),), ((2, 0, 0, 0),), {
            ("people", "Астрова Вера"): {
                "phone": "+74955555001, +79165555001", "workplace": "ООО «Ива»", "position": "директор",
            },
            ("people", "Бёклин Пётр"): {"phone": "+79165555002", "email": "beklin@example.ru"},
        }),
    "COMPANY_20240301.csv": Invented(
        (("companies", "- name - direction - phone phone site email inn ogrn -"),), ((2, 0, 0, 0),), {
            ("companies", "ООО «Ива»"): {
                "direction": "Медицина", "phone": "+74955556001, +79165556001", "inn": "7701000019",
                "ogrn": "1027700132195", "site": "http://iva.example",
            },
            ("companies", "АО «Клён»"): {"inn": "7701000026", "phone": None},
        }),
    "Две таблицы.xlsx": Invented(
        (("companies", "name inn site"), ("people", "name position phone")), ((2, 0, 0, 0), (3, 0, 0, 0)), {
            ("companies", "ООО «Ива»"): {"site": "https://iva.example"},
            ("people", BEKLIN): {"position": "юрист"},
        }),
    "Без шапки.xlsx": Invented((("companies", "name inn email phone"),), ((3, 0, 0, 0),), {
        ("companies", "ПАО «Дуб»"): {"inn": "7701000033", "phone": "+74955558003"},
    }),
    "Скрытый лист.xlsx": Invented((("people", "name phone"), ("", "- -")), ((1, 0, 0, 0), (0, 0, 0, 2)), {
        ("people", ASTROVA): {"phone": "+79165558101"},
    }),
    "Переносы.csv": Invented((("companies", "name phone actual_address"),), ((2, 0, 0, 0),), {
        ("companies", "ООО «Ива»"): {
            "phone": "+74955558201, +74955558202", "actual_address": "101000, г. Москва, ул. Выдуманная, д. 1",
        },
        ("companies", "ООО «Дом „Клён“»"): {},
    }),
    "utf-16.csv": SMALL,
    "mac.csv": SMALL,
    "cp1251.csv": SMALL,
    "Числа.xlsx": Invented((("people", "name phone inn birth_date"),), ((3, 0, 0, 0),), {
        ("people", ASTROVA): {"phone": "+79161234567", "inn": "500100000199", "birth_date": "15.01.1979"},
        ("people", BEKLIN): {"phone": "+79161234568", "inn": "500100000262", "birth_date": "15.01.1979"},
        ("people", VERESKOVA): {"phone": "+79161234569", "birth_date": "15.01.1979"},
    }),
    "1904.xlsx": Invented((("people", "name birth_date"),), ((1, 0, 0, 0),), {
        ("people", ASTROVA): {"birth_date": "15.01.1979"},
    }),
    "Участники.xlsx": Invented(
        (("people", "- last_name first_name middle_name workplace email"),), ((3, 0, 0, 1),), {
            ("people", ASTROVA): {"workplace": "ООО «Ива»", "email": "astrova@example.ru"},
            ("people", "Бёклин Пётр"): {"workplace": "ООО «Ива»"},
            ("people", "Верескова"): {"workplace": "АО «Клён»"},
        }),
    "Опрос.xlsx": Invented((("people", f"name email workplace -{' -' * 56}"),), ((10, 0, 0, 0),), {
        ("people", "Астрова Анна"): {"email": "a1@example.ru", "workplace": "ООО «Ива»"},
    }),
}  # fmt: skip
FAILING: dict[str, str] = {}
UNLIKE = {
    "Прайс.xlsx": "похоже на прайс-лист: колонки «Артикул», «Ед. изм.», «Цена, руб.», «Остаток»",
    "ОПиУ.xlsx": "похоже на отчёт: колонки «Показатель», «Январь», «Февраль», «Март»",
    "Расписание.xlsx": "похоже на расписание: колонки «Время», «Понедельник», «Вторник», «Среда»",
    "Письмо.xlsx": "только текст без таблицы",
}
"""Invented files that are no register: the reason."""


def test_every_invented_file_has_an_expected_outcome() -> None:
    assert set(FILES) == {*INVENTED, *UNLIKE}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=FAILING[name]) if name in FAILING else ())
        for name in INVENTED
    ],
)
def test_an_invented_file_is_loaded(database: str, name: str) -> None:
    expected, content = INVENTED[name], FILES[name]()
    found = [table for raw in read_workbook(name, content).sheets for table in find_tables(raw)]
    assert tuple((table.table or "", keys(table)) for table in found) == expected.tables
    first = loaded(name, content)
    assert tuple(fates(first)) == expected.fates
    for (title, record), cells in expected.cells.items():
        stored = one(title, record)
        assert {key: stored.get(key) for key in cells} == cells
    assert loaded(name, content).written == 0


@pytest.mark.parametrize(("name", "reason"), UNLIKE.items(), ids=UNLIKE)
def test_an_invented_file_that_is_no_register_is_refused_with_the_reason(database: str, name: str, reason: str) -> None:
    content = FILES[name]()
    (remark,) = running.run(SYSTEM, name, content).report.remarks
    assert remark.message.endswith(f"» не загружен: {reason}.")
    with pytest.raises(DomainError, match="Записывать нечего"):
        loaded(name, content)


def test_a_repeated_row_is_named(database: str) -> None:
    report = loaded("Регистрация (Ответы).csv", FILES["Регистрация (Ответы).csv"]())
    ((row, message),) = [(r.row, r.message) for r in report.remarks if r.row == 5]
    assert (row, "строк" in message.lower() and "2" in message) == (5, True)


def test_sixty_columns_of_a_survey_are_sixty_remarks_at_most(database: str) -> None:
    assert len(loaded("Опрос.xlsx", FILES["Опрос.xlsx"]()).remarks) == 57


def test_a_hidden_sheet_is_named_and_left_out(database: str) -> None:
    report = loaded("Скрытый лист.xlsx", FILES["Скрытый лист.xlsx"]())
    assert [remark.message for remark in report.remarks] == [
        "Лист «Бывшие» не загружен: лист скрыт; чтобы загрузить его, выберите для него таблицу."
    ]
