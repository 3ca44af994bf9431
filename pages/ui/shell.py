"""What every run of the script draws: the menu, the shared grid, the page."""

import streamlit as st

from pages.ui import guard, navigation, table_frame
from services.access.permissions import ROLE_TITLES, Actor
from services.access.sessions import SignedIn
from services.errors import DomainError
from services.settings import ROOT

FAVICON = str(ROOT / "pages" / "api" / "templates" / "favicon.png")
"""Without one of our own the browser would fetch the page's icon from Google, which the policy refuses."""

RUSSIAN = """<style>
[role="listbox"][data-empty] [role="option"] span { font-size: 0 }
[role="listbox"][data-empty] [role="option"] span::after { content: "Ничего не найдено"; font-size: 0.875rem }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0 }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Выбрать файл"; font-size: 1rem }
[data-type][data-placeholder="true"] { font-size: 0 }
[data-type][data-placeholder="true"]::after { font-size: 1rem }
[data-type="day"][data-placeholder="true"]::after { content: "дд" }
[data-type="month"][data-placeholder="true"]::after { content: "мм" }
[data-type="year"][data-placeholder="true"]::after { content: "гггг" }
[data-testid="stFileUploaderDropzoneInstructions"], [data-testid="InputInstructions"] { display: none }
</style>"""
"""What Streamlit says in English and has no setting for: a list in which nothing fits what is typed, the button of an
upload, the parts of an empty date. The limit of an upload (our labels name it) and «Press Enter to …» under an input
are left out."""

MUST_ENROL = "Для сотрудников обязателен второй фактор. Включите его здесь, после этого откроются остальные разделы."


def draw() -> None:
    """One run of the script. What is expected to go wrong is said here; Streamlit would log it with a traceback."""
    st.set_page_config(page_icon=FAVICON, layout="wide", menu_items={})
    try:
        _draw()
    except (guard.SessionEnded, DomainError) as error:
        guard.on_script_error(error)


def _draw() -> None:
    # The grid comes before anything of variable length: moved to another place, it would load anew.
    signed_in = guard.signed_in()
    there = navigation.entries_of(signed_in.actor)
    entries = navigation.permitted(signed_in.actor, there)
    home = entries[0].path
    pages = {e.path: navigation.page_of(e, e.path == home, e in entries and e.listed) for e in there}
    menu: dict[str, list[st.Page]] = {}
    for listed in there:
        menu.setdefault(listed.section, []).append(pages[listed.path])
    current = st.navigation(menu, expanded=True)
    navigation.follow(pages)
    entry = next(e for e in there if pages[e.path] is current)
    if entry.listed and entry in entries:
        guard.remember(navigation.CAME_FROM, entry)
    if entry.segment:
        st.set_page_config(page_title=entry.title)  # in the menu its name stands escaped
    if signed_in.is_office:
        with st.container(key="table-frame"):
            table_frame.draw(entry.table if entry in entries else "", signed_in.actor, entry.segment)
    st.html(RUSSIAN)
    _who(signed_in.actor)
    guard.show_flashes()
    _note(signed_in)
    current.run()


def _who(actor: Actor) -> None:
    with st.sidebar:
        st.text(actor.name)
        if actor.role is not None:
            st.caption(ROLE_TITLES[actor.role])
        st.button("Выйти", icon=":material/logout:", on_click=guard.sign_out, width="stretch")


def _note(signed_in: SignedIn) -> None:
    if signed_in.must_enrol:
        st.warning(MUST_ENROL, icon=":material/lock:")
