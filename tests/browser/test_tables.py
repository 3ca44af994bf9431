"""A manager at the tables: filter, sort, search, select, export, edit; in Chromium against the real server."""

import datetime as dt
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from models import Role
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

PEOPLE = 45


@pytest.fixture(scope="module", autouse=True)
def people(server: Server) -> None:
    """Forty-five people; every third in the north, the first five in a company."""
    with server.scene() as session:
        company = b.create_company(session, "ООО «Северный свет»")
        for number in range(PEOPLE):
            b.create_person(
                session,
                f"Номеров{number:02}",
                company=company if number < 5 else None,
                regalia="Северный край" if number % 3 == 0 else "Южный край",
                birth_date=f"19{50 + number}-03-{number % 28 + 1:02}",
            )


@pytest.fixture
def grid(enter: Enter, request: pytest.FixtureRequest) -> Grid:
    """A manager of the test's own: what one test hides or widens is remembered for that user."""
    return Grid(enter(Role.MANAGER, request.node.name[:60]))


def shown_query(page: Page) -> dict[str, object]:
    """What stands in the address."""
    found: dict[str, object] = json.loads(parse_qs(urlsplit(page.url).query).get("q", ["{}"])[0])
    return found


def test_the_menu_leads_from_table_to_table(grid: Grid) -> None:
    grid.open("people")
    expect(grid.range).to_have_text("1–20 из 45")
    grid.page.get_by_role("link", name="Юр. лица").click()
    expect(grid.column("name")).to_have_text(["ООО «Северный свет»"])
    expect(grid.frame.get_by_role("heading", name="Юр. лица")).to_be_visible()
    grid.page.go_back()
    expect(grid.range).to_have_text("1–20 из 45")


def test_a_filter_narrows_and_stands_in_the_address(grid: Grid) -> None:
    grid.open("people")
    grid.filter("Регалии", "СЕВЕР")
    expect(grid.range).to_have_text("1–15 из 15")
    expect(grid.page).to_have_url(re.compile("filterModel"))
    assert shown_query(grid.page) == {
        "filterModel": {"regalia": {"filterType": "text", "type": "contains", "filter": "СЕВЕР"}}
    }
    other = Grid(grid.page.context.new_page())
    other.page.goto(grid.page.url)
    expect(other.range).to_have_text("1–15 из 15")
    grid.press("Сбросить фильтры")
    expect(grid.range).to_have_text("1–20 из 45")


def test_sorting_puts_empty_cells_last(grid: Grid) -> None:
    grid.open("people")
    grid.sort("Место работы")
    expect(grid.column("name").first).to_have_text("Номеров00 Пётр Ильич")
    assert grid.values("workplace")[:6] == ["ООО «Северный свет»"] * 5 + [""]
    grid.sort("Место работы")
    expect(grid.frame.locator(".ag-row[row-index='0'] [col-id='name']")).to_have_text("Номеров04 Пётр Ильич")


def test_quick_search_finds_and_says_when_there_is_nothing(grid: Grid) -> None:
    grid.open("people")
    grid.page.keyboard.press("/")
    expect(grid.search).to_be_focused()
    grid.page.keyboard.type("номеров07")
    expect(grid.column("name")).to_have_text(["Номеров07 Пётр Ильич"])
    grid.search.fill("такого нет")
    expect(grid.frame.get_by_text("Ничего не найдено")).to_be_visible()
    grid.search.press("Escape")
    expect(grid.range).to_have_text("1–20 из 45")


def test_a_selection_survives_pages_sorting_and_filters(grid: Grid) -> None:
    grid.open("people")
    grid.choose(0, 1)
    grid.press("Следующая страница")
    expect(grid.range).to_have_text("21–40 из 45")
    grid.choose(20)
    expect(grid.chosen).to_have_text("Выбрано: 3")
    grid.sort("Дата рождения")
    grid.filter("Регалии", "юж")
    expect(grid.range).to_have_text("1–20 из 30")
    expect(grid.chosen).to_have_text("Выбрано: 3")


def test_all_found_are_selected_and_exported_to_excel(grid: Grid) -> None:
    grid.open("people")
    grid.filter("Регалии", "север")
    expect(grid.range).to_have_text("1–15 из 15")
    grid.press("Выбрать все найденные (15)")
    grid.choose(0)
    expect(grid.chosen).to_have_text("Выбраны все найденные: 14")
    grid.press("Экспорт")
    with grid.page.expect_download() as coming:
        grid.press("Выгрузить 14 строк")
    assert re.fullmatch(r"Физ\. лица \d{4}-\d\d-\d\d\.xlsx", coming.value.suggested_filename)
    rows = list(openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes())).active.values)
    assert rows[0][0] == "Основные данные"
    assert [row[0] for row in rows[2:]] == [f"Номеров{n:02} Пётр Ильич" for n in range(3, PEOPLE, 3)]
    assert rows[2][rows[1].index("Дата рождения")].date() == dt.date(1953, 3, 4)


