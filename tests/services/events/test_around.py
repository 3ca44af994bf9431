"""Speakers, venues, and where somebody has been."""

import pytest
from sqlmodel import Session

from models import Event, EventKind, ParticipationStatus as Status, Speaker
from services.directory.counts import counts_of
from services.directory.parties import Party
from services.errors import DomainError, NotFound
from services.events.events import Linked
from services.events.gatherings import gatherings_of
from services.events.speakers import add_speaker, move_speaker, remove_speaker, set_topic, speakers_of
from services.events.venues import venue_card
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading, writing
from tests import builders as b
from tests.services.events.conftest import MANAGER


def talks(event: Event) -> list[tuple[str, str]]:
    with reading() as session:
        return [(talk.name.split()[0], talk.topic) for talk in speakers_of(session, MANAGER, event.id or 0)]


def test_speakers_are_added_ordered_and_taken_off(session: Session) -> None:
    event = b.create_event(session, "Форум")
    people = [b.create_person(session, name) for name in ("Астров", "Буров", "Вольный")]
    known = b.create_speaker(session, people[0], topics="связь")
    session.commit()
    number = event.id or 0
    for person, topic in zip(people, ("открытие", " ", "итоги"), strict=True):
        with writing(MANAGER) as work:
            add_speaker(work, MANAGER, number, person.id or 0, topic)
    assert talks(event) == [("Астров", "открытие"), ("Буров", ""), ("Вольный", "итоги")]
    with pytest.raises(DomainError, match="Буров Пётр Ильич уже в списке"), writing(MANAGER) as work:
        add_speaker(work, MANAGER, number, people[1].id or 0)
    with reading() as look:
        first, second, third = speakers_of(look, MANAGER, number)
        assert first.usual_topics == "связь"
    for step, up in ((third.number, True), (first.number, True), (first.number, False)):
        with writing(MANAGER) as work:
            move_speaker(work, MANAGER, number, step, up=up)
    assert [name for name, _ in talks(event)] == ["Вольный", "Астров", "Буров"]
    with writing(MANAGER) as work:
        set_topic(work, MANAGER, number, second.number, "прения")
        remove_speaker(work, MANAGER, number, first.number)
    assert talks(event) == [("Вольный", "итоги"), ("Буров", "прения")]
    with reading() as look:
        [row] = rows(look, MANAGER, "events", parse_query("{}")).rows
        assert row["speakers"] == "Вольный Пётр Ильич, Буров Пётр Ильич"
        assert look.get(Speaker, known.id) is not None
    with pytest.raises(NotFound), writing(MANAGER) as work:
        remove_speaker(work, MANAGER, number, first.number)


def test_the_card_of_a_venue(session: Session) -> None:
    partner, contact = b.create_company(session, "ООО «Стены»"), b.create_person(session, "Ключников")
    venue = b.create_venue(session, "Зал", address="Москва", partner_id=partner.id, contact_id=contact.id)
    b.create_event(session, "Был", starts_on="2026-01-10", venue_id=venue.id)
    b.create_event(session, "Курс", EventKind.COURSE, starts_on="2026-12", venue_id=venue.id)
    session.commit()
    with reading() as look:
        card = venue_card(look, MANAGER, venue.id or 0)
    assert (card.partner, card.contact) == (
        Linked(partner.id or 0, "ООО «Стены»"), Linked(contact.id or 0, "Ключников Пётр Ильич")
    )  # fmt: skip
    assert [(held.name, held.is_course, held.when) for held in card.held] == [
        ("Курс", True, "весь декабрь 2026"), ("Был", False, "10.01.2026"),
    ]  # fmt: skip
    assert [held.name for held in card.coming] == ["Курс"]
    with reading() as look, pytest.raises(NotFound):
        venue_card(look, MANAGER, 99)


def test_where_a_person_and_a_company_have_been(session: Session) -> None:
    company = b.create_company(session, "ООО «Зов»")
    person = b.create_person(session, "Гостев", company=company)
    forum, fair = b.create_event(session, "Форум", starts_on="2026-12-01"), b.create_event(session, "Выставка")
    course = b.create_event(session, "Курс", EventKind.COURSE, starts_on="2026-02")
    b.create_participation(session, forum, person, Status.CONFIRMED)
    b.create_participation(session, fair, company, Status.ATTENDED)
    b.create_participation(session, course, person, Status.NO_SHOW)
    b.create_participation(session, forum, b.create_person(session), Status.CONFIRMED)
    b.create_speaker(session, person, forum)
    session.commit()

    def been(party: Party, *, courses: bool) -> list[tuple[str, str, str]]:
        with reading() as look:
            lines = [(g.name, g.role, g.who) for g in gatherings_of(look, MANAGER, party, courses=courses)]
            assert counts_of(look, MANAGER, party)["education" if courses else "events"] == len(lines)
            return lines

    someone, firm = Party("person", person.id or 0), Party("company", company.id or 0)
    assert been(someone, courses=False) == [("Форум", "спикер", ""), ("Форум", "подтверждён", "")]
    assert been(someone, courses=True) == [("Курс", "не пришёл", "")]
    assert been(firm, courses=False) == [
        ("Форум", "спикер", "Гостев Пётр Ильич"),
        ("Форум", "подтверждён", "Гостев Пётр Ильич"),
        ("Выставка", "участвовал", ""),
    ]
    assert been(firm, courses=True) == [("Курс", "не пришёл", "Гостев Пётр Ильич")]
