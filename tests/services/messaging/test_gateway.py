import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Select, literal, select
from sqlmodel import Session, col

from models import (
    BouncedAddress,
    Channel,
    Company,
    Consent,
    Delivery,
    DeliveryState,
    Mailing,
    MailingKind,
    OptOut,
    Person,
    Purpose,
    ReminderRule,
    ReminderStep,
    WhyNot,
)
from services import clock
from services.access.permissions import SYSTEM
from services.directory.parties import Kind, party_of
from services.messaging import gateway, policies
from services.messaging.addresses import address_of
from services.messaging.gateway import Order
from services.values.emails import clean_emails, email_addresses
from services.values.phones import clean_phones
from services.values.reachable import first_email, first_mobile
from tests.builders import create_company, create_event, create_person
from tests.outbox import create_delivery, create_mailing

NOON = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
"""12:00 in Moscow."""


def planned(
    session: Session, mailing: Mailing, kind: Kind = "person", channel: Channel = Channel.EMAIL
) -> dict[int, Any]:
    """Plan a mailing for everybody of a kind: reason, or address where it is to be sent."""
    party = Person if kind == "person" else Company
    order = Order(
        channel,
        Purpose(mailing.purpose),
        mailing_id=mailing.id,
        event_id=gateway.event_watched(mailing.kind, mailing.event_id),
        once_key=gateway.once_key(mailing),
    )
    gateway.plan(session, kind, select(col(party.id).label("party_id")), order)
    rows = session.scalars(select(Delivery).where(col(Delivery.mailing_id) == mailing.id)).all()
    return {party_of(row).id: row.reason or row.address for row in rows if party_of(row).kind == kind}


def reason(session: Session, person: Person, purpose: Purpose = Purpose.SERVICE, **fields: Any) -> str | None:
    mailing = create_mailing(session, purpose=purpose.value, **fields)
    told: str | None = planned(session, mailing)[person.id or 0]
    return told


@pytest.mark.parametrize(
    ("purpose", "told"),
    [
        (Purpose.STATUTORY, "anna@example.test"),
        (Purpose.SERVICE, WhyNot.DO_NOT_DISTURB),
        (Purpose.INVITATION, WhyNot.DO_NOT_DISTURB),
        (Purpose.ADVERTISING, WhyNot.DO_NOT_DISTURB),
    ],
)
def test_only_statutory_messages_reach_those_who_asked_not_to_be_disturbed(
    session: Session, purpose: Purpose, told: str
) -> None:
    anna = create_person(session, email="anna@example.test", do_not_disturb=True)
    assert reason(session, anna, purpose) == told


def test_what_a_purpose_respects_is_data(session: Session) -> None:
    anna = create_person(session, email="anna@example.test", do_not_disturb=True)
    service = policies.list_policies(session, SYSTEM)[1]
    policies.change_policy(
        session, SYSTEM, Purpose.SERVICE, service.seen,
        respects_do_not_disturb=False, respects_opt_out=True, needs_consent=False,
    )  # fmt: skip
    assert reason(session, anna) == "anna@example.test"


def test_an_opt_out_ends_messages_of_its_purpose_by_its_channel(session: Session) -> None:
    anna = create_person(session, email="anna@example.test")
    session.add(OptOut(person_id=anna.id, purpose=Purpose.SERVICE.value, channel=Channel.EMAIL.value, how="link"))
    session.flush()
    assert reason(session, anna) == WhyNot.OPTED_OUT
    assert reason(session, anna, Purpose.INVITATION) == "anna@example.test"
    assert planned(session, create_mailing(session, text="другое"), channel=Channel.CABINET) == {anna.id: None}


def test_advertising_needs_a_consent_that_holds(session: Session) -> None:
    without = create_person(session, email="a@example.test")
    agreed = create_person(session, email="b@example.test")
    withdrawn = create_person(session, email="c@example.test")
    session.add(Consent(person_id=agreed.id, purpose=Purpose.ADVERTISING.value))
    session.add(Consent(person_id=withdrawn.id, purpose=Purpose.ADVERTISING.value, withdrawn_at=clock.now()))
    session.flush()
    mailing = create_mailing(session, purpose=Purpose.ADVERTISING.value)
    told = {without.id: WhyNot.NO_CONSENT, agreed.id: "b@example.test", withdrawn.id: WhyNot.NO_CONSENT}
    assert planned(session, mailing) == told


