"""Finds the tables of a worksheet: where one begins and ends, which of its rows are the heading."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from services.imports.contents import MOST_COLUMNS, kinds
from services.imports.header import (
    HEADING_LETTERS,
    LEVELS,
    Header,
    Heading,
    are_column_numbers,
    header_at,
    is_known,
    is_name,
    meaning_of,
)
from services.imports.headings import is_mark
from services.imports.reading import RawSheet, Value
from services.values.plain import as_text

SEARCHED_ROWS = 30
"""Rows a heading is looked for in."""
MOST_TABLES = 20
"""Tables below one another: what follows belongs to the last of them."""
MOST_MERGED = 2_000
"""Merged areas a heading is made of."""
MOST_LOOKS = 5_000
"""Rows after a blank one that are looked at as headings of a next table."""
SURE_NAMES = {"person_name", "org_name"}
TELLING = {
    "phone",
    "email",
    "date",
    "inn",
    "ogrn",
    "site",
    "address",
    "requisites",
    "number",
    "inn_like",
    "person",
    "company",
}
"""Kinds of cells that stand under a heading, not in it."""


@dataclass(frozen=True)
class Area:
    """A part of a sheet that holds one table: its row numbers in order; without `header`, no heading was found."""

    sheet: RawSheet
    numbers: Sequence[int] = field(repr=False)
    header: Header | None

    @cached_property
    def above(self) -> tuple[int, ...]:
        """Rows above the heading."""
        return tuple(n for n in self.numbers[: SEARCHED_ROWS * 2] if self.header and n < self.header.rows[0])

    @cached_property
    def wide(self) -> frozenset[int]:
        """Rows with a cell merged over several columns."""
        return frozenset(top for top, left, bottom, right in self.sheet.merged if top == bottom and right - left > 1)

    @cached_property
    def below(self) -> Sequence[int]:
        """Rows below the heading; all of them when there is none."""
        if self.header is None:
            return self.numbers
        last = self.header.rows[-1]
        return self.numbers[bisect_right(self.numbers, last) :]


def find_areas(sheet: RawSheet) -> tuple[Area, ...]:
    """The tables of the sheet, down and then to the right; one area without a heading when there is none."""
    return tuple(area for part in _side_by_side(sheet) for area in _one_below_another(part))


def _one_below_another(sheet: RawSheet) -> Iterator[Area]:
    numbers = sorted(sheet.rows)
    # Merged areas matter in headings only, and there may be one for every row of a long table.
    near = set(numbers[:SEARCHED_ROWS])
    start = parts = 0
    while start < len(numbers):
        parts += 1
        header = _first_header(sheet, numbers[start : start + SEARCHED_ROWS], near)
        end = _next_table(sheet, numbers, header) if header and parts < MOST_TABLES else len(numbers)
        yield Area(sheet, numbers[start:end], header)
        start = end
        near = set(numbers[start : start + SEARCHED_ROWS])


def _first_header(sheet: RawSheet, numbers: Sequence[int], near: set[int]) -> Header | None:
    """The first rows that read as a heading, else the first row of words above cells of another kind."""
    merged = (area for area in sheet.merged if area[0] in near or area[2] in near)
    headings = replace(sheet, merged=tuple(islice(merged, MOST_MERGED)))
    for index, number in enumerate(numbers):
        found = header_at(headings, number)
        if found and _is_heading(found) and not is_card(sheet, numbers[index:]):
            best = found
            for lower in numbers[index + 1 : index + LEVELS]:
                further = header_at(headings, lower)
                if further and further.known > 1 and 2 * further.known > best.known and _adjoin(best, further):
                    best = _united(best, further)
            return _with_numbers(sheet, best)
    ways = (_header_by_contents, _of_a_list, _of_one_word)
    if is_card(sheet, numbers):
        return None
    return next((h for n in numbers[:10] for way in ways if (h := way(headings, n))), None)


def is_card(sheet: RawSheet, numbers: Sequence[int]) -> bool:
    """Whether headings stand one below another, as in a card of one organisation or in instructions."""
    rows = [[value for value in sheet.rows[number] if value is not None] for number in numbers[:SEARCHED_ROWS]]
    pairs = [as_text(row[0]) for row in rows if len(row) == 2 and isinstance(row[0], str)]
    known = sum(is_known(Heading(text)) for text in pairs)
    return known > 3 and 2 * known > len(rows)


def _adjoin(upper: Header, lower: Header) -> bool:
    """Whether nothing but rows of the heading stands between the two."""
    return set(range(upper.rows[-1] + 1, lower.rows[-1])) <= set(lower.rows)


def _is_heading(header: Header) -> bool:
    return header.known > 1 and any(is_name(heading) for heading in header.headings.values())


def _of_a_list(sheet: RawSheet, number: int) -> Header | None:
    """The heading of a sheet of one column, beside line numbers: «ФИО» and nothing but names below."""
    header = header_at(sheet, number)
    named = [heading for heading in header.headings.values() if not is_mark(heading.text)] if header else []
    if header is None or len(named) != 1 or not is_name(named[0]) or number + 1 not in sheet.rows:
        return None
    return header if sum(value is not None for value in sheet.rows[number + 1]) <= len(header.headings) else None


def _united(upper: Header, lower: Header) -> Header:
    """The lower row heads the columns; where the upper one was a heading of its own, its words help."""
    rows = tuple(sorted({*upper.rows, *lower.rows}))
    headings = dict(lower.headings)
    for place, heading in upper.headings.items():
        if place not in headings:
            headings[place] = heading
        elif headings[place].text != heading.text and upper.rows[-1] not in lower.rows:
            headings[place] = replace(headings[place], other=heading.text)
    return Header(rows, dict(sorted(headings.items())), max(upper.known, lower.known))


def _with_numbers(sheet: RawSheet, header: Header) -> Header:
    """A row of column numbers right below belongs to the heading."""
    below = header.rows[-1] + 1
    if below in sheet.rows and are_column_numbers(sheet.rows[below]):
        return replace(header, rows=(*header.rows, below))
    return header


def _header_by_contents(sheet: RawSheet, number: int) -> Header | None:
    """A row of words above at least two columns of phones, numbers, dates: a heading nobody knows the words of."""
    header = header_at(sheet, number)
    below = sheet.rows.get(number + 1)
    if header is None or below is None or len(header.headings) < 2 or are_column_numbers(below):
        return None
    if any(kinds(heading.text) & TELLING and "year" not in kinds(heading.text) for heading in header.headings.values()):
        return None
    telling = [place for place in header.headings if place < len(below) and kinds(below[place]) & TELLING]
    if 2 * len(telling) < len(header.headings) or len(telling) < 2:
        return None
    return replace(header, by_words=any(is_name(heading) for heading in header.headings.values()))


def _of_one_word(sheet: RawSheet, number: int) -> Header | None:
    """A heading of unknown words but for the one that says whom the rows are about."""
    header = header_at(sheet, number)
    if header is None or len(header.headings) < 2 or number + 1 not in sheet.rows:
        return None
    return header if any(meaning_of(heading) in SURE_NAMES for heading in header.headings.values()) else None


def _next_table(sheet: RawSheet, numbers: Sequence[int], header: Header) -> int:
    """Where the next table of other headings begins, after a blank row: its titles included."""
    own = {heading.key for heading in header.headings.values()}
    rows = sheet.rows
    begun, looks = -1, 0
    previous = header.rows[-1]
    for index in range(bisect_right(numbers, previous), len(numbers)):
        number = numbers[index]
        if number - previous > 1:
            begun = index
        previous = number
        if begun < 0:
            continue
        cells = [value for value in rows[number] if value is not None]
        if len(cells) < 2:
            continue
        looks += 1
        if looks <= MOST_LOOKS and _is_other_heading(sheet, number, cells, own):
            return begun
        if index - begun >= LEVELS:
            begun = -1
    return len(numbers)


def _is_other_heading(sheet: RawSheet, number: int, cells: Sequence[Value], own: set[str]) -> bool:
    if not all(isinstance(v, str) and len(v) <= HEADING_LETTERS and not any(map(str.isdigit, v)) for v in cells):
        return False
    found = header_at(replace(sheet, merged=()), number)
    if found is None or not _is_heading(found):
        return False
    keys = {heading.key for heading in found.headings.values()}
    return 2 * len(keys & own) <= len(keys) or len(keys & own) < len(own) / 2


def _side_by_side(sheet: RawSheet) -> Iterator[RawSheet]:
    """The sheet, or each of the tables that blank columns part, when every one of them reads as a table."""
    sampled = sorted(sheet.rows)[: SEARCHED_ROWS * 2]
    filled = {place for n in sampled for place, value in enumerate(sheet.rows[n][:MOST_COLUMNS]) if value is not None}
    filled |= {
        place
        for _, left, _, right in sheet.merged[:MOST_COLUMNS]
        for place in range(left, min(right + 1, MOST_COLUMNS))
    }
    blocks: list[list[int]] = []
    for place in sorted(filled):
        if blocks and place - blocks[-1][-1] == 1:
            blocks[-1].append(place)
        else:
            blocks.append([place])
    parts = [_columns(sheet, block[0], block[-1]) for block in blocks if len(block) > 1]
    if len(parts) < 2 or len(parts) != len(blocks):
        yield sheet
        return
    heads = [_first_header(part, sorted(part.rows)[:SEARCHED_ROWS], set(part.rows)) for part in parts]
    if all(head is not None and head.known > 1 for head in heads):
        yield from parts
    else:
        yield sheet


def _columns(sheet: RawSheet, left: int, right: int) -> RawSheet:
    """The sheet as if nothing stood in other columns."""
    blank = (None,) * left
    rows = {
        number: (*blank, *cells[left : right + 1])
        for number, cells in sheet.rows.items()
        if any(value is not None for value in cells[left : right + 1])
    }
    merged = tuple(area for area in sheet.merged if left <= area[1] and area[3] <= right)
    return replace(sheet, rows=rows, merged=merged)
