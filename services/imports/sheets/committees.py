"""Комитеты and Председатели."""

from models import Committee, CommitteeSeat, EventKind, Participation, ParticipationStatus, SeatPosition
from services.directory.keys import committee_key
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.events import events
from services.imports.parties import companies, contacts
from services.imports.rows import Row, SkipRow
from services.imports.sheets.people import find, one_name, work
from services.values import fold
from services.values.cleaned import shown as quoted

WORDS = (
    ("замест", SeatPosition.DEPUTY), ("зам.", SeatPosition.DEPUTY), ("председател", SeatPosition.CHAIR),
    ("секретар", SeatPosition.SECRETARY), ("член", SeatPosition.MEMBER), ("участни", SeatPosition.MEMBER),
)  # fmt: skip


def plan(draft: Draft, row: Row) -> None:
    """A row of a committee: a seat of the position the row states."""
    if not row.title:
        raise SkipRow("не понятно, какой это комитет: назовите его над таблицей, например «Комитет по инновациям»")
    position, doubt = _position(row)
    seat = _seat(draft, row, row.title, position)
    if doubt:
        row.remark("position", doubt, "warning", seat, "position")
    person = seat.get("person_id")
    for key, kind in (("events", EventKind.EVENT), ("courses", EventKind.COURSE)):
        for event in events(draft, row, key, kind):
            _attended(draft, row, key, event, person)


def plan_chair(draft: Draft, row: Row) -> None:
    """A row of the chairs: a chair's seat in the committee the row names."""
    committee = row.text("committee")
    if not committee:
        raise SkipRow("не указан комитет")
    _seat(draft, row, committee, SeatPosition.CHAIR)


def _seat(draft: Draft, row: Row, committee_name: str, position: SeatPosition) -> Entry:
    name = one_name(row)
    at = companies(draft, row, "company")
    person = find(draft, row, name, at)
    committee = _committee(draft, row, committee_name)
    seat = _present(draft, person, committee, position)
    if seat is None:
        values = {"committee_id": committee, "person_id": person, "position": position.value}
        seat = draft.base.add(CommitteeSeat, values)
        seat.claims["position"] = (row.sheet, row.number)
        row.change("name", "", f"{person.name} — {committee.name}")
    draft.own(row, seat)
    draft.put(row, "position" if row.has("position") else "committee", seat, "position", position.value)
    contacts(draft, row, person)
    work(draft, row, person, at, "company", "position_in_company")
    draft.put_cell(row, "member_since", person, "member_since")
    draft.put_cell(row, "comment", seat, "comment")
    return seat


def _present(draft: Draft, person: Entry, committee: Entry, position: SeatPosition) -> Entry | None:
    """The seat meant: of this position, else an open one this file has not spoken of, which then changes."""
    seats = [s for s in draft.base.seats(person) if s.get("committee_id") is committee and not s.get("until")]
    same = [s for s in seats if s.get("position") == position.value]
    free = [s for s in seats if "position" not in s.claims]
    return next(iter(same or free), None)


def _committee(draft: Draft, row: Row, name: str) -> Entry:
    found = draft.base.namesakes(Committee, committee_key(name))
    if found:
        return found[0]
    full = name if fold(name).startswith("комитет") else f"Комитет {name[:1].lower()}{name[1:]}"
    return draft.add(row, "committee" if row.has("committee") else "name", Committee, name=full)


def _position(row: Row) -> tuple[SeatPosition, str]:
    """The position and what is doubtful about it."""
    stated = fold(row.text("position") or "")
    for word, position in WORDS:
        if word in stated:
            return position, ""
    if not stated:
        return SeatPosition.MEMBER, ""
    return SeatPosition.MEMBER, f"Позиция {quoted(row.shown('position'))} незнакома: записан член комитета."


def _attended(draft: Draft, row: Row, key: str, event: Entry, person: Entry) -> None:
    present = draft.base.link(Participation, event, person)
    status = ParticipationStatus.ATTENDED.value
    if present is None:
        draft.base.add(Participation, {"event_id": event, "person_id": person, "status": status})
        row.change(key, "", event.name)
    elif present.get("status") != status:
        draft.put(row, key, present, "status", status)
