"""«Комитеты»: the directory of committees, and the requests that wait."""

import streamlit as st

from pages.office.cards import committee_forms as forms, facts
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.directory.committees import CommitteeLine, list_committees


def render() -> None:
    """Draw the page."""
    st.title("Справочник комитетов")
    found = guard.read(list_committees)
    if guard.actor().may(Permission.DIRECTORIES_MANAGE):
        if st.button("Добавить комитет", icon=":material/add:", type="primary"):
            forms.show("Новый комитет", ":material/groups:", forms.add_committee)
    if not found:
        st.info("Комитетов пока нет.", icon=":material/groups:")
        return
    st.caption("Название, состав и заявки меняются на карточке комитета: нажмите на его название.")
    st.table([_row(line) for line in found])


def _row(line: CommitteeLine) -> dict[str, str]:
    waiting = facts.link(f"ждут решения: {line.requests}", f"/committee?id={line.id}&tab=requests")
    return {
        "Комитет": facts.link(line.name, f"/committee?id={line.id}"),
        "Председатель": plain(", ".join(line.chairs)) or "—",
        "Мест занято": str(line.seats),
        "Заявки": waiting if line.requests else "—",
        "Состояние": "действует" if line.active else "не действует",
    }
