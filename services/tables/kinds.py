"""Kinds of columns: how a value is stored in the row index, filtered, cleaned and written out."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from services import values
from services.values import Cleaned

NO_BREAK_SPACE = "\u00a0"
MOST_COUNTED = 1_000_000


class Filter(StrEnum):
    """Which filter a column has under its heading."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    SET = "set"


class Stored(StrEnum):
    """How a value lies in the row index."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"


@dataclass(frozen=True)
class Kind:
    """What a value is. `folded` kinds have a second, searchable column; `clean` turns raw input into a value."""

    name: str
    filter: Filter
    stored: Stored = Stored.TEXT
    folded: bool = False
    phone_like: bool = False
    clean: Callable[[object], Cleaned[Any]] = values.clean_text
    show: Callable[[Any], str] = str
    align_right: bool = False


def show_money(value: Any) -> str:
    """«1 234,50» with a thin separation by no-break spaces."""
    return f"{Decimal(str(value)):,.2f}".replace(",", NO_BREAK_SPACE).replace(".", ",")


def clean_person(raw: object) -> Cleaned[values.PersonName]:
    """Exactly one person's name; more than one in the cell is an error."""
    people = values.clean_people(raw)
    if people.value is None:
        return Cleaned(None, people.notes)
    if len(people.value) > 1:
        return Cleaned(None, (values.Note("Здесь нужен один человек, а указано несколько.", "error"),))
    return Cleaned(people.value[0], people.notes)


def clean_count(raw: object) -> Cleaned[int]:
    """A number of people or places: one at least."""
    cleaned = values.clean_integer(raw)
    if cleaned.value is not None and not 1 <= cleaned.value <= MOST_COUNTED:
        said = f"Нужно целое число от 1 до {MOST_COUNTED}, а указано {cleaned.value}."
        return Cleaned(None, (values.Note(said, "error"),))
    return cleaned


def _date_text(raw: object) -> Cleaned[str]:
    return values.clean_date(raw)


def _show_day(value: Any) -> str:
    return values.format_date(value.isoformat() if isinstance(value, dt.date) else value)


TEXT = Kind("text", Filter.TEXT, folded=True)
TIME = Kind("text", Filter.TEXT, folded=True, clean=values.clean_time)
NAME = Kind("name", Filter.TEXT, folded=True, clean=clean_person)
PHONE = Kind("phone", Filter.TEXT, folded=True, phone_like=True, clean=values.clean_phones)
EMAIL = Kind("email", Filter.TEXT, folded=True, clean=values.clean_emails)
INN = Kind("inn", Filter.TEXT, folded=True, clean=values.clean_inn)
OGRN = Kind("ogrn", Filter.TEXT, folded=True, clean=values.clean_ogrn)
SITE = Kind("site", Filter.TEXT, folded=True, clean=values.clean_site)
PARTIAL_DATE = Kind("date", Filter.DATE, clean=_date_text, show=_show_day)
FULL_DATE = Kind("date", Filter.DATE, clean=values.clean_full_date, show=_show_day)
INTEGER = Kind("integer", Filter.NUMBER, stored=Stored.INTEGER, clean=values.clean_integer, align_right=True)
COUNT = Kind("integer", Filter.NUMBER, stored=Stored.INTEGER, clean=clean_count, align_right=True)
MONEY = Kind("money", Filter.NUMBER, stored=Stored.MONEY, clean=values.clean_money, show=show_money, align_right=True)
YES_NO = Kind("choice", Filter.SET, clean=values.clean_yes_no)
CHOICE = Kind("choice", Filter.SET)
