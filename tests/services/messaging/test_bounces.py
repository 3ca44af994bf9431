"""Bounces as the programs of mail servers write them; the letters are invented, their forms are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models import BouncedAddress, Channel, Delivery, DeliveryState
from services import clock, settings
from services.messaging import bounces
from services.messaging.letters import message_number
from tests.builders import create_person
from tests.mailbox import Mailbox
from tests.outbox import create_delivery, create_mailing

HASH = "ab" * 32

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.assoc.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@assoc.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/1"

--B/1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.assoc.test.

<{address}>: host mx.example.test[192.0.2.5] said: {diagnostic} (in reply to RCPT TO command)

--B/1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.assoc.test
X-Postfix-Queue-ID: 4ABCDEF
Arrival-Date: Tue, 10 Mar 2026 12:00:00 +0300 (MSK)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.test
Diagnostic-Code: smtp; {diagnostic}

--B/1
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: office@assoc.test
To: {address}
Message-ID: <{key}@assoc.test>
Subject: =?utf-8?b?0J3QvtCy0L7RgdGC0Lg=?=

text

--B/1--
"""
EXIM = """\
Return-path: <>
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.test>
To: bounces@assoc.test
Content-Type: multipart/report; report-type=delivery-status; boundary=1741600000-eximdsn-12345
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1741600000-eximdsn-12345
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1741600000-eximdsn-12345
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.test

Action: failed
Final-Recipient: rfc822;{address}
Status: 5.0.0
Remote-MTA: dns; mx.example.test
Diagnostic-Code: smtp; {diagnostic}

--1741600000-eximdsn-12345
Content-type: message/rfc822

Message-ID: <{key}@assoc.test>
From: office@assoc.test

--1741600000-eximdsn-12345--
"""
OLD_EXIM = """\
Return-path: <>
X-Failed-Recipients: {address}
From: Mail Delivery System <Mailer-Daemon@old.example.test>
To: bounces@assoc.test
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    SMTP error from remote mail server after RCPT TO:<{address}>:
    host mx.example.test [192.0.2.5]: {diagnostic}

------ This is a copy of the message, including all the headers. ------

From: office@assoc.test
Message-ID: <{key}@assoc.test>
"""
YANDEX = """\
From: mailer-daemon@yandex.test
To: bounces@assoc.test
Subject: =?utf-8?B?0J3QtdC00L7RgdGC0LDQstC70LXQvdC90L7QtSDRgdC+0L7QsdGJ0LXQvdC40LU=?=
MIME-Version: 1.0
Content-Type: multipart/report; report-type="delivery-status"; boundary="YND"
Auto-Submitted: auto-replied

--YND
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Это письмо отправлено почтовым сервером. К сожалению, мы вынуждены сообщить, что ваше письмо не доставлено.

--YND
Content-Type: message/delivery-status

Reporting-MTA: dns; forward.mail.yandex.test
Arrival-Date: Tue, 10 Mar 2026 12:00:00 +0300

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: {diagnostic}

--YND
Content-Type: text/rfc822-headers

Message-Id: <{key}@assoc.test>
--YND--
"""
EXCHANGE = """\
From: "Microsoft Outlook" <postmaster@firm.test>
To: <bounces@assoc.test>
Subject: =?utf-8?B?0J3QtSDRg9C00LDQtdGC0YHRjyDQtNC+0YHRgtCw0LLQuNGC0Yw=?=
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_000_dsn_"
MIME-Version: 1.0

--_000_dsn_
Content-Type: multipart/alternative; boundary="_001_alt_"

--_001_alt_
Content-Type: text/html; charset="utf-8"

<p>Сообщение не доставлено</p>
--_001_alt_--

--_000_dsn_
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.firm.test
Received-From-MTA: dns;mx.assoc.test
Arrival-Date: Tue, 10 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822;{address}
Action: failed
Status: {status}
Diagnostic-Code: smtp;{diagnostic}
X-Display-Name: Anna

--_000_dsn_
Content-Type: message/rfc822

Message-ID: <{key}@assoc.test>
--_000_dsn_--
"""
GONE = "550 5.1.1 <anna@example.test>: Recipient address rejected: User unknown"


def bounce(form: str, delivery: Delivery, **told: str) -> str:
    """A bounce of a letter; what is not told is about an address that does not exist."""
    known = {"address": "anna@example.test", "status": "5.1.1", "action": "failed", "diagnostic": GONE}
    key = message_number(delivery.id or 0, delivery.token_hash or "")
    return form.format(**({"key": key} | known | told))


