"""The scheduler as a process: beats, obeys SIGTERM; its jobs do what they say."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlmodel import Session, select

from models import LoginSession, Role
from scheduler import jobs
from services import clock, health
from services.access import sessions
from services.settings import ROOT
from services.work import reading
from tests.builders import create_account


def _seen() -> dt.datetime | None:
    with reading() as session:
        return health.check(session).seen_at


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_beats_and_stops_when_told(database: str, number: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "scheduler"], cwd=ROOT, env=os.environ.copy(), stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 60
        while _seen() is None and time.monotonic() < until and run.poll() is None:
            time.sleep(0.1)
        assert _seen() is not None
    finally:
        run.send_signal(number)
        _, log = run.communicate(timeout=30)
    assert run.returncode == 0
    assert '"event": "scheduler stopped"' in log


def test_clean_up_forgets_old_sign_ins_only(session: Session) -> None:
    account = create_account(session, Role.MANAGER)
    assert account.id is not None
    with clock.stopped_at(clock.now() - dt.timedelta(days=60)):
        sessions.open_session(session, account.id, 1, "", "old")
    sessions.open_session(session, account.id, 1, "", "new")
    session.commit()
    jobs.clean_up()
    with reading() as fresh:
        assert [found.agent for found in fresh.exec(select(LoginSession))] == ["new"]


def test_a_failing_job_is_logged_and_stays_in_its_run() -> None:
    code = """
from scheduler import jobs
from services import logs
logs.configure()
job = jobs.Job("failing", lambda: 1 / 0, jobs.jobs()[0].trigger)
jobs._logged(job)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    line = json.loads(run.stderr)
    assert (line["event"], line["job"], line["level"]) == ("job failed", "failing", "error")
    assert line["exception"].endswith("ZeroDivisionError: division by zero")


def test_every_job_is_scheduled_once() -> None:
    names = [job.name for job in jobs.jobs()]
    assert sorted(job.id for job in jobs.make_scheduler().get_jobs()) == sorted(set(names))
