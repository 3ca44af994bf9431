"""The history of one record and of what is tied to it: who changed what, when, from where. Newest first, paged."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, not_, or_, select, true, union_all
from sqlmodel import Session, col

from models import (
    Account,
    BatchKind,
    Change,
    CommitteeRequest,
    CommitteeSeat,
    Document,
    DocumentReceipt,
    DocumentType,
    Employment,
    EventSpeaker,
    ExtraValue,
    ImportBatch,
    Membership,
    Participation,
    Record,
    Source,
    Speaker,
)
from services.access.permissions import Actor, Permission, requires
from services.history import past
from services.history.recorder import HIDDEN, WHOLE
from services.history.wording import SOURCES, TOLD, fields_of, worded
from services.tables.columns import Column
from services.tables.references import names

PAGE = 20
SHOWN = 300
"""Letters of a value that are shown."""
_OF_PARTY: tuple[type[Record], ...] = (Employment, Membership, Participation, DocumentReceipt, Document, ExtraValue)
TIED: dict[str, tuple[str, tuple[type[Record], ...]]] = {
    "Person": ("person_id", (*_OF_PARTY, CommitteeSeat, CommitteeRequest, Speaker)),
    "Company": ("company_id", _OF_PARTY),
    "Event": ("event_id", (EventSpeaker,)),
    "Venue": ("", ()),
}
"""By entity: the reference of what is tied to it, and the models that belong to its history."""


@dataclass(frozen=True)
class Line:
    """One change. `what` names the field or, of a record put in or deleted, the record; `tied` what it belongs to.

    `load` is the number of the load it came from, `edit` that of the bulk change or merge, called `edit_title`.
    `can_return`: the value before it may be put back.
    """

    id: int
    at: dt.datetime
    who: str
    source: str
    load: int | None
    tied: str
    what: str
    before: str
    after: str
    can_return: bool
    edit: int | None = None
    edit_title: str = ""


@dataclass(frozen=True)
class Trail:
    """A page of the history: the number of the page from 0, of all pages, of all changes."""

    lines: tuple[Line, ...]
    page: int
    pages: int
    total: int


@requires(Permission.BASE_READ)
def trail_of(session: Session, actor: Actor, entity: str, number: int, page: int = 0) -> Trail:
    """Page `page` of the history of record `number` of `entity` («Person», «Company», «Event», «Venue»)."""
    reference, models = TIED[entity]
    fields = {told: fields_of(told, actor) for told in (entity, *(model.__name__ for model in models))}
    for model in models:
        fields[model.__name__].pop(reference, None)  # whose history it is need not be said at every line
    closed = _closed(session, actor)
    numbers = _numbers(session, entity, number, fields, closed)
    pages = max(1, (len(numbers) - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    wanted = numbers[page * PAGE : (page + 1) * PAGE]
    lines = _lines(session, wanted, entity, number, fields, may_return=actor.may(Permission.BASE_EDIT))
    return Trail(tuple(lines), page, pages, len(numbers))


def _closed(session: Session, actor: Actor) -> list[int]:
    """The types of documents the actor may not open: a title says what stands in the document."""
    kinds = session.execute(select(col(DocumentType.id), col(DocumentType.permission)))
    return [number for number, permission in kinds if not actor.may(Permission(permission))]


def _numbers(
    session: Session, entity: str, number: int, fields: dict[str, dict[str, Column]], closed: Sequence[int]
) -> list[int]:
    """The changes of the record and of everything that is or was tied to it, newest first.

    Documents of the types `closed` are left out.
    """
    reference, models = TIED[entity]
    parts = [_of(entity, col(Change.entity_id) == number, fields[entity])]
    if models:
        gone = _deleted(session, [model.__name__ for model in models], reference, number, closed)
        for model in models:
            key: Any = model
            present = select(key.id).where(getattr(key, reference) == number)
            if model is Document and closed:
                present = present.where(key.type_id.not_in(closed))
            name = model.__name__
            parts.append(_of(name, col(Change.entity_id).in_(present), fields[name]))
            if gone[name]:
                parts.append(_of(name, col(Change.entity_id).in_(gone[name]), fields[name]))
    statement = union_all(*(select(col(Change.id)).where(part) for part in parts))
    return sorted({found for (found,) in session.connection().execute(statement) if found}, reverse=True)


def _of(entity: str, which: ColumnElement[bool], fields: Iterable[str]) -> ColumnElement[bool]:
    return and_(col(Change.entity) == entity, which, col(Change.field).in_([WHOLE, *fields]))


def _deleted(
    session: Session, entities: Sequence[str], reference: str, number: int, closed: Sequence[int]
) -> dict[str, list[int]]:
    """What was tied to the record and is deleted now: the values it had are kept as JSON.

    WHOLE stands in the text of the statement, or the partial index of deletions would not be used.
    """
    mentions = or_(*(col(Change.before).like(f'%"{reference}":{number}{end}%') for end in (",", "}")))
    secret = [col(Change.before).like(f'%"type_id":{kind}{end}%') for kind in closed for end in (",", "}")]
    query = select(col(Change.entity), col(Change.entity_id)).where(
        col(Change.field) == literal_column(f"'{WHOLE}'"),
        col(Change.after).is_(None),
        col(Change.entity).in_(entities),
        mentions,
        not_(and_(col(Change.entity) == Document.__name__, or_(*secret))) if secret else true(),
    )
    found: dict[str, list[int]] = defaultdict(list)
    for entity, gone in session.connection().execute(query):
        found[entity].append(gone)
    return found


def _lines(
    session: Session,
    wanted: Sequence[int],
    entity: str,
    number: int,
    fields: dict[str, dict[str, Column]],
    *,
    may_return: bool,
) -> Iterable[Line]:
    query = (
        select(Change, col(Account.name), ImportBatch)
        .outerjoin(Account, col(Account.id) == col(Change.actor_id))
        .outerjoin(ImportBatch, col(ImportBatch.id) == col(Change.batch_id))
        .where(col(Change.id).in_(wanted))
        .order_by(col(Change.id).desc())
    )
    rows = [(change, who, batch) for change, who, batch in session.execute(query)]
    called = names(session, _references(rows, fields))
    for change, who, batch in rows:
        is_load = batch is not None and batch.kind == BatchKind.LOAD.value
        own = change.entity == entity and change.entity_id == number
        what, before, after = _words(change, fields[change.entity], called)
        column = fields[change.entity].get(change.field)
        hidden = HIDDEN in (before, after)
        yield Line(
            id=change.id,
            at=change.at,
            who=who or ("по личной ссылке" if change.source == Source.CABINET else "система"),
            source=SOURCES.get(change.source, change.source),
            load=batch.id if is_load else None,
            tied="" if own or change.field == WHOLE else TOLD[change.entity].title,
            what=what,
            before=before[:SHOWN],
            after=after[:SHOWN],
            can_return=may_return and own and column is not None and not hidden,
            edit=batch.id if batch is not None and not is_load else None,
            edit_title=batch.file_name if batch is not None and not is_load else "",
        )


def _references(rows: Iterable[Any], fields: dict[str, dict[str, Column]]) -> dict[str, set[int]]:
    """The numbers among the values, by what they refer to."""
    found: dict[str, set[int]] = defaultdict(set)
    for change, *_ in rows:
        columns = fields[change.entity]
        for values in _values(change):
            for key, value in values.items():
                column = columns.get(key)
                if column is not None and column.refers and isinstance(value, int):
                    found[column.refers].add(value)
    return found


def _values(change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was before and after, by field."""
    model = TOLD[change.entity].model
    if change.field == WHOLE:
        return tuple(past.whole(model, text) if text else {} for text in (change.before, change.after))  # type: ignore[return-value]
    before, after = (past.value(model, change.field, text) for text in (change.before, change.after))
    return {change.field: before}, {change.field: after}


def _words(change: Change, columns: dict[str, Column], called: dict[tuple[str, int], str]) -> tuple[str, str, str]:
    before, after = _values(change)
    if change.field != WHOLE:
        column = columns[change.field]
        key = change.field
        return column.label, _plain(column, before[key], called), _plain(column, after[key], called)
    title = TOLD[change.entity].title
    verb = "добавлено" if change.after is not None else "удалено"
    return f"{title}: {verb}", _summary(columns, before, called), _summary(columns, after, called)


def _plain(column: Column, value: Any, called: dict[tuple[str, int], str]) -> str:
    return HIDDEN if value == HIDDEN else worded(column, value, called)


def _summary(columns: dict[str, Column], values: dict[str, Any], called: dict[tuple[str, int], str]) -> str:
    told = {key: column for key, column in columns.items() if values.get(key) not in (None, False, "")}
    return "; ".join(f"{column.label}: {_plain(column, values[key], called)}" for key, column in told.items())
