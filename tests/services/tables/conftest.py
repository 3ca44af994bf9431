"""Asking a table the way the route does."""

from collections.abc import Callable
from typing import Any

import pytest

from models import Role
from services.access.permissions import PERMISSIONS, SYSTEM, Actor
from services.tables.query import parse_query
from services.tables.rows import Page, rows
from services.work import reading

Ask = Callable[..., Page]


def actor(role: Role) -> Actor:
    """Somebody of a role, without an account."""
    return Actor(None, role.value, PERMISSIONS[role], role)


@pytest.fixture
def ask(database: str) -> Ask:
    """`ask("people", search="…", filterModel={…})` → Page, in a session of its own."""

    def asked(table: str, by: Actor = SYSTEM, **query: Any) -> Page:
        with reading() as session:
            return rows(session, by, table, parse_query(query))

    return asked


def names(page: Page) -> list[str]:
    """The names of the rows in order."""
    return [row["name"] for row in page.rows]
