"""What a batch did, read back from the history; where values came from before it."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Date, Numeric, and_, case, delete, null, or_, select

from models import BatchState, Change, FieldOrigin, HiddenValue, ImportBatch, Record, UtcDateTime
from services.history.recorder import FRESH, PERSONAL, STAMP, WHOLE
from services.history.statements import chunks, insert_rows, is_among, table_of

Key = tuple[str, int, str]
"""Entity, number, field."""
Stamp = tuple[Any, ...]
"""When, who, from where, in which batch: the columns STAMP."""

_change, _origin, _hidden = table_of(Change), table_of(FieldOrigin), table_of(HiddenValue)


@dataclass(slots=True)
class Step:
    """What a batch made of one field: the value before its first change and after its last, JSON; both changes."""

    before: str | None
    after: str | None
    first: int
    last: int


@dataclass
class Deeds:
    """What a batch did, by entity and number: records created (with the last change), deleted, fields changed."""

    created: dict[str, dict[int, int]] = field(default_factory=dict)
    deleted: dict[str, dict[int, Step]] = field(default_factory=dict)
    changed: dict[str, dict[int, dict[str, Step]]] = field(default_factory=dict)


def deeds(connection: Connection, batch_id: int) -> Deeds:
    """Everything batch `batch_id` did; a record it both created and deleted is left out."""
    found, c = Deeds(), _change.c
    # Creations are undone without looking at what was created.
    after = case((c.field == WHOLE, null()), else_=c.after)
    rows = connection.execute(
        select(c.id, c.entity, c.entity_id, c.field, c.before, after, c.after.is_(None))
        .where(c.batch_id == batch_id)
        .order_by(c.id)
    )
    for number, entity, record, key, before, fresh, empty in rows:
        created = found.created.setdefault(entity, {})
        if key == WHOLE and not empty:
            created[record] = number
        elif key == WHOLE and created.pop(record, None) is None:
            found.deleted.setdefault(entity, {})[record] = Step(before, None, number, number)
        elif key != WHOLE and record in created:
            created[record] = number
        elif key != WHOLE:
            steps = found.changed.setdefault(entity, {}).setdefault(record, {})
            step = steps.setdefault(key, Step(before, fresh, number, number))
            step.after, step.last = fresh, number
    return found


def later(connection: Connection, batch_id: int, moot: Collection[int]) -> dict[tuple[str, int], dict[str, int]]:
    """Changes others than the batches `moot` made since to the records of a batch: the last of each field."""
    mine = select(_change.c.entity, _change.c.entity_id).where(_change.c.batch_id == batch_id).distinct().subquery()
    start = select(_change.c.id).where(_change.c.batch_id == batch_id).order_by(_change.c.id).limit(1)
    c = _change.alias().c
    rows = connection.execute(
        select(c.entity, c.entity_id, c.field, c.id)
        .join(mine, and_(c.entity == mine.c.entity, c.entity_id == mine.c.entity_id))
        .where(c.id > start.scalar_subquery(), or_(c.batch_id.is_(None), c.batch_id.not_in(moot)))
        .order_by(c.id)
    )
    found: dict[tuple[str, int], dict[str, int]] = {}
    for entity, record, key, number in rows:
        found.setdefault((entity, record), {})[key] = number
    return found


def secrets(connection: Connection, batch_id: int) -> dict[Key, tuple[Any, Any]]:
    """The hidden values of a batch before its first change and after its last."""
    c, found = _hidden.c, dict[Key, tuple[Any, Any]]()
    rows = connection.execute(
        select(c.entity, c.entity_id, c.field, c.before, c.after).where(c.batch_id == batch_id).order_by(c.id)
    )
    for entity, record, key, before, after in rows:
        first = found.get((entity, record, key), (_loaded(before), None))[0]
        found[entity, record, key] = (first, _loaded(after))
    return found


def whole(model: type[Record], text: str) -> dict[str, Any]:
    """All values of a record from the JSON of its creation or deletion."""
    values: dict[str, Any] = orjson.loads(text)
    revivers = _revivers(model)
    return {key: revivers[key](value) if key in revivers else value for key, value in values.items()}


def value(model: type[Record], key: str, text: str | None) -> Any:
    """One value from the JSON of a change."""
    plain = _loaded(text)
    revive = _revivers(model).get(key)
    return revive(plain) if revive and plain is not None else plain


@lru_cache
def secret_fields(model: Any) -> tuple[str, ...]:
    """The fields whose values the history hides and a batch keeps apart."""
    return tuple(key for entity, key in PERSONAL if entity == model.__name__)


@lru_cache
def _revivers(model: Any) -> dict[str, Callable[[Any], Any]]:
    """How the values JSON does not know are made again, by field."""
    found: dict[str, Callable[[Any], Any]] = {}
    for column in table_of(model).columns:
        if isinstance(column.type, UtcDateTime):
            found[column.name] = dt.datetime.fromisoformat
        elif isinstance(column.type, Date):
            found[column.name] = dt.date.fromisoformat
        elif isinstance(column.type, Numeric):
            found[column.name] = Decimal
    return found


def origins_before(connection: Connection, marks: Mapping[Key, int]) -> dict[Key, Stamp | None]:
    """The origin each field had before change `marks[key]`; None where that of the whole record answered for it.

    The history says where a value came from, except a value that an undoing returned: that came from where it had
    come before what was undone. So the changes are followed one by one.
    """
    kinds = _kinds(connection)
    past: dict[Key, dict[int, tuple[Stamp | None, Stamp | None]]] = {}
    present: dict[Key, Stamp | None] = dict.fromkeys(marks)
    for key, stamp in _changes_before(connection, marks):
        root, depth = kinds.get(stamp[-1], (stamp[-1], 0))
        known = past.setdefault(key, {})
        if depth:
            present[key] = known.get(root, (None, None))[0 if depth % 2 else 1]
            continue
        if root is not None:
            known[root] = (known[root][0] if root in known else present[key], stamp)
        present[key] = stamp
    return present


def set_origins(connection: Connection, origins: Mapping[Key, Stamp | None]) -> None:
    """Put origins in place of those the writing has just given."""
    stamped = [(*stamp, *key) for key, stamp in origins.items() if stamp is not None]
    insert_rows(connection, _origin, (*STAMP, "entity", "entity_id", "field"), stamped, FRESH)
    bare: dict[tuple[str, str], list[int]] = {}
    for (entity, record, key), stamp in origins.items():
        if stamp is None:
            bare.setdefault((entity, key), []).append(record)
    for (entity, key), records in bare.items():
        forget_origins(connection, entity, records, key)


def forget_origins(connection: Connection, entity: str, records: Collection[int], key: str | None = None) -> None:
    """Delete the origins of these records, of one field or of all."""
    o = _origin.c
    for chunk in chunks(list(records)):
        of = and_(o.entity == entity, is_among(connection, o.entity_id, chunk))
        connection.execute(delete(_origin).where(of if key is None else and_(of, o.field == key)))


def line_of(connection: Connection, batch_id: int) -> tuple[int, int, list[int]]:
    """The load at the root of a line of undoings, how many steps `batch_id` is from it, all batches of the line."""
    kinds = _kinds(connection)
    root, depth = kinds.get(batch_id, (batch_id, 0))
    return root, depth, [root, *(number for number, (of, _) in kinds.items() if of == root)]


def without_effect(connection: Connection) -> list[int]:
    """All batches of lines whose load is taken back at present: what they changed is as it was before, or others'."""
    batch = table_of(ImportBatch)
    undone = select(batch.c.id).where(batch.c.state == BatchState.UNDONE.value, batch.c.undo_of.is_(None))
    roots = set(connection.execute(undone).scalars())
    return [*roots, *(number for number, (root, _) in _kinds(connection).items() if root in roots)]


