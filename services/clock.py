"""The one clock: tests and demonstrations set it, everything else reads it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from services.settings import settings

_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed_moment", default=None)


def now() -> dt.datetime:
    """The present moment in UTC."""
    return _fixed.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present day where the association is."""
    return local(now()).date()


def local(moment: dt.datetime) -> dt.datetime:
    """A moment on the clock of the association."""
    return moment.astimezone(ZoneInfo(settings().timezone))


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins where the association is."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings().timezone))


@contextmanager
def stopped_at(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment` inside the block."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
