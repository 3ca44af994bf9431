"""A confirmed mailing: how far it is, calling it off; when it is over, what came of it."""

import streamlit as st

from models import DeliveryState, MailingKind, MailingState
from pages.office.imports.blocks import counted, grouped
from pages.office.messaging import recipients, said, sample
from pages.office.messaging.said import sentence
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import clock
from services.messaging import mailing_views
from services.messaging.mailing_views import MailingView
from services.messaging.words import CHANNEL_TITLES

RESULT, LIST, TEXT = "Ход отправки", "Получатели", "Текст"
SOON, LATER = 1.0, 3.0
"""Seconds between two looks: while it can still be called off whole, and then."""


def draw(view: MailingView) -> None:
    """Draw it by sections."""
    if view.kind is MailingKind.INVITATION and view.event_id is not None:
        st.page_link(
            navigation.page("invitations"), label="Кто приглашён и что ответил", icon=":material/groups:",
            query_params={"event": str(view.event_id)},
        )  # fmt: skip
    key = f"outcome-way-{view.id}"
    way = st.segmented_control(
        "Раздел", [RESULT, LIST, TEXT], default=RESULT, required=True, label_visibility="collapsed", key=key,
        format_func=lambda one: "Итог" if one == RESULT and view.state is not MailingState.CONFIRMED else one,
    )  # fmt: skip
    if way == LIST:
        _list(view)
    elif way == TEXT:
        _text(view)
    elif view.state is MailingState.CONFIRMED:
        every = SOON if _seconds_left(view) > 0 else LATER
        st.fragment(_watch, run_every=every)(view.id, view.version, every)
    else:
        _result(view)


@st.fragment
def _list(view: MailingView) -> None:
    recipients.draw(view)


def _watch(number: int, version: int, every: float) -> None:
    """The bar, drawn anew until the mailing is over."""
    view = guard.read(mailing_views.mailing, number)
    left = _seconds_left(view)
    if view.state is not MailingState.CONFIRMED or view.version != version or (left <= 0 and every == SOON):
        st.rerun(scope="app")
    if left > 0:
        st.info(_said_waiting(view, left), icon=":material/timer:")
    else:
        told = f"Отправлено или решено: {grouped(view.done)} из {grouped(view.total)}"
        st.progress(min(view.progress, 1.0), told)
        st.caption("Страницу можно закрыть: отправка идёт сама.")
    _counts(view)
    _undecided(view)


def _seconds_left(view: MailingView) -> int:
    if view.state is not MailingState.CONFIRMED or view.starts_at is None:
        return 0
    return max(0, int((view.starts_at - clock.now()).total_seconds()) + 1)


def _said_waiting(view: MailingView, left: int) -> str:
    if left > 3600:
        return f"Отправка начнётся {said.moment(view.starts_at)}. До этого её можно отменить целиком."
    spoken = counted(left, "секунду", "секунды", "секунд") if left < 120 else (
        counted(left // 60, "минуту", "минуты", "минут"))  # fmt: skip
    return f"Отправка начнётся через {spoken}. Пока ничего не ушло, её можно отменить целиком."


def _result(view: MailingView) -> None:
    if view.state is MailingState.CANCELLED:
        st.info("Рассылка отменена. Чтобы отправить её снова, скопируйте её.", icon=":material/cancel:")
    _counts(view)
    _undecided(view)


def _counts(view: MailingView) -> None:
    """By channel and state; states nobody is in are left out."""
    if not view.counts:
        return
    states = [state for state in DeliveryState if any(one.state is state for one in view.counts)]
    titles = {one.state: one.title for one in view.counts}
    table = []
    for channel in view.channels:
        own = {one.state: one.count for one in view.counts if one.channel is channel}
        line = {"Канал": sentence(CHANNEL_TITLES[channel])}
        table.append(line | {sentence(titles[state]): grouped(own.get(state, 0)) for state in states})
    st.table(table)


def _undecided(view: MailingView) -> None:
    for state, words in (
        (DeliveryState.FAILED, "не доставлено"),
        (DeliveryState.UNKNOWN, "неизвестно, дошло ли"),
    ):
        number = sum(one.count for one in view.counts if one.state is state)
        if not number:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(f"{sentence(words)}: {grouped(number)}. Решите, что с этим делать.", icon=":material/help:")
            st.button("Показать", key=f"show-{state}", on_click=_show, args=(view, state))


def _show(view: MailingView, state: DeliveryState) -> None:
    guard.put_input(f"outcome-way-{view.id}", LIST)
    recipients.show(view, state)


def _text(view: MailingView) -> None:
    """The text as written, tokens and all."""
    with st.container(border=True):
        st.markdown(f":small[:gray[Тема]]  \n**{plain(view.subject)}**")
        st.markdown(sample.lines(view.text))
    for file in view.files:
        st.markdown(f":material/attach_file: {plain(file.name)}")
