"""From the review to the queue: confirmed once, approved by a second person, put off, called off."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from models import (
    Delivery,
    DeliveryState,
    MailingKind,
    MailingState,
    Notice,
    Participation,
    ParticipationStatus as Status,
    Role,
)
from services import clock
from services.access.permissions import SYSTEM, Actor
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotAllowed
from services.events import events
from services.messaging import approving, audiences, reviewing
from services.messaging.sending import send_due
from services.settings import settings
from services.work import reading, writing
from tests import builders as b
from tests.services.messaging.mailed import (
    MANAGER,
    NOON,
    confirm,
    draft,
    left_out,
    people,
    prepare,
    prepared,
    review,
    states,
    version,
    view,
)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is noon of 22.11.2026 in Moscow."""
    with clock.stopped_at(NOON):
        yield


def test_confirming_twice_sends_once(session: Session) -> None:
    number = prepared(people(session, "Первый", "Второй"))
    done = confirm(number)
    assert (done.state, done.receive) == (MailingState.CONFIRMED, 2)
    assert done.starts_at == NOON + dt.timedelta(seconds=60)
    with pytest.raises(DomainError, match="уже подтверждена: второй раз она не уйдёт"):
        confirm(number)
    assert states(number) == {("cabinet", "queued"): 2, ("email", "queued"): 2}
    with reading() as look:
        queued = look.exec(select(Delivery.not_before).distinct()).all()
    assert queued == [NOON + dt.timedelta(seconds=60)]


def test_what_was_not_seen_is_not_confirmed(session: Session) -> None:
    number = prepared(people(session, "Первый"))
    seen = review(number).version
    with writing(MANAGER) as work:
        reviewing.back_to_draft(work, MANAGER, number, seen)
    prepare(number)
    with writing(MANAGER) as work, pytest.raises(DomainError, match="только что изменил другой сотрудник"):
        approving.confirm(work, MANAGER, number, seen)
    with writing(MANAGER) as work, pytest.raises(DomainError, match="Получатели этой рассылки уже отобраны"):
        reviewing.prepare(work, MANAGER, number, version(work, number))
    assert set(states(number)) == {("cabinet", "planned"), ("email", "planned")}


def test_a_large_number_has_to_be_typed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "typed_from", 1)
    number = prepared(people(session, "Первый", "Второй"))
    assert review(number).typed
    for typed in ("", "3", "два"):
        with pytest.raises(InvalidInput, match=r"Получателей 2\. Чтобы подтвердить, введите это число") as refused:
            confirm(number, typed=typed)
        assert set(refused.value.fields) == {"typed"}
    assert confirm(number, typed=" 2 ").state is MailingState.CONFIRMED


def test_invited_are_those_who_will_receive(session: Session) -> None:
    event = b.create_event(session, "Форум", starts_on="2026-12-12")
    guest, declined, mute = (b.create_person(session, name, email="a@example.ru") for name in ("Гость", "Нет", "Тихий"))
    mute.do_not_disturb = True
    company = b.create_company(session, email="b@example.ru")
    b.create_participation(session, event, declined, Status.DECLINED)
    session.commit()
    parties = [Party("person", one.id or 0) for one in (guest, declined, mute)] + [Party("company", company.id or 0)]
    number = prepared(
        audiences.of_parties(parties),
        kind=MailingKind.INVITATION, event_id=event.id, text="{{ событие }}, {{ приду }}", purpose="invitation",
    )  # fmt: skip

    def guests() -> dict[tuple[int | None, int | None], str]:
        with reading() as look:
            return {(one.person_id, one.company_id): one.status for one in look.exec(select(Participation))}

    before = {(declined.id, None): "declined"}
    assert guests() == before
    confirm(number)
    assert guests() == before | {(guest.id, None): "invited", (None, company.id): "invited"}
    with writing(MANAGER) as work:
        assert approving.cancel(work, MANAGER, number) == approving.CalledOff(6, 0)
    assert guests() == before


def test_an_event_cancelled_after_the_review_stops_the_invitation(session: Session) -> None:
    event = b.create_event(session, "Форум", starts_on="2026-12-12")
    audience = people(session, "Гость")
    number = prepared(audience, kind=MailingKind.INVITATION, event_id=event.id, text="{{ событие }}")
    news = prepared(audience, kind=MailingKind.EVENT_CHANGE, event_id=event.id, text="{{ событие }} отменяется")
    with writing(MANAGER) as work:
        events.cancel(work, MANAGER, event.id or 0, "площадка закрыта")
    with pytest.raises(DomainError, match="Мероприятие «Форум» отменено: звать на него нельзя"):
        confirm(number)
    assert review(number).faults == ("Мероприятие «Форум» отменено: звать на него нельзя.",)
    assert confirm(news).state is MailingState.CONFIRMED
    with clock.stopped_at(dt.datetime(2026, 12, 13, 9, tzinfo=dt.UTC)):
        over = prepared(audience, kind=MailingKind.INVITATION, event_id=event.id, text="{{ событие }}!")
        assert left_out(review(over)) == {"event_cancelled": ("Гость Пётр Ильич",)}


