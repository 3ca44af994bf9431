"""The journal: every message the rules wrote down, with what became of it."""

import streamlit as st

from models import DeliveryState
from pages.office.imports.blocks import grouped
from pages.office.messaging.said import DELIVERY_COLORS, moment, sentence
from pages.office.reminders import place
from pages.ui import guard
from pages.ui.escape import plain
from services.messaging.words import DELIVERY_TITLES
from services.reminders import ledger as ledgers, rules
from services.reminders.ledger import LedgerLine, LedgerPage, Wanted

WIDTHS = (2.2, 4, 4, 2.4)
EVERY = ""
ALL = 0
STATES = (
    DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.EXCLUDED, DeliveryState.MISSED, DeliveryState.FAILED,
    DeliveryState.UNKNOWN, DeliveryState.CANCELLED,
)  # fmt: skip


def draw() -> None:
    """Draw the filters and the page they find."""
    wanted = _filters()
    key = f"ledger-page-{hash(wanted)}"
    found: LedgerPage = guard.read(ledgers.ledger, wanted, guard.input_value(key, 1) - 1)
    if not found.total:
        if wanted == Wanted():
            st.info("Напоминаний ещё не было.", icon=":material/history:")
        else:
            st.info("Таких напоминаний нет.", icon=":material/search_off:")
        return
    st.caption(f"Найдено: {grouped(found.total)}, новые сверху.")
    with st.container(key="ledger"):
        for line in found.lines:
            _line(line)
    if found.pages > 1:
        st.pagination(found.pages, key=key)


def _filters() -> Wanted:
    titles = {ALL: "Все правила"} | {line.rule.id: line.rule.name for line in guard.read(rules.list_rules)}
    states = {EVERY: "Все"} | {state.value: sentence(DELIVERY_TITLES[state]) for state in STATES}
    asked = place.number("of") or ALL
    with st.container(horizontal=True, vertical_alignment="bottom", key="ledger-filters"):
        rule = st.selectbox(
            "Правило", list(titles), list(titles).index(asked) if asked in titles else 0,
            format_func=titles.__getitem__, key="ledger-rule", width=320,
        )  # fmt: skip
        state = st.selectbox("Состояние", list(states), format_func=states.__getitem__, key="ledger-state", width=220)
        search = st.text_input("Кому", key="ledger-search", placeholder="Имя или название", width=240)
        days = st.date_input("Дни", [], format="DD.MM.YYYY", key="ledger-days", width=240)
    since, until = (days[0], days[-1]) if isinstance(days, tuple) and days else (None, None)
    return Wanted(
        rule_id=rule or None,
        state=DeliveryState(state) if state else None,
        search=(search or "").strip(),
        since=since,
        until=until,
    )


def _line(line: LedgerLine) -> None:
    with st.container(border=True, key=f"ledger-{line.id}"):
        at, who, what, state = st.columns(WIDTHS, vertical_alignment="center")
        at.markdown(f":gray[{moment(line.at)}]")
        who.markdown(f"[{plain(line.name)}]({line.party.address})  \n:small[:gray[{plain(_way(line))}]]")
        about = f" «{plain(line.about)}»" if line.about else ""
        day = f"дата: {line.anchor_date:%d.%m.%Y}{about}"
        what.markdown(f"{plain(line.rule)} · {plain(line.step)}  \n:small[:gray[{day}]]")
        said = _said(line)
        below = f"  \n:small[:gray[{plain(said)}]]" if said else ""
        state.markdown(f":{DELIVERY_COLORS[line.state]}-badge[{plain(line.state_title)}]{below}")


def _way(line: LedgerLine) -> str:
    return f"{line.channel}, {line.address}" if line.address else line.channel


def _said(line: LedgerLine) -> str:
    if line.state is DeliveryState.QUEUED:
        return f"не раньше {moment(line.not_before)}"
    return line.said
