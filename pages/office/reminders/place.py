"""The address of the page of reminders: it says which part is shown and of what, so that a link leads there."""

import streamlit as st

from pages.office.imports.address import LARGEST, asked, number, tell_browser
from pages.ui import navigation
from services.directory.parties import Kind, Party

__all__ = ["PATH", "asked", "go", "link", "number", "party", "tell_browser"]

PATH = "reminders"
BEGINNING = {"tab": "rules"}
"""Streamlit takes a link without params for one that keeps the present ones."""


def go(**params: str | int) -> None:
    """Lead to another part; without params to the rules. Does not return."""
    st.query_params.from_dict({key: str(value) for key, value in params.items()})
    st.rerun(scope="app")


def link(label: str, icon: str | None = None, **params: str | int) -> None:
    """A link to a part. `label` is markdown: people's text in it must be escaped."""
    told = {key: str(value) for key, value in params.items()} or BEGINNING
    st.page_link(navigation.page(PATH), label=label, icon=icon, query_params=told)


def party() -> Party | None:
    """Whom the address asks about: «person-17»."""
    kind, _, digits = asked("who").partition("-")
    fits = digits.isascii() and digits.isdecimal() and len(digits) < 11 and int(digits) < LARGEST
    kinds: dict[str, Kind] = {"person": "person", "company": "company"}
    return Party(kinds[kind], int(digits)) if fits and kind in kinds else None
