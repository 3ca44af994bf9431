"""The gateway: for every recipient, send or a reason not to. One expression for one recipient and for 100,000.

Asked when recipients are chosen (`plan`), and again when the message is about to leave (`recheck`).
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models import (
    BouncedAddress,
    Channel,
    Consent,
    Delivery,
    DeliveryState,
    Event,
    Mailing,
    MailingKind,
    Purpose,
    ReminderRule,
    ReminderStep,
    UtcDateTime,
    WhyNot,
)
from services import clock
from services.database import is_sqlite
from services.directory.parties import Kind
from services.history.statements import is_among, table_of
from services.messaging.addresses import PARTIES, Known, address_of, opt_out, respects

delivery: FromClause = table_of(Delivery)
mailing: FromClause = table_of(Mailing)
event: FromClause = table_of(Event)
consent: FromClause = table_of(Consent)
bounced: FromClause = table_of(BouncedAddress)
step: FromClause = table_of(ReminderStep)
rule: FromClause = table_of(ReminderRule)

MINDS_EVENT = (MailingKind.INVITATION.value, MailingKind.REMINDER.value)
"""Mailings that make no sense once their event is cancelled or over; others tell of just that."""
TAKEN = "('claimed', 'sending', 'sent', 'unknown')"
"""States in which a message counts as received; written as in the unique indexes, which serve no other wording."""

StillDue = Callable[[Session, Sequence[int]], Collection[int]]
MustWait = Callable[[Session, Sequence[int]], Mapping[int, dt.datetime]]
_still_due: list[StillDue] = []
_must_wait: list[MustWait] = []


def ask_again(hook: StillDue) -> StillDue:
    """Register who knows which deliveries of reminders, by number, are no longer due."""
    _still_due.append(hook)
    return hook


def ask_when(hook: MustWait) -> MustWait:
    """Register who knows which deliveries of reminders, by number, must wait until when (quiet hours)."""
    _must_wait.append(hook)
    return hook


@dataclass(frozen=True)
class Order:
    """What is planned for many by one channel: for a mailing or for a step of a reminder.

    Those who will get it become `state`. `event_id`: the event that must not be cancelled or over. `not_before` None:
    at once.
    """

    channel: Channel
    purpose: Purpose
    state: DeliveryState = DeliveryState.PLANNED
    mailing_id: int | None = None
    step_id: int | None = None
    event_id: int | None = None
    once_key: str | None = None
    not_before: dt.datetime | None = None


def once_key(of: Mailing) -> str:
    """What stands for «the same message», a hash: nobody gets it twice, whoever sends it.

    A birthday is congratulated on once a year, in whatever words. A mailing to be repeated is the same as itself only.
    """
    told: list[Any] = [of.kind, of.event_id, of.purpose, of.subject, of.text, of.html]
    if of.kind == MailingKind.BIRTHDAY.value and not of.repeat:
        return birthday_key(clock.today().year)
    if of.repeat:
        told = ["repeat", of.id]
    return _hash(told)


def birthday_key(year: int) -> str:
    """What stands for the congratulations on the birthday of a year, by a manager or by a rule."""
    return _hash([MailingKind.BIRTHDAY.value, year])


def _hash(told: list[Any]) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


def event_watched(kind: str, event_id: int | None) -> int | None:
    """The event a mailing of `kind` minds: news of a cancelled event must reach its guests."""
    return event_id if kind in MINDS_EVENT else None


def reason_for(
    kind: Kind,
    purpose: Known,
    channel: Known,
    *,
    event_id: int | ColumnElement[int] | None = None,
    once: Known | None = None,
    apart_from: ColumnElement[int] | None = None,
) -> ColumnElement[str | None]:
    """The first reason why a row of `person` (`company`) gets no message; NULL: send.

    Purpose, channel, event and key are values or columns. `apart_from`: the delivery that is asked about is no reason
    for itself.
    """
    party, tie = PARTIES[kind], f"{kind}_id"
    address = address_of(kind, channel, purpose)
    refused = select(opt_out.c[tie]).where(
        opt_out.c.purpose == purpose, opt_out.c.channel == channel, opt_out.c[tie].is_not(None)
    )
    withdrawn = consent.alias("withdrawn")  # of two records made one, the later word holds
    later = select(withdrawn.c.id).where(
        withdrawn.c[tie] == consent.c[tie],
        withdrawn.c.purpose == consent.c.purpose,
        withdrawn.c.withdrawn_at > consent.c.given_at,
    )
    agreed = select(consent.c[tie]).where(
        consent.c.purpose == purpose,
        consent.c.withdrawn_at.is_(None),
        consent.c[tie].is_not(None),
        ~later.correlate(consent).exists(),
    )
    whens: list[tuple[ColumnElement[bool], WhyNot]] = [(not_(party.c.active), WhyNot.INACTIVE)]
    if event_id is not None:
        whens += [
            (_event(event_id, _cancelled()), WhyNot.EVENT_CANCELLED),
            (_event(event_id, _over()), WhyNot.EVENT_OVER),
        ]
    whens += [
        (and_(party.c.do_not_disturb, respects("respects_do_not_disturb", purpose)), WhyNot.DO_NOT_DISTURB),
        (
            and_(party.c.id.in_(refused.correlate_except(opt_out)), respects("respects_opt_out", purpose)),
            WhyNot.OPTED_OUT,
        ),
        (
            and_(not_(party.c.id.in_(agreed.correlate_except(consent))), respects("needs_consent", purpose)),
            WhyNot.NO_CONSENT,
        ),
    ]
    if once is not None:
        whens.append((_received(party, tie, channel, once, apart_from), WhyNot.ALREADY))
    if channel != Channel.CABINET or isinstance(channel, ColumnElement):
        known = select(bounced.c.address)
        whens += [
            (and_(literal(Channel.CABINET.value) != channel, address.is_(None)), WhyNot.NO_ADDRESS),
            (address.in_(known.correlate_except(bounced)), WhyNot.BOUNCED),
        ]
    return case(*((when, literal(why.value)) for when, why in whens), else_=null())


def plan(session: Session, kind: Kind, source: Select[Any], order: Order) -> int:
    """Write a delivery for every party of `source`, one statement; gives how many were written.

    `source` has the column `party_id`, and where rows differ: step_id, subject, subject_id, anchor_date, not_before,
    event_id, once_key, missed (true: nobody sent it while it was due). What is there already stays as it is.
    """
    found, party = source.subquery("source"), PARTIES[kind]

    def given(name: str, default: Any, kind_of: Any) -> ColumnElement[Any]:
        return found.c[name] if name in found.c else cast(literal(default, kind_of), kind_of)

    event_id = found.c.event_id if "event_id" in found.c else order.event_id
    once = found.c.once_key if "once_key" in found.c else order.once_key
    reason = reason_for(kind, order.purpose.value, order.channel.value, event_id=event_id, once=once)
    missed = found.c.missed if "missed" in found.c else literal(False, Boolean)
    now = clock.now()
    judged = (
        select(
            party.c.id.label("party_id"),
            given("subject", None, Text).label("subject"),
            given("subject_id", None, Integer).label("subject_id"),
            given("anchor_date", None, Date).label("anchor_date"),
            given("step_id", order.step_id, Integer).label("step_id"),
            # Uncast: SQLite would make a number of it.
            (found.c.not_before if "not_before" in found.c else literal(order.not_before or now, UtcDateTime)).label(
                "not_before"
            ),
            missed.label("missed"),
            given("once_key", order.once_key, Text).label("once_key"),
            cast(address_of(kind, order.channel.value, order.purpose.value), Text).label("address"),
            cast(reason, Text).label("reason"),
        )
        .select_from(found.join(party, party.c.id == found.c.party_id))
        .cte("judged")
        .prefix_with("MATERIALIZED")  # or SQLite works out the reason once per mention
    )
    state = case(
        (judged.c.missed, DeliveryState.MISSED.value),
        (judged.c.reason.is_not(None), DeliveryState.EXCLUDED.value),
        else_=order.state.value,
    )
    values: dict[str, Any] = {
        f"{kind}_id": judged.c.party_id,
        "mailing_id": cast(literal(order.mailing_id, Integer), Integer),
        "step_id": judged.c.step_id,
        "subject": judged.c.subject,
        "subject_id": judged.c.subject_id,
        "anchor_date": judged.c.anchor_date,
        "channel": literal(order.channel.value),
        "address": judged.c.address,
        "state": state,
        "reason": case((not_(judged.c.missed), judged.c.reason)),
        "not_before": judged.c.not_before,
        "attempts": literal(0),
        "once_key": judged.c.once_key,
        "created_at": literal(now, UtcDateTime),
    }
    fresh = select(*values.values()).where(judged.c.party_id.is_not(None)).order_by(judged.c.party_id)
    writer: Any = (sqlite if is_sqlite(session.connection()) else postgresql).insert(delivery)
    statement = writer.from_select(list(values), fresh, include_defaults=False).on_conflict_do_nothing()
    connection = session.connection()
    written = connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
    # The driver of SQLite counts nothing in a statement that begins with WITH.
    return int(connection.exec_driver_sql("SELECT changes()").scalar_one() if is_sqlite(connection) else written)


def share_letters(session: Session, mailing_id: int) -> int:
    """Let recipients of a planned mailing with one e-mail address share the letter of the first; how many do."""
    shared = and_(
        delivery.c.mailing_id == mailing_id,
        delivery.c.channel == Channel.EMAIL.value,
        delivery.c.state == DeliveryState.PLANNED.value,
    )
    first = (
        select(delivery.c.address, func.min(delivery.c.id).label("id"))
        .where(shared)
        .group_by(delivery.c.address)
        .having(func.count() > 1)
        .subquery("first")
    )
    statement = (
        update(Delivery)
        .values(carrier_id=first.c.id)
        .where(shared, delivery.c.address == first.c.address, delivery.c.id != first.c.id)
    )
    return int(session.connection().execute(statement).rowcount)


def recheck(session: Session, ids: Sequence[int]) -> dict[int, WhyNot]:
    """Which of these deliveries must not leave after all, and why: asked at the moment of sending."""
    return {number: why for number, (why, _) in ask(session, ids).items() if why is not None}


def ask(session: Session, ids: Sequence[int]) -> dict[int, tuple[WhyNot | None, str | None]]:
    """Reason not to send (None: send) and present address of deliveries, by number."""
    found: dict[int, tuple[WhyNot | None, str | None]] = {}
    connection = session.connection()
    purpose: Any = func.coalesce(mailing.c.purpose, rule.c.purpose)
    minded: Any = case(
        (mailing.c.kind.in_(MINDS_EVENT), mailing.c.event_id),
        # A step after the event is about one that is over; whether it took place its rule knows.
        (and_(delivery.c.subject == "Event", step.c.months <= 0, step.c.days <= 0), delivery.c.subject_id),
    )
    for kind, party in PARTIES.items():
        reason = reason_for(
            kind,  # type: ignore[arg-type]
            purpose,
            delivery.c.channel,
            event_id=minded,
            once=delivery.c.once_key,
            apart_from=delivery.c.id,
        )
        of = delivery.join(party, party.c.id == delivery.c[f"{kind}_id"])
        of = of.outerjoin(mailing, mailing.c.id == delivery.c.mailing_id)
        of = of.outerjoin(step, step.c.id == delivery.c.step_id).outerjoin(rule, rule.c.id == step.c.rule_id)
        address = address_of(kind, delivery.c.channel, purpose)  # type: ignore[arg-type]
        rows = connection.execute(
            select(delivery.c.id, delivery.c.step_id, reason, address)
            .select_from(of)
            .where(is_among(connection, delivery.c.id, ids))
        ).all()
        found |= {number: (WhyNot(why) if why else None, where) for number, _, why, where in rows}
        steps = [number for number, of_step, why, _ in rows if of_step is not None and why is None]
        for hook in _still_due if steps else ():
            found |= {number: (WhyNot.NO_LONGER_DUE, found[number][1]) for number in hook(session, steps)}
    return found


def waits(session: Session, ids: Sequence[int]) -> dict[int, dt.datetime]:
    """Which of these deliveries of reminders may not leave yet, and from when they may."""
    later: dict[int, dt.datetime] = {}
    for hook in _must_wait if ids else ():
        later |= hook(session, ids)
    return later


def _received(
    party: FromClause, tie: str, channel: Known, once: Known, apart_from: ColumnElement[int] | None
) -> ColumnElement[bool]:
    """Whether the party has a message with this key; over the partial unique index."""
    other = delivery.alias("other")
    taken: ColumnElement[bool] = literal_column(f"other.state IN {TAKEN}", Boolean)
    same = select(other.c[tie]).where(other.c.once_key == once, other.c.channel == channel, taken)
    if apart_from is None and not isinstance(once, ColumnElement):
        return party.c.id.in_(same.where(other.c[tie].is_not(None)).correlate_except(other))
    own = same.where(other.c[tie] == party.c.id)
    if apart_from is not None:
        own = own.where(other.c.id != apart_from)
    return own.correlate_except(other).exists()


def _event(event_id: int | ColumnElement[int], holds: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(event.c.id).where(event.c.id == event_id, holds).correlate_except(event).exists()


def _cancelled() -> ColumnElement[bool]:
    return or_(event.c.cancelled_at.is_not(None), not_(event.c.active))


def _over() -> ColumnElement[bool]:
    """The last day is past (a partial one: as a whole), or it is today and its last hour has struck."""
    now = clock.local(clock.now())
    until, hour = func.coalesce(event.c.ends_on, event.c.starts_on), f"{now:%H:%M}"
    today = now.date().isoformat()
    past = until < func.substr(today, 1, func.length(until))
    return or_(past, and_(until == today, event.c.end_time <= hour))
