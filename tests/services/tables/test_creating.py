"""New rows, deactivating, deleting; what is said of a value while it is typed; drafts."""

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from models import (
    CommitteeRequest,
    CommitteeSeat,
    Document,
    DocumentType,
    Event,
    EventKind,
    FormDraft,
    Person,
    Remark,
    Role,
    Speaker,
    Venue,
)
from services import clock
from services.errors import DomainError, InvalidInput, NotFound
from services.tables.creating import MADE, create_row, delete_row, hanging_on, new_form, set_active
from services.tables.drafts import draft_of, drop_draft, keep_draft
from services.tables.editing import Form, open_form, save_form
from services.tables.references import choices
from services.tables.twins import said_of
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import Ask, actor, names

MANAGER = actor(Role.MANAGER)
NOON = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def make(table: str, **typed: str) -> int:
    with writing(MANAGER) as session:
        return create_row(session, MANAGER, table, typed).id


def form_of(table: str, number: int | None) -> Form:
    with reading() as session:
        return open_form(session, MANAGER, table, number or 0)


def kept() -> list[str]:
    with reading() as session:
        return list(session.exec(select(FormDraft.form).order_by(col(FormDraft.id))))


def said(table: str, key: str, text: str, own: int = 0) -> tuple[list[str], list[str]]:
    with reading() as session:
        found = said_of(session, MANAGER, table, key, text, own)
    return [note.severity for note in found.notes], [f"{twin.what}: {twin.title}" for twin in found.twins]


def test_every_form_of_a_new_row_can_be_filled(session: Session, ask: Ask) -> None:
    manager, company = b.create_manager(session, "Ответова"), b.create_company(session, "ООО «Партнёр»")
    session.commit()
    person = make("people", name="новов пётр", phone="8 (916) 123-45-67", do_not_disturb="yes")
    venue = make("venues", name="Зал", partner_id=str(company.id), contact_id=str(person))
    event = make("events", name="Встреча", kind="meeting", venue_id=str(venue), responsible_id=str(manager.id))
    course = make("courses", name="Курс")
    make("speakers", person_id=str(person), topics="Опыты")
    make("companies", name="ООО «Новое»", inn="7707083893")
    with reading() as reader:
        made = reader.get_one(Person, person)
        assert (made.name, made.do_not_disturb) == ("Новов Пётр", True)
        assert [reader.get_one(Event, n).kind for n in (event, course)] == [EventKind.MEETING, EventKind.COURSE]
    assert ask("venues").rows[0]["partner"] == "ООО «Партнёр»"
    row = ask("events").rows[0]
    assert (row["venue"], row["responsible"]) == ("Зал", "Ответова")
    assert ask("speakers").rows[0]["name"] == "Новов Пётр"
    with reading() as reader:
        assert {name: new_form(reader, MANAGER, name).id for name in MADE} == dict.fromkeys(MADE, 0)
        assert [choice.title for choice in choices(reader, MANAGER, "managers")] == ["Ответова"]


