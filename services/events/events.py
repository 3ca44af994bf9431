"""One event: what its card shows, and what may be done with it as a whole."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import (
    Committee,
    Event,
    EventFormat,
    EventKind,
    EventSpeaker,
    Participation,
    ParticipationStatus as Status,
    ResponsibleManager,
    Venue,
)
from services import clock
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.directory.committees import MEANWHILE
from services.errors import DomainError, InvalidInput, NotFound
from services.events.days import Dates, dates_of
from services.events.words import FORMAT_TITLES, KIND_TITLES
from services.values import clean_date, clean_time, format_date, is_blank
from services.values.cleaned import Cleaned

GONE = "Такого мероприятия нет: запись удалили."
TAKING = (Status.CONFIRMED, Status.ATTENDED)
"""The statuses that take one of the places."""


@dataclass(frozen=True)
class Linked:
    """Something the card leads to."""

    id: int
    name: str


@dataclass(frozen=True)
class Headcount:
    """How many were invited and came: counted by status, and as somebody once wrote down (None: nobody did)."""

    by_status: Mapping[str, int]
    invited_stated: int | None = None
    attended_stated: int | None = None
    capacity: int | None = None

    @property
    def invited(self) -> int:
        """«Приглашены»: all who were ever asked or asked themselves."""
        return sum(self.by_status.values())

    @property
    def attended(self) -> int:
        """«Участвовали»."""
        return self.by_status.get(Status.ATTENDED, 0)

    @property
    def taken(self) -> int:
        """Places taken: the confirmed, and those who came."""
        return sum(self.by_status.get(status, 0) for status in TAKING)


@dataclass(frozen=True)
class EventCard:
    """An event with the names of what it is tied to."""

    id: int
    version: int
    kind: EventKind
    kind_title: str
    name: str
    dates: Dates
    moved_from: str
    format_title: str
    url: str
    description: str
    comment: str
    venue: Linked | None
    address: str
    committee: Linked | None
    responsible: str
    heads: Headcount
    speakers: int
    active: bool
    cancelled_at: dt.datetime | None
    cancel_reason: str

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.dates.last is not None and self.dates.last < clock.today()

    @property
    def table(self) -> str:
        """The table of the office it stands in."""
        return "courses" if self.kind is EventKind.COURSE else "events"


@dataclass(frozen=True)
class Told:
    """What was done, and how many guests would have to hear of it."""

    guests: int


@requires(Permission.BASE_READ)
def event_card(session: Session, _actor: Actor, event_id: int) -> EventCard:
    """The card of an event of any kind. Raises `NotFound`."""
    found = session.exec(
        select(Event, Venue, Committee, ResponsibleManager)
        .outerjoin(Venue, col(Venue.id) == col(Event.venue_id))
        .outerjoin(Committee, col(Committee.id) == col(Event.committee_id))
        .outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(Event.responsible_id))
        .where(Event.id == event_id)
    ).first()
    if found is None:
        raise NotFound(GONE)
    event, venue, committee, manager = found
    speakers = select(func.count()).select_from(EventSpeaker).where(col(EventSpeaker.event_id) == event_id)
    kind = EventKind(event.kind)
    return EventCard(
        id=event_id,
        version=event.version,
        kind=kind,
        kind_title=KIND_TITLES[kind],
        name=event.name,
        dates=dates_of(event),
        moved_from=format_date(event.moved_from),
        format_title=FORMAT_TITLES[EventFormat(event.format)] if event.format else "",
        url=event.url or "",
        description=event.description or "",
        comment=event.comment or "",
        venue=Linked(venue.id or 0, venue.name) if venue else None,
        address=(venue.address or "") if venue else "",
        committee=Linked(committee.id or 0, committee.name) if committee else None,
        responsible=manager.name if manager else "",
        heads=headcount(session, event),
        speakers=session.exec(speakers).one(),
        active=event.active,
        cancelled_at=event.cancelled_at,
        cancel_reason=event.cancel_reason or "",
    )


@requires(Permission.BASE_READ)
def note_view(session: Session, actor: Actor, table: str, number: int) -> None:
    """The actor looked at the card of an event or a venue: for the audit trail."""
    audit.record(session, actor, audit.Action.PROFILE_VIEWED, f"{table}:{number}")


@requires(Permission.BASE_EDIT)
def cancel(session: Session, _actor: Actor, event_id: int, reason: str) -> Told:
    """Cancel an event that is not over. The guests stay: they have to be told. Raises `DomainError`."""
    event = locked(session, event_id)
    if event.cancelled_at is not None:
        raise DomainError("Мероприятие уже отменено.")
    last = dates_of(event).last
    if last is not None and last < clock.today():
        raise DomainError(f"Мероприятие уже прошло ({dates_of(event).spoken}): отменить его нельзя.")
    if is_blank(reason):
        raise InvalidInput("Укажите причину отмены.", {"reason": "Укажите причину отмены."})
    event.cancelled_at, event.cancel_reason = clock.now(), reason.strip()
    session.flush()
    return Told(_to_be_told(session, event))


@requires(Permission.BASE_EDIT)
def bring_back(session: Session, _actor: Actor, event_id: int) -> Told:
    """Take a cancellation back. Raises `DomainError`."""
    event = locked(session, event_id)
    if event.cancelled_at is None:
        raise DomainError("Мероприятие не отменено.")
    event.cancelled_at, event.cancel_reason = None, None
    session.flush()
    return Told(_to_be_told(session, event))


@requires(Permission.BASE_EDIT)
def reschedule(
    session: Session,
    _actor: Actor,
    event_id: int,
    starts_on: str,
    ends_on: str,
    start_time: str,
    end_time: str,
    *,
    seen: int | None = None,
) -> Told:
    """Set the days and hours as a person typed them; the first announced day is kept when the day changes.

    `seen` is the version the editor was shown. Raises `InvalidInput` with a sentence per field, `DomainError` when the
    event was changed since.
    """
    event = locked(session, event_id)
    if seen is not None and event.version != seen:
        raise DomainError(MEANWHILE)
    if event.cancelled_at is not None:
        raise DomainError("Мероприятие отменено. Сначала верните его.")
    typed = {
        "starts_on": clean_date(starts_on), "ends_on": clean_date(ends_on),
        "start_time": clean_time(start_time), "end_time": clean_time(end_time),
    }  # fmt: skip
    _refuse_errors(typed)
    dates = Dates(**{key: cleaned.value for key, cleaned in typed.items()})
    if dates.fault:
        raise InvalidInput(dates.fault, {"ends_on": dates.fault})
    if dates == dates_of(event):
        raise DomainError("Даты и время те же, переносить нечего.")
    if event.starts_on and dates.starts_on != event.starts_on:
        event.moved_from = event.moved_from or event.starts_on
        if dates.starts_on == event.moved_from:
            event.moved_from = None
    event.starts_on, event.ends_on = dates.starts_on, dates.ends_on
    event.start_time, event.end_time = dates.start_time, dates.end_time
    session.flush()
    return Told(_to_be_told(session, event))


@requires(Permission.BASE_EDIT)
def duplicate(session: Session, _actor: Actor, event_id: int, starts_on: str) -> int:
    """A new event like this one on another day, with its speakers and without its guests; its number."""
    event = _event(session, event_id)
    day = clean_date(starts_on)
    _refuse_errors({"starts_on": day})
    kept = ("kind", "name", "start_time", "end_time", "format", "url", "capacity", "venue_id", "committee_id",
            "responsible_id", "description")  # fmt: skip
    copy = Event(**{attribute: getattr(event, attribute) for attribute in kept}, starts_on=day.value)
    copy.ends_on = _as_long(event, day.value)
    session.add(copy)
    session.flush()
    number = copy.id or 0
    speakers = select(EventSpeaker).where(EventSpeaker.event_id == event_id).order_by(*speaker_order())
    for place, speaker in enumerate(session.exec(speakers).all(), start=1):
        talk = EventSpeaker(event_id=number, speaker_id=speaker.speaker_id, topic=speaker.topic, place=place)
        session.add(talk)
    session.flush()
    return number


def headcount(session: Session, event: Event) -> Headcount:
    """How many guests have which status, in one query."""
    counted = (
        select(Participation.status, func.count())
        .where(col(Participation.event_id) == event.id)
        .group_by(Participation.status)
    )
    by_status = {status: number for status, number in session.exec(counted)}  # noqa: C416 - dict() takes no rows
    return Headcount(by_status, event.invited_stated, event.attended_stated, event.capacity)


def locked(session: Session, event_id: int) -> Event:
    """The event, held against other writers until the end of the transaction: places are counted under it."""
    event = session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None:
        raise NotFound(GONE)
    return event


def refuse_inactive(event: Event) -> None:
    """Raise where nobody can be added any more."""
    if not event.active:
        raise DomainError("Мероприятие деактивировано. Сначала верните его в работу.")


def speaker_order() -> tuple[Any, Any]:
    """Speakers in their order: by place, then by entry."""
    return col(EventSpeaker.place), col(EventSpeaker.id)


def _event(session: Session, event_id: int) -> Event:
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound(GONE)
    return event


def _as_long(event: Event, starts_on: str | None) -> str | None:
    """The last day of a copy that lasts as long; nothing where either is not known to the day."""
    dates = dates_of(event)
    if event.ends_on is None or not starts_on or len(starts_on) < 10 or not dates.are_exact or len(event.ends_on) < 10:
        return None
    assert dates.first is not None
    assert dates.last is not None
    return (dt.date.fromisoformat(starts_on) + (dates.last - dates.first)).isoformat()


def _refuse_errors(typed: Mapping[str, Cleaned[str]]) -> None:
    """Raise `InvalidInput` with what could not be read."""
    wrong = {key: note.message for key, cleaned in typed.items() for note in cleaned.notes if note.severity == "error"}
    if wrong:
        raise InvalidInput(" ".join(wrong.values()), wrong)


def _to_be_told(session: Session, event: Event) -> int:
    """Guests who count on the event: everybody who has not declined."""
    by_status = headcount(session, event).by_status
    return sum(number for status, number in by_status.items() if status != Status.DECLINED)
