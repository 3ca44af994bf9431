"""Workbooks in: read → recognise → plan → (decide, choose) → apply → undo, one module each.

A load is a batch. Its plan is kept row by row, shown, changed by what the user chooses, and written as it was shown:
when others changed the base meanwhile, it is planned anew first, and the user sees which rows came out differently.
What takes long (`running`) opens units of work of its own; the rest works in the one it is given.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from models import BatchState, FilePurpose, ImportBatch, ImportRow, MatchDecision
from services import clock, files
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, NotFound
from services.imports import applying, container, keeping, layout, loads, outlook, undo_counts
from services.imports.diff import Cell, CellState
from services.imports.keeping import RowFilter
from services.imports.layout import ColumnView, TableView, choices as column_choices
from services.imports.options import Blank, Options
from services.imports.recognise import SheetChoice
from services.imports.report import BatchInfo, ImportReport, Outcome, PlannedRow, ReportRemark, SheetReport
from services.imports.undoing import Kept, Undone, preview_undo, undo

__all__ = [
    "BatchInfo",
    "Blank",
    "Cell",
    "CellState",
    "ColumnView",
    "ImportReport",
    "Kept",
    "Options",
    "Outcome",
    "PlannedRow",
    "ReportRemark",
    "RowFilter",
    "RowsPage",
    "SheetChoice",
    "SheetReport",
    "StalePlan",
    "TableView",
    "Undone",
    "applied_before",
    "apply",
    "batch",
    "batches",
    "cancel",
    "check_rights",
    "choose",
    "chosen_options",
    "column_choices",
    "decide",
    "decided",
    "found_tables",
    "planned_rows",
    "plans",
    "preview_undo",
    "remarks",
    "set_options",
    "start",
    "sweep",
    "undo",
    "undo_counts",
]  # fmt: skip

MOST_OPEN = 20
"""Plans one user may have open."""
NOTHING = "Записывать нечего."
PLAN_DAYS = 7
"""How long a plan nobody applied is kept."""


class StalePlan(DomainError):
    """The base was changed since the plan was made."""

    def __init__(self) -> None:
        super().__init__("Пока вы смотрели план, базу изменили. План нужно сверить заново.")


@dataclass(frozen=True)
class RowsPage:
    """A page of planned rows: how many the filter finds, the rows, the columns that say something new in them."""

    total: int
    rows: tuple[PlannedRow, ...]
    columns: dict[str, str]


@requires(Permission.BASE_IMPORT)
def start(session: Session, actor: Actor, name: str, content: bytes, chosen: Options | None = None) -> int:
    """Keep the file and open a batch for it, to be planned by a job; gives the batch's number.

    Raises `InvalidInput` for what is seen to be no register without opening it. Until the file is read nobody knows
    whether there is money in it, so it is kept for those who may see money, and for the actor.
    """
    container.check(content)
    chosen = chosen or Options()
    chosen.check()
    file_id = files.put(content)
    if len(plans(session, actor)) >= MOST_OPEN:
        raise DomainError(f"Незаконченных загрузок уже {MOST_OPEN}. Закончите их или откажитесь от них.")
    stored = files.save(
        session,
        actor,
        FilePurpose.IMPORT,
        name,
        content,
        "application/octet-stream",
        Permission.MONEY_READ,
        file_id=file_id,
    )
    opened = ImportBatch(
        state=BatchState.PLANNING.value,
        file_id=stored.id,
        file_name=stored.name,
        sha256=hashlib.sha256(content).hexdigest(),
        account_id=actor.account_id,
        options=chosen.to_json(),
    )
    session.add(opened)
    session.flush()
    return opened.id or 0


def _readable(session: Session, actor: Actor, batch_id: int) -> ImportBatch:
    """The batch, unless its plan was made when the actor was allowed other things."""
    found = loads.find(session, actor.account_id, batch_id)
    loads.check_rights(found, actor)
    return found


@requires(Permission.BASE_IMPORT)
def check_rights(session: Session, actor: Actor, batch_id: int) -> None:
    """Raise `DomainError` when the plan was made while the actor was allowed other things."""
    _readable(session, actor, batch_id)


@requires(Permission.BASE_IMPORT)
def batches(session: Session, actor: Actor) -> tuple[BatchInfo, ...]:
    """The last loads that were applied, and what undid them, newest first."""
    return loads.listed(session, actor.account_id, col(ImportBatch.applied_at).is_not(None))


@requires(Permission.BASE_IMPORT)
def plans(session: Session, actor: Actor) -> tuple[BatchInfo, ...]:
    """The actor's own loads that are being planned, wait for a decision or failed, newest first."""
    states = [state.value for state in loads.OPEN]
    mine = col(ImportBatch.account_id) == actor.account_id
    return loads.listed(
        session, actor.account_id, col(ImportBatch.state).in_(states), mine, col(ImportBatch.undo_of).is_(None)
    )


@requires(Permission.BASE_IMPORT)
def batch(session: Session, actor: Actor, batch_id: int) -> BatchInfo:
    """One load: a plan of the actor's own, or an applied one. Raises `NotFound`."""
    loads.find(session, actor.account_id, batch_id)
    return loads.listed(session, actor.account_id, col(ImportBatch.id) == batch_id)[0]


@requires(Permission.BASE_IMPORT)
def applied_before(session: Session, actor: Actor, batch_id: int) -> BatchInfo | None:
    """The load of the very same file that is in the base, when there is one."""
    found = loads.find(session, actor.account_id, batch_id)
    same = loads.applied_before(session, actor.account_id, found.sha256)
    return same if same and same.id != batch_id else None


