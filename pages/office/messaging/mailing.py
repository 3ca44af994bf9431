"""One mailing at its address, wherever it stands: written, reviewed, approved, sent, over."""

import streamlit as st

from models import MailingState
from pages.office.cards import facts, shell
from pages.office.messaging import compose, outcome, review, said
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import NotFound
from services.messaging import approving, mailing_views, mailings
from services.messaging.mailing_views import MailingView

DRAWN = {
    MailingState.DRAFT: compose.draw,
    MailingState.REVIEW: review.draw,
    MailingState.APPROVAL: review.draw,
    MailingState.CONFIRMED: outcome.draw,
    MailingState.DONE: outcome.draw,
    MailingState.CANCELLED: outcome.draw,
}
GIVE_UP = {MailingState.DRAFT: "Отказаться от черновика", MailingState.CONFIRMED: "Отменить отправку"}
"""What calling it off is called in a state; in the others «Отменить рассылку»."""


def render() -> None:
    """Draw the page."""
    guard.require(Permission.MESSAGES_SEND)
    st.html(shell.STYLE)
    st.page_link(navigation.page("mailings"), label="Все рассылки", icon=":material/arrow_back:")
    number = shell.number()
    try:
        view = guard.read(mailing_views.mailing, number) if number is not None else None
    except NotFound:
        view = None
    if view is None:
        st.info("Такой рассылки нет.", icon=":material/search_off:")
        return
    _head(view)
    DRAWN[view.state](view)


def _head(view: MailingView) -> None:
    st.title(plain(view.name), anchor=False)
    with st.container(horizontal=True, gap="small"):
        icon = f":material/{said.STATE_ICONS[view.state]}:"
        st.badge(plain(view.state_title), color=said.STATE_COLORS[view.state], icon=icon)
        st.badge(plain(view.kind_title), color="gray", icon=f":material/{said.KIND_ICONS[view.kind]}:")
    pairs = [("Кому", plain(view.audience_title)), ("Цель", plain(said.sentence(view.purpose_title)))]
    if view.event_id is not None and view.event_title:
        pairs.insert(1, ("О мероприятии", facts.link(view.event_title, f"/event?id={view.event_id}")))
    facts.grid(pairs)
    st.caption(plain(" · ".join(_deeds(view))))
    _buttons(view)


def _deeds(view: MailingView) -> list[str]:
    """Who did what, and when."""
    told = [f"{view.who}, {said.moment(view.created_at)}"]
    if view.confirmed_at is not None:
        told.append(f"подтверждена {said.moment(view.confirmed_at)}")
    if view.approved_by:
        told.append(f"одобрил(а) {view.approved_by}")
    if view.ended_at is not None:
        told.append(f"закончена {said.moment(view.ended_at)}")
    return told


def _buttons(view: MailingView) -> None:
    if not (view.may_copy or view.may_cancel):
        return
    with st.container(horizontal=True, gap="small", key="mailing-actions"):
        if view.may_copy and st.button("Копировать", icon=":material/content_copy:", key="mailing-copy"):
            done = guard.act(mailings.copy, view.id)
            if done is not None:
                guard.flash("Создана копия. Проверьте текст и получателей.")
                said.open_mailing(done.value)
        label = GIVE_UP.get(view.state, "Отменить рассылку")
        if view.may_cancel and st.button(label, icon=":material/cancel:", key="mailing-cancel"):
            called_off = guard.act(approving.cancel, view.id)
            if called_off is not None:
                guard.flash(_said_cancelled(called_off.value))
                st.rerun()


def _said_cancelled(done: approving.CalledOff) -> str:
    if done.left:
        return f"Отменено. Уже ушло: {done.left}, остальным ничего не уйдёт."
    return "Рассылка отменена, никому ничего не ушло."
