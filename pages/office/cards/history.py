"""The section «История»: who changed what, when and from where; «вернуть» puts a former value back."""

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.access.permissions import Permission
from services.directory.parties import Party
from services.duplicates.pairs import MergedInto, merged_into
from services.errors import DomainError
from services.history.returning import ChangedSince, return_value
from services.history.trail import Line, Trail, trail_of

WIDTHS = (1.4, 1.8, 5, 0.5)
BACK, UNDO = "Вернуть прежнее значение", ":material/undo:"


def draw(party: Party) -> None:
    """The history of a person or a company."""
    entity = "Person" if party.kind == "person" else "Company"
    merges = guard.read(merged_into, party)
    asked = st.query_params.get("of", "")
    other = next((merge for merge in merges if str(merge.lost) == asked), None)
    if other is not None:
        here = f"{party.address}&tab=history"
        st.markdown(f"История записи «{plain(other.title)}» до объединения. [К истории этой карточки]({here})")
        _draw(entity, other.lost)
        return
    for merge in merges:
        _merge(party, merge)
    _draw(entity, party.id)


def draw_event(number: int) -> None:
    """The history of an event or a course."""
    _draw("Event", number)


def draw_venue(number: int) -> None:
    """The history of a venue."""
    _draw("Venue", number)


def _merge(party: Party, merge: MergedInto) -> None:
    """A record that was made part of this one, with the way to its own history."""
    said = f"С этой записью объединена запись «{plain(merge.title)}»: {clock.local(merge.at):%d.%m.%Y %H:%M}"
    links = f"[её история]({party.address}&tab=history&of={merge.lost})"
    if guard.actor().may(Permission.BASE_EDIT):
        links += f" · [отменить объединение](/mass_changes?undo={merge.batch_id})"
    st.markdown(f":material/merge: {said}, {plain(merge.who)}. {links}")


def _draw(entity: str, number: int) -> None:
    key = f"trail-{entity}-{number}"
    trail: Trail = guard.read(trail_of, entity, number, guard.input_value(key, 1) - 1)
    if not trail.total:
        st.caption("Изменений пока нет.")
        return
    for line in trail.lines:
        _line(line)
    if trail.pages > 1:
        st.pagination(trail.pages, key=key)


def _line(line: Line) -> None:
    with st.container(border=False, key=f"trail-line-{line.id}"):
        when, who, what, back = st.columns(WIDTHS, vertical_alignment="center")
        when.markdown(f":small[{clock.local(line.at):%d.%m.%Y %H:%M}]")
        who.markdown(f":small[{plain(line.who)}  \n:gray[{_source(line)}]]")
        what.markdown(f":small[{_what(line)}]")
        if line.can_return and back.button("", key=f"return-{line.id}", type="tertiary", icon=UNDO, help=BACK):
            _return(line, over=False)


def _source(line: Line) -> str:
    if line.edit is not None:
        return f"[{plain(line.edit_title)}](/mass_changes)"
    if line.load is None:
        return plain(line.source)
    return f"[{plain(line.source)}, загрузка № {line.load}](/imports?load={line.load})"


def _what(line: Line) -> str:
    name = plain(f"{line.tied}. {line.what}" if line.tied else line.what)
    before, after = plain(line.before).replace("\n", " "), plain(line.after).replace("\n", " ")
    if line.before and line.after:
        return f"**{name}**  \n:gray[{before}] → {after}"
    return f"**{name}**  \n{after}" if line.after else f"**{name}**  \n:gray[~~{before}~~]" if before else f"**{name}**"


def _return(line: Line, *, over: bool) -> None:
    outcome = guard.attempt(return_value, line.id, over=over)
    if isinstance(outcome, ChangedSince):
        st.dialog("Значение с тех пор изменили", icon=":material/undo:")(_insist)(line, str(outcome))
    elif isinstance(outcome, DomainError):
        guard.show_error(outcome)
    else:
        _returned(outcome.value)


def _insist(line: Line, sentence: str) -> None:
    st.markdown(plain(sentence))
    st.markdown(f"Вернуть «{plain(line.before)}»?" if line.before else "Очистить поле?")
    if st.button("Вернуть всё равно", type="primary", key="return-over"):
        outcome = guard.attempt(return_value, line.id, over=True)
        if isinstance(outcome, DomainError):
            guard.show_error(outcome)
        else:
            _returned(outcome.value)


def _returned(label: str) -> None:
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    guard.flash(f"Возвращено прежнее значение: {label}")
    st.rerun()
