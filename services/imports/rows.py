"""One row of a sheet while it is planned: its cells, what was read from them, what is doubtful, what it changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from services.imports.base import Entry
from services.imports.reading import Value
from services.imports.report import CellChange, Memo
from services.tables.columns import Column, Table
from services.tables.registry import table_named
from services.values import Cleaned, Note, Severity, clean_text
from services.values.plain import as_text

T = TypeVar("T")

CELL_LIMIT = 2000
"""Letters of a cell that is not plain text: more is no phone, no name and no date, and takes long to find out."""


class SkipRow(Exception):
    """The row cannot be loaded; the text says why, for people."""


@dataclass
class RowRemark:
    """A remark, and the record and field it is about, once that is known."""

    key: str
    column: str
    value: str
    message: str
    severity: Severity
    entry: Entry | None = None
    attribute: str = ""
    secret: bool = False


@dataclass
class Row:
    """A row of table `table`. `title` is the section it stands in, `cells` its filled cells by column key."""

    sheet: str
    number: int
    table: Table
    title: str
    cells: dict[str, Value]
    headings: dict[str, str]
    secret: frozenset[str] = frozenset()
    memo: Memo = field(default_factory=dict, repr=False)
    changes: dict[CellChange, None] = field(default_factory=dict)
    remarks: list[RowRemark] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    owner: Entry | None = None
    created: bool = False
    skipped: bool = False

    def has(self, key: str) -> bool:
        """Whether the cell holds anything."""
        return key in self.cells

    def raw(self, key: str) -> Value:
        """The cell as it stands in the file; from now on it counts as read."""
        self.taken.add(key)
        return self.cells.get(key)

    def clean(self, key: str, cleaner: Callable[[object], Cleaned[T]]) -> T | None:
        """The cleaned value of a cell; what the cleaner notes becomes remarks. The cleaner must be a pure function."""
        self.taken.add(key)
        cleaned = self.peek(key, cleaner)
        for note in cleaned.notes:
            self.remark(key, note.message, note.severity)
        return cleaned.value

    def peek(self, key: str, cleaner: Callable[[object], Cleaned[T]]) -> Cleaned[T]:
        """What `clean` would make of a cell, without remarks; the cell does not count as read."""
        raw = self.cells.get(key)
        if raw is None:
            return Cleaned(None)
        if cleaner is not clean_text and isinstance(raw, str) and len(raw) > CELL_LIMIT:
            return Cleaned(None, (Note(f"В ячейке {len(raw)} знаков, больше {CELL_LIMIT}: не загружено.", "error"),))
        wanted = (cleaner, type(raw), raw)
        if wanted not in self.memo:
            self.memo[wanted] = cleaner(raw)
        return self.memo[wanted]

    def text(self, key: str) -> str | None:
        """The cell as one line of text."""
        return self.clean(key, clean_text)

    def shown(self, key: str) -> str:
        """The cell as people see it in the file."""
        return as_text(self.cells.get(key), multiline=True)

    def remark(
        self,
        key: str,
        message: str,
        severity: Severity,
        entry: Entry | None = None,
        attribute: str = "",
        value: str | None = None,
    ) -> None:
        """Say something about a cell."""
        said = self.shown(key) if value is None else value
        heading = self.headings.get(key, key)
        self.remarks.append(RowRemark(key, heading, said, message, severity, entry, attribute, key in self.secret))

    def target(self, key: str, entry: Entry, attribute: str) -> None:
        """Tell the remarks on a cell which field of which record they are about."""
        for remark in self.remarks:
            if remark.key == key and remark.entry is None:
                remark.entry, remark.attribute = entry, attribute

    def change(self, key: str, before: str, after: str) -> None:
        """Note what the row changes, in people's words."""
        column = columns_of(self.table.name).get(key)
        self.changes[CellChange(column.label if column else key, before, after)] = None

    @property
    def outcome(self) -> str:
        """What becomes of the row: skipped, created, changed or same."""
        if self.skipped:
            return "skipped"
        if self.created:
            return "created"
        return "changed" if self.changes else "same"

    def unread(self) -> Sequence[str]:
        """Keys of cells nobody has read."""
        return [key for key in self.cells if key not in self.taken]


@lru_cache
def columns_of(table: str) -> dict[str, Column]:
    """The columns of a table by key."""
    return {column.key: column for column in table_named(table).columns}


def known(value: Any) -> bool:
    """Whether there is a value at all: False and 0 are values."""
    return value is not None and value != ""
