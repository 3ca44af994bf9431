"""All there is in the database, to be compared before and after."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from models import Base
from services.database import engine
from services.tables.index import index_of
from services.tables.registry import TABLES

UNSAID = {"version", "created_at", "built_at"}
"""Columns that tell when something was written and how often."""
NOT_COMPARED = {"change", "import_batch", "hidden_value", "remark", "account"}


def everything(
    unsaid: Collection[str] = frozenset(UNSAID), not_compared: Collection[str] = frozenset(NOT_COMPARED)
) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables and row indexes, but those that tell what was done."""
    tables = [*Base.metadata.sorted_tables, *(index_of(name) for name in TABLES)]
    with engine().connect() as connection:
        return {
            table.name: sorted(
                map(tuple, connection.execute(select(*(c for c in table.columns if c.name not in unsaid)))), key=str
            )
            for table in tables
            if table.name not in not_compared
        }
