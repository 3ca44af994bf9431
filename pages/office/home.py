"""The office's first page: the nine segments, three by three, and what needs attention."""

import json

import streamlit as st

from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import scheduling
from services.access.permissions import Permission
from services.tables.overview import Attention, overview

IN_A_ROW = 3


def render() -> None:
    """Draw the page."""
    guard.require(Permission.BASE_READ)
    found = guard.read(overview)
    st.title("Обзор")
    _alarms()
    for start in range(0, len(found.segments), IN_A_ROW):
        for place, segment in zip(st.columns(IN_A_ROW), found.segments[start : start + IN_A_ROW], strict=False):
            with place.container(border=True, key=f"segment-{segment.name}"):
                st.page_link(navigation.page(segment.name), width="stretch")
                st.metric("Записей", f"{segment.count:,}".replace(",", "\u00a0"), label_visibility="collapsed")
    st.subheader("Требует внимания")
    if not any(segment.count for segment in found.segments):
        st.info("База пока пуста. Загрузите книгу Excel: раздел «Загрузка из Excel».", icon=":material/upload_file:")
    elif not found.attention:
        st.success("Ничего срочного: сроки членства в порядке, замечаний к данным нет.", icon=":material/task_alt:")
    for item in found.attention:
        st.page_link(
            navigation.page(item.page or item.table),
            label=f"{item.title}: {item.count}",
            icon=_icon(item),
            query_params=_address(item),
        )


def _alarms() -> None:
    """What keeps messages from leaving; whoever sends them gets the way to its page."""
    found = guard.read(scheduling.alarms)
    for alarm in found:
        st.error(plain(alarm.sentence), icon=":material/alarm:")
    if found and guard.actor().may(Permission.MESSAGES_SEND):
        st.page_link(navigation.page("scheduler"), label="Открыть планировщик", icon=":material/schedule:")


def _icon(item: Attention) -> str:
    if item.page:
        return ":material/approval_delegation:" if item.page == "mailings" else ":material/contact_mail:"
    return ":material/flag:" if item.remarked else ":material/event_busy:"


def _address(item: Attention) -> dict[str, str]:
    if item.page:
        return {}
    if item.remarked:
        return {"remarks": "1"}
    chosen = {"filterModel": {"state": {"filterType": "set", "values": list(item.states)}}}
    return {"q": json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))}
