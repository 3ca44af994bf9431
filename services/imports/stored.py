"""Reads the base for a plan: one pass over what people and companies are found by, then only the records met."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from models import (
    Committee,
    CommitteeSeat,
    Company,
    DocumentReceipt,
    DocumentType,
    Employment,
    Event,
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
from services.history.statements import chunks
from services.imports.base import CONTACTS, REFERENCES, Base, Entry, Key, core, surname_keys

WHOLE = (ResponsibleManager, DocumentType, ExtraField, Committee, Venue, Event)
"""Tables read whole: directories, and what there are hundreds of."""
HANGING: dict[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Person: (
        (Employment, "person_id"),
        (Membership, "person_id"),
        (CommitteeSeat, "person_id"),
        (Speaker, "person_id"),
        (Participation, "person_id"),
        (DocumentReceipt, "person_id"),
        (ExtraValue, "person_id"),
    ),
    Company: (
        (Employment, "company_id"),
        (Membership, "company_id"),
        (Participation, "company_id"),
        (DocumentReceipt, "company_id"),
        (ExtraValue, "company_id"),
    ),
}
UNREAD = {"id", "version", "created_at"}
FOUND_BY: dict[type[Record], tuple[str, ...]] = {
    Person: ("inn", "email", "phone", "name_key", "last_name", "first_name", "middle_name"),
    Company: ("inn", "ogrn", "email", "phone", "name_key"),
}
CHUNK = 500


class Stored:
    """Finds stored people and companies by compact hashes, everything else by its own keys.

    A hash is 64 bits: of a million keys two are the same by chance once in thirty million bases.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: dict[int, int | tuple[int, ...]] = {}
        self._tables = {model: model.__table__ for model in REFERENCES}  # type: ignore[attr-defined]
        self._present: set[type[Record]] = set()
        for model in (Person, Company):
            self._scan(model)
        self.is_empty = not self._ids

    def open(self) -> Base:
        """The base on top of this store, with the small tables in it."""
        base = Base(self)
        for model in WHOLE:
            table = self._tables[model]
            entries = [base.stored(model, number) for number in self._session.scalars(select(table.c.id))]
            self.fill(base, entries)
            for entry in entries:
                base.index(entry)
        return base

    def ids(self, key: Key) -> Iterable[int]:
        """Numbers of the stored records of that key."""
        found = self._ids.get(hash(key), ())
        return (found,) if isinstance(found, int) else found

    def fill(self, base: Base, entries: list[Entry]) -> None:
        """Read the values of stubs of one model."""
        if not entries:
            return
        model = entries[0].model
        by_number = {entry.ref: entry for entry in entries}
        for number, values in self._read(base, model, "id", list(by_number)):
            by_number[number].values = values
        for entry in entries:
            if entry.is_stub:
                entry.values = {}

    def link(self, base: Base, entries: list[Entry]) -> None:
        """Read what hangs on people or on companies (entries of one model)."""
        if not entries:
            return
        ids = []
        for entry in entries:
            entry.linked = True
            ids.append(entry.ref)
        links: list[Entry] = []
        for model, end in HANGING[entries[0].model]:
            links += self._links(base, model, end, ids)
        speakers = [entry.ref for entry in links if entry.model is Speaker]
        links += self._links(base, EventSpeaker, "speaker_id", speakers)
        base.fill(entry.values["person_id"] for entry in links if entry.model is Employment)
        for entry in links:
            base.index_link(entry)

    def _links(self, base: Base, model: type[Record], end: str, ids: list[int]) -> list[Entry]:
        """Links not known yet."""
        found = []
        if model in self._present or self._exists(model):
            for number, values in self._read(base, model, end, ids):
                entry = base.stored(model, number)
                if entry.is_stub:
                    entry.values = values
                    found.append(entry)
        return found

    def _exists(self, model: type[Record]) -> bool:
        """Whether there is any such record: most bases have empty tables, and asking is cheap."""
        if self._session.execute(select(self._tables[model].c.id).limit(1)).first() is None:
            return False
        self._present.add(model)
        return True

    def _read(self, base: Base, model: type[Record], by: str, ids: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        table = self._tables[model]
        names = [column.name for column in table.columns if column.name not in UNREAD]
        references = [(name, target) for name, target in REFERENCES[model].items() if name in names]
        for chunk in chunks(ids, CHUNK):
            wanted: ColumnElement[bool] = table.c[by].in_(chunk)
            rows = self._session.execute(select(table.c.id, *(table.c[n] for n in names)).where(wanted))
            for number, *cells in rows:
                values = {k: v for k, v in zip(names, cells, strict=True) if v is not None and v != ""}
                for name, target in references:
                    if name in values:
                        values[name] = base.stored(target, values[name])
                yield number, values

    def _scan(self, model: type[Record]) -> None:
        table = self._tables[model]
        columns = [table.c[name] for name in FOUND_BY[model]]
        ids, put = self._ids, self._put
        for number, *values in self._session.execute(select(table.c.id, *columns).order_by(table.c.id)):
            for key in _keys(model, dict(zip(FOUND_BY[model], values, strict=True))):
                mark = hash(key)
                if mark in ids:
                    put(mark, number)
                else:
                    ids[mark] = number

    def _put(self, mark: int, number: int) -> None:
        present = self._ids[mark]
        numbers = (present,) if isinstance(present, int) else present
        if number not in numbers:
            self._ids[mark] = (*numbers, number)


def _keys(model: type[Record], values: dict[str, Any]) -> Iterator[Key]:
    """The same keys as `keys_of` gives, from the few columns of the pass."""
    yield "name", model, values["name_key"]
    for contact, keys in CONTACTS.items():
        if values.get(contact):
            yield from keys(model, values[contact])
    if model is Person:
        yield from surname_keys(values)
    else:
        yield "core", model, core(values["name_key"])
