"""«Планировщик»: is it alive, what it does and when, the journal of what it did, «Выполнить сейчас»."""

import datetime as dt

import streamlit as st

from models import RunState
from pages.office.cards import shell
from pages.office.cards.facts import one_line
from pages.ui import guard
from pages.ui.escape import plain
from services import clock, scheduling
from services.scheduling import Run, RunPage, State
from services.scheduling.journal import JobLine

JOBS_WIDTHS, RUN_WIDTHS = (4, 3, 2), (1.7, 3, 1.6, 5)
SOON, NOW_AND_THEN = 1.0, 10.0
"""Seconds between two looks: while something is asked for or runs, and otherwise."""
COLORS = {
    RunState.ASKED: "orange", RunState.RUNNING: "blue", RunState.DONE: "green", RunState.FAILED: "red",
    RunState.LOST: "red",
}  # fmt: skip
ALL = ""
WAITING = "Запуск принят: планировщик возьмётся за него в течение нескольких секунд."
NOBODY = "Запуск записан, но сейчас ни один планировщик не работает: он будет выполнен, когда планировщик запустят."


def render() -> None:
    """Draw the page."""
    st.html(shell.STYLE)
    st.title("Планировщик", anchor=False)
    found = guard.read(scheduling.state)
    st.fragment(_watch, run_every=SOON if _is_busy(found) else NOW_AND_THEN)(_is_busy(found))
    st.subheader("Журнал", anchor=False)
    _choice()
    st.fragment(_journal, run_every=SOON if _is_busy(found) else NOW_AND_THEN)()


def _is_busy(found: State) -> bool:
    return any(job.waits for job in found.jobs)


def _watch(busy: bool) -> None:
    found = guard.read(scheduling.state)
    if _is_busy(found) != busy:
        st.rerun(scope="app")
    _life(found)
    for job in found.jobs:
        _job(job)
    st.html(one_line("scheduler-jobs"))


def _life(found: State) -> None:
    if found.alive:
        since = f" с {_moment(found.since)}" if found.since else ""
        several = f", процессов: {len(found.processes)}" if len(found.processes) > 1 else ""
        st.success(f"Работает{since}{several}.", icon=":material/check_circle:")
        return
    seen = f" Последний признак жизни: {_moment(found.seen_at)}." if found.seen_at else ""
    waits = " Запуск вручную тоже ждёт." if _is_busy(found) else ""
    st.error(
        f"Планировщик не работает: напоминания и сообщения не отправляются.{seen}{waits} "
        "Администратору: запустите «python -m scheduler».",
        icon=":material/alarm:",
    )


def _job(job: JobLine) -> None:
    with st.container(border=True, key=f"scheduler-job-{job.name.value}"):
        what, when, button = st.columns(JOBS_WIDTHS, vertical_alignment="center")
        what.markdown(f"**{plain(job.title)}**  \n:small[:gray[{plain(job.when)}]]")
        # The sender leaves no trace of the runs in which there was nothing to send.
        said = "последний раз отправляла" if job.name is scheduling.Name.SEND else "последний раз"
        last = f"{said} {_moment(job.last_at)}" if job.last_at else "ещё не выполнялось"
        coming = f"  \nследующий раз {_moment(job.next_at)}" if job.next_at else ""
        when.markdown(f":small[:gray[{last}{coming}]]")
        with button:
            label = "Ждёт запуска" if job.waits else "Выполнить сейчас"
            pressed = st.button(
                label, key=f"ask-{job.name.value}", icon=":material/play_arrow:", disabled=job.waits, width="stretch"
            )
    if pressed and guard.act(scheduling.ask_for, job.name.value) is not None:
        guard.flash(WAITING if guard.read(scheduling.state).alive else NOBODY)
        st.rerun(scope="app")


def _choice() -> None:
    titles = {ALL: "Все работы"} | {job.name.value: job.title for job in scheduling.BY_HAND}
    titles |= {scheduling.Name.PROCESS.value: "Работа планировщика"}
    which, failed = st.columns((3, 2), vertical_alignment="bottom")
    which.selectbox("Работа", list(titles), format_func=titles.__getitem__, key="runs-job", on_change=_first_page)
    failed.toggle("Только с ошибками", key="runs-failed", on_change=_first_page)


def _first_page() -> None:
    guard.put_input("runs-page", 1)


def _journal() -> None:
    found: RunPage = guard.read(
        scheduling.runs,
        guard.input_value("runs-page", 1) - 1,
        guard.input_value("runs-job", ALL),
        failed=guard.input_value("runs-failed", False),
    )
    if not found.total:
        st.info("Записей пока нет.", icon=":material/history:")
        return
    for run in found.lines:
        _run(run)
    if found.pages > 1:
        st.pagination(found.pages, key="runs-page")


def _run(run: Run) -> None:
    with st.container(key=f"run-{run.id}"):
        when, what, state, came = st.columns(RUN_WIDTHS, vertical_alignment="center")
        when.markdown(f":small[{clock.local(run.started_at):%d.%m.%Y %H:%M:%S}]")
        who = f"  \n:small[:gray[вручную: {plain(run.asked_by)}]]" if run.asked_by else ""
        what.markdown(f":small[{plain(run.title)}]{who}")
        state.markdown(f":{COLORS[run.state]}-badge[{run.state_title}]")
        counts = ", ".join(f"{plain(title)} {number}" for title, number in run.counts)
        parts = [counts, plain(run.said), _lasted(run)]
        came.markdown("  \n".join(f":small[{part}]" for part in parts if part))


def _lasted(run: Run) -> str:
    if run.seconds is None:
        return ""
    if run.job == scheduling.Name.PROCESS:
        return f":gray[работал {_spoken(run.seconds)}]"
    return f":gray[{_spoken(run.seconds)}]"


def _spoken(seconds: float) -> str:
    """«0,4 с», «12 с», «3 мин», «5 ч 20 мин», «12 дн»."""
    if seconds < 10:
        return f"{seconds:.1f} с".replace(".", ",")
    if seconds < 120:
        return f"{seconds:.0f} с"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} мин"
    return f"{minutes // 60} ч {minutes % 60} мин" if minutes < 48 * 60 else f"{minutes // 1440} дн"


def _moment(at: dt.datetime | None) -> str:
    """«сегодня в 12:05», else with the day."""
    if at is None:
        return ""
    local = clock.local(at)
    if local.date() == clock.today():
        return f"сегодня в {local:%H:%M:%S}"
    return f"{local:%d.%m.%Y в %H:%M}"
