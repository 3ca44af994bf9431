"""The address of the page: it alone says which load is shown and how, so that a reload and «Назад» lose nothing."""

from collections.abc import Mapping

import streamlit as st

from pages.office.imports.blocks import grouped
from pages.ui import navigation

PATH = "imports"
LARGEST = 2**31
BEGINNING = {"view": "loads"}
"""Streamlit takes a link without params for a link that keeps the present ones."""
Params = Mapping[str, str | int]


def asked(key: str) -> str:
    """What the address says of `key`, "" when nothing."""
    return str(st.query_params.get(key, ""))


def number(key: str) -> int | None:
    """A number in the address, when it is one a database takes."""
    text = asked(key)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 and int(text) < LARGEST else None


def go(**params: str | int) -> None:
    """Lead to another address of this page; without params to its beginning. Does not return."""
    st.query_params.from_dict(_said(params))
    st.rerun()


def tell_browser() -> None:
    """Say the present address to the browser: after a link from the page to itself it still shows the former one."""
    st.query_params.from_dict(st.query_params.to_dict())


def changed(**params: str | int) -> dict[str, str]:
    """The present address with other params. Whatever else is looked at begins on its first page."""
    return _said({**st.query_params.to_dict(), "page": "", **params})


def link(label: str, params: Params, icon: str | None = None, *, disabled: bool = False) -> None:
    """A link to exactly this address of this page. `label` is markdown: people's text in it must be escaped."""
    st.page_link(
        navigation.page(PATH), label=label, icon=icon, disabled=disabled, query_params=_said(params) or BEGINNING
    )


def segments(key: str, param: str, options: Mapping[str, str], default: str, only: Params | None = None) -> str:
    """A row of links, one for each value of a param with its label; gives the present value.

    Links, because they need no state: reload, «Назад» and a second tab simply work. The rest of the address stays, or
    becomes `only`.
    """
    present = asked(param) if asked(param) in options else default
    with st.container(horizontal=True, gap=None, key=f"segments-{key}"):
        for place, (value, label) in enumerate(options.items()):
            with st.container(width="content", key=f"segment-{'on' if value == present else 'off'}-{key}-{place}"):
                wanted: Params = {param: "" if value == default else value}
                link(label, changed(**wanted) if only is None else {**only, **wanted})
    return present


def page_start(total: int, size: int) -> int:
    """How many things stand before the page the address asks for."""
    last = max(0, (total - 1) // size)
    return min((number("page") or 1) - 1, last) * size


def pages(total: int, size: int) -> None:
    """«51–100 из 1 234» with links to the pages beside."""
    if total <= size:
        return
    start = page_start(total, size)
    present, last = start // size + 1, (total - 1) // size + 1
    targets = (("В начало", 1, 1), ("Раньше", present - 1, 1), ("Дальше", present + 1, last), ("В конец", last, last))
    with st.container(horizontal=True, vertical_alignment="center", key="pages"):
        st.text(f"{grouped(start + 1)}–{grouped(min(start + size, total))} из {grouped(total)}")
        for label, wanted, edge in targets:
            is_idle = present == edge if wanted == edge else not 1 <= wanted <= last
            link(label, changed(page=wanted), disabled=is_idle)


def _said(params: Params) -> dict[str, str]:
    return {key: str(value) for key, value in params.items() if value != ""}
