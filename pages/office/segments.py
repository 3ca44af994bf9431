"""The page of all segments, to order and manage them; and what a segment's own page says when it cannot be shown."""

import streamlit as st

from pages.office import segment_dialogs
from pages.office.messaging import writing
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import NotFound
from services.tables import segments
from services.tables.registry import TABLES
from services.tables.segments import SegmentLine

WIDTHS = (5, 6, 4)


def render() -> None:
    """Draw the list."""
    guard.require(Permission.BASE_READ)
    found = guard.read(segments.list_segments)
    st.title("Все сегменты")
    st.caption(
        "Сегмент — отбор записей под своим названием. Чтобы создать новый, отберите строки в любой таблице "
        "и нажмите «Сохранить как сегмент»."
    )
    with st.container(key="segment-lines", gap=None):
        for place, line in enumerate(found):
            with st.container(key=f"segment-line-{line.id}"):
                _draw_line(found, place)


def render_one(segment_id: int) -> None:
    """A segment that can be shown is drawn by the grid; of any other, why, and what can be done."""
    try:
        line = guard.read(segments.open_segment, segment_id)
    except NotFound as error:
        st.title("Сегмент не найден")
        guard.show_error(error)
        st.page_link(navigation.page("segments"), label="Все сегменты", icon=":material/bookmarks:")
        return
    if not line.problem:
        return
    st.title(plain(line.name))
    st.warning(plain(line.problem), icon=":material/warning:")
    with st.container(horizontal=True):
        _manage(line)


def _draw_line(found: tuple[SegmentLine, ...], place: int) -> None:
    line = found[place]
    name, words, buttons = st.columns(WIDTHS, vertical_alignment="center")
    with name:
        st.page_link(navigation.segment_page(line.id, line.name, line.icon), label=plain(line.name))
    if line.problem:
        words.caption(f":orange[:material/warning: {plain(line.problem)}]")
    else:
        words.caption(f"{_total(line)} · {plain(_about(line))}")
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _mover(found, place, -1)
        _mover(found, place, 1)
        with st.popover("Ещё", type="tertiary"):
            _manage(line)


def _total(line: SegmentLine) -> str:
    number = f"{line.total:,}".replace(",", "\u00a0")
    return f":primary[**{number}**]"


def _about(line: SegmentLine) -> str:
    author = "встроенный" if line.code else f"автор {line.owner}" if line.owner else "без автора"
    return " · ".join((TABLES[line.table].title, line.seen_by, author, *(() if line.active else ("скрыт из меню",))))


def _mover(found: tuple[SegmentLine, ...], place: int, step: int) -> None:
    other = place + step
    here, words = found[place], "Выше" if step < 0 else "Ниже"
    possible = 0 <= other < len(found) and (here.may_change or found[other].may_change)
    icon = ":material/arrow_upward:" if step < 0 else ":material/arrow_downward:"
    if st.button("", icon=icon, help=words, type="tertiary", disabled=not possible, key=f"move-{here.id}-{step}"):
        ids = [line.id for line in found]
        ids[place], ids[other] = ids[other], ids[place]
        if guard.act(segments.reorder, ids) is not None:
            st.rerun()


def _manage(line: SegmentLine) -> None:
    if line.may_change and st.button("Изменить", icon=":material/edit:", key=f"edit-{line.id}"):
        segment_dialogs.open_editing(line.id)
    is_read = not line.problem and bool(TABLES[line.table].subjects)
    may_write = is_read and guard.actor().may(Permission.MESSAGES_SEND)
    if may_write and st.button("Написать сегменту", icon=":material/mail:", key=f"write-{line.id}"):
        writing.open_segment(line)
    if not line.problem and st.button("Копировать", icon=":material/content_copy:", key=f"copy-{line.id}"):
        segment_dialogs.copy(line.id)
    if line.may_change and (line.shared or not line.active):
        words, icon = ("Скрыть из меню", "visibility_off") if line.active else ("Вернуть в меню", "visibility")
        if st.button(words, icon=f":material/{icon}:", key=f"hide-{line.id}", help="Для всех сотрудников") and (
            guard.act(segments.show_in_menu, line.id, shown=not line.active) is not None
        ):
            st.rerun()
    if line.may_change and not line.code and st.button("Удалить", icon=":material/delete:", key=f"delete-{line.id}"):
        segment_dialogs.open_deleting(line.id)
