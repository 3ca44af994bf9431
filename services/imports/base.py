"""The base as a plan sees it: every record in memory with what it is found by, and what the plan makes of it.

Nothing here touches the database after `load`; services.imports.applying writes the outcome.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models import (
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
    Person,
    Record,
    ResponsibleManager,
    Speaker,
    Venue,
)
from services.directory.keys import committee_key, company_key, person_key, plain_key
from services.values import fold

REFERENCES: dict[type[Record], dict[str, type[Record]]] = {
    ResponsibleManager: {},
    Person: {},
    Company: {},
    DocumentType: {},
    Committee: {},
    Venue: {"partner_id": Company, "contact_id": Person, "responsible_id": ResponsibleManager},
    Event: {"venue_id": Venue, "responsible_id": ResponsibleManager},
    Speaker: {"person_id": Person},
    Employment: {"person_id": Person, "company_id": Company},
    Membership: {"person_id": Person, "company_id": Company},
    CommitteeSeat: {"committee_id": Committee, "person_id": Person},
    EventSpeaker: {"event_id": Event, "speaker_id": Speaker},
    Participation: {"event_id": Event, "person_id": Person, "company_id": Company},
    DocumentReceipt: {"type_id": DocumentType, "person_id": Person, "company_id": Company},
}
"""What is loaded, in an order in which every reference points back; the references are entries, not numbers."""

UNREAD = {"id", "version", "created_at"}
NAMES = {"name", "last_name", "first_name", "middle_name"}
INDEXED = NAMES | {"inn", "ogrn", "email", "phone"}
"""Attributes an entry is found by."""
PHONE = re.compile(r"\+(\d{5,15})(?: доб\. (\d+))?")
EMAIL = re.compile(r"[^\s,;()<>]+@[^\s,;()<>]+")
KEYS: dict[type[Record], Callable[[str], str]] = {Company: company_key, Committee: committee_key}


class Entry:
    """One record, stored or to be: its values (empty ones left out), those before the plan, where each was claimed."""

    __slots__ = ("before", "claims", "id", "model", "owner", "values")

    def __init__(self, model: type[Record], number: int | None, values: dict[str, Any]) -> None:
        self.model, self.id, self.values = model, number, values
        self.before: dict[str, Any] = {}
        self.claims: dict[str, tuple[str, int]] = {}
        self.owner: object | None = None

    @property
    def is_new(self) -> bool:
        """Not in the database yet."""
        return self.id is None

    def get(self, attribute: str) -> Any:
        """The value the plan has come to so far."""
        return self.values.get(attribute)

    def set(self, attribute: str, value: Any) -> None:
        """Change a value, remembering the first one."""
        self.before.setdefault(attribute, self.values.get(attribute))
        self.values[attribute] = value
        if attribute in NAMES:
            self.values.pop("name_key", None)

    @property
    def changed(self) -> dict[str, Any]:
        """Attributes whose value differs from the stored one."""
        return {key: self.values.get(key) for key, old in self.before.items() if self.values.get(key) != old}

    @property
    def name(self) -> str:
        """What the record is called."""
        if self.model is Person:
            return " ".join(filter(None, (self.get("last_name"), self.get("first_name"), self.get("middle_name"))))
        return str(self.get("name") or "")


Index = defaultdict[Any, list[Entry]]


class Base:
    """All entries by model, and the ways to find them. An index only grows: a plan deletes nothing."""

    def __init__(self) -> None:
        self.entries: dict[type[Record], list[Entry]] = {model: [] for model in REFERENCES}
        self.inn: Index = defaultdict(list)
        self.ogrn: Index = defaultdict(list)
        self.email: Index = defaultdict(list)
        self.phone: Index = defaultdict(list)
        self.name: Index = defaultdict(list)
        self.surname: Index = defaultdict(list)
        self.of_person: Index = defaultdict(list)
        self.of_company: Index = defaultdict(list)
        self.pair: dict[Any, Entry] = {}

    def add(self, model: type[Record], values: dict[str, Any]) -> Entry:
        """A new entry."""
        entry = Entry(model, None, {key: value for key, value in values.items() if value is not None})
        self.take(entry)
        return entry

    def take(self, entry: Entry) -> None:
        """Let an entry be found."""
        self.entries[entry.model].append(entry)
        self.index(entry)

    def index(self, entry: Entry) -> None:
        """Let an entry be found by the values it has now; safe to repeat."""
        if entry.model in (Person, Company):
            self._index_party(entry)
        elif entry.model in (Committee, Venue, Event, ResponsibleManager):
            _put(self.name, name_key(entry), entry)
        elif entry.model is DocumentType:
            self.pair[DocumentType, entry.get("code")] = entry
        else:
            self._index_link(entry)

    def _index_party(self, entry: Entry) -> None:
        _put(self.name, name_key(entry), entry)
        if inn := entry.get("inn"):
            _put(self.inn, (entry.model, inn), entry)
        if ogrn := entry.get("ogrn"):
            _put(self.ogrn, ogrn, entry)
        if entry.model is Person:
            _put(self.surname, fold(entry.get("last_name") or ""), entry)
            for address in emails_in(entry.get("email")):
                _put(self.email, address, entry)
            for number in phones_in(entry.get("phone")):
                _put(self.phone, number, entry)

    def _index_link(self, entry: Entry) -> None:
        ends = [entry.get(key) for key in REFERENCES[entry.model]]
        self.pair[(entry.model, *(id(end) for end in ends if end is not None))] = entry
        if entry.model in (Employment, CommitteeSeat):
            _put(self.of_person, (entry.model, id(entry.get("person_id"))), entry)
        if entry.model is Employment:
            _put(self.of_company, id(entry.get("company_id")), entry)

    def link(self, model: type[Record], *ends: Entry) -> Entry | None:
        """The link of `model` between `ends`, given in the order of REFERENCES."""
        return self.pair.get((model, *(id(end) for end in ends)))

    def jobs(self, person: Entry) -> list[Entry]:
        """Employments of a person."""
        return self.of_person.get((Employment, id(person)), [])

    def seats(self, person: Entry) -> list[Entry]:
        """Committee seats of a person."""
        return self.of_person.get((CommitteeSeat, id(person)), [])

    def staff(self, company: Entry) -> list[Entry]:
        """People of a company."""
        return [job.get("person_id") for job in self.of_company.get(id(company), [])]

    def namesakes(self, model: type[Record], key: Any) -> list[Entry]:
        """Entries of `model` that share the key of a name; an event's key is (is it a course, key)."""
        return self.name.get((model, key), [])


