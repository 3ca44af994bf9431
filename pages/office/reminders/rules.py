"""The list of rules: what each does, when it writes next, and its switch. It goes on past its forecast only."""

import streamlit as st

from pages.office.imports.blocks import counted, grouped
from pages.office.messaging.said import moment, recipients_of, sentence
from pages.office.reminders import place
from pages.office.reminders.days import day_title
from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError
from services.messaging.words import CHANNEL_TITLES, PURPOSE_TITLES
from services.reminders import forecast as forecasts, rules
from services.reminders.forecast import Expected, Forecast
from services.reminders.rules import RuleLine

WIDTHS = (6, 3, 2)
AHEAD = 90
SHOWN = 12
EVERYBODY = "всем, кого касается"


def draw() -> None:
    """Draw the list."""
    found = guard.read(rules.list_rules)
    with st.container(horizontal=True, vertical_alignment="center", key="rules-head"):
        place.link("Новое правило", ":material/add:", rule="new")
    if not found:
        st.info("Правил пока нет. Создайте первое: «Новое правило».", icon=":material/notifications:")
        return
    ahead: Forecast = guard.read(forecasts.forecast, AHEAD)
    first: dict[int, Expected] = {}
    for expected in ahead.lines:
        first.setdefault(expected.rule_id, expected)
    if not any(line.rule.enabled for line in found):
        st.info(
            "Все правила выключены. Посмотрите прогноз правила, и если всё верно, включите его: дальше оно пишет само.",
            icon=":material/notifications_off:",
        )
    for line in found:
        with st.container(border=True, key=f"rule-{line.rule.id}"):
            _line(line, first.get(line.rule.id))


def _line(line: RuleLine, first: Expected | None) -> None:
    rule = line.rule
    what, when, switch = st.columns(WIDTHS, vertical_alignment="center")
    with what:
        place.link(f"**{plain(rule.name)}**", ":material/notifications:", rule=rule.id)
        channels = ", ".join(CHANNEL_TITLES[channel] for channel in rule.channels)
        about = (f"{line.watched}: {line.steps}", line.segment or EVERYBODY, channels, PURPOSE_TITLES[rule.purpose])
        st.caption(" · ".join(plain(part) for part in about if part))
        if line.problem:
            st.markdown(f":orange[:material/warning: {plain(line.problem)}]")
    when.markdown(_next(line, first))
    with switch:
        _switch(line)


def _next(line: RuleLine, first: Expected | None) -> str:
    if not line.rule.enabled:
        return ":gray-badge[выключено]"
    if line.problem:
        return ":orange-badge[не отправляет]"
    since = f":green-badge[включено]  \n:small[:gray[с {line.rule.enabled_on:%d.%m.%Y}]]"
    if first is None:
        return f"{since}  \n:small[В ближайшие {AHEAD} дней писать некому.]"
    return f"{since}  \n:small[Ближайшее: **{moment(first.leaves_at)}**, {recipients_of(first.receive)}]"


def _switch(line: RuleLine) -> None:
    rule = line.rule
    if rule.enabled:
        if st.button("Выключить", key=f"rule-off-{rule.id}", icon=":material/toggle_on:"):
            outcome = guard.attempt(rules.switch_off, rule.id, rule.version)
            if isinstance(outcome, DomainError):
                guard.flash(str(outcome))
            else:
                waiting = f" Снято с очереди: {grouped(outcome.value)}." if outcome.value else ""
                guard.flash(f"Правило «{rule.name}» выключено.{waiting}")
            st.rerun()
    elif st.button("Включить…", key=f"rule-on-{rule.id}", icon=":material/toggle_off:"):
        if guard.act(rules.see_forecast, rule.id, rule.version) is not None:
            _ask(line)


@st.dialog("Прогноз правила", width="medium", icon=":material/event_upcoming:")
def _ask(line: RuleLine) -> None:
    rule = line.rule
    st.markdown(f"**{plain(rule.name)}** · {plain(line.watched)}: {plain(line.steps)}")
    found: Forecast = guard.read(forecasts.forecast, AHEAD, rule.id)
    if line.problem:
        st.warning(f"Правило пока нельзя включить. {plain(line.problem)}", icon=":material/warning:")
        return
    if not found.lines:
        st.info(f"В ближайшие {AHEAD} дней правило никому не напишет.", icon=":material/event_available:")
    else:
        told = counted(found.receive, "сообщение", "сообщения", "сообщений")
        st.markdown(f"Если включить сейчас, за {AHEAD} дней уйдёт **{told}**:")
        days = (f"- {day_title(one.day)}, {plain(one.step)}: {_receive(one)}" for one in found.lines[:SHOWN])
        st.markdown("\n".join(days))
        if len(found.lines) > SHOWN:
            st.caption(f"И ещё отправок: {len(found.lines) - SHOWN}.")
        place.link("Весь прогноз с именами", ":material/event_upcoming:", tab="forecast", of=rule.id)
    st.caption("Что должно было уйти раньше сегодняшнего дня, правило не отправит.")
    if st.button("Включить", type="primary", icon=":material/toggle_on:", key="rule-on-yes"):
        if guard.act(rules.switch_on, rule.id, rule.version) is not None:
            guard.flash(f"Правило «{rule.name}» включено.")
            st.rerun()


def _receive(expected: Expected) -> str:
    excluded = f", не получат {grouped(expected.excluded)}" if expected.excluded else ""
    return sentence(recipients_of(expected.receive)) + excluded
