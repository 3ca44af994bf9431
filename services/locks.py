"""Who lives: locks that the machine itself frees when their holder dies, however it dies.

Beside SQLite a locked file next to the database, on PostgreSQL an advisory lock of a session. No clock is involved:
neither a slow process nor a changed hour makes anybody look dead.
"""

import hashlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from services.database import engine, is_sqlite

_TAKE = text("SELECT pg_try_advisory_lock(:number)")
_FREE = text("SELECT pg_advisory_unlock(:number)")
_HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (classid::bigint << 32) + objid::bigint = :number)"
)


@contextmanager
def holding(name: str) -> Iterator[bool]:
    """Be the only one with `name` while the block lasts; False: another one is, and the block should do nothing."""
    if is_sqlite(engine()):
        lock = FileLock(_path(name), timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
        return
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        taken = bool(connection.execute(_TAKE, {"number": _number(name)}).scalar_one())
        try:
            yield taken
        finally:
            if taken and not connection.invalidated:
                connection.execute(_FREE, {"number": _number(name)})


@contextmanager
def present(connection: Connection | None = None) -> Iterator[str]:
    """A name for whoever does the work of the block; `is_alive(name)` as long as the block lasts.

    On PostgreSQL the lock hangs on `connection` where one is given: who loses it learns so at the next statement.
    """
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    with ExitStack() as stack:
        if is_sqlite(engine()):
            path = _path(name)
            stack.callback(path.unlink, missing_ok=True)
            stack.enter_context(FileLock(path, timeout=0))
        elif connection is not None:
            with connection.begin():
                connection.execute(_TAKE, {"number": _number(name)})
        else:
            own = stack.enter_context(engine().connect().execution_options(isolation_level="AUTOCOMMIT"))
            own.execute(_TAKE, {"number": _number(name)})
            stack.callback(_free, own, name)
        yield name


def is_alive(worker: str) -> bool:
    """Whether the one that was given this name still works."""
    if is_sqlite(engine()):
        path = _path(worker)
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
        return False
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return bool(connection.execute(_HELD, {"number": _number(worker)}).scalar_one())


def _free(connection: Connection, name: str) -> None:
    if not connection.invalidated and not connection.closed:
        connection.execute(_FREE, {"number": _number(name)})


def _path(name: str) -> Path:
    """Beside the database and not in DATA_DIR: whoever shares the one must see the other."""
    return Path(f"{engine().url.database}.{name}.lock")


def _number(name: str) -> int:
    """63 bits of a hash: what PostgreSQL takes as a lock's number."""
    return int.from_bytes(hashlib.sha256(f"nauz {name}".encode()).digest()[:8]) >> 1
