"""«Написать» and «Пригласить»: what is to be done with the people and companies chosen. It begins a mailing.

Nothing is sent here: a draft is made of it, which its page leads on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from models import EventKind, MailingKind
from pages.office import invited
from pages.office.cards import guest_forms
from pages.office.chosen import chosen_rows, selection
from pages.office.imports.blocks import counted, grouped
from pages.office.messaging.said import sentence
from pages.ui import guard, navigation
from pages.ui.escape import plain
from pages.ui.grid import GridAction, GridEvent
from services.access.permissions import Actor, Permission
from services.events.inviting import coming_events, invite_rows
from services.events.words import KIND_TITLES
from services.messaging import audiences, mailings
from services.messaging.audiences import Audience
from services.tables import segments
from services.tables.columns import Table
from services.tables.query import Query
from services.tables.registry import TABLES
from services.tables.segments import SegmentLine

WRITE = GridAction("write", "Написать", "some", "mail", rows="active")
INVITE = GridAction("invite", "Пригласить", "some", "invite", rows="active")
OPENED = "writing"


@dataclass(frozen=True)
class Deed:
    """Something done to the people chosen; `event` is the sort of event they are asked to."""

    key: str
    title: str
    icon: str
    kind: MailingKind
    event: EventKind | None = None


MESSAGE = Deed("message", "Сообщение", "mail", MailingKind.MESSAGE)
DEEDS = (
    MESSAGE,
    Deed("reminder", "Напоминание", "notifications", MailingKind.REMINDER),
    Deed("birthday", "Поздравить с днём рождения", "cake", MailingKind.BIRTHDAY),
    Deed("event", "Пригласить на мероприятие", "event", MailingKind.INVITATION, EventKind.EVENT),
    Deed("meeting", "Пригласить на встречу", "handshake", MailingKind.INVITATION, EventKind.MEETING),
    Deed("session", "Пригласить на заседание", "groups", MailingKind.INVITATION, EventKind.SESSION),
    Deed("course", "Пригласить на обучение", "school", MailingKind.INVITATION, EventKind.COURSE),
    Deed("association", "Пригласить в НАУЗ", "workspace_premium", MailingKind.ASSOCIATION),
)
INVITATIONS = tuple(deed for deed in DEEDS if deed.kind in (MailingKind.INVITATION, MailingKind.ASSOCIATION))
"""In the order of the list."""


@dataclass(frozen=True)
class Opened:
    """The dialog: whom it is about, in words and for the services; rows of a table can also be made guests.

    `turn` keeps the inputs of two openings apart; `event` is the one the table shows who is invited to (0: none).
    """

    audience: Audience
    said: str
    deeds: Sequence[Deed]
    turn: int
    table: str = ""
    query: Query | None = None
    event: int = 0


def actions(table: Table, actor: Actor) -> tuple[GridAction, ...]:
    """The actions on rows that are people and companies."""
    return (WRITE, INVITE) if table.subjects and actor.may(Permission.MESSAGES_SEND) else ()


def act(event: GridEvent) -> None:
    """Open the dialog when one of these actions was pressed."""
    if event.action not in (WRITE.key, INVITE.key):
        return
    query = chosen_rows(event)
    said = f"Выбрано: **{counted(event.count, 'запись', 'записи', 'записей')}**."
    deeds, title = (DEEDS, "Написать") if event.action == WRITE.key else (INVITATIONS, "Пригласить")
    audience, asked = audiences.from_rows(event.table, selection(event)), event.query.get("event")
    number = asked if isinstance(asked, int) else 0
    _open(title, Opened(audience, said, deeds, _turn(), event.table, query, number))


def open_for(audience: Audience, said: str, title: str = "Написать", deeds: Sequence[Deed] = DEEDS) -> None:
    """Ask what is to be written to an audience; `said` is markdown about whom."""
    _open(title, Opened(audience, said, deeds, _turn()))


def open_new() -> None:
    """Ask whom a new mailing is for, then what is to be written."""
    st.dialog("Новая рассылка", icon=":material/mail:")(_draw_new)(_turn())


def open_segment(line: SegmentLine) -> None:
    """Ask what is to be written to a segment."""
    said = f"Сегмент **{plain(line.name)}**: получатели отберутся заново, когда вы перейдёте к проверке."
    open_for(audiences.from_segment(line.id), said, "Написать сегменту")


def open_invitation(event_id: int, title: str) -> None:
    """Ask whom to invite to an event; `title` is its name."""
    st.dialog("Пригласить", icon=":material/person_add:")(_draw_inviting)(event_id, title, _turn())


def begin(kind: MailingKind, audience: Audience, event_id: int | None = None) -> None:
    """Make a draft and lead to it. Does not return unless it was refused, which is then shown."""
    done = guard.act(mailings.create, kind, audience, event_id=event_id)
    if done is not None:
        st.switch_page(navigation.page("mailing"), query_params={"id": str(done.value)})


def _turn() -> int:
    turn: int = guard.recall(f"{OPENED}-turn", 0) + 1
    guard.remember(f"{OPENED}-turn", turn)
    return turn


def _open(title: str, opened: Opened) -> None:
    icon = ":material/person_add:" if title == "Пригласить" else ":material/mail:"
    dialog: Callable[[Opened], None] = st.dialog(title, icon=icon)(_draw)
    dialog(opened)


def _draw_new(turn: int) -> None:
    line = _segment("Кому", turn)
    st.caption("Чтобы написать отдельным людям или компаниям, отметьте их в таблице и нажмите «Написать».")
    if line is not None:
        said = f"Сейчас в сегменте: **{counted(line.total or 0, 'запись', 'записи', 'записей')}**."
        _draw(Opened(audiences.from_segment(line.id), said, DEEDS, turn))


def _draw_inviting(event_id: int, title: str, turn: int) -> None:
    st.markdown(f"**{plain(title)}**")
    line = _segment("Кого пригласить", turn)
    st.caption(
        "Откроется черновик приглашения. Чтобы пригласить отдельных людей или компании, отметьте их в таблице и "
        "нажмите «Пригласить»."
    )
    is_asked = st.button("Написать приглашение", type="primary", icon=":material/edit:", disabled=line is None,
                         key="write-yes")  # fmt: skip
    if is_asked and line is not None:
        begin(MailingKind.INVITATION, audiences.from_segment(line.id), event_id)


def _segment(label: str, turn: int) -> SegmentLine | None:
    """One of the segments of people and companies that can be read."""
    lines = {
        line.id: line
        for line in guard.read(segments.list_segments)
        if not line.problem and line.active and TABLES[line.table].subjects
    }

    def titled(number: int) -> str:
        line = lines[number]
        return f"{line.name} · {grouped(line.total or 0)}"

    chosen = st.selectbox(
        label, list(lines), format_func=titled, index=None, placeholder="Выберите сегмент", filter_mode="contains",
        key=f"write-segment-{turn}",
    )  # fmt: skip
    return lines[chosen] if chosen is not None else None


def _draw(opened: Opened) -> None:
    st.markdown(opened.said)
    by_key = {deed.key: deed for deed in opened.deeds}
    key = st.radio(
        "Что сделать", list(by_key), format_func=lambda one: f":material/{by_key[one].icon}: {by_key[one].title}",
        index=_first(opened), label_visibility="collapsed", key=f"deed-{opened.turn}",
    )  # fmt: skip
    deed = by_key[key]
    if deed.event is not None:
        _invite(opened, deed, deed.event)
        return
    st.caption("Откроется черновик. Пока вы не подтвердите отправку, ничего не уйдёт.")
    if st.button("Написать", type="primary", icon=":material/edit:", key="write-yes"):
        begin(deed.kind, opened.audience)


def _first(opened: Opened) -> int:
    """The place of what is chosen to begin with: in the dialog «Пригласить», the event above the table."""
    asked = next((coming.kind for coming in guard.read(coming_events) if coming.id == opened.event), None)
    kinds = [deed.event for deed in opened.deeds]
    return kinds.index(asked) if asked and kinds[0] is not None else 0


def _invite(opened: Opened, deed: Deed, kind: EventKind) -> None:
    titles = {coming.id: coming.title for coming in guard.read(coming_events) if coming.kind is kind}
    index = list(titles).index(opened.event) if opened.event in titles else None
    chosen = st.selectbox(
        sentence(KIND_TITLES[kind]), list(titles), format_func=titles.__getitem__, index=index, filter_mode="contains",
        placeholder="Выберите, ближайшие сверху", key=f"invite-event-{deed.key}-{opened.turn}",
    )  # fmt: skip
    if not titles:
        st.caption("Предстоящих нет. Сначала добавьте в таблице мероприятий или курсов.")
    letter, listed = "Отправить приглашения", "Только добавить в участники"
    with st.container(horizontal=True):
        write = st.button(letter, type="primary", icon=":material/mail:", disabled=chosen is None, key="invite-letter")
        add = opened.query is not None and st.button(listed, disabled=chosen is None, key="invite-yes")
    st.caption(
        "По кнопке «Отправить приглашения» откроется черновик письма: до подтверждения ничего не уйдёт, а статус "
        "«приглашён» получат те, кому письмо предназначено."
    )
    if write and chosen is not None:
        begin(deed.kind, opened.audience, chosen)
    if add and chosen is not None and opened.query is not None:
        done = guard.act(invite_rows, chosen, opened.table, opened.query)
        if done is not None:
            guest_forms.say_added(done.value)
            invited.show(opened.table, chosen)
            guest_forms.renew()
