"""The pages, as data: the menu, the permission of each page and the titles are built from this one table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module

import streamlit as st

from pages.ui import guard
from services.access.permissions import Actor, Permission
from services.tables.registry import TABLES

BASE, WORK, SETTINGS = "База", "Обмен", "Настройки"

ICONS = {
    "people": ":material/person:",
    "companies": ":material/apartment:",
    "members": ":material/workspace_premium:",
    "committees": ":material/groups:",
    "chairs": ":material/gavel:",
    "speakers": ":material/mic:",
    "events": ":material/event:",
    "courses": ":material/school:",
    "venues": ":material/place:",
}


@dataclass(frozen=True)
class Entry:
    """One page. `render` names its function «package.module:function», loaded when opened; `table` the grid's table."""

    path: str
    title: str
    icon: str
    permission: Permission
    section: str
    render: str = ""
    table: str = ""


ENTRIES: tuple[Entry, ...] = (
    Entry(
        path="home",
        title="Обзор",
        icon=":material/dashboard:",
        permission=Permission.BASE_READ,
        section=BASE,
        render="pages.office.home:render",
    ),
    *(
        Entry(
            path=t.name, title=t.title, icon=ICONS[t.name], permission=Permission.BASE_READ, section=BASE, table=t.name
        )
        for t in TABLES.values()
    ),
    Entry(
        path="imports",
        title="Загрузка из Excel",
        icon=":material/upload_file:",
        permission=Permission.BASE_IMPORT,
        section=WORK,
        render="pages.office.imports:render",
    ),
    Entry(
        path="accounts",
        title="Учётные записи",
        icon=":material/manage_accounts:",
        permission=Permission.ACCOUNTS_MANAGE,
        section=SETTINGS,
        render="pages.office.accounts:render",
    ),
    Entry(
        path="account",
        title="Моя учётная запись",
        icon=":material/person:",
        permission=Permission.OWN_ACCOUNT,
        section=SETTINGS,
        render="pages.account.profile:render",
    ),
)
"""In the order of the menu; the first one an actor may see is their home."""


BY_PATH = {entry.path: entry for entry in ENTRIES}


def permitted(actor: Actor) -> tuple[Entry, ...]:
    """The pages of the actor's menu."""
    return tuple(entry for entry in ENTRIES if actor.may(entry.permission))


def page(path: str, default: bool = False, visible: bool = True) -> st.Page:
    """The page at `path` for the menu and for links. Its permission is asked again whenever it is drawn."""
    entry = BY_PATH[path]
    return st.Page(
        partial(_run, entry),
        title=entry.title,
        icon=entry.icon,
        url_path=path,
        default=default,
        visibility="visible" if visible else "hidden",
    )


@lru_cache
def load(render: str) -> Callable[[], None]:
    """The function «package.module:function»."""
    module, _, name = render.partition(":")
    function: Callable[[], None] = getattr(import_module(module), name)
    return function


def _run(entry: Entry) -> None:
    guard.require(entry.permission)
    if entry.render:
        load(entry.render)()
