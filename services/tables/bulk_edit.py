"""One field changed in many rows at once: what would change and what would not, then all of it as one batch.

The value is the same for all, so it is cleaned once. Rows are read and written by sets; what cannot take the value
(`Refusal`) stays as it is.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from models import BatchKind, Event, Record, Remark
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput
from services.events.days import WHEN
from services.history import batches, bulk
from services.history.statements import chunks, is_among, table_of
from services.tables.bulk_clashes import clashes
from services.tables.cells import as_shown, is_simple
from services.tables.columns import Column, Table
from services.tables.declared.details import form_columns
from services.tables.editing import disordered, text_of, write
from services.tables.kinds import YES_NO
from services.tables.query import Query
from services.tables.references import choices, names
from services.tables.registry import table_named
from services.tables.rows import numbers_of, rows
from services.values.cleaned import counted

ACTIVE = "active"
NOT_IN_BULK = {"committees": frozenset({"position"}), "members": frozenset({"ends_on"})}
"""Columns whose change is a decision about one row, with rules of its own: a seat, a term."""
SHOWN = 20
"""So many rows of a preview are shown before and after."""
TAKEN = "значение уже есть у другой записи, одинаковых быть не может"
MANY_ALIKE = "у нескольких записей такого одинакового значения быть не может"
DISORDERED = "день или время окончания оказались бы раньше начала"


@dataclass(frozen=True)
class Changeable:
    """A field that can be changed in many rows; `choices` (value, words) of a list, empty for a text."""

    key: str
    label: str
    group: str
    choices: tuple[tuple[str, str], ...]
    may_be_empty: bool


@dataclass(frozen=True)
class Sample:
    """A row that would change: what it is called, its value before."""

    id: int
    title: str
    before: str


@dataclass(frozen=True)
class Refusal:
    """Why so many rows stay as they are."""

    reason: str
    count: int


@dataclass(frozen=True)
class Preview:
    """What a change would do: of `total` rows found `changed` get the value `after`, `same` have it already.

    `stamp` stands for exactly these rows with exactly these values; `notes` are doubts about the value.
    """

    total: int
    changed: int
    same: int
    refusals: tuple[Refusal, ...]
    sample: tuple[Sample, ...]
    label: str
    after: str
    notes: tuple[str, ...]
    stamp: str


@dataclass(frozen=True)
class Applied:
    """How many rows were changed, and the batch by which that can be undone."""

    changed: int
    batch_id: int


@dataclass(frozen=True)
class _Plan:
    table: Table
    column: Column
    value: Any
    notes: tuple[str, ...]
    total: int
    before: Mapping[int, Any]
    """Present values of the rows that change."""
    refusals: tuple[Refusal, ...]

    @property
    def attribute(self) -> str:
        assert self.column.attribute is not None
        return self.column.attribute

    @property
    def stamp(self) -> str:
        told = "|".join(f"{number}:{as_shown(value)}" for number, value in sorted(self.before.items()))
        return hashlib.sha256(f"{as_shown(self.value)}|{told}".encode()).hexdigest()


@requires(Permission.BASE_EDIT)
def changeable(session: Session, actor: Actor, name: str) -> tuple[Changeable, ...]:
    """The fields of table `name` that `actor` may change in many rows."""
    return tuple(
        Changeable(
            key, column.label, column.group, _choices(session, actor, column), not column.required
        )
        for key, column in bulk_columns(table_named(name), actor).items()
    )  # fmt: skip


@requires(Permission.BASE_EDIT)
def preview(session: Session, actor: Actor, name: str, query: Query, key: str, text: str) -> Preview:
    """What would change if field `key` of the rows found became `text` (empty: cleared). Writes nothing.

    Raises `InvalidInput` when the field cannot take such a value.
    """
    plan = _plan(session, actor, name, query, key, text)
    first = sorted(plan.before)[:SHOWN]
    found = rows(session, actor, name, Query(ids=tuple(first), end=SHOWN, retired=query.retired)).rows
    title = "name" if "name" in plan.table.visible(actor) else plan.table.order
    words = _words(session, plan.column, {plan.value, *(plan.before[row["id"]] for row in found)})
    sample = tuple(Sample(row["id"], str(row[title] or ""), words[plan.before[row["id"]]]) for row in found)
    refused = sum(refusal.count for refusal in plan.refusals)
    same = plan.total - len(plan.before) - refused
    return Preview(
        plan.total, len(plan.before), same, plan.refusals, sample, plan.column.label, words[plan.value],
        plan.notes, plan.stamp,
    )  # fmt: skip


@requires(Permission.BASE_EDIT)
def apply(session: Session, actor: Actor, name: str, query: Query, key: str, text: str, stamp: str) -> Applied:
    """Change the rows as the preview of this `stamp` said, as one batch; the caller commits.

    Raises `DomainError` when by now other rows would change, or other values would be lost.
    """
    plan = _plan(session, actor, name, query, key, text, locked=True)
    if plan.stamp != stamp:
        many = counted(len(plan.before), "записи", "записей", "записей")
        raise DomainError(f"Пока вы смотрели, данные изменили: теперь изменение коснётся {many}. Проверьте ещё раз.")
    if not plan.before:
        raise DomainError("Менять нечего: у всех выбранных записей уже такое значение.")
    session.flush()
    with batches.opened(session, actor, BatchKind.EDIT, _title(plan)) as batch:
        bulk.update(session, plan.table.record, {number: {plan.attribute: plan.value} for number in plan.before})
    _settle(session, plan, text)
    return Applied(len(plan.before), batch.id or 0)


def bulk_columns(table: Table, actor: Actor) -> dict[str, Column]:
    """The fields `actor` may change in many rows of a table, by key."""
    left_out = NOT_IN_BULK.get(table.name, frozenset())
    found = {
        key: column
        for key, column in form_columns(table, actor).items()
        if key not in left_out and (is_simple(column) or column.refers == "managers")
    }
    if found and ACTIVE in table.record.model_fields:
        titles = (("yes", "в работе"), ("no", "деактивирована"))
        found[ACTIVE] = Column(ACTIVE, "Состояние записи", YES_NO, attribute=ACTIVE, choices=titles, required=True)
    return found


def _choices(session: Session, actor: Actor, column: Column) -> tuple[tuple[str, str], ...]:
    if not column.refers:
        return column.choices
    return tuple((str(choice.id), choice.title) for choice in choices(session, actor, column.refers))


def _plan(
    session: Session, actor: Actor, name: str, query: Query, key: str, text: str, *, locked: bool = False
) -> _Plan:
    table = table_named(name)
    column = bulk_columns(table, actor).get(key)
    if column is None:
        raise InvalidInput("Это поле нельзя изменить у нескольких записей сразу.")
    value, notes = _cleaned(session, table, column, text)
    numbers = numbers_of(session, actor, name, query, "id")
    if locked:
        _lock(session, table, numbers)
    assert column.attribute is not None
    present = _present(session, table.record, numbers, column.attribute)
    differing = {n: values for n, values in present.items() if as_shown(values[column.attribute]) != as_shown(value)}
    reasons = _reasons(session, table.record, column, value, differing)
    before = {n: values[column.attribute] for n, values in differing.items() if n not in reasons}
    refusals = tuple(Refusal(reason, count) for reason, count in Counter(reasons.values()).most_common())
    return _Plan(table, column, value, tuple(notes), len(present), before, refusals)


def _cleaned(session: Session, table: Table, column: Column, text: str) -> tuple[Any, list[str]]:
    """The value as a form of one row would keep it, and the doubts about it."""
    record: Any = table.record()
    with session.no_autoflush:
        notes = write(session, record, column, text)
    return getattr(record, column.attribute or ""), notes


def _lock(session: Session, table: Table, numbers: tuple[int, ...]) -> None:
    """Nobody changes these rows until this transaction ends; SQLite has one writer anyway."""
    of, connection = table_of(table.record), session.connection()
    for chunk in chunks(numbers):
        connection.execute(
            select(of.c.id).where(is_among(connection, of.c.id, chunk)).order_by(of.c.id).with_for_update()
        )


def _present(session: Session, model: type[Record], numbers: tuple[int, ...], attribute: str) -> dict[int, Any]:
    """The values the change is about, and those it is checked against."""
    wanted = {attribute}
    if model is Event and attribute in WHEN:
        wanted |= set(WHEN)
    session.flush()
    found: dict[int, Any] = {}
    for chunk in chunks(numbers):
        found |= bulk.read(session, model, chunk, wanted, strict=False)
    return found


def _reasons(
    session: Session, model: type[Record], column: Column, value: Any, rows_: Mapping[int, Mapping[str, Any]]
) -> dict[int, str]:
    """Rows that cannot take the value, with the reason."""
    attribute = column.attribute or ""
    if model is Event and attribute in WHEN:
        fresh = {number: Event(**{**values, attribute: value}) for number, values in rows_.items()}
        return {number: DISORDERED for number, event in fresh.items() if disordered(event, {attribute: ""})}
    taken, alike = clashes(session, model, attribute, value, list(rows_))
    return {**dict.fromkeys(alike, MANY_ALIKE), **dict.fromkeys(taken, TAKEN)}


def _words(session: Session, column: Column, values: set[Any]) -> dict[Any, str]:
    """Values as people read them."""
    called = names(session, {column.refers: [v for v in values if v is not None]}) if column.refers else {}
    said = {}
    for value in values:
        text = text_of(column, value)
        said[value] = called.get((column.refers, value), text) if column.refers else column.titles.get(text, text)
    return said


def _title(plan: _Plan) -> str:
    """What the batch is called. The value itself is in the history: it may be no business of everybody."""
    many = counted(len(plan.before), "запись", "записи", "записей")
    if plan.column.key == ACTIVE:
        return f"{plan.table.title}: {'возвращение в работу' if plan.value else 'деактивация'}, {many}"
    return f"{plan.table.title}: поле «{plan.column.label}», {many}"


def _settle(session: Session, plan: _Plan, text: str) -> None:
    """As services.tables.editing.settle_remarks, for all rows at once."""
    connection, now = session.connection(), clock.now()
    entity, numbers = plan.table.record.__name__, list(plan.before)
    for chunk in chunks(numbers):
        about = (col(Remark.entity) == entity, col(Remark.field) == plan.attribute, col(Remark.settled_at).is_(None))
        of_rows = is_among(connection, table_of(Remark).c.entity_id, chunk)
        connection.execute(update(Remark).where(*about, of_rows).values(settled_at=now))
    fresh = {"at": now, "entity": entity, "field": plan.attribute, "value": text, "severity": "warning"}
    doubts = [{**fresh, "entity_id": number, "message": note} for number in numbers for note in plan.notes]
    if doubts:
        connection.execute(insert(Remark), doubts)
