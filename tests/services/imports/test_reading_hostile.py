"""Files that are half there, contradict themselves, or are made to hurt: each costs little and ends in one sentence."""

import io
import random
import struct
import time
import zipfile

import pytest

from services import containers
from services.errors import InvalidInput
from services.imports import reading
from services.imports.opening import sentences
from services.imports.reading import read_workbook
from tests.services.imports.made import (
    HEAD,
    MAIN,
    archive,
    book,
    container,
    inline,
    label,
    number,
    old_book,
    record,
    row,
    value,
)

ONE = row(1, number("A1", 1))


def said(content: bytes) -> str:
    """The sentence a file is refused with."""
    with pytest.raises(InvalidInput) as refused:
        read_workbook("книга.xlsx", content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (book(row(2, number("A2", 1)), row(1, number("A1", 2))), sentences.DOUBTFUL),
        (book(row(1, number("A1", 1)), row(1, number("B1", 2))), sentences.DOUBTFUL),
        (book(row(1, number("A1", 1), number("A1", 2))), sentences.DOUBTFUL),
        (book(row(1, number("B1", 1), number("A1", 2))), sentences.DOUBTFUL),
        (book(row(1, number("A5", 1))), sentences.DOUBTFUL),
        (book(ONE, after="<sheetData><row r='2'><c r='A2'><v>2</v></c></row></sheetData>"), sentences.DOUBTFUL),
        (book(row(1, '<c r="A1" t="s"><v>7</v></c>'), strings=["<si><t>да</t></si>"]), sentences.DAMAGED),
        (book(row(1, '<c r="A1" t="s"><v>0</v></c>')), sentences.DAMAGED),
        (book(ONE, strings=["<si><t>да</t></si>"], without=["xl/sharedStrings.xml"]), sentences.DAMAGED),
        (book(ONE, names=("А", "Б"), without=["xl/worksheets/sheet2.xml"]), sentences.DAMAGED),
        (book(ONE, names=("А", "А")), sentences.DOUBTFUL),
        (book(ONE, without=["xl/workbook.xml"]), sentences.DAMAGED),
        (book(ONE, without=["xl/_rels/workbook.xml.rels"]), sentences.DAMAGED),
        (book(row(1, '<c r="A1"><v>1</v></c><c r="B1">')), sentences.DAMAGED),
        (book(row(1, '<c r="A1"><v>1</c>')), sentences.DAMAGED),
        (book(row(1, '<c r="A1" t="s"><v>0</v></c>'), strings=["<si><t>да</si>"]), sentences.DAMAGED),
        (book(row(1, '<c r="A1"><v>1</v></c><c r="B1" <v>2</v></c>')), sentences.DAMAGED),
        (old_book({"Лист": label(0, 0, "ФИО")}, extra=record(0x2F, b"\1\0\1\0" + b"\7" * 48)), sentences.LOCKED),
        (container({"WordDocument": b"1"}), sentences.WORD),
        (container({"EncryptedPackage": b"1"}), sentences.LOCKED),
        (container({"Workbook": b"nonsense"}), sentences.DAMAGED),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused(content: bytes, sentence: str) -> None:
    assert said(content) == sentence


def test_an_old_workbook_cut_short_is_refused() -> None:
    whole = old_book({"Лист": b"".join(label(line, 0, f"Строка {line}") for line in range(500))})
    for length in (600, 1500, len(whole) // 2, len(whole) - 700):
        assert said(whole[:length]) in (sentences.DAMAGED, sentences.DOUBTFUL, sentences.NOT_A_WORKBOOK)


def laughs() -> bytes:
    """A thousand million «ха»."""
    entities = '<!ENTITY a0 "ха">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f"{HEAD}<!DOCTYPE x [{entities}]>".encode()


def in_sheet(xml: bytes) -> bytes:
    return book(more={"xl/worksheets/sheet1.xml": xml})


STRINGS = "xl/sharedStrings.xml"
SHEET_END = "</sheetData></worksheet>"
HOSTILE: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "entities in a sheet": (
        in_sheet(laughs() + f"<worksheet {MAIN}><sheetData>{row(1, inline('A1', '&a9;'))}{SHEET_END}".encode()),
        (sentences.DANGEROUS_XML, sentences.DAMAGED),
    ),
    "entities in the shared strings": (
        book(ONE, strings=[], more={STRINGS: laughs() + f"<sst {MAIN}><si><t>&a9;</t></si></sst>".encode()}),
        (sentences.DANGEROUS_XML, sentences.DAMAGED),
    ),
    "entities in the workbook": (
        book(ONE, more={"xl/workbook.xml": laughs() + f"<workbook {MAIN}>&a9;</workbook>".encode()}),
        (sentences.DANGEROUS_XML,),
    ),
    "entities in an XML of 2003": (
        laughs() + b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><a>&a9;</a></Workbook>',
        (sentences.DANGEROUS_XML,),
    ),
    "a million nested elements": (
        in_sheet(f"{HEAD}<worksheet {MAIN}><sheetData>{'<row>' * 1_000_000}".encode()),
        (sentences.DAMAGED, sentences.DOUBTFUL, reading.TOO_BIG, reading.TOO_LONG),
    ),
    "one far cell": (
        book(ONE, row(1_048_576, number("XFD1048576", 1)), before='<dimension ref="A1:XFD1048576"/>'),
        (sentences.SPREAD.format("Лист1"),),
    ),
    "one far cell of a sheet that says nothing": (
        book(ONE, row(1_048_576, number("XFD1048576", 1))),
        (reading.TOO_BIG,),
    ),
    "blanks that burst": (archive({"xl/workbook.xml": b" " * 250_000_000}), (containers.BURSTING,)),
    "two thousand and one entries": (archive({f"xl/{n}.xml": b"" for n in range(2_001)}), (containers.BURSTING,)),
    "a header that lies of sizes": (b"", (sentences.DAMAGED, reading.TOO_BIG, sentences.DOUBTFUL)),
    "an old workbook that asks for memory": (
        old_book({"Лист": label(0, 0, "ФИО")}, extra=record(0xFC, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF))),
        (sentences.DAMAGED, reading.TOO_BIG),
    ),
    "an old workbook with far cells": (
        old_book({f"Л{n}": value(0, 0, 1) + value(65_535, 255, 1) for n in range(30)}),
        (sentences.SPREAD.format("Л0"),),
    ),
    "a quote that never closes": (('а;б\n1;"' + "в;г\n" * 2_000_000).encode(), (sentences.UNCLOSED.format(2),)),
    "a line of fifteen megabytes": (b"x" * 15_000_000 + b";y\n1;2\n", (sentences.TOO_LONG.format(1),)),
    "fifteen megabytes of delimiters": (b";" * 15_000_000 + b"\n1;2\n", (sentences.TOO_LONG.format(1),)),
    "a long line of delimiters below": (b"a;b\n" * 300 + b";" * 15_000_000, (sentences.TOO_WIDE.format(301),)),
    "fifteen megabytes of quotes": (b'"' * 15_000_001 + b"\n1;2\n", (sentences.TOO_LONG.format(1),)),
    "quotes opened again and again": (b"a;b\n" * 300 + b'"a;' * 5_000_000, (sentences.UNCLOSED.format(301),)),
    "one line": (b"x" * 15_000_000, (sentences.NOT_A_WORKBOOK,)),
    "a line of fifty megabytes": (b"x" * 50_000_000, ("Файл слишком большой: 48 МБ, а можно не больше 20 МБ.",)),
    "a million nested tables": (b"<html>" + b"<table><tr><td>" * 1_000_000, (sentences.TOO_DEEP,)),
    "a million nested tags": (b"<html>" + b"<div>" * 1_000_000, (sentences.NO_TABLE, reading.TOO_LONG)),
    "spans of millions": (
        b"<table>" + b"<tr>" + b"<td rowspan=65000 colspan=16000>1" * 10_000,
        (reading.TOO_BIG,),
    ),
}  # fmt: skip


