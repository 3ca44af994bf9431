"""From rows of a table to letters: invited, reviewed, approved, called off; a real mail server takes them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from models import Delivery, EventKind, Mailing, Participation, Person, Role
from services import clock
from services.settings import ROOT
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server, serve
from tests.databases import Databases
from tests.mail import MailServer

LIMITS = {"TYPED_FROM": "2", "APPROVAL_FROM": "3", "SEND_DELAY_SECONDS": "60"}
"""So that few people do for what is asked of many."""


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """The post office."""
    with MailServer() as started:
        yield started


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[Server]:
    """The server with mail."""
    url = databases.create("sqlite")
    with serve(url, tmp_path_factory.mktemp("server"), **mail.settings(), **LIMITS) as started:
        yield started
    databases.drop(url)


def tick(server: Server) -> None:
    """Let the scheduler do once all that is due five minutes from now."""
    moment = (clock.now() + timedelta(minutes=5)).isoformat(timespec="seconds")
    command = [sys.executable, "-m", "scheduler", "--once", "--at", moment]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | server.settings, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button by the keyboard: it hits it even while what stands above still grows."""
    page.get_by_role("button", name=name).press("Enter")


def to_review(page: Page) -> None:
    press(page, "К проверке")
    expect(page.get_by_role("heading", name="Как это будет выглядеть")).to_be_visible()
    # The letter is the last to arrive; what it is drawn in moves what stands below.
    letter = page.frame_locator("iframe[srcdoc]").frame_locator("iframe[sandbox]")
    expect(letter.get_by_text("Отписаться от таких писем")).to_be_visible()


def figure(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))


def write_to(page: Page, name: str) -> None:
    """A message to whoever is found by this name, up to the review."""
    grid = Grid(page).open("people")
    grid.search.fill(name)
    expect(grid.column("name").first).to_contain_text(name)
    grid.press("Выбрать все найденные")
    grid.press("Написать")
    page.get_by_role("dialog").get_by_role("button", name="Написать", exact=True).click()
    page.get_by_label("Тема *").fill(f"Новости для {name}")
    page.get_by_label("Текст *").fill("{{ обращение }}!\n\nУ нас новости.")
    to_review(page)


def test_from_the_filter_to_the_letter(enter: Enter, server: Server, mail: MailServer) -> None:
    with server.scene() as session:
        for first, login in (("Анна", "anna"), ("Белла", "bella")):
            b.create_person(session, "Учебнова", first, "Ильинична", email=f"{login}@example.ru")
        b.create_person(session, "Учебнова", "Тихая", "Ильинична", email="quiet@example.ru", do_not_disturb=True)
        b.create_person(session, "Другов", email="other@example.ru")
        b.create_event(session, "Позже <b>", EventKind.COURSE, starts_on="2099-03-01")
        course = b.create_event(session, "Свет маяка", EventKind.COURSE, starts_on="2098-12-01", start_time="10:00")
        number = course.id
        b.create_event(session, "Встреча", EventKind.MEETING, starts_on="2098-11-01")
    page = enter(Role.MANAGER)
    grid = Grid(page).open("people")
    grid.filter("ФИО", "Учебнова")
    expect(grid.range).to_have_text("1–3 из 3")
    grid.press("Выбрать все найденные")
    grid.press("Пригласить")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Выбрано: 3 записи.")).to_be_visible()
    dialog.get_by_text(re.compile("Пригласить на обучение$")).click()
    dialog.get_by_role("combobox", name="Курс").click()
    expect(page.get_by_role("option")).to_have_text([re.compile("Свет маяка"), re.compile("Позже <b>")])
    page.get_by_role("option", name=re.compile("Свет маяка")).click()
    expect(dialog.get_by_role("button", name="Отправить приглашения")).to_be_enabled()
    dialog.get_by_role("button", name="Отправить приглашения").click()

    expect(page.get_by_label("Тема *")).to_have_value(re.compile("."))
    to_review(page)
    expect(figure(page, "Выбрано")).to_contain_text("3")
    expect(figure(page, "Получат")).to_contain_text("2")
    page.get_by_text("Просил не беспокоить · 1", exact=True).click()
    expect(page.get_by_role("link", name="Учебнова Тихая Ильинична")).to_be_visible()
    letter = page.frame_locator("iframe[srcdoc]").frame_locator("iframe[sandbox]")
    expect(letter.get_by_text("Уважаемая Анна Ильинична")).to_be_visible()
    assert mail.letters == []

    # Pressed twice by an impatient hand.
    send = page.get_by_role("button", name="Отправить: 2 получателям")
    send.evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_text(re.compile(r"Отправка начнётся через \d+ секунд"))).to_be_visible()
    tick(server)
    expect(page.get_by_text(re.compile("завершена$"))).to_be_visible()
    assert sorted(one.to for one in mail.letters) == ["anna@example.ru", "bella@example.ru"]
    tick(server)
    assert len(mail.letters) == 2
    page.get_by_text("Получатели", exact=True).click()
    expect(page.get_by_role("link", name="Учебнова Анна Ильинична").first).to_be_visible()

    # Whom it was for is a guest now, and the others are not.
    with server.scene() as session:
        guests = select(Person.first_name).join(Participation, col(Participation.person_id) == col(Person.id))
        assert sorted(session.exec(guests)) == ["Анна", "Белла"]
    table = Grid(page).open(f"people?event={number}")
    table.search.fill("Учебнова")
    expect(table.range).to_have_text("1–3 из 3")
    table.search.fill("Учебнова Анна")
    expect(table.frame.locator(".ag-row[row-index='0'] [col-id='invited']")).to_have_text("приглашён")

    # And in her own cabinet.
    with server.scene() as session:
        anna = session.exec(select(Person).where(col(Person.first_name) == "Анна")).one()
        b.create_account(session, Role.MEMBER, "anna", person=anna)
    cabinet = enter(Role.MEMBER, "anna")
    cabinet.goto("/notices")
    expect(cabinet.get_by_text("Свет маяка").first).to_be_visible()


