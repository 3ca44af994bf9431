"""Pages of a table: filtered, searched, sorted and counted by the database over the row index."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    Select,
    Table as SqlTable,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlmodel import Session, col

from models import Remark
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.tables.columns import Column, Table
from services.tables.conditions import column_condition, contains, sought, value_of
from services.tables.index import folded_name, index_of, sort_key
from services.tables.kinds import Stored
from services.tables.query import ColumnFilter, Query
from services.tables.registry import table_named
from services.values import fold

TRIGRAM = 3
"""Shortest text a trigram index can find."""
PHONE = re.compile(r"[+\d][\d\s()\-–.]{4,}")


@dataclass(frozen=True)
class Page:
    """Rows as plain dicts (id, the visible columns, targets of links); `total` is None when it was left for later."""

    rows: list[dict[str, Any]]
    total: int | None


@dataclass(frozen=True)
class Found:
    """All rows a query finds, when they are few: how many, and their numbers as a JSON list.

    As text, because they go from one statement into the next: fetched one by one they cost more than finding them.
    """

    size: int
    numbers: str


@dataclass(frozen=True)
class Scope:
    """A query made SQL: conditions for any database, and what SQLite's trigram index can answer for them."""

    table: Table
    grid: SqlTable
    columns: dict[str, Column]
    plain: tuple[ColumnElement[bool], ...]
    textual: tuple[ColumnElement[bool], ...]
    match: str
    dialect: str

    @property
    def money(self) -> list[str]:
        """Keys of the money columns among the visible ones."""
        return [column.key for column in self.columns.values() if column.kind.stored is Stored.MONEY]

    @property
    def everything(self) -> ColumnElement[bool]:
        """All conditions, without the help of the trigram index."""
        return and_(*self.plain, *self.textual)


@requires(Permission.BASE_READ)
def rows(session: Session, actor: Actor, name: str, query: Query) -> Page:
    """The asked rows of table `name` as `actor` may see them. Raises `InvalidInput` for unknown columns and values."""
    connection = session.connection()
    scope = make_scope(connection, actor, table_named(name), query)
    total: int | None
    if (found := _rare(connection, scope)) is not None:
        size, total = query.end - query.start, found.size
        chosen = _chosen(scope).where(_among(scope, found)).order_by(*_ranked(scope, query))
        page = _fetch(connection, chosen.limit(size).offset(query.start)) if query.start < total else []
    else:
        condition = scope.everything
        page = _ordered(connection, scope, query, _chosen(scope).where(condition), condition)
        total = _total(connection, scope, query, condition, len(page))
    if money := scope.money:
        page = [_plain(row, money) for row in page]
    return Page(page, total)


def all_rows(session: Session, actor: Actor, name: str, query: Query) -> Iterator[dict[str, Any]]:
    """Every row the query finds, in order, whatever page it names; for exports.

    The permission is checked by the caller, who may be a generator's consumer long after the call.
    """
    connection = session.connection()
    scope = make_scope(connection, actor, table_named(name), query)
    statement = _chosen(scope).where(_narrowed(scope)).order_by(*_ranked(scope, query))
    money = scope.money
    for row in _dicts(connection.execution_options(yield_per=1000).execute(statement)):
        yield _plain(row, money)


@requires(Permission.BASE_READ)
def count(session: Session, actor: Actor, name: str, query: Query) -> int:
    """How many rows of table `name` the query finds in all."""
    connection = session.connection()
    scope = make_scope(connection, actor, table_named(name), query)
    if scope.match and len(scope.plain) == 1:
        # The text index counts without a look at the rows; the few deactivated ones it counted too are taken off.
        known = select(func.count()).select_from(_matching(scope).subquery())
        gone = _count(connection, scope, and_(scope.grid.c.active == 0, *scope.textual))
        return connection.execute(known).scalar_one() - gone
    return _count(connection, scope, _narrowed(scope))


