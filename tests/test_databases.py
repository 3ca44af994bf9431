"""A database that was used is like new for the next test, or is not used again."""

import pytest
from sqlalchemy import func, insert, inspect, select, text

from models import AuditEvent, Base, DocumentType, utc_now
from services.database import make_engine
from tests.conftest import KINDS
from tests.databases import Databases

EVENT = {"at": utc_now(), "action": "login", "subject": "", "detail": "", "address": ""}


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_user_finds_nothing_of_the_last(databases: Databases, kind: str) -> None:
    person, types = Base.metadata.tables["person"], Base.metadata.tables["document_type"]
    ids = []
    for _ in range(2):
        url = databases.create(kind)
        engine = make_engine(url)
        with engine.begin() as connection:
            assert connection.execute(select(func.count()).select_from(person)).scalar() == 0
            assert connection.execute(select(func.count()).select_from(AuditEvent)).scalar() == 0
            assert connection.execute(select(types.c.title).where(types.c.code == "photo")).scalar() == "фото"
            connection.execute(insert(AuditEvent), EVENT)
            connection.execute(types.update().values(title="другое"))
            kept = {"version": 1, "created_at": utc_now(), "place": 9, "active": True}
            ids.append(
                connection.execute(insert(DocumentType).values(code="x", title="x", **kept)).inserted_primary_key
            )
        engine.dispose()
        databases.drop(url)
    assert ids[0] == ids[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_structure_is_not_used_again(databases: Databases, kind: str) -> None:
    url = databases.create(kind)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN surplus INTEGER"))
    engine.dispose()
    databases.drop(url)
    second = databases.create(kind)
    engine = make_engine(second)
    assert "surplus" not in {column["name"] for column in inspect(engine).get_columns("person")}
    engine.dispose()
    databases.drop(second)
