"""What somebody has to hear of: the scheduler is silent, letters wait, nothing may leave."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Exists, exists, literal, select
from sqlmodel import Session, col

from models import Channel, Delivery, DeliveryState
from services import clock, health
from services.access.permissions import Actor, Permission, requires
from services.messaging.outbox import is_paused
from services.settings import settings

WAITS_MINUTES = 15
SILENT = (
    "Планировщик не работает: напоминания и сообщения не отправляются. Администратору: запустите «python -m scheduler»."
)
PAUSED = "Отправка приостановлена: письма, SMS и уведомления ждут, пока её не возобновят."
NO_SMTP = "Письма ждут отправки, но почтовый сервер не настроен. Администратору: укажите SMTP_HOST и MAIL_FROM."
NO_SMS = "SMS ждут отправки, но служба SMS не настроена. Администратору: укажите SMS_URL."
WAITING = f"Сообщения ждут отправки больше {WAITS_MINUTES} минут."


@dataclass(frozen=True)
class Alarm:
    """`code` is for programs («scheduler_silent», «sending_paused», «no_smtp», «no_sms», «letters_waiting»)."""

    code: str
    sentence: str


@requires(Permission.BASE_READ)
def alarms(session: Session, _actor: Actor) -> tuple[Alarm, ...]:
    """What the office has to hear of now."""
    return current(session)


def current(session: Session) -> tuple[Alarm, ...]:
    """The same for /health, which names no one: how the machine is, nothing of what it holds. Three queries at most."""
    found = [] if health.check(session).scheduler else [Alarm("scheduler_silent", SILENT)]
    if is_paused(session):
        return (*found, Alarm("sending_paused", PAUSED))
    known, now = settings(), clock.now()
    unable = {
        Channel.EMAIL: not (known.smtp_host and known.mail_from),
        Channel.SMS: not known.sms_url,
        Channel.CABINET: False,
    }
    late = now - dt.timedelta(minutes=WAITS_MINUTES)
    asked = {channel: _waits(channel, now if unable[channel] else late) for channel in Channel}
    labelled = (waits.label(channel.value) for channel, waits in asked.items())
    waits = session.execute(select(*labelled)).mappings().one()
    stuck = {channel for channel in Channel if waits[channel.value]}
    if Channel.EMAIL in stuck and unable[Channel.EMAIL]:
        found.append(Alarm("no_smtp", NO_SMTP))
    if Channel.SMS in stuck and unable[Channel.SMS]:
        found.append(Alarm("no_sms", NO_SMS))
    if any(not unable[channel] for channel in stuck):
        found.append(Alarm("letters_waiting", WAITING))
    return tuple(found)


def _waits(channel: Channel, before: dt.datetime) -> Exists:
    """Whether anything of a channel should have left before that moment. The state stands written for its index."""
    queued = literal(DeliveryState.QUEUED.value, literal_execute=True)
    return exists().where(
        col(Delivery.state) == queued, col(Delivery.not_before) <= before, col(Delivery.channel) == channel.value
    )
