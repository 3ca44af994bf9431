"""The section «Комитеты» of a person: seats held and past, requests, a new seat."""

import streamlit as st

from models import RequestState
from pages.office.cards import committee_forms as forms, facts
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.directory.committee_views import Request, Seat, committees_of
from services.directory.parties import Party
from services.history.wording import ANSWERS

STATES = dict(ANSWERS)


def draw(party: Party) -> None:
    """Draw the section."""
    found = guard.read(committees_of, party)
    if found.may_edit:
        with st.container(horizontal=True, gap="small"):
            if st.button("Добавить в комитет", icon=":material/group_add:", type="primary", disabled=not found.open):
                forms.show("Место в комитете", ":material/group_add:", forms.join_committee, party.id, found)
            if st.button("Записать заявку", icon=":material/contact_mail:", disabled=not found.open):
                forms.show("Заявка в комитет", ":material/contact_mail:", forms.file_request, party.id, found)
    if not found.present:
        st.info("Сейчас в комитетах не состоит.", icon=":material/groups:")
    for seat in found.present:
        _present(seat, may_edit=found.may_edit)
    draw_waiting(found.requests, may_edit=found.may_edit, about="committee")
    draw_past(found.past, about="committee")
    _decided(found.requests)


def draw_waiting(requests: tuple[Request, ...], *, may_edit: bool, about: str) -> None:
    """Requests that wait, each with its answer to give; `about`: what tells them apart, «committee» or «person»."""
    pending = [request for request in requests if request.state == RequestState.PENDING.value]
    if pending:
        st.subheader("Заявки ждут решения", anchor=False)
    for request in pending:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            name = committee_link(request) if about == "committee" else person_link(request)
            note = f"  \n{plain(request.note)}" if request.note else ""
            st.markdown(f"{name} :gray[от {clock.local(request.filed_at):%d.%m.%Y}]{note}")
            if not may_edit:
                continue
            if st.button("Подтвердить", icon=":material/check:", key=f"request-yes-{request.id}"):
                forms.show("Подтвердить заявку", ":material/check:", forms.confirm, request)
            if st.button("Отказать", icon=":material/close:", key=f"request-no-{request.id}"):
                forms.show("Отказать в заявке", ":material/close:", forms.refuse, request)


def draw_past(seats: tuple[Seat, ...], *, about: str) -> None:
    """Seats that are over."""
    if not seats:
        return
    st.subheader("Прежние места", anchor=False)
    st.table(
        [
            {
                ("Комитет" if about == "committee" else "ФИО"): committee_link(s)
                if about == "committee"
                else person_link(s)
            }
            | {"Позиция": s.title, "С": s.since or "—", "По": s.until or "—", "Комментарий": plain(s.comment) or "—"}
            for s in seats
        ]
    )


def committee_link(of: Seat | Request) -> str:
    """The committee, leading to its card."""
    return facts.link(of.committee, f"/committee?id={of.committee_id}")


def person_link(of: Seat | Request) -> str:
    """The person, leading to their card."""
    return facts.link(of.person, f"/person?id={of.person_id}&tab=committees")


def seat_term(seat: Seat) -> str:
    """«с 2024 г. по 31.05.2026»."""
    return " ".join(f"{word} {day}" for word, day in (("с", seat.since), ("по", seat.until)) if day)


def _present(seat: Seat, *, may_edit: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        comment = f"  \n{plain(seat.comment)}" if seat.comment else ""
        st.markdown(f"{committee_link(seat)}  \n{seat.title} :gray[{plain(seat_term(seat))}]{comment}")
        if not may_edit:
            return
        if st.button("Изменить позицию", icon=":material/swap_vert:", key=f"seat-change-{seat.id}"):
            forms.show("Изменить позицию", ":material/swap_vert:", forms.change_position, seat)
        if st.button("Завершить", icon=":material/event_busy:", key=f"seat-end-{seat.id}"):
            forms.show("Завершить полномочия", ":material/event_busy:", forms.end_seat, seat)


def _decided(requests: tuple[Request, ...]) -> None:
    decided = [request for request in requests if request.state != RequestState.PENDING.value]
    if not decided:
        return
    st.subheader("Решения по заявкам", anchor=False)
    st.table(
        [
            {
                "Комитет": committee_link(request),
                "Заявка": f"{clock.local(request.filed_at):%d.%m.%Y}",
                "Решение": STATES[request.state],
                "Ответ": plain(request.answer) or "—",
                "Решил(а)": plain(request.decider) or "—",
            }
            for request in decided
        ]
    )
