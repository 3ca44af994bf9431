"""What somebody might lean on the promise with: twice, against their will, by the wrong hand, past a right."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from models import (
    Channel,
    Delivery,
    DeliveryState,
    MailingKind,
    MessageTemplate,
    Notice,
    ParticipationStatus,
    ReminderRule,
    Source,
    Watched,
)
from services import clock
from services.access.permissions import ANONYMOUS, SYSTEM
from services.directory.parties import Party
from services.duplicates.merging import compare, merge
from services.errors import DomainError, InvalidInput
from services.messaging import approving, audiences, links, received, sending
from services.messaging.links import Action
from services.messaging.rendering import compile_text, render
from services.reminders import rules
from services.reminders.evaluating import evaluate
from services.work import reading, writing
from tests import builders as b
from tests.letters import sent
from tests.mail import MailServer, sending_by
from tests.outbox import create_delivery, create_mailing
from tests.services.messaging.mailed import MANAGER, confirm, draft, prepare
from tests.services.reminders.scene import create_rule, moscow

NOON = moscow("2026-05-17")


@pytest.fixture
def server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as made, sending_by(made, monkeypatch):
        yield made


def states(session: Session) -> list[str]:
    session.rollback()
    found = list(session.exec(select(Delivery.state).order_by(col(Delivery.id))))
    session.rollback()
    return found


def merged(session: Session, kept: int, lost: int) -> None:
    session.commit()
    with writing(SYSTEM) as other:
        seen = compare(other, SYSTEM, "person", kept, lost)
        chosen = {one.key: one.proposed for one in seen.differences}
        merge(other, SYSTEM, "person", kept, lost, seen.seen, chosen)


def test_a_letter_put_off_does_not_outlive_its_mailing(session: Session, server: MailServer) -> None:
    mailing = create_mailing(session)
    create_delivery(session, mailing, b.create_person(session, email="anna@example.test"))
    number = mailing.id or 0
    session.commit()

    async def call_off(*_: object) -> str:
        with writing(SYSTEM) as other:
            approving.cancel(other, SYSTEM, number)
        return "451 4.3.0 later"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "handle_DATA", call_off)
        sending.send_due()
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=2)):
        sending.send_due()
    assert server.letters == []
    assert states(session) == ["cancelled"]


@pytest.mark.parametrize("readers", [1, 2])
def test_one_letter_for_an_address_of_one_reader_keeps_its_links(session: Session, readers: int) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    anna, twin = (b.create_person(session, email="anna@example.ru") for _ in range(2))
    b.create_participation(session, event, anna)
    made = links.make()
    mailing = create_mailing(
        session, kind=MailingKind.INVITATION.value, purpose="invitation", event_id=event.id, one_letter=True
    )
    carrier = create_delivery(
        session, mailing, anna, state=DeliveryState.SENT, token_hash=made.hash, sent_at=clock.now()
    )
    if readers == 2:
        create_delivery(session, mailing, twin, state=DeliveryState.SENT, carrier_id=carrier.id)
    session.commit()
    with clock.stopped_at(moscow("2026-11-20")):
        if readers == 2:
            with pytest.raises(DomainError), reading() as other:
                links.look(other, made.token)
            return
        with writing(ANONYMOUS, Source.CABINET) as other:
            assert links.answer(other, made.token, Action.COME) == "Спасибо! Ваше участие подтверждено."


def test_thanks_after_an_event_are_sent(session: Session, server: MailServer) -> None:
    event, guest = b.create_event(session, starts_on="2026-05-16"), b.create_person(session)
    b.create_participation(session, event, guest, ParticipationStatus.CONFIRMED)
    create_rule(session, Watched.EVENT_START, "через день", on="2026-05-15")
    session.commit()
    assert evaluate(NOON).queued == 1
    with clock.stopped_at(NOON):
        assert sending.send_due().counts == {"notices": 1}


def test_a_reminder_late_for_its_event_is_not_sent(session: Session, server: MailServer) -> None:
    event, guest = b.create_event(session, starts_on="2026-05-16"), b.create_person(session)
    b.create_participation(session, event, guest, ParticipationStatus.CONFIRMED)
    create_rule(session, Watched.EVENT_START, "за день", on="2026-05-15")
    session.commit()
    evaluate(NOON)
    with clock.stopped_at(NOON):
        sending.send_due()
    assert states(session) == ["excluded"]


def test_a_birthday_is_not_kept_twice_because_records_became_one(session: Session, server: MailServer) -> None:
    kept, lost = (
        b.create_person(session, "Выдумкин", "Пётр", "Ильич"),
        b.create_person(session, "Выдумкин", "Пётр", "Ильич", birth_date="1970-05-17"),
    )
    create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    session.commit()
    with clock.stopped_at(NOON):
        assert evaluate().queued == 1
        assert sending.send_due().counts == {"notices": 1}
        merged(session, kept.id or 0, lost.id or 0)
        assert evaluate().queued == 0
    assert states(session) == ["sent"]


@pytest.mark.parametrize("first", ["manager", "rule"])
def test_nobody_is_congratulated_by_a_manager_and_by_a_rule(session: Session, server: MailServer, first: str) -> None:
    whom = audiences.of_parties([Party("person", b.create_person(session, birth_date="1970-05-17").id or 0)])
    create_rule(session, Watched.BIRTHDAY, "за неделю", "в этот день", on="2026-05-10")
    session.commit()
    evaluate(moscow("2026-05-10"))
    with clock.stopped_at(moscow("2026-05-10")):
        assert sending.send_due().counts == {"notices": 1}
    for who in ("manager", "rule") if first == "manager" else ("rule", "manager"):
        with clock.stopped_at(NOON):
            if who == "manager":
                number = draft(whom, kind=MailingKind.BIRTHDAY, text="С днём рождения!", channels=["cabinet"])
                prepare(number)
                confirm(number)
            else:
                evaluate()
    with clock.stopped_at(NOON + dt.timedelta(hours=1)):
        assert sending.send_due().counts["notices"] == 1
    assert sorted(states(session)) == ["excluded", "sent", "sent"]


def test_a_name_turns_no_text_around() -> None:
    compiled = compile_text("Тема", "Пишет {{ фио }}, да", "", "general")
    shown = render(compiled, {"фио": "Анна\u202e\u2066\x07 Выдумкина"})
    assert shown.text == "Пишет Анна Выдумкина, да"
    assert "\u202e" not in shown.html


def test_a_term_is_not_reminded_of_twice_because_records_became_one(session: Session, server: MailServer) -> None:
    kept, lost = (b.create_person(session, "Выдумкин", "Пётр", "Ильич") for _ in range(2))
    b.create_membership(session, kept, starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2024, 12, 31))
    b.create_membership(session, lost, starts_on=dt.date(2025, 5, 18), ends_on=dt.date(2026, 5, 17))
    create_rule(session, Watched.MEMBERSHIP_END, on="2026-05-17")
    session.commit()
    with clock.stopped_at(NOON):
        assert evaluate().queued == 1
        assert sending.send_due().counts == {"notices": 1}
        merged(session, kept.id or 0, lost.id or 0)
        assert evaluate().queued == 0


def test_leaving_by_several_letters_at_once_always_ends_well(session: Session) -> None:
    anna = b.create_person(session)
    tokens = [sent(session, anna) for _ in range(6)]
    session.commit()

    def leave(token: str) -> str:
        with writing(ANONYMOUS, Source.CABINET) as other:
            return links.opt_out(other, token)

    with ThreadPoolExecutor(6) as pool:
        said = set(pool.map(leave, tokens))
    assert said == {"Готово: вы больше не будете получать сервисные сообщения по электронной почте."}


def test_a_rule_switched_off_stops_what_a_sender_holds(session: Session, server: MailServer) -> None:
    b.create_person(session, birth_date="1970-05-17")
    b.create_person(session, birth_date="1970-05-17")
    number = create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    session.commit()
    evaluate(NOON)
    session.rollback()
    first, second = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
    for one in (first, second):
        one.state, one.claimed_by = "claimed", "somebody"
    second.attempts = 1
    session.commit()
    with clock.stopped_at(NOON), writing(SYSTEM) as other:
        rules.switch_off(other, SYSTEM, number, other.get_one(ReminderRule, number).version)
    assert states(session) == ["queued"]
    with clock.stopped_at(NOON):
        sending.send_due()
    assert states(session) == ["excluded"]


@pytest.mark.parametrize(
    "selection",
    [{"mode": "ids"}, {"mode": "ids", "ids": []}, {"mode": "ids", "ids": None}],
)
def test_no_rows_are_nobody(session: Session, selection: dict[str, object]) -> None:
    b.create_person(session)
    session.commit()
    with reading() as other:
        made = audiences.parse(audiences.from_rows("people", selection).to_json())
        chosen = audiences.select_parties(other, MANAGER, made)
        people = chosen.people
        assert people is None or other.connection().execute(people).all() == []


def test_a_sum_sent_stays_hidden_whatever_becomes_of_the_template(session: Session, server: MailServer) -> None:
    anna = b.create_person(session)
    b.create_membership(session, anna, ends_on=dt.date(2026, 5, 17), fee_amount=Decimal(15000))
    number = create_rule(session, Watched.FEE_DUE, on="2026-05-17", channels=(Channel.CABINET, Channel.EMAIL))
    rule = session.get_one(ReminderRule, number)
    template = session.get_one(MessageTemplate, rule.template_id)
    template.text = "Взнос {{ сумма }}"
    session.commit()
    evaluate(NOON)
    with clock.stopped_at(NOON):
        sending.send_due()
    session.rollback()
    assert "15" in session.exec(select(Notice.text)).one()
    template.text = "Взнос"
    session.commit()
    session.rollback()
    for one in session.exec(select(Delivery)).all():
        with reading() as other:
            shown = received.text_of(other, MANAGER, Party("person", anna.id or 0), one.id or 0)
        assert "000" not in shown.text


def test_a_sum_is_no_matter_of_a_condition() -> None:
    with pytest.raises(InvalidInput, match="сумм"):
        compile_text("Тема", "{% if сумма == '15 000 ₽' %}{{ компания }}{% endif %}", "", "membership")
    compile_text("Тема", "{% if сумма %}Взнос {{ сумма }}{% endif %}", "", "membership")
