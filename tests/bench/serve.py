"""Servers to measure: the product, and a bare one that runs the same SQL; and somebody signed in to the product."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models import Account, Role
from services.access import sessions
from services.settings import ROOT
from tests.bench.asks import Ask
from tests.bench.client import Target
from tests.browser.server import Server, _free_port, _wait, serve
from tests.builders import create_account


class Product:
    """The running product on the database of an engine, a manager signed in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        with server.scene() as session:
            account = _manager(session)
            assert account.id is not None
            self.token = sessions.open_session(session, account.id, account.epoch, "127.0.0.1", "bench")

    def target(self, ask: Ask) -> Target:
        """Where a question goes, with the manager's cookie."""
        port = int(self.server.url.rpartition(":")[2])
        return Target(port, ask.path, {"Cookie": f"session={self.token}"})


@contextmanager
def product(engine: Engine) -> Iterator[Product]:
    """The real server; its files lie in a folder of their own."""
    url = engine.url.render_as_string(hide_password=False)
    with tempfile.TemporaryDirectory(prefix="nauz-bench-") as folder, serve(url, Path(folder)) as server:
        yield Product(server)


@contextmanager
def bare(engine: Engine, statements: Path) -> Iterator[int]:
    """tests/bench/bare.py on the same database, started with the same options; its port."""
    port, url = _free_port(), engine.url.render_as_string(hide_password=False)
    server = Server(f"http://127.0.0.1:{port}", url, statements.with_name("bare.log"))
    command = [sys.executable, "-m", "uvicorn", "tests.bench.bare:app", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-proxy-headers", "--no-server-header", "--no-access-log"]
    settings = {"DATABASE_URL": url, "BENCH_STATEMENTS": str(statements)}
    with server.log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)
        try:
            _wait(server, process)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _manager(session: Session) -> Account:
    there = session.exec(select(Account).where(col(Account.role) == Role.MANAGER.value)).first()
    return there or create_account(session, Role.MANAGER)
