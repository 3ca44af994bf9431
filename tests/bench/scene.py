"""Databases to measure on: temporary, filled with the demonstration's people."""

import os
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from services import demo
from services.database import make_engine
from services.migrate import migrate

LOCAL_SERVER = "postgresql+psycopg://postgres:postgres@127.0.0.1:5432/postgres"


@contextmanager
def sqlite(people: int, *, lean: bool = False) -> Iterator[Engine]:
    """A database file with so many people; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nauz-bench-") as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            fill(engine, people, lean=lean)
            yield engine
        finally:
            engine.dispose()


@contextmanager
def postgres(people: int) -> Iterator[Engine | None]:
    """The same on the server of TEST_POSTGRES_URL or of 127.0.0.1:5432; None where none lets us in."""
    server = os.environ.get("TEST_POSTGRES_URL") or (LOCAL_SERVER if _answers("127.0.0.1", 5432) else "")
    name = f"nauz_bench_{uuid.uuid4().hex[:12]}"
    if not server or not _administer(server, f"CREATE DATABASE {name}"):
        yield None
        return
    engine = make_engine(make_url(server).set(database=name).render_as_string(hide_password=False))
    try:
        fill(engine, people)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # a server does it by itself, some minutes later
        yield engine
    finally:
        engine.dispose()
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def fill(engine: Engine, people: int, *, lean: bool = False) -> None:
    """Migrate the database and put the people in."""
    started = time.monotonic()
    migrate(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        demo.build(connection, people, lean=lean)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    print(f"  {people:,} people on {engine.dialect.name}: made in {time.monotonic() - started:.0f} s", flush=True)


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _administer(server: str, statement: str) -> bool:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        print(f"  PostgreSQL left out: {type(error).__name__}. TEST_POSTGRES_URL names a server that may be used.")
        return False
    return True
