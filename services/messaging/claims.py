"""What a sender takes from the outbox, and how it marks what it does: every function is one transaction's work."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from models import (
    BouncedAddress,
    Channel,
    Delivery,
    DeliveryState,
    Mailing,
    MailingState,
    SendingSwitch,
    UtcDateTime,
    WhyNot,
)
from services import clock, locks
from services.database import WorkSession, is_sqlite
from services.directory.parties import Party
from services.history.statements import is_among, table_of
from services.messaging import gateway
from services.messaging.results import DIED, Outcome

delivery, switch, bounced = table_of(Delivery), table_of(SendingSwitch), table_of(BouncedAddress)
mailing = table_of(Mailing)
QUEUED: ColumnElement[bool] = literal_column("delivery.state = 'queued'", Boolean)
"""Worded as in the partial index."""
PAUSED = exists().where(switch.c.paused_at.is_not(None))
_OWN = (DeliveryState.CLAIMED.value, DeliveryState.SENDING.value)
_UNDER_WAY = (*_OWN, DeliveryState.QUEUED.value, DeliveryState.PLANNED.value)

# Built once: they run for every message.
_MARK = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("number"),
        delivery.c.claimed_by == bindparam("worker"),
        literal_column("delivery.state IN ('claimed', 'sending')", Boolean),
        not_(PAUSED),
    )
    .values(state=DeliveryState.SENDING.value, claimed_at=bindparam("moment"), token_hash=bindparam("hash"))
)
_SETTLE = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("number"),
        delivery.c.claimed_by == bindparam("worker"),
        literal_column("delivery.state IN ('claimed', 'sending', 'unknown')", Boolean),
    )
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        detail=bindparam("words"),
        claimed_by=None,
        attempts=func.coalesce(bindparam("tried", type_=Integer), delivery.c.attempts),
        not_before=func.coalesce(bindparam("from", type_=UtcDateTime), delivery.c.not_before),
        sent_at=func.coalesce(bindparam("moment", type_=UtcDateTime), delivery.c.sent_at),
    )
)


@dataclass(frozen=True)
class Claimed:
    """A message that is this sender's: `ids` are the deliveries that share it, the carrier first."""

    ids: tuple[int, ...]
    party: Party
    address: str
    attempts: int
    mailing_id: int | None
    step_id: int | None
    subject: str | None
    subject_id: int | None
    anchor_date: dt.date | None

    @property
    def number(self) -> int:
        """Number of the delivery that carries the message."""
        return self.ids[0]


@dataclass(frozen=True)
class Claim:
    """What was taken at once; `looked` is how many deliveries were looked at, `excluded` how many must not leave."""

    messages: tuple[Claimed, ...]
    looked: int
    excluded: int


def due(connection: Connection, channel: Channel) -> bool:
    """Whether anything of this channel waits to leave."""
    return connection.execute(_waiting(channel).limit(1)).first() is not None


def claim(connection: Connection, worker: str, channel: Channel, limit: int) -> Claim:
    """Take up to `limit` messages that are due and may leave; the others are settled here and now."""
    if is_paused(connection):
        return Claim((), 0, 0)
    picked = _waiting(channel).order_by(delivery.c.not_before, delivery.c.id).limit(limit)
    numbers = list(connection.scalars(picked.with_for_update(skip_locked=True, of=delivery)))
    if not numbers:
        return Claim((), 0, 0)
    followers = select(delivery.c.id).where(is_among(connection, delivery.c.carrier_id, numbers), QUEUED)
    found = [*numbers, *connection.scalars(followers.with_for_update(skip_locked=True))]
    called_off = _call_off(connection, found)
    everybody = [number for number in found if number not in called_off]
    with WorkSession(connection) as session:
        answers = gateway.ask(session, everybody)
        rows = connection.execute(select(delivery).where(is_among(connection, delivery.c.id, everybody))).all()
        steps = [row.id for row in rows if row.step_id is not None and answers[row.id][0] is None]
        later = gateway.waits(session, steps)
    refused = {number: why for number, (why, _) in answers.items() if why is not None}
    _exclude(connection, refused)
    _postpone(connection, later)
    fit = _one_of_a_kind(row for row in rows if row.id not in refused and row.id not in later)
    messages = _messages(numbers, fit, {number: address or "" for number, (_, address) in answers.items()})
    _take(connection, worker, messages, {row.id: (row.address or "", row.carrier_id) for row in fit})
    return Claim(tuple(messages), len(numbers), len(refused))