def make_scope(connection: Connection, actor: Actor, table: Table, query: Query) -> Scope:
    """Check the query against the columns `actor` may see and make conditions of it."""
    columns, grid, dialect = table.visible(actor), index_of(table.name), connection.dialect.name
    plain: list[ColumnElement[bool]] = [grid.c.active == 1]
    textual: list[ColumnElement[bool]] = []
    matches: list[str] = []
    for key, wanted in query.filters.items():
        column = column_named(table, columns, key)
        condition = column_condition(grid, column, wanted, dialect)
        phrase = _match_filter(column, wanted) if dialect == "sqlite" else None
        (plain if phrase is None else textual).append(condition)
        matches += [] if phrase is None else [phrase]
    searched = [c for c in columns.values() if c.kind.folded and c.live is None]
    for word in words(query.search):
        condition = or_(*(contains(grid.c[folded_name(c)], w, dialect) for c in searched if (w := _word_for(c, word))))
        phrase = _match_word(searched, word) if dialect == "sqlite" else None
        (plain if phrase is None else textual).append(condition)
        matches += [] if phrase is None else [phrase]
    for key, number in query.pick.items():
        if key not in table.hidden:
            raise InvalidInput(f"Так нельзя выбирать в таблице «{table.title}».")
        plain.append(grid.c[key] == number)
    if query.ids is not None:
        plain.append(grid.c.id.in_(query.ids))
    if query.remarked:
        plain.append(grid.c.id.in_(open_remarks(table)))
    if query.without:
        plain.append(grid.c.id.not_in(query.without))
    return Scope(table, grid, columns, tuple(plain), tuple(textual), " AND ".join(matches), dialect)


def open_remarks(table: Table) -> Select[int]:
    """Keys of the rows of a table whose record has open remarks."""
    entity = table.record.__name__
    return select(col(Remark.entity_id)).where(col(Remark.entity) == entity, col(Remark.settled_at).is_(None))


def column_named(table: Table, columns: dict[str, Column], key: str) -> Column:
    """The column `key` among those the actor may see; `InvalidInput` otherwise, the same for hidden and unknown."""
    if key not in columns:
        raise InvalidInput(f"В таблице «{table.title}» нет такой колонки: {key}.")
    return columns[key]


def words(search: str) -> list[str]:
    """What a quick search looks for: folded words, each in any column; a phone number is one word."""
    folded = fold(search)
    return [folded] if PHONE.fullmatch(folded) else folded.split()


def _word_for(column: Column, word: str) -> str:
    if not column.kind.phone_like:
        return word
    return sought(column, word) if PHONE.fullmatch(word) or word.isdigit() else ""


def _match_filter(column: Column, wanted: ColumnFilter) -> str | None:
    """A column filter as FTS5 text, when all of it is «contains» with enough letters."""
    texts = [sought(column, c.value) for c in wanted.conditions if c.operator == "contains"]
    if len(texts) != len(wanted.conditions) or any(len(t) < TRIGRAM for t in texts):
        return None
    joint = " OR " if wanted.any_of else " AND "
    return f"({folded_name(column)} : ({joint.join(map(_phrase, texts))}))"


def _match_word(columns: list[Column], word: str) -> str | None:
    """A quick-search word as FTS5 text over the columns the actor may see."""
    plain = " ".join(folded_name(c) for c in columns if not c.kind.phone_like)
    phones = [(folded_name(c), _word_for(c, word)) for c in columns if c.kind.phone_like]
    phones = [(name, digits) for name, digits in phones if digits]
    if len(word) < TRIGRAM or any(len(digits) < TRIGRAM for _, digits in phones):
        return None
    parts = [f"{{{plain}}} : {_phrase(word)}", *(f"{name} : {_phrase(digits)}" for name, digits in phones)]
    return "(" + " OR ".join(parts) + ")"


def _phrase(words_: str) -> str:
    return '"' + words_.replace('"', '""') + '"'


def _matching(scope: Scope) -> Select[int]:
    fts = f"{scope.grid.name}_fts"
    return (
        select(literal_column("rowid"))
        .select_from(text(fts))
        .where(text(f"{fts} MATCH :match").bindparams(match=scope.match))
    )


def _rare(connection: Connection, scope: Scope) -> Found | None:
    """The rows the query finds, or None when they are so many that walking the sort order is cheaper.

    Sorting M found rows costs about M look-ups, walking to the first page about page × N / M: they meet near √N.
    """
    if not scope.match:
        return None
    last = connection.execute(select(func.max(scope.grid.c.id))).scalar() or 0
    limit = max(200, int((12 * last) ** 0.5))
    # Materialized, because it is read twice: how many the text index knows (too many are looked at no further), and
    # which of them pass the rest.
    known = _matching(scope).limit(limit + 1).cte("known").prefix_with("MATERIALIZED")
    hits = select(func.count()).select_from(known).scalar_subquery()
    few = select(known.c.rowid).limit(case((hits <= limit, -1), else_=0))
    among = select(func.count(), func.json_group_array(scope.grid.c.id)).where(*scope.plain, scope.grid.c.id.in_(few))
    size, numbers, known_size = connection.execute(among.add_columns(hits)).one()
    return Found(size, numbers) if known_size <= limit else None


