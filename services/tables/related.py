"""Conditions on what a row's person or company is tied to: «не приглашён на …», «нет документа …», «комитет …».

A relation is declared once in `related_declared`: its parameters, and which people and which companies it means. The
dialog, the check of a request, the SQL and the words above a table read that declaration.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table as SqlTable,
    and_,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)

from models import Base
from services import clock
from services.access.permissions import Actor, Permission
from services.database import is_sqlite
from services.errors import InvalidInput
from services.tables.columns import Table
from services.tables.index import index_of
from services.tables.query import Related
from services.values.dates import EARLIEST_YEAR, LATEST_YEAR

Value = str | int | tuple[str, ...]
Values = Mapping[str, Any]
Keys = Callable[[Values, dt.date], Select[int]]
"""What a relation means: the numbers (never NULL) of the people or companies it holds for."""


@dataclass(frozen=True)
class Reference:
    """Records a parameter chooses from: the model, its order in a list, the words when the chosen one is gone.

    `note` is shown beside the name (a day, an ИНН), `key` is the folded name a search looks into.
    """

    model: type[Base]
    name: ColumnElement[str]
    order: tuple[ColumnElement[Any], ...]
    gone: str
    note: ColumnElement[str] | None = None
    key: ColumnElement[str] | None = None
    wanted: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Parameter:
    """What a condition is about: a record, a day, one or several of `choices`."""

    key: str
    label: str
    kind: Literal["record", "day", "one", "some"]
    required: bool = False
    reference: Reference | None = None
    choices: tuple[tuple[str, str], ...] = ()
    default: tuple[str, ...] = ()
    word: str = ""
    """What stands before the value in the words of a condition: «с 01.02.2026»."""

    @property
    def titles(self) -> dict[str, str]:
        """Choices with the words people see."""
        return dict(self.choices)


@dataclass(frozen=True)
class Relation:
    """A condition somebody may set; `opposite` is its title when it must not hold."""

    key: str
    title: str
    opposite: str
    parameters: tuple[Parameter, ...] = ()
    person: Keys | None = None
    company: Keys | None = None
    permission: Permission = Permission.BASE_READ

    def of(self, kind: str) -> Keys | None:
        """What it means for a «person» or a «company»; None where it cannot hold."""
        return self.person if kind == "person" else self.company


def checked(relation: Relation, wanted: Related) -> dict[str, Any]:
    """The values of a condition. Raises `InvalidInput` for one that is unknown, missing or of another shape."""
    known = {parameter.key: parameter for parameter in relation.parameters}
    unknown = [key for key in wanted.values if key not in known]
    if unknown:
        raise InvalidInput(f"У условия «{relation.title}» нет параметра {unknown[0]}.")
    values: dict[str, Any] = {key: _value(parameter, wanted.values.get(key)) for key, parameter in known.items()}
    for key, parameter in known.items():
        if parameter.required and values[key] is None:
            raise InvalidInput(f"В условии «{relation.title}» укажите: {parameter.label.lower()}.", {key: "Укажите."})
    if values.get("since") and values.get("until") and values["since"] > values["until"]:
        raise InvalidInput(f"В условии «{relation.title}» начало периода позже конца.", {"until": "Раньше начала."})
    return values


def _value(parameter: Parameter, value: Value | None) -> Value | None:
    if value is None or value in {"", ()}:
        return None
    fits = {"record": int, "day": str, "one": str, "some": tuple}[parameter.kind]
    if not isinstance(value, fits):
        raise InvalidInput(f"Значение «{parameter.label}» указано неверно.")
    if isinstance(value, str) and parameter.kind == "day":
        try:
            day = dt.date.fromisoformat(value)
        except ValueError as error:
            raise InvalidInput(f"Дата «{parameter.label}» не разобрана: {value}.") from error
        if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise InvalidInput(f"Дата «{parameter.label}»: год должен быть от {EARLIEST_YEAR} до {LATEST_YEAR - 1}.")
        return day.isoformat()
    members = value if isinstance(value, tuple) else (value,)
    unknown = [member for member in members if parameter.choices and member not in parameter.titles]
    if unknown:
        raise InvalidInput(f"В списке «{parameter.label}» нет значения «{unknown[0]}».")
    return value


def condition(
    connection: Connection, table: Table, relation: Relation, values: Values, *, opposite: bool
) -> ColumnElement[bool]:
    """SQL over the row index. The base tables are asked for their people first, by their own indexes."""
    grid, today = index_of(table.name), clock.today()
    if table.row_of is not None:
        found = _rows(table.row_of, table, relation, values)
        return _tied(connection, grid, "id", found, opposite=opposite)
    parts: list[ColumnElement[bool]] = []
    for kind, key in table.subjects.items():
        keys = relation.of(kind)
        if keys is None:
            parts.append(true() if opposite else false())
        else:
            parts.append(_tied(connection, grid, key, keys(values, today), opposite=opposite))
    return and_(*parts) if opposite else or_(*parts)


def _rows(row_of: Callable[[str, Any], Any], table: Table, relation: Relation, values: Values) -> Select[int]:
    """Numbers of the rows the relation holds for: by them an index alone says which rows are left."""
    found = [
        select(row_of(kind, keys(values, clock.today()).subquery().c[0]))
        for kind in table.subjects
        if (keys := relation.of(kind)) is not None
    ]
    return select(union_all(*found).subquery().c[0])


def _tied(
    connection: Connection, grid: SqlTable, key: str, found: Select[int], *, opposite: bool
) -> ColumnElement[bool]:
    column = grid.c[key]
    if not opposite:
        return column.in_(found)
    if is_sqlite(connection):
        without: ColumnElement[bool] = column.not_in(found)
    else:
        # PostgreSQL makes no join of NOT IN.
        those = found.subquery()
        without = ~exists(select(literal(1)).select_from(those).where(those.c[0] == column))
    return without if key == "id" else or_(column.is_(None), without)


def missing(connection: Connection, relation: Relation, values: Values) -> str:
    """The sentence about a record the condition names and that is gone; empty when all are there."""
    for parameter in relation.parameters:
        number = values[parameter.key]
        if parameter.reference is None or number is None:
            continue
        rows = parameter.reference.model.__table__  # type: ignore[attr-defined]
        if connection.execute(select(rows.c.id).where(rows.c.id == number)).first() is None:
            return parameter.reference.gone
    return ""


def permitted(relation: Relation, table: Table, actor: Actor) -> bool:
    """Whether `actor` may set the condition, and rows of `table` can meet it."""
    return actor.may(relation.permission) and any(relation.of(kind) for kind in table.subjects)
