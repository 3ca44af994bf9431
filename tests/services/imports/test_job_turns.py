"""More jobs than places: who waits, for whom, and how a waiting job is called off."""

import os
import signal
from functools import partial

from sqlmodel import Session

from models import BatchState, Role
from services.access.permissions import SYSTEM
from services.imports import jobs
from tests import builders as b
from tests.services.imports.planned import ON_SQLITE, opened, people
from tests.services.imports.test_jobs import begin, finished, info, no_job_is_left, pytestmark, until, workers

__all__ = ["no_job_is_left", "pytestmark"]


def is_waiting(batch: int) -> bool:
    return batch in [job.batch_id for job in jobs._waiting]


@ON_SQLITE
def test_a_third_job_waits_its_turn(database: str) -> None:
    first, second, third = (opened(people({"ФИО": name})) for name in ("Орлова Мария", "Рыбин Пётр", "Яшин Лев"))
    pids = [begin(first), begin(second)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    jobs.start(SYSTEM, third, jobs.Task.PLAN)
    waiting = jobs.progress(third)
    assert waiting is not None
    assert (waiting.waiting, waiting.done, waiting.total, len(workers())) == (True, 0, 0, 2)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    for batch in (first, second, third):
        finished(batch)
        assert info(batch).state == BatchState.PLANNED


@ON_SQLITE
def test_users_take_turns(session: Session) -> None:
    """Who has a job at work waits behind who has none, though he asked before."""
    anna, boris = (b.actor_of(b.create_account(session, Role.MANAGER, login)) for login in ("anna", "boris"))
    session.commit()
    asked = [(anna, "Орлова Мария"), (anna, "Рыбин Пётр"), (anna, "Яшин Лев"), (anna, "Сомов Лев"), (boris, "Ивин Лев")]
    batches = [opened(people({"ФИО": name}), actor=actor) for actor, name in asked]
    pids = []
    for batch in batches[:2]:
        pids.append(begin(batch, actor=anna))
        os.kill(pids[-1], signal.SIGSTOP)
    for (actor, _), batch in zip(asked[2:], batches[2:], strict=True):
        jobs.start(actor, batch, jobs.Task.PLAN)
        until(partial(is_waiting, batch))
    third, fourth, last = batches[2:]
    assert [found.ahead for batch in (last, third, fourth) if (found := jobs.progress(batch))] == [0, 1, 2]
    os.kill(pids[0], signal.SIGCONT)
    until(lambda: [job.batch_id for job in jobs._working] == [batches[1], last])
    os.kill(pids[1], signal.SIGCONT)
    for (actor, _), batch in zip(asked, batches, strict=True):
        finished(batch)
        assert info(batch, actor).state == BatchState.PLANNED


@ON_SQLITE
def test_a_waiting_job_is_cancelled_at_once(database: str) -> None:
    first, second, third = (opened(people({"ФИО": name})) for name in ("Орлова Мария", "Рыбин Пётр", "Яшин Лев"))
    pids = [begin(first), begin(second)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    jobs.start(SYSTEM, third, jobs.Task.PLAN)
    jobs.cancel(SYSTEM, third)
    assert [jobs.progress(batch) is None for batch in (first, second, third)] == [False, False, True]
    assert info(third).state == BatchState.FAILED
