"""One cell changed in the grid itself: cleaned as in the form, refused when somebody changed the value meanwhile."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlmodel import Session, col, select

from models import Account, Change, Record
from services.access.permissions import Actor, Permission, requires
from services.errors import FieldChange, InvalidInput, StaleRecord
from services.tables.columns import Column, Table
from services.tables.editing import fill, record_of, settle_remarks, text_of
from services.tables.registry import table_named

SIMPLE = frozenset({"text", "phone", "email", "inn", "ogrn", "site", "date", "choice"})
"""Kinds of columns whose values are one short text."""


@dataclass(frozen=True)
class CellSaved:
    """Whether anything changed, and what is doubtful about the new value (sentences)."""

    changed: bool
    notes: tuple[str, ...] = ()


def is_simple(column: Column) -> bool:
    """Whether a column holds a plain value of the row's own record: no name, no reference, no sum."""
    own = column.attribute is not None and column.attribute != "name"
    return own and not column.refers and column.kind.name in SIMPLE


def cell_columns(table: Table, actor: Actor) -> dict[str, Column]:
    """The columns `actor` may change in the grid itself, by key."""
    return {key: column for key, column in table.editable(actor).items() if is_simple(column)}


@requires(Permission.BASE_EDIT)
def save_cell(
    session: Session, actor: Actor, name: str, number: int, key: object, typed: object, before: object
) -> CellSaved:
    """Write what was typed into column `key` of row `number`; `before` is the value the grid showed.

    Raises `InvalidInput` when the value is refused, `StaleRecord` when it is no longer what the grid showed.
    """
    table = table_named(name)
    record = record_of(session, table, number)
    column = cell_columns(table, actor).get(key) if isinstance(key, str) else None
    if column is None:
        raise InvalidInput("Эту колонку нельзя изменить в таблице.")
    if not isinstance(typed, str):
        raise InvalidInput("Новое значение не разобрано.")
    present = getattr(record, column.attribute or "")
    if as_shown(present) != (before or None):
        raise _stale(session, record, column, before, present)
    if typed.strip() == text_of(column, present):
        return CellSaved(changed=False)
    notes = _filled(session, record, column, typed)
    changed = session.is_modified(record)
    session.flush()
    settle_remarks(session, record, {column.key: column}, {column.key: typed}, notes)
    return CellSaved(changed, tuple(chain.from_iterable(notes.values())))


def as_shown(value: Any) -> Any:
    """A value of a record as the row index holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return value or None


def _filled(session: Session, record: Record, column: Column, typed: str) -> dict[str, list[str]]:
    try:
        return fill(session, record, {column.key: column}, {column.key: typed})
    except InvalidInput as error:
        raise InvalidInput(" ".join(error.fields.values()) or str(error)) from error


def _stale(session: Session, record: Record, column: Column, before: object, present: Any) -> StaleRecord:
    """Who changed the value last, and what it was and is."""
    newest = (
        select(Account.name)
        .join(Change, col(Change.actor_id) == col(Account.id))
        .where(Change.entity == type(record).__name__, Change.entity_id == record.id, Change.field == column.attribute)
        .order_by(col(Change.id).desc())
    )
    who = session.exec(newest.limit(1)).first() or "система"
    return StaleRecord(who, (FieldChange(column.label, _words(column, before), _words(column, present)),))


def _words(column: Column, value: Any) -> str:
    """A value as people read it. The one the grid showed comes from a browser: it may be of any shape."""
    shown = as_shown(value)
    if shown is None or not isinstance(shown, str):
        return ""
    return column.titles.get(shown, shown) if column.choices else text_of(column, shown)
