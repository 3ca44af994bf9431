"""The card of a committee: its leaders, who sits in it, requests, what it holds, who sat in it."""

import streamlit as st

from models import EventKind, SeatPosition
from pages.office.cards import committee_forms as forms, facts, shell
from pages.office.cards.committees import draw_past, draw_waiting, person_link, seat_term
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.directory.committee_views import CommitteeCard, committee_card
from services.directory.committees import GONE, set_committee_active
from services.errors import NotFound

KINDS = {
    EventKind.EVENT.value: "Мероприятие",
    EventKind.MEETING.value: "Встреча",
    EventKind.SESSION.value: "Заседание",
    EventKind.COURSE.value: "Курс",
}


def render() -> None:
    """Draw the page."""
    number = shell.number()
    try:
        card = guard.read(committee_card, number) if number is not None else None
    except NotFound:
        card = None
    if card is None:
        shell.missing("committee", GONE)
        return
    actions: tuple[shell.Action, ...] = ()
    if guard.actor().may(Permission.DIRECTORIES_MANAGE):
        actions = (shell.Action("edit", "Изменить", ":material/edit:", lambda: _edit(card)), _switch(card))
    shell.draw(
        "committee",
        card.id,
        title=card.name,
        caption=card.description,
        badges=() if card.active else (shell.Badge("не действует", "gray", ":material/block:"),),
        actions=actions,
        counts={
            "members": len(card.present),
            "requests": len(card.requests),
            "sessions": len(card.sessions),
            "past": len(card.past),
        },
    )


def draw_members(number: int) -> None:
    """Who sits in the committee now."""
    card = guard.read(committee_card, number)
    chairs = card.holding(SeatPosition.CHAIR)
    if len(chairs) > 1:
        st.warning("Председателей больше одного: завершите лишние полномочия.", icon=":material/gavel:")
    leaders = (
        ("Председатель", chairs),
        ("Заместитель", card.holding(SeatPosition.DEPUTY)),
        ("Секретарь", card.holding(SeatPosition.SECRETARY)),
    )
    for place, (label, held) in zip(st.columns(3), leaders, strict=True):
        names = "  \n".join(f"{person_link(seat)} :gray[{plain(seat_term(seat))}]" for seat in held)
        place.markdown(f":small[:gray[{label}]]  \n{names or '—'}")
    if card.may_edit:
        _act(card)
    if card.present:
        st.table(
            [
                {
                    "ФИО": person_link(seat) + ("" if seat.is_active else " :gray[карточка деактивирована]"),
                    "Компания": plain(seat.company) or "—",
                    "Позиция": seat.title,
                    "Срок": plain(seat_term(seat)) or "—",
                    "Комментарий": plain(seat.comment) or "—",
                }
                for seat in card.present
            ]
        )
    else:
        st.info("В комитете пока никого нет.", icon=":material/groups:")


def draw_requests(number: int) -> None:
    """Requests that wait."""
    card = guard.read(committee_card, number)
    if not card.requests:
        st.info("Заявок, которые ждут решения, нет.", icon=":material/task_alt:")
    draw_waiting(card.requests, may_edit=card.may_edit, about="person")


def draw_sessions(number: int) -> None:
    """What the committee holds."""
    card = guard.read(committee_card, number)
    if not card.sessions:
        st.info("Заседаний и других мероприятий комитета нет.", icon=":material/event:")
        return
    st.table(
        [
            {
                "Дата": held.starts_on or "—",
                "Название": facts.link(held.name, f"/event?id={held.id}"),
                "Вид": KINDS[held.kind],
            }
            for held in card.sessions
        ]
    )


def draw_former(number: int) -> None:
    """Who sat in the committee before."""
    card = guard.read(committee_card, number)
    if not card.past:
        st.info("Завершённых полномочий нет.", icon=":material/history:")
    draw_past(card.past, about="person")


def _act(card: CommitteeCard) -> None:
    """Seat somebody, or choose a seat and do something about it."""
    titles = {seat.id: f"{seat.person} — {seat.title.lower()}" for seat in card.present}
    by_id = {seat.id: seat for seat in card.present}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if st.button("Добавить в комитет", icon=":material/group_add:", type="primary", disabled=not card.active):
            forms.show("Место в комитете", ":material/group_add:", forms.seat_person, card)
        chosen = st.selectbox(
            "Место", list(titles), index=None, format_func=titles.__getitem__, placeholder="Выберите члена комитета",
            label_visibility="collapsed", filter_mode="contains", width=360,
        )  # fmt: skip
        seat = None if chosen is None else by_id[chosen]
        if st.button("Изменить позицию", icon=":material/swap_vert:", disabled=seat is None):
            forms.show("Изменить позицию", ":material/swap_vert:", forms.change_position, seat)
        if st.button("Завершить", icon=":material/event_busy:", disabled=seat is None):
            forms.show("Завершить полномочия", ":material/event_busy:", forms.end_seat, seat)


def _edit(card: CommitteeCard) -> None:
    forms.show("Изменить комитет", ":material/edit:", forms.edit_committee, card)


def _switch(card: CommitteeCard) -> shell.Action:
    def run() -> None:
        if guard.act(set_committee_active, card.id, card.seen, active=not card.active) is not None:
            guard.flash("Комитет больше не действует." if card.active else "Комитет снова действует.")
            st.rerun()

    if card.active:
        return shell.Action("off", "Деактивировать", ":material/block:", run)
    return shell.Action("on", "Вернуть", ":material/undo:", run)
