"""The card of a person or a company: the header is read once, then the open section draws itself."""

from functools import partial

import streamlit as st

from pages.office import editing
from pages.office.cards import retiring, shell
from pages.office.cards.workplaces import open_adding
from pages.office.messaging import writing
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.directory.cards import Head, head_of, note_view
from services.directory.parties import GONE, Kind, Party
from services.directory.profiles import TABLES
from services.duplicates.merging import leads_to
from services.errors import NotFound
from services.messaging import audiences

COLORS: dict[str, shell.Color] = {
    "active": "green", "ending": "orange", "overdue": "red", "suspended": "gray", "left": "gray", "unknown": "blue",
}  # fmt: skip


def render(kind: Kind) -> None:
    """Draw the card of the party of the address."""
    number = shell.number()
    try:
        head = guard.read(head_of, Party(kind, number)) if number is not None else None
    except NotFound:
        head = None
    if head is None and number is not None and (stayed := guard.read(leads_to, Party(kind, number))):
        guard.flash("Эту запись объединили с другой: открыта карточка той, что осталась.")
        st.query_params["id"] = str(stayed.id)
        st.rerun()
    if head is None:
        shell.missing(kind, GONE[kind])
        return
    shell.draw(kind, head.party, title=head.title, badges=_badges(head), actions=_actions(head), counts=head.counts)
    # Once for each opening, and last: noting waits for whoever is writing.
    if guard.recall("viewed") != head.party:
        guard.remember("viewed", head.party)
        guard.act(note_view, head.party)


def _badges(head: Head) -> tuple[shell.Badge, ...]:
    badges = []
    if not head.active:
        badges.append(
            shell.Badge(
                "деактивирован" if head.party.kind == "person" else "деактивирована", "gray", ":material/block:"
            )
        )
    if head.state is not None:
        said = "член ассоциации: " if head.is_member else "членство: "
        badges.append(shell.Badge(said + head.state_title, COLORS[head.state.value], ":material/workspace_premium:"))
    elif head.is_member:
        badges.append(shell.Badge("член ассоциации", "green", ":material/workspace_premium:"))
    if head.do_not_disturb:
        badges.append(shell.Badge("не беспокоить", "red", ":material/notifications_off:"))
    return tuple(badges)


def _writing(head: Head) -> tuple[shell.Action, ...]:
    if not (head.active and guard.actor().may(Permission.MESSAGES_SEND)):
        return ()
    audience = audiences.of_parties([head.party])
    write = partial(writing.open_for, audience, f"**{plain(head.title)}**")
    return (shell.Action("write", "Написать", ":material/mail:", write),)


def _actions(head: Head) -> tuple[shell.Action, ...]:
    if not head.may_edit:
        return ()
    table, party = TABLES[head.party.kind], head.party
    place = "Добавить место работы" if party.kind == "person" else "Добавить сотрудника"
    return (
        shell.Action("edit", "Изменить", ":material/edit:", partial(editing.open_dialog, table, party.id)),
        *_writing(head),
        shell.Action("place", place, ":material/work:", partial(open_adding, party)),
        *retiring.actions(table, party.id, head.title, active=head.active),
    )
