"""People and companies by their first letters or numbers, for pickers: fast among 100,000."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Company, Person
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind
from services.tables.query import UNFIT, ColumnFilter, Condition, Query
from services.tables.rows import rows
from services.values import fold

LIMIT = 20
LOOKED_AT = 60
"""So many rows are read to put those that begin with the letters first."""
LONGEST = 100
LARGEST = "9" * 15
"""Behind a prefix: the last number that begins with it."""
TABLE: dict[str, str] = {"person": "people", "company": "companies"}


@dataclass(frozen=True)
class Match:
    """Somebody found: the name, and what tells namesakes apart."""

    kind: Kind
    id: int
    title: str
    note: str


@requires(Permission.BASE_READ)
def search_companies(session: Session, actor: Actor, text: str) -> tuple[Match, ...]:
    """Active companies by letters of the name, or by the first digits of ИНН or ОГРН."""
    if digits := _digits(text):
        return _numbered(session, "company", Company, digits, ("inn", "ogrn"))[:LIMIT]
    return _search(session, actor, "company", "name", fold(_fit(text)))


@requires(Permission.BASE_READ)
def search_people(session: Session, actor: Actor, text: str) -> tuple[Match, ...]:
    """Active people by letters of the name, by the first digits of ИНН or digits of the phone."""
    if digits := _digits(text):
        found = (
            *_numbered(session, "person", Person, digits, ("inn",)),
            *_search(session, actor, "person", "phone", digits),
        )
        return tuple({match.id: match for match in found}.values())[:LIMIT]
    return _search(session, actor, "person", "name", fold(_fit(text)))


def _search(session: Session, actor: Actor, kind: Kind, key: str, wanted: str) -> tuple[Match, ...]:
    """By the row index, whose text search is fast; those first in which a word begins with the letters."""
    parts = tuple(Condition("contains", word) for word in wanted.split()[:10])
    if not parts:
        return ()
    query = Query(filters={key: ColumnFilter(parts)}, end=LOOKED_AT, count_later=True)
    found = rows(session, actor, TABLE[kind], query).rows
    ordered = sorted(found, key=lambda row: (not _begins(row["name"], wanted), fold(row["name"])))
    place = "direction" if kind == "company" else "workplace"
    return tuple(Match(kind, row["id"], row["name"], _note(row["inn"], row[place])) for row in ordered[:LIMIT])


def _numbered(session: Session, kind: Kind, model: Any, digits: str, keys: tuple[str, ...]) -> tuple[Match, ...]:
    """Whose number begins with the digits: along the indexes, that of ИНН holds whole numbers only."""
    found: dict[int, Match] = {}
    for key in keys:
        number = getattr(model, key)
        query = select(model).where(number >= digits, number <= digits + LARGEST, col(model.active).is_(True))
        if key == "inn":
            query = query.where(func.length(number).in_((12,) if model is Person else (10, 12)))
        for record in session.exec(query.order_by(number).limit(LIMIT)):
            note = _note(record.inn, getattr(record, "direction", None))
            found[record.id] = Match(kind, record.id, record.name, note)
    return tuple(found.values())


def _digits(text: str) -> str:
    plain = "".join(letter for letter in text if letter not in " -+()")
    return plain if plain.isascii() and plain.isdecimal() and len(plain) < LONGEST else ""


def _begins(name: str, wanted: str) -> bool:
    """Whether a word of the name begins with what was typed: «ООО «Ром…»» for «ром»."""
    folded = fold(name)
    place = folded.find(wanted)
    return place == 0 or (place > 0 and not folded[place - 1].isalnum())


def _fit(text: str) -> str:
    return UNFIT.sub("", text[:LONGEST])


def _note(inn: str | None, more: str | None) -> str:
    return " · ".join(part for part in (f"ИНН {inn}" if inn else "", more) if part)
