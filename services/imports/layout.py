"""Sheets and columns of a file as the user sees and changes them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from services.access.permissions import Actor
from services.imports.recognise import RecognisedSheet, SheetColumn
from services.imports.recognised import SAMPLED_ROWS
from services.imports.synonyms import PSEUDO
from services.tables.columns import RECORD_KEY
from services.tables.registry import TABLES
from services.values.plain import as_text

SAMPLES, LONGEST = 3, 60


@dataclass(frozen=True)
class ColumnView:
    """A column of the file: letter as in Excel, heading, key it was taken for ("" none), how, remark, first values."""

    place: int
    letter: str
    heading: str
    key: str
    how: str
    remark: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class TableView:
    """A table of the file: sheet, number on the sheet, what it was taken for (None: not loaded, `reason` says why)."""

    sheet: str
    part: int
    table: str | None
    reason: str
    hidden: bool
    header_row: int | None
    rows: int
    columns: tuple[ColumnView, ...]
    shape: str = ""


def views(sheets: Iterable[RecognisedSheet]) -> tuple[TableView, ...]:
    """What `find_tables` found, for the screen."""
    return tuple(
        TableView(
            sheet.name, sheet.part, sheet.table, sheet.reason, sheet.hidden, sheet.header_row, len(sheet.rows),
            tuple(_column(sheet, column) for column in sheet.columns), sheet.shape,
        )
        for sheet in sheets
    )  # fmt: skip


def to_json(tables: Iterable[TableView]) -> str:
    """As kept in the batch."""
    return json.dumps([asdict(table) for table in tables], ensure_ascii=False)


def from_json(text: str) -> tuple[TableView, ...]:
    """The tables `to_json` wrote."""
    return tuple(TableView(**raw | {"columns": tuple(map(_view, raw["columns"]))}) for raw in json.loads(text))


def choices(actor: Actor, table: str) -> dict[str, str]:
    """Keys a column of a file may be taken for, with their labels: what the actor may fill, then parts of names."""
    declared = TABLES[table]
    found = {key: column.label for key, column in declared.visible(actor).items() if column.live is None}
    for key, pseudo in PSEUDO.items():
        if table in pseudo.tables and key not in found and key != RECORD_KEY:
            found[key] = pseudo.label
    return found


def _view(raw: dict[str, Any]) -> ColumnView:
    return ColumnView(**raw | {"samples": tuple(raw["samples"])})


def _column(sheet: RecognisedSheet, column: SheetColumn) -> ColumnView:
    return ColumnView(
        column.place, xl_col_to_name(column.place), column.heading, column.key or "", column.how, column.remark,
        _samples(sheet, column.place),
    )  # fmt: skip


def _samples(sheet: RecognisedSheet, place: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    rows: Sequence[object] = sheet.rows
    for number in range(min(len(rows), SAMPLED_ROWS)):
        value = sheet.rows[number].cells.get(place)
        if value is not None:
            found[as_text(value)[:LONGEST]] = None
        if len(found) == SAMPLES:
            break
    return tuple(found)
