"""A load from a file's bytes, and what stands in the tables afterwards."""

from pathlib import Path

from services.access.permissions import SYSTEM
from services.imports import ImportReport, running
from services.imports.recognise import RecognisedSheet
from services.tables.query import parse_query
from services.tables.registry import OWN, TABLES
from services.tables.rows import rows
from services.tables.workbook import shown
from services.work import reading


def loaded(name: str, content: bytes) -> ImportReport:
    """Plan and apply."""
    return running.run(SYSTEM, Path(name).name, content, apply_it=True).report


def table(name: str) -> list[dict[str, str]]:
    """All rows of a table, each filled cell as people see it."""
    with reading() as session:
        found = rows(session, SYSTEM, name, parse_query({"endRow": 1000})).rows
    columns = TABLES[name].columns
    return [{column.key: text for column in columns if (text := shown(column, row[column.key]))} for row in found]


def one(name: str, record: str) -> dict[str, str]:
    """The only row whose name begins so."""
    (found,) = [row for row in table(name) if row["name"].startswith(record)]
    return found


def in_base() -> dict[str, int]:
    """Rows of each table that has any."""
    return {name: count for name in OWN if (count := len(table(name)))}


def keys(sheet: RecognisedSheet) -> str:
    """The keys of its columns by place; «-» is no key."""
    return " ".join(column.key or "-" for column in sheet.columns)


def fates(report: ImportReport) -> list[tuple[int, int, int, int]]:
    """Rows created, changed, same, skipped by table."""
    return [(s.created, s.changed, s.same, s.skipped) for s in report.sheets]


def said(report: ImportReport, *columns: str) -> list[tuple[int, str]]:
    """Row and message of the remarks on these columns."""
    return [(remark.row, remark.message) for remark in report.remarks if remark.column in columns]
