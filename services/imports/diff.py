"""The diff of a planned row: its cells, each with what people see and with the steps that writing it takes.

A step is plain JSON: ["+", model, ref, {attribute: value}] puts a record in, ["=", model, ref, attribute, before,
after] changes a field, ["-", model, ref, attribute, before] takes away a record that is there for that field alone. A
ref is a record's number, or below zero one of the plan's own. A value is text, a number, true or false, null,
["@", model, ref], ["d", ISO date] or ["m", amount].
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from services.imports.base import Entry

Step = list[Any]


class CellState(StrEnum):
    """What a cell of the file says against the base; a conflict is a change of what was entered by hand."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote the present value: the source, the name, the moment (local, dd.mm.yyyy)."""

    source: str
    who: str
    when: str


@dataclass(slots=True)
class Cell:
    """One cell of a row. `before` and `after` as people see them; `secret`: for those alone who may see the column.

    `label` is what the column is called; while a row is planned nobody asks.
    """

    key: str
    label: str = ""
    state: CellState = CellState.SAME
    before: str = ""
    after: str = ""
    steps: list[Step] = field(default_factory=list)
    origin: Origin | None = None
    secret: bool = False
    united: bool = False

    def show(self, before: str, after: str) -> None:
        """Add to what people see; several things in one cell are listed."""
        self.before = _listed(self.before, before) if self.before else before
        self.after = _listed(self.after, after) if self.after else after
        if self.state is not CellState.CHANGED:
            self.state = CellState.CHANGED if before else CellState.NEW

    def to_json(self) -> list[Any]:
        """[key, state, before, after, steps], and [origin, secret] where there is any; [key] when nothing is new."""
        if self.state is CellState.SAME:
            return [self.key]
        short = [self.key, self.state.value, self.before, self.after, self.steps]
        if self.origin is None and not self.secret:
            return short
        origin = [self.origin.source, self.origin.who, self.origin.when] if self.origin else None
        return [*short, origin, self.secret]

    @classmethod
    def from_json(cls, raw: list[Any], label: str) -> "Cell":
        """The cell that `to_json` wrote."""
        if len(raw) == 1:
            return cls(raw[0], label)
        key, state, before, after, steps = raw[:5]
        origin, secret = raw[5:] or (None, False)
        return cls(key, label, CellState(state), before, after, steps, Origin(*origin) if origin else None, secret)


def encode(value: Any) -> Any:
    """A value of a field as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Entry):
        return ["@", value.model.__name__, value.ref]
    if isinstance(value, dt.date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):
        return ["m", str(value)]
    return value


def decode(value: Any) -> Any:
    """The value `encode` was given; a reference stays ["@", model, ref]."""
    if isinstance(value, list) and value[0] == "d":
        return dt.date.fromisoformat(value[1])
    if isinstance(value, list) and value[0] == "m":
        return Decimal(value[1])
    return value


def _listed(present: str, more: str) -> str:
    if not more or more == present or more in present.split("; "):
        return present
    return f"{present}; {more}" if present else more
