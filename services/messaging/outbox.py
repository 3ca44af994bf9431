"""The outbox as people see it: counts, the pause switch, what has to be decided by hand."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, literal, select, update
from sqlmodel import Session, col

from models import Account, BouncedAddress, Delivery, DeliveryState, Mailing, MailingState, SendingSwitch, UtcDateTime
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.history.statements import chunks, is_among, table_of


class Verdict(StrEnum):
    """What a person decides about a message that failed, or of which nobody knows whether it arrived."""

    AGAIN = "again"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Paused:
    """All sending stands still: since when (UTC), by whom, why."""

    at: dt.datetime
    who: str
    why: str


_UNDECIDED = (DeliveryState.FAILED.value, DeliveryState.UNKNOWN.value)
_BECOMES = {
    Verdict.AGAIN: DeliveryState.QUEUED,
    Verdict.SENT: DeliveryState.SENT,
    Verdict.DROPPED: DeliveryState.CANCELLED,
}


@requires(Permission.MESSAGES_SEND)
def counts(session: Session, _actor: Actor) -> dict[str, int]:
    """How many messages are in every state, all states named."""
    states = select(col(Delivery.state), func.count()).group_by(col(Delivery.state))
    found = dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): n for state, n in session.execute(states)}
    return {state.value: number for state, number in found.items()}


def is_paused(session: Session) -> bool:
    """Whether all sending stands still; the sender asks, and whoever shows a state of it."""
    return session.scalar(select(col(SendingSwitch.id)).where(col(SendingSwitch.paused_at).is_not(None))) is not None


@requires(Permission.MESSAGES_SEND)
def paused(session: Session, _actor: Actor) -> Paused | None:
    """Who stopped all sending, when and why; None: it runs."""
    found = session.execute(
        select(col(SendingSwitch.paused_at), col(Account.name), col(SendingSwitch.why))
        .outerjoin(Account, col(Account.id) == col(SendingSwitch.paused_by))
        .where(col(SendingSwitch.paused_at).is_not(None))
    ).first()
    return Paused(found[0], found[1] or "система", found[2] or "") if found else None


@requires(Permission.REMINDERS_MANAGE)
def pause(session: Session, actor: Actor, why: str = "") -> None:
    """Stop everything that leaves, the letter under way excepted. Once more changes nothing."""
    switch = _switch(session)
    if switch.paused_at is None:
        switch.paused_at, switch.paused_by, switch.why = clock.now(), actor.account_id, why.strip()[:300] or None
        session.flush()


@requires(Permission.REMINDERS_MANAGE)
def resume(session: Session, _actor: Actor) -> None:
    """Let it leave again; everything is asked anew before it does."""
    switch = _switch(session)
    switch.paused_at = switch.paused_by = switch.why = None
    session.flush()


@requires(Permission.MESSAGES_SEND)
def decide(session: Session, actor: Actor, ids: Collection[int], verdict: str) -> int:
    """Settle messages that failed or are unknown: «again» sends them anew, «sent» and «dropped» leave it at that.

    Gives how many were settled: others are no longer what they were when they were shown. All that share a letter are
    settled with it. Raises `InvalidInput` for an unknown verdict.
    """
    if verdict not in set(Verdict):
        raise InvalidInput("Выберите: отправить ещё раз, считать отправленным или не отправлять.")
    state, delivery, connection = _BECOMES[Verdict(verdict)], table_of(Delivery), session.connection()
    values: dict[str, Any] = {"state": state.value, "claimed_by": None, "decided_by": actor.account_id}
    if state is DeliveryState.QUEUED:
        values |= {"attempts": 0, "not_before": clock.now(), "detail": None, "sent_at": None}
    elif state is DeliveryState.SENT:
        values |= {"sent_at": func.coalesce(delivery.c.claimed_at, literal(clock.now(), UtcDateTime))}
    settled = 0
    for chunk in chunks(sorted(ids)):
        carriers = select(delivery.c.carrier_id).where(is_among(connection, delivery.c.id, chunk))
        chosen = is_among(connection, delivery.c.id, chunk) | delivery.c.id.in_(carriers)
        whole = chosen | delivery.c.carrier_id.in_(select(delivery.c.id).where(chosen))
        undecided = whole & delivery.c.state.in_(_UNDECIDED)
        if state is DeliveryState.QUEUED:
            _reopen(session, list(session.scalars(select(delivery.c.mailing_id).where(undecided).distinct())))
            # Whoever sends again knows better than the server's last word, which would keep the message back.
            addresses = select(func.lower(delivery.c.address)).where(undecided, delivery.c.address.is_not(None))
            connection.execute(delete(BouncedAddress).where(col(BouncedAddress.address).in_(addresses)))
        settled += connection.execute(update(Delivery).where(undecided).values(values)).rowcount
    return settled


@requires(Permission.MESSAGES_SEND)
def trust(session: Session, _actor: Actor, address: str) -> bool:
    """Write to an address again that took nothing; False: it is not known for that."""
    gone = delete(BouncedAddress).where(col(BouncedAddress.address) == address.strip().lower())
    return bool(session.connection().execute(gone).rowcount)


def _reopen(session: Session, mailings: Collection[int | None]) -> None:
    """A mailing with something in the queue again is not over."""
    ended = select(Mailing).where(
        col(Mailing.id).in_([one for one in mailings if one]), col(Mailing.state) == MailingState.DONE.value
    )
    for mailing in session.scalars(ended):
        mailing.state, mailing.ended_at = MailingState.CONFIRMED.value, None
    session.flush()


def _switch(session: Session) -> SendingSwitch:
    return session.scalars(select(SendingSwitch)).one()
