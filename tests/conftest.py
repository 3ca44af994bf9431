"""Fixtures everybody uses: a fresh migrated database, a session on it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

import bcrypt
import pytest
from sqlmodel import Session

from models import Source
from services import database as product, settings
from services.access.permissions import SYSTEM
from services.database import WorkSession
from tests.client import Client
from tests.databases import Databases
from tests.postgres import RUN_FOLDER, stop_server

KINDS = [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgres", marks=pytest.mark.postgres)]

HERE = Path(__file__).parent
GENSALT = bcrypt.gensalt

# A developer's own .env must not reach the tests.
settings.Settings.model_config["env_file"] = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Screens and routes on PostgreSQL count as slow: what they ask of the database the services' tests ask of both."""
    edges = (HERE / "pages", HERE / "routes")
    for item in items:
        if item.get_closest_marker("postgres") and any(edge in item.path.parents for edge in edges):
            item.add_marker(pytest.mark.slow)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the run, in the process that starts the workers."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="nauz-test-")
        # What a test does not point elsewhere must not fall among a developer's own files.
        os.environ["DATA_DIR"] = str(Path(os.environ[RUN_FOLDER]) / "data")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if not hasattr(config, "workerinput"):
        stop_server()
        shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed in 2⁴ rounds and not 2¹² (0.2 s): tests of signing in would do little else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bcrypt, "gensalt", partial(GENSALT, 4))
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_engines() -> Iterator[None]:
    """The engine of an address is kept from test to test: it knows the SQL of every statement it has seen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(product, "make_engine", lru_cache(maxsize=16)(product.make_engine))
        yield


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as the product hashes them."""
    monkeypatch.setattr(bcrypt, "gensalt", GENSALT)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The maker of databases of this worker."""
    with tempfile.TemporaryDirectory(dir=os.environ[RUN_FOLDER]) as folder:
        made = Databases(Path(folder))
        yield made
        made.postgres.close()


@pytest.fixture
def use_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator["Pointer"]:
    """Point the product of this process at a database by URL; undone afterwards."""
    pointer = Pointer(monkeypatch, tmp_path)
    yield pointer
    pointer.forget()
    monkeypatch.undo()


class Pointer:
    """Sets the settings of this process and drops what was made from the old ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch, self._folder = monkeypatch, folder

    def __call__(self, url: str) -> None:
        self._monkeypatch.setenv("DATABASE_URL", url)
        self._monkeypatch.setenv("DATA_DIR", str(self._folder))
        self.forget()

    def forget(self) -> None:
        """Close the engine and read the settings anew when they are asked for next."""
        forget_database()


def forget_database() -> None:
    """Close the engine of this process, and let it read its settings anew."""
    if product.engine.cache_info().currsize:
        product.engine().dispose()
    product.engine.cache_clear()
    settings.settings.cache_clear()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases, use_database: Pointer) -> Iterator[str]:
    """URL of a fresh migrated database, which services.database.engine() and settings() of this process now use.

    Every test that asks for it runs on SQLite and on PostgreSQL.
    """
    url = databases.create(request.param)
    use_database(url)
    yield url
    use_database.forget()
    databases.drop(url)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A recorded session by SYSTEM for setting a scene with tests/builders.py; `session.commit()` shows it to others.

    On SQLite it holds the write lock until then.
    """
    bind = product.engine().execution_options(writes=True)
    with WorkSession(bind, info={"actor": SYSTEM, "source": Source.MANUAL}, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def application() -> Iterator[Client]:
    """The server, started once per worker: Streamlit's runtime is one per process."""
    from app import app  # noqa: PLC0415 - Streamlit is slow to load, and most tests do without

    with Client(app) as started:
        yield started


@pytest.fixture
def client(database: str, application: Client) -> Iterator[Client]:
    """A browser nobody has signed in with, on the real application over a fresh database."""
    application.sign_out()
    yield application
    application.sign_out()
