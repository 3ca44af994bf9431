"""The calendar: events of every kind in a stretch of days, laid out in weeks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Committee, Event, EventKind, ResponsibleManager, Venue
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.events.days import Dates, dates_of
from services.events.words import KIND_TITLES

LONGEST = 400
"""Most days asked for at once."""
WEEK = 7


@dataclass(frozen=True)
class CalendarEvent:
    """An event as the calendar shows it. `vague` («весь март 2026») is set when its day is not known."""

    id: int
    kind: EventKind
    name: str
    dates: Dates
    first: dt.date
    last: dt.date
    venue: str
    committee: str
    responsible: str
    cancelled: bool

    @property
    def kind_title(self) -> str:
        """The kind in words."""
        return KIND_TITLES[self.kind]

    @property
    def vague(self) -> str:
        """The stretch of time it is announced for, when the day is not known."""
        return self.dates.vague


@dataclass(frozen=True)
class Bar:
    """A piece of an event in one week: columns from `begin` to `end` (0 Monday … 6 Sunday) of line `line`."""

    event: CalendarEvent
    begin: int
    end: int
    line: int
    continues_before: bool
    continues_after: bool


@dataclass(frozen=True)
class Week:
    """Seven days from Monday, the bars shown in them, and how many events of each day found no line."""

    days: tuple[dt.date, ...]
    bars: tuple[Bar, ...]
    more: tuple[int, ...]


@dataclass(frozen=True)
class Choices:
    """What the calendar can be narrowed to: (number, name) of committees, venues and people responsible."""

    committees: tuple[tuple[int, str], ...]
    venues: tuple[tuple[int, str], ...]
    responsible: tuple[tuple[int, str], ...]


@requires(Permission.BASE_READ)
def events_between(
    session: Session,
    _actor: Actor,
    first: dt.date,
    last: dt.date,
    *,
    kinds: Sequence[str] = (),
    committee_id: int | None = None,
    venue_id: int | None = None,
    responsible_id: int | None = None,
) -> tuple[CalendarEvent, ...]:
    """Active events that take at least one day from `first` to `last`, earliest first. One query.

    An event with a partial date is there on every day it may be on.
    """
    if last < first or (last - first).days > LONGEST:
        raise InvalidInput("Календарь показывает промежуток не длиннее года.")
    begins, ends = col(Event.starts_on), func.coalesce(Event.ends_on, Event.starts_on)
    # A cut date is compared by as many letters as it has: «2026-11» lies in every part of that November.
    query = (
        select(Event, Venue.name, Committee.name, ResponsibleManager.name)
        .outerjoin(Venue, col(Venue.id) == col(Event.venue_id))
        .outerjoin(Committee, col(Committee.id) == col(Event.committee_id))
        .outerjoin(ResponsibleManager, col(ResponsibleManager.id) == col(Event.responsible_id))
        .where(
            col(Event.active).is_(True),
            begins <= func.substr(last.isoformat(), 1, func.length(begins)),
            ends >= func.substr(first.isoformat(), 1, func.length(ends)),
        )
    )
    if kinds:
        query = query.where(col(Event.kind).in_(list(kinds)))
    for column, wanted in (
        (Event.committee_id, committee_id), (Event.venue_id, venue_id), (Event.responsible_id, responsible_id),
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(col(column) == wanted)
    found = [_event(*row) for row in session.exec(query)]
    return tuple(sorted(found, key=_order))


@requires(Permission.BASE_READ)
def calendar_choices(session: Session, _actor: Actor) -> Choices:
    """The committees, venues and people responsible that have an event."""
    return Choices(
        tuple(session.exec(_having(Committee, Event.committee_id))),
        tuple(session.exec(_having(Venue, Event.venue_id))),
        tuple(session.exec(_having(ResponsibleManager, Event.responsible_id))),
    )


def weeks(events: Iterable[CalendarEvent], first: dt.date, last: dt.date, lines: int | None) -> tuple[Week, ...]:
    """The whole weeks from `first` to `last` with events whose day is known, at most `lines` a day (None: all).

    A longer event gets the upper line; what finds none is counted in `more` of each of its days.
    """
    exact = sorted((event for event in events if not event.vague), key=lambda e: (e.first, e.first - e.last, _order(e)))
    monday = first - dt.timedelta(days=first.weekday())
    found = []
    while monday <= last:
        days = tuple(monday + dt.timedelta(days=number) for number in range(WEEK))
        found.append(_week(days, exact, lines))
        monday += dt.timedelta(days=WEEK)
    return tuple(found)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the day's month."""
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return day.replace(day=1), following - dt.timedelta(days=1)


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Monday and Sunday of the day's week."""
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + dt.timedelta(days=WEEK - 1)


def _week(days: tuple[dt.date, ...], events: Iterable[CalendarEvent], lines: int | None) -> Week:
    monday, sunday = days[0], days[-1]
    taken: list[list[bool]] = []
    bars, more = [], [0] * WEEK
    for event in events:
        if event.last < monday or event.first > sunday:
            continue
        begin, end = max((event.first - monday).days, 0), min((event.last - monday).days, WEEK - 1)
        stretch = range(begin, end + 1)
        line = next((n for n, days_ in enumerate(taken) if not any(days_[day] for day in stretch)), len(taken))
        if lines is not None and line >= lines:
            for day in stretch:
                more[day] += 1
            continue
        if line == len(taken):
            taken.append([False] * WEEK)
        for day in stretch:
            taken[line][day] = True
        bars.append(Bar(event, begin, end, line, event.first < monday, event.last > sunday))
    return Week(days, tuple(bars), tuple(more))


def _having(model: type[Committee] | type[Venue] | type[ResponsibleManager], column: Any) -> Any:
    used = select(column).where(col(column).is_not(None))
    return select(col(model.id), model.name).where(col(model.id).in_(used)).order_by(model.name)


def _event(event: Event, venue: str | None, committee: str | None, responsible: str | None) -> CalendarEvent:
    dates = dates_of(event)
    first, last = dates.first, dates.last
    assert first is not None
    assert last is not None
    return CalendarEvent(
        id=event.id or 0,
        kind=EventKind(event.kind),
        name=event.name,
        dates=dates,
        first=first,
        # Days written in the wrong order are no reason to lose the event.
        last=max(first, last),
        venue=venue or "",
        committee=committee or "",
        responsible=responsible or "",
        cancelled=event.cancelled_at is not None,
    )


def _order(event: CalendarEvent) -> tuple[dt.date, str, str, int]:
    return event.first, event.dates.start_time or "", event.name, event.id
