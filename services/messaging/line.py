"""A sender's own connection to the database: its claims live and die with it.

What was written over it is on the disk when `run` returns, a loss of power included: a letter must not leave before
its mark is safe.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from models import Delivery
from services import locks, logs
from services.database import engine, is_sqlite
from services.history.statements import table_of

log = logs.logger(__name__)
T = TypeVar("T")
delivery = table_of(Delivery)

PAUSE = 0.5
"""Seconds between attempts."""
LONGEST_WAIT = 600
"""Seconds a database that does not answer is waited for with a letter already sent and not yet marked so."""
AFTER_STOP = 5
"""The same once the process was asked to stop."""


class NoDatabase(Exception):
    """The database did not let the sender write."""


class Line:
    """The connection. `worker` is the name claims carry; whoever asks services.locks learns when it is gone."""

    worker: str

    def __init__(self, stop: threading.Event) -> None:
        self._stop, self._stack = stop, ExitStack()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Connect."""
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up; claims that are left are the next sender's."""
        self._stack.close()

    def run(self, work: Callable[[Connection], T], *, wait: float = 0) -> T:
        """`work` in a transaction, again when the database was locked or the connection lost, for `wait` seconds.

        It may have been done already when it is done again: work must bear that. Raises `NoDatabase`.
        """
        started, stopping = time.monotonic(), 0.0
        while True:
            try:
                connection = self._connection or self._reopen()
                with connection.begin():
                    return work(connection)
            # The driver's own error: what fails in an event of SQLAlchemy, as BEGIN does, is not translated.
            except (OperationalError, InterfaceError, sqlite3.OperationalError) as error:
                self._lose(error)
                if self._stop.is_set():
                    stopping = stopping or time.monotonic()
                    wait = min(wait, stopping - started + AFTER_STOP)
                if time.monotonic() - started >= wait:
                    raise NoDatabase from error
                time.sleep(PAUSE)

    def _open(self) -> Connection:
        # A connection of its own, not one of the pool: what is set on it and hangs on it must end with it.
        made = engine().execution_options(writes=True).connect()
        driver: Any = made.connection.driver_connection
        made.detach()
        self._stack.callback(made.close)
        if is_sqlite(made):
            driver.execute("PRAGMA synchronous=FULL")
        self.worker = self._stack.enter_context(locks.present(made))
        self._connection = made
        return made

    def _lose(self, error: Exception) -> None:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        log.warning("sender waits for the database", error=type(error).__name__, lost=lost)
        if lost and self._connection is not None:
            self._connection = None
            self._stack.close()

    def _reopen(self) -> Connection:
        """A new connection and a new name; what the former one held is taken over, wherever it has got to."""
        former = self.worker
        connection = self._open()
        with connection.begin():
            taken = update(delivery).where(delivery.c.claimed_by == former).values(claimed_by=self.worker)
            connection.execute(taken)
        return connection
