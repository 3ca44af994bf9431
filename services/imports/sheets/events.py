"""Мероприятия and Курсы."""

import re

from models import Event, EventKind, EventSpeaker, Person, Speaker, Venue
from services.directory.keys import person_key, plain_key
from services.imports import people
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.parties import manager
from services.imports.people import Clues
from services.imports.rows import Row, SkipRow
from services.tables.declared.events import FORMATS
from services.tables.kinds import INTEGER
from services.values import Cleaned, Note, PersonName, clean_choice, clean_date, clean_people, fold, format_date
from services.values.cleaned import counted, shown as quoted

SPELLINGS = {title: value for value, title in FORMATS}
SPELLINGS |= {"офлайн": "onsite", "оффлайн": "onsite", "гибридный": "hybrid"}
RANGE = re.compile(r"\s+[-–—]\s+|(?<=\d{4})\s*[-–—]\s*(?=\d)|\s+по\s+")


def plan(draft: Draft, row: Row) -> None:
    """A row of «Мероприятия»."""
    _plan(draft, row, EventKind.EVENT)


def plan_course(draft: Draft, row: Row) -> None:
    """A row of «Курсы»."""
    _plan(draft, row, EventKind.COURSE)


def link(draft: Draft, row: Row) -> None:
    """Speakers: by now everybody of the file is known, with their seats in committees."""
    assert row.owner is not None
    named: list[Entry] = []
    for name in row.clean("speakers", _names) or ():
        person = _speaking(draft, row.owner, name, named) or _speaker(draft, row, name)
        named.append(person)
        speaker = draft.base.link(Speaker, person) or draft.add(row, "speakers", Speaker, shown="", person_id=person)
        if draft.base.link(EventSpeaker, row.owner, speaker) is None:
            draft.add(row, "speakers", EventSpeaker, shown=person.name, event_id=row.owner, speaker_id=speaker)
    row.target("speakers", row.owner, "speakers")


def _plan(draft: Draft, row: Row, kind: EventKind) -> None:
    name = row.text("name")
    if not name:
        raise SkipRow("не указано название")
    dates = row.clean("starts_on", _dates) or ()
    starts = dates[0] if dates else None
    keyed = row.keyed(draft.base, Event)
    event = keyed or _find(draft, name, kind, starts) or draft.add(row, "name", Event, name=name, kind=kind.value)
    draft.own(row, event)
    if keyed:
        draft.put(row, "name", event, "name", name)
    draft.put(row, "starts_on", event, "starts_on", starts)
    if len(dates) > 1:
        row.remark("starts_on", f"Последний день записан отдельно: {format_date(dates[1])}.", "info")
        draft.put(row, "starts_on", event, "ends_on", dates[1])
    draft.put(row, "format", event, "format", row.clean("format", _format))
    for key in ("description", "comment"):
        draft.put_cell(row, key, event, key)
    for key, attribute in (("invited", "invited_stated"), ("attended", "attended_stated")):
        draft.put(row, key, event, attribute, row.clean(key, _count))
    if place := row.text("venue"):
        found = draft.base.namesakes(Venue, plain_key(place))
        draft.put(row, "venue", event, "venue_id", found[0] if found else draft.add(row, "venue", Venue, name=place))
    draft.put(row, "responsible", event, "responsible_id", manager(draft, row, "responsible"))


def _find(draft: Draft, name: str, kind: EventKind, starts: str | None) -> Entry | None:
    """The event of that name: of that date, else undated, else moved within its year; each year may have its own."""
    same = draft.base.namesakes(Event, (kind is EventKind.COURSE, plain_key(name)))
    if not starts:
        return same[-1] if same else None
    left = [event for event in same if event.owner is None]
    for fits in (
        [event for event in same if event.get("starts_on") == starts],
        [event for event in same if not event.get("starts_on")],
        [event for event in left if event.get("starts_on")[:4] == starts[:4]],
    ):
        if fits:
            return fits[0]
    return None


def _dates(raw: object) -> Cleaned[tuple[str, ...]]:
    """One date, or the first and the last day of several."""
    whole = clean_date(raw)
    parts = RANGE.split(raw.strip()) if isinstance(raw, str) else []
    if whole.value is None and len(parts) == 2:
        first, last = clean_date(parts[0]), clean_date(parts[1])
        if first.value and last.value:
            return Cleaned((first.value, last.value), first.notes + last.notes)
    return Cleaned((whole.value,) if whole.value else None, whole.notes)


def _format(raw: object) -> Cleaned[str]:
    return clean_choice(raw, SPELLINGS)


def _count(raw: object) -> Cleaned[int]:
    cleaned = INTEGER.clean(raw)
    if cleaned.value is not None and cleaned.value < 0:
        return Cleaned(None, (Note(f"Число людей не бывает отрицательным: {cleaned.value}.", "error"),))
    return cleaned


def _speaking(draft: Draft, event: Entry, name: PersonName, named: list[Entry]) -> Entry | None:
    """Who of that name speaks here already; the same name once more in the cell is the next one's."""
    base = draft.base
    if people.is_initials(name):
        same = [p for p in base.find("surname", Person, fold(name.last)) if people.compatible(p, name)]
    else:
        same = base.namesakes(Person, person_key(name.last, name.first, name.middle))
    here = [p for p in same if (s := base.link(Speaker, p)) and base.link(EventSpeaker, event, s)]
    return next((p for p in here if p not in named), None)


def _speaker(draft: Draft, row: Row, name: PersonName) -> Entry:
    """The person a name means who does not speak here yet: one who holds a seat, speaks elsewhere; else a new one."""
    base = draft.base
    if not people.is_initials(name):
        return people.find_or_add(draft, row, "speakers", name, Clues())
    fitting = [p for p in base.find("surname", Person, fold(name.last)) if people.compatible(p, name)]
    if not fitting:
        added = people.add(draft, row, "speakers", name)
        message = f"Человека {quoted(name.full)} в базе нет: записан новый, полного имени не хватает."
        row.remark("speakers", message, "warning", added, "last_name")
        return added
    seated = [p for p in fitting if base.seats(p)]
    speaking = [p for p in fitting if base.link(Speaker, p)]
    chosen = next(iter(seated or speaking or fitting))
    if len(fitting) > 1:
        why = "состоит в комитете" if seated else "уже выступал" if speaking else "записан первым"
        many = counted(len(fitting), "человек", "человека", "человек")
        message = f"Имя {quoted(name.full)} подходит не одному: в базе {many}. Взят тот, кто {why}: {chosen.name}."
        row.remark("speakers", message, "warning", row.owner, "speakers")
    return chosen


def _names(raw: object) -> Cleaned[tuple[PersonName, ...]]:
    """Speakers are usually written with initials: that alone is no reason for a remark."""
    cleaned = clean_people(raw)
    return Cleaned(cleaned.value, tuple(note for note in cleaned.notes if note.severity != "info"))
