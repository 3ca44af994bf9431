"""What the office sees of mailings: the journal, one mailing, its review, its recipients."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import (
    Account,
    Channel,
    Delivery,
    DeliveryState as State,
    Event,
    Mailing,
    MailingKind,
    MailingState,
    Purpose,
)
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput, NotFound
from services.events.days import dates_of
from services.history.statements import table_of
from services.messaging import audiences, files
from services.messaging.approving import may_approve
from services.messaging.audiences import Audience
from services.messaging.mailing_records import GONE, channels_of
from services.messaging.recipients import Recipient, Recipients, recipients
from services.messaging.reviewed import ChannelCount, Excluded, Named, Review, review
from services.messaging.samples import Sample
from services.messaging.words import (
    DELIVERY_TITLES,
    KIND_TITLES,
    MAILING_TITLES,
    PURPOSE_TITLES,
)

__all__ = [
    "AttachedFile", "ChannelCount", "Excluded", "Journal", "MailingLine", "MailingView", "Named", "Recipient",
    "Recipients", "Review", "Sample", "StateCount", "journal", "mailing", "recipients", "review",
]  # fmt: skip

PAGE = 20
WAITING = (State.PLANNED, State.QUEUED, State.CLAIMED, State.SENDING)
ORDER_OF_STATES = {state: place for place, state in enumerate(State)}
SYSTEM_NAME = "система"


@dataclass(frozen=True)
class MailingLine:
    """A line of the journal; moments are in UTC.

    `chosen` and `receive` count recipients (None before they are frozen), the others messages: each channel apart.
    """

    id: int
    name: str
    kind: MailingKind
    kind_title: str
    purpose_title: str
    state: MailingState
    state_title: str
    audience: str
    who: str
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    chosen: int | None
    receive: int | None
    waiting: int
    sent: int
    failed: int
    unknown: int


@dataclass(frozen=True)
class Journal:
    """A page of the journal, newest first: its number from 0, of all pages, of all lines."""

    lines: tuple[MailingLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class StateCount:
    """Deliveries of a mailing by channel in one state."""

    channel: Channel
    state: State
    title: str
    count: int


@dataclass(frozen=True)
class AttachedFile:
    """A file that goes with every message: what files.open takes, its name, bytes."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True)
class MailingView:
    """One mailing in any state. `done` of `total` deliveries are over (sent, failed, unknown, excluded, cancelled).

    The texts are with tokens. `may_…` say which buttons the actor gets; `why_not_approve` says why not, when the
    mailing waits for approval and this actor cannot give it. `starts_at` is when the first one may leave.
    """

    id: int
    version: int
    name: str
    kind: MailingKind
    kind_title: str
    purpose: Purpose
    purpose_title: str
    state: MailingState
    state_title: str
    template_id: int | None
    template_kind: str
    subject: str
    text: str
    html: str
    channels: tuple[Channel, ...]
    audience: Audience
    audience_title: str
    event_id: int | None
    event_title: str
    one_letter: bool
    repeat: bool
    files: tuple[AttachedFile, ...]
    who: str
    approved_by: str
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    start_at: dt.datetime | None
    delay_until: dt.datetime | None
    starts_at: dt.datetime | None
    ended_at: dt.datetime | None
    chosen: int | None
    receive: int | None
    counts: tuple[StateCount, ...]
    done: int
    total: int
    may_edit: bool
    may_prepare: bool
    may_return: bool
    may_confirm: bool
    may_approve: bool
    may_send_back: bool
    may_cancel: bool
    may_copy: bool
    why_not_approve: str = ""

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        return self.done / self.total if self.total else 0.0


