"""Related conditions over HTTP: rows, counts, exports and selections obey them, and chips say them in words."""

import io
import json
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from sqlmodel import Session

from models import Role
from tests import builders as b
from tests.client import Client


def related(event: int) -> list[dict[str, Any]]:
    return [{"relation": "invited", "not": True, "values": {"event": event}}]


@pytest.fixture
def fair(session: Session) -> int:
    """An event to which one of three people was invited."""
    event = b.create_event(session, "Ярмарка")
    b.create_participation(session, event, b.create_person(session, "Алов"))
    b.create_person(session, "Белов")
    b.create_person(session, "Ветров")
    session.commit()
    assert event.id is not None
    return event.id


def ask(client: Client, verb: str, query: dict[str, Any], table: str = "people") -> Any:
    return client.get(f"/api/tables/{table}/{verb}?q={quote(json.dumps(query))}")


def exported(client: Client, body: dict[str, Any]) -> list[object]:
    made = client.post("/api/tables/people/export?format=xlsx", json=body)
    assert made.status_code == 200, made.text
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(made.json()["url"]).content)).worksheets[0]
    names = [row[0] for row in sheet.iter_rows(values_only=True)]
    return names[names.index("ФИО") + 1 :]


def test_everything_about_the_rows_obeys_a_condition(client: Client, fair: int) -> None:
    client.sign_in(Role.MANAGER)
    query = {"related": related(fair)}
    found = ["Белов Пётр Ильич", "Ветров Пётр Ильич"]
    assert [row["name"] for row in ask(client, "rows", query).json()["rows"]] == found
    assert ask(client, "count", query).json() == {"total": 2}
    assert ask(client, "related", query).json() == {"captions": ["Не приглашён на мероприятие: Ярмарка"]}
    assert exported(client, {"query": query, "columns": ["name"]}) == found
    chosen = {"mode": "found", "query": query, "except": [2]}
    assert exported(client, {"query": {}, "selection": chosen, "columns": ["name"]}) == found[1:]


def test_a_condition_nobody_can_read_is_refused_in_words(client: Client, fair: int) -> None:
    client.sign_in(Role.ACCOUNTANT)
    for table, wanted, sentence in (
        ("people", related(fair + 1), "Мероприятия из условия больше нет."),
        ("events", related(fair), "Условие «Приглашён на мероприятие» здесь недоступно."),
        ("people", [{"relation": "loaded", "values": {"batch": 1}}], "Условие «Есть в загрузке» здесь недоступно."),
    ):
        answer = ask(client, "count", {"related": wanted}, table)
        assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert ask(client, "related", {"related": [{"relation": "loaded", "values": {"batch": 1}}]}).status_code == 400
