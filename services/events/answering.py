"""What somebody invited says for themselves: comes, does not come, asks for a place."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models import Event, Participation, ParticipationStatus as Status
from services import clock
from services.directory.parties import Party
from services.errors import DomainError
from services.events.days import dates_of
from services.events.events import headcount, locked
from services.events.participants import AFTERWARDS
from services.settings import settings
from services.values import last_day

CANCELLED = "Мероприятие отменено, отвечать больше не нужно."
MARKED = "Участие в этом мероприятии уже отмечено. Если что-то изменилось, сообщите об этом ассоциации."
CONFIRMED = "Спасибо! Ваше участие подтверждено."
APPLIED = "Заявка принята. Ассоциация рассмотрит её и сообщит вам о решении."
NO_PLACE = "Свободных мест сейчас нет, поэтому мы записали вашу заявку. Ассоциация сообщит, если место появится."
DECLINED = "Спасибо за ответ. Мы отметили, что вы не придёте."


@dataclass(frozen=True)
class Answered:
    """The guest's new status and the sentence for them."""

    status: Status
    sentence: str


def starts_at(event: Event) -> dt.datetime | None:
    """When answers are of no use any more: the hour it begins, without one the end of its first day; None: undated."""
    dates = dates_of(event)
    if not event.starts_on:
        return None
    last = last_day(event.starts_on)
    if dates.are_exact and dates.start_time:
        hour = dt.time.fromisoformat(dates.start_time)
        return dt.datetime.combine(last, hour, ZoneInfo(settings().timezone))
    return clock.midnight(last + dt.timedelta(days=1))


def status_of(session: Session, event_id: int, party: Party) -> Status | None:
    """Where a guest stands; None for whoever is none."""
    guest = _guest(session, event_id, party)
    return Status(guest.status) if guest else None


def come(session: Session, event_id: int, party: Party, *, invited: bool) -> Answered:
    """Confirm. Without a place, or when nobody `invited` the guest, it becomes an application."""
    event, guest = _open(session, event_id, party)
    status = Status(guest.status) if guest else None
    if status is Status.CONFIRMED:
        return Answered(Status.CONFIRMED, CONFIRMED)
    if guest is None or (status is Status.APPLIED and not invited):
        return _become(session, event_id, party, guest, Status.APPLIED, APPLIED)
    free = None if event.capacity is None else event.capacity - headcount(session, event).taken
    if free is not None and free <= 0:
        return _become(session, event_id, party, guest, Status.APPLIED, NO_PLACE)
    return _become(session, event_id, party, guest, Status.CONFIRMED, CONFIRMED)


def apply(session: Session, event_id: int, party: Party) -> Answered:
    """Ask for a place. One who has it already keeps it."""
    _, guest = _open(session, event_id, party)
    if guest is not None and guest.status == Status.CONFIRMED:
        return Answered(Status.CONFIRMED, "Ваше участие уже подтверждено, заявка не нужна.")
    return _become(session, event_id, party, guest, Status.APPLIED, APPLIED)


def decline(session: Session, event_id: int, party: Party) -> Answered:
    """Say no, or take a yes back."""
    _, guest = _open(session, event_id, party)
    return _become(session, event_id, party, guest, Status.DECLINED, DECLINED)


def _open(session: Session, event_id: int, party: Party) -> tuple[Event, Participation | None]:
    """The event under its lock (places are counted there) and the guest. Raises `DomainError` where it is too late."""
    event = locked(session, event_id)
    if event.cancelled_at is not None or not event.active:
        raise DomainError(CANCELLED)
    guest = _guest(session, event_id, party)
    if guest is not None and guest.status in AFTERWARDS:
        raise DomainError(MARKED)
    return event, guest


def _become(
    session: Session, event_id: int, party: Party, guest: Participation | None, status: Status, sentence: str
) -> Answered:
    if guest is None:
        tie: dict[str, Any] = party.tie
        session.add(Participation(**tie, event_id=event_id, status=status.value, status_at=clock.now()))
    elif guest.status != status:
        guest.status, guest.status_at = status.value, clock.now()
    session.flush()
    return Answered(status, sentence)


def _guest(session: Session, event_id: int, party: Party) -> Participation | None:
    mine = col(getattr(Participation, party.column)) == party.id
    return session.exec(select(Participation).where(Participation.event_id == event_id, mine)).first()
