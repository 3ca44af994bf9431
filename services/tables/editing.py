"""The edit form of one row, from the column declarations; the second of two editors is told what the first did."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models import Account, Change, Event, Membership, Person, Record, Remark
from services import clock
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, FieldChange, InvalidInput, NotFound, StaleRecord
from services.events.days import WHEN, dates_of
from services.history.recorder import HIDDEN, WHOLE
from services.tables.columns import Column, Table
from services.tables.declared.details import form_columns, labelled
from services.tables.references import names, referred
from services.tables.registry import table_named
from services.tables.twins import taken
from services.values import PersonName, format_date, is_blank

NAME_PARTS = ("last_name", "first_name", "middle_name")
TEXT_LIMIT = 10_000
"""Most letters of a typed value: cleaning one takes time that grows with it."""


@dataclass(frozen=True)
class Field:
    """One input of the form: its column, and the present value as the user would type it, open remarks.

    Of a reference (`refers`, services.tables.references) `text` is the number and `shown` the name of the record.
    """

    key: str
    label: str
    group: str
    text: str
    choices: tuple[tuple[str, str], ...]
    required: bool
    remarks: tuple[str, ...] = ()
    refers: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Form:
    """A row opened for editing; `id` 0 for one to be made. `seen` marks the history the user has seen."""

    table: str
    id: int
    title: str
    version: int
    seen: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Saved:
    """What a save changed (labels) and what is doubtful about the new values (sentences)."""

    changed: tuple[str, ...]
    notes: tuple[str, ...]


@requires(Permission.BASE_EDIT)
def open_form(session: Session, actor: Actor, name: str, row_id: int) -> Form:
    """The form of row `row_id` of table `name`, with the columns `actor` may change."""
    table = table_named(name)
    record = record_of(session, table, row_id)
    remarks = defaultdict(list)
    for remark in session.exec(_open_remarks(record)):
        remarks[remark.field].append(remark.message)
    columns = form_columns(table, actor)
    texts = {key: text_of(c, _value(record, c)) for key, c in columns.items()}
    titles = _titles(session, columns, texts)
    fields = tuple(
        Field(key, c.label, c.group, texts[key], c.choices, c.required, tuple(remarks[c.attribute or ""]), c.refers,
              titles.get(key, ""))
        for key, c in columns.items()
    )  # fmt: skip
    return Form(name, row_id, _title(record, table), record.version, _last_change(session, record), fields)


@requires(Permission.BASE_EDIT)
def view_form(session: Session, actor: Actor, name: str, row_id: int) -> Form:
    """`open_form` for somebody who looks at a record anew: noted in the audit trail, so the caller commits."""
    form = open_form(session, actor, name, row_id)
    audit.record(session, actor, audit.Action.PROFILE_VIEWED, f"{name}:{row_id}")
    return form


@requires(Permission.BASE_EDIT)
def save_form(session: Session, actor: Actor, form: Form, typed: dict[str, str]) -> Saved:
    """Write what differs from the opened form.

    Raises `InvalidInput` with a sentence per field when a value is refused, `StaleRecord` when somebody changed the
    record since: open the form anew, keep what was typed, save again.
    """
    table = table_named(form.table)
    record = record_of(session, table, form.id)
    if record.version != form.version:
        raise _stale(session, actor, table, record, form.seen)
    opened = {field.key: field.text for field in form.fields}
    columns = form_columns(table, actor)
    unknown = next((key for key in typed if key not in columns or key not in opened), None)
    if unknown is not None:
        raise InvalidInput(f"Поле нельзя изменить: {unknown}.")
    touched = {key: text for key, text in typed.items() if text.strip() != opened[key]}
    notes = fill(session, record, columns, touched)
    session.flush()
    settle_remarks(session, record, columns, touched, notes)
    return Saved(tuple(columns[key].label for key in touched), tuple(chain.from_iterable(notes.values())))


def fill(
    session: Session, record: Record, columns: Mapping[str, Column], typed: Mapping[str, str]
) -> dict[str, list[str]]:
    """Clean and set what was typed; the doubts by field. Raises `InvalidInput` with a sentence per refused field."""
    notes: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    with session.no_autoflush:
        for key, text in typed.items():
            try:
                notes[key] = write(session, record, columns[key], text)
            except InvalidInput as error:
                refused[key] = str(error)
        refused |= {key: said for key, said in taken(session, record, columns).items() if key not in refused}
        refused |= {key: said for key, said in disordered(record, typed).items() if key not in refused}
    if refused:
        raise InvalidInput("Исправьте отмеченные поля.", refused)
    return notes


def disordered(record: Record, typed: Mapping[str, str]) -> dict[str, str]:
    """A sentence for days or hours of an event, or a term, in the wrong order, when one of them was typed."""
    if isinstance(record, Membership) and "ends_on" in typed and record.starts_on and record.ends_on:
        begun = f"Срок начался {format_date(record.starts_on.isoformat())}: закончиться раньше он не может."
        return {"ends_on": begun} if record.ends_on < record.starts_on else {}
    touched = [key for key in reversed(WHEN) if key in typed]
    said = dates_of(record).fault if isinstance(record, Event) and touched else ""
    return {touched[0]: said} if said else {}


def record_of(session: Session, table: Table, row_id: int) -> Record:
    """The record of a row of `table`. Raises `NotFound`; the rows of a view have none."""
    record = None if table.is_view else session.get(table.record, row_id)
    if record is None:
        raise NotFound("Этой записи больше нет: её удалили или объединили с другой.")
    return record


def _title(record: Record, table: Table) -> str:
    name = getattr(record, "name", None)
    return str(name) if name else f"{table.one} № {record.id}"


def _value(record: Record, column: Column) -> Any:
    assert column.attribute is not None
    return getattr(record, column.attribute)


def text_of(column: Column, value: Any) -> str:
    """A value as the user would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if column.choices or column.refers else column.kind.show(value)


