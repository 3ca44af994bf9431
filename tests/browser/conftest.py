"""Chromium on the real server. Everything under tests/browser is marked `browser`.

A failing test leaves a picture and the server's log in test-results/.
"""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlmodel import col, select

from models import Account, Role
from services.access import sessions
from services.settings import ROOT
from tests.browser.executable import find
from tests.browser.server import Server, serve
from tests.builders import create_account
from tests.databases import Databases

HERE = Path(__file__).parent
RESULTS = ROOT / "test-results"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
FAILED = pytest.StashKey[bool]()

Enter = Callable[..., Page]

# The five seconds of the library are too few for a first page on a machine that does something else besides.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that the test failed, for the fixtures that are torn down next."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once per worker."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), headless=True, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def server(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """The real server over a fresh database, one per module of tests; SQLite unless the module names the kinds."""
    url = databases.create(getattr(request, "param", "sqlite"))
    with serve(url, tmp_path_factory.mktemp("server")) as started:
        yield started
    databases.drop(url)


@pytest.fixture
def context(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser nobody has signed in with: Russian, 1440 × 900."""
    opened = browser.new_context(
        base_url=server.url, locale="ru-RU", timezone_id="Europe/Moscow", viewport={"width": 1440, "height": 900}
    )
    opened.set_default_timeout(30_000)
    opened.on("page", _wait_for_runs)
    yield opened
    if request.node.stash.get(FAILED, False):
        _keep(opened, server, request.node.nodeid)
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page nobody has signed in with."""
    return context.new_page()


@pytest.fixture
def enter(browser: Browser, context: BrowserContext, server: Server) -> Enter:
    """`enter(Role.MANAGER)`: a page with that role signed in (without the form, which has a test of its own)."""

    def entered(role: Role = Role.MANAGER, login: str = "") -> Page:
        login = login or role.value
        with server.scene() as session:
            account = session.exec(select(Account).where(col(Account.login) == login)).first()
            account = account or create_account(session, role, login)
            assert account.id is not None
            token = sessions.open_session(session, account.id, account.epoch, "127.0.0.1", "tests")
        context.add_cookies([{"name": "session", "value": token, "url": server.url, "httpOnly": True}])
        return context.new_page()

    return entered


def _wait_for_runs(page: Page) -> None:
    """No action and no expectation while the script runs: what stands on the page then may be the last run's.

    A click on an element that the run is about to replace is lost, which a person sees and a test does not.
    """
    page.add_locator_handler(page.locator('[data-testid="stApp"][data-test-script-state="running"]'), lambda: None)


def _keep(context: BrowserContext, server: Server, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    stem = re.sub(r"\W+", "_", name.removeprefix("tests/browser/"))
    for number, page in enumerate(context.pages):
        page.screenshot(path=RESULTS / f"{stem}_{number}.png")
    shutil.copyfile(server.log, RESULTS / f"{stem}.log")
