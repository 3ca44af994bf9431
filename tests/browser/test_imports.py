"""The wizard of loads in Chromium, on the real server: from a file to the table, and back again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, func, select

from models import ImportBatch, Person, Role
from tests import builders as b, samples
from tests.browser.conftest import Enter
from tests.browser.grid import Grid
from tests.browser.server import Server

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLANNED = 120_000
"""Milliseconds a large file may take to be planned on a busy machine."""
LETTERS = "абвгдежзик"


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": XLSX, "buffer": content})


def opened(enter: Enter, role: Role = Role.ADMINISTRATOR) -> Page:
    page = enter(role)
    page.goto("/imports")
    expect(page.get_by_role("heading", name="Загрузка из Excel")).to_be_visible()
    return page


def settled(page: Page) -> None:
    """Wait until the script has run to its end: what is drawn anew in between swallows a click."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def planned(page: Page) -> None:
    expect(page.get_by_role("heading", name="Что будет сделано")).to_be_visible(timeout=PLANNED)
    # The heading may still be that of the plan before: only the rows below it tell of this one.
    expect(page.get_by_text(re.compile("^(Найдено:|Таких строк нет)"))).to_be_visible(timeout=PLANNED)
    settled(page)


def view(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{name}")).click()
    expect(page).to_have_url(re.compile("view="))
    settled(page)


def card(page: Page, name: str) -> Locator:
    """The block of a planned row."""
    return page.locator("[class*='st-key-row-']").filter(has_text=name)


def applied(page: Page, said: str) -> None:
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_text(said)).to_be_visible(timeout=PLANNED)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a select box by its label; a long list shows an option only when its name is typed."""
    box = page.get_by_label(label, exact=True)
    box.click()
    box.press_sequentially(option, delay=20)
    page.get_by_role("option", name=option, exact=True).click()


def many(count: int) -> bytes:
    """A workbook of so many people, each with a name and an address of their own."""
    rows = [["ФИО", "E-mail", "Регион"]]
    for number in range(count):
        ending = "".join(LETTERS[number // 10**place % 10] for place in range(5))
        rows.append([f"Выдумкин{ending} Пётр Ильич", f"p{number}@example.ru", "Тверь"])
    return samples.workbook(samples.Sheet("Физ.лица", rows))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Файл пуст: в нём 0 байт."),
        (b"%PDF-1.7 " + b"\0" * 100, "Это документ PDF, а не таблица."),
    ],
    ids=["0 bytes", "pdf"],
)
def test_a_wrong_file_gets_a_sentence(enter: Enter, content: bytes, sentence: str) -> None:
    page = opened(enter)
    upload(page, "база.xlsx", content)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Применить")).to_have_count(0)


@pytest.mark.slow
def test_a_file_that_turns_out_to_be_unreadable_can_be_given_up(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "пустая.xlsx", samples.workbook(samples.Sheet("Лист1", [])))
    expect(page.get_by_role("alert")).to_contain_text("В файле нет ни одной заполненной ячейки.")
    expect(page.get_by_role("button", name="Попробовать снова")).to_be_visible()
    page.get_by_role("button", name="Отказаться").click()
    expect(page.get_by_text("Пока ничего не загружали.")).to_be_visible()
    expect(page.get_by_text("Незаконченные загрузки")).to_have_count(0)


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
    assert sent == []


@pytest.mark.slow
def test_a_plan_survives_a_reload_and_is_gone_when_given_up(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "association.xlsx", samples.PATH.read_bytes())
    planned(page)
    expect(page.get_by_role("row", name=re.compile("^Юр.лица Юр. лица 4 4 0 0 0"))).to_be_visible()
    address = page.url
    assert "load=" in address
    page.goto("/imports")
    expect(page.get_by_text("Незаконченные загрузки")).to_be_visible()
    page.get_by_role("link", name="Продолжить").click()
    planned(page)
    assert page.url == address
    view(page, "Замечания")
    expect(page.get_by_role("row", name=re.compile("Комитет 5 в НАУЗ с 20023 г. В дате"))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Взять все найденные")).to_be_visible()
    page.get_by_role("button", name="Отказаться", exact=True).click()
    expect(page.get_by_text("Пока ничего не загружали.")).to_be_visible()
    expect(page.get_by_text("Незаконченные загрузки")).to_have_count(0)
    page.goto(address)
    expect(page.get_by_text("Такой загрузки нет")).to_be_visible()


@pytest.mark.slow
def test_another_user_sees_no_plan_of_mine(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "моя.xlsx", many(3))
    planned(page)
    address = page.url
    page.context.clear_cookies()
    other = enter(Role.MANAGER, "other")
    other.goto(address)
    expect(other.get_by_text("Такой загрузки нет")).to_be_visible()
    expect(other.get_by_role("button", name="Применить")).to_have_count(0)


@pytest.fixture
def staff(server: Server) -> None:
    """Two people who are in the base, entered by hand."""
    with server.scene() as session:
        if not session.scalar(select(func.count()).where(col(Person.last_name) == "Орлова")):
            b.create_person(session, "Орлова", "Мария", "Ивановна", email="orlova@example.ru", region="Тверь")
            b.create_person(session, "Соколова", "Анна", "Павловна", region="Москва")


HEADINGS = ["ФИО", "E-mail", "Регион", "Сведения", "Увлечение"]
WIZARD = samples.Sheet(
    "Физ.лица",
    [
        HEADINGS,
        ["Новикова Вера Павловна", "novikova@example.ru", "Пермь", "к. т. н.", "шахматы"],
        ["Орлова Мария Ивановна", "orlova@example.ru", "Ярославль", None, None],
        ["Соколова А. П.", None, "Казань", None, "бег"],
    ],
)


def test_the_whole_wizard(enter: Enter, server: Server, staff: None) -> None:
    """A new person, a conflict, a doubtful match, a column put right, a new field; applied, undone, done again."""
    page = opened(enter)
    upload(page, "сотрудники.xlsx", samples.workbook(WIZARD))
    planned(page)
    expect(page.get_by_role("button", name="Применить: создать 1, изменить 0")).to_be_visible()
    expect(page.get_by_text("1 строка не решена: она не будет загружена.")).to_be_visible()

    conflict = card(page, "Орлова Мария Ивановна")
    expect(conflict).to_contain_text("Тверь→Ярославль")
    expect(conflict).to_contain_text("внесено вручную")
    conflict.get_by_role("radio", name="Взять новое").click()
    expect(conflict.locator(".im-off")).to_have_count(0)
    expect(page.get_by_role("button", name="Применить: создать 1, изменить 1")).to_be_visible()

    view(page, "Листы и колонки")
    choose(page, "Куда: Сведения", "Регалии")
    choose(page, "Куда: Увлечение", "Новое поле…")
    expect(page.get_by_label("Название нового поля")).to_have_value("Увлечение")
    expect(page.get_by_text("Выбрано: 2 изменения.")).to_be_visible()
    page.get_by_role("button", name="Сверить заново").click()
    planned(page)
    new = card(page, "Новикова Вера Павловна")
    expect(new).to_contain_text("Регалиик. т. н.")
    expect(new).to_contain_text("шахматы")

    view(page, "Решить:")
    expect(page.locator(".im-differs")).to_contain_text(["Соколова Анна Павловна", "Москва"])
    page.get_by_role("button", name="Это Соколова Анна Павловна").click()
    page.get_by_role("button", name="Сверить заново (решено: 1)").click()
    planned(page)
    expect(page.get_by_text("не решена")).to_have_count(0)
    second = card(page, "Соколова А. П.")
    second.get_by_role("radio", name="Взять новое").click()
    expect(second.locator(".im-off")).to_have_count(0)
    first = card(page, "Орлова Мария Ивановна")
    if first.locator(".im-off").count():
        first.get_by_role("radio", name="Взять новое").click()
        expect(first.locator(".im-off")).to_have_count(0)
    applied(page, "Загружено: новых записей 1, изменено 2.")
    assert regions(page, server) == {"Новикова": "Пермь", "Орлова": "Ярославль", "Соколова": "Казань"}

    page.goto("/imports")
    page.get_by_role("link", name="Отменить…").first.click()
    expect(page.get_by_text(re.compile("Вернутся: 3 значения. Исчезнут: 1 физ. лицо, 1 новое поле."))).to_be_visible()
    page.get_by_role("button", name="Отменить загрузку").click()
    expect(page.get_by_role("link", name="Вернуть…")).to_be_visible()
    assert regions(page, server) == {"Орлова": "Тверь", "Соколова": "Москва"}

    page.goto("/imports")
    page.get_by_role("link", name="Вернуть…").click()
    page.get_by_role("button", name="Вернуть", exact=True).click()
    expect(page.get_by_text("Возврат загрузки")).to_be_visible()
    assert regions(page, server) == {"Новикова": "Пермь", "Орлова": "Ярославль", "Соколова": "Казань"}


def regions(page: Page, server: Server) -> dict[str, str]:
    """Last name → region of the people of the wizard's test whom the table shows."""
    grid = Grid(page).open("people")
    grid.search.fill("ова")
    expect(grid.range).to_have_text(re.compile(r"из [23]$"))
    # The count may be there before the rows are.
    expect(grid.column("name")).to_have_text([re.compile("ова ")] * int(grid.range.inner_text()[-1]))
    with server.scene() as session:
        found = session.execute(select(col(Person.last_name), col(Person.region)))
        kept = {str(row[0]): row[1] for row in found}
    return {last: str(kept[last]) for last in sorted(name.split()[0] for name in grid.values("name"))}


