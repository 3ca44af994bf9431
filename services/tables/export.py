"""What is filtered, as an Excel workbook or a CSV file."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from sqlmodel import Session

from models import FilePurpose
from services import clock, files
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.files import FileInfo
from services.settings import settings
from services.tables.columns import Column, Table
from services.tables.kinds import Stored
from services.tables.query import Query
from services.tables.registry import table_named
from services.tables.rows import all_rows

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")
PIXELS_PER_LETTER = 7.5
EXCEL_ROWS = 1_048_576


@dataclass(frozen=True)
class Exported:
    """A finished export: its file name, its bytes, how many rows it holds, what one must be permitted to open it."""

    name: str
    content: bytes
    rows: int
    permission: Permission


@requires(Permission.BASE_EXPORT)
def export(
    session: Session, actor: Actor, name: str, query: Query, keys: Sequence[str] | None, file_format: str
) -> Exported:
    """The rows of `query` in columns `keys` (all the actor may see by default) as bytes of `xlsx` or `csv`."""
    if file_format not in CONTENT_TYPES:
        raise InvalidInput("Выгрузить можно в xlsx или csv.")
    table = table_named(name)
    visible = table.visible(actor)
    unknown = [key for key in keys or () if key not in visible]
    if unknown:
        raise InvalidInput(f"В таблице «{table.title}» нет такой колонки: {unknown[0]}.")
    if keys and len(set(keys)) < len(keys):
        raise InvalidInput("Каждую колонку можно назвать один раз.")
    columns = [visible[key] for key in keys] if keys else list(visible.values())
    rows = all_rows(session, actor, name, query)
    content, count = (_xlsx if file_format == "xlsx" else _csv)(table, columns, rows)
    day = clock.today().isoformat()
    # Whoever loses the right to see sums meanwhile loses the file with them.
    has_money = any(column.permission is Permission.MONEY_READ for column in columns)
    needed = Permission.MONEY_READ if has_money else Permission.BASE_EXPORT
    return Exported(f"{table.title} {day}.{file_format}", content, count, needed)


@requires(Permission.BASE_EXPORT)
def keep_export(session: Session, actor: Actor, name: str, done: Exported, file_format: str) -> FileInfo:
    """Store a finished export of table `name` for the actor alone, and note it in the audit trail."""
    hours = settings().export_keep_hours
    stored = files.save(
        session,
        actor,
        FilePurpose.EXPORT,
        done.name,
        done.content,
        CONTENT_TYPES[file_format],
        done.permission,
        hours,
    )
    audit.record(session, actor, audit.Action.EXPORTED, f"table:{name}", detail=f"{file_format}, {done.rows} rows")
    return stored


def shown(column: Column, value: Any) -> str:
    """A value as text, the way the grid shows it."""
    if value is None:
        return ""
    return column.titles.get(value, str(value)) if column.choices else column.kind.show(value)


def _xlsx(table: Table, columns: list[Column], rows: Iterator[dict[str, Any]]) -> tuple[bytes, int]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(table.title[:31])
    heading = _headings(book, sheet, columns)
    money = book.add_format({"num_format": "#,##0.00"})
    count = 0
    for count, row in enumerate(rows, 1):
        line = heading + count
        if line >= EXCEL_ROWS:
            raise InvalidInput(
                "В лист Excel не поместится больше 1 048 575 строк. Отберите меньше или выгрузите в CSV."
            )
        for place, column in enumerate(columns):
            value = row[column.key]
            if value is None:
                continue
            if column.kind.stored is Stored.TEXT:
                sheet.write_string(line, place, shown(column, value))
            else:
                sheet.write_number(line, place, float(value), money if column.kind.stored is Stored.MONEY else None)
    sheet.autofilter(heading, 0, max(heading + count, heading), len(columns) - 1)
    book.close()
    return buffer.getvalue(), count


def _headings(book: Any, sheet: Any, columns: list[Column]) -> int:
    """Write one or two heading rows as in the association's own workbook; the number of the last one, from 0."""
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    band = book.add_format({"bold": True, "align": "center", "bottom": 1})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width / PIXELS_PER_LETTER)
    last = 1 if any(column.group for column in columns) else 0
    if last:
        for start, end, group in _bands(columns):
            if group and end > start:
                sheet.merge_range(0, start, 0, end, group, band)
            elif group:
                sheet.write_string(0, start, group, band)
    for place, column in enumerate(columns):
        sheet.write_string(last, place, column.label, bold)
    sheet.freeze_panes(last + 1, 1)
    return last


def _bands(columns: list[Column]) -> Iterator[tuple[int, int, str]]:
    start = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place].group != columns[start].group:
            yield start, place - 1, columns[start].group
            start = place


def _csv(_table: Table, columns: list[Column], rows: Iterator[dict[str, Any]]) -> tuple[bytes, int]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([column.label for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_unformulated(shown(column, row[column.key])) for column in columns])
        count += 1
    return buffer.getvalue().encode("utf-8-sig"), count


def _unformulated(cell: str) -> str:
    """Quote what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
