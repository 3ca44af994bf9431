"""What takes long: planning and applying, each in units of work of its own. Called by jobs and by the terminal."""

from models import BatchState, ImportBatch, Source
from services import files
from services.access.permissions import Actor, Permission
from services.errors import DomainError, InvalidInput
from services.imports import Outcome, StalePlan, apply, keeping, loads, start
from services.imports.keeping import planned_row
from services.imports.options import Options
from services.imports.planning import Planned, Planner, Progress, uncollected
from services.imports.reading import Workbook, read_workbook
from services.imports.report import ImportReport, PlannedRow
from services.imports.tally import Tally, cell_remarks
from services.work import reading, writing

TRIES = 3
CHANGED = "Пока вы смотрели план, базу изменили. План сверен заново, иначе вышли строк: {count}. Они отмечены."
BUSY = "Базу сейчас меняют другие, и план за ней не успевает. Повторите через минуту."


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def plan(actor: Actor, batch_id: int, progress: Progress = silent, *, compared: bool = False) -> int:
    """Read, recognise and plan a batch; gives how many rows came out differently from the former plan.

    A file that cannot be read leaves the batch failed, with the sentence. Raises `NotFound` for another's batch.
    """
    actor.require(Permission.BASE_IMPORT)
    with reading() as session:
        batch = loads.find(session, actor.account_id, batch_id, *loads.OPEN)
        name, options = batch.file_name, Options.from_json(batch.options)
        content = files.read_own(session, actor, batch.file_id or "")
    with uncollected():
        try:
            opened = loads.open_file(name, content, options)
        except InvalidInput as error:
            fail(actor, batch_id, str(error))
            return 0
        return loads.plan(actor, batch_id, opened, options, progress, compared=compared)


def apply_planned(actor: Actor, batch_id: int, progress: Progress = silent) -> ImportReport:
    """Apply a plan. When the base was changed since, plan anew: the same outcome is applied, another one is shown.

    Raises `DomainError` with what to do then.
    """
    for _ in range(TRIES):
        try:
            with writing(actor, Source.EXCEL) as session:
                return apply(session, actor, batch_id)
        except StalePlan:
            renewed = plan(actor, batch_id, progress, compared=True)
            if renewed:
                raise DomainError(CHANGED.format(count=renewed)) from None
    raise DomainError(BUSY)


def fail(actor: Actor, batch_id: int, sentence: str) -> None:
    """Note why a plan came to nothing."""
    with writing(actor, Source.SYSTEM) as session:
        batch = session.get(ImportBatch, batch_id)
        if batch is not None:
            keeping.forget(session, batch_id)
            batch.state, batch.failure = BatchState.FAILED.value, sentence


def run(actor: Actor, name: str, content: bytes, options: Options | None = None, *, apply_it: bool = False) -> Outcome:
    """Plan, and with `apply_it` apply: for the terminal. Planning alone leaves no trace.

    Raises `InvalidInput` with one sentence for a file that cannot be read.
    """
    actor.require(Permission.BASE_IMPORT)
    chosen = options or Options()
    chosen.check()
    if not apply_it:
        return _look(actor, read_workbook(name, content), chosen)
    with writing(actor, Source.SYSTEM) as session:
        batch_id = start(session, actor, name, content, chosen)
    try:
        plan(actor, batch_id)
        with reading() as session:
            batch = session.get_one(ImportBatch, batch_id)
            if batch.failure:
                raise InvalidInput(batch.failure)
        report = apply_planned(actor, batch_id)
    except BaseException:
        with writing(actor, Source.SYSTEM) as session:
            if (left := session.get(ImportBatch, batch_id)) is not None:
                loads.discard(session, left)
        raise
    return Outcome(report, (), batch_id if report.applied else None)


def _look(actor: Actor, workbook: Workbook, options: Options) -> Outcome:
    rows: list[PlannedRow] = []
    with reading() as session:
        sheets = loads.recognise(session, workbook, options)
        tally = Tally(sheets, cell_remarks(workbook))

        def sink(planned: list[Planned]) -> None:
            tally.take(planned)
            rows.extend(map(planned_row, planned))

        planner = Planner(session, actor, options.blank, loads.decisions(session))
        planner.run(sheets, sink)
        tally.add(planner.left_out)
        before = loads.applied_before(session, actor.account_id, workbook.sha256)
    return Outcome(loads.with_notice(tally.report(), before), sorted(rows, key=lambda row: row.place))
