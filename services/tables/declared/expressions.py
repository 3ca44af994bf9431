"""SQL pieces the declarations share."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, literal, or_, select

from models import (
    Company,
    DocumentReceipt,
    DocumentType,
    Employment,
    Event,
    EventKind,
    ExtraField,
    ExtraValue,
    Membership,
    Participation,
    ParticipationStatus as Status,
    Person,
)
from services.tables.columns import YES_NO_TITLES, Column, Link
from services.tables.kinds import PARTIAL_DATE, YES_NO

person: FromClause = Person.__table__  # type: ignore[attr-defined]
company: FromClause = Company.__table__  # type: ignore[attr-defined]
employment: FromClause = Employment.__table__  # type: ignore[attr-defined]
membership: FromClause = Membership.__table__  # type: ignore[attr-defined]
event: FromClause = Event.__table__  # type: ignore[attr-defined]
participation: FromClause = Participation.__table__  # type: ignore[attr-defined]
_receipt: FromClause = DocumentReceipt.__table__  # type: ignore[attr-defined]
_document_type: FromClause = DocumentType.__table__  # type: ignore[attr-defined]
_extra_field: FromClause = ExtraField.__table__  # type: ignore[attr-defined]
extra_value: FromClause = ExtraValue.__table__  # type: ignore[attr-defined]

TO_PERSON = (Link("people", "person_id"),)
TO_COMPANY = (Link("companies", "company_id"),)

DOCUMENTS = (
    ("contract", "договор"),
    ("application", "заявление"),
    ("questionnaire", "анкета"),
    ("motivation", "мотивационное письмо"),
    ("pd_consent", "согласие на обраб. ПД"),
    ("photo", "фото"),
    ("passport_copy", "копия паспорта"),
    ("notice", "уведомление"),
)
"""Codes and headings of the document types the tables show, in the order of the association's workbook."""


def full_name(of: Any) -> ColumnElement[str]:
    """ФИО of a person row."""
    return func.trim(of.c.last_name + " " + of.c.first_name + " " + of.c.middle_name)


def joined(values: Select[Any], separator: str = ", ") -> ColumnElement[str]:
    """The single column of an ordered select as one text."""
    ordered = values.subquery()
    return select(func.aggregate_strings(ordered.c[0], separator)).scalar_subquery()


def yes_no(flag: Any) -> ColumnElement[str | None]:
    """A nullable flag as «yes», «no» or nothing."""
    return case((flag.is_(True), "yes"), (flag.is_(False), "no"))


def yes_no_column(key: str, label: str, flag: Any, **more: Any) -> Column:
    """A да / нет column over a flag of the row's own record."""
    return Column(key, label, YES_NO, yes_no(flag), attribute=key, choices=YES_NO_TITLES, width=115, **more)


def active_flag(flag: Any) -> ColumnElement[int]:
    """A flag as 1 or 0, the form the row index keeps."""
    return case((flag, 1), else_=0)


def companies_of(of: Any) -> ColumnElement[str]:
    """Names of the companies a person works for."""
    return joined(
        select(company.c.name)
        .join(employment, employment.c.company_id == company.c.id)
        .where(employment.c.person_id == of.c.id)
        .order_by(employment.c.id)
        .correlate(of)
    )


def positions_of(of: Any) -> ColumnElement[str]:
    """Positions of a person in their companies, else the position they stated themselves."""
    in_companies = joined(
        select(employment.c.position)
        .where(employment.c.person_id == of.c.id, employment.c.position.is_not(None))
        .order_by(employment.c.id)
        .correlate(of)
    )
    return func.coalesce(in_companies, of.c.position)


def first_company_of(of: Any) -> ColumnElement[int]:
    """The company the workplace cell leads to."""
    return (
        select(employment.c.company_id)
        .where(employment.c.person_id == of.c.id)
        .order_by(employment.c.id)
        .limit(1)
        .correlate(of)
        .scalar_subquery()
    )


def staff_of(of: Any, flag: str, *, with_position: bool) -> ColumnElement[str]:
    """People of a company whose employment has `flag`; «ФИО (должность)» when the position is wanted."""
    name = full_name(person)
    if with_position:
        name = name + func.coalesce(literal(" (") + employment.c.position + ")", "")
    return joined(
        select(name)
        .select_from(person.join(employment, employment.c.person_id == person.c.id))
        .where(employment.c.company_id == of.c.id, employment.c[flag].is_(True))
        .order_by(employment.c.id)
        .correlate(of)
    )


def first_staff_of(of: Any, flag: str) -> ColumnElement[int]:
    """The person such a cell leads to."""
    return (
        select(employment.c.person_id)
        .where(employment.c.company_id == of.c.id, employment.c[flag].is_(True))
        .order_by(employment.c.id)
        .limit(1)
        .correlate(of)
        .scalar_subquery()
    )


def attended_by(of: Any, *, courses: bool) -> ColumnElement[str]:
    """Names of the courses (or of all other events) a person took part in."""
    kind = event.c.kind == EventKind.COURSE if courses else event.c.kind != EventKind.COURSE
    return joined(
        select(event.c.name)
        .join(participation, participation.c.event_id == event.c.id)
        .where(participation.c.person_id == of.c.id, participation.c.status == Status.ATTENDED, kind)
        .order_by(event.c.starts_on, event.c.id)
        .correlate(of)
    )


def extra_column(of: Any, end: str) -> Column:
    """Fields of the office's own, «Рейтинг: 7; Канал: 1 Гб/с»; `end` is the reference to the owner."""
    labelled = (
        select(_extra_field.c.label + ": " + extra_value.c.value)
        .join(_extra_field, _extra_field.c.id == extra_value.c.field_id)
        .where(extra_value.c[end] == of.c.id)
        .order_by(_extra_field.c.id)
        .correlate(of)
    )
    return Column("extra", "Другие сведения", sql=joined(labelled, "; "), width=240)


def receipt_columns(codes: tuple[str, ...], **owner: Any) -> tuple[Column, ...]:
    """«Даты поступления документов», one column per document type; `owner` is `company_id=…`, `person_id=…` or both."""
    of_owner = or_(*(_receipt.c[reference] == key for reference, key in owner.items()))

    def received(code: str) -> ColumnElement[str]:
        return (
            select(_receipt.c.received_on)
            .join(_document_type, _document_type.c.id == _receipt.c.type_id)
            .where(of_owner, _document_type.c.code == code)
            .scalar_subquery()
        )

    titles = dict(DOCUMENTS)
    return tuple(
        Column(f"received_{code}", titles[code], PARTIAL_DATE, received(code), "Даты поступления документов", width=120)
        for code in codes
    )
