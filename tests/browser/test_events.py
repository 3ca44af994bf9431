"""An event from its table to the calendar: guests, places, who came, and the links between them."""

import re

from playwright.sync_api import Page, expect

from services import clock
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server


def add(page: Page, *names: str) -> None:
    page.get_by_role("button", name="Добавить участников").click()
    dialog = page.get_by_role("dialog")
    for chosen, name in enumerate(names, start=1):
        dialog.get_by_label("Найти").fill(name[:5])
        dialog.get_by_role("button", name=re.compile(name)).click()
        expect(dialog.get_by_role("button", name=f"Добавить: {chosen}")).to_be_visible()
    dialog.get_by_role("button", name=f"Добавить: {len(names)}").click()
    expect(page.get_by_text(f"Добавлено: {len(names)} участник")).to_be_visible()


def set_status(page: Page, status: str) -> None:
    page.get_by_role("combobox", name="Новый статус").click()
    page.get_by_role("option", name=status).click()


def test_guests_from_the_table_to_the_calendar(enter: Enter, server: Server) -> None:
    today = clock.today()
    with server.scene() as session:
        venue = b.create_venue(session, "Зал «Причал»")
        event = b.create_event(
            session, "Форум «Гавань»", starts_on=today.isoformat(), start_time="10:00", capacity=1, venue_id=venue.id,
            attended_stated=9,
        )  # fmt: skip
        b.create_event(session, "Сбор на весь месяц", starts_on=f"{today:%Y-%m}")
        b.create_person(session, "Якорева", "Анна", "Ильинична")
        b.create_person(session, "Штурвалов", "Олег", "Ильич")
        number = event.id
    page = enter()
    grid = Grid(page).open("events")
    grid.frame.get_by_role("link", name="Форум «Гавань»").first.click()
    expect(page.get_by_role("heading", name="Форум «Гавань»")).to_be_visible()
    expect(page.get_by_text("мест занято: 0 из 1")).to_be_visible()

    page.get_by_role("radio", name=re.compile("Участники")).click()
    add(page, "Якорева Анна Ильинична", "Штурвалов Олег Ильич")
    expect(page.get_by_text("Приглашены: 2 · Участвовали: 0 (по таблице: 9) · Места: 0 из 1")).to_be_visible()

    page.get_by_role("button", name="Отметить всех: 2").click()
    set_status(page, "подтверждён")
    page.get_by_role("button", name="Изменить статус").click()
    expect(page.get_by_text("Мест 1, занято 0, свободно 1, а подтвердить нужно 2.")).to_be_visible()
    page.get_by_text("сверх мест", exact=True).click()
    page.get_by_role("button", name="Изменить статус").click()
    expect(page.get_by_text("Места: 2 из 1, сверх мест 1")).to_be_visible()

    expect(page.get_by_role("button", name="Отметить всех: 2")).to_be_visible()
    for name in ("Якорева", "Штурвалов"):
        box = page.get_by_label(f"Отметить: {name}")
        page.locator("label", has=box).click()
        expect(box).to_be_checked()
    expect(page.get_by_text("Отмечено: 2")).to_be_visible()
    set_status(page, "участвовал")
    page.get_by_role("button", name="Изменить статус").click()
    expect(page.get_by_text("Участвовали: 2 (по таблице: 9)")).to_be_visible()

    page.get_by_role("link", name="Календарь").first.click()
    expect(page.get_by_role("heading", name="Календарь")).to_be_visible()
    expect(page.get_by_role("link", name="Сбор на весь месяц")).to_be_visible()
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="10:00 Форум «Гавань»").click()
    expect(page).to_have_url(re.compile(rf"/event\?id={number}$"))
    expect(page.get_by_role("heading", name="Форум «Гавань»")).to_be_visible()
    page.get_by_role("link", name="Зал «Причал»").click()
    expect(page.get_by_role("heading", name="Скоро здесь")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Календарь")).to_be_visible()
    assert page.evaluate("window.stayed") is True  # nothing of all that loaded the application anew

    page.get_by_role("button", name="Позже").click()
    expect(page.get_by_text("На это время ничего не назначено.")).to_be_visible()
    page.get_by_role("button", name="Сегодня").click()
    page.get_by_role("radio", name="Список").click()
    expect(page).to_have_url(re.compile(rf"month={today:%Y-%m}.*view=list"))
    expect(page.get_by_text("· сегодня")).to_be_visible()
