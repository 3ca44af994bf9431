"""Personal links of a message: an answer to an invitation, a request to join, an end to such messages.

A token is 256 random bits; the delivery keeps its SHA-256, so a stolen copy of the database opens no letter's link.
(A notice in the cabinet holds its own links as they were written.) It says one thing about one message to one
recipient: mail programs and scanners follow links, so looking changes nothing.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import (
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Mailing,
    MailingKind,
    ParticipationStatus as Status,
    ReminderRule,
    ReminderStep,
    Venue,
)
from services import clock
from services.directory.parties import Party, party_of, party_record
from services.errors import DomainError, NotFound
from services.events import answering
from services.events.days import dates_of
from services.events.participants import AFTERWARDS
from services.events.words import KIND_TITLES
from services.messaging import joining, wishes
from services.settings import settings

ANSWER_DAYS = 90
"""How long an answer about something without a day is taken, counted from the sending."""
UNSUBSCRIBE_DAYS = 366
"""Letters lie long in mailboxes, and whoever wants no more of them must not be turned away."""
LONGEST = 200

USELESS = "Эта ссылка не действует: срок её прошёл, или она скопирована не полностью."
"""The one sentence for unknown, expired and foreign links: it must say nothing about anybody."""
STATUTORY = (
    "Такие сообщения ассоциация рассылает всем своим участникам по уставу, отписаться от них нельзя. "
    "Если сообщение пришло вам по ошибке, напишите в ассоциацию."
)

NOW = {
    Status.INVITED: "",
    Status.APPLIED: "Сейчас: вы подали заявку, решения пока нет.",
    Status.CONFIRMED: "Сейчас: вы подтвердили участие.",
    Status.DECLINED: "Сейчас: вы отказались от участия.",
    Status.ATTENDED: "",
    Status.NO_SHOW: "",
}


class Action(StrEnum):
    """What a personal link says."""

    COME = "come"
    DECLINE = "decline"
    APPLY = "apply"


class NewToken(NamedTuple):
    """`token` goes into the message and nowhere else, `hash` into `Delivery.token_hash`."""

    token: str
    hash: str


@dataclass(frozen=True)
class Asked:
    """What a link is about, for its page: nothing about who holds it. `actions` are the answers there are.

    `refused` says why there are none (any more).
    """

    title: str
    lines: tuple[str, ...] = ()
    now: str = ""
    actions: tuple[tuple[Action, str], ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Letters:
    """What an unsubscribe link ends: «приглашения по электронной почте»; whether it has; or why it cannot be."""

    title: str
    ended: bool = False
    refused: str = ""


@dataclass(frozen=True)
class _Letter:
    """What a token opened: the delivery with what it is part of."""

    delivery: Delivery
    mailing: Mailing | None
    rule: ReminderRule | None
    is_shared: bool
    """Whether several people got this very letter."""

    @property
    def party(self) -> Party:
        return party_of(self.delivery)

    @property
    def purpose(self) -> str:
        found = self.mailing or self.rule
        assert found is not None
        return found.purpose

    @property
    def event_id(self) -> int | None:
        if self.mailing is not None:
            return self.mailing.event_id
        return self.delivery.subject_id if self.delivery.subject == Event.__name__ else None

    @property
    def invites(self) -> bool:
        """Whether the association itself asked the recipient to come."""
        return self.mailing is not None and self.mailing.kind == MailingKind.INVITATION

    @property
    def sent_at(self) -> dt.datetime:
        return self.delivery.sent_at or self.delivery.claimed_at or self.delivery.created_at


def make() -> NewToken:
    """A new token. Call it when the message is written for good: the former one of a delivery stops working."""
    token = secrets.token_urlsafe(32)
    return NewToken(token, hash_of(token))


def hash_of(token: str) -> str:
    """SHA-256 of a token. Plain: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def base_url() -> str:
    """The product's own address, without a slash at its end."""
    known = settings()
    return known.public_url.rstrip("/") or f"http://{known.host}:{known.port}"


def link(token: str, action: Action | None = None) -> str:
    """Address of the page where the recipient answers; with `action` its button stands first."""
    return f"{base_url()}/answer/{token}" + (f"?do={action.value}" if action else "")


def unsubscribe_link(token: str) -> str:
    """Address that ends such messages: a page for people, RFC 8058 for mail programs (List-Unsubscribe)."""
    return f"{base_url()}/unsubscribe/{token}"


def links_of(token: str) -> dict[str, str]:
    """All links of a message by the names of the tokens of templates: for `Item.links`."""
    return {
        "приду": link(token, Action.COME),
        "не_приду": link(token, Action.DECLINE),
        "заявка": link(token, Action.APPLY),
        "отписаться": unsubscribe_link(token),
    }


def look(session: Session, token: str, wanted: Action | None = None) -> Asked:
    """What the link is about; the answer `wanted` first. Raises `NotFound` with one sentence, whatever is wrong."""
    letter = _answerable(session, token)
    if letter.event_id is None:
        sentence = joining.why_not(session, letter.party)
        asks = () if sentence else ((Action.APPLY, "Подать заявку на вступление"),)
        return Asked("Вступление в НАУЗ", (joining.EXPLAINED,), actions=asks, refused=sentence)
    event, place = _event(session, letter.event_id)
    dates, about = dates_of(event), KIND_TITLES[EventKind(event.kind)].capitalize()
    lines = (f"{about}, {dates.spoken}", *((place,) if place else ()))
    if event.cancelled_at is not None or not event.active:
        return Asked(event.name, lines, refused=answering.CANCELLED)
    status = answering.status_of(session, letter.event_id, letter.party)
    if status in AFTERWARDS:
        return Asked(event.name, lines, refused=answering.MARKED)
    actions = _actions(status, EventKind(event.kind), wanted, invites=letter.invites)
    return Asked(event.name, lines, NOW[status] if status else "", actions)


