import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import (
    BouncedAddress,
    Channel,
    Delivery,
    FilePurpose,
    Mailing,
    MailingFile,
    MailingState,
    MessageTemplate,
    Notice,
    OptOut,
    Person,
    Purpose,
    ReminderRule,
    ReminderStep,
    StoredFile,
)
from services import clock, files
from services.access.permissions import SYSTEM
from services.messaging import gateway, outbox, sending
from services.messaging.results import BACK_OFF
from tests.builders import create_company, create_person
from tests.mail import MailServer, sending_by
from tests.outbox import create_delivery, create_mailing, create_queue
from tests.sms import SmsProvider


@pytest.fixture
def server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as made, sending_by(made, monkeypatch):
        yield made


def states(session: Session) -> list[tuple[str, str | None]]:
    """State and reason of every delivery, in the order they were made."""
    session.rollback()
    query = select(Delivery.state, Delivery.reason).order_by(col(Delivery.id))
    found = [(state, reason) for state, reason in session.exec(query)]
    session.rollback()  # and the write lock goes back
    return found


def only(session: Session) -> Delivery:
    session.rollback()
    session.expire_all()
    found = session.scalars(select(Delivery)).one()
    session.expunge(found)
    session.rollback()
    return found


def test_a_letter_looks_as_mail_programs_expect(session: Session, server: MailServer) -> None:
    anna = create_person(session, "Выдумкина", "Анна", "Петровна", email="anna@example.test, other@example.test")
    delivery = create_delivery(session, create_mailing(session), anna)
    session.commit()
    sent = sending.send_due()
    assert (sent.counts["sent"], sent.said) == (1, "")
    [letter] = server.letters
    message = letter.message
    assert (letter.to, letter.sender, letter.number) == ("anna@example.test", "office@assoc.test", delivery.id)
    assert message["From"] == "Выдуманная ассоциация <office@assoc.test>"
    assert (message["To"], letter.subject) == ("anna@example.test", "Новости для Выдумкина Анна Петровна")
    assert letter.text.startswith("Уважаемая Анна Петровна!")
    assert "У нас новости." in letter.html
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = letter.content.partition(b"\r\n\r\n")[0]
    [unsubscribe] = [line for line in raw.split(b"\r\n") if line.lower().startswith(b"list-unsubscribe:")]
    assert unsubscribe.startswith(b"List-Unsubscribe: <http")
    assert unsubscribe.endswith(b">")
    assert message["Auto-Submitted"] is None
    kept = only(session)
    assert (kept.state, kept.attempts, kept.address, kept.claimed_by) == ("sent", 1, "anna@example.test", None)
    assert kept.sent_at is not None
    assert kept.token_hash is not None
    assert session.get_one(Mailing, delivery.mailing_id).state == MailingState.DONE


def test_statutory_letters_offer_no_way_out(session: Session, server: MailServer) -> None:
    create_delivery(
        session,
        create_mailing(session, purpose=Purpose.STATUTORY.value),
        create_person(session, email="anna@example.test"),
    )
    session.commit()
    sending.send_due()
    [letter] = server.letters
    assert letter.message["List-Unsubscribe"] is None
    assert "тписаться" not in letter.text


