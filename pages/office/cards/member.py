"""A line of the register of members leads to the card of whose membership it is."""

import streamlit as st

from pages.office.cards import shell
from pages.ui import guard, navigation
from services.directory.cards import party_of_membership
from services.errors import NotFound


def render() -> None:
    """Go to the party's card, to its membership."""
    number = shell.number()
    try:
        found = guard.read(party_of_membership, number or 0)
    except NotFound as error:
        shell.back("members")
        st.info(str(error), icon=":material/search_off:")
        return
    st.switch_page(navigation.page(found.kind), query_params={"id": str(found.id), "tab": "membership"})
