"""«Приостановить всё»: nothing leaves any more, neither mailings nor reminders, until somebody lets it."""

import streamlit as st

from pages.office.messaging.said import moment
from pages.ui import guard
from pages.ui.escape import plain
from services import scheduling
from services.messaging import outbox


def button() -> None:
    """The switch, while everything leaves."""
    if guard.read(outbox.paused) is None:
        if st.button("Приостановить всё", icon=":material/pause_circle:", key="pause-all"):
            _ask()


def banner() -> None:
    """Loud while nothing leaves: because somebody stopped it, or because the scheduler does not run."""
    stopped = guard.read(outbox.paused)
    if stopped is not None:
        why = f" Причина: {plain(stopped.why)}." if stopped.why else ""
        with st.container(key="paused"):
            st.error(
                f"**Все отправки приостановлены** {moment(stopped.at)}, {plain(stopped.who)}.{why} Не уходят ни "
                "напоминания, ни рассылки. Напоминания, чей срок догонять уже поздно, будут пропущены.",
                icon=":material/pause_circle:",
            )
            if st.button("Возобновить отправку", type="primary", icon=":material/play_circle:", key="resume-all"):
                if guard.act(outbox.resume) is not None:
                    guard.flash("Отправка возобновлена.")
                    st.rerun()
    elif not guard.read(scheduling.state).alive:
        st.warning(
            "Планировщик сейчас не работает: напоминания не уходят, пока его не запустят.",
            icon=":material/schedule:",
        )


@st.dialog("Приостановить все отправки?", icon=":material/pause_circle:")
def _ask() -> None:
    st.markdown(
        "Остановятся **все** напоминания и рассылки. Начатое письмо уйдёт, остальные будут ждать в очереди, "
        "пока отправку не возобновят."
    )
    why = st.text_input("Причина", key="pause-why", max_chars=300, placeholder="Её увидят коллеги")
    if st.button("Приостановить всё", type="primary", icon=":material/pause_circle:", key="pause-yes"):
        if guard.act(outbox.pause, why or "") is not None:
            st.rerun()
