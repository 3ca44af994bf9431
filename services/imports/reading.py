"""A file as plain values: opened by a child process under limits, so that no file can hurt the product.

A file costs at most MEMORY_MB and SECONDS of processor time: what others take of a busy machine is not held against a
good file. A child that computes nothing and never ends is stopped by the clock, after PATIENCE times as long.
"""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from services.errors import InvalidInput
from services.imports import child, container
from services.imports.opening.sentences import BLANK, DAMAGED

MEMORY_MB = 512
SECONDS = 30
PATIENCE = 3 if hasattr(signal, "SIGXCPU") else 1
"""So many times SECONDS may pass on the clock; where a system counts no processor time, the clock is all there is."""
BARE = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
"""All the child needs of the environment: it has no business with the address of the database."""
CHILD = Path(child.__file__)
OUT_OF_TIME = -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else None
"""How a child ends whose processor time is over."""
TOO_LONG = f"Файл не удалось прочитать за {SECONDS} секунд. Разделите его на части."
TOO_BIG = "Для чтения файла не хватило отведённой памяти или времени. Разделите его на части."
SHARED_LENGTH, MOST_SHARED = 60, 20_000
"""Short texts that come again and again are held once: «да», regions, sources."""

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "html": "text/html",
    "xml": "application/xml",
}

Value = str | int | float | bool | dt.date | None


@dataclass(frozen=True)
class RawSheet:
    """One worksheet. `rows`: number as Excel shows it (from 1) → cells from column A; blank rows are left out.

    `merged` ranges are (top, left, bottom, right), rows from 1, columns from 0. `errors` are cells with an error
    (#ССЫЛКА!), `uncomputed` formulas whose value was never saved: (row from 1, column from 0), a thousand each at most;
    both are None in `rows`.
    """

    name: str
    rows: Mapping[int, tuple[Value, ...]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    uncomputed: tuple[tuple[int, int], ...] = ()
    errors: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Workbook:
    """A file that was read: its bytes, their SHA-256 in hex, its worksheets in order.

    `kind` is «xlsx», «xls», «csv», «html» or «xml» (of Excel 2003); `encoding` is that of a text, else empty.
    """

    name: str
    content: bytes = field(repr=False)
    sha256: str
    sheets: tuple[RawSheet, ...]
    kind: str = "xlsx"
    encoding: str = ""


def content_type_of(kind: str) -> str:
    """The MIME type to keep a file of this `Workbook.kind` under."""
    return CONTENT_TYPES[kind]


def read_workbook(name: str, content: bytes) -> Workbook:
    """Read a file, whatever its name says.

    Raises `InvalidInput` with one sentence for one that is no table, is damaged, locked, or too big.
    """
    book = _Book(_stem(name))
    with closing(_lines(container.check(content), content)) as lines:
        for line in lines:
            book.take(line)
    if not any(sheet.rows or sheet.uncomputed or sheet.errors for sheet in book.sheets):
        raise InvalidInput(BLANK)
    return Workbook(name, content, hashlib.sha256(content).hexdigest(), tuple(book.sheets), book.kind, book.encoding)


def _stem(name: str) -> str:
    """The name of a file without folders and endings: «Театры.tsv.csv» is «Театры»."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    while (path := PurePosixPath(stem)).suffix.lower() in {
        ".csv",
        ".tsv",
        ".txt",
        ".xls",
        ".xlsx",
        ".htm",
        ".html",
        ".xml",
    }:
        stem = path.stem
    return stem or "Лист1"


def _lines(kind: str, content: bytes) -> Generator[dict[str, Any], None, None]:
    """What the child says of the file, line by line."""
    command = [sys.executable, "-I", str(CHILD), kind, str(MEMORY_MB), str(SECONDS)]
    with tempfile.TemporaryFile() as handed:
        handed.write(content)
        handed.seek(0)
        # Our own interpreter and script; the file goes in by standard input, never by name.
        running = subprocess.Popen(command, stdin=handed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=BARE)  # noqa: S603
    late = threading.Event()

    def stop() -> None:
        late.set()
        running.kill()

    timer = threading.Timer(SECONDS * PATIENCE, stop)
    timer.daemon = True
    timer.start()
    done = False
    try:
        assert running.stdout is not None
        for line in running.stdout:
            if not line.endswith(b"\n"):
                break  # killed in the middle of it
            said = orjson.loads(line)
            done = "done" in said
            yield said
    finally:
        timer.cancel()
        running.kill()
        code = running.wait()
        if running.stdout:
            running.stdout.close()
    if late.is_set() or code == OUT_OF_TIME:
        raise InvalidInput(TOO_LONG)
    if code == child.BROKEN:
        raise InvalidInput(DAMAGED)
    if not done:  # too big, or ended by its limits
        raise InvalidInput(TOO_BIG)


class _Book:
    """Sheets as they come from the child."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._shared: dict[str, str] = {}
        self._rows: dict[int, tuple[Value, ...]] = {}
        self.sheets: list[RawSheet] = []
        self.kind, self.encoding = "", ""
        self._names: dict[str, int] = {}

    def take(self, said: dict[str, Any]) -> None:
        """One line of the child. Raises `InvalidInput` when it refuses the file."""
        if "rows" in said:
            for number, cells in said["rows"]:
                self._rows[number + 1] = tuple([self._value(cell) for cell in cells])
        elif "sheet" in said:
            self._rows = {}
            self.sheets.append(RawSheet(self._named(said["sheet"] or self._stem), self._rows, (), said["hidden"]))
        elif "merged" in said:
            merged = tuple((top + 1, left, bottom + 1, right) for top, left, bottom, right in said["merged"])
            uncomputed, errors = (
                tuple((row + 1, column) for row, column in said[key]) for key in ("uncomputed", "errors")
            )
            self.sheets[-1] = replace(self.sheets[-1], merged=merged, uncomputed=uncomputed, errors=errors)
        elif "kind" in said:
            self.kind, self.encoding = said["kind"], said["encoding"]
        elif "again" in said:
            self.sheets.clear()
            self._names.clear()
        elif "refused" in said:
            raise InvalidInput(said["refused"])

    def _named(self, name: str) -> str:
        """A name no sheet before has: of equal ones the second is «Лист (2)»; what is chosen goes by the name."""
        while name in self._names:
            self._names[name] += 1
            name = f"{name} ({self._names[name]})"
        self._names[name] = 1
        return name

    def _value(self, cell: Any) -> Value:
        if cell.__class__ is str:
            if len(cell) > SHARED_LENGTH:
                return cell
            if len(self._shared) < MOST_SHARED:
                return self._shared.setdefault(cell, cell)
            return self._shared.get(cell, cell)
        if cell.__class__ is not dict:
            return cell  # type: ignore[no-any-return]
        moment = cell["d"]
        return dt.datetime.fromisoformat(moment) if "T" in moment else dt.date.fromisoformat(moment)