def mark(
    connection: Connection, worker: str, outcomes: Iterable[Outcome], following: Claimed | None, token_hash: str | None
) -> bool:
    """Write what became of former messages, and that `following` leaves now: one commit for both.

    False: it is not this sender's any more (called off), or everything is paused; then it must not leave. Done twice
    (the answer to a commit was lost) it comes to the same.
    """
    settled = list(outcomes)
    if settled:
        connection.execute(_SETTLE, [row for outcome in settled for row in _rows(worker, outcome)])
        for outcome in settled:
            if outcome.bounced:
                bounce(connection, outcome.bounced, outcome.code, outcome.said)
    if following is None:
        return False
    marked = {"worker": worker, "moment": clock.now()}
    if connection.execute(_MARK, marked | {"number": following.number, "hash": token_hash}).rowcount != 1:
        return False
    for number in following.ids[1:]:
        connection.execute(_MARK, marked | {"number": number, "hash": None})
    return True


def release(connection: Connection, worker: str) -> int:
    """Give back what this sender has claimed and not begun to send."""
    own = [delivery.c.claimed_by == worker, delivery.c.state == DeliveryState.CLAIMED.value]
    values = {"state": DeliveryState.QUEUED.value, "claimed_by": None}
    return connection.execute(update(delivery).where(*own).values(values)).rowcount


def recover(connection: Connection) -> tuple[int, int]:
    """Settle what dead senders left: claims return to the queue, what was leaving is unknown. Gives both counts."""
    holders = connection.scalars(
        select(delivery.c.claimed_by).where(delivery.c.claimed_by.is_not(None), delivery.c.state.in_(_OWN)).distinct()
    ).all()
    back = unknown = 0
    for worker in holders:
        if not locks.is_alive(worker):
            back += release(connection, worker)
            left = [delivery.c.claimed_by == worker, delivery.c.state == DeliveryState.SENDING.value]
            values = {"state": DeliveryState.UNKNOWN.value, "detail": DIED}
            carriers = update(delivery).where(*left, delivery.c.carrier_id.is_(None)).values(values)
            unknown += connection.execute(carriers).rowcount
            connection.execute(update(delivery).where(*left).values(values))
    return back, unknown


def held(connection: Connection) -> bool:
    """Whether anything is claimed or leaving at all."""
    return connection.execute(select(delivery.c.id).where(delivery.c.state.in_(_OWN)).limit(1)).first() is not None


def is_paused(connection: Connection) -> bool:
    """Whether all sending stands still."""
    return bool(connection.execute(select(PAUSED)).scalar())


def keep_tokens(connection: Connection, hashes: dict[int, str]) -> None:
    """Note which personal link belongs to which delivery."""
    rows = [{"number": number, "hash": token_hash} for number, token_hash in hashes.items()]
    statement = update(delivery).where(delivery.c.id == bindparam("number")).values(token_hash=bindparam("hash"))
    connection.execute(statement, rows)


def _waiting(channel: Channel) -> Any:
    """What is due by this channel: letters, not those who share one, unless their letter will not come."""
    carrier = delivery.alias("carrier")
    coming = select(carrier.c.id).where(carrier.c.id == delivery.c.carrier_id, carrier.c.state.in_(_UNDER_WAY))
    alone = or_(delivery.c.carrier_id.is_(None), ~coming.exists())
    return select(delivery.c.id).where(
        QUEUED, delivery.c.not_before <= clock.now(), delivery.c.channel == channel.value, alone
    )


