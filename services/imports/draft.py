"""The draft of a load: writes values into the entries of the base, row by row, and says what that changes.

The file is one statement about each field: the first cell that fills it stands, a later cell of the same file that says
otherwise is remarked. So the order of sheets decides, and loading the file again changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from models import Company, Person, Record
from services.imports.base import INDEXED, Base, Entry
from services.imports.rows import Row, columns_of, known
from services.tables.kinds import show_money
from services.values import format_date, inn_valid
from services.values.cleaned import shown as quoted

Merge = Callable[[str | None, str | None], str | None]
DATES = {"birth_date", "contract_date", "member_since", "since", "starts_on", "ends_on", "paid_on", "received_on"}
WHOLE_INN = {Person: (12,), Company: (10, 12)}
"""Lengths at which the database holds an ИНН unique."""


class Draft:
    """The base as the rows so far have changed it."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def own(self, row: Row, entry: Entry) -> None:
        """`entry` is the record this row stands for; the first row of a new record is the one that creates it."""
        row.owner = entry
        if entry.owner is None:
            row.created = entry.is_new
            entry.owner = row

    def add(self, row: Row, key: str, model: type[Record], /, **values: Any) -> Entry:
        """A new record that cell `key` of the row calls for."""
        entry = self.base.add(model, values)
        for attribute in entry.values:
            entry.claims[attribute] = (row.sheet, row.number)
        if entry.name:
            row.change(key, "", entry.name)
        return entry

    def put(self, row: Row, key: str, entry: Entry, attribute: str, value: Any, *, merge: Merge | None = None) -> None:
        """Give a field the value of cell `key`; a blank keeps what is there. `merge` unites lists instead."""
        row.target(key, entry, attribute)
        if not known(value):
            return
        present = entry.get(attribute)
        if merge and present and present != value:
            value = merge(present, value) or value
        if value == present:
            entry.claims.setdefault(attribute, (row.sheet, row.number))
            return
        if attribute in entry.claims and not merge:
            self._contradiction(row, key, entry, attribute)
            return
        entry.claims.setdefault(attribute, (row.sheet, row.number))
        row.change(key, self.shown(attribute, present), self.shown(attribute, value))
        entry.set(attribute, value)
        if attribute in INDEXED:
            self.base.index(entry)

    def put_cell(self, row: Row, key: str, entry: Entry, attribute: str, **more: Any) -> Any:
        """Clean cell `key` as its column is declared and give the field the value."""
        value = row.clean(key, columns_of(row.table.name)[key].kind.clean)
        self.put(row, key, entry, attribute, value, **more)
        return value

    def put_inn(self, row: Row, key: str, entry: Entry, inn: str | None) -> None:
        """An ИНН, unless another record has it: then the cell is remarked."""
        others = [other for other in self.base.inn.get((entry.model, inn), []) if other is not entry]
        if inn and others and len(inn) in WHOLE_INN[entry.model] and inn != entry.get("inn"):
            message = f"ИНН {inn} уже указан у записи {quoted(others[0].name)}, поэтому здесь не записан."
            row.remark(key, message, "error", entry, "inn")
            return
        present = entry.get("inn") or ""
        if inn and inn_valid(present) and not inn_valid(inn):
            row.remark(key, f"Уже записан верный ИНН {present}, оставлен он.", "warning", entry, "inn")
            return
        if inn and present and inn_valid(inn) and not inn_valid(present):
            entry.claims.pop("inn", None)
        if inn and inn_valid(inn) and len(inn) not in WHOLE_INN[entry.model]:
            row.remark(key, f"ИНН {inn} из {len(inn)} цифр бывает только у организации.", "warning", entry, "inn")
        self.put(row, key, entry, "inn", inn)

    def _contradiction(self, row: Row, key: str, entry: Entry, attribute: str) -> None:
        sheet, number = entry.claims[attribute]
        where = f"строке {number}" if sheet == row.sheet else f"листе {quoted(sheet)}, строке {number}"
        present = self.shown(attribute, entry.get(attribute)) or "пусто"
        message = f"В {where} для этой же записи указано другое: {quoted(present)}. Оставлено оно."
        row.remark(key, message, "warning", entry, attribute)

    @staticmethod
    def shown(attribute: str, value: Any) -> str:
        """A stored value in people's words; "" for none."""
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
        return format_date(value) if attribute in DATES else str(value)
