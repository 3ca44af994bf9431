"""Guests: who is added, what a status may become, how many find a place."""

import threading

import pytest
from sqlmodel import Session, select

from models import Change, Event, Participation, ParticipationStatus as Status
from services import clock
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotFound
from services.events.participants import (
    ALLOWED,
    Added,
    Moved,
    add_participants,
    change_status,
    comment_on,
    participants_of,
    remove_participants,
)
from services.events.speakers import add_speaker
from services.events.words import STATUS_TITLES
from services.work import reading, writing
from tests import builders as b
from tests.services.events.conftest import MANAGER

TODAY, LATER = "2026-11-22", "2026-11-23"


def statuses(event: Event) -> dict[str, str]:
    with reading() as session:
        return {guest.name: guest.status_title for guest in participants_of(session, MANAGER, event.id or 0)}


def move(event: Event, status: Status, *guests: Participation, seen: str = "", over: bool = False) -> Moved:
    with writing(MANAGER) as session:
        known = {guest.id or 0: seen or guest.status for guest in guests}
        return change_status(session, MANAGER, event.id or 0, known, status, over_capacity=over)


def test_people_and_companies_become_guests_once(session: Session) -> None:
    event = b.create_event(session, starts_on=LATER)
    company = b.create_company(session, "ООО «Зов»", do_not_disturb=True)
    person = b.create_person(session, "Гостев", company=company, position="инженер", phone="+79160000001")
    b.create_participation(session, event, person, Status.APPLIED)
    session.commit()
    asked = [Party("person", person.id or 0), Party("company", company.id or 0), Party("company", company.id or 0)]
    with writing(MANAGER) as work:
        added = add_participants(work, MANAGER, event.id or 0, asked)
    assert added == Added(1, ("Гостев Пётр Ильич",), ("ООО «Зов»",))
    assert statuses(event) == {"Гостев Пётр Ильич": "подал заявку", "ООО «Зов»": "приглашён"}
    with reading() as look:
        guests = participants_of(look, MANAGER, event.id or 0, [Status.INVITED])
        assert [(g.party, g.status_on) for g in guests] == [(Party("company", company.id or 0), "22.11.2026")]
        [other] = participants_of(look, MANAGER, event.id or 0, [Status.APPLIED])
        assert (other.workplace, other.phone) == ("инженер, ООО «Зов»", "+79160000001")


def test_nobody_is_added_when_one_cannot_be(session: Session) -> None:
    event = b.create_event(session)
    gone, good = b.create_person(session, "Бывший", active=False), b.create_person(session)
    session.commit()
    both = [Party("person", good.id or 0), Party("person", gone.id or 0)]
    with pytest.raises(DomainError, match="добавить их нельзя: Бывший Пётр Ильич"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, both)
    with pytest.raises(DomainError, match="Не найдено: 1 запись"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, [Party("person", good.id or 0), Party("company", 9)])
    with pytest.raises(DomainError, match="Выберите хотя бы одного"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, [])
    with pytest.raises(NotFound), writing(MANAGER) as work:
        add_participants(work, MANAGER, 99, both)
    assert statuses(event) == {}


@pytest.mark.parametrize("wanted", list(Status))
def test_a_status_becomes_what_the_rules_allow(session: Session, wanted: Status) -> None:
    event = b.create_event(session, starts_on=TODAY)
    guests = {status: b.create_participation(session, event, b.create_person(session), status) for status in Status}
    session.commit()
    moved = move(event, wanted, *guests.values())
    allowed = {status for status in Status if wanted in ALLOWED[status]}
    assert moved.changed == len(allowed)
    with reading() as look:
        for status, guest in guests.items():
            after = look.get(Participation, guest.id)
            assert after is not None
            assert after.status == (wanted if status in allowed else status)
    assert len(moved.refused) == len(Status) - len(allowed)
    assert f"уже «{STATUS_TITLES[wanted]}»" in {why for _, why in moved.refused}


def test_what_a_status_may_become() -> None:
    assert {status.value: sorted(ALLOWED[status]) for status in Status} == {
        "invited": ["applied", "attended", "confirmed", "declined", "no_show"],
        "applied": ["attended", "confirmed", "declined", "no_show"],
        "confirmed": ["attended", "declined", "invited", "no_show"],
        "attended": ["confirmed", "no_show"],
        "no_show": ["attended", "confirmed"],
        "declined": ["applied", "attended", "confirmed", "invited"],
    }


def test_a_refusal_names_the_guest_and_both_statuses(session: Session) -> None:
    event = b.create_event(session, starts_on=TODAY)
    guest = b.create_participation(session, event, b.create_person(session, "Верный"), Status.ATTENDED)
    session.commit()
    with pytest.raises(DomainError) as refused:
        move(event, Status.DECLINED, guest)
    told = "Статус не изменён. Верный Пётр Ильич: из «участвовал» нельзя перевести в «отказался»"
    assert str(refused.value) == told
    with pytest.raises(InvalidInput, match="Нет такого статуса"):
        move(event, "elsewhere", guest)  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="Отметьте участников"):
        move(event, Status.CONFIRMED)


def test_the_second_of_two_editors_changes_nobody_the_first_has_changed(session: Session) -> None:
    event = b.create_event(session, starts_on=TODAY)
    changed, same = (b.create_participation(session, event, b.create_person(session, n)) for n in ("Раз", "Два"))
    session.commit()
    move(event, Status.DECLINED, changed)
    assert move(event, Status.CONFIRMED, changed, same, seen=Status.INVITED) == Moved(
        1, (("Раз Пётр Ильич", "статус уже изменил другой сотрудник, сейчас «отказался»"),)
    )
    assert statuses(event) == {"Раз Пётр Ильич": "отказался", "Два Пётр Ильич": "подтверждён"}


