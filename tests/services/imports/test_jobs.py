"""Jobs in processes of their own: progress, turns, cancelling, and every way in which one may die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models import Account, BatchState, Company, ImportRow, Person, Role
from services import database as product, imports
from services.access.permissions import SYSTEM, Actor
from services.errors import DomainError
from services.imports import BatchInfo, RowFilter, jobs
from services.settings import ROOT, settings
from services.work import reading, writing
from tests import builders as b
from tests.samples import Sheet
from tests.services.imports.planned import ON_SQLITE, crowd, opened, people, plan, rows, stored

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the worker is looked for in /proc")

DEADLINE = 120
ORLOVA = people({"ФИО": "Орлова Мария Ивановна", "Регион": "Тверь"})


@pytest.fixture(autouse=True)
def no_job_is_left() -> Iterator[None]:
    yield
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    until(lambda: not jobs._jobs)


def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait for a condition; the test fails when it does not come true in time."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, what or "it did not come true in time"
        time.sleep(0.005)


def workers(parent: int | None = None) -> list[int]:
    """Process numbers of the workers a process has started."""
    found = []
    for task in Path(f"/proc/{parent or os.getpid()}/task").glob("*/children"):
        for child in task.read_text().split():
            command = Path(f"/proc/{child}/cmdline")
            if command.exists() and b"services.imports.worker" in command.read_bytes():
                found.append(int(child))
    return found


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def begin(batch: int, task: jobs.Task = jobs.Task.PLAN, actor: Actor = SYSTEM) -> int:
    """Start a job; the number of its worker once there is one."""
    before = set(workers())
    jobs.start(actor, batch, task)
    until(lambda: set(workers()) - before, "no worker was started")
    (pid,) = set(workers()) - before
    return pid


def finished(batch: int) -> None:
    until(lambda: jobs.progress(batch) is None, "the job did not end")


def info(batch: int, actor: Actor = SYSTEM) -> BatchInfo:
    with reading() as session:
        return imports.batch(session, actor, batch)


def done_of(batch: int) -> int:
    progress = jobs.progress(batch)
    return progress.done if progress else 0


@contextmanager
def held() -> Iterator[None]:
    """Nobody else can write planned rows meanwhile."""
    with product.engine().execution_options(writes=True).connect() as connection, connection.begin():
        if not product.is_sqlite(connection):
            connection.exec_driver_sql("LOCK TABLE import_row IN ACCESS EXCLUSIVE MODE")
        yield


def is_being_applied() -> bool:
    """Whether a worker is in the middle of its transaction: SQLite's write lock, PostgreSQL's lock of loads."""
    with product.engine().connect() as connection:
        if not product.is_sqlite(connection):
            count = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            return bool(connection.exec_driver_sql(count).scalar())
    with product.engine().execution_options(writes=False).connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            return True
        finally:
            connection.exec_driver_sql("PRAGMA busy_timeout=30000")
            connection.invalidate()
    return False


# the ordinary way


def test_a_job_plans_and_another_applies(database: str) -> None:
    batch = opened(ORLOVA)
    assert (info(batch).state, jobs.progress(batch)) == (BatchState.PLANNING, None)
    begin(batch)
    finished(batch)
    assert (info(batch).state, info(batch).failure, info(batch).report.total("created")) == (BatchState.PLANNED, "", 1)
    assert stored(Person, "id") == []
    begin(batch, jobs.Task.APPLY)
    finished(batch)
    assert (info(batch).state, info(batch).failure) == (BatchState.APPLIED, "")
    assert stored(Person, "last_name", "region") == [("Орлова", "Тверь")]


@ON_SQLITE
def test_progress_grows(database: str) -> None:
    batch = opened(crowd(2500))
    seen: list[jobs.Progress] = []
    begin(batch)

    def ended() -> bool:
        progress = jobs.progress(batch)
        if progress:
            seen.append(progress)
        return progress is None

    until(ended)
    assert {progress.task for progress in seen} == {jobs.Task.PLAN}
    assert not seen[-1].waiting
    assert seen[-1].total == 2500
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert set(done) <= {0, 1000, 2000, 2500}
    assert len(set(done)) > 2
    assert [progress.seconds for progress in seen] == sorted(progress.seconds for progress in seen)


@ON_SQLITE
def test_a_second_start_is_refused(database: str) -> None:
    batch = opened(ORLOVA)
    os.kill(begin(batch), signal.SIGSTOP)
    for task in jobs.Task:
        with pytest.raises(DomainError) as refused:
            jobs.start(SYSTEM, batch, task)
        assert str(refused.value) == "С этой загрузкой уже идёт работа."
    assert len(workers()) == 1
    os.kill(workers()[0], signal.SIGCONT)
    finished(batch)
    assert info(batch).state == BatchState.PLANNED


@ON_SQLITE
def test_what_is_not_planned_is_not_applied(database: str) -> None:
    batch = opened(ORLOVA)
    with pytest.raises(DomainError, match="Такой загрузки нет"):
        jobs.start(SYSTEM, batch, jobs.Task.APPLY)
    assert jobs.progress(batch) is None
    begin(batch)
    finished(batch)


# stale plans


def test_a_stale_plan_is_renewed_by_the_job_and_says_so(database: str) -> None:
    batch = plan(ORLOVA)
    with writing(SYSTEM) as session:
        b.create_person(session, "Орлова", "Мария", "Ивановна", region="Псков")
    begin(batch, jobs.Task.APPLY)
    finished(batch)
    assert info(batch).state == BatchState.PLANNED
    assert info(batch).failure == (
        "Пока вы смотрели план, базу изменили. План сверен заново, иначе вышли строк: 1. Они отмечены."
    )
    assert [(r.number, r.outcome) for r in rows(batch, renewed=True)] == [(2, "changed")]
    assert stored(Person, "region") == ["Псков"]


@ON_SQLITE
def test_an_edit_beside_the_plan_does_not_stop_the_job(database: str) -> None:
    batch = plan(ORLOVA)
    with writing(SYSTEM) as session:
        b.create_company(session, "ООО «Ива»")
    begin(batch, jobs.Task.APPLY)
    finished(batch)
    assert (info(batch).state, info(batch).failure) == (BatchState.APPLIED, "")


# cancelling


@ON_SQLITE
def test_planning_is_cancelled_in_the_middle_and_given_up(database: str) -> None:
    batch = opened(crowd(2500))
    pid = begin(batch)
    until(lambda: done_of(batch) >= 1000)
    jobs.cancel(SYSTEM, batch)
    assert (jobs.progress(batch), lives(pid)) == (None, False)
    assert (info(batch).state, info(batch).failure) == (BatchState.FAILED, "")
    with writing(SYSTEM) as session:
        imports.cancel(session, SYSTEM, batch)
    with reading() as session:
        assert imports.plans(session, SYSTEM) == ()
    assert (stored(ImportRow, "id"), stored(Person, "id")) == ([], [])


def test_applying_is_cancelled_and_nothing_is_written(database: str) -> None:
    batch = plan(crowd(1500))
    pid = begin(batch, jobs.Task.APPLY)
    until(is_being_applied)
    jobs.cancel(SYSTEM, batch)
    assert not lives(pid)
    assert (info(batch).state, info(batch).failure) == (BatchState.PLANNED, "")
    assert (stored(Person, "id"), stored(Company, "id")) == ([], [])


@ON_SQLITE
def test_nobody_cancels_the_job_of_another(session: Session) -> None:
    anna = b.actor_of(b.create_account(session, Role.ADMINISTRATOR, "anna"))
    session.commit()
    batch = opened(ORLOVA, actor=anna)
    os.kill(begin(batch, actor=anna), signal.SIGSTOP)
    jobs.cancel(SYSTEM, batch)
    assert jobs.progress(batch) is not None
    os.kill(workers()[0], signal.SIGCONT)
    finished(batch)
    assert info(batch, anna).state == BatchState.PLANNED


# dying


@ON_SQLITE
def test_a_worker_killed_while_planning_leaves_a_failed_plan_to_be_tried_again(database: str) -> None:
    batch = opened(crowd(2500))
    pid = begin(batch)
    until(lambda: done_of(batch) >= 1000)
    os.kill(pid, signal.SIGKILL)
    finished(batch)
    assert (info(batch).state, info(batch).failure) == (BatchState.FAILED, jobs.CRASHED)
    begin(batch)
    finished(batch)
    assert (info(batch).state, info(batch).failure, len(stored(ImportRow, "id"))) == (BatchState.PLANNED, "", 2500)


def test_a_worker_killed_while_applying_leaves_the_base_as_before(database: str) -> None:
    batch = plan(crowd(1500))
    pid = begin(batch, jobs.Task.APPLY)
    until(is_being_applied)
    os.kill(pid, signal.SIGKILL)
    finished(batch)
    assert (info(batch).state, info(batch).failure) == (BatchState.PLANNED, jobs.CRASHED)
    assert (stored(Person, "id"), stored(Company, "id")) == ([], [])
    begin(batch, jobs.Task.APPLY)
    finished(batch)
    assert info(batch).state == BatchState.APPLIED
    assert (len(stored(Person, "id")), len(stored(Company, "id"))) == (1500, 150)


PARENT = """
import sys
from services.access.permissions import SYSTEM
from services.imports import jobs
jobs.start(SYSTEM, int(sys.argv[1]), jobs.Task(sys.argv[2]))
print("started", flush=True)
jobs.wait(int(sys.argv[1]))
"""


@contextmanager
def another_server(batch: int, task: jobs.Task) -> Iterator["subprocess.Popen[str]"]:
    """A process that has started a job, as the server would."""
    environment = os.environ | {"DATABASE_URL": settings().database_url, "DATA_DIR": str(settings().data_dir)}
    command = [sys.executable, "-c", PARENT, str(batch), task.value]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            yield process
        finally:
            process.kill()


@ON_SQLITE
@pytest.mark.parametrize("task", list(jobs.Task))
def test_the_worker_dies_with_the_server_that_started_it(database: str, task: jobs.Task) -> None:
    batch = opened(ORLOVA) if task is jobs.Task.PLAN else plan(ORLOVA)
    with another_server(batch, task) as server, held():
        until(lambda: workers(server.pid), "no worker was started")
        (worker,) = workers(server.pid)
        server.kill()
        until(lambda: not lives(worker), "the worker outlived its server")
    assert info(batch).state == (BatchState.PLANNING if task is jobs.Task.PLAN else BatchState.APPLYING)
    assert (jobs.progress(batch), stored(Person, "id")) == (None, [])
    begin(batch)
    finished(batch)
    assert info(batch).state == BatchState.PLANNED


def test_a_server_killed_in_the_middle_of_an_apply_leaves_the_base_as_before(database: str) -> None:
    batch = plan(crowd(1500))
    with another_server(batch, jobs.Task.APPLY) as server:
        until(lambda: workers(server.pid), "no worker was started")
        (worker,) = workers(server.pid)
        until(is_being_applied)
        server.kill()
        until(lambda: not lives(worker), "the worker outlived its server")
    assert (stored(Person, "id"), stored(Company, "id")) == ([], [])


@ON_SQLITE
def test_a_file_that_cannot_be_read_fails_with_its_sentence(database: str) -> None:
    batch = opened(Sheet("Лист1", []))
    begin(batch)
    finished(batch)
    found = info(batch)
    assert found.state == BatchState.FAILED
    assert found.failure.endswith(".")
    assert found.failure not in (jobs.CRASHED, "")
    with reading() as session:
        assert imports.planned_rows(session, SYSTEM, batch, RowFilter()).total == 0


@ON_SQLITE
def test_an_account_switched_off_meanwhile_plans_nothing(session: Session) -> None:
    account = b.create_account(session, Role.ADMINISTRATOR, "anna")
    session.commit()
    anna = b.actor_of(account)
    batch = opened(ORLOVA, actor=anna)
    with writing(SYSTEM) as opened_session:
        opened_session.get_one(Account, account.id).active = False
    begin(batch, actor=anna)
    finished(batch)
    assert info(batch, anna).state == BatchState.FAILED
    assert info(batch, anna).failure == "Учётной записи, которая начала эту работу, больше нет."
    assert stored(ImportRow, "id") == []


@ON_SQLITE
def test_rights_taken_meanwhile_stop_the_job(session: Session) -> None:
    account = b.create_account(session, Role.ADMINISTRATOR, "anna")
    session.commit()
    anna = b.actor_of(account)
    batch = plan(ORLOVA, actor=anna)
    with writing(SYSTEM) as opened_session:
        opened_session.get_one(Account, account.id).role = Role.MEMBER.value
    begin(batch, jobs.Task.APPLY, anna)
    finished(batch)
    assert (info(batch, anna).state, info(batch, anna).failure) == (
        BatchState.PLANNED,
        "Недостаточно прав для этого действия.",
    )
    assert stored(Person, "id") == []
