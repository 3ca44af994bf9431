"""The documents of a card, as the office works with them."""

import zipfile

from playwright.sync_api import Locator, expect

from models import Role
from tests import papers
from tests.browser.conftest import Enter
from tests.browser.server import Server
from tests.builders import create_person


def test_upload_date_new_version_look_archive(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        number = create_person(session, "Выдумкина", "Анна", "").id
    page = enter(Role.MANAGER)
    page.goto(f"/person?id={number}&tab=documents")
    contract = page.locator(".st-key-document-type-1")
    expect(contract).to_contain_text("не получено")

    contract.get_by_role("button", name="Загрузить").click()
    dialog = page.get_by_role("dialog")
    choose(dialog, "договор.pdf", papers.pdf("first"))
    choose(dialog, "вирус.pdf", papers.EXE)
    dialog.get_by_label("Дата поступления").fill("12.03.2025")
    for _ in range(2):  # what was taken the first time is not taken again
        dialog.get_by_role("button", name="Загрузить", exact=True).last.click()
        expect(dialog.get_by_text("договор.pdf: принят")).to_be_visible()
        expect(dialog.get_by_text("вирус.pdf: Такие файлы не принимаются")).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    expect(contract).to_contain_text("получено 12.03.2025")
    expect(contract).to_contain_text("договор.pdf")
    expect(page.get_by_text("Документы · 1")).to_be_visible()

    contract.get_by_role("button", name="Ещё").click()
    choose(dialog, "подписан.pdf", papers.pdf("second"))
    dialog.get_by_role("button", name="Загрузить новую версию").click()
    expect(contract).to_contain_text("подписан.pdf")
    expect(contract).to_contain_text("версия 2")

    with page.context.expect_page() as opened:
        contract.get_by_role("link", name="Посмотреть").click()
    answer = page.request.get(opened.value.url)
    assert (answer.headers["content-disposition"].split(";")[0], answer.body()) == ("inline", papers.pdf("second"))
    opened.value.close()

    with page.expect_download() as fetched:
        page.get_by_role("link", name="Скачать все").click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "договор/договор.pdf": papers.pdf("second")
        }

    contract.get_by_role("button", name="Ещё").click()
    dialog.get_by_role("button", name="Удалить документ").click()
    page.get_by_text("Удалённые документы: 1").click()
    page.get_by_role("button", name="Вернуть").click()
    expect(contract).to_contain_text("подписан.pdf")


def choose(dialog: Locator, name: str, content: bytes) -> None:
    dialog.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(dialog.get_by_text(name).first).to_be_visible()
