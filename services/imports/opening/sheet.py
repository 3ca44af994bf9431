"""What every reader gives, and the cells of it as plain values."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

MERGED_ROWS, MOST_MERGED = 1_000, 20_000
"""Merged cells matter in headings only, and headings stand near the top."""
MOST_AREA = 10_000_000
"""Cells, empty ones too, between the corners of what is filled: readers lay them all out in memory."""
MOST_PLACES = 1_000
"""Cells with an error or without a value that are named."""

Line = list[Any]
Row = tuple[int, Line]
"""A row's number, from 0, and its cells from column A without the empty ones at the end."""


class Refused(Exception):
    """The file cannot be read; `str(error)` is a Russian sentence for the user."""


class Disagreement(Exception):
    """Two readers see different cells."""


class TooBig(Exception):
    """The file holds more than any register does."""


@dataclass
class Sheet:
    """A worksheet whose rows are read while they are asked for; the other lists are complete only after the last row.

    Rows and columns count from 0; `merged` is (top, left, bottom, right); `errors` and `uncomputed` are (row, column).
    """

    name: str
    rows: Iterable[Row]
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """A file as read: its kind («xlsx», «xls», «csv», «html», «xml»), the encoding of a text, the sheets one by one."""

    kind: str
    sheets: Iterator[Sheet]
    encoding: str = ""


def near_top(areas: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Those merged areas that may belong to headings."""
    return [area for area in areas if area[0] < MERGED_ROWS][:MOST_MERGED]


def trimmed(line: Line) -> Line:
    """Without the empty cells at the end."""
    while line and line[-1] is None:
        line.pop()
    return line


def plain(value: Any) -> Any:
    """A cell as text, number, True/False, date, moment or None; blank text is None."""
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    return value


def folded(text: str) -> str:
    """A text without its blanks: readers may differ in those, at line ends and around."""
    return "".join(text.split())
