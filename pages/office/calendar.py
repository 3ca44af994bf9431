"""«Календарь»: events, meetings, sessions and courses by month, by week and as a list.

The grid is HTML of our own: nothing is loaded but text, a month of a hundred events is some 40 KB, and an event is a
link like any other. FullCalendar's component for Streamlit brings plugins under a licence that is not free, and a
second frame with a megabyte of script.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from models import EventKind
from pages.office import calendar_html as html
from pages.ui import guard
from services import clock
from services.access.permissions import Permission
from services.events.calendar import CalendarEvent, Choices, calendar_choices, events_between, month_of, week_of, weeks
from services.events.words import KIND_TITLES
from services.tables.query import DAY

CSS = Path(__file__).with_name("calendar.css")
VIEWS = {"month": "Месяц", "week": "Неделя", "list": "Список"}
LINES = 4
"""Events of a day a month shows; the others are behind «ещё N»."""
KIND_ICONS = {kind: f":material/{icon}:" for kind, icon in html.ICONS.items()}
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Shown:
    """What the address asks for: a view, a day inside it, and what it is narrowed to."""

    view: str
    day: dt.date
    kinds: tuple[str, ...]
    committee: int | None
    venue: int | None
    responsible: int | None

    @property
    def stretch(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the month or week."""
        return week_of(self.day) if self.view == "week" else month_of(self.day)

    @property
    def narrowed(self) -> dict[str, str]:
        """What it is narrowed to, as the address says it."""
        numbers = {"committee": self.committee, "venue": self.venue, "responsible": self.responsible}
        found = {name: str(number) for name, number in numbers.items() if number is not None}
        return {"kind": ",".join(self.kinds), **found} if self.kinds else found

    @property
    def title(self) -> str:
        """The month or the week in words."""
        return html.week_title(*self.stretch) if self.view == "week" else html.month_title(self.day)


def render() -> None:
    """Draw the page."""
    guard.require(Permission.BASE_READ)
    st.html(CSS)
    shown = _shown()
    choices = guard.read(calendar_choices)
    st.title("Календарь")
    _steps(shown)
    _narrowing(shown, choices)
    first, last = shown.stretch
    if shown.view == "month":
        # Whole weeks: the days of the neighbouring months belong to the picture.
        first, last = week_of(first)[0], week_of(last)[1]
    found = guard.read(
        events_between,
        first,
        last,
        kinds=shown.kinds,
        committee_id=shown.committee,
        venue_id=shown.venue,
        responsible_id=shown.responsible,
    )
    _grid(shown, first, last, found)


def _grid(shown: Shown, first: dt.date, last: dt.date, found: tuple[CalendarEvent, ...]) -> None:
    today = clock.today()
    if shown.view == "month":
        begins, ends = shown.stretch
        here = [event for event in found if event.first <= ends and event.last >= begins]
        _say(shown, len(here))
        st.html(html.month(weeks(found, first, last, LINES), here, shown.day, today, shown.narrowed))
        return
    _say(shown, len(found))
    if shown.view == "week":
        (week,) = weeks(found, first, last, None)
        st.html(html.week(week, found, today))
    elif found:
        st.html(html.listed(found, first, today))


def _say(shown: Shown, number: int) -> None:
    """How many there are, or that there is nothing."""
    if number:
        st.caption(f"Всего: {number}")
    else:
        empty = "По этому отбору здесь ничего нет." if shown.narrowed else "На это время ничего не назначено."
        st.info(empty, icon=":material/event_available:")


def _steps(shown: Shown) -> None:
    first, last = shown.stretch
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="calendar-steps"):
        back, ahead = first - dt.timedelta(days=1), last + dt.timedelta(days=1)
        st.button("Раньше", icon=":material/chevron_left:", on_click=_go, args=(shown.view, back), key="calendar-back")
        st.button("Сегодня", on_click=_go, args=(shown.view, clock.today()), key="calendar-today")
        st.button(
            "Позже",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=_go,
            args=(shown.view, ahead),
            key="calendar-next",
        )
        st.subheader(shown.title, anchor=False)
        guard.put_input("calendar-view", shown.view)
        st.segmented_control(
            "Вид календаря",
            list(VIEWS),
            format_func=VIEWS.__getitem__,
            key="calendar-view",
            required=True,
            label_visibility="collapsed",
            on_change=_change_view,
            args=(shown.day,),
        )


def _narrowing(shown: Shown, choices: Choices) -> None:
    guard.put_input("calendar-kinds", list(shown.kinds))
    st.pills(
        "Вид",
        [kind.value for kind in EventKind],
        selection_mode="multi",
        format_func=lambda kind: f"{KIND_ICONS[EventKind(kind)]} {KIND_TITLES[EventKind(kind)]}",
        key="calendar-kinds",
        label_visibility="collapsed",
        on_change=_narrow_kinds,
    )
    asked = (
        ("committee", "Комитет", shown.committee, choices.committees),
        ("venue", "Место", shown.venue, choices.venues),
        ("responsible", "Ответственный", shown.responsible, choices.responsible),
    )
    for place, (name, label, number, options) in zip(st.columns(3), asked, strict=True):
        titles = dict(options)
        guard.put_input(f"calendar-{name}", number if number in titles else None)
        with place:
            st.selectbox(
                label,
                list(titles),
                format_func=titles.__getitem__,
                placeholder=f"{label}: любой" if name != "venue" else "Место: любое",
                label_visibility="collapsed",
                key=f"calendar-{name}",
                on_change=_narrow,
                args=(name,),
            )


def _shown() -> Shown:
    asked = st.query_params
    view = asked.get("view", "")
    kinds = tuple(kind for kind in asked.get("kind", "").split(",") if kind in set(EventKind))
    return Shown(
        view=view if view in VIEWS else "month",
        day=_day(asked.get("day", "")) or _day(asked.get("month", "")) or clock.today(),
        kinds=kinds,
        committee=_number(asked.get("committee", "")),
        venue=_number(asked.get("venue", "")),
        responsible=_number(asked.get("responsible", "")),
    )


def _day(text: str) -> dt.date | None:
    """The day of «2026-11-05», the first of «2026-11»; None for anything else."""
    if not DAY.fullmatch(text) or len(text) < len("2026-11"):
        return None
    try:
        day = dt.date.fromisoformat(text if len(text) > len("2026-11") else f"{text}-01")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _go(view: str, day: dt.date) -> None:
    """Show the week or the month of `day`."""
    if day.year not in YEARS:
        return
    st.query_params.pop("day" if view != "week" else "month", None)
    if view == "week":
        st.query_params["day"] = day.isoformat()
    else:
        st.query_params["month"] = f"{day:%Y-%m}"


def _change_view(day: dt.date) -> None:
    view = guard.input_value("calendar-view") or "month"
    if view == "month":
        st.query_params.pop("view", None)
    else:
        st.query_params["view"] = view
    today = clock.today()
    _go(view, today if view == "week" and month_of(day) == month_of(today) else day)


def _narrow_kinds() -> None:
    _put("kind", ",".join(guard.input_value("calendar-kinds") or []))


def _narrow(name: str) -> None:
    number = guard.input_value(f"calendar-{name}")
    _put(name, "" if number is None else str(number))


def _put(name: str, text: str) -> None:
    if text:
        st.query_params[name] = text
    else:
        st.query_params.pop(name, None)
