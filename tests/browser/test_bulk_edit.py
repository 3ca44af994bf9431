"""Cells changed in the table itself, and one field of many rows; in Chromium against the real server."""

import re

from playwright.sync_api import Locator, Page, expect
from sqlmodel import Session, col, select

from models import Person, Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

REGALIA = {"Алов": "Тверь", "Белов": "Псков", "Ветров": None}


def cell(grid: Grid, key: str, row: int = 0) -> Locator:
    return grid.frame.locator(f".ag-row[row-index='{row}'] [col-id='{key}']")


def more(grid: Grid, name: str) -> None:
    """Press an action there is no room for on the line."""
    grid.press("Ещё")
    grid.frame.locator(".tg-popup").get_by_role("button", name=name).click()


def editor(grid: Grid) -> Locator:
    return grid.frame.locator(".tg-editor")


def regalia(server: Server) -> dict[str, str | None]:
    with server.scene() as session:
        return {person.last_name: person.regalia for person in session.exec(select(Person))}


def person(session: Session, name: str) -> Person:
    return session.exec(select(Person).where(col(Person.last_name) == name)).one()


def choose_option(page: Page, label: str, option: str) -> None:
    picker = page.get_by_role("dialog").get_by_role("combobox", name=re.compile(label))
    picker.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_cells_are_changed_in_place_and_many_rows_at_once(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        for name, what in REGALIA.items():
            b.create_person(session, name, regalia=what, phone="+79161234567")
        for number in range(20):
            b.create_person(session, f"Номеров{number:02}", regalia="Омск")
    grid = Grid(enter(Role.MANAGER)).open("people")
    page, toast = grid.page, grid.frame.locator(".tg-toast")

    # By the mouse; the number is cleaned as in the form.
    cell(grid, "phone").dblclick()
    expect(editor(grid)).to_have_value("+79161234567")
    editor(grid).fill("8 916 123-45-68")
    editor(grid).press("Enter")
    expect(cell(grid, "phone")).to_have_text("+79161234568")

    # By the keyboard: Escape gives up, letters begin nothing, a refused value comes back.
    cell(grid, "birth_date").click()
    page.keyboard.press("7")
    expect(editor(grid)).to_have_count(0)
    page.keyboard.press("F2")
    editor(grid).fill("1970")
    page.keyboard.press("Escape")
    expect(cell(grid, "birth_date")).to_have_text("")
    page.keyboard.press("Enter")
    editor(grid).fill("20023 г.")
    page.keyboard.press("Enter")
    expect(toast).to_contain_text("Дата рождения: не сохранено.")
    expect(cell(grid, "birth_date")).to_have_text("")
    page.keyboard.press("F2")
    editor(grid).fill("02.03.1970")
    page.keyboard.press("Enter")
    expect(cell(grid, "birth_date")).to_have_text("02.03.1970")
    expect(toast).to_be_hidden()

    # Somebody else was quicker.
    with server.scene() as session:
        person(session, "Белов").regalia = "Омск"
    cell(grid, "regalia", 1).dblclick()
    editor(grid).fill("Новгород Великий")
    editor(grid).press("Enter")
    expect(toast).to_contain_text("«Псков» → «Омск»")
    expect(cell(grid, "regalia", 1)).to_have_text("Омск")
    expect(grid.range).to_have_text("1–20 из 23")
    toast.get_by_role("button", name="Закрыть").click()

    # All that are found, with what becomes of them shown before.
    grid.press("Выбрать все найденные")
    more(grid, "Изменить поле…")
    choose_option(page, "Поле", "Регалии")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Новое значение: Регалии").fill("Омск")
    dialog.get_by_label("Новое значение: Регалии").press("Enter")
    expect(dialog.get_by_text("Выбрано: 23 · изменится: 2 · уже такие: 21")).to_be_visible()
    expect(dialog.locator("table")).to_contain_text("Тверь")
    dialog.get_by_role("button", name="Изменить 2 записи").click()
    expect(dialog.get_by_text("Готово. Изменено: 2 записи.")).to_be_visible()
    assert set(regalia(server).values()) == {"Омск"}
    undo = dialog.get_by_role("link", name="Отменить это изменение").get_attribute("href") or ""
    dialog.get_by_role("button", name="Закрыть").last.click()
    expect(grid.column("regalia")).to_have_text(["Омск"] * 20)

    # Taken back on the page of such changes.
    page.goto(undo)
    page.get_by_role("button", name="Отменить").click()
    expect(page.get_by_text("отменено", exact=True).first).to_be_visible()
    assert {name: regalia(server)[name] for name in REGALIA} == {**REGALIA, "Белов": "Омск"}


def test_rows_are_deactivated_and_brought_back(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        for name in ("Дроздов", "Дубов"):
            b.create_person(session, name, birth_date="1960")
    grid = Grid(enter(Role.MANAGER)).open("people")
    dialog = grid.page.get_by_role("dialog")
    grid.search.fill("ду")
    expect(grid.column("name")).to_have_text(["Дубов Пётр Ильич"])
    grid.choose(0)
    more(grid, "Деактивировать")
    dialog.get_by_role("button", name="Изменить 1 запись").click()
    dialog.get_by_text("Готово.").wait_for()
    dialog.get_by_role("button", name="Закрыть").last.click()
    expect(grid.range).to_have_text("Нет строк")
    expect(grid.chosen).to_have_text("Строки не выбраны")
    grid.press("Показать деактивированные")
    expect(grid.column("name")).to_have_text(["Дубов Пётр Ильич"])
    expect(grid.frame.get_by_role("button", name="Деактивировать", exact=True)).to_have_count(0)
    grid.choose(0)
    more(grid, "Вернуть в работу")
    dialog.get_by_role("button", name="Изменить 1 запись").click()
    dialog.get_by_text("Готово.").wait_for()
    grid.page.keyboard.press("Escape")
    expect(grid.range).to_have_text("Нет строк")
    grid.press("Скрыть деактивированные")
    expect(grid.column("name")).to_have_text(["Дубов Пётр Ильич"])


def test_who_may_not_edit_has_nothing_to_edit(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        b.create_person(session, "Глядов", regalia="Тверь")
    grid = Grid(enter(Role.ACCOUNTANT)).open("people")
    grid.frame.locator(".ag-row[row-index='0'] [col-id='regalia']").dblclick()
    expect(editor(grid)).to_have_count(0)
    expect(grid.frame.get_by_role("button", name="Изменить поле…")).to_have_count(0)