def test_a_start_may_be_put_off(session: Session) -> None:
    number = prepared(people(session, "Первый"))
    for moment, why in (("2026-11-22T11:59", "Это время уже прошло"), ("2028-01-01T09:00", "не больше чем на год")):
        with pytest.raises(InvalidInput, match=why):
            confirm(number, start_at=dt.datetime.fromisoformat(moment))
    done = confirm(number, start_at=dt.datetime.fromisoformat("2026-11-23T09:30"))
    assert done.starts_at == dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)
    assert view(number).starts_at == done.starts_at
    with reading() as look:
        assert set(look.exec(select(Delivery.not_before))) == {done.starts_at}


def test_a_mailing_is_called_off_whole_or_what_is_left_of_it(session: Session) -> None:
    number = prepared(people(session, "Первый", "Второй", "Третий"))
    confirm(number)
    with writing(MANAGER) as work:
        letters = work.exec(select(Delivery).where(col(Delivery.channel) == "email").order_by(col(Delivery.id))).all()
        for one, state in zip(letters, (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.CLAIMED), strict=True):
            one.state, one.claimed_by = state.value, "sender"
    with writing(MANAGER) as work:
        assert approving.cancel(work, MANAGER, number) == approving.CalledOff(4, 2)
    shown = view(number)
    assert (shown.state, shown.may_cancel, shown.ended_at) == (MailingState.CANCELLED, False, NOON)
    assert states(number) == {
        ("cabinet", "cancelled"): 3,
        ("email", "sent"): 1,
        ("email", "sending"): 1,
        ("email", "cancelled"): 1,
    }
    with writing(MANAGER) as work, pytest.raises(DomainError, match="отменена"):
        approving.cancel(work, MANAGER, number)


def test_two_managers_send_the_same_and_each_gets_it_once(session: Session) -> None:
    audience = people(session, "Первый")
    mine, theirs = prepared(audience), prepared(audience)
    assert review(theirs).receive == 1
    confirm(mine)
    with writing(MANAGER) as work:
        for one in work.exec(select(Delivery).where(col(Delivery.mailing_id) == mine)):
            one.state = DeliveryState.SENT.value
    third = prepared(audience)
    assert left_out(review(third)) == {"already": ("Первый Пётр Ильич",)}
    assert review(prepared(audience, repeat=True)).receive == 1
    assert review(prepared(audience, text="Другой текст")).receive == 1


def account(session: Session, role: Role, login: str) -> Actor:
    """An actor with an account."""
    made = b.create_account(session, role, login)
    session.commit()
    return b.actor_of(made)


def test_a_second_person_approves_a_large_mailing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "approval_from", 1)
    manager = account(session, Role.MANAGER, "anna")
    director, other = account(session, Role.DIRECTOR, "boss"), account(session, Role.DIRECTOR, "deputy")
    number = prepared(people(session, "Первый", "Второй"), manager)
    seen = review(number, manager)
    assert seen.approval
    done = confirm(number, director, start_at=dt.datetime.fromisoformat("2026-11-23T09:30"))
    assert (done.state, done.starts_at) == (MailingState.APPROVAL, None)
    assert states(number) == {("cabinet", "planned"): 2, ("email", "planned"): 2}
    send_due()
    assert states(number) == {("cabinet", "planned"): 2, ("email", "planned"): 2}

    told = {
        who.name: (view(number, who).may_approve, view(number, who).why_not_approve)
        for who in (manager, director, other)
    }
    assert told == {
        manager.name: (False, "Рассылку одобряет директор или администратор."),
        director.name: (False, "Вы сами составили или подтвердили эту рассылку: одобрить её должен другой сотрудник."),
        other.name: (True, ""),
    }
    with writing(manager) as work, pytest.raises(NotAllowed):
        approving.approve(work, manager, number, version(work, number))
    for who in (director, SYSTEM):
        with writing(who) as work, pytest.raises(DomainError, match="должен другой сотрудник"):
            approving.approve(work, who, number, version(work, number))
    with pytest.raises(DomainError, match="уже передана на одобрение"):
        confirm(number, manager)

    approver_sees = review(number, other)
    for field in ("chosen", "receive", "letters", "by_channel", "excluded", "sample_for"):
        assert getattr(approver_sees, field) == getattr(seen, field)
    with writing(other) as work, pytest.raises(DomainError, match="только что изменил"):
        approving.approve(work, other, number, seen.version)
    with writing(other) as work:
        done = approving.approve(work, other, number, approver_sees.version)
    assert done.starts_at == dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)
    assert (view(number).state, view(number).approved_by) == (MailingState.CONFIRMED, other.name)
    with writing(other) as work, pytest.raises(DomainError, match="уже подтверждена"):
        approving.approve(work, other, number, version(work, number))


