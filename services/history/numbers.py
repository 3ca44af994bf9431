"""Numbers of new records. A number is never given twice: the history of a deleted record goes by it."""

from typing import Any

from sqlalchemy import Connection, event, func, select, text
from sqlmodel import Session, col

from models import Change, Record
from services.database import WorkSession, is_sqlite
from services.history.statements import table_of


def next_numbers(connection: Connection, model: type[Record], count: int) -> list[int]:
    """`count` numbers no record of `model` has or had."""
    table = table_of(model)
    if not is_sqlite(connection):
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.execute(drawn, {"name": table.name, "count": count}).scalars())
    # SQLite alone would give the number of a deleted last record again. The write lock keeps others from counting.
    had = select(func.max(col(Change.entity_id))).where(col(Change.entity) == model.__name__)
    last = max(connection.execute(newest).scalar() or 0 for newest in (select(func.max(table.c.id)), had))
    return list(range(last + 1, last + 1 + count))


@event.listens_for(WorkSession, "before_flush")
def number(session: Session, *_: Any) -> None:
    """Number the new records of a flush on SQLite; PostgreSQL's sequences never go back."""
    connection = session.connection()
    if not is_sqlite(connection):
        return
    unnumbered: dict[type[Record], list[Record]] = {}
    for record in session.new:
        if isinstance(record, Record) and record.id is None:
            unnumbered.setdefault(type(record), []).append(record)
    for model, records in unnumbered.items():
        for record, fresh in zip(records, next_numbers(connection, model, len(records)), strict=True):
            record.id = fresh
