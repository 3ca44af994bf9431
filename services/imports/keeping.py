"""Planned rows in the database: written chunk by chunk, read page by page, with what the user took or refused."""

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlmodel import Session, col

from models import ImportRow, MatchDecision
from services.history.recorder import HIDDEN
from services.history.statements import chunks, insert_rows, table_of
from services.imports import diff
from services.imports.diff import CellState
from services.imports.parties import EXTRA
from services.imports.planning import Planned
from services.imports.report import PlannedRow, ReportRemark
from services.imports.rows import Row, RowRemark, columns_of
from services.imports.synonyms import PSEUDO
from services.imports.tally import GUARDED

FLAGS = {
    CellState.NEW: "has_new",
    CellState.CHANGED: "has_changed",
    CellState.CONFLICT: "has_conflict",
    CellState.ERROR: "has_error",
}
CHUNK = 1000
MOST_WORDS = 8


@dataclass(frozen=True)
class RowFilter:
    """Which planned rows: by outcome, kind of cell, sheet, column key, words of the name; `ids` alone win over all."""

    outcome: str | None = None
    state: CellState | None = None
    sheet: str | None = None
    column: str | None = None
    words: str = ""
    renewed: bool = False
    ids: Collection[int] = ()


class Line(NamedTuple):
    """What applying needs of a planned row."""

    place: int
    outcome: str
    cells: str
    remarks: str
    choices: str
    identity: str


@dataclass(frozen=True)
class Seen:
    """What a former plan said of a row, by its place: its digest, the user's choices."""

    digest: int
    choices: str


def before(session: Session, batch_id: int) -> dict[int, Seen]:
    """The former plan of a batch."""
    rows = session.execute(
        select(col(ImportRow.place), col(ImportRow.digest), col(ImportRow.choices)).where(_of(batch_id))
    )
    return {place: Seen(digest, choices) for place, digest, choices in rows}


def forget(session: Session, batch_id: int) -> None:
    """Drop the planned rows of a batch."""
    session.execute(delete(ImportRow).where(_of(batch_id)))


def keep(
    session: Session, batch_id: int, planned: Iterable[Planned], former: Mapping[int, Seen], *, compared: bool
) -> int:
    """Write planned rows; `compared`: mark and count those that are not what the former plan said."""
    renewed, lines = 0, []
    for one in planned:
        line = _line(batch_id, one)
        seen = former.get(one.place)
        if seen is not None and seen.digest == line["digest"]:
            line["choices"] = seen.choices
        elif former and compared:
            line["renewed"] = True
            renewed += 1
        lines.append(line)
    if lines:
        insert_rows(session.connection(), table_of(ImportRow), list(lines[0]), [tuple(line.values()) for line in lines])
    return renewed


def count(session: Session, batch_id: int, wanted: RowFilter) -> int:
    """How many planned rows a filter finds."""
    return int(session.scalar(select(func.count()).where(_of(batch_id), *_conditions(wanted))) or 0)


def page(session: Session, batch_id: int, wanted: RowFilter, limit: int, offset: int = 0) -> tuple[PlannedRow, ...]:
    """Planned rows in the order of the file."""
    statement = _select(batch_id, wanted).limit(limit).offset(offset)
    return tuple(shown(row) for row in session.scalars(statement))


def stream(session: Session, batch_id: int) -> Iterator[Line]:
    """All planned rows of a batch in the order they were planned in, without holding them all."""
    fields = (
        ImportRow.place, ImportRow.outcome, ImportRow.cells, ImportRow.remarks, ImportRow.choices, ImportRow.identity,
    )  # fmt: skip
    statement = select(*map(col, fields)).where(_of(batch_id)).order_by(col(ImportRow.id))
    return (Line(*row) for row in session.execute(statement.execution_options(yield_per=CHUNK)))


def columns(session: Session, batch_id: int, wanted: RowFilter) -> dict[str, str]:
    """Keys and labels of the columns that say something new in the rows found."""
    found: dict[str, str] = {}
    statement = select(col(ImportRow.table_name), col(ImportRow.cells)).where(_of(batch_id), *_conditions(wanted))
    for table, text in session.execute(statement.limit(CHUNK)):
        for raw in orjson.loads(text):
            if len(raw) > 1:
                found.setdefault(raw[0], label_of(table, raw[0]))
    return found


def choose(session: Session, batch_id: int, wanted: RowFilter, take: bool, keys: Collection[str] = ()) -> int:
    """Take or refuse whole rows, or in them the cells of `keys`; gives how many rows it touched."""
    ids = list(session.scalars(select(col(ImportRow.id)).where(_of(batch_id), *_conditions(wanted))))
    for chunk in chunks(ids, CHUNK):
        rows = session.execute(
            select(col(ImportRow.id), col(ImportRow.cells), col(ImportRow.choices)).where(col(ImportRow.id).in_(chunk))
        ).all()
        lines = [
            {"id": number, "choices": _chosen(cells, choices, take, keys, wanted)} for number, cells, choices in rows
        ]
        session.execute(update(ImportRow), lines)
    return len(ids)