def load(session: Session) -> Base:
    """Everything a plan may meet, by one statement a table."""
    base = Base()
    known: dict[tuple[type[Record], int], Entry] = {}
    for model, references in REFERENCES.items():
        for entry in _stored(session, model):
            for key, target in references.items():
                if key in entry.values:
                    entry.values[key] = known[target, entry.values[key]]
            known[model, entry.id or 0] = entry
            base.take(entry)
    return base


def _stored(session: Session, model: type[Record]) -> Iterator[Entry]:
    table = model.__table__  # type: ignore[attr-defined]
    names = [column.name for column in table.columns if column.name not in UNREAD]
    rows = session.execute(select(table.c.id, *(table.c[name] for name in names)).order_by(table.c.id))
    for number, *values in rows:
        filled = {key: value for key, value in zip(names, values, strict=True) if value not in (None, "")}
        yield Entry(model, number, filled)


def name_key(entry: Entry) -> tuple[Any, ...]:
    """What equal names share, by model; events also by whether they are courses."""
    stored = entry.get("name_key")
    if entry.model is Person:
        parts = (entry.get(part) or "" for part in ("last_name", "first_name", "middle_name"))
        return Person, stored or person_key(*parts)
    key = stored or KEYS.get(entry.model, plain_key)(entry.get("name"))
    return entry.model, (entry.get("kind") == EventKind.COURSE.value, key) if entry.model is Event else key


def emails_in(text: str | None) -> tuple[str, ...]:
    """Addresses of a stored list of e-mails."""
    return tuple(EMAIL.findall(text.lower())) if text else ()


def phones_in(text: str | None) -> tuple[tuple[str, str], ...]:
    """Numbers of a stored list of phones with their extensions. Not `phone_numbers`: that parses, and here are all."""
    return tuple(PHONE.findall(text)) if text else ()


def _put(index: Index, key: Any, entry: Entry) -> None:
    found = index[key]
    if entry not in found:
        found.append(entry)
