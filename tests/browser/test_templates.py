"""A template as the office works with it: a wrong token, mended, seen with somebody real, saved, brought back."""

import re

from playwright.sync_api import Page, expect

from models import Role
from tests import papers
from tests.browser.conftest import Enter
from tests.browser.server import Server
from tests.builders import create_event, create_person


def type_text(page: Page, label: str, text: str) -> None:
    """Fill an input and leave it, which sends it."""
    box = page.get_by_label(label, exact=True)
    box.fill(text)
    box.blur()


def test_a_wrong_token_is_said_mended_previewed_saved_and_brought_back(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        create_person(session, "Сказкина", "Ольга", "Львовна", birth_date="1976-12-01")
    page = enter(Role.MANAGER)
    page.goto("/templates")
    page.get_by_role("link", name="Поздравление с днём рождения").click()
    expect(page.get_by_role("heading", name="Поздравление с днём рождения")).to_be_visible()
    tokens = page.locator(".st-key-template-tokens")
    expect(tokens).to_contain_text("{{ возраст }}")
    expect(tokens).to_contain_text("Сколько лет исполняется")

    type_text(page, "Текст *", "{{ обращение }}!\n\n{{ возрост }} — прекрасный возраст.\n<script>alert(1)</script>")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    said = "Текст, строка 3: токена {{ возрост }} нет; может быть, {{ возраст }}?"
    expect(page.get_by_text(said).first).to_be_visible()
    expect(page.get_by_text("Версии: 1")).to_be_visible()

    type_text(page, "Текст *", "{{ обращение }}!\n\n{{ возраст }} — прекрасный возраст.\n<script>alert(1)</script>")
    expect(page.get_by_text(said)).to_have_count(0)
    page.get_by_label("Кто получит").fill("Сказ")
    page.get_by_role("button", name=re.compile("Сказкина Ольга")).click()
    preview = page.locator(".st-key-template-preview")
    letter = preview.frame_locator("iframe").frame_locator("iframe[title=Письмо]")
    expect(letter.get_by_text("Уважаемая Ольга Львовна!")).to_be_visible()
    expect(letter.get_by_text("<script>alert(1)</script>")).to_be_visible()
    assert preview.frame_locator("iframe").locator("iframe[title=Письмо]").get_attribute("sandbox") == ""
    page.get_by_text("Только текст").click()
    expect(preview.get_by_text("лет — прекрасный возраст.")).to_be_visible()

    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Версии: 2")).to_be_visible()
    expect(page.get_by_text("текст изменён")).to_be_visible()
    page.get_by_text("Версия 1 ·").click()
    page.get_by_role("button", name="Вернуть эту версию").click()
    expect(page.get_by_text("Версии: 3")).to_be_visible()
    expect(page.get_by_label("Текст *", exact=True)).to_have_value(re.compile("Поздравляем вас с днём рождения"))
    expect(page.get_by_text("исходный текст", exact=True)).to_be_visible()


def test_an_own_template_with_a_file_copied_and_switched_off(enter: Enter, server: Server) -> None:
    with server.scene() as session:
        create_event(session, "Форум выдумок", starts_on="2090-12-12")
        create_person(session, "Первов", "Пётр", "Ильич")
    page = enter(Role.MANAGER)
    page.goto("/templates")
    page.get_by_role("button", name="Новый шаблон").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Название *").fill("Наше *письмо*")
    dialog.get_by_role("combobox", name="О чём").click()
    page.get_by_role("option", name="Мероприятие").click()
    dialog.get_by_role("button", name="Создать").click()
    expect(page.get_by_role("heading", name="Наше *письмо*")).to_be_visible()

    type_text(page, "Текст *", "{{ обращение }}!\n\nЖдём: {{ событие }}, {{ когда }}\n\nПриду: {{ приду }}")
    expect(page.get_by_role("combobox", name="Мероприятие")).to_have_value(re.compile("Форум выдумок"))
    page.get_by_label("Кто получит").fill("Перв")
    page.get_by_role("button", name=re.compile("Первов Пётр")).click()
    letter = page.locator(".st-key-template-preview").frame_locator("iframe").frame_locator("iframe[title=Письмо]")
    expect(letter.get_by_text("Ждём: Форум выдумок, 12 декабря 2090 г.")).to_be_visible()
    expect(letter.get_by_role("link", name="Приду")).to_be_visible()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Версии: 2")).to_be_visible()

    page.get_by_role("button", name="Приложить файл").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "план.pdf", "mimeType": "application/pdf", "buffer": papers.pdf()}
    )
    page.get_by_role("button", name="Приложить", exact=True).click()
    link = page.get_by_role("link", name="план.pdf")
    expect(link).to_be_visible()
    answer = page.request.get(str(link.get_attribute("href")))
    assert (answer.status, answer.body()) == (200, papers.pdf())

    page.get_by_role("button", name="Копировать", exact=True).click()
    expect(page.get_by_role("heading", name="Наше *письмо* (копия)")).to_be_visible()
    expect(page.get_by_role("link", name="план.pdf")).to_be_visible()
    page.get_by_role("button", name="Отключить").click()
    expect(page.get_by_role("button", name="Включить")).to_be_visible()
    page.get_by_role("link", name="Все шаблоны").click()
    expect(page.get_by_role("link", name="Наше *письмо*", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Наше *письмо* (копия)")).to_have_count(0)
    page.get_by_text("Показать отключённые").click()
    expect(page.get_by_role("link", name="Наше *письмо* (копия)")).to_be_visible()