def test_what_a_new_row_lacks_is_named(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        make("people", birth_date="20023 г.", region="Край")
    assert set(refused.value.fields) == {"name", "birth_date"}
    with pytest.raises(InvalidInput) as refused:
        make("speakers", person_id="404", topics="Опыты")
    assert refused.value.fields == {"person_id": "В поле «ФИО» выбрана запись, которой больше нет."}
    with pytest.raises(InvalidInput, match="нельзя заполнить: version"):
        make("people", name="Новов", version="7")
    with pytest.raises(DomainError, match="добавляют из карточки"):
        make("members", comment="Новый")
    assert session.exec(select(Person)).all() == []


def test_a_doubtful_value_of_a_new_row_is_kept_with_a_remark(session: Session) -> None:
    number = make("companies", name="ООО «Сомнение»", inn="231022")
    [remark] = session.exec(select(Remark)).all()
    assert (remark.entity, remark.entity_id, remark.field, remark.value) == ("Company", number, "inn", "231022")


def test_what_must_be_unique_is_said_at_its_field(session: Session) -> None:
    b.create_company(session, "ООО «Ромашка»", inn="7707083893")
    other = b.create_company(session, "ООО «Василёк»")
    b.create_venue(session, "Большой зал")
    person = b.create_person(session)
    b.create_speaker(session, person)
    session.commit()
    for table, typed, key in (
        ("companies", {"name": "ООО «Другая»", "inn": "7707083893"}, "inn"),
        ("venues", {"name": "«Большой зал»"}, "name"),
        ("speakers", {"person_id": str(person.id)}, "person_id"),
    ):
        with pytest.raises(InvalidInput) as refused:
            make(table, **typed)
        assert list(refused.value.fields) == [key]
    with pytest.raises(InvalidInput) as refused, writing(MANAGER) as work:
        save_form(work, MANAGER, form_of("companies", other.id), {"inn": "7707083893"})
    assert refused.value.fields == {"inn": "Такое значение уже у «ООО «Ромашка»»: двух одинаковых быть не может."}
    branch = make("companies", name="ООО «Ромашка», филиал", inn="7707083893", kpp="770701001")
    assert branch


def test_a_reference_is_shown_by_name_and_can_be_cleared(session: Session) -> None:
    manager = b.create_manager(session, "Ответова")
    venue = b.create_venue(session, responsible_id=manager.id)
    session.commit()
    field = next(f for f in form_of("venues", venue.id).fields if f.key == "responsible_id")
    assert (field.refers, field.text, field.shown) == ("managers", str(manager.id), "Ответова")
    with writing(MANAGER) as work:
        save_form(work, MANAGER, form_of("venues", venue.id), {"responsible_id": ""})
    session.expire_all()
    assert venue.responsible_id is None


def test_check_digits_and_twins_are_said_while_typing(session: Session) -> None:
    romashka = b.create_company(
        session, "ООО «Ромашка»", inn="7707083893", phone="+79161234567, +74951234567", email="a@example.org"
    )
    session.commit()
    assert said("companies", "inn", "7707083893") == ([], ["Такой ИНН: ООО «Ромашка»"])
    assert said("companies", "inn", "7707083893", own=romashka.id or 0) == ([], [])
    assert said("companies", "inn", "7707083894") == (["warning"], [])
    assert said("companies", "phone", "8 495 123-45-67")[1] == ["Такой телефон: ООО «Ромашка»"]
    assert said("companies", "email", "A@Example.org")[1] == ["Такой адрес почты: ООО «Ромашка»"]
    assert said("companies", "email", "ba@example.org")[1] == []
    assert said("companies", "name", "ооо ромашка")[1] == ["Такое название: ООО «Ромашка»"]
    assert said("companies", "region", "Край") == said("companies", "inn", " ") == ([], [])


def test_deactivated_rows_leave_the_tables_and_come_back(session: Session, ask: Ask) -> None:
    company = b.create_company(session, "ООО «Сон»")
    session.commit()
    for active, shown in ((False, []), (True, ["ООО «Сон»"])):
        with writing(MANAGER) as work:
            set_active(work, MANAGER, "companies", company.id or 0, active)
        assert names(ask("companies")) == shown


def test_only_what_nothing_hangs_on_is_deleted(session: Session, ask: Ask) -> None:
    person, company, venue = b.create_person(session), b.create_company(session), b.create_venue(session, "Пустой зал")
    b.create_employment(session, person, company)
    b.create_event(session, venue_id=b.create_venue(session, "Зал").id)
    b.create_participation(session, b.create_event(session), person)
    b.create_participation(session, b.create_event(session), person)
    session.commit()
    with reading() as reader:
        assert set(hanging_on(reader, MANAGER, "people", person.id or 0)) == {
            "1 место работы", "2 участия в мероприятиях",
        }  # fmt: skip
    with writing(MANAGER) as work, pytest.raises(DomainError, match=r"связаны: 1 место работы\. Её можно"):
        delete_row(work, MANAGER, "companies", company.id or 0)
    with writing(MANAGER) as work:
        assert delete_row(work, MANAGER, "venues", venue.id or 0) == "Пустой зал"
    assert names(ask("venues")) == ["Зал"]
    with writing(MANAGER) as work, pytest.raises(NotFound):
        delete_row(work, MANAGER, "venues", venue.id or 0)
    assert len(session.exec(select(Venue)).all()) == 1
    assert session.exec(select(Speaker)).all() == []


def test_a_seat_is_ended_not_deleted(session: Session) -> None:
    seat = b.create_seat(session, b.create_committee(session), b.create_person(session))
    session.commit()
    with writing(MANAGER) as work, pytest.raises(DomainError, match="завершают на карточке"):
        delete_row(work, MANAGER, "committees", seat.id or 0)
    assert session.exec(select(CommitteeSeat.id)).all() == [seat.id]


def test_a_draft_is_kept_for_a_day_without_the_passport(session: Session) -> None:
    me, other = (b.actor_of(b.create_account(session, Role.MANAGER, login)) for login in ("я", "другой"))
    session.commit()
    with clock.stopped_at(NOON):
        with writing(me) as work:
            keep_draft(work, me, "people:5", {"region": "Край"})
            keep_draft(work, me, "people:5", {"region": "Новый край", "passport": "4501 123456"})
        with reading() as reader:
            draft = draft_of(reader, me, "people:5")
            assert draft is not None
            assert (draft.typed, draft.at) == ({"region": "Новый край"}, NOON)
            assert draft_of(reader, other, "people:5") is None
            assert draft_of(reader, me, "people:6") is None
    with clock.stopped_at(NOON + dt.timedelta(days=1, minutes=1)):
        with reading() as reader:
            assert draft_of(reader, me, "people:5") is None
        with writing(other) as work:
            keep_draft(work, other, "people:7", {"region": "Край"})
    assert kept() == ["people:7"]
    with writing(other) as work:
        drop_draft(work, other, "people:7")
    assert kept() == []


def test_files_and_requests_are_named_among_what_hangs_on_a_record(session: Session) -> None:
    person = b.create_person(session)
    kind = DocumentType(code="own", title="Свой")
    session.add(kind)
    session.flush()
    session.add(Document(type_id=kind.id or 0, title="Скан", person_id=person.id))
    session.add(CommitteeRequest(committee_id=b.create_committee(session).id or 0, person_id=person.id or 0))
    session.commit()
    with reading() as look:
        found = hanging_on(look, MANAGER, "people", person.id or 0)
    assert set(found) == {"1 файл документа", "1 заявка в комитет"}
