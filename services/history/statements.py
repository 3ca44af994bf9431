"""Many rows by one statement, past SQLAlchemy's work per row: SQLite takes plain tuples, PostgreSQL arrays by column.

Refusals of the database still come as SQLAlchemy's errors, without the values. Names of tables and columns come from
the models alone.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Table,
    any_,
    cast,
    column as named,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models import Base
from services.database import is_sqlite

CHUNK = 5_000
"""Records handled at once."""
Row = tuple[Any, ...]
T = TypeVar("T")


def table_of(model: type[Base]) -> Table:
    """The table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`items` by `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def among(connection: Connection, numbers: Collection[int]) -> Select[int]:
    """The numbers as a select, for `column.in_`: one parameter, however many they are."""
    if is_sqlite(connection):
        each = func.json_each(json.dumps(list(numbers))).table_valued(named("value", BigInteger))
        return select(each.c.value)
    listed = func.unnest(cast(literal(list(numbers), ARRAY(BigInteger)), ARRAY(BigInteger))).column_valued("number")
    return select(listed)


def is_among(connection: Connection, column: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether a column holds one of the numbers. PostgreSQL finds an index for it whatever it knows of the table."""
    if is_sqlite(connection):
        return column.in_(among(connection, numbers))
    return column == any_(literal(list(numbers), ARRAY(BigInteger)))


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row], tail: str = ""
) -> None:
    """Insert rows, each the values of the columns `names` in order; `tail` is what follows, ON CONFLICT."""
    if not rows:
        return
    head = f"INSERT INTO {table.name} ({', '.join(names)})"
    if is_sqlite(connection):
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"{head} VALUES ({marks}) {tail}", _as_bound(connection, table, names, rows))
    else:
        source = _arrays(connection, table, names)
        connection.exec_driver_sql(f"{head} SELECT * FROM {source} {tail}", _by_column(rows))  # noqa: S608


def update_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set the columns `names` and raise the version; each row is their values in order, then the id."""
    if not rows:
        return
    every = [*names, "id"]
    if is_sqlite(connection):
        fresh = ", ".join(f"{name} = ?" for name in names)
        statement = f"UPDATE {table.name} SET {fresh}, version = version + 1 WHERE id = ?"  # noqa: S608
        connection.exec_driver_sql(statement, _as_bound(connection, table, every, rows))
        return
    fresh = ", ".join(f"{name} = fresh.{name}" for name in names)
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {fresh}, version = {table.name}.version + 1"  # noqa: S608
        f" FROM {_arrays(connection, table, every)} AS fresh ({', '.join(every)}) WHERE {table.name}.id = fresh.id",
        _by_column(rows),
    )


def _as_bound(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    """Values as SQLite's driver takes them: sums as numbers, days and moments as text."""
    turns = []
    for place, name in enumerate(names):
        kind = table.c[name].type
        turn = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if turn is not None and not isinstance(kind, Boolean):
            turns.append((place, lru_cache(maxsize=100)(turn)))  # one moment stands in all rows of a chunk
    if not turns:
        return rows
    bound = []
    for row in rows:
        values = list(row)
        for place, turn in turns:
            values[place] = turn(values[place])
        bound.append(tuple(values))
    return bound


def _arrays(connection: Connection, table: Table, names: Sequence[str]) -> str:
    types = (table.c[name].type.compile(dialect=connection.dialect) for name in names)
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})"


def _by_column(rows: Sequence[Row]) -> Row:
    return tuple(list(values) for values in zip(*rows, strict=True))
