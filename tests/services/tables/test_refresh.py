"""The row index follows every change of what its rows are made of."""

import pytest
from sqlmodel import Session, select

from models import Company, Employment, Event, EventKind, ParticipationStatus, Person, SeatPosition
from services.access.permissions import SYSTEM
from services.database import engine
from services.history import bulk
from services.tables.index import fill, index_of, rebuild
from services.tables.refresh import SEVERAL
from services.tables.registry import TABLES
from services.work import writing
from tests import builders as b
from tests.services.tables.conftest import Ask, names


def test_a_renamed_company_shows_in_every_table(session: Session, ask: Ask) -> None:
    company = b.create_company(session, "ООО «Старое имя»")
    person = b.create_person(session, company=company, is_contact=True)
    b.create_membership(session, company)
    b.create_seat(session, b.create_committee(session), person, SeatPosition.CHAIR)
    b.create_speaker(session, person)
    b.create_venue(session, partner_id=company.id)
    session.commit()
    with writing(SYSTEM) as other:
        found = other.get(Company, company.id)
        assert found
        found.name = "ООО «Новое имя»"
    shown = [
        ask("companies").rows[0]["name"],
        ask("people").rows[0]["workplace"],
        ask("members").rows[0]["name"],
        ask("committees").rows[0]["company"],
        ask("chairs").rows[0]["company"],
        ask("speakers").rows[0]["company"],
        ask("venues").rows[0]["partner"],
    ]
    assert set(shown) == {"ООО «Новое имя»"}
    assert ask("people", search="старое").total == 0
    assert ask("people", search="новое").total == 1


def test_someone_who_changes_company_leaves_the_old_one(session: Session, ask: Ask) -> None:
    first, second = b.create_company(session, "Первая"), b.create_company(session, "Вторая")
    person = b.create_person(session, "Переходов", company=first, is_contact=True)
    session.commit()
    with writing(SYSTEM) as other:
        place = other.exec(select(Employment)).one()
        place.company_id = second.id or 0
    contacts = {row["name"]: row["contact"] for row in ask("companies").rows}
    assert contacts == {"Первая": None, "Вторая": "Переходов Пётр Ильич"}
    assert ask("people").rows[0]["company_id"] == second.id
    assert person.id == 1


def test_deactivated_rows_leave_and_return(session: Session, ask: Ask) -> None:
    person = b.create_person(session, "Ушедший")
    session.commit()
    for active, shown in ((False, []), (True, ["Ушедший Пётр Ильич"])):
        with writing(SYSTEM) as other:
            found = other.get(Person, person.id)
            assert found
            found.active = active
        assert names(ask("people")) == shown


def test_a_deleted_record_leaves_its_table_and_search(session: Session, ask: Ask) -> None:
    person = b.create_person(session, "Удаляемый")
    session.commit()
    with writing(SYSTEM) as other:
        other.delete(other.get(Person, person.id))
    assert ask("people", search="удаляемый").total == 0
    assert ask("people").total == 0


def test_counts_of_guests_follow_participation(session: Session, ask: Ask) -> None:
    event = b.create_event(session, "Выставка", invited_stated=2)
    guests = [b.create_person(session) for _ in range(3)]
    for guest in guests:
        b.create_participation(session, event, guest, ParticipationStatus.ATTENDED)
    b.create_event(session, "Курс", EventKind.COURSE, invited_stated=40, attended_stated=10)
    session.commit()
    [row] = ask("events").rows
    assert (row["invited"], row["attended"]) == (3, 3)
    [row] = ask("courses").rows
    assert (row["invited"], row["attended"]) == (40, 10)


def test_an_event_moved_to_another_venue_shows_at_both(session: Session, ask: Ask) -> None:
    old, new = b.create_venue(session, "Старый зал"), b.create_venue(session, "Новый зал")
    event = b.create_event(session, "Выставка", venue_id=old.id)
    session.commit()
    with writing(SYSTEM) as other:
        found = other.get(Event, event.id)
        assert found
        found.venue_id = new.id
    assert {row["name"]: row["events"] for row in ask("venues").rows} == {"Старый зал": None, "Новый зал": "Выставка"}


def test_a_refused_unit_of_work_leaves_the_index_as_it_was(session: Session, ask: Ask) -> None:
    b.create_person(session, "Прежний")
    session.commit()
    with pytest.raises(RuntimeError), writing(SYSTEM) as other:
        b.create_person(other, "Несостоявшийся")
        other.flush()
        raise RuntimeError
    assert names(ask("people")) == ["Прежний Пётр Ильич"]


def test_most_rows_changed_at_once_are_all_there_and_followed_further(session: Session, ask: Ask) -> None:
    b.create_person(session, "Прежний")
    session.commit()
    with writing(SYSTEM) as other:
        fresh = bulk.insert(other, Person, [{"last_name": f"Новобранец{n}"} for n in range(SEVERAL)])
    assert ask("people").total == SEVERAL + 1
    assert names(ask("people", search="прежний")) == ["Прежний Пётр Ильич"]
    with writing(SYSTEM) as other:
        other.get_one(Person, fresh[-1]).last_name = "Переименованный"
    assert names(ask("people", search="переимен")) == ["Переименованный"]
    assert ask("people", search=f"новобранец{SEVERAL - 1}").total == 0


def test_rebuilding_gives_what_refreshing_gave(session: Session, ask: Ask) -> None:
    company = b.create_company(session)
    person = b.create_person(session, company=company, is_director=True)
    b.create_membership(session, company)
    b.create_receipt(session, company, "application", "2024-01")
    b.create_seat(session, b.create_committee(session), person, SeatPosition.CHAIR)
    b.create_speaker(session, person, b.create_event(session))
    session.commit()
    before = {name: ask(name).rows for name in TABLES}
    with engine().execution_options(writes=True).begin() as connection:
        for name in TABLES:
            rebuild(connection, name)
    assert {name: ask(name).rows for name in TABLES} == before
    assert before["companies"][0]["received_application"] == "2024-01"
    with engine().execution_options(writes=True).begin() as connection:
        connection.execute(index_of("people").delete())
        fill(connection, "people", [person.id or 0])
    assert ask("people", search="выдум").rows == before["people"]
