"""The scheduler as a process: its presence, its timetable, and how it stops."""

import threading
from contextlib import ExitStack, suppress
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from models import RunState
from scheduler.jobs import JOBS, heartbeat
from services import locks, logs, scheduling
from services.errors import DomainError
from services.scheduling import PLAN, Name, Planned
from services.settings import settings

log = logs.logger(__name__)

LOOK_SECONDS = 5.0
"""How often the process looks whether the database still knows it."""
AT_ONCE = 3
"""So many runs asked for by hand go on beside each other."""


class Process:
    """One scheduler. `stop` ends everything: what runs finishes the piece it is at, nothing else begins."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._worker = ""
        self._run: int | None = None
        self._presence = ExitStack()

    def run(self) -> None:
        """Work until told to stop."""
        timetable = self.timetable()
        self._appear()
        heartbeat()
        timetable.start()
        log.info("scheduler started", jobs=[job.name for job in timetable.get_jobs()])
        while not self.stop.wait(LOOK_SECONDS):
            self._appear()
        timetable.shutdown(wait=True)
        self._leave(RunState.DONE)
        log.info("scheduler stopped")

    def timetable(self) -> BackgroundScheduler:
        """Every job at its time, not yet started. One that is late, or still at it, is made up for once."""
        made = BackgroundScheduler(
            timezone=ZoneInfo(settings().timezone),
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        for planned in PLAN:
            do = self._take_asked if planned.name is Name.ASKED else partial(self._do, planned.name)
            at_once = AT_ONCE if planned.name is Name.ASKED else 1
            made.add_job(do, _trigger(planned), id=planned.name.value, name=planned.name.value, max_instances=at_once)
        return made

    def _do(self, name: Name, run_id: int | None = None) -> None:
        if self.stop.is_set() or not self._worker:
            return
        try:
            scheduling.run_job(name, partial(JOBS[name], self.stop), self._worker, run_id=run_id)
        except (DomainError, SQLAlchemyError):
            log.exception("a run could not be written down", job=name.value)

    def _take_asked(self) -> None:
        with suppress(DomainError, SQLAlchemyError):  # the heartbeat says so when the database is out of reach
            while not self.stop.is_set() and self._worker and (asked := scheduling.take_asked(self._worker)):
                self._do(asked[1], asked[0])

    def _appear(self) -> None:
        """Be known as alive. A database that was restarted has forgotten its locks: then again, under a new name."""
        try:
            if self._worker and locks.is_alive(self._worker):
                return
            self._leave(RunState.LOST)
            worker = self._presence.enter_context(locks.present())
            self._run = scheduling.begin(Name.PROCESS, worker)
            self._worker = worker
        except (DomainError, SQLAlchemyError):
            log.warning("the database is out of reach")

    def _leave(self, state: RunState) -> None:
        """Close this life in the journal."""
        self._worker = ""
        try:
            if self._run is not None:
                scheduling.end(self._run, state, scheduling.LOST if state is RunState.LOST else "")
            self._run = None
        finally:
            with suppress(SQLAlchemyError):
                self._presence.close()


def _trigger(planned: Planned) -> BaseTrigger:
    """When a job is tried. A daily one every hour too: the machine may have been off at its own."""
    zone = ZoneInfo(settings().timezone)
    if planned.hour is None:
        return IntervalTrigger(seconds=planned.seconds, timezone=zone)
    return OrTrigger([CronTrigger(hour=planned.hour, timezone=zone), IntervalTrigger(hours=1, timezone=zone)])
