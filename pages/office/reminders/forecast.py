"""The forecast: by day and rule, how many get what; names when asked for."""

from itertools import groupby

import streamlit as st

from pages.office.imports.blocks import counted, grouped
from pages.office.messaging.said import recipients_of
from pages.office.reminders import place
from pages.office.reminders.days import day_title
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.reminders import forecast as forecasts, rules
from services.reminders.forecast import PAGE, Expected, Forecast

SPANS = {30: "30 дней", 90: "90 дней"}
LINES = 40
ALL = 0


def draw() -> None:
    """Draw the forecast of all rules that are on, or of the one chosen."""
    titles = {ALL: "Все включённые правила"}
    for line in guard.read(rules.list_rules):
        titles[line.rule.id] = line.rule.name if line.rule.enabled else f"{line.rule.name} (выключено)"
    asked = place.number("of") or ALL
    with st.container(horizontal=True, vertical_alignment="bottom", key="forecast-choice"):
        chosen = st.selectbox(
            "Правило", list(titles), list(titles).index(asked) if asked in titles else 0,
            format_func=titles.__getitem__, key="forecast-rule", width=380,
        )  # fmt: skip
        days = st.pills("Срок", list(SPANS), default=30, format_func=SPANS.__getitem__, required=True,
                        key="forecast-days") or 30  # fmt: skip
    with st.spinner("Считаем…"):
        found: Forecast = guard.read(forecasts.forecast, days, chosen or None)
    for _, name, problem in found.problems:
        st.warning(f"«{plain(name)}» ничего не отправит. {plain(problem)}", icon=":material/warning:")
    if not found.lines:
        _nothing(chosen or ALL, found)
        return
    told = counted(found.receive, "сообщение", "сообщения", "сообщений")
    st.markdown(f"С {found.first:%d.%m.%Y} по {found.last:%d.%m.%Y} уйдёт **{told}**, если ничего не изменится.")
    pages = -(-len(found.lines) // LINES)
    key = f"forecast-page-{chosen}-{days}"
    page = min(guard.input_value(key, 1), pages) - 1
    _lines(found.lines[page * LINES : (page + 1) * LINES])
    if pages > 1:
        st.pagination(pages, key=key)


def _nothing(chosen: int, found: Forecast) -> None:
    if found.problems:
        return
    if chosen == ALL and not any(line.rule.enabled for line in guard.read(rules.list_rules)):
        st.info("Ни одно правило не включено: само ничего не уйдёт.", icon=":material/notifications_off:")
        return
    st.info(f"По {found.last:%d.%m.%Y} писать некому.", icon=":material/event_available:")


def _lines(lines: tuple[Expected, ...]) -> None:
    for day, members in groupby(lines, key=lambda line: line.day):
        with st.container(border=True, key=f"forecast-{day}"):
            st.markdown(f"**{day_title(day)}**")
            for line in members:
                _line(line)


def _line(line: Expected) -> None:
    excluded = f" :gray[· не получат {grouped(line.excluded)}]" if line.excluded else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{clock.local(line.leaves_at):%H:%M}] {plain(line.rule)} · {plain(line.step)}")
        st.markdown(recipients_of(line.receive) + excluded, width="content")
        if st.button("Кто", key=f"who-{line.step_id}-{line.day}", type="tertiary", icon=":material/group:"):
            _names(line)


@st.dialog("Кто получит", width="large", icon=":material/group:")
def _names(line: Expected) -> None:
    st.markdown(f"**{plain(line.rule)}**, {plain(line.step)} · {day_title(line.day)}")
    key = f"names-page-{line.step_id}-{line.day}"
    page = guard.input_value(key, 1) - 1
    found, total = guard.read(forecasts.names, line.rule_id, line.step_id, line.day, page)
    if not found:
        st.info("Уже никто: пока вы смотрели, всё изменилось.", icon=":material/group_off:")
    for one in found:
        why = "" if one.receives else f" :gray[не получит: {plain(one.reason)}]"
        st.markdown(f"[{plain(one.name)}]({one.party.address}){why}")
    if total > PAGE:
        st.pagination(-(-total // PAGE), key=key)
