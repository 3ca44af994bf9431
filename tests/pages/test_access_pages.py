"""The account page, the accounts page, the shell around them: what they show and what they refuse."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from models import Account, Role
from pages.ui.escape import plain
from services import clock
from services.access import accounts, second_factor, sessions
from services.access.permissions import SYSTEM
from services.settings import ROOT, settings
from services.work import reading, writing
from tests.builders import PASSWORD, create_account, create_company
from tests.pages.conftest import Opened, handshake

GOOD = "три зелёных слона"


def account_page() -> None:
    from pages.account import profile  # noqa: PLC0415 - AppTest runs the text of this function

    profile.render()


def accounts_page() -> None:
    from pages.office import accounts as page  # noqa: PLC0415

    page.render()


def dialog_page() -> None:
    from pages.office import editing  # noqa: PLC0415

    editing.open_dialog("companies", 1)


def run(page: Callable[[], None]) -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def shell() -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "ui" / "script.py", default_timeout=30).run()


def button(at: AppTest, label: str) -> Any:
    return next(found for found in at.button if found.label == label)


def field(at: AppTest, label: str) -> Any:
    return next(found for found in at.text_input if found.label == label)


def show(account_id: int | None) -> Account:
    with reading() as session:
        return session.get_one(Account, account_id)


def test_changing_the_own_password(sit_down: Opened) -> None:
    actor, here = sit_down(Role.MEMBER)
    at = run(account_page)
    for label, value in (("Текущий пароль", "не тот"), ("Новый пароль", GOOD), ("Новый пароль ещё раз", GOOD)):
        field(at, label).input(value)
    button(at, "Изменить пароль").click().run()
    assert [error.value for error in at.error] == [plain("Текущий пароль указан неверно.")]
    field(at, "Текущий пароль").input(PASSWORD)
    field(at, "Новый пароль").input(GOOD)
    field(at, "Новый пароль ещё раз").input(GOOD + "!")
    button(at, "Изменить пароль").click().run()
    assert [error.value for error in at.error] == ["Новые пароли не совпадают."]
    for label, value in (("Текущий пароль", PASSWORD), ("Новый пароль", GOOD), ("Новый пароль ещё раз", GOOD)):
        field(at, label).input(value)
    button(at, "Изменить пароль").click().run()
    assert not at.error
    assert show(actor.account_id).epoch == 2
    with reading() as session:
        assert [line.id_hash for line in sessions.list_own(session, actor)] == [here]


def test_switching_the_second_factor_on(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    at = run(account_page)
    button(at, "Включить второй фактор").click().run()
    secret = at.code[0].value.replace(" ", "")
    field(at, "Код из приложения").input("000000")
    button(at, "Подтвердить").click().run()
    assert "Код не подошёл" in at.error[0].value
    field(at, "Код из приложения").input(pyotp.TOTP(secret).at(clock.now()))
    button(at, "Подтвердить").click().run()
    assert len(at.code[0].value.splitlines()) == 10
    assert show(actor.account_id).totp_secret == secret
    button(at, "Коды сохранены").click().run()
    assert not at.code
    with reading() as session:
        assert second_factor.recovery_codes_left(session, actor) == 10


def test_ending_other_sessions(sit_down: Opened) -> None:
    actor, here = sit_down(Role.MEMBER)
    with writing(SYSTEM) as session:
        assert actor.account_id is not None
        other = sessions.hash_token(sessions.open_session(session, actor.account_id, 1, "", "Firefox/1 Windows"))
    at = run(account_page)
    assert [b.label for b in at.button if b.label.startswith("Завершить")] == ["Завершить", "Завершить все другие"]
    at.button(f"end-{other}").click().run()
    with reading() as session:
        assert [line.id_hash for line in sessions.list_own(session, actor)] == [here]


def test_an_administrator_creates_and_changes_accounts(sit_down: Opened) -> None:
    sit_down(Role.ADMINISTRATOR)
    at = run(accounts_page)
    field(at, "Имя и фамилия").input("Пётр *Новый*")
    field(at, "Логин").input("petr")
    field(at, "Первый пароль").input("коротко")
    button(at, "Создать").click().run()
    assert at.error[0].value == plain("Пароль слишком короткий: нужно не меньше 12 знаков, а введено 7.")
    assert field(at, "Логин").value == "petr"
    field(at, "Первый пароль").input(GOOD)
    button(at, "Создать").click().run()
    assert not at.error
    assert field(at, "Логин").value == ""
    number = show(2).id
    assert (show(2).login, show(2).role) == ("petr", "manager")
    at.selectbox[0].select(number).run()
    button(at, "Отключить").click().run()
    assert not show(2).active
    button(at, "Включить").click().run()
    assert show(2).active
    at.selectbox[0].select(1).run()
    button(at, "Отключить").click().run()
    assert at.error[0].value == plain("Это последний действующий администратор. Сначала назначьте другого.")


def test_a_button_does_nothing_after_the_session_ended(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.ADMINISTRATOR)
    with writing(SYSTEM) as session:
        create_account(session, Role.ADMINISTRATOR, "other")
        create_account(session, Role.MANAGER, "victim")
    at = run(accounts_page)
    at.selectbox[0].select(3).run()
    with writing(SYSTEM) as session:
        accounts.deactivate(session, SYSTEM, actor.account_id or 0)
    button(at, "Отключить").click().run()
    assert at.exception
    assert show(3).active


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_the_accounts(sit_down: Opened, role: Role) -> None:
    sit_down(role)
    at = run(accounts_page)
    assert at.exception
    assert not at.text_input


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CANDIDATE])
def test_the_shell_opens_the_home_of_the_role(sit_down: Opened, role: Role) -> None:
    sit_down(role)
    at = shell()
    assert not at.exception
    assert [title.value for title in at.title] == ["Уведомления"]


def test_the_shell_without_a_session_shows_the_way_to_the_sign_in(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handshake(monkeypatch, {})
    at = shell()
    assert not at.exception
    assert [line.value for line in at.markdown] == ["Сеанс завершён. [Войти](/login)"]
    assert not at.button


def test_the_page_of_somebody_else_is_not_resumed(sit_down: Opened) -> None:
    sit_down(Role.MEMBER, "first")
    at = shell()
    sit_down(Role.MEMBER, "second")
    at.run()
    assert [line.value for line in at.markdown] == ["Сеанс завершён. [Войти](/login)"]


def test_signing_out(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MEMBER)
    at = shell()
    button(at, "Выйти").click().run()
    assert [line.value for line in at.markdown] == ["Сеанс завершён. [Войти](/login)"]
    with reading() as session:
        assert sessions.list_own(session, actor) == ()


def test_staff_who_must_enrol_see_the_account_page_only(sit_down: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_down(Role.DIRECTOR)
    monkeypatch.setenv("TOTP_REQUIRED_FOR_OFFICE", "true")
    settings.cache_clear()
    at = shell()
    assert [title.value for title in at.title] == ["Моя учётная запись"]
    assert at.warning[0].value.startswith("Для сотрудников обязателен второй фактор.")


def test_peoples_text_stays_text() -> None:
    assert plain("![x](http://e) <b> $x$ :red[y] _z_ Ёж, 5 %") == (
        "\\!\\[x\\]\\(http\\:\u200b\\/\\/e\\) \\<b\\> \\$x\\$ \\:red\\[y\\] \\_z\\_ Ёж\\, 5 \\%"
    )


@pytest.mark.parametrize("address", ["https://a.ru", "HTTP://a.ru", "www.a.ru"])
def test_an_address_in_peoples_text_is_no_link(address: str) -> None:
    """Markdown looks for addresses after it has taken the escapes away."""
    shown = re.sub(r"\\(.)", r"\1", plain(f"см. {address}"))
    assert address not in shown
    assert shown.replace("\u200b", "") == f"см. {address}"


def test_the_name_of_a_record_is_no_markdown_in_the_title_of_its_form(sit_down: Opened) -> None:
    sit_down(Role.MANAGER)
    name = "![снимок](https://example.org/x.png) [сюда](https://example.org)"
    with writing(SYSTEM) as session:
        assert create_company(session, name).id == 1
    at = run(dialog_page)
    assert not at.error
    titles = [block.proto.dialog.title for block in at._tree if isinstance(block, Block) and block.type == "dialog"]
    assert titles == [plain(name)]
