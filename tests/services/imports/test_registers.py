"""The open registers: which tables they are, how many rows, which columns. Real files: not part of the project."""

from typing import Any

import pytest

from services.imports.reading import read_workbook
from services.imports.recognise import find_tables
from services.settings import ROOT
from tests.services.imports.sheets import by_place

REGISTERS = ROOT.parent / "shared" / "data" / "corpus" / "1_registers"

CORPUS: list[tuple[str, list[tuple[str | None, tuple[int, ...], int, dict[int, str]]]]] = [
    (
        "mos_theatres.tsv.csv",
        [
            (
                "companies",
                (1,),
                237,
                {1: "name", 2: "actual_address", 5: "legal_address", 6: "phone", 8: "site", 9: "email"},
            )
        ],
    ),
    ("mos_subsidies_orgs.tsv.csv", [("companies", (1,), 52, {1: "name"})]),
    (
        "mos_zhkh_directions.tsv.csv",
        [("companies", (1,), 16, {1: "name", 2: "actual_address", 3: "phone", 4: "email"})],
    ),
    (
        "demoexam_Partners_import.xlsx",
        [
            (
                "companies",
                (1, 2),
                5,
                {1: "legal_form", 2: "name", 3: "director", 4: "email", 5: "phone", 6: "legal_address", 7: "inn"},
            )
        ],
    ),
    (
        "demoexam_Partners.csv",
        [
            (
                "companies",
                (1,),
                5,
                {1: "legal_form", 2: "name", 3: "director", 4: "email", 5: "phone", 6: "actual_address", 7: "inn"},
            )
        ],
    ),
    ("kola_Сотрудники.xlsx", [("people", (2,), 9, {0: "workplace", 1: "position", 3: "name", 4: "birth_date"})]),
    ("kola_Агенты.xlsx", [("people", (1,), 7, {0: "workplace", 2: "name"})]),
    ("ktelecom_Контрагенты.xlsx", [("companies", (1,), 6, {0: "name", 1: "party_type", 9: "source"})]),
    (
        "nostroyfx_Реестр_членов_СРО.xlsx",
        [
            (
                "members",
                (3,),
                3,
                {
                    1: "name",
                    2: "inn",
                    3: "ogrn",
                    6: "state",
                    7: "legal_address",
                    8: "phone",
                    9: "email",
                    10: "director",
                },
            ),
            ("companies", (1, 2), 2, {0: "name", 1: "inn", 2: "ogrn", 5: "phone", 6: "email"}),
            ("companies", (), 1, {0: "name", 1: "inn", 3: "actual_address"}),
        ],
    ),
    (
        "nostroyfx_Выгрузка_1С.xls",
        [("companies", (1,), 2, {0: "name", 1: "inn", 4: "phone", 5: "email", 6: "legal_address"})],
    ),
    ("nostroyfx_Реестр_с_сайта_HTML.xls", [("companies", (1,), 2, {0: "name", 1: "inn", 4: "phone", 5: "email"})]),
    (
        "nostroyfx_Дополнение_cp1251.csv",
        [("companies", (1,), 2, {0: "name", 1: "inn", 3: "phone", 4: "email", 5: "actual_address"})],
    ),
    (
        "bitrix24_company_import_sample.csv",
        [
            (
                "companies",
                (1,),
                1,
                {
                    0: "name",
                    4: "phone",
                    5: "phone",
                    7: "phone",
                    9: "phone",
                    10: "site",
                    16: "email",
                    17: "email",
                    18: "email",
                    24: "actual_address",
                    25: "legal_address",
                    27: "direction",
                },
            )
        ],
    ),
    (
        "bitrix24_contact_import_sample.csv",
        [
            (
                "people",
                (1,),
                1,
                {
                    0: "first_name",
                    1: "last_name",
                    2: "middle_name",
                    3: "phone",
                    4: "phone",
                    6: "phone",
                    8: "phone",
                    15: "email",
                    16: "email",
                    17: "email",
                    23: "position",
                    24: "region",
                    27: "source",
                },
            )
        ],
    ),
]


@pytest.mark.parametrize(("name", "expected"), CORPUS, ids=[name for name, _ in CORPUS])
def test_the_open_registers(name: str, expected: list[Any]) -> None:
    path = REGISTERS / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    book = read_workbook(name, path.read_bytes())
    found = [table for part in book.sheets for table in find_tables(part)]
    assert [(t.table, t.header_rows, len(t.rows), by_place(t)) for t in found] == expected
    assert {t.reason for t in found} == {""}