def decided(session: Session, batch_id: int) -> dict[int, int | None]:
    """Rows that wait for a decision although there is one by now: row → one of its candidates, None for nobody."""
    rows = session.execute(
        select(col(ImportRow.id), col(ImportRow.found), col(MatchDecision.entity_id))
        .join(MatchDecision, col(MatchDecision.identity) == col(ImportRow.identity))
        .where(_of(batch_id), col(ImportRow.outcome) == "doubtful")
    )
    return {
        number: entity_id
        for number, found, entity_id in rows
        if entity_id is None or entity_id in {one["id"] for one in orjson.loads(found).get("candidates", ())}
    }


def shown(row: ImportRow) -> PlannedRow:
    """A kept row as `page` gives it."""
    choices = orjson.loads(row.choices)
    remarks = tuple(ReportRemark(row.sheet, row.number, *raw[1:5]) for raw in orjson.loads(row.remarks))
    cells = tuple(diff.from_json(raw, label_of(row.table_name, raw[0])) for raw in diff.whole(orjson.loads(row.cells)))
    return PlannedRow(
        row.id or 0, row.place, row.sheet, row.number, row.table_name, row.name, row.outcome, orjson.loads(row.found),
        cells, remarks, choices.get("row", True), choices.get("cells", {}), row.renewed,
    )  # fmt: skip


def planned_row(one: Planned) -> PlannedRow:
    """A row that is not kept, as `page` would give it."""
    row = one.row
    remarks = tuple(ReportRemark(row.sheet, row.number, r.column, r.value, r.message, r.severity) for r in row.remarks)
    return PlannedRow(
        0, one.place, row.sheet, row.number, row.table.name, row.shown("name"), row.outcome, row.match.to_json(),
        tuple(replace(cell, label=label_of(row.table.name, key)) for key, cell in row.diff.items()), remarks,
    )  # fmt: skip


@lru_cache
def label_of(table: str, key: str) -> str:
    """What a column is called: as declared, as a part of a name, as the user called a new field."""
    declared = columns_of(table).get(key)
    if declared is not None:
        return declared.label
    return PSEUDO[key].label if key in PSEUDO else key.removeprefix(EXTRA)


def _line(batch_id: int, one: Planned) -> dict[str, Any]:
    row = one.row
    cells = _json(diff.to_json(row.diff.values()))
    found = _json(row.match.to_json() | ({"said": _said(row)} if row.held else {}))
    remarks = _json([_remark(remark) for remark in row.remarks]) if row.remarks else "[]"
    states = [cell.state for cell in row.diff.values()]  # no set: to hash a member of an enumeration is a slow call
    return {
        "batch_id": batch_id, "place": one.place, "sheet": row.sheet, "number": row.number,
        "table_name": row.table.name, "name": row.shown("name"), "outcome": row.outcome,
        **{flag: state in states for state, flag in FLAGS.items()},
        "identity": row.match.identity if row.held or row.match.is_decided else "",
        "found": found, "cells": cells, "remarks": remarks,
        "choices": "{}", "digest": zlib.crc32(f"{row.outcome}{cells}{found}".encode()), "renewed": False,
    }  # fmt: skip


def _said(row: Row) -> dict[str, list[str]]:
    """What a row that waits for a decision says of whom it means: label and value by key."""
    return {key: [row.label(key), row.shown(key)] for key in row.cells if key not in row.secret}


def _remark(remark: RowRemark) -> list[Any]:
    value, message = (HIDDEN, GUARDED) if remark.secret else (remark.value, remark.message)
    target = [remark.entry.model.__name__, remark.entry.ref, remark.attribute] if remark.entry else None
    return [remark.key, remark.column, value, message, remark.severity, target]


def _chosen(cells: str, choices: str, take: bool, keys: Collection[str], wanted: RowFilter) -> str:
    chosen = orjson.loads(choices)
    states = {raw[0]: raw[1] for raw in diff.whole(orjson.loads(cells)) if len(raw) > 1}
    named = [key for key in states if key in keys]
    if wanted.state is not None:
        # A filter by kind of cell is about those cells, not about the rest of their rows.
        named = [key for key in (named if keys else states) if states[key] == wanted.state.value]
    if not keys and wanted.state is None:
        chosen["row"] = take
    else:
        chosen.setdefault("cells", {}).update(dict.fromkeys(named, take))
    return _json(chosen)


def _select(batch_id: int, wanted: RowFilter) -> Select[Any]:
    return select(ImportRow).where(_of(batch_id), *_conditions(wanted)).order_by(col(ImportRow.place))


def _of(batch_id: int) -> ColumnElement[bool]:
    return col(ImportRow.batch_id) == batch_id


def _conditions(wanted: RowFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.ids:
        yield col(ImportRow.id).in_(wanted.ids)
        return
    if wanted.outcome:
        yield col(ImportRow.outcome) == wanted.outcome
    if wanted.state in FLAGS:
        yield getattr(ImportRow, FLAGS[wanted.state]).is_(True)
    if wanted.sheet:
        yield col(ImportRow.sheet) == wanted.sheet
    if wanted.column:
        yield col(ImportRow.cells).contains(f'["{wanted.column}",', autoescape=True)
    if wanted.renewed:
        yield col(ImportRow.renewed).is_(True)
    for word in wanted.words.split()[:MOST_WORDS]:
        forms = {word, word.lower(), word.capitalize(), word.upper()}
        yield or_(*(col(ImportRow.name).contains(form, autoescape=True) for form in forms))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
