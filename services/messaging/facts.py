"""What letters say of people, companies, memberships, events and documents: each sort read in one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Committee,
    Company,
    DocumentReceipt,
    DocumentType,
    Employment,
    Event,
    EventSpeaker,
    Membership,
    Person,
    ResponsibleManager,
    Speaker,
    Standing,
    Venue,
    membership_state,
)
from services import clock
from services.directory.membership_rules import current_rules
from services.directory.membership_words import STATE_TITLES
from services.directory.parties import Kind, Party
from services.events.days import Dates
from services.messaging import spoken

Ids = Collection[int]


@dataclass(frozen=True)
class Recipient:
    """A person (the three parts of the name) or a company (`last_name` is its name)."""

    last_name: str
    first_name: str
    middle_name: str
    birth_date: str
    contract: str
    manager: str

    @property
    def name(self) -> str:
        """ФИО or the company's name."""
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


@dataclass(frozen=True)
class Term:
    """The present term of a membership; `state` in words."""

    starts_on: dt.date | None
    ends_on: dt.date | None
    fee_amount: Decimal | None
    paid_on: dt.date | None
    state: str


@dataclass(frozen=True)
class Gathering:
    """An event as a letter speaks of it."""

    kind: str
    name: str
    dates: Dates
    format: str
    url: str
    venue: str
    address: str
    committee: str
    moved_from: str
    reason: str
    description: str
    manager: str


def people(session: Session, ids: Ids) -> dict[int, Recipient]:
    """Recipients among the people."""
    p = Person
    query = select(
        col(p.id), p.last_name, p.first_name, p.middle_name, p.birth_date, p.contract_number, p.contract_date,
        ResponsibleManager.name,
    ).outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(p.responsible_id)).where(col(p.id).in_(ids))  # type: ignore[call-overload]  # fmt: skip
    return {
        number: Recipient(last, first, middle, born or "", _contract(contract, signed), manager or "")
        for number, last, first, middle, born, contract, signed, manager in session.execute(query)
    }


def companies(session: Session, ids: Ids) -> dict[int, Recipient]:
    """Recipients among the companies."""
    c = Company
    query: Any = (
        select(col(c.id), col(c.name), col(c.contract_number), col(c.contract_date), col(ResponsibleManager.name))
        .outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(c.responsible_id))
        .where(col(c.id).in_(ids))
    )
    return {
        number: Recipient(name, "", "", "", _contract(contract, signed), manager or "")
        for number, name, contract, signed, manager in session.execute(query)
    }


def workplaces(session: Session, ids: Ids) -> dict[int, str]:
    """The company each of these people works for, the one entered first."""
    query = (
        select(col(Employment.person_id), col(Company.name))
        .join(Company, col(Company.id) == col(Employment.company_id))
        .where(col(Employment.person_id).in_(ids))
        .order_by(col(Employment.id).desc())
    )
    return dict(session.execute(query).all())


def terms(session: Session, person_ids: Ids, company_ids: Ids) -> dict[Party, Term]:
    """The memberships of these parties, and their states today. A query for the rules and one for each sort."""
    rules, today = current_rules(session), clock.today()
    found: dict[Party, Term] = {}
    for kind, ids in _sorts(person_ids, company_ids):
        owner = _owner(Membership, kind)
        for line in session.scalars(select(Membership).where(owner.in_(ids))):
            standing = Standing(
                line.ends_on, line.suspended_from, line.suspended_until, line.left_on, line.state_override
            )
            state = STATE_TITLES[membership_state(standing, rules, today).value]
            term = Term(line.starts_on, line.ends_on, line.fee_amount, line.paid_on, state)
            found[Party(kind, line.person_id or line.company_id or 0)] = term
    return found


def events(session: Session, ids: Ids) -> dict[int, Gathering]:
    """Events with their venue, committee and whoever answers for them."""
    query = (
        select(Event, Venue, Committee, ResponsibleManager)
        .outerjoin(Venue, col(Venue.id) == col(Event.venue_id))
        .outerjoin(Committee, col(Committee.id) == col(Event.committee_id))
        .outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(Event.responsible_id))
        .where(col(Event.id).in_(ids))
    )
    return {
        event.id or 0: Gathering(
            event.kind,
            event.name,
            Dates(event.starts_on, event.ends_on, event.start_time, event.end_time),
            event.format or "",
            event.url or "",
            venue.name if venue else "",
            (venue.address or "") if venue else "",
            committee.name if committee else "",
            event.moved_from or "",
            event.cancel_reason or "",
            event.description or "",
            manager.name if manager else "",
        )
        for event, venue, committee, manager in session.execute(query)
    }


def speakers(session: Session, ids: Ids) -> dict[int, str]:
    """Who speaks at these events, in the order of the programme."""
    query = (
        select(col(EventSpeaker.event_id), Person)
        .join(Speaker, col(Speaker.id) == col(EventSpeaker.speaker_id))
        .join(Person, col(Person.id) == col(Speaker.person_id))
        .where(col(EventSpeaker.event_id).in_(ids))
        .order_by(col(EventSpeaker.event_id), col(EventSpeaker.place), col(EventSpeaker.id))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for event_id, person in session.execute(query):
        found[event_id].append(person.name)
    return {event_id: ", ".join(names) for event_id, names in found.items()}


def document_titles(session: Session, ids: Ids) -> dict[int, str]:
    """What these types of documents are called."""
    query = select(col(DocumentType.id), col(DocumentType.title)).where(col(DocumentType.id).in_(ids))
    return dict(session.execute(query).all())


def missing_documents(session: Session, person_ids: Ids, company_ids: Ids) -> dict[Party, str]:
    """Documents the office asks for and has not received, by whom. A query for the types and one for each sort."""
    t, r = DocumentType, DocumentReceipt
    wanted = session.scalars(select(t).where(col(t.active).is_(True)).order_by(col(t.place), col(t.id))).all()
    listed: dict[Party, str] = {}
    for kind, ids in _sorts(person_ids, company_ids):
        owner = _owner(r, kind)
        came = {
            (number, paper) for number, paper in session.execute(select(owner, col(r.type_id)).where(owner.in_(ids)))
        }
        asked = [one for one in wanted if (one.for_people if kind == "person" else one.for_companies)]
        for number in ids:
            listed[Party(kind, number)] = ", ".join(one.title for one in asked if (number, one.id) not in came)
    return listed


def _sorts(person_ids: Ids, company_ids: Ids) -> list[tuple[Kind, Ids]]:
    """People and companies apart, those there are: one condition over both columns would use no index."""
    sorts: list[tuple[Kind, Ids]] = [("person", person_ids), ("company", company_ids)]
    return [(kind, ids) for kind, ids in sorts if ids]


def _owner(model: type[Membership] | type[DocumentReceipt], kind: Kind) -> Any:
    return col(model.person_id if kind == "person" else model.company_id)


def _contract(number: str | None, signed: str | None) -> str:
    if not number:
        return ""
    return f"№ {number} от {spoken.day(signed)}" if signed else f"№ {number}"
