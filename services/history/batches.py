"""Batches that come from no workbook: a bulk change, a merge. They are listed, and taken back like a load.

Whatever a session writes while a batch is open carries its number, hidden values too; services.imports.undoing takes
such a batch back by the same rules.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Account, BatchKind, BatchState, Change, ImportBatch
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import NotFound

PAGE = 20
LOADS = (BatchKind.LOAD,)
EDITS = (BatchKind.EDIT, BatchKind.MERGE)
"""The kinds that come from no workbook."""
LONGEST = 200
"""Letters of a title that are kept."""
NOTHING_TAKEN = "Такого изменения в списке нет."


@dataclass(frozen=True)
class EditBatch:
    """A line of the list: what it was, whose, when, whether it is in the base; of an undoing, what it took back.

    `is_return`: it took an undoing back; then the change itself is in the base again, and is what can be undone.
    """

    id: int
    kind: str
    title: str
    who: str
    at: dt.datetime
    state: str
    undone_at: dt.datetime | None
    undo_of: int | None
    is_return: bool

    @property
    def may_undo(self) -> bool:
        """Whether it is in the base and can be taken back by itself."""
        return self.state == BatchState.APPLIED.value and not self.is_return


@dataclass(frozen=True)
class EditPage:
    """A page of the list, newest first: its number from 0, of all pages, of all lines."""

    lines: tuple[EditBatch, ...]
    page: int
    pages: int
    total: int


@requires(Permission.BASE_EDIT)
@contextmanager
def opened(
    session: Session, actor: Actor, kind: BatchKind, title: str, options: Mapping[str, Any] | None = None
) -> Iterator[ImportBatch]:
    """Everything written inside is one batch of `kind` called `title`; one in which nothing changed leaves no trace.

    The caller has checked what the actor may; the transaction is the session's own.
    """
    batch = ImportBatch(
        kind=kind.value,
        state=BatchState.APPLIED.value,
        file_name=title[:LONGEST],
        account_id=actor.account_id,
        created_at=clock.now(),
        applied_at=clock.now(),
        options=json.dumps(dict(options or {}), ensure_ascii=False),
    )
    session.add(batch)
    session.flush()
    outside = session.info.get("batch_id")
    session.info["batch_id"] = batch.id
    try:
        yield batch
        session.flush()
    finally:
        session.info["batch_id"] = outside
    if not session.scalar(select(exists().where(col(Change.batch_id) == batch.id))):
        session.delete(batch)
        session.flush()


@requires(Permission.BASE_EDIT)
def edit_batches(session: Session, _actor: Actor, page: int = 0) -> EditPage:
    """Bulk changes and merges and what took them back, newest first."""
    return _listed(session, page, col(ImportBatch.kind).in_([kind.value for kind in EDITS]))


@requires(Permission.BASE_EDIT)
def edit_batch(session: Session, _actor: Actor, batch_id: int) -> EditBatch:
    """One of them. Raises `NotFound`."""
    kinds = [kind.value for kind in EDITS]
    found = _listed(session, 0, col(ImportBatch.kind).in_(kinds), col(ImportBatch.id) == batch_id).lines
    if not found:
        raise NotFound(NOTHING_TAKEN)
    return found[0]


def _listed(session: Session, page: int, *conditions: Any) -> EditPage:
    total = session.scalar(select(func.count()).select_from(ImportBatch).where(*conditions)) or 0
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    former = aliased(ImportBatch)
    query = (
        select(ImportBatch, col(Account.name), col(former.undo_of))
        .outerjoin(Account, col(Account.id) == col(ImportBatch.account_id))
        .outerjoin(former, col(former.id) == col(ImportBatch.undo_of))
        .where(*conditions)
        .order_by(col(ImportBatch.id).desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = [
        EditBatch(
            batch.id or 0,
            batch.kind,
            batch.file_name,
            who or "система",
            batch.applied_at or batch.created_at,
            batch.state,
            batch.undone_at,
            batch.undo_of,
            of_undoing is not None,
        )
        for batch, who, of_undoing in session.execute(query)
    ]
    return EditPage(tuple(lines), page, pages, total)
