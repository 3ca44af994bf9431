"""Days of reminders: so many calendar months and days from the day watched, and the way back.

A month before 31 August is 31 July, a month before 31 March the last day of February. Databases disagree about that,
so the days are counted here, and statements get them as pairs: which watched days fall due on which day.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from services.errors import InvalidInput
from services.values.cleaned import counted

DAY = dt.timedelta(days=1)
CLAMPED = 3
"""The most days a calendar month cuts off: the 31st of a month that has 28."""
MOST_MONTHS, MOST_DAYS = 120, 3650
YEARS = ("год", "года", "лет")
MONTHS = ("месяц", "месяца", "месяцев")
WEEKS = ("неделю", "недели", "недель")
DAYS = ("день", "дня", "дней")
COMMON = (
    (-3, 0),
    (-2, 0),
    (-1, 0),
    (0, -14),
    (0, -7),
    (0, -3),
    (0, -1),
    (0, 0),
    (0, 1),
    (0, 3),
    (0, 7),
    (0, 14),
    (0, 30),
)
"""Steps to choose from; any other can be written."""
SAYING = re.compile(r"(за|через)((?: и)? ?(?:\d{1,4} )?(?:д[а-я]+|нед[а-я]*|мес[а-я]*|год[а-я]*|лет|полгода))+")
LATER = re.compile(r"(.+) и на (.+) (раньше|позже)")
LONGEST = 60
PART = re.compile(r"(?:(\d{1,4}) )?(д|нед|мес|год|лет|полгода)[а-я]*")
LENGTHS = {"д": (0, 1), "нед": (0, 7), "мес": (1, 0), "год": (12, 0), "лет": (12, 0), "полгода": (6, 0)}


def due_on(anchor: dt.date, months: int, days: int) -> dt.date:
    """The day a step falls due: first the months, cut to the length of the month arrived in, then the days."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(anchor.day, last)) + days * DAY


def anchors_due(months: int, days: int, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Every (due day, watched day) with a due day from `first` to `last`, in order of the watched days."""
    anchor = first_anchor(months, days, first)
    while (due := due_on(anchor, months, days)) <= last:
        yield due, anchor
        anchor += DAY


def first_anchor(months: int, days: int, due: dt.date) -> dt.date:
    """The earliest watched day that falls due on `due` or later; earlier ones fell due before it."""
    anchor = due_on(due - days * DAY, -months, 0) - CLAMPED * DAY
    while due_on(anchor, months, days) < due:
        anchor += DAY
    return anchor


def birthday_keys(day: dt.date) -> tuple[str, ...]:
    """«05-17» of a day: whose birthday it is. Those of 29 February have theirs on the 28th in common years."""
    own = f"{day:%m-%d}"
    return (own, "02-29") if own == "02-28" and not calendar.isleap(day.year) else (own,)


def in_words(months: int, days: int) -> str:
    """A step as people say it: «за 3 месяца», «в этот день», «через неделю»."""
    if not months and not days:
        return "в этот день"
    if months and days and (months < 0) != (days < 0):
        return f"{in_words(months, 0)} и на {_counted(abs(days), DAYS)} {'раньше' if days < 0 else 'позже'}"
    of_months = (months // 12, YEARS) if months % 12 == 0 else (months, MONTHS)
    parts = [_counted(abs(number), forms) for number, forms in (of_months, (days, DAYS)) if number]
    if not months and days % 7 == 0 and abs(days) < 35:
        parts = [_counted(abs(days) // 7, WEEKS)]
    return f"{'за' if (months or days) < 0 else 'через'} {' и '.join(parts)}"


def _counted(number: int, forms: tuple[str, str, str]) -> str:
    """«месяц», «3 месяца», «11 месяцев»: one alone goes without its number."""
    return forms[0] if number == 1 else counted(number, *forms)


def parse(text: str) -> tuple[int, int]:
    """Months and days of a step as people say it: «за 10 дней», «через неделю», «за месяц и 3 дня», «в этот день».

    Raises `InvalidInput` with a sentence.
    """
    said = " ".join(text.lower().replace("ё", "е").split()).strip(" .,")
    if said in {"в этот день", "в день", "в тот же день", "день в день"}:
        return 0, 0
    later = LATER.fullmatch(said[:LONGEST])
    if later is not None:
        (months, days), (_, more) = parse(later[1]), parse(f"{'за' if later[3] == 'раньше' else 'через'} {later[2]}")
        return months, days + more
    if len(said) > LONGEST or SAYING.fullmatch(said) is None:
        raise InvalidInput(
            f"Не понятно, когда напоминать: «{text}». Напишите, например, «за 10 дней» или «через месяц»."
        )
    sign = -1 if said.startswith("за") else 1
    months = days = 0
    for number, unit in PART.findall(said.partition(" ")[2]):
        of_month, of_day = LENGTHS[unit]
        months += sign * of_month * int(number or 1)
        days += sign * of_day * int(number or 1)
    if abs(months) > MOST_MONTHS or abs(days) > MOST_DAYS:
        raise InvalidInput(f"Слишком далёкий срок: «{text}». Можно до {MOST_MONTHS // 12} лет.")
    return months, days
