"""Many records at once, past the session: the same numbers, keys, history, origins and row indexes as by a flush.

For loads, which hold a lock of their own: a version is raised, not compared. Everything happens in the session's
transaction and in the name of its actor, source and batch; what the session had pending is written first, and its own
copies of changed records are read anew when they are next asked for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, delete as delete_from, select
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from models import Record
from services.directory.keys import KEY_PARTS, name_key
from services.history.numbers import next_numbers
from services.history.recorder import MADE, Trail, recorded
from services.history.statements import chunks, insert_rows, is_among, table_of, update_rows
from services.tables.refresh import touch, watched


def insert(session: Session, model: type[Record], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Create records from {attribute: value}, what is missing by the model's defaults; their numbers in order.

    A row that brings its own `id` keeps it: for a record that comes back.
    """
    session.flush()
    written: list[int] = []
    for chunk in chunks(rows):
        unnumbered = sum(1 for row in chunk if row.get("id") is None)
        fresh = iter(next_numbers(session.connection(), model, unnumbered) if unnumbered else ())
        whole = _completed(model, chunk)
        for values in whole:
            if values["id"] is None:
                values["id"] = next(fresh)
        names = table_of(model).columns.keys()
        in_order = itemgetter(*names)
        insert_rows(session.connection(), table_of(model), names, [in_order(values) for values in whole])
        trail = Trail(session)
        for values in whole:
            trail.whole(model, values["id"], None, values)
        trail.write()
        touch(session, model, whole)
        written += [values["id"] for values in whole]
    return written


def update(session: Session, model: type[Record], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change records: number → {attribute: new value}; equal values are no change.

    Raises SQLAlchemy's `StaleDataError`, as a flush would, when a record is gone.
    """
    session.flush()
    for chunk in chunks(list(changes)):
        wanted = {number: changes[number] for number in chunk}
        names = {name for values in wanted.values() for name in values}
        if names & set(KEY_PARTS.get(model, ())):
            names |= {*KEY_PARTS[model], "name_key"}
        before = read(session, model, wanted, names | set(watched(model)))
        fresh = {number: _differing(model, before[number], values) for number, values in wanted.items()}
        changed = {number: values for number, values in fresh.items() if values}
        _write_changed(session.connection(), model, changed)
        trail = Trail(session)
        for number, values in changed.items():
            for name in (name for name in recorded(model) if name in values):
                trail.field(model, number, name, before[number][name], values[name])
        trail.write()
        touch(
            session,
            model,
            [before[number] for number in changed],
            [{"id": number, **v} for number, v in changed.items()],
        )
        _forget(session, model, changed)


def delete(session: Session, model: type[Record], numbers: Collection[int]) -> None:
    """Delete records; what refers to them must be gone before. Raises `StaleDataError` when one is gone already."""
    session.flush()
    table = table_of(model)
    for chunk in chunks(sorted(numbers)):
        before = read(session, model, chunk, (*recorded(model), MADE))
        connection = session.connection()
        connection.execute(delete_from(table).where(is_among(connection, table.c.id, chunk)))
        trail = Trail(session)
        for number, values in before.items():
            trail.whole(model, number, values, None)
        trail.write()
        touch(session, model, before.values())
        _forget(session, model, chunk, gone=True)


def read(
    session: Session, model: type[Record], numbers: Collection[int], names: Iterable[str], *, strict: bool = True
) -> dict[int, dict[str, Any]]:
    """Present values by number, each with its `id`; with `strict` a missing record raises `StaleDataError`."""
    table, connection = table_of(model), session.connection()
    columns = (table.c.id, *(table.c[name] for name in names if name != "id"))
    rows = connection.execute(select(*columns).where(is_among(connection, table.c.id, numbers)))
    keys = rows.keys()
    found = {row[0]: dict(zip(keys, row, strict=True)) for row in rows}
    if strict and len(found) != len(numbers):
        raise StaleDataError(f"{len(numbers) - len(found)} of {len(numbers)} records of {table.name} are gone")
    return found


def _completed(model: type[Record], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the defaults of the model and their keys."""
    missing = {name: field.get_default(call_default_factory=True) for name, field in model.model_fields.items()}
    completed = [{**missing, **row} for row in rows]
    if model in KEY_PARTS:
        for values in completed:
            values["name_key"] = name_key(model, values)
    return completed


def _differing(model: type[Record], before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    fresh = {name: value for name, value in values.items() if value != before[name]}
    parts = KEY_PARTS.get(model, ())
    if any(part in fresh for part in parts):
        fresh["name_key"] = name_key(model, {part: fresh.get(part, before[part]) for part in parts})
    return fresh


def _write_changed(connection: Connection, model: type[Record], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """One statement for all records in which the same fields change."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for number, values in changed.items():
        names = tuple(sorted(values))
        alike.setdefault(names, []).append((*(values[name] for name in names), number))
    for names, rows in alike.items():
        update_rows(connection, table_of(model), names, rows)


def _forget(session: Session, model: type[Record], numbers: Collection[int], *, gone: bool = False) -> None:
    """The session's own copies are out of date."""
    for record in [r for r in session.identity_map.values() if type(r) is model and r.id in numbers]:
        if gone:
            session.expunge(record)
        else:
            session.expire(record)
