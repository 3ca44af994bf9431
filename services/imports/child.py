"""The child process that opens a workbook: run as a script, alone, under limits of memory and time.

It imports nothing of the product. The workbook comes in on standard input, one JSON object goes out on standard
output: {"sheets": [{"name", "hidden", "merged": [[top, left, bottom, right], …], "rows": [[number, [cell, …]], …]}]};
numbers of rows and columns from 0, blank rows left out; a cell is text, a number, true, null or {"d": ISO date or
moment}. Exit codes say what failed.
"""

import datetime as dt
import json
import math
import sys
from io import BytesIO
from typing import Any

BROKEN, TOO_BIG = 3, 4
MOST_CELLS = 2_000_000
MOST_LETTERS = 100_000_000
MERGED_ROWS, MOST_MERGED = 1_000, 20_000
"""Merged cells matter in headings only, and headings stand near the top."""


class TooBig(Exception):
    """The workbook holds more than any register does."""


def main() -> int:
    """Read standard input, write standard output, give the exit code. Arguments: memory in MB, processor seconds."""
    limit(int(sys.argv[1]), int(sys.argv[2]))
    content = sys.stdin.buffer.read()
    try:
        found = read(content)
    except (TooBig, MemoryError):
        return TOO_BIG
    except Exception:  # noqa: BLE001 - whatever a reader raises, the file is to blame
        return BROKEN
    json.dump(found, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    return 0


def limit(memory_mb: int, seconds: int) -> None:
    """Bound this process, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory_mb * 1024 * 1024), (resource.RLIMIT_CPU, seconds)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue


def read(content: bytes) -> dict[str, Any]:
    """All worksheets of the workbook."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - under the limits

    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets, letters, cells = [], 0, 0
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        rows: list[list[Any]] = []
        # iter_rows gives rows from the top of the sheet, but columns from the first that holds something.
        margin = [None] * (sheet.start or (0, 0))[1]
        for number, values in enumerate(sheet.iter_rows()):
            line = trimmed([*margin, *map(plain, values)])
            cells += len(line)
            letters += sum(len(value) for value in line if isinstance(value, str))
            if cells > MOST_CELLS or letters > MOST_LETTERS:
                raise TooBig
            if line:
                rows.append([number, line])
        sheets.append(
            {
                "name": meta.name,
                "hidden": meta.visible != SheetVisibleEnum.Visible,
                "merged": merged(sheet.merged_cell_ranges or []),
                "rows": rows,
            }
        )
    return {"sheets": sheets}


def merged(areas: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[list[int]]:
    """Merged areas near the top as [top, left, bottom, right]."""
    return [[*start, *end] for start, end in areas if start[0] < MERGED_ROWS][:MOST_MERGED]


def trimmed(line: list[Any]) -> list[Any]:
    """Without the empty cells at the end."""
    while line and line[-1] is None:
        line.pop()
    return line


def plain(value: Any) -> Any:
    """A cell as JSON."""
    if isinstance(value, (dt.datetime, dt.date)):
        return {"d": value.isoformat()}
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str) and not value.strip():
        return None
    return value


if __name__ == "__main__":
    sys.exit(main())
