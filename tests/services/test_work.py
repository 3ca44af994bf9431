"""Units of work: what the edges are told when the database cannot serve."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event

from services.access.permissions import SYSTEM
from services.database import engine
from services.errors import DomainError
from services.work import writing


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a PostgreSQL server locks rows, not the database
def test_a_database_somebody_else_writes_to_is_said_in_words(database: str) -> None:
    event.listen(engine(), "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0"))
    with closing(sqlite3.connect(engine().url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DomainError, match="База данных сейчас занята или недоступна"), writing(SYSTEM) as session:
            session.connection()
        other.execute("ROLLBACK")
    with writing(SYSTEM) as session:
        session.connection()
