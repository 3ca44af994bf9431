"""The page of loads in Chromium: upload, preview, apply, the list, a file that is no workbook."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models import Role
from tests import samples
from tests.browser.conftest import Enter
from tests.services.imports.test_wrong_files import LOCKED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": XLSX, "buffer": content})


def opened(enter: Enter, role: Role = Role.ADMINISTRATOR) -> Page:
    page = enter(role)
    page.goto("/imports")
    expect(page.get_by_role("heading", name="Загрузка из Excel")).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("это не книга".encode(), "Это не книга Excel. Нужен файл .xlsx."),
        (b"", "Файл пуст: в нём 0 байт."),
        (LOCKED, "Файл защищён паролем."),
        (samples.workbook(samples.Sheet("Лист1", [])), "В книге нет ни одной заполненной ячейки."),
    ],
    ids=["no workbook", "0 bytes", "password", "empty"],
)
def test_a_wrong_file_gets_a_sentence(enter: Enter, content: bytes, sentence: str) -> None:
    page = opened(enter)
    upload(page, "база.xlsx", content)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Применить")).to_have_count(0)


def test_a_file_that_is_too_large_never_leaves_the_browser(enter: Enter, tmp_path: Path) -> None:
    page = opened(enter)
    large = tmp_path / "большая.xlsx"
    large.write_bytes(b"PK" + b"\0" * 25 * 1024 * 1024)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "upload_file" in request.url else None)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator("[data-testid=stFileChip][aria-invalid=true]")).to_be_visible()
    said = page.get_by_test_id("stFileUploader").evaluate("node => getComputedStyle(node, '::after').content")
    assert said == '"Файл больше 20 МБ, поэтому он не загружен. В базе ничего не изменилось."'
    expect(page.get_by_role("button", name="Применить")).to_have_count(0)
    assert sent == []


def test_upload_preview_cancel_apply(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "association.xlsx", samples.PATH.read_bytes())
    expect(page.get_by_role("heading", name="Что будет сделано")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Юр.лица Юр. лица 4 4 0 0 0"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Комитет 5 в НАУЗ с 20023 г. В дате"))).to_be_visible()
    page.get_by_role("tab", name="Новое и изменённое: 26").click()
    expect(page.get_by_role("row", name="Юр.лица 3 ООО Лазурит Направление Медицина")).to_be_visible()
    page.get_by_role("button", name="Отменить").click()
    expect(page.get_by_role("heading", name="Что будет сделано")).to_have_count(0)
    expect(page.get_by_text("Пока ничего не загружали.")).to_be_visible()
    upload(page, "association.xlsx", samples.PATH.read_bytes())
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_text("Загружено: новых записей 26, изменено 0.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(r"association\.xlsx"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать").click()
    assert download.value.path().read_bytes() == samples.PATH.read_bytes()


def test_the_same_file_again_says_so(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "association.xlsx", samples.PATH.read_bytes())
    expect(page.get_by_text(re.compile("Этот же файл уже загружен")).first).to_be_visible()
    expect(page.get_by_text("Всё, что есть в файле, уже есть в базе: менять нечего.")).to_be_visible()
    expect(page.get_by_role("button", name="Применить")).to_be_disabled()


def test_people_cannot_write_markup_into_the_page(enter: Enter) -> None:
    page = opened(enter)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    picture, bold = "![x](http://evil.example/a.png)", "**жирно** <b>ё</b>"
    evil = samples.Sheet("Физ.лица", [["ФИО", "Регион", "Хобби"], ["Орлова Мария Ивановна", picture, bold]])
    upload(page, "evil.xlsx", samples.workbook(evil))
    expect(page.get_by_role("cell", name=bold)).to_be_visible()
    page.get_by_role("tab", name="Новое и изменённое: 1").click()
    expect(page.get_by_role("row", name=f"Регион {picture}")).to_be_visible()
    assert page.locator("table img").count() == 0
    assert not [url for url in asked if "evil.example" in url]