def _titles(session: Session, columns: Mapping[str, Column], texts: Mapping[str, str]) -> dict[str, str]:
    """What the references among the values are called."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for key, column in columns.items():
        if column.refers and texts[key]:
            numbers[column.refers].append(int(texts[key]))
    called = names(session, numbers)
    return {
        key: called.get((column.refers, int(texts[key])), "")
        for key, column in columns.items()
        if column.refers and texts[key]
    }


def write(session: Session, record: Record, column: Column, text: str) -> list[str]:
    """Clean `text` and set it; the doubts about it. Raises `InvalidInput` when nothing can be kept of it."""
    if len(text) > TEXT_LIMIT:
        raise InvalidInput(f"В поле «{column.label}» больше {TEXT_LIMIT} знаков.")
    if is_blank(text):
        if column.required:
            raise InvalidInput(f"Поле «{column.label}» обязательно.")
        _set(record, column, None)
        return []
    if column.refers:
        _set(record, column, referred(session, column.refers, text, column.label))
        return []
    if column.choices:
        if text not in column.titles:
            raise InvalidInput(f"В поле «{column.label}» нет значения «{text}».")
        _set(record, column, {"yes": True, "no": False}.get(text, text))
        return []
    cleaned = column.kind.clean(text)
    if cleaned.value is None:
        raise InvalidInput("; ".join(note.message for note in cleaned.notes) or f"Значение не разобрано: {text}")
    _set(record, column, cleaned.value)
    return [note.message for note in cleaned.notes]


def _set(record: Record, column: Column, value: Any) -> None:
    if isinstance(value, PersonName):
        assert isinstance(record, Person)
        record.last_name, record.first_name, record.middle_name = value.last, value.first, value.middle
        return
    assert column.attribute is not None
    setattr(record, column.attribute, getattr(value, "name", value))


def settle_remarks(
    session: Session,
    record: Record,
    columns: Mapping[str, Column],
    typed: Mapping[str, str],
    notes: Mapping[str, list[str]],
) -> None:
    """Values a person has just typed answer the open remarks about their fields; fresh doubts take their place."""
    for key, text in typed.items():
        _settle(session, record, columns[key], notes[key], text)


def _settle(session: Session, record: Record, column: Column, notes: list[str], value: str) -> None:
    entity = type(record).__name__
    for remark in session.exec(_open_remarks(record).where(Remark.field == column.attribute)):
        remark.settled_at = clock.now()
    for note in notes:
        session.add(
            Remark(
                at=clock.now(), entity=entity, entity_id=record.id or 0, field=column.attribute or column.key,
                value=value, message=note, severity="warning",
            )
        )  # fmt: skip


def _open_remarks(record: Record) -> SelectOfScalar[Remark]:
    return select(Remark).where(
        Remark.entity == type(record).__name__, Remark.entity_id == record.id, col(Remark.settled_at).is_(None)
    )


def _last_change(session: Session, record: Record) -> int:
    newest = select(func.max(Change.id)).where(Change.entity == type(record).__name__, Change.entity_id == record.id)
    return session.exec(newest).one() or 0


def _stale(session: Session, actor: Actor, table: Table, record: Record, seen: int) -> DomainError:
    """What others did since, in the columns `actor` may see: a sum is no news for a manager."""
    query = (
        select(Change, Account.name)
        .outerjoin(Account, col(Account.id) == col(Change.actor_id))
        .where(Change.entity == type(record).__name__, Change.entity_id == record.id, col(Change.id) > seen)
        .order_by(col(Change.id))
    )
    rows = list(session.exec(query))
    labels = labelled(table, actor)
    changes = []
    for change, _ in rows:
        column = labels.get("name" if change.field in NAME_PARTS else change.field)
        if column is not None and change.field != WHOLE:
            changes.append(FieldChange(column.label, shown(column, change.before), shown(column, change.after)))
    who = rows[-1][1] if rows and rows[-1][1] else "система"
    return StaleRecord(who, tuple(changes))


def shown(column: Column, recorded: str | None) -> str:
    """A value of the history as people read it; a reference as its number."""
    value = None if recorded is None else json.loads(recorded)
    if value is None or value == HIDDEN:
        return "" if value is None else HIDDEN
    text = text_of(column, value)
    return column.titles.get(text, text) if column.choices else text
