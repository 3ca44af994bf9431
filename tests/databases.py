"""Fresh migrated databases for tests: migrated once per worker, then copied (SQLite) or emptied (PostgreSQL)."""

import shutil
import sys
import uuid
from functools import cached_property
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from services.database import make_engine
from services.migrate import migrate
from tests.postgres import Postgres


class Databases:
    """The databases of one worker; `folder` is its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(f"nauz_test_{uuid.uuid4().hex[:12]}")
        self._made = 0
        self._free: list[Path] = []

    def create(self, kind: str) -> str:
        """URL of a migrated database of `kind`, «sqlite» or «postgres», with nothing in it but reference rows."""
        if kind == "postgres":
            return self.postgres.create()
        path = self._free.pop() if self._free else self._next()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def create_empty(self, kind: str) -> str:
        """URL of a database of `kind` without tables."""
        return self.postgres.create_empty() if kind == "postgres" else f"sqlite:///{self._next()}"

    def drop(self, url: str) -> None:
        """Take back a database made here; nobody may be connected to it any more."""
        where = make_url(url)
        if where.get_backend_name() == "postgresql":
            self.postgres.give_back(url)
        else:
            for path in self.folder.glob(f"{Path(where.database or '').name}*"):
                path.unlink()
            self._free.append(self.folder / Path(where.database or "").name)

    def _next(self) -> Path:
        self._made += 1
        return self.folder / f"{self._made}.db"

    @cached_property
    def _template(self) -> Path:
        path = self.folder / "template.db"
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # no checkpoint inside a transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return path


def main() -> None:
    """`python -m tests.databases URL`: exit code 0 when tests can use the server."""
    try:
        with create_engine(sys.argv[1]).connect() as connection:
            allowed = text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            if connection.execute(allowed).scalar():
                return
            print("The account may not create databases: set TEST_POSTGRES_URL to one that may.")
    except SQLAlchemyError as error:
        print(f"The PostgreSQL server does not let us in ({type(error).__name__}): set TEST_POSTGRES_URL.")
    sys.exit(1)


if __name__ == "__main__":
    main()
