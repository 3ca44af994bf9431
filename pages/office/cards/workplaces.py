"""Places of work on a card: the companies of a person, the people of a company; adding, changing, ending them."""

import streamlit as st

from pages.office import pickers
from pages.office.cards import facts
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Kind, Party
from services.directory.profiles import Tie
from services.directory.workplaces import Marks, add_workplace, change_workplace, end_workplace

ON_A_PAGE = 20
PICKED = "workplace"
CHANGE = "Изменить место работы"


def draw(party: Party, ties: tuple[Tie, ...], *, may_edit: bool) -> None:
    """The list, twenty at a time; who may edit finds a pencil at each line."""
    first = _page(party, len(ties)) * ON_A_PAGE
    for tie in ties[first : first + ON_A_PAGE]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(_line(tie), width="stretch")
            if may_edit and st.button("", icon=":material/edit:", key=f"tie-{tie.id}", type="tertiary", help=CHANGE):
                st.dialog("Место работы", icon=":material/work:")(_change)(tie)


def open_adding(party: Party) -> None:
    """Ask for another place of work of a person, or another member of staff of a company."""
    title = "Добавить место работы" if party.kind == "person" else "Добавить сотрудника"
    pickers.clear(PICKED)
    st.dialog(title, icon=":material/work:")(_add)(party)


def _page(party: Party, total: int) -> int:
    pages = (total - 1) // ON_A_PAGE + 1
    if pages < 2:
        return 0
    return st.pagination(pages, key=f"ties-{party.kind}-{party.id}") - 1


def _line(tie: Tie) -> str:
    marks = [":blue-badge[директор]"] if tie.is_director else []
    marks += [":violet-badge[контактное лицо]"] if tie.is_contact else []
    position = f", {plain(tie.position)}" if tie.position else ""
    gone = "" if tie.active else " :gray-badge[деактивировано]"
    return f"{facts.link(tie.title, tie.party.address)}{position} {' '.join(marks)}{gone}"


def _add(party: Party) -> None:
    other: Kind = "company" if party.kind == "person" else "person"
    label = "Компания" if other == "company" else "Человек"
    chosen = pickers.pick(other, PICKED, label, required=True)
    marks = _marks(Marks(), "new")
    if st.button("Добавить", type="primary", disabled=not chosen, key="tie-add"):
        person, company = (party.id, int(chosen)) if party.kind == "person" else (int(chosen), party.id)
        if guard.act(add_workplace, person, company, marks) is not None:
            _done("Место работы добавлено.")


def _change(tie: Tie) -> None:
    st.markdown(facts.link(tie.title, tie.party.address))
    marks = _marks(Marks(tie.position, tie.is_director, tie.is_contact), str(tie.id))
    with st.container(horizontal=True):
        if st.button("Сохранить", type="primary", icon=":material/save:", key="tie-save"):
            if guard.act(change_workplace, tie.id, tie.version, marks) is not None:
                _done("Место работы изменено.")
        if st.button("Больше не работает", icon=":material/work_off:", key="tie-end"):
            if guard.act(end_workplace, tie.id) is not None:
                _done("Место работы убрано.")


def _marks(present: Marks, key: str) -> Marks:
    position = st.text_input("Должность", present.position, key=f"tie-position-{key}")
    director = st.checkbox("Директор компании", present.is_director, key=f"tie-director-{key}")
    contact = st.checkbox("Контактное лицо компании", present.is_contact, key=f"tie-contact-{key}")
    return Marks(position or "", director, contact)


def _done(text: str) -> None:
    pickers.clear(PICKED)
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    guard.flash(text)
    st.rerun()
