"""Keeps the row indexes in step with the records, in the same transaction as the change."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, event, func, inspect, select
from sqlmodel import Session

from models import Record
from services.database import WorkSession, is_sqlite
from services.history.statements import among, chunks, is_among
from services.tables.columns import Dependency
from services.tables.index import fill, index_of, rebuild
from services.tables.registry import TABLES

REFRESH_LOCK = 7_021_001
MANY = 500
"""So many changed records of a model may change what is best for the planner."""
SEVERAL = 2_000
"""Stale rows from which on it may pay to make a row index from nothing."""

Touched = dict[type[Record], dict[str, set[int]]]
"""By model and attribute: the values changed records have or had there."""


@lru_cache
def watched(model: Any) -> tuple[str, ...]:
    """The attributes by which a changed record of `model` is followed to the rows it shows in."""
    dependencies = (dependency for table in TABLES.values() for dependency in table.dependencies)
    return tuple(sorted({dependency.key for dependency in dependencies if dependency.model is model}))


def touch(session: Session, model: type[Record], *states: Iterable[Mapping[str, Any]]) -> None:
    """Remember records changed past the session: what they were, what they are."""
    touched = _touched(session, model)
    for values in (values for state in states for values in state):
        for key in touched:
            if values.get(key) is not None:
                touched[key].add(values[key])


@event.listens_for(WorkSession, "before_flush")
def note_touched(session: Session, *_: Any) -> None:
    """Remember changed records and the references they leave."""
    pending: list[Record] = session.info.setdefault("pending", [])
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, Record):
            pending.append(record)
            touched, state = _touched(session, type(record)), inspect(record)
            for key in touched:
                touched[key].update(state.attrs[key].load_history().deleted or ())


@event.listens_for(WorkSession, "after_flush")
def number_touched(session: Session, _context: Any) -> None:
    """New records have their numbers now."""
    for record in session.info.pop("pending", []):
        touched = _touched(session, type(record))
        for key in touched:
            touched[key].add(getattr(record, key))


@event.listens_for(WorkSession, "before_commit")
def refresh(session: Session) -> None:
    """Write the rows anew that the changes of this transaction show in."""
    session.flush()
    touched: Touched = session.info.pop("touched", {})
    if not touched:
        return
    connection = session.connection()
    if not is_sqlite(connection):
        # Two commits that write the same row anew would each miss the other's change; SQLite has one writer anyway.
        connection.execute(select(func.pg_advisory_xact_lock(REFRESH_LOCK)))
        _measure(connection, touched)
    for name, table in TABLES.items():
        grid = index_of(name)
        stale = sorted(_keys(session, table.dependencies, touched))
        if _is_most(connection, grid, stale):
            rebuild(connection, name)
            continue
        for chunk in chunks(stale):
            connection.execute(delete(grid).where(is_among(connection, grid.c.id, chunk)))
            fill(connection, name, chunk)


def _is_most(connection: Connection, grid: Table, stale: Collection[int]) -> bool:
    """Whether an index is quicker made from nothing, sorted, than row by row. PostgreSQL would lock out its readers."""
    if len(stale) < SEVERAL or not is_sqlite(connection):
        return False
    return len(stale) >= (connection.execute(select(func.count()).select_from(grid)).scalar() or 0)


def _measure(connection: Connection, touched: Touched) -> None:
    """Tell PostgreSQL's planner of tables that have just grown: it would read them whole for every row."""
    for model, values in touched.items():
        if max(map(len, values.values()), default=0) >= MANY:
            connection.exec_driver_sql(f"ANALYZE {model.__tablename__}")


def _touched(session: Session, model: type[Record]) -> dict[str, set[int]]:
    touched: Touched = session.info.setdefault("touched", {})
    return touched.setdefault(model, {key: set() for key in watched(model)})


def _keys(session: Session, dependencies: Iterable[Dependency], touched: Touched) -> set[int]:
    connection = session.connection()
    wanted: dict[Any, set[int]] = {}
    for dependency in dependencies:
        # Several may be followed by the same select: a person and the person of an employment.
        wanted.setdefault(dependency.rows, set()).update(touched.get(dependency.model, {}).get(dependency.key, ()))
    keys = wanted.pop(None, set())
    for rows, changed in wanted.items():
        for chunk in chunks(sorted(changed - {None})):
            keys.update(connection.execute(rows(among(connection, chunk))).scalars())
    return keys - {None}
