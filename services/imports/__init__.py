"""Workbooks in: read → recognise → plan → apply, one module each.

`plan` only reads the base; `apply` plans anew inside the transaction it is given, then writes, so that what others did
meanwhile is never overwritten blindly.
"""

import json
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import Session, col

from models import Account, ImportBatch, Source
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.imports import applying, planning
from services.imports.reading import Workbook, read_workbook
from services.imports.recognise import recognise
from services.imports.report import (
    BatchInfo,
    CellChange,
    ImportReport,
    Memo,
    Plan,
    ReportRemark,
    RowDiff,
    SheetReport,
)
from services.work import reading, writing

__all__ = [
    "BatchInfo", "CellChange", "ImportReport", "Plan", "ReportRemark", "RowDiff", "SheetReport", "apply", "batches",
    "plan", "run",
]  # fmt: skip

LISTED = 100
"""How many loads the page lists."""


@requires(Permission.BASE_IMPORT)
def plan(session: Session, actor: Actor, name: str, content: bytes) -> Plan:
    """What loading the file would do. Raises `InvalidInput` with one sentence for a file that cannot be read."""
    workbook = read_workbook(name, content)
    sheets = tuple(recognise(sheet) for sheet in workbook.sheets if sheet.rows)
    memo: Memo = {}
    drafted = planning.draft(session, actor, sheets, memo)
    before = _applied(session, workbook)
    report = _with_notice(drafted.report(applied=False), before)
    return Plan(workbook, sheets, report, drafted.diffs(), before, memo)


@requires(Permission.BASE_IMPORT)
def apply(session: Session, actor: Actor, planned: Plan) -> ImportReport:
    """Do it, all or nothing: the caller commits. A file applied before that changes nothing now leaves no trace."""
    applying.alone(session)
    drafted = planning.draft(session, actor, planned.sheets, planned.memo)
    before = _applied(session, planned.workbook)
    report = drafted.report(applied=True)
    if before is None or report.written:
        report = applying.write(session, actor, planned.workbook, drafted)
    return _with_notice(report, before)


def run(actor: Actor, name: str, content: bytes, *, apply_it: bool = False) -> ImportReport:
    """Plan, and with `apply_it` apply, in units of work of its own: for the terminal."""
    with reading() as session:
        planned = plan(session, actor, name, content)
    if not apply_it:
        return planned.report
    with writing(actor, Source.EXCEL) as session:
        return apply(session, actor, planned)


@requires(Permission.BASE_IMPORT)
def batches(session: Session, _actor: Actor) -> tuple[BatchInfo, ...]:
    """The last loads that were applied, newest first."""
    return _batches(session, col(ImportBatch.applied_at).is_not(None))


def _applied(session: Session, workbook: Workbook) -> BatchInfo | None:
    """The latest load of these very bytes."""
    found = _batches(session, col(ImportBatch.applied_at).is_not(None), col(ImportBatch.sha256) == workbook.sha256)
    return found[0] if found else None


def _batches(session: Session, *conditions: object) -> tuple[BatchInfo, ...]:
    statement = (
        select(ImportBatch, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(ImportBatch.account_id))
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(col(ImportBatch.id).desc())
        .limit(LISTED)
    )
    return tuple(
        BatchInfo(
            batch.id or 0, batch.file_id, batch.file_name, batch.sha256, who or "система", batch.applied_at,
            ImportReport.from_json(json.loads(batch.report)),
        )
        for batch, who in session.execute(statement)
    )  # fmt: skip


def _with_notice(report: ImportReport, before: BatchInfo | None) -> ImportReport:
    if before is None or before.applied_at is None:
        return report
    when = f"{clock.local(before.applied_at):%d.%m.%Y в %H:%M}"
    message = f"Этот же файл уже загружен {when} ({before.who})."
    notice = ReportRemark("", 0, "", before.file_name, message, "info")
    return replace(report, remarks=(notice, *report.remarks))
