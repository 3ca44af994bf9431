"""New rows of the tables, deactivating them, bringing them back, deleting what nothing hangs on."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Table as SqlTable, func, literal, select, union_all
from sqlmodel import Session

from models import Base, Event, EventKind
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput
from services.tables.declared.details import form_columns
from services.tables.editing import Field, Form, fill, record_of, settle_remarks
from services.tables.registry import table_named
from services.values.cleaned import counted

MADE = ("people", "companies", "venues", "events", "courses", "speakers")
"""Tables whose rows are made by a form. Lines of the register and seats are made from a card: they follow rules."""

OWNED = frozenset({"extra_value", "field_origin"})
"""Parts of a record that go with it."""

HANGING = {
    "employment": ("место работы", "места работы", "мест работы"),
    "membership": ("запись реестра членов", "записи реестра членов", "записей реестра членов"),
    "committee_seat": ("место в комитете", "места в комитетах", "мест в комитетах"),
    "participation": ("участие в мероприятиях", "участия в мероприятиях", "участий в мероприятиях"),
    "document_receipt": ("документ", "документа", "документов"),
    "document": ("файл документа", "файла документов", "файлов документов"),
    "committee_request": ("заявка в комитет", "заявки в комитеты", "заявок в комитеты"),
    "speaker": ("карточка спикера", "карточки спикера", "карточек спикера"),
    "event_speaker": ("выступление", "выступления", "выступлений"),
    "venue": ("место проведения", "места проведения", "мест проведения"),
    "event": ("мероприятие", "мероприятия", "мероприятий"),
    "delivery": ("сообщение", "сообщения", "сообщений"),
    "notice": ("сообщение в кабинете", "сообщения в кабинете", "сообщений в кабинете"),
    "opt_out": ("отписка", "отписки", "отписок"),
    "consent": ("согласие", "согласия", "согласий"),
    "account": ("учётная запись", "учётные записи", "учётных записей"),
    "person": ("физ. лицо", "физ. лица", "физ. лиц"),
    "company": ("юр. лицо", "юр. лица", "юр. лиц"),
}
OTHERS = ("другая запись", "другие записи", "других записей")


@dataclass(frozen=True)
class Created:
    """A new row, and what is doubtful about its values."""

    id: int
    title: str
    notes: tuple[str, ...]


@requires(Permission.BASE_EDIT)
def new_form(_session: Session, actor: Actor, name: str) -> Form:
    """An empty form for a new row of table `name`."""
    table = table_named(name)
    if name not in MADE:
        raise DomainError(f"В таблицу «{table.title}» записи добавляют из карточки.")
    fields = tuple(
        Field(key, c.label, c.group, _beginning(key), c.choices, c.required, refers=c.refers)
        for key, c in form_columns(table, actor, new=True).items()
    )
    return Form(name, 0, f"Добавить: {table.one}", 0, 0, fields)


def _beginning(key: str) -> str:
    return {"kind": EventKind.EVENT.value, "do_not_disturb": "no"}.get(key, "")


@requires(Permission.BASE_EDIT)
def create_row(session: Session, actor: Actor, name: str, typed: dict[str, str]) -> Created:
    """Make a row of what was typed. Raises `InvalidInput` with a sentence per field."""
    table = table_named(name)
    if name not in MADE:
        raise DomainError(f"В таблицу «{table.title}» записи добавляют из карточки.")
    columns = form_columns(table, actor, new=True)
    unknown = next((key for key in typed if key not in columns), None)
    if unknown is not None:
        raise InvalidInput(f"Поле нельзя заполнить: {unknown}.")
    record: Any = table.record()
    if isinstance(record, Event) and name == "courses":
        record.kind = EventKind.COURSE.value
    wanted = {key: typed.get(key, "") for key, c in columns.items() if typed.get(key, "").strip() or c.required}
    notes = fill(session, record, columns, {key: text or _beginning(key) for key, text in wanted.items()})
    session.add(record)
    session.flush()
    settle_remarks(session, record, columns, wanted, notes)
    return Created(record.id, getattr(record, "name", "") or table.one, tuple(chain.from_iterable(notes.values())))


@requires(Permission.BASE_EDIT)
def set_active(session: Session, _actor: Actor, name: str, number: int, active: bool) -> None:
    """Deactivate a record (it stays, and disappears from the tables), or bring it back."""
    record: Any = record_of(session, table_named(name), number)
    if not hasattr(record, "active"):
        raise DomainError("Такую запись нельзя деактивировать.")
    record.active = active
    session.flush()


@requires(Permission.BASE_EDIT)
def hanging_on(session: Session, _actor: Actor, name: str, number: int) -> tuple[str, ...]:
    """What refers to the record: «3 места работы», «1 документ»; empty when it may be deleted."""
    model: Any = table_named(name).record
    target: SqlTable = model.__table__
    counts = [
        select(literal(table.name).label("what"), func.count().label("many")).select_from(table).where(column == number)
        for table in Base.metadata.sorted_tables
        if table.name not in OWNED
        for column in table.columns
        if any(key.column.table is target for key in column.foreign_keys)
    ]
    found: dict[str, int] = {}
    if counts:
        for what, many in session.connection().execute(union_all(*counts)):
            found[what] = found.get(what, 0) + many
    return tuple(counted(many, *HANGING.get(what, OTHERS)) for what, many in found.items() if many)


@requires(Permission.BASE_EDIT)
def delete_row(session: Session, actor: Actor, name: str, number: int) -> str:
    """Delete a record nothing hangs on; what it was called. Raises `DomainError` that says what does."""
    record = record_of(session, table_named(name), number)
    if not hasattr(record, "active"):
        raise DomainError("Место в комитете и запись реестра завершают на карточке: так остаётся история.")
    hanging = hanging_on(session, actor, name, number)
    if hanging:
        raise DomainError(f"Удалить нельзя, с записью связаны: {', '.join(hanging)}. Её можно деактивировать.")
    title = str(getattr(record, "name", "") or table_named(name).one)
    session.delete(record)
    session.flush()
    return title
