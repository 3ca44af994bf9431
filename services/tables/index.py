"""The row index: for each table of the office one flat database table, made from the declaration.

It holds what the grid shows, ready to be filtered and sorted by plain indexes, so that a page costs the same at ten
rows and at a million. It is derived: `ensure` builds it anew whenever the declaration's fingerprint changed, and
services.tables.refresh keeps it in step inside every transaction. On SQLite an FTS5 trigram index stands beside it,
kept by triggers; on PostgreSQL pg_trgm indexes, where the server has the extension.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column as SqlColumn,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Numeric,
    Select,
    SmallInteger,
    Table as SqlTable,
    Text,
    cast,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlmodel import col

from models import GridIndex
from services import clock
from services.database import is_sqlite
from services.history.statements import is_among
from services.tables.columns import Column, Table
from services.tables.folding import sql_digits, sql_fold
from services.tables.kinds import Stored
from services.tables.registry import TABLES

_METADATA = MetaData()
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_TYPES: dict[Stored, Any] = {Stored.TEXT: _TEXT, Stored.INTEGER: Integer(), Stored.MONEY: Numeric(14, 2)}
FTS_MEMORY = 64_000_000
"""Bytes of new entries FTS5 gathers before it writes them; by default a megabyte, and a load merges all day."""
SORT_LENGTH = 200
"""Letters that take part in sorting on PostgreSQL, whose index entries are bounded."""


def folded_name(column: Column) -> str:
    """Name of the searchable column beside a folded one."""
    return f"{column.key}_f"


@lru_cache
def index_of(name: str) -> SqlTable:
    """The row index of table `name` as SQLAlchemy knows it."""
    table = TABLES[name]
    columns: list[SqlColumn[Any]] = [SqlColumn("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
    columns.append(SqlColumn("active", SmallInteger, nullable=False))
    for column in table.stored:
        columns.append(SqlColumn(column.key, _TYPES[column.kind.stored]))
        if column.kind.folded:
            columns.append(SqlColumn(folded_name(column), _TEXT))
    columns += [SqlColumn(key, BigInteger) for key in table.hidden]
    columns += [SqlColumn(key, _TEXT) for key in table.texts]
    return SqlTable(f"grid_{name}", _METADATA, *columns)


def sort_key(table: Table, column: Column, dialect: str) -> ColumnElement[Any]:
    """What rows are ordered by: the folded text, or the value; NULL where the cell is empty."""
    grid = index_of(table.name)
    if column.live is not None:
        return column.live(grid, clock.today())
    if not column.kind.folded:
        return grid.c[column.key]
    key = grid.c[folded_name(column)]
    return key if dialect == "sqlite" else func.left(key, SORT_LENGTH)


def ensure(connection: Connection) -> list[str]:
    """Build every row index whose declaration changed since; the names of those built. Safe to repeat."""
    marks = select(col(GridIndex.table_name), col(GridIndex.fingerprint))
    known = {name: mark for name, mark in connection.execute(marks)}  # noqa: C416 - dict() takes no rows
    present = set(inspect(connection).get_table_names())
    stale = [
        name for name, table in TABLES.items() if known.get(name) != table.fingerprint or f"grid_{name}" not in present
    ]
    for name in stale:
        rebuild(connection, name)
    return stale


def rebuild(connection: Connection, name: str) -> None:
    """Make the row index of table `name` from nothing."""
    table, grid = TABLES[name], index_of(name)
    if is_sqlite(connection):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {grid.name}_fts")
    grid.drop(connection, checkfirst=True)
    grid.create(connection)
    fill(connection, name)
    _create_indexes(connection, table, grid)
    if is_sqlite(connection):
        _create_fts(connection, table, grid)
    connection.exec_driver_sql(f"ANALYZE {grid.name}")
    mark = GridIndex.__table__  # type: ignore[attr-defined]
    connection.execute(delete(mark).where(mark.c.table_name == name))
    connection.execute(insert(mark), {"table_name": name, "fingerprint": table.fingerprint, "built_at": clock.now()})


def fill(connection: Connection, name: str, ids: Collection[int] | None = None) -> None:
    """Write the rows of table `name` (only those of `ids`, when given) into its index."""
    table, grid = TABLES[name], index_of(name)
    if ids is None or table.among is None:
        source = table.source() if ids is None else table.source().where(is_among(connection, table.key, ids))
    else:
        source = table.among(connection, ids)
    chosen = _values(table, source)
    # Materialized, or both databases compute every text a second time for its folded column.
    plain = chosen.cte("plain").prefix_with("MATERIALIZED")
    columns = [*plain.c, *(_folded(column, plain.c[column.key]) for column in table.stored if column.kind.folded)]
    connection.execute(insert(grid).from_select([c.name for c in columns], select(*columns)))


def _values(table: Table, source: Select[Any]) -> Select[Any]:
    expressions: list[ColumnElement[Any]] = [table.key.label("id"), table.active.label("active")]
    for column in table.stored:
        value = column.sql
        assert value is not None, f"{table.name}.{column.key} has neither sql nor live"
        expressions.append((cast(value, Text) if column.kind.stored is Stored.TEXT else value).label(column.key))
    expressions += [sql.label(key) for key, sql in (*table.hidden.items(), *table.texts.items())]
    return source.with_only_columns(*expressions)


def _folded(column: Column, value: ColumnElement[Any]) -> ColumnElement[Any]:
    fold = sql_digits if column.kind.phone_like else sql_fold
    return fold(value).label(folded_name(column))


def _create_indexes(connection: Connection, table: Table, grid: SqlTable) -> None:
    sqlite = is_sqlite(connection)
    for column in table.stored:
        key = sort_key(table, column, connection.dialect.name).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True, "include_table": False}
        )
        # The row number is part of every SQLite index already.
        parts = f"active, {key}" + ("" if sqlite else ", id")
        connection.exec_driver_sql(f"CREATE INDEX ix_{grid.name}_{column.key} ON {grid.name} ({parts})")
    for name in table.hidden:
        connection.exec_driver_sql(f"CREATE INDEX ix_{grid.name}_{name} ON {grid.name} ({name})")
    if not sqlite and has_trigrams(connection):
        for name in (folded_name(column) for column in table.stored if column.kind.folded):
            connection.exec_driver_sql(
                f"CREATE INDEX tg_{grid.name}_{name} ON {grid.name} USING gin ({name} gin_trgm_ops)"
            )


def has_trigrams(connection: Connection) -> bool:
    """Whether pg_trgm can be used; it is created where the server has it and the user may."""
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).first():
        return True
    if not connection.execute(text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")).first():
        return False
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except Exception:  # noqa: BLE001 - no right to create it: search works without
        return False
    return True


def _create_fts(connection: Connection, table: Table, grid: SqlTable) -> None:
    names = [folded_name(column) for column in table.stored if column.kind.folded]
    listed, old, new = (", ".join(prefix + name for name in names) for prefix in ("", "old.", "new."))
    fts = f"{grid.name}_fts"
    remove = f"INSERT INTO {fts}({fts}, rowid, {listed}) VALUES ('delete', old.id, {old})"
    add = f"INSERT INTO {fts}(rowid, {listed}) VALUES (new.id, {new})"
    for statement in (
        f"CREATE VIRTUAL TABLE {fts} USING fts5({listed}, content='{grid.name}', content_rowid='id',"
        " tokenize='trigram case_sensitive 1')",
        f"INSERT INTO {fts}({fts}, rank) VALUES ('hashsize', {FTS_MEMORY})",
        f"INSERT INTO {fts}({fts}) VALUES ('rebuild')",
        f"INSERT INTO {fts}({fts}) VALUES ('optimize')",  # one segment: searches take half the time
        f"CREATE TRIGGER {fts}_added AFTER INSERT ON {grid.name} BEGIN {add}; END",
        f"CREATE TRIGGER {fts}_removed AFTER DELETE ON {grid.name} BEGIN {remove}; END",
    ):
        connection.exec_driver_sql(statement)
