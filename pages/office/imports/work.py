"""Jobs as the page sees them: started, watched, stopped, failed."""

import streamlit as st

from models import BatchState
from pages.office.imports import address
from pages.office.imports.blocks import grouped, rows_of
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.errors import DomainError, NotFound
from services.imports import BatchInfo, jobs
from services.imports.jobs import Progress, Task

DOING = {Task.PLAN: "Читаем файл и сверяем его с базой", Task.APPLY: "Записываем в базу"}
WORKING = (BatchState.PLANNING, BatchState.APPLYING)
EVERY = 1.0
"""Seconds between two looks at a running job."""


def launch(batch_id: int, task: Task) -> bool:
    """Start a job; a refusal is said after the next rerun."""
    try:
        jobs.start(guard.actor(), batch_id, task)
    except NotFound:
        guard.flash("Эта загрузка уже изменилась в другом окне.")
    except DomainError as error:
        guard.flash(str(error))
    else:
        return True
    return False


def is_interrupted(batch: BatchInfo) -> bool:
    """Whether a job worked on the load when the server stopped."""
    return batch.state in WORKING and jobs.progress(batch.id) is None


def is_waiting(batch: BatchInfo) -> bool:
    """Whether its job waits for its turn."""
    progress = jobs.progress(batch.id)
    return progress is not None and progress.waiting


def give_up(batch_id: int) -> None:
    """Drop a load that is not in the base, with its job; then begin anew. Does not return."""
    jobs.cancel(guard.actor(), batch_id)
    outcome = guard.attempt(imports.cancel, batch_id)
    guard.flash(str(outcome) if isinstance(outcome, DomainError) else "Загрузка удалена, в базе ничего не изменилось.")
    address.go()


def show_progress(batch: BatchInfo) -> None:
    """The bar of a running job, drawn anew every second until the job is done."""
    st.subheader(plain(batch.file_name))
    _watch(batch.id)


@st.fragment(run_every=EVERY)
def _watch(batch_id: int) -> None:
    progress = jobs.progress(batch_id)
    if progress is None:
        st.rerun()
    share = min(progress.done / progress.total, 1.0) if progress.total else 0.0
    st.progress(share, _said(progress))
    if st.button("Отменить", icon=":material/close:", key="cancel-job"):
        with st.spinner("Останавливаем…"):
            jobs.cancel(guard.actor(), batch_id)
        st.rerun()


def _said(progress: Progress) -> str:
    if progress.waiting:
        ahead = f"перед вашим файлом ещё {grouped(progress.ahead)}" if progress.ahead else "ваш файл следующий"
        return f"В очереди: {ahead}. Страницу можно закрыть и вернуться к ней позже."
    if not progress.total:
        return f"{DOING[progress.task]}…"
    return f"{DOING[progress.task]}: {grouped(progress.done)} из {rows_of(progress.total)}"


def show_stopped(batch: BatchInfo) -> None:
    """A load whose plan came to nothing, or whose job is gone: why, and what to do."""
    st.subheader(plain(batch.file_name))
    if batch.failure:
        st.error(plain(batch.failure), icon=":material/error:")
    elif batch.state == BatchState.FAILED:
        st.info("Сверка остановлена. В базе ничего не изменилось.", icon=":material/stop_circle:")
    else:
        st.warning(
            "Работа прервалась: сервер перезапускали. В базе ничего не изменилось.", icon=":material/restart_alt:"
        )
    with st.container(horizontal=True):
        label = "Попробовать снова" if batch.failure else "Сверить заново"
        if st.button(label, type="primary", icon=":material/refresh:"):
            launch(batch.id, Task.PLAN)
            st.rerun()
        if st.button("Отказаться", icon=":material/close:"):
            give_up(batch.id)
