"""The two libraries that read .xlsx, each made to say the same of a cell."""

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from services.imports.opening.sheet import Line, Row, Sheet, near_top, plain, trimmed

ERROR, FORMULA = "e", "f"


def with_calamine(content: bytes) -> list[Sheet]:
    """The worksheets as calamine reads them, .xls too; raises whatever it raises, panics among it."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - under the limits

    workbook = CalamineWorkbook.from_filelike(BytesIO(content))

    def rows(sheet: Any) -> Iterator[Row]:
        # iter_rows gives rows from the top of the sheet, but columns from the first that holds something.
        margin = [None] * (sheet.start or (0, 0))[1]
        for number, values in enumerate(sheet.iter_rows()):
            if line := trimmed([*margin, *map(plain, values)]):
                yield number, line

    sheets = []
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(meta.name)
            merged = near_top((*start, *end) for start, end in sheet.merged_cell_ranges or [])
            sheets.append(Sheet(meta.name, rows(sheet), meta.visible != SheetVisibleEnum.Visible, merged))
    return sheets


def with_openpyxl(content: bytes) -> list[Sheet]:
    """The worksheets as openpyxl reads them, without merged areas; raises whatever it raises, late too."""
    import openpyxl  # noqa: PLC0415 - rarely needed, and slow to import

    workbook = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)

    def rows(worksheet: Any, sheet: Sheet) -> Iterator[Row]:
        worksheet.reset_dimensions()  # what the file says of its size may be a lie
        for number, cells in enumerate(worksheet.iter_rows()):
            line: Line = []
            for column, cell in enumerate(cells):
                if cell.data_type == ERROR:
                    sheet.errors.append((number, column))
                line.append(None if cell.data_type == ERROR else _day(plain(cell.value)))
            if trimmed(line):
                yield number, line

    sheets = []
    for worksheet in workbook.worksheets:
        sheet = Sheet(worksheet.title, (), worksheet.sheet_state != "visible")
        sheet.rows = rows(worksheet, sheet)
        sheets.append(sheet)
    return sheets


def formula_places(content: bytes) -> list[set[tuple[int, int]]]:
    """For each worksheet, where formulas stand: row and column from 0."""
    import openpyxl  # noqa: PLC0415 - rarely needed, and slow to import

    found = []
    for worksheet in openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets:
        worksheet.reset_dimensions()
        rows = enumerate(worksheet.iter_rows())
        found.append({(row, at) for row, cells in rows for at, cell in enumerate(cells) if cell.data_type == FORMULA})
    return found


def _day(value: Any) -> Any:
    """As calamine has it: a moment at midnight is a day."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
