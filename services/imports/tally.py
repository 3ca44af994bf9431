"""Counts and remarks of a plan, gathered row by row, told in the order of the file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xlsxwriter.utility import xl_col_to_name

from services.history.recorder import HIDDEN
from services.imports.assemble import computed_columns, secret_columns
from services.imports.diff import CellState
from services.imports.planning import Planned
from services.imports.reading import Workbook
from services.imports.recognise import RecognisedSheet
from services.imports.report import ImportReport, ReportRemark, SheetReport
from services.imports.rows import Row, RowRemark
from services.tables.columns import RECORD_KEY

MOST_REMARKS = 5_000
"""More than anybody reads; the rest is counted."""
GUARDED = "Замечание к закрытой колонке."
UNCOMPUTED = "Формула без сохранённого значения: откройте файл в Excel, сохраните и загрузите снова."
ABSENT = "Строки, которых нет в файле, остаются в базе как есть: отсутствие строки не удаляет запись."
ERROR = "В ячейке ошибка Excel вместо значения."


class Tally:
    """What a plan comes to. `public`: without the values of guarded columns."""

    def __init__(
        self, sheets: tuple[RecognisedSheet, ...], noticed: Iterable[ReportRemark] = (), *, public: bool = False
    ) -> None:
        self._sheets = sheets
        self._noticed = tuple(noticed)
        self._public = public
        self._counts = [Counter[str]() for _ in sheets]
        self._conflicts = 0
        self._untold = 0
        self._remarks: list[tuple[int, int, ReportRemark]] = []

    def take(self, planned: Iterable[Planned]) -> None:
        """Count finished rows."""
        for one in planned:
            self._counts[one.sheet][one.row.outcome] += 1
            self._conflicts += [cell.state for cell in one.row.diff.values()].count(CellState.CONFLICT)
            for remark in one.row.remarks:
                if len(self._remarks) < MOST_REMARKS:
                    self._remarks.append((one.sheet, one.place, self.said(one.row, remark)))
                else:
                    self._untold += 1

    def add(self, remarks: Iterable[tuple[int, ReportRemark]]) -> None:
        """Remarks about a sheet (by its number) and not about a row of it."""
        for number, remark in remarks:
            # What is in a column nobody understood may be anything, sums too.
            self._remarks.append((number, -1, replace(remark, value="") if self._public else remark))

    def _aside(self, sheet: RecognisedSheet, remark: ReportRemark) -> ReportRemark:
        """Totals below a table with guarded columns are as guarded as the columns."""
        guarded = sheet.table is None or secret_columns(sheet.table)
        return replace(remark, value=HIDDEN) if self._public and guarded and remark.value else remark

    def said(self, row: Row, remark: RowRemark) -> ReportRemark:
        """A remark as it may be shown."""
        if self._public and remark.secret:
            return ReportRemark(row.sheet, row.number, remark.column, HIDDEN, GUARDED, remark.severity)
        return ReportRemark(row.sheet, row.number, remark.column, remark.value, remark.message, remark.severity)

    def report(self, *, applied: bool = False) -> ImportReport:
        """The report of everything taken so far."""
        sheets = tuple(counted(sheet, count) for sheet, count in zip(self._sheets, self._counts, strict=True))
        told = [
            (number, -1, self._aside(sheet, remark))
            for number, sheet in enumerate(self._sheets)
            for remark in sheet_remarks(sheet)
        ] + self._remarks
        ordered = [*self._noticed, *(remark for *_, remark in sorted(told, key=lambda line: line[:2]))]
        if self._untold:
            message = f"Замечаний слишком много: показаны первые {MOST_REMARKS}, ещё {self._untold} не показаны."
            ordered.insert(0, ReportRemark("", 0, "", "", message, "warning"))
        doubtful = sum(count["doubtful"] for count in self._counts)
        return ImportReport(applied, sheets, tuple(dict.fromkeys(ordered)), doubtful, self._conflicts)


def cell_remarks(workbook: Workbook) -> Iterator[ReportRemark]:
    """Cells the file itself holds no value of."""
    for sheet in workbook.sheets:
        for places, message in ((sheet.uncomputed, UNCOMPUTED), (sheet.errors, ERROR)):
            for row, column in places:
                yield ReportRemark(sheet.name, row, xl_col_to_name(column), "", message, "warning")


def counted(sheet: RecognisedSheet, count: Counter[str]) -> SheetReport:
    """The counts of one table; what is not decided is not loaded."""
    if sheet.table is None:
        return SheetReport(sheet.name, None, None, len(sheet.rows), 0, 0, 0, len(sheet.rows))
    skipped = count["skipped"] + count["doubtful"]
    return SheetReport(
        sheet.name, sheet.table, sheet.header_row, len(sheet.rows), count["created"], count["changed"], count["same"],
        skipped,
    )  # fmt: skip


def sheet_remarks(sheet: RecognisedSheet) -> Iterator[ReportRemark]:
    """What is to be said of a table as a whole."""
    if sheet.table is None:
        if sheet.rows or sheet.hidden:
            message = f"Лист «{sheet.name}» не загружен: {sheet.reason}."
            yield ReportRemark(sheet.name, 0, "", "", message, "warning")
        return
    for number, text in sheet.asides:
        where = "над таблицей" if sheet.header_row and number < sheet.header_row else "вне таблицы"
        yield ReportRemark(sheet.name, number, "", text, f"Текст {where} не относится ни к одной записи.", "info")
    heading = sheet.header_row or 0
    for column in computed_columns(sheet):
        message = f"Колонка «{column.heading}» вычисляется программой и из файла не берётся."
        yield ReportRemark(sheet.name, heading, column.heading, "", message, "info")
    if any(column.key == RECORD_KEY for column in sheet.columns):
        yield ReportRemark(sheet.name, 0, "", "", ABSENT, "info")
    for column in sheet.columns:
        if column.remark:
            yield ReportRemark(sheet.name, heading, column.heading, "", column.remark, "warning")
    if not sheet.rows:
        yield ReportRemark(sheet.name, heading, "", "", "Под заголовками нет ни одной строки.", "info")
