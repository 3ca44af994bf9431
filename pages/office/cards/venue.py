"""The card of a venue: where it is, whose, who answers for it, what is held there."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.office import editing
from pages.office.cards import facts, retiring, shell
from pages.ui import guard
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import NotFound
from services.events.events import note_view
from services.events.venues import GONE, Held, VenueCard, venue_card

ON_A_PAGE = 20


def render() -> None:
    """Draw the page."""
    number = shell.number()
    try:
        card = guard.read(venue_card, number) if number is not None else None
    except NotFound:
        card = None
    if card is None:
        shell.missing("venue", GONE)
        return
    shell.draw(
        "venue",
        card.id,
        title=card.name,
        caption=card.address,
        badges=() if card.active else (shell.Badge("деактивировано", "gray", ":material/block:"),),
        actions=_actions(card),
        counts={
            "events": sum(not held.is_course for held in card.held),
            "courses": sum(h.is_course for h in card.held),
        },
    )
    if guard.recall("viewed") != ("venue", card.id):
        guard.remember("viewed", ("venue", card.id))
        guard.act(note_view, "venues", card.id)


def draw_overview(venue_id: int) -> None:
    """The section «Обзор»."""
    card = guard.read(venue_card, venue_id)
    pairs = [
        ("Адрес", plain(card.address)),
        ("Партнёр", facts.link(card.partner.name, f"/company?id={card.partner.id}") if card.partner else ""),
        ("Контактное лицо", facts.link(card.contact.name, f"/person?id={card.contact.id}") if card.contact else ""),
        ("Контакты", _lines(card.contacts)),
        ("Ответственное лицо", plain(card.responsible)),
        ("Комментарий", _lines(card.comment)),
    ]
    filled = [(label, text) for label, text in pairs if text]
    if filled:
        facts.grid(filled)
    else:
        st.info("Сведений пока нет. Нажмите «Изменить».", icon=":material/edit_note:")
    st.subheader("Скоро здесь", anchor=False)
    if card.coming:
        st.markdown("\n".join(f"- {_line(held)}" for held in card.coming[:ON_A_PAGE]))
    else:
        st.caption("Ничего не назначено.")


def draw_events(venue_id: int) -> None:
    """The section «Мероприятия»."""
    _draw_held(venue_id, courses=False)


def draw_courses(venue_id: int) -> None:
    """The section «Курсы»."""
    _draw_held(venue_id, courses=True)


def _draw_held(venue_id: int, *, courses: bool) -> None:
    held: Sequence[Held] = [one for one in guard.read(venue_card, venue_id).held if one.is_course == courses]
    if not held:
        st.info("Здесь ещё ничего не проводили.", icon=":material/event_busy:")
        return
    first = 0
    if len(held) > ON_A_PAGE:
        key = f"held-{venue_id}-{courses}"
        first = (st.pagination((len(held) - 1) // ON_A_PAGE + 1, key=key) - 1) * ON_A_PAGE
    st.markdown("\n".join(f"- {_line(one)}" for one in held[first : first + ON_A_PAGE]))


def _line(held: Held) -> str:
    soon = " :green-badge[идёт]" if held.is_running else " :blue-badge[будет]" if held.is_coming else ""
    mark = " :red-badge[отменено]" if held.cancelled else soon
    return f"{facts.link(held.name, f'/event?id={held.id}')} :gray[{plain(held.kind_title)}, {plain(held.when)}]{mark}"


def _actions(card: VenueCard) -> tuple[shell.Action, ...]:
    if not guard.actor().may(Permission.BASE_EDIT):
        return ()
    edit = shell.Action("edit", "Редактировать", ":material/edit:", partial(editing.open_dialog, "venues", card.id))
    return (edit, *retiring.actions("venues", card.id, card.name, active=card.active))


def _lines(text: str) -> str:
    return plain(text).replace("\n", "  \n")
