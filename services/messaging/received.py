"""What a person or a company was sent, or was not and why: for the office."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select as plain_select
from sqlmodel import Session, col, select

from models import (
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Mailing,
    MailingState,
    MessageTemplate,
    Notice,
    ReminderRule,
    ReminderStep,
    TemplateKind,
    TemplateVersion,
    WhyNot,
)
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_of
from services.errors import DomainError, NotFound
from services.messaging import tokens
from services.messaging.notices import number_of_notices, number_of_unread
from services.messaging.rendering import SAMPLE_LINKS, Compiled, Item, compile_text, contexts, render
from services.messaging.wishes import Wishes, spoken, wishes_of
from services.messaging.words import CHANNEL_TITLES, DELIVERY_TITLES, WHY_NOT_TITLES
from services.tables.registry import TABLES

PAGE = 20
PREPARED = (MailingState.DRAFT.value, MailingState.REVIEW.value, MailingState.APPROVAL.value)
"""What is being prepared nobody was sent yet."""
GONE = "Такого сообщения нет."
NO_TEXT = "Текст не сохранился: шаблон, по которому отправляли, удалён."
PERSONAL = re.compile(r"(/(?:answer|unsubscribe)/)[^/?\s]+")
HIDDEN = r"\1•••"
ROUBLE = "₽"
"""Personal links open to whoever holds them; the office does not."""


@dataclass(frozen=True)
class Message:
    """One message by one channel. `title` names the mailing or the rule, `mailing_id` leads to it.

    `at`: when it left, or should have; `why_not` and `detail` say why it did not; `read_at` of a notice in the cabinet.
    """

    id: int
    title: str
    mailing_id: int | None
    sort: str
    channel: Channel
    channel_title: str
    address: str
    state: DeliveryState
    state_title: str
    why_not: str
    detail: str
    at: dt.datetime
    read_at: dt.datetime | None


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, the newest first: its number from 0, of all pages; how many notices, how many unread."""

    lines: tuple[Message, ...]
    page: int
    pages: int
    total: int
    notices: int
    unread: int


@dataclass(frozen=True)
class Correspondence:
    """What the section of a card shows. `may_edit` the wishes, `may_open` the mailings."""

    messages: MessagePage
    wishes: Wishes
    may_edit: bool
    may_open: bool


@dataclass(frozen=True)
class MessageText:
    """What a message says. `is_exact`: word for word as it was sent; otherwise put together anew from today's data."""

    subject: str
    text: str
    is_exact: bool


@requires(Permission.BASE_READ)
def correspondence(session: Session, actor: Actor, party: Party, page: int = 0) -> Correspondence:
    """Page `page` of everything that was sent to the party, or was to be, and its wishes. Five queries."""
    may_edit, may_open = actor.may(Permission.BASE_EDIT), actor.may(Permission.MESSAGES_SEND)
    return Correspondence(_messages(session, party, page), wishes_of(session, actor, party), may_edit, may_open)


@requires(Permission.BASE_READ)
def text_of(session: Session, actor: Actor, party: Party, number: int) -> MessageText:
    """What message `number` of the party says; sums only for those who may see money. Raises `DomainError`."""
    delivery = session.get(Delivery, number)
    if delivery is None or party_of(delivery) != party:
        raise NotFound(GONE)
    mailing = session.get(Mailing, delivery.mailing_id) if delivery.mailing_id else None
    rule = _rule(session, delivery.step_id) if delivery.step_id else None
    compiled = _compiled(session, delivery, mailing, rule)
    sums = actor.may(Permission.MONEY_READ)
    notice = _notice(session, delivery)
    # The notice holds the sum of the day; whoever may not see money gets the text made anew, without it.
    if notice is not None and (sums or not _tells_sum(notice, compiled, is_frozen=mailing is not None)):
        return MessageText(notice.subject, PERSONAL.sub(HIDDEN, notice.text), is_exact=True)
    if compiled is None:
        raise DomainError(NO_TEXT)
    [context] = contexts(session, [_item(delivery, party, mailing, rule)], used=compiled.used, with_sums=sums)
    made = render(compiled, context, footer=False)
    return MessageText(made.subject, PERSONAL.sub(HIDDEN, made.text), is_exact=False)


def _tells_sum(notice: Notice, compiled: Compiled | None, *, is_frozen: bool) -> bool:
    """Whether an amount may stand in it. Only a mailing's text is for certain the one that was sent."""
    if compiled is None or tokens.SUM in compiled.used:
        return True
    return not is_frozen and ROUBLE in notice.subject + notice.text


