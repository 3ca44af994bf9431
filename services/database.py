"""Engines and the session class. Nothing here knows what is stored."""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from services.settings import settings
from services.values import fold
from services.values.reachable import first_email, first_mobile

BUSY_MILLISECONDS = 30_000
"""How long a statement waits for SQLite's write lock."""


class WorkSession(Session):
    """A session whose flushes are recorded; `info` carries actor, source and batch of the present unit of work."""


def make_engine(url: str) -> Engine:
    """An engine for `url`: SQLite prepared for many readers beside one writer, or PostgreSQL by psycopg 3.

    Its errors hide the values of a statement: they end up in logs, and the values are people's data.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@lru_cache
def engine() -> Engine:
    """The engine of this process, made once."""
    return make_engine(settings().database_url)


def unmap(session: Session) -> None:
    """Read the database of this session's connection by the page: a load touches most of it once.

    Mapped pages would count as memory of the process.
    """
    connection = session.connection()
    if is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA mmap_size=0")


def is_sqlite(bind: Any) -> bool:
    """Whether a connection, engine or session's bind speaks SQLite."""
    return bool(bind.dialect.name == "sqlite")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to take the write lock
    connection.create_function("fold", 1, _fold, deterministic=True)
    connection.create_function("digits", 1, _digits, deterministic=True)
    connection.create_function("first_email", 1, first_email, deterministic=True)
    connection.create_function("first_mobile", 1, first_mobile, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "synchronous=NORMAL",
        "cache_size=-65536",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
        # 64 MB: a plan's pages, which go when it is applied, need not be copied into the database first.
        "wal_autocheckpoint=16384",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns writer halfway fails at once when another writer was quicker.
    writes = connection.get_execution_options().get("writes", False)
    # Past SQLAlchemy's own layers: this is asked twice in every request.
    connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text) or None


def _digits(text: str | None) -> str | None:
    return None if text is None else re.sub(r"[^0-9,]", "", text) or None
