"""A test of a mailing, sent to oneself."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, select

from models import Account, Delivery, Role
from services.access.permissions import SYSTEM, Actor
from services.directory.parties import Party
from services.errors import DomainError, NotAllowed
from services.messaging import audiences, files, outbox
from services.messaging.trying import send_test
from services.work import reading, writing
from tests import builders as b
from tests.conftest import forget_database
from tests.mail import MailServer
from tests.services.messaging.mailed import MANAGER, draft, people, prepare

TEXT = "{{ обращение }}! Отписаться можно так: {{ отписаться }}"


@pytest.fixture
def server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server the product sends by."""
    with MailServer() as running:
        for name, value in running.settings().items():
            monkeypatch.setenv(name, value)
        forget_database()
        yield running


def sender(session: Session, login: str, **person: Any) -> Actor:
    """A manager with an account of this login, tied to a person when anything is said of one."""
    tied = b.create_person(session, **person) if person else None
    account = b.create_account(session, Role.MANAGER, login, person=tied)
    session.commit()
    return b.actor_of(account)


def test_the_letter_comes_to_oneself_and_leaves_no_trace(server: MailServer, session: Session) -> None:
    actor = sender(session, "anna@assoc.test")
    number = draft(people(session, "Первый", "Второй"), text=TEXT, html="<p>{{ обращение }}</p>")
    with writing(MANAGER) as work:
        files.attach_to_mailing(work, MANAGER, number, "программа.pdf", b"%PDF-1.4\n%%EOF")
    assert send_test(actor, number) == "anna@assoc.test"
    prepare(number)
    assert send_test(actor, number) == "anna@assoc.test"
    for letter in server.letters:
        assert (letter.to, letter.subject) == ("anna@assoc.test", "[Проверка] Собрание")
        assert letter.text.startswith("Уважаемый Пётр Ильич! Отписаться можно так: http")
        assert "Уважаемый Пётр Ильич" in letter.html
        assert [part.get_filename() for part in letter.message.iter_attachments()] == ["программа.pdf"]
        assert letter.message["List-Unsubscribe"] is None
    assert len(server.letters) == 2
    with reading() as look:
        assert {(one.state, one.token_hash) for one in look.exec(select(Delivery))} == {("planned", None)}


def test_the_longest_subject_can_be_tried(server: MailServer, session: Session) -> None:
    actor, subject = sender(session, "anna@assoc.test"), "Тема " * 39 + "конец"
    send_test(actor, draft(people(session, "Первый"), subject=subject))
    assert server.letters[0].subject == f"[Проверка] {subject}"


def test_the_address_is_the_login_or_that_of_the_person(server: MailServer, session: Session) -> None:
    number = draft(people(session, "Первый"))
    by_person = sender(session, "boris", email="boris@assoc.test, second@assoc.test")
    assert send_test(by_person, number) == "boris@assoc.test"
    for actor in (sender(session, "vera"), sender(session, "gleb", last_name="Безадресный")):
        with pytest.raises(DomainError, match="Куда отправить проверку, неизвестно"):
            send_test(actor, number)
    with pytest.raises(DomainError, match="войдите под своей учётной записью"):
        send_test(SYSTEM, number)
    accountant = b.actor_of(session.get_one(Account, sender(session, "d@assoc.test").account_id))
    with pytest.raises(NotAllowed):
        send_test(Actor(accountant.account_id, "Бухгалтер", frozenset()), number)
    assert [letter.to for letter in server.letters] == ["boris@assoc.test"]


def test_what_keeps_a_test_from_leaving_is_said(server: MailServer, session: Session) -> None:
    actor = sender(session, "anna@assoc.test")
    person = b.create_person(session, "Вольный")
    session.commit()
    with pytest.raises(DomainError, match="Получателей нет"):
        send_test(actor, draft(audiences.Audience()))
    holes = draft(audiences.of_parties([Party("person", person.id or 0)]), text="Из {{ компания }}")
    with pytest.raises(DomainError, match="нет значения"):
        send_test(actor, holes)
    number = draft(people(session, "Первый"))
    server.refuse("anna@assoc.test", "550 5.1.1 нет такого")
    with pytest.raises(DomainError, match=r"Почтовый сервер не принял письмо на anna@assoc\.test\. 550"):
        send_test(actor, number)
    server.stop()
    with pytest.raises(DomainError, match="Почтовый сервер не отвечает"):
        send_test(actor, number)
    with writing(SYSTEM) as work:
        outbox.pause(work, SYSTEM, "ремонт")
    with pytest.raises(DomainError, match="Отправка приостановлена"):
        send_test(actor, number)


def test_without_a_mail_server_a_test_is_refused(session: Session) -> None:
    actor = sender(session, "anna@assoc.test")
    with pytest.raises(DomainError, match="Почтовый сервер не настроен"):
        send_test(actor, draft(people(session, "Первый")))
