"""Keeps the row indexes in step with the records, in the same transaction as the change."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, event, func, inspect, select
from sqlmodel import Session

from models import Record
from services.database import WorkSession, is_sqlite
from services.tables.columns import Dependency
from services.tables.index import fill, index_of
from services.tables.registry import TABLES

CHUNK = 500
"""Keys per statement, below the number of parameters SQLite takes."""
REFRESH_LOCK = 7_021_001

Touched = dict[type[Record], list[dict[str, set[Any]]]]


@event.listens_for(WorkSession, "before_flush")
def note_touched(session: Session, *_: Any) -> None:
    """Remember changed records and the references they leave."""
    pending: list[tuple[Record, dict[str, set[Any]]]] = session.info.setdefault("pending", [])
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, Record):
            pending.append((record, _references(record)))


@event.listens_for(WorkSession, "after_flush")
def number_touched(session: Session, _context: Any) -> None:
    """New records have their numbers now; what points to deleted ones is looked up while it still can be."""
    touched: Touched = session.info.setdefault("touched", defaultdict(list))
    for record, references in session.info.pop("pending", []):
        references["id"] = {record.id}
        for key in references:
            references[key].add(getattr(record, key))
        touched[type(record)].append(references)


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
    for name, table in TABLES.items():
        grid = index_of(name)
        keys = _keys(session, table.dependencies, touched)
        for chunk in _chunks(sorted(keys)):
            connection.execute(delete(grid).where(grid.c.id.in_(chunk)))
            fill(connection, name, chunk)


def _references(record: Record) -> dict[str, set[Any]]:
    """Every *_id attribute of the record with the value it had before the change."""
    state = inspect(record)
    found: dict[str, set[Any]] = {}
    for attribute in state.mapper.column_attrs:
        if attribute.key.endswith("_id"):
            found[attribute.key] = set(state.attrs[attribute.key].load_history().deleted or ())
    return found


def _keys(session: Session, dependencies: Iterable[Dependency], touched: Touched) -> set[int]:
    keys: set[int] = set()
    for dependency in dependencies:
        records = touched.get(dependency.model, [])
        changed = {value for references in records for value in references[dependency.key] if value is not None}
        if dependency.rows is None:
            keys |= changed
            continue
        for chunk in _chunks(sorted(changed)):
            keys.update(session.connection().execute(dependency.rows(chunk)).scalars())
    return keys - {None}


def _chunks(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