def lying() -> bytes:
    """A sheet of 300 MB whose size the directory of the archive gives as a thousand bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(ONE))) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad:
        for entry in good.infolist():
            content = good.read(entry)
            if "sheet1" in entry.filename:
                content = content.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")
            bad.writestr(entry.filename, content)
    whole = bytearray(buffer.getvalue())
    for mark, name, size in ((b"PK\3\4", 30, 22), (b"PK\1\2", 46, 24)):
        place = -1
        while (place := whole.find(mark, place + 1)) >= 0:
            if whole[place + name : place + name + 24] == b"xl/worksheets/sheet1.xml":
                whole[place + size : place + size + 4] = struct.pack("<I", 1_000)
    return bytes(whole)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_one_sentence(case: str) -> None:
    content, expected = HOSTILE[case]
    started = time.monotonic()
    assert said(content or lying()) in expected
    assert time.monotonic() - started < reading.SECONDS * reading.PATIENCE + 5


def test_a_reader_that_would_run_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 1)
    assert said(b"<html><table>" + b"<!--" * 3_000_000) == reading.TOO_LONG
    rows = (row(line, *(inline(f"{letter}{line}", "да") for letter in "ABCDEFGHIJ")) for line in range(1, 60_001))
    assert said(book(*rows)) == reading.TOO_LONG


def test_a_reader_that_never_ends_without_computing_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0)
    assert said(book(ONE)) == reading.TOO_LONG


def test_a_sheet_as_wide_as_sheets_can_be() -> None:
    wide = ";".join(f"к{n}" for n in range(16_384)).encode() + b"\n1\n"
    (sheet,) = read_workbook("широкая.csv", wide).sheets
    assert [len(line) for line in sheet.rows.values()] == [16_384, 1]


def test_large_files_are_read_whole() -> None:
    rng = random.Random(1)
    lines = [f"Фамилия{n};{rng.choice(('да', 'нет'))};{n}" for n in range(100_000)]
    (sheet,) = read_workbook("большая.csv", "\n".join(lines).encode("cp1251")).sheets
    assert (len(sheet.rows), sheet.rows[100_000][0]) == (100_000, "Фамилия99999")
    assert len({id(line[1]) for line in sheet.rows.values()}) == 2  # a repeated text is held once
