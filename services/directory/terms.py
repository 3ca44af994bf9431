"""Terms of membership: whole calendar years that follow one another. Pure: no database, no clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A term from its first to its last day, both included, with what was paid for it; unknown days are None."""

    starts_on: dt.date | None
    ends_on: dt.date | None
    fee_amount: Decimal | None = None
    paid_on: dt.date | None = None


def last_day_of_year(starts_on: dt.date) -> dt.date:
    """The last day of the year that begins on `starts_on`: the day before its anniversary.

    A year from 29 February ends on 28 February: its anniversary is the day after, 1 March.
    """
    try:
        anniversary = starts_on.replace(year=starts_on.year + 1)
    except ValueError:
        anniversary = dt.date(starts_on.year + 1, 3, 1)
    return anniversary - DAY


def next_start(ends_on: dt.date | None, on_date: dt.date, grace_days: int) -> dt.date:
    """First day of the term a renewal on `on_date` opens.

    Renewed before the end or within the grace period, a membership goes on without a gap; later it begins anew.
    """
    if ends_on is not None and on_date <= ends_on + dt.timedelta(days=grace_days):
        return ends_on + DAY
    return on_date


def days_suspended(first: dt.date, last: dt.date, ends_on: dt.date | None) -> int:
    """How many days of a term that ends on `ends_on` a suspension from `first` to `last` took."""
    if ends_on is not None:
        last = min(last, ends_on)
    return max((last - first).days + 1, 0)


def overlap(terms: Iterable[Term]) -> bool:
    """Whether any two of the terms share a day; of a term without a first day only the last one is known."""
    spans = sorted(span for term in terms if (span := _span(term)) is not None)
    return any(later[0] <= sooner[1] for sooner, later in pairwise(spans))


def _span(term: Term) -> tuple[dt.date, dt.date] | None:
    first = term.starts_on or term.ends_on
    return None if first is None else (first, term.ends_on or dt.date.max)
