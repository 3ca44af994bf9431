"""From recognised sheets to a plan: rows in a fixed order of tables, remarks, counts; the database is only read."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session
from xlsxwriter.utility import xl_col_to_name

from services.access.permissions import Actor, Permission
from services.imports.base import Base, load
from services.imports.draft import Draft
from services.imports.recognise import DataRow, RecognisedSheet, SheetColumn, is_mark
from services.imports.report import ImportReport, Memo, ReportRemark, RowDiff, SheetReport
from services.imports.rows import Row, RowRemark, SkipRow, columns_of
from services.imports.sheets import committees, companies, events, members, people, speakers, venues
from services.tables.columns import Table
from services.tables.registry import table_named
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
HIDDEN = "•••"
"""Stands for a value of a guarded column where everybody who loads may read it."""
TOTALS = ("итого", "всего")


@dataclass(frozen=True)
class Drafted:
    """The outcome of planning: the base as it would be, the rows in the order of the file."""

    base: Base
    sheets: tuple[RecognisedSheet, ...]
    rows: tuple[tuple[Row, ...], ...]

    def report(self, *, applied: bool, public: bool = False) -> ImportReport:
        """Counts and remarks in the order of the file; `public` without the values of guarded columns."""
        remarks = [
            remark
            for sheet, rows in zip(self.sheets, self.rows, strict=True)
            for remark in (
                *_sheet_remarks(sheet, rows),
                *(_said(row, r, public=public) for row in rows for r in row.remarks),
            )
        ]
        counted = tuple(_count(sheet, rows) for sheet, rows in zip(self.sheets, self.rows, strict=True))
        return ImportReport(applied, counted, tuple(dict.fromkeys(remarks)))

    def diffs(self) -> tuple[RowDiff, ...]:
        """The rows that create or change something."""
        return tuple(
            RowDiff(row.sheet, row.number, row.table.name, _name(row), row.outcome, tuple(row.changes))
            for rows in self.rows
            for row in rows
            if row.outcome in ("created", "changed")
        )

    def remarks(self) -> Iterator[RowRemark]:
        """Remarks with the records they are about."""
        return (remark for rows in self.rows for row in rows for remark in row.remarks)


def draft(session: Session, actor: Actor, sheets: tuple[RecognisedSheet, ...], memo: Memo) -> Drafted:
    """Plan every row of `sheets` against the base as it is now. `memo` is filled, and used when it comes again."""
    with uncollected():
        return _draft(Draft(load(session)), actor, sheets, memo)


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


def _draft(drafted: Draft, actor: Actor, sheets: tuple[RecognisedSheet, ...], memo: Memo) -> Drafted:
    rows = tuple(
        tuple(_row(actor, sheet, data, memo) for data in sheet.rows) if sheet.table else () for sheet in sheets
    )
    for name, handler in HANDLERS.items():
        for row in _of(sheets, rows, name):
            _plan(drafted, row, handler)
    for name, handler in LINKS.items():
        for row in _of(sheets, rows, name):
            if not row.skipped:
                handler(drafted, row)
    return Drafted(drafted.base, sheets, rows)


def _of(sheets: Iterable[RecognisedSheet], rows: Iterable[tuple[Row, ...]], name: str) -> Iterator[Row]:
    return (row for sheet, found in zip(sheets, rows, strict=True) if sheet.table == name for row in found)


def _plan(drafted: Draft, row: Row, handler: Handler) -> None:
    try:
        if fold(as_text(row.cells.get("name"))).startswith(TOTALS):
            raise SkipRow("похоже на строку итогов")
        handler(drafted, row)
    except SkipRow as reason:
        row.skipped = True
        said = {remark.key for remark in row.remarks}
        for key in row.cells:
            if key not in said:
                row.remark(key, f"Строка не загружена: {reason}.", "error")
        return
    for key in set(row.unread()) - LATER.get(row.table.name, set()):
        row.remark(key, "Значение не загружено: для такой записи у него нет места.", "warning")


def _row(actor: Actor, sheet: RecognisedSheet, data: DataRow, memo: Memo) -> Row:
    """A row to be planned. Cells of columns nobody recognised, or the actor may not fill, are remarked and left out."""
    table = table_named(sheet.table or "")
    columns = {column.place: column for column in sheet.columns}
    row = Row(sheet.name, data.number, table, data.title, {}, {}, _secret(table), memo)
    for place, value in data.cells.items():
        column = columns.get(place) or SheetColumn(place, f"колонка {xl_col_to_name(place)}", None)
        key = column.key or f"#{place}"
        row.headings[key] = column.heading
        refusal = _refusal(actor, table, column)
        if refusal is None:
            row.cells[key] = value
        elif refusal:
            row.remark(key, refusal, "warning", value=as_text(value))
    return row


def _refusal(actor: Actor, table: Table, column: SheetColumn) -> str | None:
    """Why a cell of this column is left out, "" when there is nothing to say; None when it is read."""
    if column.key is None:
        return "" if is_mark(column.heading) else "Такой колонки программа не знает: значение не загружено."
    declared = columns_of(table.name)[column.key]
    if declared.live is not None:
        return ""
    if not actor.may(declared.permission):
        return "Эту колонку вы заполнять не можете: значение не загружено."
    return None


def _secret(table: Table) -> frozenset[str]:
    return frozenset(c.key for c in table.columns if c.permission is not Permission.BASE_READ)


def _sheet_remarks(sheet: RecognisedSheet, rows: tuple[Row, ...]) -> Iterator[ReportRemark]:
    """What is to be said of a sheet as a whole."""
    if sheet.table is None:
        if sheet.rows:
            message = f"Лист «{sheet.name}» не загружен: {sheet.reason}."
            yield ReportRemark(sheet.name, 0, "", "", message, "warning")
        return
    for number, text in sheet.asides:
        where = "над таблицей" if sheet.header_row and number < sheet.header_row else "вне таблицы"
        yield ReportRemark(sheet.name, number, "", text, f"Текст {where} не относится ни к одной записи.", "info")
    table = table_named(sheet.table)
    computed = {column.key for column in table.columns if column.live is not None}
    for column in sheet.columns:
        if column.key in computed:
            message = f"Колонка «{column.heading}» вычисляется программой и из файла не берётся."
            yield ReportRemark(sheet.name, sheet.header_row or 0, column.heading, "", message, "info")
    if not rows:
        yield ReportRemark(sheet.name, sheet.header_row or 0, "", "", "Под заголовками нет ни одной строки.", "info")


def _said(row: Row, remark: RowRemark, *, public: bool) -> ReportRemark:
    if public and remark.secret:
        return ReportRemark(
            row.sheet, row.number, remark.column, HIDDEN, "Замечание к закрытой колонке.", remark.severity
        )
    return ReportRemark(row.sheet, row.number, remark.column, remark.value, remark.message, remark.severity)


def _count(sheet: RecognisedSheet, rows: tuple[Row, ...]) -> SheetReport:
    if sheet.table is None:
        return SheetReport(sheet.name, None, None, len(sheet.rows), 0, 0, 0, len(sheet.rows))
    outcomes = [row.outcome for row in rows]
    created, changed, same, skipped = (outcomes.count(o) for o in ("created", "changed", "same", "skipped"))
    return SheetReport(sheet.name, sheet.table, sheet.header_row, len(rows), created, changed, same, skipped)


def _name(row: Row) -> str:
    return row.shown("name")
