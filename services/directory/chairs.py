"""One chair of a committee at a time, whoever writes the seat: a verb, an edited cell, a value returned from history.

Loads are let through (services.history.bulk): what the association's own book says is kept, and the card says so.
"""

import datetime as dt
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session, col, select

from models import Committee, CommitteeSeat, Person, SeatPosition
from services.database import WorkSession
from services.errors import DomainError
from services.history.statements import table_of
from services.values import dates, format_date

DECISIVE = ("position", "since", "until", "committee_id")


class ChairTaken(DomainError):
    """Somebody else chairs the committee at that time."""

    def __init__(self, holder: str, since: str | None, until: str | None) -> None:
        term = "".join(f" {word} {format_date(day)}" for word, day in (("с", since), ("по", until)) if day)
        super().__init__(
            f"Председатель комитета — {holder}{term}. Двух председателей одновременно быть не может: "
            "завершите полномочия прежнего или выберите другую дату."
        )
        self.holder = holder


def first_day(date: str | None) -> dt.date:
    """The first day a (partial) date stands for; the beginning of time without one."""
    return dt.date.min if date is None else dates.first_day(date)


def last_day(date: str | None) -> dt.date:
    """The last day a (partial) date stands for; the end of time without one."""
    return dt.date.max if date is None else dates.last_day(date)


def day_before(date: str) -> str:
    """The (partial) date before, as exact: the month before a month, the year before a year."""
    if len(date) == 10:
        return (dt.date.fromisoformat(date) - dt.timedelta(days=1)).isoformat()
    return (first_day(date) - dt.timedelta(days=1)).isoformat()[: len(date)]


def meet(first: CommitteeSeat, second: CommitteeSeat) -> bool:
    """Whether two seats share a day for certain: «2024» after «2024» may follow it within the year."""
    if _follows(first, second) or _follows(second, first):
        return False
    return first_day(first.since) <= last_day(second.until) and first_day(second.since) <= last_day(first.until)


def _follows(later: CommitteeSeat, sooner: CommitteeSeat) -> bool:
    """Whether `later` begins in the month or year, not known closer, in which `sooner` ends."""
    if later.since is None or sooner.until is None:
        return False
    short = min(len(later.since), len(sooner.until))
    return short < 10 and later.since[:short] == sooner.until[:short]


@event.listens_for(WorkSession, "before_flush")
def hold(session: Session, *_: Any) -> None:
    """Refuse a flush after which two people would chair a committee on the same day."""
    written = [record for record in (*session.new, *session.dirty) if isinstance(record, CommitteeSeat)]
    for seat in written:
        state = inspect(seat)
        if seat.position == SeatPosition.CHAIR.value and any(
            state.attrs[key].history.has_changes() for key in DECISIVE
        ):
            _hold(session, seat, written)


def _hold(session: Session, seat: CommitteeSeat, written: list[CommitteeSeat]) -> None:
    committees = table_of(Committee)
    # Two appointments at once would each miss the other's; SQLite has one writer anyway.
    session.connection().execute(select(committees.c.id).where(committees.c.id == seat.committee_id).with_for_update())
    wanted = select(CommitteeSeat).where(
        col(CommitteeSeat.committee_id) == seat.committee_id, col(CommitteeSeat.position) == SeatPosition.CHAIR.value
    )
    # As the session has them: a term ended in this very flush is over.
    for other in (*session.exec(wanted), *written):
        is_chair = other.committee_id == seat.committee_id and other.position == SeatPosition.CHAIR.value
        if is_chair and other is not seat and other not in session.deleted and meet(seat, other):
            holder = session.get(Person, other.person_id)
            raise ChairTaken(holder.name if holder else "другой человек", other.since, other.until)
