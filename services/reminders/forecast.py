"""Forecast: what the rules will send in the days to come, by day and rule, with names when somebody asks for them.

Counted as things stand now: whoever renews, leaves or opts out meanwhile drops out. What the ledger has is left out.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Session, col

from models import ReminderRule, WhyNot
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind, Party
from services.errors import InvalidInput, NotFound
from services.messaging.addresses import PARTIES
from services.messaging.gateway import reason_for
from services.messaging.words import WHY_NOT_TITLES
from services.reminders.due import Lines, days_of, not_in_ledger, sources
from services.reminders.rule import Rule, Step, load_rules, problem_of
from services.reminders.steps import DAY
from services.tables.declared.expressions import full_name
from services.tables.folding import sql_fold

MOST_DAYS = 366
_Day = Date().with_variant(Text(), "sqlite")  # SQLite keeps days as texts, and would make a number of a cast one
PAGE = 50
GONE = "Такого правила нет: его удалили."


@dataclass(frozen=True)
class Expected:
    """One step of a rule on one day: to how many, and how many get nothing. `leaves_at` is a moment, UTC."""

    day: dt.date
    leaves_at: dt.datetime
    rule_id: int
    rule: str
    step_id: int
    step: str
    receive: int
    excluded: int


@dataclass(frozen=True)
class Forecast:
    """From `first` to `last`, by day, then rule. `problems`: number, name and sentence of rules that send nothing."""

    first: dt.date
    last: dt.date
    lines: tuple[Expected, ...]
    problems: tuple[tuple[int, str, str], ...]

    @property
    def receive(self) -> int:
        """Messages in all."""
        return sum(line.receive for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """For the terminal."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "receive": self.receive,
            "excluded": sum(line.excluded for line in self.lines),
            "days": [asdict(line) for line in self.lines],
            "problems": [{"rule_id": number, "rule": name, "problem": said} for number, name, said in self.problems],
        }


@dataclass(frozen=True)
class Named:
    """Somebody of a line: will they get it, or why not."""

    name: str
    party: Party
    receives: bool
    reason: str


@requires(Permission.REMINDERS_MANAGE)
def forecast(session: Session, _actor: Actor, days: int, rule_id: int | None = None) -> Forecast:
    """The next `days` days, today among them: of all rules that are switched on, or of one, on or off."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"Прогноз считается на срок от 1 до {MOST_DAYS} дней.")
    first = clock.today()
    last = first + (days - 1) * DAY
    is_wanted: ColumnElement[bool] = col(ReminderRule.enabled).is_(True)
    if rule_id is not None:
        is_wanted = col(ReminderRule.id) == rule_id
    rules = load_rules(session, is_wanted)
    if rule_id is not None and not rules:
        raise NotFound(GONE)
    lines: list[Expected] = []
    problems: list[tuple[int, str, str]] = []
    for rule in rules:
        if problem := problem_of(session, rule):
            problems.append((rule.id, rule.name, problem))
        else:
            lines += _expected(session, rule, first, last)
    lines.sort(key=lambda line: (line.day, line.leaves_at, line.rule, line.step_id))
    return Forecast(first, last, tuple(lines), tuple(problems))


@requires(Permission.REMINDERS_MANAGE)
def names(
    session: Session, _actor: Actor, rule_id: int, step_id: int, day: dt.date, page: int = 0
) -> tuple[tuple[Named, ...], int]:
    """Whom a step of a rule reaches on a day, those who get nothing last: a page of 50, and how many there are."""
    rule = next(iter(load_rules(session, col(ReminderRule.id) == rule_id)), None)
    step = next((one for one in rule.steps if one.id == step_id), None) if rule else None
    if rule is None or step is None:
        raise NotFound(GONE)
    if problem_of(session, rule):
        return (), 0
    every = _together(session, rule, _lines(rule, (step,), day, day))
    if every is None:
        return (), 0
    found = every.subquery("found")
    connection = session.connection()
    total = connection.execute(select(func.count()).select_from(found)).scalar_one()
    order = (found.c.receives.desc(), sql_fold(found.c.name), found.c.party_id)
    rows = connection.execute(select(found).order_by(*order).limit(PAGE).offset(max(page, 0) * PAGE))
    return tuple(_named(row) for row in rows.mappings()), total


def _expected(session: Session, rule: Rule, first: dt.date, last: dt.date) -> Iterator[Expected]:
    every = _together(session, rule, _lines(rule, rule.steps, first, last), named=False)
    if every is None:
        return
    found = every.subquery("found")
    counted = select(found.c.due, found.c.step_id, func.sum(found.c.receives), func.count())
    titles = {step.id: step.title for step in rule.steps}
    for day, step_id, receive, total in session.connection().execute(counted.group_by(found.c.due, found.c.step_id)):
        leaves_at = rule.hours.leaves(day)
        yield Expected(day, leaves_at, rule.id, rule.name, step_id, titles[step_id], int(receive), total - int(receive))


def _lines(rule: Rule, steps: Sequence[Step], first: dt.date, last: dt.date) -> Lines:
    begun = max(first, clock.today())
    return [line for step in steps for line in days_of(rule, step, *rule.period(begun, last))]


def _together(session: Session, rule: Rule, lines: Lines, *, named: bool = True) -> CompoundSelect[Any] | None:
    """All who are due of all sources: due, step_id, receives (1, 0), and with names kind, party_id, name, reason."""
    parts = []
    looked_at = cast(literal(max(clock.today(), rule.evaluated_on or dt.date.min).isoformat()), _Day)
    for kind, one, found in sources(session, rule, lines):
        days = found.selected_columns
        # Nothing past the last evaluation stands in the ledger: for those many days it need not be asked.
        is_new = case((days.due > looked_at, true()), else_=not_in_ledger(kind, one, found))
        fresh = found.where(is_new).with_only_columns(
            days.due.label("due"),
            days.step_id.label("step_id"),
            one.party_id.label("party_id"),
        )
        parts.append(_judged(rule, kind, fresh, named=named))
    return union_all(*parts) if parts else None


def _judged(rule: Rule, kind: Kind, found: Select[Any], *, named: bool) -> Select[Any]:
    of, party = found.subquery(), PARTIES[kind]
    reasons = [reason_for(kind, rule.purpose.value, channel.value) for channel in rule.channels]
    receives = case((or_(*(reason.is_(None) for reason in reasons)), 1), else_=0)
    columns: list[ColumnElement[Any]] = [of.c.due, of.c.step_id, cast(receives, Integer).label("receives")]
    if named:
        name = full_name(party) if kind == "person" else party.c.name
        columns += [
            literal(kind).label("kind"),
            party.c.id.label("party_id"),
            cast(name, Text).label("name"),
            cast(reasons[0], Text).label("reason"),
        ]
    return select(*columns).select_from(of.join(party, party.c.id == of.c.party_id))


def _named(row: Any) -> Named:
    receives = bool(row["receives"])
    reason = "" if receives else WHY_NOT_TITLES[WhyNot(row["reason"])]
    return Named(row["name"], Party(row["kind"], row["party_id"]), receives, reason)
