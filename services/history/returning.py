"""«Вернуть»: a field gets back the value it had before one change, by the rules of its form."""

from typing import Any

from sqlmodel import Session

from models import Change, Person, Record
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput, NotFound
from services.history import past
from services.history.recorder import SECRET, WHOLE
from services.history.wording import NAMES, TOLD, fields_of, worded
from services.tables.columns import Column
from services.tables.declared.details import form_columns
from services.tables.references import SORTS, names
from services.tables.registry import table_named
from services.tables.twins import taken


class ChangedSince(DomainError):
    """The field was changed again after the change that is to be taken back."""


@requires(Permission.BASE_EDIT)
def return_value(session: Session, actor: Actor, number: int, *, over: bool = False) -> str:
    """Put back what the field held before change `number`; the label of the field.

    Raises `ChangedSince` when the present value is not the one that change wrote, unless `over`.
    """
    change = session.get(Change, number)
    if change is None or change.field == WHOLE or change.entity not in TOLD:
        raise NotFound("Такого изменения нет, или его нельзя вернуть по одному полю.")
    if (change.entity, change.field) in SECRET:
        raise DomainError("Прежнее значение этого поля не хранится, вернуть его нельзя.")
    model = TOLD[change.entity].model
    record: Any = session.get(model, change.entity_id)
    if record is None:
        raise NotFound("Этой записи больше нет: её удалили или объединили с другой.")
    column = _column(actor, record, change)
    before, after = (past.value(model, change.field, text) for text in (change.before, change.after))
    present = getattr(record, change.field)
    if present == before:
        raise DomainError(f"В поле «{column.label}» уже стоит это значение.")
    if present != after and not over:
        shown = _shown(session, column, present)
        raise ChangedSince(f"Поле «{column.label}» с тех пор изменили ещё раз: сейчас в нём «{shown}».")
    _put(session, record, column, change.field, before)
    session.flush()
    return column.label


def _column(actor: Actor, record: Record, change: Change) -> Column:
    """The column of the field, when the actor may edit it."""
    told = TOLD[change.entity]
    table = "courses" if getattr(record, "kind", "") == "course" else told.table
    editable = {c.attribute for c in form_columns(table_named(table), actor).values()} if table else set()
    if isinstance(record, Person):
        editable |= set(NAMES)
    column = fields_of(change.entity, actor).get(change.field)
    if column is None or change.field not in editable:
        raise DomainError("Это поле меняют не в форме: вернуть прежнее значение отсюда нельзя.")
    return column


def _put(session: Session, record: Any, column: Column, field: str, value: Any) -> None:
    if value in (None, "") and (column.required or field == "last_name"):
        raise InvalidInput(f"Поле «{column.label}» обязательно, пустым его не сделать.")
    if column.refers and value is not None and session.get(SORTS[column.refers], value) is None:
        raise DomainError(f"В поле «{column.label}» раньше была запись, которой больше нет.")
    with session.no_autoflush:
        setattr(record, field, value)
        refused = taken(session, record, {field: column})
    if refused:
        raise InvalidInput(refused[field])


def _shown(session: Session, column: Column, value: Any) -> str:
    called = names(session, {column.refers: [value]}) if column.refers and value is not None else {}
    return worded(column, value, called)
