"""An event chosen above a table: who is invited to it, in «Приглашения» and in the other tables of people."""

import re

from playwright.sync_api import Page, expect

from models import ParticipationStatus, Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server


def expect_heading(grid: Grid, words: str) -> None:
    """The words over the column, "" where it is not shown."""
    found = grid.frame.locator(".ag-header-cell[col-id='invited'][role='columnheader']")
    expect(found).to_have_text([words] if words else [])


def choose(grid: Grid, present: str, event: str, typed: str = "") -> None:
    """Choose the event whose invitations are shown."""
    grid.frame.locator(".tg-event").get_by_role("button", name=present).click()
    popup = grid.frame.locator(".tg-popup")
    if typed:
        popup.get_by_label("Найти мероприятие").fill(typed)
    popup.get_by_role("button", name=re.compile(f"^{event}")).click()


def expect_statuses(grid: Grid, *wanted: str) -> None:
    """The column of the page from top to bottom."""
    for row, words in enumerate(wanted):
        cell = grid.frame.locator(f".ag-row[row-index='{row}'] [col-id='invited']")
        expect(cell).to_have_text(words)


def filter_by(grid: Grid, page: Page, *words: str) -> None:
    """Tick statuses under the heading."""
    grid.frame.get_by_role("button", name=re.compile("^Приглашён: .*Выбрать")).click()
    for word in words:
        grid.frame.locator(".ag-popup").get_by_label(word, exact=True).check()
    page.keyboard.press("Escape")


def test_the_chosen_event_shows_who_is_invited(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        forum = b.create_event(session, "Форум", starts_on="2089-05-01")
        past = b.create_event(session, "Прошлогодний курс", starts_on="2020-05-01")
        astrov, belov = b.create_person(session, "Астров"), b.create_person(session, "Белов")
        b.create_company(session, "ООО «Гамма»")
        b.create_participation(session, forum, astrov, ParticipationStatus.CONFIRMED)
        b.create_participation(session, past, belov, ParticipationStatus.ATTENDED)
        number = forum.id
    page = enter(Role.MANAGER)
    grid = Grid(page).open("invitations")
    expect(grid.range).to_have_text("1–3 из 3")
    expect_heading(grid, "Выберите мероприятие")
    expect_statuses(grid, "", "", "")
    # There is nothing to filter by yet: the filter's button offers the events too.
    grid.frame.get_by_role("button", name="Приглашён: все. Выбрать").click()
    expect(grid.frame.locator(".tg-popup").get_by_text("Предстоящие")).to_be_visible()
    page.keyboard.press("Escape")
    choose(grid, "Выберите мероприятие", "Форум")
    expect_statuses(grid, "подтверждён", "не приглашён", "не приглашён")
    expect_heading(grid, "Приглашён")
    expect(page).to_have_url(re.compile(rf"/invitations\?event={number}$"))
    filter_by(grid, page, "не приглашён")
    expect(grid.range).to_have_text("1–2 из 2")
    expect(grid.column("name")).to_have_text(["Белов Пётр Ильич", "ООО «Гамма»"])

    expect(page).to_have_url(re.compile("q="))

    # The link alone says it; another event keeps the filter.
    page.reload()
    expect(grid.range).to_have_text("1–2 из 2")
    choose(grid, "Приглашения на: Форум", "Прошлогодний курс", "прошлог")
    expect(grid.column("name")).to_have_text(["Астров Пётр Ильич", "ООО «Гамма»"])
    grid.press("Сбросить фильтры")
    expect_statuses(grid, "не приглашён", "участвовал", "не приглашён")
    grid.sort("Приглашён")
    expect_statuses(grid, "участвовал", "не приглашён", "не приглашён")


def test_tables_of_people_get_the_column(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        forum = b.create_event(session, "Слёт", starts_on="2089-05-01")
        for name, is_invited in (("Яблоков", True), ("Яковлев", False)):
            person = b.create_person(session, name)
            if is_invited:
                b.create_participation(session, forum, person)
        number = forum.id
    page = enter(Role.MANAGER)
    grid = Grid(page).open("people")
    grid.filter("ФИО", "Як")
    expect(grid.range).to_have_text("1–1 из 1")
    expect_heading(grid, "")
    grid.filter("ФИО", "Я")
    choose(grid, "Приглашения на…", "Слёт")
    grid.filter("ФИО", "Ябл")
    expect_statuses(grid, "приглашён")
    expect(page).to_have_url(re.compile(rf"event={number}(&|$)"))
    filter_by(grid, page, "не приглашён")
    expect(grid.frame.get_by_text("Ничего не найдено")).to_be_visible()
    grid.frame.get_by_role("button", name="Не показывать приглашения").click()
    expect(grid.range).to_have_text("1–1 из 1")
    expect_heading(grid, "")
    expect(page).not_to_have_url(re.compile("event="))

    # Whoever is put on the list says so at once, the filter stays.
    page.goto("/invitations")
    grid.settled()
    grid.filter("Наименование", "Яковл")
    expect(grid.column("name")).to_have_text(["Яковлев Пётр Ильич"])
    grid.choose(0)
    grid.press("Пригласить")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Мероприятие").click()
    page.get_by_role("option", name=re.compile("Слёт")).click()
    dialog.get_by_role("button", name="Только добавить в участники").click()
    expect_statuses(grid, "приглашён")
    expect(grid.range).to_have_text("1–1 из 1")
    expect(page).to_have_url(re.compile(rf"event={number}(&|$)"))

    # Another table is shown as its own address says.
    page.get_by_role("link", name="Юр. лица").click()
    expect(grid.frame.get_by_role("heading", name="Юр. лица")).to_be_visible()
    expect_heading(grid, "")
    page.go_back()
    expect_statuses(grid.settled(), "приглашён")
