"""The clock and the people of these tests."""

import datetime as dt
from collections.abc import Iterator

import pytest

from models import Role
from services import clock
from services.access.permissions import PERMISSIONS, Actor

MANAGER = Actor(1, "Менеджер", PERMISSIONS[Role.MANAGER], Role.MANAGER)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is noon of 22.11.2026 in Moscow."""
    with clock.stopped_at(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)):
        yield
