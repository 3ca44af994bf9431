"""What every run of the script draws: the menu, the shared grid, the page."""

import streamlit as st

from pages.ui import guard, navigation, table_frame
from services.access.permissions import ROLE_TITLES, Actor
from services.access.sessions import SignedIn
from services.errors import DomainError
from services.settings import ROOT

FAVICON = str(ROOT / "pages" / "api" / "templates" / "favicon.png")
"""Without one of our own the browser would fetch the page's icon from Google, which the policy refuses."""

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
    entries = navigation.permitted(signed_in.actor)
    home = entries[0].path
    pages = {e.path: navigation.page(e.path, e.path == home, e in entries) for e in navigation.ENTRIES}
    menu: dict[str, list[st.Page]] = {}
    for listed in navigation.ENTRIES:
        menu.setdefault(listed.section, []).append(pages[listed.path])
    current = st.navigation(menu, expanded=True)
    entry = next(e for e in navigation.ENTRIES if pages[e.path] is current)
    if signed_in.is_office:
        with st.container(key="table-frame"):
            table_frame.draw(entry.table if entry in entries else "", signed_in.actor)
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
