"""«Приглашён»: what has become of the invitation of each row's person or company to the event a question names.

The column lies in no row index. A page is read without it and asks once for the statuses of its own people and
companies; filter and order go by those who have a status: a few thousand of any number of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table as SqlTable,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from models import ParticipationStatus
from services.access.permissions import Actor
from services.errors import InvalidInput
from services.history.statements import is_among
from services.tables import prepared, related
from services.tables.columns import Column, Table
from services.tables.declared.expressions import event as event_table, participation
from services.tables.declared.invitations import INVITED, NOT_INVITED
from services.tables.index import index_of
from services.tables.query import ColumnFilter, Condition, Query
from services.tables.related_declared import RELATIONS

EVERY_STATUS = tuple(status.value for status in ParticipationStatus)


def event_of(table: Table, query: Query) -> int | None:
    """The event whose invitations the rows show: only people and companies are asked to one."""
    return query.event if table.subjects else None


def columns_of(table: Table, actor: Actor, query: Query) -> dict[str, Column]:
    """The columns `actor` may see, by key, with «Приглашён» where an event is named."""
    visible = table.visible(actor)
    return visible if event_of(table, query) is None else {**visible, INVITED.key: INVITED}


def fill(connection: Connection, table: Table, event: int, rows: list[dict[str, Any]]) -> None:
    """Set «Приглашён» in rows that carry the number of their person or company; nothing is known of an event gone."""
    numbers = {kind: {row[key] for row in rows} - {None} for kind, key in table.subjects.items()}
    found = {kind: _statuses(connection, kind, event, sorted(those)) for kind, those in numbers.items() if those}
    usual = NOT_INVITED if any(found.values()) or _is_there(connection, event) else None
    for row in rows:
        kind = next((kind for kind, key in table.subjects.items() if row[key] is not None), None)
        row[INVITED.key] = None if kind is None else found[kind].get(row[table.subjects[kind]], usual)


def _is_there(connection: Connection, number: int) -> bool:
    return connection.execute(select(event_table.c.id).where(event_table.c.id == number)).first() is not None


def _statuses(connection: Connection, kind: str, event: int, numbers: list[int]) -> Mapping[int, str]:
    party = participation.c[f"{kind}_id"]
    wanted = select(party, participation.c.status).where(
        participation.c.event_id == event, is_among(connection, party, numbers)
    )
    return {number: status for number, status in connection.execute(wanted)}  # noqa: C416 - dict() takes no rows


def conditions(
    connection: Connection, table: Table, query: Query
) -> tuple[Mapping[str, ColumnFilter], list[ColumnElement[bool]]]:
    """The filters of the other columns, and SQL over the row index for this one's.

    Raises `InvalidInput` for what is no set of its values.
    """
    event, wanted = event_of(table, query), query.filters.get(INVITED.key)
    if event is None or wanted is None:
        return query.filters, []
    parts = [_one_of(connection, table, event, one) for one in wanted.conditions]
    others = {key: filter_ for key, filter_ in query.filters.items() if key != INVITED.key}
    return others, [or_(*parts) if wanted.any_of else and_(true(), *parts)]


def whole_and_rest(table: Table, query: Query) -> tuple[Query, Query] | None:
    """For a question that finds those not asked: all of them, and the few it leaves out. To count, both cost less."""
    wanted = query.filters.get(INVITED.key)
    if event_of(table, query) is None or wanted is None or len(wanted.conditions) > 1:
        return None
    members = wanted.conditions[0].members
    if NOT_INVITED not in members or not set(members) <= set(INVITED.titles):
        return None
    others = {key: filter_ for key, filter_ in query.filters.items() if key != INVITED.key}
    left_out = Condition("set", members=tuple(status for status in EVERY_STATUS if status not in members))
    return replace(query, filters=others), replace(query, filters={**others, INVITED.key: ColumnFilter((left_out,))})


def _one_of(connection: Connection, table: Table, event: int, wanted: Condition) -> ColumnElement[bool]:
    if wanted.operator != "set":
        raise InvalidInput(f"Так нельзя отбирать по колонке «{INVITED.label}».")
    unknown = [member for member in wanted.members if member is not None and member not in INVITED.titles]
    if unknown:
        raise InvalidInput(f"В колонке «{INVITED.label}» нет значения «{unknown[0]}».")
    if NOT_INVITED not in wanted.members:
        return _with_status(connection, table, event, [s for s in EVERY_STATUS if s in wanted.members])
    others = [status for status in EVERY_STATUS if status not in wanted.members]
    return _with_status(connection, table, event, others, opposite=True)


def _with_status(
    connection: Connection, table: Table, event: int, statuses: list[str], *, opposite: bool = False
) -> ColumnElement[bool]:
    values = {"event": event, "statuses": statuses}
    return related.condition(connection, table, RELATIONS["took_part"], values, opposite=opposite)


def _is_asked(connection: Connection, table: Table, event: int, *, opposite: bool = False) -> ColumnElement[bool]:
    values = {"event": event}
    return related.condition(connection, table, RELATIONS["invited"], values, opposite=opposite)


def page(
    connection: Connection, table: Table, event: int, of: Select[Any], order: Sequence[Any], start: int, end: int
) -> list[dict[str, Any]]:
    """Rows `start` to `end` of `of`: whoever has a status in this order, then the others by number."""
    asked = of.where(_is_asked(connection, table, event))
    found = prepared.dicts(connection.execute(asked.order_by(*order).limit(end - start).offset(start)))
    if len(found) == end - start:
        return found
    passed = start and not found and connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
    others = of.where(_is_asked(connection, table, event, opposite=True)).order_by(index_of(table.name).c.id)
    skipped = start - passed if not found else 0
    return found + prepared.dicts(connection.execute(others.limit(end - start - len(found)).offset(skipped)))


def rank(table: Table, event: int) -> ColumnElement[int]:
    """What rows are ordered by: the way of an invitation from «приглашён» on; NULL where there is none."""
    grid = index_of(table.name)
    statuses = [_status_of(grid, kind, key, event) for kind, key in table.subjects.items()]
    status = func.coalesce(*statuses) if len(statuses) > 1 else statuses[0]
    return case(*((status == literal(value), number) for number, value in enumerate(EVERY_STATUS)))


def _status_of(grid: SqlTable, kind: str, key: str, event: int) -> ColumnElement[str]:
    of_row: Select[str] = select(participation.c.status).where(
        participation.c.event_id == event, participation.c[f"{kind}_id"] == grid.c[key]
    )
    return of_row.correlate(grid).scalar_subquery()
