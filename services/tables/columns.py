"""A column declared once, a table as a list of them: the grid, the SQL, the export, the import, the form read it."""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table as SqlTable, literal

from models import Record
from services.access.permissions import Actor, Permission
from services.tables.kinds import TEXT, Kind

YES_NO_TITLES = (("yes", "да"), ("no", "нет"))

RECORD_KEY, RECORD_KEY_HEADING = "record_key", "Ключ записи"
"""The hidden column of an exported workbook: «people:17» names the row when the file comes back."""


@dataclass(frozen=True)
class Link:
    """The cell leads to the row `id_key` (a hidden column) of table `table`."""

    table: str
    id_key: str


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `sql` reads it over the table's source when the row index is written; `live` instead computes it from other
    columns of the row index at every reading (what depends on today). `attribute` is the field of the row's own
    record that a form or an import writes; without it the column is read-only. Of `links`
    the first whose hidden column holds something is followed. `headings` are other names the column
    has in people's files. `refers`: the attribute holds the number of a record of this sort
    (services.tables.references).
    """

    key: str
    label: str
    kind: Kind = TEXT
    sql: ColumnElement[Any] | None = None
    group: str = ""
    headings: tuple[str, ...] = ()
    permission: Permission = Permission.BASE_READ
    attribute: str | None = None
    links: tuple[Link, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    live: Callable[[SqlTable, dt.date], ColumnElement[Any]] | None = None
    width: int = 150
    required: bool = False
    refers: str = ""

    @property
    def titles(self) -> dict[str, str]:
        """Choice values with the words people see."""
        return dict(self.choices)


@dataclass(frozen=True)
class Dependency:
    """Rows of a table change when a `model` record does: `rows(ids)` selects the rows' keys.

    Without `rows`, the keys stand in the attribute `key` of the changed record itself, before and after.
    """

    model: type[Record]
    key: str = "id"
    rows: Callable[[list[int]], Select[int]] | None = None


@dataclass(frozen=True)
class Table:
    """A table of the office: where its rows come from and its columns in order.

    `source()` selects the row key as `id` and everything the columns' `sql` refer to; `hidden` are further columns of
    the index that are not shown (targets of links, what a picker filters by), numbers all; `texts` are
    the same of text, for `live` columns. `active` is 1 for rows that are shown
    unless deactivated ones are asked for; of these, `current` keeps what is so today.
    `subjects` says whom a row is about: «person» or «company», and the column of the index («id» or a hidden one) that
    holds their number. `among(connection, keys)` is `source()` of these rows alone, where no index knows the key.
    The rows of a view (`is_view`) are no records of its own: nothing is loaded into it, added or edited there. Where a
    row's number follows from that of its person or company, `row_of(kind, number)` says how.
    """

    name: str
    title: str
    record: type[Record]
    source: Callable[[], Select[Any]]
    key: ColumnElement[int]
    columns: tuple[Column, ...]
    hidden: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    texts: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    active: ColumnElement[int] = field(default_factory=lambda: literal(1))
    current: Callable[[SqlTable, dt.date], ColumnElement[bool]] | None = None
    dependencies: tuple[Dependency, ...] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    one: str = "запись"
    sheet_titles: tuple[str, ...] = ()
    among: Callable[[Connection, Collection[int]], Select[Any]] | None = None
    is_view: bool = False
    row_of: Callable[[str, Any], Any] | None = None

    def visible(self, actor: Actor) -> dict[str, Column]:
        """The columns `actor` may see, by key."""
        return {column.key: column for column in self.columns if actor.may(column.permission)}

    def editable(self, actor: Actor) -> dict[str, Column]:
        """The columns `actor` may change, by key."""
        if not actor.may(Permission.BASE_EDIT):
            return {}
        return {key: column for key, column in self.visible(actor).items() if column.attribute}

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that lie in the row index."""
        return tuple(column for column in self.columns if column.live is None)

    @property
    def fingerprint(self) -> str:
        """Changes with anything that makes the row index be built anew."""
        parts = [f"{c.key}:{c.kind.name}:{c.kind.stored}:{c.kind.folded}:{c.sql}" for c in self.stored]
        parts += [f"{key}:{sql}" for key, sql in (*self.hidden.items(), *self.texts.items())] + [
            str(self.source()),
            "2",
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
