"""Records other records refer to by number: what they are called, which may be chosen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models import Committee, Company, DocumentType, Event, ExtraField, Person, Record, ResponsibleManager, Venue
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput

SORTS: dict[str, type[Record]] = {
    "managers": ResponsibleManager,
    "people": Person,
    "companies": Company,
    "venues": Venue,
    "committees": Committee,
    "events": Event,
    "document_types": DocumentType,
    "own_fields": ExtraField,
}
LISTED = frozenset({"managers", "venues", "committees"})
"""Few enough to choose from a list; people and companies are searched (services.directory.search)."""
CHOICES_LIMIT = 1000
LARGEST = 2**31


@dataclass(frozen=True)
class Choice:
    """A record that may be chosen."""

    id: int
    title: str


@requires(Permission.BASE_READ)
def choices(session: Session, _actor: Actor, sort: str) -> tuple[Choice, ...]:
    """The active records of a listed sort by name."""
    model: Any = SORTS[sort]
    found = session.exec(select(model).where(col(model.active).is_(True)).order_by(model.name).limit(CHOICES_LIMIT))
    return tuple(Choice(record.id, record.name) for record in found)


@requires(Permission.BASE_READ)
def names_of(session: Session, _actor: Actor, sort: str, text: str) -> str:
    """What the record whose number a form holds is called; empty when there is none."""
    number = _number(text)
    return names(session, {sort: [number]}).get((sort, number), "")


def names(session: Session, wanted: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """What the records of these numbers are called; one query a sort, none for a sort without numbers."""
    found: dict[tuple[str, int], str] = {}
    for sort, numbers in wanted.items():
        model: Any = SORTS[sort]
        if not numbers:
            continue
        for record in session.exec(select(model).where(col(model.id).in_(sorted(set(numbers))))):
            found[sort, record.id] = _title(record)
    return found


def _number(text: str) -> int:
    """The number of a record as a browser sent it; 0 for what no database takes."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    return number if number < LARGEST else 0


def _title(record: Any) -> str:
    return str(getattr(record, "name", None) or getattr(record, "title", None) or getattr(record, "label", ""))


def referred(session: Session, sort: str, text: str, label: str) -> int:
    """The number a form sent, when there is such a record. Raises `InvalidInput`."""
    number = _number(text)
    if not number or session.get(SORTS[sort], number) is None:
        raise InvalidInput(f"В поле «{label}» выбрана запись, которой больше нет.")
    return number
