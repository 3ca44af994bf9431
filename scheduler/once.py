"""`python -m scheduler --once`: everything that is due, one job after the other, and what came of it."""

import datetime as dt
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from models import RunState
from scheduler.jobs import JOBS
from services import clock, locks, logs, scheduling
from services.errors import DomainError
from services.scheduling import BY_NAME, Finished, Name, Outcome
from services.settings import settings

log = logs.logger(__name__)

ORDER = (Name.REMINDERS, Name.SEND, Name.BOUNCES, Name.CLEAN_UP)


@dataclass(frozen=True)
class Once:
    """The moment it was done for, and the runs in their order."""

    at: dt.datetime
    runs: tuple[Finished, ...]

    @property
    def failed(self) -> bool:
        """Whether a job failed."""
        return any(run.state is RunState.FAILED for run in self.runs)

    def to_json(self) -> dict[str, Any]:
        """One document for programs."""
        return {"at": clock.local(self.at).isoformat(), "failed": self.failed, "runs": [_shown(r) for r in self.runs]}


def moment(written: str) -> dt.datetime:
    """«2026-12-01T09:00» on the clock of the association; one with a zone of its own is taken as it is."""
    found = dt.datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings().timezone))


def run(at: dt.datetime | None = None, stop: threading.Event | None = None) -> Once:
    """Do everything that is due, with the clock at the moment `at`.

    Cleaning up is left out then: what a day to come would throw away is needed today.
    """
    stop = stop or threading.Event()
    with clock.stopped_at(at) if at else nullcontext(), locks.present() as worker:
        scheduling.bury_lost()
        done = []
        for name in ORDER:
            if stop.is_set() or (name is Name.CLEAN_UP and at is not None):
                continue
            anew = BY_NAME[name].hour is None
            found = _done(name, worker, stop, anew=anew)
            done += [found] if found else []
        return Once(clock.now(), tuple(done))


def _done(name: Name, worker: str, stop: threading.Event, *, anew: bool) -> Finished | None:
    try:
        return scheduling.run_job(name, partial(JOBS[name], stop), worker, anew=anew)
    except DomainError as error:  # the journal itself could not be written
        log.warning("a run could not be written down", job=name.value)
        return Finished(name.value, RunState.FAILED, clock.now(), 0, Outcome(said=str(error), failed=True))


def _shown(run: Finished) -> dict[str, Any]:
    outcome = run.outcome
    return {
        "job": run.job,
        "state": run.state.value,
        "started_at": clock.local(run.started_at).isoformat(),
        "seconds": run.seconds,
        "counts": dict(outcome.counts),
        "said": outcome.said,
    }
