"""«Загрузка из Excel»: a file, its plan, the decisions, the apply, the loads so far; a module for each."""

import streamlit as st

from models import BatchState
from pages.office.imports import address, loads, plan, undo, upload, work
from pages.office.imports.blocks import STYLE
from pages.ui import guard
from services import imports
from services.access.permissions import Permission
from services.errors import NotFound
from services.imports import BatchInfo, jobs
from services.settings import settings

OVER = (BatchState.APPLIED, BatchState.UNDONE)


def render() -> None:
    """Draw the page."""
    guard.require(Permission.BASE_IMPORT)
    address.tell_browser()
    st.title("Загрузка из Excel")
    st.html(STYLE.replace("LIMIT", str(settings().max_upload_mb)))
    taken_back, wanted = address.number("undo"), address.number("load")
    if taken_back is not None:
        undo.render(taken_back)
    elif wanted is not None:
        _load(wanted)
    else:
        upload.render()
        loads.render()


def _load(batch_id: int) -> None:
    """One load, wherever it stands."""
    address.link("Все загрузки", {}, ":material/arrow_back:")
    # Asked before the batch is read: a job that ends in between has noted its end, and is not taken for a broken one.
    is_running = jobs.progress(batch_id) is not None
    try:
        batch = guard.read(imports.batch, batch_id)
    except NotFound:
        st.info("Такой загрузки нет: от неё отказались, или менять в базе было нечего.", icon=":material/search_off:")
        return
    if is_running:
        work.show_progress(batch)
    elif batch.state in OVER:
        loads.show_applied(batch)
    else:
        _open(batch)


def _open(batch: BatchInfo) -> None:
    if batch.state == BatchState.PLANNED:
        plan.render(batch)
    else:
        work.show_stopped(batch)
