"""Where a person or a company was invited, came, or spoke; for a company also its people."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_
from sqlmodel import Session, col, func, select

from models import (
    Employment,
    Event,
    EventKind,
    EventSpeaker,
    Participation,
    ParticipationStatus as Status,
    Person,
    Speaker,
    Venue,
)
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party
from services.events.days import dates_of
from services.events.words import KIND_TITLES, STATUS_TITLES


@dataclass(frozen=True)
class Gathering:
    """One event of somebody, as a guest with a `status` or as a speaker without one; `who` names a company's person."""

    event_id: int
    name: str
    kind_title: str
    when: str
    starts_on: str
    venue: str
    status: Status | None
    topic: str
    who: str
    who_id: int | None
    cancelled: bool

    @property
    def role(self) -> str:
        """The status in words, or «спикер»."""
        return STATUS_TITLES[self.status] if self.status else "спикер"


@requires(Permission.BASE_READ)
def gatherings_of(session: Session, _actor: Actor, party: Party, *, courses: bool) -> tuple[Gathering, ...]:
    """The courses, or all other events, of a party and of the people of a company, latest first. Two queries."""
    kind = Event.kind == EventKind.COURSE if courses else Event.kind != EventKind.COURSE
    guests = (
        select(Event, Venue.name, Participation.status, Person)
        .join(Participation, col(Participation.event_id) == col(Event.id))
        .outerjoin(Venue, col(Venue.id) == col(Event.venue_id))
        .outerjoin(Person, col(Person.id) == col(Participation.person_id))
        .where(kind, _guest_is(party))
    )
    speaking = (
        select(Event, Venue.name, EventSpeaker.topic, Person)
        .join(EventSpeaker, col(EventSpeaker.event_id) == col(Event.id))
        .join(Speaker, col(Speaker.id) == col(EventSpeaker.speaker_id))
        .join(Person, col(Person.id) == col(Speaker.person_id))
        .outerjoin(Venue, col(Venue.id) == col(Event.venue_id))
        .where(kind, col(Person.id).in_(_people_of(party)))
    )
    found = [
        _line(party, event, venue, Status(status), "", person) for event, venue, status, person in session.exec(guests)
    ]
    found += [
        _line(party, event, venue, None, topic or "", person) for event, venue, topic, person in session.exec(speaking)
    ]
    return tuple(sorted(found, key=lambda line: (line.starts_on, line.event_id, line.status is None), reverse=True))


def number_of_gatherings(party: Party, *, courses: bool) -> Select[tuple[int]]:
    """How many lines `gatherings_of` has, as a select of one number."""
    kind = Event.kind == EventKind.COURSE if courses else Event.kind != EventKind.COURSE
    guests: Any = select(col(Event.id)).join(Participation).where(kind, _guest_is(party))
    speaking: Any = select(col(Event.id)).join(EventSpeaker).join(Speaker)
    speaking = speaking.where(kind, col(Speaker.person_id).in_(_people_of(party)))
    counted: Any = select(func.count()).select_from(guests.union_all(speaking).subquery())
    found: Select[tuple[int]] = counted
    return found


def _guest_is(party: Party) -> Any:
    if party.kind == "person":
        return Participation.person_id == party.id
    return or_(
        col(Participation.company_id) == party.id,
        col(Participation.person_id).in_(_people_of(party)),
    )


def _people_of(party: Party) -> Any:
    if party.kind == "person":
        return [party.id]
    return select(Employment.person_id).where(Employment.company_id == party.id)


def _line(
    party: Party, event: Event, venue: str | None, status: Status | None, topic: str, person: Person | None
) -> Gathering:
    by_other = person if party.kind == "company" else None
    return Gathering(
        event_id=event.id or 0,
        name=event.name,
        kind_title=KIND_TITLES[EventKind(event.kind)],
        when=dates_of(event).spoken,
        starts_on=event.starts_on or "",
        venue=venue or "",
        status=status,
        topic=topic,
        who=by_other.name if by_other else "",
        who_id=by_other.id if by_other else None,
        cancelled=event.cancelled_at is not None,
    )
