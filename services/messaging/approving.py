"""Confirming a reviewed mailing, approving a large one, calling one off. Only here deliveries enter the queue."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, select, update
from sqlmodel import Session, col

from models import (
    Delivery,
    DeliveryState as State,
    Event,
    Mailing,
    MailingKind,
    MailingState,
    Participation,
    ParticipationStatus,
)
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind
from services.errors import DomainError, InvalidInput
from services.events.days import dates_of
from services.history import bulk
from services.history.statements import chunks, table_of
from services.messaging.audiences import KINDS
from services.messaging.gateway import event_watched
from services.messaging.mailing_records import lacks_event, locked
from services.messaging.reviewing import UNCONFIRMED, forget, planned
from services.settings import settings

FARTHEST = dt.timedelta(days=366)
BY_NOBODY = "Получать нечего и некому: среди выбранных нет никого, кому можно отправить. Отправлять нечего."
NOT_YOURS = "Одобрить рассылку должен другой сотрудник: не тот, кто её составил или подтвердил."
WAITING = (State.PLANNED.value, State.QUEUED.value, State.CLAIMED.value)
"""What has not left. A sender asks for its claim once more before each letter."""
LEFT = (State.SENDING.value, State.SENT.value, State.UNKNOWN.value)


@dataclass(frozen=True)
class Confirmed:
    """What became of it: CONFIRMED, the first one leaves not before `starts_at`; or APPROVAL, `starts_at` is None."""

    state: MailingState
    receive: int
    starts_at: dt.datetime | None


@dataclass(frozen=True)
class CalledOff:
    """How many deliveries were cancelled, and how many had left (or may have) before."""

    cancelled: int
    left: int


@requires(Permission.MESSAGES_SEND)
def confirm(
    session: Session,
    actor: Actor,
    mailing_id: int,
    seen: int,
    typed: str = "",
    start_at: dt.datetime | None = None,
) -> Confirmed:
    """Send what was reviewed: REVIEW → CONFIRMED, or → APPROVAL above APPROVAL_FROM recipients.

    `seen` is the version of the review; `typed` the number of recipients, above TYPED_FROM of them; `start_at` a moment
    not before which, without a zone by the association's clock. Raises `InvalidInput` with `fields` and `DomainError`.
    """
    mailing = locked(session, mailing_id, (MailingState.REVIEW,), seen)
    receive = mailing.receive or 0
    _refuse_senseless(session, mailing)
    if receive > settings().typed_from and "".join(typed.split()) != str(receive):
        raise InvalidInput(
            f"Получателей {receive}. Чтобы подтвердить, введите это число.", {"typed": f"Введите {receive}."}
        )
    mailing.start_at = _moment(start_at)
    mailing.confirmed_by = actor.account_id
    if receive > settings().approval_from:
        mailing.state = MailingState.APPROVAL.value
        session.flush()
        return Confirmed(MailingState.APPROVAL, receive, None)
    return _let_go(session, mailing)


@requires(Permission.MESSAGES_APPROVE)
def approve(session: Session, actor: Actor, mailing_id: int, seen: int) -> Confirmed:
    """Let a mailing of somebody else leave: APPROVAL → CONFIRMED. Raises `DomainError`."""
    mailing = locked(session, mailing_id, (MailingState.APPROVAL,), seen)
    if not may_approve(actor, mailing):
        raise DomainError(NOT_YOURS)
    _refuse_senseless(session, mailing)
    mailing.approved_by = actor.account_id
    return _let_go(session, mailing)


@requires(Permission.MESSAGES_APPROVE)
def send_back(session: Session, _actor: Actor, mailing_id: int, seen: int) -> None:
    """Not like this: APPROVAL → DRAFT; the frozen recipients are forgotten."""
    forget(session, locked(session, mailing_id, (MailingState.APPROVAL,), seen))


@requires(Permission.MESSAGES_SEND)
def cancel(session: Session, _actor: Actor, mailing_id: int) -> CalledOff:
    """Call a mailing off in any state before DONE: what has not left will not. Raises `DomainError`.

    Those whom it made guests of an event and who got nothing are guests no more.
    """
    mailing = locked(session, mailing_id, (MailingState.DRAFT, *UNCONFIRMED, MailingState.CONFIRMED))
    own, connection = col(Delivery.mailing_id) == mailing_id, session.connection()
    stopped = update(Delivery).where(own, col(Delivery.state).in_(WAITING))
    cancelled = connection.execute(
        stopped.values(state=State.CANCELLED.value, claimed_by=None, claimed_at=None)
    ).rowcount
    left = select(func.count()).select_from(Delivery).where(own, col(Delivery.state).in_(LEFT))
    if mailing.state == MailingState.CONFIRMED:
        _uninvite(session, mailing)
    mailing.state, mailing.ended_at = MailingState.CANCELLED.value, clock.now()
    session.flush()
    return CalledOff(cancelled, connection.execute(left).scalar_one())


def may_approve(actor: Actor, mailing: Mailing) -> bool:
    """Whether the actor is a second person: neither made the mailing nor asked for it to be sent."""
    return actor.account_id is not None and actor.account_id not in (mailing.account_id, mailing.confirmed_by)


def faults(session: Session, mailing: Mailing) -> tuple[str, ...]:
    """Why a mailing whose recipients are frozen cannot be sent, in sentences; nothing when it can."""
    found = [] if mailing.receive else [BY_NOBODY]
    event_id = event_watched(mailing.kind, mailing.event_id)
    event = session.get(Event, event_id, populate_existing=True) if event_id else None
    if event is not None and event.cancelled_at is not None:
        found.append(f"Мероприятие «{event.name}» отменено: звать на него нельзя.")
    elif event is not None and (last := dates_of(event).last) is not None and last < clock.today():
        found.append(f"Мероприятие «{event.name}» уже прошло ({dates_of(event).spoken}).")
    if lacks_event(mailing):
        found.append("Мероприятие, о котором говорит текст, удалено.")
    return tuple(found)


def _refuse_senseless(session: Session, mailing: Mailing) -> None:
    if found := faults(session, mailing):
        raise DomainError(" ".join(found))


def _moment(start_at: dt.datetime | None) -> dt.datetime | None:
    if start_at is None:
        return None
    moment = start_at if start_at.tzinfo else start_at.replace(tzinfo=ZoneInfo(settings().timezone))
    if moment <= clock.now():
        raise InvalidInput("Это время уже прошло.", {"start_at": "Укажите время позже нынешнего."})
    if moment > clock.now() + FARTHEST:
        raise InvalidInput("Отложить рассылку можно не больше чем на год.", {"start_at": "Не позже чем через год."})
    return moment


def _let_go(session: Session, mailing: Mailing) -> Confirmed:
    """Put what is planned into the queue; it can be called off for some time yet."""
    now = clock.now()
    mailing.confirmed_at, mailing.state = now, MailingState.CONFIRMED.value
    mailing.delay_until = now + dt.timedelta(seconds=settings().send_delay_seconds)
    starts_at = max(mailing.delay_until, mailing.start_at or mailing.delay_until)
    if mailing.kind == MailingKind.INVITATION:
        _invite(session, mailing)
    queued = update(Delivery).where(*planned(mailing.id))
    session.connection().execute(queued.values(state=State.QUEUED.value, not_before=starts_at))
    session.flush()
    return Confirmed(MailingState.CONFIRMED, mailing.receive or 0, starts_at)


def _invite(session: Session, mailing: Mailing) -> None:
    """Those who will receive the invitation are guests from now on; who is one already keeps the status."""
    session.get(Event, mailing.event_id, with_for_update=True)
    for kind in KINDS:
        tie, guest = _ties(kind)
        known = select(guest).where(col(Participation.event_id) == mailing.event_id, guest.is_not(None))
        whom = select(tie).where(*planned(mailing.id, tie.is_not(None), tie.not_in(known))).distinct().order_by(tie)
        numbers = session.connection().execute(whom).scalars().all()
        fresh = {
            "event_id": mailing.event_id,
            "status": ParticipationStatus.INVITED.value,
            "status_at": mailing.confirmed_at,
        }
        for chunk in chunks(numbers):
            bulk.insert(session, Participation, [{**fresh, f"{kind}_id": number} for number in chunk])


def _uninvite(session: Session, mailing: Mailing) -> None:
    """Take back the invitations of this mailing that reached nobody, unless an answer came all the same."""
    if mailing.kind != MailingKind.INVITATION or mailing.confirmed_at is None:
        return
    guests, own = table_of(Participation), col(Delivery.mailing_id) == mailing.id
    for kind in KINDS:
        tie, guest = _ties(kind)
        same = and_(own, tie == guest)
        unreached = (
            select(guests.c.id)
            .where(
                guests.c.event_id == mailing.event_id,
                guests.c.status == ParticipationStatus.INVITED.value,
                guests.c.status_at == mailing.confirmed_at,
                exists().where(same),
                ~exists().where(same, col(Delivery.state).in_((*LEFT, State.FAILED.value))),
            )
            .order_by(guests.c.id)
        )
        bulk.delete(session, Participation, session.connection().execute(unreached).scalars().all())


def _ties(kind: Kind) -> tuple[Any, Any]:
    if kind == "person":
        return col(Delivery.person_id), col(Participation.person_id)
    return col(Delivery.company_id), col(Participation.company_id)
