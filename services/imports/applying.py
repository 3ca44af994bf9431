"""Writes a planned load: what its rows call for and the user took; history, origins and row indexes follow.

Everything was decided when the rows were planned and shown; nothing is matched anew here. Rows come in the order they
were planned in and are written by chunks, so that a load of any size takes the same memory.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlmodel import Session, col

from models import BatchState, ImportBatch, MatchDecision, Remark, Source
from services import clock
from services.database import is_sqlite, unmap
from services.history import bulk
from services.history.statements import chunks
from services.imports import keeping
from services.imports.base import MODELS, REFERENCES
from services.imports.diff import SHORT, CellState, Step, decode
from services.imports.planning import uncollected
from services.imports.report import ImportReport

IMPORT_LOCK = 7_021_002
"""PostgreSQL's advisory lock: of two loads at once each would miss what the other creates. SQLite has one writer."""
CHUNK = 2000
Values = dict[str, Any]
Said = tuple[str, int, str, str, str, str]
"""Model, record, field, value, message, severity."""


def alone(session: Session) -> None:
    """Wait until no other load is being applied."""
    if not is_sqlite(session.connection()):
        session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


def write(session: Session, batch: ImportBatch, planned: ImportReport) -> ImportReport:
    """Write everything as one batch of source «Excel»; the caller commits."""
    unmap(session)
    writer = Writer(session, batch.id or 0, planned)
    before = {key: session.info.get(key) for key in ("source", "batch_id")}
    session.info.update(source=Source.EXCEL, batch_id=batch.id)
    try:
        with uncollected():
            for number, row in enumerate(keeping.stream(session, batch.id or 0), 1):
                writer.take(row)
                if number % CHUNK == 0:
                    writer.flush()
            writer.finish()
    finally:
        session.info.update(before)
    keeping.forget(session, batch.id or 0)
    report = writer.report()
    batch.state, batch.applied_at = BatchState.APPLIED.value, clock.now()
    batch.report = json.dumps(
        {"applied": True, "sheets": report.to_json()["sheets"], "conflicts": report.conflicts}, ensure_ascii=False
    )
    session.flush()
    return report


