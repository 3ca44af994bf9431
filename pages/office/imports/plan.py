"""A plan: what would be done, the buttons, and four views of it."""

import streamlit as st

from models import BatchState
from pages.office.imports import address, columns, doubtful, remarks, rows, work
from pages.office.imports.blocks import counted, grouped, rows_of
from pages.ui import guard
from pages.ui.escape import plain
from services import clock, imports
from services.errors import DomainError
from services.imports import BatchInfo, ImportReport
from services.imports.jobs import Task
from services.tables.registry import TABLES

PLAN, DECIDE, COLUMNS, REMARKS = "plan", "decide", "columns", "remarks"


@st.fragment
def render(batch: BatchInfo) -> None:
    """Draw a plan that waits for its user. A fragment: what is chosen draws no more than this."""
    st.subheader("Что будет сделано")
    st.caption(f"{plain(batch.file_name)}, загружен {clock.local(batch.created_at):%d.%m.%Y в %H:%M}")
    try:
        guard.read(imports.check_rights, batch.id)
    except DomainError as error:
        _refused(batch, error)
        return
    head = st.container()
    doubts = batch.report.doubtful
    views = {
        PLAN: "План",
        DECIDE: f"Решить: {grouped(doubts)}",
        COLUMNS: "Листы и колонки",
        REMARKS: f"Замечания: {grouped(batch.remark_count)}",
    }
    present = {"load": address.asked("load")}
    view = address.segments("view", "view", views, PLAN, only=present)
    if view == DECIDE:
        doubtful.render(batch)
    elif view == COLUMNS:
        columns.render(batch)
    elif view == REMARKS:
        remarks.render(batch)
    else:
        rows.render(batch)
    now = guard.read(imports.batch, batch.id)
    if now.state != BatchState.PLANNED:
        st.rerun()
    with head:
        _head(now)


def _head(batch: BatchInfo) -> None:
    """What stands above the views. Drawn after them, for they may have changed what it counts."""
    before = guard.read(imports.applied_before, batch.id)
    _notices(batch, before)
    summary(batch.report.as_chosen())
    _buttons(batch, before is not None)


def _refused(batch: BatchInfo, error: DomainError) -> None:
    """A plan made with other rights: it can be made anew, or given up."""
    st.warning(plain(str(error)), icon=":material/lock:")
    with st.container(horizontal=True):
        if st.button("Сверить заново", type="primary", icon=":material/refresh:", key="plan-again"):
            doubtful.plan_again(batch.id)
        if st.button("Отказаться", icon=":material/close:", key="give-up"):
            work.give_up(batch.id)


def _notices(batch: BatchInfo, before: BatchInfo | None) -> None:
    if before is not None and before.applied_at is not None:
        when = f"{clock.local(before.applied_at):%d.%m.%Y в %H:%M}"
        st.info(f"Этот же файл уже загружен {when} ({plain(before.who)}).", icon=":material/history:")
    if batch.failure:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(plain(batch.failure), icon=":material/sync_problem:")
            address.link("Что изменилось", {"load": batch.id, "renewed": 1}, ":material/filter_alt:")
    if not batch.report.written and not batch.report.doubtful:
        st.success(_nothing(batch.report), icon=":material/task_alt:")


def _nothing(report: ImportReport) -> str:
    if not report.total("same"):
        return "Загружать нечего: ни одной строки программа не узнала. Посмотрите «Листы и колонки»."
    return "Всё, что есть в файле, уже есть в базе: менять нечего."


def _buttons(batch: BatchInfo, is_known: bool) -> None:
    report = batch.report.as_chosen()
    created, altered = report.total("created"), report.total("changed")
    can_apply = bool(report.written)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Применить: создать {grouped(created)}, изменить {grouped(altered)}"
        if st.button(label, type="primary", icon=":material/check:", disabled=not can_apply, key="apply"):
            work.launch(batch.id, Task.APPLY)
            st.rerun()
        if st.button("Отказаться", icon=":material/close:", key="give-up"):
            work.give_up(batch.id)
    st.caption(" ".join(_said(batch, can_apply, is_known)))


def _said(batch: BatchInfo, can_apply: bool, is_known: bool) -> list[str]:
    """What there is to know beside the button."""
    said = []
    if batch.report.doubtful:
        many = batch.report.doubtful % 10 != 1 or batch.report.doubtful % 100 == 11
        verb, them = ("не решены", "они не будут загружены") if many else ("не решена", "она не будет загружена")
        said.append(f"{rows_of(batch.report.doubtful)} {verb}: {them}.")
        decided = len(guard.read(imports.decided, batch.id))
        if decided:
            said.append(f"Решения уже есть для {counted(decided, 'строки', 'строк', 'строк')}: сверьте файл заново.")
    if batch.report.conflicts and batch.report.as_chosen().written < batch.report.written:
        said.append("Внесённое вручную остаётся, пока вы не выберете «Взять новое».")
    if can_apply:
        said.append("Пока вы не нажали «Применить», в базе всё по-прежнему. От чего вы отказались, не загружается.")
    elif batch.report.written:
        said.append("Применять пока нечего: ни одно новое значение не взято.")
    elif batch.report.doubtful:
        said.append("Применять пока нечего: сначала решите, кого означают эти строки.")
    elif is_known:
        said.append("Применять нечего: файл уже в базе.")
    else:
        said.append("Применять нечего.")
    return said


def summary(report: ImportReport) -> None:
    """What becomes of the rows of every sheet."""
    lines = [
        {
            "Лист": plain(sheet.sheet),
            "Таблица": TABLES[sheet.table].title if sheet.table else "не загружается",
            "Строк": grouped(sheet.rows),
            "Новых": grouped(sheet.created),
            "Изменено" if report.applied else "Изменится": grouped(sheet.changed),
            "Без изменений": grouped(sheet.same),
            "Пропущено": grouped(sheet.skipped),
        }
        for sheet in report.sheets
    ]
    st.table(lines)
