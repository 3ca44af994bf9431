"""Cards: what the header and the overview say, and how many statements they take."""

import datetime as dt

import pytest
from sqlmodel import Session, select

from models import AuditEvent, ExtraField, ExtraOwner, ExtraValue, MembershipState, Role
from services import clock
from services.access.permissions import SYSTEM
from services.directory.cards import CardAddress, card_of_row, head_of, note_view, party_of_membership
from services.directory.parties import Kind, Party
from services.directory.profiles import Birthday, profile_of
from services.errors import NotFound
from services.history.trail import trail_of
from services.tables.editing import open_form, save_form
from services.work import reading, writing
from tests import builders as b
from tests.busy import MANY, busy_party
from tests.counting import statements
from tests.services.tables.conftest import actor

MANAGER, ACCOUNTANT = actor(Role.MANAGER), actor(Role.ACCOUNTANT)
NOON = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def test_the_overview_of_a_person(session: Session) -> None:
    manager = b.create_manager(session, "Ответова")
    work = b.create_company(session, "ООО «Работа»")
    person = b.create_person(
        session, "Картин", phone="+79161234567, +74951234567", email="a@example.org", birth_date="1970-03-15",
        passport="4501 123456", degree="к. т. н.", region="Край", is_member=True, responsible_id=manager.id,
        do_not_disturb=True, company=work, position="инженер", is_contact=True,
    )  # fmt: skip
    field = ExtraField(owner=ExtraOwner.PERSON, label="Рейтинг")
    session.add(field)
    session.flush()
    session.add(ExtraValue(person_id=person.id, field_id=field.id or 0, value="7"))
    session.commit()
    party = Party("person", person.id or 0)
    with clock.stopped_at(NOON), reading() as reader:
        head, profile = head_of(reader, MANAGER, party), profile_of(reader, MANAGER, party)
        of_accountant = profile_of(reader, ACCOUNTANT, party)
    assert (head.title, head.active, head.is_member, head.do_not_disturb) == ("Картин Пётр Ильич", True, True, True)
    assert (profile.phones, profile.emails) == (("+79161234567", "+74951234567"), ("a@example.org",))
    assert profile.birthday == Birthday("15.03.1970", 55, 14)
    [tie] = profile.ties
    assert (tie.party, tie.title, tie.position, tie.is_director, tie.is_contact) == (
        Party("company", work.id or 0), "ООО «Работа»", "инженер", False, True,
    )  # fmt: skip
    assert {fact.label: fact.text for fact in profile.facts} == {
        "Паспортные данные": "4501 123456", "Регион": "Край", "Членство": "да", "Учёная степень": "к. т. н.",
        "Ответственное лицо": "Ответова",
    }  # fmt: skip
    assert profile.extra == (("Рейтинг", "7"),)
    assert "Паспортные данные" not in {fact.label for fact in of_accountant.facts}


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        ("2000-02-29", dt.date(2026, 2, 28), (25, 1)),
        ("2000-02-29", dt.date(2028, 2, 28), (27, 1)),
        ("1970-03-01", dt.date(2026, 3, 1), (56, 0)),
        ("1970-12-31", dt.date(2026, 1, 1), (55, 364)),
        ("1970-12", dt.date(2026, 1, 1), (None, None)),
    ],
)
def test_birthdays_count_to_the_next_one(session: Session, born: str, day: dt.date, expected: object) -> None:
    person = b.create_person(session, birth_date=born)
    session.commit()
    moment = dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)
    with clock.stopped_at(moment), reading() as reader:
        birthday = profile_of(reader, MANAGER, Party("person", person.id or 0)).birthday
    assert birthday is not None
    assert (birthday.age, birthday.days_left) == expected


def test_the_header_says_the_state_of_the_register(session: Session) -> None:
    member, gone = b.create_company(session), b.create_company(session)
    b.create_membership(session, member, ends_on=dt.date(2027, 1, 1))
    b.create_membership(session, gone, state_override="left")
    session.commit()
    with clock.stopped_at(NOON), reading() as reader:
        heads = [head_of(reader, MANAGER, Party("company", company.id or 0)) for company in (member, gone)]
    assert [(head.state, head.state_title, head.is_member) for head in heads] == [
        (MembershipState.ACTIVE, "действует", True), (MembershipState.LEFT, "выбыл", False),
    ]  # fmt: skip


def test_a_doubt_about_a_value_is_told_on_the_card(session: Session) -> None:
    company = b.create_company(session)
    session.commit()
    with writing(MANAGER) as work:
        save_form(work, MANAGER, open_form(work, MANAGER, "companies", company.id or 0), {"inn": "231022"})
    with reading() as reader:
        [remark] = profile_of(reader, MANAGER, Party("company", company.id or 0)).remarks
    assert (remark.label, remark.value) == ("ИНН", "231022")


def test_rows_of_every_table_lead_to_a_card(session: Session) -> None:
    person, company = b.create_person(session), b.create_company(session)
    seat = b.create_seat(session, b.create_committee(session), person)
    line = b.create_membership(session, company)
    speaker, venue = b.create_speaker(session, person), b.create_venue(session)
    session.commit()
    asked = {"people": person.id, "committees": seat.id, "members": line.id, "speakers": speaker.id, "venues": venue.id}
    with reading() as reader:
        found = {name: card_of_row(reader, MANAGER, name, number or 0) for name, number in asked.items()}
        assert party_of_membership(reader, MANAGER, line.id or 0) == Party("company", company.id or 0)
        with pytest.raises(NotFound):
            card_of_row(reader, MANAGER, "members", 404)
    mine = CardAddress("person", person.id or 0)
    assert found == {
        "people": mine, "committees": mine, "speakers": mine,
        "members": CardAddress("company", company.id or 0), "venues": CardAddress("venue", venue.id or 0),
    }  # fmt: skip


def test_a_card_that_is_not_there(database: str) -> None:
    with reading() as reader, pytest.raises(NotFound, match=r"Такого юр\. лица нет"):
        head_of(reader, MANAGER, Party("company", 404))


def test_looking_at_a_card_is_noted(session: Session) -> None:
    with writing(MANAGER) as work:
        note_view(work, MANAGER, Party("company", 7))
    [event] = session.exec(select(AuditEvent)).all()
    assert (event.action, event.subject) == ("profile_viewed", "companies:7")


@pytest.mark.parametrize("kind", ["person", "company"])
def test_the_busiest_card_takes_a_fixed_number_of_statements(session: Session, kind: Kind) -> None:
    party = busy_party(session, kind, many=MANY if kind == "company" else 30)
    entity = "Person" if kind == "person" else "Company"
    with reading() as reader, statements() as of_head:
        head_of(reader, SYSTEM, party)
    with reading() as reader, statements() as of_overview:
        profile = profile_of(reader, SYSTEM, party)
    with reading() as reader, statements() as of_history:
        trail = trail_of(reader, SYSTEM, entity, party.id)
    assert len(profile.ties) == len(profile.extra) == len(profile.remarks) == (MANY if kind == "company" else 30)
    assert len(trail.lines) == 20
    assert (len(of_head), len(of_overview)) == (3, 5)
    assert len(of_history) <= 6