def test_of_several_reasons_the_first_is_told(session: Session) -> None:
    anna = create_person(session, active=False, do_not_disturb=True)
    assert reason(session, anna) == WhyNot.INACTIVE
    olga = create_person(session)
    assert reason(session, olga) == WhyNot.NO_ADDRESS
    session.add(BouncedAddress(address="gone@example.test", code="550"))
    ivan = create_person(session, email="GONE@example.test")
    assert reason(session, ivan) == WhyNot.BOUNCED


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"starts_on": "2026-03-11"}, None),
        ({"starts_on": "2026-03"}, None),
        ({"starts_on": None}, None),
        ({"starts_on": "2026-03-10", "end_time": "18:00"}, None),
        ({"starts_on": "2026-03-10", "end_time": "11:00"}, WhyNot.EVENT_OVER),
        ({"starts_on": "2026-03-09"}, WhyNot.EVENT_OVER),
        ({"starts_on": "2026-02"}, WhyNot.EVENT_OVER),
        ({"starts_on": "2026-03-01", "ends_on": "2026-03-12"}, None),
        ({"starts_on": "2026-03-11", "cancelled_at": NOON}, WhyNot.EVENT_CANCELLED),
    ],
)
def test_nobody_is_invited_to_what_is_over_or_cancelled(
    session: Session, fields: dict[str, Any], told: str | None
) -> None:
    create_person(session, email="anna@example.test")
    event = create_event(session, **fields)
    with clock.stopped_at(NOON):
        invited = create_mailing(session, kind=MailingKind.INVITATION.value, event_id=event.id)
        assert list(planned(session, invited).values()) == [told or "anna@example.test"]
        news = create_mailing(session, kind=MailingKind.EVENT_CHANGE.value, event_id=event.id)
        assert list(planned(session, news).values()) == ["anna@example.test"]


def test_the_same_message_is_not_sent_twice_whoever_sends_it(session: Session) -> None:
    anna, olga = (create_person(session, email=f"{name}@example.test") for name in ("anna", "olga"))
    first = create_mailing(session)
    key = gateway.once_key(first)
    create_delivery(session, first, anna, state=DeliveryState.SENT, once_key=key)
    create_delivery(session, first, olga, state=DeliveryState.FAILED, once_key=key)
    assert planned(session, create_mailing(session)) == {anna.id: WhyNot.ALREADY, olga.id: "olga@example.test"}
    assert reason(session, anna, text="Другой текст") == "anna@example.test"
    assert reason(session, anna, repeat=True) == "anna@example.test"


def test_a_birthday_is_congratulated_on_once_a_year_in_whatever_words(session: Session) -> None:
    one = Mailing(kind="birthday", name="", purpose="service", subject="С днём рождения", text="Ура")
    two = Mailing(kind="birthday", name="", purpose="service", subject="Поздравляем", text="Ура, ура")
    with clock.stopped_at(NOON):
        this_year = gateway.once_key(one)
        assert gateway.once_key(two) == this_year
    with clock.stopped_at(NOON.replace(year=2027)):
        assert gateway.once_key(one) != this_year


def test_a_company_is_written_to_at_its_own_address_its_contacts_or_its_directors(session: Session) -> None:
    own = create_company(session, email="office@example.test, second@example.test")
    by_contact, by_director, by_nobody, unwilling = (create_company(session) for _ in range(4))
    create_person(session, company=by_contact, email="director@example.test", is_director=True)
    create_person(session, company=by_contact, email="contact@example.test", is_contact=True)
    create_person(session, company=by_director, email="retired@example.test", is_contact=True, active=False)
    create_person(session, company=by_director, email="boss@example.test", is_director=True)
    create_person(session, company=by_nobody, email="worker@example.test")
    create_person(session, company=unwilling, email="shy@example.test", is_contact=True, do_not_disturb=True)
    told = {
        own.id: "office@example.test",
        by_contact.id: "contact@example.test",
        by_director.id: "boss@example.test",
        by_nobody.id: WhyNot.NO_ADDRESS,
        unwilling.id: WhyNot.NO_ADDRESS,
    }
    assert planned(session, create_mailing(session), "company") == told
    statutory = planned(session, create_mailing(session, purpose=Purpose.STATUTORY.value), "company")
    assert statutory[unwilling.id or 0] == "shy@example.test"


EMAILS = (
    "anna@example.test", "a@b.test, c@d.test", "mail@example.test (бухгалтерия)", "нет почты", "info@", "@example.test",
    "нет, второй@", "касса: kassa@example.test", "anna.petrova+news@mail.example.test", "info@выдумка.рф", None, "",
    "a@b, ok@example.test", "first_last@example-x.test",
)  # fmt: skip
PHONES = (
    "+79161234567", "+74951110022 доб. 15, +79161234567 (касса)", "+74951110022", "+77011234567", "+375291234567",
    "нет телефона", None, "+7916", "89161234567",
)  # fmt: skip


