"""«Массовые изменения»: bulk changes and merges so far, and taking one back: what would return, then the doing."""

import streamlit as st

from models import BatchKind, BatchState
from pages.office.cards import shell
from pages.office.imports import address
from pages.office.imports.undo import kept_table, preview
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import clock
from services.errors import DomainError, NotFound
from services.history.batches import EditBatch, EditPage, edit_batch, edit_batches
from services.imports.undoing import Undone, preview_undo_edit, undo_edit

PATH = "mass_changes"
ICONS = {BatchKind.EDIT.value: ":material/edit_note:", BatchKind.MERGE.value: ":material/merge:"}
WIDTHS = (6, 2.2, 1.6)
SHOWN = 200


def render() -> None:
    """Draw the page."""
    st.html(shell.STYLE)
    address.tell_browser()
    st.title("Массовые изменения и объединения", anchor=False)
    asked = st.query_params.get("undo", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        _undo(int(asked))
    else:
        _list()


def _list() -> None:
    found: EditPage = guard.read(edit_batches, guard.input_value("mass-page", 1) - 1)
    if not found.total:
        st.info("Пока никто не менял записи сразу помногу и не объединял их.", icon=":material/history:")
        return
    st.caption("Любое из этих изменений можно отменить. То, что после него поправили вручную, останется как есть.")
    for batch in found.lines:
        with st.container(border=True, key=f"batch-{batch.id}"):
            _line(batch)
    if found.pages > 1:
        st.pagination(found.pages, key="mass-page")


def _line(batch: EditBatch) -> None:
    what, state, button = st.columns(WIDTHS, vertical_alignment="center")
    what.markdown(f"{ICONS[batch.kind]} **{_title(batch)}**  \n:small[:gray[{_when(batch)} · {plain(batch.who)}]]")
    undone = batch.undone_at is not None and batch.state == BatchState.UNDONE.value
    state.markdown(":gray-badge[отменено]" if undone else ":green-badge[действует]")
    if batch.may_undo:
        words = ("Отменить…", ":material/undo:") if batch.undo_of is None else ("Вернуть…", ":material/redo:")
        with button:
            st.page_link(
                navigation.page(PATH), label=words[0], icon=words[1], query_params={"undo": str(batch.id)}
            )  # fmt: skip


def _title(batch: EditBatch) -> str:
    said = "" if batch.undo_of is None else "Возврат: " if batch.is_return else "Отмена: "
    return plain(said + batch.title)


def _when(batch: EditBatch) -> str:
    return f"{clock.local(batch.at):%d.%m.%Y %H:%M}"


def _undo(number: int) -> None:
    st.page_link(
        navigation.page(PATH), label="Все изменения", icon=":material/arrow_back:", query_params={"list": "all"}
    )
    try:
        batch = guard.read(edit_batch, number)
    except NotFound as error:
        guard.show_error(error)
        return
    st.subheader("Отменить изменение" if batch.undo_of is None else "Вернуть отменённое", anchor=False)
    st.markdown(f"{ICONS[batch.kind]} **{_title(batch)}** · {_when(batch)} · {plain(batch.who)}")
    if not batch.may_undo:
        st.info("Это уже отменено.", icon=":material/undo:")
        return
    try:
        with st.spinner("Смотрим, что изменилось с тех пор…"):
            found: Undone = guard.read(preview_undo_edit, number)
    except DomainError as error:
        guard.show_error(error)
        return
    preview(found, "после этого")
    label = "Отменить" if batch.undo_of is None else "Вернуть"
    if st.button(label, type="primary", icon=":material/undo:", key="undo-edit"):
        with st.spinner("Возвращаем значения…"):
            outcome = guard.attempt(undo_edit, number)
        if isinstance(outcome, DomainError):
            guard.show_error(outcome)
            return
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        guard.flash("Изменение отменено." if batch.undo_of is None else "Отменённое возвращено.")
        st.query_params.clear()
        st.rerun()
    if found.kept:
        st.markdown("**Останется как есть**")
        kept_table(found.kept[:SHOWN])
        if len(found.kept) > SHOWN:
            st.caption(f"Показаны первые {SHOWN} из {len(found.kept)}.")
