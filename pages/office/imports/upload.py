"""The beginning: choose a file, or go on with a load that was left unfinished."""

import streamlit as st

from models import BatchState
from pages.office.imports import address, work
from pages.office.imports.blocks import block, line, span, template, words
from pages.ui import guard
from services import clock, imports
from services.errors import DomainError
from services.imports import BatchInfo
from services.imports.jobs import Task
from services.settings import settings
from services.tables.registry import OWN

TURN = "import-turn"
ACCEPTED = "Excel (.xlsx, .xls), таблица в тексте (.csv, .tsv, .txt) или HTML"
STATES = {
    BatchState.PLANNING: "сверяется с базой",
    BatchState.PLANNED: "план готов",
    BatchState.APPLYING: "записывается в базу",
    BatchState.FAILED: "сверка не удалась",
}


def render() -> None:
    """Draw the uploader, the templates and the unfinished loads."""
    turn = guard.recall(TURN, 0)
    uploaded = st.file_uploader(f"{ACCEPTED}, не больше {settings().max_upload_mb} МБ", key=f"workbook-{turn}")
    if uploaded is not None:
        with st.spinner("Принимаем файл…"):
            begun = guard.attempt(imports.start, uploaded.name, uploaded.getvalue())
        if isinstance(begun, DomainError):
            guard.show_error(begun)
        else:
            _begin(begun.value, turn)
    links = ", ".join(template(table.name, table.title) for table in OWN.values())
    block([line(words("Сначала вы увидите, что изменится: без вашего согласия в базу ничего не попадёт."))])
    with st.expander("Пустые шаблоны для заполнения", icon=":material/table_view:"):
        block([f'<div class="im-line">{links}</div>'])
    _unfinished()


def _begin(batch_id: int, turn: int) -> None:
    """Plan the new load, and empty the uploader: one with another key is an empty one."""
    guard.remember(TURN, turn + 1)
    work.launch(batch_id, Task.PLAN)
    address.go(load=batch_id)


def _unfinished() -> None:
    plans = guard.read(imports.plans)
    if not plans:
        return
    st.subheader("Незаконченные загрузки")
    for batch in plans:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"unfinished-{batch.id}"):
            with st.container():
                block([_line(batch)])
            address.link("Продолжить", {"load": batch.id}, ":material/play_arrow:")
            if st.button("Отказаться", key=f"give-up-{batch.id}", icon=":material/close:"):
                work.give_up(batch.id)


def _line(batch: BatchInfo) -> str:
    moment = f"{clock.local(batch.created_at):%d.%m.%Y %H:%M}"
    state = STATES[BatchState(batch.state)]
    if work.is_interrupted(batch):
        state = "сверка прервана"
    elif work.is_waiting(batch):
        state = "в очереди"
    return line(f"<b>{words(batch.file_name)}</b>", span("when", moment), words(state))
