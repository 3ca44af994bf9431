"""Terms of membership: years that neither double nor lose a day."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from services.directory.terms import DAY, Term, days_suspended, last_day_of_year, next_start, overlap

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
GRACE = st.integers(0, 90)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 3, 15), dt.date(2027, 3, 14)),
        (dt.date(2023, 3, 1), dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2023, 2, 28), dt.date(2024, 2, 27)),
        (dt.date(2024, 3, 1), dt.date(2025, 2, 28)),
    ],
)
def test_a_year_ends_the_day_before_its_anniversary(first: dt.date, last: dt.date) -> None:
    assert last_day_of_year(first) == last


@given(DATES, st.integers(1, 12))
def test_years_in_a_row_have_neither_gap_nor_overlap(first: dt.date, years: int) -> None:
    start = first
    for _ in range(years):
        last = last_day_of_year(start)
        assert (last - start).days + 1 in {365, 366}
        start = last + DAY
    try:
        anniversary = first.replace(year=first.year + years)
    except ValueError:
        anniversary = dt.date(first.year + years, 3, 1)
    # Once past a 29 February that is not there, the years go on from 1 March.
    assert start == anniversary or (first.month, first.day) == (2, 29)


@given(DATES, st.integers(-800, 800), GRACE)
def test_a_renewal_goes_on_where_the_last_term_ended_or_begins_anew(ends_on: dt.date, days: int, grace: int) -> None:
    on_date = ends_on + dt.timedelta(days=days)
    start = next_start(ends_on, on_date, grace)
    assert start == (ends_on + DAY if days <= grace else on_date)
    assert start > ends_on
    assert not overlap([Term(ends_on - 30 * DAY, ends_on), Term(start, last_day_of_year(start))])


@given(DATES, GRACE)
def test_without_a_last_day_a_renewal_begins_at_once(on_date: dt.date, grace: int) -> None:
    assert next_start(None, on_date, grace) == on_date


@given(DATES, st.integers(0, 400), st.integers(-400, 800))
def test_a_term_gets_back_no_more_days_than_it_lost(first: dt.date, length: int, end: int) -> None:
    last, ends_on = first + dt.timedelta(days=length), first + dt.timedelta(days=end)
    lost = {first + n * DAY for n in range(length + 1)} & {ends_on - n * DAY for n in range(2000)}
    assert days_suspended(first, last, ends_on) == len(lost)


@given(st.lists(st.tuples(DATES, st.integers(0, 1000)), max_size=6))
def test_terms_overlap_when_they_share_a_day(spans: list[tuple[dt.date, int]]) -> None:
    terms = [Term(first, first + dt.timedelta(days=length)) for first, length in spans]
    taken = [first + n * DAY for first, length in spans for n in range(length + 1)]
    assert overlap(terms) == (len(taken) != len(set(taken)))
