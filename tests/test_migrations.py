"""The road from nothing to the present, on both databases, alone and side by side."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from models import AuditEvent, Base, utc_now
from services.database import engine, make_engine
from services.migrate import DOCUMENT_TYPES, alone, differences, migrate, pending, revision
from services.settings import ROOT
from tests.conftest import KINDS, Pointer
from tests.databases import Databases


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """URL of a database with nothing in it."""
    url = databases.create_empty(request.param)
    yield url
    databases.drop(url)


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_models_and_migrations_are_in_step(database: str) -> None:
    with engine().connect() as connection:
        assert differences(connection) == []


def test_every_index_of_the_models_is_there(database: str) -> None:
    """Alembic compares no indexes over expressions on SQLite, so names are compared besides."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if database.startswith("sqlite")
        else "SELECT indexname FROM pg_indexes"
    )
    with engine().connect() as connection:
        present = {str(name) for (name,) in connection.exec_driver_sql(catalogue)}
    assert {str(index.name) for table in Base.metadata.sorted_tables for index in table.indexes} - present == set()


def test_one_inn_and_kpp_is_one_company(database: str) -> None:
    company = Base.metadata.tables["company"]
    row: dict[str, object] = {
        "name": "ООО «Ромашка»",
        "name_key": "ромашка ооо",
        "inn": "7707083893",
        "kpp": None,
        "version": 1,
    }
    row |= {"do_not_disturb": False, "active": True, "created_at": utc_now()}
    branch, cut_inn = row | {"kpp": "770701001"}, row | {"inn": "231022"}
    with engine().begin() as connection:
        connection.execute(insert(company), [row, branch, cut_inn, cut_inn])
    with pytest.raises(DatabaseError, match=r"(?i)unique"), engine().begin() as connection:
        connection.execute(insert(company), row)


def test_a_second_run_finds_nothing_to_do(empty: str) -> None:
    made = make_engine(empty)
    first = migrate(made)
    second = migrate(made)
    assert (first.before, first.after) == (None, second.after)
    assert (second.before, second.rebuilt) == (first.after, ())
    made.dispose()


def test_four_processes_at_once(empty: str) -> None:
    code = "from services.database import engine; from services.migrate import migrate; print(migrate(engine()).before)"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": empty},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    answers = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0, 0], [errors for _, errors in answers]
    made = make_engine(empty)
    with made.connect() as connection:
        assert not pending(connection)
        # One of them did the work, the others waited and found it done.
        assert sorted(out.strip() for out, _ in answers) == sorted(["None", *[str(revision(connection))] * 3])
    made.dispose()


def test_an_empty_database_is_pending(empty: str) -> None:
    made = make_engine(empty)
    with made.connect() as connection:
        assert pending(connection)
    made.dispose()


def test_document_types_are_there_once_and_keep_their_titles(database: str) -> None:
    types = Base.metadata.tables["document_type"]
    with engine().begin() as connection:
        connection.execute(update(types).where(types.c.code == "photo").values(title="фотография"))
    migrate(engine())
    with engine().connect() as connection:
        titles = connection.execute(select(types.c.code, types.c.title).order_by(types.c.place)).all()
    assert [tuple(row) for row in titles] == list((DOCUMENT_TYPES | {"photo": "фотография"}).items())
    assert len(titles) == 8


@pytest.mark.parametrize(
    "statement", [update(AuditEvent).values(action="другое"), delete(AuditEvent)], ids=["update", "delete"]
)
def test_the_audit_trail_only_grows(database: str, statement: object) -> None:
    row = {"at": utc_now(), "action": "login", "subject": "", "detail": "", "address": ""}
    with engine().begin() as connection:
        connection.execute(insert(AuditEvent), row)
    with pytest.raises(DatabaseError, match="append-only"), engine().begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    with engine().connect() as connection:
        assert connection.execute(select(func.count()).select_from(AuditEvent)).scalar() == 1


@pytest.mark.sqlite
def test_a_table_made_anew_keeps_what_refers_to_it(databases: Databases, use_database: Pointer) -> None:
    """The trap of SQLite: dropping a table deletes the rows that refer to it, unless foreign keys are off."""
    use_database(databases.create("sqlite"))
    with engine().begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (parent_id INTEGER REFERENCES parent(id) ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO parent VALUES (1)")
        connection.exec_driver_sql("INSERT INTO child VALUES (1)")
    with alone(engine()) as connection:
        connection.exec_driver_sql("CREATE TABLE anew (id INTEGER PRIMARY KEY, name TEXT)")
        connection.exec_driver_sql("INSERT INTO anew (id) SELECT id FROM parent")
        connection.exec_driver_sql("DROP TABLE parent")
        connection.exec_driver_sql("ALTER TABLE anew RENAME TO parent")
    with engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT parent_id FROM child").fetchall() == [(1,)]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
