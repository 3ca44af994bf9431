"""The loads so far: one that has just been applied, and the list of all."""

import streamlit as st

from models import BatchState
from pages.office.imports import address, plan, remarks
from pages.office.imports.blocks import block, counted, download, grouped, line, span, tag, words
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import clock, imports
from services.imports import BatchInfo

PAGE = 20
SHOWN_REMARKS = 200


def show_applied(batch: BatchInfo) -> None:
    """What a load has done, and the way to take it back."""
    st.subheader(plain(batch.file_name))
    report = batch.report
    if batch.state == BatchState.UNDONE:
        st.info("Эта загрузка отменена: её значений в базе нет.", icon=":material/undo:")
    else:
        created, changed = grouped(report.total("created")), grouped(report.total("changed"))
        st.success(f"Загружено: новых записей {created}, изменено {changed}.", icon=":material/task_alt:")
    plan.summary(report)
    tables = dict.fromkeys(sheet.table for sheet in report.sheets if sheet.table)
    with st.container(horizontal=True):
        for name in tables:
            st.page_link(navigation.page(name))
    with st.container(horizontal=True):
        address.link("Загрузить ещё один файл", {}, ":material/upload_file:")
        if batch.state == BatchState.APPLIED:
            address.link("Отменить загрузку", {"undo": batch.id}, ":material/undo:")
    _remarks(batch)


def render() -> None:
    """Draw the list."""
    st.subheader("Загрузки")
    found = guard.read(imports.batches)
    if not found:
        st.caption("Пока ничего не загружали.")
        return
    start = address.page_start(len(found), PAGE)
    by_id = {batch.id: batch for batch in found}
    for batch in found[start : start + PAGE]:
        _load(batch, by_id)
    address.pages(len(found), PAGE)


def _load(batch: BatchInfo, by_id: dict[int, BatchInfo]) -> None:
    with st.container(border=True, gap="xsmall", key=f"load-{batch.id}"):
        block([title(batch, by_id), _facts(batch)])
        with st.container(horizontal=True):
            if batch.undo_of is None:
                address.link("Подробнее", {"load": batch.id}, ":material/article:")
            if batch.state == BatchState.APPLIED and not _is_return(batch, by_id):
                is_load = batch.undo_of is None
                label, icon = ("Отменить…", ":material/undo:") if is_load else ("Вернуть…", ":material/redo:")
                address.link(label, {"undo": batch.id}, icon)


def _is_return(batch: BatchInfo, by_id: dict[int, BatchInfo]) -> bool:
    """Whether it took an undoing back: then the load itself is in the base again, and offers to be undone."""
    of = by_id.get(batch.undo_of or 0)
    return of is not None and of.undo_of is not None


def title(batch: BatchInfo, by_id: dict[int, BatchInfo]) -> str:
    """What the load was, when, whose."""
    moment = f"{clock.local(batch.applied_at or batch.created_at):%d.%m.%Y %H:%M}"
    name = batch.file_name
    if batch.undo_of is not None:
        of = by_id.get(batch.undo_of)
        name = _undoing(of) if of is not None else "Отмена загрузки"
        name = f"{name}: {batch.file_name}"
    return line(f"<b>{words(name)}</b>", words(moment), words(batch.who), tag(*_state(batch)))


def _undoing(of: BatchInfo) -> str:
    when = f"{clock.local(of.applied_at or of.created_at):%d.%m.%Y %H:%M}"
    return f"Отмена загрузки от {when}" if of.undo_of is None else f"Возврат загрузки, отменённой {when}"


def _state(batch: BatchInfo) -> tuple[str, str]:
    if batch.state == BatchState.UNDONE:
        return "skipped", "отменена"
    return ("created", "в базе") if batch.undo_of is None else ("changed", "выполнена")


def _facts(batch: BatchInfo) -> str:
    if batch.undo_of is not None:
        return ""
    created, changed = batch.report.total("created"), batch.report.total("changed")
    remarked = counted(batch.remark_count, "замечание", "замечания", "замечаний") if batch.remark_count else ""
    return line(
        words(f"новых {grouped(created)}, изменено {grouped(changed)}"),
        words(remarked),
        download(batch.file_id, "Скачать файл") if batch.file_id else span("label", "файл удалён"),
    )


def _remarks(batch: BatchInfo) -> None:
    """Asked for only when opened: there may be thousands."""
    if not batch.remark_count:
        return
    opened = st.expander(f"Замечания: {grouped(batch.remark_count)}", key=f"remarks-{batch.id}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        found = guard.read(imports.remarks, batch.id)
        remarks.table(found[:SHOWN_REMARKS])
        if len(found) > SHOWN_REMARKS:
            st.caption(f"Показаны первые {SHOWN_REMARKS} из {grouped(len(found))}.")
