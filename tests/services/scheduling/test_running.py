"""Runs of jobs: what the journal keeps, what is due, one at a time, what the dead left behind."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import JobRun, Role, Source
from services import clock, locks, scheduling
from services.access.permissions import SYSTEM, Actor
from services.errors import DomainError, NotFound
from services.scheduling import Name, Outcome
from services.work import reading, writing
from tests.builders import actor_of, create_account
from tests.services.reminders.scene import moscow

NOON = moscow("2026-11-22")


def lines(*columns: str) -> list[Any]:
    wanted = [getattr(JobRun, name) for name in columns]
    with reading() as session:
        return [
            tuple(row) if len(columns) > 1 else row for row in session.exec(select(*wanted).order_by(col(JobRun.id)))
        ]


def does(counts: dict[str, int] | None = None, said: str = "", *, failed: bool = False) -> Callable[[], Outcome]:
    return lambda: Outcome(counts or {}, said, failed)


def breaks() -> Outcome:
    raise RuntimeError("broken")


def refuses() -> Outcome:
    raise DomainError("Почтовый сервер не отвечает.")


@pytest.fixture
def manager(session: Session) -> Actor:
    actor = actor_of(create_account(session, Role.MANAGER))
    session.commit()
    return actor


def ask(manager: Actor, job: str) -> int:
    with writing(manager) as session:
        return scheduling.ask_for(session, manager, job)


def test_a_run_that_did_something_is_written_down(database: str) -> None:
    with clock.stopped_at(NOON):
        done = scheduling.run_job(Name.SEND, does({"sent": 2, "failed": 0}), "worker")
        scheduling.run_job(Name.SEND, does({"sent": 0}), "worker")
        scheduling.run_job(Name.HEARTBEAT, does({"sent": 1}), "worker")
    assert done is not None
    assert lines("job", "state", "worker", "counts", "said") == [
        ("send", "done", "worker", '{"sent":2,"failed":0}', "")
    ]
    with reading() as session:
        run = session.exec(select(JobRun)).one()
    assert run.ended_at is not None
    assert (run.started_at, run.ended_at - run.started_at < dt.timedelta(seconds=5)) == (NOON, True)


def test_failures_are_told_in_words_and_hide_nothing_of_the_inside(database: str) -> None:
    scheduling.run_job(Name.SEND, refuses)
    scheduling.run_job(Name.REMINDERS, breaks)
    assert lines("job", "state", "said") == [
        ("send", "failed", "Почтовый сервер не отвечает."),
        ("reminders", "failed", "Внутренняя ошибка. Подробности записаны в журнале сервера."),
    ]


def test_the_same_failure_again_and_again_is_one_line(database: str) -> None:
    for _ in range(3):
        scheduling.run_job(Name.SEND, refuses)
    scheduling.run_job(Name.SEND, does({"sent": 1}))
    for _ in range(2):
        scheduling.run_job(Name.SEND, refuses)
    assert lines("state", "counts") == [
        ("failed", '{"repeated":3}'), ("done", '{"sent":1}'), ("failed", '{"repeated":2}')
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ran", "now", "due"),
    [
        ("2026-11-21T04:00", "2026-11-22T03:59", False),
        ("2026-11-21T04:00", "2026-11-22T04:00", True),
        ("2026-11-21T03:59", "2026-11-22T03:59", True),  # the machine was off at its hour
        ("2026-11-22T05:00", "2026-11-22T12:00", False),
        ("2027-01-01T12:00", "2026-11-22T12:00", True),  # somebody had set the clock
    ],
)
def test_a_daily_job_runs_once_a_day(database: str, ran: str, now: str, due: bool) -> None:
    for moment in (ran, now):
        with clock.stopped_at(moscow(*moment.split("T"))):
            found = scheduling.run_job(Name.CLEAN_UP, does())
    assert (found is not None) is due
    assert lines("job") == ["clean_up"] * (1 + due)


def test_a_failed_one_is_due_again(database: str) -> None:
    with clock.stopped_at(NOON):
        assert scheduling.run_job(Name.REMINDERS, breaks) is not None
        assert scheduling.run_job(Name.REMINDERS, does({"queued": 1})) is not None
        assert scheduling.run_job(Name.REMINDERS, does({"queued": 1})) is None
        assert scheduling.run_job(Name.REMINDERS, does({"queued": 1}), anew=True) is not None
    with clock.stopped_at(NOON + dt.timedelta(minutes=1)):
        assert scheduling.run_job(Name.REMINDERS, does({"queued": 1})) is not None


def test_two_schedulers_do_not_do_it_at_once(database: str, manager: Actor) -> None:
    number = ask(manager, "reminders")
    with locks.holding("job-reminders") as held:
        assert held
        assert scheduling.run_job(Name.REMINDERS, breaks) is None
        taken = scheduling.take_asked("worker")
        assert taken == (number, Name.REMINDERS)
        scheduling.run_job(Name.REMINDERS, breaks, "worker", run_id=number)
    assert lines("state", "said") == [("done", "Эта работа уже идёт, второй раз она не начата.")]


def test_what_was_asked_for_is_taken_by_one(database: str, manager: Actor) -> None:
    number = ask(manager, "send")
    with pytest.raises(DomainError, match="уже ждёт"):
        ask(manager, "send")
    with pytest.raises(NotFound):
        ask(manager, "heartbeat")
    assert scheduling.take_asked("first") == (number, Name.SEND)
    assert scheduling.take_asked("second") is None
    scheduling.run_job(Name.SEND, does(), "first", run_id=number)
    assert lines("job", "state", "asked_by", "worker") == [("send", "done", manager.account_id, "first")]


def test_runs_of_the_dead_are_lost_and_those_of_the_living_are_not(database: str) -> None:
    with locks.present() as living:
        with locks.present() as dying:
            for worker in (living, dying):
                scheduling.begin(Name.PROCESS, worker)
            assert scheduling.bury_lost() == 0
        assert scheduling.bury_lost() == 1
        assert scheduling.bury_lost() == 0
    assert lines("worker", "state", "said") == [(living, "running", ""), (dying, "lost", scheduling.LOST)]


def test_old_runs_are_swept(database: str) -> None:
    for days in (0, 89, 91):
        with clock.stopped_at(NOON - dt.timedelta(days=days)):
            scheduling.end(scheduling.begin(Name.PROCESS, "w"))
    with clock.stopped_at(NOON), writing(SYSTEM, Source.SYSTEM) as session:
        assert scheduling.sweep(session) == 1
    assert len(lines("id")) == 2


def test_the_journal_in_words(database: str, manager: Actor) -> None:
    with clock.stopped_at(NOON):
        scheduling.run_job(Name.SEND, does({"sent": 3, "failed": 1, "unknown": 0}), "worker")
        scheduling.begin(Name.PROCESS, "worker")
        ask(manager, "bounces")
    with clock.stopped_at(NOON + dt.timedelta(seconds=10)), reading() as session:
        page = scheduling.runs(session, manager)
        only = scheduling.runs(session, manager, job="send")
        assert scheduling.runs(session, manager, failed=True).total == 0
        state = scheduling.state(session, manager)
    assert [(run.title, run.state_title, run.asked_by) for run in page.lines] == [
        ("Чтение возвратов писем", "ждёт планировщика", "Имя manager"),
        ("Работа планировщика", "работает", ""),
        ("Отправка сообщений", "выполнено", ""),
    ]
    assert only.lines[0].counts == (("отправлено", 3), ("не доставлено", 1))
    assert (state.alive, state.processes) == (False, ())
    assert {job.name.value: job.waits for job in state.jobs} == {
        "send": False, "reminders": False, "bounces": True, "duplicates": False, "clean_up": False,
    }  # fmt: skip
    assert [job.last_at for job in state.jobs if job.name is Name.SEND] == [NOON]


def test_every_count_has_a_word(database: str) -> None:
    from scheduler import jobs  # noqa: PLC0415
    from services.scheduling.journal import COUNT_TITLES  # noqa: PLC0415

    counted = [jobs.clean_up(), jobs.remind(threading.Event()), jobs.read_bounces(threading.Event())]
    assert {key for outcome in counted for key in outcome.counts} <= set(COUNT_TITLES)


def test_the_page_of_a_journal_reads_little(database: str, manager: Actor) -> None:
    for _ in range(35):
        scheduling.end(scheduling.begin(Name.PROCESS, "w"))
    with reading() as session:
        first, last = scheduling.runs(session, manager), scheduling.runs(session, manager, 99)
    assert (len(first.lines), len(last.lines), last.page, last.pages, last.total) == (30, 5, 1, 2, 35)
