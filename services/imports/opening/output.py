"""From a file's bytes to the lines that go to the parent (child.py names them)."""

import datetime as dt
from typing import Any, BinaryIO

import orjson

from services.imports.opening import text, xls, xlsx
from services.imports.opening.sheet import MOST_PLACES, Book, Disagreement, Refused, Sheet, TooBig, near_top

CHUNK = 500
MOST_CELLS = 2_000_000
MOST_LETTERS = 100_000_000
READERS = {"xlsx": xlsx.read, "xls": xls.read, "text": text.read}


def write(content: bytes, kind: str, out: BinaryIO) -> None:
    """Read `content` and write it down. Raises `TooBig`, or whatever a reader raises."""
    try:
        try:
            _book(READERS[kind](content), out)
        except Disagreement:
            _line(out, {"again": True})
            _book(xlsx.read_carefully(content), out)
    except Refused as refused:
        _line(out, {"refused": str(refused)})
    else:
        _line(out, {"done": True})


def _book(book: Book, out: BinaryIO) -> None:
    _line(out, {"kind": book.kind, "encoding": book.encoding})
    cells = letters = 0
    for sheet in book.sheets:
        _line(out, {"sheet": sheet.name, "hidden": sheet.hidden})
        rows = []
        for number, line in sheet.rows:
            rows.append((number, line))
            cells += len(line)
            letters += sum([len(value) for value in line if value.__class__ is str])
            if cells > MOST_CELLS or letters > MOST_LETTERS:
                raise TooBig
            if len(rows) == CHUNK:
                _line(out, {"rows": rows})
                rows = []
        _line(out, {"rows": rows})
        _close(sheet, out)


def _close(sheet: Sheet, out: BinaryIO) -> None:
    places = {"errors": sheet.errors[:MOST_PLACES], "uncomputed": sheet.uncomputed[:MOST_PLACES]}
    _line(out, {"merged": near_top(sheet.merged), **places})


def _line(out: BinaryIO, what: dict[str, Any]) -> None:
    out.write(orjson.dumps(what, _date, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE))


def _date(value: Any) -> dict[str, str]:
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    raise TypeError(type(value))
