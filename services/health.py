"""Signs of life: processes leave them, /health reads them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models import Heartbeat
from services import clock
from services.database import is_sqlite
from services.migrate import pending

BEAT_SECONDS = 30
"""How often the scheduler leaves a sign of life; three missed ones in a row and it counts as dead."""


class Process(StrEnum):
    """Processes that leave signs of life."""

    SCHEDULER = "scheduler"


@dataclass(frozen=True)
class Health:
    """What works: the database answers, its revision is the code's, the scheduler was seen at `seen_at` (UTC)."""

    database: bool
    migrations: bool
    scheduler: bool
    seen_at: dt.datetime | None = None

    @property
    def serves(self) -> bool:
        """Whether people can work. A silent scheduler delays what is sent by itself and stops nobody."""
        return self.database and self.migrations


def beat(session: Session, process: Process) -> None:
    """Leave a sign of life of `process`."""
    connection, now = session.connection(), clock.now()
    # Two that start together both find no row yet.
    writer = (sqlite if is_sqlite(connection) else postgresql).insert(Heartbeat).values(process=process.value, at=now)
    connection.execute(writer.on_conflict_do_update(index_elements=["process"], set_={"at": now}))


def check(session: Session) -> Health:
    """Look at everything `Health` reports; a database that does not answer is an answer, not an error."""
    try:
        session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Health(database=False, migrations=False, scheduler=False)
    if pending(session.connection()):
        return Health(database=True, migrations=False, scheduler=False)
    beaten = session.get(Heartbeat, Process.SCHEDULER)
    if beaten is None:
        return Health(database=True, migrations=True, scheduler=False)
    alive = clock.now() - beaten.at < dt.timedelta(seconds=3 * BEAT_SECONDS)
    return Health(database=True, migrations=True, scheduler=alive, seen_at=beaten.at)
