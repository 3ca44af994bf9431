"""The demonstration: plausible, valid, repeatable, and never written over real data."""

import datetime as dt
from itertools import chain

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from models import (
    CommitteeSeat,
    Delivery,
    Employment,
    Event,
    EventFormat,
    EventKind,
    Mailing,
    Membership,
    MembershipState,
    MessageTemplate,
    Notice,
    Participation,
    ParticipationStatus,
    Person,
    ReminderRule,
    Role,
    Rules,
    SeatPosition,
    Standing,
    membership_state,
)
from services import clock, demo, values
from services.access import accounts, sign_in
from services.access.permissions import SYSTEM
from services.demo import association, gatherings, membership, people
from services.demo.people import World
from services.errors import DomainError
from services.tables.query import Query
from services.tables.registry import TABLES
from services.tables.rows import rows
from services.work import reading, writing
from tests.builders import create_person

TODAY = dt.date(2026, 3, 1)
STANDING = ("ends_on", "suspended_from", "suspended_until", "left_on", "state_override")
MOMENT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
PARTS = (
    people.people,
    people.companies,
    people.employments,
    membership.memberships,
    membership.periods,
    membership.steps,
    association.seats,
    association.requests,
    association.speakers,
    association.remarks,
    gatherings.venues,
    gatherings.events,
    gatherings.event_speakers,
    gatherings.participations,
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(400, TODAY, MOMENT)


def test_equal_worlds_have_equal_rows(world: World) -> None:
    again, other = World(400, TODAY, MOMENT), World(400, TODAY, MOMENT, seed=7)
    for part in PARTS:
        assert list(part(world)) == list(part(again)), part.__name__
    assert list(people.people(world)) != list(people.people(other))


def test_every_value_is_as_the_product_writes_it(world: World) -> None:
    for row in chain(people.people(world), people.companies(world)):
        for key, clean in (("phone", values.clean_phones), ("email", values.clean_emails)):
            if row[key]:
                assert clean(row[key]) == values.Cleaned(row[key]), row[key]
        for key in ("birth_date", "contract_date", "member_since"):
            if row.get(key):
                assert values.clean_date(row[key]) == values.Cleaned(row[key])
    for row in people.companies(world):
        company = values.clean_company(row["name"]).value
        assert company is not None
        assert (company.name, company.key) == (row["name"], row["name_key"])
        assert values.inn_valid(row["inn"])
        assert row["ogrn"] is None or values.ogrn_valid(row["ogrn"])
        assert row["site"] is None or values.clean_site(row["site"]) == values.Cleaned(row["site"])


def test_wrong_values_are_exactly_those_with_a_remark(world: World) -> None:
    remarked = {(row["entity_id"], row["field"]) for row in association.remarks(world)}
    known = {row["id"]: row["inn"] for row in people.people(world) if row["inn"] is not None}
    wrong = {number for number, inn in known.items() if not values.inn_valid(inn)}
    assert wrong == {number for number, field in remarked if field == "inn"}
    undated = {row["id"] for row in people.people(world) if row["birth_date"] is None}
    assert {number for number, field in remarked if field == "birth_date"} <= undated
    assert len(remarked) == 8


def test_numbers_belong_to_nobody(world: World) -> None:
    for row in chain(people.people(world), people.companies(world)):
        assert row["inn"] is None or row["inn"].startswith("97")
        for number in values.phone_numbers(row["phone"]):
            assert number[2:5] in {"943", "944", "945", "946", "947", "948"} or number[5] == "0"
        for address in values.email_addresses(row["email"] or ""):
            assert address.endswith(("example.org", "example.com", "example.net"))


def test_names_agree_in_gender(world: World) -> None:
    for row in people.people(world):
        if row["middle_name"]:
            is_woman = row["middle_name"].endswith("на")
            assert row["last_name"].endswith(("ова", "ева", "ёва", "ина", "ына", "ая")) <= is_woman
            assert row["last_name"].endswith(("ов", "ев", "ёв", "ин", "ын", "ий", "ой")) <= (not is_woman)


def test_proportions_at_full_size() -> None:
    full = World(100_000, TODAY, MOMENT)
    assert (full.companies, full.memberships, full.member_companies) == (25_000, 3_000, 2_400)


def test_every_state_occurs_among_few_members() -> None:
    small = World(100, TODAY, MOMENT)
    members = list(membership.memberships(small))
    standings = [Standing(*map(row.get, STANDING)) for row in members]
    assert {membership_state(standing, Rules(), TODAY) for standing in standings} == set(MembershipState)
    assert {row["state_override"] for row in members} == {None, "active"}


def test_terms_follow_one_another(world: World) -> None:
    present = {row["id"]: row for row in membership.memberships(world)}
    earlier = list(membership.periods(world))
    assert len(earlier) > 20
    for row in earlier:
        following = [other["starts_on"] for other in (*earlier, present[row["membership_id"]])
                     if other.get("membership_id", other["id"]) == row["membership_id"]]  # fmt: skip
        assert row["ends_on"] + dt.timedelta(days=1) in following


def test_each_committee_has_one_chair(world: World) -> None:
    seats = [seat for seat in association.seats(world) if seat["position"] == SeatPosition.CHAIR]
    assert [seat["committee_id"] for seat in seats if seat["until"] is None] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [seat["committee_id"] for seat in seats if seat["until"]] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_events_lie_in_the_past_and_ahead_in_all_formats(world: World) -> None:
    made = list(gatherings.events(world))
    assert {row["kind"] for row in made} == {kind.value for kind in EventKind}
    assert {row["format"] for row in made} == {form.value for form in EventFormat} | {None}
    starts = [row["starts_on"] for row in made]
    assert min(starts) < "2024"
    assert max(starts) > "2026-04"
    ahead = {row["id"] for row in made if row["starts_on"] > "2026-03-01"}
    fates = {row["status"] for row in gatherings.participations(world) if row["event_id"] in ahead}
    assert ParticipationStatus.ATTENDED not in fates
    assert ParticipationStatus.CONFIRMED in fates


def test_run_fills_an_empty_database_and_opens_every_role(database: str) -> None:
    made = demo.run(60)
    assert made.is_new
    assert made.counts["person"] == 60
    assert [login.role for login in made.logins] == [
        Role.ADMINISTRATOR, Role.DIRECTOR, Role.MANAGER, Role.ACCOUNTANT, Role.MEMBER,
    ]  # fmt: skip
    with reading() as session:
        for login in made.logins:
            assert len(login.password) >= 12
            assert sign_in.check_password(session, login.login, login.password) is not None
        for name in TABLES:
            assert rows(session, SYSTEM, name, Query()).total, name
        assert rows(session, SYSTEM, "people", Query(end=1000)).total == 60 - _hidden(session)
        assert _count(session, Employment) == made.counts["employment"]
        _has_messages(session)
    with writing(SYSTEM) as session:
        assert create_person(session, "Новиков").id == 61


def _has_messages(session: Session) -> None:
    """Mailings in several states with a notice each, and nothing in the queue that could leave by e-mail."""
    d = Delivery
    states = session.scalars(select(col(Mailing.state)).order_by(col(Mailing.id))).all()
    assert states == ["done", "done", "review", "draft"]
    left = select(col(d.channel), col(d.state)).where(col(d.mailing_id).in_([1, 2])).distinct()
    found = {(channel, state) for channel, state in session.execute(left)}
    assert found <= {(c, s) for c in ("cabinet", "email") for s in ("sent", "failed", "unknown", "excluded")}
    sent = select(func.count()).where(col(d.channel) == "cabinet", col(d.state) == "sent")
    assert _count(session, Notice) == session.execute(sent).scalar_one() > 0
    on = select(col(ReminderRule.code), col(ReminderRule.channels)).where(col(ReminderRule.enabled))
    assert [tuple(row) for row in session.execute(on)] == [("birthday", '["cabinet"]')]
    own = select(col(MessageTemplate.number)).where(col(MessageTemplate.code).is_(None))
    assert session.scalars(own).all() == [2]


def test_run_again_keeps_what_is_there_and_renews_passwords(database: str) -> None:
    first = demo.run(30)
    with writing(SYSTEM) as session:
        create_person(session, "Добавленный")
    again = demo.run(30)
    assert not again.is_new
    with reading() as session:
        assert _count(session, Person) == 31
        assert sign_in.check_password(session, "admin", first.logins[0].password) is None
        assert sign_in.check_password(session, "admin", again.logins[0].password) is not None
    smaller = demo.run(12)
    assert smaller.is_new
    with reading() as session:
        assert _count(session, Person) == 12
        assert _count(session, Membership) == 3
        assert _count(session, CommitteeSeat) == smaller.counts["committee_seat"]
        assert _count(session, Event) == 60
        assert _count(session, Participation) == smaller.counts["participation"]


def test_real_people_are_never_written_over(database: str) -> None:
    with writing(SYSTEM) as session:
        create_person(session, "Настоящий")
    with pytest.raises(DomainError, match="людей: 1, учётных записей: 0"):
        demo.run(10)
    with reading() as session:
        assert _count(session, Person) == 1


def test_a_database_somebody_set_up_is_real(database: str) -> None:
    with writing(SYSTEM) as session:
        accounts.create_first_administrator(session, SYSTEM, "chief", "Главный", "сорок две синих птицы")
    with pytest.raises(DomainError, match="учётных записей: 1"):
        demo.run()


def test_dates_are_set_off_from_today(database: str) -> None:
    with clock.stopped_at(dt.datetime(2031, 5, 5, 9, tzinfo=dt.UTC)):
        demo.run(100)
        with reading() as session:
            ends = [row[0] for row in session.connection().execute(select(Membership.ends_on)) if row[0]]  # type: ignore[call-overload]
    assert min(ends) < dt.date(2031, 5, 5) < max(ends)
    assert max(ends) < dt.date(2032, 5, 6)


def _count(session: Session, model: type[object]) -> int:
    return session.connection().execute(select(func.count()).select_from(model)).scalar_one()


def _hidden(session: Session) -> int:
    gone = select(func.count()).select_from(Person).where(Person.active.is_(False))  # type: ignore[attr-defined]
    return session.connection().execute(gone).scalar_one()
