"""Tables written as text: delimiter, quotes, line breaks inside cells."""

import re
from collections import Counter
from collections.abc import Iterator

from services.imports.opening.sentences import TOO_LONG, TOO_WIDE, UNCLOSED
from services.imports.opening.sheet import Refused, Row, plain, trimmed

DELIMITERS = (";", "\t", ",", "|")
"""The likelier first: «35 000,50» and «Иванов, Пётр» stand in files with «;» and tabs."""
LOOKED_AT, SAMPLE = 200, 200_000
"""Records and letters that are looked at to tell the delimiter."""
LONGEST_CELL = 32_767
"""As many letters as a cell of Excel holds."""
MOST_COLUMNS = 16_384
SEP = re.compile(r"\s*sep=(.)[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)

Record = tuple[int, list[str]]
"""Number of a record, from 0 (as Excel would number it), and its cells."""


def delimiter_of(text: str) -> tuple[str, int]:
    """The delimiter (empty where there is one column) and where the table begins, past a line like «sep=;»."""
    if said := SEP.match(text):
        return said[1], said.end()
    scores = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return (best, 0) if scores[best] > 0 else ("", 0)


def rows(text: str, delimiter: str, start: int) -> Iterator[Row]:
    """Rows with anything in them. Raises `Refused` for a quote never closed and for what is no table."""
    for number, cells in records(text, delimiter, start):
        if line := trimmed([plain(cell) for cell in cells]):
            yield number, line


def records(text: str, delimiter: str, start: int = 0) -> Iterator[Record]:
    """Every record, blank ones too.

    A cell is quoted when its closing quote ends it; otherwise its quotes are part of it, as in «"Ромашка" ООО».
    Raises `Refused` where a quote opens a cell and none closes it.
    """
    field = _field(delimiter)
    place, number, cells = start, 0, []
    while place < len(text):
        found = field.match(text, place)
        assert found is not None  # any text is a cell
        quoted, bare, end = found.groups()
        cell = bare if quoted is None else quoted
        if quoted is None:
            if bare.startswith('"') and bare.count('"') == 1:
                raise Refused(UNCLOSED.format(number + 1))
            if len(bare) > LONGEST_CELL:
                raise Refused(TOO_LONG.format(number + 1))
        cells.append(cell.replace('""', '"') if '"' in cell else cell)
        if len(cells) > MOST_COLUMNS:
            raise Refused(TOO_WIDE.format(number + 1))
        place = found.end()
        if not delimiter or end != delimiter:
            yield number, cells
            number, cells = number + 1, []
    if cells:  # the file ends with a delimiter
        yield number, [*cells, ""]


def _field(delimiter: str) -> re.Pattern[str]:
    """One cell and what ends it. Bounded and without ways back, so that no text takes much longer than its length."""
    stop = re.escape(delimiter)
    end = rf"({stop}|\r\n|\r|\n|\Z)" if delimiter else r"(\r\n|\r|\n|\Z)"
    quoted = rf'"((?:[^"]|""){{0,{LONGEST_CELL}}}+)"'
    return re.compile(rf"(?:{quoted}|([^{stop}\r\n]*+)){end}")


def _score(text: str, delimiter: str) -> float:
    """How evenly this delimiter cuts the first records: 0 where it does not occur in them."""
    start: list[list[str]] = []
    try:
        for _number, cells in records(text[:SAMPLE], delimiter):
            if any(cells):
                start.append(cells)
            if len(start) == LOOKED_AT:
                break
    except Refused:  # of the cut at the end, or because the delimiter is another one
        pass
    widths = Counter(len(cells) for cells in start if len(cells) > 1)
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    cells_in_all = sum(map(len, start))
    stray = sum(cell.startswith('"') or cell.endswith('"') for cells in start for cell in cells)
    heading = 1.0 if len(start[0]) == width else 0.6
    return times / len(start) * heading * (1 - stray / cells_in_all) * (1 - 0.1 / width)