def _narrowed(scope: Scope) -> ColumnElement[bool]:
    """All conditions, the textual ones answered by the trigram index where there is one."""
    return and_(*scope.plain, scope.grid.c.id.in_(_matching(scope))) if scope.match else scope.everything


def _chosen(scope: Scope) -> Select[Any]:
    keys = tuple(scope.columns)
    # Making the statement takes longer than running it. Live columns hold today's date and are made anew.
    is_live = any(column.live is not None for column in scope.columns.values())
    return _select(scope.table.name, keys) if is_live else _kept_select(scope.table.name, keys)


def _select(name: str, keys: tuple[str, ...]) -> Select[Any]:
    """The row key, the columns `keys` and the hidden ones."""
    table, grid = table_named(name), index_of(name)
    shown = [value_of(grid, column).label(column.key) for column in table.columns if column.key in keys]
    return select(grid.c.id, *shown, *(grid.c[key] for key in table.hidden))


_kept_select = lru_cache(maxsize=64)(_select)


def _plain(row: dict[str, Any], money: list[str]) -> dict[str, Any]:
    """Money as text with two decimals: a float would be another number."""
    for key in money:
        row[key] = None if row[key] is None else f"{Decimal(row[key]):.2f}"
    return row


def _among(scope: Scope, found: Found) -> ColumnElement[bool]:
    numbers = (
        text("SELECT value FROM json_each(:found)").bindparams(found=found.numbers).columns(literal_column("value"))
    )
    return scope.grid.c.id.in_(numbers)


def _ordered(
    connection: Connection, scope: Scope, query: Query, chosen: Select[Any], condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    """The page in order, empty cells last in either direction.

    One sort column is walked along its index: first the rows that have a value, then, past their end, the others.
    """
    size = query.end - query.start
    keys = _keys(scope, query)
    if len(keys) != 1:
        return _fetch(connection, chosen.order_by(*_ranked(scope, query)).limit(size).offset(query.start))
    (key, down), number = keys[0], scope.grid.c.id
    ranked = [key.desc(), number.desc()] if down else [key.asc(), number.asc()]
    page = _fetch(connection, chosen.where(key.is_not(None)).order_by(*ranked).limit(size).offset(query.start))
    if len(page) == size:
        return page
    offset = 0
    if not page and query.start:
        offset = query.start - _count(connection, scope, and_(condition, key.is_not(None)))
    empty = chosen.where(key.is_(None)).order_by(number).limit(size - len(page)).offset(max(offset, 0))
    return page + _fetch(connection, empty)


def _keys(scope: Scope, query: Query) -> list[tuple[ColumnElement[Any], bool]]:
    order = [(column_named(scope.table, scope.columns, key), down) for key, down in query.sort] or _default(scope)
    return [(sort_key(scope.table, column, scope.dialect), down) for column, down in order]


def _ranked(scope: Scope, query: Query) -> list[ColumnElement[Any]]:
    """The order in one piece: the database sorts all it found."""
    parts: list[ColumnElement[Any]] = []
    keys = _keys(scope, query)
    for key, down in keys:
        parts += [key.is_(None), key.desc() if down else key.asc()]
    number = scope.grid.c.id
    return [*parts, number.desc() if len(keys) == 1 and keys[0][1] else number.asc()]


def _default(scope: Scope) -> list[tuple[Column, bool]]:
    column = scope.columns[scope.table.order]
    return [(column, column.kind.name == "date")]


def _fetch(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    found = connection.execute(statement)
    keys = _keys_of(found)
    return [dict(zip(keys, row, strict=True)) for row in found.all()]


def _dicts(found: Result[Any]) -> Iterator[dict[str, Any]]:
    keys = _keys_of(found)
    return (dict(zip(keys, row, strict=True)) for row in found)


def _keys_of(found: Result[Any]) -> list[str]:
    """Plain keys: SQLAlchemy's own are a kind of str that JSON writers refuse."""
    return list(map(str, found.keys()))


def _total(connection: Connection, scope: Scope, query: Query, condition: ColumnElement[bool], got: int) -> int | None:
    if got < query.end - query.start and (got or not query.start):
        return query.start + got
    return None if query.count_later else _count(connection, scope, condition)


def _count(connection: Connection, scope: Scope, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(scope.grid).where(condition)).scalar_one()
