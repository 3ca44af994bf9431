"""Workbooks of Excel 97 and 5: xlrd reads, calamine must read the same."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from services.imports.opening.readers import with_calamine
from services.imports.opening.sentences import DAMAGED, DOUBTFUL, LOCKED, SPREAD
from services.imports.opening.sheet import MOST_AREA, Book, Line, Refused, Row, Sheet, folded, near_top, plain, trimmed

TIME = re.compile(r"[0-9]+:[0-9]{2}|[0-9]+ days?,")
"""Of the day, or a duration: a number format tells which, and to the second."""


def read(content: bytes) -> Book:
    """An .xls. Raises `Refused` for one that is locked, damaged or read differently by the two."""
    import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415 - under the limits

    try:
        workbook = xlrd.open_workbook(file_contents=content, logfile=_Nowhere(), formatting_info=True, ragged_rows=True)
    except MemoryError:
        raise
    except BaseException as error:
        raise Refused(LOCKED if "encrypted" in str(error).lower() else DAMAGED) from error
    for sheet in workbook.sheets():
        if sheet.nrows * sheet.ncols > MOST_AREA:
            raise Refused(SPREAD.format(sheet.name))
    sheets = [_sheet(sheet, workbook.datemode) for sheet in workbook.sheets()]
    try:
        others = with_calamine(content)
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - calamine's panics are no Exceptions; xlrd reads more of the old files
        others = None
    return Book("xls", iter(sheets) if others is None else _checked(sheets, others))


def _sheet(source: Any, datemode: int) -> Sheet:
    hidden = source.visibility != 0
    # xlrd gives (top, bottom, left, right) with the ends left out.
    merged = near_top((top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells)
    sheet = Sheet(source.name, (), hidden, merged)
    sheet.rows = _rows(source, sheet, datemode)
    return sheet


def _rows(source: Any, sheet: Sheet, datemode: int) -> Iterator[Row]:
    import xlrd  # noqa: PLC0415 - under the limits

    for number in range(source.nrows):
        line: Line = []
        for column, (kind, value) in enumerate(zip(source.row_types(number), source.row_values(number), strict=True)):
            if kind == xlrd.XL_CELL_ERROR:
                sheet.errors.append((number, column))
            line.append(_value(kind, value, datemode))
        if trimmed(line):
            yield number, line


def _value(kind: int, value: Any, datemode: int) -> Any:
    import xlrd  # noqa: PLC0415 - under the limits

    if kind in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        return _moment(value, datemode)
    return plain(value)


def _moment(serial: float, datemode: int) -> Any:
    import xlrd  # noqa: PLC0415 - under the limits

    try:
        moment = xlrd.xldate_as_datetime(serial, datemode)
    except (ValueError, OverflowError):
        return serial
    if serial < 1:
        return str(moment.time())
    return moment.date() if moment.time() == dt.time() else moment


def _checked(sheets: list[Sheet], others: list[Sheet]) -> Iterator[Sheet]:
    if [sheet.name for sheet in sheets] != [other.name for other in others]:
        raise Refused(DOUBTFUL)
    for sheet, other in zip(sheets, others, strict=True):
        sheet.rows = _compared(sheet.rows, iter(other.rows))
        yield sheet


def _compared(rows: Iterable[Row], others: Iterator[Row]) -> Iterator[Row]:
    for number, line in rows:
        twin, cells = next(others, (-1, []))
        if twin != number or len(cells) != len(line) or not all(map(_alike, line, cells)):
            raise Refused(DOUBTFUL)
        yield number, line
    if next(others, None):
        raise Refused(DOUBTFUL)


def _alike(one: Any, other: Any) -> bool:
    """Dates are told by number formats, which the two know differently well: a date and a number do not differ."""
    if isinstance(one, dt.date) or isinstance(other, dt.date):
        return one is not None and other is not None
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    if isinstance(one, str) and isinstance(other, str):
        return folded(one) == folded(other) or (TIME.match(one) is not None and TIME.match(other) is not None)
    return bool(one == other)


class _Nowhere:
    """Where xlrd's warnings go."""

    def write(self, _text: str) -> None:
        """Forget it."""
