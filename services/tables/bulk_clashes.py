"""Rows that would end up with a value the database holds unique, found for many rows at once."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models import Company, Person, Record
from services.history.statements import chunks, is_among, table_of

WHOLE: dict[type[Record], tuple[int, ...]] = {Person: (12,), Company: (10, 12)}
"""Lengths of an ИНН that is whole: others are kept with a remark, and not held unique."""
PARTS: dict[type[Record], tuple[str, ...]] = {Person: ("inn",), Company: ("inn", "kpp")}
"""What is unique together; services.tables.twins says so of one row."""

Key = tuple[str, ...]


def clashes(
    session: Session, model: type[Record], attribute: str, value: Any, numbers: Collection[int]
) -> tuple[set[int], set[int]]:
    """Of the rows that would get `value`: those whose value another record has, those alike among themselves."""
    if attribute not in PARTS.get(model, ()) or (attribute == "inn" and not value):
        return set(), set()
    fresh = {}
    for number, parts in _parts(session, model, numbers).items():
        key = _key(model, {**parts, attribute: value})
        if key is not None:
            fresh[number] = key
    held = _held(session, model, {key[0] for key in fresh.values()}, set(fresh))
    many = Counter(fresh.values())
    taken = {number for number, key in fresh.items() if key in held}
    return taken, {number for number, key in fresh.items() if many[key] > 1} - taken


def _parts(session: Session, model: type[Record], numbers: Collection[int]) -> dict[int, dict[str, str | None]]:
    table, connection, names = table_of(model), session.connection(), PARTS[model]
    found: dict[int, dict[str, str | None]] = {}
    for chunk in chunks(sorted(numbers)):
        query = select(table.c.id, *(table.c[name] for name in names)).where(is_among(connection, table.c.id, chunk))
        found |= {row[0]: dict(zip(names, row[1:], strict=True)) for row in connection.execute(query)}
    return found


def _key(model: type[Record], parts: dict[str, str | None]) -> Key | None:
    inn = parts["inn"] or ""
    if len(inn) not in WHOLE[model]:
        return None
    return tuple(parts[name] or "" for name in PARTS[model])


def _held(session: Session, model: type[Record], inns: Collection[str], changed: Collection[int]) -> set[Key]:
    """The keys other records have: along the unique index, by its own condition."""
    table, connection = table_of(model), session.connection()
    names, lengths = PARTS[model], WHOLE[model]
    held = set()
    for chunk in chunks(sorted(inns), 500):
        query = select(table.c.id, *(table.c[name] for name in names)).where(
            table.c.inn.in_(chunk), func.length(table.c.inn).in_(lengths)
        )
        held |= {tuple(part or "" for part in row[1:]) for row in connection.execute(query) if row[0] not in changed}
    return held
