"""Юр. лица."""

from sqlalchemy import select

from models import Company, DocumentReceipt, Employment, ExtraField, ExtraValue, Person
from services.tables.columns import Column, Dependency, Link, Table
from services.tables.declared.expressions import (
    DOCUMENTS,
    active_flag,
    company,
    employment,
    extra_column,
    extra_value,
    first_staff_of,
    receipt_columns,
    staff_of,
    yes_no_column,
)
from services.tables.kinds import EMAIL, INN, OGRN, PARTIAL_DATE, PHONE, SITE, TEXT

MAIN, MEMBERSHIP, CONTRACT = "Основные данные", "Членство", "Договор"
c = company.c

COMPANIES = Table(
    name="companies",
    title="Юр. лица",
    one="юр. лицо",
    record=Company,
    source=lambda: select(company.c.id).select_from(company),
    key=c.id,
    active=active_flag(c.active),
    order="name",
    sheet_titles=("Юр.лица", "Юр. лица", "Юрлица", "Юридические лица", "Компании", "Организации"),
    columns=(
        Column(
            "name", "Название компании", TEXT, c.name, MAIN, ("Название", "Компания", "Организация", "Наименование"),
            attribute="name", required=True, width=260,
        ),
        Column("direction", "Направление", TEXT, c.direction, MAIN, ("Сфера деятельности", "Отрасль"), attribute="direction"),
        Column("site", "Сайт", SITE, c.site, MAIN, ("Веб-сайт", "Web"), attribute="site"),
        Column("director", "Директор", TEXT, staff_of(company, "is_director", with_position=False), MAIN, ("Руководитель",), links=(Link("people", "director_id"),), width=220),
        Column("contact", "Контактное лицо", TEXT, staff_of(company, "is_contact", with_position=True), MAIN, ("Контакт",), links=(Link("people", "contact_id"),), width=240),
        Column("phone", "Телефон", PHONE, c.phone, MAIN, ("Тел.", "Номер телефона"), attribute="phone", width=160),
        Column("email", "Эл. почта", EMAIL, c.email, MAIN, ("E-mail", "Email", "Почта"), attribute="email", width=190),
        Column("inn", "ИНН", INN, c.inn, MAIN, attribute="inn", width=130),
        Column("ogrn", "ОГРН", OGRN, c.ogrn, MAIN, attribute="ogrn", width=140),
        Column("legal_address", "Юридический адрес", TEXT, c.legal_address, MAIN, ("Юр. адрес", "Юрадрес"), attribute="legal_address", width=260),
        Column("actual_address", "Фактический адрес", TEXT, c.actual_address, MAIN, ("Факт. адрес", "Адрес"), attribute="actual_address", width=260),
        Column("source", "Кто привёл / Источник", TEXT, c.source, MAIN, ("Источник", "Кто привел"), attribute="source", width=190),
        yes_no_column("is_member", "Членство", c.is_member, group=MEMBERSHIP, headings=("Членство в НАУЗ",)),
        yes_no_column("is_potential", "Потенциал", c.is_potential, group=MEMBERSHIP, headings=("Потенциал для НАУЗ",)),
        Column("contract_number", "Договор №", TEXT, c.contract_number, CONTRACT, ("Номер договора",), attribute="contract_number", width=120),
        Column("contract_date", "Дата договора", PARTIAL_DATE, c.contract_date, CONTRACT, attribute="contract_date", width=125),
        *receipt_columns(tuple(code for code, _ in DOCUMENTS), company_id=c.id),
        extra_column(company, "company_id"),
    ),
    hidden={"director_id": first_staff_of(company, "is_director"), "contact_id": first_staff_of(company, "is_contact")},
    subjects={"company": "id"},
    dependencies=(
        Dependency(Company),
        Dependency(Employment, "company_id"),
        Dependency(ExtraValue, "company_id"),
        Dependency(
            ExtraField, rows=lambda ids: select(extra_value.c.company_id).where(extra_value.c.field_id.in_(ids))
        ),
        Dependency(Person, rows=lambda ids: select(employment.c.company_id).where(employment.c.person_id.in_(ids))),
        Dependency(DocumentReceipt, "company_id"),
    ),
)  # fmt: skip
