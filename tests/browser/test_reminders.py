"""A rule of reminders from its forecast to the letter: sent once when the day has come, and not again."""

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from models import ReminderRule, Role
from services import clock
from services.settings import ROOT
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.server import Server, serve
from tests.databases import Databases
from tests.mail import MailServer

TODAY = clock.today()
BIRTHDAY, NEXT = TODAY + dt.timedelta(days=5), TODAY + dt.timedelta(days=8)


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


def tick(server: Server, day: dt.date, hour: str = "12:00") -> None:
    """Let the scheduler do once all that is due at an hour of a day."""
    command = [sys.executable, "-m", "scheduler", "--once", "--at", f"{day}T{hour}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | server.settings, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def born(day: dt.date) -> str:
    """A date of birth with its birthday on `day`, of a leap year."""
    return day.replace(year=1972).isoformat()


def rule(page: Page, server: Server, code: str) -> Locator:
    """The line of a built-in rule."""
    with server.scene() as session:
        number = session.exec(select(ReminderRule.id).where(col(ReminderRule.code) == code)).one()
    return page.locator(f".st-key-rule-{number}")


def open_tab(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()


def test_a_rule_sends_once_when_its_day_has_come(enter: Enter, server: Server, mail: MailServer) -> None:
    with server.scene() as session:
        b.create_person(session, "Юбилеева", "Анна", "Ильинична", birth_date=born(BIRTHDAY), email="anna@example.ru")
        b.create_person(session, "Юбилеев", "Тихий", birth_date=born(BIRTHDAY), do_not_disturb=True)
        b.create_person(session, "Другов", "Глеб", birth_date=born(NEXT), email="gleb@example.ru")
    page = enter(Role.MANAGER)
    page.goto("/reminders")
    expect(page.get_by_text("Все правила выключены.")).to_be_visible()
    tick(server, BIRTHDAY)
    assert mail.letters == []

    # On, past its forecast.
    line = rule(page, server, "birthday")
    line.get_by_role("button", name="Включить…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("за 90 дней уйдёт")).to_contain_text("2 сообщения")
    expect(dialog.get_by_text("1 получатель, не получат 1")).to_be_visible()
    dialog.get_by_role("button", name="Включить", exact=True).click()
    expect(line.get_by_text("включено", exact=True)).to_be_visible()
    expect(line.get_by_text(f"{BIRTHDAY:%d.%m.%Y} в 09:30")).to_be_visible()

    # Whom and why.
    open_tab(page, "Прогноз")
    page.get_by_role("button", name="Кто").first.click()
    expect(dialog.get_by_role("link", name="Юбилеева Анна Ильинична")).to_be_visible()
    expect(dialog.get_by_text("не получит: просил не беспокоить")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    open_tab(page, "Кому и почему")
    page.get_by_label("Физ. лицо", exact=True).last.fill("Юбилеев Тихий")
    page.get_by_role("button", name=re.compile("Юбилеев Тихий")).click()
    expect(page.get_by_text("Просил не беспокоить.")).to_be_visible()

    # The day comes: before the hour nothing, then once.
    tick(server, BIRTHDAY, "09:00")
    assert mail.letters == []
    for hour in ("09:30", "10:00"):
        tick(server, BIRTHDAY, hour)
    assert [letter.to for letter in mail.letters] == ["anna@example.ru"]
    assert mail.letters[0].message["Auto-Submitted"] == "auto-generated"

    page.goto("/reminders?tab=journal")
    expect(page.get_by_role("link", name="Юбилеева Анна Ильинична")).to_have_count(2)
    expect(page.get_by_text("отправлено", exact=True)).to_have_count(2)
    expect(page.get_by_text("просил не беспокоить")).to_have_count(2)

    # Nothing leaves while everything stands still.
    page.get_by_role("button", name="Приостановить всё").click()
    dialog.get_by_label("Причина").fill("меняем почту")
    dialog.get_by_role("button", name="Приостановить всё").click()
    expect(page.get_by_text("Все отправки приостановлены")).to_be_visible()
    expect(page.get_by_text("меняем почту")).to_be_visible()
    tick(server, NEXT)
    assert len(mail.letters) == 1
    page.goto("/reminders")
    page.get_by_role("button", name="Возобновить отправку").click()
    expect(page.get_by_text("Все отправки приостановлены")).to_be_hidden()
    tick(server, NEXT)
    assert [letter.to for letter in mail.letters] == ["anna@example.ru", "gleb@example.ru"]

    line.get_by_role("button", name="Выключить").click()
    expect(line.get_by_text("выключено", exact=True)).to_be_visible()


def test_a_rule_is_written_and_changed(enter: Enter, server: Server) -> None:
    page = enter(Role.MANAGER)
    page.goto("/reminders")
    page.get_by_role("link", name="Новое правило").click()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Назовите правило.")).to_be_visible()
    expect(page.get_by_text("Выберите шаблон письма.")).to_be_visible()
    page.get_by_label("Название *").fill("Год <b>договору</b>")
    page.get_by_role("combobox", name="За чем следить *").click()
    page.get_by_role("option", name="Дата из таблицы").click()
    page.get_by_role("combobox", name="Колонка с датой *").fill("Физ. лица: Дата договора")
    page.get_by_role("option", name="Физ. лица: Дата договора").click()
    when = page.get_by_role("combobox", name="Когда *")
    when.fill("через год и 3 дня")
    when.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Шаблон письма *").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    link = page.get_by_role("link", name="Год <b>договору</b>")
    expect(link).to_be_visible()
    expect(page.get_by_text("через год и 3 дня")).to_be_visible()

    link.click()
    page.get_by_label("Название *").fill("Год договору")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    page.get_by_role("link", name="Год договору").click()
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("button", name="Удалить правило").click()
    expect(page.get_by_role("link", name="Новое правило")).to_be_visible()
    expect(page.get_by_role("link", name="Год договору")).to_have_count(0)
