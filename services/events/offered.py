"""The events whose invitations a table can show: those to come, then those that were."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from models import Event, EventKind
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.events.days import dates_of
from services.events.words import KIND_TITLES

COMING, PAST = 200, 100
"""Most events offered: of those to come the nearest, of those that were the latest."""
TO_COME, WERE = "Предстоящие", "Прошедшие"
GONE = "мероприятия больше нет"


@dataclass(frozen=True)
class Offered:
    """An event to choose: its number, its name, its kind and days in words, the part of the list it stands in."""

    id: int
    name: str
    note: str
    group: str


@requires(Permission.BASE_READ)
def offered_events(session: Session, _actor: Actor, chosen: int | None = None) -> tuple[Offered, ...]:
    """Events to come (those without a date last), then the latest past ones; `chosen` is there in any case.

    Cancelled ones too: whoever was asked has to be told.
    """
    ends: ColumnElement[Any] = func.coalesce(Event.ends_on, Event.starts_on)
    is_to_come = or_(ends.is_(None), ends >= func.substr(clock.today().isoformat(), 1, func.length(ends)))
    active = select(Event).where(col(Event.active).is_(True))
    nearest = (col(Event.starts_on).is_(None), col(Event.starts_on), col(Event.id))
    coming = session.exec(active.where(is_to_come).order_by(*nearest).limit(COMING)).all()
    latest = (col(Event.starts_on).desc(), col(Event.id).desc())
    past = session.exec(active.where(~is_to_come).order_by(*latest).limit(PAST)).all()
    found = [*(_line(one, TO_COME) for one in coming), *(_line(one, WERE) for one in past)]
    if chosen is not None and chosen not in {one.id for one in found}:
        other = session.get(Event, chosen)
        found.append(_line(other, WERE) if other else Offered(chosen, GONE, "", WERE))
    return tuple(found)


def _line(event: Event, group: str) -> Offered:
    cancelled = ", отменено" if event.cancelled_at else ""
    note = f"{KIND_TITLES[EventKind(event.kind)]}, {dates_of(event).spoken}{cancelled}"
    return Offered(event.id or 0, event.name, note, group)
