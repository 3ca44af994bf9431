"""Rows chosen in a table become guests."""

import pytest
from sqlmodel import Session

from models import ParticipationStatus as Status
from services import clock
from services.errors import InvalidInput
from services.events.inviting import coming_events, invite_rows
from services.events.participants import Added, participants_of
from services.tables.query import parse_query
from services.work import reading, writing
from tests import builders as b
from tests.services.events.conftest import MANAGER


def test_rows_of_any_table_about_people_and_companies_are_invited(session: Session) -> None:
    event, person, company = b.create_event(session), b.create_person(session, "Членов"), b.create_company(session)
    b.create_membership(session, person)
    member = b.create_membership(session, company)
    seat = b.create_seat(session, b.create_committee(session), person)
    other = b.create_person(session, "Другой")
    b.create_participation(session, event, other, Status.DECLINED)
    session.commit()

    def invite(table: str, query: dict[str, object]) -> Added:
        with writing(MANAGER) as work:
            return invite_rows(work, MANAGER, event.id or 0, table, parse_query(query))

    assert invite("members", {"ids": [member.id]}) == Added(1)
    assert invite("committees", {"ids": [seat.id]}) == Added(1)
    assert invite("people", {"search": "другой"}) == Added(0, ("Другой Пётр Ильич",))
    assert invite("people", {"without": [other.id]}) == Added(0, ("Членов Пётр Ильич",))
    with pytest.raises(InvalidInput, match="не люди и не компании"):
        invite("venues", {})
    with reading() as look:
        found = {guest.name: guest.status for guest in participants_of(look, MANAGER, event.id or 0)}
    assert found == {
        "Членов Пётр Ильич": Status.INVITED,
        company.name: Status.INVITED,
        "Другой Пётр Ильич": Status.DECLINED,
    }


def test_only_what_is_to_come_is_offered(session: Session) -> None:
    for name, starts_on, ends_on in (
        ("без даты", None, None), ("вчера", "2026-11-21", None), ("идёт", "2026-11-01", "2026-11-22"),
        ("весь ноябрь", "2026-11", None), ("прошлый месяц", "2026-10", None), ("потом", "2027-02-01", None),
    ):  # fmt: skip
        b.create_event(session, name, starts_on=starts_on, ends_on=ends_on)
    b.create_event(session, "отменено", starts_on="2026-12-01", cancelled_at=clock.now())
    b.create_event(session, "скрыто", starts_on="2026-12-01", active=False)
    session.commit()
    with reading() as look:
        assert [coming.title.split(" · ")[0] for coming in coming_events(look, MANAGER)] == [
            "весь ноябрь", "идёт", "потом", "без даты",
        ]  # fmt: skip