def _call_off(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Settle those whose mailing was called off while they were leaving and came back; a person's «again» holds."""
    ended = select(mailing.c.id).where(mailing.c.state == MailingState.CANCELLED.value)
    of = is_among(connection, delivery.c.id, numbers)
    theirs = update(delivery).where(of, delivery.c.mailing_id.in_(ended), delivery.c.decided_by.is_(None))
    return set(connection.scalars(theirs.values(state=DeliveryState.CANCELLED.value).returning(delivery.c.id)))


def _exclude(connection: Connection, refused: dict[int, WhyNot]) -> None:
    grouped: dict[WhyNot, list[int]] = defaultdict(list)
    for number, why in refused.items():
        grouped[why].append(number)
    for why, numbers in grouped.items():
        values = {"state": DeliveryState.EXCLUDED.value, "reason": why.value}
        connection.execute(update(delivery).where(is_among(connection, delivery.c.id, numbers)).values(values))


def _postpone(connection: Connection, later: dict[int, dt.datetime]) -> None:
    grouped: dict[dt.datetime, list[int]] = defaultdict(list)
    for number, moment in later.items():
        grouped[moment].append(number)
    for moment, numbers in grouped.items():
        of = is_among(connection, delivery.c.id, numbers)
        connection.execute(update(delivery).where(of).values(not_before=moment))


def _one_of_a_kind(rows: Iterable[Any]) -> list[Any]:
    """Of two same messages to one recipient the later waits: the next claim asks whether the first has left."""
    chosen, seen = [], set()
    for row in sorted(rows, key=lambda row: int(row.id)):
        key = (row.once_key, row.person_id, row.company_id)
        if row.once_key is None or key not in seen:
            chosen.append(row)
            seen.add(key)
    return chosen


def _messages(order: Sequence[int], rows: Iterable[Any], addresses: dict[int, str]) -> list[Claimed]:
    """The rows as messages: one for those who share a letter and still have one address, in the order picked."""
    place = {number: at for at, number in enumerate(order)}
    shared: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        carrier = row.carrier_id if row.carrier_id in place else row.id
        shared[carrier, addresses[row.id]].append(row)
    found = []
    for (carrier, address), group in shared.items():
        first = group[0]
        party = Party("person", first.person_id) if first.person_id else Party("company", first.company_id)
        message = Claimed(
            tuple(row.id for row in group), party, address, first.attempts, first.mailing_id, first.step_id,
            first.subject, first.subject_id, first.anchor_date,
        )  # fmt: skip
        found.append((place[carrier], message))
    return [message for _, message in sorted(found, key=lambda one: (one[0], one[1].ids))]


def _take(
    connection: Connection,
    worker: str,
    messages: Sequence[Claimed],
    before: dict[int, tuple[str, int | None]],
) -> None:
    if not messages:
        return
    numbers = [number for message in messages for number in message.ids]
    values = {"state": DeliveryState.CLAIMED.value, "claimed_by": worker, "claimed_at": clock.now()}
    connection.execute(update(delivery).where(is_among(connection, delivery.c.id, numbers)).values(values))
    # Addresses are as they are now, and so is who shares a letter with whom.
    now = {
        number: (message.address, message.number if number != message.number else None)
        for message in messages
        for number in message.ids
    }
    changed = [
        {"number": number, "where": address or None, "carrier": carrier}
        for number, (address, carrier) in now.items()
        if before[number] != (address, carrier)
    ]
    if changed:
        statement = update(delivery).where(delivery.c.id == bindparam("number"))
        connection.execute(statement.values(address=bindparam("where"), carrier_id=bindparam("carrier")), changed)


def _rows(worker: str, outcome: Outcome) -> list[dict[str, Any]]:
    told = {
        "worker": worker, "to": outcome.state.value, "why": outcome.reason, "words": outcome.detail,
        "tried": outcome.attempts, "from": outcome.not_before, "moment": outcome.sent_at,
    }  # fmt: skip
    return [told | {"number": number} for number in outcome.ids]


def bounce(connection: Connection, address: str, code: str, said: str) -> None:
    """Note that an address takes no messages."""
    values = {"code": code, "said": said, "at": clock.now()}
    writer: Any = (sqlite if is_sqlite(connection) else postgresql).insert(bounced)
    statement = writer.values(address=address.lower(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["address"], set_=values))
