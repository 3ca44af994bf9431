"""Every change of a `Record` is recorded once, with the origin of each field: here by a flush listener.

Updates are read before the flush, while SQLAlchemy still knows what was there; rows are written after it, when new
records have their numbers, by plain inserts, so that recording never causes a second flush. services.history.bulk
writes records past the session and records them by the same functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import event, inspect
from sqlmodel import Session

from models import Change, FieldOrigin, HiddenValue, Record, Source
from services import clock
from services.access.permissions import SYSTEM
from services.database import WorkSession
from services.history.statements import insert_rows, table_of

WHOLE = "*"
"""Field name of a change that is the creation or the deletion of the record."""

UNRECORDED = {"id", "version", "created_at", "name_key"}
MADE = "created_at"
"""Of a deleted record kept beside the recorded fields: it comes back as old as it was."""
CREDENTIALS = frozenset({("Account", "password_hash"), ("Account", "totp_secret"), ("Account", "totp_last_step")})
PERSONAL = frozenset({("Person", "passport")})
"""What a load changes of these is kept as `HiddenValue`, so that undoing it can return it."""
SECRET = CREDENTIALS | PERSONAL
"""Recorded as changed, never with the value: the trail must hold no passwords and no passport numbers."""
HIDDEN = "•••"

STAMP = ("at", "actor_id", "source", "batch_id")
FRESH = "ON CONFLICT (entity, entity_id, field) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in STAMP)


class Traced(NamedTuple):
    """One changed field (or WHOLE) of one record: both values as JSON."""

    entity: str
    entity_id: int
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Noted:
    """A change seen before the flush: the record (its number may come later), the field, both values of each."""

    record: Record
    field: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@event.listens_for(WorkSession, "before_flush")
def note(session: Session, *_: Any) -> None:
    """Collect what this flush is going to change."""
    noted: list[Noted] = session.info.setdefault("noted", [])
    for record in session.dirty:
        if isinstance(record, Record):
            noted.extend(_updates(record))
    noted.extend(Noted(r, WHOLE, None, _values(r)) for r in session.new if isinstance(r, Record))
    noted.extend(
        Noted(r, WHOLE, _values(r) | {MADE: r.created_at}, None) for r in session.deleted if isinstance(r, Record)
    )


@event.listens_for(WorkSession, "after_flush")
def write(session: Session, _context: Any) -> None:
    """Write the collected changes and origins in the same transaction."""
    trail = Trail(session)
    for noted in session.info.pop("noted", []):
        model, number = type(noted.record), noted.record.id
        if noted.field == WHOLE:
            trail.whole(model, number, noted.before, noted.after)
        else:
            trail.field(model, number, noted.field, noted.before[noted.field], noted.after[noted.field])
    trail.write()


class Trail:
    """Changes on their way into the history, in the name of the session's actor, source and batch."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changes: list[Traced] = []
        self._secrets: list[Traced] = []

    def whole(
        self, model: type[Record], number: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """A record was created (`before` is None) or deleted (`after` is None); the mappings hold all its values."""
        entity = model.__name__
        was = None if before is None else _dump_whole(model, before, MADE)
        becomes = None if after is None else _dump_whole(model, after)
        self._changes.append(Traced(entity, number, WHOLE, was, becomes))
        for key in _of_entity(PERSONAL, entity):
            self._hide(entity, number, key, (before or {}).get(key), (after or {}).get(key))

    def field(self, model: type[Record], number: int, key: str, before: Any, after: Any) -> None:
        """One field of a record was changed."""
        entity = model.__name__
        if (entity, key) in PERSONAL:
            self._hide(entity, number, key, before, after)
        self._changes.append(
            Traced(entity, number, key, dump(_shown(entity, key, before)), dump(_shown(entity, key, after)))
        )

    def write(self) -> None:
        """Write everything, and the origins it gives the present values."""
        if not self._changes:
            return
        info, connection = self._session.info, self._session.connection()
        batch_id = info.get("batch_id")
        stamp = (
            clock.now(), info.get("actor", SYSTEM).account_id, str(info.get("source", Source.SYSTEM)), batch_id,
        )  # fmt: skip
        insert_rows(connection, table_of(Change), (*STAMP, *Traced._fields), [(*stamp, *c) for c in self._changes])
        present = dict.fromkeys(c[:3] for c in self._changes if c.after is not None or c.field != WHOLE)
        insert_rows(
            connection, table_of(FieldOrigin), (*STAMP, *Traced._fields[:3]), [(*stamp, *p) for p in present], FRESH
        )
        if batch_id is not None:
            secrets = [(batch_id, *secret) for secret in self._secrets]
            insert_rows(connection, table_of(HiddenValue), ("batch_id", *Traced._fields), secrets)

    def _hide(self, entity: str, number: int, key: str, before: Any, after: Any) -> None:
        if before != after:
            self._secrets.append(Traced(entity, number, key, dump(before), dump(after)))


@lru_cache
def recorded(model: type[Record]) -> tuple[str, ...]:
    """The fields of a model the history tells of, in their order."""
    return tuple(a.key for a in inspect(model).column_attrs if a.key not in UNRECORDED)


def dump(value: Any) -> str | None:
    """JSON text of a recorded value; None stays None."""
    return None if value is None else _encode(value)


def _dump_whole(model: type[Record], values: Mapping[str, Any], *more: str) -> str:
    """All recorded fields as JSON, and those named, secrets hidden, empty ones left out."""
    filled = {key: value for key in (*recorded(model), *more) if (value := values[key]) is not None}
    for key in _of_entity(SECRET, model.__name__):
        if key in filled:
            filled[key] = HIDDEN
    return _encode(filled)


@lru_cache
def _of_entity(secrets: frozenset[tuple[str, str]], entity: str) -> tuple[str, ...]:
    return tuple(key for owner, key in secrets if owner == entity)


def _values(record: Record) -> dict[str, Any]:
    return {key: getattr(record, key) for key in recorded(type(record))}


def _updates(record: Record) -> list[Noted]:
    state = inspect(record)
    noted = []
    for key in recorded(type(record)):
        past = state.attrs[key].load_history()
        if not past.has_changes():
            continue
        before = past.deleted[0] if past.deleted else None
        after = past.added[0] if past.added else None
        if before != after:
            noted.append(Noted(record, key, {key: before}, {key: after}))
    return noted


def _shown(entity: str, key: str, value: Any) -> Any:
    return HIDDEN if (entity, key) in SECRET and value is not None else value


def _encode(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in the history")
