"""The card of an event, and what is done with an event as a whole."""

import pytest
from sqlmodel import Session, col, select

from models import AuditEvent, Event, EventKind, EventSpeaker, ParticipationStatus as Status
from services.errors import DomainError, InvalidInput, NotFound
from services.events.days import Dates
from services.events.events import (
    EventCard,
    Linked,
    bring_back,
    cancel,
    duplicate,
    event_card,
    note_view,
    reschedule,
)
from services.events.participants import participants_of
from services.events.speakers import speakers_of
from services.tables.editing import open_form, save_form
from services.work import reading, writing
from tests import builders as b
from tests.counting import statements
from tests.services.events.conftest import MANAGER


def card(event: Event | int | None) -> EventCard:
    number = event.id if isinstance(event, Event) else event
    with reading() as session:
        return event_card(session, MANAGER, number or 0)


def test_a_card_names_what_the_event_is_tied_to(session: Session) -> None:
    venue, committee = b.create_venue(session, "Зал", address="Москва"), b.create_committee(session, "Комитет")
    manager = b.create_manager(session, "Орлова")
    event = b.create_event(
        session, "Форум", starts_on="2026-12-01", start_time="10:00", end_time="18:00", format="hybrid", capacity=30,
        venue_id=venue.id, committee_id=committee.id, responsible_id=manager.id, url="https://vstrecha.ru",
        invited_stated=40, attended_stated=12,
    )  # fmt: skip
    b.create_speaker(session, b.create_person(session), event)
    for status in (*Status, Status.ATTENDED):
        b.create_participation(session, event, b.create_person(session), status)
    session.commit()
    found = card(event)
    assert (found.kind_title, found.table, found.format_title) == ("мероприятие", "events", "гибрид")
    assert found.dates.spoken == "01.12.2026, 10:00–18:00"
    assert (found.venue, found.address) == (Linked(venue.id or 0, "Зал"), "Москва")
    assert (found.committee, found.responsible) == (Linked(committee.id or 0, "Комитет"), "Орлова")
    heads = found.heads
    assert (heads.invited, heads.attended, heads.taken, heads.capacity) == (7, 2, 3, 30)
    assert (heads.invited_stated, heads.attended_stated, found.speakers) == (40, 12, 1)
    with pytest.raises(NotFound):
        card(99)


def test_looking_at_a_card_is_noted(session: Session) -> None:
    course = b.create_event(session, kind=EventKind.COURSE)
    session.commit()
    with writing(MANAGER) as work:
        note_view(work, MANAGER, "courses", course.id or 0)
    with reading() as look:
        assert [(e.action, e.subject) for e in look.exec(select(AuditEvent))] == [
            ("profile_viewed", f"courses:{course.id}")
        ]


def test_the_busiest_card_takes_few_queries(session: Session) -> None:
    event = b.create_event(session)
    company = b.create_company(session)
    for _ in range(60):
        person = b.create_person(session, company=company)
        b.create_participation(session, event, person)
        b.create_speaker(session, person, event)
    session.commit()
    with statements() as asked, reading() as look:
        event_card(look, MANAGER, event.id or 0)
        assert len(participants_of(look, MANAGER, event.id or 0)) == 60
        assert len(speakers_of(look, MANAGER, event.id or 0)) == 60
    assert len(asked) <= 6


def test_cancelling_needs_a_reason_and_keeps_the_guests(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-11-22")
    for status in (Status.INVITED, Status.CONFIRMED, Status.DECLINED):
        b.create_participation(session, event, b.create_person(session), status)
    session.commit()
    with pytest.raises(InvalidInput, match="причину"), writing(MANAGER) as work:
        cancel(work, MANAGER, event.id or 0, "  ")
    with writing(MANAGER) as work:
        assert cancel(work, MANAGER, event.id or 0, "болезнь").guests == 2
    assert (card(event).cancel_reason, card(event).heads.invited) == ("болезнь", 3)
    with pytest.raises(DomainError, match="уже отменено"), writing(MANAGER) as work:
        cancel(work, MANAGER, event.id or 0, "снова")
    with pytest.raises(DomainError, match="Сначала верните"), writing(MANAGER) as work:
        reschedule(work, MANAGER, event.id or 0, "01.12.2026", "", "", "")
    with writing(MANAGER) as work:
        bring_back(work, MANAGER, event.id or 0)
    assert (card(event).cancelled_at, card(event).cancel_reason) == (None, "")
    with pytest.raises(DomainError, match="не отменено"), writing(MANAGER) as work:
        bring_back(work, MANAGER, event.id or 0)


def test_what_is_over_is_not_cancelled(session: Session) -> None:
    past, this_month = b.create_event(session, starts_on="2026-11-21"), b.create_event(session, starts_on="2026-11")
    session.commit()
    with pytest.raises(DomainError, match=r"уже прошло \(21\.11\.2026\)"), writing(MANAGER) as work:
        cancel(work, MANAGER, past.id or 0, "поздно")
    with writing(MANAGER) as work:
        cancel(work, MANAGER, this_month.id or 0, "ещё можно")


def test_an_event_moves_and_remembers_its_first_day(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    b.create_participation(session, event, b.create_person(session), Status.CONFIRMED)
    session.commit()

    def move(*typed: str) -> int:
        with writing(MANAGER) as work:
            return reschedule(work, MANAGER, event.id or 0, *typed).guests

    assert move("10.12.2026", "11.12.2026", "9.30", "18") == 1
    assert card(event).dates == Dates("2026-12-10", "2026-12-11", "09:30", "18:00")
    assert card(event).moved_from == "01.12.2026"
    move("январь 2027", "", "", "")
    assert (card(event).dates.spoken, card(event).moved_from) == ("весь январь 2027", "01.12.2026")
    move("01.12.2026", "", "10:00", "")
    assert (card(event).dates.spoken, card(event).moved_from) == ("01.12.2026, с 10:00", "")
    with pytest.raises(DomainError, match="те же"):
        move("01.12.2026", "", "10:00", "")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (("31.02.2026", "", "", ""), "starts_on", "Дня 31.02.2026 не бывает"),
        (("02.12.2026", "01.12.2026", "", ""), "ends_on", "раньше первого"),
        (("", "01.12.2026", "", ""), "ends_on", "не указан первый"),
        (("02.12.2026", "", "25:00", ""), "start_time", "нужны часы и минуты"),
        (("02.12.2026", "", "12:00", "11:00"), "ends_on", "не позже начала"),
    ],
)
def test_impossible_dates_are_refused(session: Session, typed: tuple[str, ...], field: str, sentence: str) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    session.commit()
    with pytest.raises(InvalidInput, match=sentence) as refused, writing(MANAGER) as work:
        reschedule(work, MANAGER, event.id or 0, *typed)
    assert set(refused.value.fields) == {field}
    assert card(event).dates == Dates("2026-12-01")


