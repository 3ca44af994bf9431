"""/answer/ and /unsubscribe/ through the real gate: who reaches them, from where, what they keep quiet."""

import logging
import re
from typing import Any

import pytest
from sqlmodel import Session, select

from models import MailingKind, OptOut, Participation, Role
from services.access.permissions import SYSTEM
from services.messaging import links
from services.settings import settings
from services.work import reading, writing
from tests import builders as b
from tests.client import Client
from tests.letters import sent

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNKNOWN = "A" * 43


@pytest.fixture
def invitation(client: Client) -> str:
    with writing(SYSTEM) as session:
        event = b.create_event(session, "Съезд <b>выдумок</b>", starts_on="2090-12-01", venue_id=_venue(session))
        person = b.create_person(session, "Секретов")
        b.create_participation(session, event, person)
        return sent(session, person, MailingKind.INVITATION, event)


@pytest.fixture
def letter(client: Client) -> str:
    with writing(SYSTEM) as session:
        return sent(session, b.create_person(session, "Секретов"))


def _venue(session: Session) -> int | None:
    return b.create_venue(session, "Зал", address="Москва, ул. Выдуманная, д. 1").id


def status() -> str:
    with reading() as session:
        return session.exec(select(Participation.status)).one()


def opt_outs() -> int:
    with reading() as session:
        return len(session.exec(select(OptOut)).all())


def test_an_invitation_is_answered_without_a_sign_in(client: Client, invitation: str) -> None:
    page = client.get(f"/answer/{invitation}?do=come")
    assert page.status_code == 200
    assert "Съезд &lt;b&gt;выдумок&lt;/b&gt;" in page.text
    assert "Москва, ул. Выдуманная, д. 1" in page.text
    assert re.findall(r'value="(\w+)"', page.text) == ["come", "decline"]
    assert "Секретов" not in page.text
    assert client.head(f"/answer/{invitation}?do=come").status_code == 200
    assert status() == "invited"

    done = client.post(f"/answer/{invitation}", data={"do": "come"})
    assert (done.status_code, "Ваше участие подтверждено" in done.text) == (200, True)
    assert status() == "confirmed"
    assert client.post(f"/answer/{invitation}", data={"do": "decline"}).status_code == 200
    assert status() == "declined"


def test_a_post_that_says_nothing_changes_nothing(client: Client, invitation: str) -> None:
    for body in ({}, {"do": "attended"}, {"do": "x" * 20_000}):
        assert client.post(f"/answer/{invitation}", data=body).status_code == 200
    assert client.post(f"/answer/{invitation}", files={"do": b"come"}).status_code in {200, 400}
    assert status() == "invited"


def test_every_useless_link_looks_the_same(client: Client, letter: str) -> None:
    pages = {client.get(f"/answer/{token}").text for token in (UNKNOWN, letter, "x", "%D0%B0", "x" * 200)}
    pages |= {client.post(f"/answer/{UNKNOWN}", data={"do": "come"}).text}
    pages |= {client.get(f"/unsubscribe/{UNKNOWN}").text, client.post(f"/unsubscribe/{UNKNOWN}", data=ONE_CLICK).text}
    [page] = pages
    assert links.USELESS in page
    assert client.get(f"/answer/{UNKNOWN}").status_code == 404


@pytest.mark.parametrize("who", ["a visitor", *Role])
@pytest.mark.parametrize("place", ["answer", "unsubscribe"])
def test_whoever_is_signed_in_gets_the_same(client: Client, place: str, who: Any) -> None:
    if who != "a visitor":
        client.sign_in(who)
    assert client.get(f"/{place}/{UNKNOWN}").status_code == 404
    assert client.post(f"/{place}/{UNKNOWN}").status_code == 404
    assert client.put(f"/{place}/{UNKNOWN}").status_code == 405


@pytest.mark.parametrize("path", ["/answer", "/answer/", "/answer/a/b", "/unsubscribe/", "/answerx"])
def test_nothing_beside_them_is_open(client: Client, path: str) -> None:
    with writing(SYSTEM) as session:
        b.create_account(session)
    assert client.get(path).status_code in {303, 401}
    assert client.post(path).status_code in {401, 403}


def test_a_mail_program_unsubscribes_with_one_post(client: Client, letter: str) -> None:
    assert "сервисные сообщения по электронной почте" in client.get(f"/unsubscribe/{letter}").text
    assert opt_outs() == 0
    for origin in ({"origin": "null"}, {"origin": "https://mail.example.ru"}, {}):
        del client.headers["origin"]
        try:
            done = client.post(f"/unsubscribe/{letter}", data=ONE_CLICK, headers=origin)
        finally:
            client.headers["origin"] = "http://127.0.0.1:8501"
        assert (done.status_code, "set-cookie" in done.headers) == (200, False)
    assert opt_outs() == 1
    assert "Вы уже отписаны" in client.get(f"/unsubscribe/{letter}").text


def test_answers_are_taken_from_our_own_page_only(client: Client, invitation: str) -> None:
    foreign = {"origin": "https://elsewhere.example.ru"}
    assert client.post(f"/answer/{invitation}", data={"do": "come"}, headers=foreign).status_code == 403
    assert status() == "invited"


def test_statutory_messages_say_that_they_stay(client: Client) -> None:
    with writing(SYSTEM) as session:
        token = sent(session, b.create_person(session), purpose="statutory")
    page = client.get(f"/unsubscribe/{token}")
    assert (page.status_code, "по уставу" in page.text, "<button" in page.text) == (200, True, False)
    refused = client.post(f"/unsubscribe/{token}", data=ONE_CLICK)
    assert (refused.status_code, "по уставу" in refused.text) == (409, True)


def test_headers_keep_the_address_to_itself(client: Client, invitation: str) -> None:
    for answer in (client.get(f"/answer/{invitation}"), client.get(f"/answer/{UNKNOWN}")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


def test_guesses_are_counted_by_address_apart_from_sign_ins(
    client: Client, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGIN_ATTEMPTS_PER_ADDRESS", "3")
    settings.cache_clear()
    assert [client.get(f"/answer/{UNKNOWN}").status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    assert client.get(f"/unsubscribe/{letter}").status_code == 429
    assert client.post("/login", data={"login": "nobody", "password": "x"}).status_code in {303, 401}


def test_no_log_holds_a_token(client: Client, invitation: str, caplog: pytest.LogCaptureFixture) -> None:
    with writing(SYSTEM) as session:
        session.connection().exec_driver_sql("ALTER TABLE delivery RENAME TO mislaid")
    with caplog.at_level(logging.DEBUG):
        assert client.get(f"/answer/{invitation}").status_code == 500
    assert "request failed: GET /answer" in caplog.text
    assert invitation not in caplog.text
    assert links.hash_of(invitation) not in caplog.text