def test_what_is_filtered_is_exported_to_csv_in_the_visible_columns(grid: Grid) -> None:
    grid.open("people")
    grid.search.fill("номеров0")
    expect(grid.range).to_have_text("1–10 из 10")
    grid.press("Столбцы")
    grid.frame.get_by_role("dialog").get_by_label("Дата рождения").uncheck()
    grid.page.keyboard.press("Escape")
    grid.press("Экспорт")
    grid.frame.get_by_label("CSV").check()
    with grid.page.expect_download() as coming:
        grid.press("Выгрузить 10 строк")
    lines = coming.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"ФИО";"Место работы";')
    assert len(lines) == 11


def test_the_layout_is_remembered_for_this_user_only(grid: Grid, enter: Enter) -> None:
    grid.open("companies")
    with grid.page.expect_response(lambda r: r.request.method == "PUT" and r.url.endswith("/layout")):
        grid.press("По 50 на странице")
    with grid.page.expect_response(lambda r: r.request.method == "PUT" and r.url.endswith("/layout")):
        grid.press("Столбцы")
        grid.frame.get_by_role("dialog").get_by_label("Направление").uncheck()
    again = Grid(grid.page.context.new_page()).open("companies")
    expect(again.frame.get_by_role("button", name="По 50 на странице")).to_have_attribute("aria-pressed", "true")
    expect(again.frame.get_by_role("columnheader", name="Направление")).to_have_count(0)
    stranger = Grid(enter(Role.DIRECTOR)).open("companies")
    expect(stranger.frame.get_by_role("columnheader", name="Направление")).to_have_count(1)


def test_everything_scrolls_without_pages(grid: Grid) -> None:
    grid.open("people")
    grid.press("Показать все")
    expect(grid.range).to_have_text("Всего: 45")
    grid.press("По 20 на странице")
    expect(grid.range).to_have_text("1–20 из 45")


def test_a_company_in_a_cell_leads_to_its_card(grid: Grid) -> None:
    grid.open("people")
    grid.frame.get_by_role("link", name="ООО «Северный свет»").first.click()
    expect(grid.page).to_have_url(re.compile(r"/company\?"))
    expect(grid.page.get_by_role("heading", name="ООО «Северный свет»")).to_be_visible()


def test_two_editors_do_not_overwrite_each_other(grid: Grid, enter: Enter) -> None:
    mine, theirs = grid.open("people"), Grid(enter(Role.DIRECTOR)).open("people")
    for editor in (mine, theirs):
        editor.search.fill("номеров40")
        expect(editor.column("name")).to_have_text(["Номеров40 Пётр Ильич"])
        editor.choose(0)
        editor.press("Изменить")
    form, other = (editor.page.get_by_role("dialog") for editor in (mine, theirs))
    other.get_by_label("Регалии").fill("Западный край")
    other.get_by_role("button", name="Сохранить").click()
    expect(theirs.column("regalia")).to_have_text(["Западный край"])
    form.get_by_label("Дата рождения").fill("05.1970")
    form.get_by_role("button", name="Сохранить").click()
    told = "Запись изменил(а) Имя director, вот что изменилось: Регалии: «Южный край» → «Западный край»."
    expect(form.get_by_text(told)).to_be_visible()
    expect(form.get_by_label("Дата рождения")).to_have_value("05.1970")
    form.get_by_role("button", name="Сохранить поверх").click()
    expect(mine.column("birth_date")).to_have_text(["05.1970"])
    expect(mine.column("regalia")).to_have_text(["Западный край"])


def test_a_refused_value_is_named_at_its_field(grid: Grid) -> None:
    grid.open("people")
    grid.choose(0)
    grid.press("Изменить")
    form = grid.page.get_by_role("dialog")
    form.get_by_label("Дата рождения").fill("20023 г.")
    form.get_by_role("button", name="Сохранить").click()
    expect(form.get_by_text("неверный год 20023").first).to_be_visible()
    expect(form.get_by_label("Дата рождения")).to_have_value("20023 г.")


def test_an_ended_session_leads_to_the_sign_in(grid: Grid) -> None:
    grid.open("people")
    grid.page.context.clear_cookies()
    grid.search.fill("номеров1")
    expect(grid.page).to_have_url(re.compile(r"/login\?next="))
