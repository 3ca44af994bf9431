"""What became of a message, as it is written to the outbox."""

import datetime as dt
from dataclasses import dataclass

from models import DeliveryState, WhyNot
from services import clock
from services.messaging.channels import Fate, Verdict

BACK_OFF = (1, 5, 15, 60, 240, 720)
"""Minutes before the next attempt; after the last one the message has failed."""
DIED = "Отправка прервалась на этом сообщении: ушло оно или нет, неизвестно."
NO_ANSWER = "Сервер принял сообщение и не ответил: ушло оно или нет, неизвестно."
GIVEN_UP = "Не удалось отправить за {count} попыток. Последний ответ: {said}"


@dataclass(frozen=True)
class Outcome:
    """What to write about the deliveries `ids`, which share a message. None for attempts and moments: as before.

    `bounced`: the address refused with `code`.
    """

    ids: tuple[int, ...]
    state: DeliveryState
    detail: str | None = None
    reason: WhyNot | None = None
    attempts: int | None = None
    not_before: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    bounced: str = ""
    code: str = ""
    said: str = ""


def outcome_of(ids: tuple[int, ...], address: str, attempts: int, verdict: Verdict) -> Outcome:
    """The outcome of a message that was handed over after `attempts` earlier ones."""
    said, now = " ".join(part for part in (verdict.code, verdict.said) if part)[:500], attempts + 1
    if verdict.fate is Fate.SENT:
        return Outcome(ids, DeliveryState.SENT, attempts=now, sent_at=clock.now())
    if verdict.fate is Fate.UNKNOWN:
        return Outcome(ids, DeliveryState.UNKNOWN, NO_ANSWER, attempts=now)
    if verdict.fate is Fate.REFUSED:
        bounced = address if verdict.bad_address else ""
        return Outcome(
            ids, DeliveryState.FAILED, said, attempts=now, bounced=bounced, code=verdict.code, said=verdict.said
        )
    if attempts >= len(BACK_OFF):
        return Outcome(ids, DeliveryState.FAILED, GIVEN_UP.format(count=now, said=said), attempts=now)
    later = clock.now() + dt.timedelta(minutes=BACK_OFF[attempts])
    return Outcome(ids, DeliveryState.QUEUED, said, attempts=now, not_before=later)


def returned(ids: tuple[int, ...]) -> Outcome:
    """Back to the queue: it certainly has not left."""
    return Outcome(ids, DeliveryState.QUEUED)


def excluded(ids: tuple[int, ...], why: WhyNot, said: str | None = None) -> Outcome:
    """Not sent after all."""
    return Outcome(ids, DeliveryState.EXCLUDED, said, why)
