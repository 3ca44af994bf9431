"""Days an event takes, from its partial dates, and how people say them."""

import datetime as dt
from dataclasses import dataclass

from models import Event
from services.values import first_day, format_date, last_day

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
WHEN = ("start_time", "starts_on", "end_time", "ends_on")
"""The attributes of an event that say when it is."""


@dataclass(frozen=True)
class Dates:
    """When an event is: (partial) first and last day, hours «HH:MM» of the association's own zone."""

    starts_on: str | None = None
    ends_on: str | None = None
    start_time: str | None = None
    end_time: str | None = None

    @property
    def first(self) -> dt.date | None:
        """The earliest day it may begin on."""
        return first_day(self.starts_on) if self.starts_on else None

    @property
    def last(self) -> dt.date | None:
        """The latest day it may still last."""
        last = self.ends_on or self.starts_on
        return last_day(last) if last else None

    @property
    def are_exact(self) -> bool:
        """Whether the first day is known to the day."""
        return self.starts_on is not None and len(self.starts_on) == 10

    @property
    def vague(self) -> str:
        """«весь март 2026», «весь 2026 год»; empty when the first day is known or nothing is."""
        return "" if self.are_exact or not self.starts_on else whole(self.starts_on)

    @property
    def spoken(self) -> str:
        """All of it: «12.11.2026, 10:00–18:00», «12.11.2026 – 14.11.2026», «весь март 2026»."""
        if not self.starts_on:
            return "дата не назначена"
        several = self.ends_on is not None and self.ends_on != self.starts_on
        if several and self.are_exact and self.start_time and self.end_time:
            return f"{format_date(self.starts_on)}, {self.start_time} – {format_date(self.ends_on)}, {self.end_time}"
        days = self.vague or format_date(self.starts_on)
        if several:
            days = f"{format_date(self.starts_on)} – {format_date(self.ends_on)}"
        return f"{days}, {self.hours}" if self.hours else days

    @property
    def hours(self) -> str:
        """«10:00–18:00», «с 10:00», «до 18:00» or nothing."""
        if self.start_time and self.end_time:
            return f"{self.start_time}–{self.end_time}"
        return f"с {self.start_time}" if self.start_time else f"до {self.end_time}" if self.end_time else ""

    @property
    def fault(self) -> str:
        """What is wrong between the parts: a sentence, or nothing."""
        if self.ends_on and not self.starts_on:
            return "Указан последний день, но не указан первый."
        if self.first and self.last and self.last < self.first:
            return f"Последний день ({format_date(self.ends_on)}) раньше первого ({format_date(self.starts_on)})."
        one_day = self.ends_on in (None, self.starts_on)
        if one_day and self.start_time and self.end_time and self.end_time <= self.start_time:
            return f"Окончание ({self.end_time}) не позже начала ({self.start_time})."
        return ""


def dates_of(event: Event) -> Dates:
    """The dates of an event, apart from its record."""
    return Dates(event.starts_on, event.ends_on, event.start_time, event.end_time)


def whole(partial: str) -> str:
    """A date without its day as a stretch of time: «весь март 2026», «весь 2026 год»."""
    if len(partial) == 4:
        return f"весь {partial} год"
    return f"весь {MONTHS[int(partial[5:7]) - 1]} {partial[:4]}"
