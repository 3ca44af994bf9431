"""The section «Участники»: the guests of an event, their statuses, adding and removing them.

Who is chosen is kept by number with the status seen when the box was ticked: a guest whom somebody else has changed
since is left alone and named.
"""

from collections.abc import Iterable, Sequence

import streamlit as st

from models import ParticipationStatus as Status
from pages.office.cards import facts, guest_forms
from pages.office.cards.event import STATUS_COLORS, heads_line
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.events.events import EventCard, event_card
from services.events.participants import Participant, change_status, participants_of, refusals
from services.events.words import STATUS_TITLES
from services.values.cleaned import counted

ON_A_PAGE = 25


@st.fragment
def draw(event_id: int) -> None:
    """The list, what may be done with the guests chosen in it, and adding."""
    card = guard.read(event_card, event_id)
    st.markdown(heads_line(card.heads))
    may = guard.actor().may(Permission.BASE_EDIT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        statuses = _filter(card)
        if may and st.button("Добавить участников", icon=":material/person_add:", type="primary", key="guests-add"):
            guest_forms.open_adding(event_id)
    guests = guard.read(participants_of, event_id, statuses)
    if not guests:
        empty = "С таким статусом никого нет." if statuses else "Участников пока нет. Добавьте людей и компании."
        st.info(empty, icon=":material/group_off:")
        return
    if may:
        _act(event_id, guests)
    first = 0
    if len(guests) > ON_A_PAGE:
        pages = (len(guests) - 1) // ON_A_PAGE + 1
        first = (st.pagination(pages, key=f"guests-page-{event_id}-{'-'.join(statuses)}") - 1) * ON_A_PAGE
    chosen = _chosen(event_id)
    st.html(facts.one_line("guests-list"))
    with st.container(key="guests-list"):
        for guest in guests[first : first + ON_A_PAGE]:
            _row(event_id, guest, may=may, is_chosen=guest.id in chosen)


def _filter(card: EventCard) -> tuple[str, ...]:
    numbers = card.heads.by_status
    chosen = st.pills(
        "Статус",
        [status.value for status in Status if numbers.get(status)],
        format_func=lambda status: f"{STATUS_TITLES[Status(status)]} · {numbers.get(status, 0)}",
        selection_mode="multi",
        key=f"guests-filter-{card.id}",
        label_visibility="collapsed",
    )
    return tuple(chosen or ())


def _row(event_id: int, guest: Participant, *, may: bool, is_chosen: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if may:
            key = f"guest-{guest.id}"
            # Put where it already is, it would take back a box ticked while this list was being drawn.
            if bool(guard.input_value(key)) != is_chosen:
                guard.put_input(key, is_chosen)
            st.checkbox(
                f"Отметить: {plain(guest.name)}", key=key, label_visibility="collapsed", width="content",
                on_change=_tick, args=(event_id, key, guest),
            )  # fmt: skip
        st.markdown(_line(guest), width="stretch")


def _line(guest: Participant) -> str:
    status = f":{STATUS_COLORS[guest.status]}-badge[{guest.status_title}]"
    marks = "" if guest.active else " :gray-badge[деактивирован]"
    marks += " :red-badge[не беспокоить]" if guest.do_not_disturb else ""
    since = f"с {guest.status_on}" if guest.status_on else ""
    about = " · ".join(plain(part) for part in (guest.workplace, guest.phone, guest.email, since) if part)
    remark = f"  \n:material/comment: {plain(guest.comment)}" if guest.comment else ""
    return f"{facts.link(guest.name, guest.party.address)} {status}{marks}  \n:small[:gray[{about}]]{remark}"


def _act(event_id: int, guests: Sequence[Participant]) -> None:
    chosen = _chosen(event_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="guests-acts"):
        if not chosen:
            st.button(f"Отметить всех: {len(guests)}", key="guests-all", on_click=_tick_all, args=(event_id, guests))
            st.caption("или отметьте нужных, чтобы изменить статус либо убрать из списка.")
            return
        st.markdown(f"Отмечено: **{len(chosen)}**", width="content")
        st.button("Снять отметки", key="guests-none", on_click=_tick_all, args=(event_id, ()))
        status = st.selectbox(
            "Новый статус", [status.value for status in Status], format_func=lambda value: STATUS_TITLES[Status(value)],
            index=None, placeholder="Новый статус", label_visibility="collapsed", key="guests-status", width=200,
        )  # fmt: skip
        over = status == Status.CONFIRMED and st.checkbox("сверх мест", key="guests-over", width="content")
        pressed = st.button("Изменить статус", type="primary", disabled=status is None, key="guests-change")
        listed = [guest for guest in guests if guest.id in chosen]
        if listed and st.button("Убрать из списка", icon=":material/person_remove:", key="guests-remove"):
            guest_forms.open_removing(event_id, listed)
        if len(listed) == 1 and st.button("Пометка", icon=":material/comment:", key="guests-comment"):
            guest_forms.open_comment(event_id, listed[0])
    if pressed and status is not None:
        _change(event_id, chosen, status, over=bool(over))


def _change(event_id: int, seen: dict[int, str], status: str, *, over: bool) -> None:
    done = guard.act(change_status, event_id, seen, status, over_capacity=over)
    if done is None:
        return
    moved = done.value
    many = counted(moved.changed, "участник", "участника", "участников")
    guard.flash(f"Статус «{STATUS_TITLES[Status(status)]}»: {many}.")
    if moved.refused:
        guard.flash("Не изменены: " + refusals(moved.refused))
    guest_forms.renew()


def _chosen(event_id: int) -> dict[int, str]:
    """The status each chosen guest was seen with."""
    of, chosen = guard.recall(guest_forms.TICKED, (event_id, {}))
    found: dict[int, str] = chosen if of == event_id else {}
    return found


def _tick(event_id: int, key: str, guest: Participant) -> None:
    chosen = {number: status for number, status in _chosen(event_id).items() if number != guest.id}
    if guard.input_value(key):
        chosen[guest.id] = guest.status.value
    guard.remember(guest_forms.TICKED, (event_id, chosen))


def _tick_all(event_id: int, guests: Iterable[Participant]) -> None:
    guard.remember(guest_forms.TICKED, (event_id, {guest.id: guest.status.value for guest in guests}))
