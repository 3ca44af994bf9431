"""What recognition hands on: the tables of a sheet, their columns and rows, and what the user chose for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from services.imports.reading import Value

How = Literal["heading", "content", "remembered", "chosen"]
"""What a column was recognised by."""
SAMPLED_ROWS = 50
"""Rows at the top of a table that show the user what stands in a column."""
NEW_FIELD = "+"
"""Begins a key that asks for a field of the office's own: «+Хобби»."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its place (from 0), its heading, the key it was recognised as.

    A key is one of the table's columns, one of `synonyms.PSEUDO` or «+label» of a new field; None is not loaded.
    `remark` is a sentence about the whole column.
    """

    place: int
    heading: str
    key: str | None
    how: How = "heading"
    remark: str = ""


@lru_cache(maxsize=4096)
def _shared(places: tuple[int, ...]) -> tuple[int, ...]:
    """The same places as one object: most rows of a table fill the same columns."""
    return places


class Cells(Mapping[int, Value]):
    """Filled cells by place, in a third of the memory of a dict: a load holds those of the whole file."""

    __slots__ = ("_places", "_values")

    def __init__(self, cells: Mapping[int, Value]) -> None:
        self._places = _shared(tuple(cells))
        self._values = tuple(cells.values())

    def __getitem__(self, place: int) -> Value:
        try:
            return self._values[self._places.index(place)]
        except ValueError:
            raise KeyError(place) from None

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def pairs(self) -> Iterator[tuple[int, Value]]:
        """What `items` gives, at once."""
        return zip(self._places, self._values, strict=True)

    def forget(self) -> None:
        """Let go of the cells: once a row is planned its diff has them."""
        self._places, self._values = (), ()


@dataclass(frozen=True, slots=True)
class DataRow:
    """A row below the heading: number as Excel shows it, section title above it, filled cells by place."""

    number: int
    title: str
    cells: Cells


@dataclass(frozen=True)
class RecognisedSheet:
    """A table of a sheet and what it was taken for. `table` None: it is not loaded, `reason` says why.

    `asides` are texts above, between and below the rows that belong to no record: (row, text). `part` counts the
    tables of the sheet from 0, down and then to the right. `shape` is equal for tables of the same layout: a confirmed
    mapping is remembered by it. `header_rows` are all rows of the heading, `header_row` is the last of them, None for
    a table without one. The rows of what is not loaded are all of its filled rows.
    """

    name: str
    table: str | None
    header_row: int | None = None
    columns: tuple[SheetColumn, ...] = ()
    rows: tuple[DataRow, ...] = ()
    reason: str = ""
    asides: tuple[tuple[int, str], ...] = ()
    part: int = 0
    shape: str = ""
    hidden: bool = False
    header_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class SheetChoice:
    """What the user chose for a table: `table` "" is not loaded, None is not chosen.

    `columns`: place → key, "" is «не загружать», «+Название» a new field of that name.
    """

    table: str | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
