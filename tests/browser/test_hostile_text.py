"""People's text that would like to be script, markup, a picture or a link stays text, wherever the office shows it."""

import pytest
from playwright.sync_api import Page, expect

from models import Role, SeatPosition, Segment
from tests import builders as b
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

MARKUP = "<img src=//evil.example/a onerror=top.taken=1><script>top.taken=1</script>"
MARKDOWN = "![a](https://evil.example/b.png) [b](https://evil.example/c) :red[c]"
CODE = "::JSCODE::(top.taken=1)::JSCODE::"
TEXT = f"{MARKUP} {MARKDOWN} {CODE}"


@pytest.fixture(scope="module", autouse=True)
def hostile(server: Server) -> None:
    """The same text in everything that has a name."""
    with server.scene() as session:
        company = b.create_company(session, TEXT, site="javascript:top.taken=1", activity=TEXT)
        person = b.create_person(session, TEXT, company=company, region=TEXT, regalia=TEXT)
        committee = b.create_committee(session, TEXT)
        b.create_seat(session, committee, person, SeatPosition.CHAIR)
        b.create_membership(session, company, comment=TEXT)
        b.create_event(session, TEXT, description=TEXT, comment=TEXT)
        b.create_venue(session, TEXT, contacts=TEXT)
        b.create_account(session, Role.MANAGER, "hostile").name = TEXT[:200]


def outside(page: Page) -> list[str]:
    """What the page asks other hosts for, as it does, and what the policy refused to load."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "evil.example" in request.url else None)
    page.on("console", lambda said: asked.append(said.text) if "evil.example" in said.text else None)
    return asked


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("people", "name"), ("companies", "name"), ("members", "name"), ("committees", "name"), ("chairs", "name"),
        ("events", "description"), ("venues", "contacts"),
    ],
)  # fmt: skip
def test_a_table_shows_it_as_text(enter: Enter, table: str, key: str) -> None:
    grid = Grid(enter(Role.ADMINISTRATOR))
    asked = outside(grid.page)
    grid.open(table)
    grid.frame.locator(f".ag-cell[col-id='{key}']").first.hover()
    assert "<script>" in grid.frame.locator("body").inner_text()
    links = grid.frame.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert [link for link in links if "evil" in link or not link.startswith("http")] == []
    if grid.frame.get_by_role("button", name="Изменить").count():
        grid.choose(0)
        grid.press("Изменить")
        expect(grid.page.get_by_role("dialog")).to_be_visible()
        expect(grid.page.get_by_role("button", name="Сохранить")).to_be_visible()
        assert grid.page.get_by_role("dialog").locator("a, img").count() == 0
    assert (grid.page.evaluate("window.taken"), asked) == (None, [])


@pytest.mark.parametrize("path", ["home", "accounts", "account", "imports"])
def test_a_page_shows_it_as_text(enter: Enter, path: str) -> None:
    login = "" if path == "accounts" else "hostile"
    page = enter(Role.ADMINISTRATOR, login)
    asked = outside(page)
    page.goto(f"/{path}")
    expect(page.get_by_text("top.taken=1").first).to_be_visible()
    assert (page.evaluate("window.taken"), asked) == (None, [])
    assert page.locator("a[href*=evil], img[src*=evil]").count() == 0


def test_the_name_of_a_segment_stays_text(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        segment = Segment(name=TEXT, table_name="people", shared=True, place=99)
        session.add(segment)
        session.flush()
        number = segment.id
    page = enter(Role.ADMINISTRATOR)
    asked = outside(page)
    grid = Grid(page).open(f"segment-{number}")
    expect(grid.frame.get_by_role("heading", name=MARKUP)).to_be_visible()
    page.goto("/segments")
    expect(page.get_by_role("heading", name="Все сегменты")).to_be_visible()
    expect(page.get_by_text("<script>").first).to_be_visible()
    expect(page.get_by_text("<script>")).to_have_count(2)  # in the menu and in the list
    assert page.locator("a[href*=evil], img[src*=evil]").count() == 0
    assert (page.evaluate("window.taken"), asked) == (None, [])
