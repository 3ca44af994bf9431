"""Finds the table on a worksheet: its heading (one or two rows), which table of the office it is, what columns hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from services.imports.reading import RawSheet, Value
from services.tables.columns import Column, Table
from services.tables.registry import TABLES
from services.values import fold
from services.values.plain import as_text

SEARCHED_ROWS = 30
MOST_COLUMNS = 300
"""Columns a heading is looked for in; those further right are named as unknown."""
TITLE_BONUS = 2
"""What a fitting sheet title is worth, in columns: tables of people differ by little else."""
KEY = "name"
MARKS = {"выбрать", "вставить", "выбор", "отметка", "отметить", "номерпп", "номер", "пп"}
"""Columns for ticks and line numbers: they say nothing about anybody."""
COMMITTEE = "комитет"


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its place (from 0), its heading, the key it was recognised as."""

    place: int
    heading: str
    key: str | None


@dataclass(frozen=True)
class DataRow:
    """A row below the heading: number as Excel shows it, section title above it, filled cells by place."""

    number: int
    title: str
    cells: Mapping[int, Value]


@dataclass(frozen=True)
class RecognisedSheet:
    """A sheet and what it was taken for. `table` None: not recognised, `reason` says why.

    `asides` are texts above and between the rows that belong to no cell: (row, text).
    """

    name: str
    table: str | None
    header_row: int | None = None
    columns: tuple[SheetColumn, ...] = ()
    rows: tuple[DataRow, ...] = ()
    reason: str = ""
    asides: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Heading:
    """One column's heading as it may be read in some row: its text and the group above it."""

    text: str
    group: str = ""

    @cached_property
    def key(self) -> str:
        """What the text is compared by."""
        return heading_key(self.text)

    @cached_property
    def group_key(self) -> str:
        """What the group is compared by."""
        return heading_key(self.group)


@dataclass(frozen=True)
class _Names:
    """A column by the keys of its label, its other headings, its group."""

    column: Column
    label: frozenset[str]
    others: frozenset[str]
    group: str


@dataclass(frozen=True)
class _Guess:
    row: int
    table: Table
    headings: Mapping[int, Heading]
    keys: Mapping[int, str]
    score: float = field(default=0.0)


def recognise(sheet: RawSheet) -> RecognisedSheet:
    """The sheet's table with its columns and rows, or the reason why there is none."""
    if sheet.hidden:
        return _refused(sheet, "лист скрыт; если он нужен, покажите его в Excel и загрузите файл снова")
    best: _Guess | None = None
    for number in sorted(sheet.rows)[:SEARCHED_ROWS]:
        headings = _headings(sheet, number)
        for table in TABLES.values():
            guess = _guess(sheet, table, number, headings)
            if guess and (best is None or guess.score > best.score):
                best = guess
    if best is None:
        return _refused(sheet, "не нашлось строки с заголовками, знакомыми программе")
    columns = tuple(SheetColumn(place, h.text, best.keys.get(place)) for place, h in best.headings.items())
    rows, asides = _rows(sheet, best)
    return RecognisedSheet(sheet.name, best.table.name, best.row, columns, rows, asides=asides)


def heading_key(text: str) -> str:
    """Equal for equal headings: folded, «№» as a word, everything but letters and digits left out."""
    return re.sub(r"[\W_]+", "", fold(text.replace("№", " номер ")))


def is_mark(heading: str) -> bool:
    """Whether a heading stands over ticks or line numbers."""
    return heading_key(heading) in MARKS


def _refused(sheet: RawSheet, reason: str) -> RecognisedSheet:
    return RecognisedSheet(sheet.name, None, None, (), tuple(DataRow(n, "", {}) for n in sheet.rows), reason)


def _headings(sheet: RawSheet, number: int) -> dict[int, Heading]:
    """Headings by place if row `number` is the last of the heading: its own texts, else what is merged down to it."""
    found: dict[int, Heading] = {}
    above = _spread(sheet, number - 1)
    for place, value in enumerate(sheet.rows[number][:MOST_COLUMNS]):
        if isinstance(value, str) and value.strip():
            found[place] = Heading(as_text(value), above.get(place, ""))
    for top, left, bottom, right in sheet.merged:
        anchor = _text(sheet, top, left)
        if top < number == bottom and left == right and anchor:
            found[left] = Heading(anchor)
    if above and not sheet.merged:
        # Somebody unmerged the cells: what stands above an empty cell heads the column.
        for place, value in enumerate(sheet.rows.get(number - 1, ())[:MOST_COLUMNS]):
            if place not in found and isinstance(value, str) and value.strip():
                found[place] = Heading(as_text(value))
    if len({heading.group for heading in found.values()}) == 1:
        # What stands over all columns is the title of the table, not a group.
        found = {place: Heading(heading.text) for place, heading in found.items()}
    return dict(sorted(found.items()))


def _spread(sheet: RawSheet, number: int) -> dict[int, str]:
    """Texts of a row of groups over every column they stand above."""
    spread: dict[int, str] = {}
    merged = [area for area in sheet.merged if area[0] <= number <= area[2]]
    for top, left, _, right in merged:
        spread.update(dict.fromkeys(range(left, min(right + 1, MOST_COLUMNS)), _text(sheet, top, left)))
    last = ""
    for place in range(min(len(sheet.rows[number + 1]), MOST_COLUMNS)):
        text = _text(sheet, number, place)
        last = text or ("" if merged else last)
        if place not in spread and last:
            spread[place] = last
    return spread


