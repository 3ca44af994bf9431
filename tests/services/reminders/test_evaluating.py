"""What rules write into the ledger, when, and that they write it once."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import (
    Channel,
    Delivery,
    DeliveryState as State,
    DocumentType,
    ParticipationStatus as Status,
    ReminderRule,
    ReminderStep,
    Segment,
    Watched,
    WhyNot,
)
from services import clock
from services.access.permissions import SYSTEM
from services.reminders import rules
from services.reminders.evaluating import Evaluated, evaluate
from services.tables import segments
from tests.builders import (
    actor_of,
    create_account,
    create_company,
    create_event,
    create_membership,
    create_participation,
    create_person,
    create_receipt,
)
from tests.services.reminders.scene import create_rule, moscow, switch_on, written

DAY = dt.date.fromisoformat


def run(session: Session, day: str, hour: str = "12:00") -> Evaluated:
    """Commit the scene and evaluate at a moment."""
    session.commit()
    return evaluate(moscow(day, hour))


def test_end_of_membership_is_told_of_a_calendar_month_before_it(session: Session) -> None:
    person, company = create_person(session), create_company(session)
    create_membership(session, person, ends_on=DAY("2026-03-31"))
    create_membership(session, company, ends_on=DAY("2026-03-28"))
    create_membership(session, create_person(session), ends_on=DAY("2026-03-27"))
    create_rule(session, Watched.MEMBERSHIP_END, "за месяц", on="2026-02-28")

    done = run(session, "2026-02-28")

    assert (done.queued, done.excluded, done.missed) == (2, 0, 0)
    assert written(session, "person_id", "company_id", "subject", "anchor_date", "channel", "state") == [
        (person.id, None, "Membership", DAY("2026-03-31"), "cabinet", "queued"),
        (None, company.id, "Membership", DAY("2026-03-28"), "cabinet", "queued"),
    ]


def test_a_second_run_writes_nothing_and_burns_no_numbers(session: Session) -> None:
    create_membership(session, create_person(session), ends_on=DAY("2026-03-31"))
    create_rule(session, Watched.MEMBERSHIP_END, on="2026-03-31", channels=(Channel.CABINET, Channel.EMAIL))
    first = run(session, "2026-03-31")
    assert (first.queued, first.excluded) == (1, 1)

    assert run(session, "2026-03-31").queued == 0
    assert run(session, "2026-04-02").queued == 0

    create_membership(session, create_person(session), ends_on=DAY("2026-04-02"))
    run(session, "2026-04-02")
    numbers = written(session, "id")
    assert len(numbers) == 4
    assert numbers[-1] - numbers[0] == 3


@pytest.mark.parametrize(
    "gone",
    [
        {"left_on": DAY("2026-03-01"), "left_how": "resign"},
        {"suspended_from": DAY("2026-01-01")},
        {"suspended_from": DAY("2026-01-01"), "suspended_until": DAY("2026-03-31")},
        {"state_override": "left"},
    ],
)
def test_members_who_left_or_are_suspended_are_reminded_of_nothing(session: Session, gone: dict[str, Any]) -> None:
    create_membership(session, create_person(session), ends_on=DAY("2026-03-31"), **gone)
    create_rule(session, Watched.MEMBERSHIP_END, on="2026-03-31")
    assert run(session, "2026-03-31").to_json()["rules"][0]["queued"] == 0


def test_fees_fall_due_for_those_who_pay_one(session: Session) -> None:
    payer = create_person(session)
    create_membership(session, payer, ends_on=DAY("2026-03-31"), fee_amount=Decimal(5000))
    create_membership(session, create_person(session), ends_on=DAY("2026-03-31"), fee_amount=Decimal(0))
    create_membership(session, create_person(session), ends_on=DAY("2026-03-31"))
    create_rule(session, Watched.FEE_DUE, "за неделю", on="2026-03-20")
    run(session, "2026-03-24")
    assert written(session, "person_id", "anchor_date") == [(payer.id, DAY("2026-03-31"))]


def test_guests_who_are_expected_are_told_of_an_event(session: Session) -> None:
    event = create_event(session, starts_on="2026-05-17")
    guests = {status: create_person(session) for status in Status}
    for status, guest in guests.items():
        create_participation(session, event, guest, status)
    company = create_company(session)
    create_participation(session, event, company)
    for other in (
        create_event(session, starts_on="2026-05-17", cancelled_at=moscow("2026-05-01"), cancel_reason="нет зала"),
        create_event(session, starts_on="2026-05"),
        create_event(session, starts_on="2026-05-18"),
    ):
        create_participation(session, other, guests[Status.CONFIRMED])
    create_rule(session, Watched.EVENT_START, "за день", on="2026-05-16")

    run(session, "2026-05-16")

    assert written(session, "person_id", "company_id", "subject", "subject_id") == [
        (guests[Status.INVITED].id, None, "Event", event.id),
        (guests[Status.APPLIED].id, None, "Event", event.id),
        (guests[Status.CONFIRMED].id, None, "Event", event.id),
        (None, company.id, "Event", event.id),
    ]


def test_a_missing_document_is_asked_for_from_the_beginning_of_the_membership(session: Session) -> None:
    photo = session.exec(select(DocumentType).where(col(DocumentType.code) == "photo")).one()
    by_term, since = create_person(session), create_company(session, member_since="2026-03-01")
    create_membership(session, by_term, starts_on=DAY("2026-03-01"))
    create_membership(session, since)
    told = create_person(session)
    create_membership(session, told, starts_on=DAY("2026-03-01"))
    create_receipt(session, told, "photo", "2026-03")
    create_membership(session, create_person(session, member_since="2026-03"))
    create_membership(session, create_person(session, member_since="2026-03-01"), starts_on=DAY("2026-01-01"))
    create_rule(session, Watched.DOCUMENT_MISSING, "через 2 недели", on="2026-03-10", document_type_id=photo.id)

    run(session, "2026-03-15")

    assert written(session, "person_id", "company_id", "subject", "subject_id", "anchor_date") == [
        (by_term.id, None, "DocumentType", photo.id, DAY("2026-03-01")),
        (None, since.id, "DocumentType", photo.id, DAY("2026-03-01")),
    ]


def test_a_document_only_people_hand_in_is_not_asked_of_companies(session: Session) -> None:
    photo = session.exec(select(DocumentType).where(col(DocumentType.code) == "photo")).one()
    photo.for_companies = False
    create_membership(session, create_company(session), starts_on=DAY("2026-03-01"))
    create_rule(session, Watched.DOCUMENT_MISSING, "через 2 недели", on="2026-03-10", document_type_id=photo.id)
    assert run(session, "2026-03-15").queued == 0


@pytest.mark.parametrize(
    ("today", "anchors"),
    [("2026-02-28", ["28", "29"]), ("2028-02-28", ["28"]), ("2028-02-29", ["29"]), ("2026-02-27", [])],
)
def test_birthdays_come_every_year(session: Session, today: str, anchors: list[str]) -> None:
    for birth in ("1970-02-28", "1972-02-29", "1980-02", "1980"):
        create_person(session, birth[8:] or "partial", birth_date=birth)
    create_rule(session, Watched.BIRTHDAY, on=today)
    run(session, today)
    session.rollback()
    found = session.exec(select(Delivery)).all()
    named = sorted(delivery.person_id or 0 for delivery in found)
    assert len(named) == len(anchors)
    assert {delivery.anchor_date for delivery in found} <= {DAY(today)}


def test_any_column_of_days_can_be_watched(session: Session) -> None:
    company = create_company(session, contract_date="2025-06-01")
    create_company(session, contract_date="2025-06")
    create_company(session, contract_date="2025-06-01", active=False)
    create_rule(session, Watched.DATE_COLUMN, "через год", on="2026-06-01", column="companies.contract_date")
    run(session, "2026-06-01")
    assert written(session, "company_id", "subject", "subject_id", "anchor_date") == [
        (company.id, "Company", company.id, DAY("2025-06-01"))
    ]


def test_who_may_not_be_written_to_stands_in_the_ledger_with_the_reason(session: Session) -> None:
    fields: list[dict[str, Any]] = [{"active": False}, {"do_not_disturb": True}, {"email": "anna@example.com"}, {}]
    for more in fields:
        create_person(session, birth_date="1970-05-17", **more)
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17", channels=(Channel.EMAIL,))
    done = run(session, "2026-05-17")
    assert (done.queued, done.excluded) == (1, 3)
    assert written(session, "state", "reason", "address") == [
        ("excluded", WhyNot.INACTIVE.value, None),
        ("excluded", WhyNot.DO_NOT_DISTURB.value, None),
        ("queued", None, "anna@example.com"),
        ("excluded", WhyNot.NO_ADDRESS.value, None),
    ]


def test_an_audience_narrows_a_rule_and_a_broken_one_silences_it(session: Session) -> None:
    author = actor_of(create_account(session))
    wanted = create_person(session, "Званцев", birth_date="1970-05-17")
    create_person(session, "Лишний", birth_date="1970-05-17")
    query = {"filterModel": {"name": {"filterType": "text", "type": "contains", "filter": "званцев"}}}
    number = segments.create(session, author, "people", "Званцевы", query)
    create_rule(session, Watched.BIRTHDAY, "в этот день", "через день", on="2026-05-17", segment_id=number)
    assert run(session, "2026-05-17").queued == 1
    assert written(session, "person_id") == [wanted.id]

    segment = session.get_one(Segment, number)
    segment.query = '{"filterModel": {"nowhere": {"filterType": "text", "type": "contains", "filter": "а"}}}'
    (rule,) = run(session, "2026-05-18").rules
    assert rule.queued == 0
    assert "Званцевы" in rule.problem
    assert "больше не подходят" in rule.problem


def test_nothing_is_due_before_the_rule_was_switched_on(session: Session) -> None:
    for day in ("16", "17", "18"):
        create_person(session, birth_date=f"1970-05-{day}")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    run(session, "2026-05-18")
    assert written(session, "anchor_date", "state") == [
        (DAY("2026-05-17"), "queued"),
        (DAY("2026-05-18"), "queued"),
    ]


def test_a_scheduler_that_stood_still_catches_up_within_the_bound_and_says_what_it_missed(session: Session) -> None:
    for day in range(10, 21):
        create_person(session, birth_date=f"1970-05-{day}")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-10", catch_up_days=2)
    assert run(session, "2026-05-11").queued == 2

    done = run(session, "2026-05-19")

    assert (done.queued, done.missed) == (3, 7)  # two of them were queued and never left
    states = dict(written(session, "anchor_date", "state"))
    assert [day for day, state in states.items() if state == State.MISSED.value] == [
        DAY(f"2026-05-{day}") for day in range(10, 17)
    ]
    assert run(session, "2026-05-19").to_json() == {
        "queued": 0, "excluded": 0, "missed": 0, "rules": run(session, "2026-05-19").to_json()["rules"],
    }  # fmt: skip


def test_what_waits_in_the_queue_past_the_bound_is_missed(session: Session) -> None:
    create_person(session, birth_date="1970-05-17")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17", catch_up_days=2)
    run(session, "2026-05-17")
    assert run(session, "2026-05-19").missed == 0
    assert run(session, "2026-05-20").missed == 1
    assert written(session, "state") == ["missed"]


def test_moving_the_day_arms_the_reminder_again(session: Session) -> None:
    membership = create_membership(session, create_person(session), ends_on=DAY("2026-03-31"))
    create_rule(session, Watched.MEMBERSHIP_END, "за неделю", on="2026-03-01")
    run(session, "2026-03-24")
    membership.ends_on = DAY("2026-04-07")
    assert run(session, "2026-03-31").queued == 1
    assert written(session, "anchor_date") == [DAY("2026-03-31"), DAY("2026-04-07")]


def test_the_period_of_a_rule_bounds_its_days(session: Session) -> None:
    for day in ("16", "17", "18"):
        create_person(session, birth_date=f"1970-05-{day}")
    period = {"active_from": DAY("2026-05-17"), "active_until": DAY("2026-05-17")}
    create_rule(session, Watched.BIRTHDAY, on="2026-05-10", **period)
    session.commit()
    for day in ("2026-05-16", "2026-05-17", "2026-05-18"):
        evaluate(moscow(day))
    assert written(session, "anchor_date") == [DAY("2026-05-17")]


def test_messages_leave_at_the_hour_of_the_rule_and_late_ones_at_once(session: Session) -> None:
    for day in ("16", "17"):
        create_person(session, birth_date=f"1970-05-{day}")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-16", send_at="15:30")
    run(session, "2026-05-17", "08:00")
    late, today = sorted(written(session, "anchor_date", "not_before"))
    assert late == (DAY("2026-05-16"), moscow("2026-05-17", "09:00"))  # its quiet hours end then
    assert today == (DAY("2026-05-17"), moscow("2026-05-17", "15:30"))


def test_two_rules_do_not_stop_each_other(session: Session) -> None:
    create_person(session, birth_date="1970-05-17")
    broken = create_rule(session, Watched.BIRTHDAY, on="2026-05-17", name="Сломанное")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17", name="Целое")
    session.get_one(ReminderRule, broken).template_id = None
    first, second = run(session, "2026-05-17").rules
    assert (first.queued, first.problem) == (0, "Не выбран шаблон письма.")
    assert (second.queued, second.problem) == (1, "")


def test_a_rule_switched_off_takes_what_has_not_left_out_of_the_queue(session: Session) -> None:
    create_person(session, birth_date="1970-05-17")
    number = create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    run(session, "2026-05-17")
    version = session.get_one(ReminderRule, number).version
    with clock.stopped_at(moscow("2026-05-17")):
        assert rules.switch_off(session, SYSTEM, number, version) == 1
        assert run(session, "2026-05-17").rules == ()
        assert written(session, "id") == []
        session.expire_all()
        switch_on(session, number)
    assert run(session, "2026-05-17").queued == 1


def test_a_step_taken_out_and_put_back_does_not_send_twice(session: Session) -> None:
    create_person(session, birth_date="1970-05-17")
    number = create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    run(session, "2026-05-17")
    session.rollback()
    delivery = session.exec(select(Delivery)).one()
    delivery.state, delivery.sent_at = State.SENT.value, moscow("2026-05-17")
    session.commit()
    with clock.stopped_at(moscow("2026-05-17")):
        for steps in (("за день",), ("в этот день", "за день")):
            held = rules.open_draft(session, SYSTEM, number)
            version = session.get_one(ReminderRule, number).version
            changed = type(held)(**{**vars(held), "steps": steps})
            rules.edit(session, SYSTEM, number, version, changed)
        session.expire_all()
        switch_on(session, number)
    assert run(session, "2026-05-17").queued == 0
    assert len(session.exec(select(ReminderStep).where(ReminderStep.rule_id == number)).all()) == 2


def test_two_evaluations_at_once_write_each_message_once(session: Session) -> None:
    for _ in range(50):
        create_person(session, birth_date="1970-05-17")
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    session.commit()
    started = threading.Barrier(3)

    def evaluated(_: int) -> int:
        started.wait()
        return len(evaluate(moscow("2026-05-17")).rules)

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(evaluated, range(3))) == [1, 1, 1]
    people = written(session, "person_id")
    assert len(people) == len(set(people)) == 50
