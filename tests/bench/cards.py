"""The busiest card, two hundred linked rows of each kind: statements and milliseconds of its services."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session

from models import Source
from services.access.permissions import SYSTEM
from services.database import WorkSession
from services.directory.cards import head_of
from services.directory.parties import Kind, Party
from services.directory.profiles import profile_of
from services.directory.search import search_companies, search_people
from services.history.trail import trail_of
from tests.bench.report import Line
from tests.busy import busy_party

STATEMENTS, MILLISECONDS = 15, 200.0
REPEATS = 5


def measure(engine: Engine) -> list[Line]:
    """Header with overview, header with history, and what pickers ask, among everybody else in the database."""
    lines = []
    bind = engine.execution_options(writes=True)
    for kind in ("person", "company"):
        with WorkSession(bind, info={"actor": SYSTEM, "source": Source.MANUAL}, expire_on_commit=False) as session:
            party = busy_party(session, kind)
        lines += _card(engine, kind, party)
    for title, ask in (
        ("companies by «ро»", lambda session: search_companies(session, SYSTEM, "ро")),
        ("companies by «нов»", lambda session: search_companies(session, SYSTEM, "нов")),
        ("companies by ИНН 97", lambda session: search_companies(session, SYSTEM, "97")),
        ("people by «иван»", lambda session: search_people(session, SYSTEM, "иван")),
    ):
        _, milliseconds = _times(engine, ask)
        lines.append(Line(f"picker: {title}", milliseconds, "ms", MILLISECONDS))
    return lines


def _card(engine: Engine, kind: Kind, party: Party) -> list[Line]:
    entity = "Person" if kind == "person" else "Company"
    sections: dict[str, Callable[[Session], Any]] = {
        "overview": lambda session: (head_of(session, SYSTEM, party), profile_of(session, SYSTEM, party)),
        "history": lambda session: (head_of(session, SYSTEM, party), trail_of(session, SYSTEM, entity, party.id)),
    }
    lines = []
    for title, ask in sections.items():
        taken, milliseconds = _times(engine, ask)
        lines.append(Line(f"{kind}: {title}, statements", taken, "", STATEMENTS))
        lines.append(Line(f"{kind}: {title}", milliseconds, "ms", MILLISECONDS))
    return lines


def _times(engine: Engine, ask: Callable[[Session], Any]) -> tuple[int, float]:
    """Statements and median milliseconds, warm."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        seen.append(sql)

    times = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(REPEATS + 1):
            seen.clear()
            started = time.perf_counter()
            with WorkSession(engine) as session:
                ask(session)
            times.append((time.perf_counter() - started) * 1000)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([sql for sql in seen if not sql.startswith("BEGIN")]), statistics.median(times[1:])
