"""A column filter as SQL over the row index."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table as SqlTable, and_, func, or_, true

from services import clock
from services.errors import InvalidInput
from services.tables.columns import Column
from services.tables.index import folded_name
from services.tables.kinds import Filter
from services.tables.query import ColumnFilter, Condition, as_day, as_number
from services.values import fold

LAST_LETTER = "\U0010ffff"
TEXT_OPERATORS = frozenset({"contains", "notContains", "equals", "notEqual", "startsWith", "endsWith"})
Operator = Callable[[ColumnElement[Any], Any, Any], ColumnElement[bool]]


def contains(column: ColumnElement[Any], text: str, dialect: str) -> ColumnElement[bool]:
    """Whether a folded column contains folded text. instr() on SQLite: LIKE there costs three times as much."""
    if dialect == "sqlite":
        return func.instr(column, text) > 0
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return column.like(f"%{escaped}%", escape="\\")


def sought(column: Column, text: object) -> str:
    """Filter text in the form the column is searched in; phones by digits, without a domestic 8 or a country's 7."""
    folded = fold(str(text if text is not None else ""))
    if not column.kind.phone_like:
        return folded
    digits = "".join(letter for letter in folded if letter.isdigit())
    domestic = len(digits) > 4 and digits[0] == "8" and digits[1] in "3489"
    return digits[1:] if domestic or (len(digits) == 11 and digits[0] == "7") else digits


def column_condition(grid: SqlTable, column: Column, wanted: ColumnFilter, dialect: str) -> ColumnElement[bool]:
    """SQL for everything one column is filtered by. Raises `InvalidInput` for an operator its kind does not know."""
    parts = [_one(grid, column, condition, dialect) for condition in wanted.conditions]
    return or_(*parts) if wanted.any_of else and_(true(), *parts)


def value_of(grid: SqlTable, column: Column) -> ColumnElement[Any]:
    """The column's value in the row index; computed now for live columns."""
    return grid.c[column.key] if column.live is None else column.live(grid, clock.today())


def _one(grid: SqlTable, column: Column, wanted: Condition, dialect: str) -> ColumnElement[bool]:
    value = value_of(grid, column)
    if wanted.operator == "blank":
        return value.is_(None)
    if wanted.operator == "notBlank":
        return value.is_not(None)
    build = {Filter.TEXT: _text, Filter.NUMBER: _number, Filter.DATE: _date, Filter.SET: _set}[column.kind.filter]
    condition = build(grid, column, wanted, dialect)
    if condition is None:
        raise InvalidInput(f"Так нельзя отбирать по колонке «{column.label}».")
    return condition


def _text(grid: SqlTable, column: Column, wanted: Condition, dialect: str) -> ColumnElement[bool] | None:
    folded: ColumnElement[Any] = grid.c[folded_name(column)]
    text = sought(column, wanted.value)
    if not text and wanted.operator in TEXT_OPERATORS:
        return true()
    match wanted.operator:
        case "contains":
            return contains(folded, text, dialect)
        case "notContains":
            return or_(folded.is_(None), ~contains(folded, text, dialect))
        case "equals":
            return folded == text
        case "notEqual":
            return or_(folded.is_(None), folded != text)
        case "startsWith":
            return and_(folded >= text, folded < text + LAST_LETTER)
        case "endsWith" if dialect == "sqlite":
            return func.substr(folded, -len(text)) == text
        case "endsWith":
            return func.right(folded, len(text)) == text
    return None


_COMPARE: dict[str, Operator] = {
    "equals": lambda c, low, high: c == low,
    "notEqual": lambda c, low, high: or_(c.is_(None), c != low),
    "lessThan": lambda c, low, high: c < low,
    "lessThanOrEqual": lambda c, low, high: c <= low,
    "greaterThan": lambda c, low, high: c > low,
    "greaterThanOrEqual": lambda c, low, high: c >= low,
    "inRange": lambda c, low, high: and_(c >= low, c <= high),
}


def _number(grid: SqlTable, column: Column, wanted: Condition, _dialect: str) -> ColumnElement[bool] | None:
    if wanted.operator not in _COMPARE:
        return None
    low = as_number(wanted.value, column.label)
    high = as_number(wanted.upper, column.label) if wanted.operator == "inRange" else None
    return _COMPARE[wanted.operator](grid.c[column.key], low, high)


def _date(grid: SqlTable, column: Column, wanted: Condition, _dialect: str) -> ColumnElement[bool] | None:
    """Days are ISO texts, possibly cut to a month or a year: text order is time order, a cut one comes first."""
    if wanted.operator not in _COMPARE:
        return None
    low = as_day(wanted.value, column.label)
    value = grid.c[column.key]
    match wanted.operator:
        case "inRange":
            return and_(value >= range_start(low), value < as_day(wanted.upper, column.label) + LAST_LETTER)
        case "greaterThanOrEqual":
            return value >= range_start(low)
        case "greaterThan" | "lessThanOrEqual":
            end = low + LAST_LETTER  # a cut day stands for all of its days
            return value > end if wanted.operator == "greaterThan" else value < end
        case "equals" if len(low) < 10:
            return and_(value >= low, value < low + LAST_LETTER)
    return _COMPARE[wanted.operator](value, low, None)


def range_start(day: str) -> str:
    """Cut the first day of a month or a year to it, so that «01.2024» lies within a range that begins there."""
    return day.removesuffix("-01").removesuffix("-01")


def _set(grid: SqlTable, column: Column, wanted: Condition, _dialect: str) -> ColumnElement[bool] | None:
    if wanted.operator != "set":
        return None
    unknown = [member for member in wanted.members if member is not None and member not in column.titles]
    if unknown:
        raise InvalidInput(f"В колонке «{column.label}» нет значения «{unknown[0]}».")
    value = value_of(grid, column)
    known = value.in_([member for member in wanted.members if member is not None])
    return or_(known, value.is_(None)) if None in wanted.members else known
