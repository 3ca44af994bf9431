"""/health tells what works, to anybody, and nothing else."""

import datetime as dt

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from models import Source
from pages.api.health import routes
from scheduler.jobs import heartbeat
from services import clock, health
from services.access.permissions import SYSTEM
from services.work import reading, writing
from tests.conftest import Pointer

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def client() -> TestClient:
    """The route alone; that the gate lets anybody through to it is the gate's test."""
    return TestClient(Starlette(routes=routes))


def beat_at(moment: dt.datetime) -> None:
    with clock.stopped_at(moment), writing(SYSTEM, Source.SYSTEM) as session:
        health.beat(session, health.Process.SCHEDULER)


def test_without_a_scheduler_people_can_work(database: str, client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "migrations": "ok",
        "scheduler": {"alive": False, "seen_at": None},
        "alarms": ["scheduler_silent"],
    }


def test_a_beating_scheduler_is_alive(database: str, client: TestClient) -> None:
    heartbeat()
    answer = client.get("/health").json()
    assert answer["status"] == "ok"
    assert answer["scheduler"]["alive"] is True
    assert abs(dt.datetime.fromisoformat(answer["scheduler"]["seen_at"]) - clock.now()) < dt.timedelta(seconds=20)


@pytest.mark.parametrize(("silent", "alive"), [(0, True), (89, True), (90, False), (86_400, False)])
def test_three_missed_beats_are_the_end(database: str, silent: int, alive: bool) -> None:
    beat_at(NOON)
    beat_at(NOON)  # the second one replaces the first
    with clock.stopped_at(NOON + dt.timedelta(seconds=silent)), reading() as session:
        assert health.check(session) == health.Health(True, True, alive, NOON)


def test_a_database_without_tables_is_down(use_database: Pointer, client: TestClient, tmp_path: object) -> None:
    use_database(f"sqlite:///{tmp_path}/empty.db")
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["migrations"]) == (503, "down", "pending")


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing?connect_timeout=2"]
)
def test_a_database_out_of_reach_is_down_and_tells_no_secrets(
    use_database: Pointer, client: TestClient, url: str
) -> None:
    use_database(url)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"
    assert "secret" not in answer.text
