"""The real server in a process of its own, for browser tests and measurements."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from models import Source
from services.access.permissions import SYSTEM
from services.database import WorkSession, make_engine
from services.settings import ROOT

START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: its address, its database, its log, what is set for it besides."""

    url: str
    database_url: str
    log: Path
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its processes; their files lie beside the log."""
        folder, port = self.log.parent, self.url.rpartition(":")[2]
        own = {"DATABASE_URL": self.database_url, "DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": port}
        return own | dict(self.given)

    @contextmanager
    def scene(self) -> Iterator[Session]:
        """A session on the server's database for tests/builders.py, committed at the end of the block."""
        engine = make_engine(self.database_url)
        bind = engine.execution_options(writes=True)
        with WorkSession(bind, info={"actor": SYSTEM, "source": Source.MANUAL}) as session:
            yield session
            session.commit()
        engine.dispose()


@contextmanager
def serve(database_url: str, folder: Path, **given: str) -> Iterator[Server]:
    """Start the server on a migrated database and a free port; stopped at the end of the block.

    `given` are settings of this server alone, as in the environment: SMTP_PORT="2525".
    """
    server = Server(f"http://127.0.0.1:{_free_port()}", database_url, folder / "server.log", given)
    process = start(server)
    try:
        yield server
    finally:
        stop(process)


def start(server: Server) -> "subprocess.Popen[bytes]":
    """Start a server at its address, on its database; its files lie beside its log."""
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", port]
    command += ["--no-proxy-headers", "--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "1"]
    with server.log.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | server.settings, stdout=log, stderr=log)
    try:
        _wait(server, process)
    except BaseException:
        stop(process)
        raise
    return process


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a server; one that does not stop is killed."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{server.url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{server.log.read_text(encoding='utf-8')[-4000:]}")
