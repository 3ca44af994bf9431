"""From a recognised sheet to rows to be planned: cells by column key, several columns of one thing put together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xlsxwriter.utility import xl_col_to_name

from services.access.permissions import Actor, Permission
from services.imports.crossed import uncross
from services.imports.options import Blank
from services.imports.parties import EXTRA
from services.imports.recognise import DataRow, RecognisedSheet, SheetColumn, is_mark
from services.imports.report import Memo, ReportRemark
from services.imports.rows import Row, columns_of
from services.tables.columns import RECORD_KEY, Column, Table
from services.tables.export import unquoted
from services.tables.registry import TABLES, table_named
from services.values import fold
from services.values.plain import as_text

JOINED = ("phone", "email")
NAME_PARTS = ("last_name", "first_name", "middle_name")
PERSON_WORDS = ("физ", "фл", "частн", "person")
UNKNOWN = "Такой колонки программа не знает, она не загружена"
AS_BEFORE = "Как и в прошлый раз, колонка не загружена"
FORBIDDEN = "Эту колонку вы заполнять не можете, она не загружена"


@dataclass(frozen=True)
class Place:
    """A column of the sheet: the key its cells go under, and why they are left out (None: they are read)."""

    place: int
    key: str
    heading: str
    refusal: str | None


class Assembler:
    """Makes rows of one recognised sheet for one actor."""

    def __init__(self, actor: Actor, sheet: RecognisedSheet, blank: Blank) -> None:
        self._sheet = sheet
        self._table = table_named(sheet.table or "")
        self._places: dict[int, Place] = {}
        for column in sheet.columns:
            self._places[column.place] = self._once(_place(actor, self._table, column))
        self._headings = {place.key: place.heading for place in self._places.values()}
        self._left_out: dict[int, list[int]] = {}
        self._examples: dict[int, str] = {}
        self._clears = {
            place.place: place.key for place in self._places.values() if blank is Blank.CLEAR and place.refusal is None
        }

    def rows(self, chunk: Sequence[DataRow], memo: Memo) -> list[Row]:
        """Rows of one chunk, sharing the memo of cleaned values."""
        return [self._row(data, memo) for data in chunk]

    def _row(self, data: DataRow, memo: Memo) -> Row:
        row = Row(
            self._sheet.name,
            data.number,
            self._table,
            data.title,
            {},
            self._headings,
            secret_columns(self._table.name),
            memo,
        )
        cells = row.cells
        for place, raw in data.cells.pairs():
            value = unquoted(raw) if type(raw) is str else raw
            known = self._places.get(place)
            if known is None:
                known = self._stray(place)
            if known.refusal is not None:
                self._left_out.setdefault(place, []).append(data.number)
                if len(self._left_out[place]) == 1:
                    self._examples[place] = as_text(value)
            elif known.key in cells and known.key in JOINED:
                cells[known.key] = f"{as_text(cells[known.key], multiline=True)}; {as_text(value, multiline=True)}"
            else:
                cells[known.key] = value
        if self._clears:
            row.blank = frozenset(key for place, key in self._clears.items() if place not in data.cells)
        compose(row)
        return row

    def _once(self, place: Place) -> Place:
        """Of two columns read as the same thing the first is read, but where lists are joined."""
        same = [p for p in self._places.values() if p.key == place.key and p.refusal is None]
        if not same or place.refusal is not None or place.key in JOINED:
            return place
        twice = f"Туда же загружается колонка «{same[0].heading}», эта не загружена"
        return replace(place, key=f"#{place.place}", refusal=twice)

    def left_out(self) -> Iterator[ReportRemark]:
        """One remark for every column whose cells were not read, with how many there were and the first of them."""
        for place, rows in sorted(self._left_out.items()):
            known = self._places[place]
            if known.refusal:
                example = self._examples[place] if known.refusal is not FORBIDDEN else ""
                message = f"{known.refusal} (значений: {len(rows)})."
                where = self._sheet.header_row or rows[0]
                yield ReportRemark(self._sheet.name, where, known.heading, example, message, "warning")

    def _stray(self, place: int) -> Place:
        """A column without a heading, met below it."""
        column = SheetColumn(place, f"колонка {xl_col_to_name(place)}", None)
        known = self._places[place] = Place(place, f"#{place}", column.heading, UNKNOWN)
        self._headings[known.key] = known.heading
        return known


def compose(row: Row) -> None:
    """Put together what the file has in several columns; take out what is about the row and no value of it."""
    cells = row.cells
    parts = [as_text(cells.pop(key)) for key in NAME_PARTS if key in cells]
    if parts and "name" not in cells:
        cells["name"] = " ".join(parts)
    if (form := cells.pop("legal_form", None)) is not None and "name" in cells:
        name = as_text(cells["name"])
        cells["name"] = name if fold(name).startswith(fold(as_text(form))) else f"{as_text(form)} {name}"
    kind = fold(as_text(cells.pop("party_type", None)))
    if kind.startswith(PERSON_WORDS) and row.table.name == "companies":
        _turn_into_person(row)
    _numbers(row)
    uncross(row)
    if (key := cells.pop(RECORD_KEY, None)) is not None:
        _record(row, as_text(key))


def _turn_into_person(row: Row) -> None:
    row.table = TABLES["people"]
    row.secret = secret_columns("people")
    for key in [key for key in row.cells if key not in columns_of("people") and not key.startswith(EXTRA)]:
        row.remark(key, "Значение не загружено: у физ. лица нет такой колонки.", "warning")
        del row.cells[key]


def _numbers(row: Row) -> None:
    """ИНН and ОГРН apart where the table has them in one column, and the reverse."""
    cells = row.cells
    if row.table.name == "members":
        numbers = [as_text(cells.pop(key)) for key in ("ogrn", "inn") if key in cells]
        if numbers and "requisites" not in cells:
            cells["requisites"] = "/".join(numbers)


def _record(row: Row, text: str) -> None:
    table, _, number = text.partition(":")
    if table == row.table.name and number.isascii() and number.isdecimal() and len(number) < 16:
        row.record = int(number)
    else:
        row.remark(RECORD_KEY, "Ключ записи не от этой таблицы: строка сверена по значениям.", "warning", value=text)


def _place(actor: Actor, table: Table, column: SheetColumn) -> Place:
    key = column.key or f"#{column.place}"
    return Place(column.place, key, column.heading, _refusal(actor, table, column))


def _refusal(actor: Actor, table: Table, column: SheetColumn) -> str | None:
    """Why cells of this column are left out, "" when there is nothing to say; None when they are read."""
    if column.key is None:
        if column.how == "remembered" and not is_mark(column.heading):
            return AS_BEFORE
        said = is_mark(column.heading) or column.remark or column.how == "chosen"
        return "" if said else UNKNOWN
    declared = columns_of(table.name).get(column.key)
    if declared is None:
        return None
    if declared.live is not None:
        return ""
    return None if actor.may(declared.permission) else FORBIDDEN


@lru_cache
def secret_columns(table: str) -> frozenset[str]:
    """Keys of the columns not everybody in the office may see."""
    return frozenset(c.key for c in table_named(table).columns if c.permission is not Permission.BASE_READ)


def computed_columns(sheet: RecognisedSheet) -> Iterator[SheetColumn]:
    """Columns of the file the product computes by itself."""
    declared: Mapping[str, Column] = columns_of(sheet.table or "")
    return (c for c in sheet.columns if c.key and c.key in declared and declared[c.key].live is not None)
