"""What the dialog of conditions offers, and a condition in words."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from services import clock, values
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.tables.conditions import contains
from services.tables.query import Query, Related
from services.tables.registry import table_named
from services.tables.related import Parameter, Reference, Relation, checked, permitted
from services.tables.related_declared import RELATIONS, relation_named

GONE = "запись удалена"


@dataclass(frozen=True)
class Option:
    """A record to choose: its number and the words for it."""

    id: int
    label: str


@requires(Permission.BASE_READ)
def offered(_session: Session, actor: Actor, name: str) -> tuple[Relation, ...]:
    """The conditions `actor` may set on table `name`; none where its rows are neither people nor companies."""
    table = table_named(name)
    return tuple(relation for relation in RELATIONS.values() if permitted(relation, table, actor))


@requires(Permission.BASE_READ)
def options(
    session: Session, actor: Actor, relation: str, parameter: str, text: str = "", limit: int = 200
) -> tuple[Option, ...]:
    """At most `limit` records the parameter may name, those with `text` in their name."""
    declared = relation_named(relation)
    actor.require(declared.permission)
    found = next((p for p in declared.parameters if p.key == parameter and p.reference), None)
    if found is None or found.reference is None:
        raise InvalidInput(f"У условия «{declared.title}» нет списка {parameter}.")
    reference = found.reference
    statement = _named(reference)
    if reference.wanted is not None:
        statement = statement.where(reference.wanted)
    if reference.key is not None:
        dialect = session.connection().dialect.name
        for word in values.fold(text).split():
            statement = statement.where(contains(reference.key, word, dialect))
    rows = session.connection().execute(statement.order_by(*reference.order).limit(limit))
    return tuple(Option(number, _label(name, note)) for number, name, note in rows)


@requires(Permission.BASE_READ)
def captions(session: Session, actor: Actor, name: str, query: Query) -> tuple[str, ...]:
    """The related conditions of a query in words, in their order. Raises `InvalidInput` for one that makes no sense."""
    table = table_named(name)
    found = []
    for wanted in query.related:
        relation = relation_named(wanted.relation)
        if not permitted(relation, table, actor):
            raise InvalidInput(f"Условие «{relation.title}» здесь недоступно.")
        found.append(_caption(session, relation, wanted))
    return tuple(found)


def _caption(session: Session, relation: Relation, wanted: Related) -> str:
    given = checked(relation, wanted)
    parts = [part for parameter in relation.parameters if (part := _words(session, parameter, given[parameter.key]))]
    title = relation.opposite if wanted.opposite else relation.title
    return f"{title}: {', '.join(parts)}" if parts else title


def _words(session: Session, parameter: Parameter, value: Any) -> str:
    if value is None:
        return ""
    if parameter.reference is not None:
        one = _named(parameter.reference)
        row = session.connection().execute(one.where(one.selected_columns[0] == value)).first()
        return GONE if row is None else _label(row[1], row[2])
    if parameter.kind == "day":
        return parameter.word + values.format_date(value)
    members = value if isinstance(value, tuple) else (value,)
    return " или ".join(parameter.titles[member] for member in members)


def _named(reference: Reference) -> Any:
    number = reference.model.__table__.c.id  # type: ignore[attr-defined]
    return select(number, reference.name, number.label("none") if reference.note is None else reference.note)


def _label(name: str, note: object) -> str:
    if isinstance(note, dt.datetime):
        return f"{name} ({clock.local(note):%d.%m.%Y})"
    if isinstance(note, str) and note:
        return f"{name} ({values.format_date(note) if '-' in note else note})"
    return name