def test_a_reminder_says_that_a_machine_wrote_it(
    session: Session, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_still_due", [])
    monkeypatch.setattr(gateway, "_must_wait", [])
    template = MessageTemplate(name="", kind="general", purpose="service", subject="Напоминаем", text="{{ фио }}, пора")
    session.add(template)
    session.flush()
    rule = ReminderRule(name="", watched="birthday", purpose="service", template_id=template.id)
    session.add(rule)
    session.flush()
    step = ReminderStep(rule_id=rule.id or 0)
    session.add(step)
    session.flush()
    anna = create_person(session, "Выдумкина", "Анна", "", email="anna@example.test")
    session.add(
        Delivery(step_id=step.id, person_id=anna.id, subject="Person", subject_id=anna.id,
                 anchor_date=dt.date(2026, 1, 1), channel="email", state="queued")
    )  # fmt: skip
    session.commit()
    sending.send_due()
    [letter] = server.letters
    assert (letter.subject, letter.message["Auto-Submitted"]) == ("Напоминаем", "auto-generated")
    assert letter.text.startswith("Выдумкина Анна, пора")


def test_what_the_registered_hooks_say_is_heard(
    session: Session, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_still_due", [])
    monkeypatch.setattr(gateway, "_must_wait", [])
    rule = ReminderRule(name="", watched="birthday", purpose="service")
    session.add(rule)
    session.flush()
    step = ReminderStep(rule_id=rule.id or 0)
    session.add(step)
    session.flush()
    rows = []
    for number in range(2):
        person = create_person(session, email=f"p{number}@example.test")
        rows.append(Delivery(step_id=step.id, person_id=person.id, subject="Person", subject_id=person.id,
                             anchor_date=dt.date(2026, 1, 1), channel="email", state="queued"))  # fmt: skip
        session.add(rows[-1])
    session.commit()
    gone, waiting = rows[0].id or 0, rows[1].id or 0
    morning = clock.now().replace(microsecond=0) + dt.timedelta(hours=9)
    gateway.ask_again(lambda _session, ids: {gone} & set(ids))
    gateway.ask_when(lambda _session, ids: {waiting: morning} if waiting in ids else {})
    sending.send_due()
    assert server.letters == []
    assert states(session) == [("excluded", "no_longer_due"), ("queued", None)]
    assert session.get_one(Delivery, waiting).not_before == morning


def test_files_go_with_every_letter(session: Session, server: MailServer) -> None:
    mailing = create_mailing(session)
    stored = StoredFile(
        id=files.put(b"%PDF-1.4 invented"), purpose=FilePurpose.ATTACHMENT.value, permission="messages.send",
        name="Программа форума.pdf",
        content_type="application/pdf", size=17, sha256="",
    )  # fmt: skip
    session.add(stored)
    session.flush()
    session.add(MailingFile(mailing_id=mailing.id or 0, file_id=stored.id))
    for number in range(2):
        create_delivery(session, mailing, create_person(session, email=f"p{number}@example.test"))
    session.commit()
    sending.send_due()
    for letter in server.letters:
        [attached] = list(letter.message.iter_attachments())
        assert (attached.get_filename(), attached.get_content_type()) == ("Программа форума.pdf", "application/pdf")
        assert attached.get_content() == b"%PDF-1.4 invented"
    assert len(server.letters) == 2


def test_a_token_without_a_value_keeps_the_letter_back(session: Session, server: MailServer) -> None:
    mailing = create_mailing(session, text="Ваша компания: {{ компания }}")
    create_delivery(session, mailing, create_person(session, email="alone@example.test"))
    create_delivery(
        session, mailing, create_person(session, company=create_company(session, "ООО «Выдумка»"), email="b@c.test")
    )
    session.commit()
    sending.send_due()
    assert [letter.to for letter in server.letters] == ["b@c.test"]
    assert states(session) == [("excluded", "not_rendered"), ("sent", None)]


def test_notices_stand_in_the_cabinet_word_for_word(session: Session, database: str) -> None:
    mailing = create_mailing(session)
    anna = create_person(session, "Выдумкина", "Анна", "Петровна")
    firm = create_company(session, "ООО «Выдумка»")
    for party in (anna, firm):
        create_delivery(session, mailing, party, Channel.CABINET)
    session.commit()
    assert sending.send_due().counts["notices"] == 2
    session.rollback()
    notices = session.scalars(select(Notice).order_by(col(Notice.id))).all()
    assert [(one.person_id, one.company_id, one.purpose, one.subject) for one in notices] == [
        (anna.id, None, "service", "Новости для Выдумкина Анна Петровна"),
        (None, firm.id, "service", "Новости для ООО «Выдумка»"),
    ]
    assert notices[0].text == "Уважаемая Анна Петровна!\n\nУ нас новости."
    assert states(session) == [("sent", None)] * 2


def test_without_a_mail_server_letters_wait(session: Session, database: str) -> None:
    create_delivery(session, create_mailing(session), create_person(session, email="anna@example.test"))
    session.commit()
    assert sending.send_due().counts == {}
    assert states(session) == [("queued", None)]


def test_nothing_leaves_before_its_time(session: Session, server: MailServer) -> None:
    create_delivery(
        session,
        create_mailing(session),
        create_person(session, email="anna@example.test"),
        not_before=clock.now() + dt.timedelta(minutes=1),
    )
    session.commit()
    sending.send_due()
    assert server.letters == []
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=2)):
        sending.send_due()
    assert len(server.letters) == 1


def test_it_is_asked_again_when_it_leaves(session: Session, server: MailServer) -> None:
    mailing = create_mailing(session)
    people = [create_person(session, email=f"p{number}@example.test") for number in range(4)]
    for person in people:
        create_delivery(session, mailing, person, address=person.email)
    people[0].do_not_disturb = True
    session.add(OptOut(person_id=people[1].id, purpose="service", channel="email"))
    people[2].email = "new@example.test"
    session.commit()
    assert sending.send_due().counts == {"excluded": 2, "sent": 2}
    assert sorted(letter.to for letter in server.letters) == ["new@example.test", "p3@example.test"]
    assert states(session) == [
        ("excluded", "do_not_disturb"),
        ("excluded", "opted_out"),
        ("sent", None),
        ("sent", None),
    ]


def test_two_mailings_with_the_same_message_send_it_once(session: Session, server: MailServer) -> None:
    anna = create_person(session, email="anna@example.test")
    for _ in range(2):
        mailing = create_mailing(session)
        create_delivery(session, mailing, anna, once_key=gateway.once_key(mailing))
    session.commit()
    sending.send_due()
    assert len(server.letters) == 1
    assert states(session) == [("sent", None), ("excluded", "already")]


def shared(session: Session, count: int = 3) -> tuple[Mailing, list[Person]]:
    """A mailing to people who have one address, planned as one letter."""
    mailing = create_mailing(session, one_letter=True, subject="Новости", text="{{ обращение }}!")
    people = [create_person(session, email="office@firm.test") for _ in range(count)]
    carrier = create_delivery(session, mailing, people[0], address="office@firm.test")
    for person in people[1:]:
        create_delivery(session, mailing, person, address="office@firm.test", carrier_id=carrier.id)
    return mailing, people


