"""Writes into the ledger what has fallen due: queued to be sent, excluded with the reason, or missed.

Safe to repeat and beside another run: the ledger takes each message once, and what stands there is not asked for again.
"""

import datetime as dt
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, null, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from models import DeliveryState, ReminderRule, Watched
from services import clock, logs
from services.access.permissions import SYSTEM
from services.database import is_sqlite
from services.errors import DomainError
from services.history.statements import table_of
from services.messaging import gateway
from services.reminders.due import Lines, days_of, delivery, first_day, not_in_ledger, sources
from services.reminders.rule import Rule, Step, load_rules, problem_of
from services.reminders.steps import DAY, first_anchor
from services.work import reading, writing

log = logs.logger(__name__)
BROKEN = "Внутренняя ошибка: она записана в журнал сервера."


@dataclass(frozen=True)
class RuleRun:
    """What a run did for a rule; `problem` is why it could do nothing."""

    rule_id: int
    name: str
    queued: int = 0
    excluded: int = 0
    missed: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Evaluated:
    """What a run did: a line for each rule that is switched on."""

    rules: tuple[RuleRun, ...]

    @property
    def queued(self) -> int:
        """Messages that will leave."""
        return sum(rule.queued for rule in self.rules)

    @property
    def excluded(self) -> int:
        """Messages that will not, each with its reason in the ledger."""
        return sum(rule.excluded for rule in self.rules)

    @property
    def missed(self) -> int:
        """Messages it is too late for."""
        return sum(rule.missed for rule in self.rules)

    def to_json(self) -> dict[str, Any]:
        """For the journal of runs and the terminal."""
        totals = {"queued": self.queued, "excluded": self.excluded, "missed": self.missed}
        return totals | {"rules": [asdict(rule) for rule in self.rules]}


def evaluate(now: dt.datetime | None = None) -> Evaluated:
    """Write into the ledger what is due at `now` (aware; else at once), each rule in a transaction of its own."""
    with clock.stopped_at(now) if now is not None else nullcontext():
        with reading() as session:
            rules = load_rules(session, col(ReminderRule.enabled).is_(True))
        return Evaluated(tuple(_evaluated(rule.id, rule.name) for rule in rules))


def _evaluated(rule_id: int, name: str) -> RuleRun:
    """One rule; what goes wrong with it leaves the others alone."""
    try:
        with writing(SYSTEM) as session:
            # Read in the transaction that writes: switched off meanwhile, it writes nothing.
            rules = load_rules(session, col(ReminderRule.id) == rule_id, col(ReminderRule.enabled).is_(True))
            return evaluate_rule(session, rules[0]) if rules else RuleRun(rule_id, name)
    except DomainError as error:
        return RuleRun(rule_id, name, problem=str(error))
    except SQLAlchemyError as error:
        log.error("rule_failed", rule=rule_id, error=type(error).__name__)
        return RuleRun(rule_id, name, problem=BROKEN)


def evaluate_rule(session: Session, rule: Rule) -> RuleRun:
    """Write into the ledger what is due of one rule; only `evaluate` and the benchmarks call it."""
    if problem := problem_of(session, rule):
        return RuleRun(rule.id, rule.name, problem=problem)
    if not is_sqlite(session.connection()):
        session.connection().exec_driver_sql("SET LOCAL jit = off")  # compiling these takes longer than running them
    today = clock.today()
    last_known = session.connection().execute(select(func.max(delivery.c.id))).scalar() or 0
    late = sum(_give_up(session, rule, step, today) for step in rule.steps)
    _write(session, rule, _lines(rule, today))
    found = _written_since(session, rule, last_known)
    _remember(session, rule, today)
    return RuleRun(
        rule.id,
        rule.name,
        found[DeliveryState.QUEUED.value],
        found[DeliveryState.EXCLUDED.value],
        found[DeliveryState.MISSED.value] + late,
    )


def _lines(rule: Rule, today: dt.date) -> Lines:
    """The days to look at, each with the moment its messages leave, or the mark that it is too late for them."""
    now, bound = clock.now(), today - rule.catch_up_days * DAY
    at_once = rule.hours.not_before(now)
    period = rule.period(first_day(rule, today), today)
    lines = [line for step in rule.steps for line in days_of(rule, step, *period, today)]
    for line in lines:
        leaves = rule.hours.leaves(line["due"])
        line["not_before"], line["missed"] = max(leaves, at_once) if leaves <= now else leaves, int(line["due"] < bound)
    return lines


def _write(session: Session, rule: Rule, lines: Lines) -> None:
    for kind, one, found in sources(session, rule, lines):
        days = found.selected_columns
        columns: list[ColumnElement[Any]] = [
            days.step_id.label("step_id"),
            one.party_id.label("party_id"),
            literal(one.subject).label("subject"),
            one.subject_id.label("subject_id"),
            days.anchor.label("anchor_date"),
            days.not_before.label("not_before"),
            (days.missed == 1).label("missed"),
        ]
        columns += _once(rule, days, lines)
        for channel in rule.channels:
            fresh = found.where(not_in_ledger(kind, one, found, channel)).with_only_columns(*columns)
            order = gateway.Order(channel, rule.purpose, DeliveryState.QUEUED)
            gateway.plan(session, kind, fresh, order)


def _once(rule: Rule, days: Any, lines: Lines) -> list[ColumnElement[Any]]:
    """Congratulations are the same message whoever sends them: on the day itself a rule repeats no manager's."""
    on_the_day = [step.id for step in rule.steps if not (step.months or step.days)]
    if rule.watched is not Watched.BIRTHDAY or not on_the_day:
        return []
    whens = [
        (days.anchor.between(dt.date(year, 1, 1), dt.date(year, 12, 31)), gateway.birthday_key(year))
        for year in {line["anchor"].year for line in lines}
    ]
    key = case(*whens, else_=null())
    return [case((days.step_id.in_(on_the_day), key), else_=null()).label("once_key")]


def _give_up(session: Session, rule: Rule, step: Step, today: dt.date) -> int:
    """What has waited in the queue past the bound is missed."""
    oldest = first_anchor(step.months, step.days, today - rule.catch_up_days * DAY)
    waiting = (
        delivery.c.step_id == step.id,
        delivery.c.state == DeliveryState.QUEUED.value,
        delivery.c.anchor_date < oldest,
    )
    done = session.connection().execute(update(delivery).where(*waiting).values(state=DeliveryState.MISSED.value))
    return done.rowcount


def _written_since(session: Session, rule: Rule, last_known: int) -> Counter[str]:
    steps = [step.id for step in rule.steps]
    query = select(delivery.c.state, func.count()).where(delivery.c.step_id.in_(steps), delivery.c.id > last_known)
    found: Counter[str] = Counter()
    for state, number in session.connection().execute(query.group_by(delivery.c.state)):
        found[state] = number
    return found


def _remember(session: Session, rule: Rule, today: dt.date) -> None:
    """Up to which day was looked: no change of the rule, so its version stays."""
    if rule.evaluated_on is None or rule.evaluated_on < today:
        of = table_of(ReminderRule)
        session.connection().execute(update(of).where(of.c.id == rule.id).values(evaluated_on=today))