def _messages(session: Session, party: Party, page: int) -> MessagePage:
    mine = and_(_of(Delivery, party), or_(col(Delivery.mailing_id).is_(None), col(Mailing.state).not_in(PREPARED)))
    every = plain_select(func.count()).select_from(Delivery).outerjoin(Mailing).where(mine)
    counts = (every, number_of_notices(party), number_of_unread(party))
    total, notices, unread = session.execute(plain_select(*(count.scalar_subquery() for count in counts))).one()
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    query: Any = (
        select(Delivery, Mailing, ReminderRule, Notice.read_at)
        .outerjoin(Mailing, col(Mailing.id) == col(Delivery.mailing_id))
        .outerjoin(ReminderStep, col(ReminderStep.id) == col(Delivery.step_id))
        .outerjoin(ReminderRule, col(ReminderRule.id) == col(ReminderStep.rule_id))
        .outerjoin(Notice, col(Notice.delivery_id) == col(Delivery.id))
        .where(mine)
        .order_by(col(Delivery.id).desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = tuple(_line(*row) for row in session.exec(query))
    return MessagePage(lines, page, pages, total, notices, unread)


def _of(model: type[Delivery] | type[Notice], party: Party) -> Any:
    return getattr(model, party.column) == party.id


def _line(
    delivery: Delivery, mailing: Mailing | None, rule: ReminderRule | None, read_at: dt.datetime | None
) -> Message:
    found = mailing or rule
    channel, state = Channel(delivery.channel), DeliveryState(delivery.state)
    return Message(
        id=delivery.id or 0,
        title=found.name if found else "",
        mailing_id=delivery.mailing_id,
        sort=spoken(found.purpose, channel) if found else "",
        channel=channel,
        channel_title=CHANNEL_TITLES[channel],
        address=delivery.address or "",
        state=state,
        state_title=DELIVERY_TITLES[state],
        why_not=WHY_NOT_TITLES[WhyNot(delivery.reason)] if delivery.reason else "",
        detail=delivery.detail or "",
        at=delivery.sent_at or max(delivery.created_at, delivery.not_before),
        read_at=read_at,
    )


def _rule(session: Session, step_id: int) -> ReminderRule | None:
    query = select(ReminderRule).join(ReminderStep, col(ReminderStep.rule_id) == col(ReminderRule.id))
    return session.exec(query.where(col(ReminderStep.id) == step_id)).first()


def _notice(session: Session, delivery: Delivery) -> Notice | None:
    """The message as it stands in the cabinet: its own notice, or that of the same message by the other channel."""
    same = [
        getattr(Delivery, name).is_not_distinct_from(getattr(delivery, name))
        for name in ("mailing_id", "step_id", "subject", "subject_id", "anchor_date", "person_id", "company_id")
    ]
    query = select(Notice).join(Delivery, col(Delivery.id) == col(Notice.delivery_id)).where(*same)
    return session.exec(query.order_by(col(Notice.id).desc())).first()


def _compiled(
    session: Session, delivery: Delivery, mailing: Mailing | None, rule: ReminderRule | None
) -> Compiled | None:
    """The text it was made of: the mailing's, or what the rule's template said when it was sent."""
    if mailing is not None:
        return compile_text(mailing.subject, mailing.text, mailing.html, TemplateKind(mailing.template_kind))
    template = session.get(MessageTemplate, rule.template_id) if rule and rule.template_id else None
    if template is None:
        return None
    query = select(TemplateVersion).where(TemplateVersion.template_id == template.id)
    if delivery.sent_at is not None:
        query = query.where(TemplateVersion.at <= delivery.sent_at)
    said = session.exec(query.order_by(col(TemplateVersion.number).desc())).first() or template
    return compile_text(said.subject, said.text, said.html, TemplateKind(template.kind))


def _item(delivery: Delivery, party: Party, mailing: Mailing | None, rule: ReminderRule | None) -> Item:
    event_id = mailing.event_id if mailing else delivery.subject_id if delivery.subject == Event.__name__ else None
    table = TABLES.get(rule.table_name or "") if rule else None
    labels = {column.key: column.label for column in table.columns} if table else {}
    return Item(
        party, event_id, delivery.subject, delivery.subject_id, delivery.anchor_date, SAMPLE_LINKS,
        what=labels.get(rule.column_key or "", "") if rule else "",
    )  # fmt: skip
