"""Hours and minutes."""

from __future__ import annotations

import datetime as dt
import re

from services.values.cleaned import Cleaned, error, shown
from services.values.plain import as_text, is_absent

_CLOCK = re.compile(
    r"(?:[всдо]{1,2}\s+)?(\d{1,2})(?:\s*(?:[:.\-]|ч\.?)\s*(\d{2})(?::\d{2})?)?\s*(?:ч\.?|час\w*|мин\.?)?",
    re.IGNORECASE,
)


def clean_time(raw: object) -> Cleaned[str]:
    """A time of day as "HH:MM" from «9:30», «9.30», «9 ч 30 мин», «18», a time value; what is none gives an error."""
    if is_absent(raw):
        return Cleaned(None)
    if isinstance(raw, dt.time | dt.datetime):
        return Cleaned(f"{raw:%H:%M}")
    text = as_text(raw)
    match = _CLOCK.fullmatch(text)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if hour > 23 or minute > 59:
        return Cleaned(
            None, (error(f"Не удалось прочитать время {shown(text)}: нужны часы и минуты, например 10:30."),)
        )
    return Cleaned(f"{hour:02}:{minute:02}")
