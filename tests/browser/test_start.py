"""The first minutes of a new installation, in order: set-up, sign-in, sign-out."""

import re

from playwright.sync_api import Page, expect

from tests.builders import PASSWORD


def test_the_first_visitor_sets_the_product_up(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup$"))
    expect(page.get_by_role("heading")).to_have_text("Первая настройка")
    page.get_by_label("Имя и фамилия").fill("Вера Первая")
    page.get_by_label("Логин").fill("vera")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Пароль ещё раз").fill(PASSWORD)
    page.get_by_role("button", name="Создать администратора").click()
    expect(page).to_have_url(re.compile("/login$"))


def test_a_wrong_password_is_refused_with_a_sentence(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Логин или эл. почта").fill("vera")
    page.get_by_label("Пароль").fill("не тот пароль, что был")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_have_text("Неверный логин или пароль.")


def test_the_administrator_signs_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Логин или эл. почта").fill("vera")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_text("Вера Первая").first).to_be_visible()
    cookie = next(c for c in page.context.cookies() if c["name"] == "session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


def test_the_set_up_is_closed_for_good(page: Page) -> None:
    answer = page.goto("/setup")
    assert answer is not None
    assert answer.status == 404