def _kinds(connection: Connection) -> dict[int, tuple[int, int]]:
    """Of every undoing: the load at its root, and the steps to it (odd: it takes back, even: it does again)."""
    batch = table_of(ImportBatch)
    rows = connection.execute(
        select(batch.c.id, batch.c.undo_of).where(batch.c.undo_of.is_not(None)).order_by(batch.c.id)
    )
    kinds: dict[int, tuple[int, int]] = {}
    for number, of in rows:
        root, depth = kinds.get(of, (of, 0))
        kinds[number] = (root, depth + 1)
    return kinds


def _changes_before(connection: Connection, marks: Mapping[Key, int]) -> Iterable[tuple[Key, Stamp]]:
    """The changes of every field before its mark, in order."""
    wanted: dict[str, dict[int, None]] = {}
    fields: dict[str, set[str]] = {}
    for entity, record, key in marks:
        wanted.setdefault(entity, {})[record] = None
        fields.setdefault(entity, set()).add(key)
    c, end = _change.c, max(marks.values(), default=0)
    for entity, records in wanted.items():
        for chunk in chunks(list(records)):
            of_chunk = and_(c.entity == entity, is_among(connection, c.entity_id, chunk))
            rows = connection.execute(
                select(c.entity_id, c.field, c.id, *(c[name] for name in STAMP))
                .where(of_chunk, c.field.in_(fields[entity]), c.id < end)
                .order_by(c.id)
            )
            for record, name, number, *stamp in rows:
                if number < marks.get((entity, record, name), 0):
                    yield (entity, record, name), tuple(stamp)


def _loaded(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
