"""The same work over forty thousand people (`make bench` measures a hundred thousand)."""

import re

import pytest
from playwright.sync_api import expect

from models import Role
from services.database import make_engine
from services.demo.load import build
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

PEOPLE = 40_000


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def base(server: Server) -> None:
    engine = make_engine(server.database_url)
    with engine.execution_options(writes=True).begin() as connection:
        build(connection, PEOPLE)
    engine.dispose()


@pytest.fixture
def grid(enter: Enter) -> Grid:
    return Grid(enter(Role.DIRECTOR)).open("people")


def number(text: str | None) -> int:
    """The last number of «1–20 из 97 042»."""
    return int(re.sub(r"\D", "", (text or "").rpartition(" из ")[2]))


def test_filter_sort_and_search_over_everybody(grid: Grid) -> None:
    everybody = number(grid.range.text_content())
    assert PEOPLE * 0.9 < everybody <= PEOPLE
    grid.sort("Место работы")
    expect(grid.frame.locator(".ag-row[row-index='0'] [col-id='workplace']")).to_have_text(re.compile("^АНО"))
    grid.filter("ФИО", "ивано")
    expect(grid.range).not_to_have_text(re.compile("…"))
    expect(grid.frame.locator(".ag-row[row-index='0'] [col-id='name']")).to_have_text(re.compile("[Ии]вано"))
    some = number(grid.settled().range.text_content())
    assert 0 < some < everybody
    assert all("ивано" in name.lower() for name in grid.values("name"))


def test_all_found_are_one_press_and_the_last_page_is_there(grid: Grid) -> None:
    everybody = number(grid.range.text_content())
    grid.frame.get_by_role("button", name=re.compile("^Выбрать все найденные")).click()
    expect(grid.chosen).to_have_text(re.compile("^Выбраны все найденные"))
    assert number(" из " + (grid.chosen.text_content() or "").split(":")[1]) == everybody
    grid.press("Последняя страница")
    expect(grid.range).to_have_text(re.compile(r"из [\d\s]+$"))
    pages = -(-everybody // 20)
    expect(grid.frame.get_by_label("Номер страницы")).to_have_value(str(pages))
    expect(grid.frame.locator(f".ag-row[row-index='{everybody - 1}']").first).to_be_visible()


def test_everything_can_be_scrolled_to_its_end(grid: Grid) -> None:
    grid.press("Показать все")
    expect(grid.range).to_have_text(re.compile("^Всего:"))
    grid.frame.locator(".ag-cell").first.click()
    grid.page.keyboard.press("Control+End")
    last = number(" из " + (grid.range.text_content() or "").split(":")[1]) - 1
    expect(grid.frame.locator(f".ag-row[row-index='{last}'] [col-id='name']")).to_have_text(re.compile("[А-Яа-я]"))
    grid.press("По 20 на странице")
