"""Scenes for tests: each `create_*` adds one plausible, invented record to the session and gives it back numbered.

What a test does not care about is filled in; numbers keep the unique ones apart.
"""

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from models import (
    Account,
    Base,
    Committee,
    CommitteeSeat,
    Company,
    DocumentReceipt,
    DocumentType,
    Employment,
    Event,
    EventKind,
    EventSpeaker,
    Membership,
    Participation,
    ParticipationStatus,
    Person,
    ResponsibleManager,
    Role,
    SeatPosition,
    Speaker,
    Venue,
)
from services.access.passwords import hash_password
from services.access.permissions import PERMISSIONS, Actor

PASSWORD = "сорок две синих птицы"
"""The password of every account made here."""

_numbers = count(1)
R = TypeVar("R", bound=Base)


def _added(session: Session, model: type[R], **fields: Any) -> R:
    record = model(**fields)
    session.add(record)
    session.flush()
    return record


@lru_cache
def _hash() -> str:
    """Hashing takes a fifth of a second, and one hash does for all."""
    return hash_password(PASSWORD)


def create_person(
    session: Session,
    last_name: str = "",
    first_name: str = "Пётр",
    middle_name: str = "Ильич",
    *,
    company: Company | None = None,
    position: str | None = None,
    is_director: bool = False,
    is_contact: bool = False,
    **fields: Any,
) -> Person:
    """A person, employed by `company` when one is given; `fields` are any other attributes."""
    named = {
        "last_name": last_name or f"Выдумкин{next(_numbers)}",
        "first_name": first_name,
        "middle_name": middle_name,
    }
    person = _added(session, Person, **named, **fields)
    if company is not None:
        create_employment(session, person, company, position, is_director=is_director, is_contact=is_contact)
    return person


def create_company(session: Session, name: str = "", **fields: Any) -> Company:
    """A company; the name is made up when none is given."""
    return _added(session, Company, name=name or f"ООО «Выдумка {next(_numbers)}»", **fields)


def create_employment(
    session: Session,
    person: Person,
    company: Company,
    position: str | None = "специалист",
    *,
    is_director: bool = False,
    is_contact: bool = False,
) -> Employment:
    """The person's place in the company."""
    return _added(
        session,
        Employment,
        person_id=person.id,
        company_id=company.id,
        position=position,
        is_director=is_director,
        is_contact=is_contact,
    )


def create_manager(session: Session, name: str = "") -> ResponsibleManager:
    """A member of staff who answers for somebody."""
    return _added(session, ResponsibleManager, name=name or f"Ответственный {next(_numbers)}")


def create_membership(
    session: Session,
    party: Person | Company,
    *,
    ends_on: dt.date | None = None,
    fee_amount: Decimal | None = None,
    **fields: Any,
) -> Membership:
    """The line of a person or a company in the register of members. The fee is in roubles."""
    tie = _tie(party)
    return _added(session, Membership, **tie, ends_on=ends_on, fee_amount=fee_amount, **fields)


def create_receipt(session: Session, party: Person | Company, code: str, received_on: str) -> DocumentReceipt:
    """The (partial) date the document of type `code` came in from a person or a company."""
    kind = session.exec(select(DocumentType).where(col(DocumentType.code) == code)).one()
    return _added(session, DocumentReceipt, **_tie(party), type_id=kind.id, received_on=received_on)


def create_committee(session: Session, name: str = "", **fields: Any) -> Committee:
    """A committee."""
    return _added(session, Committee, name=name or f"Комитет по выдумкам {next(_numbers)}", **fields)


def create_seat(
    session: Session,
    committee: Committee,
    person: Person,
    position: SeatPosition = SeatPosition.MEMBER,
    **fields: Any,
) -> CommitteeSeat:
    """The person's seat in the committee."""
    tie = {"committee_id": committee.id, "person_id": person.id}
    return _added(session, CommitteeSeat, **tie, position=position.value, **fields)


def create_event(session: Session, name: str = "", kind: EventKind = EventKind.EVENT, **fields: Any) -> Event:
    """An event of any kind."""
    return _added(session, Event, name=name or f"Выставка выдумок {next(_numbers)}", kind=kind.value, **fields)


def create_speaker(session: Session, person: Person, *events: Event, topics: str | None = None) -> Speaker:
    """The person as a speaker, at the events given."""
    speaker = _added(session, Speaker, person_id=person.id, topics=topics)
    for event in events:
        _added(session, EventSpeaker, event_id=event.id, speaker_id=speaker.id)
    return speaker


def create_participation(
    session: Session,
    event: Event,
    party: Person | Company,
    status: ParticipationStatus = ParticipationStatus.INVITED,
) -> Participation:
    """An invitation of a person or a company, and how far it has got."""
    return _added(session, Participation, event_id=event.id, **_tie(party), status=status.value)


def create_venue(session: Session, name: str = "", **fields: Any) -> Venue:
    """A place to meet."""
    return _added(session, Venue, name=name or f"Зал выдумок {next(_numbers)}", **fields)


def create_account(
    session: Session, role: Role = Role.MANAGER, login: str = "", *, person: Person | None = None, **fields: Any
) -> Account:
    """An account with the password `PASSWORD`; the login is the role's name when none is given."""
    login = login or role.value
    return _added(
        session,
        Account,
        login=login,
        name=f"Имя {login}",
        role=role.value,
        password_hash=_hash(),
        person_id=person.id if person else None,
        **fields,
    )


def _tie(party: Person | Company) -> dict[str, Any]:
    return {"person_id" if isinstance(party, Person) else "company_id": party.id}


def actor_of(account: Account) -> Actor:
    """The account as services know it: its number, its name and what its role may."""
    role = Role(account.role)
    return Actor(account.id, account.name, PERMISSIONS[role], role, account.person_id)
