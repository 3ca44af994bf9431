"""What must hold of any file: tables written by Python come back, and nothing ends in anything but a sentence."""

import csv
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from services.errors import InvalidInput
from services.imports.opening import sheet, text
from services.imports.reading import Workbook, read_workbook
from tests import samples
from tests.services.imports.made import book, inline, label, number, old_book, row

SIGNS = "абвгдежзийклмнопрстуфхцчшщыьэюяАБВИКМНОПРС abcxyz0123456789.-@()«»№"
HEADING = ["Фамилия, имя и отчество", "Наименование организации", "Электронная почта"]
ENCODINGS = ("utf-8", "utf-8-sig", "cp1251", "mac-cyrillic", "utf-16", "utf-16-le", "utf-16-be")


def rows_of(signs: str) -> st.SearchStrategy[list[list[str]]]:
    cell = st.text(signs, max_size=20)
    return st.lists(st.lists(cell, min_size=len(HEADING), max_size=len(HEADING)), max_size=8)


def written(rows: list[list[str]], delimiter: str, quoting: int, line_end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def kept(rows: list[list[str]]) -> list[list[str | None]]:
    """What is left of rows: blank cells are none, at the end they and blank rows go."""
    lines = [sheet.trimmed([cell if cell.strip() else None for cell in line]) for line in rows]
    return [line for line in lines if line]


@settings(max_examples=300, deadline=None)
@given(
    rows=st.one_of(rows_of(SIGNS), rows_of(SIGNS + ';,\t|"\r\n')),
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(ENCODINGS),
    line_end=st.sampled_from(["\r\n", "\n"]),
)
def test_what_python_writes_is_read_back(rows: list[list[str]], delimiter: str, encoding: str, line_end: str) -> None:
    heading = [cell.replace(",", "") for cell in HEADING]
    content = written([heading, *rows], delimiter, csv.QUOTE_ALL, line_end).encode(encoding)
    (found,) = text.read(content).sheets
    assert [line for _number, line in found.rows] == kept([heading, *rows])


@settings(max_examples=200, deadline=None)
@given(rows=rows_of(SIGNS), delimiter=st.sampled_from(";,\t|"), encoding=st.sampled_from(ENCODINGS))
def test_what_python_writes_with_few_quotes_is_read_back(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    content = written([HEADING, *rows], delimiter, csv.QUOTE_MINIMAL, "\r\n").encode(encoding)
    (found,) = text.read(content).sheets
    assert [line for _number, line in found.rows] == kept([HEADING, *rows])


WHOLE = {
    "xlsx": samples.workbook(samples.PEOPLE),
    "xlsx of plain parts": book(*(row(n, inline(f"A{n}", "да"), number(f"B{n}", n)) for n in range(1, 30))),
    "xls": old_book({"Лист": b"".join(label(n, 0, f"Строка {n}") for n in range(60))}),
    "csv": "ФИО;Телефон\r\nИвлев;1\r\nСомов;2\r\n".encode("cp1251"),
    "html": "<html><table><tr><td>Ивлев<td>1<tr><td>Сомов<td>2</table>".encode(),
    "xml": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    b"<Worksheet><Table><Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet></Workbook>",
}


def said(content: bytes) -> str:
    """The sentence a file is refused with, empty for one that is read; any other error is a failure."""
    try:
        assert isinstance(read_workbook("файл", content), Workbook)
    except InvalidInput as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1))
def test_a_mutilated_file_is_read_or_refused(kind: str, seed: int, cut: float) -> None:
    whole = bytearray(WHOLE[kind])
    rng = random.Random(seed)
    for _ in range(rng.randrange(6)):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    assert said(bytes(whole[: int(len(whole) * cut)] if seed % 2 else whole))[-1:] in (".", "")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=2_000),
    st.sampled_from([b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table>", b"a;b\n"]),
)
def test_random_bytes_are_read_or_refused(tail: bytes, head: bytes) -> None:
    assert said(head + tail)[-1:] in (".", "")
