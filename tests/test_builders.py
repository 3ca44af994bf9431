"""The builders build: a scene made with them shows in the tables, on both databases."""

import datetime as dt
from decimal import Decimal

from sqlmodel import Session

from models import EventKind, Role, SeatPosition
from services.access.passwords import matches
from services.access.permissions import SYSTEM
from services.tables.query import Query
from services.tables.rows import count
from services.work import reading
from tests import builders


def test_a_scene_of_everything(session: Session) -> None:
    company = builders.create_company(session, "ООО «Ромашка»", inn="7707083893")
    person = builders.create_person(session, "Лютикова", "Анна", company=company, position="директор", is_director=True)
    builders.create_membership(session, company, ends_on=dt.date(2027, 1, 31), fee_amount=Decimal("15000.50"))
    builders.create_receipt(session, company, "contract", "2024-01")
    committee = builders.create_committee(session)
    builders.create_seat(session, committee, person, SeatPosition.CHAIR, since="2023")
    course = builders.create_event(session, kind=EventKind.COURSE)
    builders.create_speaker(session, person, course, topics="выдумки")
    builders.create_participation(session, course, company)
    builders.create_venue(session, responsible_id=builders.create_manager(session).id)
    account = builders.create_account(session, Role.DIRECTOR, person=person)
    assert matches(builders.PASSWORD, account.password_hash)
    session.commit()
    with reading() as fresh:
        expected = {"people": 1, "companies": 1, "members": 1, "chairs": 1, "speakers": 1, "courses": 1, "events": 0}
        assert {name: count(fresh, SYSTEM, name, Query()) for name in expected} == expected


def test_the_next_test_finds_nothing_of_it(session: Session) -> None:
    assert count(session, SYSTEM, "people", Query()) == 0
