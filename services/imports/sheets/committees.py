"""Комитеты and Председатели."""

from models import Committee, CommitteeSeat, EventKind, Participation, ParticipationStatus, Person, SeatPosition
from services.directory.keys import committee_key, person_key
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.events import events
from services.imports.parties import contacts
from services.imports.rows import Row, SkipRow
from services.imports.sheets.people import find, one_name, work
from services.values import clean_people, fold
from services.values.cleaned import shown as quoted

WORDS = (
    ("замест", SeatPosition.DEPUTY), ("зам.", SeatPosition.DEPUTY), ("председател", SeatPosition.CHAIR),
    ("секретар", SeatPosition.SECRETARY), ("член", SeatPosition.MEMBER), ("участни", SeatPosition.MEMBER),
)  # fmt: skip


def plan(draft: Draft, row: Row) -> None:
    """A row of a committee: a seat of the position the row states."""
    seat = _stated_seat(draft, row)
    title = seat.get("committee_id").name if seat else row.title or draft.committee_of(row.sheet)
    if seat:
        draft.committees.setdefault(row.sheet, set()).add(title)
    if not title:
        raise SkipRow("не понятно, какой это комитет: назовите его над таблицей, например «Комитет по инновациям»")
    position, doubt = _position(row)
    if seat and not row.has("position"):
        position = SeatPosition(seat.get("position"))
    seat = _seat(draft, row, title, position)
    if doubt:
        row.remark("position", doubt, "warning", seat, "position")
    person = seat.get("person_id")
    for key, kind in (("events", EventKind.EVENT), ("courses", EventKind.COURSE)):
        for event in events(draft, row, key, kind):
            _attended(draft, row, key, event, person)


def plan_chair(draft: Draft, row: Row) -> None:
    """A row of the chairs: a chair's seat in the committee the row names."""
    keyed = row.keyed(draft.base, CommitteeSeat)
    committee = row.text("committee") or (keyed.get("committee_id").name if keyed else None)
    if not committee:
        raise SkipRow("не указан комитет")
    _seat(draft, row, committee, SeatPosition.CHAIR)


def _seat(draft: Draft, row: Row, committee_name: str, position: SeatPosition) -> Entry:
    name = one_name(row)
    person = find(draft, row, name, "company")
    committee = _committee(draft, row, committee_name)
    seat = row.keyed(draft.base, CommitteeSeat) or _present(draft, person, committee, position)
    if seat is None:
        seat = draft.add(
            row, "name", CommitteeSeat, shown=f"{person.name} — {committee.name}",
            committee_id=committee, person_id=person, position=position.value,
        )  # fmt: skip
        seat.origin = row.place
    draft.own(row, seat)
    draft.put(row, "position" if row.has("position") else "committee", seat, "position", position.value)
    contacts(draft, row, person)
    work(draft, row, person, "company", "position_in_company")
    draft.put_cell(row, "member_since", person, "member_since")
    draft.put_cell(row, "comment", seat, "comment")
    return seat


def _stated_seat(draft: Draft, row: Row) -> Entry | None:
    """The seat the file's own key names; without a committee above the row, the only seat of whoever it names."""
    if (keyed := row.keyed(draft.base, CommitteeSeat)) or row.title:
        return keyed
    names = row.peek("name", clean_people).value or ()
    same = [p for n in names[:1] for p in draft.base.namesakes(Person, person_key(n.last, n.first, n.middle))]
    seats = [seat for person in same for seat in draft.base.seats(person) if not seat.get("until")]
    return seats[0] if len(seats) == 1 else None


def _present(draft: Draft, person: Entry, committee: Entry, position: SeatPosition) -> Entry | None:
    """The seat meant: of this position, else an open one this file has not spoken of, which then changes."""
    seats = [s for s in draft.base.seats(person) if s.get("committee_id") is committee and not s.get("until")]
    same = [s for s in seats if s.get("position") == position.value]
    free = [s for s in seats if not s.claimed("position")]
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
        draft.add(row, key, Participation, shown=event.name, event_id=event, person_id=person, status=status)
    elif present.get("status") != status:
        draft.put(row, key, present, "status", status)