@requires(Permission.BASE_IMPORT)
def remarks(session: Session, actor: Actor, batch_id: int) -> tuple[ReportRemark, ...]:
    """What was said of the rows, without the values of guarded columns."""
    found = loads.find(session, actor.account_id, batch_id)
    return tuple(ReportRemark(**raw) for raw in json.loads(found.remarks))


@requires(Permission.BASE_IMPORT)
def found_tables(session: Session, actor: Actor, batch_id: int) -> tuple[TableView, ...]:
    """Sheets and columns of the file as recognised, for the user to change; nothing once it is applied."""
    return layout.from_json(_readable(session, actor, batch_id).layout)


@requires(Permission.BASE_IMPORT)
def chosen_options(session: Session, actor: Actor, batch_id: int) -> Options:
    """What the user chose."""
    return Options.from_json(loads.find(session, actor.account_id, batch_id).options)


@requires(Permission.BASE_IMPORT)
def set_options(session: Session, actor: Actor, batch_id: int, chosen: Options) -> None:
    """Choose anew; the batch is to be planned again by a job."""
    chosen.check()
    found = loads.find(session, actor.account_id, batch_id, BatchState.PLANNED, BatchState.FAILED)
    found.options = chosen.to_json()
    found.state, found.failure = BatchState.PLANNING.value, ""
    session.flush()


@requires(Permission.BASE_IMPORT)
def planned_rows(
    session: Session, actor: Actor, batch_id: int, wanted: RowFilter, limit: int = 50, offset: int = 0
) -> RowsPage:
    """Planned rows in the order of the file."""
    _readable(session, actor, batch_id)
    return RowsPage(
        keeping.count(session, batch_id, wanted),
        keeping.page(session, batch_id, wanted, limit, offset),
        keeping.columns(session, batch_id, wanted),
    )


@requires(Permission.BASE_IMPORT)
def choose(
    session: Session, actor: Actor, batch_id: int, wanted: RowFilter, take: bool, keys: Collection[str] = ()
) -> int:
    """Take or refuse the rows found; with `keys` or a kind of cell in the filter, those cells of them. Gives rows."""
    found = loads.find(session, actor.account_id, batch_id, BatchState.PLANNED)
    chosen = keeping.choose(session, batch_id, wanted, take, keys)
    outlook.renew(session, found)
    return chosen


@requires(Permission.BASE_IMPORT)
def decide(session: Session, actor: Actor, batch_id: int, row_id: int, entity_id: int | None) -> None:
    """Say whom a doubtful row means: one of its candidates, or nobody in the base (None). Remembered for ever.

    The plan follows when it is made anew.
    """
    loads.find(session, actor.account_id, batch_id, BatchState.PLANNED)
    row = session.get(ImportRow, row_id)
    if row is None or row.batch_id != batch_id or not row.identity:
        raise NotFound("Такой строки в плане нет.")
    candidates = json.loads(row.found).get("candidates", [])
    if entity_id is not None and entity_id not in {candidate["id"] for candidate in candidates}:
        raise NotFound("Такой записи среди похожих нет.")
    entity = candidates[0]["entity"] if candidates else row.identity.partition(":")[0]
    session.merge(
        MatchDecision(
            identity=row.identity, entity=entity, entity_id=entity_id, account_id=actor.account_id, at=clock.now()
        )
    )  # fmt: skip
    session.flush()


@requires(Permission.BASE_IMPORT)
def decided(session: Session, actor: Actor, batch_id: int) -> dict[int, int | None]:
    """Doubtful rows somebody has decided about since the plan was made: row → the record, None for a new one."""
    loads.find(session, actor.account_id, batch_id)
    return keeping.decided(session, batch_id)


@requires(Permission.BASE_IMPORT)
def apply(session: Session, actor: Actor, batch_id: int) -> ImportReport:
    """Write the plan as shown, all or nothing; the caller commits.

    Raises `StalePlan` when the base was changed since, `DomainError` when the actor's rights were. A file applied
    before that changes nothing leaves no trace.
    """
    applying.alone(session)
    found = loads.find(session, actor.account_id, batch_id, BatchState.PLANNED, BatchState.APPLYING)
    loads.check_rights(found, actor)
    if loads.is_stale(session, found):
        raise StalePlan
    before = loads.applied_before(session, actor.account_id, found.sha256)
    planned = loads.report_of(found)
    if not any(sheet.table for sheet in planned.sheets):
        raise DomainError(" ".join([NOTHING, *(r.message for r in planned.remarks if r.row == 0)][:3]))
    if before is not None and not planned.written:
        loads.discard(session, found)
        return loads.with_notice(replace(planned, applied=True), before)
    report = applying.write(session, found, planned)
    loads.remember(session, actor.account_id, layout.from_json(found.layout), Options.from_json(found.options))
    found.layout = "[]"
    return loads.with_notice(report, before)


@requires(Permission.BASE_IMPORT)
def cancel(session: Session, actor: Actor, batch_id: int) -> None:
    """Give up a plan: the file and the plan go."""
    loads.discard(session, loads.find(session, actor.account_id, batch_id, *loads.OPEN))


@requires(Permission.ACCOUNTS_MANAGE)
def sweep(session: Session, _actor: Actor) -> int:
    """Give up plans nobody came back to; gives how many there were. For the scheduler."""
    old = clock.now() - dt.timedelta(days=PLAN_DAYS)
    states = [state.value for state in loads.OPEN]
    found = session.scalars(
        select(ImportBatch).where(col(ImportBatch.state).in_(states), col(ImportBatch.created_at) < old)
    ).all()
    for one in found:
        loads.discard(session, one)
    return len(found)
