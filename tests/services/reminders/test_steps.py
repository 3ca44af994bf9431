"""Days of steps: counted forwards, found backwards, said in words."""

import datetime as dt
from bisect import bisect_left
from itertools import product

import pytest

from services.errors import InvalidInput
from services.reminders.steps import anchors_due, birthday_keys, due_on, first_anchor, in_words, parse

DAY = dt.timedelta(days=1)
STEPS = [(-3, 0), (-1, 0), (0, -7), (0, 0), (0, 3), (1, 0), (-1, -1), (2, -30), (-13, 4), (-12, 0), (6, 15)]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("anchor", "months", "days", "due"),
    [
        ("2026-08-31", -1, 0, "2026-07-31"),
        ("2026-03-31", -1, 0, "2026-02-28"),
        ("2028-03-31", -1, 0, "2028-02-29"),
        ("2028-02-29", -12, 0, "2027-02-28"),
        ("2026-12-31", -3, 0, "2026-09-30"),
        ("2026-01-15", -3, 0, "2025-10-15"),
        ("2026-12-31", 2, 0, "2027-02-28"),
        ("2026-03-31", -1, -1, "2026-02-27"),
        ("2026-01-01", 0, -7, "2025-12-25"),
    ],
)
def test_months_are_calendar_months_and_days_are_counted_after_them(
    anchor: str, months: int, days: int, due: str
) -> None:
    assert due_on(day(anchor), months, days) == day(due)


def test_several_watched_days_share_the_last_day_of_february() -> None:
    february = day("2026-02-28")
    found = [anchor for _, anchor in anchors_due(-1, 0, february, february)]
    assert found == [day("2026-03-28"), day("2026-03-29"), day("2026-03-30"), day("2026-03-31")]


@pytest.mark.parametrize(("months", "days"), STEPS)
def test_the_way_back_finds_exactly_the_days_that_fall_due(months: int, days: int) -> None:
    """Against direct calculation, for windows that begin on every day of four years, a leap year among them."""
    every = [day("2024-01-01") + number * DAY for number in range(-1000, 2600)]
    due_days = [(due_on(anchor, months, days), anchor) for anchor in every]
    for start in (day("2025-01-01") + number * DAY for number in range(4 * 365 + 1)):
        first, end = (bisect_left(due_days, (edge, dt.date.min)) for edge in (start, start + 4 * DAY))
        assert list(anchors_due(months, days, start, start + 3 * DAY)) == due_days[first:end]
        assert first_anchor(months, days, start) == due_days[first][1]


def test_birthdays_of_29_february_are_on_the_28th_in_common_years() -> None:
    assert birthday_keys(day("2026-02-28")) == ("02-28", "02-29")
    assert birthday_keys(day("2028-02-28")) == ("02-28",)
    assert birthday_keys(day("2028-02-29")) == ("02-29",)


@pytest.mark.parametrize(
    ("months", "days", "said"),
    [
        (-3, 0, "за 3 месяца"),
        (-1, 0, "за месяц"),
        (-12, 0, "за год"),
        (24, 3, "через 2 года и 3 дня"),
        (-60, 0, "за 5 лет"),
        (0, -7, "за неделю"),
        (0, -14, "за 2 недели"),
        (0, 0, "в этот день"),
        (0, 3, "через 3 дня"),
        (0, 30, "через 30 дней"),
        (0, 21, "через 3 недели"),
        (0, -11, "за 11 дней"),
        (-1, -3, "за месяц и 3 дня"),
        (-1, 3, "за месяц и на 3 дня позже"),
    ],
)
def test_steps_are_said_as_people_say_them(months: int, days: int, said: str) -> None:
    assert in_words(months, days) == said


def test_what_is_said_is_understood() -> None:
    for months, days in product(range(-25, 26), range(-40, 41)):
        assert parse(in_words(months, days)) == (months, days)


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("За 10 дней", (0, -10)),
        ("через полгода", (6, 0)),
        ("за год", (-12, 0)),
        ("за 5 лет", (-60, 0)),
        ("за 2 мес.", (-2, 0)),
        ("в день", (0, 0)),
    ],
)
def test_other_ways_to_say_it_are_understood_too(said: str, step: tuple[int, int]) -> None:
    assert parse(said) == step


@pytest.mark.parametrize("said", ["", "за", "через", "вчера", "за вчера", "10", "за 9999 лет", "за -3 дня"])
def test_what_is_not_understood_is_refused_in_words(said: str) -> None:
    with pytest.raises(InvalidInput, match=r"Не понятно, когда напоминать|Слишком далёкий срок"):
        parse(said)
