"""«Кому и почему»: what each rule will send one person or company, and why not."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models import Channel, Watched, WhyNot
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.messaging.addresses import PARTIES
from services.messaging.gateway import reason_for
from services.messaging.words import CHANNEL_TITLES, WHY_NOT_TITLES
from services.reminders.due import keys_of, not_in_ledger, sources
from services.reminders.facts import facts_of
from services.reminders.ledger import LedgerLine, Wanted, ledger
from services.reminders.rule import Rule, Step, load_rules, problem_of, watched_title
from services.reminders.steps import due_on
from services.reminders.watching import audience, event

NOTED = 10
"""So many lines of the journal are shown of each rule."""


@dataclass(frozen=True)
class Coming:
    """A message to come: the day watched, what it is about (an event), and when it leaves (UTC)."""

    step: str
    anchor: dt.date
    about: str
    leaves_at: dt.datetime


@dataclass(frozen=True)
class ByChannel:
    """Whether messages of a rule reach somebody by a channel: `reason` is empty, or says why not."""

    channel: str
    reason: str


@dataclass(frozen=True)
class RuleWhy:
    """What a rule has to do with somebody. `against` is why nothing comes; with `coming` it is empty.

    `enabled` False: `coming` is what the rule would send if it were switched on.
    """

    rule_id: int
    name: str
    watched: str
    enabled: bool
    coming: tuple[Coming, ...]
    channels: tuple[ByChannel, ...]
    against: str
    noted: tuple[LedgerLine, ...]

    @property
    def receives(self) -> bool:
        """Whether anything will really come."""
        return self.enabled and bool(self.coming) and any(not channel.reason for channel in self.channels)


@requires(Permission.REMINDERS_MANAGE)
def why(session: Session, actor: Actor, party: Party) -> tuple[RuleWhy, ...]:
    """For every rule: what comes when and by which channel, or why nothing does. Raises `NotFound`."""
    party_record(session, party)
    rules = sorted(load_rules(session), key=lambda rule: (not rule.enabled, rule.name))
    return tuple(_why(session, actor, rule, party) for rule in rules)


def _why(session: Session, actor: Actor, rule: Rule, party: Party) -> RuleWhy:
    problem = problem_of(session, rule)
    coming, against = ((), problem) if problem else _coming(session, rule, party)
    noted = ledger(session, actor, Wanted(rule_id=rule.id, party=party)).lines[:NOTED]
    channels = _by_channel(session, rule, party)
    return RuleWhy(rule.id, rule.name, watched_title(rule), rule.enabled, coming, channels, against, noted)


def _coming(session: Session, rule: Rule, party: Party) -> tuple[tuple[Coming, ...], str]:
    """The messages to come; or none, and why."""
    today, facts = clock.today(), facts_of(session, rule, party)
    if not facts.anchors:
        return (), facts.nothing
    ahead = [
        (due, step, anchor)
        for anchor in facts.anchors
        for step in rule.steps
        if (due := due_on(anchor, step.months, step.days)) >= today
    ]
    if not ahead:
        last = max(due_on(anchor, step.months, step.days) for anchor in facts.anchors for step in rule.steps)
        return (), f"Все сроки этого правила позади, последний был {last:%d.%m.%Y}."
    inside = [(due, step, anchor) for due, step, anchor in ahead if rule.period(due, due) == (due, due)]
    if not inside:
        return (), "Сроки не попадают в период действия правила."
    if not _is_meant(session, rule, party):
        return (), "Не входит в сегмент, для которого сделано правило."
    found = _confirmed(session, rule, party, inside)
    return found, "" if found else facts.against


def _confirmed(
    session: Session, rule: Rule, party: Party, ahead: list[tuple[dt.date, Step, dt.date]]
) -> tuple[Coming, ...]:
    """Those of the days ahead that the evaluation will find too, by the very same statements."""
    lines = [
        {"key": key, "anchor": anchor, "due": due, "on_day": due.isoformat(), "step_id": step.id}
        for due, step, anchor in ahead
        for key in keys_of(rule, anchor)
    ]
    steps = {step.id: step.title for step in rule.steps}
    rows: list[Any] = []
    for kind, one, found in sources(session, rule, lines):
        if kind == party.kind:
            days = found.selected_columns
            own = found.where(one.party_id == party.id, not_in_ledger(kind, one, found))
            columns = (days.due, days.step_id, days.anchor, one.subject_id)
            rows += session.connection().execute(own.with_only_columns(*columns)).all()
    is_event = rule.watched is Watched.EVENT_START
    about = _event_names(session, [number for *_, number in rows]) if is_event else {}
    return tuple(
        Coming(steps[step_id], anchor, about.get(number, ""), rule.hours.leaves(due))
        for due, step_id, anchor, number in sorted(rows, key=lambda row: (row[0], row[1]))
    )


def _event_names(session: Session, numbers: list[int]) -> dict[int, str]:
    query = select(event.c.id, event.c.name).where(event.c.id.in_(numbers))
    return {number: name for number, name in session.connection().execute(query)}  # noqa: C416 - dict() takes no rows


def _is_meant(session: Session, rule: Rule, party: Party) -> bool:
    of, is_meant = PARTIES[party.kind], audience(session, rule, party.kind)
    found = session.connection().execute(select(of.c.id).where(of.c.id == party.id, is_meant(of.c.id)))
    return found.first() is not None


def _by_channel(session: Session, rule: Rule, party: Party) -> tuple[ByChannel, ...]:
    of = PARTIES[party.kind]
    asked = {channel: reason_for(party.kind, rule.purpose.value, channel.value) for channel in rule.channels}
    if not asked:
        return ()
    columns = [reason.label(channel.value) for channel, reason in asked.items()]
    row = session.connection().execute(select(*columns).select_from(of).where(of.c.id == party.id)).mappings().one()
    return tuple(ByChannel(CHANNEL_TITLES[Channel(key)], _said(row[key])) for key in row)


def _said(reason: str | None) -> str:
    return WHY_NOT_TITLES[WhyNot(reason)] if reason else ""