def test_a_copy_has_the_speakers_and_not_the_guests(session: Session) -> None:
    event = b.create_event(
        session, "Курс", EventKind.COURSE, starts_on="2026-11-30", ends_on="2026-12-02", start_time="10:00", capacity=9,
        invited_stated=40, comment="перенесено",
    )  # fmt: skip
    for name in ("Первый", "Второй"):
        b.create_speaker(session, b.create_person(session, name), event)
    b.create_participation(session, event, b.create_person(session))
    session.commit()
    with writing(MANAGER) as work:
        number = duplicate(work, MANAGER, event.id or 0, "30.12.2026")
    copy = card(number)
    assert (copy.name, copy.kind, copy.heads.capacity, copy.comment) == ("Курс", EventKind.COURSE, 9, "")
    assert copy.dates == Dates("2026-12-30", "2027-01-01", "10:00")
    assert (copy.heads.invited, copy.heads.invited_stated) == (0, None)
    with reading() as look:
        talks = select(EventSpeaker.place).where(EventSpeaker.event_id == number).order_by(col(EventSpeaker.place))
        assert list(look.exec(talks)) == [1, 2]
    with pytest.raises(InvalidInput, match="прочитать дату"), writing(MANAGER) as work:
        duplicate(work, MANAGER, event.id or 0, "когда-нибудь")


@pytest.mark.parametrize(
    ("dates", "spoken"),
    [
        (Dates(), "дата не назначена"),
        (Dates("2026"), "весь 2026 год"),
        (Dates("2026-03"), "весь март 2026"),
        (Dates("2026-03-05", "2026-03-05"), "05.03.2026"),
        (Dates("2026-03-05", "2026-03-07"), "05.03.2026 – 07.03.2026"),
        (Dates("2026-03-05", "2026-03-07", "10:00", "12:00"), "05.03.2026, 10:00 – 07.03.2026, 12:00"),
        (Dates("2026-03-05", None, None, "12:00"), "05.03.2026, до 12:00"),
        (Dates("2026-03", "2026-04"), "03.2026 – 04.2026"),
    ],
)
def test_dates_as_people_say_them(dates: Dates, spoken: str) -> None:
    assert dates.spoken == spoken


def test_the_form_refuses_days_in_the_wrong_order_only_where_they_are_typed(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-05", ends_on="2026-12-01")
    session.commit()
    with writing(MANAGER) as work:
        form = open_form(work, MANAGER, "events", event.id or 0)
        save_form(work, MANAGER, form, {"capacity": "12", "start_time": ""})
    with writing(MANAGER) as work:
        form = open_form(work, MANAGER, "events", event.id or 0)
        with pytest.raises(InvalidInput) as refused:
            save_form(work, MANAGER, form, {"ends_on": "02.12.2026", "capacity": "0", "start_time": "в полдень"})
        assert refused.value.fields["ends_on"] == "Последний день (02.12.2026) раньше первого (05.12.2026)."
        assert set(refused.value.fields) == {"ends_on", "capacity", "start_time"}
        work.rollback()
    assert (card(event).heads.capacity, card(event).dates.ends_on) == (12, "2026-12-01")


def test_the_second_editor_does_not_move_it_unseen(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    session.commit()
    seen = card(event).version
    with writing(MANAGER) as work:
        reschedule(work, MANAGER, event.id or 0, "02.12.2026", "", "", "", seen=seen)
    with pytest.raises(DomainError, match="только что изменил другой сотрудник"), writing(MANAGER) as work:
        reschedule(work, MANAGER, event.id or 0, "03.12.2026", "", "", "", seen=seen)
    assert card(event).dates.starts_on == "2026-12-02"
