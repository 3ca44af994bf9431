"""What is due when: the days of a step as lines of a statement, and the question whether a message is still due."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select, true
from sqlmodel import Session, col

from models import Channel, Delivery, ReminderRule, ReminderStep, Watched
from services import clock
from services.directory.parties import Kind
from services.history.statements import chunks, is_among, table_of
from services.reminders.rule import Rule, Step, load_rules, problem_of
from services.reminders.steps import DAY, anchors_due, birthday_keys
from services.reminders.watching import KINDS, Watching, audience, days_table, watched

delivery = table_of(Delivery)
Lines = list[dict[str, Any]]
ASKED_AT_ONCE = 500


def days_of(rule: Rule, step: Step, first: dt.date, last: dt.date, on_day: dt.date | None = None) -> Lines:
    """The watched days that fall due from `first` to `last`; eligibility is asked on `on_day`, else on the due day."""
    return [
        {"key": key, "anchor": anchor, "due": due, "on_day": (on_day or due).isoformat(), "step_id": step.id}
        for due, anchor in anchors_due(step.months, step.days, first, last)
        for key in keys_of(rule, anchor)
    ]


def keys_of(rule: Rule, anchor: dt.date) -> tuple[str, ...]:
    """The watched day as its records write it."""
    return birthday_keys(anchor) if rule.watched is Watched.BIRTHDAY else (anchor.isoformat(),)


def sources(session: Session, rule: Rule, lines: Lines) -> Iterator[tuple[Kind, Watching, Select[Any]]]:
    """For each kind of recipients, each source and a select over it and `days` of those who are due, no columns yet."""
    if not lines:
        return
    days = days_table(session.connection(), lines)
    for kind in KINDS:
        is_meant = audience(session, rule, kind)
        for one in watched(rule, kind, days):
            found = select(*days.c).select_from(days.join(one.rows, true()))
            yield kind, one, found.where(one.holds, is_meant(one.party_id))


def not_in_ledger(kind: Kind, one: Watching, found: Select[Any], channel: Channel | None = None) -> ColumnElement[bool]:
    """Whether the ledger lacks the message: of a channel, or of any. `found` is a select of `sources`.

    Not «NOT EXISTS»: of that PostgreSQL makes a join, and while it knows nothing of a ledger that grew just now, one of
    all with all. This is asked of each by the unique index.
    """
    days = found.selected_columns
    same = [
        delivery.c.step_id == days.step_id,
        delivery.c.subject == one.subject,
        delivery.c.subject_id == one.subject_id,
        delivery.c.anchor_date == days.anchor,
        delivery.c[f"{kind}_id"] == one.party_id,
    ]
    if channel is not None:
        same.append(delivery.c.channel == channel.value)
    return select(literal(1)).where(and_(*same)).limit(1).scalar_subquery().is_(None)


def still_due(session: Session, ids: Sequence[int]) -> set[int]:
    """Which of these deliveries of rules are no longer due: the day moved, the paper came in, the rule was changed.

    Asked at the moment of sending, in a fixed number of statements for each rule.
    """
    asked = [row for part in chunks(list(ids), ASKED_AT_ONCE) for row in _deliveries(session, part)]
    by_step: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in asked:
        by_step[row["step_id"]].append(row)
    due: set[int] = set()
    for rule in _rules_of(session, list(by_step)):
        rows = [row for step in rule.steps for row in by_step.get(step.id, ())]
        if rows and rule.enabled and not problem_of(session, rule):
            due |= _due_of(session, rule, rows)
    return {row["id"] for row in asked} - due


def must_wait(session: Session, ids: Sequence[int]) -> dict[int, dt.datetime]:
    """Until when those of the deliveries have to wait whose rule lets nothing leave at this hour."""
    now = clock.now()
    parts = chunks(list(ids), ASKED_AT_ONCE)
    asked = {row["id"]: row["step_id"] for part in parts for row in _deliveries(session, part)}
    until = {
        step.id: moment
        for rule in _rules_of(session, list(set(asked.values())))
        if (moment := rule.hours.not_before(now)) > now
        for step in rule.steps
    }
    return {number: until[step] for number, step in asked.items() if step in until}


def _due_of(session: Session, rule: Rule, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    today = clock.today().isoformat()
    due: set[int] = set()
    for kind in KINDS:
        lines = [
            {
                "key": key, "anchor": row["anchor_date"], "on_day": today, "number": row["id"],
                "subject_id": row["subject_id"], "party_id": row[f"{kind}_id"],
            }
            for row in rows
            if row[f"{kind}_id"] is not None
            for key in keys_of(rule, row["anchor_date"])
        ]  # fmt: skip
        for found_kind, one, found in sources(session, rule, lines):
            if found_kind == kind:
                days = found.selected_columns
                same = found.where(one.subject_id == days.subject_id, one.party_id == days.party_id)
                due.update(session.connection().execute(same.with_only_columns(days.number)).scalars())
    return due


def _deliveries(session: Session, ids: Sequence[int]) -> list[Mapping[str, Any]]:
    c, connection = delivery.c, session.connection()
    query = select(c.id, c.step_id, c.subject_id, c.anchor_date, c.person_id, c.company_id)
    found = connection.execute(query.where(is_among(connection, c.id, ids), c.step_id.is_not(None)))
    return [dict(row) for row in found.mappings()]


def _rules_of(session: Session, step_ids: Sequence[int]) -> tuple[Rule, ...]:
    if not step_ids:
        return ()
    of_steps = select(col(ReminderStep.rule_id)).where(col(ReminderStep.id).in_(step_ids))
    return load_rules(session, col(ReminderRule.id).in_(of_steps))


def first_day(rule: Rule, today: dt.date) -> dt.date:
    """The earliest due day a run looks at: what the bound lets it catch up, and what was never looked at before it."""
    begun = rule.enabled_on or today
    return max(begun, min(today - rule.catch_up_days * DAY, rule.evaluated_on or begun))
