"""What a person at the screen waits for, in Chromium on the running product: rows after typing, sorting, opening."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Page, Request, WebSocket, sync_playwright
from sqlalchemy import Engine

from tests.bench import report, serve
from tests.bench.report import Line
from tests.bench.serve import Product
from tests.browser.conftest import ARGUMENTS
from tests.browser.executable import find
from tests.browser.grid import Grid

REPEATS = 9
PAUSE = 0.3
"""Seconds a person looks at the rows before going on."""
FIRST_ROW = ".ag-row[row-index='0'] [col-id='name']"
FILTER_MS, SORT_MS, OPEN_MS, VISIT_KB = 180.0, 120.0, 1000.0, 100.0
NAMES = ("берест", "карасёв", "якорев", "снегир", "тихом", "родник", "ястреб", "земляник", "муравь")
SORTED = ("Дата рождения", "Место работы", "Должность")

# From an input event in the grid's frame until other rows than before it have been drawn.
WATCH = """
(event) => {
  const body = document.querySelector('.ag-center-cols-container');
  const before = body.innerText;
  window.benchDone = new Promise((resolve) => document.addEventListener(event, () => {
    const started = performance.now();
    const look = () => {
      const first = body.querySelector(".ag-row[row-index='0']");
      const drawn = body.innerText !== before && first && first.innerText.trim();
      requestAnimationFrame(drawn ? () => resolve(performance.now() - started) : look);
    };
    look();
  }, {capture: true, once: true}));
}
"""


def measure(engine: Engine) -> list[Line]:
    """All of it, with one browser that stays open."""
    with serve.product(engine) as product, _page(product) as page:
        grid = Grid(page).open("people")
        lines = [
            Line("typing a filter → rows", _filters(grid), "ms", FILTER_MS),
            Line("a sort → rows", _sorts(grid), "ms", SORT_MS),
            Line("navigation → first row of another table", _switches(page, grid), "ms", OPEN_MS),
            Line("a name → the card of a company", _cards(page, grid), "ms", OPEN_MS),
        ]
        opened, size = _visits(page, product)
        lines += [
            Line("typed address → first row, warm cache", opened, "ms"),
            Line("bytes of such a visit", size, "KB", VISIT_KB),
        ]
    report.show(f"In Chromium, medians of {REPEATS}", lines)
    return lines


@contextmanager
def _page(product: Product) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), headless=True, args=ARGUMENTS)
        context = browser.new_context(
            base_url=product.server.url, locale="ru-RU", viewport={"width": 1440, "height": 900}
        )
        context.add_cookies([{"name": "session", "value": product.token, "url": product.server.url, "httpOnly": True}])
        yield context.new_page()
        browser.close()


def _filters(grid: Grid) -> float:
    """From text in a filter to the rows, the grid's own wait for further letters included."""
    box = grid.frame.get_by_label(re.compile("^ФИО:? фильтр")).first
    times = []
    for name in NAMES[:REPEATS]:
        box.fill("")
        grid.settled()
        time.sleep(PAUSE)
        times.append(_timed(grid, "input", partial(box.fill, name)))
    box.fill("")
    grid.settled()
    return statistics.median(times)


def _sorts(grid: Grid) -> float:
    """From the click on a heading to the rows; each time another column than before."""
    times = []
    for place in range(REPEATS):
        time.sleep(PAUSE)
        times.append(_timed(grid, "click", partial(grid.sort, SORTED[place % len(SORTED)])))
    return statistics.median(times)


def _timed(grid: Grid, event: str, act: Callable[[], None]) -> float:
    frame = grid.frame.locator("body")
    frame.evaluate(f"(body, event) => ({WATCH})(event)", event)
    act()
    milliseconds: float = frame.evaluate("() => window.benchDone")
    return milliseconds


def _switches(page: Page, grid: Grid) -> float:
    """From the click in the menu to the other table's first row."""
    times = []
    for place in range(REPEATS + 2):
        title = ("Юр. лица", "Физ. лица")[place % 2]
        first = grid.frame.locator(".tg-title", has_text=title)
        link = page.get_by_role("link", name=title)
        time.sleep(PAUSE)
        started = time.perf_counter()
        link.click()
        first.wait_for()
        grid.frame.locator(FIRST_ROW).first.wait_for()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[2:])


def _cards(page: Page, grid: Grid) -> float:
    """From the click on a name to the last part of the card; another row each time, and back to the table."""
    times = []
    for place in range(REPEATS):
        link = grid.frame.locator(f".ag-row[row-index='{place}'] [col-id='name'] a").first
        link.wait_for()
        time.sleep(PAUSE)
        started = time.perf_counter()
        link.click()
        page.get_by_role("heading", name="Люди компании").wait_for()
        times.append((time.perf_counter() - started) * 1000)
        page.go_back()
    return statistics.median(times)


def _visits(page: Page, product: Product) -> tuple[float, float]:
    """Milliseconds from asking for a table's address to its first row, and kilobytes that came, all caches warm."""
    received: list[int] = []

    def note_request(request: Request) -> None:
        sizes = request.sizes()
        received.append(sizes["responseHeadersSize"] + sizes["responseBodySize"])

    def note_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: received.append(len(data)))

    page.on("requestfinished", note_request)
    page.on("websocket", note_socket)
    times, sizes = [], []
    for _ in range(REPEATS):
        received.clear()
        started = time.perf_counter()
        page.goto(f"{product.server.url}/people")
        grid = Grid(page)
        grid.frame.locator(FIRST_ROW).first.wait_for()
        times.append((time.perf_counter() - started) * 1000)
        grid.settled()
        time.sleep(PAUSE)
        sizes.append(sum(received) / 1024)
    return statistics.median(times), statistics.median(sizes)
