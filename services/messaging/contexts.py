"""What the tokens stand for, read for many recipients at once."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from models import EventFormat, EventKind
from services import clock
from services.directory.parties import Kind, Party
from services.events.words import KIND_TITLES
from services.messaging import facts, spoken, tokens
from services.messaging.facts import Gathering, Recipient, Term
from services.messaging.links import base_url

CHUNK = 1000
"""More recipients are read in several goes: a statement takes only so many numbers."""
HIDDEN_SUM = f"●●●{spoken.NBSP}₽"
"""Stands for an amount where the reader may see none."""

_OF_RECIPIENT = frozenset(
    {tokens.GREETING, tokens.GIVEN, tokens.GIVEN_PATRONYMIC, tokens.NAME, tokens.COMPANY, tokens.MANAGER,
     tokens.CONTRACT, tokens.BIRTHDAY, tokens.AGE}
)  # fmt: skip
_OF_TERM = frozenset({tokens.DUE, tokens.REMAINS, tokens.DAYS, tokens.SUM, tokens.PAID, tokens.START, tokens.STATE})
EVERYTHING = frozenset(tokens.TITLES)


@dataclass(frozen=True)
class Item:
    """One message to one recipient. `links`: addresses by token («приду» → «https://…»), see tokens.LINKS.

    `subject` names the entity a reminder is about, `subject_id` its number, `anchor_date` the day it counts from,
    `what` what that day is called («Дата договора»). Without a party, or `shared`, it is one letter for several people
    behind one address: nobody's name stands in it.
    """

    party: Party | None
    event_id: int | None = None
    subject: str | None = None
    subject_id: int | None = None
    anchor_date: dt.date | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    what: str = ""
    shared: bool = False

    @property
    def about_event(self) -> int | None:
        """The number of the event it is about."""
        return self.event_id or (self.subject_id if self.subject == "Event" else None)

    @property
    def about_document(self) -> int | None:
        """The number of the type of document it is about."""
        return self.subject_id if self.subject == "DocumentType" else None

    @property
    def reader(self) -> Party | None:
        """Whose name stands in it."""
        return None if self.shared else self.party


@dataclass(frozen=True)
class _Known:
    """Everything that was read for a chunk."""

    people: Mapping[int, Recipient]
    companies: Mapping[int, Recipient]
    workplaces: Mapping[int, str]
    terms: Mapping[Party, Term]
    events: Mapping[int, Gathering]
    of_events: Mapping[int, Mapping[str, str]]
    documents: Mapping[int, str]
    missing: Mapping[Party, str]


def contexts(
    session: Session, items: Sequence[Item], used: frozenset[str] | None = None, *, with_sums: bool = True
) -> list[dict[str, str]]:
    """For each item, in their order, what the tokens stand for; those with nothing to stand for are left out.

    At most twelve queries per thousand items, and only those the `used` tokens need. Without `with_sums` amounts are
    hidden: for a preview before the eyes of somebody who may not see them.
    """
    wanted = EVERYTHING if used is None else used
    common = {
        tokens.HOUSE: tokens.ASSOCIATION,
        tokens.TODAY: spoken.day(clock.today()),
        tokens.CABINET: base_url(),
    }
    made: list[dict[str, str]] = []
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        known = _read(session, chunk, wanted)
        made.extend(common | _one(item, known, with_sums=with_sums) for item in chunk)
    return made


def _read(session: Session, items: Sequence[Item], used: frozenset[str]) -> _Known:
    parties = {item.party for item in items if item.party is not None}
    people, companies = _ids(parties, "person"), _ids(parties, "company")
    events = {number for item in items if (number := item.about_event) is not None}
    documents = {number for item in items if (number := item.about_document) is not None}
    asks_recipient, asks_term = bool(used & _OF_RECIPIENT), bool(used & _OF_TERM) and bool(parties)
    asks_missing = tokens.DOCUMENT in used and any(item.about_document is None for item in items) and bool(parties)
    gatherings = facts.events(session, events) if events else {}
    speaking = facts.speakers(session, events) if events and tokens.SPEAKERS in used else {}
    return _Known(
        facts.people(session, people) if people and asks_recipient else {},
        facts.companies(session, companies) if companies and asks_recipient else {},
        facts.workplaces(session, people) if people and tokens.COMPANY in used else {},
        facts.terms(session, people, companies) if asks_term else {},
        gatherings,
        {number: _of_event(event, speaking.get(number, "")) for number, event in gatherings.items()},
        facts.document_titles(session, documents) if documents and tokens.DOCUMENT in used else {},
        facts.missing_documents(session, people, companies) if asks_missing else {},
    )


def _ids(parties: set[Party], kind: Kind) -> list[int]:
    return sorted(party.id for party in parties if party.kind == kind)


def _one(item: Item, known: _Known, *, with_sums: bool) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in (_of_recipient, _of_term, _of_subject):
        values.update(part(item, known))
    if not with_sums and tokens.SUM in values:
        values[tokens.SUM] = HIDDEN_SUM
    values.update(item.links)
    return {name: value for name, value in values.items() if value and not value.isspace()}


def _of_recipient(item: Item, known: _Known) -> Iterator[tuple[str, str]]:
    reader = item.reader
    if reader is None:
        yield tokens.GREETING, spoken.COLLEAGUES
        return
    found = (known.people if reader.kind == "person" else known.companies).get(reader.id)
    if found is None:
        return
    yield tokens.NAME, found.name
    yield tokens.MANAGER, found.manager
    yield tokens.CONTRACT, found.contract
    if reader.kind == "company":
        yield tokens.GREETING, spoken.COLLEAGUES
        yield tokens.COMPANY, found.name
        return
    yield tokens.GREETING, spoken.greeting(found.first_name, found.middle_name)
    yield tokens.GIVEN, spoken.first_name(found.first_name)
    yield tokens.GIVEN_PATRONYMIC, spoken.given(found.first_name, found.middle_name)
    yield tokens.COMPANY, known.workplaces.get(reader.id, "")
    if len(found.birth_date) == 10:
        yield tokens.BIRTHDAY, spoken.day_and_month(found.birth_date)
        on = item.anchor_date if item.subject == "Person" and item.anchor_date and not item.what else clock.today()
        yield tokens.AGE, spoken.years(spoken.birthday_age(found.birth_date, on))


def _of_term(item: Item, known: _Known) -> Iterator[tuple[str, str]]:
    """What is said of the term of membership, and of the day a reminder counts from."""
    term = known.terms.get(item.reader) if item.reader else None
    if term is not None:
        yield tokens.SUM, spoken.sum_of(term.fee_amount) if term.fee_amount is not None else ""
        yield tokens.PAID, spoken.day(term.paid_on) if term.paid_on else ""
        yield tokens.START, spoken.day(term.starts_on) if term.starts_on else ""
        yield tokens.STATE, term.state
    is_term = item.subject in (None, "Membership") and not item.what
    due = item.anchor_date or (term.ends_on if term is not None and is_term else None)
    if due is not None:
        yield tokens.DUE, spoken.day(due)
        yield tokens.DATE, spoken.day(due) if item.anchor_date else ""
        yield from _counted(due, is_term=is_term)


def _of_subject(item: Item, known: _Known) -> Iterator[tuple[str, str]]:
    yield tokens.WHAT, item.what
    if item.about_document is not None:
        yield tokens.DOCUMENT, known.documents.get(item.about_document, "")
    elif item.reader is not None:
        yield tokens.DOCUMENT, known.missing.get(item.reader, "")
    event_id = item.about_event
    if event_id is None or event_id not in known.events:
        return
    for name, value in known.of_events[event_id].items():
        if value or name != tokens.MANAGER:
            yield name, value
    dates = known.events[event_id].dates
    if dates.are_exact and dates.first is not None:
        yield from _counted(dates.first, is_term=False)


def _counted(day: dt.date, *, is_term: bool) -> Iterator[tuple[str, str]]:
    left = (day - clock.today()).days
    yield tokens.REMAINS, spoken.remains(left, is_term=is_term)
    yield tokens.DAYS, spoken.days(abs(left))


def _of_event(event: Gathering, speaking: str) -> dict[str, str]:
    """What is the same for everybody who hears of an event."""
    return {
        tokens.EVENT: spoken.within_quotes(event.name),
        tokens.EVENT_KIND: KIND_TITLES[EventKind(event.kind)],
        tokens.WHEN: spoken.when(event.dates),
        tokens.WHERE: _where(event),
        tokens.START: spoken.day(event.dates.starts_on) if event.dates.starts_on else "",
        tokens.PROGRAMME: event.description,
        tokens.SPEAKERS: speaking,
        tokens.CONNECT: event.url,
        tokens.COMMITTEE: event.committee,
        tokens.BEFORE: spoken.day(event.moved_from) if event.moved_from else "",
        tokens.REASON: event.reason.rstrip(". "),
        tokens.MANAGER: event.manager,
    }


def _where(event: Gathering) -> str:
    if event.format == EventFormat.ONLINE:
        return "онлайн"
    place = ", ".join(part for part in (event.venue, event.address) if part)
    if event.format == EventFormat.HYBRID:
        return f"{place} или онлайн" if place else ""
    return place
