"""Мероприятия, Курсы, Спикеры, Места проведения."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from models import (
    Company,
    Employment,
    Event,
    EventKind,
    EventSpeaker,
    Participation,
    ParticipationStatus,
    Person,
    ResponsibleManager,
    Speaker,
    Venue,
)
from services.events.words import FORMAT_TITLES
from services.tables.columns import Column, Dependency, Link, Table
from services.tables.declared.expressions import (
    TO_COMPANY,
    TO_PERSON,
    active_flag,
    companies_of,
    company,
    employment,
    event,
    first_company_of,
    full_name,
    joined,
    participation,
    person,
    positions_of,
)
from services.tables.kinds import CHOICE, EMAIL, INTEGER, NAME, PARTIAL_DATE, PHONE, TEXT

speaker = Speaker.__table__  # type: ignore[attr-defined]
event_speaker = EventSpeaker.__table__  # type: ignore[attr-defined]
venue = Venue.__table__  # type: ignore[attr-defined]
manager = ResponsibleManager.__table__  # type: ignore[attr-defined]
e, p, v = event.c, person.c, venue.c

FORMATS = tuple((form.value, title) for form, title in FORMAT_TITLES.items())


def _manager_name(reference: Any) -> ColumnElement[str]:
    return select(manager.c.name).where(manager.c.id == reference).scalar_subquery()


def _count(*statuses: ParticipationStatus) -> Any:
    counted = select(func.count()).select_from(participation).where(participation.c.event_id == e.id)
    if statuses:
        counted = counted.where(participation.c.status.in_([status.value for status in statuses]))
    return counted.correlate(event).scalar_subquery()


def _larger(stated: Any, counted: Any) -> ColumnElement[int]:
    """Our count, unless the number people wrote down is larger; nothing when there is neither."""
    known = func.coalesce(stated, 0)
    return case((counted > known, counted), else_=stated)


def _speakers_of() -> ColumnElement[str]:
    return joined(
        select(full_name(person))
        .select_from(
            event_speaker.join(speaker, speaker.c.id == event_speaker.c.speaker_id).join(
                person, p.id == speaker.c.person_id
            )
        )
        .where(event_speaker.c.event_id == e.id)
        .order_by(event_speaker.c.place, event_speaker.c.id)
        .correlate(event)
    )


def _table(name: str, title: str, one: str, kinds: tuple[EventKind, ...], sheets: tuple[str, ...]) -> Table:
    wanted = e.kind.in_([kind.value for kind in kinds])
    return Table(
        name=name,
        title=title,
        one=one,
        record=Event,
        source=lambda: select(e.id).select_from(event.outerjoin(venue, v.id == e.venue_id)).where(wanted),
        key=e.id,
        active=active_flag(e.active),
        order="starts_on",
        sheet_titles=sheets,
        columns=(
            Column("name", "Название", TEXT, e.name, headings=("Наименование", "Тема", "Мероприятие", "Событие"), attribute="name", required=True, width=260),
            Column("starts_on", "Даты", PARTIAL_DATE, e.starts_on, headings=("Дата", "Дата проведения"), attribute="starts_on", width=120),
            Column("speakers", "Спикеры", TEXT, _speakers_of(), headings=("Спикер", "Преподаватели"), width=220),
            Column("format", "Формат", CHOICE, e.format, attribute="format", choices=FORMATS, width=110),
            Column("venue", "Место", TEXT, v.name, headings=("Место проведения",), links=(Link("venues", "venue_id"),), width=180),
            Column("description", "Описание", TEXT, e.description, attribute="description", width=240),
            Column("invited", "Приглашены", INTEGER, _larger(e.invited_stated, _count()), headings=("Приглашено",), width=115),
            Column("attended", "Участвовали", INTEGER, _larger(e.attended_stated, _count(ParticipationStatus.ATTENDED)), headings=("Участвовало", "Количество участников"), width=120),
            Column("responsible", "Ответственный", TEXT, _manager_name(e.responsible_id), headings=("Ответственное лицо",), width=170),
            Column("comment", "Комментарий", TEXT, e.comment, headings=("Примечание",), attribute="comment", width=220),
        ),
        hidden={"venue_id": e.venue_id},
        dependencies=(
            Dependency(Event),
            Dependency(Venue, rows=lambda ids: select(e.id).where(e.venue_id.in_(ids))),
            Dependency(Participation, "event_id"),
            Dependency(EventSpeaker, "event_id"),
            Dependency(ResponsibleManager, rows=lambda ids: select(e.id).where(e.responsible_id.in_(ids))),
            Dependency(
                Person,
                rows=lambda ids: select(event_speaker.c.event_id)
                .join(speaker, speaker.c.id == event_speaker.c.speaker_id)
                .where(speaker.c.person_id.in_(ids)),
            ),
        ),
    )  # fmt: skip


EVENTS = _table(
    "events", "Мероприятия", "мероприятие", (EventKind.EVENT, EventKind.MEETING, EventKind.SESSION),
    ("Мероприятия", "Мероприятие", "События"),
)  # fmt: skip
COURSES = _table("courses", "Курсы", "курс", (EventKind.COURSE,), ("Курсы", "Курс", "Обучение"))


def _events_of_speaker(*, courses: bool) -> ColumnElement[str]:
    kind = e.kind == EventKind.COURSE if courses else e.kind != EventKind.COURSE
    return joined(
        select(e.name)
        .select_from(event.join(event_speaker, event_speaker.c.event_id == e.id))
        .where(event_speaker.c.speaker_id == speaker.c.id, kind)
        .order_by(e.starts_on, e.id)
        .correlate(speaker)
    )


def _speakers(ids: list[int]) -> Select[int]:
    return select(speaker.c.id).where(speaker.c.person_id.in_(ids))


SPEAKERS = Table(
    name="speakers",
    title="Спикеры",
    one="спикер",
    record=Speaker,
    source=lambda: select(speaker.c.id).select_from(speaker.join(person, p.id == speaker.c.person_id)),
    key=speaker.c.id,
    active=active_flag(p.active),
    order="name",
    sheet_titles=("Спикеры", "Спикер", "Преподаватели"),
    columns=(
        Column("name", "ФИО", NAME, full_name(person), links=TO_PERSON, width=240),
        Column("company", "Компания", TEXT, companies_of(person), headings=("Место работы",), links=TO_COMPANY, width=220),
        Column("position", "Должность", TEXT, positions_of(person), headings=("Должность в компании",), width=180),
        Column("topics", "Темы", TEXT, speaker.c.topics, headings=("Тема", "Тема доклада", "Тема выступления"), attribute="topics", width=220),
        Column("email", "E-mail", EMAIL, p.email, headings=("Эл. почта", "Почта"), width=190),
        Column("phone", "Телефон", PHONE, p.phone, headings=("Тел.",), width=160),
        Column("member_since", "В НАУЗ с", PARTIAL_DATE, p.member_since, width=110),
        Column("events", "Мероприятия", TEXT, _events_of_speaker(courses=False), width=200),
        Column("courses", "Курсы", TEXT, _events_of_speaker(courses=True), headings=("Обучение",), width=200),
        Column("comment", "Комментарий", TEXT, speaker.c.comment, headings=("Примечание",), attribute="comment", width=220),
    ),
    hidden={"person_id": p.id, "company_id": first_company_of(person)},
    subjects={"person": "person_id"},
    dependencies=(
        Dependency(Speaker),
        Dependency(Person, rows=_speakers),
        Dependency(Employment, "person_id", rows=_speakers),
        Dependency(
            Company,
            rows=lambda ids: select(speaker.c.id)
            .join(employment, employment.c.person_id == speaker.c.person_id)
            .where(employment.c.company_id.in_(ids)),
        ),
        Dependency(EventSpeaker, "speaker_id"),
        Dependency(Event, rows=lambda ids: select(event_speaker.c.speaker_id).where(event_speaker.c.event_id.in_(ids))),
    ),
)  # fmt: skip


def _events_at_venue(*, courses: bool) -> ColumnElement[str]:
    kind = e.kind == EventKind.COURSE if courses else e.kind != EventKind.COURSE
    return joined(select(e.name).where(e.venue_id == v.id, kind).order_by(e.starts_on, e.id).correlate(venue))


VENUES = Table(
    name="venues",
    title="Места проведения",
    one="место проведения",
    record=Venue,
    source=lambda: select(v.id).select_from(venue.outerjoin(company, company.c.id == v.partner_id)),
    key=v.id,
    active=active_flag(v.active),
    order="name",
    sheet_titles=("Места проведения", "Места", "Площадки", "Места проведения мероприятий"),
    columns=(
        Column("name", "Название", TEXT, v.name, headings=("Наименование", "Площадка", "Место проведения", "Зал"), attribute="name", required=True, width=240),
        Column("address", "Адрес", TEXT, v.address, attribute="address", width=260),
        Column("partner", "Партнёр", TEXT, company.c.name, headings=("Партнер",), links=(Link("companies", "partner_id"),), width=220),
        Column("contacts", "Контакты", TEXT, v.contacts, headings=("Контакт",), attribute="contacts", links=(Link("people", "contact_id"),), width=260),
        Column("events", "Мероприятия", TEXT, _events_at_venue(courses=False), width=200),
        Column("courses", "Курсы", TEXT, _events_at_venue(courses=True), width=200),
        Column("responsible", "Ответственное лицо", TEXT, _manager_name(v.responsible_id), headings=("Ответственный",), width=180),
        Column("comment", "Комментарий", TEXT, v.comment, headings=("Примечание",), attribute="comment", width=220),
    ),
    hidden={"partner_id": v.partner_id, "contact_id": v.contact_id},
    dependencies=(
        Dependency(Venue),
        Dependency(Company, rows=lambda ids: select(v.id).where(v.partner_id.in_(ids))),
        Dependency(Event, "venue_id"),
        Dependency(ResponsibleManager, rows=lambda ids: select(v.id).where(v.responsible_id.in_(ids))),
    ),
)  # fmt: skip
