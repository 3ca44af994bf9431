"""«Напоминания»: rules, forecast, «Кому и почему», journal; above them whether anything leaves at all."""

import streamlit as st

from pages.office.cards import shell
from pages.office.reminders import forecast, form, journal, pausing, place, rules, why
from pages.ui import guard
from services.access.permissions import Permission

TABS = {"": "Правила", "forecast": "Прогноз", "why": "Кому и почему", "journal": "Журнал"}
DRAW = {"": rules.draw, "forecast": forecast.draw, "why": why.draw, "journal": journal.draw}


def render() -> None:
    """Draw the page."""
    guard.require(Permission.REMINDERS_MANAGE)
    st.html(shell.STYLE)
    place.tell_browser()
    with st.container(horizontal=True, vertical_alignment="center", key="reminders-head"):
        st.title("Напоминания", anchor=False)
        pausing.button()
    pausing.banner()
    if asked := place.asked("rule"):
        form.draw(None if asked == "new" else place.number("rule") or 0)
        return
    DRAW[_tab()]()


def _tab() -> str:
    """The address says which part is shown."""
    present = place.asked("tab") if place.asked("tab") in TABS else ""
    guard.put_input("reminders-tab", present)
    st.segmented_control(
        "Раздел", list(TABS), format_func=TABS.__getitem__, key="reminders-tab", required=True,
        label_visibility="collapsed", on_change=_choose,
    )  # fmt: skip
    return present


def _choose() -> None:
    chosen = guard.input_value("reminders-tab")
    st.query_params.from_dict({"tab": chosen} if chosen else {})
