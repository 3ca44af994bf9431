"""«Моя учётная запись»: password, second factor, own sessions."""

import streamlit as st

from pages.ui import guard
from services import clock
from services.access import accounts, passwords, second_factor, sessions, throttle
from services.access.accounts import AccountLine
from services.access.permissions import ROLE_TITLES
from services.access.second_factor import Enrolment
from services.access.sessions import OwnSession

ENROLMENT, CODES = "enrolment", "recovery_codes"


def render() -> None:
    """Draw the page."""
    account = guard.read(accounts.show_own)
    st.title("Моя учётная запись")
    st.text(f"{account.name}\nЛогин: {account.login}\nРоль: {ROLE_TITLES[account.role]}")
    left, right = st.columns(2, gap="large")
    with left:
        _second_factor(account)
        _password()
    with right:
        _sessions()


def _password() -> None:
    st.subheader("Пароль", anchor=False)
    with st.form("password", clear_on_submit=True):
        current = st.text_input("Текущий пароль", type="password", autocomplete="current-password")
        new = st.text_input("Новый пароль", type="password", autocomplete="new-password")
        again = st.text_input("Новый пароль ещё раз", type="password", autocomplete="new-password")
        st.caption("  \n".join(passwords.REQUIREMENTS))
        sent = st.form_submit_button("Изменить пароль")
    if not sent:
        return
    if new != again:
        st.error("Новые пароли не совпадают.")
        return
    here = guard.signed_in().id_hash
    if guard.act(throttle.take_own) and guard.act(accounts.change_own_password, here, current, new):
        guard.flash("Пароль изменён. Остальные сеансы завершены.")
        st.rerun()


def _second_factor(account: AccountLine) -> None:
    st.subheader("Второй фактор", anchor=False)
    codes: tuple[str, ...] = guard.recall(CODES, ())
    if codes:
        _show_codes(codes)
    elif account.second_factor:
        _switched_on()
    else:
        _switched_off()


def _switched_off() -> None:
    enrolment: Enrolment | None = guard.recall(ENROLMENT)
    if enrolment is None:
        st.write(
            "При входе, кроме пароля, программа спросит код из приложения на телефоне "
            "(Яндекс Ключ, Google Authenticator, Microsoft Authenticator и подобных)."
        )
        if st.button("Включить второй фактор", type="primary") and (begun := guard.act(second_factor.begin)):
            guard.remember(ENROLMENT, begun.value)
            st.rerun()
        return
    st.write("Отсканируйте картинку в приложении или введите в нём ключ, затем введите код, который оно покажет.")
    st.image(enrolment.qr_svg, width=240)
    st.code(" ".join(enrolment.secret[i : i + 4] for i in range(0, len(enrolment.secret), 4)), language=None)
    with st.form("confirm", clear_on_submit=True):
        code = st.text_input("Код из приложения", max_chars=7, autocomplete="one-time-code")
        sent = st.form_submit_button("Подтвердить", type="primary")
    if st.button("Отменить"):
        guard.forget(ENROLMENT)
        st.rerun()
    if sent and (confirmed := guard.act(second_factor.confirm, guard.signed_in().id_hash, enrolment.secret, code)):
        guard.forget(ENROLMENT)
        guard.remember(CODES, confirmed.value)
        st.rerun()


def _switched_on() -> None:
    left = guard.read(second_factor.recovery_codes_left)
    st.write(f"Включён. Резервных кодов осталось: {left} из {second_factor.RECOVERY_CODES}.")
    with st.form("factor", clear_on_submit=True):
        password = st.text_input("Текущий пароль", type="password", autocomplete="current-password")
        with st.container(horizontal=True):
            renew = st.form_submit_button("Новые резервные коды")
            disable = st.form_submit_button("Выключить второй фактор")
    if not (renew or disable) or not guard.act(throttle.take_own):
        return
    if disable and guard.act(second_factor.disable, password):
        guard.flash("Второй фактор выключен.")
        st.rerun()
    if renew and (renewed := guard.act(second_factor.renew_recovery_codes, password)):
        guard.remember(CODES, renewed.value)
        st.rerun()


def _show_codes(codes: tuple[str, ...]) -> None:
    st.success("Второй фактор включён. Сохраните резервные коды: больше они показаны не будут.")
    st.write("Каждый код один раз заменит код из приложения, если телефона нет под рукой.")
    st.code("\n".join(codes), language=None)
    if st.button("Коды сохранены", type="primary"):
        guard.forget(CODES)
        st.rerun()


def _sessions() -> None:
    st.subheader("Мои сеансы", anchor=False)
    here = guard.signed_in().id_hash
    own = guard.read(sessions.list_own)
    for line in own:
        _session(line, line.id_hash == here)
    if len(own) > 1 and st.button("Завершить все другие"):
        ended = guard.act(sessions.end_others, here)
        if ended:
            guard.flash(f"Завершено сеансов: {ended.value}.")
            st.rerun()


def _session(line: OwnSession, is_here: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        last = "сейчас" if is_here else f"{clock.local(line.seen_at):%d.%m.%Y %H:%M}"
        began = f"{clock.local(line.created_at):%d.%m.%Y %H:%M}"
        st.text(f"{line.device}\nАдрес {line.address or 'неизвестен'} · активность: {last} · вход: {began}")
        if is_here:
            st.badge("этот сеанс", color="green")
        elif st.button("Завершить", key=f"end-{line.id_hash}") and guard.act(sessions.end_own, line.id_hash):
            guard.flash("Сеанс завершён.")
            st.rerun()
