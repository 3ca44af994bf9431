"""Места проведения."""

import re

from models import EventKind, Venue
from services.directory.keys import plain_key
from services.imports import people
from services.imports.base import EMAIL, PHONE, Entry, emails_in
from services.imports.draft import Draft
from services.imports.events import events
from services.imports.parties import companies, manager
from services.imports.people import Clues
from services.imports.rows import Row, SkipRow
from services.values import PersonName, clean_people, clean_phones, merge_emails, merge_phones

NUMBER = re.compile(r"(?:\+|\b[78])[\d\s()\-–]{9,}\d")


def plan(draft: Draft, row: Row) -> None:
    """A row of «Места проведения»."""
    name = row.text("name")
    if not name:
        raise SkipRow("не указано название")
    keyed = row.keyed(draft.base, Venue)
    found = [keyed] if keyed else draft.base.namesakes(Venue, plain_key(name))
    venue = found[0] if found else draft.add(row, "name", Venue, name=name)
    draft.own(row, venue)
    if keyed:
        draft.put(row, "name", venue, "name", name)
    for key in ("address", "contacts", "comment"):
        draft.put_cell(row, key, venue, key)
    for partner in companies(draft, row, "partner"):
        draft.put(row, "partner", venue, "partner_id", partner)
    if row.has("contacts") and (person := _contact(draft, row)):
        draft.put(row, "contacts", venue, "contact_id", person)
    draft.put(row, "responsible", venue, "responsible_id", manager(draft, row, "responsible"))
    for key, kind in (("events", EventKind.EVENT), ("courses", EventKind.COURSE)):
        for event in events(draft, row, key, kind):
            draft.put(row, key, event, "venue_id", venue)


def _contact(draft: Draft, row: Row) -> Entry | None:
    """The person among the contacts, which stay as written; one with a whole name is put in when unknown."""
    text = row.shown("contacts")
    email = ", ".join(emails_in(text)) or None
    phone = clean_phones("; ".join(NUMBER.findall(text))).value
    phone = phone if phone and PHONE.search(phone) else None
    names = clean_people(NUMBER.sub(" ", EMAIL.sub(" ", text)).strip(" ,;")).value or ()
    clues = Clues(email=email, phone=phone)
    if len(names) != 1 or not names[0].last:
        return None
    name: PersonName = names[0]
    if people.is_initials(name):
        return people.find(draft, row, "contacts", name, clues)
    person = people.find_or_add(draft, row, "contacts", name, clues)
    draft.put(row, "contacts", person, "email", email, merge=merge_emails)
    draft.put(row, "contacts", person, "phone", phone, merge=merge_phones)
    return person
