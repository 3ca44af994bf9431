"""Whom a rule reminds of what: the records it watches, as SQL, joined to the days that fall due.

`Days` is a small table made of JSON that comes with the statement: which watched day falls due on which day. The
watched records are found from it along an index, on SQLite and PostgreSQL alike.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Text,
    and_,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlmodel import Session

from models import (
    Company,
    DocumentReceipt,
    DocumentType,
    Event,
    EventKind,
    Membership,
    MembershipState,
    Participation,
    ParticipationStatus,
    Person,
    Watched,
)
from models.base import UtcDateTime
from services import clock
from services.access.permissions import SYSTEM
from services.database import is_sqlite
from services.directory.parties import Kind
from services.history.statements import table_of
from services.reminders.rule import Rule, date_column
from services.tables import segments
from services.tables.declared.members import state_by
from services.tables.index import index_of
from services.tables.registry import TABLES
from services.tables.rows import numbers_select

KINDS: tuple[Kind, ...] = ("person", "company")
AWAITED = (ParticipationStatus.INVITED, ParticipationStatus.APPLIED, ParticipationStatus.CONFIRMED)
"""Guests who are still expected."""
OUTSIDE = (MembershipState.LEFT, MembershipState.SUSPENDED)
"""Members who are reminded of nothing."""

person, company, event, participation, membership, receipt, paper = (
    table_of(model) for model in (Person, Company, Event, Participation, Membership, DocumentReceipt, DocumentType)
)
members = index_of("members").alias("watched")

COLUMNS: dict[str, Any] = {
    "key": Text(), "anchor": Date(), "due": Date(), "on_day": Text(), "step_id": Integer(),
    "not_before": UtcDateTime(), "missed": Integer(), "number": Integer(), "subject_id": Integer(),
    "party_id": Integer(),
}  # fmt: skip
"""What a line of `Days` may say. `key` is the watched day as its source writes it, `anchor` the same as a date,
`on_day` the ISO day on which eligibility is asked; `number`, `subject_id`, `party_id` are those of a delivery."""


@dataclass(frozen=True)
class Watching:
    """One source of watched records: its rows, what a reminder of one is about, whom it goes to, and when it holds."""

    rows: FromClause
    subject: str
    subject_id: ColumnElement[int]
    party_id: ColumnElement[int]
    holds: ColumnElement[bool]


def days_table(connection: Connection, lines: Sequence[Mapping[str, Any]]) -> FromClause:
    """The lines as a table, one parameter of a statement; all have the same keys, of `COLUMNS`. Not empty."""
    names = list(lines[0])
    text = orjson.dumps([[_plain(connection, line[name]) for name in names] for line in lines]).decode()
    if is_sqlite(connection):
        each = func.json_each(text).table_valued(column("value", Text))
        cells = (
            type_coerce(func.json_extract(each.c.value, literal_column(f"'$[{place}]'")), COLUMNS[name]).label(name)
            for place, name in enumerate(names)
        )
        return select(*cells).cte("days")
    one = func.json_array_elements(cast(literal(text), JSON)).table_valued(column("value", JSON), name="one")
    cells = (
        cast(func.json_extract_path_text(one.c.value, literal_column(f"'{place}'")), COLUMNS[name]).label(name)
        for place, name in enumerate(names)
    )
    return select(*cells).cte("days")


def _plain(connection: Connection, value: Any) -> Any:
    """A value as JSON; a moment as the database writes it."""
    if isinstance(value, dt.datetime) and is_sqlite(connection):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return value


def watched(rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """Where the rule finds persons (companies) to remind, of the days in `days`."""
    return _SOURCES[rule.watched](rule, kind, days)


def _membership(rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """The end of the term of those who have neither left nor been suspended by then."""
    g = members.c
    party = g[f"{kind}_id"]
    holds = [g.ends_on == days.c.key, g.active.in_((0, 1)), party.is_not(None)]
    holds.append(state_by(members, days.c.on_day).not_in([state.value for state in OUTSIDE]))
    if rule.watched is Watched.FEE_DUE:
        holds.append(_owes_a_fee())
    return (Watching(members, "Membership", g.id, party, and_(*holds)),)


def _owes_a_fee() -> ColumnElement[bool]:
    """Who pays a fee: it falls due with the end of the term that is paid. Open invoices will be asked here."""
    return members.c.fee_amount > 0


def _event(_rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """The first day of events that take place, for the guests who are expected; days known only by month are none."""
    guest = participation.c[f"{kind}_id"]
    holds = and_(
        event.c.kind.in_([one.value for one in EventKind]),  # what the index begins with
        event.c.starts_on == days.c.key,
        event.c.cancelled_at.is_(None),
        event.c.active,
        participation.c.event_id == event.c.id,
        participation.c.status.in_([status.value for status in AWAITED]),
        guest.is_not(None),
    )
    return (Watching(event.join(participation, true()), "Event", event.c.id, guest, holds),)


def _document(rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """The day a membership began, of members from whom the document has not come in."""
    party, of = membership.c[f"{kind}_id"], person if kind == "person" else company
    came_in = exists(select(literal(1)).where(receipt.c.type_id == paper.c.id, receipt.c[f"{kind}_id"] == party))
    missing = and_(
        paper.c.id == rule.document_type_id,
        paper.c.active,
        paper.c.for_people if kind == "person" else paper.c.for_companies,
        ~came_in,
    )
    inside = and_(
        members.c.id == membership.c.id,
        state_by(members, days.c.on_day).not_in([state.value for state in OUTSIDE]),
        party.is_not(None),
    )
    term = membership.join(members, true()).join(paper, true())
    by_term = and_(membership.c.starts_on == days.c.anchor, inside, missing)
    since = and_(of.c.member_since == days.c.key, party == of.c.id, membership.c.starts_on.is_(None), inside, missing)
    return (
        Watching(term, "DocumentType", paper.c.id, party, by_term),
        Watching(term.join(of, true()), "DocumentType", paper.c.id, party, since),
    )


def _birthday(_rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """Birthdays known to the day. The expression is that of the index, with its numbers as they stand there."""
    if kind == "company":
        return ()
    of_year = func.substr(person.c.birth_date, literal_column("6"), literal_column("5"))
    holds = and_(of_year == days.c.key, func.length(person.c.birth_date) == len("1970-05-17"))
    return (Watching(person, "Person", person.c.id, person.c.id, holds),)


def _date_column(rule: Rule, kind: Kind, days: FromClause) -> tuple[Watching, ...]:
    """The day in a column of the office's tables, read from the row index; days known only by month are none."""
    found = date_column(rule)
    if found is None or kind not in found[0].subjects:
        return ()
    table, watched_column = found
    grid: Any = index_of(table.name).alias("watched")
    party = grid.c[table.subjects[kind]]
    holds = [grid.c[watched_column.key] == days.c.key, grid.c.active == 1, party.is_not(None)]
    if table.current is not None:
        holds.append(table.current(grid, clock.today()))
    return (Watching(grid, table.record.__name__, grid.c.id, party, and_(*holds)),)


_SOURCES: dict[Watched, Callable[[Rule, Kind, FromClause], tuple[Watching, ...]]] = {
    Watched.MEMBERSHIP_END: _membership,
    Watched.FEE_DUE: _membership,
    Watched.EVENT_START: _event,
    Watched.DOCUMENT_MISSING: _document,
    Watched.BIRTHDAY: _birthday,
    Watched.DATE_COLUMN: _date_column,
}


Meant = Callable[[ColumnElement[int]], ColumnElement[bool]]


def audience(session: Session, rule: Rule, kind: Kind) -> Meant:
    """Whether the person (company) of a number is one the rule is for. The segment is known to be sound.

    Asked of each who is due: they are few among all whom the segment means. The row index inside is another one than
    the `watched` outside.
    """
    if rule.segment_id is None:
        return lambda _: true()
    line = segments.open_segment(session, SYSTEM, rule.segment_id)
    key = TABLES[line.table].subjects.get(kind)
    if key is None:
        return lambda _: false()
    query = segments.segment_query(session, SYSTEM, rule.segment_id)
    found = numbers_select(session, SYSTEM, line.table, query, key)
    return lambda party: exists(found.where(found.selected_columns[0] == party))
