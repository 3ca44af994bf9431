"""Whether a value being typed is right, and who has it already: said while the form is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Committee, Company, Person, Record, Speaker, Venue
from services.access.permissions import Actor, Permission, requires
from services.directory.keys import KEY_PARTS, name_key
from services.tables.columns import Column, Table
from services.tables.declared.details import form_columns
from services.tables.query import ColumnFilter, Condition, Query
from services.tables.registry import table_named
from services.tables.rows import rows
from services.values import Note, PersonName, is_blank

TOLD = 3
"""So many others are named; more help nobody."""
LISTS = frozenset({"phone", "email"})
"""Values that are lists joined by «, »."""


@dataclass(frozen=True)
class Twin:
    """Another record with the same value."""

    table: str
    id: int
    title: str
    what: str


@dataclass(frozen=True)
class Said:
    """What there is to say of a typed value."""

    notes: tuple[Note, ...] = ()
    twins: tuple[Twin, ...] = ()


@requires(Permission.BASE_EDIT)
def said_of(session: Session, actor: Actor, name: str, key: str, text: str, own: int = 0) -> Said:
    """What is doubtful about `text` in field `key` of row `own` of table `name`, and who else has the value."""
    table = table_named(name)
    column = form_columns(table, actor, new=True).get(key)
    if column is None or column.choices or column.refers or is_blank(text):
        return Said()
    cleaned = column.kind.clean(text)
    if cleaned.value is None:
        return Said(cleaned.notes)
    return Said(cleaned.notes, tuple(_twins(session, actor, table, column, cleaned.value, own)))


def taken(session: Session, record: Record, columns: Mapping[str, Column]) -> dict[str, str]:
    """Sentences by field for values the database holds unique and another record has."""
    found: dict[str, str] = {}
    by_attribute = {column.attribute: key for key, column in columns.items()}
    for attribute, other in _holders(session, record):
        if attribute in by_attribute:
            name = getattr(other, "name", "") or "другой записи"
            found[by_attribute[attribute]] = f"Такое значение уже у «{name}»: двух одинаковых быть не может."
    return found


def _holders(session: Session, record: Record) -> list[tuple[str, Any]]:
    """Attributes of `record` that may not be equal to another's, with that other."""
    queries: list[tuple[str, Any]] = []
    if isinstance(record, Person) and record.inn and len(record.inn) == 12:
        queries = [("inn", _inn(Person, record.inn))]
    elif isinstance(record, Company) and record.inn and len(record.inn) in (10, 12):
        queries = [("inn", _inn(Company, record.inn).where(func.coalesce(Company.kpp, "") == (record.kpp or "")))]
    elif isinstance(record, Venue | Committee) and record.name:
        model: Any = type(record)
        queries = [("name", select(model).where(model.name_key == name_key(model, {"name": record.name})))]
    elif isinstance(record, Speaker) and record.person_id:
        queries = [("person_id", select(Speaker).where(Speaker.person_id == record.person_id))]
    found = []
    for attribute, query in queries:
        model = type(record)
        other = session.exec(query.where(col(model.id) != (record.id or 0)).limit(1)).first()
        if other is not None:
            found.append((attribute, other))
    return found


def _inn(model: Any, inn: str) -> Any:
    """Along the unique index, which holds whole numbers only."""
    lengths = (12,) if model is Person else (10, 12)
    return select(model).where(model.inn == inn, func.length(model.inn).in_(lengths))


def _twins(session: Session, actor: Actor, table: Table, column: Column, value: Any, own: int) -> list[Twin]:
    model: Any = table.record
    if column.attribute == "name" and model in KEY_PARTS:
        return _named(session, table, model, _key(model, value), own)
    if column.attribute in ("inn", "ogrn") and model in (Person, Company):
        query = select(model).where(getattr(model, column.attribute) == value, model.id != own).limit(TOLD)
        return [Twin(table.name, r.id, r.name, f"Такой {column.label}") for r in session.exec(query)]
    if column.attribute in LISTS:
        return _sharing(session, actor, table, column, str(value), own)
    return []


def _key(model: Any, value: Any) -> str:
    if isinstance(value, PersonName):
        return name_key(model, {"last_name": value.last, "first_name": value.first, "middle_name": value.middle})
    return name_key(model, {"name": str(value)})


def _named(session: Session, table: Table, model: Any, key: str, own: int) -> list[Twin]:
    query = select(model).where(model.name_key == key, model.id != own).limit(TOLD)
    return [Twin(table.name, r.id, r.name, "Такое название" if model is not Person else "Такое ФИО")
            for r in session.exec(query)]  # fmt: skip


def _sharing(session: Session, actor: Actor, table: Table, column: Column, value: str, own: int) -> list[Twin]:
    """Who has one of the phones or addresses of `value`: found by the row index, whose text search is fast."""
    found: dict[int, Twin] = {}
    for one in value.split(", "):
        wanted = Query(filters={column.key: ColumnFilter((Condition("contains", one),))}, end=20, count_later=True)
        for row in rows(session, actor, table.name, wanted).rows:
            if row["id"] != own and one in str(row[column.key]).split(", "):
                found[row["id"]] = Twin(table.name, row["id"], row["name"], f"Такой {_lower(column.label)}")
    return list(found.values())[:TOLD]


def _lower(label: str) -> str:
    return {"Эл. почта": "адрес почты", "Телефон": "телефон", "E-mail": "адрес почты"}.get(label, label.lower())
