"""The heading of a table: one to three rows, merged or not, groups above the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from services.imports.contents import MOST_COLUMNS, kinds
from services.imports.headings import heading_key, words_key
from services.imports.reading import RawSheet, Value
from services.imports.synonyms import meaning
from services.tables.registry import OWN
from services.values.plain import as_text

LEVELS = 3
"""Rows a heading may have."""
NAMES = {
    "person_name",
    "last_name",
    "first_name",
    "org_name",
    "name",
    "event_name",
    "course_name",
    "venue_name",
    "contact",
}
"""Meanings that say whom or what a row is about."""
NAMING_KEY = "name"
HEADING_LETTERS = 120


@dataclass(frozen=True)
class Heading:
    """One column's heading: its text, the groups above it, the same in other words (Latin above Russian)."""

    text: str
    group: str = ""
    other: str = ""

    @cached_property
    def key(self) -> str:
        """What the text is compared by."""
        return heading_key(self.text)

    @cached_property
    def group_key(self) -> str:
        """What the group is compared by."""
        return heading_key(self.group)


@dataclass(frozen=True)
class Header:
    """The heading of a table: its rows, the last of them a heading or a row of column numbers; headings by place.

    `known` of them some table has; without `by_words` it is a heading only because of what stands below it.
    """

    rows: tuple[int, ...]
    headings: Mapping[int, Heading]
    known: int = 0
    by_words: bool = True


def is_name(heading: Heading) -> bool:
    """Whether a column may name what the rows are about."""
    return meaning_of(heading) in NAMES or words_key(heading.text) in _declared(name_only=True)


def meaning_of(heading: Heading) -> str:
    """What a heading means by its own words, "" for nothing of ours."""
    for text in (heading.text, heading.other):
        if text and (found := meaning(text)):
            return found.name
    return ""


@cache
def _declared(*, name_only: bool) -> frozenset[str]:
    """Words of every heading the tables declare."""
    return frozenset(
        words_key(text)
        for table in OWN.values()
        for column in table.columns
        if not name_only or column.key == NAMING_KEY
        for text in (column.label, *column.headings)
    )


def is_known(heading: Heading) -> bool:
    """Whether any table has a column of this heading."""
    return bool(meaning_of(heading)) or words_key(heading.text) in _declared(name_only=False)


def header_at(sheet: RawSheet, number: int) -> Header | None:
    """The heading if row `number` is its last row, None where a cell of it cannot stand in a heading."""
    cells = sheet.rows[number][:MOST_COLUMNS]
    own = {place: value for place, value in enumerate(cells) if value is not None and value != ""}
    if not own or not all(_may_head(value) for value in own.values()):
        return None
    found = {place: as_text(value) for place, value in own.items()}
    groups: dict[int, list[str]] = {}
    used = [number]
    for upper in range(number - 1, number - LEVELS, -1):
        spread = _groups(sheet, upper, number, found)
        if spread is None:
            break
        used.append(upper)
        for place, text in spread.items():
            if place not in found and _stands_over(sheet, upper, place):
                found[place] = text
            elif place in found and found[place] != text:
                groups.setdefault(place, []).insert(0, text)
    _merged_down(sheet, number, found)
    headings = {place: Heading(text, " ".join(groups.get(place, ()))) for place, text in sorted(found.items())}
    known = sum(is_known(heading) for heading in headings.values())
    return Header(tuple(sorted(used)), headings, known)


def _may_head(value: Value) -> bool:
    if not isinstance(value, str):
        return not isinstance(value, bool) and "year" in kinds(value)
    if len(value) > HEADING_LETTERS * 3:
        return False
    return not kinds(value) & {"phone", "email", "date", "inn", "ogrn", "site", "address", "requisites"}


def _groups(sheet: RawSheet, upper: int, lower: int, found: Mapping[int, str]) -> dict[int, str] | None:
    """Texts of a row of groups over every column they stand above; None when the row is no part of the heading."""
    if upper not in sheet.rows:
        return None
    cells = sheet.rows[upper][:MOST_COLUMNS]
    texts = {place: as_text(value) for place, value in enumerate(cells) if value is not None and as_text(value)}
    if not texts or not all(_may_head(cells[place]) for place in texts):
        return None
    merged = [area for area in sheet.merged if area[0] <= upper <= area[2] and (area[3] > area[1] or area[2] >= lower)]
    spread: dict[int, str] = {}
    for top, left, _, right in merged:
        text = _text(sheet, top, left)
        if text:
            spread.update(dict.fromkeys(range(left, min(right + 1, MOST_COLUMNS)), text))
    if len(texts) == 1 and not _is_narrow(merged, found):
        # What stands over all columns is the title of the table, not a group.
        return None
    if not merged and not _has_gaps(texts, found):
        return None
    last = ""
    for place in range(max(found, default=0) + 1):
        text = texts.get(place, "")
        last = text or ("" if merged else last)
        if place not in spread and last:
            spread[place] = last
    for place, text in texts.items():
        spread.setdefault(place, text)
    return spread


def _is_narrow(merged: Sequence[tuple[int, int, int, int]], found: Mapping[int, str]) -> bool:
    """Whether the one text of a row was merged over some of the columns, not over all."""
    wide = max((right - left + 1 for _, left, _, right in merged), default=0)
    return 1 < wide < max(len(found), 2)


def _has_gaps(upper: Mapping[int, str], lower: Mapping[int, str]) -> bool:
    """Groups that were not merged stand above the first of their columns; the others have nothing above them."""
    return any(place not in upper for place in lower if place > min(upper))


def _stands_over(sheet: RawSheet, upper: int, place: int) -> bool:
    """Whether a text of an upper row itself stands at this place, so that it heads a column with nothing below it."""
    wide = any(top == upper and left <= place <= right and right > left for top, left, _, right in sheet.merged)
    return not wide and bool(_text(sheet, upper, place))


def _merged_down(sheet: RawSheet, number: int, found: dict[int, str]) -> None:
    for top, left, bottom, right in sheet.merged:
        if top < number <= bottom and left == right and left not in found and (text := _text(sheet, top, left)):
            found[left] = text


def _text(sheet: RawSheet, number: int, place: int) -> str:
    cells = sheet.rows.get(number, ())
    return as_text(cells[place]) if place < len(cells) and isinstance(cells[place], str) else ""


def are_column_numbers(cells: Sequence[Value]) -> bool:
    """Whether a row says 1, 2, 3 … and nothing else."""
    filled = [value for value in cells if value is not None and value != ""]
    if len(filled) < 3:
        return False
    first = str(filled[0]).strip().rstrip(".")
    if first not in ("1", "1.0"):
        return False
    return [as_text(value).rstrip(".") for value in filled] == [str(number) for number in range(1, len(filled) + 1)]
