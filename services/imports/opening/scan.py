"""A second, independent look into an .xlsx: patterns over its XML, quick enough to check every cell of every file.

It knows the ordinary shapes of such files only. Where it meets anything else it raises `Disagreement`, and a slower
reader settles the matter (xlsx.py); what it says of a cell it has seen, so that no reader can lose one unnoticed.
"""

import codecs
import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from services.imports.opening.sentences import DAMAGED, DANGEROUS_XML, DOUBTFUL, SPREAD
from services.imports.opening.sheet import MOST_AREA, Disagreement, Refused

PIECE = 1 << 20
MOST_SMALL_PART = 8 * 1024 * 1024
"""workbook.xml and its relations are small; they are read whole."""
BEGINNING = 4096
DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref=["'](?:[A-Z]+[0-9]+:)?([A-Z]{1,3})([0-9]{1,7})["']""")
COLUMN = re.compile(r"[A-Z]{1,3}")
NUMBER = re.compile(r"""\br\s*=\s*["']([0-9]+)["']""")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Cell = tuple[int, str, str]
"""Column from 0, type as in the file («s», «n», «str», «inlineStr», «b», «d»), its text (of shared strings too)."""

Found = tuple[str, str, str, str, str, str]
"""Letters and digits of the place, type, value, inline text; all that is inside a cell of another shape."""


@dataclass
class Part:
    """One worksheet: its name, where it lies; while its rows are asked for, formulas without value and errors."""

    name: str
    path: str
    hidden: bool
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


class Package:
    """The worksheets of an .xlsx. Raises `Refused` for a package that does not hold together."""

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, ValueError) as error:
            raise Refused(DAMAGED) from error
        self._names = {name.replace("\\", "/").lower().lstrip("/"): name for name in self._zip.namelist()}
        main = self._related("", "/officeDocument") or ["xl/workbook.xml"]
        self.since_1904, self.parts = self._workbook(main[0])
        self._strings_path = next(iter(self._related(main[0], "/sharedStrings")), "")
        self._strings: list[str] | None = None

    def rows(self, part: Part) -> Iterator[tuple[int, list[Cell]]]:
        """Rows with anything in them, top to bottom: number from 0 and the filled cells from left to right."""
        reader = _Rows(part, self._shared())
        with self._open(part.path) as raw:
            yield from reader.rows(_Xml(raw))

    def check_spread(self) -> None:
        """Raise `Refused` for a sheet with cells so far apart that laying out the area between them costs too much.

        Only where the sheet itself says it is that large: looking at every sheet would cost as much as reading it.
        """
        for part in self.parts:
            with self._open(part.path) as raw:
                said = DIMENSION.search(raw.read(BEGINNING))
            if said and int(said[2]) * (column_of(said[1].decode()) + 1) > MOST_AREA:
                bottom = right = 0
                for number, cells in self.rows(Part(part.name, part.path, part.hidden)):
                    bottom, right = number + 1, max(right, cells[-1][0] + 1)
                if bottom * right > MOST_AREA:
                    raise Refused(SPREAD.format(part.name))

    def _open(self, path: str) -> IO[bytes]:
        try:
            return self._zip.open(self._names[path.lower().lstrip("/")])
        except KeyError as error:  # the workbook names a part the file does not hold
            raise Refused(DAMAGED) from error

    def _small(self, path: str) -> ET.Element:
        with self._open(path) as raw:
            content = raw.read(MOST_SMALL_PART)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Refused(DANGEROUS_XML)
        try:
            return ET.fromstring(content)  # noqa: S314 - no entities, and under the limits
        except ET.ParseError as error:
            raise Refused(DAMAGED) from error

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Id → (type, path) of what the part refers to."""
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.lower().lstrip("/") not in self._names:
            return {}
        return {
            found.get("Id", ""): (
                found.get("Type", ""),
                posixpath.normpath(posixpath.join(folder, found.get("Target", ""))),
            )
            for found in self._small(relations)
            if found.get("TargetMode") != "External"
        }

    def _related(self, path: str, ending: str) -> list[str]:
        return [target for kind, target in self._relations(path).values() if kind.endswith(ending)]

    def _workbook(self, path: str) -> tuple[bool, list[Part]]:
        relations = self._relations(path)
        since_1904, parts = False, []
        for element in self._small(path).iter():
            tag = element.tag.rpartition("}")[2]
            if tag == "workbookPr":
                since_1904 = element.get("date1904", "0").lower() in ("1", "true", "on")
            elif tag == "sheet":
                ids = [value for key, value in element.items() if key.endswith("}id")]
                kind, target = relations.get(ids[0] if ids else "", ("", ""))
                if kind.endswith("/worksheet") or not kind:
                    hidden = element.get("state", "visible") != "visible"
                    parts.append(Part(element.get("name", ""), target, hidden))
        return since_1904, parts

    def _shared(self) -> list[str]:
        if self._strings is None:
            self._strings = []
            if self._strings_path:
                with self._open(self._strings_path) as raw:
                    self._strings = strings(_Xml(raw).read(-1))
        return self._strings


def strings(xml: str) -> list[str]:
    """The shared strings of sharedStrings.xml, formatting and phonetic hints left out."""
    prefix = _prefix(xml, "sst")
    if "<!" in xml:
        raise Disagreement
    one = re.compile(
        rf"<{prefix}si\b[^>]*?(?:/>|>(?:<{prefix}t(?: [^>]*)?>([^<]*)</{prefix}t></{prefix}si>|(.*?)</{prefix}si>))",
        re.DOTALL,
    )
    several = _Texts(prefix)
    return [
        several.joined(rest) if rest else (html.unescape(simple) if "&" in simple else simple)
        for simple, rest in one.findall(xml)
    ]


class _Texts:
    """The texts of an `<is>` or `<si>`, put together."""

    def __init__(self, prefix: str) -> None:
        self._hints = re.compile(rf"<{prefix}rPh\b.*?</{prefix}rPh>", re.DOTALL)
        self._texts = re.compile(rf"<{prefix}t(?: [^>]*)?>([^<]*)</{prefix}t>")

    def joined(self, xml: str) -> str:
        return html.unescape("".join(self._texts.findall(self._hints.sub("", xml))))


class _Rows:
    """Rows out of the XML of one worksheet."""

    def __init__(self, part: Part, shared: list[str]) -> None:
        self._part, self._shared = part, shared
        self._columns: dict[str, int] = {}
        self._prefix = ""

    def rows(self, xml: "_Xml") -> Iterator[tuple[int, list[Cell]]]:
        before = -1
        for row in self._pieces(xml):
            number, cells = self._row(row, before)
            if number <= before:
                raise Refused(DOUBTFUL)  # Excel itself refuses rows out of order
            before = number
            if cells:
                yield number, cells

    def _pieces(self, xml: "_Xml") -> Iterator[str]:
        """The XML of one row after another, whatever stands before `<row` left in front."""
        rest = xml.read(PIECE)
        self._learn(_prefix(rest, "worksheet"))
        while "sheetData" not in rest:
            if not (piece := xml.read(PIECE)):
                raise Disagreement
            rest += piece
        rest = rest[rest.index("sheetData") :]
        end = f"</{self._prefix}sheetData>"
        while True:
            *rows, rest = rest.split(self._row_end)
            yield from rows
            if end in rest:
                break
            if not (piece := xml.read(PIECE)):
                if re.match(r"sheetData\s*/>", rest):
                    return
                raise Disagreement
            rest += piece
        self._check_tail(rest, xml)

    def _check_tail(self, rest: str, xml: "_Xml") -> None:
        """To the end, so that the archive checks its sum; a second table of rows would be read by nobody."""
        rest = rest[rest.index(f"</{self._prefix}sheetData>") :]
        while rest:
            if f"<{self._prefix}sheetData" in rest:
                raise Refused(DOUBTFUL)
            rest = xml.read(PIECE)

    def _learn(self, prefix: str) -> None:
        self._prefix, self._row_end = prefix, f"</{prefix}row>"
        self._texts = _Texts(prefix)
        value = rf"<{prefix}v(?: [^>]*)?>([^<]*)</{prefix}v>"
        inline = rf"<{prefix}is><{prefix}t(?: [^>]*)?>([^<]*)</{prefix}t></{prefix}is>"
        self._quick = re.compile(
            rf'<{prefix}c r="([A-Z]+)([0-9]+)"(?: s="[0-9]+")?(?: t="([a-zA-Z]+)")?'
            rf"(?:/>|>(?:{value}|{inline}|(.*?))</{prefix}c>)",
            re.DOTALL,
        )
        self._slow = re.compile(rf"<{prefix}c\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?:/>|>(.*?)</{prefix}c>)", re.DOTALL)
        self._saved = re.compile(value)

    def _row(self, xml: str, before: int) -> tuple[int, list[Cell]]:
        start = xml.rfind(f"<{self._prefix}row")
        end = xml.find(">", start)
        if start < 0 or end < 0 or "<!" in xml:
            raise Disagreement
        given = NUMBER.search(xml, start, end)
        # Rows without cells may be left in front of this one; a row may do without its number.
        skipped = xml.count(f"<{self._prefix}row", 0, start)
        number = int(given[1]) - 1 if given else before + 1 + skipped
        found = self._quick.findall(xml, end)
        if len(found) != xml.count(f"<{self._prefix}c ", end) + xml.count(f"<{self._prefix}c>", end):
            found = list(self._by_attributes(xml[end:], number))
        return number, self._cells(found, number)

    def _by_attributes(self, xml: str, number: int) -> Iterator[Found]:
        """As the quick pattern gives cells, for attributes in any order, or none."""
        column = -1
        for attributes, inside in self._slow.findall(xml):
            given = dict(re.findall(r"\b(r|t)\s*=\s*[\"']([^\"']*)[\"']", attributes))
            place = re.fullmatch(r"([A-Z]+)([0-9]+)", given.get("r", ""))
            if "r" in given and not place:
                raise Disagreement
            letters, digits = place.groups() if place else (letters_of(column + 1), str(number + 1))
            column = self._column(letters)
            yield letters, digits, given.get("t", ""), "", "", inside

    def _column(self, letters: str) -> int:
        if letters not in self._columns:
            if not COLUMN.fullmatch(letters):
                raise Disagreement
            self._columns[letters] = column_of(letters)
        return self._columns[letters]

    def _cells(self, found: list[Found], number: int) -> list[Cell]:
        """The filled ones of a row. Raises `Refused` for two in one place."""
        cells: list[Cell] = []
        row, columns, shared, before = str(number + 1), self._columns, self._shared, -1
        for letters, digits, kind, value, inline, rest in found:
            column = columns[letters] if letters in columns else self._column(letters)
            if digits != row or column <= before:
                raise Refused(DOUBTFUL)
            before = column
            text = self._value(kind, value, rest, number, column) if rest or kind == "e" else value or inline
            if kind == "s":
                try:
                    text = shared[int(text)] if text else ""
                except (IndexError, ValueError) as error:
                    raise Refused(DAMAGED) from error
            elif "&" in text:
                text = html.unescape(text)
            if text and not text.isspace():
                cells.append((column, kind, text))
        return cells

    def _value(self, kind: str, value: str, rest: str, number: int, column: int) -> str:
        """Of a cell with more in it than a value: formulas, inline texts, errors."""
        if kind == "e":
            self._part.errors.append((number, column))
            return ""
        if kind == "inlineStr":
            return self._texts.joined(rest)
        saved = self._saved.search(rest)
        text = saved[1] if saved else value
        if not text and kind != "str" and f"<{self._prefix}f" in rest:
            self._part.uncomputed.append((number, column))
        return text


def column_of(letters: str) -> int:
    """The number of a column: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def letters_of(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unescaped(text: str) -> str:
    """`_x000D_` is how workbooks write signs that XML does not know."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _prefix(xml: str, root: str) -> str:
    """The namespace prefix the file uses, with its colon."""
    found = re.search(rf"<(\w+:)?{root}\b", xml[:BEGINNING])
    if not found:
        raise Disagreement
    return found[1] or ""


class _Xml:
    """The text of a part, piece by piece, while a parser makes sure that it is XML from beginning to end.

    Raises `Refused` for broken XML and for declarations in it, `Disagreement` for an encoding other than utf-8.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _refuse
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def read(self, size: int) -> str:
        """About as many bytes, all for -1; empty at the end."""
        content = self._raw.read(size)
        ended = size < 0 or not content
        try:
            self._parser.Parse(content, ended)
            # A sign cut in two comes with the next piece.
            return self._decoder.decode(content, ended) or (self.read(size) if content else "")
        except expat.ExpatError as error:
            raise Refused(DAMAGED) from error
        except UnicodeDecodeError as error:
            raise Disagreement from error


def _refuse(*_declared: Any) -> None:
    raise Refused(DANGEROUS_XML)
