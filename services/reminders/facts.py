"""What is known of one person or company that a rule watches: the days, and the words when there are none."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session

from models import Person, Watched
from services import clock
from services.directory.parties import Party
from services.history.statements import table_of
from services.reminders.rule import Rule, date_column
from services.reminders.steps import due_on
from services.reminders.watching import AWAITED, OUTSIDE, event, members, membership, participation, receipt
from services.tables.declared.members import STATES, state_by
from services.tables.index import index_of
from services.values import format_date

FULL = len("1970-05-17")
NO_MEMBERSHIP = "Нет в реестре членов."
OUT = frozenset(state.value for state in OUTSIDE)


@dataclass(frozen=True)
class Facts:
    """The days watched. `nothing` says why there are none, `against` why they count for nothing."""

    anchors: tuple[dt.date, ...] = ()
    nothing: str = ""
    against: str = ""


def facts_of(session: Session, rule: Rule, party: Party) -> Facts:
    """What the rule finds of a party, before it asks whether it may remind them."""
    return _FACTS[rule.watched](session, rule, party)


def _membership(session: Session, rule: Rule, party: Party) -> Facts:
    g = members.c
    state = state_by(members, clock.today().isoformat())
    query = select(g.ends_on, g.fee_amount, state).where(g[party.column] == party.id)
    row = session.connection().execute(query).first()
    if row is None:
        return Facts(nothing=NO_MEMBERSHIP)
    ends_on, fee, known = row
    if ends_on is None:
        return Facts(nothing="Срок членства не указан.")
    anchors = (dt.date.fromisoformat(ends_on),)
    if known in OUT:
        return Facts(anchors, against=f"Членство: {dict(STATES)[known]}.")
    if rule.watched is Watched.FEE_DUE and not (fee or 0) > 0:
        return Facts(anchors, against="Сумма взноса не указана.")
    return Facts(anchors, against="К этим дням членство уже не будет действовать.")


def _event(session: Session, _rule: Rule, party: Party) -> Facts:
    query = (
        select(event.c.starts_on)
        .join(participation, participation.c.event_id == event.c.id)
        .where(
            participation.c[party.column] == party.id,
            participation.c.status.in_([status.value for status in AWAITED]),
            event.c.cancelled_at.is_(None),
            event.c.active,
            func.length(event.c.starts_on) == FULL,
        )
        .distinct()
    )
    found = sorted(dt.date.fromisoformat(day) for day in session.connection().execute(query).scalars())
    if not found:
        return Facts(nothing="Нет мероприятий с известным днём, на которых его ждут.")
    return Facts(tuple(found))


def _document(session: Session, rule: Rule, party: Party) -> Facts:
    connection = session.connection()
    query = select(membership.c.starts_on, members.c.id, state_by(members, clock.today().isoformat())).join(
        members, members.c.id == membership.c.id
    )
    row = connection.execute(query.where(membership.c[party.column] == party.id)).first()
    if row is None:
        return Facts(nothing=NO_MEMBERSHIP)
    of = table_of(party.model)
    begun = row[0] or _full(connection.execute(select(of.c.member_since).where(of.c.id == party.id)).scalar())
    if begun is None:
        return Facts(nothing="День, с которого началось членство, не указан.")
    if row[2] in OUT:
        return Facts((begun,), against=f"Членство: {dict(STATES)[row[2]]}.")
    came = select(receipt.c.received_on).where(
        receipt.c[party.column] == party.id, receipt.c.type_id == rule.document_type_id
    )
    received_on = connection.execute(came).scalar()
    if received_on is not None:
        return Facts((begun,), against=f"Документ уже получен: {format_date(received_on)}.")
    return Facts((begun,), against="С таких получателей этот документ не собирают.")


def _birthday(session: Session, _rule: Rule, party: Party) -> Facts:
    if party.kind == "company":
        return Facts(nothing="День рождения бывает только у людей.")
    birth = session.get_one(Person, party.id).birth_date
    day = _full(birth)
    if day is None:
        said = f"Дата рождения известна не полностью: {format_date(birth)}." if birth else "Дата рождения не указана."
        return Facts(nothing=said)
    year = clock.today().year
    return Facts(tuple(_in_year(day, one) for one in range(year - 1, year + 2)))


def _in_year(day: dt.date, year: int) -> dt.date:
    """The birthday of a year."""
    return due_on(day, 12 * (year - day.year), 0)


def _date_column(session: Session, rule: Rule, party: Party) -> Facts:
    found = date_column(rule)
    if found is None or party.kind not in found[0].subjects:
        return Facts(nothing="В этой таблице таких записей не бывает.")
    table, column = found
    grid = index_of(table.name)
    query = select(grid.c[column.key]).where(grid.c[table.subjects[party.kind]] == party.id, grid.c.active == 1)
    days = {day for text in session.connection().execute(query).scalars() if (day := _full(text)) is not None}
    if not days:
        return Facts(nothing=f"Полной даты в колонке «{column.label}» нет.")
    return Facts(tuple(sorted(days)), against="Запись больше не действует.")


def _full(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text and len(text) == FULL else None


_FACTS: dict[Watched, Callable[[Session, Rule, Party], Facts]] = {
    Watched.MEMBERSHIP_END: _membership,
    Watched.FEE_DUE: _membership,
    Watched.EVENT_START: _event,
    Watched.DOCUMENT_MISSING: _document,
    Watched.BIRTHDAY: _birthday,
    Watched.DATE_COLUMN: _date_column,
}
