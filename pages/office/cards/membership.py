"""The section «Членство» of a person and a company: the state and why, the terms, the journal, what can be decided."""

import datetime as dt
from collections.abc import Callable

import streamlit as st

from pages.office.cards import membership_forms as forms
from pages.office.cards.shell import Color
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.directory.membership_words import STATE_TITLES
from services.directory.memberships import MembershipView, Verb, membership_of
from services.directory.parties import Party
from services.directory.terms import Term
from services.tables.kinds import show_money

COLORS: dict[str, Color] = {
    "active": "green", "ending": "orange", "overdue": "red", "suspended": "blue", "left": "gray", "unknown": "gray",
}  # fmt: skip
BUTTONS: dict[Verb, tuple[str, str, Callable[[MembershipView], None]]] = {
    Verb.JOIN: ("Принять в ассоциацию", ":material/how_to_reg:", forms.join),
    Verb.RENEW: ("Продлить", ":material/update:", forms.renew),
    Verb.SUSPEND: ("Приостановить", ":material/pause_circle:", forms.suspend),
    Verb.RESUME: ("Возобновить", ":material/play_circle:", forms.resume),
    Verb.RESIGN: ("Выход по заявлению", ":material/logout:", forms.resign),
    Verb.EXCLUDE: ("Исключить", ":material/person_remove:", forms.exclude),
    Verb.REJOIN: ("Восстановить", ":material/settings_backup_restore:", forms.rejoin),
    Verb.CORRECT: ("Исправить срок", ":material/edit_calendar:", forms.correct),
    Verb.OVERRIDE: ("Поставить статус вручную", ":material/back_hand:", forms.override),
    Verb.FOLLOW_RULES: ("Снять статус, поставленный вручную", ":material/undo:", forms.follow_rules),
}


def draw(party: Party) -> None:
    """Draw the section."""
    view = guard.read(membership_of, party)
    if view.is_there:
        _state(view)
    else:
        st.info("В реестре членов ассоциации не состоит.", icon=":material/workspace_premium:")
    for note in view.notes:
        st.warning(plain(note), icon=":material/info:")
    _verbs(view)
    if view.is_there:
        _present(view)
        _earlier(view)
        _journal(view)


def _state(view: MembershipView) -> None:
    assert view.state is not None
    assert view.ruled is not None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(STATE_TITLES[view.state], color=COLORS[view.state], icon=":material/workspace_premium:")
        if view.override_note or view.state is not view.ruled:
            st.badge("поставлен вручную", color="violet", icon=":material/back_hand:")
        else:
            st.markdown(plain(view.reason))
    if Verb.FOLLOW_RULES in view.verbs or view.override_note:
        st.markdown(
            f"Вручную поставлен статус «{STATE_TITLES[view.state]}»"
            + (f": {plain(view.override_note)}" if view.override_note else "")
            + f"  \nПо правилам было бы «{STATE_TITLES[view.ruled]}». {plain(view.reason)}."
        )


def _verbs(view: MembershipView) -> None:
    pressed = None
    with st.container(horizontal=True, gap="small", key="membership-verbs"):
        for verb in view.verbs:
            label, icon, form = BUTTONS[verb]
            main = verb in {Verb.JOIN, Verb.RENEW, Verb.REJOIN}
            if st.button(label, icon=icon, key=f"membership-{verb}", type="primary" if main else "secondary"):
                pressed = (label, icon, form)
    if pressed is not None:
        label, icon, form = pressed
        st.dialog(label, icon=icon)(form)(view)


def _present(view: MembershipView) -> None:
    st.subheader("Последний срок" if view.left_on else "Настоящий срок", anchor=False)
    term = view.term
    facts = [("Срок", _span(term)), ("Дата оплаты", _day(term.paid_on) or "не оплачен")]
    if view.sees_money:
        facts.append(("Сумма годового взноса", _sum(term)))
    facts.append(("От кого", view.referred_by))
    for place, (label, text) in zip(st.columns(len(facts)), facts, strict=True):
        place.markdown(f":small[:gray[{label}]]  \n{plain(text) or '—'}")


def _earlier(view: MembershipView) -> None:
    if not view.earlier:
        return
    st.subheader("Прежние сроки", anchor=False)
    st.table(
        [
            {"Срок": _span(term), "Оплачен": _day(term.paid_on) or "—"}
            | ({"Взнос": _sum(term) or "—"} if view.sees_money else {})
            for term in view.earlier
        ]
    )


def _journal(view: MembershipView) -> None:
    if not view.steps:
        return
    st.subheader("Решения", anchor=False)
    st.table(
        [
            {
                "Дата": _day(step.on_date) + (f" – {_day(step.until)}" if step.until else ""),
                "Решение": step.title,
                "Причина": plain(step.reason) or "—",
                "Записано": f"{clock.local(step.at):%d.%m.%Y}" + (f", {plain(step.who)}" if step.who else ""),
            }
            for step in view.steps
        ]
    )


def _span(term: Term) -> str:
    if term.starts_on is None:
        return f"до {_day(term.ends_on)}" if term.ends_on else "не указан"
    return f"{_day(term.starts_on)} – {_day(term.ends_on) or 'без окончания'}"


def _day(date: dt.date | None) -> str:
    return f"{date:%d.%m.%Y}" if date else ""


def _sum(term: Term) -> str:
    return f"{show_money(term.fee_amount)} ₽" if term.fee_amount is not None else ""
