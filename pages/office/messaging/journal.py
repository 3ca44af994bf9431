"""«Рассылки»: what waits for approval, then every mailing, newest first."""

import streamlit as st

from models import MailingState
from pages.office.cards import shell
from pages.office.imports.blocks import counted, grouped
from pages.office.messaging import said, writing
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.messaging import mailing_views
from services.messaging.mailing_views import Journal, MailingLine
from services.messaging.words import MAILING_TITLES

WIDTHS = (6, 3)
EVERY = ""


def render() -> None:
    """Draw the page."""
    guard.require(Permission.MESSAGES_SEND)
    st.html(shell.STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="mailings-head"):
        st.title("Рассылки", anchor=False)
        if st.button("Новая рассылка", type="primary", icon=":material/add:", key="mailing-new"):
            writing.open_new()
    _waiting()
    state = _filter()
    page = guard.input_value(f"mailings-page-{state}", 1) - 1
    found: Journal = guard.read(mailing_views.journal, page, state)
    if not found.total:
        st.info(
            "В этом состоянии рассылок нет."
            if state
            else "Рассылок пока не было. Отметьте строки в любой таблице людей или компаний и нажмите «Написать», "
            "или начните здесь: «Новая рассылка».",
            icon=":material/send:",
        )
        return
    for line in found.lines:
        _line(line, "line")
    if found.pages > 1:
        st.pagination(found.pages, key=f"mailings-page-{state}")


def _waiting() -> None:
    """On top, for whoever can approve: it waits for them."""
    if not guard.actor().may(Permission.MESSAGES_APPROVE):
        return
    waiting: Journal = guard.read(mailing_views.journal, 0, MailingState.APPROVAL.value)
    if not waiting.total:
        return
    st.subheader(f"Ждут одобрения: {grouped(waiting.total)}", anchor=False)
    for line in waiting.lines:
        _line(line, "waiting")
    st.subheader("Все рассылки", anchor=False)


def _filter() -> str:
    titles = {EVERY: "Все", **{state.value: MAILING_TITLES[state] for state in MailingState}}
    chosen = st.pills(
        "Состояние", list(titles), format_func=lambda state: said.sentence(titles[state]), default=EVERY, required=True,
        key="mailings-state", label_visibility="collapsed",
    )  # fmt: skip
    return chosen or EVERY


def _line(line: MailingLine, place: str) -> None:
    with st.container(border=True, key=f"mailing-{place}-{line.id}"):
        what, state = st.columns(WIDTHS, vertical_alignment="center")
        with what:
            st.page_link(
                navigation.page("mailing"), label=f"**{plain(line.name)}**",
                icon=f":material/{said.KIND_ICONS[line.kind]}:", query_params={"id": str(line.id)},
            )  # fmt: skip
            about = (line.kind_title, line.audience, line.who, said.moment(line.confirmed_at or line.created_at))
            st.caption(" · ".join(plain(part) for part in about if part))
        state.markdown(f":{said.STATE_COLORS[line.state]}-badge[{plain(line.state_title)}]  \n{_counts(line)}")


def _counts(line: MailingLine) -> str:
    """What can be said of the numbers in its state."""
    if line.chosen is None or line.receive is None:
        return ":small[:gray[получатели ещё не отобраны]]"
    parts = [f"{said.recipients_of(line.receive)} из {grouped(line.chosen)}"]
    if line.confirmed_at is not None and line.sent:
        parts.append(f"ушло {counted(line.sent, 'сообщение', 'сообщения', 'сообщений')}")
    if line.state is MailingState.CONFIRMED and line.waiting:
        parts.append(f"ждут {grouped(line.waiting)}")
    told = f":small[:gray[{' · '.join(parts)}]]"
    if line.failed:
        told += f" :small[:red[· не доставлено {grouped(line.failed)}]]"
    if line.unknown:
        told += f" :small[:orange[· неизвестно {grouped(line.unknown)}]]"
    return told
