"""Комитеты (члены комитета) and Председатели: both are seats."""

import datetime as dt

from sqlalchemy import ColumnElement, Select, Table as SqlTable, and_, case, select

from models import Committee, CommitteeSeat, Company, Employment, Event, Participation, Person, SeatPosition
from services.tables.columns import Column, Dependency, Table
from services.tables.days import lasts_on
from services.tables.declared.expressions import (
    TO_COMPANY,
    TO_PERSON,
    attended_by,
    companies_of,
    employment,
    first_company_of,
    full_name,
    participation,
    person,
    positions_of,
)
from services.tables.kinds import CHOICE, EMAIL, NAME, PARTIAL_DATE, PHONE, TEXT

seat = CommitteeSeat.__table__  # type: ignore[attr-defined]
committee = Committee.__table__  # type: ignore[attr-defined]
s, p = seat.c, person.c

POSITIONS = (
    (SeatPosition.CHAIR.value, "Председатель комитета"),
    (SeatPosition.DEPUTY.value, "Заместитель председателя"),
    (SeatPosition.SECRETARY.value, "Секретарь комитета"),
    (SeatPosition.MEMBER.value, "Член комитета"),
)

_name = Column("name", "ФИО", NAME, full_name(person), links=TO_PERSON, width=240)
_company = Column(
    "company",
    "Компания",
    TEXT,
    companies_of(person),
    headings=("Место работы", "Организация"),
    links=TO_COMPANY,
    width=220,
)
_position = Column(
    "position_in_company", "Должность в компании", TEXT, positions_of(person), headings=("Должность",), width=180
)
_email = Column("email", "E-mail", EMAIL, p.email, headings=("Эл. почта", "Почта"), width=190)
_phone = Column("phone", "Телефон", PHONE, p.phone, headings=("Тел.",), width=160)
_since = Column("member_since", "В НАУЗ с", PARTIAL_DATE, p.member_since, width=110)
_comment = Column("comment", "Комментарий", TEXT, s.comment, headings=("Примечание",), attribute="comment", width=220)


def _seats(ids: list[int]) -> Select[int]:
    return select(s.id).where(s.person_id.in_(ids))


def _source() -> Select[int]:
    return select(s.id).select_from(
        seat.join(person, p.id == s.person_id).join(committee, committee.c.id == s.committee_id)
    )


_dependencies = (
    Dependency(CommitteeSeat),
    Dependency(Committee, rows=lambda ids: select(s.id).where(s.committee_id.in_(ids))),
    Dependency(Person, rows=_seats),
    Dependency(Employment, "person_id", rows=_seats),
    Dependency(
        Company,
        rows=lambda ids: (
            select(s.id).join(employment, employment.c.person_id == s.person_id).where(employment.c.company_id.in_(ids))
        ),
    ),
    Dependency(Participation, "person_id", rows=_seats),
    Dependency(
        Event,
        rows=lambda ids: (
            select(s.id)
            .join(participation, participation.c.person_id == s.person_id)
            .where(participation.c.event_id.in_(ids))
        ),
    ),
)
_hidden = {"committee_id": s.committee_id, "person_id": s.person_id, "company_id": first_company_of(person)}
_active = case((and_(p.active, committee.c.active), 1), else_=0)
_until = {"until": s.until}


def held_on(grid: SqlTable, today: dt.date) -> ColumnElement[bool]:
    """Seats held today: one that ends on a day to come is still held."""
    return lasts_on(grid.c.until, today)


COMMITTEES = Table(
    name="committees",
    title="Комитеты",
    one="место в комитете",
    record=CommitteeSeat,
    source=_source,
    key=s.id,
    active=_active,
    current=held_on,
    texts=_until,
    order="name",
    sheet_titles=("Комитет", "Комитеты", "Члены комитета"),
    columns=(
        _name,
        _company,
        _position,
        Column(
            "position", "Позиция в комитете", CHOICE, s.position, headings=("Роль в комитете", "Должность в комитете"),
            attribute="position", choices=POSITIONS, width=180,
        ),
        _email,
        _phone,
        _since,
        Column("events", "Мероприятия", TEXT, attended_by(person, courses=False), width=200),
        Column("courses", "Обучение", TEXT, attended_by(person, courses=True), headings=("Курсы",), width=200),
        _comment,
    ),
    hidden=_hidden,
    subjects={"person": "person_id"},
    dependencies=_dependencies,
)  # fmt: skip

CHAIRS = Table(
    name="chairs",
    title="Председатели",
    one="место председателя",
    record=CommitteeSeat,
    source=lambda: _source().where(s.position == SeatPosition.CHAIR.value),
    key=s.id,
    active=_active,
    current=held_on,
    texts=_until,
    order="name",
    sheet_titles=("Председатели", "Председатели комитетов"),
    columns=(
        _name,
        _company,
        _position,
        Column("committee", "Председатель комитета", TEXT, committee.c.name, headings=("Комитет",), width=240),
        _email,
        _phone,
        _since,
        _comment,
    ),
    hidden=_hidden,
    subjects={"person": "person_id"},
    dependencies=_dependencies,
)
