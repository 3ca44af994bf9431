"""Places: what is shown of one, and what is held there."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Company, Event, EventKind, Person, ResponsibleManager, Venue
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import NotFound
from services.events.days import dates_of
from services.events.events import Linked
from services.events.words import KIND_TITLES

GONE = "Такого места проведения нет: запись удалили."


@dataclass(frozen=True)
class Held:
    """An event at the venue."""

    id: int
    name: str
    kind_title: str
    is_course: bool
    when: str
    is_coming: bool
    is_running: bool
    cancelled: bool


@dataclass(frozen=True)
class VenueCard:
    """A venue with the names of what it is tied to; `held` are its events and courses, latest first."""

    id: int
    name: str
    address: str
    partner: Linked | None
    contact: Linked | None
    contacts: str
    responsible: str
    comment: str
    active: bool
    held: tuple[Held, ...]

    @property
    def coming(self) -> tuple[Held, ...]:
        """What is still to be held here, soonest first."""
        return tuple(held for held in reversed(self.held) if held.is_coming)


@requires(Permission.BASE_READ)
def venue_card(session: Session, _actor: Actor, venue_id: int) -> VenueCard:
    """The card of a venue, in two queries. Raises `NotFound`."""
    found = session.exec(
        select(Venue, Company, Person, ResponsibleManager)
        .outerjoin(Company, col(Company.id) == col(Venue.partner_id))
        .outerjoin(Person, col(Person.id) == col(Venue.contact_id))
        .outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(Venue.responsible_id))
        .where(Venue.id == venue_id)
    ).first()
    if found is None:
        raise NotFound(GONE)
    venue, partner, contact, manager = found
    events = session.exec(select(Event).where(Event.venue_id == venue_id)).all()
    return VenueCard(
        id=venue_id,
        name=venue.name,
        address=venue.address or "",
        partner=Linked(partner.id or 0, partner.name) if partner else None,
        contact=Linked(contact.id or 0, contact.name) if contact else None,
        contacts=venue.contacts or "",
        responsible=manager.name if manager else "",
        comment=venue.comment or "",
        active=venue.active,
        held=tuple(_held(event) for event in sorted(events, key=_latest, reverse=True)),
    )


def _latest(event: Event) -> tuple[str, int]:
    return event.starts_on or "", event.id or 0


def _held(event: Event) -> Held:
    dates, kind, cancelled = dates_of(event), EventKind(event.kind), event.cancelled_at is not None
    first, last, today = dates.first, dates.last, clock.today()
    is_coming = event.active and not cancelled and last is not None and last >= today
    return Held(
        id=event.id or 0,
        name=event.name,
        kind_title=KIND_TITLES[kind],
        is_course=kind is EventKind.COURSE,
        when=dates.spoken,
        is_coming=is_coming,
        is_running=is_coming and dates.are_exact and first is not None and first <= today,
        cancelled=cancelled,
    )
