"""Asked again at the moment of sending: is it still due, and is it not too late in the evening."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Delivery, DocumentType, ParticipationStatus, ReminderRule, Watched, WhyNot
from services import clock
from services.access.permissions import SYSTEM
from services.messaging import gateway
from services.reminders import rules
from services.reminders.due import must_wait, still_due
from services.reminders.evaluating import evaluate
from services.reminders.hours import Hours
from services.settings import settings
from tests.builders import (
    create_company,
    create_event,
    create_membership,
    create_participation,
    create_person,
    create_receipt,
)
from tests.services.reminders.scene import create_rule, moscow, written

DAY = dt.date.fromisoformat
NOW = moscow("2026-03-24")


def queued(session: Session) -> list[int]:
    """Evaluate at noon of 24 March; the numbers of what was queued."""
    session.commit()
    evaluate(NOW)
    return written(session, "id")


def gone(session: Session, ids: list[int], now: dt.datetime = NOW) -> set[int]:
    session.commit()
    with clock.stopped_at(now):
        return still_due(session, ids)


CHANGES: dict[str, dict[str, Any]] = {
    "renewed": {"ends_on": DAY("2027-03-31")},
    "left": {"left_on": DAY("2026-03-24"), "left_how": "resign"},
    "suspended": {"suspended_from": DAY("2026-03-24")},
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_membership_that_changed_is_no_longer_reminded_of_its_old_end(session: Session, change: str) -> None:
    changed = create_membership(session, create_person(session), ends_on=DAY("2026-03-31"))
    create_membership(session, create_company(session), ends_on=DAY("2026-03-31"))
    create_rule(session, Watched.MEMBERSHIP_END, "за неделю", on="2026-03-24")
    first, second = queued(session)
    assert gone(session, [first, second]) == set()
    for name, value in CHANGES[change].items():
        setattr(changed, name, value)
    assert gone(session, [first, second]) == {first}
    with clock.stopped_at(NOW):
        assert gateway.recheck(session, [first, second]) == {first: WhyNot.NO_LONGER_DUE}


def test_events_moved_cancelled_or_declined_are_no_longer_due(session: Session) -> None:
    events = [create_event(session, starts_on="2026-03-25") for _ in range(4)]
    guest = create_person(session)
    parts = [create_participation(session, event, guest) for event in events]
    create_rule(session, Watched.EVENT_START, "за день", on="2026-03-24")
    queued(session)
    by_event = dict(written(session, "subject_id", "id"))
    ids = [by_event[event.id] for event in events]
    events[0].starts_on = "2026-04-25"
    events[1].cancelled_at, events[1].cancel_reason = NOW, "нет зала"
    parts[2].status = ParticipationStatus.DECLINED.value
    assert gone(session, ids) == set(ids[:3])


@pytest.mark.parametrize(
    ("step", "day", "why"), [("через день", "2026-03-23", None), ("за день", "2026-03-25", "over")]
)
def test_thanks_after_an_event_may_leave_and_news_of_one_that_is_over_may_not(
    session: Session, step: str, day: str, why: str | None
) -> None:
    create_participation(session, create_event(session, starts_on=day), create_person(session))
    create_rule(session, Watched.EVENT_START, step, on="2026-03-24")
    (number,) = queued(session)
    with clock.stopped_at(NOW + dt.timedelta(days=2)):
        assert gateway.recheck(session, [number]) == ({number: WhyNot.EVENT_OVER} if why else {})


def test_a_document_that_came_in_is_asked_for_no_more(session: Session) -> None:
    photo = session.exec(select(DocumentType).where(col(DocumentType.code) == "photo")).one()
    first, second = create_person(session), create_person(session)
    for person in (first, second):
        create_membership(session, person, starts_on=DAY("2026-03-10"))
    create_rule(session, Watched.DOCUMENT_MISSING, "через 2 недели", on="2026-03-24", document_type_id=photo.id)
    ids = queued(session)
    create_receipt(session, first, "photo", "2026-03-24")
    assert gone(session, ids) == {ids[0]}


def test_a_birthday_of_29_february_is_still_due_on_the_28th(session: Session) -> None:
    create_person(session, birth_date="1972-02-29")
    changed = create_person(session, birth_date="1970-02-28")
    create_rule(session, Watched.BIRTHDAY, on="2026-02-28")
    session.commit()
    evaluate(moscow("2026-02-28"))
    ids = written(session, "id")
    assert gone(session, ids, moscow("2026-02-28")) == set()
    changed.birth_date = "1970-03-28"
    assert gone(session, ids, moscow("2026-02-28")) == {ids[1]}


def test_rules_and_steps_switched_off_send_nothing_more(session: Session) -> None:
    create_person(session, birth_date="1970-03-24")
    number = create_rule(session, Watched.BIRTHDAY, on="2026-03-24")
    ids = queued(session)
    session.get_one(Delivery, ids[0]).attempts = 1  # its letter was tried once: it stays in the queue
    version = session.get_one(ReminderRule, number).version
    with clock.stopped_at(NOW):
        rules.switch_off(session, SYSTEM, number, version)
    assert gone(session, ids) == set(ids)


def test_after_a_backlog_quiet_hours_are_asked_again(session: Session) -> None:
    create_person(session, birth_date="1970-03-24")
    create_rule(session, Watched.BIRTHDAY, on="2026-03-24")
    ids = queued(session)
    with clock.stopped_at(moscow("2026-03-24", "20:59")):
        assert must_wait(session, ids) == {}
    for late in (moscow("2026-03-24", "21:00"), moscow("2026-03-25", "03:00")):
        with clock.stopped_at(late):
            assert must_wait(session, ids) == dict.fromkeys(ids, moscow("2026-03-25", "09:00"))
            assert gateway.waits(session, ids) == dict.fromkeys(ids, moscow("2026-03-25", "09:00"))


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The association is where the clock is put forward at 2 on 29 March 2026, and back at 3 on 25 October."""
    monkeypatch.setattr(settings(), "timezone", "Europe/Berlin")


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("day", "hour", "leaves"),
    [
        ("2026-03-28", "02:30", "2026-03-28T01:30+00:00"),
        ("2026-03-29", "02:30", "2026-03-29T01:30+00:00"),  # 03:30 of summer time: 02:30 there is not
        ("2026-03-29", "10:00", "2026-03-29T08:00+00:00"),
        ("2026-10-25", "02:30", "2026-10-25T00:30+00:00"),  # the first of two
        ("2026-10-25", "10:00", "2026-10-25T09:00+00:00"),
    ],
)
def test_hours_when_the_clock_is_changed(day: str, hour: str, leaves: str) -> None:
    assert Hours.of(hour, None, None).leaves(DAY(day)) == dt.datetime.fromisoformat(leaves)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (("21:00", "09:00"), "2026-03-28T21:00+01:00", "2026-03-29T09:00+02:00"),
        (("21:00", "09:00"), "2026-10-24T22:00+02:00", "2026-10-25T09:00+01:00"),
        (("21:00", "09:00"), "2026-10-25T08:59+01:00", "2026-10-25T09:00+01:00"),
        (("21:00", "09:00"), "2026-10-25T09:00+01:00", "2026-10-25T09:00+01:00"),
        (("22:00", "02:30"), "2026-03-29T01:59+01:00", "2026-03-29T03:30+02:00"),
        (("22:00", "02:30"), "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00"),
        (("22:00", "02:30"), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
        (("13:00", "14:00"), "2026-10-25T13:30+01:00", "2026-10-25T14:00+01:00"),
        (("13:00", "14:00"), "2026-10-25T12:59+01:00", "2026-10-25T12:59+01:00"),
        (("00:00", "00:00"), "2026-10-25T12:59+01:00", "2026-10-25T12:59+01:00"),
    ],
)
def test_quiet_hours_when_the_clock_is_changed(quiet: tuple[str, str], now: str, until: str) -> None:
    found = Hours.of("10:00", *quiet).not_before(dt.datetime.fromisoformat(now))
    assert found == dt.datetime.fromisoformat(until)
    assert found.tzinfo == dt.UTC


@pytest.mark.usefixtures("berlin")
def test_each_day_of_a_year_has_one_moment_and_they_are_in_order() -> None:
    for hour in ("00:00", "02:00", "02:59", "10:00", "23:59"):
        hours = Hours.of(hour, "21:00", "09:00")
        moments = [hours.leaves(DAY("2026-01-01") + dt.timedelta(days=number)) for number in range(366)]
        assert moments == sorted(moments)
        assert not any(hours.is_quiet(clock.local(moment).time()) for moment in moments)
