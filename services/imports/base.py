"""The base as a plan sees it: records found by what rows say of them, and what the plan makes of them.

Stored records come in by chunks as rows need them (services.imports.stored); what is written stands in the rows.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

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
    ExtraField,
    ExtraValue,
    Membership,
    Participation,
    Person,
    Record,
    ResponsibleManager,
    Speaker,
    Venue,
)
from services.directory import keys
from services.values import fold

REFERENCES: dict[type[Record], dict[str, type[Record]]] = {
    ResponsibleManager: {},
    Person: {},
    Company: {},
    DocumentType: {},
    ExtraField: {},
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
    ExtraValue: {"field_id": ExtraField, "person_id": Person, "company_id": Company},
}
"""What is loaded, in an order in which every reference points back; the references are entries, not numbers."""

MODELS: dict[str, type[Record]] = {model.__name__: model for model in REFERENCES}
NAMES = {"name", "last_name", "first_name", "middle_name"}
REPEATED = {"last_name", "first_name", "middle_name", "position", "region", "source", "contract_date", "direction"}
"""Texts of which many records have the same: one copy of each is kept."""
INDEXED = NAMES | {"inn", "ogrn", "email", "phone"}
"""Attributes an entry is found by."""
PHONE = re.compile(r"\+(\d{5,15})(?: доб\. (\d+))?")
EMAIL = re.compile(r"[^\s,;()<>]+@[^\s,;()<>]+")
ROW_REFS = 1 << 20
"""So many records one row may put in, half of them late; no cell is long enough to name as many."""
Key = tuple[str, type[Record], Any]
"""What an entry is found by: («inn», Person, «500100732259»)."""


class Store(Protocol):
    """Where stored records come from. `is_empty`: it holds no people and no companies."""

    is_empty: bool

    def ids(self, key: Key) -> Iterable[int]:
        """Numbers of the stored records of that key."""

    def fill(self, base: "Base", entries: list["Entry"]) -> None:
        """Read the values of stubs of one model."""

    def link(self, base: "Base", entries: list["Entry"]) -> None:
        """Read what hangs on people or on companies (entries of one model)."""


class Entry:
    """One record, stored or to be. `ref` is its number, or below zero one of this plan's own.

    A stored entry is a stub until its values are asked for. `origin` is where a new one was put in, `claims` where
    the file has spoken of a field since.
    """

    __slots__ = ("_values", "base", "claims", "linked", "model", "origin", "owner", "ref")

    def __init__(self, base: "Base", model: type[Record], ref: int, values: dict[str, Any] | None) -> None:
        self.base, self.model, self.ref, self._values = base, model, ref, values
        self.claims: dict[str, tuple[str, int]] | None = None
        self.origin: tuple[str, int] | None = None
        self.owner: tuple[str, str, int] | None = None
        self.linked = ref < 0

    @property
    def values(self) -> dict[str, Any]:
        """Filled fields by attribute, as the plan has come to so far; references are entries."""
        if self._values is None:
            self.base.fill([self])
        assert self._values is not None
        return self._values

    @values.setter
    def values(self, values: dict[str, Any]) -> None:
        self._values = values

    @property
    def is_stub(self) -> bool:
        """Whether the values were not read yet."""
        return self._values is None

    @property
    def is_new(self) -> bool:
        """Not in the database yet."""
        return self.ref < 0

    def get(self, attribute: str) -> Any:
        """The value the plan has come to so far."""
        values = self._values
        return (self.values if values is None else values).get(attribute)

    def set(self, attribute: str, value: Any) -> None:
        """Change a value."""
        values = self.values
        values[attribute] = _shared(attribute, value)
        if attribute in NAMES:
            values.pop("name_key", None)

    def claimed(self, attribute: str) -> tuple[str, int] | None:
        """(sheet, row) that said what this field holds, when the file has."""
        if self.claims and attribute in self.claims:
            return self.claims[attribute]
        return self.origin if self.origin and attribute in self.values else None

    def claim(self, attribute: str, place: tuple[str, int]) -> None:
        """Note that the file says what this field holds."""
        if place != self.origin:
            if self.claims is None:
                self.claims = {}
            self.claims.setdefault(attribute, place)

    @property
    def name(self) -> str:
        """What the record is called."""
        if self.model is Person:
            return " ".join(filter(None, (self.get("last_name"), self.get("first_name"), self.get("middle_name"))))
        return str(self.get("name") or "")


_get = dict.get


class Index(dict[int, "Entry | list[Entry]"]):
    """Entries by the hash of what they are found by: the same keys as objects would weigh more than the entries.

    64 bits: of a million keys two are the same by chance once in thirty million bases.
    """

    def put(self, key: object, entry: Entry) -> None:
        """Add an entry under a key, once."""
        mark = hash(key)
        present = _get(self, mark)
        if present is None:
            self[mark] = entry
        elif isinstance(present, list):
            if entry not in present:
                present.append(entry)
        elif present is not entry:
            self[mark] = [present, entry]

    def get(self, key: object) -> list[Entry]:  # type: ignore[override]
        """Entries of that key."""
        found = _get(self, hash(key))
        if found is None:
            return []
        return found if isinstance(found, list) else [found]


class Base:
    """Entries and the ways to find them. An index only grows: a plan deletes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[type[Record], int], Entry] = {}
        self._fresh = Index()
        self._pairs: dict[int, Entry] = {}
        self._jobs = Index()
        self._seats = Index()
        self._staff = Index()
        self._last = 0
        self.is_empty = store.is_empty

    def begin(self, place: int, *, late: bool = False) -> None:
        """From here on the row at `place` of the file puts records in: what it calls them depends on nothing else."""
        self._last = -(place * ROW_REFS + (ROW_REFS // 2 if late else 0))

    def add(self, model: type[Record], values: dict[str, Any]) -> Entry:
        """A new entry."""
        self._last -= 1
        kept = {key: _shared(key, value) for key, value in values.items() if value is not None}
        entry = Entry(self, model, self._last, kept)
        if entry.model in LINKED:
            self.index_link(entry)
        else:
            self.index(entry)
        return entry

    def stored(self, model: type[Record], number: int) -> Entry:
        """The entry of a stored record, perhaps a stub."""
        found = self._known.get((model, number))
        if found is None:
            found = self._known[model, number] = Entry(self, model, number, None)
        return found

    def every(self, model: type[Record]) -> list[Entry]:
        """The entries of stored records of `model` met so far: all, of a table that is read whole."""
        return [self._known[key] for key in sorted((k for k in self._known if k[0] is model), key=lambda key: key[1])]

    def fill(self, entries: Iterable[Entry]) -> None:
        """Read the values of stubs, a statement for every chunk of a model."""
        stubs = [entry for entry in entries if entry.is_stub]
        for model in dict.fromkeys(entry.model for entry in stubs):
            self._store.fill(self, [entry for entry in stubs if entry.model is model])

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Read everything found by any of `keys`, and what hangs on it, at once instead of one by one."""
        met: dict[type[Record], set[int]] = defaultdict(set)
        for key in keys:
            met[key[1]].update(self._store.ids(key))
        for model, ids in met.items():
            entries = [self.stored(model, number) for number in sorted(ids)]
            self.fill(entries)
            if model in (Person, Company):
                self._store.link(self, [entry for entry in entries if not entry.linked])

    def index(self, entry: Entry, attribute: str = "") -> None:
        """Let an entry be found by the values it has now, or by one that changed; safe to repeat."""
        for key in keys_of(entry, attribute):
            self._fresh.put(key, entry)

    def index_link(self, entry: Entry) -> None:
        """Let a link be found by what it ties."""
        ends = tuple(end.ref for key in REFERENCES[entry.model] if (end := entry.values.get(key)) is not None)
        self._pairs[hash((entry.model, *ends))] = entry
        if entry.model is Employment:
            person, company = entry.values["person_id"], entry.values["company_id"]
            self._jobs.put(person.ref, entry)
            self._staff.put((company.ref, fold(person.get("last_name") or "")), person)
        elif entry.model is CommitteeSeat:
            self._seats.put(entry.values["person_id"].ref, entry)

    def find(self, what: str, model: type[Record], value: Any) -> list[Entry]:
        """Entries of that ИНН, ОГРН, e-mail, phone, name key, surname: stored ones first."""
        key = (what, model, value)
        if self.is_empty:  # nothing stored is found by keys
            return self._fresh.get(key)
        found = [self.stored(model, number) for number in self._store.ids(key)]
        fresh = self._fresh.get(key)
        return [*found, *(entry for entry in fresh if entry not in found)] if found else fresh

    def namesakes(self, model: type[Record], key: Any) -> list[Entry]:
        """Entries of `model` that share the key of a name; an event's key is (is it a course, key)."""
        return self.find("name", model, key)

    def link(self, model: type[Record], *ends: Entry) -> Entry | None:
        """The link of `model` between `ends`, given in the order of REFERENCES."""
        for end in ends:
            self._ensure(end)
        return self._pairs.get(hash((model, *(end.ref for end in ends))))

    def jobs(self, person: Entry) -> list[Entry]:
        """Employments of a person."""
        self._ensure(person)
        return self._jobs.get(person.ref)

    def seats(self, person: Entry) -> list[Entry]:
        """Committee seats of a person."""
        self._ensure(person)
        return self._seats.get(person.ref)

    def staff(self, company: Entry, surname: str) -> list[Entry]:
        """People of a company with that folded surname."""
        self._ensure(company)
        return self._staff.get((company.ref, surname))

    def close(self) -> None:
        """Let go of everything at once: entries and base hold each other."""
        for known in (self._known, self._pairs, self._fresh, self._jobs, self._seats, self._staff):
            known.clear()

    def _ensure(self, entry: Entry) -> None:
        if entry.model is Speaker:
            entry = entry.get("person_id")
        if not entry.linked and entry.model in (Person, Company):
            self._store.link(self, [entry])


CONTACTS: dict[str, Callable[[type[Record], Any], Iterator[Key]]] = {
    "inn": lambda model, value: _one("inn", model, value),
    "ogrn": lambda model, value: _one("ogrn", model, value),
    "email": lambda model, value: (("email", model, address) for address in emails_in(value)),
    "phone": lambda model, value: (("phone", model, number) for number in phones_in(value)),
}
"""Keys by the attribute that gives them, apart from names."""
LINKED = {Speaker, Employment, Membership, CommitteeSeat, EventSpeaker, Participation, DocumentReceipt, ExtraValue}
"""What ties others together and is found by what it ties."""


def keys_of(entry: Entry, attribute: str = "") -> Iterator[Key]:
    """Everything an entry is found by, or only what `attribute` gives."""
    model = entry.model
    if model in (Person, Company) and attribute in CONTACTS:
        yield from CONTACTS[attribute](model, entry.values.get(attribute))
        return
    if model in (Committee, Venue, Event, ResponsibleManager, Person, Company):
        yield "name", model, name_key(entry)
    if model is DocumentType:
        yield "name", model, entry.get("code")
    if model is ExtraField:
        yield "name", model, (entry.get("owner"), fold(entry.get("label") or ""))
    if model not in (Person, Company):
        return
    values = entry.values
    for contact, given in CONTACTS.items():
        if contact in values:
            yield from given(model, values[contact])
    if model is Person:
        yield from surname_keys(values)
    else:
        yield "core", model, core(name_key(entry))


def surname_keys(values: Mapping[str, Any]) -> Iterator[Key]:
    """What a person is found by when the row has only part of the name, or the base has."""
    surname, first = fold(values.get("last_name") or ""), values.get("first_name") or ""
    yield "surname", Person, surname
    if not first or first.endswith(".") or not values.get("middle_name"):
        yield "short", Person, surname


def _shared(attribute: str, value: Any) -> Any:
    return sys.intern(value) if attribute in REPEATED and type(value) is str else value


def _one(what: str, model: type[Record], value: Any) -> Iterator[Key]:
    if value:
        yield what, model, value


def name_key(entry: Entry) -> Any:
    """What equal names share; events also by whether they are courses."""
    key = entry.get("name_key")
    if key is None and (parts := keys.KEY_PARTS.get(entry.model)):
        key = keys.name_key(entry.model, {part: entry.get(part) for part in parts})
    elif key is None:
        key = keys.plain_key(entry.get("name") or "")
    return (entry.get("kind") == EventKind.COURSE.value, key) if entry.model is Event else key


def core(company: str) -> str:
    """A company's key without its legal form."""
    return company.partition("|")[0]


def emails_in(text: str | None) -> tuple[str, ...]:
    """Addresses of a stored list of e-mails."""
    return tuple(EMAIL.findall(text.lower())) if text else ()


def phones_in(text: str | None) -> tuple[tuple[str, str], ...]:
    """Numbers of a stored list of phones with their extensions. Not `phone_numbers`: that parses, and here are all."""
    return tuple(PHONE.findall(text)) if text else ()
