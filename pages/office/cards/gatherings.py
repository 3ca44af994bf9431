"""The sections «Мероприятия» and «Обучение» of a person or a company."""

import streamlit as st

from models import ParticipationStatus as Status
from pages.office.cards import facts
from pages.office.cards.event import STATUS_COLORS
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Party
from services.events.gatherings import Gathering, gatherings_of

ON_A_PAGE = 20


def draw_events(party: Party) -> None:
    """The section «Мероприятия»."""
    _draw(party, courses=False)


def draw_education(party: Party) -> None:
    """The section «Обучение»."""
    _draw(party, courses=True)


def _draw(party: Party, *, courses: bool) -> None:
    found = guard.read(gatherings_of, party, courses=courses)
    if not found:
        empty = "На курсы ещё не приглашали." if courses else "На мероприятия ещё не приглашали."
        st.info(empty, icon=":material/event_busy:")
        return
    attended = sum(line.status is Status.ATTENDED for line in found)
    spoke = sum(line.status is None for line in found)
    st.caption(f"Всего: {len(found)}, участий: {attended}" + (f", выступлений: {spoke}" if spoke else ""))
    first = 0
    if len(found) > ON_A_PAGE:
        key = f"gatherings-{party.kind}-{party.id}-{courses}"
        first = (st.pagination((len(found) - 1) // ON_A_PAGE + 1, key=key) - 1) * ON_A_PAGE
    st.markdown("\n".join(f"- {_line(line)}" for line in found[first : first + ON_A_PAGE]))


def _line(line: Gathering) -> str:
    badge = f":{STATUS_COLORS[line.status] if line.status else 'violet'}-badge[{line.role}]"
    gone = " :red-badge[отменено]" if line.cancelled else ""
    who = f", {facts.link(line.who, f'/person?id={line.who_id}')}" if line.who else ""
    more = ", ".join(part for part in (line.kind_title, line.when, line.venue, line.topic) if part)
    return f"{facts.link(line.name, f'/event?id={line.event_id}')}{who} {badge}{gone}  \n  :small[:gray[{plain(more)}]]"
