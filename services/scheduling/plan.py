"""What the clock does and when, as data; scheduler/jobs.py ties the names to services."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services import clock, health


class Name(StrEnum):
    """The jobs, and the scheduler itself, whose runs are the lives of its processes."""

    PROCESS = "process"
    HEARTBEAT = "heartbeat"
    ASKED = "asked"
    SEND = "send"
    REMINDERS = "reminders"
    BOUNCES = "bounces"
    CLEAN_UP = "clean_up"
    DUPLICATES = "duplicates"


@dataclass(frozen=True)
class Planned:
    """A job: every so many `seconds`, or every day at `hour` of the association's clock.

    `always`: each run is in the journal; otherwise those that did something or failed. `quiet` ones never are.
    """

    name: Name
    title: str
    when: str
    seconds: int = 0
    hour: int | None = None
    one_at_a_time: bool = True
    always: bool = False
    quiet: bool = False


PLAN = (
    Planned(Name.HEARTBEAT, "Признак жизни", "каждые 30 секунд", health.BEAT_SECONDS, one_at_a_time=False, quiet=True),
    Planned(Name.ASKED, "Запуски вручную", "каждые 2 секунды", 2, one_at_a_time=False, quiet=True),
    Planned(Name.SEND, "Отправка сообщений", "каждые 5 секунд", 5, one_at_a_time=False),
    Planned(Name.REMINDERS, "Напоминания", "каждую минуту", 60),
    Planned(Name.BOUNCES, "Чтение возвратов писем", "каждые 5 минут", 300),
    Planned(Name.DUPLICATES, "Поиск дубликатов", "каждый день в 03:00", hour=3, always=True),
    Planned(Name.CLEAN_UP, "Уборка устаревшего", "каждый день в 04:00", hour=4, always=True),
)
BY_NAME = {planned.name: planned for planned in PLAN}
BY_HAND = tuple(planned for planned in PLAN if not planned.quiet)
"""What can be asked for by «Выполнить сейчас»."""


def last_due(planned: Planned) -> dt.datetime:
    """The latest moment the job should have run at, now included."""
    now = clock.now()
    if planned.hour is None:
        return now - dt.timedelta(seconds=planned.seconds * 0.75)
    today = _at(clock.today(), planned.hour)
    return today if today <= now else _at(clock.today() - dt.timedelta(days=1), planned.hour)


def next_due(planned: Planned) -> dt.datetime | None:
    """When a daily job runs next; None for those that run all the time."""
    if planned.hour is None:
        return None
    today = _at(clock.today(), planned.hour)
    return today if today > clock.now() else _at(clock.today() + dt.timedelta(days=1), planned.hour)


def mark_of(name: Name) -> str:
    """Under which name a job leaves its last time among the signs of life."""
    return f"job:{name.value}"


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), clock.midnight(day).tzinfo)
