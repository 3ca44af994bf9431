"""What the cards show of committees: the seats and requests of a person, everything about one committee."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from models import (
    Account,
    Committee,
    CommitteeRequest,
    CommitteeSeat,
    Company,
    Employment,
    Event,
    EventKind,
    Person,
    RequestState,
    SeatPosition,
    seat_is_open,
)
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.committee_seats import POSITION_TITLES
from services.directory.committees import committee_choices, committee_of, waiting
from services.directory.parties import Party
from services.values import format_date

ORDER = tuple(SeatPosition)


@dataclass(frozen=True)
class Seat:
    """A seat as a card shows it; `seen` goes back with a verb. Dates are in words, empty where not known.

    `is_active`: the person's own card is.
    """

    id: int
    seen: int
    committee_id: int
    committee: str
    person_id: int
    person: str
    company: str
    is_active: bool
    position: str
    since: str
    until: str
    comment: str

    @property
    def title(self) -> str:
        """The position in words."""
        return POSITION_TITLES[self.position]


@dataclass(frozen=True)
class Request:
    """A request as a card shows it; `decided` and `decider` are empty while it waits."""

    id: int
    seen: int
    committee_id: int
    committee: str
    person_id: int
    person: str
    state: str
    note: str
    answer: str
    filed_at: dt.datetime
    decided_at: dt.datetime | None
    decider: str


@dataclass(frozen=True)
class Gathering:
    """A session of a committee, or another event it holds."""

    id: int
    name: str
    kind: str
    starts_on: str


@dataclass(frozen=True)
class PersonCommittees:
    """A person's part in committees. `open` are the committees they could be seated in."""

    present: tuple[Seat, ...]
    past: tuple[Seat, ...]
    requests: tuple[Request, ...]
    open: tuple[tuple[int, str], ...]
    may_edit: bool


@dataclass(frozen=True)
class CommitteeCard:
    """Everything about one committee; the present seats in the order of positions."""

    id: int
    seen: int
    name: str
    description: str
    active: bool
    present: tuple[Seat, ...]
    past: tuple[Seat, ...]
    requests: tuple[Request, ...]
    sessions: tuple[Gathering, ...]
    may_edit: bool

    def holding(self, position: SeatPosition) -> tuple[Seat, ...]:
        """Who holds a position now."""
        return tuple(seat for seat in self.present if seat.position == position.value)


@requires(Permission.BASE_READ)
def committees_of(session: Session, actor: Actor, party: Party) -> PersonCommittees:
    """The committees of a person (`party` is one)."""
    present, past = _seats(session, col(CommitteeSeat.person_id) == party.id)
    taken = {seat.committee_id for seat in present}
    choices = committee_choices(session, actor)
    return PersonCommittees(
        present,
        past,
        _requests(session, col(CommitteeRequest.person_id) == party.id),
        tuple(choice for choice in choices if choice[0] not in taken),
        actor.may(Permission.BASE_EDIT),
    )


@requires(Permission.BASE_READ)
def committee_card(session: Session, actor: Actor, committee_id: int) -> CommitteeCard:
    """The card of a committee. Raises `NotFound`."""
    committee = committee_of(session, committee_id)
    present, past = _seats(session, col(CommitteeSeat.committee_id) == committee_id)
    held = (
        select(Event)
        .where(Event.committee_id == committee_id, col(Event.active).is_(True))
        .order_by(col(Event.starts_on).desc(), col(Event.id).desc())
    )
    return CommitteeCard(
        committee_id,
        committee.version,
        committee.name,
        committee.description or "",
        committee.active,
        present,
        past,
        _requests(session, col(CommitteeRequest.committee_id) == committee_id, waiting()),
        tuple(
            Gathering(event.id or 0, event.name, EventKind(event.kind).value, format_date(event.starts_on))
            for event in session.exec(held)
        ),
        actor.may(Permission.BASE_EDIT),
    )


def _seats(session: Session, *of: ColumnElement[bool]) -> tuple[tuple[Seat, ...], tuple[Seat, ...]]:
    """Seats held now in the order of positions and names, and those that are over, the latest first."""
    company: Any = (
        select(Company.name)
        .join(Employment, col(Employment.company_id) == Company.id)
        .where(Employment.person_id == Person.id)
        .order_by(col(Employment.id))
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(CommitteeSeat, Committee.name, Person, company)
        .join(Committee, col(Committee.id) == CommitteeSeat.committee_id)
        .join(Person, col(Person.id) == CommitteeSeat.person_id)
        .where(*of)
        .order_by(Person.name_key, Committee.name_key)
    )
    today, present, past = clock.today(), [], []
    for seat, committee, person, works_for in session.exec(query):
        shown = Seat(
            seat.id or 0, seat.version, seat.committee_id, committee, seat.person_id, person.name, works_for or "",
            person.active, seat.position, format_date(seat.since), format_date(seat.until), seat.comment or "",
        )  # fmt: skip
        if seat_is_open(seat.until, today):
            present.append(shown)
        else:
            past.append((seat.until or "", shown))
    present.sort(key=lambda seat: ORDER.index(SeatPosition(seat.position)))
    return tuple(present), tuple(seat for _, seat in sorted(past, key=lambda pair: pair[0], reverse=True))


def _requests(session: Session, *of: ColumnElement[bool]) -> tuple[Request, ...]:
    """Requests, those that wait first, then the latest."""
    query = (
        select(CommitteeRequest, Committee.name, Person, Account.name)
        .join(Committee, col(Committee.id) == CommitteeRequest.committee_id)
        .join(Person, col(Person.id) == CommitteeRequest.person_id)
        .outerjoin(Account, col(Account.id) == CommitteeRequest.decided_by)
        .where(*of)
        .order_by(func.coalesce(CommitteeRequest.decided_at, clock.now()).desc(), col(CommitteeRequest.id).desc())
    )
    found = [_request(r, committee, person, decider) for r, committee, person, decider in session.exec(query)]
    return tuple(sorted(found, key=lambda request: request.state != RequestState.PENDING.value))


def _request(request: CommitteeRequest, committee: str, person: Person, decider: str | None) -> Request:
    return Request(
        request.id or 0, request.version, request.committee_id, committee, request.person_id, person.name,
        request.state, request.note or "", request.answer or "", request.created_at, request.decided_at, decider or "",
    )  # fmt: skip
