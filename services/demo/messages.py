"""Messages of the demonstration: an own template, mailings in every state, one reminder rule switched on.

Done by the demonstration's own people through the services they use, at moments of the past. No letter leaves, whatever
mail server is set up: those by e-mail are marked as sent in the same transaction that would put them into the queue.
"""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import case, func, select, update
from sqlmodel import Session, col

from models import (
    BouncedAddress,
    Channel,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Mailing,
    MailingKind,
    MailingState,
    Notice,
    Participation,
    Purpose,
    ReminderRule,
    Segment,
    TemplateKind,
)
from services import clock
from services.access.permissions import Actor
from services.events.inviting import coming_events
from services.messaging import approving, audiences, mailing_views, mailings, reviewing, sending, templates
from services.messaging.audiences import Audience
from services.reminders import rules
from services.work import writing

NEWS = "Новости ассоциации"
FIRST_NEWS = "{{ обращение }}!\n\nКоротко о том, что нового.\n\nС уважением,\n{{ ассоциация }}"
NEWS_TEXT = (
    "{{ обращение }}!\n\n"
    "Коротко о том, что нового в {{ ассоциация }}.\n\n"
    "Открыт набор на весенние курсы: программы и даты стоят в календаре. Комитеты собирают предложения в план на "
    "следующий год: напишите, о чём вам важно говорить. И ещё мы обновили личный кабинет: в нём теперь видны все "
    "сообщения ассоциации.\n\n"
    "Личный кабинет: {{ ссылка }}\n\n"
    "С уважением,\n{{ ассоциация }}"
)
NO_BOX = "550 5.1.1 Такого ящика нет"
LOST = "Связь с почтовым сервером прервалась после передачи письма"


@dataclass(frozen=True)
class Staff:
    """Who does it: the manager writes and sends, the director approves what is large."""

    manager: Actor
    director: Actor


def build(staff: Staff) -> dict[str, int]:
    """Make all of it, in units of work of its own; row counts of the tables it wrote to."""
    now = clock.now()
    with clock.stopped_at(now - dt.timedelta(days=60)), writing(staff.manager) as session:
        news = _own_template(session, staff.manager)
    _send(staff, now - dt.timedelta(days=20), MailingKind.REMINDER, "overdue")
    _send(staff, now - dt.timedelta(days=9), MailingKind.INVITATION, "committee_members")
    with writing(staff.manager) as session:
        actor = staff.manager
        waiting = mailings.create(session, actor, MailingKind.MESSAGE, _segment(session, "chairs"), template_id=news)
        reviewing.prepare(session, actor, waiting, _version(session, actor, waiting))
        mailings.create(session, actor, MailingKind.MESSAGE, _segment(session, "members"))
        _switch_on(session, actor, "birthday")
    with writing(staff.manager) as session:
        _read_some(session)
        return {
            str(model.__tablename__): session.execute(select(func.count()).select_from(model)).scalar_one()
            for model in (Mailing, Delivery, Notice, Participation)
        }


def _own_template(session: Session, actor: Actor) -> int:
    number = templates.create(
        session, actor, name=NEWS, kind=TemplateKind.GENERAL, purpose=Purpose.SERVICE,
        subject="Новости {{ ассоциация }}", text=FIRST_NEWS,
    )  # fmt: skip
    seen = templates.open_template(session, actor, number)
    templates.edit(
        session, actor, number, seen.version, name=NEWS, purpose=Purpose.SERVICE, subject=seen.subject, text=NEWS_TEXT
    )
    return number


