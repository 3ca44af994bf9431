"""Who does it, and to whose card."""

import threading
from collections.abc import Iterator

import pytest
import requests
from moto.server import ThreadedMotoServer

from models import Role
from services.access.permissions import SYSTEM, Actor
from services.directory.parties import Party
from services.work import writing
from tests.builders import actor_of, create_account, create_person
from tests.conftest import Pointer


@pytest.fixture
def manager(database: str) -> Actor:
    """A manager."""
    return somebody(Role.MANAGER)


@pytest.fixture
def party(database: str) -> Party:
    """A person without documents."""
    with writing(SYSTEM) as session:
        number = create_person(session, "Выдумкина", "Анна", "").id
    assert number is not None
    return Party("person", number)


def somebody(role: Role) -> Actor:
    """Somebody of the role."""
    with writing(SYSTEM) as session:
        return actor_of(create_account(session, role))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Address of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(database: str, s3_server: str, use_database: Pointer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh bucket the product keeps its files in; gives its address."""
    address = f"{s3_server}/papers-{threading.get_ident()}"
    requests.post(f"{s3_server}/moto-api/reset", timeout=10)
    requests.put(address, timeout=10).raise_for_status()
    named = {
        "FILES_URL": f"s3://papers-{threading.get_ident()}/kept/here",
        "S3_ENDPOINT": s3_server,
        "S3_REGION": "us-east-1",
        "S3_KEY_ID": "key",
        "S3_SECRET": "secret",
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    use_database.forget()
    return address
