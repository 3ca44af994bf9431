"""The dialog of conditions on what people and companies are tied to: events, committees, documents, fees."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError
from services.tables.query import parse_query
from services.tables.related import Parameter, Relation
from services.tables.related_choices import captions, offered, options

DRAFT, ASKED = "conditions", "asked-query"
LIMIT = 200
"""Records a list offers at once; with more of them a field to search in stands above it."""


@dataclass
class Draft:
    """What the dialog is about: the table, the segment of the page, what was shown, the conditions so far."""

    table: str
    segment: int
    query: dict[str, Any]
    related: list[dict[str, Any]]
    turn: int = 0


def open_dialog(table: str, segment: int, query: dict[str, Any]) -> None:
    """Open the dialog over a table that shows `query`."""
    begin(table, segment, query)
    st.dialog("Условия", width="large", icon=":material/filter_alt:")(draw)()


def begin(table: str, segment: int, query: dict[str, Any]) -> None:
    """Start with the conditions that `query` has."""
    guard.remember(DRAFT, Draft(table, segment, query, list(query.get("related") or [])))


def asked(table: str, segment: int) -> dict[str, Any] | None:
    """What the dialog set for this page, for the grid; or what another one did for every page of the table."""
    found: dict[str, Any] | None = guard.recall(ASKED)
    return found if found and found["place"] in ((table, segment), (table, None)) else None


def draw() -> None:
    """What the dialog holds."""
    draft: Draft = guard.recall(DRAFT)
    if draft.related:
        _present(draft)
    relations = guard.read(offered, draft.table)
    titles = {relation.key: relation.title for relation in relations}
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        key = st.selectbox("Новое условие", list(titles), format_func=titles.__getitem__, key=f"condition-{draft.turn}")
    relation = next(one for one in relations if one.key == key)
    prefix = f"{relation.key}-{draft.turn}"
    with right:
        senses = (relation.title, relation.opposite)
        sense = st.radio("Кого показать", senses, key=f"sense-{prefix}", label_visibility="collapsed")
    values = {parameter.key: _input(relation, parameter, prefix) for parameter in relation.parameters}
    made: dict[str, Any] = {"relation": relation.key}
    if sense == relation.opposite:
        made["not"] = True
    made |= {"values": given} if (given := {name: value for name, value in values.items() if value}) else {}
    with st.container(horizontal=True):
        if st.button("Добавить и показать", type="primary", icon=":material/filter_alt:") and _add(draft, made):
            _show(draft)
        if st.button("Добавить ещё одно", icon=":material/add:") and _add(draft, made):
            st.rerun(scope="fragment")
        if draft.related != (draft.query.get("related") or []) and st.button("Показать", icon=":material/visibility:"):
            _show(draft)


def _present(draft: Draft) -> None:
    for number, (one, words) in enumerate(zip(draft.related, _words(draft), strict=True)):
        text, drop = st.columns((8, 1), vertical_alignment="center")
        text.write(plain(words))
        if drop.button("", icon=":material/close:", help="Убрать условие", key=f"drop-{draft.turn}-{number}"):
            draft.related.remove(one)
            draft.turn += 1
            st.rerun(scope="fragment")


def _words(draft: Draft) -> tuple[str, ...]:
    try:
        return guard.read(captions, draft.table, parse_query({"related": draft.related}))
    except DomainError:
        return ("условие не разобрано",) * len(draft.related)


def _add(draft: Draft, made: dict[str, Any]) -> bool:
    """Take the condition over, unless it makes no sense."""
    try:
        guard.read(captions, draft.table, parse_query({"related": [*draft.related, made]}))
    except DomainError as error:
        guard.show_error(error)
        return False
    if made not in draft.related:
        draft.related.append(made)
    draft.turn += 1
    return True


def _show(draft: Draft) -> None:
    query = {part: value for part, value in draft.query.items() if part not in ("related", "page")}
    query |= {"related": draft.related}
    place = (draft.table, draft.segment)
    guard.remember(ASKED, {"place": place, "query": query, "nonce": secrets.token_hex(8)})
    guard.forget(DRAFT)
    st.rerun()


def _input(relation: Relation, parameter: Parameter, prefix: str) -> Any:
    key = f"{parameter.key}-{prefix}"
    titles = parameter.titles
    match parameter.kind:
        case "record":
            return _record(relation, parameter, key)
        case "day":
            day = st.date_input(parameter.label, None, format="DD.MM.YYYY", key=key, min_value=dt.date(1990, 1, 1))
            return day.isoformat() if isinstance(day, dt.date) else None
        case "some":
            return st.multiselect(
                parameter.label, list(titles), list(parameter.default), format_func=titles.__getitem__, key=key,
                placeholder="Выберите" if parameter.required else "любая",
            )  # fmt: skip
        case "one":
            first = list(titles).index(parameter.default[0]) if parameter.default else None
            return st.selectbox(
                parameter.label, list(titles), first, format_func=titles.__getitem__, key=key, placeholder="не важно"
            )


def _record(relation: Relation, parameter: Parameter, key: str) -> int | None:
    text = guard.input_value(f"{key}-text", "")
    found = guard.read(options, relation.key, parameter.key, text, LIMIT)
    if text or len(found) == LIMIT:
        st.text_input(f"{parameter.label}: найти", key=f"{key}-text", placeholder="Первые буквы названия, затем Enter")
    labels = {option.id: option.label for option in found}
    return st.selectbox(
        parameter.label,
        list(labels),
        None,
        format_func=lambda number: labels.get(number, ""),
        key=key,
        placeholder="Выберите или начните вводить" if parameter.required else "Не важно: любой",
    )
