"""What every card has: the way back to its table, a header with badges, actions, the switch of sections.

Only the open section runs. Which one that is stands in the address as `tab`, so that a link leads to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.office.cards.sections import Section, permitted
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.directory.parties import Party

Color = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]

TABLES_OF = {
    "person": "people",
    "company": "companies",
    "event": "events",
    "venue": "venues",
    "committee": "committees",
}
"""The table a card belongs to: where «←» leads."""


STYLE = (
    "<style>.stMainBlockContainer{padding:2.5rem 2rem 3rem;max-width:82rem}.stAppHeader{height:2.5rem;min-height:0}"
    ".stMainBlockContainer h1{font-size:1.75rem;padding:.25rem 0}"
    ".stMainBlockContainer .stHtml a{color:inherit}</style>"
)


LARGEST = 2**31


@dataclass(frozen=True)
class Badge:
    """A status shown beside the name."""

    label: str
    color: Color = "gray"
    icon: str | None = None


@dataclass(frozen=True)
class Action:
    """A button of the header; `run` is called in the run of the press, and may open a dialog."""

    key: str
    label: str
    icon: str
    run: Callable[[], None]


def number() -> int | None:
    """The number of the address; None when there is none a database takes."""
    text = st.query_params.get("id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 and int(text) < LARGEST else None


def draw(
    kind: str,
    subject: Party | int,
    *,
    title: str,
    caption: str = "",
    badges: Sequence[Badge] = (),
    actions: Sequence[Action] = (),
    counts: Mapping[str, int] | None = None,
    table: str = "",
) -> None:
    """The card of `subject`: header, actions, switch, open section. `title` and `caption` are plain text."""
    st.html(STYLE)
    back(table or TABLES_OF[kind])
    st.title(plain(title), anchor=False)
    if badges:
        with st.container(horizontal=True, gap="small"):
            for badge in badges:
                st.badge(plain(badge.label), color=badge.color, icon=badge.icon)
    if caption:
        st.caption(plain(caption))
    if actions:
        _actions(kind, subject, actions)
    section = _switch(kind, subject, counts or {})
    if section is not None:
        draw_section(section, subject)


def back(table: str) -> None:
    """«← Физ. лица», or whatever page led here: a grid shows the rows it showed last, by the mark in the address."""
    came_from: navigation.Entry = guard.recall(navigation.CAME_FROM, navigation.BY_PATH[table])
    label = f"← {plain(came_from.title)}"
    st.page_link(navigation.page_of(came_from), label=label, icon=came_from.icon, query_params={"back": "1"})


def missing(kind: str, sentence: str) -> None:
    """Instead of a card that is not there."""
    back(TABLES_OF[kind])
    st.info(sentence, icon=":material/search_off:")


def draw_section(section: Section, subject: Party | int) -> None:
    """Draw one of the sections the actor may open; what it reads and writes checks again."""
    navigation.load(section.render)(subject)


def _actions(kind: str, subject: Party | int, actions: Sequence[Action]) -> None:
    pressed = None
    with st.container(horizontal=True, gap="small", key="card-actions"):
        for action in actions:
            if st.button(action.label, icon=action.icon, key=f"card-{kind}-{_id(subject)}-{action.key}"):
                pressed = action
    if pressed is not None:
        pressed.run()


def _switch(kind: str, subject: Party | int, counts: Mapping[str, int]) -> Section | None:
    listed = {section.key: section for section in permitted(kind, guard.actor())}
    if not listed:
        return None
    asked = st.query_params.get("tab", "")
    first = next(iter(listed))
    current = asked if asked in listed else first
    if len(listed) == 1:
        return listed[current]
    key = f"card-tab-{kind}-{_id(subject)}"
    # The address is the measure: a link, the way back and the switch all end there.
    guard.put_input(key, current)
    st.segmented_control(
        "Раздел карточки",
        list(listed),
        format_func=lambda name: _title(listed[name], counts),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=_choose,
        args=(key, first),
    )
    return listed[current]


def _choose(key: str, first: str) -> None:
    chosen = guard.input_value(key)
    if chosen is None or chosen == first:
        st.query_params.pop("tab", None)
    else:
        st.query_params["tab"] = chosen


def _title(section: Section, counts: Mapping[str, int]) -> str:
    count = counts.get(section.counts, 0)
    if not count:
        return f"{section.icon} {section.title}"
    unread = f" / {counts[name]}" if (name := f"{section.counts}_unread") in counts else ""
    return f"{section.icon} {section.title} · {count}{unread}"


def _id(subject: Party | int) -> int:
    return subject.id if isinstance(subject, Party) else subject
