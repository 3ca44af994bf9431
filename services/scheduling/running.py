"""Running a job and writing down what came of it.

A job is anything that says what came of it (`Outcome`). Several schedulers may run at once: a job of `one_at_a_time`
holds a lock that dies with its process, and leaves a mark when it is through, so that the others leave it alone until
it is due again. Opens its own units of work: a run is written whatever becomes of the work itself.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import orjson
from sqlalchemy import delete, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models import Heartbeat, JobRun, RunState, Source
from services import clock, locks, logs
from services.access.permissions import SYSTEM
from services.errors import DomainError
from services.scheduling.plan import BY_NAME, Name, Planned, last_due, mark_of
from services.work import reading, writing

log = logs.logger(__name__)

KEEP_DAYS = 90
"""A run stays in the journal this long."""
CRASHED = "Внутренняя ошибка. Подробности записаны в журнале сервера."
LOST = "Процесс планировщика остановился, не закончив эту работу."
BUSY = "Эта работа уже идёт, второй раз она не начата."
STOPPED = "Прервано остановкой планировщика."
REPEATED = "repeated"
"""Under this name a run counts how often the same came out again, with nothing done."""


@dataclass(frozen=True)
class Outcome:
    """What a job did: numbers by name, and a sentence where something has to be said. `failed`: it could not go on."""

    counts: Mapping[str, int] = field(default_factory=dict)
    said: str = ""
    failed: bool = False

    @property
    def did_something(self) -> bool:
        """Whether there is anything to tell."""
        return any(self.counts.values())


@dataclass(frozen=True)
class Finished:
    """A run that is over."""

    job: str
    state: RunState
    started_at: dt.datetime
    seconds: float
    outcome: Outcome


def run_job(
    name: Name, do: Callable[[], Outcome], worker: str = "", *, run_id: int | None = None, anew: bool = False
) -> Finished | None:
    """Run a job and journal it; None when it was not due or another process is at it.

    `run_id`: the run somebody asked for; it, and any run begun `anew`, need not be due. A failure stays in its run.
    """
    planned = BY_NAME[name]
    with ExitStack() as stack:
        if planned.one_at_a_time and not stack.enter_context(locks.holding(f"job-{name}")):
            return _end(run_id, worker, _busy(name)) if run_id is not None else None
        if planned.one_at_a_time and run_id is None and not anew and not _is_due(planned):
            return None
        if run_id is None and planned.always:
            run_id = begin(name, worker)
        finished = _run(name, do)
        if planned.one_at_a_time and finished.state is RunState.DONE:
            _mark(name)  # one that failed is due again
        return finished if planned.quiet else _end(run_id, worker, finished)


def begin(name: Name, worker: str) -> int:
    """Open a run in the journal; its number."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        run = JobRun(job=name.value, state=RunState.RUNNING.value, worker=worker, started_at=clock.now())
        session.add(run)
        session.flush()
        return run.id or 0


def end(run_id: int, state: RunState = RunState.DONE, said: str = "") -> None:
    """Close a run."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        closed = {"state": state.value, "ended_at": clock.now(), "said": said}
        session.connection().execute(update(JobRun).where(col(JobRun.id) == run_id).values(closed))


def take_asked(worker: str) -> tuple[int, Name] | None:
    """The oldest run somebody asked for, now this worker's; None when there is none."""
    with reading() as session:
        if session.exec(_asked()).first() is None:
            return None
    with writing(SYSTEM, Source.SYSTEM) as session:
        run = session.exec(_asked().with_for_update(skip_locked=True)).first()
        if run is None:
            return None
        run.state, run.worker, run.started_at = RunState.RUNNING.value, worker, clock.now()
        session.flush()
        return run.id or 0, Name(run.job)


