"""A reviewed job over everybody: recipients frozen by two channels and reviewed, beside a bare insert of as many rows.

In a process of its own, so that its memory is its own too; everything is rolled back.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlmodel import Session

from models import Mailing
from services.access.permissions import SYSTEM
from services.database import WorkSession, is_sqlite, make_engine, unmap
from services.messaging import audiences, mailings, reviewing
from services.messaging.mailing_views import review
from services.settings import ROOT
from tests.bench.report import Line

SECONDS, MEGABYTES, REVIEW_MS = 10.0, 60.0, 2_000.0
TEXTS = {
    "a short text": "{{ обращение }}! Ждём вас на собрании.",
    "a text with holes to look for": "{{ обращение }}! {{ компания | default('') }} {{ имя }}, ждём вас.",
}
FLOOR = (
    "INSERT INTO delivery (person_id, mailing_id, channel, address, state, not_before, attempts, once_key, created_at)"
    " SELECT id, :mailing, :channel, email, 'planned', :now, 0, 'floor', :now FROM person"
)
CHANNELS = ("cabinet", "email")


def measure(engine: Engine) -> list[Line]:
    """Lines for preparing, reviewing and memory."""
    address = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.bench.mailings"]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"BENCH_URL": address}, stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(run.stdout)
    lines = []
    for title in TEXTS:
        of = told[title]
        rows = f"{of['chosen']:,} chosen, {of['receive']:,} receive"
        lines.append(Line(f"prepared: {title}", of["seconds"], "s", SECONDS, told["floor"], remark=rows))
        lines.append(Line(f"reviewed: {title}", of["review"] * 1000, "ms", REVIEW_MS))
    lines.append(Line("memory taken by preparing", told["mb"], "MB", MEGABYTES))
    return lines


def main() -> None:
    """Prepare, tell, leave everything as it was."""
    engine = make_engine(os.environ["BENCH_URL"])
    told: dict[str, object] = {}
    with _undone(engine) as session:
        told["floor"] = _timed(lambda: _floor(session))
    with _undone(engine) as session:
        _prepare(session, TEXTS["a short text"])
    before = _memory()
    for title, words in TEXTS.items():
        with _undone(engine) as session:
            number = _draft(session, words)
            seconds = _timed(lambda number=number, session=session: _freeze(session, number))  # type: ignore[misc]
            started = time.monotonic()
            shown = review(session, SYSTEM, number)
            told[title] = {
                "seconds": seconds, "review": time.monotonic() - started, "chosen": shown.chosen,
                "receive": shown.receive,
            }  # fmt: skip
    told["mb"] = _memory() - before
    sys.stdout.write(json.dumps(told))


@contextmanager
def _undone(engine: Engine) -> Iterator[Session]:
    """A session of which nothing stays. SQLite reads by the page: mapped pages would count as memory."""
    bind = engine.execution_options(writes=True)
    with WorkSession(bind, info={"actor": SYSTEM}) as session:
        if is_sqlite(session.connection()):
            unmap(session)
        yield session
        session.rollback()


def _draft(session: Session, words: str, query: str = "") -> int:
    audience = audiences.from_rows("people", {"mode": "found", "query": {"search": query}})
    number = mailings.create(session, SYSTEM, "message", audience)
    mailings.edit(
        session, SYSTEM, number, session.get_one(Mailing, number).version,
        name="Собрание", subject="Собрание", text=words, channels=CHANNELS, purpose="service",
    )  # fmt: skip
    return number


def _freeze(session: Session, number: int) -> None:
    reviewing.prepare(session, SYSTEM, number, session.get_one(Mailing, number).version)


def _prepare(session: Session, words: str) -> None:
    """A small one first: what is loaded once is nobody's memory."""
    number = _draft(session, words, "иванов ива")
    _freeze(session, number)
    review(session, SYSTEM, number)


def _floor(session: Session) -> None:
    number = _draft(session, "Без получателей")
    for channel in CHANNELS:
        values = {"mailing": number, "channel": channel, "now": "2026-11-22 09:00:00.000000"}
        session.connection().execute(text(FLOOR), values)


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
