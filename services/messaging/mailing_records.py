"""A mailing's record as its verbs take it: locked, not stale, in a state that allows the verb."""

from collections.abc import Collection

import orjson
from sqlmodel import Session

from models import Channel, Event, Mailing, MailingKind, MailingState, TemplateKind
from services.errors import DomainError, NotFound
from services.events.events import GONE as EVENT_GONE
from services.messaging.rendering import compile_text
from services.messaging.tokens import names_of
from services.messaging.words import MAILING_TITLES

GONE = "Такой рассылки нет: её удалили."
STALE = "Рассылку только что изменил другой сотрудник. Откройте её заново и посмотрите, что изменилось."
ALREADY = {
    MailingState.CONFIRMED: "Эта рассылка уже подтверждена: второй раз она не уйдёт.",
    MailingState.APPROVAL: "Эта рассылка уже передана на одобрение.",
    MailingState.DONE: "Эта рассылка уже завершена. Чтобы отправить снова, сделайте копию.",
    MailingState.CANCELLED: "Эта рассылка отменена. Чтобы отправить её, сделайте копию.",
    MailingState.REVIEW: "Получатели этой рассылки уже отобраны. Чтобы изменить её, верните её в черновики.",
    MailingState.DRAFT: "Рассылка в черновиках: сначала отберите получателей и проверьте её.",
}
"""Why a verb meant for another state is refused."""
OF_EVENT = names_of(TemplateKind.EVENT) - frozenset().union(
    *(names_of(kind) for kind in TemplateKind if kind is not TemplateKind.EVENT)
)
"""Tokens that stand for something only where there is an event."""


def found(session: Session, mailing_id: int) -> Mailing:
    """The mailing. Raises `NotFound`."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound(GONE)
    return mailing


def locked(session: Session, mailing_id: int, wanted: Collection[MailingState], seen: int | None = None) -> Mailing:
    """The mailing in one of the states `wanted`, held against other writers until the end of the transaction.

    Raises `NotFound`, and `DomainError` for another state and for another version than `seen`.
    """
    mailing = session.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    if mailing is None:
        raise NotFound(GONE)
    state = MailingState(mailing.state)
    if state not in wanted:
        raise DomainError(ALREADY.get(state) or f"Рассылка сейчас в состоянии «{MAILING_TITLES[state]}».")
    if seen is not None and mailing.version != seen:
        raise DomainError(STALE)
    return mailing


def channels_of(mailing: Mailing) -> tuple[Channel, ...]:
    """By which ways it goes, in the order of `Channel`."""
    named = set(orjson.loads(mailing.channels))
    return tuple(channel for channel in Channel if channel.value in named)


def event_of(session: Session, mailing: Mailing) -> Event | None:
    """The event it is about."""
    return event_named(session, mailing.event_id) if mailing.event_id else None


def event_named(session: Session, event_id: int) -> Event:
    """The event. Raises `NotFound`."""
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound(EVENT_GONE)
    return event


def text_kind(mailing: Mailing) -> TemplateKind:
    """Which tokens its texts may use."""
    return TemplateKind(mailing.template_kind)


def lacks_event(mailing: Mailing) -> bool:
    """Whether it is about an event, by its kind or by what its texts name, and has none."""
    if mailing.event_id is not None:
        return False
    named = compile_text(mailing.subject, mailing.text, mailing.html, text_kind(mailing)).used
    return mailing.kind == MailingKind.INVITATION or bool(named & OF_EVENT)
