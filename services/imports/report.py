"""What a load of a workbook says of itself: counts by sheet, remarks, rows before and after."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from services.imports.reading import Workbook
from services.imports.recognise import RecognisedSheet
from services.values import Cleaned, Severity

Memo = dict[Any, Cleaned[Any]]
"""Cleaned values by cleaner and raw value: the same cell is read several times, and again when the plan is applied."""


@dataclass(frozen=True)
class SheetReport:
    """The fate of a sheet's rows: created + changed + same + skipped == rows.

    `table` is None for a sheet that was not recognised; `header_row` is the last row of its heading, from 1.
    """

    sheet: str
    table: str | None
    header_row: int | None
    rows: int
    created: int
    changed: int
    same: int
    skipped: int


@dataclass(frozen=True)
class ReportRemark:
    """A doubt about one cell; row 0 is the sheet as a whole, sheet "" the file as a whole."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    severity: Severity


@dataclass(frozen=True)
class ImportReport:
    """What was done (`applied`) or would be."""

    applied: bool
    sheets: tuple[SheetReport, ...]
    remarks: tuple[ReportRemark, ...]

    def to_json(self) -> dict[str, Any]:
        """{"applied", "sheets": [{…}], "remarks": [{…}]} with the fields of the two classes above."""
        return {
            "applied": self.applied,
            "sheets": [asdict(sheet) for sheet in self.sheets],
            "remarks": [asdict(remark) for remark in self.remarks],
        }

    @property
    def written(self) -> int:
        """Rows created or changed."""
        return sum(sheet.created + sheet.changed for sheet in self.sheets)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "ImportReport":
        """The report that `to_json` wrote."""
        return cls(
            bool(raw.get("applied")),
            tuple(SheetReport(**sheet) for sheet in raw.get("sheets", ())),
            tuple(ReportRemark(**remark) for remark in raw.get("remarks", ())),
        )


@dataclass(frozen=True)
class CellChange:
    """One field of a row as people see it; `before` is "" where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowDiff:
    """One row of the file that would create something or change something. `outcome`: «created» or «changed»."""

    sheet: str
    row: int
    table: str
    name: str
    outcome: str
    changes: tuple[CellChange, ...]


@dataclass(frozen=True)
class BatchInfo:
    """A load that was applied: the file, who, when (UTC), what came of it."""

    id: int
    file_id: str | None
    file_name: str
    sha256: str
    who: str
    applied_at: dt.datetime | None
    report: ImportReport


@dataclass(frozen=True)
class Plan:
    """What `apply` would do: the file as read, the report, the rows. `applied_before` is the load of the same file."""

    workbook: Workbook
    sheets: tuple[RecognisedSheet, ...] = field(repr=False)
    report: ImportReport = field(repr=False)
    rows: tuple[RowDiff, ...] = field(repr=False)
    applied_before: BatchInfo | None
    memo: Memo = field(repr=False)
