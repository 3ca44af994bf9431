"""Loads as records: a file received, its plan made and kept, the list of loads."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import JSON, Text, cast, func, select
from sqlmodel import Session, col

from models import Account, BatchKind, BatchState, Change, ColumnMapping, ImportBatch, MatchDecision, Source, StoredFile
from services import clock
from services.access.permissions import Actor, Permission
from services.database import unmap
from services.errors import DomainError, InvalidInput, NotFound
from services.imports import guarded, keeping, layout, outlook
from services.imports.base import MODELS
from services.imports.layout import TableView
from services.imports.options import Options
from services.imports.planning import Planned, Planner, Progress
from services.imports.reading import Workbook, content_type_of, read_workbook
from services.imports.recognise import RecognisedSheet, SheetChoice, find_tables
from services.imports.report import BatchInfo, ImportReport, ReportRemark
from services.imports.tally import Tally, cell_remarks
from services.tables.template import GUIDE_SHEET, LISTS_SHEET
from services.work import reading, writing

OPEN = (BatchState.PLANNING, BatchState.PLANNED, BatchState.APPLYING, BatchState.FAILED)
"""A load that is not in the base and not given up."""
LISTED = 100
"""How many loads the page lists."""
RECENT = 5_000
"""Of so many last changes some may be committed after later ones: they are counted, not only the last one noted."""
MISSING = "Такой загрузки нет."
RIGHTS_CHANGED = "Ваши права изменились с тех пор, как сверен этот файл. Сверьте его заново."
RIGHTS_LOST = (
    "Недостаточно прав: с тех пор, как сверен этот файл, часть ваших прав отозвана. "
    "Сверьте его заново: загрузится то, что вам разрешено."
)


@dataclass(frozen=True)
class Opened:
    """A file that was read and recognised; the cells are in the rows of the sheets alone."""

    sheets: tuple[RecognisedSheet, ...]
    noticed: tuple[ReportRemark, ...]
    content_type: str
    has_money: bool


def open_file(name: str, content: bytes, options: Options) -> Opened:
    """Read and recognise a file; reading takes long, so no transaction waits for it.

    Raises `InvalidInput` with one sentence for one that cannot be read.
    """
    workbook = read_workbook(name, content)
    with reading() as session:
        sheets = recognise(session, workbook, options)
    money = guarded.has_money(workbook, sheets)
    return Opened(sheets, tuple(cell_remarks(workbook)), content_type_of(workbook.kind), money)


def discard(session: Session, batch: ImportBatch) -> None:
    """Remove a batch that came to nothing, with its plan and its file."""
    keeping.forget(session, batch.id or 0)
    stored = session.get(StoredFile, batch.file_id) if batch.file_id else None
    session.delete(batch)
    session.flush()
    if stored is not None:
        stored.expires_at = clock.now()  # the sweep takes the bytes
    session.flush()


def recognise(session: Session, workbook: Workbook, options: Options) -> tuple[RecognisedSheet, ...]:
    """The tables of a workbook, as recognised, as remembered from files of that shape, as chosen."""
    known = remembered(session)
    found: list[RecognisedSheet] = []
    names = [sheet.name for sheet in workbook.sheets]
    if options.sheet and options.sheet not in names:
        listed = ", ".join(f"«{name}»" for name in names)
        raise InvalidInput(f"Листа «{options.sheet}» в файле нет. Есть: {listed}.")
    for sheet in workbook.sheets:
        if sheet.name in (GUIDE_SHEET, LISTS_SHEET):
            continue
        chosen = options.sheets.get(sheet.name, {})
        if options.sheet and sheet.name != options.sheet:
            tables = find_tables(sheet, remembered=known)
            found += (_left_out(table) for table in tables)
        else:
            asked = replace(sheet, hidden=sheet.hidden and not options.sheet)
            found += find_tables(asked, chosen, remembered=known, table=options.table)
    return tuple(found)


def remembered(session: Session) -> Callable[[str], tuple[str, dict[int, str]] | None]:
    """Looks up how files of a shape were read before."""
    rows = session.execute(select(ColumnMapping.shape, ColumnMapping.table_name, ColumnMapping.columns))  # type: ignore[call-overload]
    known = {shape: (table, {int(p): key for p, key in json.loads(text).items()}) for shape, table, text in rows}
    return known.get


def remember(session: Session, account_id: int | None, tables: Iterable[TableView], options: Options) -> None:
    """Keep the mapping of every table the user chose columns for, for the next file of that shape."""
    for table in tables:
        choice = options.sheets.get(table.sheet, {}).get(table.part, SheetChoice())
        if table.table and table.shape and (choice.table or choice.columns):
            chosen = {
                c.place: c.key
                for c in table.columns
                # One who may not fill a column must not close it to those who may.
                if c.key or (c.place in choice.columns and not guarded.is_delicate(c.heading))
            }
            session.merge(
                ColumnMapping(
                    shape=table.shape,
                    table_name=table.table,
                    columns=json.dumps(chosen, ensure_ascii=False),
                    account_id=account_id,
                    at=clock.now(),
                )
            )


def decisions(session: Session) -> dict[str, tuple[str, int | None]]:
    """What people decided about doubtful rows."""
    rows = session.execute(select(MatchDecision.identity, MatchDecision.entity, MatchDecision.entity_id))  # type: ignore[call-overload]
    return {identity: (entity, number) for identity, entity, number in rows}


def plan(
    actor: Actor,
    batch_id: int,
    opened: Opened,
    options: Options,
    progress: Progress,
    *,
    compared: bool,
) -> int:
    """Plan a batch and keep the plan; gives the number of rows others' edits made to be not what was shown.

    `compared`: whether to look for such rows; what the user chose anew is no edit of others.

    Units of work of its own: the base is read in one, the plan is written in short ones, so that nobody waits.
    """
    sheets = opened.sheets
    tally, renewed = Tally(sheets, opened.noticed, public=True), 0
    with writing(actor, Source.SYSTEM) as session:
        former = keeping.before(session, batch_id)
        keeping.forget(session, batch_id)
    with reading() as base:
        unmap(base)
        mark, counted = seen_changes(base)

        def sink(planned: list[Planned]) -> None:
            nonlocal renewed
            tally.take(planned)
            with writing(actor, Source.SYSTEM) as session:
                renewed += keeping.keep(session, batch_id, planned, former, compared=compared)

        planner = Planner(base, actor, options.blank, decisions(base), progress)
        planner.run(sheets, sink)
        tally.add(planner.left_out)
    report = tally.report()
    told = report.to_json()
    with writing(actor, Source.SYSTEM) as session:
        batch = session.get_one(ImportBatch, batch_id)
        batch.remarks = json.dumps(told.pop("remarks"), ensure_ascii=False)
        batch.report = json.dumps(
            told | {"doubtful": report.doubtful, "conflicts": report.conflicts, "may": sorted(actor.permissions)},
            ensure_ascii=False,
        )
        outlook.renew(session, batch)
        batch.layout = layout.to_json(layout.views(sheets))
        batch.change_mark, batch.change_count = mark, counted
        batch.state, batch.failure = BatchState.PLANNED.value, ""
        stored = session.get_one(StoredFile, batch.file_id)
        stored.content_type = opened.content_type
        stored.permission = (Permission.MONEY_READ if opened.has_money else Permission.BASE_IMPORT).value
    return renewed


def seen_changes(session: Session, mark: int | None = None) -> tuple[int, int]:
    """(a change some way back, how many changes of what a plan reads there are since)."""
    if mark is None:
        last = session.scalar(select(func.max(Change.id))) or 0
        mark = max(0, last - RECENT)
    counted = session.scalar(select(func.count()).where(col(Change.id) > mark, col(Change.entity).in_(tuple(MODELS))))
    return mark, int(counted or 0)


def check_rights(batch: ImportBatch, actor: Actor) -> None:
    """Raise `DomainError` when the plan was made with other permissions than the actor has now."""
    may = json.loads(batch.report).get("may")
    if batch.applied_at is None and may is not None and may != sorted(actor.permissions):
        raise DomainError(RIGHTS_LOST if set(may) - actor.permissions else RIGHTS_CHANGED)


def is_stale(session: Session, batch: ImportBatch) -> bool:
    """Whether anything a plan reads was changed since the batch was planned."""
    return seen_changes(session, batch.change_mark)[1] != batch.change_count


def find(session: Session, account_id: int | None, batch_id: int, *states: BatchState) -> ImportBatch:
    """The batch, in one of `states` when given; a plan is its maker's own. Raises `NotFound`."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind != BatchKind.LOAD.value or (states and batch.state not in states):
        raise NotFound(MISSING)
    if batch.applied_at is None and batch.account_id != account_id:
        raise NotFound(MISSING)
    return batch


