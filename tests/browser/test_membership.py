"""A manager renews a membership and appoints a chair, on the cards; in Chromium, on both databases."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from models import Role, SeatPosition
from services import clock
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.server import Server
from tests.conftest import KINDS

pytestmark = pytest.mark.parametrize("server", KINDS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def numbers(server: Server) -> dict[str, int]:
    """A company whose membership ends in ten days; a committee with a chair; somebody to replace them."""
    with server.scene() as session:
        company = b.create_company(session, "ООО «Ясень»", is_member=True)
        b.create_membership(session, company, ends_on=clock.today() + dt.timedelta(days=10))
        committee = b.create_committee(session, "Комитет по этике")
        chair, next_chair = b.create_person(session, "Прежнев"), b.create_person(session, "Новиков")
        b.create_seat(session, committee, chair, SeatPosition.CHAIR, since="2024")
        return {"company": company.id or 0, "committee": committee.id or 0, "person": next_chair.id or 0}


def day(offset: int) -> str:
    return f"{clock.today() + dt.timedelta(days=offset):%d.%m.%Y}"


def test_a_renewal_goes_on_and_is_in_the_journal(enter: Enter, numbers: dict[str, int]) -> None:
    page = enter(Role.MANAGER)
    page.goto(f"/company?id={numbers['company']}&tab=membership")
    expect(page.get_by_text(f"Действует до {day(10)}, осталось 10 дней")).to_be_visible()
    page.get_by_role("button", name="Продлить").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"Без разрыва с нынешним сроком: {day(11)}")).to_be_visible()
    expect(dialog.get_by_text("Сумма годового взноса")).to_have_count(0)
    dialog.get_by_label("Основание").fill("Решение правления № 7")
    dialog.get_by_role("button", name="Продлить").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Членство продлено.")).to_be_visible()
    expect(page.get_by_text(f"Новый срок начнётся {day(11)}")).to_be_visible()
    expect(page.get_by_role("cell", name="Решение правления № 7")).to_be_visible()
    expect(page.get_by_role("cell", name=f"до {day(10)}")).to_be_visible()


def test_a_second_chair_is_refused_then_replaces_the_first(enter: Enter, numbers: dict[str, int]) -> None:
    page = enter(Role.MANAGER)
    page.goto(f"/person?id={numbers['person']}&tab=committees")
    page.get_by_role("button", name="Добавить в комитет").click()
    dialog = page.get_by_role("dialog")
    choose(page, "Позиция", "Председатель комитета")
    dialog.get_by_role("button", name="Добавить").click()
    expect(dialog.get_by_text("Председатель комитета — Прежнев Пётр Ильич с 2024 г.")).to_be_visible()
    dialog.get_by_text(re.compile("Завершить полномочия прежнего председателя")).click()
    dialog.get_by_role("button", name="Добавить").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text(f"Председатель комитета с {day(0)}")).to_be_visible()
    page.goto(f"/committee?id={numbers['committee']}&tab=past")
    expect(page.get_by_role("cell", name="Прежнев Пётр Ильич")).to_be_visible()
    expect(page.get_by_role("cell", name=day(-1))).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Take an option of a select box."""
    page.get_by_role("dialog").get_by_label(label).click()
    page.get_by_role("option", name=option).click()
