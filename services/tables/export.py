"""What is filtered or chosen, in the columns asked for, as an Excel workbook or a CSV file."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models import Event, FilePurpose
from services import clock, files
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.directory.committees import committee_choices
from services.errors import InvalidInput
from services.files import FileInfo
from services.settings import settings
from services.tables import invited
from services.tables.columns import Column, Table
from services.tables.declared.invitations import INVITED
from services.tables.query import Query
from services.tables.registry import table_named
from services.tables.rows import all_rows
from services.tables.workbook import COMMITTEE_ID, Book, committee_caption, shown

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
UNFIT, TITLE_LIMIT = r'[/\\:*?"<>|\s]+', 60
"""What stands in no file name, and how much of an event's name does."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")
_INSIDE = r"[+\-＋－]| *[=@＝＠]"
_EXPOSED = re.compile(rf"""(?<=[,;\t\r\n"])(?={_INSIDE})""")
_GUARDED = re.compile(rf"""(?<=[,;\t\r\n"])'(?={_INSIDE})""")
"""Where a program that splits lines elsewhere would begin another cell with a formula; and the quote put there."""


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
    """The rows of `query` in columns `keys`, in their order (None: all the actor may see), as `xlsx` or `csv`.

    A workbook carries the key of each row in a hidden last column: edited, it finds its rows again. Raises
    `InvalidInput` for a column unknown or forbidden, named twice, or none at all.
    """
    if file_format not in CONTENT_TYPES:
        raise InvalidInput("Выгрузить можно в xlsx или csv.")
    table = table_named(name)
    visible = invited.columns_of(table, actor, query)
    unknown = [key for key in keys or () if key not in visible]
    if unknown:
        raise InvalidInput(f"В таблице «{table.title}» нет такой колонки: {unknown[0]}.")
    if keys is not None and not keys:
        raise InvalidInput("Отметьте хотя бы одну колонку.")
    if keys and len(set(keys)) < len(keys):
        raise InvalidInput("Каждую колонку можно назвать один раз.")
    columns = list(visible.values()) if keys is None else [visible[key] for key in keys]
    rows = all_rows(session, actor, name, query)
    if file_format == "csv":
        content, count = _csv(columns, rows)
    else:
        content, count = _xlsx(table, columns, rows, _caption(session, actor, table, query))
    about = _about(session, table, query, columns)
    day = clock.today().isoformat()
    # Whoever loses the right to see sums meanwhile loses the file with them.
    has_money = any(column.permission is Permission.MONEY_READ for column in columns)
    needed = Permission.MONEY_READ if has_money else Permission.BASE_EXPORT
    return Exported(f"{table.title}{about} {day}.{file_format}", content, count, needed)


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


def _xlsx(table: Table, columns: list[Column], rows: Iterator[dict[str, Any]], caption: str) -> tuple[bytes, int]:
    book = Book(table.title)
    sheet = book.add(table, columns, caption=caption, keyed=True)
    count = 0
    for count, row in enumerate(rows, 1):
        sheet.write(sheet.heading + count, row)
    sheet.finish(sheet.heading + count)
    return book.close(), count


def _caption(session: Session, actor: Actor, table: Table, query: Query) -> str:
    """The one committee the rows are of: rows added to the file belong to what stands above its heading."""
    chosen = query.pick.get(COMMITTEE_ID)
    if table.name != "committees" or chosen is None:
        return ""
    return committee_caption(dict(committee_choices(session, actor)).get(chosen, ""))


def _about(session: Session, table: Table, query: Query, columns: Sequence[Column]) -> str:
    """Whose invitations stand in the column «Приглашён»: for the name of the file, which outlives the screen."""
    number = invited.event_of(table, query)
    event = session.get(Event, number) if number is not None and INVITED in columns else None
    return f", приглашения на {re.sub(UNFIT, ' ', event.name[:TITLE_LIMIT]).strip()}," if event else ""


def _csv(columns: list[Column], rows: Iterator[dict[str, Any]]) -> tuple[bytes, int]:
    buffer = io.BytesIO()
    text = io.TextIOWrapper(buffer, "utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([column.label for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_unformulated(shown(column, row[column.key])) for column in columns])
        count += 1
    text.flush()
    return buffer.getvalue(), count


def _unformulated(cell: str) -> str:
    """Quote what a spreadsheet would take for a formula."""
    return _EXPOSED.sub("'", f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell)


def unquoted(cell: str) -> str:
    """The text of a CSV cell without the quotes an export put into it: for whoever reads such a file back."""
    if "'" not in cell:
        return cell
    inside = _GUARDED.sub("", cell)
    return inside[1:] if inside.startswith("'") and inside[1:].startswith(FORMULA_STARTS) else inside
