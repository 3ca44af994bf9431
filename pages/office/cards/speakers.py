"""The section «Спикеры»: who speaks at an event, on what, in which order."""

import streamlit as st

from pages.office import pickers
from pages.office.cards import facts
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.events.speakers import Talk, add_speaker, move_speaker, remove_speaker, set_topic, speakers_of

PICKED = "speaker"


def draw(event_id: int) -> None:
    """The speakers in their order, and adding one."""
    talks = guard.read(speakers_of, event_id)
    may = guard.actor().may(Permission.BASE_EDIT)
    if may and st.button("Добавить спикера", icon=":material/person_add:", type="primary", key="speaker-add"):
        pickers.clear(PICKED)
        st.dialog("Добавить спикера", icon=":material/mic:")(_add)(event_id)
    if not talks:
        st.info("Спикеров пока нет.", icon=":material/mic_off:")
    st.html(facts.one_line("speakers-list"))
    with st.container(key="speakers-list"):
        for place, talk in enumerate(talks):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True):
                st.markdown(_line(place, talk), width="stretch")
                if may:
                    _buttons(event_id, talk, is_first=place == 0, is_last=place == len(talks) - 1)


def _line(place: int, talk: Talk) -> str:
    work = f" :gray[{plain(talk.workplace)}]" if talk.workplace else ""
    topic = plain(talk.topic) if talk.topic else ":gray[тема не указана]"
    return f"{place + 1}\\. {facts.link(talk.name, f'/person?id={talk.person_id}')}{work}  \n{topic}"


def _buttons(event_id: int, talk: Talk, *, is_first: bool, is_last: bool) -> None:
    key = f"speaker-{talk.number}"
    if st.button("", icon=":material/arrow_upward:", key=f"{key}-up", type="tertiary", help="Выше", disabled=is_first):
        _do(guard.act(move_speaker, event_id, talk.number, up=True))
    if st.button(
        "", icon=":material/arrow_downward:", key=f"{key}-down", type="tertiary", help="Ниже", disabled=is_last
    ):
        _do(guard.act(move_speaker, event_id, talk.number, up=False))
    if st.button("", icon=":material/edit:", key=f"{key}-topic", type="tertiary", help="Изменить тему"):
        st.dialog("Тема выступления", icon=":material/edit:")(_topic)(event_id, talk)
    if st.button("", icon=":material/delete:", key=f"{key}-remove", type="tertiary", help="Убрать из списка"):
        _do(guard.act(remove_speaker, event_id, talk.number), f"{talk.name}: убран(а) из списка спикеров.")


def _add(event_id: int) -> None:
    chosen = pickers.pick("person", PICKED, "Человек", required=True)
    topic = st.text_input("Тема", max_chars=1000, key="speaker-topic")
    if st.button("Добавить", type="primary", disabled=not chosen, key="speaker-add-yes"):
        _do(guard.act(add_speaker, event_id, int(chosen), topic or ""), "Спикер добавлен.")


def _topic(event_id: int, talk: Talk) -> None:
    with st.form("speaker-topic-form", border=False):
        topic = st.text_input(plain(talk.name), talk.topic, max_chars=1000)
        if talk.usual_topics:
            st.caption(f"Обычные темы: {plain(talk.usual_topics)}")
        sent = st.form_submit_button("Сохранить", type="primary", icon=":material/save:")
    if sent:
        _do(guard.act(set_topic, event_id, talk.number, topic or ""), "Тема сохранена.")


def _do(done: "guard.Done[None] | None", text: str = "") -> None:
    if done is None:
        return
    pickers.clear(PICKED)
    if text:
        guard.flash(text)
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    st.rerun()
