"""Dialogs about a segment: keep the present filter, change the name, delete; and what the menu of its page does."""

from typing import Any

import streamlit as st

from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import DomainError
from services.tables import segments
from services.tables.segments import ICONS, NAME_LIMIT, SegmentLine

PRIVATE, SHARED = "только я", "все сотрудники"


def open_saving(table: str, query: dict[str, Any]) -> None:
    """Ask for a name under which the present filter of `table` is kept."""
    st.dialog("Новый сегмент", icon=":material/bookmark_add:")(_draw_saving)(table, query)


def open_editing(segment_id: int) -> None:
    """Change name, icon and who sees a segment."""
    line = guard.read(segments.open_segment, segment_id)
    st.dialog("Изменить сегмент", icon=":material/edit:")(_draw_editing)(line)


def open_deleting(segment_id: int) -> None:
    """Delete a segment, after a question."""
    line = guard.read(segments.open_segment, segment_id)
    st.dialog("Удалить сегмент?", icon=":material/delete:")(_draw_deleting)(line)


def save_filter(segment_id: int, query: dict[str, Any]) -> None:
    """Let the segment mean what is shown now."""
    line = guard.read(segments.open_segment, segment_id)
    done = guard.attempt(segments.save_filter, segment_id, line.version, query)
    guard.flash(str(done) if isinstance(done, DomainError) else "Условия сегмента сохранены.")
    st.rerun()


def copy(segment_id: int) -> None:
    """Make a private copy and open it."""
    done = guard.attempt(segments.copy, segment_id)
    if isinstance(done, DomainError):
        guard.flash(str(done))
        st.rerun()
    guard.flash("Копия создана. Её видите только вы.")
    navigation.open_next(navigation.segment_path(done.value))


def _draw_saving(table: str, query: dict[str, Any]) -> None:
    st.caption("Сегмент запоминает фильтры, поиск и условия. Список каждый раз отбирается заново.")
    with st.form("segment", border=False):
        name, icon, shared = _inputs("new", "", "bookmark", shared=False)
        pressed = st.form_submit_button("Сохранить", type="primary", icon=":material/save:")
    if pressed:
        done = guard.act(segments.create, table, name, query, icon, shared=shared)
        if done is not None:
            guard.flash("Сегмент сохранён.")
            navigation.open_next(navigation.segment_path(done.value))


def _draw_editing(line: SegmentLine) -> None:
    with st.form("segment", border=False):
        name, icon, shared = _inputs(f"{line.id}", line.name, line.icon, shared=line.shared, fixed=not line.is_own)
        pressed = st.form_submit_button("Сохранить", type="primary", icon=":material/save:")
    if pressed:
        done = guard.act(segments.edit, line.id, line.version, name, icon, shared=shared)
        if done is not None:
            guard.flash("Сегмент изменён.")
            st.rerun()


def _draw_deleting(line: SegmentLine) -> None:
    who = " Его видят все сотрудники." if line.shared else ""
    st.write(plain(f"«{line.name}» исчезнет из меню.{who} Сами записи останутся."))
    if st.button("Удалить", type="primary", icon=":material/delete:"):
        done = guard.act(segments.delete, line.id)
        if done is not None:
            guard.flash("Сегмент удалён.")
            navigation.open_next("segments")


def _inputs(key: str, name: str, icon: str, *, shared: bool, fixed: bool = False) -> tuple[str, str, bool]:
    typed = st.text_input("Название", name, max_chars=NAME_LIMIT, key=f"segment-name-{key}")
    first = icon if icon in ICONS else ICONS[0]
    chosen = st.pills("Значок", ICONS, default=first, format_func=":material/{}:".format, key=f"segment-icon-{key}")
    if fixed or not guard.actor().may(Permission.BASE_EDIT):
        return typed, chosen or first, shared
    who = st.radio("Кто видит", (PRIVATE, SHARED), int(shared), horizontal=True, key=f"segment-shared-{key}")
    return typed, chosen or first, who == SHARED
