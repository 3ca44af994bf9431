"""A manager finds a pair, looks at it side by side, makes one of two and takes that back; in Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from models import Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.server import Server


@pytest.fixture(scope="module")
def numbers(server: Server) -> tuple[int, int]:
    """A man entered twice, the second time with initials; each has been at something."""
    with server.scene() as session:
        company = b.create_company(session, "ООО «Ясень»")
        full = b.create_person(
            session, "Прежнев", "Пётр", "Ильич", company=company, phone="+74951110022", email="p@example.org"
        )
        short = b.create_person(session, "Прежнев", "П.", "И.", phone="+74951110022", city="Тверь")
        b.create_participation(session, b.create_event(session, "Ярмарка"), short)
        b.create_seat(session, b.create_committee(session, "Комитет по этике"), short, since="2024")
        return full.id or 0, short.id or 0


def test_a_pair_is_found_merged_and_taken_back(enter: Enter, numbers: tuple[int, int]) -> None:
    full, short = numbers
    page: Page = enter(Role.MANAGER)
    page.goto("/duplicates")
    page.get_by_role("button", name="Найти сейчас").click()
    expect(page.get_by_text("имя и телефон те же")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Сравнить").click()
    expect(page.get_by_role("heading", name="Сравнение")).to_be_visible()
    expect(page.get_by_text("Перейдёт: 1 участие в мероприятии, 1 место в комитете.")).to_be_visible()
    expect(page.get_by_role("radio", name="Прежнев Пётр Ильич")).to_be_checked()
    page.get_by_role("button", name="Объединить", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/person\?id={full}$"))
    expect(page.get_by_role("heading", name="Прежнев Пётр Ильич")).to_be_visible()
    page.goto(f"/person?id={short}&tab=history")
    expect(page).to_have_url(re.compile(rf"id={full}"))
    expect(page.get_by_text("С этой записью объединена запись «Прежнев П. И.»")).to_be_visible()
    page.get_by_role("link", name="отменить объединение").click()
    expect(page.get_by_text("Объединение: Прежнев П. И.")).to_be_visible()
    page.get_by_role("button", name="Отменить", exact=True).click()
    expect(page.get_by_text("отменено", exact=True)).to_be_visible()
    page.goto(f"/person?id={short}&tab=committees")
    expect(page.get_by_role("heading", name="Прежнев П. И.")).to_be_visible()
    expect(page.get_by_text("Комитет по этике").first).to_be_visible()
