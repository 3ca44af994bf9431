"""A table of the office on a worksheet: typed cells under headings import recognises, lists to choose from.

Written row by row in constant memory. Whoever edits such a file in Excel gives it back readable: what must stay text is
text already, so that a phone does not become a number and «2024» not a day in 1905.
"""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from services.errors import InvalidInput
from services.tables.columns import RECORD_KEY_HEADING, Column, Table
from services.tables.kinds import FULL_DATE, Stored
from services.values import fold

EXCEL_ROWS = 1_048_576
TOO_MANY = "В лист Excel не поместится больше 1 048 575 строк. Отберите меньше или выгрузите в CSV."
CELL_LIMIT = 32_767
CUT = "… [обрезано: в ячейку Excel помещается 32 767 знаков]"
"""Ends a cell that holds only the beginning of the value."""
PIXELS_PER_LETTER = 7.5
SAFE_DAYS = 61
"""1 March 1900: for earlier days Excel counts one day too many, so they stay text."""
COMMITTEE_ID = "committee_id"
"""The hidden column of «Комитеты» the user picks a committee by."""
EXAMPLE = {"italic": True, "font_color": "#808080"}
"""How a row of examples looks."""

_UNFIT = re.compile("_x(?=[0-9A-Fa-f]{4}_)|[&<>\0-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_x": "_x005F_x"}
_Cell = Callable[[str, Any], str]


class _Lines(Worksheet):  # type: ignore[misc]
    """A worksheet that takes whole rows as XML.

    Cell by cell the library needs three times as long, and it trusts a text that looks like its own markup
    («<r>…</r>»), which would let anybody's text break the file.
    """

    def write_line(self, line: int, cells: str, width: int) -> None:
        """Write row `line`, from 0, of `width` columns; rows come from the top down."""
        self._check_dimensions(line, width - 1)
        self._write_single_row(line)
        self.fh.write(f'<row r="{line + 1}">{cells}</row>')


class Book:
    """A workbook being written. `title` is its only property: nobody's name goes into a file."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self._buffer, {"constant_memory": True, **plain})
        self.book.set_properties({"title": title})

    def add(self, table: Table, columns: Sequence[Column], *, caption: str = "", keyed: bool = False) -> "TableSheet":
        """A worksheet for the rows of `table`; `caption` stands above its heading, `keyed` adds the hidden key."""
        return TableSheet(self.book, table, columns, caption=caption, keyed=keyed)

    def close(self) -> bytes:
        """The finished file."""
        self.book.close()
        return self._buffer.getvalue()


class TableSheet:
    """A worksheet with the heading of a table; `heading` is the number of its last row, from 0."""

    def __init__(self, book: Any, table: Table, columns: Sequence[Column], *, caption: str, keyed: bool) -> None:
        self.sheet = book.add_worksheet(table.title[:31], _Lines)
        self.columns = tuple(columns)
        self._book, self._name, self._keyed = book, table.name, keyed
        self._formats: dict[tuple[str, bool], Any] = {}
        self.heading = self._headings(caption)
        self._settings()
        self._cells = {is_example: list(self._writers(is_example)) for is_example in (False, True)}
        self._key = _text_cell(len(self.columns), self._format("@"), str)

    def write(self, line: int, row: Mapping[str, Any], *, is_example: bool = False) -> None:
        """Write the values of `row` (as the row index holds them, by key) into row `line`, from 0, top down."""
        if line >= EXCEL_ROWS:
            raise InvalidInput(TOO_MANY)
        number, get = str(line + 1), row.get
        cells = [
            cell(number, value)
            for key, cell in self._cells[is_example]
            if (value := get(key)) is not None and value != ""
        ]
        if self._keyed:
            cells.append(self._key(number, f"{self._name}:{row['id']}"))
        self.sheet.write_line(line, "".join(cells), self._width)

    def finish(self, last: int) -> None:
        """Set the filter over the heading and the rows down to `last`.

        The key lies inside: sorting by the filter must carry it along with its row.
        """
        self.sheet.autofilter(self.heading, 0, max(last, self.heading), self._width - 1)

    def offer(self, place: int, source: Sequence[str] | str) -> None:
        """Let the cells of a column below the heading be chosen from a list: texts, or a range as a formula."""
        offer(self.sheet, (self.heading + 1, place, EXCEL_ROWS - 1, place), source)

    @property
    def _width(self) -> int:
        return len(self.columns) + self._keyed

    def _format(self, number_format: str, is_example: bool = False) -> Any:
        known = self._formats.get((number_format, is_example))
        if known is None:
            style = {"num_format": number_format} | (EXAMPLE if is_example else {})
            # Days stand at the left with the partial dates that are text.
            style |= {"align": "left"} if number_format == "dd.mm.yyyy" else {}
            known = self._formats[number_format, is_example] = self._book.add_format(style)
        return known

    def _headings(self, caption: str) -> int:
        """Write the caption and one or two heading rows, as in the association's own workbook."""
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        band = self._book.add_format({"bold": True, "align": "center", "bottom": 1})
        top = 0
        if caption:
            self.sheet.write_string(0, 0, caption, self._book.add_format({"bold": True, "font_size": 14}))
            top = 2
        last = top + any(column.group for column in self.columns)
        if last > top:
            for start, end, group in _bands(self.columns):
                if group and end > start:
                    self.sheet.merge_range(top, start, top, end, group, band)
                elif group:
                    self.sheet.write_string(top, start, group, band)
        for place, column in enumerate(self.columns):
            self.sheet.write_string(last, place, column.label, bold)
        if self._keyed:
            self.sheet.write_string(last, len(self.columns), RECORD_KEY_HEADING, bold)
        self.sheet.freeze_panes(last + 1, 1)
        return last

    def _settings(self) -> None:
        """Widths, formats of cells nobody has filled yet, lists; a number kept as text is no mistake here."""
        for place, column in enumerate(self.columns):
            usual = self._format(_number_format(column))
            self.sheet.set_column(place, place, column.width / PIXELS_PER_LETTER, usual)
            if column.choices and column.live is None:
                self.offer(place, list(column.titles.values()))
        if self._keyed:
            self.sheet.set_column(len(self.columns), len(self.columns), 12, None, {"hidden": True})
        below = xl_range(self.heading + 1, 0, EXCEL_ROWS - 1, len(self.columns))
        self.sheet.ignore_errors({"number_stored_as_text": below})

    def _writers(self, is_example: bool) -> Iterator[tuple[str, _Cell]]:
        """For each column its key and what makes a cell of its values."""
        for place, column in enumerate(self.columns):
            if column.kind.name == "date":
                as_text = _text_cell(place, self._format("@", is_example), _shower(column))
                yield column.key, _day_cell(place, self._format("dd.mm.yyyy", is_example), as_text)
            elif column.kind.stored is Stored.TEXT:
                yield column.key, _text_cell(place, self._format("@", is_example), _shower(column))
            else:
                yield column.key, _number_cell(place, self._format(_number_format(column), is_example))


