"""What is read out of files: the open corpus, and every kind of file put together here."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services import containers
from services.errors import InvalidInput
from services.imports import child
from services.imports.opening import sentences
from services.imports.reading import RawSheet, Value, content_type_of, read_workbook
from services.settings import ROOT
from tests.services.imports.made import (
    HEAD,
    MAIN,
    archive,
    book,
    error,
    inline,
    label,
    merged,
    number,
    old_book,
    row,
    value,
)

CORPUS = ROOT.parent / "shared" / "data" / "corpus"
"""Real files, test data that is not part of the project."""

Found = tuple[str, str, list[tuple[str, int, int, int]]]
"""Kind, encoding, and per sheet: name, filled rows, the widest of them, the number of the last."""


def found(name: str, content: bytes) -> Found:
    read = read_workbook(name, content)
    sheets = [(s.name, len(s.rows), max(map(len, s.rows.values())), max(s.rows)) for s in read.sheets]
    return read.kind, read.encoding, sheets


def only(content: bytes, name: str = "файл.csv") -> RawSheet:
    (sheet,) = read_workbook(name, content).sheets
    return sheet


def cells(content: bytes) -> list[tuple[Value, ...]]:
    return list(only(content).rows.values())


READ: list[tuple[str, str, str, list[tuple[str, int, int, int]]]] = [
    ("1_registers/mos_theatres.tsv.csv", "csv", "utf-8", [("mos_theatres", 238, 10, 238)]),
    ("1_registers/mos_subsidies_orgs.tsv.csv", "csv", "utf-8", [("mos_subsidies_orgs", 53, 5, 53)]),
    ("1_registers/mos_zhkh_directions.tsv.csv", "csv", "utf-8", [("mos_zhkh_directions", 17, 6, 17)]),
    ("1_registers/demoexam_Partners_import.xlsx", "xlsx", "", [("Partners_import", 7, 9, 7)]),
    ("1_registers/demoexam_Partners.csv", "csv", "utf-8-sig", [("demoexam_Partners", 6, 9, 6)]),
    ("1_registers/kola_Сотрудники.xlsx", "xlsx", "", [("Лист1", 10, 5, 11)]),
    ("1_registers/kola_Агенты.xlsx", "xlsx", "", [("Лист1", 8, 3, 8)]),
    ("1_registers/ktelecom_Контрагенты.xlsx", "xlsx", "", [("Sheet", 7, 11, 7)]),
    (
        "1_registers/nostroyfx_Реестр_членов_СРО.xlsx", "xlsx", "",
        [("Реестр членов", 5, 11, 6), ("Доп. сведения", 4, 7, 4), ("Выгрузка", 1, 4, 1)],
    ),
    ("1_registers/nostroyfx_Выгрузка_1С.xls", "xls", "", [("1С Выгрузка", 3, 7, 3)]),
    (
        "1_registers/nostroyfx_Реестр_с_сайта_HTML.xls", "html", "cp1251",
        [("nostroyfx_Реестр_с_сайта_HTML", 3, 6, 3)],
    ),
    ("1_registers/nostroyfx_Дополнение_cp1251.csv", "csv", "cp1251", [("nostroyfx_Дополнение_cp1251", 3, 6, 3)]),
    (
        "1_registers/bitrix24_company_import_sample.csv", "csv", "utf-8",
        [("bitrix24_company_import_sample", 2, 31, 2)],
    ),
    (
        "1_registers/bitrix24_contact_import_sample.csv", "csv", "utf-8",
        [("bitrix24_contact_import_sample", 2, 29, 2)],
    ),
    ("2_hostile/mosgaz_areas_REALXLS_named.xlsx", "xls", "", [("mosgaz_areas", 124, 3, 124)]),
    ("2_hostile/phps_1904_Calendar.xlsx", "xlsx", "", [("Sheet1", 2, 2, 2)]),
    ("2_hostile/phps_sep.csv", "csv", "utf-8", [("phps_sep", 2, 2, 2)]),
    ("2_hostile/phps_line_break_quotes.csv", "csv", "utf-8", [("phps_line_break_quotes", 5, 3, 5)]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "kind", "encoding", "sheets"), READ)
def test_a_real_file_is_read_whole(
    path: str, kind: str, encoding: str, sheets: list[tuple[str, int, int, int]]
) -> None:
    assert found(path, real(path)) == (kind, encoding, sheets)


REFUSED = [
    ("2_hostile/phps_HiddenSheet.xlsx", sentences.BLANK),
    ("2_hostile/phps_NotASpreadsheet.doc", sentences.WORD),
    ("2_hostile/phps_empty.csv", containers.EMPTY),
    ("2_hostile/poi_password.xls", sentences.LOCKED),
    ("2_hostile/poi_encrypted_protected_passtika.xlsx", sentences.LOCKED),
    ("2_hostile/poi_crash-274d6342.xlsx", sentences.DAMAGED),
    ("3_kl_to_1c/kilylabs_one_day_cp1251.txt", sentences.BANK_STATEMENT),
    ("3_kl_to_1c/unact_test.txt", sentences.BANK_STATEMENT),
    ("3_kl_to_1c/xini1_sample2.txt", sentences.BANK_STATEMENT),
]


@pytest.mark.parametrize(("path", "said"), REFUSED)
def test_a_real_file_is_refused(path: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_workbook(path, real(path))
    assert str(refused.value) == said


def real(path: str) -> bytes:
    if not (CORPUS / path).is_file():
        pytest.skip("the corpus is not here")
    return (CORPUS / path).read_bytes()


def test_no_file_of_the_corpus_is_forgotten() -> None:
    here = {str(path.relative_to(CORPUS)) for path in CORPUS.glob("[123]_*/*")}
    assert here <= {case[0] for case in (*READ, *REFUSED)}


def test_values_of_a_workbook() -> None:
    sheet = only(
        book(
            row(
                1,
                inline("A1", "Р&amp;Д"),
                '<c r="B1" t="s"><v>0</v></c>',
                '<c r="C1" t="s"><v>1</v></c>',
                number("D1", 5),
            ),
            row(
                3,
                number("B3", 45000, 1),
                number("C3", "45000.75", 2),
                '<c r="D3" t="b"><v>1</v></c>',
                inline("E3", " "),
            ),
            strings=[
                "<si><t>да</t></si>",
                '<si><r><t xml:space="preserve">г. </t></r><r><t xml:space="preserve">Тверь </t></r></si>',
            ],
            after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
        )
    )
    assert sheet == RawSheet(
        "Лист1",
        {
            1: ("Р&Д", "да", "г. Тверь ", 5.0),
            3: (None, dt.date(2023, 3, 15), dt.datetime(2023, 3, 15, 18), True),  # noqa: DTZ001 - cells know no zones
        },
        merged=((1, 0, 2, 1),),
    )


def test_dates_of_a_workbook_that_counts_from_1904() -> None:
    assert cells(book(row(1, number("A1", 43538, 1)), since_1904=True)) == [(dt.date(2023, 3, 15),)]
    assert cells(old_book({"Лист": value(0, 0, 43538, 1)}, since_1904=True)) == [(dt.date(2023, 3, 15),)]


def test_formulas_without_a_value_and_errors_are_flagged() -> None:
    sheet = only(
        book(
            row(1, inline("A1", "ИНН"), '<c r="B1"><f>A1</f></c>', '<c r="C1"><f>A1</f><v></v></c>'),
            row(2, '<c r="A2" t="str"><f>""</f><v></v></c>', '<c r="B2" t="str"><f>A1</f><v>ИНН</v></c>'),
            row(4, '<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c r="C4" t="e"><v>#N/A</v></c>'),
            row(5, '<c r="A5"><f t="shared" si="0"/></c>'),
        )
    )
    assert sheet.rows == {1: ("ИНН",), 2: (None, "ИНН")}
    assert sheet.uncomputed == ((1, 1), (1, 2), (5, 0))
    assert sheet.errors == ((4, 1), (4, 2))


@pytest.mark.parametrize("old", [False, True])
def test_an_old_workbook(old: bool) -> None:
    people = label(0, 0, "ФИО", old=old) + value(1, 0, 5.5) + value(1, 1, 45000, 1) + error(1, 2)
    read = read_workbook(
        "книга.xlsx",
        old_book({"Люди": people, "Архив": label(2, 1, "да", old=old) + merged(2, 1, 2, 3)}, old=old, hidden=["Архив"]),
    )
    assert (read.kind, read.encoding) == ("xls", "")
    assert read.sheets == (
        RawSheet("Люди", {1: ("ФИО",), 2: (5.5, dt.date(2023, 3, 15))}, errors=((2, 2),)),
        RawSheet("Архив", {3: (None, "да")}, merged=((3, 1, 3, 3),), hidden=True),
    )


PLAIN = "ФИО;Регион\r\nИвлева Анна;Тверь\r\nСомов Пётр;да\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8-sig"),
        (PLAIN.encode("cp1251"), "cp1251"),
        (PLAIN.encode("mac-cyrillic"), "mac-cyrillic"),
        (PLAIN.encode("cp866"), "cp866"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_of_a_text(content: bytes, encoding: str) -> None:
    read = read_workbook("люди.csv", content)
    assert read.encoding == encoding
    assert list(read.sheets[0].rows.values()) == [("ФИО", "Регион"), ("Ивлева Анна", "Тверь"), ("Сомов Пётр", "да")]


@pytest.mark.parametrize("encoding", ["cp1251", "mac-cyrillic", "cp866"])
@pytest.mark.parametrize("text", ["ФИО;ИНН\nИВЛЕВА АННА;1\n", "№;«Имя»\n1;Зоя\n", "имя;да\nзоя;нет\n"])
def test_the_encoding_of_a_short_text(text: str, encoding: str) -> None:
    content = text.encode(encoding, "ignore")
    expected = [tuple(line.split(";")) for line in content.decode(encoding).splitlines()]
    assert cells(content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("а;б\n1;2\n", [("а", "б"), ("1", "2")]),
        ("а\tб\n1,5\t2,5\n", [("а", "б"), ("1,5", "2,5")]),
        ("а,б\n1;3,2;4\n", [("а", "б"), ("1;3", "2;4")]),
        ("а|б\n1|2", [("а", "б"), ("1", "2")]),
        ("а;сумма\nб;35 000,50\nв;1,5\n", [("а", "сумма"), ("б", "35 000,50"), ("в", "1,5")]),
        ("sep=|\nа|б;в\n", [("а", "б;в")]),
        ("а;б\r1;2\r", [("а", "б"), ("1", "2")]),
        ("ФИО\nИвлев Иван\nСомов Пётр\n", [("ФИО",), ("Ивлев Иван",), ("Сомов Пётр",)]),
        ("а;б;\n1;;\n;;\n", [("а", "б"), ("1",)]),
        ('"а;1";"б ""в"""\n"1\r\n2";3\n', [("а;1", 'б "в"'), ("1\r\n2", "3")]),
        ('а;б\n"Ромашка" ООО;1\nООО "Лютик";2\n', [("а", "б"), ('"Ромашка" ООО', "1"), ('ООО "Лютик"', "2")]),
        ('а;б\n""Дирекция"";1\n"ООО "Лютик"";2\n', [("а", "б"), ('"Дирекция"', "1"), ('"ООО "Лютик"', "2")]),
        (
            "Отчёт за год\n\nФИО;ИНН\nИвлев;1\nСомов;2\n",
            [("Отчёт за год",), ("ФИО", "ИНН"), ("Ивлев", "1"), ("Сомов", "2")],
        ),
    ],
)
def test_a_delimited_text(text: str, expected: list[tuple[Value, ...]]) -> None:
    assert cells(text.encode()) == expected


