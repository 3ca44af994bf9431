"""Values in the words of a letter: days, sums, forms of address. Pure: no database, no clock."""

import datetime as dt
from decimal import Decimal

from services.events.days import MONTHS, Dates
from services.values import fold
from services.values.cleaned import counted
from services.values.people_words import FEMALE_PATRONYMIC, MALE_PATRONYMIC

NBSP = "\u00a0"
MONTHS_OF = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip
COLLEAGUES = "Уважаемые коллеги"
HELLO = "Здравствуйте"


def day(partial: str | dt.date) -> str:
    """«12 декабря 2026 г.», «декабрь 2026 г.», «2026 г.»; spaces within do not break."""
    text = partial.isoformat() if isinstance(partial, dt.date) else partial
    year, *rest = text.split("-")
    if not rest:
        return f"{year}{NBSP}г."
    if len(rest) == 1:
        return f"{MONTHS[int(rest[0]) - 1]}{NBSP}{year}{NBSP}г."
    return f"{day_and_month(text)}{NBSP}{year}{NBSP}г."


def day_and_month(date: str) -> str:
    """«17 мая»."""
    return f"{int(date[8:10])}{NBSP}{MONTHS_OF[int(date[5:7]) - 1]}"


def when(dates: Dates) -> str:
    """«12 декабря 2026 г., 10:00–18:00», «12–14 декабря 2026 г.», «декабрь 2026 г.»; nothing when nothing is known."""
    if not dates.starts_on:
        return ""
    if dates.ends_on in (None, "", dates.starts_on):
        return _with_hours(day(dates.starts_on), dates)
    assert dates.ends_on is not None
    if len(dates.starts_on) == len(dates.ends_on) == 10 and not (dates.start_time and dates.end_time):
        return _with_hours(_stretch(dates.starts_on, dates.ends_on), dates)
    first, last = day(dates.starts_on), day(dates.ends_on)
    if dates.start_time and dates.end_time:
        return f"{first}, {dates.start_time}{NBSP}– {last}, {dates.end_time}"
    return _with_hours(f"{first}{NBSP}– {last}", dates)


def _stretch(first: str, last: str) -> str:
    if first[:7] == last[:7]:
        return f"{int(first[8:])}–{day(last)}"
    if first[:4] == last[:4]:
        return f"{day_and_month(first)}{NBSP}– {day(last)}"
    return f"{day(first)}{NBSP}– {day(last)}"


def _with_hours(days: str, dates: Dates) -> str:
    if dates.start_time and dates.end_time:
        return f"{days}, {dates.start_time}–{dates.end_time}"
    if dates.start_time:
        return f"{days}, начало в{NBSP}{dates.start_time}"
    return f"{days}, до{NBSP}{dates.end_time}" if dates.end_time else days


def sum_of(roubles: Decimal) -> str:
    """«15 000 ₽», «1 234,50 ₽»."""
    whole = roubles == roubles.to_integral_value()
    figures = f"{roubles:,.0f}" if whole else f"{roubles:,.2f}"
    return figures.replace(",", NBSP).replace(".", ",") + f"{NBSP}₽"


def days(number: int) -> str:
    """«3 дня»."""
    return counted(number, "день", "дня", "дней").replace(" ", NBSP)


def years(number: int) -> str:
    """«50 лет»."""
    return counted(number, "год", "года", "лет").replace(" ", NBSP)


def remains(number: int, *, is_term: bool) -> str:
    """So many days are left, or have passed when negative: «осталось 3 дня», «остался 1 день».

    A term says of itself «истекает сегодня», «истёк 3 дня назад»; any other day «сегодня», «прошло 3 дня».
    """
    if number == 0:
        return "истекает сегодня" if is_term else "сегодня"
    one = abs(number) % 10 == 1 and abs(number) % 100 != 11
    if number > 0:
        return f"{'остался' if one else 'осталось'} {days(number)}"
    if is_term:
        return f"истёк {days(-number)} назад"
    return f"{'прошёл' if one else 'прошло'} {days(-number)}"


def greeting(first_name: str, patronymic: str) -> str:
    """«Уважаемый Пётр Ильич», «Уважаемая Анна Львовна»; «Здравствуйте, Анна» while the patronymic is not known.

    Initials are no name to be called by.
    """
    first, middle = _said(first_name), _said(patronymic)
    if first and middle:
        folded = fold(middle)
        if MALE_PATRONYMIC.fullmatch(folded):
            return f"Уважаемый {first} {middle}"
        if FEMALE_PATRONYMIC.fullmatch(folded):
            return f"Уважаемая {first} {middle}"
        return f"{HELLO}, {first} {middle}"
    return f"{HELLO}, {first}" if first else HELLO


def given(first_name: str, patronymic: str) -> str:
    """«Пётр Ильич»; «Пётр» while the patronymic is not known; nothing for initials."""
    return " ".join(part for part in (_said(first_name), _said(patronymic)) if part and _said(first_name))


def first_name(name: str) -> str:
    """The name to call somebody by; nothing for initials."""
    return _said(name)


def birthday_age(birth_date: str, today: dt.date) -> int:
    """How old somebody born on a whole day gets on the next birthday, today's too."""
    born = dt.date.fromisoformat(birth_date)
    return today.year - born.year + ((born.month, born.day) < (today.month, today.day))


def within_quotes(name: str) -> str:
    """A name fit to stand in guillemets: those of its own become „“."""
    return name.replace("«", "„").replace("»", "“")


def _said(part: str) -> str:
    part = part.strip()
    return "" if len(part) < 2 or "." in part else part
