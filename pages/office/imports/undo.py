"""Taking a load back: first what would return and what stays, then, once agreed, the doing."""

from collections.abc import Mapping

import streamlit as st

from models import BatchState
from pages.office.imports import address, loads
from pages.office.imports.blocks import block, counted
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.errors import DomainError, NotFound
from services.imports import BatchInfo, Kept, Undone, undo_counts

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
    preview(found)
    _buttons(batch)
    _kept(found.kept)


def preview(found: Undone, since: str = "после загрузки") -> None:
    """What would return, go, come back and stay."""
    values = counted(found.values, "значение", "значения", "значений")
    parts = [
        _told(found.values, "Вернётся", "Вернутся", values),
        _told(sum(found.removed.values()), "Исчезнет", "Исчезнут", _kinds(found.removed)),
        _told(sum(found.restored.values()), "Появится", "Появятся", _kinds(found.restored)),
    ]
    said = " ".join(part for part in parts if part) or "Возвращать нечего."
    stays = counted(len(found.kept), "значение останется", "значения останутся", "значений останутся")
    st.markdown(f"**{said}** " + (f"{stays} как есть: их меняли {since}." if found.kept else ""))


def _kinds(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(number, *undo_counts.KINDS[kind]) for kind, number in counts.items())


def _told(number: int, one: str, many: str, what: str) -> str:
    return f"{one if number == 1 else many}: {what}." if number else ""


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
    kept_table(kept[start : start + PAGE])
    address.pages(len(kept), PAGE)


def kept_table(kept: tuple[Kept, ...]) -> None:
    """What stays, with both values and why."""
    st.table(
        [
            {
                "Запись": plain(one.name),
                "Поле": plain(one.field),
                "Сейчас": plain(one.now),
                "Вернулось бы": plain(one.wanted),
                "Почему": plain(one.reason),
            }
            for one in kept
        ]
    )
