"""What is asked before guests are added to an event or taken off it."""

from collections.abc import Sequence

import streamlit as st

from models import ParticipationStatus as Status
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Kind, Party
from services.directory.search import Match, search_companies, search_people
from services.events.participants import Added, Participant, add_participants, comment_on, remove_participants
from services.events.words import STATUS_TITLES
from services.values.cleaned import counted

CHOSEN, TICKED = "guests-chosen", "guests-ticked"
BEGINNINGS = (Status.INVITED, Status.APPLIED, Status.CONFIRMED)
KINDS: dict[Kind, str] = {"person": "Физ. лица", "company": "Юр. лица"}
NAMED = 5


def renew() -> None:
    """Read the list of guests anew, with nothing chosen."""
    guard.forget(TICKED)
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    st.rerun()


def open_adding(event_id: int) -> None:
    """Choose people and companies by their first letters."""
    guard.remember(CHOSEN, {})
    st.dialog("Добавить участников", width="large", icon=":material/person_add:")(_add)(event_id)


def open_removing(event_id: int, guests: Sequence[Participant]) -> None:
    """Ask once more."""
    st.dialog("Убрать из списка?", icon=":material/person_remove:")(_remove)(event_id, guests)


def open_comment(event_id: int, guest: Participant) -> None:
    """Ask for a remark about a guest."""
    st.dialog("Пометка об участнике", icon=":material/comment:")(_comment)(event_id, guest)


def _add(event_id: int) -> None:
    chosen: dict[Party, str] = guard.recall(CHOSEN, {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Кого", list(KINDS), format_func=KINDS.__getitem__, default="person", required=True, key="guests-kind"
        )
        typed = st.text_input(
            "Найти", key="guests-search", type="search", live=True, placeholder="Первые буквы, телефон или ИНН",
            autocomplete="off",
        )  # fmt: skip
    if typed and typed.strip():
        _matches(kind, typed, chosen)
    for party, name in chosen.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/check: {plain(name)}", width="stretch")
            drop = f"Убрать из выбранных: {plain(name)}"
            st.button("", icon=":material/close:", key=f"guests-drop-{party.kind}-{party.id}", type="tertiary",
                      help=drop, on_click=_drop, args=(party,))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        status = st.selectbox(
            "Статус", [status.value for status in BEGINNINGS], format_func=lambda s: STATUS_TITLES[Status(s)],
            key="guests-beginning", width=220,
        )  # fmt: skip
        over = status == Status.CONFIRMED and st.checkbox("сверх мест", key="guests-add-over")
        label = f"Добавить: {len(chosen)}" if chosen else "Добавить"
        pressed = st.button(label, type="primary", disabled=not chosen, key="guests-add-yes")
    if pressed:
        done = guard.act(add_participants, event_id, tuple(chosen), status, over_capacity=bool(over))
        if done is not None:
            say_added(done.value)
            _done()


def _matches(kind: Kind, typed: str, chosen: dict[Party, str]) -> None:
    found: tuple[Match, ...] = guard.read(search_people if kind == "person" else search_companies, typed)
    fresh = [match for match in found if Party(match.kind, match.id) not in chosen]
    with st.container(height=230 if len(fresh) > NAMED else "content", border=bool(fresh), gap="xxsmall"):
        for match in fresh:
            note = f" :gray[{plain(match.note)}]" if match.note else ""
            st.button(
                plain(match.title) + note, key=f"guests-match-{match.kind}-{match.id}", type="tertiary",
                icon=":material/add:", on_click=_choose, args=(Party(match.kind, match.id), match.title),
            )  # fmt: skip
    if not found:
        st.caption("Ничего не найдено.")


def _choose(party: Party, name: str) -> None:
    guard.remember(CHOSEN, {**guard.recall(CHOSEN, {}), party: name})


def _drop(party: Party) -> None:
    guard.remember(CHOSEN, {one: name for one, name in guard.recall(CHOSEN, {}).items() if one != party})


def say_added(added: Added) -> None:
    """Tell who was added, who was there already, who asked not to be disturbed."""
    many = counted(added.added, "участник", "участника", "участников")
    guard.flash(f"Добавлено: {many}." if added.added else "Никто не добавлен.")
    if added.already:
        guard.flash("Уже в списке: " + _named(added.already))
    if added.quiet:
        guard.flash("Просили не беспокоить: " + _named(added.quiet))


def _named(names: Sequence[str]) -> str:
    told = ", ".join(names[:NAMED])
    return f"{told} и ещё {len(names) - NAMED}" if len(names) > NAMED else told


def _remove(event_id: int, guests: Sequence[Participant]) -> None:
    st.markdown(f"Будут убраны из списка: **{plain(_named([guest.name for guest in guests]))}**.")
    st.caption("Если человек отказался или не пришёл, лучше изменить статус: так останется видно, что его звали.")
    if st.button("Убрать", type="primary", key="guests-remove-yes"):
        done = guard.act(remove_participants, event_id, [guest.id for guest in guests])
        if done is not None:
            guard.flash(f"Убрано из списка: {done.value}.")
            _done()


def _comment(event_id: int, guest: Participant) -> None:
    with st.form("guest-comment", border=False):
        text = st.text_area(plain(guest.name), guest.comment, max_chars=1000)
        sent = st.form_submit_button("Сохранить", type="primary", icon=":material/save:")
    if sent and guard.act(comment_on, event_id, guest.id, text or "") is not None:
        guard.flash("Пометка сохранена.")
        _done()


def _done() -> None:
    guard.forget(CHOSEN)
    renew()
