"""Committees a row names, and the seats of people in them."""

from models import Committee, CommitteeSeat, SeatPosition, seat_is_open
from services import clock
from services.directory.keys import committee_key
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.parties import LISTED
from services.imports.rows import Row
from services.values import fold

COMMITTEE = "committee"


def named(row: Row) -> list[str]:
    """The committees a row names in a cell of its own; several stand apart by «;»."""
    text = row.text(COMMITTEE) if row.has(COMMITTEE) else None
    return [part.strip() for part in LISTED.split(row.shown(COMMITTEE)) if part.strip()] if text else []


def committee(draft: Draft, row: Row, name: str) -> Entry:
    """The committee of that name, found or added."""
    found = draft.base.namesakes(Committee, committee_key(name))
    if found:
        return found[0]
    full = name if fold(name).startswith("комитет") else f"Комитет {name[:1].lower()}{name[1:]}"
    return draft.add(row, COMMITTEE if row.has(COMMITTEE) else "name", Committee, name=full)


def held(draft: Draft, person: Entry) -> list[Entry]:
    """The seats a person has today: one that ends on a coming day is not over."""
    today = clock.today()
    return [seat for seat in draft.base.seats(person) if seat_is_open(seat.get("until"), today)]


def present(draft: Draft, person: Entry, at: Entry, position: SeatPosition) -> Entry | None:
    """The seat meant: of this position, else an open one this file has not spoken of, which then changes."""
    seats = [seat for seat in held(draft, person) if seat.get("committee_id") is at]
    same = [s for s in seats if s.get("position") == position.value]
    free = [s for s in seats if not s.claimed("position")]
    return next(iter(same or free), None)


def add(draft: Draft, row: Row, key: str, person: Entry, at: Entry, position: SeatPosition) -> Entry:
    """A new seat because of cell `key`."""
    seat = draft.add(
        row, key, CommitteeSeat, shown=at.name if key == COMMITTEE else f"{person.name} — {at.name}",
        committee_id=at, person_id=person, position=position.value,
    )  # fmt: skip
    seat.origin = row.place
    return seat


def sit(draft: Draft, row: Row, person: Entry, names: list[str]) -> None:
    """A seat in each of the committees, whatever its position; a new one is that of a member."""
    for name in names:
        at = committee(draft, row, name)
        if not any(seat.get("committee_id") is at for seat in held(draft, person)):
            add(draft, row, COMMITTEE, person, at, SeatPosition.MEMBER)
