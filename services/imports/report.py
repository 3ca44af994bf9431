"""What a load of a workbook says of itself: counts by sheet, remarks, planned rows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from services.imports.diff import Cell
from services.values import Cleaned, Severity

Memo = dict[Any, Cleaned[Any]]
"""Cleaned values by cleaner and raw value: the same cell is read several times."""


@dataclass(frozen=True)
class SheetReport:
    """The fate of a table's rows: created + changed + same + skipped == rows; rows to be decided count as skipped.

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


@dataclass(frozen=True, slots=True)
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
    """What was done (`applied`) or would be. `doubtful` rows wait for a decision.

    `conflicts`: cells that would change what was entered by hand, and therefore do not. `chosen`: what the counts of
    each sheet (created, changed, same, skipped) come to by what the user took and refused; None when to the same.
    """

    applied: bool
    sheets: tuple[SheetReport, ...]
    remarks: tuple[ReportRemark, ...]
    doubtful: int = 0
    conflicts: int = 0
    chosen: Sequence[Sequence[int]] | None = None

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

    def as_chosen(self) -> "ImportReport":
        """The report of what would be written now."""
        if self.chosen is None:
            return self
        sheets = (
            replace(sheet, created=created, changed=changed, same=same, skipped=skipped)
            for sheet, (created, changed, same, skipped) in zip(self.sheets, self.chosen, strict=True)
        )
        return replace(self, sheets=tuple(sheets))

    def total(self, what: str) -> int:
        """A count («created», «changed», «same», «skipped», «rows») over all sheets."""
        return sum(getattr(sheet, what) for sheet in self.sheets)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "ImportReport":
        """The report that `to_json` wrote."""
        return cls(
            bool(raw.get("applied")),
            tuple(SheetReport(**sheet) for sheet in raw.get("sheets", ())),
            tuple(ReportRemark(**remark) for remark in raw.get("remarks", ())),
            int(raw.get("doubtful", 0)),
            int(raw.get("conflicts", 0)),
            raw.get("chosen"),
        )


@dataclass(frozen=True)
class PlannedRow:
    """One row of the file as planned, for people. `match`: {"score", "reason", "id", "candidates"}; see matching.

    `id` is 0 for a plan that is not kept; `refused` and `taken` are keys of cells the user decided otherwise.
    """

    id: int
    place: int
    sheet: str
    number: int
    table: str
    name: str
    outcome: str
    match: Mapping[str, Any]
    cells: tuple[Cell, ...]
    remarks: tuple[ReportRemark, ...] = ()
    accepted: bool = True
    choices: Mapping[str, bool] = field(default_factory=dict)
    renewed: bool = False

    def takes(self, cell: Cell) -> bool:
        """Whether applying the plan writes this cell."""
        return self.accepted and self.choices.get(cell.key, cell.state.value != "conflict")

    def to_json(self) -> dict[str, Any]:
        """For the terminal: {"sheet", "row", "table", "name", "outcome", "match", "cells": [{…}]}."""
        return {
            "sheet": self.sheet, "row": self.number, "table": self.table, "name": self.name, "outcome": self.outcome,
            "match": dict(self.match),
            "cells": [
                {
                    "column": cell.label, "state": cell.state.value, "before": cell.before, "after": cell.after,
                    "origin": None if cell.origin is None else cell.origin.source,
                }
                for cell in self.cells
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class BatchInfo:
    """A load: the file, who, when (UTC), what came of it. `remarks`: how many there are; see `batch_remarks`."""

    id: int
    state: str
    file_id: str | None
    file_name: str
    sha256: str
    who: str
    mine: bool
    created_at: dt.datetime
    applied_at: dt.datetime | None
    undone_at: dt.datetime | None
    undo_of: int | None
    report: ImportReport
    remark_count: int
    failure: str = ""

    def to_json(self) -> dict[str, Any]:
        """For the terminal: the fields of the batch, the moments as ISO text, the counts by sheet."""
        moments = {"applied_at": self.applied_at, "undone_at": self.undone_at}
        return {
            "id": self.id, "state": self.state, "file": self.file_name, "sha256": self.sha256, "who": self.who,
            **{key: None if at is None else at.isoformat() for key, at in moments.items()},
            "undo_of": self.undo_of, "sheets": self.report.to_json()["sheets"], "remarks": self.remark_count,
        }  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A load from the terminal: the report, the rows of a mere plan, the batch when it was applied."""

    report: ImportReport
    rows: Sequence[PlannedRow]
    batch_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The report's JSON, and {"batch", "doubtful", "conflicts", "rows"}."""
        report = self.report
        return report.to_json() | {
            "batch": self.batch_id, "doubtful": report.doubtful, "conflicts": report.conflicts,
            "rows": [row.to_json() for row in self.rows],
        }  # fmt: skip
