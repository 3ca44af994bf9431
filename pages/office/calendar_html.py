"""The calendar's months, weeks and lists as HTML. Everything people wrote is escaped here."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from urllib.parse import urlencode

from models import EventKind
from services.events.calendar import Bar, CalendarEvent, Week
from services.events.days import MONTHS

WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
WEEKDAY_NAMES = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
OF_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip
ICONS = {
    EventKind.EVENT: "event",
    EventKind.MEETING: "handshake",
    EventKind.SESSION: "groups",
    EventKind.COURSE: "school",
}
"""Names in the Material font Streamlit brings along."""
SATURDAY = 5
FEWEST_LINES = 3


def month(
    weeks: Sequence[Week], events: Iterable[CalendarEvent], shown: dt.date, today: dt.date, kept: Mapping[str, str]
) -> str:
    """A month of whole weeks; days of other months are paler. What finds no line is behind «ещё N».

    `kept` is what the link to a week keeps of the address.
    """
    lines = max((bar.line + 1 for week in weeks for bar in week.bars), default=0)
    rows = "".join(_week(week, shown, today, max(lines, FEWEST_LINES), kept) for week in weeks)
    names = "".join(f"<span>{name}</span>" for name in WEEKDAYS)
    return f'<div class="cal">{_vague(events)}<div class="cal-names">{names}</div>{rows}</div>'


def week(of: Week, events: Iterable[CalendarEvent], today: dt.date) -> str:
    """One week with everything that is in it, hours and places too."""
    names = "".join(
        f'<span class="{"cal-now-day" if day == today else ""}">{WEEKDAYS[day.weekday()]} '
        f"<b>{day.day}</b> {OF_MONTHS[day.month - 1][:3]}</span>"
        for day in of.days
    )
    cells = "".join(_cell(day, column, day, today) for column, day in enumerate(of.days, start=1))
    bars = "".join(_bar(bar, bar.line + 1, is_tall=True) for bar in of.bars)
    lines = max((bar.line for bar in of.bars), default=0) + 1
    style = f"grid-template-rows:repeat({lines},auto) minmax(6rem,1fr);padding-top:.3rem"
    return (
        f'<div class="cal">{_vague(events)}<div class="cal-names">{names}</div>'
        f'<div class="cal-week" style="{style}">{cells}{bars}</div></div>'
    )


def listed(events: Iterable[CalendarEvent], first: dt.date, today: dt.date) -> str:
    """Day after day; what began before `first` stands under it, what has no day yet comes first."""
    found = sorted(events, key=lambda event: (not event.vague, max(event.first, first)))
    parts = []
    for (is_exact, day), members in groupby(found, key=lambda e: (not e.vague, e.vague or max(e.first, first))):
        title = heading(day) if isinstance(day, dt.date) else f"{day}, день не назначен"
        now = " cal-head-now" if is_exact and day == today else ""
        title += " · сегодня" if now else ""
        parts.append(f'<div class="cal-head{now}">{escape(title)}</div>' + "".join(map(_row, members)))
    return f'<div class="cal cal-list">{"".join(parts)}</div>'


def heading(day: dt.date) -> str:
    """«12 ноября, четверг»."""
    return f"{day.day} {OF_MONTHS[day.month - 1]}, {WEEKDAY_NAMES[day.weekday()]}"


def month_title(day: dt.date) -> str:
    """«Ноябрь 2026»."""
    return f"{MONTHS[day.month - 1].capitalize()} {day.year}"


def week_title(first: dt.date, last: dt.date) -> str:
    """«16–22 ноября 2026», «28 декабря 2026 – 3 января 2027»."""
    end = f"{last.day} {OF_MONTHS[last.month - 1]} {last.year}"
    if first.month == last.month:
        return f"{first.day}–{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {OF_MONTHS[first.month - 1]}{year} – {end}"


def _week(of: Week, shown: dt.date, today: dt.date, lines: int, kept: Mapping[str, str]) -> str:
    cells = "".join(_cell(day, column, shown, today) for column, day in enumerate(of.days, start=1))
    days = "".join(_day(day, column, shown, today) for column, day in enumerate(of.days, start=1))
    bars = "".join(_bar(bar, bar.line + 2, is_tall=False) for bar in of.bars)
    more = "".join(
        f'<a class="cal-more" style="grid-column:{column};grid-row:{lines + 2}" '
        f'href="/calendar?{escape(urlencode({**kept, "view": "week", "day": day.isoformat()}))}">ещё {number}</a>'
        for column, (day, number) in enumerate(zip(of.days, of.more, strict=True), start=1)
        if number
    )
    style = f"grid-template-rows:auto repeat({lines},minmax(var(--line),auto)) minmax(1.1rem,auto)"
    return f'<div class="cal-week" style="{style}">{cells}{days}{bars}{more}</div>'


def _cell(day: dt.date, column: int, shown: dt.date, today: dt.date) -> str:
    rest = " cal-rest" if day.weekday() >= SATURDAY else ""
    kind = " cal-now" if day == today else " cal-off" if day.month != shown.month else rest
    return f'<div class="cal-cell{kind}" style="grid-column:{column}"></div>'


def _day(day: dt.date, column: int, shown: dt.date, today: dt.date) -> str:
    off = " cal-off-day" if day.month != shown.month else ""
    now = " cal-now-day" if day == today else ""
    label = f"{day.day} {OF_MONTHS[day.month - 1][:3]}" if off and day.day == 1 else str(day.day)
    said = ' aria-label="сегодня"' if now else ""
    return f'<div class="cal-day{off}{now}" style="grid-column:{column}"{said}><b>{label}</b></div>'


def _bar(bar: Bar, row: int, *, is_tall: bool) -> str:
    place = f"grid-column:{bar.begin + 1}/{bar.end + 2};grid-row:{row}"
    more = " cal-before" if bar.continues_before else ""
    more += " cal-after" if bar.continues_after else ""
    return _link(bar.event, more + (" cal-tall" if is_tall else ""), place, is_tall=is_tall)


def _link(event: CalendarEvent, classes: str = "", style: str = "", *, is_tall: bool = False, before: str = "") -> str:
    hour = event.dates.hours if is_tall else event.dates.start_time or ""
    time = f"<time>{escape(hour)}</time> " if hour else ""
    place = f"<small>{escape(event.venue)}</small>" if is_tall and event.venue else ""
    return (
        f'<a class="cal-bar cal-{event.kind.value}{" cal-cancelled" if event.cancelled else ""}{classes}" '
        f'style="{style}" href="/event?id={event.id}" title="{escape(_told(event))}">'
        f"{_icon(event)}{before}{time}{escape(event.name)}{place}</a>"
    )


def _row(event: CalendarEvent) -> str:
    several = event.last > event.first and not event.vague
    when = event.dates.spoken if several else event.dates.hours or ("" if event.vague else "весь день")
    about = " · ".join(part for part in (event.kind_title, event.venue, event.responsible) if part)
    gone = " cal-cancelled" if event.cancelled else ""
    return (
        f'<a class="cal-row cal-{event.kind.value}{gone}" href="/event?id={event.id}" title="{escape(_told(event))}">'
        f"<span>{escape(when)}</span><span>{_icon(event)}{escape(event.name)}</span>"
        f"<small>{escape(about)}</small></a>"
    )


def _vague(events: Iterable[CalendarEvent]) -> str:
    """What is announced for a month or a year without a day."""
    links = "".join(_link(event, before=f"<time>{escape(event.vague)}</time> ") for event in events if event.vague)
    return f'<div class="cal-vague">{links}</div>' if links else ""


def _icon(event: CalendarEvent) -> str:
    return f'<span class="cal-icon" aria-hidden="true">{ICONS[event.kind]}</span>'


def _told(event: CalendarEvent) -> str:
    """Everything about an event for the pointer that rests on it."""
    parts = (
        "ОТМЕНЕНО" if event.cancelled else "", event.name, event.kind_title, event.dates.spoken, event.venue,
        event.committee, event.responsible,
    )  # fmt: skip
    return " · ".join(part for part in parts if part)
