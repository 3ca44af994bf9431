"""The real application for tests of routes: `client.sign_in(Role.MANAGER)`, then `client.get("/api/…")`."""

from typing import Any

from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from models import Account, Role
from services.access import sessions
from services.access.permissions import SYSTEM, Actor
from services.work import writing
from tests.builders import actor_of, create_account

ORIGIN = "http://127.0.0.1:8501"


class Client(TestClient):
    """A browser on this machine: sends our own origin, keeps cookies, follows no redirects by itself."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            app,
            base_url=ORIGIN,
            headers={"origin": ORIGIN},
            client=("127.0.0.1", 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def sign_in(self, role: Role = Role.MANAGER, login: str = "") -> Actor:
        """Take the session of an account of `role` (made when there is none); whose it is."""
        with writing(SYSTEM) as session:
            account = _account(session, role, login or role.value)
            assert account.id is not None
            token = sessions.open_session(session, account.id, account.epoch, "127.0.0.1", "tests")
            actor = actor_of(account)
        self.cookies.set("session", token)
        return actor

    def sign_out(self) -> None:
        """Forget the cookies; the session itself stays open."""
        self.cookies.clear()


def _account(session: Session, role: Role, login: str) -> Account:
    there = session.exec(select(Account).where(col(Account.login) == login)).first()
    return there or create_account(session, role, login)