@pytest.mark.slow
def test_the_same_file_again_says_so(enter: Enter) -> None:
    page = opened(enter)
    for turn in range(2):
        upload(page, "дважды.xlsx", many(5))
        planned(page)
        if turn == 0:
            applied(page, "Загружено: новых записей 5, изменено 0.")
            with page.expect_download() as download:
                page.goto("/imports")
                page.get_by_role("link", name="Скачать файл").first.click()
            assert download.value.path().read_bytes()[:2] == b"PK"
    expect(page.get_by_text(re.compile("Этот же файл уже загружен")).first).to_be_visible()
    expect(page.get_by_text("Всё, что есть в файле, уже есть в базе: менять нечего.")).to_be_visible()
    expect(page.get_by_role("button", name="Применить")).to_be_disabled()


@pytest.mark.slow
def test_rows_cells_and_columns_can_be_refused(enter: Enter, server: Server) -> None:
    page = opened(enter)
    rows = [["ФИО", "E-mail", "Регион"]] + [
        [f"Отказова {name} Юрьевна", f"otk-{place}@example.ru", "Омск"]
        for place, name in enumerate(["Анна", "Белла", "Вера"])
    ]
    upload(page, "отказ.xlsx", samples.workbook(samples.Sheet("Физ.лица", rows)))
    planned(page)
    card(page, "Отказова Анна").get_by_test_id("stCheckbox").locator("label").click()
    expect(card(page, "Отказова Анна").get_by_text("не загружается")).to_be_visible()
    card(page, "Отказова Белла").get_by_role("button", name="Выбрать поля").click()
    page.get_by_role("button", name="Эл. почта", exact=True).click()
    expect(card(page, "Отказова Белла").locator(".im-off")).to_have_count(1)
    page.keyboard.press("Escape")
    choose(page, "Что взять", "Регион")
    page.get_by_role("button", name="Отказаться от всех найденных").click()
    expect(card(page, "Отказова Вера").locator(".im-off")).to_have_count(1)
    expect(card(page, "Отказова Белла").locator(".im-off")).to_have_count(2)
    expect(page.get_by_role("button", name="Применить: создать 2, изменить 0")).to_be_visible()
    applied(page, "Загружено: новых записей 2, изменено 0.")
    with server.scene() as session:
        found = session.execute(
            select(col(Person.first_name), col(Person.email), col(Person.region))
            .where(col(Person.last_name) == "Отказова")
            .order_by(col(Person.first_name))
        ).all()
    assert [tuple(one) for one in found] == [("Белла", None, None), ("Вера", "otk-2@example.ru", None)]