def test_rows_of_a_text_are_numbered_as_excel_does() -> None:
    assert list(only(b'a;b\n\n"1\n2";3\n4;5\n').rows) == [1, 3, 4]


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("Театры.tsv.csv", "Театры"),
        ("../../а/б.TXT", "б"),
        (r"C:\д\ООО «Л.» 01.02.csv", "ООО «Л.» 01.02"),
        (".csv", ".csv"),
        ("", "Лист1"),
    ],
)
def test_the_sheet_of_a_text_is_named_by_its_file(name: str, sheet: str) -> None:
    assert only(b"a;b\n1;2\n", name).name == sheet


def test_a_page_with_several_tables() -> None:
    page = """<!DOCTYPE html><html><head><meta charset="windows-1251"><title>Нет</title><style>td{}</style></head><body>
    <table><tr><td>Шапка <b>страницы</b><table><caption>Члены</caption>
      <tr><th rowspan=2>ФИО<th colspan="2">Связь</tr><tr><th>Тел.<th>E-mail
      <tr><td>Ивлев&nbsp;И.<br>директор</td><td>&lt;1&gt;
          2<td></td></tr></table></td></tr></table>
    <table><tr><td> </td></tr></table>
    <table><tr><td><p>да</p><p>нет</p></td></tr></table>"""
    first, second, third = read_workbook("реестр.xls", page.encode("cp1251")).sheets
    assert first == RawSheet("Таблица 1", {1: ("Шапка страницы",)})
    assert second == RawSheet(
        "Члены",
        {1: ("ФИО", "Связь"), 2: (None, "Тел.", "E-mail"), 3: ("Ивлев\u00a0И.\nдиректор", "<1> 2")},
        merged=((1, 0, 2, 0), (1, 1, 1, 2)),
    )
    assert third == RawSheet("Таблица 3", {1: ("да\nнет",)})


