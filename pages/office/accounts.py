"""«Учётные записи»: the administrator's list of accounts, and what may be done with one."""

from typing import Any

import streamlit as st

from models import Role
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.access import accounts, passwords, second_factor
from services.access.accounts import AccountLine
from services.access.permissions import ROLE_TITLES

CHOSEN, CREATED = "id", "created"


def render() -> None:
    """Draw the page."""
    st.title("Учётные записи")
    lines = guard.read(accounts.list_accounts)
    listed, created = st.columns([3, 2], gap="large")
    with listed:
        chosen = _list(lines)
        if chosen is not None:
            _edit(chosen)
    with created:
        _create()


def _list(lines: tuple[AccountLine, ...]) -> AccountLine | None:
    active = sum(line.active for line in lines)
    st.caption(f"Всего: {len(lines)}, действующих: {active}")
    st.table(
        [
            {
                "Имя": plain(line.name),
                "Логин": plain(line.login),
                "Роль": ROLE_TITLES[line.role],
                "Состояние": "действует" if line.active else "отключена",
                "Второй фактор": "да" if line.second_factor else "нет",
                "Последний вход": f"{clock.local(line.last_login_at):%d.%m.%Y %H:%M}" if line.last_login_at else "—",
            }
            for line in lines
        ]
    )
    by_id = {line.id: line for line in lines}
    asked = st.query_params.get(CHOSEN, "")
    index = list(by_id).index(int(asked)) if asked.isdecimal() and int(asked) in by_id else None
    number = st.selectbox(
        "Изменить учётную запись",
        list(by_id),
        index=index,
        format_func=lambda key: f"{by_id[key].name} ({by_id[key].login})",
        placeholder="Выберите",
    )
    if number is None:
        st.query_params.pop(CHOSEN, None)
        return None
    st.query_params[CHOSEN] = str(number)
    return by_id[number]


def _edit(line: AccountLine) -> None:
    with st.container(border=True):
        st.text(line.name)
        _change_role(line)
        _set_password(line)
        with st.container(horizontal=True):
            _switch(line)
            if line.second_factor and st.button("Сбросить второй фактор", key=f"factor-{line.id}"):
                _say(guard.act(second_factor.reset, line.id), "Второй фактор снят, сеансы завершены.")


def _change_role(line: AccountLine) -> None:
    with st.form(f"role-{line.id}", border=False):
        role = _pick_role(line.role)
        st.caption("После смены роли человек должен войти заново.")
        if st.form_submit_button("Изменить роль"):
            _say(guard.act(accounts.change_role, line.id, role), "Роль изменена.")


def _set_password(line: AccountLine) -> None:
    with st.form(f"password-{line.id}", border=False, clear_on_submit=True):
        password = st.text_input("Новый пароль", type="password", autocomplete="new-password")
        st.caption("Передайте его человеку лично и попросите сменить на странице «Моя учётная запись».")
        if st.form_submit_button("Задать пароль"):
            _say(guard.act(accounts.set_password, line.id, password), "Пароль задан, сеансы завершены.")


def _switch(line: AccountLine) -> None:
    if line.active and st.button("Отключить", key=f"off-{line.id}"):
        _say(guard.act(accounts.deactivate, line.id), "Учётная запись отключена, сеансы завершены.")
    if not line.active and st.button("Включить", key=f"on-{line.id}"):
        _say(guard.act(accounts.reactivate, line.id), "Учётная запись включена.")


def _create() -> None:
    st.subheader("Новая учётная запись", anchor=False)
    created = guard.recall(CREATED, 0)  # a form with a new key is empty; a refused one keeps what was typed
    with st.form(f"create-{created}", enter_to_submit=False):
        name = st.text_input("Имя и фамилия", max_chars=200, autocomplete="off")
        login = st.text_input("Логин", max_chars=254, autocomplete="off", help="Латинские буквы и цифры или эл. почта")
        role = _pick_role(Role.MANAGER)
        password = st.text_input("Первый пароль", type="password", autocomplete="new-password")
        st.caption("  \n".join(passwords.REQUIREMENTS))
        sent = st.form_submit_button("Создать", type="primary")
    if not sent:
        return
    done = guard.act(accounts.create_account, login, name, role, password=password)
    if done is not None:
        guard.remember(CREATED, created + 1)
    _say(done, "Учётная запись создана.")


def _pick_role(present: Role) -> Role:
    titles = {role.value: title for role, title in ROLE_TITLES.items()}
    said = st.selectbox(
        "Роль",
        list(titles),
        list(titles).index(present.value),
        format_func=titles.__getitem__,
        placeholder="Выберите",
    )
    return Role(said)


def _say(done: guard.Done[Any] | None, text: str) -> None:
    if done is not None:
        guard.flash(text)
        st.rerun()
