"""From recognised sheets to a plan: rows in a fixed order of tables, chunk by chunk; the base is only read."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlmodel import Session

from models import Record
from services.access.permissions import Actor
from services.imports import exported, origins, prefetch
from services.imports.assemble import Assembler
from services.imports.draft import Decisions, Draft
from services.imports.options import Blank
from services.imports.recognise import RecognisedSheet
from services.imports.recognised import SAMPLED_ROWS
from services.imports.report import Memo, ReportRemark
from services.imports.rows import HoldRow, Row, SkipRow
from services.imports.sheets import committees, companies, events, members, people, speakers, venues
from services.imports.stored import Stored
from services.tables.columns import RECORD_KEY
from services.tables.template import EXAMPLE_MARK
from services.values import fold
from services.values.plain import as_text

Handler = Callable[[Draft, Row], None]

HANDLERS: dict[str, Handler] = {
    "people": people.plan,
    "companies": companies.plan,
    "members": members.plan,
    "events": events.plan,
    "courses": events.plan_course,
    "committees": committees.plan,
    "chairs": committees.plan_chair,
    "speakers": speakers.plan,
    "venues": venues.plan,
}
"""In this order, whatever the order of the sheets: later tables name records of earlier ones."""
LINKS: dict[str, Handler] = {"events": events.link, "courses": events.link}
LATER = {"events": {"speakers"}, "courses": {"speakers"}}
"""Cells that are read by the link."""
TOTALS = ("итого", "всего")
CHUNK = 1000
"""Rows planned at once: the base is asked once a chunk, and the rest of the file takes no memory."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned row with its place in the file; `sheet` is the number of its table among those recognised."""

    place: int
    sheet: int
    row: Row


Sink = Callable[[list[Planned]], None]
Progress = Callable[[int, int], None]
"""Told how many rows are planned, and of how many."""


@dataclass
class Planner:
    """Plans sheets against the base as `session` sees it; every finished row goes to `sink` once.

    `left_out`, once it has run: what is to be said of columns that were not read, by the number of their sheet.
    """

    session: Session
    actor: Actor
    blank: Blank = Blank.KEEP
    decisions: Decisions = field(default_factory=dict)
    progress: Progress = lambda _done, _total: None
    left_out: list[tuple[int, ReportRemark]] = field(default_factory=list)
    _keyed: dict[tuple[str, int], int] = field(default_factory=dict)
    _done: int = 0
    _total: int = 0

    def run(self, sheets: tuple[RecognisedSheet, ...], sink: Sink) -> None:
        """Plan every row of every recognised sheet; but for the first ones the rows let go of their cells."""
        self._total = sum(len(sheet.rows) for sheet in sheets if sheet.table)
        self.progress(0, self._total)
        with ExitStack() as given, uncollected():
            base = Stored(self.session).open()
            given.callback(base.close)
            draft = Draft(base, self.decisions)
            late: list[Planned] = []
            for number, first, sheet in _in_order(sheets):
                assembler = Assembler(self.actor, sheet, self.blank)
                for start in range(0, len(sheet.rows), CHUNK):
                    memo: Memo = {}
                    chunk = sheet.rows[start : start + CHUNK]
                    rows = assembler.rows(chunk, memo)
                    for data in chunk[max(0, SAMPLED_ROWS - start) :]:
                        data.cells.forget()
                    self._read(draft, rows)
                    done = [Planned(first + start + i, number, row) for i, row in enumerate(rows)]
                    for one in done:
                        base.begin(one.place)
                        _plan(draft, one.row, HANDLERS[one.row.table.name])
                        one.row.memo = {}
                    late += (one for one in done if _is_late(one.row))
                    self._finish([one for one in done if not _is_late(one.row)], sink)
                self.left_out += ((number, remark) for remark in assembler.left_out())
            self._link(draft, late, sink)

    def _read(self, draft: Draft, rows: list[Row]) -> None:
        if not draft.base.is_empty:
            draft.base.prefetch(prefetch.keys(rows))
        by_model: dict[type[Record], list[Row]] = {}
        for row in rows:
            if (
                row.record is not None
                and self._keyed.setdefault((row.table.name, row.record), row.number) != row.number
            ):
                first = self._keyed[row.table.name, row.record]
                row.remark(RECORD_KEY, f"Этот ключ уже был в строке {first}: строка сверена по значениям.", "warning")
                row.record = None
            if row.record is not None:
                by_model.setdefault(row.table.record, []).append(row)
        for model, keyed in by_model.items():
            draft.base.fill(draft.base.stored(model, row.record or 0) for row in keyed)
            for row in keyed:
                if not draft.base.stored(model, row.record or 0).values:
                    row.remark(RECORD_KEY, "Записи с этим ключом больше нет: строка сверена по значениям.", "warning")
                    row.record = None
        for table in {row.table.name for row in rows if row.record is not None}:
            exported.drop_same(self.session, table, [r for r in rows if r.record and r.table.name == table])

    def _link(self, draft: Draft, late: list[Planned], sink: Sink) -> None:
        for planned in late:
            row = planned.row
            if row.table.name in LINKS and not row.skipped and not row.held:
                draft.base.begin(planned.place, late=True)
                LINKS[row.table.name](draft, row)
        draft.clear()
        for start in range(0, len(late), CHUNK):
            self._finish(late[start : start + CHUNK], sink)

    def _finish(self, done: list[Planned], sink: Sink) -> None:
        if not done:
            return
        for planned in done:
            planned.row.settle()
        rows = [planned.row for planned in done]
        exported.drop_counted(self.session, rows)
        exported.show_beside(self.session, rows)
        origins.annotate(self.session, rows)
        sink(done)
        self._done += len(done)
        self.progress(self._done, self._total)


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the garbage collector: among objects that all stay it finds nothing and takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_late(row: Row) -> bool:
    """Whether rows of other sheets, or other rows of the same record, have a say in it."""
    return row.waits or row.table.name in LINKS


