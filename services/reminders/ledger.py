"""The journal of reminders: every message the rules wrote down, with what became of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, RowMapping, Select, Text, and_, cast, func, or_, select
from sqlmodel import Session

from models import Channel, Company, Delivery, DeliveryState, Event, Person, ReminderRule, ReminderStep, WhyNot
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party
from services.history.statements import table_of
from services.messaging.words import CHANNEL_TITLES, DELIVERY_TITLES, WHY_NOT_TITLES
from services.reminders.steps import in_words
from services.tables.declared.expressions import full_name
from services.tables.folding import sql_fold
from services.values import fold

PAGE = 50
LONGEST = 100
delivery, step, rule = table_of(Delivery), table_of(ReminderStep), table_of(ReminderRule)
person, company, event = table_of(Person), table_of(Company), table_of(Event)


@dataclass(frozen=True)
class Wanted:
    """What of the journal is asked for: a rule, a state, a reason, whose, letters of a name, days it was written on."""

    rule_id: int | None = None
    state: DeliveryState | None = None
    reason: WhyNot | None = None
    channel: Channel | None = None
    party: Party | None = None
    search: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class LedgerLine:
    """One message of a rule. `about` is the event it speaks of, or nothing; `said` is the reason or the error."""

    id: int
    rule_id: int
    rule: str
    step: str
    party: Party
    name: str
    anchor_date: dt.date
    about: str
    channel: str
    address: str
    state: DeliveryState
    state_title: str
    said: str
    at: dt.datetime
    not_before: dt.datetime


@dataclass(frozen=True)
class LedgerPage:
    """A page of the journal, the newest first, and how many lines there are in all."""

    lines: tuple[LedgerLine, ...]
    total: int

    @property
    def pages(self) -> int:
        """How many pages that makes."""
        return -(-self.total // PAGE)


@requires(Permission.REMINDERS_MANAGE)
def ledger(session: Session, _actor: Actor, wanted: Wanted, page: int = 0) -> LedgerPage:
    """What the rules wrote down, 50 lines a page."""
    connection = session.connection()
    found = _filtered(wanted)
    total = connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    part = found.order_by(delivery.c.id.desc()).limit(PAGE).offset(max(page, 0) * PAGE).cte("part")
    return LedgerPage(tuple(_line(row) for row in connection.execute(_told(part)).mappings()), total)


def _filtered(wanted: Wanted) -> Select[tuple[int]]:
    """Numbers of the deliveries of rules that are asked for."""
    found = select(delivery.c.id).where(delivery.c.step_id.is_not(None))
    if wanted.rule_id is not None:
        found = found.where(delivery.c.step_id.in_(select(step.c.id).where(step.c.rule_id == wanted.rule_id)))
    for column, value in ((delivery.c.state, wanted.state), (delivery.c.reason, wanted.reason)):
        if value is not None:
            found = found.where(column == value.value)
    if wanted.channel is not None:
        found = found.where(delivery.c.channel == wanted.channel.value)
    if wanted.party is not None:
        found = found.where(delivery.c[wanted.party.column] == wanted.party.id)
    if wanted.since is not None:
        found = found.where(delivery.c.created_at >= clock.midnight(wanted.since))
    if wanted.until is not None:
        found = found.where(delivery.c.created_at < clock.midnight(wanted.until + dt.timedelta(days=1)))
    if words := fold(wanted.search[:LONGEST]).split():
        found = found.where(_is_called(words))
    return found


def _is_called(words: list[str]) -> ColumnElement[bool]:
    def all_in(name: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(*(sql_fold(name).contains(word, autoescape=True) for word in words))

    people = select(person.c.id).where(all_in(full_name(person)))
    companies = select(company.c.id).where(all_in(company.c.name))
    return or_(delivery.c.person_id.in_(people), delivery.c.company_id.in_(companies))


def _told(part: CTE) -> Select[Any]:
    of = delivery.join(step, step.c.id == delivery.c.step_id).join(rule, rule.c.id == step.c.rule_id)
    of = of.outerjoin(person, person.c.id == delivery.c.person_id)
    of = of.outerjoin(company, company.c.id == delivery.c.company_id)
    of = of.outerjoin(event, and_(delivery.c.subject == Event.__name__, event.c.id == delivery.c.subject_id))
    return (
        select(
            *delivery.c,
            step.c.months,
            step.c.days,
            rule.c.id.label("rule_id"),
            rule.c.name.label("rule"),
            cast(func.coalesce(full_name(person), company.c.name), Text).label("name"),
            event.c.name.label("about"),
        )
        .select_from(of)
        .where(delivery.c.id.in_(select(part.c.id)))
        .order_by(delivery.c.id.desc())
    )


def _line(row: RowMapping) -> LedgerLine:
    state = DeliveryState(row["state"])
    reason = WHY_NOT_TITLES[WhyNot(row["reason"])] if row["reason"] else ""
    is_person = row["person_id"] is not None
    return LedgerLine(
        id=row["id"],
        rule_id=row["rule_id"],
        rule=row["rule"],
        step=in_words(row["months"], row["days"]),
        party=Party("person", row["person_id"]) if is_person else Party("company", row["company_id"]),
        name=row["name"] or "",
        anchor_date=row["anchor_date"],
        about=row["about"] or "",
        channel=CHANNEL_TITLES[Channel(row["channel"])],
        address=row["address"] or "",
        state=state,
        state_title=DELIVERY_TITLES[state],
        said=". ".join(part for part in (reason, row["detail"] or "") if part),
        at=row["sent_at"] or row["created_at"],
        not_before=row["not_before"],
    )