def test_those_behind_one_address_get_one_letter(session: Session, server: MailServer) -> None:
    shared(session)
    session.commit()
    assert sending.send_due().counts["sent"] == 1
    [letter] = server.letters
    assert letter.text.startswith("Уважаемые коллеги!")
    assert states(session) == [("sent", None)] * 3


def test_a_shared_letter_survives_that_its_first_reader_left(session: Session, server: MailServer) -> None:
    _, people = shared(session, 4)
    people[0].active = False
    people[3].email = "own@example.test"
    session.commit()
    sending.send_due()
    assert sorted(letter.to for letter in server.letters) == ["office@firm.test", "own@example.test"]
    assert states(session) == [("excluded", "inactive")] + [("sent", None)] * 3
    session.expire_all()
    carriers = [row.carrier_id for row in session.scalars(select(Delivery).order_by(col(Delivery.id)))]
    second = session.scalars(select(col(Delivery.id)).where(col(Delivery.person_id) == people[1].id)).one()
    assert carriers[1:] == [None, second, None]


def test_a_called_off_mailing_stops_at_once(session: Session, server: MailServer) -> None:
    create_queue(session, 5)
    session.commit()
    with session.bind.connect() as other:  # type: ignore[union-attr]
        other.exec_driver_sql("UPDATE delivery SET state = 'cancelled', claimed_by = NULL WHERE state = 'queued'")
        other.commit()
    assert sending.send_due().counts == {}
    assert server.letters == []


def test_while_it_is_paused_nothing_leaves(session: Session, server: MailServer) -> None:
    create_queue(session, 3)
    create_delivery(session, create_mailing(session), create_person(session), Channel.CABINET)
    outbox.pause(session, SYSTEM, "тексты проверяют")
    session.commit()
    assert sending.send_due().said == "Отправка приостановлена."
    assert (server.letters, states(session)) == ([], [("queued", None)] * 4)
    outbox.resume(session, SYSTEM)
    session.commit()
    assert sending.send_due().counts == {"notices": 1, "sent": 3}


def test_asked_to_stop_it_finishes_the_letter_under_way(session: Session, server: MailServer) -> None:
    create_queue(session, 20)
    session.commit()
    stop = threading.Event()
    server.when_taken(3, stop.set)
    assert sending.send_due(stop=stop).counts["sent"] == 3
    assert [state for state, _ in states(session)].count("queued") == 17
    assert sending.send_due().counts["sent"] == 17
    assert set(server.counted().values()) == {1}


def sms(session: Session, **fields: Any) -> Delivery:
    mailing = create_mailing(session, text="{{ имя }}, ждём вас завтра")
    return create_delivery(session, mailing, create_person(session, phone="+79161234567"), Channel.SMS, **fields)


def test_an_sms_goes_to_the_provider(session: Session, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = sms(session)
    session.commit()
    assert sending.send_due().counts == {}
    with SmsProvider(monkeypatch) as provider:
        assert sending.send_due().counts["sent"] == 1
    told = {"to": "79161234567", "text": "Пётр, ждём вас завтра", "id": str(delivery.id)}
    assert provider.taken == [("Bearer invented", told)]
    assert states(session) == [("sent", None)]


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (401, "queued", "Служба SMS не принимает ключ SMS_TOKEN."),
        (429, "queued", "Служба SMS просит подождать (429). Сообщения ждут, отправка повторяется сама."),
        (422, "failed", ""),
        (500, "queued", ""),
        (504, "unknown", ""),
        (0, "unknown", ""),
    ],
)
def test_what_the_provider_answers_decides(
    session: Session, database: str, monkeypatch: pytest.MonkeyPatch, answer: int, state: str, said: str
) -> None:
    sms(session)
    session.commit()
    with SmsProvider(monkeypatch, answer):
        assert sending.send_due().said == said
    assert only(session).state == state
    assert [one.address for one in session.scalars(select(BouncedAddress))] == (
        ["79161234567"] if answer == 422 else []
    )


def test_no_attempt_is_the_last_but_the_last(session: Session, server: MailServer) -> None:
    server.refuse("anna@example.test", "451 4.7.1 greylisted, come back later")
    create_delivery(session, create_mailing(session), create_person(session, email="anna@example.test"))
    session.commit()
    moment = clock.now()
    for minutes in BACK_OFF:
        with clock.stopped_at(moment):
            assert sending.send_due().counts == {"later": 1}
            assert sending.send_due().counts == {}
        moment += dt.timedelta(minutes=minutes, seconds=1)
        assert only(session).state == "queued"
    with clock.stopped_at(moment):
        assert sending.send_due().counts == {"failed": 1}
    kept = only(session)
    assert (kept.state, kept.attempts) == ("failed", 7)
    assert kept.detail == "Не удалось отправить за 7 попыток. Последний ответ: 451 4.7.1 greylisted, come back later"
    assert (session.scalars(select(BouncedAddress)).all(), kept.claimed_by) == ([], None)
