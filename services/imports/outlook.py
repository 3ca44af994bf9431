"""What applying a plan would come to now: the planned counts put right by what the user took and refused."""

import json
from itertools import islice

from sqlalchemy import exists, or_, select
from sqlmodel import Session, col

from models import ImportBatch, ImportRow
from services.imports import keeping
from services.imports.applying import CHUNK, Writer
from services.imports.report import ImportReport


def renew(session: Session, batch: ImportBatch) -> None:
    """Keep the counts in the report of a planned batch."""
    told = json.loads(batch.report)
    told["chosen"] = None
    if _is_chosen(session, batch.id or 0):
        done = _rehearsed(session, batch.id or 0, ImportReport.from_json(told))
        told["chosen"] = [[sheet.created, sheet.changed, sheet.same, sheet.skipped] for sheet in done.sheets]
    batch.report = json.dumps(told, ensure_ascii=False)
    session.flush()


def _is_chosen(session: Session, batch_id: int) -> bool:
    """Whether applying may come to something else than what was planned: a conflict is written only when taken."""
    altered = or_(col(ImportRow.choices) != "{}", col(ImportRow.has_conflict).is_(True))
    return bool(session.scalar(select(exists().where(col(ImportRow.batch_id) == batch_id, altered))))


def _rehearsed(session: Session, batch_id: int, planned: ImportReport) -> ImportReport:
    writer = _Rehearsal(session, batch_id, planned)
    rows = keeping.stream(session, batch_id)
    while chunk := list(islice(rows, CHUNK)):
        for row in chunk:
            writer.take(row)
        writer.flush()
    return writer.report()


class _Rehearsal(Writer):
    """Takes rows as applying does, and writes nothing."""

    def flush(self) -> None:
        """New records count as written."""
        self.numbers.update((ref, ref) for ref in self.created)
        for waiting in (self.created, self.changed, self.removed, self.said, self.decided, self.waiting):
            waiting.clear()
