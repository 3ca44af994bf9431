"""What is to come, whom it names, and what is said of one person or company."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Channel, DeliveryState, DocumentType, ReminderRule, Watched, WhyNot
from services import clock
from services.access.permissions import SYSTEM
from services.directory.parties import Party
from services.errors import InvalidInput, NotFound
from services.reminders.evaluating import evaluate
from services.reminders.forecast import Expected, Forecast, forecast, names
from services.reminders.ledger import PAGE, Wanted, ledger
from services.reminders.why import RuleWhy, why
from services.tables import segments
from tests.builders import (
    actor_of,
    create_account,
    create_committee,
    create_company,
    create_event,
    create_membership,
    create_participation,
    create_person,
    create_receipt,
    create_seat,
)
from tests.services.reminders.scene import create_rule, moscow

DAY = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def the_first_of_march() -> Iterator[None]:
    with clock.stopped_at(moscow("2026-03-01")):
        yield


def ahead(session: Session, days: int, rule: int | None = None) -> Forecast:
    """The forecast of what was committed: row indexes follow then."""
    session.commit()
    return forecast(session, SYSTEM, days, rule)


def told(line: Expected) -> tuple[Any, ...]:
    return f"{clock.local(line.leaves_at):%d.%m %H:%M}", line.rule, line.step, line.receive, line.excluded


def test_a_forecast_counts_by_day_and_rule(session: Session) -> None:
    for day, quiet in (("2026-03-31", False), ("2026-03-31", True), ("2026-04-07", False)):
        create_membership(session, create_person(session, do_not_disturb=quiet), ends_on=DAY(day))
    create_membership(session, create_company(session), ends_on=DAY("2026-03-31"))
    create_person(session, birth_date="1970-03-24")
    create_rule(session, Watched.MEMBERSHIP_END, "за неделю", "в этот день", on="2026-03-01", name="Срок")
    create_rule(session, Watched.BIRTHDAY, on="2026-03-01", name="Поздравление", send_at="09:30")
    create_rule(session, Watched.BIRTHDAY, name="Выключено")

    found = ahead(session, 31)

    assert (found.first, found.last, found.receive) == (DAY("2026-03-01"), DAY("2026-03-31"), 6)
    assert [told(line) for line in found.lines] == [
        ("24.03 09:30", "Поздравление", "в этот день", 1, 0),
        ("24.03 10:00", "Срок", "за неделю", 2, 1),
        ("31.03 10:00", "Срок", "за неделю", 1, 0),
        ("31.03 10:00", "Срок", "в этот день", 2, 1),
    ]


def test_a_rule_that_is_off_can_be_forecast_by_itself(session: Session) -> None:
    create_person(session, birth_date="1970-03-24")
    number = create_rule(session, Watched.BIRTHDAY)
    assert ahead(session, 31).lines == ()
    assert ahead(session, 31, number).receive == 1
    assert ahead(session, 23, number).receive == 0
    for days in (0, 367):
        with pytest.raises(InvalidInput, match="от 1 до 366"):
            ahead(session, days)
    with pytest.raises(NotFound):
        ahead(session, 30, 10_000)


def test_a_forecast_asks_how_things_stand_on_the_day(session: Session) -> None:
    """A suspension that ends before, one that begins before, a term the rules call left by then."""
    held: dict[str, Any] = {"ends_on": DAY("2026-03-31")}
    create_membership(session, create_person(session), suspended_from=DAY("2026-01-01"),
                      suspended_until=DAY("2026-03-20"), **held)  # fmt: skip
    create_membership(session, create_person(session), suspended_from=DAY("2026-03-20"), **held)
    number = create_rule(session, Watched.MEMBERSHIP_END, "за неделю")
    assert ahead(session, 60, number).receive == 1


def test_what_the_ledger_has_is_not_forecast_again(session: Session) -> None:
    create_person(session, birth_date="1970-03-01")
    create_rule(session, Watched.BIRTHDAY, on="2026-03-01")
    assert ahead(session, 1).receive == 1
    session.commit()
    evaluate()
    session.rollback()
    assert ahead(session, 1).receive == 0


def test_a_rule_that_cannot_work_is_named_with_the_reason(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY, on="2026-03-01", name="Без письма")
    session.get_one(ReminderRule, number).template_id = None
    session.flush()
    assert ahead(session, 30).problems == ((number, "Без письма", "Не выбран шаблон письма."),)


def test_names_of_a_line_those_who_get_nothing_last(session: Session) -> None:
    people = [
        create_person(session, name, "", "", birth_date="1970-03-24", do_not_disturb=name == "Авдеев")
        for name in ("Бобров", "Авдеев", "ёлкин")
    ]
    number = create_rule(session, Watched.BIRTHDAY)
    line = ahead(session, 31, number).lines[0]
    found, total = names(session, SYSTEM, number, line.step_id, line.day)
    assert total == 3
    assert [(one.name, one.receives, one.reason) for one in found] == [
        ("Бобров", True, ""),
        ("ёлкин", True, ""),
        ("Авдеев", False, "просил не беспокоить"),
    ]
    assert found[0].party == Party("person", people[0].id or 0)
    assert names(session, SYSTEM, number, line.step_id, DAY("2026-03-25")) == ((), 0)


def test_a_segment_of_the_same_table_narrows_a_column_of_it(session: Session) -> None:
    committee = create_committee(session)
    chairs = [create_person(session, contract_date="2025-03-10") for _ in range(2)]
    create_seat(session, committee, chairs[0])
    query = {"filterModel": {"name": {"filterType": "text", "type": "contains", "filter": chairs[1].last_name}}}
    segment = segments.create(session, actor_of(create_account(session)), "people", "Свои", query)
    number = create_rule(session, Watched.DATE_COLUMN, "через год", column="people.contract_date", segment_id=segment)
    session.flush()
    line = ahead(session, 31, number).lines[0]
    assert [one.party.id for one in names(session, SYSTEM, number, line.step_id, line.day)[0]] == [chairs[1].id]


def only(session: Session, party: Party, rule: int) -> RuleWhy:
    session.commit()
    return next(one for one in why(session, SYSTEM, party) if one.rule_id == rule)


def test_why_somebody_gets_what_and_when(session: Session) -> None:
    person = create_person(session, email="anna@example.com")
    create_membership(session, person, ends_on=DAY("2026-03-31"))
    number = create_rule(
        session, Watched.MEMBERSHIP_END, "за месяц", "за неделю", "в этот день", on="2026-03-01",
        channels=(Channel.CABINET, Channel.EMAIL),
    )  # fmt: skip
    found = only(session, Party("person", person.id or 0), number)
    assert [(one.step, one.anchor, one.leaves_at) for one in found.coming] == [
        ("за неделю", DAY("2026-03-31"), moscow("2026-03-24", "10:00")),
        ("в этот день", DAY("2026-03-31"), moscow("2026-03-31", "10:00")),
    ]
    assert found.receives
    assert [(one.channel, one.reason) for one in found.channels] == [("личный кабинет", ""), ("эл. почта", "")]
    assert found.against == ""


def test_what_was_written_down_is_told_beside(session: Session) -> None:
    person = create_person(session, birth_date="1970-03-01", do_not_disturb=True)
    number = create_rule(session, Watched.BIRTHDAY, on="2026-03-01")
    session.commit()
    evaluate()
    session.rollback()
    found = only(session, Party("person", person.id or 0), number)
    assert [(line.state, line.said) for line in found.noted] == [(DeliveryState.EXCLUDED, "просил не беспокоить")]
    assert [one.anchor for one in found.coming] == [DAY("2027-03-01")]
    assert not found.receives


WHY_NOTHING: list[tuple[Watched, dict[str, Any], dict[str, Any] | None, str]] = [
    (Watched.MEMBERSHIP_END, {}, None, "Нет в реестре членов."),
    (Watched.MEMBERSHIP_END, {}, {}, "Срок членства не указан."),
    (
        Watched.MEMBERSHIP_END,
        {},
        {"ends_on": "2026-02-01"},
        "Все сроки этого правила позади, последний был 01.02.2026.",
    ),
    (Watched.MEMBERSHIP_END, {}, {"ends_on": "2026-04-01", "state_override": "suspended"}, "Членство: приостановлен."),
    (Watched.FEE_DUE, {}, {"ends_on": "2026-04-01"}, "Сумма взноса не указана."),
    (Watched.DOCUMENT_MISSING, {}, None, "Нет в реестре членов."),
    (Watched.DOCUMENT_MISSING, {"member_since": "2026"}, {}, "День, с которого началось членство, не указан."),
    (Watched.DOCUMENT_MISSING, {"member_since": "2026-03-01"}, {}, "Документ уже получен: 02.2026."),
    (Watched.BIRTHDAY, {}, None, "Дата рождения не указана."),
    (Watched.BIRTHDAY, {"birth_date": "1970-05"}, None, "Дата рождения известна не полностью: 05.1970."),
    (Watched.EVENT_START, {}, None, "Нет мероприятий с известным днём, на которых его ждут."),
    (Watched.DATE_COLUMN, {"contract_date": "2026"}, None, "Полной даты в колонке «Дата договора» нет."),
]


@pytest.mark.parametrize(("watched", "person", "membership", "said"), WHY_NOTHING)
def test_why_nothing_comes(
    session: Session, watched: Watched, person: dict[str, Any], membership: dict[str, Any] | None, said: str
) -> None:
    photo = session.exec(select(DocumentType).where(col(DocumentType.code) == "photo")).one()
    somebody = create_person(session, **person)
    create_receipt(session, somebody, "photo", "2026-02")
    if membership is not None:
        days: dict[str, Any] = {key: DAY(value) if key == "ends_on" else value for key, value in membership.items()}
        create_membership(session, somebody, **days)
    number = create_rule(session, watched, on="2026-03-01", column="people.contract_date", document_type_id=photo.id)
    found = only(session, Party("person", somebody.id or 0), number)
    assert (found.against, found.coming, found.receives) == (said, (), False)


def test_companies_have_no_birthdays_and_outsiders_no_reminders(session: Session) -> None:
    company = Party("company", create_company(session).id or 0)
    person = Party("person", create_person(session, birth_date="1970-05-17").id or 0)
    segment = segments.create(session, actor_of(create_account(session)), "people", "Никто", {"search": "никто"})
    number = create_rule(session, Watched.BIRTHDAY, segment_id=segment)
    assert only(session, company, number).against == "День рождения бывает только у людей."
    assert only(session, person, number).against == "Не входит в сегмент, для которого сделано правило."
    with pytest.raises(NotFound):
        why(session, SYSTEM, Party("person", 10_000))


def test_events_are_named(session: Session) -> None:
    event, person = create_event(session, "Съезд", starts_on="2026-03-20"), create_person(session)
    create_participation(session, event, person)
    number = create_rule(session, Watched.EVENT_START, "за неделю", on="2026-03-01")
    (coming,) = only(session, Party("person", person.id or 0), number).coming
    assert (coming.about, coming.anchor) == ("Съезд", DAY("2026-03-20"))


def test_the_journal_is_filtered_and_paged(session: Session) -> None:
    for place in range(PAGE + 1):
        create_person(session, f"Дятлов{place}", birth_date="1970-03-01", do_not_disturb=place == 0)
    event, company = create_event(session, "Съезд", starts_on="2026-03-01"), create_company(session, "ООО «Вектор»")
    create_participation(session, event, company)
    birthday = create_rule(session, Watched.BIRTHDAY, on="2026-03-01", name="Поздравление")
    create_rule(session, Watched.EVENT_START, on="2026-03-01", name="Съезд скоро")
    session.commit()
    evaluate()
    session.rollback()

    every = ledger(session, SYSTEM, Wanted())
    assert (every.total, every.pages, len(every.lines)) == (PAGE + 2, 2, PAGE)
    assert len(ledger(session, SYSTEM, Wanted(), 1).lines) == 2
    newest = every.lines[0]
    assert (newest.rule, newest.step, newest.name, newest.about) == (
        "Съезд скоро", "в этот день", "ООО «Вектор»", "Съезд"
    )  # fmt: skip
    assert (newest.state_title, newest.channel, newest.anchor_date) == (
        "ждёт отправки", "личный кабинет", DAY("2026-03-01")
    )  # fmt: skip
    for wanted, total in (
        (Wanted(rule_id=birthday), PAGE + 1),
        (Wanted(state=DeliveryState.EXCLUDED), 1),
        (Wanted(reason=WhyNot.DO_NOT_DISTURB), 1),
        (Wanted(search="дятлов5 пётр"), 2),  # 5 and 50
        (Wanted(search="вектор"), 1),
        (Wanted(search="100%"), 0),
        (Wanted(since=DAY("2026-03-02")), 0),
        (Wanted(since=DAY("2026-03-01"), until=DAY("2026-03-01")), PAGE + 2),
        (Wanted(until=DAY("2026-02-28")), 0),
        (Wanted(channel=Channel.EMAIL), 0),
        (Wanted(party=Party("company", company.id or 0)), 1),
    ):
        assert ledger(session, SYSTEM, wanted).total == total, wanted


def test_a_fee_due_counts_payers_only(session: Session) -> None:
    payer = create_person(session)
    create_membership(session, payer, ends_on=DAY("2026-03-31"), fee_amount=Decimal(100))
    number = create_rule(session, Watched.FEE_DUE, "за неделю")
    assert ahead(session, 31, number).receive == 1
