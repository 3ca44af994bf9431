"""The pages, as data: the menu, the permission of each page and the titles are built from this one table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import import_module
from urllib.parse import urlsplit

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Actor, Permission
from services.tables import segments
from services.tables.registry import TABLES
from services.work import reading

BASE, SEGMENTS, MESSAGES, WORK, SETTINGS = "База", "Сегменты", "Рассылки", "Обмен", "Настройки"
CABINET = "Кабинет"

ICONS = {
    "people": ":material/person:",
    "companies": ":material/apartment:",
    "members": ":material/workspace_premium:",
    "committees": ":material/groups:",
    "chairs": ":material/gavel:",
    "speakers": ":material/mic:",
    "events": ":material/event:",
    "courses": ":material/school:",
    "invitations": ":material/person_add:",
    "venues": ":material/place:",
}


CARDS = (
    ("person", "Физ. лицо", ICONS["people"], "person"),
    ("company", "Юр. лицо", ICONS["companies"], "company"),
    ("event", "Мероприятие", ICONS["events"], "event"),
    ("venue", "Место проведения", ICONS["venues"], "venue"),
    ("committee", "Комитет", ICONS["committees"], "committee"),
    ("member", "Членство", ICONS["members"], "member"),
)
"""Path, title, icon, module of every card; each takes the record's number as `id`."""


