"""The XML that Excel 2003 wrote, and programs still write under the ending .xls."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from services.imports.opening.sentences import DAMAGED, DANGEROUS_XML
from services.imports.opening.sheet import Line, Refused, Row, Sheet, plain, trimmed

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576


def sheets(text: str) -> Iterator[Sheet]:
    """The worksheets. Raises `Refused` for XML that is broken or brings declarations of its own."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        # Decoded already: what the file says of its encoding no longer holds.
        parser.Parse(text.partition("?>")[2].lstrip().encode(), True)
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error
    return iter(reading.sheets)


def _refuse(*_declared: Any) -> None:
    raise Refused(DANGEROUS_XML)


class _Reading:
    """Worksheets as the parser goes through the file."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._rows: list[Row] = []
        self._row, self._column, self._after = -1, -1, -1
        self._line: Line = []
        self._kind, self._formula, self._comment = "", False, False
        self._data: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(" ")[2]
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "Worksheet":
            self._rows, self._row = [], -1
            self.sheets.append(Sheet(given.get("Name", ""), self._rows))
        elif name == "Row":
            self._row = _place(given, self._row, MOST_ROWS)
            self._line, self._after = [], -1
        elif name == "Cell":
            self._start_cell(given)
        elif name == "Comment":
            self._comment = True
        elif name == "Data" and not self._comment:
            self._kind, self._data = given.get("Type", "String"), []
        elif name == "Visible":
            self._data = []

    def text(self, data: str) -> None:
        """Text inside an element."""
        if not self._comment:
            self._data.append(data)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(" ")[2]
        if name == "Comment":
            self._comment = False
        elif not self.sheets:
            return
        elif name == "Data" and not self._comment and self._line:
            self._line[self._column] = self._value("".join(self._data))
        elif name == "Cell" and self._formula and not self._kind:
            self.sheets[-1].uncomputed.append((self._row, self._column))
        elif name == "Row":
            if trimmed(self._line):
                self._rows.append((self._row, self._line))
            self._line = []
        elif name == "Visible":
            self.sheets[-1].hidden = "".join(self._data).strip() in ("SheetHidden", "SheetVeryHidden")

    def _start_cell(self, given: dict[str, str]) -> None:
        self._column = _place(given, self._after, MOST_COLUMNS)
        self._line.extend([None] * (self._column + 1 - len(self._line)))
        self._kind, self._data, self._formula = "", [], "Formula" in given
        across, down = _whole(given, "MergeAcross"), _whole(given, "MergeDown")
        self._after = self._column + across
        if (across or down) and self.sheets:
            self.sheets[-1].merged.append((self._row, self._column, self._row + down, self._after))

    def _value(self, data: str) -> Any:
        if self._kind == "Error":
            self.sheets[-1].errors.append((self._row, self._column))
            return None
        if self._kind == "Boolean":
            return data.strip() == "1"
        try:
            if self._kind == "Number":
                return plain(float(data))
            if self._kind == "DateTime":
                moment = dt.datetime.fromisoformat(data)
                return moment.date() if moment.time() == dt.time() else moment
        except ValueError:
            pass
        return plain(data)


def _place(given: dict[str, str], before: int, most: int) -> int:
    place = _whole(given, "Index") - 1 if "Index" in given else before + 1
    if not before < place < most:
        raise Refused(DAMAGED)
    return place


def _whole(given: dict[str, str], key: str) -> int:
    try:
        return min(max(int(given.get(key, "0")), 0), MOST_ROWS)
    except ValueError as error:
        raise Refused(DAMAGED) from error
