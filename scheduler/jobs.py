"""The jobs: each opens one unit of work and calls a service."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from models import Source
from services import documents, files, health, imports, logs
from services.access import sessions
from services.access.permissions import SYSTEM
from services.duplicates import jobs as duplicate_jobs
from services.settings import settings
from services.work import writing

log = logs.logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something done by the clock. `quiet` ones are logged only when they fail."""

    name: str
    run: Callable[[], object]
    trigger: BaseTrigger
    quiet: bool = False


def heartbeat() -> None:
    """Tell /health that the scheduler lives."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        health.beat(session, health.Process.SCHEDULER)


def clean_up() -> None:
    """Forget what has run out: sign-ins of long ago, plans nobody applied, exports nobody fetches any more."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        plans, ended = imports.sweep(session, SYSTEM), sessions.forget_old(session)
    # Apart: a storage that fails must not bring the rest back.
    with writing(SYSTEM, Source.SYSTEM) as session:
        papers, swept = documents.sweep(session, SYSTEM), files.sweep(session, SYSTEM)
    log.info("cleaned up", sessions=ended, plans=plans, documents=papers, files=swept)


def jobs() -> list[Job]:
    """All jobs; hours are those of the association."""
    zone = ZoneInfo(settings().timezone)
    return [
        Job("heartbeat", heartbeat, IntervalTrigger(seconds=health.BEAT_SECONDS, timezone=zone), quiet=True),
        Job("clean_up", clean_up, CronTrigger(hour=4, timezone=zone)),
        Job("duplicates", duplicate_jobs.nightly, CronTrigger(hour=3, timezone=zone)),
    ]


def make_scheduler() -> BackgroundScheduler:
    """A scheduler with every job in it, not yet started. A job late by less than an hour is made up for, once."""
    made = BackgroundScheduler(
        timezone=ZoneInfo(settings().timezone),
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    for job in jobs():
        first = {"next_run_time": dt.datetime.now(dt.UTC)} if job.quiet else {}
        made.add_job(_logged, job.trigger, args=[job], id=job.name, name=job.name, **first)
    return made


def _logged(job: Job) -> None:
    """Run a job and log how it went; a failure stays in its run, the next one comes as planned."""
    started = perf_counter()
    try:
        job.run()
    except Exception:
        log.exception("job failed", job=job.name)
        return
    if not job.quiet:
        log.info("job done", job=job.name, seconds=round(perf_counter() - started, 3))
