"""A browser at a page that AppTest runs: whose cookie it holds."""

from collections.abc import Callable

import pytest
from streamlit.runtime.context import ContextProxy

from models import Role
from services.access import sessions
from services.access.permissions import SYSTEM, Actor
from services.work import writing
from tests.builders import actor_of, create_account

Opened = Callable[..., tuple[Actor, str]]


@pytest.fixture
def sit_down(database: str, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Sign an account in and be its browser: the cookie is what Streamlit would have read from the handshake."""

    def sit(role: Role, login: str = "me") -> tuple[Actor, str]:
        with writing(SYSTEM) as session:
            account = create_account(session, role, login)
            assert account.id is not None
            token = sessions.open_session(session, account.id, account.epoch, "10.0.0.7", "")
            actor = actor_of(account)
        handshake(monkeypatch, {"session": token})
        return actor, sessions.hash_token(token)

    return sit


def handshake(monkeypatch: pytest.MonkeyPatch, cookies: dict[str, str]) -> None:
    read = {"cookies": cookies, "headers": {"x-product-address": "10.0.0.7"}, "url": "http://127.0.0.1:8501/account"}
    for name, value in read.items():
        monkeypatch.setattr(ContextProxy, name, constant(value))


def constant(value: object) -> property:
    return property(lambda _: value)
