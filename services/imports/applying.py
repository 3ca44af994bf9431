"""Writes a drafted load: records by the ORM, so that history, origins and row indexes follow; remarks; the batch."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import BatchState, FilePurpose, ImportBatch, Record, Remark, Source
from services import clock, files
from services.access.permissions import Actor, Permission
from services.database import is_sqlite
from services.imports.base import REFERENCES, Base, Entry
from services.imports.planning import HIDDEN, Drafted, uncollected
from services.imports.reading import Workbook
from services.imports.report import ImportReport
from services.imports.rows import RowRemark

IMPORT_LOCK = 7_021_002
"""PostgreSQL's advisory lock: of two loads at once each would miss what the other creates. SQLite has one writer."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 500


def alone(session: Session) -> None:
    """Wait until no other load is being applied."""
    if not is_sqlite(session.connection()):
        session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


def write(session: Session, actor: Actor, workbook: Workbook, drafted: Drafted) -> ImportReport:
    """Write everything as one batch of source «Excel»; the caller commits."""
    batch = _batch(session, actor, workbook, drafted)
    before = {key: session.info.get(key) for key in ("source", "batch_id")}
    session.flush()
    session.info.update(source=Source.EXCEL, batch_id=batch.id)
    try:
        with uncollected():
            write_entries(session, drafted.base)
        write_remarks(session, drafted.remarks(), batch.id)
        session.flush()
    finally:
        session.info.update(before)
    return drafted.report(applied=True)


def write_entries(session: Session, base: Base) -> None:
    """New records and changed fields, model after model, so that references have their numbers."""
    for model in REFERENCES:
        added = [entry for entry in base.entries[model] if entry.is_new]
        records = [model(**_values(entry, entry.values)) for entry in added]
        session.add_all(records)
        _change(session, model, [entry for entry in base.entries[model] if not entry.is_new and entry.changed])
        session.flush()
        for entry, record in zip(added, records, strict=True):
            entry.id = record.id


def write_remarks(session: Session, remarks: Iterable[RowRemark], batch_id: int | None) -> None:
    """Warnings and errors about records, each once: what was said of the same value before is not said again."""
    wanted = {}
    for remark in remarks:
        if remark.entry is not None and remark.severity != "info":
            assert remark.entry.id is not None
            value = HIDDEN if remark.secret else remark.value
            key = (remark.entry.model.__name__, remark.entry.id, remark.attribute, value, remark.message)
            wanted[key] = remark.severity
    present = _present(session, {(entity, number) for entity, number, *_ in wanted})
    for key, severity in wanted.items():
        if key not in present:
            entity, number, attribute, value, message = key
            session.add(
                Remark(
                    at=clock.now(), entity=entity, entity_id=number, field=attribute, value=value, message=message,
                    severity=severity, batch_id=batch_id,
                )
            )  # fmt: skip


def _batch(session: Session, actor: Actor, workbook: Workbook, drafted: Drafted) -> ImportBatch:
    permission = Permission.MONEY_READ if _has_money(drafted) else Permission.BASE_IMPORT
    stored = files.save(session, actor, FilePurpose.IMPORT, workbook.name, workbook.content, XLSX, permission)
    moment = clock.now()
    batch = ImportBatch(
        state=BatchState.APPLIED.value,
        file_id=stored.id,
        file_name=stored.name,
        sha256=workbook.sha256,
        account_id=actor.account_id,
        created_at=moment,
        applied_at=moment,
        report=json.dumps(drafted.report(applied=True, public=True).to_json(), ensure_ascii=False),
    )
    session.add(batch)
    return batch


def _has_money(drafted: Drafted) -> bool:
    """Whether sums stand in the file, loaded or not: then it is for those who may see them."""
    return any(
        column.key == "fee_amount" and any(column.place in row.cells for row in sheet.rows)
        for sheet in drafted.sheets
        for column in sheet.columns
    )


def _change(session: Session, model: type[Record], entries: list[Entry]) -> None:
    by_number = {entry.id: entry for entry in entries}
    for chunk in _chunks(list(by_number)):
        for record in session.scalars(select(model).where(col(model.id).in_(chunk))):
            entry = by_number[record.id]
            for attribute, value in _values(entry, entry.changed).items():
                setattr(record, attribute, value)


def _values(entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    assert entry.model in REFERENCES
    return {key: value.id if isinstance(value, Entry) else value for key, value in values.items() if key != "name_key"}


def _present(session: Session, records: set[tuple[str, int]]) -> set[tuple[Any, ...]]:
    said: set[tuple[Any, ...]] = set()
    for chunk in _chunks(sorted({number for _, number in records})):
        fields = (Remark.entity, Remark.entity_id, Remark.field, Remark.value, Remark.message)
        found = session.execute(select(*map(col, fields)).where(col(Remark.entity_id).in_(chunk)))
        said.update(tuple(row) for row in found)
    return said


def _chunks(numbers: list[Any]) -> Iterator[list[Any]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))
