"""Guests from rows chosen in a table: whom the rows are about, and to what they can be asked."""

from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models import Event, EventKind
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind, Party
from services.errors import InvalidInput
from services.events.days import dates_of
from services.events.events import GONE
from services.events.participants import Added, add_participants
from services.events.words import KIND_TITLES
from services.tables.query import Query
from services.tables.registry import table_named
from services.tables.rows import numbers_of

SORTS: tuple[Kind, ...] = ("person", "company")
OFFERED = 300
"""Most events offered, the nearest first."""


@dataclass(frozen=True)
class Coming:
    """An event people can still be asked to."""

    id: int
    title: str
    kind: EventKind


@requires(Permission.BASE_READ)
def coming_events(session: Session, _actor: Actor) -> tuple[Coming, ...]:
    """Active events that are not cancelled and not over, nearest first; those without a date last."""
    ends = func.coalesce(Event.ends_on, Event.starts_on)
    today = clock.today().isoformat()
    wanted = (
        select(Event)
        .where(
            col(Event.active).is_(True),
            col(Event.cancelled_at).is_(None),
            or_(ends.is_(None), ends >= func.substr(today, 1, func.length(ends))),
        )
        .order_by(col(Event.starts_on).is_(None), col(Event.starts_on), col(Event.id))
        .limit(OFFERED)
    )
    return tuple(
        Coming(
            event.id or 0,
            f"{event.name} · {KIND_TITLES[EventKind(event.kind)]}, {dates_of(event).spoken}",
            EventKind(event.kind),
        )
        for event in session.exec(wanted)
    )


@requires(Permission.BASE_EDIT)
def invite_rows(session: Session, actor: Actor, event_id: int, table: str, query: Query) -> Added:
    """Ask everybody the rows are about: a member is its person or company, a seat its person.

    Raises `InvalidInput` for a table whose rows are neither people nor companies.
    """
    declared = table_named(table)
    if not declared.subjects:
        raise InvalidInput(f"В таблице «{declared.title}» не люди и не компании: пригласить их нельзя.")
    if session.get(Event, event_id) is None:
        raise InvalidInput(GONE)
    parties = [
        Party(kind, number)
        for kind in SORTS
        if kind in declared.subjects
        for number in numbers_of(session, actor, table, query, declared.subjects[kind])
    ]
    return add_participants(session, actor, event_id, parties)