def test_many_are_typed_and_approved_by_a_second_person(enter: Enter, server: Server, mail: MailServer) -> None:
    with server.scene() as session:
        for number in range(4):
            b.create_person(session, "Многолюдов", f"Имя{number}", email=f"many{number}@example.ru")
    page = enter(Role.MANAGER)
    write_to(page, "Многолюдов")
    button = page.get_by_role("button", name="На одобрение: 4 получателям")
    expect(button).to_be_disabled()
    page.get_by_label(re.compile("введите их число: 4")).fill("4")
    expect(button).to_be_enabled()
    button.press("Enter")
    expect(page.get_by_text(re.compile("ждёт одобрения$"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Одобрить"))).to_have_count(0)
    tick(server)
    assert not [one for one in mail.letters if "many" in one.to]

    second = enter(Role.DIRECTOR)
    second.goto("/home")
    second.get_by_role("link", name="Рассылки ждут одобрения: 1").click()
    second.get_by_role("link", name="Новости для Многолюдов").first.click()
    expect(second.get_by_text("Имя manager").first).to_be_visible()
    press(second, "Одобрить и отправить: 4 получателям")
    expect(second.get_by_text(re.compile("Отправка начнётся через"))).to_be_visible()
    tick(server)
    assert sorted(one.to for one in mail.letters if "many" in one.to) == [f"many{n}@example.ru" for n in range(4)]


def test_called_off_within_the_delay(enter: Enter, server: Server, mail: MailServer) -> None:
    with server.scene() as session:
        b.create_person(session, "Передумова", email="changed@example.ru")
    page = enter(Role.MANAGER)
    write_to(page, "Передумова")
    press(page, "Отправить: 1 получателю")
    press(page, "Отменить отправку")
    expect(page.get_by_text(re.compile("отменена$"))).to_be_visible()
    tick(server)
    assert not [one for one in mail.letters if one.to == "changed@example.ru"]
    press(page, "Копировать")
    expect(page.get_by_label("Тема *")).to_have_value("Новости для Передумова")


def test_what_was_refused_is_decided_by_hand(enter: Enter, server: Server, mail: MailServer) -> None:
    with server.scene() as session:
        b.create_person(session, "Отказов", email="refused@example.ru")
    mail.refuse("refused@example.ru")
    page = enter(Role.MANAGER)
    write_to(page, "Отказов")
    press(page, "Отправить: 1 получателю")
    expect(page.get_by_text(re.compile("Отправка начнётся через"))).to_be_visible()
    tick(server)
    expect(page.get_by_text("Не доставлено: 1. Решите, что с этим делать.")).to_be_visible()
    press(page, "Показать")
    press(page, "Отметить все на странице: 1")
    press(page, "Не отправлять")
    expect(page.get_by_text("Решено: 1.")).to_be_visible()
    with server.scene() as session:
        states = select(Delivery.state).join(Mailing).where(Mailing.subject == "Новости для Отказов")
        assert sorted(session.exec(states.where(Delivery.channel == "email"))) == ["cancelled"]
