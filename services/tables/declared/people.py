"""Физ. лица."""

from sqlalchemy import select

from models import Company, Employment, ExtraField, ExtraValue, Person
from services.access.permissions import Permission
from services.tables.columns import Column, Dependency, Table
from services.tables.declared.expressions import (
    TO_COMPANY,
    active_flag,
    companies_of,
    employment,
    extra_column,
    extra_value,
    first_company_of,
    full_name,
    person,
    positions_of,
    yes_no_column,
)
from services.tables.kinds import EMAIL, INN, NAME, PARTIAL_DATE, PHONE, TEXT

MAIN, MEMBERSHIP, CONTRACT = "Основные данные", "Членство", "Договор"
p = person.c

PEOPLE = Table(
    name="people",
    title="Физ. лица",
    one="физ. лицо",
    record=Person,
    source=lambda: select(person.c.id).select_from(person),
    key=p.id,
    active=active_flag(p.active),
    order="name",
    sheet_titles=("Физ.лица", "Физ. лица", "Физлица", "Физические лица", "Люди", "Контакты"),
    columns=(
        Column(
            "name", "ФИО", NAME, full_name(person), MAIN, ("Фамилия Имя Отчество", "Участник"),
            attribute="name", required=True, width=240,
        ),
        Column("birth_date", "Дата рождения", PARTIAL_DATE, p.birth_date, MAIN, ("ДР", "Д/Р", "День рождения"), attribute="birth_date", width=125),
        Column("workplace", "Место работы", TEXT, companies_of(person), MAIN, ("Компания", "Организация"), links=TO_COMPANY, width=220),
        Column("position", "Должность", TEXT, positions_of(person), MAIN, width=170),
        Column("regalia", "Регалии", TEXT, p.regalia, MAIN, ("Звания", "Награды", "Учёная степень"), attribute="regalia"),
        Column("phone", "Телефон", PHONE, p.phone, MAIN, ("Тел.", "Мобильный", "Номер телефона"), attribute="phone", width=160),
        Column("email", "Эл. почта", EMAIL, p.email, MAIN, ("E-mail", "Email", "Почта", "Электронная почта"), attribute="email", width=190),
        Column("passport", "Паспортные данные", TEXT, p.passport, MAIN, ("Паспорт",), Permission.PASSPORT_READ, "passport"),
        Column("inn", "ИНН", INN, p.inn, MAIN, attribute="inn", width=130),
        Column("region", "Регион", TEXT, p.region, MAIN, ("Адрес", "Область", "Край", "Город"), attribute="region", width=200),
        Column("source", "Кто привёл / Источник", TEXT, p.source, MAIN, ("Источник", "Кто привел", "От кого"), attribute="source", width=190),
        yes_no_column("is_member", "Членство", p.is_member, group=MEMBERSHIP, headings=("Членство в НАУЗ", "Член НАУЗ")),
        yes_no_column("is_potential", "Потенциал", p.is_potential, group=MEMBERSHIP, headings=("Потенциал для НАУЗ",)),
        Column("contract_number", "Договор №", TEXT, p.contract_number, CONTRACT, ("Номер договора", "Договор"), attribute="contract_number", width=120),
        Column("contract_date", "Дата договора", PARTIAL_DATE, p.contract_date, CONTRACT, attribute="contract_date", width=125),
        extra_column(person, "person_id"),
    ),
    hidden={"company_id": first_company_of(person)},
    subjects={"person": "id"},
    dependencies=(
        Dependency(Person),
        Dependency(Employment, "person_id"),
        Dependency(ExtraValue, "person_id"),
        Dependency(ExtraField, rows=lambda ids: select(extra_value.c.person_id).where(extra_value.c.field_id.in_(ids))),
        Dependency(
            Company,
            rows=lambda ids: select(employment.c.person_id).where(employment.c.company_id.in_(ids)),
        ),
    ),
)  # fmt: skip
