"""Спикеры."""

from models import EventKind, EventSpeaker, Speaker
from services.imports.draft import Draft
from services.imports.events import events
from services.imports.parties import contacts
from services.imports.rows import Row
from services.imports.sheets.people import find, one_name, work


def plan(draft: Draft, row: Row) -> None:
    """A row of «Спикеры»: a person in that role."""
    name = one_name(row)
    person = find(draft, row, name, "company")
    speaker = draft.base.link(Speaker, person)
    if speaker is None:
        speaker = draft.add(row, "name", Speaker, shown=person.name, person_id=person)
    draft.own(row, speaker)
    contacts(draft, row, person)
    work(draft, row, person, "company", "position")
    draft.put_cell(row, "member_since", person, "member_since")
    for key in ("topics", "comment"):
        draft.put_cell(row, key, speaker, key)
    for key, kind in (("events", EventKind.EVENT), ("courses", EventKind.COURSE)):
        for event in events(draft, row, key, kind):
            if draft.base.link(EventSpeaker, event, speaker) is None:
                draft.add(row, key, EventSpeaker, shown=event.name, event_id=event, speaker_id=speaker)
