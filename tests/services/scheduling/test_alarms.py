"""Alarms of the office and of /health: each has its cause, and none without it."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from models import DeliveryState
from pages.api.health import routes
from scheduler.jobs import heartbeat
from services import clock, scheduling
from services.access.permissions import SYSTEM
from services.messaging import outbox
from services.settings import settings
from services.work import reading, writing
from tests import builders as b
from tests.letters import create_queue

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
SMTP = {"SMTP_HOST": "mail.example.ru", "MAIL_FROM": "office@example.ru"}
LATE, FRESH = dt.timedelta(minutes=16), dt.timedelta(minutes=14)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.stopped_at(NOW):
        yield


def codes() -> list[str]:
    with reading() as session:
        found = [alarm.code for alarm in scheduling.alarms(session, SYSTEM)]
    answer = TestClient(Starlette(routes=routes)).get("/health").json()
    assert answer["alarms"] == found
    assert answer["status"] == ("degraded" if found else "ok")
    return found


def configure(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def waits(session: Session, channel: str, since: dt.timedelta, **fields: Any) -> None:
    create_queue(session, [b.create_person(session)], channel=channel, not_before=NOW - since, **fields)
    session.commit()


def test_silence_is_an_alarm_until_the_heart_beats(database: str) -> None:
    assert codes() == ["scheduler_silent"]
    heartbeat()
    with clock.stopped_at(NOW + dt.timedelta(seconds=89)), reading() as session:
        assert scheduling.current(session) == ()
    with clock.stopped_at(NOW + dt.timedelta(seconds=90)), reading() as session:
        assert [alarm.code for alarm in scheduling.current(session)] == ["scheduler_silent"]


@pytest.mark.parametrize(
    ("channel", "since", "given", "alarm"),
    [
        ("email", FRESH, SMTP, []),
        ("email", LATE, SMTP, ["letters_waiting"]),
        ("cabinet", FRESH, {}, []),
        ("cabinet", LATE, {}, ["letters_waiting"]),
        ("email", FRESH, {}, ["no_smtp"]),
        ("email", LATE, {"SMTP_HOST": "mail.example.ru"}, ["no_smtp"]),
        ("sms", FRESH, {}, ["no_sms"]),
        ("sms", LATE, {"SMS_URL": "https://sms.example.ru"}, ["letters_waiting"]),
        ("email", -FRESH, {}, []),  # it is to leave later
    ],
)
def test_what_waits_and_why(
    session: Session, monkeypatch: pytest.MonkeyPatch, channel: str, since: dt.timedelta, given: dict[str, str],
    alarm: list[str],
) -> None:  # fmt: skip
    configure(monkeypatch, given)
    waits(session, channel, since)
    heartbeat()
    assert codes() == alarm


def test_what_does_not_wait_is_no_alarm(session: Session) -> None:
    for state in (DeliveryState.SENT, DeliveryState.PLANNED, DeliveryState.FAILED, DeliveryState.CANCELLED):
        waits(session, "email", LATE, state=state.value)
    heartbeat()
    assert codes() == []


def test_a_pause_is_told_instead_of_its_consequences(session: Session) -> None:
    waits(session, "email", LATE)
    heartbeat()
    with writing(SYSTEM) as pausing:
        outbox.pause(pausing, SYSTEM, "проверка")
    assert codes() == ["sending_paused"]
    with writing(SYSTEM) as resuming:
        outbox.resume(resuming, SYSTEM)
    assert codes() == ["no_smtp"]
