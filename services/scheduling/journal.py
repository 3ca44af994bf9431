"""The journal of the scheduler as its page shows it, and «Выполнить сейчас»."""

import datetime as dt
from dataclasses import dataclass

import orjson
from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Account, Heartbeat, JobRun, RunState
from services import clock, health
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, NotFound
from services.scheduling.plan import BY_HAND, BY_NAME, Name, Planned, last_due, mark_of, next_due

PAGE = 30
STATE_TITLES = {
    RunState.ASKED: "ждёт планировщика",
    RunState.RUNNING: "идёт",
    RunState.DONE: "выполнено",
    RunState.FAILED: "ошибка",
    RunState.LOST: "оборвалось",
}
PROCESS_TITLE = "Работа планировщика"
PROCESS_STATES = {RunState.RUNNING: "работает", RunState.DONE: "остановлен"}
COUNT_TITLES = {
    "sent": "отправлено", "notices": "в кабинет", "failed": "не доставлено", "unknown": "неизвестно",
    "retried": "отложено", "excluded": "исключено", "recovered": "возвращено в очередь", "queued": "в очередь",
    "missed": "пропущено", "bounced": "адресов не принимают", "read": "прочитано писем", "sessions": "сеансов",
    "plans": "незаконченных загрузок", "documents": "документов", "files": "файлов", "runs": "записей журнала",
    "people": "пар людей", "companies": "пар компаний", "repeated": "повторов",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A line of the journal. `seconds` is None while it runs; `counts` are pairs of words and a number."""

    id: int
    job: str
    title: str
    state: RunState
    state_title: str
    asked_by: str
    started_at: dt.datetime
    seconds: float | None
    counts: tuple[tuple[str, int], ...]
    said: str
    worker: str


@dataclass(frozen=True)
class RunPage:
    """A page of the journal, the newest first: its number from 0, of all pages."""

    lines: tuple[Run, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class JobLine:
    """A job that can be asked for: when it runs, when it ran last and runs next, whether it was asked for already."""

    name: Name
    title: str
    when: str
    last_at: dt.datetime | None
    next_at: dt.datetime | None
    waits: bool


@dataclass(frozen=True)
class State:
    """Whether a scheduler is alive, since when, when it was seen last; its processes (name, since when); the jobs."""

    alive: bool
    since: dt.datetime | None
    seen_at: dt.datetime | None
    processes: tuple[tuple[str, dt.datetime], ...]
    jobs: tuple[JobLine, ...]


@requires(Permission.MESSAGES_SEND)
def state(session: Session, _actor: Actor) -> State:
    """How the scheduler is."""
    found = health.check(session)
    query = select(JobRun.worker, JobRun.started_at).where(
        JobRun.job == Name.PROCESS.value, JobRun.state == RunState.RUNNING.value
    )
    living = [(worker or "", at) for worker, at in session.exec(query.order_by(col(JobRun.id)))]
    processes = tuple(living) if found.scheduler else ()
    waiting = set(session.exec(select(JobRun.job).where(JobRun.state == RunState.ASKED.value)))
    last = _last_times(session)
    jobs = tuple(_job(planned, last, waiting, alive=found.scheduler) for planned in BY_HAND)
    since = min((at for _, at in processes), default=None)
    return State(found.scheduler, since, found.seen_at, processes, jobs)


@requires(Permission.MESSAGES_SEND)
def runs(session: Session, _actor: Actor, page: int = 0, job: str = "", *, failed: bool = False) -> RunPage:
    """Page `page` of the journal; of one `job` where it is named, of what went wrong where `failed`."""
    chosen = [col(JobRun.job) == job] if job else []
    if failed:
        chosen.append(col(JobRun.state).in_([RunState.FAILED.value, RunState.LOST.value]))
    total = session.exec(select(func.count()).select_from(JobRun).where(*chosen)).one()
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    query = (
        select(JobRun, Account.name)
        .outerjoin(Account, col(Account.id) == col(JobRun.asked_by))
        .where(*chosen)
        .order_by(col(JobRun.id).desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    return RunPage(tuple(_line(run, who or "") for run, who in session.exec(query)), page, pages, total)


@requires(Permission.MESSAGES_SEND)
def ask_for(session: Session, actor: Actor, job: str) -> int:
    """«Выполнить сейчас»: the next free scheduler takes it; the run's number. Raises `DomainError`."""
    if job not in {planned.name.value for planned in BY_HAND}:
        raise NotFound("Такой работы у планировщика нет.")
    asked = select(JobRun.id).where(JobRun.job == job, JobRun.state == RunState.ASKED.value)
    if session.exec(asked).first() is not None:
        raise DomainError("Эта работа уже ждёт планировщика.")
    run = JobRun(job=job, state=RunState.ASKED.value, asked_by=actor.account_id, started_at=clock.now())
    session.add(run)
    session.flush()
    return run.id or 0


def _last_times(session: Session) -> dict[str, dt.datetime]:
    """When each job ran last: the later of its mark and of its newest run in the journal."""
    newest = select(JobRun.job, func.max(JobRun.started_at)).where(JobRun.state != RunState.ASKED.value)
    last: dict[str, dt.datetime] = {job: at for job, at in session.exec(newest.group_by(JobRun.job))}  # noqa: C416
    marks = select(Heartbeat).where(col(Heartbeat.process).in_([mark_of(planned.name) for planned in BY_HAND]))
    for mark in session.exec(marks):
        name = mark.process.partition(":")[2]
        last[name] = max(mark.at, last.get(name, mark.at))
    return last


def _job(planned: Planned, last: dict[str, dt.datetime], waiting: set[str], *, alive: bool) -> JobLine:
    upcoming = next_due(planned) if alive else None
    if alive and planned.hour is not None and last.get(planned.name.value, clock.now()) < last_due(planned):
        upcoming = clock.now()
    name = planned.name
    return JobLine(name, planned.title, planned.when, last.get(name.value), upcoming, name.value in waiting)


def _line(run: JobRun, who: str) -> Run:
    state = RunState(run.state)
    is_process = run.job == Name.PROCESS
    title = PROCESS_TITLE if is_process else BY_NAME[Name(run.job)].title if run.job in set(Name) else run.job
    said = (PROCESS_STATES if is_process else {}).get(state, STATE_TITLES[state])
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    counts = tuple((COUNT_TITLES.get(key, key), number) for key, number in orjson.loads(run.counts).items() if number)
    return Run(
        run.id or 0, run.job, title, state, said, who, run.started_at, seconds, counts, run.said, run.worker or ""
    )
