"""The server killed in the middle of a plan and of an apply: the base is as before, and work can go on."""

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import col, func, select

from models import Change, ImportBatch, Person, Role
from tests.browser.conftest import Enter
from tests.browser.server import Server, _free_port, start, stop
from tests.browser.test_imports import PLANNED, many, planned, upload
from tests.databases import Databases

PEOPLE = 6_000
SECONDS = 120


class Fragile:
    """A server that is killed and started again at the same address."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes] = start(server)

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.process = start(self.server)


@pytest.fixture(scope="module")
def fragile(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    url = databases.create("sqlite")
    log = tmp_path_factory.mktemp("killed") / "server.log"
    made = Fragile(Server(f"http://127.0.0.1:{_free_port()}", url, log))
    yield made
    stop(made.process)
    databases.drop(url)


@pytest.fixture(scope="module")
def server(fragile: Fragile) -> Server:
    return fragile.server


def until(is_so: Callable[[], bool]) -> None:
    """Ask again and again until it is so."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def state(server: Server) -> str:
    with server.scene() as session:
        return session.scalars(select(col(ImportBatch.state))).one()


def is_written(server: Server, held: list[float]) -> bool:
    """Whether somebody has held SQLite's write lock for a fifth of a second: only a load writes so long."""
    connection = sqlite3.connect(Path(server.database_url.removeprefix("sqlite:///")), timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        held.clear()
    except sqlite3.OperationalError:
        held.append(time.monotonic())
    finally:
        connection.close()
    return bool(held) and held[-1] - held[0] > 0.2


def counts(server: Server) -> tuple[int, int]:
    """People and changes in the base. The scene is a writer: it waits until nobody else writes."""
    with server.scene() as session:
        people = session.scalar(select(func.count()).select_from(Person))
        changes = session.scalar(select(func.count()).where(col(Change.entity) == "Person"))
    return people or 0, changes or 0


@pytest.mark.slow
def test_killed_while_planning_and_while_applying(enter: Enter, context: BrowserContext, fragile: Fragile) -> None:
    server = fragile.server
    page = enter(Role.ADMINISTRATOR)
    page.goto("/imports")
    upload(page, "большой.xlsx", many(PEOPLE))
    expect(page.get_by_text(re.compile("Читаем файл"))).to_be_visible()
    address = page.url
    fragile.kill()
    assert state(server) == "planning"
    fragile.restart()
    page.goto(address)
    expect(page.get_by_text("Работа прервалась: сервер перезапускали.")).to_be_visible()
    page.get_by_role("button", name="Сверить заново").click()
    planned(page)

    page.get_by_role("button", name="Применить").click()
    until(lambda: state_is(server, "applying"))
    held: list[float] = []
    until(lambda: is_written(server, held))
    fragile.kill()
    assert counts(server) == (0, 0)
    assert state(server) == "applying"

    fragile.restart()
    page.goto(address)
    expect(page.get_by_text("Работа прервалась: сервер перезапускали.")).to_be_visible()
    page.get_by_role("button", name="Сверить заново").click()
    planned(page)
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_text(re.compile(r"Загружено: новых записей 6.000, изменено 0"))).to_be_visible(timeout=PLANNED)
    assert counts(server)[0] == PEOPLE


def state_is(server: Server, wanted: str) -> bool:
    """Read without waiting for writers."""
    path = Path(server.database_url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found: str = connection.execute("SELECT state FROM import_batch").fetchone()[0]
    finally:
        connection.close()
    return found == wanted