def bury_lost() -> int:
    """Mark the runs whose process died; how many."""
    with reading() as session:
        running = select(JobRun.worker).where(JobRun.state == RunState.RUNNING.value).distinct()
        dead = [worker for worker in session.exec(running) if worker and not locks.is_alive(worker)]
    if not dead:
        return 0
    with writing(SYSTEM, Source.SYSTEM) as session:
        theirs = (col(JobRun.state) == RunState.RUNNING.value, col(JobRun.worker).in_(dead))
        lost = {"state": RunState.LOST.value, "ended_at": clock.now(), "said": LOST}
        return session.connection().execute(update(JobRun).where(*theirs).values(lost)).rowcount


def sweep(session: Session) -> int:
    """Delete the runs of long ago; how many. For the scheduler."""
    since = clock.now() - dt.timedelta(days=KEEP_DAYS)
    old = (col(JobRun.started_at) < since, col(JobRun.state) != RunState.RUNNING.value)
    return session.connection().execute(delete(JobRun).where(*old)).rowcount


def _is_due(planned: Planned) -> bool:
    with reading() as session:
        marked = session.get(Heartbeat, mark_of(planned.name))
        # A mark of the future was left by somebody who had set the clock: it says nothing about today.
        return marked is None or not last_due(planned) <= marked.at <= clock.now()


def _mark(name: Name) -> None:
    with writing(SYSTEM, Source.SYSTEM) as session:
        session.merge(Heartbeat(process=mark_of(name), at=clock.now()))


def _run(name: Name, do: Callable[[], Outcome]) -> Finished:
    started, moment = clock.now(), dt.datetime.now(dt.UTC)
    state, outcome = RunState.FAILED, Outcome()
    try:
        outcome = do()
        state = RunState.FAILED if outcome.failed else RunState.DONE
    except DomainError as error:
        outcome = Outcome(said=str(error), failed=True)
        log.warning("job refused", job=name.value)
    except Exception:
        outcome = Outcome(said=CRASHED, failed=True)
        log.exception("job failed", job=name.value)
    seconds = round((dt.datetime.now(dt.UTC) - moment).total_seconds(), 3)
    if state is RunState.DONE and (outcome.did_something or BY_NAME[name].always):
        log.info("job done", job=name.value, seconds=seconds, **outcome.counts)
    return Finished(name.value, state, started, seconds, outcome)


def _busy(name: Name) -> Finished:
    return Finished(name.value, RunState.DONE, clock.now(), 0, Outcome(said=BUSY))


def _end(run_id: int | None, worker: str, finished: Finished) -> Finished:
    """Write a run down, unless nothing came of it and nobody waits for it."""
    outcome = finished.outcome
    telling = outcome.did_something or bool(outcome.said)
    if run_id is None and not telling:
        return finished
    with writing(SYSTEM, Source.SYSTEM) as session:
        if run_id is None and not outcome.did_something and _came_again(session, finished):
            return finished
        run = session.get(JobRun, run_id) if run_id is not None else None
        run = run or JobRun(job=finished.job, state="", worker=worker, started_at=finished.started_at)
        run.state, run.said = finished.state.value, outcome.said
        run.counts = orjson.dumps(dict(outcome.counts)).decode()
        run.ended_at = finished.started_at + dt.timedelta(seconds=finished.seconds)
        session.add(run)
    return finished


def _came_again(session: Session, finished: Finished) -> bool:
    """A job of every few seconds that cannot go on says so once: the line it left last is carried on."""
    last = session.exec(select(JobRun).where(JobRun.job == finished.job).order_by(col(JobRun.id).desc())).first()
    if last is None or (last.state, last.said) != (finished.state.value, finished.outcome.said):
        return False
    counts = orjson.loads(last.counts)
    if set(counts) - {REPEATED} and any(counts.values()):
        return False
    last.counts = orjson.dumps({REPEATED: counts.get(REPEATED, 1) + 1}).decode()
    last.ended_at = finished.started_at + dt.timedelta(seconds=finished.seconds)
    return True


def _asked() -> SelectOfScalar[JobRun]:
    return select(JobRun).where(JobRun.state == RunState.ASKED.value).order_by(col(JobRun.id)).limit(1)
