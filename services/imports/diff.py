"""The diff of a planned row: its cells, each with what people see and with the steps that writing it takes.

A step is plain JSON: ["+", model, ref, {attribute: value}] puts a record in, ["=", model, ref, attribute, before,
after] changes a field, ["-", model, ref, attribute, before] takes away a record that is there for that field alone. A
ref is a record's number, or below zero one of the plan's own. A value is text, a number, true or false, null,
["@", model, ref], ["d", ISO date] or ["m", amount].
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from services.imports.base import Entry

Step = list[Any]
SHORT = 3
"""Of a kept cell: longer ones are in full."""


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


def to_json(cells: Iterable[Cell]) -> list[list[Any]]:
    """The cells of a row as they are kept, in short where that says all.

    [key, state, before, after, steps], and [origin, secret] where there is any; [key] when nothing is new. Most cells
    fill the empty field that is called like the column, of the record the step before was about: of those [key, after]
    is kept, and the value where people see another text. They would be half of what a plan weighs.
    """
    lines: list[list[Any]] = []
    ref, model = 0, ""
    for cell in cells:
        if cell.state is CellState.SAME:
            lines.append([cell.key])
            continue
        key, after, steps = cell.key, cell.after, cell.steps
        plain = cell.origin is None and not cell.secret
        if plain and cell.state is CellState.NEW and len(steps) == 1:
            step = steps[0]
            if step[3] == key and step[2] == ref and step[1] == model and step[0] == "=" and step[4] is None:
                value = step[5]
                lines.append([key, after] if value == after else [key, after, value])
                continue
        if steps:
            model, ref = steps[-1][1:3]
        line = [key, cell.state, cell.before, after, steps]
        lines.append(line if plain else [*line, _said(cell.origin), cell.secret])
    return lines


def _said(origin: Origin | None) -> list[str] | None:
    return [origin.source, origin.who, origin.when] if origin else None


def whole(lines: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """What `to_json` gave, every cell with something new in full."""
    ref, model = 0, ""
    for line in lines:
        if 1 < len(line) <= SHORT:
            key, after, value = line[0], line[1], line[-1]
            yield [key, CellState.NEW.value, "", after, [["=", model, ref, key, None, value]]]
            continue
        yield line
        if len(line) > SHORT and line[4]:
            model, ref = line[4][-1][1:3]


def from_json(line: list[Any], label: str) -> Cell:
    """A cell of a row, as `whole` gives it."""
    if len(line) == 1:
        return Cell(line[0], label)
    key, state, before, after, steps = line[:5]
    origin, secret = line[5:] or (None, False)
    return Cell(key, label, CellState(state), before, after, steps, Origin(*origin) if origin else None, secret)


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
