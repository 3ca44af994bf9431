"""Every statement behind a request of the grid, alone: milliseconds in the database."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session

from services.access.permissions import SYSTEM
from services.database import WorkSession
from services.tables.query import parse_query
from services.tables.rows import Page, count, rows
from tests.bench.asks import QUERIES, Ask
from tests.bench.report import Line

TARGET = 20.0
REPEATS = 9


@dataclass(frozen=True)
class Statement:
    """SQL as the driver gets it."""

    sql: str
    parameters: Any


def answer(session: Session, ask: Ask) -> Page | int:
    """What the service gives for a question."""
    query = parse_query(ask.body)
    if ask.is_count:
        return count(session, SYSTEM, ask.table, query)
    return rows(session, SYSTEM, ask.table, query)


def statements(engine: Engine, ask: Ask) -> list[Statement]:
    """The statements a question causes, in order."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if not sql.startswith("BEGIN"):
            seen.append(Statement(sql, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with WorkSession(engine) as session:
            answer(session, ask)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen


def measure(engine: Engine, asks: Sequence[Ask] = QUERIES, *, plans: bool = False) -> list[Line]:
    """One line a question: its slowest statement, because that is what holds the target."""
    lines = []
    target = TARGET if engine.dialect.name == "sqlite" else None
    for ask in asks:
        found = statements(engine, ask)
        times = [_time(engine, statement) for statement in found]
        remark = f"{len(times)} statements, {sum(times):.1f} ms together" if len(times) > 1 else ""
        lines.append(Line(f"{ask.table}: {ask.title}", max(times), "ms", target, remark=remark))
        if plans:
            for statement, milliseconds in zip(found, times, strict=True):
                _explain(engine, ask, statement, milliseconds)
    return lines


def _time(engine: Engine, statement: Statement) -> float:
    """Median milliseconds from the statement to its last row, warm."""
    connection = engine.raw_connection()
    try:
        cursor, times = connection.cursor(), []
        for _ in range(REPEATS + 1):
            started = time.perf_counter()
            cursor.execute(statement.sql, statement.parameters)
            cursor.fetchall()
            times.append((time.perf_counter() - started) * 1000)
        return statistics.median(times[1:])
    finally:
        connection.close()


def _explain(engine: Engine, ask: Ask, statement: Statement, milliseconds: float) -> None:
    print(f"\n-- {ask.table}: {ask.title} ({milliseconds:.2f} ms)\n{statement.sql}\n-- {statement.parameters}")
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS) "
        cursor.execute(prefix + statement.sql, statement.parameters)
        for row in cursor.fetchall():
            print("  ", row[-1])
    finally:
        connection.close()
