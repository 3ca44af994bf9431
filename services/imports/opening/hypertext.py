"""Tables of an HTML page, which many programs save under the ending .xls."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from services.imports.opening.sentences import NO_TABLE, TOO_DEEP
from services.imports.opening.sheet import Line, Refused, Row, Sheet, TooBig, plain, trimmed

DEEPEST = 50
MOST_COLUMNS, MOST_CELLS = 16_384, 2_000_000
SILENT = frozenset({"script", "style"})
BREAKS = frozenset({"br", "p", "div", "li"})
BLANKS = re.compile("[ \\t\\r\\n\\f]+")
"""One blank, whatever stands in the source; a no-break space is a sign like others."""


def sheets(text: str) -> Iterator[Sheet]:
    """One sheet per table that holds something; a table inside another's cell is a sheet of its own.

    Raises `Refused` for a page without tables.
    """
    page = _Page()
    page.feed(text)
    page.close()
    page.finish()
    found = [table for table in page.tables if table.rows]
    if not found:
        raise Refused(NO_TABLE)
    for number, table in enumerate(found, 1):
        name = table.caption or ("" if len(found) == 1 else f"Таблица {number}")
        yield Sheet(name, table.rows, merged=table.merged)


class _Table:
    """One table being read."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.caption = ""
        self.cell: list[str] | None = None
        self._number, self._column = -1, -1
        self._line: Line | None = None
        self._place = 0
        self._taken: dict[int, int] = {}
        """Column → the last row that a cell from above covers there."""

    def start_row(self) -> None:
        self.end_row()
        self._number, self._column, self._line = self._number + 1, -1, []

    def start_cell(self, rowspan: int, colspan: int) -> None:
        self.end_cell()
        if self._line is None:
            self.start_row()
        place = self._column + 1
        while self._taken.get(place, -1) >= self._number:
            place += 1
        right = place + colspan - 1
        if right >= MOST_COLUMNS:
            raise TooBig
        if rowspan > 1 or colspan > 1:
            self.merged.append((self._number, place, self._number + rowspan - 1, right))
        if rowspan > 1:
            self._taken.update(dict.fromkeys(range(place, right + 1), self._number + rowspan - 1))
        self._place, self._column, self.cell = place, right, []

    def end_cell(self) -> None:
        if self.cell is not None and self._line is not None:
            lines = (line.strip(" ") for line in "".join(self.cell).split("\n"))
            self._line.extend([None] * (self._place - len(self._line)))
            self._line.append(plain("\n".join(filter(None, lines))))
        self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self._line is not None and trimmed(self._line):
            self.rows.append((self._number, self._line))
        self._line = None


class _Page(HTMLParser):
    """The tables of a page in the order they begin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._silent = ""
        self._caption: list[str] | None = None
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in SILENT:
            self._silent = tag
        elif tag == "table":
            self._start_table()
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].start_row()
        elif tag in ("td", "th"):
            self._start_cell(dict(attrs))
        elif tag == "caption":
            self._caption = []
        elif tag in BREAKS:
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag == self._silent:
            self._silent = ""
        elif not self._open:
            return
        elif tag == "table":
            self._open.pop().end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in ("td", "th"):
            self._open[-1].end_cell()
        elif tag == "caption" and self._caption is not None:
            self._open[-1].caption, self._caption = " ".join("".join(self._caption).split()), None

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._silent:
            self._say(BLANKS.sub(" ", data))

    def _say(self, data: str) -> None:
        if self._caption is not None:
            self._caption.append(data)
        elif self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append(data)

    def finish(self) -> None:
        """The end of the page closes what is open."""
        while self._open:
            self._open.pop().end_row()

    def _start_table(self) -> None:
        if len(self._open) >= DEEPEST:
            raise Refused(TOO_DEEP)
        self._open.append(_Table())
        self.tables.append(self._open[-1])

    def _start_cell(self, given: dict[str, str | None]) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise TooBig
        self._open[-1].start_cell(_span(given.get("rowspan")), _span(given.get("colspan")))


def _span(given: str | None) -> int:
    return (
        min(max(int(given), 1), 65_534)
        if given and given.isascii() and given.strip().isdigit() and len(given) < 6
        else 1
    )
