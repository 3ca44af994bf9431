"""The small forms of the verbs of membership, each in a dialog over the card."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from models import SetByHand
from pages.ui import guard
from services import clock
from services.directory import membership_verbs as verbs
from services.directory.membership_words import STATE_TITLES, day, days
from services.directory.memberships import MembershipView
from services.errors import DomainError
from services.tables.kinds import show_money

EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2099, 12, 31)


def join(view: MembershipView) -> None:
    """Become a member."""
    with st.form("membership-join", border=False):
        on_date = _date("Вступает с", view.next_term.starts_on)
        ends_on = _date("Окончание срока", help_="Если не указать, срок будет год.")
        fee, paid_on = _fee(view), _date("Дата оплаты")
        reason = _reason("Основание", "Например: решение правления № 7")
        if _submitted("Принять"):
            values = {"on_date": on_date, "ends_on": ends_on, "fee": fee, "paid_on": paid_on, "reason": reason}
            _do(verbs.join, view, "Теперь член ассоциации.", values, seen=False)


def renew(view: MembershipView) -> None:
    """Open the next term."""
    starts, ends = view.next_term.starts_on, view.next_term.ends_on
    assert starts is not None
    assert ends is not None
    present = view.term.ends_on
    goes_on = present is not None and (starts - present).days == 1
    how = "Без разрыва с нынешним сроком" if goes_on else "Нынешний срок закончился, новый начнётся в день решения"
    st.markdown(f"{how}: **{day(starts)} – {day(ends)}**. Другие даты укажите ниже.")
    with st.form("membership-renew", border=False):
        on_date = _date("Дата решения", clock.today())
        left, right = st.columns(2)
        with left:
            starts_on = _date("Начало срока", help_="Если не указать, дату найдут правила.")
        with right:
            ends_on = _date("Окончание срока", help_="Если не указать, срок будет год.")
        fee, paid_on = _fee(view), _date("Дата оплаты нового срока")
        reason = _reason("Основание")
        if _submitted("Продлить"):
            values = {"on_date": on_date, "starts_on": starts_on, "ends_on": ends_on, "fee": fee, "paid_on": paid_on}
            _do(verbs.renew, view, "Членство продлено.", values | {"reason": reason})


def suspend(view: MembershipView) -> None:
    """Suspend."""
    with st.form("membership-suspend", border=False):
        on_date = _date("Приостановить с", clock.today())
        until = _date("По какой день включительно", help_="Если не указать, приостановка длится до возобновления.")
        reason = _reason("Причина *")
        st.caption("Срок при этом идёт. При возобновлении его можно продлить на дни приостановки.")
        if _submitted("Приостановить"):
            values = {"on_date": on_date, "until": until, "reason": reason}
            _do(verbs.suspend, view, "Членство приостановлено.", values)


def resume(view: MembershipView) -> None:
    """Take the suspension off."""
    first = clock.today()
    if view.suspended_until is not None and view.suspended_until < first:
        first = view.suspended_until + dt.timedelta(days=1)
    with st.form("membership-resume", border=False):
        on_date = _date("Возобновить с", first)
        prolong = st.checkbox(
            "Продлить срок на дни приостановки",
            disabled=view.term.ends_on is None,
            help="Дни от начала приостановки до возобновления, которые пришлись на оплаченный срок.",
        )
        if view.lost_days:
            st.caption(f"На сегодня это {days(view.lost_days)}.")
        reason = _reason("Основание")
        if _submitted("Возобновить"):
            values = {"on_date": on_date, "prolong": prolong, "reason": reason}
            _do(verbs.resume, view, "Членство возобновлено.", values)


def resign(view: MembershipView) -> None:
    """Leave of one's own will."""
    with st.form("membership-resign", border=False):
        on_date = _date("Не состоит с", clock.today())
        reason = _reason("Причина")
        if _submitted("Записать выход"):
            _do(verbs.resign, view, "Выход записан.", {"on_date": on_date, "reason": reason})


def exclude(view: MembershipView) -> None:
    """Be excluded."""
    with st.form("membership-exclude", border=False):
        on_date = _date("Исключить с", clock.today())
        reason = _reason("Причина *", "Например: решение правления, взнос не уплачен")
        if _submitted("Исключить"):
            _do(verbs.exclude, view, "Исключение записано.", {"on_date": on_date, "reason": reason})


def rejoin(view: MembershipView) -> None:
    """Come back."""
    with st.form("membership-rejoin", border=False):
        on_date = _date("Снова состоит с", view.next_term.starts_on)
        ends_on = _date("Окончание срока", help_="Если не указать, срок будет год.")
        fee, paid_on = _fee(view), _date("Дата оплаты")
        reason = _reason("Основание")
        if _submitted("Восстановить"):
            values = {"on_date": on_date, "ends_on": ends_on, "fee": fee, "paid_on": paid_on, "reason": reason}
            _do(verbs.rejoin, view, "Членство восстановлено.", values)


def correct(view: MembershipView) -> None:
    """Put the present term right."""
    st.caption("Для описок: решение не записывается, прежние значения останутся в истории изменений.")
    with st.form("membership-correct", border=False):
        starts_on = _date("Начало срока", view.term.starts_on)
        ends_on = _date("Окончание срока", view.term.ends_on)
        fee, paid_on = _fee(view), _date("Дата оплаты", view.term.paid_on)
        if _submitted("Сохранить"):
            values = {"starts_on": starts_on, "ends_on": ends_on, "fee": fee, "paid_on": paid_on}
            _do(verbs.correct, view, "Срок исправлен.", values)


def override(view: MembershipView) -> None:
    """Set the state by hand."""
    with st.form("membership-override", border=False):
        state = st.selectbox("Статус", [state.value for state in SetByHand], format_func=STATE_TITLES.__getitem__)
        note = _reason("Почему вручную *")
        st.caption("Он будет показываться вместо статуса по правилам, пока его не снимут. Даты не меняются.")
        if _submitted("Поставить"):
            _do(verbs.set_override, view, "Статус поставлен вручную.", {"state": state, "note": note})


def follow_rules(view: MembershipView) -> None:
    """Take the state set by hand off."""
    assert view.ruled is not None
    st.markdown(f"По правилам статус станет «{STATE_TITLES[view.ruled]}».")
    if st.button("Снять", type="primary", key="membership-follow-rules"):
        _do(verbs.remove_override, view, "Статус снова определяют правила.", {})


def _date(label: str, value: dt.date | None = None, help_: str | None = None) -> Any:
    return st.date_input(label, value=value, min_value=EARLIEST, max_value=LATEST, format="DD.MM.YYYY", help=help_)


def _fee(view: MembershipView) -> str:
    if not view.sees_money:
        return ""
    present = show_money(view.term.fee_amount) if view.term.fee_amount is not None else ""
    return st.text_input("Сумма годового взноса, ₽", present, autocomplete="off")


def _reason(label: str, placeholder: str = "") -> str:
    return st.text_area(label, height=68, max_chars=2000, placeholder=placeholder or None)


def _submitted(label: str) -> bool:
    return st.form_submit_button(label, type="primary")


def _do(
    verb: Callable[..., Any], view: MembershipView, done: str, values: dict[str, Any], *, seen: bool = True
) -> None:
    if "on_date" in values and values["on_date"] is None:
        st.error("Укажите дату.", icon=":material/error:")
        return
    outcome = guard.attempt(verb, view.party, *((view.seen,) if seen else ()), **values)
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
        return
    guard.flash(done)
    st.rerun()
