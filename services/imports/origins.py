"""Who wrote the present values a plan would change; what was entered by hand is a conflict."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from models import Account, FieldOrigin, Source
from services import clock
from services.imports.diff import Cell, CellState, Origin
from services.imports.rows import Row

BY_HAND = (Source.MANUAL.value, Source.CABINET.value)
WHOLE = "*"
CHUNK = 500


def annotate(session: Session, rows: Iterable[Row]) -> None:
    """Give every changed cell the origin of what stands there now, and the state «conflict» where a hand wrote it."""
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


def _fields(cell: Cell) -> list[tuple[str, int, str]]:
    """The stored fields the cell overwrites."""
    return [
        (step[1], step[2], step[3])
        for step in cell.steps
        if step[0] == "=" and step[2] > 0 and step[4] not in (None, "")
    ]


def _read(session: Session, wanted: dict[str, set[int]]) -> dict[tuple[str, int, str], Origin]:
    found: dict[tuple[str, int, str], Origin] = {}
    columns = (FieldOrigin.entity, FieldOrigin.entity_id, FieldOrigin.field, FieldOrigin.source, FieldOrigin.at)
    statement = select(*map(col, columns), col(Account.name)).outerjoin(
        Account, col(Account.id) == col(FieldOrigin.actor_id)
    )
    for entity, numbers in wanted.items():
        ordered = sorted(numbers)
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            rows = session.execute(
                statement.where(col(FieldOrigin.entity) == entity, col(FieldOrigin.entity_id).in_(chunk))
            )
            for name, number, field, source, at, who in rows:
                found[name, number, field] = Origin(source, who or "система", f"{clock.local(at):%d.%m.%Y}")
    return found