@pytest.fixture
def mailbox(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with Mailbox(tmp_path) as made:
        for name, value in made.settings().items():
            monkeypatch.setenv(name, value)
        settings.settings.cache_clear()
        yield made
    settings.settings.cache_clear()


@pytest.fixture
def delivery(session: Session) -> Delivery:
    """A letter that was sent and has not come back yet."""
    anna = create_person(session, email="anna@example.test")
    made = create_delivery(
        session, create_mailing(session), anna, Channel.EMAIL, DeliveryState.SENT,
        address="anna@example.test", token_hash=HASH, sent_at=clock.now(),
    )  # fmt: skip
    session.commit()
    return made


def outcome(session: Session) -> tuple[list[str], list[tuple[str, str]]]:
    session.rollback()
    states = list(session.exec(select(Delivery.state).order_by(col(Delivery.id))))
    bounced = [(address, code) for address, code in session.exec(select(BouncedAddress.address, BouncedAddress.code))]
    session.rollback()
    return states, bounced


@pytest.mark.parametrize("form", [POSTFIX, EXIM, OLD_EXIM, YANDEX, EXCHANGE])
def test_a_letter_that_came_back_marks_its_address(
    session: Session, mailbox: Mailbox, delivery: Delivery, form: str
) -> None:
    number = mailbox.put(bounce(form, delivery))
    done = bounces.read_bounces()
    assert (done.counts, done.said) == ({"read": 1, "bounced": 1}, "")
    assert outcome(session) == (["failed"], [("anna@example.test", "5.1.1")])
    assert mailbox.seen == {number}
    assert bounces.read_bounces().counts == {"read": 0, "bounced": 0}


@pytest.mark.parametrize(
    ("form", "status", "diagnostic"),
    [
        (POSTFIX, "5.2.2", "552 5.2.2 Mailbox full"),
        (EXIM, "", "550 5.7.1 Message rejected as spam"),
        (YANDEX, "5.7.1", "smtp; 550 5.7.1 Policy rejection"),
        (EXCHANGE, "5.3.4", "552 5.3.4 Message size exceeds fixed limit"),
    ],
)
def test_what_is_no_fault_of_the_address_leaves_it_alone(
    session: Session, mailbox: Mailbox, delivery: Delivery, form: str, status: str, diagnostic: str
) -> None:
    mailbox.put(bounce(form, delivery, status=status, diagnostic=diagnostic))
    assert bounces.read_bounces().counts == {"read": 1, "bounced": 1}
    assert outcome(session) == (["failed"], [])


@pytest.mark.parametrize(
    "told",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "failed", "status": "4.4.7"},
        {"action": "relayed", "status": "2.1.5"},
        {"key": "delivery-1.000000000000000000000000"},
        {"key": "delivery-999.000000000000000000000000"},
        {"key": "something-else"},
    ],
)
def test_what_says_nothing_for_good_or_proves_nothing_is_not_believed(
    session: Session, mailbox: Mailbox, delivery: Delivery, told: dict[str, str]
) -> None:
    mailbox.put(bounce(POSTFIX, delivery, **told))
    assert bounces.read_bounces().counts == {"read": 1, "bounced": 0}
    assert outcome(session) == (["sent"], [])


def test_letters_of_people_stay_unread(session: Session, mailbox: Mailbox, delivery: Delivery) -> None:
    mailbox.put("From: Анна <anna@example.test>\nSubject: Вопрос\n\nКогда заседание?\n")
    machine = mailbox.put(bounce(POSTFIX, delivery))
    assert bounces.read_bounces().counts == {"read": 1, "bounced": 1}
    assert mailbox.seen == {machine}


def test_hostile_letters_harm_nobody(session: Session, mailbox: Mailbox, delivery: Delivery) -> None:
    key = message_number(delivery.id or 0, HASH)
    head = "From: mailer-daemon@evil.test\nContent-Type: multipart/report; boundary=x\n"
    for body in (
        "",
        f"<{key}@a>",
        f"\n--x\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\nAction: failed\n\n<{key}@a>",
        f"\n--x\nContent-Type: message/delivery-status\n\n\n\n\n--x--\n<{key}@a>",
        "\n" + "--x\n" * 5000,
    ):
        mailbox.put(head + body)
    mailbox.put(head.encode() + b"\n\xff\xfe\x00--x\n" + f"<{key}@a>".encode())
    assert bounces.read_bounces().counts == {"read": 6, "bounced": 0}
    assert outcome(session) == (["sent"], [])


def test_a_mailbox_that_does_not_open_is_said(
    session: Session, mailbox: Mailbox, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOUNCES_PASSWORD", "wrong")
    settings.settings.cache_clear()
    assert bounces.read_bounces().said == bounces.UNREACHABLE
    monkeypatch.setenv("BOUNCES_HOST", "")
    settings.settings.cache_clear()
    assert (bounces.read_bounces().said, bounces.read_bounces().counts) == ("", {})


def test_a_certificate_nobody_vouches_for_is_refused(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert bounces.read_bounces().said == bounces.UNREACHABLE
