"""Ten rules over everybody: seconds of an evaluation, of the same once more, of the forecast; everything is taken back.

Everybody gets a membership first, their terms spread over two years, and every rule has four steps and two channels.
The floor is one bare INSERT … SELECT of as many rows into the same table.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session, col

from models import Channel, DocumentType, MessageTemplate, Purpose, ReminderRule, ReminderStep, Segment, Watched
from services import clock
from services.access.permissions import SYSTEM
from services.reminders.evaluating import evaluate_rule
from services.reminders.forecast import forecast
from services.reminders.rule import load_rules
from services.tables import index
from tests.bench.report import Line

SECONDS, AGAIN, FORECAST = 5.0, 5.0, 10.0
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STEPS = ((-3, 0), (-1, 0), (0, -7), (0, 0))
DAYS = 730
RULES: tuple[tuple[Watched, str], ...] = (
    (Watched.MEMBERSHIP_END, ""),
    (Watched.MEMBERSHIP_END, "members"),
    (Watched.MEMBERSHIP_END, "potential_people"),
    (Watched.FEE_DUE, ""),
    (Watched.FEE_DUE, "members"),
    (Watched.DOCUMENT_MISSING, ""),
    (Watched.DOCUMENT_MISSING, "members"),
    (Watched.BIRTHDAY, ""),
    (Watched.EVENT_START, ""),
    (Watched.DATE_COLUMN, ""),
)
"""What each watches, and the code of the segment it is for."""
R = TypeVar("R")


def measure(engine: Engine) -> list[Line]:
    """An evaluation, a second one that finds everything written, a forecast; each beside its limit."""
    name = engine.dialect.name
    with scene(engine) as session:
        first, rows = timed(lambda: evaluate_all(session))
        again, _ = timed(lambda: evaluate_all(session))
        ahead, found = timed(lambda: forecast(session, SYSTEM, 90))
        floor, _ = timed(lambda: copy_ledger(session))
    told = f"{rows:,} messages; one bare INSERT … SELECT of as many: {floor:.2f} s"
    return [
        Line(f"reminders: evaluation, {name}", first, "s", SECONDS, remark=told),
        Line(f"reminders: the same again, {name}", again, "s", AGAIN),
        Line(f"reminders: forecast of 90 days, {name}", ahead, "s", FORECAST, remark=f"{found.receive:,} messages"),
    ]


def timed(work: Callable[[], R]) -> tuple[float, R]:
    """Seconds, and what came of it."""
    started = time.monotonic()
    done = work()
    return time.monotonic() - started, done


@contextmanager
def scene(engine: Engine) -> Iterator[Session]:
    """Everybody a member, ten rules switched on; nothing of it stays."""
    with Session(engine.execution_options(writes=True)) as session, clock.stopped_at(NOW):
        day = "date('2025-03-01', '+' || (id % :days) || ' days')"
        if engine.dialect.name == "postgresql":
            day = "date '2025-03-01' + id % :days"
        session.execute(text("DELETE FROM membership WHERE person_id IS NOT NULL"))
        session.execute(
            text(
                "INSERT INTO membership (person_id, starts_on, ends_on, fee_amount, version, created_at) "
                f"SELECT id, {day}, {day}, 5000, 1, created_at FROM person"
            ),
            {"days": DAYS},
        )
        index.rebuild(session.connection(), "members")
        _write_rules(session)
        yield session
        session.rollback()


def evaluate_all(session: Session) -> int:
    """Evaluate every rule that is switched on; how many lines the ledger has then."""
    for rule in load_rules(session, col(ReminderRule.enabled).is_(True)):
        done = evaluate_rule(session, rule)
        assert not done.problem, done.problem
    return int(session.execute(text("SELECT count(*) FROM delivery WHERE step_id IS NOT NULL")).scalar_one())


def copy_ledger(session: Session) -> None:
    """As many rows once more, by one statement that asks nobody anything."""
    names = (
        "step_id, subject, anchor_date, channel, address, state, reason, not_before, attempts, person_id, company_id"
    )
    columns = f"{names}, created_at, subject_id"
    source = f"SELECT {names}, created_at, subject_id + 100000000 FROM delivery WHERE step_id IS NOT NULL"
    session.execute(text(f"INSERT INTO delivery ({columns}) {source}"))


def _write_rules(session: Session) -> None:
    template = MessageTemplate(name="Текст", kind="general", purpose="service", subject="Тема", text="Текст")
    session.add(template)
    session.flush()
    segments = {segment.code: segment.id for segment in session.query(Segment)}
    papers = {paper.code: paper.id for paper in session.query(DocumentType)}
    for place, (watched, segment) in enumerate(RULES):
        is_column = watched is Watched.DATE_COLUMN
        rule = ReminderRule(
            name=f"Правило {place}", watched=watched.value, template_id=template.id, purpose=Purpose.SERVICE.value,
            channels=f'["{Channel.CABINET.value}", "{Channel.EMAIL.value}"]', segment_id=segments.get(segment),
            document_type_id=papers["photo"], enabled=True, enabled_on=dt.date(2026, 1, 1),
            evaluated_on=dt.date(2026, 3, 1), table_name="members" if is_column else None,
            column_key="ends_on" if is_column else None,
        )  # fmt: skip
        session.add(rule)
        session.flush()
        session.add_all(ReminderStep(rule_id=rule.id or 0, months=months, days=days) for months, days in STEPS)
    session.flush()