def test_nobody_has_come_before_the_event_begins(session: Session) -> None:
    coming, vague = b.create_event(session, starts_on=LATER), b.create_event(session, starts_on="2026-11")
    guests = [b.create_participation(session, event, b.create_person(session)) for event in (coming, vague)]
    session.commit()
    with pytest.raises(DomainError) as refused:
        move(coming, Status.ATTENDED, guests[0])
    assert str(refused.value) == "Мероприятие ещё не началось: «участвовал» можно отметить с 23.11.2026."
    assert move(vague, Status.NO_SHOW, guests[1]).changed == 1


def test_a_cancelled_event_takes_refusals_only(session: Session) -> None:
    event = b.create_event(session, starts_on=LATER, cancelled_at=clock.now())
    guest = b.create_participation(session, event, b.create_person(session))
    person = b.create_person(session)
    session.commit()
    with pytest.raises(DomainError, match="Мероприятие отменено"):
        move(event, Status.CONFIRMED, guest)
    with pytest.raises(DomainError, match="Мероприятие отменено"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, [Party("person", person.id or 0)])
    assert move(event, Status.DECLINED, guest).changed == 1


def test_confirming_stops_at_the_capacity_unless_chosen(session: Session) -> None:
    event = b.create_event(session, starts_on=TODAY, capacity=3)
    for status in (Status.CONFIRMED, Status.ATTENDED, Status.NO_SHOW, Status.DECLINED):
        b.create_participation(session, event, b.create_person(session), status)
    waiting = [b.create_participation(session, event, b.create_person(session), Status.APPLIED) for _ in range(3)]
    session.commit()
    with pytest.raises(DomainError) as refused:
        move(event, Status.CONFIRMED, *waiting[:2])
    assert str(refused.value) == (
        "Мест 3, занято 2, свободно 1, а подтвердить нужно 2. Уменьшите выбор или отметьте «сверх мест»."
    )
    assert move(event, Status.CONFIRMED, waiting[0]).changed == 1
    with pytest.raises(DomainError, match="Мест 3, занято 3, свободных мест нет, а подтвердить нужно 1"):
        move(event, Status.CONFIRMED, waiting[1])
    assert move(event, Status.CONFIRMED, waiting[1], over=True).changed == 1
    with pytest.raises(DomainError, match="Мест 3, занято 4, свободных мест нет"):
        move(event, Status.CONFIRMED, waiting[2])
    assert move(event, Status.ATTENDED, waiting[2]).changed == 1  # who came, came


def test_a_guest_who_came_keeps_their_place_when_confirmed_again(session: Session) -> None:
    event = b.create_event(session, starts_on=TODAY, capacity=1)
    guest = b.create_participation(session, event, b.create_person(session), Status.ATTENDED)
    session.commit()
    assert move(event, Status.CONFIRMED, guest).changed == 1


def test_added_as_confirmed_they_need_places_too(session: Session) -> None:
    event = b.create_event(session, capacity=1)
    people = [Party("person", b.create_person(session).id or 0) for _ in range(2)]
    session.commit()
    with pytest.raises(DomainError, match="свободно 1, а подтвердить нужно 2"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, people, Status.CONFIRMED)
    with writing(MANAGER) as work:
        added = add_participants(work, MANAGER, event.id or 0, people, Status.CONFIRMED, over_capacity=True)
    assert added.added == 2


def test_the_last_place_is_given_once(session: Session) -> None:
    event = b.create_event(session, capacity=1)
    guests = [b.create_participation(session, event, b.create_person(session)) for _ in range(4)]
    session.commit()
    outcomes: list[str] = []

    def confirm(guest: Participation) -> None:
        try:
            outcomes.append(str(move(event, Status.CONFIRMED, guest).changed))
        except DomainError as error:
            outcomes.append(str(error)[:6])

    threads = [threading.Thread(target=confirm, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["1", "Мест 1", "Мест 1", "Мест 1"]


def test_guests_are_removed_and_remarked_with_history(session: Session) -> None:
    event, other = b.create_event(session), b.create_event(session)
    stays, goes = (b.create_participation(session, event, b.create_person(session, n)) for n in ("Оста", "Ушла"))
    foreign = b.create_participation(session, other, b.create_person(session))
    session.commit()
    with writing(MANAGER) as work:
        comment_on(work, MANAGER, event.id or 0, stays.id or 0, " придёт позже ")
        assert remove_participants(work, MANAGER, event.id or 0, [goes.id or 0, foreign.id or 0]) == 1
    with pytest.raises(DomainError, match="уже нет"), writing(MANAGER) as work:
        remove_participants(work, MANAGER, event.id or 0, [goes.id or 0, foreign.id or 0])
    with reading() as look:
        [guest] = participants_of(look, MANAGER, event.id or 0)
        assert guest.comment == "придёт позже"
        gone = select(Change).where(Change.entity == "Participation", Change.entity_id == goes.id, Change.field == "*")
        assert [change.actor_id for change in look.exec(gone)] == [None, 1]
        assert look.get(Participation, foreign.id) is not None


def test_nobody_is_added_to_what_is_deactivated(session: Session) -> None:
    event, person = b.create_event(session, active=False), b.create_person(session)
    guest = b.create_participation(session, event, b.create_person(session, "Гостев"), Status.INVITED)
    session.commit()
    with pytest.raises(DomainError, match="Мероприятие деактивировано"), writing(MANAGER) as work:
        add_participants(work, MANAGER, event.id or 0, [Party("person", person.id or 0)])
    with pytest.raises(DomainError, match="Мероприятие деактивировано"), writing(MANAGER) as work:
        add_speaker(work, MANAGER, event.id or 0, person.id or 0)
    assert move(event, Status.DECLINED, guest).changed == 1