def test_sheets_of_equal_names_are_numbered() -> None:
    names = ("Члены", "Члены (2)", "Члены", "Люди", "Члены")
    page = "".join(f"<table><caption>{name}</caption><tr><td>{place}</table>" for place, name in enumerate(names))
    book = read_workbook("реестр.xls", f"<html><meta charset=utf-8>{page}".encode())
    found = {sheet.name: sheet.rows[1] for sheet in book.sheets}
    assert [*found] == ["Члены", "Члены (2)", "Члены (2) (2)", "Люди", "Члены (3)"]
    assert [*found.values()] == [("0",), ("1",), ("2",), ("3",), ("4",)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp1251", ""), ("utf-8", ""), ("utf-8", "windows-1251"), ("koi8-r", "koi8-r"), ("utf-16", "utf-16")],
)
def test_the_encoding_of_a_page(encoding: str, declared: str) -> None:
    page = f"<html><meta charset={declared}><table><tr><td>Ивлева Анна Борисовна<td>Тверь</table>"
    assert cells(page.encode(encoding)) == [("Ивлева Анна Борисовна", "Тверь")]


def test_a_workbook_in_xml_of_excel_2003() -> None:
    text = """<?xml version="1.0" encoding="windows-1251"?><?mso-application progid="Excel.Sheet"?>
    <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
      xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
      xmlns:x="urn:schemas-microsoft-com:office:excel">
    <Worksheet ss:Name="Люди"><Table>
      <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">ФИО</Data></Cell><Cell><Data ss:Type="String">ИНН</Data>
        <Comment><Data>не то</Data></Comment></Cell></Row>
      <Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="DateTime">2023-03-15T00:00:00.000</Data></Cell>
        <Cell><Data ss:Type="Number">1.5</Data></Cell><Cell ss:Formula="=1"/>
        <Cell><Data ss:Type="Error">#REF!</Data></Cell></Row>
    </Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""
    read = read_workbook("книга.xls", text.encode("cp1251"))
    assert (read.kind, read.encoding) == ("xml", "cp1251")
    assert read.sheets == (
        RawSheet(
            "Люди",
            {1: ("ФИО", None, "ИНН"), 3: (None, dt.date(2023, 3, 15), 1.5)},
            merged=((1, 0, 1, 1),),
            hidden=True,
            uncomputed=((3, 3),),
            errors=((3, 4),),
        ),
    )


YES, FIVE = '<c r="A1" t="inlineStr"><is><t>да</t></is></c>', '<c r="B1"><v>5</v></c>'
PREFIXED = (
    f'{HEAD}<x:worksheet xmlns:x="{MAIN[7:-1]}"><x:sheetData><x:row r="1">'
    '<x:c r="A1" t="inlineStr"><x:is><x:t>да</x:t></x:is></x:c><x:c r="B1"><x:v>5</x:v></x:c>'
    "</x:row></x:sheetData></x:worksheet>"
)
UNUSUAL = {
    "a prefix": book(more={"xl/worksheets/sheet1.xml": PREFIXED}),
    "attributes in another order": book(
        '<row spans="1:2" r="1"><c t="inlineStr" r="A1"><is><t>да</t></is></c><c s="0" r="B1"><v>5</v></c></row>'
    ),
    "no places": book('<row><c t="inlineStr"><is><t>да</t></is></c><c><v>5</v></c></row>'),
    "CDATA": book(row(1, YES.replace("да", "<![CDATA[да]]>"), FIVE)),
    "a comment": book(row(1, '<!-- <c r="A1"/> -->', YES, FIVE)),
    "rich inline text": book(row(1, YES.replace("<t>да</t>", "<r><t>д</t></r><r><t>а</t></r>"), FIVE)),
    "rows without cells": book(row(1, YES, FIVE), '<row r="2"/><row r="3"></row>'),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_unusual_workbooks_are_read_whole(case: str) -> None:
    assert cells(UNUSUAL[case]) == [("да", 5.0)]


@pytest.mark.parametrize("dimension", ["A1", "A1:A1", "A1:XFD1048576", "B7:C9"])
def test_what_a_sheet_says_of_its_size_does_not_matter(dimension: str) -> None:
    rows = (row(1, number("A1", 1)), row(2, number("B2", 2)), row(3, number("C3", 3)))
    assert cells(book(*rows, before=f'<dimension ref="{dimension}"/>')) == [(1.0,), (None, 2.0), (None, None, 3.0)]


def test_a_formula_without_a_value_is_flagged_in_unusual_workbooks_too() -> None:
    sheet = only(book('<row r="1"><!-- --><c r="A1"><v>1</v></c><c r="B1"><f>A1</f></c></row>'))
    assert (sheet.rows, sheet.uncomputed) == ({1: (1.0,)}, ((1, 1),))


def test_the_type_a_file_is_kept_under() -> None:
    assert content_type_of("xls") == "application/vnd.ms-excel"
    assert content_type_of("csv") == "text/csv"


def test_the_child_imports_nothing_of_the_product_but_the_readers() -> None:
    script = f"""
import json, runpy, sys
sys.argv = ["child", "text", "512", "30"]
try:
    runpy.run_path({child.__file__!r}, run_name="__main__")
except SystemExit:
    pass
roots = ("services", "models", "pages", "sqlalchemy", "pydantic")
print(json.dumps([name for name in sys.modules if name.split(".")[0] in roots]))
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], input=b"a;b\n1;2\n", capture_output=True, check=True)
    modules = json.loads(done.stdout.splitlines()[-1])
    readers = {
        f"services.imports.opening.{path.stem}" for path in (Path(child.__file__).parent / "opening").glob("*.py")
    }
    assert set(modules) <= {"services", "services.imports", "services.imports.opening", *readers}


def test_a_plain_archive_is_no_workbook() -> None:
    with pytest.raises(InvalidInput, match="Это архив"):
        read_workbook("а.xlsx", archive({"реестр.csv": "а;б"}))