def _in_order(sheets: tuple[RecognisedSheet, ...]) -> Iterable[tuple[int, int, RecognisedSheet]]:
    """Sheets in the order their tables are planned in: (number, place of the first row, sheet)."""
    first, numbered = 0, []
    for number, sheet in enumerate(sheets):
        numbered.append((number, first, sheet))
        first += len(sheet.rows)
    order: Mapping[str, int] = {name: place for place, name in enumerate(HANDLERS)}
    recognised = [line for line in numbered if line[2].table]
    return sorted(recognised, key=lambda line: (order[line[2].table or ""], line[0]))


def _plan(draft: Draft, row: Row, handler: Handler) -> None:
    try:
        name = as_text(row.cells.get("name"))
        if fold(name).startswith(TOTALS):
            raise SkipRow("похоже на строку итогов", "info")
        if name.startswith(EXAMPLE_MARK.strip()):
            row.skipped = True
            row.remark("name", "Строка с примером из шаблона не загружена.", "info")
            return
        handler(draft, row)
    except SkipRow as reason:
        row.skipped = True
        said = {remark.key for remark in row.remarks}
        for key in row.cells:
            if key not in said:
                row.remark(key, f"Строка не загружена: {reason}.", reason.severity)
        return
    except HoldRow:
        row.held = True
        row.diff.clear()
        row.remark("name", _who(row), "warning")
        return
    for key in set(row.unread()) - LATER.get(row.table.name, set()):
        row.remark(key, "Значение не загружено: для такой записи у него нет места.", "warning")


def _who(row: Row) -> str:
    """What is to be decided, in words."""
    likely = row.match.candidates[0]
    more = f" (и ещё {len(row.match.candidates) - 1})" if len(row.match.candidates) > 1 else ""
    return f"Не ясно, тот ли это, кто в базе записан как «{likely.entry.name}»{more}: {likely.reason}. Решите сами."
