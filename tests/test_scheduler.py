"""The scheduler as a process: beats, sends, takes what was asked for, obeys SIGTERM; `--once` and its journal."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Delivery, JobRun, LoginSession, Notice, Role, Watched
from scheduler import jobs
from scheduler.once import moment
from scheduler.process import Process
from services import clock, health, scheduling
from services.access import sessions
from services.access.permissions import SYSTEM
from services.settings import ROOT
from services.work import reading, writing
from tests import builders as b
from tests.letters import create_queue
from tests.mail import MailServer
from tests.services.reminders.scene import create_rule

Clock = subprocess.Popen[str]


@contextmanager
def clock_process(*arguments: str, **variables: str) -> Iterator[Clock]:
    """A scheduler of its own; killed when the block leaves it running."""
    run = subprocess.Popen(
        [sys.executable, "-m", "scheduler", *arguments], cwd=ROOT, env=os.environ | variables, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


def once(*arguments: str, **variables: str) -> tuple[int, dict[str, Any]]:
    with clock_process("--once", *arguments, **variables) as run:
        printed, log = run.communicate(timeout=120)
    assert printed, log
    return run.returncode, json.loads(printed)


def wait_until(happened: Callable[[], object], run: Clock, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until and run.poll() is None:
        time.sleep(0.05)
    assert happened(), run.poll() is not None and run.communicate()


def seen() -> dt.datetime | None:
    with reading() as session:
        return health.check(session).seen_at


def states() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Delivery.state).order_by(col(Delivery.id))))


def journal() -> list[tuple[str, str]]:
    with reading() as session:
        return [(run.job, run.state) for run in session.exec(select(JobRun).order_by(col(JobRun.id)))]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_beats_and_stops_when_told(database: str, number: signal.Signals) -> None:
    with clock_process() as run:
        wait_until(seen, run)
        run.send_signal(number)
        _, log = run.communicate(timeout=30)
    assert run.returncode == 0
    assert '"event": "scheduler stopped"' in log
    assert journal() == [("process", "done")]


def test_told_to_stop_it_finishes_the_letter_under_way_and_begins_no_other(session: Session) -> None:
    people = [b.create_person(session, email=f"p{number}@example.ru") for number in range(20)]
    create_queue(session, people)
    session.commit()
    with MailServer() as server:
        server.slow(0.5)
        with clock_process(**server.settings()) as run:
            wait_until(lambda: "sending" in states(), run)
            run.terminate()
            told = len(server.letters)
            run.communicate(timeout=30)
        assert run.returncode == 0
        left = len(server.letters)
    assert told <= left <= told + 2 < 20
    assert states() == ["sent"] * left + ["queued"] * (20 - left)
    assert ("send", "done") in journal()


def test_a_killed_one_is_buried_by_the_next(database: str) -> None:
    with clock_process() as run:
        wait_until(journal, run)
        run.kill()
        run.wait(timeout=30)
    assert journal() == [("process", "running")]
    with clock_process() as run:
        wait_until(lambda: ("process", "lost") in journal(), run)
        run.terminate()
        run.communicate(timeout=30)
    assert journal() == [("process", "lost"), ("process", "done")]


def test_what_is_asked_for_is_done_within_seconds_and_by_one_of_two(database: str) -> None:
    with clock_process() as first, clock_process() as second:
        wait_until(lambda: len(journal()) == 2, first)
        with writing(SYSTEM) as session:
            scheduling.ask_for(session, SYSTEM, "clean_up")
        wait_until(lambda: ("clean_up", "done") in journal(), first, seconds=20)
        with reading() as session:
            state = scheduling.state(session, SYSTEM)
        assert (state.alive, len(state.processes)) == (True, 2)
        for run in (first, second):
            run.terminate()
        for run in (first, second):
            run.communicate(timeout=30)
    assert sorted(journal()) == [("clean_up", "done"), ("process", "done"), ("process", "done")]


def test_once_does_what_is_due_at_the_moment_given(session: Session) -> None:
    person = b.create_person(session, email="p@example.ru")
    b.create_membership(session, person, ends_on=dt.date(2026, 12, 1))
    create_rule(session, Watched.MEMBERSHIP_END, "в этот день", on="2026-11-20")
    number = person.id
    session.commit()
    code, early = once("--at", "2026-12-01T08:00")
    assert (code, early["at"], early["failed"]) == (0, "2026-12-01T08:00:00+03:00", False)
    assert states() in ([], ["queued"])
    code, done = once("--at", "2026-12-01T12:00")
    assert code == 0
    assert [run["job"] for run in done["runs"]] == ["reminders", "send", "bounces"]
    assert [run["state"] for run in done["runs"]] == ["done"] * 3
    assert states() == ["sent"]
    assert done["runs"][1]["counts"]["notices"] == 1
    with reading() as fresh:
        assert fresh.exec(select(Notice.person_id)).all() == [number]
    _, again = once("--at", "2026-12-01T12:01")
    assert sum(sum(run["counts"].values()) for run in again["runs"]) == 0
    assert states() == ["sent"]


def test_once_fails_aloud(session: Session) -> None:
    create_queue(session, [b.create_person(session, email="p@example.ru")])
    session.commit()
    with MailServer() as server:
        given = server.settings()
    code, done = once(**given)
    assert (code, done["failed"]) == (1, True)
    [send] = [run for run in done["runs"] if run["job"] == "send"]
    assert send["state"] == "failed"
    assert send["said"]
    assert [run["job"] for run in done["runs"]] == ["reminders", "send", "bounces", "clean_up"]


@pytest.mark.parametrize("arguments", [("--at", "2026-12-01T09:00"), ("--once", "--at", "tomorrow")])
def test_senseless_options_are_refused(arguments: tuple[str, ...]) -> None:
    with clock_process(*arguments) as run:
        _, told = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "2026-12-01T09:00" in told or "--at needs --once" in told


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-01T09:00", "2026-12-01T06:00+00:00"),
        ("2026-12-01T09:00+10:00", "2026-11-30T23:00+00:00"),
        ("2026-12-01", "2026-11-30T21:00+00:00"),
    ],
)
def test_a_moment_is_read_on_the_clock_of_the_association(written: str, meant: str) -> None:
    assert moment(written) == dt.datetime.fromisoformat(meant)


def test_clean_up_forgets_old_sign_ins_only(session: Session) -> None:
    account = b.create_account(session, Role.MANAGER)
    assert account.id is not None
    with clock.stopped_at(clock.now() - dt.timedelta(days=60)):
        sessions.open_session(session, account.id, 1, "", "old")
    sessions.open_session(session, account.id, 1, "", "new")
    session.commit()
    assert jobs.clean_up().counts["sessions"] == 1
    with reading() as fresh:
        assert [found.agent for found in fresh.exec(select(LoginSession))] == ["new"]


def test_every_job_is_on_the_timetable_once_and_has_something_to_do() -> None:
    planned = [job.name.value for job in scheduling.PLAN]
    assert sorted(job.id for job in Process().timetable().get_jobs()) == sorted(set(planned))
    assert {name.value for name in jobs.JOBS} | {"asked"} == set(planned)
