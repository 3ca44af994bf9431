"""The card of an event of any kind: its header, and what may be done with it as a whole."""

from functools import partial

import streamlit as st

from models import EventKind, ParticipationStatus as Status
from pages.office import editing
from pages.office.calendar_html import ICONS
from pages.office.cards import event_forms, event_writing, facts, retiring, shell
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import NotFound
from services.events.events import EventCard, Headcount, event_card, note_view

COLORS: dict[EventKind, shell.Color] = {
    EventKind.EVENT: "blue", EventKind.MEETING: "green", EventKind.SESSION: "violet", EventKind.COURSE: "orange",
}  # fmt: skip

STATUS_COLORS: dict[Status, shell.Color] = {
    Status.INVITED: "yellow", Status.APPLIED: "orange", Status.CONFIRMED: "blue", Status.ATTENDED: "green",
    Status.NO_SHOW: "red", Status.DECLINED: "gray",
}  # fmt: skip


def render() -> None:
    """Draw the page."""
    number = shell.number()
    try:
        card = guard.read(event_card, number) if number is not None else None
    except NotFound:
        card = None
    if card is None:
        shell.missing("event", "Такого мероприятия нет: запись удалили.")
        return
    shell.draw(
        "event",
        card.id,
        title=card.name,
        caption=_caption(card),
        badges=_badges(card),
        actions=_actions(card),
        counts={"participants": card.heads.invited, "speakers": card.speakers},
        table=card.table,
    )
    if guard.recall("viewed") != ("event", card.id):
        guard.remember("viewed", ("event", card.id))
        guard.act(note_view, card.table, card.id)


def draw_overview(event_id: int) -> None:
    """The section «Обзор»."""
    card = guard.read(event_card, event_id)
    _draw_heads(card.heads)
    pairs = [
        ("Вид", card.kind_title),
        ("Даты и время", plain(card.dates.spoken)),
        ("Сначала назначалось на", card.moved_from),
        ("Формат", card.format_title),
        ("Место", facts.link(card.venue.name, f"/venue?id={card.venue.id}") if card.venue else ""),
        ("Адрес", plain(card.address)),
        ("Ссылка на трансляцию", _outside(card.url)),
        ("Комитет", facts.link(card.committee.name, f"/committee?id={card.committee.id}") if card.committee else ""),
        ("Ответственный", plain(card.responsible)),
        ("Комментарий", _lines(card.comment)),
    ]
    facts.grid([(label, text) for label, text in pairs if text])
    if card.description:
        st.subheader("Описание", anchor=False)
        st.markdown(_lines(card.description))


def heads_line(heads: Headcount) -> str:
    """Invited, taken part, places in one line of markdown."""
    parts = [f"Приглашены: **{heads.invited}**{_stated(heads.invited, heads.invited_stated)}"]
    parts.append(f"Участвовали: **{heads.attended}**{_stated(heads.attended, heads.attended_stated)}")
    if heads.capacity:
        parts.append(f"Места: **{heads.taken} из {heads.capacity}**, {_free(heads)}")
    return " · ".join(parts)


def _draw_heads(heads: Headcount) -> None:
    """The same in large figures."""
    with st.container(horizontal=True, gap="medium", key="event-heads"):
        for label, counted, stated in (
            ("Приглашены", heads.invited, heads.invited_stated),
            ("Участвовали", heads.attended, heads.attended_stated),
        ):
            beside = _stated(counted, stated).strip(" ()") or None
            st.metric(label, counted, beside, delta_color="off", delta_arrow="off", width=150)
        if heads.capacity:
            text = f"{heads.taken} из {heads.capacity}"
            st.metric("Места", text, _free(heads), delta_color="off", delta_arrow="off", width=170)


def _stated(counted: int, stated: int | None) -> str:
    """What was once written down, where it differs."""
    return f" (по таблице: {stated})" if stated is not None and stated != counted else ""


def _free(heads: Headcount) -> str:
    free = (heads.capacity or 0) - heads.taken
    return f"свободно {free}" if free > 0 else f"сверх мест {-free}" if free else "мест нет"


def _caption(card: EventCard) -> str:
    place = card.venue.name if card.venue else ""
    answers = f"ответственный: {card.responsible}" if card.responsible else ""
    return " · ".join(part for part in (card.dates.spoken, card.format_title, place, answers) if part)


def _badges(card: EventCard) -> tuple[shell.Badge, ...]:
    badges = [shell.Badge(card.kind_title, COLORS[card.kind], f":material/{ICONS[card.kind]}:")]
    if card.cancelled_at is not None:
        badges.append(shell.Badge(f"отменено: {card.cancel_reason}", "red", ":material/event_busy:"))
    elif card.is_over:
        badges.append(shell.Badge("прошло", "gray", ":material/history:"))
    if card.moved_from:
        badges.append(shell.Badge(f"перенесено с {card.moved_from}", "yellow", ":material/update:"))
    if card.heads.capacity:
        color: shell.Color = "red" if card.heads.taken > card.heads.capacity else "gray"
        badges.append(
            shell.Badge(f"мест занято: {card.heads.taken} из {card.heads.capacity}", color, ":material/chair:")
        )
    if not card.active:
        badges.append(shell.Badge("деактивировано", "gray", ":material/block:"))
    return tuple(badges)


def _actions(card: EventCard) -> tuple[shell.Action, ...]:
    if not guard.actor().may(Permission.BASE_EDIT):
        return ()
    writing = event_writing.actions(card) if guard.actor().may(Permission.MESSAGES_SEND) else ()
    actions = [shell.Action("edit", "Изменить", ":material/edit:", partial(editing.open_dialog, card.table, card.id))]
    if card.cancelled_at is not None:
        bring_back = partial(event_forms.take_back, card.id)
        actions.append(shell.Action("uncancel", "Снять отмену", ":material/event_available:", bring_back))
    else:
        move = partial(event_forms.open_moving, card)
        actions.append(shell.Action("move", "Перенести", ":material/update:", move))
        if not card.is_over:
            cancel = partial(event_forms.open_cancelling, card)
            actions.append(shell.Action("cancel", "Отменить", ":material/event_busy:", cancel))
    copy = partial(event_forms.open_copying, card)
    actions.append(shell.Action("copy", "Повторить", ":material/content_copy:", copy))
    return (*writing, *actions, *retiring.actions(card.table, card.id, card.name, active=card.active))


def _outside(url: str) -> str:
    """A link that opens beside the product. Only what can be one: the value was typed."""
    if url.startswith(("https://", "http://")) and not set(url) & set(" ()<>[]\\`\"'"):
        return f"[{plain(url)}]({url})"
    return plain(url)


def _lines(text: str) -> str:
    return plain(text).replace("\n", "  \n")
