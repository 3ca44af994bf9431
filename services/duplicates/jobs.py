"""Searching the base as a job in a process of its own: nobody's page waits for it, and one runs at a time.

The process that starts it holds it by a pipe and knows how far it is; what was found stands in the database.
"""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO

from services import logs
from services.access.permissions import SYSTEM, Actor, Permission
from services.errors import DomainError
from services.imports.jobs import CRASHED
from services.settings import ROOT, settings

log = logs.logger(__name__)
RUNNING = "Поиск дубликатов уже идёт."


@dataclass(frozen=True)
class Progress:
    """How far the search is: pairs compared so far of the kind it is at, seconds since it began."""

    kind: str
    done: int
    seconds: float


@dataclass(eq=False)
class _Job:
    started: float = field(default_factory=time.monotonic)
    kind: str = "person"
    done: int = 0


@dataclass(eq=False)
class _State:
    """The job of this process, and how the last one ended."""

    job: _Job | None = None
    failure: str = ""


_state = _State()
_lock = threading.Lock()


def start(actor: Actor) -> None:
    """Begin to search. Raises `DomainError` when a search runs."""
    actor.require(Permission.BASE_EDIT)
    with _lock:
        if _state.job is not None:
            raise DomainError(RUNNING)
        job = _state.job = _Job()
        _state.failure = ""
    threading.Thread(target=_run, args=[job], name="duplicates", daemon=True).start()


def progress() -> Progress | None:
    """How far the search is; None when none of this process runs."""
    job = _state.job
    return Progress(job.kind, job.done, time.monotonic() - job.started) if job else None


def failure() -> str:
    """The sentence the last search failed with; "" when it did not."""
    return _state.failure


def wait(seconds: float = 600) -> None:
    """Wait for the search to end."""
    until = time.monotonic() + seconds
    while _state.job is not None and time.monotonic() < until:
        time.sleep(0.01)


def nightly() -> None:
    """Search, and wait until it is done; a search that runs already will do. For the scheduler."""
    if progress() is None:
        start(SYSTEM)
    wait()


def _run(job: _Job) -> None:
    try:
        _state.failure = _work(job)
    except Exception:
        log.exception("the search for duplicates could not be run")
        _state.failure = CRASHED
    finally:
        _state.job = None


def _work(job: _Job) -> str:
    environment = os.environ | {"DATABASE_URL": settings().database_url, "DATA_DIR": str(settings().data_dir)}
    command = [sys.executable, "-m", "services.duplicates.worker"]
    # Our own interpreter and module; it is told nothing, and ends when the pipe to it closes.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        return _listen(job, process.stdout)


def _listen(job: _Job, lines: IO[str]) -> str:
    for line in lines:
        told = json.loads(line)
        if "failure" in told:
            return str(told["failure"])
        job.kind, job.done = told["kind"], told["done"]
    return CRASHED
