"""Pages of a table: filtered, searched, sorted and counted by the database over the row index."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Result,
    Select,
    Table as SqlTable,
    and_,
    func,
    or_,
    select,
)
from sqlmodel import Session, col

from models import Remark
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.tables import invited, prepared
from services.tables.columns import Column, Table
from services.tables.conditions import column_condition, contains, sought
from services.tables.declared.invitations import INVITED
from services.tables.index import folded_name, index_of
from services.tables.kinds import Stored
from services.tables.query import ColumnFilter, Query
from services.tables.registry import table_named
from services.tables.related_declared import related_conditions
from services.values import fold

SPARSE, MOST_KNOWN = 30, 20_000
"""Matches of the trigram index are worth knowing up to one row in SPARSE, and this many: more are met soon anyway."""
AT_ONCE = 1000
"""Rows of an export fetched together."""
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
    """What the trigram index knows of a query: whether the matches are few, some or too many to have been counted.

    Of few, `size` is how many rows the query finds and `numbers` their numbers as a JSON list: text, because they go
    from one statement into the next, and fetched one by one cost more than finding them.
    """

    are_few: bool
    are_some: bool
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
    dialect: Dialect
    event: int | None = None

    @property
    def is_simple(self) -> bool:
        """Whether nothing is asked but what the trigram index answers: such statements are kept compiled."""
        return len(self.plain) == 1

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
    found = None if _is_by_invitation(scope, query) else _found(connection, scope)
    if found is not None and found.are_few:
        page, total = _found_page(connection, scope, query, found), found.size
    else:
        page = _ordered(connection, scope, query, found)
        total = _total(connection, scope, query, len(page))
    if scope.event is not None:
        invited.fill(connection, scope.table, scope.event, page)
    if money := scope.money:
        page = [_plain(row, money) for row in page]
    return Page(page, total)


def all_rows(session: Session, actor: Actor, name: str, query: Query) -> Iterator[dict[str, Any]]:
    """Every row the query finds, in order, whatever page it names; for exports.

    The permission is checked by the caller, who may be a generator's consumer long after the call.
    """
    connection = session.connection()
    scope = make_scope(connection, actor, table_named(name), query)
    statement = (
        prepared.chosen(name, tuple(scope.columns))
        .where(_narrowed(scope))
        .order_by(*prepared.ranked_by(name, _sort_keys(scope, query)))
    )
    money = scope.money
    found = connection.execution_options(yield_per=AT_ONCE).execute(statement)
    keys = prepared.keys_of(found)
    for part in found.partitions(AT_ONCE):
        page = [_plain(dict(zip(keys, row, strict=True)), money) for row in part]
        if scope.event is not None:
            invited.fill(connection, scope.table, scope.event, page)
        yield from page


@requires(Permission.BASE_READ)
def count(session: Session, actor: Actor, name: str, query: Query) -> int:
    """How many rows of table `name` the query finds in all."""
    if (parts := invited.whole_and_rest(table_named(name), query)) is not None:
        whole, rest = parts
        return count(session, actor, name, whole) - count(session, actor, name, rest)
    connection = session.connection()
    scope = make_scope(connection, actor, table_named(name), query)
    if scope.match and scope.is_simple:
        # The text index counts without a look at the rows; the few deactivated ones it counted too are taken off.
        known = select(func.count()).select_from(prepared.matching(name).subquery())
        gone = _count(connection, scope, and_(scope.grid.c.active == 0, *scope.textual))
        found: int = connection.execute(known, {"match": scope.match}).scalar_one()
        return found - gone
    return _count(connection, scope, _narrowed(scope))


@requires(Permission.BASE_READ)
def numbers_of(session: Session, actor: Actor, name: str, query: Query, key: str) -> tuple[int, ...]:
    """The different numbers in column `key` of the row index («id», a hidden column) among the rows found, in order."""
    found = numbers_select(session, actor, name, query, key)
    return tuple(session.connection().execute(found.order_by(*found.selected_columns)).scalars())


@requires(Permission.BASE_READ)
def numbers_select(session: Session, actor: Actor, name: str, query: Query, key: str) -> Select[int]:
    """The same, not asked yet and in no order: for statements that write as many rows."""
    scope = make_scope(session.connection(), actor, table_named(name), query)
    column = scope.grid.c[key]
    return select(column).distinct().where(_narrowed(scope), column.is_not(None))


def make_scope(connection: Connection, actor: Actor, table: Table, query: Query) -> Scope:
    """Check the query against the columns `actor` may see and make conditions of it."""
    columns, grid, dialect = invited.columns_of(table, actor, query), index_of(table.name), connection.dialect.name
    plain: list[ColumnElement[bool]] = [grid.c.active == (0 if query.retired else 1)]
    if query.retired:
        plain.append(grid.c.active.is_not(None))  # no simple scope: those are compiled for the rows shown usually
    if table.current is not None:
        plain.append(table.current(grid, clock.today()))
    textual: list[ColumnElement[bool]] = []
    matches: list[str] = []
    filters, own = invited.conditions(connection, table, query)
    plain += own
    for key, wanted in filters.items():
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
    plain += related_conditions(connection, actor, table, query.related)
    if query.ids is not None:
        plain.append(grid.c.id.in_(query.ids))
    if query.remarked:
        plain.append(grid.c.id.in_(open_remarks(table)))
    if query.without:
        plain.append(grid.c.id.not_in(query.without))
    event, phrases = invited.event_of(table, query), " AND ".join(matches)
    return Scope(table, grid, columns, tuple(plain), tuple(textual), phrases, connection.dialect, event)


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


def _found(connection: Connection, scope: Scope) -> Found | None:
    """What the trigram index says of the query, None where there is nothing to ask it.

    Few matches are looked up and sorted. Walking the sort order to the first page costs about page × N / M instead,
    and meets that near √N matches; but names that were asked for stand together, maybe far down the alphabet. So the
    walk asks each row's number against the known matches, which needs no look at the row, unless they are so many
    that looking at rows finds a page at once.
    """
    if not scope.match:
        return None
    name = scope.table.name
    last = prepared.last_number(name, scope.dialect).run(connection).scalar() or 0
    limit = max(200, int((12 * last) ** 0.5))
    most = max(limit, min(last // SPARSE, MOST_KNOWN))
    asked = {"match": scope.match, "limit": limit, "most": most}
    found: Result[Any]
    if scope.is_simple:
        found = prepared.counted_active_matches(name, scope.dialect).run(connection, **asked)
    else:
        found = connection.execute(prepared.counted_matches(name, *scope.plain), asked)
    size, numbers, known_size = tuple(found.one())
    return Found(known_size <= limit, known_size <= most, size, numbers)


def _narrowed(scope: Scope) -> ColumnElement[bool]:
    """All conditions, the textual ones answered by the trigram index where there is one."""
    if not scope.match:
        return scope.everything
    found = prepared.matching(scope.table.name).params(match=scope.match)
    return and_(*scope.plain, scope.grid.c.id.in_(found))


def _plain(row: dict[str, Any], money: list[str]) -> dict[str, Any]:
    """Money as text with two decimals: a float would be another number."""
    for key in money:
        row[key] = None if row[key] is None else f"{Decimal(row[key]):.2f}"
    return row


def _found_page(connection: Connection, scope: Scope, query: Query, found: Found) -> list[dict[str, Any]]:
    if query.start >= found.size:
        return []
    statement, size = prepared.among_found(_shape(scope, query)), query.end - query.start
    return prepared.dicts(statement.run(connection, found=found.numbers, size=size, start=query.start))


def _ordered(connection: Connection, scope: Scope, query: Query, found: Found | None) -> list[dict[str, Any]]:
    """The page in order, empty cells last in either direction.

    One sort column is walked along its index: first the rows that have a value, then, past their end, the others.
    """
    if _is_by_invitation(scope, query):
        return _by_invitation(connection, scope, query)
    shape, size = _shape(scope, query), query.end - query.start
    if scope.is_simple and len(shape.order) == 1 and (found is None or found.are_some):
        if found is None:
            page = prepared.dicts(prepared.whole_table(shape).run(connection, size=size, start=query.start))
        else:
            walk = prepared.walk_to_matches(shape)
            page = prepared.dicts(walk.run(connection, match=scope.match, size=size, start=query.start))
        return page if len(page) == size else page + _empty_cells(connection, scope, query, shape, len(page))
    of = prepared.chosen(shape.name, shape.keys).where(scope.everything)
    keys = prepared.sort_keys(shape.name, shape.order, scope.dialect.name)
    if len(keys) != 1:
        order = prepared.ranked(shape.name, shape.order, scope.dialect.name)
        return prepared.dicts(connection.execute(of.order_by(*order).limit(size).offset(query.start)))
    ((key, down),) = keys
    statement = prepared.with_values(of, key, scope.grid.c.id, down=down)
    page = prepared.dicts(connection.execute(statement, {"size": size, "start": query.start}))
    return page if len(page) == size else page + _empty_cells(connection, scope, query, shape, len(page))


def _is_by_invitation(scope: Scope, query: Query) -> bool:
    return scope.event is not None and any(key == INVITED.key for key, _ in query.sort)


def _by_invitation(connection: Connection, scope: Scope, query: Query) -> list[dict[str, Any]]:
    """The page by what has become of invitations: those that have one first, few as they are, then the others."""
    assert scope.event is not None
    of, keys = prepared.chosen(scope.table.name, tuple(scope.columns)).where(_narrowed(scope)), _sort_keys(scope, query)
    order = prepared.ranked_by(scope.table.name, keys)
    if len(keys) > 1:
        found = connection.execute(of.order_by(*order).limit(query.end - query.start).offset(query.start))
        return prepared.dicts(found)
    return invited.page(connection, scope.table, scope.event, of, order, query.start, query.end)


def _sort_keys(scope: Scope, query: Query) -> list[tuple[ColumnElement[Any], bool]]:
    """As prepared.sort_keys, the order by invitations too."""
    found = []
    for key, down in _order(scope, query):
        if key == INVITED.key and scope.event is not None:
            found.append((invited.rank(scope.table, scope.event), down))
        else:
            found += prepared.sort_keys(scope.table.name, ((key, down),), scope.dialect.name)
    return found


def _empty_cells(
    connection: Connection, scope: Scope, query: Query, shape: prepared.Shape, got: int
) -> list[dict[str, Any]]:
    """What follows the `got` rows of the page that have a value in the sort column."""
    ((key, _),) = prepared.sort_keys(shape.name, shape.order, scope.dialect.name)
    offset = 0
    if not got and query.start:
        offset = query.start - _count(connection, scope, and_(scope.everything, key.is_not(None)))
    of = prepared.chosen(shape.name, shape.keys).where(scope.everything, key.is_(None)).order_by(scope.grid.c.id)
    return prepared.dicts(connection.execute(of.limit(query.end - query.start - got).offset(max(offset, 0))))


def _order(scope: Scope, query: Query) -> tuple[tuple[str, bool], ...]:
    """What to sort by: what was asked for, else the table's own order, days from the latest."""
    for key, _ in query.sort:
        column_named(scope.table, scope.columns, key)
    if query.sort:
        return query.sort
    column = scope.columns[scope.table.order]
    return ((column.key, column.kind.name == "date"),)


def _shape(scope: Scope, query: Query) -> prepared.Shape:
    order = _order(scope, query)
    is_live = any(column.live is not None for column in scope.columns.values())
    today = clock.today() if is_live else None
    return prepared.Shape(scope.table.name, tuple(scope.columns), order, today, scope.dialect)


def _total(connection: Connection, scope: Scope, query: Query, got: int) -> int | None:
    if got < query.end - query.start and (got or not query.start):
        return query.start + got
    return None if query.count_later else _count(connection, scope, scope.everything)


def _count(connection: Connection, scope: Scope, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(scope.grid).where(condition)).scalar_one()
