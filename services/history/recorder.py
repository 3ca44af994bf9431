"""The flush listener that records every change of a `Record` once, with the origin of each field.

Updates are read before the flush, while SQLAlchemy still knows what was there; rows are written after it, when new
records have their numbers, by plain inserts, so that recording never causes a second flush.
"""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models import Change, FieldOrigin, Record, Source
from services import clock
from services.access.permissions import SYSTEM
from services.database import WorkSession, is_sqlite

WHOLE = "*"
"""Field name of a change that is the creation or the deletion of the record."""

UNRECORDED = {"id", "version", "created_at", "name_key"}
SECRET = {
    ("Account", "password_hash"),
    ("Account", "totp_secret"),
    ("Account", "totp_last_step"),
    ("Person", "passport"),
}
"""Recorded as changed, never with the value: the trail must hold no passwords and no passport numbers."""
HIDDEN = "•••"


@dataclass(frozen=True)
class Noted:
    """A change seen before the flush: the record (its number may come later), the field, both values."""

    record: Record
    field: str
    before: Any
    after: Any


@event.listens_for(WorkSession, "before_flush")
def note(session: Session, *_: Any) -> None:
    """Collect what this flush is going to change."""
    noted: list[Noted] = session.info.setdefault("noted", [])
    for record in session.dirty:
        if isinstance(record, Record):
            noted.extend(_updates(record))
    noted.extend(Noted(r, WHOLE, None, values(r)) for r in session.new if isinstance(r, Record))
    noted.extend(Noted(r, WHOLE, values(r), None) for r in session.deleted if isinstance(r, Record))


@event.listens_for(WorkSession, "after_flush")
def write(session: Session, _context: Any) -> None:
    """Write the collected changes and origins in the same transaction."""
    noted: list[Noted] = session.info.pop("noted", [])
    if not noted:
        return
    stamp = {
        "at": clock.now(),
        "actor_id": session.info.get("actor", SYSTEM).account_id,
        "source": str(session.info.get("source", Source.SYSTEM)),
        "batch_id": session.info.get("batch_id"),
    }
    connection = session.connection()
    named = [n.record.__class__.__name__ for n in noted]
    connection.execute(
        Change.__table__.insert(),  # type: ignore[attr-defined]
        [
            stamp
            | {
                "entity": e,
                "entity_id": n.record.id,
                "field": n.field,
                "before": dump(n.before),
                "after": dump(n.after),
            }
            for e, n in zip(named, noted, strict=True)
        ],
    )
    origins = [
        stamp | {"entity": e, "entity_id": n.record.id, "field": n.field}
        for e, n in zip(named, noted, strict=True)
        if n.after is not None or n.field != WHOLE
    ]
    if origins:
        insert = (sqlite if is_sqlite(connection) else postgresql).insert(FieldOrigin)
        fresh = {name: insert.excluded[name] for name in ("source", "actor_id", "batch_id", "at")}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["entity", "entity_id", "field"], set_=fresh), origins
        )


def values(record: Record) -> dict[str, Any]:
    """All recorded fields of a record as plain JSON values, secrets hidden, empty ones left out."""
    entity = record.__class__.__name__
    columns = (a.key for a in inspect(record.__class__).column_attrs if a.key not in UNRECORDED)
    found = {key: _shown(entity, key, getattr(record, key)) for key in columns}
    return {key: value for key, value in found.items() if value is not None}


def _updates(record: Record) -> list[Noted]:
    entity, state = record.__class__.__name__, inspect(record)
    noted = []
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        past = state.attrs[key].load_history()
        if key in UNRECORDED or not past.has_changes():
            continue
        before = past.deleted[0] if past.deleted else None
        after = past.added[0] if past.added else None
        if before != after:
            noted.append(Noted(record, key, _shown(entity, key, before), _shown(entity, key, after)))
    return noted


def _shown(entity: str, key: str, value: Any) -> Any:
    return HIDDEN if (entity, key) in SECRET and value is not None else value


def dump(value: Any) -> str | None:
    """JSON text of a recorded value; None stays None."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in the history")