def answer(session: Session, token: str, action: Action) -> str:
    """Take the answer; the sentence that says what came of it. Raises `DomainError`."""
    letter = _answerable(session, token)
    if letter.event_id is None:
        if action is not Action.APPLY:
            raise NotFound(USELESS)
        return joining.ask_to_join(session, letter.party)
    if action is Action.COME:
        return answering.come(session, letter.event_id, letter.party, invited=letter.invites).sentence
    reply = answering.decline if action is Action.DECLINE else answering.apply
    return reply(session, letter.event_id, letter.party).sentence


def look_at_letters(session: Session, token: str) -> Letters:
    """What unsubscribing by this link would end. Raises `NotFound`."""
    letter = _recent(session, token)
    title = wishes.spoken(letter.purpose, letter.delivery.channel)
    if not wishes.may_end(session, letter.purpose):
        return Letters(title, refused=STATUTORY)
    return Letters(title, wishes.has_ended(session, letter.party, letter.purpose, letter.delivery.channel))


def opt_out(session: Session, token: str) -> str:
    """End messages of this purpose by this channel; the sentence that says so. Twice is as good as once.

    A letter that several shared ends them for all of them: they read it at one address. Raises `DomainError`.
    """
    letter = _recent(session, token, hold=True)
    if not wishes.may_end(session, letter.purpose):
        raise DomainError(STATUTORY)
    number = letter.delivery.id
    sharing = and_(col(Delivery.carrier_id) == number, col(Delivery.state) != DeliveryState.EXCLUDED.value)
    for delivery in session.exec(select(Delivery).where(or_(col(Delivery.id) == number, sharing))).all():
        wishes.end(session, party_of(delivery), letter.purpose, delivery.channel, how="link")
    return f"Готово: вы больше не будете получать {wishes.spoken(letter.purpose, letter.delivery.channel)}."


def _actions(
    status: Status | None, kind: EventKind, wanted: Action | None, *, invites: bool
) -> tuple[tuple[Action, str], ...]:
    """The answers that change something, `wanted` first."""
    come, decline = (Action.COME, "Приду"), (Action.DECLINE, "Не приду")
    apply = (Action.APPLY, "Подать заявку")
    if status is Status.CONFIRMED:
        return ((Action.DECLINE, "Не приду, отменить участие"),)
    if status is Status.APPLIED:
        return (*((come,) if invites else ()), (Action.DECLINE, "Не приду, отозвать заявку"))
    offered = [come, decline] if status is not None else [apply, decline]
    if status is Status.DECLINED:
        offered.remove(decline)
    if apply not in offered and (wanted is Action.APPLY or kind is EventKind.COURSE):
        offered.append(apply)
    return tuple(sorted(offered, key=lambda offer: offer[0] is not wanted))


def _answerable(session: Session, token: str) -> _Letter:
    """The letter, while its question can be answered by whoever holds the link."""
    letter = _letter(session, token)
    if letter.is_shared or not party_record(session, letter.party).active:
        raise NotFound(USELESS)
    if letter.event_id is None:
        if letter.mailing is None or letter.mailing.kind != MailingKind.ASSOCIATION:
            raise NotFound(USELESS)
        until = None
    else:
        until = answering.starts_at(_event(session, letter.event_id)[0])
    if clock.now() >= (until or letter.sent_at + dt.timedelta(days=ANSWER_DAYS)):
        raise NotFound(USELESS)
    return letter


def _recent(session: Session, token: str, *, hold: bool = False) -> _Letter:
    letter = _letter(session, token, hold=hold)
    if clock.now() >= letter.sent_at + dt.timedelta(days=UNSUBSCRIBE_DAYS):
        raise NotFound(USELESS)
    return letter


def _letter(session: Session, token: str, *, hold: bool = False) -> _Letter:
    """What the token opens; `hold` keeps a second answer by the same link waiting until the transaction ends."""
    if not 0 < len(token) <= LONGEST:
        raise NotFound(USELESS)
    reader = aliased(Delivery)
    shares = exists().where(
        col(reader.carrier_id) == col(Delivery.id), col(reader.state) != DeliveryState.EXCLUDED.value
    )
    query: Any = (
        select(Delivery, Mailing, ReminderRule, shares)
        .outerjoin(Mailing, col(Mailing.id) == col(Delivery.mailing_id))
        .outerjoin(ReminderStep, col(ReminderStep.id) == col(Delivery.step_id))
        .outerjoin(ReminderRule, col(ReminderRule.id) == col(ReminderStep.rule_id))
        .where(Delivery.token_hash == hash_of(token))
    )
    found = session.exec(query.with_for_update(of=Delivery) if hold else query).first()
    if found is None:
        raise NotFound(USELESS)
    return _Letter(*found)


def _event(session: Session, event_id: int) -> tuple[Event, str]:
    """An event and where it is."""
    query = select(Event, func.coalesce(Venue.address, Venue.name)).outerjoin(Venue, col(Venue.id) == Event.venue_id)
    found = session.exec(query.where(col(Event.id) == event_id)).first()
    if found is None:
        raise NotFound(USELESS)
    return found
