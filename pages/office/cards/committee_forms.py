"""The small forms of seats and requests, each in a dialog over a card."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models import SeatPosition
from pages.office import pickers
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.directory import committee_requests as requests, committee_seats as seats, committees
from services.directory.chairs import ChairTaken
from services.directory.committee_seats import POSITION_TITLES
from services.directory.committee_views import CommitteeCard, PersonCommittees, Request, Seat
from services.errors import DomainError

FAILED, PERSON = "seat-failed", "committee-person"


def show(title: str, icon: str, form: Callable[..., None], *about: Any) -> None:
    """Open a form over the page."""
    guard.forget(FAILED)
    pickers.clear(PERSON)
    st.dialog(title, icon=icon)(form)(*about)


def join_committee(person_id: int, found: PersonCommittees) -> None:
    """A seat for the person of the card."""
    with st.form("seat-join", border=False):
        committee = _committee(found)
        position, since = _position(SeatPosition.MEMBER), _since()
        comment = st.text_input("Комментарий", max_chars=1000, autocomplete="off")
        replace = _chair()
        if _submitted("Добавить") and committee is not None:
            values = {"position": position, "since": since, "replace_chair": replace, "comment": comment}
            _do("Место в комитете записано.", seats.take_seat, committee, person_id, **values)


def seat_person(card: CommitteeCard) -> None:
    """A seat in the committee of the card."""
    person = pickers.pick("person", PERSON, "Кто", required=True)
    with st.form("seat-person", border=False):
        position, since = _position(SeatPosition.MEMBER), _since()
        comment = st.text_input("Комментарий", max_chars=1000, autocomplete="off")
        replace = _chair()
        if not _submitted("Добавить"):
            return
        if not person:
            st.error("Выберите человека.", icon=":material/error:")
            return
        values = {"position": position, "since": since, "replace_chair": replace, "comment": comment}
        _do("Место в комитете записано.", seats.take_seat, card.id, int(person), **values)


def change_position(seat: Seat) -> None:
    """Another position in the committee."""
    st.markdown(f"{plain(seat.person)}: {seat.title.lower()}")
    others = [position for position in SeatPosition if position.value != seat.position]
    with st.form("seat-change", border=False):
        position, since = _position(others[0], others), _since("Новая позиция с")
        st.caption("Прежняя позиция закончится накануне и останется в истории.")
        replace = _chair()
        if _submitted("Изменить"):
            values = {"position": position, "since": since, "replace_chair": replace}
            _do("Позиция изменена.", seats.change_position, seat.id, seat.seen, **values)


def end_seat(seat: Seat) -> None:
    """The seat is over."""
    st.markdown(f"{plain(seat.person)}: {seat.title.lower()}, {plain(seat.committee)}")
    with st.form("seat-end", border=False):
        until = _since("Последний день полномочий")
        if _submitted("Завершить"):
            _do("Полномочия завершены.", seats.end_seat, seat.id, seat.seen, until=until)


def file_request(person_id: int, found: PersonCommittees) -> None:
    """A request of the person of the card."""
    with st.form("request-file", border=False):
        committee = _committee(found)
        note = st.text_area("Что сказано в заявке", height=68, max_chars=2000)
        if _submitted("Записать") and committee is not None:
            _do("Заявка записана.", requests.file_request, committee, person_id, note)


def confirm(request: Request) -> None:
    """Yes, with a seat."""
    st.markdown(f"{plain(request.person)} — {plain(request.committee)}")
    with st.form("request-confirm", border=False):
        position, since = _position(SeatPosition.MEMBER), _since()
        replace = _chair()
        if _submitted("Подтвердить"):
            values = {"position": position, "since": since, "replace_chair": replace}
            _do("Заявка подтверждена.", requests.confirm_request, request.id, request.seen, **values)


def refuse(request: Request) -> None:
    """No."""
    st.markdown(f"{plain(request.person)} — {plain(request.committee)}")
    with st.form("request-refuse", border=False):
        answer = st.text_area("Ответ заявителю", height=68, max_chars=2000)
        if _submitted("Отказать"):
            _do("В заявке отказано.", requests.refuse_request, request.id, request.seen, answer=answer)


def edit_committee(card: CommitteeCard) -> None:
    """Name and description."""
    with st.form("committee-edit", border=False):
        name = st.text_input("Название *", card.name, max_chars=committees.LONGEST_NAME, autocomplete="off")
        description = st.text_area("Описание", card.description, max_chars=committees.LONGEST_TEXT)
        if _submitted("Сохранить"):
            _do("Сохранено.", committees.edit_committee, card.id, card.seen, name=name, description=description)


def add_committee() -> None:
    """A new committee."""
    with st.form("committee-add", border=False):
        name = st.text_input("Название *", max_chars=committees.LONGEST_NAME, autocomplete="off")
        description = st.text_area("Описание", max_chars=committees.LONGEST_TEXT)
        if _submitted("Добавить"):
            _do("Комитет добавлен.", committees.add_committee, name, description)


def _committee(found: PersonCommittees) -> int | None:
    names = dict(found.open)
    chosen: int | None = st.selectbox("Комитет", list(names), format_func=names.__getitem__, filter_mode="contains")
    return chosen


def _position(default: SeatPosition, among: list[SeatPosition] | None = None) -> str:
    options = [position.value for position in among or list(SeatPosition)]
    return st.selectbox("Позиция", options, options.index(default.value), format_func=POSITION_TITLES.__getitem__)


def _since(label: str = "С какого дня") -> str:
    return st.text_input(label, f"{clock.today():%d.%m.%Y}", help="Можно указать месяц (05.2026) или год (2026).")


def _chair() -> bool:
    """What was refused; where somebody else is the chair, the way to go on."""
    failed: DomainError | None = guard.recall(FAILED)
    if failed is None:
        return False
    guard.show_error(failed)
    if not isinstance(failed, ChairTaken):
        return False
    return st.checkbox(f"Завершить полномочия прежнего председателя ({plain(failed.holder)}) накануне этой даты")


def _submitted(label: str) -> bool:
    return st.form_submit_button(label, type="primary")


def _do(done: str, service: Callable[..., Any], *values: Any, **named: Any) -> None:
    outcome = guard.attempt(service, *values, **named)
    if isinstance(outcome, ChairTaken):
        guard.remember(FAILED, outcome)
        st.rerun(scope="fragment")
    if isinstance(outcome, DomainError):
        guard.forget(FAILED)
        guard.show_error(outcome)
        return
    guard.forget(FAILED)
    pickers.clear(PERSON)
    guard.flash(done)
    st.rerun()
