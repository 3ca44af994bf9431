"""Workbooks of today: calamine reads, scan.py checks every cell; openpyxl where calamine fails or the two differ."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import zip_longest
from typing import Any

from services.imports.opening.readers import formula_places, with_calamine, with_openpyxl
from services.imports.opening.scan import Cell, Package, unescaped
from services.imports.opening.sentences import DOUBTFUL
from services.imports.opening.sheet import Book, Disagreement, Refused, Row, Sheet, folded

FIRST_SURE_SERIAL = 61
"""Before March 1900 days are counted in two ways."""


def read(content: bytes) -> Book:
    """An .xlsx or .xlsm. Raises `Disagreement` (while the rows are asked for) where the check fails."""
    package = Package(BytesIO(content))
    package.check_spread()
    try:
        sheets = with_calamine(content)
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - calamine's panics are no Exceptions
        sheets = with_openpyxl(content)
    return Book("xlsx", _checked(sheets, package))


def read_carefully(content: bytes) -> Book:
    """After a `Disagreement`: what calamine and openpyxl both read whole. Raises `Refused` where they differ."""
    try:
        quick, slow = (
            [(sheet, list(sheet.rows)) for sheet in reader(content)] for reader in (with_calamine, with_openpyxl)
        )
    except MemoryError:
        raise
    except BaseException as error:
        raise Refused(DOUBTFUL) from error
    if len(quick) != len(slow):
        raise Refused(DOUBTFUL)
    for (one, rows), (other, others) in zip(quick, slow, strict=True):
        if one.name != other.name or len(rows) != len(others):
            raise Refused(DOUBTFUL)
        for (number, line), (twin, cells) in zip(rows, others, strict=True):
            if number != twin or len(line) != len(cells) or not all(map(_alike, line, cells)):
                raise Refused(DOUBTFUL)
        one.rows, one.errors = rows, other.errors
    for (one, rows), formulas in zip(quick, formula_places(content), strict=True):
        saved = {(number, column) for number, line in rows for column, value in enumerate(line) if value is not None}
        one.uncomputed = sorted(formulas - saved - set(one.errors))
    return Book("xlsx", (sheet for sheet, _rows in quick))


def _alike(one: Any, other: Any) -> bool:
    return bool(one == other) or (isinstance(one, str) and isinstance(other, str) and _folded(one) == _folded(other))


def _checked(sheets: list[Sheet], package: Package) -> Iterator[Sheet]:
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise Refused(DOUBTFUL)  # readers find a sheet by its name
    if [sheet.name for sheet in sheets] != [part.name for part in package.parts]:
        raise Disagreement
    same = _comparison(package.since_1904)
    for sheet, part in zip(sheets, package.parts, strict=True):
        sheet.errors, sheet.uncomputed = part.errors, part.uncomputed
        sheet.rows = _compared(sheet.rows, package.rows(part), same)
        yield sheet


def _compared(
    rows: Iterable[Row], others: Iterable[tuple[int, list[Cell]]], same: Callable[[Any, Cell], bool]
) -> Iterator[Row]:
    for row, seen in zip_longest(rows, others):
        if row is None or seen is None or row[0] != seen[0]:
            raise Disagreement
        line, cells = row[1], seen[1]
        if len(line) - line.count(None) != len(cells) or len(line) <= cells[-1][0]:
            raise Disagreement
        for cell in cells:
            # The commonest first: a text that is letter for letter the same.
            if line[cell[0]] != cell[2] and not same(line[cell[0]], cell):
                raise Disagreement
        yield row


def _comparison(since_1904: bool) -> Callable[[Any, Cell], bool]:
    epoch = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30)

    def same(value: Any, cell: Cell) -> bool:
        _column, kind, raw = cell
        if value is None:
            return False
        if kind in ("s", "str", "inlineStr"):
            return isinstance(value, str) and _folded(value) == _folded(raw)
        if kind == "d":
            return True
        try:
            number = float(raw)
        except ValueError:
            return isinstance(value, str) and _folded(value) == _folded(raw)
        if isinstance(value, dt.date):
            day = (value.date() if isinstance(value, dt.datetime) else value) - epoch
            return number < FIRST_SURE_SERIAL or abs(day.days - number) <= 1
        # A duration or a time of the day comes as text.
        return value == number or isinstance(value, str)

    return same


def _folded(text: str) -> str:
    return folded(unescaped(text))
