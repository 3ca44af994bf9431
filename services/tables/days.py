"""Arithmetic of days in SQL; the row index keeps days as ISO texts."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Text, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class days_before(FunctionElement[str]):  # noqa: N801 - reads as a function
    """`days_before(day, number)`: the ISO text of the day that many days before an ISO `day`, a text or a column."""

    name = "days_before"
    type = Text()
    inherit_cache = True

    def __init__(self, day: str | ColumnElement[str], number: ColumnElement[int]) -> None:
        super().__init__(day, number)


@compiles(days_before, "sqlite")
def _on_sqlite(element: days_before, compiler: SQLCompiler, **options: Any) -> str:
    day, number = (compiler.process(part, **options) for part in element.clauses)
    return f"date({day}, (-{number}) || ' days')"


@compiles(days_before, "postgresql")
def _on_postgresql(element: days_before, compiler: SQLCompiler, **options: Any) -> str:
    day, number = (compiler.process(part, **options) for part in element.clauses)
    return f"to_char(CAST({day} AS date) - {number}, 'YYYY-MM-DD')"


def lasts_on(until: ColumnElement[Any], today: dt.date) -> ColumnElement[bool]:
    """models.committee.seat_is_open in SQL, of a column of (partial) dates; a test holds the two together."""
    return or_(until.is_(None), until >= func.substr(today.isoformat(), 1, func.length(until)))