def test_a_mailing_sent_back_is_a_draft(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "approval_from", 1)
    manager, director = account(session, Role.MANAGER, "anna"), account(session, Role.DIRECTOR, "boss")
    number = prepared(people(session, "Первый", "Второй"), manager)
    confirm(number, manager)
    with writing(director) as work:
        approving.send_back(work, director, number, version(work, number))
    shown = view(number, manager)
    assert (shown.state, shown.counts, shown.may_edit, shown.may_approve) == (MailingState.DRAFT, (), True, False)
    prepare(number, manager)
    confirm(number, manager)
    with writing(director) as work:
        approving.approve(work, director, number, version(work, number))
    assert states(number) == {("cabinet", "queued"): 2, ("email", "queued"): 2}


def test_an_approval_late_for_its_start_sends_at_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "approval_from", 0)
    manager, director = account(session, Role.MANAGER, "anna"), account(session, Role.DIRECTOR, "boss")
    number = prepared(people(session, "Первый"), manager)
    confirm(number, manager, start_at=dt.datetime.fromisoformat("2026-11-22T15:00"))
    late = NOON + dt.timedelta(hours=20)
    with clock.stopped_at(late), writing(director) as work:
        done = approving.approve(work, director, number, version(work, number))
    assert done.starts_at == late + dt.timedelta(seconds=60)


def test_a_review_and_an_approval_send_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "approval_from", 1)
    one, two = people(session, "Первый"), people(session, "Второй", "Третий")
    numbers = [draft(one), prepared(one), prepared(two)]
    confirm(numbers[2])
    with clock.stopped_at(NOON + dt.timedelta(days=3)):
        send_due()
    assert [{state for _, state in states(number)} for number in numbers] == [set(), {"planned"}, {"planned"}]


def test_a_double_click_sends_once(session: Session) -> None:
    """Two confirmations at the same moment, from two threads."""
    number = prepared(people(session, "Первый"))
    seen, said, begin = view(number).version, [], threading.Barrier(2)

    def click() -> None:
        begin.wait()
        with clock.stopped_at(NOON):
            try:
                with writing(MANAGER) as work:
                    said.append(approving.confirm(work, MANAGER, number, seen).state.value)
            except DomainError as error:
                said.append(str(error))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["confirmed", "Эта рассылка уже подтверждена: второй раз она не уйдёт."]
    assert states(number) == {("cabinet", "queued"): 1, ("email", "queued"): 1}


def test_two_managers_confirm_the_same_and_each_recipient_gets_it_once(session: Session) -> None:
    """Neither saw the other's: what the first one's has reached is left out of the second one's when it leaves."""
    audience = people(session, "Первый", "Второй")
    mine, theirs = prepared(audience, channels=[]), prepared(audience, channels=[])
    confirm(mine)
    confirm(theirs)
    with clock.stopped_at(NOON + dt.timedelta(minutes=2)):
        send_due()
        assert states(mine) == {("cabinet", "sent"): 2}
        assert states(theirs) == {("cabinet", "excluded"): 2}
        shown = review(theirs)
    assert left_out(shown) == {"already": ("Первый Пётр Ильич", "Второй Пётр Ильич")}
    assert (view(mine).state, view(theirs).state) == (MailingState.DONE, MailingState.DONE)


def test_a_text_may_name_the_unsubscribe_link_in_the_cabinet_too(session: Session) -> None:
    number = prepared(people(session, "Первый"), channels=[], text="Отписаться: {{ отписаться }}")
    confirm(number)
    with clock.stopped_at(NOON + dt.timedelta(minutes=2)):
        send_due()
    assert states(number) == {("cabinet", "sent"): 1}
    with reading() as look:
        assert "/unsubscribe/" in look.exec(select(Notice.text)).one()


def test_called_off_within_the_delay_nothing_leaves(session: Session) -> None:
    number = prepared(people(session, "Первый"), channels=[])
    confirm(number)
    with clock.stopped_at(NOON + dt.timedelta(seconds=59)):
        send_due()
        assert states(number) == {("cabinet", "queued"): 1}
        with writing(MANAGER) as work:
            assert approving.cancel(work, MANAGER, number) == approving.CalledOff(1, 0)
    with clock.stopped_at(NOON + dt.timedelta(days=1)):
        send_due()
    assert states(number) == {("cabinet", "cancelled"): 1}
    assert view(number).state is MailingState.CANCELLED
