"""The table of the office as a person at the screen sees it."""

import re
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect


class Grid:
    """The grid's frame on `page`; `open("people")` shows a table by its address."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: FrameLocator = page.frame_locator("iframe[title*='aggrid' i]")
        self.search = self.frame.get_by_label("Быстрый поиск по всем колонкам")
        self.range = self.frame.locator(".tg-range")
        self.chosen = self.frame.get_by_text(re.compile(r"^(Выбран|Строки не выбраны)"))

    def open(self, address: str) -> "Grid":
        """Go to a table's address and wait for its rows."""
        self.page.goto(f"/{address}")
        return self.settled()

    def settled(self) -> "Grid":
        """Wait until the range under the table is known."""
        expect(self.range).to_have_text(re.compile(r"(из|Всего:) [\d\s]+$|Нет строк"))
        return self

    def column(self, key: str) -> Locator:
        """The cells of a column, in the order of the rows."""
        return self.frame.locator(f".ag-center-cols-container [col-id='{key}']")

    def values(self, key: str) -> list[str]:
        """Texts of a column from top to bottom; AG Grid keeps rows in another order in the page."""
        cells = self.frame.locator(f".ag-center-cols-container .ag-row:has([col-id='{key}'])")
        script = """(rows, key) => rows.map(row => [
            Number(row.getAttribute('row-index')), row.querySelector(`[col-id='${key}']`).innerText])"""
        found: list[list[Any]] = cells.evaluate_all(script, key)
        return [text for _, text in sorted(found)]

    def filter(self, label: str, text: str) -> None:
        """Type under a column's heading."""
        self.frame.get_by_label(re.compile(rf"^{re.escape(label)}:? фильтр")).first.fill(text)

    def sort(self, label: str) -> None:
        """Press a column's heading."""
        self.frame.get_by_role("columnheader", name=label, exact=True).click()

    def choose(self, *rows: int) -> None:
        """Press the checkboxes of these rows of the page, from 0."""
        for row in rows:
            self.frame.locator(f".ag-row[row-index='{row}']").get_by_label("Выбрать строку").click()

    def press(self, name: str) -> None:
        """Press a button by its words; a number in brackets may follow them."""
        self.frame.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( \(|$)")).click()