def listed(session: Session, account_id: int | None, *conditions: Any, limit: int = LISTED) -> tuple[BatchInfo, ...]:
    """Loads, newest first, without their remarks."""
    remarks = func.json_array_length(cast(col(ImportBatch.remarks), JSON().with_variant(Text(), "sqlite")))
    columns = (
        ImportBatch.id, ImportBatch.state, ImportBatch.file_id, ImportBatch.file_name, ImportBatch.sha256,
        ImportBatch.account_id, ImportBatch.created_at, ImportBatch.applied_at, ImportBatch.undone_at,
        ImportBatch.undo_of, ImportBatch.report, ImportBatch.failure,
    )  # fmt: skip
    statement = (
        select(*map(col, columns), remarks, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(ImportBatch.account_id))
        .where(col(ImportBatch.kind) == BatchKind.LOAD.value, *conditions)
        .order_by(col(ImportBatch.id).desc())
        .limit(limit)
    )
    found = []
    for (
        number,
        state,
        file_id,
        name,
        digest,
        owner,
        created,
        applied,
        undone,
        undo_of,
        report,
        failure,
        said,
        who,
    ) in session.execute(statement):
        counts = ImportReport.from_json(json.loads(report)) if undo_of is None else ImportReport(True, (), ())
        found.append(
            BatchInfo(
                number, state, file_id, name, digest, who or "система", owner == account_id, created, applied,
                undone, undo_of, counts, said, failure,
            )
        )  # fmt: skip
    return tuple(found)


def report_of(batch: ImportBatch) -> ImportReport:
    """Counts and remarks as kept."""
    return ImportReport.from_json(json.loads(batch.report) | {"remarks": json.loads(batch.remarks)})


def applied_before(session: Session, account_id: int | None, sha256: str) -> BatchInfo | None:
    """The latest load of these very bytes that is in the base."""
    found = listed(
        session,
        account_id,
        col(ImportBatch.state) == BatchState.APPLIED.value,
        col(ImportBatch.sha256) == sha256,
        col(ImportBatch.undo_of).is_(None),
        limit=1,
    )
    return found[0] if found else None


def with_notice(report: ImportReport, before: BatchInfo | None) -> ImportReport:
    """The report, headed by the words that this very file was loaded before."""
    if before is None or before.applied_at is None:
        return report
    when = f"{clock.local(before.applied_at):%d.%m.%Y в %H:%M}"
    message = f"Этот же файл уже загружен {when} ({before.who})."
    notice = ReportRemark("", 0, "", before.file_name, message, "info")
    return replace(report, remarks=(notice, *report.remarks))


def _left_out(sheet: RecognisedSheet) -> RecognisedSheet:
    return replace(sheet, table=None, reason="выбран другой лист")
