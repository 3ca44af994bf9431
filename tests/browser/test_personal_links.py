"""A letter's own links, the cabinet's notices and the scheduler's page: a real scheduler sends, a real server takes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from models import MailingKind, OptOut, Participation, Role
from services.settings import ROOT
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.server import Server, serve
from tests.databases import Databases
from tests.letters import create_notice, create_queue
from tests.mail import Letter, MailServer

TEXT = "{{ обращение }}, ждём вас.\n\nПриду: {{ приду }}\n\nНе приду: {{ не_приду }}"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/answer/[\w-]+\?do=(\w+)")


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """The post office."""
    with MailServer() as started:
        yield started


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[Server]:
    """The server with mail."""
    url = databases.create("sqlite")
    with serve(url, tmp_path_factory.mktemp("server"), **mail.settings()) as started:
        yield started
    databases.drop(url)


def tick(server: Server) -> None:
    """Let the scheduler do once all that is due."""
    command = [sys.executable, "-m", "scheduler", "--once"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | server.settings, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def invite(server: Server, name: str, channel: str, login: str = "") -> int:
    """Invite somebody to an event of the far future; their number. With `login` they have a cabinet."""
    with server.scene() as session:
        event = b.create_event(session, f"Съезд для {name}", starts_on="2098-12-01", start_time="10:00")
        person = b.create_person(session, name, email=f"{channel}@example.ru")
        b.create_participation(session, event, person)
        about = {"kind": MailingKind.INVITATION, "purpose": "invitation", "template_kind": "event"}
        create_queue(
            session, [person], mailing=about | {"event_id": event.id, "subject": "Приглашение", "text": TEXT},
            channel=channel, **({} if channel == "email" else {"address": None}),
        )  # fmt: skip
        if login:
            b.create_account(session, Role.MEMBER, login, person=person)
        return person.id or 0


def status(server: Server, person: int) -> str:
    with server.scene() as session:
        return session.exec(select(Participation.status).where(Participation.person_id == person)).one()


def links_in(letter: Letter) -> dict[str, str]:
    return {found[1]: found[0] for found in LINK.finditer(letter.text)}


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_text(sentence)).to_be_visible()


def test_a_letter_is_answered_from_a_phone_and_then_unsubscribed(
    server: Server, mail: MailServer, context: BrowserContext
) -> None:
    person = invite(server, "Письмова", "email")
    tick(server)
    [letter] = mail.to("email@example.ru")
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(links_in(letter)["come"])
    expect(page.get_by_role("heading", name="Съезд для Письмова")).to_be_visible()
    expect(page.get_by_role("button").first).to_have_text("Приду")
    assert status(server, person) == "invited"
    page.get_by_role("button", name="Приду", exact=True).click()
    said(page, "Спасибо! Ваше участие подтверждено.")
    assert status(server, person) == "confirmed"
    page.get_by_role("link", name="Передумали? Изменить ответ").click()
    said(page, "Сейчас: вы подтвердили участие.")
    page.get_by_role("button", name="Не приду, отменить участие").click()
    said(page, "Мы отметили, что вы не придёте.")
    assert status(server, person) == "declined"

    address = letter.message["List-Unsubscribe"].strip("<>")
    page.goto(address)
    said(page, "Нажмите кнопку, и ассоциация больше не будет присылать вам приглашения по электронной почте.")
    page.get_by_role("button", name="Отписаться от этого вида писем").click()
    said(page, "Готово: вы больше не будете получать приглашения по электронной почте.")
    with server.scene() as session:
        found = session.exec(select(OptOut)).one()
        assert (found.person_id, found.purpose, found.channel) == (person, "invitation", "email")
    page.goto(address[:-1])
    said(page, "Эта ссылка не действует")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_notice_is_read_in_the_cabinet_and_answered_from_it(server: Server, enter: Enter) -> None:
    person = invite(server, "Кабинетова", "cabinet", login="reader")
    tick(server)
    with server.scene() as session:
        create_notice(session, b.create_person(session), "Чужое уведомление")
    page = enter(Role.MEMBER, "reader")
    page.goto("/")
    expect(page.get_by_role("heading", name="Уведомления · 1")).to_be_visible()
    expect(page.get_by_text("Чужое уведомление")).to_have_count(0)
    expect(page.locator("strong", has_text="Приглашение")).to_be_visible()
    page.get_by_role("button", name="Приглашение").click()
    expect(page.get_by_role("heading", name="Приглашение")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile(r"do=come")).click()
    opened.value.get_by_role("button", name="Приду", exact=True).click()
    said(opened.value, "Спасибо! Ваше участие подтверждено.")
    assert status(server, person) == "confirmed"
    page.get_by_role("button", name="Все уведомления").click()
    expect(page.get_by_role("heading", name="Уведомления", exact=True)).to_be_visible()
    expect(page.locator("strong", has_text="Приглашение")).to_have_count(0)


def test_the_scheduler_takes_what_was_asked_for(server: Server, enter: Enter) -> None:
    page = enter(Role.MANAGER)
    page.goto("/scheduler")
    expect(page.get_by_text("Планировщик не работает")).to_be_visible()
    command, env = [sys.executable, "-m", "scheduler"], os.environ | server.settings
    clock = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        expect(page.get_by_text("Работает с")).to_be_visible(timeout=60_000)
        page.locator(".st-key-ask-bounces button").click()
        said(page, "планировщик возьмётся за него в течение нескольких секунд")
        run = page.locator("[class*=st-key-run-]", has_text="Чтение возвратов писем")
        expect(run.get_by_text("выполнено")).to_be_visible(timeout=30_000)
        expect(run.get_by_text("вручную: Имя manager")).to_be_visible()
    finally:
        clock.terminate()
        clock.wait(timeout=30)
