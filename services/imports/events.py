"""Finding the events and courses a cell names."""

import re

from models import Event, EventKind
from services.directory.keys import plain_key
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.rows import Row
from services.values.cleaned import shown as quoted

LISTED = re.compile(r"[;\n]+")


def events(draft: Draft, row: Row, key: str, kind: EventKind) -> list[Entry]:
    """The events (or courses) named in a cell, found or added; apart by «;», or by commas when all are known."""
    row.taken.add(key)
    return [_event(draft, row, key, part, kind) for part in _names(draft, row.shown(key), kind) if _says(part)]


def _event(draft: Draft, row: Row, key: str, name: str, kind: EventKind) -> Entry:
    found = _known(draft, name, kind)
    if not found:
        return draft.add(row, key, Event, name=name, kind=kind.value)
    if len(found) > 1:
        message = f"С названием {quoted(name)} записано несколько; взято последнее."
        row.remark(key, message, "warning", found[-1], "name")
    return found[-1]


def _known(draft: Draft, name: str, kind: EventKind) -> list[Entry]:
    found = draft.base.namesakes(Event, (kind is EventKind.COURSE, plain_key(name)))
    return sorted(found, key=lambda event: event.get("starts_on") or "")


def _names(draft: Draft, text: str, kind: EventKind) -> list[str]:
    whole = " ".join(text.split())
    if _known(draft, whole, kind):
        return [whole]
    listed = [part.strip() for part in LISTED.split(text) if part.strip()]
    if len(listed) > 1:
        return listed
    commas = [part.strip() for part in whole.split(",") if part.strip()]
    return commas if commas and all(_known(draft, part, kind) for part in commas) else [whole]


def _says(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
