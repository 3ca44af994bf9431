"""A workbook as plain values: opened by a child process under limits, so that no file can hurt the product."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.errors import InvalidInput
from services.imports import child, container

MEMORY_MB = 512
SECONDS = 30
CHILD = Path(__file__).with_name("child.py")
Value = str | int | float | bool | dt.date | None


@dataclass(frozen=True)
class RawSheet:
    """One worksheet. `rows`: number as Excel shows it (from 1) → cells from column A; blank rows are left out.

    `merged` ranges are (top, left, bottom, right), rows from 1, columns from 0.
    """

    name: str
    rows: Mapping[int, tuple[Value, ...]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    """A file that was read: its bytes, their SHA-256 in hex, its worksheets in order."""

    name: str
    content: bytes = field(repr=False)
    sha256: str
    sheets: tuple[RawSheet, ...]


def read_workbook(name: str, content: bytes) -> Workbook:
    """Read an .xlsx. Raises `InvalidInput` with one sentence for anything else, anything broken or anything too big."""
    container.check(content)
    sheets = tuple(_sheet(raw) for raw in _open(content)["sheets"])
    if not any(sheet.rows for sheet in sheets):
        raise InvalidInput("В книге нет ни одной заполненной ячейки.")
    return Workbook(name, content, hashlib.sha256(content).hexdigest(), sheets)


def _open(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-I", str(CHILD), str(MEMORY_MB), str(SECONDS)]
    try:
        # Our own interpreter and script; the file goes in by standard input, never by name.
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(f"Файл не удалось прочитать за {SECONDS} секунд. Разделите его на части.") from error
    if done.returncode in (1, child.BROKEN):  # 1: the reader panicked
        raise InvalidInput(container.DAMAGED)
    if done.returncode:  # too big, or killed by its limits
        raise InvalidInput("Для чтения файла не хватило отведённой памяти или времени. Разделите его на части.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _sheet(raw: dict[str, Any]) -> RawSheet:
    rows = {number + 1: tuple(_value(cell) for cell in cells) for number, cells in raw["rows"]}
    merged = tuple((top + 1, left, bottom + 1, right) for top, left, bottom, right in raw["merged"])
    return RawSheet(raw["name"], rows, merged, raw["hidden"])


def _value(cell: Any) -> Value:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]
    moment = cell["d"]
    return dt.datetime.fromisoformat(moment) if "T" in moment else dt.date.fromisoformat(moment)
