"""Every open real file beside us: what is read, loaded, remarked or refused.

The real files are test data that is no part of the project: where they are not at hand, their tests are skipped. No
name of a person in them stands here.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.access.permissions import SYSTEM
from services.errors import DomainError, InvalidInput
from services.imports import running
from services.imports.reading import read_workbook
from services.imports.recognise import find_tables
from services.tables.registry import TABLES
from tests.services.imports.conftest import OWN
from tests.services.imports.outcomes import fates, in_base, keys, loaded, one, said, table
from tests.services.imports.planned import ON_SQLITE

CORPUS = OWN.parent / "corpus"


@dataclass(frozen=True)
class Sheet:
    """A table: the sheet, what it is, the rows of its heading, how many rows below, keys by place («-» is no key).

    `fate`: rows created, changed, same, skipped by a load into an empty base.
    """

    name: str
    table: str | None
    heading: tuple[int, ...]
    rows: int
    keys: str
    fate: tuple[int, int, int, int]
    reason: str = ""


@dataclass(frozen=True)
class File:
    """A file that is read: its kind and encoding, its tables, rows of each table of ours after the load."""

    kind: str
    encoding: str
    sheets: tuple[Sheet, ...]
    base: dict[str, int]


NOTHING_KNOWN = "не нашлось строки с заголовками, знакомыми программе"
PARTNERS = "- legal_form name director email phone {address} inn -"
REGISTERS = {
    "base.xlsx": File("xlsx", "", (
        Sheet("Физ.лица", "people", (3, 4), 3,
              "- name birth_date workplace position regalia phone email passport inn region source is_member"
              " is_potential contract_number contract_date", (3, 0, 0, 0)),
        Sheet("Юр.лица", "companies", (1, 2), 7,
              "- name direction site director contact phone email inn ogrn legal_address actual_address source"
              " is_member is_potential contract_number contract_date received_contract received_application"
              " received_questionnaire received_motivation received_pd_consent received_photo"
              " received_passport_copy received_notice",
              (7, 0, 0, 0)),
        Sheet("Реестр членов ассоциации", "members", (1, 2), 10,
              "- name contact phone email contract_number contract_date requisites legal_address actual_address"
              " received_contract received_application received_questionnaire received_motivation received_pd_consent"
              " received_photo received_passport_copy fee_amount paid_on ends_on referred_by comment", (10, 0, 0, 0)),
        Sheet("Комитет", "committees", (3,), 2,
              "- name company position_in_company position email phone member_since events courses comment",
              (2, 0, 0, 0)),
        Sheet("Председатели", "chairs", (1,), 2,
              "- name company position_in_company committee email phone member_since comment", (1, 0, 1, 0)),
        Sheet("Мероприятия", "events", (1,), 4,
              "name starts_on speakers format description invited attended comment", (4, 0, 0, 0)),
        Sheet("Курсы", "courses", (1,), 4,
              "name starts_on speakers format description invited attended comment", (4, 0, 0, 0)),
        Sheet("Места проведения", "venues", (1,), 3,
              "- name address partner contacts events courses responsible comment", (3, 0, 0, 0)),
    ), {"people": 17, "companies": 14, "members": 10, "committees": 3, "chairs": 2, "speakers": 2, "events": 4,
        "courses": 4, "venues": 3}),
    "1_registers/bitrix24_company_import_sample.csv": File("csv", "utf-8", (
        Sheet("bitrix24_company_import_sample", "companies", (1,), 1,
              "name - - - phone phone - phone - phone site - - - - - email email email - - - - - actual_address"
              " legal_address - direction - - -", (1, 0, 0, 0)),
    ), {"companies": 1}),
    "1_registers/bitrix24_contact_import_sample.csv": File("csv", "utf-8", (
        Sheet("bitrix24_contact_import_sample", "people", (1,), 1,
              "first_name last_name middle_name phone phone - phone - phone - - - - - - email email email - - - - -"
              " position region - - source -", (1, 0, 0, 0)),
    ), {"people": 1}),
    "1_registers/demoexam_Partners.csv": File("csv", "utf-8-sig", (
        Sheet("demoexam_Partners", "companies", (1,), 5, PARTNERS.format(address="actual_address"), (5, 0, 0, 0)),
    ), {"people": 5, "companies": 5}),
    "1_registers/demoexam_Partners_import.xlsx": File("xlsx", "", (
        Sheet("Partners_import", "companies", (1, 2), 5, PARTNERS.format(address="legal_address"), (5, 0, 0, 0)),
    ), {"people": 5, "companies": 5}),
    "1_registers/kola_Агенты.xlsx": File("xlsx", "", (
        Sheet("Лист1", "people", (1,), 7, "workplace - name", (7, 0, 0, 0)),
    ), {"people": 7, "companies": 3}),
    "1_registers/kola_Сотрудники.xlsx": File("xlsx", "", (
        Sheet("Лист1", "people", (2,), 9, "workplace position - name birth_date", (9, 0, 0, 0)),
    ), {"people": 9, "companies": 3}),
    "1_registers/ktelecom_Контрагенты.xlsx": File("xlsx", "", (
        Sheet("Sheet", "companies", (1,), 6, "name party_type - - - - - - - source -", (6, 0, 0, 0)),
    ), {"people": 1, "companies": 5}),
    "1_registers/mos_subsidies_orgs.tsv.csv": File("csv", "utf-8", (
        Sheet("mos_subsidies_orgs", "companies", (1,), 52, "- name - - -", (51, 0, 1, 0)),
    ), {"companies": 51}),
    "1_registers/mos_theatres.tsv.csv": File("csv", "utf-8", (
        Sheet("mos_theatres", "companies", (1,), 237, "- name actual_address - - legal_address phone - site email",
              (232, 1, 4, 0)),
    ), {"companies": 232}),
    "1_registers/mos_zhkh_directions.tsv.csv": File("csv", "utf-8", (
        Sheet("mos_zhkh_directions", "companies", (1,), 16, "- name actual_address phone email -", (16, 0, 0, 0)),
    ), {"companies": 16}),
    "1_registers/nostroyfx_Выгрузка_1С.xls": File("xls", "", (
        Sheet("1С Выгрузка", "companies", (1,), 2, "name inn - - phone email legal_address", (2, 0, 0, 0)),
    ), {"companies": 2}),
    "1_registers/nostroyfx_Дополнение_cp1251.csv": File("csv", "cp1251", (
        Sheet("nostroyfx_Дополнение_cp1251", "companies", (1,), 2, "name inn - phone email actual_address",
              (2, 0, 0, 0)),
    ), {"companies": 2}),
    "1_registers/nostroyfx_Реестр_с_сайта_HTML.xls": File("html", "cp1251", (
        Sheet("nostroyfx_Реестр_с_сайта_HTML", "companies", (1,), 2, "name inn - - phone email", (2, 0, 0, 0)),
    ), {"companies": 2}),
    "1_registers/nostroyfx_Реестр_членов_СРО.xlsx": File("xlsx", "", (
        Sheet("Реестр членов", "members", (3,), 3, "- name inn ogrn - - state legal_address phone email director",
              (3, 0, 0, 0)),
        Sheet("Доп. сведения", "companies", (1, 2), 2, "name inn ogrn - - phone email", (2, 0, 0, 0)),
        Sheet("Выгрузка", "companies", (), 1, "name inn - actual_address", (1, 0, 0, 0)),
    ), {"people": 3, "companies": 6, "members": 3}),
}  # fmt: skip
"""Files with registers."""

STATEMENT = "Это банковская выписка (файл обмена с 1С), а не реестр: здесь загружают таблицы людей и организаций."
LOCKED = "Файл защищён паролем. Снимите пароль в Excel и загрузите файл снова."
REFUSED = {
    "2_hostile/phps_HiddenSheet.xlsx": "В файле нет ни одной заполненной ячейки.",
    "2_hostile/phps_NotASpreadsheet.doc": (
        "Это документ Word, а не таблица. Скопируйте таблицу в Excel, сохраните как .xlsx и загрузите снова."
    ),
    "2_hostile/phps_empty.csv": "Файл пуст: в нём 0 байт.",
    "2_hostile/poi_crash-274d6342.xlsx": "Файл повреждён: открыть его как книгу Excel не удалось.",
    "2_hostile/poi_encrypted_protected_passtika.xlsx": LOCKED,
    "2_hostile/poi_password.xls": LOCKED,
    "3_kl_to_1c/kilylabs_one_day_cp1251.txt": STATEMENT,
    "3_kl_to_1c/unact_test.txt": STATEMENT,
    "3_kl_to_1c/xini1_sample2.txt": STATEMENT,
}
"""Files that cannot be read as a table: the sentence."""

NO_REGISTER = {
    "2_hostile/mosgaz_areas_REALXLS_named.xlsx": ("xls", 124, NOTHING_KNOWN),
    "2_hostile/phps_1904_Calendar.xlsx": ("xlsx", 2, NOTHING_KNOWN),
    "2_hostile/phps_line_break_quotes.csv": ("csv", 5, NOTHING_KNOWN),
    "2_hostile/phps_sep.csv": ("csv", 2, "похоже на отчёт: почти одни числа"),
}
"""Tables that are no register: the kind of file, the rows, the reason."""


def content_of(name: str) -> bytes:
    """A real file, where it is at hand."""
    path = OWN if name == OWN.name else CORPUS / name
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    return path.read_bytes()


def test_every_real_file_has_an_expected_outcome() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    present = {str(path.relative_to(CORPUS)) for path in CORPUS.glob("[123]_*/*")}
    assert present == {*REGISTERS, *REFUSED, *NO_REGISTER} - {OWN.name}


@pytest.mark.parametrize(("name", "expected"), REGISTERS.items(), ids=REGISTERS)
def test_a_register_is_read_and_recognised(name: str, expected: File) -> None:
    book = read_workbook(Path(name).name, content_of(name))
    assert (book.kind, book.encoding) == (expected.kind, expected.encoding)
    found = [found for raw in book.sheets for found in find_tables(raw)]
    assert [
        Sheet(s.name, s.table, s.header_rows, len(s.rows), keys(s), wanted.fate, s.reason)
        for s, wanted in zip(found, expected.sheets, strict=True)
    ] == list(expected.sheets)


@ON_SQLITE
@pytest.mark.parametrize(("name", "expected"), REGISTERS.items(), ids=REGISTERS)
def test_a_register_is_loaded_once(database: str, name: str, expected: File) -> None:
    content = content_of(name)
    first = loaded(name, content)
    assert fates(first) == [sheet.fate for sheet in expected.sheets]
    assert first.doubtful == 0
    base = {title: table(title) for title in TABLES}
    assert in_base() == expected.base
    second = loaded(name, content)
    assert (second.written, second.doubtful) == (0, 0)
    assert second.remarks[0].message.startswith("Этот же файл уже загружен ")
    assert {title: table(title) for title in TABLES} == base


@pytest.mark.parametrize(("name", "sentence"), REFUSED.items(), ids=REFUSED)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_workbook(Path(name).name, content_of(name))
    assert str(refused.value) == sentence


@ON_SQLITE
@pytest.mark.parametrize(("name", "expected"), NO_REGISTER.items(), ids=NO_REGISTER)
def test_a_table_that_is_no_register_is_named_with_the_reason(
    database: str, name: str, expected: tuple[str, int, str]
) -> None:
    kind, count, reason = expected
    content = content_of(name)
    book = read_workbook(Path(name).name, content)
    assert (book.kind, [len(sheet.rows) for sheet in book.sheets]) == (kind, [count])
    planned = running.run(SYSTEM, Path(name).name, content).report
    assert [s.table for s in planned.sheets] == [None]
    assert [remark.message for remark in planned.remarks] == [f"Лист «{book.sheets[0].name}» не загружен: {reason}."]
    with pytest.raises(DomainError) as refused:
        loaded(name, content)
    assert str(refused.value) == f"Записывать нечего. Лист «{book.sheets[0].name}» не загружен: {reason}."
    assert in_base() == {}


# what stands in the tables afterwards


@ON_SQLITE
def test_theatres(database: str) -> None:
    """Several telephones a cell, notes in brackets, numbers without a code after one with it."""
    report = loaded("mos_theatres.tsv.csv", content_of("1_registers/mos_theatres.tsv.csv"))
    theatres = table("companies")
    phones = [row["phone"].split(", ") for row in theatres if "phone" in row]
    box_offices = sum("(касса)" in row.get("phone", "") for row in theatres)
    assert len(theatres) == 232
    assert Counter(map(len, phones)) == {1: 102, 2: 86, 3: 35, 4: 7, 5: 2}
    assert box_offices == 16
    assert all(number.startswith("+7") for cell in phones for number in cell)
    assert sum("legal_address" in row for row in theatres) == 88
    assert sum(message.startswith("К номеру ") for _, message in said(report, "Телефон")) == 55
    assert said(report, "Сайт", "Электронная почта") == [
        (123, "Не похоже на адрес электронной почты: «gogoltheatre.ru»."),
        (156, "Не похоже на адрес сайта: «сайт в разработке»."),
    ]
    assert [row for row, message in said(report, "Адрес") if "указано другое" in message] == [37, 40, 42, 141, 206]


@ON_SQLITE
def test_subsidies_go_to_organisations_named_once_with_whole_quotes(database: str) -> None:
    report = loaded("mos_subsidies_orgs.tsv.csv", content_of("1_registers/mos_subsidies_orgs.tsv.csv"))
    names = [row["name"] for row in table("companies")]
    assert sum(name.count("«") + name.count("„") for name in names) == sum(
        name.count("»") + name.count("“") for name in names
    )
    assert "ЗАО «Фирма „Витафарма“»" in names
    assert len(said(report, "Наименование организации")) == 1


@ON_SQLITE
def test_directorates(database: str) -> None:
    report = loaded("mos_zhkh_directions.tsv.csv", content_of("1_registers/mos_zhkh_directions.tsv.csv"))
    found = table("companies")
    assert not [row["name"] for row in found if '"' in row["name"] or "  " in row["name"]]
    assert sum(", " in row["email"] for row in found) == 1
    assert [row for row, _ in said(report, "Телефон")] == [6, 14, 15]
    (crossed,) = [row for row in found if row["email"] == "9480003@bk.ru"]
    assert crossed["phone"] == "+74999480003"


@ON_SQLITE
def test_partners_with_wrong_check_digits(database: str) -> None:
    """ИНН and telephones are numbers; the form of the organisation stands in a column of its own."""
    for name, column in (("demoexam_Partners_import.xlsx", "ИНН"), ("demoexam_Partners.csv", "INN")):
        report = loaded(name, content_of(f"1_registers/{name}"))
        assert [row for row, _ in said(report, column)] == ([4, 5] if column == "ИНН" else [3, 4])
    found = table("companies")
    assert [row["name"] for row in found] == [
        "ЗАО База Строитель", "ЗАО МонтажПро", "ОАО Ремонт и отделка", "ООО Паркет 29", "ПАО Стройсервис"
    ]  # fmt: skip
    assert [row["phone"] for row in found] == [
        "+74931234567",
        "+79128883333",
        "4442223311",
        "+79871235678",
        "+78122233200",
    ]
    assert all({"inn", "director", "email", "actual_address", "legal_address"} <= set(row) for row in found)


@ON_SQLITE
def test_staff_have_whole_names_and_dates(database: str) -> None:
    loaded("kola_Сотрудники.xlsx", content_of("1_registers/kola_Сотрудники.xlsx"))
    people = table("people")
    assert all(len(row["name"].split()) == 3 and "." not in row["name"] for row in people)
    assert all(len(row["birth_date"]) == 10 and row["name"] == row["name"].strip() for row in people)
    assert Counter(row["workplace"] for row in people) == {"Офис": 4, "Филиал №1": 3, "Филиал №2": 2}


@ON_SQLITE
def test_agents_are_called_by_their_full_name(database: str) -> None:
    report = loaded("kola_Агенты.xlsx", content_of("1_registers/kola_Агенты.xlsx"))
    assert all(len(row["name"].split()) == 3 for row in table("people"))
    assert [(r.row, r.column, r.message) for r in report.remarks] == [
        (1, "Имя", "Не загружается: «ФИО» берётся из колонки «ФИО».")
    ]


@ON_SQLITE
def test_customers_are_people_or_companies_by_their_type(database: str) -> None:
    loaded("ktelecom_Контрагенты.xlsx", content_of("1_registers/ktelecom_Контрагенты.xlsx"))
    assert [row["name"] for row in table("companies")] == [f"Рога и Копыта {number}" for number in (1, 3, 4, 5, 6)]
    assert len(table("people")) == 1


@ON_SQLITE
def test_what_a_crm_exports(database: str) -> None:
    loaded("c.csv", content_of("1_registers/bitrix24_company_import_sample.csv"))
    company = one("companies", "Пример импортируемой компании")
    assert company["phone"] == "+74954556677, +79114445566, +7 (000) 344222, 060"
    assert company["email"] == "info@example.com, boss@example.com, support@example.com"
    assert company["site"] == "http://example.com"
    loaded("p.csv", content_of("1_registers/bitrix24_contact_import_sample.csv"))
    assert [len(row["name"].split()) for row in table("people")] == [3]


NOSTROY = (
    "nostroyfx_Выгрузка_1С.xls", "nostroyfx_Дополнение_cp1251.csv", "nostroyfx_Реестр_с_сайта_HTML.xls",
    "nostroyfx_Реестр_членов_СРО.xlsx",
)  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_four_files_of_one_register_are_twelve_rows_and_six_organisations(database: str, order: int) -> None:
    """In four formats, three encodings, with and without headings; three of the six ИНН have a wrong check digit."""
    reports = [loaded(name, content_of(f"1_registers/{name}")) for name in NOSTROY[::order]]
    companies = table("companies")
    assert sum(report.total("rows") for report in reports) == 12
    assert sum(report.total("skipped") + report.doubtful for report in reports) == 0
    assert [row["inn"] for row in companies] == [
        "6658001234", "2310031475", "500100732259", "7802312345", "5407123456", "7707083893"
    ]  # fmt: skip
    assert {m.partition(":")[0] for r in reports for _, m in said(r, "ИНН", "ОГРН / ИНН", "колонка B")} == {
        "ИНН 6658001234", "ИНН 7802312345", "ИНН 5407123456", "ОГРН 1026602345678"
    }  # fmt: skip
    assert one("companies", "ООО «ПромСтройПроект»") == {
        "name": "ООО «ПромСтройПроект»",
        "phone": "+78127778899, +79211112233",
        "email": "psp@psp-spb.ru, sales@psp-spb.ru",
        "inn": "7802312345",
        "ogrn": "1057812345678",
    }
    assert len(table("members")) == 3


def test_all_files_one_after_another_and_each_twice(database: str) -> None:
    """The second load of a file changes nothing, whatever else is there; on both databases, for all the others."""
    again = {}
    for name in REGISTERS:
        content = content_of(name)
        loaded(name, content)
        again[name] = loaded(name, content).written
    assert again == dict.fromkeys(REGISTERS, 0)
    assert in_base() == {
        "people": 42, "companies": 332, "members": 13, "committees": 3, "chairs": 2, "speakers": 2, "events": 4,
        "courses": 4, "venues": 3,
    }  # fmt: skip


@ON_SQLITE
def test_unknown_columns_are_named_once_each(database: str) -> None:
    report = loaded("ktelecom_Контрагенты.xlsx", content_of("1_registers/ktelecom_Контрагенты.xlsx"))
    assert [(r.row, r.severity) for r in report.remarks] == [(1, "warning")] * 8