def test_databases_find_the_address_python_finds(session: Session) -> None:
    people = [
        create_person(session, email=clean_emails(email).value, phone=clean_phones(phone).value)
        for email, phone in zip(EMAILS, PHONES + PHONES, strict=False)
    ]
    for channel, found in ((Channel.EMAIL, first_email), (Channel.SMS, first_mobile)):
        query = select(col(Person.id), address_of("person", channel.value, Purpose.SERVICE.value))
        cells = {one.id: one.email if channel is Channel.EMAIL else one.phone for one in people}
        assert dict(session.execute(query).all()) == {number: found(cell) for number, cell in cells.items()}
    for person in people:
        listed = email_addresses(person.email)
        assert first_email(person.email) == (listed[0] if listed else None)
    assert [first_mobile(clean_phones(phone).value) for phone in PHONES] == [
        "79161234567", "79161234567", None, "77011234567", "375291234567", None, None, None, "79161234567",
    ]  # fmt: skip


def test_a_plan_is_written_once(session: Session) -> None:
    anna = create_person(session, email="anna@example.test")
    mailing = create_mailing(session)
    people: Select[Any] = select(col(Person.id).label("party_id"))
    order = Order(Channel.EMAIL, Purpose.SERVICE, mailing_id=mailing.id)
    assert [gateway.plan(session, "person", people, order) for _ in range(2)] == [1, 0]
    nobody = select(literal(anna.id).label("party_id")).where(literal(1) == 2)
    assert gateway.plan(session, "person", nobody, order) == 0


def test_the_ledger_takes_a_reminder_once_until_its_day_moves(session: Session) -> None:
    anna = create_person(session, email="anna@example.test")
    rule = ReminderRule(name="Срок", watched="birthday", purpose="service")
    session.add(rule)
    session.flush()
    step = ReminderStep(rule_id=rule.id or 0)
    session.add(step)
    session.flush()

    def remind(day: dt.date, *, missed: bool = False) -> int:
        source: Any = select(
            col(Person.id).label("party_id"), literal("Person").label("subject"), col(Person.id).label("subject_id"),
            literal(day).label("anchor_date"), literal(missed).label("missed"),
        )  # fmt: skip
        order = Order(Channel.EMAIL, Purpose.SERVICE, DeliveryState.QUEUED, step_id=step.id)
        return gateway.plan(session, "person", source, order)

    day = dt.date(2026, 3, 1)
    assert [remind(day), remind(day), remind(day.replace(day=2), missed=True)] == [1, 0, 1]
    rows = session.scalars(select(Delivery).order_by(col(Delivery.id))).all()
    assert [(row.state, row.reason, row.anchor_date, row.subject_id) for row in rows] == [
        ("queued", None, day, anna.id),
        ("missed", None, day.replace(day=2), anna.id),
    ]


def test_those_behind_one_address_share_the_letter_of_the_first(session: Session) -> None:
    people = [create_person(session, email=email) for email in ("a@b.test", "c@d.test", "a@b.test", "a@b.test")]
    mailing = create_mailing(session, one_letter=True)
    planned(session, mailing)
    assert gateway.share_letters(session, mailing.id or 0) == 2
    rows = session.scalars(select(Delivery).order_by(col(Delivery.person_id))).all()
    carriers = {row.person_id: row.carrier_id for row in rows}
    first = next(row.id for row in rows if row.person_id == people[0].id)
    assert [carriers[one.id] for one in people] == [None, None, first, first]


def test_asked_again_everything_may_have_changed(session: Session) -> None:
    event = create_event(session, starts_on="2099-01-01")
    invitation = create_mailing(session, kind=MailingKind.INVITATION.value, event_id=event.id)
    people = [create_person(session, email=f"p{number}@example.test") for number in range(4)]
    ids = [create_delivery(session, invitation, one).id or 0 for one in people]
    assert gateway.recheck(session, ids) == {}
    people[0].active = False
    people[1].email = None
    session.add(OptOut(person_id=people[2].id, purpose="service", channel="email"))
    session.flush()
    told = {ids[0]: WhyNot.INACTIVE, ids[1]: WhyNot.NO_ADDRESS, ids[2]: WhyNot.OPTED_OUT}
    assert gateway.recheck(session, ids) == told
    event.cancelled_at = clock.now()
    session.flush()
    assert gateway.recheck(session, ids) == {**dict.fromkeys(ids, WhyNot.EVENT_CANCELLED), ids[0]: WhyNot.INACTIVE}
