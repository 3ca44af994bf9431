"""The export dialog of the toolbar and the template beside it, in Chromium against the real server."""

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, expect

from models import Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server


@pytest.fixture(scope="module", autouse=True)
def people(server: Server) -> None:
    """Thirty people with a phone."""
    with server.scene() as session:
        for number in range(30):
            b.create_person(session, f"Номеров{number:02}", phone=f"+7916555{number:04}", regalia="Край")


@pytest.fixture
def grid(enter: Enter, request: pytest.FixtureRequest) -> Grid:
    """A manager of the test's own: the layout is remembered for that user."""
    return Grid(enter(Role.MANAGER, request.node.name[:60])).open("people")


def dialog(grid: Grid) -> Locator:
    """The export dialog, opened."""
    grid.press("Экспорт")
    opened = grid.frame.get_by_role("dialog", name="Экспорт")
    expect(opened).to_be_visible()
    return opened


def ticked(opened: Locator) -> list[str]:
    """Labels of the ticked columns in their order."""
    labels: list[str] = opened.locator(".tg-set-list label").evaluate_all(
        "nodes => nodes.filter(node => node.querySelector('input').checked)"
        ".map(node => node.querySelector('input + span').textContent)"
    )
    return labels


def downloaded(grid: Grid, opened: Locator, words: str) -> bytes:
    with grid.page.expect_download() as coming:
        opened.get_by_role("button", name=words, exact=True).click()
    return Path(coming.value.path()).read_bytes()


def values(content: bytes) -> list[tuple[Any, ...]]:
    """The first sheet of a workbook, row by row."""
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)


def test_the_visible_columns_are_offered_first_in_their_order(grid: Grid) -> None:
    grid.press("Столбцы")
    for label in ("Дата рождения", "Место работы", "Должность", "Регалии"):
        grid.frame.get_by_role("dialog", name="Столбцы").get_by_label(label, exact=True).uncheck()
    grid.page.keyboard.press("Escape")
    opened = dialog(grid)
    assert ticked(opened)[:3] == ["ФИО", "Телефон", "Эл. почта"]
    expect(opened.get_by_text("12 из 16")).to_be_visible()
    opened.get_by_role("button", name="Все", exact=True).click()
    expect(opened.get_by_text("16 из 16")).to_be_visible()
    opened.get_by_role("button", name="Снять все").click()
    expect(opened.get_by_role("button", name="Отметьте хотя бы одну колонку")).to_be_disabled()
    opened.get_by_label("Телефон").check()
    opened.get_by_label("ФИО").check()
    rows = values(downloaded(grid, opened, "Выгрузить 30 строк"))
    assert rows[1] == ("ФИО", "Телефон", "Ключ записи")
    assert rows[2][:2] == ("Номеров00 Пётр Ильич", "+79165550000")
    assert re.fullmatch(r"people:\d+", rows[2][2])
    expect(grid.frame.get_by_role("dialog")).to_have_count(0)


def test_the_rows_are_the_chosen_or_all_that_were_found(grid: Grid) -> None:
    opened = dialog(grid)
    expect(opened.get_by_label("Выбранные: строки не выбраны")).to_be_disabled()
    expect(opened.get_by_label("Все найденные: 30")).to_be_checked()
    grid.page.keyboard.press("Escape")
    grid.sort("ФИО")
    grid.sort("ФИО")
    grid.choose(0, 2)
    opened = dialog(grid)
    expect(opened.get_by_label("Выбранные: 2")).to_be_checked()
    rows = values(downloaded(grid, opened, "Выгрузить 2 строки"))
    assert [row[0] for row in rows[2:]] == ["Номеров29 Пётр Ильич", "Номеров27 Пётр Ильич"]
    opened = dialog(grid)
    opened.get_by_label("Все найденные: 30").check()
    expect(opened.get_by_role("button", name="Выгрузить 30 строк")).to_be_enabled()


def test_where_nothing_is_found_there_is_nothing_to_export(grid: Grid) -> None:
    grid.search.fill("такого нет")
    expect(grid.frame.get_by_text("Ничего не найдено")).to_be_visible()
    expect(dialog(grid).get_by_role("button", name="Выгружать нечего: строк нет")).to_be_disabled()


def test_the_format_is_remembered_while_the_page_is_open(grid: Grid) -> None:
    opened = dialog(grid)
    opened.get_by_label("CSV").check()
    text = downloaded(grid, opened, "Выгрузить 30 строк").decode("utf-8-sig")
    assert len(text.splitlines()) == 31
    expect(dialog(grid).get_by_label("CSV")).to_be_checked()


def test_a_template_is_one_press_away(grid: Grid) -> None:
    with grid.page.expect_download() as coming:
        grid.frame.get_by_role("link", name="Шаблон для заполнения").click()
    assert coming.value.suggested_filename == "Физ. лица, шаблон.xlsx"
    rows = values(Path(coming.value.path()).read_bytes())
    assert rows[1][0] == "ФИО"
    assert rows[2][0].startswith("Пример: ")


def test_whoever_may_not_load_is_offered_no_template(enter: Enter) -> None:
    grid = Grid(enter(Role.ACCOUNTANT)).open("people")
    expect(grid.frame.get_by_role("button", name="Экспорт")).to_be_visible()
    expect(grid.frame.get_by_role("link", name="Шаблон для заполнения")).to_have_count(0)
