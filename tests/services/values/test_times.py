"""Hours and minutes."""

import datetime as dt

import pytest

from services.values import clean_time


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("10:30", "10:30"), ("9.05", "09:05"), ("9-00", "09:00"), ("18", "18:00"), ("18 ч", "18:00"), ("с 9", "09:00"),
        ("9 ч 30 мин", "09:30"), ("в 10:00:00", "10:00"), (dt.time(7, 5), "07:05"), ("23:59", "23:59"), ("", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read(raw: object, value: str | None) -> None:
    cleaned = clean_time(raw)
    assert (cleaned.value, cleaned.notes) == (value, ())


@pytest.mark.parametrize("raw", ["24:00", "10:60", "в полдень", "10:3", "1030", "-1"])
def test_what_is_no_time_is_refused(raw: str) -> None:
    cleaned = clean_time(raw)
    assert cleaned.value is None
    assert [note.severity for note in cleaned.notes] == ["error"]
    assert raw in cleaned.notes[0].message