def offer(sheet: Any, area: tuple[int, int, int, int], source: Sequence[str] | str) -> None:
    """Offer a list in the cells of `area` (top, left, bottom, right); another value draws a question, no refusal."""
    sheet.data_validation(
        *area,
        {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": "Значения нет в списке",
            "error_message": "Выберите значение из списка или оставьте своё.",
        },
    )


def shown(column: Column, value: Any) -> str:
    """A value as text, the way the grid shows it."""
    return "" if value is None else _shower(column)(value)


def committee_caption(name: str) -> str:
    """A committee's name as import knows one when it stands above a heading: «Комитет …»; "" stays ""."""
    if not name or fold(name).startswith("комитет"):
        return name
    return f"Комитет {name[:1].lower()}{name[1:]}"


def _shower(column: Column) -> Callable[[Any], str]:
    titles = column.titles
    return (lambda value: titles.get(value, str(value))) if titles else column.kind.show


def _number_format(column: Column) -> str:
    """The format of the column's cells. A partial date typed into it stays what was typed: text."""
    if column.kind is FULL_DATE:
        return "dd.mm.yyyy"
    return {Stored.MONEY: "#,##0.00", Stored.INTEGER: "0"}.get(column.kind.stored, "@")


def _bands(columns: Sequence[Column]) -> Iterator[tuple[int, int, str]]:
    start = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place].group != columns[start].group:
            yield start, place - 1, columns[start].group
            start = place


def _text_cell(place: int, look: Any, show: Callable[[Any], str]) -> _Cell:
    begin = f'<c r="{xl_col_to_name(place)}'
    style = f'" s="{_number_of(look)}" t="inlineStr"><is><t xml:space="preserve">'

    def cell(number: str, value: Any) -> str:
        return f"{begin}{number}{style}{_fitting(show(value))}</t></is></c>"

    return cell


def _number_cell(place: int, look: Any) -> _Cell:
    begin, style = f'<c r="{xl_col_to_name(place)}', f'" s="{_number_of(look)}"><v>'

    def cell(number: str, value: Any) -> str:
        return f"{begin}{number}{style}{value}</v></c>"

    return cell


def _day_cell(place: int, look: Any, as_text: _Cell) -> _Cell:
    whole = _number_cell(place, look)

    def cell(number: str, value: Any) -> str:
        day = _day_number(str(value))
        return as_text(number, value) if day is None else whole(number, day)

    return cell


def _number_of(look: Any) -> int:
    """What a cell calls its format by."""
    number: int = look._get_xf_index()  # noqa: SLF001 - the library has no public name for it
    return number


@lru_cache(4096)
def _day_number(text: str) -> int | None:
    """Excel's number of a whole day; None for a partial date or one Excel counts wrongly."""
    if len(text) != 10:
        return None
    try:
        number = dt.date.fromisoformat(text).toordinal() - 693_594
    except ValueError:
        return None
    return number if number >= SAFE_DAYS else None


def _fitting(text: str) -> str:
    """The text as it may stand in XML, cut where a cell ends: a cell counts in halves of what one sign may take."""
    if len(text) > CELL_LIMIT // 2:
        halves = text.encode("utf-16-le", errors="surrogatepass")
        if len(halves) // 2 > CELL_LIMIT:
            text = halves[: (CELL_LIMIT - len(CUT)) * 2].decode("utf-16-le", errors="ignore") + CUT
    return _UNFIT.sub(_escaped, text) if _UNFIT.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    return _NAMED.get(sign) or f"_x{ord(sign):04X}_"
