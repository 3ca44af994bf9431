"""Statements made and compiled once.

Making the expressions of a page and asking SQLAlchemy whether it knows them takes several times as long as running
them. What does not change from question to question (a page of a whole table, the rows the trigram index found) is
therefore kept compiled, by the columns shown, the order and, where a column depends on it, the day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Integer,
    Result,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
)

from services.tables.conditions import value_of
from services.tables.index import index_of, sort_key
from services.tables.registry import table_named

SIZE, START = bindparam("size", type_=Integer), bindparam("start", type_=Integer)
KEPT = 512


@dataclass(frozen=True)
class Prepared:
    """A compiled statement; `names` order its parameters where the driver counts them, constants included."""

    sql: str
    names: tuple[str, ...] | None
    constants: Mapping[str, Any]

    def run(self, connection: Connection, **parameters: Any) -> CursorResult[Any]:
        """Execute it. Values come as the driver gives them: money may be a float."""
        values = {**self.constants, **parameters}
        given = values if self.names is None else tuple(values[name] for name in self.names)
        return connection.exec_driver_sql(self.sql, given)


def prepare(statement: Select[Any], dialect: Dialect) -> Prepared:
    """Compile `statement`; its bindparam()s are the parameters of `run`."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    names = None if compiled.positiontup is None else tuple(compiled.positiontup)
    return Prepared(compiled.string, names, {k: v for k, v in compiled.params.items() if v is not None})


class Shape(NamedTuple):
    """What a page's statement depends on besides its parameters: the table, the columns, the order, the day."""

    name: str
    keys: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    today: dt.date | None
    dialect: Dialect


def chosen(name: str, keys: tuple[str, ...]) -> Select[Any]:
    """The row key, the columns `keys` and the hidden ones of table `name`."""
    table, grid = table_named(name), index_of(name)
    shown = [value_of(grid, column).label(column.key) for column in table.columns if column.key in keys]
    return select(grid.c.id, *shown, *(grid.c[key] for key in table.hidden))


def sort_keys(name: str, order: tuple[tuple[str, bool], ...], dialect: str) -> list[tuple[ColumnElement[Any], bool]]:
    """What rows are ordered by, and whether downwards."""
    table = table_named(name)
    columns = {column.key: column for column in table.columns}
    return [(sort_key(table, columns[key], dialect), down) for key, down in order]


def ranked(name: str, order: tuple[tuple[str, bool], ...], dialect: str) -> list[ColumnElement[Any]]:
    """The order in one piece, empty cells last in either direction: the database sorts all it found."""
    return ranked_by(name, sort_keys(name, order, dialect))


def ranked_by(name: str, keys: Sequence[tuple[ColumnElement[Any], bool]]) -> list[ColumnElement[Any]]:
    """The same by these keys, each with whether it goes downwards."""
    parts: list[ColumnElement[Any]] = []
    for key, down in keys:
        parts += [key.is_(None), key.desc() if down else key.asc()]
    number = index_of(name).c.id
    return [*parts, number.desc() if len(keys) == 1 and keys[0][1] else number.asc()]


def dicts(found: Result[Any]) -> list[dict[str, Any]]:
    """Rows as plain dicts."""
    keys = keys_of(found)
    return [dict(zip(keys, row, strict=True)) for row in found.all()]


def keys_of(found: Result[Any]) -> list[str]:
    """Plain keys: SQLAlchemy's own are a kind of str that JSON writers refuse."""
    return list(map(str, found.keys()))


def with_values(of: Select[Any], key: ColumnElement[Any], number: ColumnElement[Any], *, down: bool) -> Select[Any]:
    """Rows that have a value in their one sort column, walked along its index; parameters `size` and `start`."""
    order = [key.desc(), number.desc()] if down else [key.asc(), number.asc()]
    return of.where(key.is_not(None)).order_by(*order).limit(SIZE).offset(START)


@lru_cache(maxsize=KEPT)
def whole_table(shape: Shape) -> Prepared:
    """A page of all rows by one column, those with a value in it; parameters `size` and `start`."""
    grid = index_of(shape.name)
    ((key, down),) = sort_keys(shape.name, shape.order, shape.dialect.name)
    of = chosen(shape.name, shape.keys).where(grid.c.active == 1)
    return prepare(with_values(of, key, grid.c.id, down=down), shape.dialect)


@lru_cache(maxsize=KEPT)
def among_found(shape: Shape) -> Prepared:
    """A page of the rows whose numbers stand in the JSON list `found`; parameters also `size` and `start`."""
    of = chosen(shape.name, shape.keys).where(is_found(shape.name))
    order = ranked(shape.name, shape.order, shape.dialect.name)
    return prepare(of.order_by(*order).limit(SIZE).offset(START), shape.dialect)


def is_found(name: str) -> ColumnElement[bool]:
    """Whether a row's number stands in the JSON list `found` (a parameter)."""
    numbers = text("SELECT value FROM json_each(:found)").bindparams(bindparam("found", type_=Text))
    return index_of(name).c.id.in_(numbers.columns(literal_column("value")))


def matching(name: str) -> Select[int]:
    """Numbers of the rows of table `name` that its trigram index finds for the parameter `match`."""
    fts = f"{index_of(name).name}_fts"
    wanted = text(f"{fts} MATCH :match").bindparams(bindparam("match", type_=Text))
    return select(literal_column("rowid", Integer)).select_from(text(fts)).where(wanted)


def counted_matches(name: str, *plain: ColumnElement[bool]) -> Select[Any]:
    """How many of at most `limit` matches pass the conditions `plain`, their numbers as JSON, how many matches.

    Parameters `match`, `limit` and `most`, past which matches are not counted. When there are more than `limit` the
    first two answers are of no use.
    """
    grid, limit = index_of(name), bindparam("limit", type_=Integer)
    most = bindparam("most", type_=Integer)
    # Materialized, because it is read twice: how many the text index knows (too many are looked at no further), and
    # which of them pass the rest.
    known = matching(name).limit(most + 1).cte("known").prefix_with("MATERIALIZED")
    hits = select(func.count()).select_from(known).scalar_subquery()
    few = select(known.c.rowid).limit(case((hits <= limit, -1), else_=0))
    return select(func.count(), func.json_group_array(grid.c.id), hits).where(*plain, grid.c.id.in_(few))


@lru_cache(maxsize=KEPT)
def counted_active_matches(name: str, dialect: Dialect) -> Prepared:
    """`counted_matches` of the rows that are not deactivated."""
    return prepare(counted_matches(name, index_of(name).c.active == 1), dialect)


@lru_cache(maxsize=KEPT)
def walk_to_matches(shape: Shape) -> Prepared:
    """As `whole_table`, of the rows the trigram index finds for the parameter `match`.

    The plus keeps SQLite from looking every match up and sorting them: it walks the sort column's index, where a row's
    number stands beside its key, and looks up only the rows of the page.
    """
    grid = index_of(shape.name)
    ((key, down),) = sort_keys(shape.name, shape.order, shape.dialect.name)
    known = matching(shape.name).cte("known").prefix_with("MATERIALIZED")
    number: ColumnElement[int] = literal_column(f"+{grid.name}.id", Integer)
    of = chosen(shape.name, shape.keys).where(grid.c.active == 1, number.in_(select(known.c.rowid)))
    return prepare(with_values(of, key, grid.c.id, down=down), shape.dialect)


@lru_cache(maxsize=KEPT)
def last_number(name: str, dialect: Dialect) -> Prepared:
    """The largest row number of table `name`: how large the table is, roughly and at once."""
    return prepare(select(func.max(index_of(name).c.id)), dialect)
