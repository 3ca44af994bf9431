"""Join, renew, suspend, resume, leave, return: what each verb does to the term, the journal and the flag."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Change, Company, Membership, Person, Role
from services import clock
from services.access.permissions import PERMISSIONS, SYSTEM, Actor
from services.directory import membership_verbs as verbs
from services.directory.memberships import MembershipView, Verb, membership_of
from services.directory.parties import Party
from services.directory.terms import Term
from services.errors import DomainError, InvalidInput, NotAllowed
from services.work import reading, writing
from tests import builders as b

TODAY = dt.date(2026, 3, 1)
DIRECTOR = Actor(None, "директор", PERMISSIONS[Role.DIRECTOR], Role.DIRECTOR)
MANAGER = Actor(None, "менеджер", PERMISSIONS[Role.MANAGER], Role.MANAGER)
Verb_ = Callable[..., Any]


def d(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a day


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def member(session: Session) -> Party:
    """A company whose year ends on 31 March 2026."""
    company = b.create_company(session, "ООО «Ясень»", is_member=True, member_since="2024")
    b.create_membership(
        session, company, starts_on=d("01.04.2025"), ends_on=d("31.03.2026"), fee_amount=Decimal(30000),
        paid_on=d("28.03.2025"),
    )  # fmt: skip
    session.commit()
    return Party("company", company.id or 0)


def shown(party: Party, by: Actor = DIRECTOR) -> MembershipView:
    with reading() as session:
        return membership_of(session, by, party)


def do(verb: Verb_, party: Party, by: Actor = DIRECTOR, seen: int | None = None, **values: Any) -> Any:
    seen = shown(party).seen if seen is None else seen
    with writing(by) as session:
        return verb(session, by, party, *(() if verb is verbs.join else (seen,)), **values)


def flag(party: Party) -> tuple[bool | None, str | None]:
    with reading() as session:
        record = session.get_one(party.model, party.id)
        return record.is_member, record.member_since


def journal(party: Party) -> list[tuple[str, dt.date, str]]:
    return [(step.title, step.on_date, step.reason) for step in shown(party).steps]


def test_a_person_joins_for_a_year(session: Session) -> None:
    person = b.create_person(session, is_member=False)
    account = b.create_account(session, Role.DIRECTOR)
    director = b.actor_of(account)
    session.commit()
    party = Party("person", person.id or 0)
    before = shown(party)
    assert (before.is_there, before.seen, before.verbs) == (False, 0, (Verb.JOIN,))
    do(verbs.join, party, director, on_date=d("15.03.2026"), fee="15 000", reason="Решение правления № 7")
    after = shown(party)
    assert after.term == Term(d("15.03.2026"), d("14.03.2027"), Decimal("15000.00"), None)
    assert (after.state, after.notes) == ("active", ("Новый срок начнётся 15.03.2026.",))
    assert flag(party) == (True, "2026-03-15")
    [step] = after.steps
    assert (step.title, step.on_date, step.reason) == ("Вступление", d("15.03.2026"), "Решение правления № 7")
    assert step.who == "Имя director"


def test_nobody_joins_twice(member: Party) -> None:
    with pytest.raises(DomainError, match="Уже состоит"):
        do(verbs.join, member, on_date=TODAY)


def test_a_deactivated_card_joins_nothing(session: Session) -> None:
    party = Party("person", b.create_person(session, active=False).id or 0)
    session.commit()
    assert shown(party).verbs == ()
    with pytest.raises(DomainError, match="деактивирована"):
        do(verbs.join, party, on_date=TODAY)


def test_a_renewal_before_the_end_goes_on_without_a_gap(member: Party) -> None:
    assert shown(member).next_term == Term(d("01.04.2026"), d("31.03.2027"))
    do(verbs.renew, member, on_date=TODAY, paid_on=TODAY)
    after = shown(member)
    assert after.term == Term(d("01.04.2026"), d("31.03.2027"), Decimal("30000.00"), TODAY)
    assert after.earlier == (Term(d("01.04.2025"), d("31.03.2026"), Decimal("30000.00"), d("28.03.2025")),)
    assert journal(member) == [("Продление", TODAY, "")]


@pytest.mark.parametrize(("on_date", "start"), [("10.04.2026", "01.04.2026"), ("11.04.2026", "11.04.2026")])
def test_the_grace_period_decides_whether_a_late_renewal_goes_on(
    session: Session, member: Party, on_date: str, start: str
) -> None:
    from models import MembershipRule  # noqa: PLC0415

    session.exec(select(MembershipRule).where(MembershipRule.state == "overdue")).one().from_day = 11
    session.commit()
    do(verbs.renew, member, on_date=d(on_date))
    assert shown(member).term.starts_on == d(start)
    assert shown(member).earlier[0].ends_on == d("31.03.2026")


def test_a_double_click_renews_once(member: Party) -> None:
    seen = shown(member).seen
    do(verbs.renew, member, seen=seen, on_date=TODAY)
    with pytest.raises(DomainError, match="кнопка была нажата дважды"):
        do(verbs.renew, member, seen=seen, on_date=TODAY)
    assert shown(member).term.ends_on == d("31.03.2027")
    assert len(shown(member).earlier) == 1


def test_a_renewal_may_name_its_own_days_but_not_taken_ones(member: Party) -> None:
    with pytest.raises(InvalidInput, match=r"закончился 31\.03\.2026: новый может начаться не раньше"):
        do(verbs.renew, member, on_date=TODAY, starts_on=d("31.03.2026"))
    with pytest.raises(InvalidInput, match="раньше, чем начался"):
        do(verbs.renew, member, on_date=TODAY, starts_on=d("01.06.2026"), ends_on=d("31.05.2026"))
    do(verbs.renew, member, on_date=TODAY, starts_on=d("01.06.2026"), ends_on=d("31.12.2026"))
    assert shown(member).term == Term(d("01.06.2026"), d("31.12.2026"), Decimal("30000.00"), None)


def test_a_line_without_dates_is_renewed_from_the_given_day(session: Session) -> None:
    company = b.create_company(session)
    b.create_membership(session, company)
    session.commit()
    party = Party("company", company.id or 0)
    do(verbs.renew, party, on_date=d("05.03.2026"))
    assert shown(party).term == Term(d("05.03.2026"), d("04.03.2027"))
    assert shown(party).earlier == ()


def test_sums_are_for_those_who_may_see_them(member: Party) -> None:
    assert shown(member, MANAGER).term == Term(d("01.04.2025"), d("31.03.2026"), None, d("28.03.2025"))
    with pytest.raises(NotAllowed):
        do(verbs.renew, member, MANAGER, on_date=TODAY, fee="1")
    do(verbs.renew, member, MANAGER, on_date=TODAY)
    assert shown(member).term.fee_amount == Decimal("30000.00")
    assert shown(member, MANAGER).earlier[0].fee_amount is None
    with pytest.raises(InvalidInput, match="«много»"):
        do(verbs.renew, member, on_date=TODAY, fee="много")
    with pytest.raises(InvalidInput, match="меньше нуля"):
        do(verbs.renew, member, on_date=TODAY, fee="-5")


def test_a_suspension_ends_by_itself_or_is_taken_off(member: Party) -> None:
    do(verbs.suspend, member, on_date=d("20.02.2026"), until=d("10.03.2026"), reason="Ремонт")
    view = shown(member)
    assert (view.state, view.reason) == ("suspended", "Приостановлено с 20.02.2026 по 10.03.2026")
    assert (view.lost_days, Verb.RESUME in view.verbs, Verb.SUSPEND in view.verbs) == (9, True, False)
    with pytest.raises(DomainError, match=r"уже приостановлено с 20\.02\.2026"):
        do(verbs.suspend, member, on_date=d("05.03.2026"), reason="Ещё раз")
    with clock.stopped_at(dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)):
        over = shown(member)
        assert (over.state, over.lost_days) == ("ending", 19)
        assert "Приостановка закончилась 10.03.2026" in over.notes[0]
        assert do(verbs.resume, member, on_date=d("12.03.2026"), prolong=True) == 19
    assert shown(member).term.ends_on == d("19.04.2026")
    assert flag(member) == (True, "2024")


def test_taking_a_suspension_off_gives_days_back_only_when_asked(member: Party) -> None:
    do(verbs.suspend, member, on_date=d("25.02.2026"), reason="Ремонт")
    with pytest.raises(InvalidInput, match="будущим числом"):
        do(verbs.resume, member, on_date=d("02.03.2026"))
    assert do(verbs.resume, member, on_date=TODAY) == 0
    after = shown(member)
    assert (after.term.ends_on, after.suspended_from, after.state) == (d("31.03.2026"), None, "ending")
    with pytest.raises(DomainError, match="не приостановлено"):
        do(verbs.resume, member, on_date=TODAY)
    assert [title for title, *_ in journal(member)] == ["Возобновление", "Приостановка"]


def test_a_suspension_needs_a_reason_and_an_order(member: Party) -> None:
    with pytest.raises(InvalidInput, match="причину"):
        do(verbs.suspend, member, on_date=TODAY, reason=" ")
    with pytest.raises(InvalidInput, match="раньше, чем началась"):
        do(verbs.suspend, member, on_date=TODAY, until=d("28.02.2026"), reason="Ремонт")


@pytest.mark.parametrize(
    ("verb", "title", "reason"),
    [(verbs.resign, "Выход по заявлению", ""), (verbs.exclude, "Исключение", "Взнос не уплачен")],
)
def test_leaving_and_coming_back(member: Party, verb: Verb_, title: str, reason: str) -> None:
    do(verb, member, on_date=d("01.02.2026"), reason=reason)
    left = shown(member)
    assert (left.state, left.reason, left.verbs) == ("left", f"{title}: с 01.02.2026", (Verb.REJOIN, Verb.OVERRIDE))
    assert flag(member) == (False, "2024")
    with pytest.raises(DomainError, match=r"прекращено с 01\.02\.2026"):
        do(verbs.renew, member, on_date=TODAY)
    with pytest.raises(DomainError, match="восстановите"):
        do(verbs.join, member, on_date=TODAY)
    with pytest.raises(InvalidInput, match="не раньше дня выбытия"):
        do(verbs.rejoin, member, on_date=d("31.01.2026"))
    do(verbs.rejoin, member, on_date=TODAY, fee="20000", reason="Заявление")
    back = shown(member)
    assert (back.state, flag(member)) == ("active", (True, "2024"))
    assert back.term == Term(TODAY, d("28.02.2027"), Decimal("20000.00"), None)
    # The term they had paid for ended when they left.
    assert back.earlier == (Term(d("01.04.2025"), d("31.01.2026"), Decimal("30000.00"), d("28.03.2025")),)
    assert journal(member) == [("Вступление", TODAY, "Заявление"), (title, d("01.02.2026"), reason)]


def test_nobody_leaves_in_the_future_or_is_excluded_without_a_reason(member: Party) -> None:
    with pytest.raises(InvalidInput, match="будущим числом"):
        do(verbs.resign, member, on_date=d("02.03.2026"))
    with pytest.raises(InvalidInput, match="причину исключения"):
        do(verbs.exclude, member, on_date=TODAY, reason="")


def test_a_state_set_by_hand_stands_beside_what_the_rules_say(member: Party) -> None:
    with pytest.raises(InvalidInput, match="Объясните"):
        do(verbs.set_override, member, state="overdue", note="")
    do(verbs.set_override, member, state="overdue", note="Счёт не оплачен")
    view = shown(member)
    assert (view.state, view.ruled, view.override_note) == ("overdue", "ending", "Счёт не оплачен")
    assert view.reason == "Действует до 31.03.2026, осталось 30 дней"
    assert Verb.FOLLOW_RULES in view.verbs
    do(verbs.remove_override, member)
    assert (shown(member).state, shown(member).override_note) == ("ending", "")


def test_a_term_is_put_right_without_a_decision(member: Party) -> None:
    do(verbs.renew, member, on_date=TODAY)
    with pytest.raises(InvalidInput, match="пересекается"):
        do(verbs.correct, member, starts_on=d("31.03.2026"), ends_on=d("31.12.2026"))
    do(verbs.correct, member, starts_on=d("01.04.2026"), ends_on=d("31.12.2026"), fee="100", paid_on=TODAY)
    assert shown(member).term == Term(d("01.04.2026"), d("31.12.2026"), Decimal("100.00"), TODAY)
    assert len(journal(member)) == 1


def test_dates_an_excel_load_left_crossed_are_pointed_out(session: Session, member: Party) -> None:
    do(verbs.renew, member, on_date=TODAY)
    session.exec(select(Membership)).one().starts_on = None
    session.exec(select(Membership)).one().ends_on = d("31.03.2026")
    session.commit()
    assert shown(member).notes == ("Настоящий срок пересекается с прежним: исправьте срок.",)
    with pytest.raises(InvalidInput, match="сначала исправьте срок"):
        do(verbs.renew, member, on_date=TODAY)


def test_every_decision_is_in_the_history(member: Party) -> None:
    do(verbs.exclude, member, on_date=TODAY, reason="Взнос не уплачен")
    with reading() as session:
        newest = session.exec(select(Change).order_by(col(Change.id).desc()).limit(4)).all()
    assert {(change.entity, change.field) for change in newest} == {
        ("Membership", "left_on"), ("Membership", "left_how"), ("MembershipStep", "*"), ("Company", "is_member"),
    }  # fmt: skip


def test_an_accountant_sees_and_decides_nothing(member: Party) -> None:
    accountant = Actor(None, "бухгалтер", PERMISSIONS[Role.ACCOUNTANT], Role.ACCOUNTANT)
    view = shown(member, accountant)
    assert (view.term.fee_amount, view.verbs) == (Decimal("30000.00"), ())
    with pytest.raises(NotAllowed):
        do(verbs.renew, member, accountant, on_date=TODAY)


@pytest.mark.parametrize("model", [Person, Company])
def test_a_stranger_is_nobody(database: str, model: type) -> None:
    party = Party("person" if model is Person else "company", 404)
    with pytest.raises(DomainError, match="Такого"):
        shown(party, SYSTEM)
