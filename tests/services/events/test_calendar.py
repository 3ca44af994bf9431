"""The calendar: what falls into a stretch of days, and how it lies in weeks."""

import datetime as dt

import pytest
from sqlmodel import Session

from models import EventKind
from services.errors import InvalidInput
from services.events.calendar import CalendarEvent, Week, calendar_choices, events_between, month_of, week_of, weeks
from services.work import reading
from tests import builders as b
from tests.services.events.conftest import MANAGER

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def found(first: dt.date, last: dt.date, **narrowed: object) -> list[str]:
    return [event.name for event in between(first, last, **narrowed)]


def between(first: dt.date, last: dt.date, **narrowed: object) -> tuple[CalendarEvent, ...]:
    with reading() as session:
        return events_between(session, MANAGER, first, last, **narrowed)  # type: ignore[arg-type]


def test_a_month_has_what_touches_it(session: Session) -> None:
    for name, starts_on, ends_on in (
        ("до", "2026-10-31", None),
        ("захватывает начало", "2026-10-28", "2026-11-01"),
        ("первый день", "2026-11-01", None),
        ("последний день", "2026-11-30", "2026-12-05"),
        ("насквозь", "2026-09-01", "2027-01-31"),
        ("после", "2026-12-01", None),
        ("весь ноябрь", "2026-11", None),
        ("весь декабрь", "2026-12", None),
        ("весь год", "2026", None),
        ("другой год", "2027", None),
        ("с октября по ноябрь", "2026-10", "2026-11"),
        ("без даты", None, None),
    ):
        b.create_event(session, name, starts_on=starts_on, ends_on=ends_on)
    b.create_event(session, "деактивировано", starts_on="2026-11-10", active=False)
    session.commit()
    assert found(*NOVEMBER) == [
        "весь год", "насквозь", "с октября по ноябрь", "захватывает начало", "весь ноябрь", "первый день",
        "последний день",
    ]  # fmt: skip
    assert {e.name: e.vague for e in between(*NOVEMBER) if e.vague} == {
        "весь год": "весь 2026 год",
        "весь ноябрь": "весь ноябрь 2026",
        "с октября по ноябрь": "весь октябрь 2026",
    }


def test_the_turn_of_the_year(session: Session) -> None:
    b.create_event(session, "ночь", starts_on="2026-12-31", ends_on="2027-01-01")
    b.create_event(session, "январь", starts_on="2027-01")
    session.commit()
    assert found(*month_of(dt.date(2026, 12, 15))) == ["ночь"]
    assert found(*month_of(dt.date(2027, 1, 31))) == ["ночь", "январь"]
    assert week_of(dt.date(2027, 1, 1)) == (dt.date(2026, 12, 28), dt.date(2027, 1, 3))
    [week] = weeks(between(*week_of(dt.date(2027, 1, 1))), *week_of(dt.date(2027, 1, 1)), None)
    assert [(bar.event.name, bar.begin, bar.end) for bar in week.bars] == [("ночь", 3, 4)]
    assert month_of(dt.date(2028, 2, 29)) == (dt.date(2028, 2, 1), dt.date(2028, 2, 29))
    with pytest.raises(InvalidInput, match="не длиннее года"):
        found(dt.date(2026, 1, 1), dt.date(2028, 1, 1))
    with pytest.raises(InvalidInput):
        found(dt.date(2026, 2, 1), dt.date(2026, 1, 1))


def test_the_calendar_narrows(session: Session) -> None:
    venue, manager = b.create_venue(session, "Зал"), b.create_manager(session, "Орлова")
    committee = b.create_committee(session, "Комитет по связи")
    b.create_venue(session, "Пустой зал")
    b.create_event(session, "курс", EventKind.COURSE, starts_on="2026-11-02", venue_id=venue.id)
    b.create_event(session, "заседание", EventKind.SESSION, starts_on="2026-11-03", committee_id=committee.id)
    b.create_event(session, "встреча", EventKind.MEETING, starts_on="2026-11-04", responsible_id=manager.id)
    session.commit()
    assert found(*NOVEMBER, kinds=["course", "meeting"]) == ["курс", "встреча"]
    assert found(*NOVEMBER, venue_id=venue.id) == ["курс"]
    assert found(*NOVEMBER, committee_id=committee.id) == ["заседание"]
    assert found(*NOVEMBER, responsible_id=manager.id, kinds=["course"]) == []
    with reading() as look:
        choices = calendar_choices(look, MANAGER)
    assert choices.committees == ((committee.id, "Комитет по связи"),)
    assert choices.venues == ((venue.id, "Зал"),)
    assert choices.responsible == ((manager.id, "Орлова"),)


def test_events_of_one_day_go_by_the_hour(session: Session) -> None:
    for name, hour in (("вечер", "18:00"), ("утро", "09:00"), ("без часа", None)):
        b.create_event(session, name, starts_on="2026-11-05", start_time=hour)
    session.commit()
    assert found(*NOVEMBER) == ["без часа", "утро", "вечер"]


def test_a_long_event_keeps_one_line_and_the_rest_is_counted(session: Session) -> None:
    b.create_event(session, "длинное", starts_on="2026-11-04", ends_on="2026-11-10")
    for number in range(5):
        b.create_event(session, f"день {number}", starts_on="2026-11-05")
    b.create_event(session, "пятница", starts_on="2026-11-06")
    session.commit()
    laid = weeks(between(*NOVEMBER), *NOVEMBER, 3)
    assert [week.days[0].isoformat() for week in laid] == [
        "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30",
    ]  # fmt: skip
    assert bars(laid[1]) == [("длинное", 2, 6, 0), ("день 0", 3, 3, 1), ("день 1", 3, 3, 2), ("пятница", 4, 4, 1)]
    assert laid[1].more == (0, 0, 0, 3, 0, 0, 0)
    assert bars(laid[2]) == [("длинное", 0, 1, 0)]
    [before] = [bar for bar in laid[1].bars if bar.event.name == "длинное"]
    [after] = laid[2].bars
    assert (before.continues_before, before.continues_after) == (False, True)
    assert (after.continues_before, after.continues_after) == (True, False)
    assert len(bars(weeks(between(*NOVEMBER), *NOVEMBER, None)[1])) == 7


def bars(week: Week) -> list[tuple[str, int, int, int]]:
    return [(bar.event.name, bar.begin, bar.end, bar.line) for bar in week.bars]
