"""What is said of a value as soon as its input is left: wrong check digits, who has it already."""

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services.directory.cards import CARDS
from services.tables.twins import Said, Twin, said_of


def say(table: str, field: str, value: str, own: int, key: str) -> None:
    """Below the input `key`: what is to be said of `value` in a field of row `own` (0: a new one) of a table.

    Asked once for each value, however often the form is drawn.
    """
    known: tuple[str, Said] | None = guard.recall(f"{key}-said")
    if known is None or known[0] != value:
        known = (value, guard.read(said_of, table, field, value, own))
        guard.remember(f"{key}-said", known)
    for note in known[1].notes:
        if note.severity != "info":
            st.caption(f":material/flag: :orange[{plain(note.message)}]")
    for twin in known[1].twins:
        st.caption(f":material/group: {plain(twin.what)} уже у {_named(twin)}")


def _named(twin: Twin) -> str:
    return f"[{plain(twin.title)}](/{CARDS[twin.table]}?id={twin.id})" if twin.table in CARDS else plain(twin.title)