def _text(sheet: RawSheet, number: int, place: int) -> str:
    cells = sheet.rows.get(number, ())
    return as_text(cells[place]) if place < len(cells) and isinstance(cells[place], str) else ""


def _guess(sheet: RawSheet, table: Table, number: int, headings: Mapping[int, Heading]) -> _Guess | None:
    keys = _match(table, headings)
    named = [place for place, heading in headings.items() if heading.key not in MARKS]
    titles = {heading_key(title) for title in (table.title, *table.sheet_titles)}
    bonus = TITLE_BONUS if heading_key(sheet.name) in titles else 0
    if KEY not in keys.values() or (len(keys) < 2 and not bonus) or 2 * len(keys) < len(named):
        return None
    return _Guess(number, table, headings, keys, len(keys) + bonus)


def _match(table: Table, headings: Mapping[int, Heading]) -> dict[int, str]:
    """Keys of the table's columns by place: first by their own labels, then by the other names they have."""
    keys: dict[int, str] = {}
    left = list(_names(table.name))
    for by_label in (True, False):
        for place, heading in headings.items():
            if place in keys or heading.key in MARKS:
                continue
            named = [c for c in left if heading.key in (c.label if by_label else c.others)]
            fitting = [c for c in named if _same_group(c, heading)]
            # Of two columns of one name the one of that group; without groups, the first.
            best = next((c for c in fitting if c.group == heading.group_key), fitting[0] if fitting else None)
            if best:
                keys[place] = best.column.key
                left.remove(best)
    return keys


@lru_cache
def _names(table: str) -> tuple[_Names, ...]:
    return tuple(
        _Names(c, frozenset({heading_key(c.label)}), frozenset(map(heading_key, c.headings)), heading_key(c.group))
        for c in TABLES[table].columns
    )


def _same_group(names: _Names, heading: Heading) -> bool:
    """A date of a document is told from a contract by its group only, so a different group is another column."""
    return not names.column.key.startswith("received_") or not heading.group or heading.group_key == names.group


def _rows(sheet: RawSheet, guess: _Guess) -> tuple[tuple[DataRow, ...], tuple[tuple[int, str], ...]]:
    title = _title(sheet, guess)
    asides = list(_unread_titles(sheet, guess, title))
    rows = []
    marks = {place for place, heading in guess.headings.items() if heading.key in MARKS}
    for number in sorted(n for n in sheet.rows if n > guess.row):
        cells = {place: value for place, value in enumerate(sheet.rows[number]) if value is not None}
        section = _section(guess, cells)
        if section:
            title = section
        elif _repeats_heading(guess, cells):
            continue
        elif cells.keys() - marks:
            rows.append(DataRow(number, title, cells))
        elif any(isinstance(value, str) for value in cells.values()):
            asides.append((number, ", ".join(as_text(value) for value in cells.values())))
    return tuple(rows), tuple(asides)


def _title(sheet: RawSheet, guess: _Guess) -> str:
    """The committee a sheet is about: named above its heading, else by the sheet itself."""
    above = [text for _, text in _above(sheet, guess) if heading_key(text).startswith(COMMITTEE)]
    if above:
        return above[-1]
    known = {heading_key(title) for title in guess.table.sheet_titles}
    own = heading_key(sheet.name)
    return sheet.name if own.startswith(COMMITTEE) and own not in known else ""


def _above(sheet: RawSheet, guess: _Guess) -> Iterator[tuple[int, str]]:
    """Texts above the heading that are no groups of it."""
    groups = {heading.group_key for heading in guess.headings.values()}
    own = {heading.key for heading in guess.headings.values()}
    for number in sorted(n for n in sheet.rows if n < guess.row):
        for value in sheet.rows[number]:
            if value is not None and heading_key(as_text(value)) not in groups | own:
                yield number, as_text(value)


def _unread_titles(sheet: RawSheet, guess: _Guess, title: str) -> Iterator[tuple[int, str]]:
    known = {heading_key(text) for text in (title, sheet.name, guess.table.title, *guess.table.sheet_titles)}
    return (aside for aside in _above(sheet, guess) if heading_key(aside[1]) not in known)


def _section(guess: _Guess, cells: Mapping[int, Value]) -> str:
    """A committee's name alone in its row begins the rows of that committee."""
    if guess.table.name != "committees" or len(cells) != 1:
        return ""
    text = as_text(next(iter(cells.values())))
    return text if fold(text).startswith(COMMITTEE) else ""


def _repeats_heading(guess: _Guess, cells: Mapping[int, Value]) -> bool:
    headings = guess.headings
    name = next(place for place, key in guess.keys.items() if key == KEY)
    if heading_key(as_text(cells.get(name))) != headings[name].key:
        return False
    same = sum(p in headings and heading_key(as_text(value)) == headings[p].key for p, value in cells.items())
    return len(cells) > 1 and 2 * same > len(cells)
