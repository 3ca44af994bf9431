"""Загрузка из Excel: a workbook, what it would do, the decision, the loads so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import clock, imports
from services.access.permissions import Permission
from services.errors import DomainError
from services.imports import ImportReport, Plan, ReportRemark, RowDiff
from services.settings import settings
from services.tables.registry import TABLES

PLAN, RESULT, TURN = "import_plan", "import_result", "import_turn"
SHOWN_ROWS, SHOWN_REMARKS = 50, 200
SEVERITIES = {"error": "Ошибка", "warning": "Проверьте", "info": "К сведению"}
OUTCOMES = {"created": "Новые", "changed": "Изменятся"}
ALL_SHEETS = "Все листы"
STYLE = """<style>
[data-testid="stFileUploaderDropzone"] button p { font-size: 0 }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Выбрать файл"; font-size: 0.875rem }
[data-testid="stFileUploaderDropzoneInstructions"] span { font-size: 0 }
[data-testid="stFileUploaderDropzoneInstructions"] span::after {
    content: "или перетащите его сюда"; font-size: 0.875rem
}
[data-testid="stFileUploaderDropzone"] button[aria-label="Add files"] { display: none }
[data-testid="stFileUploader"]:has([data-testid="stFileChip"][aria-invalid="true"])::after {
    content: "Файл больше LIMIT МБ, поэтому он не загружен. В базе ничего не изменилось."; color: #9c1f1f;
    display: block; margin-top: 0.5rem
}
</style>"""
"""The uploader speaks English and has no setting for it; its «+» would add a second file; why it refuses one it
says only to the pointer that rests on it."""


@dataclass(frozen=True)
class Kept:
    """The plan of one uploaded file."""

    file_id: str
    plan: Plan


def render() -> None:
    """Draw the page."""
    guard.require(Permission.BASE_IMPORT)
    st.title("Загрузка из Excel")
    st.html(STYLE.replace("LIMIT", str(settings().max_upload_mb)))
    _result()
    turn = guard.recall(TURN, 0)
    label = f"Книга Excel (.xlsx), не больше {settings().max_upload_mb} МБ"
    uploaded = st.file_uploader(label, key=f"workbook-{turn}")
    if uploaded is not None:
        kept = _planned(uploaded.file_id, uploaded.name, uploaded.getvalue)
        if kept is not None:
            _plan(kept.plan)
    _loads()


def _planned(file_id: str, name: str, content: Callable[[], bytes]) -> Kept | None:
    """The plan of the uploaded file, made once; a file that cannot be read is refused with its sentence."""
    kept: Kept | None = guard.recall(PLAN)
    if kept is not None and kept.file_id == file_id:
        return kept
    try:
        with st.spinner("Читаем книгу и сверяем её с базой…"):
            kept = Kept(file_id, guard.read(imports.plan, name, content()))
    except DomainError as error:
        guard.show_error(error)
        return None
    guard.remember(PLAN, kept)
    guard.forget(RESULT)
    return kept


def _plan(plan: Plan) -> None:
    if plan.applied_before is not None and plan.applied_before.applied_at is not None:
        when = f"{clock.local(plan.applied_before.applied_at):%d.%m.%Y в %H:%M}"
        st.info(f"Этот же файл уже загружен {when} ({plain(plan.applied_before.who)}).", icon=":material/history:")
    st.subheader("Что будет сделано")
    _summary(plan.report)
    if plan.report.written:
        st.caption("Пустая ячейка ничего не меняет. Пока вы не нажали «Применить», в базе всё по-прежнему.")
    else:
        st.success("Всё, что есть в файле, уже есть в базе: менять нечего.", icon=":material/task_alt:")
    _buttons(plan)
    remarks, rows = st.tabs([f"Замечания: {len(plan.report.remarks)}", f"Новое и изменённое: {len(plan.rows)}"])
    with remarks:
        _remarks(plan.report.remarks)
    with rows:
        _rows(plan.rows)


def _buttons(plan: Plan) -> None:
    with st.container(horizontal=True):
        agreed = st.button(
            "Применить", type="primary", icon=":material/check:", disabled=not plan.report.written and _is_known(plan)
        )
        if agreed and (done := guard.act(imports.apply, plan)) is not None:
            guard.remember(RESULT, done.value)
            _begin_anew()
        if st.button("Отменить", icon=":material/close:"):
            _begin_anew()


def _is_known(plan: Plan) -> bool:
    return plan.applied_before is not None


def _begin_anew() -> None:
    """Drop the file: an uploader with another key is an empty one."""
    guard.forget(PLAN)
    guard.remember(TURN, guard.recall(TURN, 0) + 1)
    st.rerun()


def _result() -> None:
    report: ImportReport | None = guard.recall(RESULT)
    if report is None:
        return
    created, changed = (sum(getattr(sheet, key) for sheet in report.sheets) for key in ("created", "changed"))
    st.success(f"Загружено: новых записей {created}, изменено {changed}.", icon=":material/task_alt:")
    _summary(report)
    tables = dict.fromkeys(sheet.table for sheet in report.sheets if sheet.table)
    with st.container(horizontal=True):
        for name in tables:
            st.page_link(navigation.page(name))
    if report.remarks:
        with st.expander(f"Замечания: {len(report.remarks)}"):
            _remark_table(report.remarks)


def _summary(report: ImportReport) -> None:
    rows = [
        {
            "Лист": plain(sheet.sheet),
            "Таблица": TABLES[sheet.table].title if sheet.table else "не распознан",
            "Строк": sheet.rows,
            "Новых": sheet.created,
            "Изменено" if report.applied else "Изменится": sheet.changed,
            "Без изменений": sheet.same,
            "Пропущено": sheet.skipped,
        }
        for sheet in report.sheets
    ]
    st.table(rows)


def _rows(rows: Sequence[RowDiff]) -> None:
    if not rows:
        st.caption("Таких строк нет.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sheet = _sheet_picker(row.sheet for row in rows)
        outcome = st.segmented_control("Показать", OUTCOMES, format_func=OUTCOMES.__getitem__, key="import-outcome")
        found = [row for row in rows if sheet in (ALL_SHEETS, row.sheet) and outcome in (None, row.outcome)]
        pages = max(1, -(-len(found) // SHOWN_ROWS))
        page = int(st.number_input(f"Страница из {pages}", 1, pages, 1, key=f"import-page-{sheet}-{outcome}"))
    shown = found[(page - 1) * SHOWN_ROWS : page * SHOWN_ROWS]
    lines = [
        {
            "Лист": plain(row.sheet),
            "Строка": row.row,
            "Запись": plain(row.name),
            "Поле": plain(change.label),
            "Было": plain(change.before),
            "Станет": plain(change.after),
        }
        for row in shown
        for change in row.changes
    ]
    if lines:
        st.table(lines)
    else:
        st.caption("Таких строк нет.")


def _remarks(remarks: Sequence[ReportRemark]) -> None:
    if not remarks:
        st.caption("Замечаний нет.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sheet = _sheet_picker((remark.sheet for remark in remarks), key="import-remark-sheet")
        severity = st.segmented_control(
            "Важность", SEVERITIES, format_func=SEVERITIES.__getitem__, key="import-severity"
        )
    _remark_table([r for r in remarks if sheet in (ALL_SHEETS, r.sheet) and severity in (None, r.severity)])


def _remark_table(remarks: Sequence[ReportRemark]) -> None:
    lines = [
        {
            "Важность": SEVERITIES[remark.severity],
            "Лист": plain(remark.sheet),
            "Строка": str(remark.row or ""),
            "Колонка": plain(remark.column),
            "Значение": plain(remark.value),
            "Замечание": plain(remark.message),
        }
        for remark in remarks[:SHOWN_REMARKS]
    ]
    if lines:
        st.table(lines)
    if len(remarks) > SHOWN_REMARKS:
        st.caption(f"Показаны первые {SHOWN_REMARKS} из {len(remarks)}. Отберите лист или важность.")


def _sheet_picker(names: Iterable[str], key: str = "import-sheet") -> str:
    options = [ALL_SHEETS, *(name for name in dict.fromkeys(names) if name)]
    return str(st.selectbox("Лист", options, key=key))


def _loads() -> None:
    loads = guard.read(imports.batches)
    st.subheader("Загрузки")
    if not loads:
        st.caption("Пока ничего не загружали.")
        return
    lines = []
    for batch in loads:
        created, changed = (sum(getattr(sheet, key) for sheet in batch.report.sheets) for key in ("created", "changed"))
        lines.append(
            {
                "Когда": f"{clock.local(batch.applied_at):%d.%m.%Y %H:%M}" if batch.applied_at else "",
                "Кто": plain(batch.who),
                "Файл": plain(batch.file_name),
                "Новых": created,
                "Изменено": changed,
                "Замечаний": len(batch.report.remarks),
                "": f"[Скачать](/files/{batch.file_id})" if batch.file_id else "",
            }
        )
    st.table(lines)
