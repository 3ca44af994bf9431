"""Комитеты and Председатели."""

from models import CommitteeSeat, EventKind, Participation, ParticipationStatus, Person, SeatPosition
from services.directory.keys import person_key
from services.imports import people, seats
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.events import events
from services.imports.parties import contacts
from services.imports.rows import Row, SkipRow
from services.imports.sheets.people import clues, find, one_name, work
from services.values import PersonName, clean_people, clean_text, fold
from services.values.cleaned import shown as quoted

WORDS = (
    ("замест", SeatPosition.DEPUTY), ("зам.", SeatPosition.DEPUTY), ("председател", SeatPosition.CHAIR),
    ("секретар", SeatPosition.SECRETARY), ("член", SeatPosition.MEMBER), ("участни", SeatPosition.MEMBER),
)  # fmt: skip
WHICH = "не понятно, какой это комитет: назовите его над таблицей, например «Комитет по инновациям»"


def plan(draft: Draft, row: Row) -> None:
    """A row of a committee: a seat of the position the row states."""
    seat = _stated_seat(draft, row)
    title, *others = seats.named(row) or [
        seat.get("committee_id").name if seat else row.title or draft.committee_of(row.sheet)
    ]
    if seat:
        draft.committees.setdefault(row.sheet, set()).add(title)
    if not title:
        raise SkipRow(WHICH)
    position, doubt = _position(row)
    if seat and not row.has("position"):
        position = SeatPosition(seat.get("position"))
    seat = _seat(draft, row, title, position)
    if doubt:
        row.remark("position", doubt, "warning", seat, "position")
    person = seat.get("person_id")
    seats.sit(draft, row, person, others)
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
    committee = seats.committee(draft, row, committee_name)
    seat = row.keyed(draft.base, CommitteeSeat) or seats.present(draft, person, committee, position)
    if seat is None:
        seat = seats.add(draft, row, "name", person, committee, position)
    draft.own(row, seat)
    draft.put(row, "position" if row.has("position") else "committee", seat, "position", position.value)
    contacts(draft, row, person)
    work(draft, row, person, "company", "position_in_company")
    draft.put_cell(row, "member_since", person, "member_since")
    draft.put_cell(row, "comment", seat, "comment")
    return seat


def _stated_seat(draft: Draft, row: Row) -> Entry | None:
    """The seat the key names; where no committee is named, the one (of the position) the person has.

    Of several the next that no row was about yet and whose comment is the row's. Raises `SkipRow` when there is none.
    """
    if (keyed := row.keyed(draft.base, CommitteeSeat)) or row.title or row.has(seats.COMMITTEE):
        return keyed
    held = [seat for person in _meant(draft, row) for seat in seats.held(draft, person)]
    if len(held) > 1:
        held = [seat for seat in held if seat.get("position") == _position(row)[0].value]
    if len(held) > 1:
        comment = row.peek("comment", clean_text).value
        like = [seat for seat in held if seat.owner is None and seat.get("comment") == comment]
        if not like and len({seat.get("person_id").ref for seat in held}) == 1:
            raise SkipRow(WHICH)
        held = like or held  # those of several people: whose it is will be decided first
    return held[0] if held else None


def _meant(draft: Draft, row: Row) -> list[Entry]:
    """The person of the row; while that is to be decided, everybody of the name."""
    names = row.peek("name", clean_people).value or ()
    if len(names) != 1:
        return []
    person = people.peek_own(draft, row, "name", names[0], clues(draft, row, "company"))
    return [person] if person else draft.base.namesakes(Person, _key(names[0]))


def _key(name: PersonName) -> str:
    return person_key(name.last, name.first, name.middle)


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
