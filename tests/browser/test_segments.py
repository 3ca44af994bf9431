"""A segment from the first filter to its deletion, between two people, in Chromium against the real server."""

import re

from playwright.sync_api import Page, expect

from models import Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

NOT_INVITED = "Не приглашён на мероприятие"


def tool(grid: Grid, name: str) -> None:
    """Press a button about filters."""
    grid.frame.locator(".tg-tools").get_by_role("button", name=name, exact=True).click()


def choose(grid: Grid, name: str) -> None:
    """Press a line of the segment's menu."""
    tool(grid, "Сегмент")
    grid.frame.locator(".tg-popup").get_by_role("button", name=name).click()


def add_condition(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(NOT_INVITED).click()
    picker = dialog.get_by_role("combobox", name=re.compile("Мероприятие или курс"))
    picker.click()
    picker.fill("ярм")
    page.get_by_role("option", name="Ярмарка (03.2026)").click()
    dialog.get_by_role("button", name="Добавить и показать").click()
    expect(dialog).to_have_count(0)


def test_a_filter_becomes_a_segment_that_others_see(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        fair = b.create_event(session, "Ярмарка", starts_on="2026-03")
        for name, regalia, is_invited in (("Алов", "север", True), ("Белов", "север", False), ("Ветров", "юг", False)):
            person = b.create_person(session, name, regalia=regalia)
            if is_invited:
                b.create_participation(session, fair, person)
    grid = Grid(enter(Role.MANAGER)).open("people")
    page = grid.page
    grid.filter("Регалии", "север")
    expect(grid.range).to_have_text("1–2 из 2")
    tool(grid, "Условия")
    add_condition(page)
    expect(grid.column("name")).to_have_text(["Белов Пётр Ильич"])
    chip = grid.frame.locator(".tg-condition")
    expect(chip).to_have_text(f"{NOT_INVITED}: Ярмарка (03.2026)")
    expect(page).to_have_url(re.compile("related"))
    # The address alone says it all; a chip can be dropped.
    page.reload()
    expect(grid.column("name")).to_have_text(["Белов Пётр Ильич"])
    tool(grid, "Сохранить как сегмент")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Название").fill("Северяне **не** званы")
    dialog.get_by_text("все сотрудники").click()
    dialog.get_by_role("button", name="Сохранить").click()
    expect(grid.frame.get_by_role("heading", name="Северяне **не** званы")).to_be_visible()
    expect(grid.frame.locator(".tg-heading")).to_contain_text("1 запись")
    chip.get_by_role("button").click()
    expect(grid.range).to_have_text("1–2 из 2")
    grid.press("Вернуть условия сегмента")
    expect(grid.range).to_have_text("1–1 из 1")

    theirs = Grid(enter(Role.DIRECTOR)).open("people")
    link = theirs.page.get_by_role("link", name="Северяне **не** званы", exact=True)
    link.click()
    expect(theirs.range).to_have_text("1–1 из 1")
    expect(theirs.frame.locator(".tg-heading")).to_contain_text("1 запись· видят все · автор Имя manager")
    choose(theirs, "Копировать")
    expect(theirs.frame.get_by_role("heading", name="Северяне **не** званы (копия)")).to_be_visible()
    expect(theirs.range).to_have_text("1–1 из 1")
    theirs.frame.locator(".tg-condition").get_by_role("button").click()
    expect(theirs.range).to_have_text("1–2 из 2")
    choose(theirs, "Сохранить изменённый фильтр")
    expect(theirs.page.get_by_text("Условия сегмента сохранены.")).to_be_visible()
    expect(theirs.page).not_to_have_url(re.compile("q="))
    expect(theirs.frame.locator(".tg-heading")).to_contain_text("2 записи· только вы")
    choose(theirs, "Удалить")
    theirs.page.get_by_role("dialog").get_by_role("button", name="Удалить").click()
    expect(theirs.page.get_by_role("heading", name="Все сегменты")).to_be_visible()
    expect(theirs.page.get_by_role("link", name="Северяне **не** званы (копия)")).to_have_count(0)
    expect(theirs.page.get_by_role("link", name="Северяне **не** званы").first).to_be_visible()
