"""The rows of a table that was found: records apart from sections, repeated headings, totals, notes and signatures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.imports.contents import Profile, kinds
from services.imports.finding import Area
from services.imports.header import Heading, are_column_numbers
from services.imports.headings import heading_key, is_mark, sheet_title
from services.imports.reading import Value
from services.imports.recognised import Cells, DataRow
from services.tables.registry import TABLES
from services.values import fold
from services.values.plain import as_text

COMMITTEE = "комитет"
TOTALS = ("итого", "всего", "общий итог", "total")
MOST_FILLED = 500_000
"""Cells that take their value from one merged above them."""
FEW = 3
"""Filled cells of a row that may be something else than a record."""
_NOTE = re.compile(
    r"\*|примечани|исполнител|составил|подготовил|утвержда|согласован|источник данных|дата (?:составлени"
    r"|формировани|печати|выгрузки)"
    r"|отпечатано|страница \d|стр\. ?\d|сформирован|выгружен|м\. ?п\.|подпись|©|по состоянию на"
    r"|данные (?:на|по состоянию)|отв\. за"
)
_SIGNATURE = re.compile(
    r"(?:генеральн\w+ |исполнительн\w+ )?(?:директор|руководител\w*|президент|председател\w*|начальник"
    r"|ответственн\w*|менеджер|главный бухгалтер"
    r"|секретар\w*|специалист)\b"
)
_TYPED = frozenset({"phone", "email", "inn", "ogrn", "site", "date"})

Asides = list[tuple[int, str]]


@dataclass(frozen=True)
class Below:
    """What the rows are told apart by: the table, the places of its names, the columns that say nothing."""

    area: Area
    table: str
    headings: Mapping[int, Heading]
    names: tuple[int, ...]
    profiles: Mapping[int, Profile]

    def read(self, titles: list[tuple[int, str]]) -> tuple[tuple[DataRow, ...], tuple[tuple[int, str], ...]]:
        """Records in order, and the texts beside them; `titles` are the texts above the heading."""
        title = self._title(titles)
        asides = list(self._unread(titles, title))
        rows = tuple(self._rows(title, asides))
        return rows, tuple(asides)

    def _rows(self, title: str, asides: Asides) -> Iterator[DataRow]:
        source = self.area.sheet.rows
        fills = _fills(self.area)
        name = self.names[0] if self.names else -1
        own = {fold(text) for p in self.names if p in self.headings for text in _texts(self.headings[p])}
        for number in self.area.below:
            cells: dict[int, Value] = {place: v for place, v in enumerate(source[number]) if v is not None}
            if number in fills:
                cells = fills[number] | cells
            said = cells.get(name)
            few = len(cells) <= FEW
            if few and (kind := self._kind(number, cells)):
                title = self._aside(kind, number, cells, title, asides)
            elif not few and _is_total(cells, said):
                asides.append((number, _joined(cells)))
            elif self._is_heading(cells, said, own):
                continue
            else:
                yield DataRow(number, title, Cells(cells))

    def _aside(self, kind: str, number: int, cells: Mapping[int, Value], title: str, asides: Asides) -> str:
        """Put aside what is no record; the title of the rows that follow."""
        text = _joined(cells)
        committee = kind == "section" and self.table == "committees"
        if kind != "nothing" and not committee:
            asides.append((number, text))
        return text if kind == "section" else title

    def _kind(self, number: int, cells: Mapping[int, Value]) -> str:
        """What a row of few cells is: "section", "note" or "nothing" (a tick, a line number), "" for a record."""
        if not cells:
            return "nothing"
        marks = {place for place in cells if place in self.headings and is_mark(self.headings[place].text)}
        marks -= set(self.names)
        texts = [as_text(value) for value in cells.values() if isinstance(value, str)]
        first = fold(texts[0]) if texts else ""
        if len(cells) == 1 and self.table == "committees" and first.startswith(COMMITTEE):
            return "section"
        if not cells.keys() - marks and (not texts or self.table == "committees"):
            return "note" if texts else "nothing"
        named = [cells[place] for place in self.names if place in cells]
        if _NOTE.match(first) and len(texts) == len(cells):
            return "note"
        if first.startswith(TOTALS) and not (named and fold(as_text(named[0])).startswith(TOTALS)):
            return "note"
        if not cells.keys() - marks or (len(cells) == 1 and texts and number in self.area.wide):
            return "section"
        if self._is_signature(number, cells, first):
            return "note"
        return self._alone(cells, named) if len(cells) == 1 and len(self.headings) >= FEW else ""

    def _alone(self, cells: Mapping[int, Value], named: list[Value]) -> str:
        """A text alone in its row heads a section, unless it is a name like those of the other rows, or a value."""
        place, value = next(iter(cells.items()))
        if not isinstance(value, str) or kinds(value) & _TYPED:
            return ""
        if not named:
            return "section" if self.names and place < min(self.names) else ""
        profile = self.profiles.get(place, Profile())
        usual = profile.share("person", "company") >= 0.7 and profile.filled > 2
        return "section" if usual and not kinds(value) & {"person", "company"} else ""

    def _is_signature(self, number: int, cells: Mapping[int, Value], first: str) -> bool:
        """«Директор … Иванов И.И.» after a blank row, where the names of records are not positions."""
        after_blank = number - 1 not in self.area.sheet.rows and number > self.area.below[0]
        return bool(after_blank and len(self.headings) >= FEW and _SIGNATURE.match(first) and len(cells) > 1)

    def _is_heading(self, cells: Mapping[int, Value], said: Value, own: set[str]) -> bool:
        """Whether the heading is repeated here, as on every printed page, or a row of column numbers."""
        if said is None:
            return len(cells) > 1 and self._same(cells) == len(cells)
        if not isinstance(said, str):
            return isinstance(said, (int, float)) and said < 10 and are_column_numbers(tuple(cells.values()))
        if len(said) < 4 and said.rstrip(".").isdigit():
            return are_column_numbers(tuple(cells.values()))
        if said.strip().lower().replace("ё", "е") not in own:
            return False
        return len(cells) > 1 and 2 * self._same(cells) > len(cells)

    def _same(self, cells: Mapping[int, Value]) -> int:
        return sum(
            place in self.headings
            and heading_key(as_text(value)) in {heading_key(text) for text in _texts(self.headings[place])}
            for place, value in cells.items()
        )

    def _title(self, titles: list[tuple[int, str]]) -> str:
        """The committee a sheet is about: named above its heading, else by the sheet itself."""
        above = [text for _, text in titles if heading_key(text).startswith(COMMITTEE)]
        if above:
            return above[-1]
        name = sheet_title(self.area.sheet.name)
        known = {heading_key(title) for title in TABLES[self.table].sheet_titles}
        own = heading_key(name)
        return name if own.startswith(COMMITTEE) and not own.startswith(f"{COMMITTEE}ы") and own not in known else ""

    def _unread(self, titles: list[tuple[int, str]], title: str) -> Iterator[tuple[int, str]]:
        table = TABLES[self.table]
        known = {
            heading_key(text) for text in (title, sheet_title(self.area.sheet.name), table.title, *table.sheet_titles)
        }
        return (aside for aside in titles if heading_key(aside[1]) not in known)


def texts_above(area: Area) -> list[tuple[int, str]]:
    """Texts above the heading that are no part of it: (row, text)."""
    if area.header is None:
        return []
    said = {heading_key(text) for heading in area.header.headings.values() for text in _texts(heading)}
    return [
        (number, as_text(value))
        for number in area.above
        for value in area.sheet.rows[number]
        if value is not None and heading_key(as_text(value)) not in said
    ]


def _texts(heading: Heading) -> tuple[str, ...]:
    return tuple(text for text in (heading.text, heading.group, heading.other) if text)


def _is_total(cells: Mapping[int, Value], said: Value) -> bool:
    """A line of totals that names nobody; one that stands in the names is left to the plan, which says so."""
    first = next(iter(cells.values()))
    if not isinstance(first, str) or not first[:12].strip().lower().startswith(TOTALS):
        return False
    return said is None or (said is not first and not fold(as_text(said)).startswith(TOTALS))


def _fills(area: Area) -> dict[int, dict[int, Value]]:
    """A cell merged over several rows says the same in each: values by row and place, the first row left out."""
    fills: dict[int, dict[int, Value]] = {}
    left_over = MOST_FILLED
    first, last = (area.below[0], area.below[-1]) if area.below else (0, -1)
    for top, left, bottom, right in area.sheet.merged:
        if left != right or top < first or bottom > last or bottom == top:
            continue
        cells = area.sheet.rows.get(top, ())
        if left < len(cells) and cells[left] is not None:
            left_over -= bottom - top
            if left_over < 0:
                break
            for number in range(top + 1, bottom + 1):
                fills.setdefault(number, {})[left] = cells[left]
    return fills


def _joined(cells: Mapping[int, Value]) -> str:
    return ", ".join(as_text(value) for value in cells.values())
