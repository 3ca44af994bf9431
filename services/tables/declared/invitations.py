"""Приглашения на мероприятия / курсы: every person and every company in one table, and whether they are asked to an event.

Its rows are no records of their own: they are read here and changed on the cards. People have the even row numbers,
companies the odd ones.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table as SqlTable,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    null,
    select,
    table,
    union_all,
)

from models import Company, Employment, Person, Record
from services.events.words import STATUS_TITLES
from services.history.statements import is_among
from services.tables.columns import YES_NO_TITLES, Column, Dependency, Link, Table
from services.tables.declared.expressions import (
    company,
    employment,
    first_staff_of,
    full_name,
    person,
    staff_of,
    yes_no,
)
from services.tables.kinds import CHOICE, EMAIL, PHONE, TEXT, YES_NO

p, c = person.c, company.c
_party = table("party", column("person_id", BigInteger), column("company_id", BigInteger))
"""Everybody, by the expression of this name that the source brings along."""

NOT_INVITED = "none"
STATUSES = ((NOT_INVITED, "не приглашён"), *((status.value, title) for status, title in STATUS_TITLES.items()))
KINDS = (("company", "ЮЛ"), ("person", "ФЛ"))


def _unknown(_grid: SqlTable, _today: dt.date) -> ColumnElement[Any]:
    """Nothing can be said before somebody names the event: services.tables.invited."""
    return cast(null(), Text)


INVITED = Column("invited", "Приглашён", CHOICE, choices=STATUSES, live=_unknown, required=True, width=205)
"""What has become of the invitation of a row's person or company to the event the question names."""


def row_of(kind: str, number: Any) -> Any:
    """The number of the row of a person or a company."""
    return number * 2 if kind == "person" else number * 2 + 1


def _rows(kind: str, ids: Any) -> Select[int]:
    """Rows of the numbers themselves: a deleted record is asked for too, and has none any more."""
    numbers = ids.subquery().c[0]
    return select(row_of(kind, numbers))


def _source(people: Sequence[ColumnElement[bool]] = (), companies: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    """Everybody, or the people and companies these conditions hold for."""
    nobody = cast(null(), BigInteger)
    everybody = union_all(
        select(p.id.label("person_id"), nobody.label("company_id")).where(*people),
        select(nobody, c.id).where(*companies),
    )
    whole = _party.outerjoin(person, p.id == _party.c.person_id).outerjoin(company, c.id == _party.c.company_id)
    return select(_KEY.label("id")).select_from(whole).add_cte(everybody.cte(_party.name))


def _among(connection: Connection, keys: Collection[int]) -> Select[Any]:
    """Each kind by its own primary key: no index knows the numbers of the rows."""
    people, companies = [key // 2 for key in keys if not key % 2], [key // 2 for key in keys if key % 2]
    return _source([is_among(connection, p.id, people)], [is_among(connection, c.id, companies)])


def _either(field: str) -> ColumnElement[Any]:
    return func.coalesce(c[field], p[field])


def _yes_no(key: str, label: str) -> Column:
    value = func.coalesce(yes_no(c[key]), yes_no(p[key]))
    return Column(key, label, YES_NO, value, choices=YES_NO_TITLES, width=130)


_requisites = func.nullif(
    func.coalesce(_either("inn"), "")
    + case((and_(c.ogrn.is_not(None), _either("inn").is_not(None)), " / "), else_="")
    + func.coalesce(c.ogrn, ""),
    "",
)
_KEY = case(
    (_party.c.person_id.is_not(None), row_of("person", _party.c.person_id)),
    else_=row_of("company", _party.c.company_id),
)

INVITATIONS = Table(
    name="invitations",
    title="Приглашения",
    one="физ. или юр. лицо",
    record=Record,
    is_view=True,
    row_of=row_of,
    source=_source,
    among=_among,
    key=_KEY,
    active=case((func.coalesce(c.active, p.active), 1), else_=0),
    order="name",
    columns=(
        Column("name", "Наименование", TEXT, func.coalesce(c.name, full_name(person)), links=(Link("companies", "company_id"), Link("people", "person_id")), width=260),
        Column("party", "ЮЛ / ФЛ", CHOICE, case((c.id.is_not(None), "company"), else_="person"), choices=KINDS, width=95),
        Column("contact", "Контактное лицо", TEXT, staff_of(company, "is_contact", with_position=True), links=(Link("people", "contact_id"),), width=240),
        Column("phone", "Телефон", PHONE, _either("phone"), width=160),
        Column("email", "E-mail", EMAIL, _either("email"), width=190),
        _yes_no("is_member", "Членство в НАУЗ"),
        _yes_no("is_potential", "Потенциал для НАУЗ"),
        Column("requisites", "ИНН / ОГРН", TEXT, _requisites, width=220),
        Column("legal_address", "Юридический адрес", TEXT, c.legal_address, width=260),
        Column("actual_address", "Фактический адрес", TEXT, func.coalesce(c.actual_address, p.region), width=260),
        Column("source", "Источник", TEXT, _either("source"), width=190),
        INVITED,
    ),
    hidden={
        "person_id": _party.c.person_id,
        "company_id": _party.c.company_id,
        "contact_id": first_staff_of(company, "is_contact"),
    },
    subjects={"person": "person_id", "company": "company_id"},
    dependencies=(
        Dependency(Person, rows=lambda ids: _rows("person", ids)),
        Dependency(Company, rows=lambda ids: _rows("company", ids)),
        Dependency(Employment, "company_id", rows=lambda ids: _rows("company", ids)),
        Dependency(
            Person,
            rows=lambda ids: select(row_of("company", employment.c.company_id)).where(employment.c.person_id.in_(ids)),
        ),
    ),
)  # fmt: skip
