"""Planning and applying as jobs: each in a process of its own, so that nobody's page waits for it.

The process that starts a job holds it by a pipe: when that process dies, the job dies too, and its transaction with it.
What is known of running jobs is known to that process only; the batch says where the load itself stands.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO

from models import BatchState, ImportBatch, Source
from services import logs
from services.access.permissions import Actor, Permission
from services.errors import DomainError
from services.imports import loads
from services.settings import ROOT, settings
from services.work import writing

log = logs.logger(__name__)
AT_ONCE = 2
"""Jobs that work at the same time; further ones wait their turn."""
CRASHED = "Работа прервалась из-за ошибки программы. Она записана в журнал, в базе ничего не изменилось."
RUNNING = "С этой загрузкой уже идёт работа."


class Task(StrEnum):
    """What a job does."""

    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True)
class Progress:
    """How far a job is: rows done of `total` (0: not known yet), seconds since it was asked for.

    `ahead`: of a waiting job, how many others that wait come before it.
    """

    task: Task
    waiting: bool
    ahead: int
    done: int
    total: int
    seconds: float


@dataclass(eq=False)
class _Job:
    actor: Actor
    batch_id: int
    task: Task
    started: float = field(default_factory=time.monotonic)
    waiting: bool = True
    done: int = 0
    total: int = 0
    process: subprocess.Popen[str] | None = None
    cancelled: bool = False


_jobs: dict[int, _Job] = {}
_lock = threading.Lock()
_turn = threading.Condition()
_waiting: list[_Job] = []
_working: list[_Job] = []
"""Both changed by whoever holds `_turn`."""


def start(actor: Actor, batch_id: int, task: Task) -> None:
    """Begin to plan or to apply a batch. Raises `DomainError` when a job works on it already."""
    actor.require(Permission.BASE_IMPORT)
    job = _Job(actor, batch_id, task)
    with _lock:
        if batch_id in _jobs:
            raise DomainError(RUNNING)
        _jobs[batch_id] = job
    try:
        _enter(job)
    except BaseException:
        _jobs.pop(batch_id, None)
        raise
    threading.Thread(target=_run, args=[job], name=f"import-{batch_id}", daemon=True).start()


def progress(batch_id: int) -> Progress | None:
    """How far the job on a batch is; None when no job of this process works on it."""
    job = _jobs.get(batch_id)
    if job is None:
        return None
    with _turn:
        order = _in_order()
        ahead = order.index(job) if job in order else 0
    return Progress(job.task, job.waiting, ahead, job.done, job.total, time.monotonic() - job.started)


def cancel(actor: Actor, batch_id: int) -> None:
    """Stop the job on a batch, if there is one; what it was writing is rolled back. Waits until it is gone."""
    actor.require(Permission.BASE_IMPORT)
    job = _jobs.get(batch_id)
    if job is None or job.actor.account_id != actor.account_id:
        return
    job.cancelled = True
    if job.process is not None:
        job.process.kill()
    wait(batch_id)


def wait(batch_id: int, seconds: float = 600) -> None:
    """Wait for the job on a batch to end."""
    until = time.monotonic() + seconds
    while batch_id in _jobs and time.monotonic() < until:
        time.sleep(0.01)


def _enter(job: _Job) -> None:
    """Mark the batch as being worked on: of two clicks the second finds it so."""
    with writing(job.actor, Source.SYSTEM) as session:
        if job.task is Task.APPLY:
            batch = loads.find(session, job.actor.account_id, job.batch_id, BatchState.PLANNED)
            batch.state = BatchState.APPLYING.value
        else:
            batch = loads.find(session, job.actor.account_id, job.batch_id, *loads.OPEN)
            batch.state = BatchState.PLANNING.value
        batch.failure = ""


def _run(job: _Job) -> None:
    failure = ""
    if _wait_turn(job):
        try:
            failure = _work(job)
        except Exception:
            log.exception("an import job could not be run", batch=job.batch_id)
            failure = CRASHED
        finally:
            with _turn:
                _working.remove(job)
                _turn.notify_all()
    try:
        _leave(job, failure)
    except Exception:
        log.exception("an import job's end was not noted", batch=job.batch_id)
    finally:
        _jobs.pop(job.batch_id, None)


def _wait_turn(job: _Job) -> bool:
    """Wait for one of the few places; False when the job was called off meanwhile."""
    with _turn:
        _waiting.append(job)
        while not job.cancelled and (len(_working) >= AT_ONCE or _in_order()[0] is not job):
            _turn.wait(0.2)
        _waiting.remove(job)
        if not job.cancelled:
            job.waiting = False
            _working.append(job)
        _turn.notify_all()
    return not job.waiting


def _in_order() -> list[_Job]:
    """Waiting jobs in the order of their turns: users take turns, whoever has fewest jobs at work comes first."""
    taken = Counter(job.actor.account_id for job in _working)
    turns: list[tuple[int, int, _Job]] = []
    for place, job in enumerate(_waiting):
        turns.append((taken[job.actor.account_id], place, job))
        taken[job.actor.account_id] += 1
    return [job for *_, job in sorted(turns, key=lambda turn: turn[:2])]


def _work(job: _Job) -> str:
    """Run the worker; the sentence it failed with, "" when it did not."""
    given = {"task": job.task.value, "batch_id": job.batch_id, "account_id": job.actor.account_id}
    environment = os.environ | {"DATABASE_URL": settings().database_url, "DATA_DIR": str(settings().data_dir)}
    command = [sys.executable, "-m", "services.imports.worker"]
    # Our own interpreter and module; what it works on goes in by standard input.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment, text=True, encoding="utf-8"
    ) as process:
        job.process = process
        if job.cancelled:
            process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(given) + "\n")
            process.stdin.flush()
            failure = _listen(job, process.stdout)
        except OSError:
            failure = CRASHED
    return "" if job.cancelled else failure


def _listen(job: _Job, lines: IO[str]) -> str:
    for line in lines:
        told = json.loads(line)
        if "failure" in told:
            return str(told["failure"])
        job.done, job.total = told["done"], told["total"]
    return CRASHED


def _leave(job: _Job, failure: str) -> None:
    """Note how the job ended: a plan that failed stays to be tried again, one not applied stays a plan."""
    with writing(job.actor, Source.SYSTEM) as session:
        batch = session.get(ImportBatch, job.batch_id)
        if batch is None:
            return
        if batch.state == BatchState.PLANNING:
            batch.state, batch.failure = BatchState.FAILED.value, failure or batch.failure
        elif batch.state == BatchState.APPLYING:
            batch.state, batch.failure = BatchState.PLANNED.value, failure
        elif failure:
            batch.failure = failure
