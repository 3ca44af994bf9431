"""What undoing leaves as it is, in words: which record, which field, both values as the tables show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from models import Person, Record
from services.access.permissions import Actor, Permission
from services.history import bulk
from services.history.recorder import HIDDEN, PERSONAL, WHOLE, recorded
from services.history.statements import chunks
from services.history.wording import TOLD
from services.imports.unwinding import REFERENCES, Phrase, Refusal
from services.tables.columns import Column
from services.tables.declared.details import details
from services.tables.editing import NAME_PARTS
from services.tables.registry import TABLES

TIE = "к кому относится"
"""What a reference is called that has no column."""
TITLES = ("name", "label", "title")
YES_NO = {True: "да", False: "нет"}


@dataclass(frozen=True)
class Kept:
    """What undoing leaves as it is: the record, the field, why, the present value and the one that would return."""

    entity: str
    entity_id: int
    name: str
    field: str
    reason: str
    now: str
    wanted: str


def in_words(session: Session, refusals: Iterable[Refusal], actor: Actor | None) -> tuple[Kept, ...]:
    """The refusals as `actor` may see them; None may see no guarded value."""
    refused = list(refusals)
    names = _names(session, {(refusal.model, refusal.number) for refusal in refused})
    return tuple(
        Kept(
            refusal.model.__name__,
            refusal.number,
            names[refusal.model, refusal.number],
            "запись" if refusal.field == WHOLE else _label(refusal.model, refusal.field),
            refusal.reason,
            _text(actor, refusal, refusal.now),
            _text(actor, refusal, refusal.wanted),
        )
        for refusal in refused
    )


@lru_cache
def _column(model: Any, key: str) -> Column | None:
    """The declared column that writes this field."""
    attribute = "name" if model is Person and key in NAME_PARTS else key
    own = [table for table in TABLES.values() if table.record is model]
    declared = [column for table in own for column in (*table.columns, *details(table))]
    told = TOLD[model.__name__].more if model.__name__ in TOLD else ()
    return next((column for column in (*declared, *told) if column.attribute == attribute), None)


def _label(model: type[Record], key: str) -> str:
    column = _column(model, key)
    return column.label if column else TIE if key in REFERENCES[model] else key


def _text(actor: Actor | None, refusal: Refusal, value: Any) -> str:
    column = _column(refusal.model, refusal.field)
    if value is None or isinstance(value, Phrase):
        return value or ""
    if not _may_see(actor, refusal, column):
        return HIDDEN
    if isinstance(value, bool):
        return YES_NO[value]
    if refusal.field in REFERENCES[refusal.model]:
        return f"запись № {value}"
    if column is None or refusal.field in NAME_PARTS:
        return str(value)
    return column.titles.get(str(value), str(value)) if column.choices else column.kind.show(value)


def _may_see(actor: Actor | None, refusal: Refusal, column: Column | None) -> bool:
    """Without an actor only what everybody in the office may."""
    if column is None:
        return (refusal.model.__name__, refusal.field) not in PERSONAL
    return actor.may(column.permission) if actor else column.permission is Permission.BASE_READ


def _names(session: Session, records: Iterable[tuple[type[Record], int]]) -> dict[tuple[type[Record], int], str]:
    """What the records are called; a tie by what it ties, a record that is gone by its number."""
    numbers: dict[type[Record], set[int]] = {}
    for model, number in records:
        numbers.setdefault(model, set()).add(number)
    found: dict[tuple[type[Record], int], str] = {}
    for model, wanted in numbers.items():
        values = {
            number: row
            for chunk in chunks(list(wanted))
            for number, row in bulk.read(session, model, chunk, recorded(model), strict=False).items()
        }
        ends = {(target, row[key]) for row in values.values() for key, target in _ends(model) if row[key]}
        tied = _names(session, ends) if ends else {}
        for number in wanted:
            found[model, number] = _name(model, number, values.get(number), tied)
    return found


def _name(
    model: type[Record], number: int, values: dict[str, Any] | None, tied: dict[tuple[type[Record], int], str]
) -> str:
    if values is None:
        return f"№ {number}"
    if model is Person:
        return " ".join(values[part] for part in NAME_PARTS if values[part])
    title = next((values[key] for key in TITLES if values.get(key)), "")
    return title or " — ".join(tied[target, values[key]] for key, target in _ends(model) if values[key])


def _ends(model: type[Record]) -> list[tuple[str, type[Record]]]:
    """The references a tie is named by; what has a name of its own needs none."""
    return [] if model is Person or any(key in recorded(model) for key in TITLES) else [*REFERENCES[model].items()]