def _send(staff: Staff, moment: dt.datetime, kind: MailingKind, segment: str) -> None:
    """A mailing made, confirmed and sent at `moment` of the past; without anybody to get it, it stays a draft."""
    with clock.stopped_at(moment), writing(staff.manager) as session:
        event = _event(session, staff.manager) if kind is MailingKind.INVITATION else None
        if kind is MailingKind.INVITATION and event is None:
            return
        number = mailings.create(session, staff.manager, kind, _segment(session, segment), event_id=event)
        session.get_one(Mailing, number).created_at = moment
        session.flush()
        reviewing.prepare(session, staff.manager, number, _version(session, staff.manager, number))
        review = mailing_views.mailing(session, staff.manager, number)
        if not review.receive:
            return
        seen, typed = review.version, str(review.receive)
        confirmed = approving.confirm(session, staff.manager, number, seen, typed=typed)
        if confirmed.state is MailingState.APPROVAL:
            approving.approve(session, staff.director, number, _version(session, staff.manager, number))
        _as_sent(session, number, moment + dt.timedelta(minutes=2))
    # The notices in the cabinet are written as they always are, once the time to think again is over.
    with clock.stopped_at(moment + dt.timedelta(hours=1)):
        sending.send_due()


def _as_sent(session: Session, number: int, moment: dt.datetime) -> None:
    """Letters as if they had left; a few did not arrive, of one nobody knows."""
    letters = (col(Delivery.mailing_id) == number, col(Delivery.channel) == Channel.EMAIL.value)
    queued = col(Delivery.state) == DeliveryState.QUEUED.value
    ids = list(session.scalars(select(col(Delivery.id)).where(*letters, queued).order_by(col(Delivery.id))))
    failed, unknown = ids[5::17], ids[3:4]
    state = case(
        (col(Delivery.id).in_(failed), DeliveryState.FAILED.value),
        (col(Delivery.id).in_(unknown), DeliveryState.UNKNOWN.value),
        else_=DeliveryState.SENT.value,
    )
    detail = case((col(Delivery.id).in_(failed), NO_BOX), (col(Delivery.id).in_(unknown), LOST))
    values = {"state": state, "detail": detail, "attempts": 1, "sent_at": moment, "claimed_at": None}
    session.execute(update(Delivery).where(*letters, queued).values(values))
    addresses = session.scalars(select(col(Delivery.address)).where(col(Delivery.id).in_(failed)).distinct())
    for address in sorted({address for address in addresses if address}):
        session.merge(BouncedAddress(address=address, code="550", said=NO_BOX, at=moment))


def _event(session: Session, actor: Actor) -> int | None:
    """An event to invite to: the first one that has no guests yet, else the last there is."""
    coming = [one.id for one in coming_events(session, actor) if one.kind is EventKind.EVENT]
    dated = set(session.scalars(select(col(Event.id)).where(func.length(col(Event.starts_on)) == 10)))
    fit = [number for number in coming if number in dated]
    asked = set(session.scalars(select(col(Participation.event_id)).where(col(Participation.event_id).in_(fit))))
    return next((number for number in fit if number not in asked), fit[-1] if fit else None)


def _segment(session: Session, code: str) -> Audience:
    return audiences.from_segment(
        session.execute(select(col(Segment.id)).where(col(Segment.code) == code)).scalar_one()
    )


def _version(session: Session, actor: Actor, number: int) -> int:
    return mailing_views.mailing(session, actor, number).version


def _switch_on(session: Session, actor: Actor, code: str) -> None:
    """A rule that writes to the cabinet only."""
    number = session.execute(select(col(ReminderRule.id)).where(col(ReminderRule.code) == code)).scalar_one()
    line = rules.open_rule(session, actor, number)
    draft = replace(rules.open_draft(session, actor, number), channels=(Channel.CABINET,))
    rules.edit(session, actor, number, line.rule.version, draft)
    seen = rules.open_rule(session, actor, number).rule.version
    rules.see_forecast(session, actor, number, seen)
    rules.switch_on(session, actor, number, rules.open_rule(session, actor, number).rule.version)


def _read_some(session: Session) -> None:
    read = update(Notice).where(col(Notice.id) % 3 != 0).values(read_at=col(Notice.created_at))
    session.execute(read)