@dataclass
class Writer:
    """Takes planned rows and writes what they come to. New records stand by their numbers below zero.

    `numbers`: of those written, the numbers they got. `created`, `changed` and `removed` wait for the next chunk to be
    written, `spare` are new records whose cell was refused, put in only if a taken cell refers to them, `waiting` steps
    about records of rows that come later.
    """

    session: Session
    batch_id: int
    planned: ImportReport
    numbers: dict[int, int] = field(default_factory=dict)
    created: dict[int, tuple[str, Values]] = field(default_factory=dict)
    changed: dict[str, dict[int, Values]] = field(default_factory=lambda: defaultdict(dict))
    removed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    spare: dict[int, tuple[str, Values]] = field(default_factory=dict)
    waiting: list[Step] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    decided: dict[str, int] = field(default_factory=dict)
    counts: list[Counter[str]] = field(default_factory=list)
    conflicts: int = 0

    def __post_init__(self) -> None:
        """Rows lie in the order of the sheets: where each sheet's rows begin."""
        self._first = [0, *accumulate(sheet.rows for sheet in self.planned.sheets)]
        self.counts = [Counter() for _ in self.planned.sheets]

    def take(self, row: keeping.Line) -> None:
        """Take from a planned row what the user did not refuse."""
        choices = orjson.loads(row.choices)
        chosen = choices.get("cells", {})
        # Whoever does not want a new record's name does not want the record.
        accepted = choices.get("row", True) and (row.outcome != "created" or chosen.get("name", True))
        taken, ref, model = False, 0, ""
        cells = orjson.loads(row.cells)
        for cell in cells:
            if len(cell) <= SHORT:
                if len(cell) > 1 and accepted and chosen.get(cell[0], True):
                    taken |= self._take_value(model, ref, cell[0], cell[-1])
                continue
            key, state, _, _, steps, *_ = cell
            if steps:
                model, ref = steps[-1][1:3]
            if accepted and chosen.get(key, state != CellState.CONFLICT):
                for step in steps:
                    taken |= self._take_step(step)
            else:
                self.conflicts += state == CellState.CONFLICT
                self.spare.update((step[2], (step[1], step[3])) for step in steps if step[0] == "+")
        self.counts[bisect_right(self._first, row.place) - 1][_outcome(row.outcome, taken=taken)] += 1
        if not accepted:
            return
        if row.identity:
            self._take_decision(row.identity, [cell for cell in cells if len(cell) > SHORT])
        if row.remarks != "[]":
            self._take_remarks(orjson.loads(row.remarks))

    def flush(self) -> None:
        """Write what was taken so far, model after model, so that references have their numbers."""
        of_model: dict[str, list[int]] = defaultdict(list)
        for ref, (name, _) in self.created.items():
            of_model[name].append(ref)
        for model in REFERENCES:
            if refs := of_model.get(model.__name__):
                rows = [self._resolved(self.created[ref][1]) for ref in refs]
                self.numbers.update(zip(refs, bulk.insert(self.session, model, rows), strict=True))
        for name, changes in self.changed.items():
            resolved = {number: self._resolved(values) for number, values in changes.items()}
            bulk.update(self.session, MODELS[name], resolved)
        for name, numbers in self.removed.items():
            bulk.delete(self.session, MODELS[name], numbers)
        self.created, self.changed, self.removed = {}, defaultdict(dict), defaultdict(set)

    def finish(self) -> None:
        """Write the rest: what waited for records of later rows, remarks, decisions."""
        self.flush()
        waiting, self.waiting = self.waiting, []
        for step in sorted(waiting, key=lambda step: step[0] != "+"):
            self._take_step(step)
        self.flush()
        self._write_remarks()
        for identity, ref in self.decided.items():
            # «A new record», once it is in the base, means that record: the same row must not make another one.
            decision = self.session.get(MatchDecision, identity)
            if decision is not None and decision.entity_id is None:
                decision.entity_id = self.numbers.get(ref)

    def report(self) -> ImportReport:
        """The planned counts put right by what the user refused."""
        sheets = []
        for sheet, count in zip(self.planned.sheets, self.counts, strict=True):
            done = replace(
                sheet, created=count["created"], changed=count["changed"], same=count["same"], skipped=count["skipped"]
            )
            sheets.append(done if sheet.table else sheet)
        return ImportReport(True, tuple(sheets), self.planned.remarks, self.planned.doubtful, self.conflicts)

    def _take_value(self, model: str, ref: int, attribute: str, value: Any) -> bool:
        """A cell kept in short: nearly always of a record put in just now."""
        if ref in self.created and type(value) is not list:
            self.created[ref][1][attribute] = value
            return True
        return self._take_step(["=", model, ref, attribute, None, value])

    def _take_step(self, step: Step) -> bool:
        """Whether the step does something, or may yet."""
        kind, model = step[0], step[1]
        ref: int = step[2]
        if kind == "+":
            if self._are_there(step[3]):
                self.created[ref] = (model, step[3])
            else:
                self.waiting.append(step)
            return True
        if kind == "-":
            self.removed[model].add(ref)
            return True
        attribute, after = step[3], step[5]
        if ref in self.spare:
            self.spare[ref][1][attribute] = after
            return False
        if type(after) is list and not self._is_there(after):
            self.waiting.append(step)
        elif ref in self.created:
            self.created[ref][1][attribute] = after
        elif ref < 0 and ref not in self.numbers:
            self.waiting.append(step)
        else:
            self.changed[model].setdefault(self.numbers.get(ref, ref), {})[attribute] = after
        return True

    def _are_there(self, values: Values) -> bool:
        return all(self._is_there(value) for value in values.values() if type(value) is list)

    def _is_there(self, value: list[Any]) -> bool:
        """Whether what a value refers to is known; a record whose own cell was refused is put in by that."""
        if value[0] != "@" or value[2] > 0:
            return True
        ref = value[2]
        if ref in self.spare and self._are_there(self.spare[ref][1]):
            self.created[ref] = self.spare.pop(ref)
        return ref in self.created or ref in self.numbers

    def _resolved(self, values: Values) -> Values:
        """Values as the database takes them: nearly all are such already and cost no call."""
        return {
            key: self._decoded(value) if type(value) is list else value
            for key, value in values.items()
            if key != "name_key"
        }

    def _decoded(self, value: list[Any]) -> Any:
        return self.numbers.get(value[2], value[2]) if value[0] == "@" else decode(value)

    def _take_decision(self, identity: str, cells: list[list[Any]]) -> None:
        """Of a row decided to be a new record: which of the plan's records that is."""
        entity = identity.partition(":")[0]
        new = next((step[2] for raw in cells for step in raw[4] if step[:2] == ["+", entity]), None)
        if new is not None:
            self.decided[identity] = new

    def _take_remarks(self, remarks: list[list[Any]]) -> None:
        for _, _, value, message, severity, target in remarks:
            if target is not None and severity != "info":
                entity, ref, attribute = target
                self.said.append((entity, ref, attribute, value, message, severity))

    def _write_remarks(self) -> None:
        """Warnings and errors about records, each once: what was said of the same value before is not said again."""
        wanted = {}
        for entity, ref, *said, severity in self.said:
            if (number := self.numbers.get(ref, ref)) > 0:
                wanted[entity, number, *said] = severity
        present = _present(self.session, {self.numbers.get(ref, ref) for _, ref, *_ in self.said})
        moment = clock.now()
        lines = [
            {
                "at": moment, "entity": key[0], "entity_id": key[1], "field": key[2], "value": key[3],
                "message": key[4], "severity": severity, "batch_id": self.batch_id, "settled_at": None,
            }
            for key, severity in wanted.items() if key not in present
        ]  # fmt: skip
        if lines:
            self.session.execute(Remark.__table__.insert(), lines)  # type: ignore[attr-defined]


def _outcome(planned: str, *, taken: bool) -> str:
    """What became of a row in the end."""
    if planned in ("skipped", "doubtful") or (not taken and planned != "same"):
        return "skipped"
    return planned


def _present(session: Session, records: Iterable[int]) -> set[tuple[Any, ...]]:
    said: set[tuple[Any, ...]] = set()
    fields = (Remark.entity, Remark.entity_id, Remark.field, Remark.value, Remark.message)
    for chunk in chunks(sorted(records), CHUNK):
        found = session.execute(select(*map(col, fields)).where(col(Remark.entity_id).in_(chunk)))
        said.update(tuple(row) for row in found)
    return said
