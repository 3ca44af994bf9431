"""«Уведомления»: what the association wrote to the person and to the companies they speak for."""

import re

import streamlit as st

from pages.office.cards import shell
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.errors import NotFound
from services.messaging import notices
from services.messaging.notices import NoticeLine, NoticePage, NoticeText

LINK = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")


def render() -> None:
    """Draw the page."""
    st.html(shell.STYLE)
    asked = st.query_params.get("id", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 11:
        _one(int(asked))
    else:
        _list()


def _list() -> None:
    found: NoticePage = guard.read(notices.list_notices, guard.input_value("notices-page", 1) - 1)
    st.title(f"Уведомления · {found.unread}" if found.unread else "Уведомления", anchor=False)
    if not found.total:
        st.info("Уведомлений пока нет. Здесь появится всё, что пришлёт ассоциация.", icon=":material/notifications:")
        return
    st.caption(f"Непрочитанных: {found.unread} из {found.total}" if found.unread else f"Всего: {found.total}")
    for line in found.lines:
        _line(line)
    if found.pages > 1:
        st.pagination(found.pages, key="notices-page")


def _line(line: NoticeLine) -> None:
    with st.container(border=True, gap="xsmall", key=f"notice-{line.id}"):
        icon = ":material/drafts:" if line.is_read else ":material/mark_email_unread:"
        title = plain(line.subject) if line.is_read else f"**{plain(line.subject)}**"
        if st.button(title, key=f"open-notice-{line.id}", type="tertiary", icon=icon):
            st.query_params["id"] = str(line.id)
            st.rerun()
        whom = f" · {plain(line.company)}" if line.company else ""
        st.caption(f"{clock.local(line.at):%d.%m.%Y %H:%M}{whom}")


def _one(number: int) -> None:
    if st.button("Все уведомления", icon=":material/arrow_back:", type="tertiary", key="all-notices"):
        st.query_params.clear()
        st.rerun()
    outcome = guard.attempt(notices.open_notice, number)
    if isinstance(outcome, NotFound):
        st.info(plain(str(outcome)), icon=":material/search_off:")
        return
    if not isinstance(outcome, guard.Done):
        guard.show_error(outcome)
        return
    notice: NoticeText = outcome.value
    st.title(plain(notice.subject), anchor=False)
    whom = f" · {plain(notice.company)}" if notice.company else ""
    st.caption(f"{clock.local(notice.at):%d.%m.%Y %H:%M}{whom}")
    st.markdown(text_with_links(notice.text))


def text_with_links(text: str) -> str:
    """The text as markdown: letter by letter, but for its addresses, which open."""
    shown, end = [], 0
    for found in LINK.finditer(text):
        shown += [plain(text[end : found.start()]), f"[{plain(found[0])}](<{found[0]}>)"]
        end = found.end()
    shown.append(plain(text[end:]))
    return "".join(shown).replace("\n", "  \n")
