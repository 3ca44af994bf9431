"""Letters while everything breaks: the mail server's own count is the judge.

`FAULTS_LETTERS=10000 FAULTS_KILLS=40 pytest tests/services/messaging/test_faults.py -k killed` is the long form.
"""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models import BouncedAddress, Delivery, DeliveryState
from services import clock, database as product, locks
from services.messaging import sending
from services.messaging.channels import email
from services.messaging.leaving import SILENT
from services.settings import settings
from tests.builders import create_person
from tests.mail import MailServer, sending_by
from tests.outbox import create_delivery, create_mailing, create_queue
from tests.sender import Senders

LETTERS = int(os.environ.get("FAULTS_LETTERS", "400"))
KILLS = int(os.environ.get("FAULTS_KILLS", "5"))


@pytest.fixture
def server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as made, sending_by(made, monkeypatch):
        yield made


def states(session: Session) -> Counter[str]:
    session.rollback()
    query = select(Delivery.state, func.count()).group_by(col(Delivery.state))
    found = Counter(dict(session.execute(query).all()))
    session.rollback()
    return found


def kill_at_random(server: MailServer, letters: int, kills: int) -> int:
    """Two processes send; one of them is killed at a random moment and another started. How many were killed."""
    chance, killed = random.Random(letters), 0
    with Senders() as senders:
        present = [senders.start(), senders.start()]
        for _ in range(kills):
            taken = threading.Event()
            server.when_taken(len(server.letters) + chance.randint(1, letters // (kills + 2)), taken.set)
            assert taken.wait(timeout=300)
            threading.Event().wait(chance.random() / 50)  # anywhere within a letter or two
            victim = present.pop(chance.randrange(2))
            os.kill(victim, signal.SIGKILL)
            killed += senders.reap(victim) == -signal.SIGKILL
            present.append(senders.start())
        assert [senders.reap(one) for one in present] == [0, 0]
    return killed


def test_killed_senders_send_nothing_twice_and_lose_nothing(session: Session, server: MailServer) -> None:
    create_queue(session, LETTERS)
    session.commit()
    killed = kill_at_random(server, LETTERS, KILLS)
    sending.send_due()
    counted, told = server.counted(), states(session)
    assert set(counted.values()) == {1}
    assert told["sent"] + told["unknown"] == LETTERS
    assert told["unknown"] <= killed == KILLS
    rows = dict(session.execute(select(col(Delivery.id), col(Delivery.state))).all())
    assert {number for number, state in rows.items() if state == "sent"} <= counted.keys()
    assert {rows[number] for number in rows.keys() - counted.keys()} <= {"unknown"}


def test_a_server_that_is_down_loses_nothing(session: Session, server: MailServer) -> None:
    create_queue(session, 3)
    session.commit()
    server.stop()
    sent = sending.send_due()
    assert (sent.counts, sent.said) == ({}, email.DOWN)
    assert states(session) == {"queued": 3}
    server.start()
    assert sending.send_due().counts["sent"] == 3


def test_a_server_that_goes_down_halfway_gets_the_rest_later(session: Session, server: MailServer) -> None:
    create_queue(session, 10)
    session.commit()
    server.when_taken(4, lambda: server.refuse_sender("421 4.3.2 shutting down"))
    assert sending.send_due().said == email.HANGS_UP
    assert states(session) == {"sent": 4, "queued": 6}
    server.refuse_sender("")
    assert sending.send_due().counts["sent"] == 6
    assert server.counted().total() == 10


@pytest.mark.parametrize(
    ("answer", "bounced"),
    [
        ("550 5.1.1 no such user", ["person2@example.test"]),
        ("550 no such user", ["person2@example.test"]),
        ("554 5.7.1 relay access denied", []),
        ("552 5.2.2 mailbox full", []),
    ],
)
def test_a_refused_address_stops_nobody_else(
    session: Session, server: MailServer, answer: str, bounced: list[str]
) -> None:
    create_queue(session, 5)
    session.commit()
    server.refuse("person2@example.test", answer)
    assert sending.send_due().counts == {"sent": 4, "failed": 1}
    assert states(session) == {"sent": 4, "failed": 1}
    assert [one.address for one in session.scalars(select(BouncedAddress))] == bounced
    assert [one.detail for one in session.scalars(select(Delivery).where(col(Delivery.state) == "failed"))] == [answer]


def test_a_refused_sender_fails_no_letter(session: Session, server: MailServer) -> None:
    create_queue(session, 3)
    session.commit()
    server.refuse_sender()
    assert sending.send_due().said == "Почтовый сервер не принимает отправителя MAIL_FROM (550)."
    assert states(session) == {"queued": 3}
    assert {row.attempts for row in session.scalars(select(Delivery))} == {0}


def test_a_wrong_password_fails_no_letter(
    session: Session, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_queue(session, 3)
    session.commit()
    monkeypatch.setenv("SMTP_USER", "office")
    settings.cache_clear()
    assert sending.send_due().said in (email.NO_LOGIN, email.NO_TLS)  # this server knows no log-ins at all
    assert states(session) == {"queued": 3}


def test_a_server_without_encryption_is_not_talked_to_where_it_is_asked_for(
    session: Session, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_queue(session, 1)
    session.commit()
    monkeypatch.setenv("SMTP_SECURITY", "starttls")
    settings.cache_clear()
    assert sending.send_due().said == email.NO_TLS
    assert server.letters == []


def test_a_connection_lost_after_the_letter_leaves_it_unknown(session: Session, server: MailServer) -> None:
    create_queue(session, 5)
    session.commit()
    server.hang_up_after_data(1)
    assert sending.send_due().counts == {"unknown": 1, "sent": 4}
    assert states(session) == {"sent": 4, "unknown": 1}
    assert server.counted().total() == 5
    assert sending.send_due().counts == {}


def test_a_server_that_never_answers_is_left_alone(session: Session, server: MailServer) -> None:
    create_queue(session, 10)
    session.commit()
    server.hang_up_after_data(99)
    assert sending.send_due().said == SILENT
    assert states(session) == {"unknown": 3, "queued": 7}
    assert sending.send_due().counts == {}


def test_a_slow_server_is_waited_for_and_one_too_slow_leaves_one_unknown(
    session: Session, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_TIMEOUT", "1")
    settings.cache_clear()
    create_queue(session, 1)
    session.commit()
    server.slow(1.5)
    assert sending.send_due().counts["sent"] == 1
    monkeypatch.setattr(email, "PATIENCE", 1)
    create_queue(session, 1, text="другое")
    session.commit()
    assert sending.send_due().counts["unknown"] == 1
    assert states(session) == {"sent": 1, "unknown": 1}


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "554 5.6.0 message refused"])
def test_a_refusal_after_the_text_is_an_answer(session: Session, server: MailServer, answer: str) -> None:
    create_queue(session, 1)
    session.commit()
    server.refuse_letters(answer)
    sending.send_due()
    assert states(session) == {"queued" if answer.startswith("4") else "failed": 1}
    assert session.scalars(select(BouncedAddress)).all() == []


def test_a_connection_lost_before_the_letter_is_opened_again(session: Session, server: MailServer) -> None:
    create_queue(session, 4)
    session.commit()
    server.hang_up_at_rcpt(1)
    assert sending.send_due().counts == {"sent": 4}
    server.hang_up_at_rcpt(99)
    create_queue(session, 2, text="другое")
    session.commit()
    assert sending.send_due().said == email.HANGS_UP
    assert states(session) == {"sent": 4, "queued": 2}


@pytest.mark.parametrize("years", [-1, 1])
def test_no_clock_makes_a_living_sender_look_dead(session: Session, database: str, years: int) -> None:
    mailing = create_mailing(session)
    people = [create_person(session, email=f"p{number}@example.test") for number in range(2)]
    with locks.present() as worker:
        create_delivery(
            session, mailing, people[0], state=DeliveryState.CLAIMED, claimed_by=worker, claimed_at=clock.now()
        )
        create_delivery(
            session, mailing, people[1], state=DeliveryState.SENDING, claimed_by=worker, claimed_at=clock.now()
        )
        session.commit()
        with clock.stopped_at(clock.now().replace(year=clock.now().year + years)):
            assert sending.send_due().counts == {}
        assert states(session) == {"claimed": 1, "sending": 1}
    assert sending.send_due().counts == {"recovered": 1, "unknown": 1}
    assert states(session) == {"queued": 1, "unknown": 1}


def test_a_database_locked_while_sending_is_waited_for(
    session: Session, server: MailServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else holds what the sender must write, longer than a statement waits for it."""
    create_queue(session, 4)
    session.commit()
    if database.startswith("sqlite"):
        monkeypatch.setattr(product, "BUSY_MILLISECONDS", 50)
        product.engine().dispose()
    holder = product.make_engine(database).execution_options(writes=True).connect()
    release = threading.Event()

    def hold() -> None:
        holder.execute(text("UPDATE delivery SET detail = detail"))
        threading.Timer(1.0, release.set).start()

    server.when_taken(2, hold)

    def let_go() -> None:
        release.wait(timeout=30)
        holder.rollback()
        holder.close()

    waiting = threading.Thread(target=let_go)
    waiting.start()
    assert sending.send_due().counts["sent"] == 4
    waiting.join()
    assert states(session) == {"sent": 4}
    assert set(server.counted().values()) == {1}


def test_a_lost_connection_to_postgres_loses_no_letter(session: Session, server: MailServer, database: str) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite has no connection to lose")
    create_queue(session, 6)
    session.commit()

    def cut() -> None:
        with product.make_engine(database).connect() as other:
            other.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    server.when_taken(3, cut)
    sent = sending.send_due()
    assert sent.counts["sent"] == 6
    session.invalidate()
    assert states(session) == {"sent": 6}
    assert set(server.counted().values()) == {1}


def test_two_at_once_share_the_work(session: Session, server: MailServer) -> None:
    create_queue(session, 60)
    session.commit()
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(sending.send_due().counts.get("sent", 0))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 60
    assert (server.counted().total(), set(server.counted().values())) == (60, {1})
