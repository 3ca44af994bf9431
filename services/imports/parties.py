"""Companies a row speaks of, and the ties of people to them; documents received from either."""

import re
from collections.abc import Callable, Sequence

from models import Company, DocumentReceipt, DocumentType, Employment, ResponsibleManager
from services.directory.keys import plain_key
from services.imports import people
from services.imports.base import Entry, name_key
from services.imports.draft import Draft
from services.imports.people import Clues
from services.imports.rows import Row
from services.tables.declared.expressions import DOCUMENTS
from services.tables.kinds import PARTIAL_DATE
from services.values import CompanyName, clean_company, clean_people, inn_valid, merge_emails, merge_phones, ogrn_valid
from services.values.cleaned import shown as quoted

LISTED = re.compile(r"[;\n]+")


def companies(draft: Draft, row: Row, key: str) -> list[Entry]:
    """The companies named in a cell, found or added; several stand apart by «;», or by commas when each is known."""
    if not row.has(key):
        return []
    return [c for part in _parts(draft, row.shown(key)) if (c := company(draft, row, key, part))]


def company(
    draft: Draft, row: Row, key: str, text: str, inn: str | None = None, ogrn: str | None = None
) -> Entry | None:
    """The company of that ИНН, ОГРН or name, found or added; None when the text is no name."""
    row.taken.add(key)
    cleaned = row.peek(key, clean_company) if text == row.shown(key) else clean_company(text)
    for note in cleaned.notes:
        row.remark(key, note.message, note.severity)
    name = cleaned.value
    if name is None:
        return None
    found = _by_number(draft, inn, ogrn)
    if found is None:
        same = draft.base.namesakes(Company, name.key)
        found = next((c for c in same if _same_numbers(c, inn, ogrn)), None)
        if same and not found:
            message = f"Компания {quoted(name.name)} уже есть, но с другим ИНН или ОГРН. Записана отдельно."
            row.remark(key, message, "warning")
        return found or draft.add(row, key, Company, name=name.name)
    if _renames(name, name_key(found)[1]):
        draft.put(row, key, found, "name", name.name)
    return found


def employ(draft: Draft, row: Row, key: str, person: Entry, at: Entry, flag: str = "") -> Entry:
    """Tie a person to a company because of cell `key`; `flag` is «is_contact» or «is_director»."""
    job = draft.base.link(Employment, person, at)
    said = at.name if row.owner is person or flag == "" else person.name
    if job is None:
        job = draft.base.add(Employment, {"person_id": person, "company_id": at})
        row.change(key, "", said)
    if flag and not job.get(flag):
        job.set(flag, True)
        row.change(key, "", said)
    return job


def staff(draft: Draft, row: Row, key: str, at: Entry, flag: str) -> None:
    """The people named in a cell such as «Контактное лицо», tied to the company with their positions."""
    for name in row.clean(key, clean_people) or ():
        person = people.find_or_add(draft, row, key, name, Clues(companies=(at,)))
        draft.put(row, key, employ(draft, row, key, person, at, flag), "position", name.position)
        if name.note:
            row.remark(key, f"Слова {quoted(name.note)} рядом с именем не записаны.", "warning", person, "last_name")
    row.target(key, at, key)


def contacts(draft: Draft, row: Row, party: Entry) -> None:
    """Phone and e-mail of the row join those the party has."""
    draft.put_cell(row, "phone", party, "phone", merge=merge_phones)
    draft.put_cell(row, "email", party, "email", merge=merge_emails)


def receipts(draft: Draft, row: Row, party: Entry) -> None:
    """«Даты поступления документов» of the row."""
    end = "company_id" if party.model is Company else "person_id"
    for code, _ in DOCUMENTS:
        key = f"received_{code}"
        received = row.clean(key, PARTIAL_DATE.clean)
        row.target(key, party, key)
        if not received:
            continue
        kind = draft.base.pair[DocumentType, code]
        receipt = draft.base.link(DocumentReceipt, kind, party)
        if receipt is None:
            receipt = draft.base.add(DocumentReceipt, {"type_id": kind, end: party})
        draft.put(row, key, receipt, "received_on", received)


def manager(draft: Draft, row: Row, key: str) -> Entry | None:
    """The responsible member of staff named in a cell, found or added."""
    name = row.text(key)
    if not name:
        return None
    found = draft.base.namesakes(ResponsibleManager, plain_key(name))
    return found[0] if found else draft.add(row, key, ResponsibleManager, name=name)


def positions(text: str | None, count: int) -> Sequence[str | None]:
    """One position for each of `count` companies: as many parts as companies, else all of it for the first."""
    parts = [part.strip() for part in (text or "").split(",")]
    if text and count > 1 and len(parts) == count:
        return parts
    return [text, *[None] * count][:count]


def _parts(draft: Draft, text: str) -> list[str]:
    listed = [part.strip() for part in LISTED.split(text) if part.strip()]
    if len(listed) > 1:
        return listed
    commas = [part.strip() for part in text.split(",") if part.strip()]
    return commas if len(commas) > 1 and all(_is_company(draft, part) for part in commas) else [text]


def _is_company(draft: Draft, text: str) -> bool:
    name = clean_company(text).value
    return name is not None and (bool(name.form) or bool(draft.base.namesakes(Company, name.key)))


def _by_number(draft: Draft, inn: str | None, ogrn: str | None) -> Entry | None:
    if inn and inn_valid(inn) and (found := draft.base.inn.get((Company, inn))):
        return found[0]
    if ogrn and ogrn_valid(ogrn) and (found := draft.base.ogrn.get(ogrn)):
        return found[0]
    return None


def _same_numbers(company: Entry, inn: str | None, ogrn: str | None) -> bool:
    """Whether no right number of the company is another than these."""
    return not _other(company.get("inn"), inn, inn_valid) and not _other(company.get("ogrn"), ogrn, ogrn_valid)


def _other(one: str | None, two: str | None, valid: Callable[[str], bool]) -> bool:
    """Whether both numbers are right and not the same."""
    return bool(one and two and one != two and valid(one) and valid(two))


def _renames(name: CompanyName, present: str) -> bool:
    """Whether the name is another one, not merely the present one without its legal form."""
    return name.key != present and not (name.form == "" and name.key == present.partition("|")[0] + "|")
