"""Реестр членов ассоциации."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table as SqlTable, Text, and_, case, cast, func, or_, select

from models import (
    Company,
    DocumentReceipt,
    Employment,
    Membership,
    MembershipRule,
    MembershipState,
    Person,
    RuledState,
)
from services.access.permissions import Permission
from services.tables.columns import Column, Dependency, Link, Table
from services.tables.days import days_before
from services.tables.declared.expressions import (
    DOCUMENTS,
    company,
    employment,
    first_staff_of,
    full_name,
    membership,
    person,
    receipt_columns,
    staff_of,
)
from services.tables.kinds import CHOICE, EMAIL, FULL_DATE, MONEY, PARTIAL_DATE, PHONE, TEXT

m, c, p = membership.c, company.c, person.c
_rule = MembershipRule.__table__  # type: ignore[attr-defined]

STATES = (
    (MembershipState.ACTIVE.value, "действует"),
    (MembershipState.ENDING.value, "истекает"),
    (MembershipState.OVERDUE.value, "просрочен"),
    (MembershipState.SUSPENDED.value, "приостановлен"),
    (MembershipState.LEFT.value, "выбыл"),
    (MembershipState.UNKNOWN.value, "срок не указан"),
)


def _either(field: str) -> ColumnElement[Any]:
    return func.coalesce(c[field], p[field])


def state_on(grid: SqlTable, today: dt.date) -> ColumnElement[str]:
    """models.membership.membership_state in SQL, over the row index; a test holds the two together."""
    return state_by(grid, today.isoformat())


def state_by(grid: FromClause, day: str | ColumnElement[str]) -> ColumnElement[str]:
    """The same on an ISO day, which may be a column of a table joined."""
    g = grid.c
    return case(
        (g.state_override.is_not(None), g.state_override),
        (g.left_on <= day, MembershipState.LEFT.value),
        (
            and_(g.suspended_from <= day, or_(g.suspended_until.is_(None), g.suspended_until >= day)),
            MembershipState.SUSPENDED.value,
        ),
        (g.ends_on.is_(None), MembershipState.UNKNOWN.value),
        *((g.ends_on <= _last_end(state, day), state.value) for state in reversed(RuledState)),
        else_=MembershipState.ACTIVE.value,
    )


def _last_end(state: RuledState, day: str | ColumnElement[str]) -> ColumnElement[str]:
    """The latest last day of a term that its rule puts into `state` on `day`; NULL without a rule.

    Read with the rows: what the office sets holds at once and in every process. It is computed once a statement.
    """
    return select(days_before(day, _rule.c.from_day)).where(_rule.c.state == state.value).scalar_subquery()


_requisites = func.nullif(
    func.coalesce(c.ogrn, "")
    + case((and_(c.ogrn.is_not(None), _either("inn").is_not(None)), "/"), else_="")
    + func.coalesce(_either("inn"), ""),
    "",
)
_PARTY_LINKS = (Link("companies", "company_id"), Link("people", "person_id"))

MEMBERS = Table(
    name="members",
    title="Реестр членов ассоциации",
    one="запись реестра",
    record=Membership,
    source=lambda: select(m.id).select_from(
        membership.outerjoin(company, c.id == m.company_id).outerjoin(person, p.id == m.person_id)
    ),
    key=m.id,
    active=case((func.coalesce(c.active, p.active), 1), else_=0),
    order="name",
    sheet_titles=("Реестр членов ассоциации", "Реестр членов", "Реестр", "Члены ассоциации", "Члены"),
    columns=(
        Column("name", "Наименование", TEXT, func.coalesce(c.name, full_name(person)), headings=("Название", "Член ассоциации", "Название компании"), links=_PARTY_LINKS, width=260),
        Column("state", "Статус", CHOICE, choices=STATES, live=state_on, width=130),
        Column("contact", "Контактное лицо", TEXT, staff_of(company, "is_contact", with_position=True), links=(Link("people", "contact_id"),), width=240),
        Column("phone", "Телефон", PHONE, _either("phone"), headings=("Тел.",), width=160),
        Column("email", "Эл. почта", EMAIL, _either("email"), headings=("E-mail", "Почта"), width=190),
        Column("contract_number", "Договор", TEXT, _either("contract_number"), headings=("Договор №", "Номер договора"), width=120),
        Column("contract_date", "Дата договора", PARTIAL_DATE, _either("contract_date"), width=125),
        Column("requisites", "ОГРН / ИНН", TEXT, _requisites, headings=("ОГРН/ИНН", "ИНН / ОГРН", "ИНН/ОГРН"), width=200),
        Column("legal_address", "Юридический адрес", TEXT, c.legal_address, headings=("Юр. адрес",), width=260),
        Column("actual_address", "Фактический адрес", TEXT, c.actual_address, headings=("Факт. адрес",), width=260),
        *receipt_columns(tuple(code for code, _ in DOCUMENTS if code != "notice"), company_id=m.company_id, person_id=m.person_id),
        Column("fee_amount", "Сумма годового взноса", MONEY, m.fee_amount, headings=("Сумма взноса", "Взнос", "Членский взнос", "Сумма"), permission=Permission.MONEY_READ, attribute="fee_amount", width=130),
        Column("paid_on", "Дата оплаты", FULL_DATE, m.paid_on, headings=("Дата платежа", "Оплачено"), attribute="paid_on", width=120),
        Column("ends_on", "Дата окончания договора", FULL_DATE, m.ends_on, headings=("Окончание договора", "Срок действия договора", "Действует до"), attribute="ends_on", width=140),
        Column("referred_by", "От кого", TEXT, m.referred_by, headings=("Кто привел", "Источник"), attribute="referred_by"),
        Column("comment", "Комментарий", TEXT, m.comment, headings=("Примечание",), attribute="comment", width=220),
    ),
    hidden={
        "company_id": m.company_id,
        "person_id": m.person_id,
        "contact_id": first_staff_of(company, "is_contact"),
    },
    subjects={"person": "person_id", "company": "company_id"},
    texts={
        "state_override": m.state_override,
        **{day: cast(m[day], Text) for day in ("suspended_from", "suspended_until", "left_on")},
    },
    dependencies=(
        Dependency(Membership),
        Dependency(Company, rows=lambda ids: select(m.id).where(m.company_id.in_(ids))),
        Dependency(Person, rows=lambda ids: select(m.id).where(m.person_id.in_(ids))),
        Dependency(
            Person,
            rows=lambda ids: select(m.id)
            .join(employment, employment.c.company_id == m.company_id)
            .where(employment.c.person_id.in_(ids)),
        ),
        Dependency(Employment, "company_id", rows=lambda ids: select(m.id).where(m.company_id.in_(ids))),
        Dependency(DocumentReceipt, "company_id", rows=lambda ids: select(m.id).where(m.company_id.in_(ids))),
        Dependency(DocumentReceipt, "person_id", rows=lambda ids: select(m.id).where(m.person_id.in_(ids))),
    ),
)  # fmt: skip
