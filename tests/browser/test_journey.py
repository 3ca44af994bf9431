"""From nothing to a working base: set-up, the association's own workbook, the register, a file taken out again."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from services.settings import ROOT
from services.values import fold
from tests import samples
from tests.browser.grid import Grid
from tests.browser.test_imports import upload
from tests.builders import PASSWORD
from tests.databases import Databases

OWN = ROOT.parent / "shared" / "data" / "base.xlsx"
"""The association's own workbook, where it lies beside the project; the invented one stands in for it elsewhere."""
DATES = ("договор", "заявление", "анкета", "мотивационное письмо", "согласие на обраб. ПД", "копия паспорта")


@pytest.fixture(scope="module")
def workbook() -> Path:
    return OWN if OWN.exists() else samples.PATH


@pytest.fixture(scope="module")
def server(workbook: Path, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server per workbook, with nothing in it."""
    from tests.browser.server import serve  # noqa: PLC0415 - shadows the fixture of the same name otherwise

    url = databases.create("sqlite")
    with serve(url, tmp_path_factory.mktemp("journey")) as started:
        yield started
    databases.drop(url)


def set_up(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Имя и фамилия").fill("Вера Первая")
    page.get_by_label("Логин").fill("vera")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Пароль ещё раз").fill(PASSWORD)
    page.get_by_role("button", name="Создать администратора").click()
    page.get_by_label("Логин или эл. почта").fill("vera")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_text("База пока пуста")).to_be_visible()


def load(page: Page, workbook: Path) -> None:
    page.get_by_role("link", name="Загрузка из Excel").first.click()
    upload(page, workbook.name, workbook.read_bytes())
    expect(page.get_by_role("heading", name="Что будет сделано")).to_be_visible()
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_text(re.compile(r"Загружено: новых записей \d+"))).to_be_visible()


def exported(grid: Grid) -> dict[str, dict[str, Any]]:
    """The Excel file of what is found: rows by their first column."""
    grid.press("Экспорт")
    with grid.page.expect_download() as coming:
        grid.frame.get_by_role("dialog", name="Экспорт").get_by_role("button", name=re.compile("^Выгрузить")).click()
    sheet = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes())).active
    assert sheet is not None
    _, headings, *rows = sheet.iter_rows(values_only=True)
    return {str(row[0]): dict(zip(map(str, headings), row, strict=True)) for row in rows}


def _day(value: Any) -> Any:
    """A date as people write it."""
    return f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else value


def test_from_set_up_to_the_register(page: Page, workbook: Path) -> None:
    set_up(page)
    load(page, workbook)
    page.get_by_role("link", name="Реестр членов ассоциации").first.click()
    grid = Grid(page).settled()
    members = len(samples_of(workbook, "Реестр членов ассоциации"))
    expect(grid.range).to_have_text(f"1–{members} из {members}")
    name = "ООО СПОП ПРОТЕЗИСТ" if workbook == OWN else "ИП Дроздова Нина Петровна"
    grid.search.fill(name.lower())
    expect(grid.column("name")).to_have_text([name])
    row = {heading: _day(value) for heading, value in exported(grid)[name].items()}
    if workbook == OWN:
        assert {heading: row[heading] for heading in DATES} == {
            "договор": "01.12.2023",
            "заявление": "01.12.2023",
            "анкета": "14.12.2023",
            "мотивационное письмо": "01.12.2023",
            "согласие на обраб. ПД": "01.12.2023",
            "копия паспорта": "01.12.2023",
        }
        assert (row["Дата оплаты"], row["Дата окончания договора"]) == ("20.11.2023", "20.11.2024")
        assert (row["Договор"], row["Дата договора"]) == ("№1-Ч", "20.11.2023")
    else:
        assert (row["Дата оплаты"], row["Дата окончания договора"]) == ("15.11.2023", "15.11.2024")
        assert (row["От кого"], row["Статус"]) == ("Клёнов", "просрочен")
    grid.press("Сбросить фильтры")
    expect(grid.range).to_have_text(f"1–{members} из {members}")
    grid.sort("Наименование")
    expect(grid.page).to_have_url(re.compile("sortModel"))
    assert grid.values("name") == sorted(grid.values("name"), key=fold)


def samples_of(workbook: Path, sheet: str) -> list[tuple[Any, ...]]:
    """Data rows of a sheet that name somebody: below the two heading rows, above the totals."""
    rows = list(openpyxl.load_workbook(workbook)[sheet].iter_rows(min_row=3, values_only=True))
    return [row for row in rows if row[1] and not str(row[1]).startswith(("Всего", "Итого"))]


def test_the_same_workbook_again_changes_nothing(page: Page, workbook: Path) -> None:
    page.goto("/")
    page.get_by_label("Логин или эл. почта").fill("vera")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.get_by_role("link", name="Загрузка из Excel").first.click()
    upload(page, workbook.name, workbook.read_bytes())
    expect(page.get_by_text("Всё, что есть в файле, уже есть в базе: менять нечего.")).to_be_visible()


def test_people_of_the_committee_lead_to_their_companies(page: Page) -> None:
    page.goto("/committees")
    page.get_by_label("Логин или эл. почта").fill("vera")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    grid = Grid(page).settled()
    grid.frame.get_by_role("combobox").select_option(label="Комитет по инновациям")
    expect(grid.page).to_have_url(re.compile("committee_id"))
    grid.frame.get_by_role("link", name="ООО «Рога и копыта»").first.click()
    expect(page).to_have_url(re.compile(r"/company\?id="))
    expect(page.get_by_role("heading", name="ООО «Рога и копыта»")).to_be_visible()
    expect(page.get_by_role("heading", name="Люди компании")).to_be_visible()
