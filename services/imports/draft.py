"""The draft of a load: writes values into the entries of the base, row by row, and notes the steps it takes.

The file is one statement about each field: the first cell that fills it stands, a later cell of the same file that says
otherwise is remarked. So the order of sheets decides, and loading the file again changes nothing.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from models import Company, DocumentReceipt, ExtraField, ExtraValue, Person, Record
from services.imports.base import INDEXED, LINKED, Base, Entry
from services.imports.diff import Cell, CellState, encode
from services.imports.rows import Row, cleaner_of, known
from services.tables.kinds import show_money
from services.values import format_date, inn_valid
from services.values.cleaned import shown as quoted

Merge = Callable[[str | None, str | None], str | None]
DATES = {"birth_date", "contract_date", "member_since", "since", "starts_on", "ends_on", "paid_on", "received_on"}
GONE_WITHOUT: dict[type[Record], str] = {DocumentReceipt: "received_on", ExtraValue: "value"}
"""Records that are there for one value: clearing it takes them away."""
WHOLE_INN = {Person: (12,), Company: (10, 12)}
"""Lengths at which the database holds an ИНН unique."""
EMPTY = "пусто"
Decisions = Mapping[str, tuple[str, int | None]]
"""What people decided about doubtful rows: identity → model, record (None: nobody in the base)."""


class Draft:
    """The base as the rows so far have changed it."""

    def __init__(self, base: Base, decisions: Decisions | None = None) -> None:
        self.base = base
        self.decisions: Decisions = decisions or {}
        self.committees: dict[str, set[str]] = {}
        self.extra_fields = base.every(ExtraField)
        self._clears: list[tuple[Row, str, Entry, str]] = []

    def committee_of(self, sheet: str) -> str:
        """The committee all rows of a sheet were about so far, when it is one."""
        met = self.committees.get(sheet, set())
        return next(iter(met)) if len(met) == 1 else ""

    def own(self, row: Row, entry: Entry) -> None:
        """`entry` is the record this row stands for; the first row of a new record is the one that creates it."""
        row.owner = entry
        if entry.owner is None:
            row.created = entry.is_new
            entry.owner = (row.table.name, *row.place)
        elif entry.owner[0] == row.table.name:
            sheet, number = entry.owner[1:]
            where = "" if sheet == row.sheet else f" листа {quoted(sheet)}"
            row.remark("name", f"Повторяет строку {number}{where} этого файла.", "info")

    def add(
        self,
        row: Row,
        key: str,
        model: type[Record],
        /,
        ends: Mapping[str, Entry] | None = None,
        *,
        shown: str | None = None,
        **values: Any,
    ) -> Entry:
        """A new record that cell `key` of the row calls for; `shown` is what people see of it, else its name.

        `ends` are values by names known only at run time.
        """
        entry = self.base.add(model, values | dict(ends or {}))
        if model not in LINKED:
            entry.origin = row.place
        stated = {name: encode(value) for name, value in entry.values.items()}
        cell = row.cell(key)
        cell.steps.append(["+", model.__name__, entry.ref, stated])
        if after := shown if shown is not None else entry.name:
            cell.show("", after)
        return entry

    def put(
        self,
        row: Row,
        key: str,
        entry: Entry,
        attribute: str,
        value: Any,
        *,
        merge: Merge | None = None,
        again: bool = False,
    ) -> None:
        """Give a field the value of cell `key`; a blank keeps what is there, unless blanks are to clear.

        `merge` unites lists instead of replacing them, but not in a row that came from our own export. `again`: what
        the file said of the field before gives way.
        """
        if row.remarks:
            row.target(key, entry, attribute)
        if value is None or value == "":
            if row.blank:
                self._clear(row, key, entry, attribute)
            return
        present = entry.values.get(attribute)
        place = row.place
        if present is None:
            if place is not entry.origin:
                entry.claim(attribute, place)
            self._fill(row, key, entry, attribute, value)
            return
        united = bool(merge and present and row.record is None)
        if united and merge and present != value:
            value = merge(present, value) or value
        if value == present:
            entry.claim(attribute, place)
            return
        if not united and not again and entry.claimed(attribute):
            self._contradiction(row, key, entry, attribute)
            return
        entry.claim(attribute, place)
        self._step(row, key, entry, attribute, present, value, united=united)

    def put_cell(self, row: Row, key: str, entry: Entry, attribute: str, **more: Any) -> Any:
        """Clean cell `key` as its column is declared and give the field the value."""
        if key not in row.cells and key not in row.blank:
            return None
        value = row.clean(key, cleaner_of(row.table.name, key))
        self.put(row, key, entry, attribute, value, **more)
        return value

    def put_inn(self, row: Row, key: str, entry: Entry, inn: str | None) -> None:
        """An ИНН, unless another record has it: then the cell is remarked."""
        branch = entry.get("kpp")  # branches of a company share an ИНН
        same = self.base.find("inn", entry.model, inn) if inn else []
        others = [other for other in same if other is not entry and other.get("kpp") == branch]
        if inn and others and len(inn) in WHOLE_INN[entry.model] and inn != entry.get("inn"):
            message = f"ИНН {inn} уже указан у записи {quoted(others[0].name)}, поэтому здесь не записан."
            row.remark(key, message, "error", entry, "inn")
            return
        present = entry.get("inn") or ""
        if inn and inn != present and inn_valid(present) and not inn_valid(inn):
            row.remark(key, f"Уже записан верный ИНН {present}, оставлен он.", "warning", entry, "inn")
            return
        if inn and len(inn) not in WHOLE_INN[entry.model] and inn_valid(inn):
            row.remark(key, f"ИНН {inn} из {len(inn)} цифр бывает только у организации.", "warning", entry, "inn")
        again = bool(inn and present and inn != present and inn_valid(inn) and not inn_valid(present))
        self.put(row, key, entry, "inn", inn, again=again)

    def clear(self) -> None:
        """Empty what blank cells are to clear, once the whole file is planned: a value in any of its rows stands."""
        for row, key, entry, attribute in self._clears:
            present = entry.get(attribute)
            if not known(present) or entry.claimed(attribute):
                continue
            entry.claim(attribute, row.place)
            if GONE_WITHOUT.get(entry.model) == attribute:
                cell = row.cell(key)
                cell.steps.append(["-", entry.model.__name__, entry.ref, attribute, encode(present)])
                cell.show(self.shown(attribute, present), EMPTY)
            else:
                self._step(row, key, entry, attribute, present, None)
        self._clears.clear()

    def flag(self, row: Row, key: str, entry: Entry, attribute: str, shown: str) -> None:
        """Set a yes-or-no field that the place of a name in the file calls for."""
        if not entry.get(attribute):
            row.cell(key).steps.append(["=", entry.model.__name__, entry.ref, attribute, entry.get(attribute), True])
            row.cell(key).show("", shown)
            entry.set(attribute, True)

    def _fill(self, row: Row, key: str, entry: Entry, attribute: str, value: Any) -> None:
        """Give an empty field its value: the commonest step of all."""
        if value.__class__ is str:
            stated, after = value, value if attribute not in DATES else format_date(value)
        else:
            stated, after = encode(value), self.shown(attribute, value)
        step = ["=", entry.model.__name__, entry.ref, attribute, None, stated]
        cell = row.diff.get(key)
        if cell is None:
            row.diff[key] = Cell(key, "", CellState.NEW, "", after, [step], None, key in row.secret)
        else:
            cell.steps.append(step)
            cell.show("", after)
        entry.set(attribute, value)
        if attribute in INDEXED:
            self.base.index(entry, attribute)

    def _step(
        self, row: Row, key: str, entry: Entry, attribute: str, present: Any, value: Any, *, united: bool = False
    ) -> None:
        cell = row.cell(key)
        cell.united = united and (cell.united or not cell.steps)
        cell.steps.append(["=", entry.model.__name__, entry.ref, attribute, encode(present), encode(value)])
        cell.show("" if present is None else self.shown(attribute, present), self.shown(attribute, value) or EMPTY)
        entry.set(attribute, value)
        if attribute in INDEXED:
            self.base.index(entry, attribute)

    def _clear(self, row: Row, key: str, entry: Entry, attribute: str) -> None:
        """Note what the blank cell is to clear."""
        if key not in row.blank or entry.is_new or not _clearable(entry.model, attribute):
            return
        if known(entry.get(attribute)) and not entry.claimed(attribute):
            self._clears.append((row, key, entry, attribute))
            row.waits = True

    def _contradiction(self, row: Row, key: str, entry: Entry, attribute: str) -> None:
        sheet, number = entry.claimed(attribute) or ("", 0)
        where = f"строке {number}" if sheet == row.sheet else f"листе {quoted(sheet)}, строке {number}"
        present = self.shown(attribute, entry.get(attribute)) or EMPTY
        message = f"В {where} для этой же записи указано другое: {quoted(present)}. Оставлено оно."
        row.remark(key, message, "warning", entry, attribute)

    @staticmethod
    def shown(attribute: str, value: Any) -> str:
        """A stored value in people's words; "" for none."""
        if isinstance(value, str):
            return format_date(value) if value and attribute in DATES else value
        if not known(value):
            return ""
        if isinstance(value, Entry):
            return value.name
        if isinstance(value, bool):
            return "да" if value else "нет"
        if isinstance(value, Decimal):
            return show_money(value)
        if isinstance(value, dt.date):
            return format_date(value.isoformat())
        return str(value)


@lru_cache
def _clearable(model: type[Record], attribute: str) -> bool:
    table = model.__table__  # type: ignore[attr-defined]
    return bool(table.c[attribute].nullable) or GONE_WITHOUT.get(model) == attribute
