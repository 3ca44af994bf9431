"""The overview of a person or a company, read in a fixed number of queries however much there is to show."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models import Company, Employment, ExtraField, ExtraValue, Person, Remark
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.tables.columns import Column
from services.tables.declared.details import labelled
from services.tables.editing import text_of
from services.tables.kinds import PARTIAL_DATE
from services.tables.references import names
from services.tables.registry import table_named

TABLES = {"person": "people", "company": "companies"}
CONTACTS = ("phone", "email", "site")
TIES_LIMIT = 1000


@dataclass(frozen=True)
class Tie:
    """A place of work, seen from one of its ends: who or what is at the other."""

    id: int
    version: int
    party: Party
    title: str
    active: bool
    position: str
    is_director: bool
    is_contact: bool


@dataclass(frozen=True)
class Fact:
    """A labelled value, as people read it, in the group of its column."""

    label: str
    group: str
    text: str


@dataclass(frozen=True)
class Birthday:
    """The (partial) date as people read it; the age, and how many days are left, when the day is known."""

    text: str
    age: int | None
    days_left: int | None


@dataclass(frozen=True)
class OpenRemark:
    """A doubt about a value: the label of its field, the value, the sentence."""

    label: str
    value: str
    message: str


@dataclass(frozen=True)
class Profile:
    """What the overview shows. `facts` are filled values other than the contacts, in the order of the columns."""

    party: Party
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    site: str
    birthday: Birthday | None
    ties: tuple[Tie, ...]
    facts: tuple[Fact, ...]
    extra: tuple[tuple[str, str], ...]
    remarks: tuple[OpenRemark, ...]
    may_edit: bool


@requires(Permission.BASE_READ)
def profile_of(session: Session, actor: Actor, party: Party) -> Profile:
    """The overview of `party` as `actor` may see it. Raises `NotFound`."""
    record: Any = party_record(session, party)
    columns = labelled(table_named(TABLES[party.kind]), actor)
    return Profile(
        party=party,
        phones=_list(record.phone),
        emails=_list(record.email),
        site=getattr(record, "site", "") or "",
        birthday=_birthday(record.birth_date) if isinstance(record, Person) else None,
        ties=_ties(session, party),
        facts=_facts(session, record, columns),
        extra=_extra(session, party),
        remarks=_remarks(session, record, columns),
        may_edit=actor.may(Permission.BASE_EDIT),
    )


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()


def _birthday(date: str | None) -> Birthday | None:
    if not date:
        return None
    text = PARTIAL_DATE.show(date)
    if len(date) < 10:
        return Birthday(text, None, None)
    born, today = dt.date.fromisoformat(date), clock.today()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return Birthday(text, age, (_next(born, today) - today).days)


def _next(born: dt.date, today: dt.date) -> dt.date:
    """The next birthday; who was born on the 29th of February has it on the 1st of March in other years."""
    for year in (today.year, today.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = dt.date(year, 3, 1)
        if day >= today:
            return day
    raise AssertionError


def _facts(session: Session, record: Any, columns: dict[str, Column]) -> tuple[Fact, ...]:
    shown = {key: c for key, c in columns.items() if key not in (*CONTACTS, "name", "birth_date", "do_not_disturb")}
    numbers: dict[str, list[int]] = defaultdict(list)
    for key, column in shown.items():
        if column.refers and getattr(record, key) is not None:
            numbers[column.refers].append(getattr(record, key))
    called = names(session, numbers)
    facts: list[Fact] = []
    for key, column in shown.items():
        value = getattr(record, key)
        text = called.get((column.refers, value), "") if column.refers else text_of(column, value)
        facts.append(Fact(column.label, column.group, column.titles.get(text, text)))
    return tuple(fact for fact in facts if fact.text)


def _ties(session: Session, party: Party) -> tuple[Tie, ...]:
    other: Any = Company if party.kind == "person" else Person
    reference = col(Employment.company_id if party.kind == "person" else Employment.person_id)
    query = (
        select(Employment, other)
        .join(other, col(other.id) == reference)
        .where(getattr(Employment, party.column) == party.id)
        .order_by(
            col(Employment.is_director).desc(), col(Employment.is_contact).desc(), other.name_key, col(Employment.id)
        )
        .limit(TIES_LIMIT)
    )
    kind: Any = "company" if party.kind == "person" else "person"
    return tuple(
        Tie(
            place.id or 0, place.version, Party(kind, end.id), end.name, end.active, place.position or "",
            place.is_director, place.is_contact,
        )
        for place, end in session.exec(query)
    )  # fmt: skip


def _extra(session: Session, party: Party) -> tuple[tuple[str, str], ...]:
    query = (
        select(ExtraField.label, ExtraValue.value)
        .join(ExtraValue, col(ExtraValue.field_id) == col(ExtraField.id))
        .where(getattr(ExtraValue, party.column) == party.id)
        .order_by(col(ExtraField.id))
    )
    return tuple((label, value) for label, value in session.exec(query))


def _remarks(session: Session, record: Any, columns: dict[str, Column]) -> tuple[OpenRemark, ...]:
    """Remarks about fields the actor may see."""
    query = (
        select(Remark)
        .where(Remark.entity == type(record).__name__, Remark.entity_id == record.id, col(Remark.settled_at).is_(None))
        .order_by(col(Remark.id))
    )
    return tuple(
        OpenRemark(columns[remark.field].label, remark.value, remark.message)
        for remark in session.exec(query)
        if remark.field in columns
    )
