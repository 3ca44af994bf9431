"""Who wrote the present values a plan would change; what was entered, cleared or deleted by hand is a conflict."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, literal_column, not_, select
from sqlmodel import Session, col

from models import Account, Change, FieldOrigin, Source
from services import clock
from services.history.recorder import WHOLE
from services.history.statements import chunks
from services.imports.base import MODELS, REFERENCES
from services.imports.diff import Cell, CellState, Origin, Step
from services.imports.draft import GONE_WITHOUT
from services.imports.rows import Row

BY_HAND = (Source.MANUAL.value, Source.CABINET.value)
CHUNK = 500
CLEARED, REMOVED = "очищено вручную", "удалено вручную"
Target = tuple[str, int, str]
Ends = tuple[str, frozenset[tuple[str, int]]]
"""A record by what it ties: its model, the numbers of what it refers to by attribute."""


def annotate(session: Session, rows: Iterable[Row]) -> None:
    """Give every changed cell the origin of what stands there now, and the state «conflict» where a hand wrote it.

    An empty or false field is a hand's when a hand made just that field so: what was never filled is nobody's. Nor is
    a record there for one value that is missing, but where the last of its kind was deleted by a hand.
    """
    rows = list(rows)
    _annotate_filled(session, rows)
    _annotate_emptied(session, rows)
    _annotate_removed(session, rows)


def _annotate_filled(session: Session, rows: Iterable[Row]) -> None:
    changed = [(cell, _fields(cell)) for row in rows for cell in row.diff.values() if cell.state is CellState.CHANGED]
    wanted: dict[str, set[int]] = defaultdict(set)
    for _, targets in changed:
        for entity, number, _ in targets:
            wanted[entity].add(number)
    known = _read(session, wanted)
    for cell, targets in changed:
        found = [known.get(target) or known.get((target[0], target[1], WHOLE)) for target in targets]
        origins = sorted(filter(None, found), key=lambda origin: origin.source not in BY_HAND)
        if origins:
            cell.origin = origins[0]
            if cell.origin.source in BY_HAND and not cell.united:
                cell.state = CellState.CONFLICT


def _annotate_emptied(session: Session, rows: Iterable[Row]) -> None:
    fresh = [
        (cell, targets)
        for row in rows
        if not row.created
        for cell in row.diff.values()
        if cell.state is CellState.NEW and (targets := _emptied(cell))
    ]
    wanted: dict[str, set[int]] = defaultdict(set)
    for _, targets in fresh:
        for entity, number, _ in targets:
            wanted[entity].add(number)
    known = _read(session, wanted, col(FieldOrigin.source).in_(BY_HAND), col(FieldOrigin.field) != WHOLE)
    for cell, targets in fresh:
        found = next((known[target] for target in targets if target in known), None)
        if found is not None:
            cell.origin, cell.state, cell.before = found, CellState.CONFLICT, CLEARED


def _annotate_removed(session: Session, rows: Iterable[Row]) -> None:
    missing = [
        (cell, ends)
        for row in rows
        if not row.created
        for cell in row.diff.values()
        if (ends := [found for step in cell.steps if (found := _ends(step))])
    ]
    if not missing:
        return
    known = _deleted(session, {ends for _, wanted in missing for ends in wanted})
    for cell, wanted in missing:
        if origin := next((known[ends] for ends in wanted if ends in known), None):
            cell.origin, cell.state = origin, CellState.CONFLICT
            cell.before = f"{cell.before}; {REMOVED}" if cell.before else REMOVED


def _ends(step: Step) -> Ends | None:
    """What the record the step puts in ties, when it is one a person deletes to clear its value: all stored already."""
    if step[0] != "+" or MODELS[step[1]] not in GONE_WITHOUT:
        return None
    ends = frozenset((name, value[2]) for name, value in step[3].items() if type(value) is list and value[0] == "@")
    return (step[1], ends) if all(number > 0 for _, number in ends) else None


def _deleted(session: Session, wanted: set[Ends]) -> dict[Ends, Origin]:
    """Of the missing records those whose last deletion was a hand's, with who it was.

    What a merge or an undoing deletes nobody took away for its value.
    """
    hand = and_(col(Change.source).in_(BY_HAND), col(Change.batch_id).is_(None))
    found = {}
    for ends, number, source, at, who in _deletions(session, wanted, hand):
        found[ends] = number, Origin(source, who or "система", f"{clock.local(at):%d.%m.%Y}")
    if found:
        first = min(number for number, _ in found.values())
        for ends, number, *_ in _deletions(session, set(found), not_(hand), col(Change.id) > first):
            if ends in found and number > found[ends][0]:
                del found[ends]
    return {ends: origin for ends, (_, origin) in found.items()}


def _deletions(session: Session, wanted: set[Ends], *only: ColumnElement[bool]) -> Iterator[tuple[Any, ...]]:
    """Deletions of the records wanted, in their order: what the record tied, its change, source, moment, who it was.

    What a record tied stands in the JSON its deletion left. WHOLE stands in the text of the statement, or the partial
    index of deletions would not be used.
    """
    columns = (Change.entity, Change.before, Change.id, Change.source, Change.at)
    statement = (
        select(*map(col, columns), col(Account.name))
        .outerjoin(Account, col(Account.id) == col(Change.actor_id))
        .where(
            col(Change.field) == literal_column(f"'{WHOLE}'"),
            col(Change.after).is_(None),
            col(Change.entity).in_(sorted({entity for entity, _ in wanted})),
            *only,
        )
        .order_by(col(Change.id))
    )
    for entity, before, *told in session.execute(statement):
        values = orjson.loads(before)
        names = REFERENCES[MODELS[entity]]
        ends = entity, frozenset((name, values[name]) for name in names if values.get(name) is not None)
        if ends in wanted:
            yield ends, *told


def _emptied(cell: Cell) -> list[Target]:
    """The empty or false stored fields the cell fills."""
    return [
        (step[1], step[2], step[3])
        for step in cell.steps
        if step[0] == "=" and step[2] > 0 and step[4] in (None, "", False)
    ]


def _fields(cell: Cell) -> list[Target]:
    """The stored fields the cell overwrites."""
    return [
        (step[1], step[2], step[3])
        for step in cell.steps
        if step[0] in ("=", "-") and step[2] > 0 and step[4] not in (None, "")
    ]


def _read(session: Session, wanted: dict[str, set[int]], *only: ColumnElement[bool]) -> dict[Target, Origin]:
    found: dict[Target, Origin] = {}
    columns = (FieldOrigin.entity, FieldOrigin.entity_id, FieldOrigin.field, FieldOrigin.source, FieldOrigin.at)
    statement = select(*map(col, columns), col(Account.name)).outerjoin(
        Account, col(Account.id) == col(FieldOrigin.actor_id)
    )
    for entity, numbers in wanted.items():
        for chunk in chunks(sorted(numbers), CHUNK):
            rows = session.execute(
                statement.where(col(FieldOrigin.entity) == entity, col(FieldOrigin.entity_id).in_(chunk), *only)
            )
            for name, number, field, source, at, who in rows:
                found[name, number, field] = Origin(source, who or "система", f"{clock.local(at):%d.%m.%Y}")
    return found
