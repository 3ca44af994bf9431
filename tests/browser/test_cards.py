"""From a table to a card and back: what was filtered, sorted and turned to is there again; editing on the way."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from models import Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server


@pytest.fixture(scope="module", autouse=True)
def people(server: Server) -> None:
    """Fifty people, every second of them with a capital mark."""
    with server.scene() as session:
        for number in range(50):
            b.create_person(session, f"Номеров{number:02}", regalia="отмечен" if number % 2 else "нет")
        b.create_company(session, "ООО «Северный свет»", inn="7707083893")


def shown(page: Page) -> dict[str, object]:
    found: dict[str, object] = json.loads(parse_qs(urlsplit(page.url).query).get("q", ["{}"])[0])
    return found


def filled(enter: Enter) -> Grid:
    """The people with a mark from the last to the first, on the second page."""
    grid = Grid(enter(Role.MANAGER)).open("people")
    grid.search.fill("отмечен")
    expect(grid.range).to_have_text("1–20 из 25")
    grid.sort("ФИО")
    grid.sort("ФИО")
    grid.press("Следующая страница")
    expect(grid.range).to_have_text("21–25 из 25")
    expect(grid.page).to_have_url(re.compile("page"))
    return grid


def is_back(grid: Grid) -> None:
    expect(grid.range).to_have_text("21–25 из 25")
    expect(grid.frame.locator(".ag-row[row-index='20'] [col-id='name']")).to_have_text("Номеров09 Пётр Ильич")
    expect(grid.page).to_have_url(re.compile(r"q=.*page"))
    assert shown(grid.page) == {"sortModel": [{"colId": "name", "sort": "desc"}], "search": "отмечен", "page": 2}


def test_a_table_a_card_an_edit_with_a_new_company_and_back(enter: Enter) -> None:
    grid = filled(enter)
    page = grid.page
    grid.frame.get_by_role("link", name="Номеров09").click()
    expect(page.get_by_role("heading", name="Номеров09 Пётр Ильич")).to_be_visible()
    page.get_by_role("button", name="Изменить", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_label("ИНН").fill("123")
    form.get_by_label("Регион").fill("Новый край")
    expect(form.get_by_text("3 цифры вместо")).to_be_visible()
    form.get_by_label("ИНН").fill("")
    form.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено: Регион")).to_be_visible()
    expect(form).to_have_count(0)
    page.get_by_role("button", name="Добавить место работы").click()
    form.get_by_label("Компания").fill("север")
    expect(form.get_by_role("button", name="ООО «Северный свет»")).to_be_visible()
    form.get_by_label("Компания").fill("Новая выдумка")
    expect(form.get_by_text("Ничего не найдено")).to_be_visible()
    form.get_by_role("button", name="Добавить новую компанию").click()
    page.get_by_label("ИНН").last.fill("7707083893")
    page.get_by_label("Сфера деятельности").fill("Опыты")
    expect(page.get_by_text("Такой ИНН уже у")).to_be_visible()
    page.get_by_label("ИНН").last.fill("")
    page.get_by_role("button", name="Добавить и выбрать").click()
    form.get_by_label("Должность").fill("инженер")
    form.get_by_role("button", name="Добавить", exact=True).click()
    expect(page.get_by_role("link", name="Новая выдумка")).to_be_visible()
    expect(form).to_have_count(0)
    page.get_by_role("link", name="← Физ. лица").click()
    is_back(grid)
    expect(grid.frame.locator(".ag-row[row-index='20'] [col-id='workplace']")).to_have_text("Новая выдумка")


def test_the_browsers_own_back_returns_too_and_an_address_opens_the_same_page(enter: Enter) -> None:
    grid = filled(enter)
    address = grid.page.url
    grid.choose(20)
    grid.press("Открыть")
    expect(grid.page.get_by_role("heading", name="Номеров09 Пётр Ильич")).to_be_visible()
    grid.page.get_by_text("История").click()
    expect(grid.page).to_have_url(re.compile("tab=history"))
    grid.page.reload()
    expect(grid.page.get_by_text("Физ. лицо: добавлено")).to_be_visible()
    grid.page.go_back()
    expect(grid.page.get_by_text("Контакты", exact=True)).to_be_visible()
    grid.page.go_back()
    is_back(grid)
    other = Grid(grid.page.context.new_page())
    other.page.goto(address)
    is_back(other)
