"""One row of a sheet while it is planned: its cells, what was read from them, what is doubtful, what it changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from models import Company, Person, Record
from services.imports.base import Base, Entry
from services.imports.diff import Cell, CellState
from services.imports.matching import Match
from services.imports.reading import Value
from services.imports.report import Memo
from services.tables.columns import Column, Table
from services.tables.registry import table_named
from services.values import Cleaned, Note, Severity, clean_text
from services.values.plain import as_text

T = TypeVar("T")

CELL_LIMIT = 2000
"""Letters of a cell that is not plain text: more is no phone, no name and no date, and takes long to find out."""
UNDECIDED = Match()


class SkipRow(Exception):
    """The row cannot be loaded; the text says why, for people. `severity` "info": nothing is wrong with that."""

    def __init__(self, reason: str, severity: Severity = "error") -> None:
        super().__init__(reason)
        self.severity = severity


class HoldRow(Exception):
    """Somebody must say first whom the row means; raised before the row has changed anything."""


@dataclass(slots=True)
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


@dataclass(slots=True)
class Row:
    """A row of table `table`. `title` is the section it stands in, `cells` its filled cells by column key.

    `blank` are keys of empty cells that clear what is there, for which the row waits until all others are planned;
    `record` is the number the file's own key names.
    """

    sheet: str
    number: int
    table: Table
    title: str
    cells: dict[str, Value]
    headings: dict[str, str]
    secret: frozenset[str] = frozenset()
    memo: Memo = field(default_factory=dict, repr=False)
    blank: frozenset[str] = frozenset()
    record: int | None = None
    place: tuple[str, int] = ("", 0)
    diff: dict[str, Cell] = field(default_factory=dict)
    remarks: list[RowRemark] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    owner: Entry | None = None
    party: Entry | None = None
    match: Match = UNDECIDED
    created: bool = False
    skipped: bool = False
    held: bool = False
    waits: bool = False

    def __post_init__(self) -> None:
        """What `claim` compares, made once."""
        self.place = (self.sheet, self.number)

    def keyed(self, base: Base, model: type[Record]) -> Entry | None:
        """The record of `model` the file's own key names, when the table is about such."""
        if self.record is None or self.table.record is not model:
            return None
        return base.stored(model, self.record)

    def keyed_person(self, base: Base) -> Entry | None:
        """The person of the record the file's own key names."""
        own = self.keyed(base, self.table.record)
        return own if own is None or own.model is Person else own.get("person_id")

    def keyed_company(self, base: Base) -> Entry | None:
        """The company of the record the file's own key names."""
        own = self.keyed(base, self.table.record)
        return own if own is None or own.model is Company else own.get("company_id")

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
        raw = self.cells.get(key)
        if raw is None:
            return None
        cleaned = self.memo.get((cleaner, raw.__class__, raw)) or self.peek(key, cleaner)
        for note in cleaned.notes:
            self.remark(key, note.message, note.severity)
        return cleaned.value

    def peek(self, key: str, cleaner: Callable[[object], Cleaned[T]]) -> Cleaned[T]:
        """What `clean` would make of a cell, without remarks; the cell does not count as read."""
        raw = self.cells.get(key)
        if raw is None:
            return Cleaned(None)
        wanted = (cleaner, raw.__class__, raw)
        known = self.memo.get(wanted)
        if known is not None:
            return known
        if cleaner is not clean_text and isinstance(raw, str) and len(raw) > CELL_LIMIT:
            return Cleaned(None, (Note(f"В ячейке {len(raw)} знаков, больше {CELL_LIMIT}: не загружено.", "error"),))
        cleaned = self.memo[wanted] = cleaner(raw)
        return cleaned

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
        self.remarks.append(
            RowRemark(key, self.label(key), said, message, severity, entry, attribute, key in self.secret)
        )

    def label(self, key: str) -> str:
        """The heading of a column in the file; without one, as the product calls the column."""
        if key in self.headings:
            return self.headings[key]
        column = columns_of(self.table.name).get(key)
        return column.label if column else key

    def target(self, key: str, entry: Entry, attribute: str) -> None:
        """Tell the remarks on a cell which field of which record they are about."""
        for remark in self.remarks:
            if remark.key == key and remark.entry is None:
                remark.entry, remark.attribute = entry, attribute

    def cell(self, key: str) -> Cell:
        """What the row makes of a cell, so far."""
        found = self.diff.get(key)
        if found is None:
            found = self.diff[key] = Cell(key)
            found.secret = key in self.secret
        return found

    @property
    def said(self) -> str:
        """All the row says. A bare name is anybody's: what was decided about it holds where the rest is the same."""
        return repr(sorted((key, as_text(value)) for key, value in self.cells.items()))

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of the row's table by key."""
        return columns_of(self.table.name)

    @property
    def outcome(self) -> str:
        """What becomes of the row: doubtful, skipped, created, changed or same."""
        if self.held:
            return "doubtful"
        if self.skipped:
            return "skipped"
        if self.created:
            return "created"
        return "changed" if any(cell.steps for cell in self.diff.values()) else "same"

    def settle(self) -> None:
        """Give every cell its state: read and nothing new is the same, refused is an error."""
        for key in self.cells:
            if key not in self.diff:
                self.cell(key)
        for key in {remark.key for remark in self.remarks if remark.severity == "error"} & self.cells.keys():
            cell = self.cell(key)
            if not cell.steps:
                cell.state, cell.after = CellState.ERROR, self.shown(key)

    def unread(self) -> Sequence[str]:
        """Keys of cells nobody has read."""
        return [key for key in self.cells if key not in self.taken]


@lru_cache
def columns_of(table: str) -> dict[str, Column]:
    """The columns of a table by key."""
    return {column.key: column for column in table_named(table).columns}


@lru_cache
def cleaner_of(table: str, key: str) -> Callable[[object], Cleaned[Any]]:
    """How the values of a column are cleaned."""
    return columns_of(table)[key].kind.clean


def known(value: Any) -> bool:
    """Whether there is a value at all: False and 0 are values."""
    return value is not None and value != ""
