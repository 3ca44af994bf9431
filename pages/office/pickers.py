"""Choosing a person or a company by its first letters, or a record from a short list."""

import streamlit as st

from pages.office import saying
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Kind
from services.directory.search import LIMIT, Match, search_companies, search_people
from services.errors import DomainError
from services.tables.creating import create_row
from services.tables.references import choices

NOT_CHOSEN = ""
SEARCH = {"person": search_people, "company": search_companies}
HINTS = {"person": "Фамилия, телефон или ИНН", "company": "Первые буквы названия или ИНН"}
NEW = {"person": "Добавить нового человека", "company": "Добавить новую компанию"}
TABLE = {"person": "people", "company": "companies"}
NEW_FIELDS = {
    "person": (("name", "ФИО"), ("phone", "Телефон"), ("email", "Эл. почта")),
    "company": (("name", "Название"), ("inn", "ИНН"), ("direction", "Сфера деятельности")),
}
"""What a new one is asked for on the spot; the rest is filled in on its card."""


def from_list(sort: str, key: str, label: str, present: str = "", shown: str = "") -> str:
    """A record of a listed sort (services.tables.references): its number as text, empty for none."""
    titles = {NOT_CHOSEN: "не указано", **({present: shown} if present else {})}
    titles.update((str(choice.id), choice.title) for choice in guard.read(choices, sort))
    if guard.input_value(key) is None:
        guard.put_input(key, present)
    return st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key, filter_mode="contains")


def pick(kind: Kind, key: str, label: str, present: str = "", shown: str = "", *, required: bool = False) -> str:
    """A person or a company by type-ahead: its number as text, empty for none. For dialogs and fragments.

    `present` and `shown` are what is chosen to begin with. A new one can be added on the spot.
    """
    chosen: tuple[str, str] = guard.recall(key, (present, shown))
    with st.container(key=f"{key}-picker"):
        if chosen[0]:
            st.caption(plain(label) + (" *" if required else ""))
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":material/check: **{plain(chosen[1])}**")
                st.button("Выбрать другое", key=f"{key}-drop", on_click=_choose, args=(key, "", ""))
            return chosen[0]
        typed = st.text_input(
            label + (" *" if required else ""), key=f"{key}-text", type="search", live=True, placeholder=HINTS[kind],
            autocomplete="off",
        )  # fmt: skip
        if typed and typed.strip():
            _found(kind, key, typed)
    return ""


def picked(key: str) -> str | None:
    """What was picked since the picker was opened; None when nothing was."""
    chosen: tuple[str, str] | None = guard.recall(key)
    return chosen[0] if chosen is not None else None


def clear(key: str) -> None:
    """Forget what was picked."""
    guard.forget(key)


def put(key: str, number: str, title: str) -> None:
    """Pick for the user, as a draft does."""
    guard.remember(key, (number, title))


def _found(kind: Kind, key: str, typed: str) -> None:
    matches: tuple[Match, ...] = guard.read(SEARCH[kind], typed)
    st.html(f"<style>.st-key-{key}-picker .stButton button{{justify-content:flex-start;text-align:left}}</style>")
    with st.container(height=260 if len(matches) > 5 else "content", border=bool(matches), gap="xxsmall"):
        for match in matches:
            st.button(
                plain(match.title) + (f" :gray[{plain(match.note)}]" if match.note else ""),
                key=f"{key}-match-{match.id}", type="tertiary", on_click=_choose,
                args=(key, str(match.id), match.title),
            )  # fmt: skip
    if len(matches) == LIMIT:
        st.caption("Показаны первые 20. Уточните запрос.")
    elif not matches:
        st.caption("Ничего не найдено.")
    with st.popover(NEW[kind], icon=":material/add:", key=f"{key}-new"):
        _new(kind, key, typed)


def _new(kind: Kind, key: str, typed: str) -> None:
    values: dict[str, str] = {}
    is_number = typed.strip().isdecimal()
    for name, label in NEW_FIELDS[kind]:
        beginning = typed.strip() if name == ("inn" if is_number and kind == "company" else "name") else ""
        own = f"{key}-new-{name}-{typed}"
        values[name] = st.text_input(label, beginning, key=own) or ""
        saying.say(TABLE[kind], name, values[name], 0, own)
    if st.button("Добавить и выбрать", key=f"{key}-create", type="primary"):
        outcome = guard.attempt(create_row, TABLE[kind], values)
        if isinstance(outcome, DomainError):
            guard.show_error(outcome)
            return
        guard.flash(f"Добавлено: {outcome.value.title}")
        _choose(key, str(outcome.value.id), outcome.value.title)
        st.rerun(scope="fragment")


def _choose(key: str, number: str, title: str) -> None:
    guard.remember(key, (number, title))
