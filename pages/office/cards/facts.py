"""Labelled values of a card, in columns; what is empty is left out."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from pages.ui.escape import plain
from services.directory.profiles import Fact

COLUMNS = 2


def link(text: str, address: str) -> str:
    """Markdown of a link inside the product."""
    return f"[{plain(text)}]({address})"


def draw(facts: Sequence[Fact]) -> None:
    """The filled facts, group by group."""
    for group, members in groupby((fact for fact in facts if fact.text), key=lambda fact: fact.group):
        if group:
            st.subheader(plain(group), anchor=False)
        grid([(fact.label, shown(fact)) for fact in members])


def grid(pairs: Sequence[tuple[str, str]]) -> None:
    """Pairs of a label (plain text) and a value (markdown) in two columns, row by row."""
    for start in range(0, len(pairs), COLUMNS):
        for place, (label, value) in zip(st.columns(COLUMNS), pairs[start : start + COLUMNS], strict=False):
            place.markdown(f":small[:gray[{plain(label)}]]  \n{value}")


def shown(fact: Fact) -> str:
    """The value as markdown."""
    return plain(fact.text).replace("\n", "  \n")


def one_line(key: str) -> str:
    """A style for the rows of container `key`: a narrow window breaks their text, not the row."""
    row = f".st-key-{key} [data-testid=stHorizontalBlock]"
    return f"<style>{row}{{flex-wrap:nowrap}}{row}>[data-testid=stElementContainer]{{min-width:0}}</style>"