@dataclass(frozen=True)
class Entry:
    """One page. `render` names its function «package.module:function», loaded when opened; `table` the grid's table.

    `listed`: whether it stands in the menu; cards are reached by links. `segment` is the number of the segment whose
    page it is; `render` is then called with it.
    """

    path: str
    title: str
    icon: str
    permission: Permission
    section: str
    render: str = ""
    table: str = ""
    listed: bool = True
    segment: int = 0


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
        path="calendar",
        title="Календарь",
        icon=":material/calendar_month:",
        permission=Permission.BASE_READ,
        section=BASE,
        render="pages.office.calendar:render",
    ),
    *(
        Entry(
            path=path,
            title=title,
            icon=icon,
            permission=Permission.BASE_READ,
            section=BASE,
            render=f"pages.office.cards.{module}:render",
            listed=False,
        )
        for path, title, icon, module in CARDS
    ),
    Entry(
        path="segments",
        title="Все сегменты",
        icon=":material/bookmarks:",
        permission=Permission.BASE_READ,
        section=SEGMENTS,
        render="pages.office.segments:render",
    ),
    Entry(
        path="mailings",
        title="Рассылки",
        icon=":material/send:",
        permission=Permission.MESSAGES_SEND,
        section=MESSAGES,
        render="pages.office.messaging.journal:render",
    ),
    Entry(
        path="mailing",
        title="Рассылка",
        icon=":material/mail:",
        permission=Permission.MESSAGES_SEND,
        section=MESSAGES,
        render="pages.office.messaging.mailing:render",
        listed=False,
    ),
    Entry(
        path="templates",
        title="Шаблоны",
        icon=":material/edit_document:",
        permission=Permission.TEMPLATES_MANAGE,
        section=MESSAGES,
        render="pages.office.messaging.templates:render",
    ),
    Entry(
        path="template",
        title="Шаблон",
        icon=":material/edit_document:",
        permission=Permission.TEMPLATES_MANAGE,
        section=MESSAGES,
        render="pages.office.messaging.template_editor:render",
        listed=False,
    ),
    Entry(
        path="reminders",
        title="Напоминания",
        icon=":material/notifications:",
        permission=Permission.REMINDERS_MANAGE,
        section=MESSAGES,
        render="pages.office.reminders.page:render",
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
        path="duplicates",
        title="Дубликаты",
        icon=":material/merge:",
        permission=Permission.BASE_EDIT,
        section=WORK,
        render="pages.office.duplicates:render",
    ),
    Entry(
        path="mass_changes",
        title="Массовые изменения",
        icon=":material/history:",
        permission=Permission.BASE_EDIT,
        section=WORK,
        render="pages.office.mass_changes:render",
    ),
    Entry(
        path="notices",
        title="Уведомления",
        icon=":material/notifications:",
        permission=Permission.OWN_CABINET,
        section=CABINET,
        render="pages.cabinet.notices:render",
    ),
    Entry(
        path="committee_list",
        title="Справочник комитетов",
        icon=":material/groups:",
        permission=Permission.DIRECTORIES_MANAGE,
        section=SETTINGS,
        render="pages.office.committees:render",
    ),
    Entry(
        path="membership_rules",
        title="Правила членства",
        icon=":material/rule_settings:",
        permission=Permission.RULES_MANAGE,
        section=SETTINGS,
        render="pages.office.membership_rules:render",
    ),
    Entry(
        path="purposes",
        title="Правила отправки",
        icon=":material/rule:",
        permission=Permission.RULES_MANAGE,
        section=SETTINGS,
        render="pages.office.messaging.purposes:render",
    ),
    Entry(
        path="document_types",
        title="Виды документов",
        icon=":material/folder_managed:",
        permission=Permission.DIRECTORIES_MANAGE,
        section=SETTINGS,
        render="pages.office.document_types:render",
    ),
    Entry(
        path="scheduler",
        title="Планировщик",
        icon=":material/schedule:",
        permission=Permission.MESSAGES_SEND,
        section=SETTINGS,
        render="pages.office.scheduler:render",
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


SEGMENT_PATH = re.compile(r"/segment-(\d{1,15})$")
NEXT = "next-page"
CAME_FROM = "came-from"
"""Under this name the guard keeps the last page that was no card: where «←» on a card leads."""
BY_PATH = {entry.path: entry for entry in ENTRIES}


def permitted(actor: Actor, entries: tuple[Entry, ...] = ENTRIES) -> tuple[Entry, ...]:
    """The pages of the actor's menu."""
    return tuple(entry for entry in entries if actor.may(entry.permission))


def is_page(actor: Actor, name: str) -> bool:
    """Whether an address of this name is that of a page: one of the menu, of whomever, or a segment for the office."""
    return name in BY_PATH or (actor.may(Permission.BASE_READ) and SEGMENT_PATH.fullmatch(f"/{name}") is not None)


def page(path: str, default: bool = False, visible: bool = True) -> st.Page:
    """The page at `path` for the menu and for links. Its permission is asked again whenever it is drawn."""
    return page_of(BY_PATH[path], default, visible)


def page_of(entry: Entry, default: bool = False, visible: bool = True) -> st.Page:
    """The page of an entry, one of a segment too."""
    return st.Page(
        partial(_run, entry),
        title=plain(entry.title) if entry.segment else entry.title,
        icon=entry.icon,
        url_path=entry.path,
        default=default,
        visibility="visible" if visible else "hidden",
    )


def entries_of(actor: Actor) -> tuple[Entry, ...]:
    """All pages there are now: those of `ENTRIES` and the segments the actor sees, each at an address of its own."""
    if not actor.may(Permission.BASE_READ):
        return ENTRIES
    with reading() as session:
        lines = segments.menu(session, actor)
    own = [_segment(line.id, line.name, line.icon, line.table) for line in lines]
    # Hidden, deleted or somebody else's: its page says so.
    asked = SEGMENT_PATH.search(urlsplit(st.context.url or "").path)
    if asked and int(asked[1]) not in {line.id for line in lines}:
        own.append(replace(_segment(int(asked[1])), listed=False))
    place = ENTRIES.index(BY_PATH["segments"])
    return (*ENTRIES[:place], *own, *ENTRIES[place:])


def segment_path(number: int) -> str:
    """Where the segment of this number is."""
    return f"segment-{number}"


def segment_page(number: int, title: str, icon: str) -> st.Page:
    """The page of a segment, for links."""
    return page_of(_segment(number, title, icon))


def open_next(path: str) -> None:
    """Go to a page that there may be only from the next run on."""
    guard.remember(NEXT, path)
    st.rerun()


def follow(pages: Mapping[str, st.Page]) -> None:
    """Go where `open_next` sent."""
    path = guard.recall(NEXT)
    guard.forget(NEXT)
    if path in pages:
        st.switch_page(pages[path])


def _segment(number: int, title: str = "Сегмент", icon: str = "bookmark", table: str = "") -> Entry:
    return Entry(
        path=segment_path(number),
        title=title,
        icon=f":material/{icon if icon in segments.ICONS else 'bookmark'}:",
        permission=Permission.BASE_READ,
        section=SEGMENTS,
        render="pages.office.segments:render_one",
        table=table if table in TABLES else "",
        segment=number,
    )


@lru_cache
def load(render: str) -> Callable[..., None]:
    """The function «package.module:function»."""
    module, _, name = render.partition(":")
    function: Callable[..., None] = getattr(import_module(module), name)
    return function


def _run(entry: Entry) -> None:
    guard.require(entry.permission)
    if entry.render:
        load(entry.render)(*((entry.segment,) if entry.segment else ()))