def test_progress_and_cancel_of_a_large_plan(enter: Enter) -> None:
    page = opened(enter)
    upload(page, "большой.xlsx", many(10_000))
    expect(page.get_by_text(re.compile(r"Читаем файл и сверяем его с базой"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"из 10.000 строк"))).to_be_visible(timeout=PLANNED)
    page.get_by_role("button", name="Отменить").click()
    expect(page.get_by_text("Сверка остановлена. В базе ничего не изменилось.")).to_be_visible()
    page.get_by_role("button", name="Отказаться").click()
    expect(page.get_by_role("heading", name="Загрузки", exact=True)).to_be_visible()


def test_a_double_click_applies_once(enter: Enter, server: Server) -> None:
    page = opened(enter)
    upload(
        page,
        "двойной.xlsx",
        samples.workbook(samples.Sheet("Физ.лица", [["ФИО", "Регион"], ["Двойнова Ия Юрьевна", "Омск"]])),
    )
    planned(page)
    with server.scene() as session:
        before = session.scalar(select(func.count()).where(col(ImportBatch.applied_at).is_not(None)))
    page.get_by_role("button", name="Применить").dblclick()
    expect(page.get_by_text(re.compile("^Загружено: новых записей"))).to_be_visible(timeout=PLANNED)
    with server.scene() as session:
        after = session.scalar(select(func.count()).where(col(ImportBatch.applied_at).is_not(None)))
    assert (after or 0) - (before or 0) == 1


def test_people_cannot_write_markup_into_the_page(enter: Enter) -> None:
    page = opened(enter)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    picture, bold = "![x](http://evil.example/a.png)", "**жирно** <b>ё</b><img src=http://evil.example/b.png>"
    rows = [["ФИО", "Регион", bold], ["Хостилова Мария Ивановна", picture, bold], ["Соколова А. П.", picture, bold]]
    upload(page, "<img src=http://evil.example/c.png>.xlsx", samples.workbook(samples.Sheet("_Физ.лица_", rows)))
    planned(page)
    expect(card(page, "Хостилова")).to_contain_text(picture)
    view(page, "Замечания")
    expect(page.get_by_role("cell", name=bold).first).to_be_visible()
    view(page, "Листы и колонки")
    expect(page.get_by_text(bold).first).to_be_visible()
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert not [url for url in asked if "evil.example" in url]


def test_a_role_without_the_permission_sees_no_page(enter: Enter) -> None:
    page = enter(Role.ACCOUNTANT)
    page.goto("/imports")
    expect(page.get_by_text("Недостаточно прав")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)
