"""Taking a load back: first what would return and what stays, then, once agreed, the doing."""

import streamlit as st

from models import BatchState
from pages.office.imports import address, loads
from pages.office.imports.blocks import block, counted
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.errors import DomainError, NotFound
from services.imports import BatchInfo, Kept, Undone

PAGE = 100


def render(batch_id: int) -> None:
    """Draw what undoing a load, or undoing its undoing, would do."""
    address.link("Все загрузки", {}, ":material/arrow_back:")
    try:
        batch = guard.read(imports.batch, batch_id)
        before = {batch.undo_of: guard.read(imports.batch, batch.undo_of)} if batch.undo_of is not None else {}
    except NotFound:
        st.info("Такой загрузки нет.", icon=":material/search_off:")
        return
    st.subheader("Отменить загрузку" if batch.undo_of is None else "Вернуть отменённое")
    block([loads.title(batch, before)])
    if batch.state != BatchState.APPLIED:
        st.info("Это уже отменено.", icon=":material/undo:")
        return
    with st.spinner("Смотрим, что изменилось с тех пор…"):
        try:
            found = guard.read(imports.preview_undo, batch_id)
        except DomainError as error:
            guard.show_error(error)
            return
    _preview(found)
    _buttons(batch)
    _kept(found.kept)


def _preview(found: Undone) -> None:
    parts = [
        counted(found.values, "значение вернётся", "значения вернутся", "значений вернутся") if found.values else "",
        counted(found.removed, "запись исчезнет", "записи исчезнут", "записей исчезнут") if found.removed else "",
        counted(found.restored, "запись появится", "записи появятся", "записей появятся") if found.restored else "",
    ]
    said = ", ".join(part for part in parts if part) or "Возвращать нечего"
    stays = counted(len(found.kept), "значение останется", "значения останутся", "значений останутся")
    st.markdown(f"**{said}.** " + (f"{stays} как есть: их меняли после загрузки." if found.kept else ""))


def _buttons(batch: BatchInfo) -> None:
    label = "Отменить загрузку" if batch.undo_of is None else "Вернуть"
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, type="primary", icon=":material/undo:", key="undo"):
            with st.spinner("Возвращаем значения…"):
                outcome = guard.attempt(imports.undo, batch.id)
            if isinstance(outcome, DomainError):
                guard.show_error(outcome)
                return
            guard.flash("Загрузка отменена." if batch.undo_of is None else "Отменённое возвращено.")
            address.go()
        address.link("Оставить как есть", {}, ":material/close:")
    st.caption("Передумать можно в любое время: это останется в списке загрузок.")


def _kept(kept: tuple[Kept, ...]) -> None:
    if not kept:
        return
    st.markdown("**Останется как есть**")
    start = address.page_start(len(kept), PAGE)
    st.table(
        [
            {
                "Запись": plain(one.name),
                "Поле": plain(one.field),
                "Сейчас": plain(one.now),
                "Вернулось бы": plain(one.wanted),
                "Почему": plain(one.reason),
            }
            for one in kept[start : start + PAGE]
        ]
    )
    address.pages(len(kept), PAGE)