@requires(Permission.MESSAGES_SEND)
def journal(session: Session, _actor: Actor, page: int = 0, state: str = "") -> Journal:
    """The mailings, newest first; `state` keeps those in one `MailingState`."""
    if state and state not in set(MailingState):
        raise InvalidInput(f"Нет такого состояния рассылки: {state}.")
    conditions = (col(Mailing.state) == state,) if state else ()
    total = session.scalar(select(func.count()).select_from(Mailing).where(*conditions)) or 0
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    query = (
        select(Mailing, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(Mailing.account_id))
        .where(*conditions)
        .order_by(col(Mailing.id).desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    found = [(one, who) for one, who in session.execute(query)]
    counts = _counts_by_mailing(session, [one.id or 0 for one, _ in found])
    return Journal(tuple(_line(one, who, counts.get(one.id or 0, {})) for one, who in found), page, pages, total)


@requires(Permission.MESSAGES_SEND)
def mailing(session: Session, actor: Actor, mailing_id: int) -> MailingView:
    """One mailing in any state. Raises `NotFound`."""
    approver = aliased(Account)
    query = (
        select(Mailing, col(Account.name), col(approver.name), Event)
        .outerjoin(Account, col(Account.id) == col(Mailing.account_id))
        .outerjoin(approver, col(approver.id) == col(Mailing.approved_by))
        .outerjoin(Event, col(Event.id) == col(Mailing.event_id))
        .where(col(Mailing.id) == mailing_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound(GONE)
    one, who, approved_by, event = row
    state = MailingState(one.state)
    counts = _counts(session, mailing_id)
    return MailingView(
        id=mailing_id,
        version=one.version,
        name=one.name,
        kind=MailingKind(one.kind),
        kind_title=KIND_TITLES[MailingKind(one.kind)],
        purpose=Purpose(one.purpose),
        purpose_title=PURPOSE_TITLES[Purpose(one.purpose)],
        state=state,
        state_title=MAILING_TITLES[state],
        template_id=one.template_id,
        template_kind=one.template_kind,
        subject=one.subject,
        text=one.text,
        html=one.html,
        channels=channels_of(one),
        audience=audiences.parse(one.audience),
        audience_title=one.audience_title,
        event_id=one.event_id,
        event_title=f"{event.name} · {dates_of(event).spoken}" if event else "",
        one_letter=one.one_letter,
        repeat=one.repeat,
        files=tuple(AttachedFile(kept.file_id, kept.name, kept.size) for kept in files.of_mailing(session, mailing_id)),
        who=who or SYSTEM_NAME,
        approved_by=approved_by or "",
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        start_at=one.start_at,
        delay_until=one.delay_until,
        starts_at=max(one.delay_until, one.start_at or one.delay_until) if one.delay_until else None,
        ended_at=one.ended_at,
        chosen=one.chosen,
        receive=one.receive,
        counts=counts,
        done=sum(line.count for line in counts if line.state not in WAITING),
        total=sum(line.count for line in counts),
        **_buttons(actor, one, state),
    )


def _counts(session: Session, mailing_id: int) -> tuple[StateCount, ...]:
    d = table_of(Delivery).c
    query = select(d.channel, d.state, func.count()).where(d.mailing_id == mailing_id).group_by(d.channel, d.state)
    lines = [
        StateCount(Channel(channel), State(state), DELIVERY_TITLES[State(state)], count)
        for channel, state, count in session.execute(query)
    ]
    channels = list(Channel)
    return tuple(sorted(lines, key=lambda line: (channels.index(line.channel), ORDER_OF_STATES[line.state])))


def _counts_by_mailing(session: Session, numbers: list[int]) -> dict[int, dict[State, int]]:
    d = table_of(Delivery).c
    query = select(d.mailing_id, d.state, func.count()).where(d.mailing_id.in_(numbers)).group_by(d.mailing_id, d.state)
    found: dict[int, dict[State, int]] = {}
    for number, state, count in session.execute(query):
        found.setdefault(number, {})[State(state)] = count
    return found


def _line(one: Mailing, who: str | None, counts: Mapping[State, int]) -> MailingLine:
    kind, state = MailingKind(one.kind), MailingState(one.state)
    return MailingLine(
        id=one.id or 0,
        name=one.name,
        kind=kind,
        kind_title=KIND_TITLES[kind],
        purpose_title=PURPOSE_TITLES[Purpose(one.purpose)],
        state=state,
        state_title=MAILING_TITLES[state],
        audience=one.audience_title,
        who=who or SYSTEM_NAME,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        chosen=one.chosen,
        receive=one.receive,
        waiting=sum(counts.get(waiting, 0) for waiting in WAITING),
        sent=counts.get(State.SENT, 0),
        failed=counts.get(State.FAILED, 0),
        unknown=counts.get(State.UNKNOWN, 0),
    )


def _buttons(actor: Actor, one: Mailing, state: MailingState) -> dict[str, Any]:
    waits = state is MailingState.APPROVAL
    may = waits and actor.may(Permission.MESSAGES_APPROVE)
    second = may_approve(actor, one)
    why = ""
    if waits and not may:
        why = "Рассылку одобряет директор или администратор."
    elif waits and not second:
        why = "Вы сами составили или подтвердили эту рассылку: одобрить её должен другой сотрудник."
    return {
        "may_edit": state is MailingState.DRAFT,
        "may_prepare": state is MailingState.DRAFT,
        "may_return": state in (MailingState.REVIEW, MailingState.APPROVAL),
        "may_confirm": state is MailingState.REVIEW,
        "may_approve": may and second,
        "may_send_back": may and second,
        "may_cancel": state not in (MailingState.DONE, MailingState.CANCELLED),
        "may_copy": True,
        "why_not_approve": why,
    }
