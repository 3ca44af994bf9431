"""Companies a row speaks of, and the ties of people to them; documents received from either."""

import re
from collections.abc import Callable, Iterator, Sequence

from models import (
    Company,
    DocumentReceipt,
    DocumentType,
    Employment,
    ExtraField,
    ExtraOwner,
    ExtraValue,
    ResponsibleManager,
)
from services.directory.keys import plain_key
from services.imports import matching, people
from services.imports.base import Entry, core, emails_in, name_key, phones_in
from services.imports.draft import Draft
from services.imports.matching import KEYED, Candidate, Match, best, decided, identity
from services.imports.people import Clues
from services.imports.rows import HoldRow, Row
from services.tables.declared.expressions import DOCUMENTS
from services.tables.kinds import EMAIL, PARTIAL_DATE, PHONE
from services.values import (
    Cleaned,
    CompanyName,
    clean_address,
    clean_company,
    clean_people,
    clean_text,
    fold,
    inn_valid,
    merge_emails,
    merge_phones,
    ogrn_valid,
)
from services.values.cleaned import shown as quoted
from services.values.plain import as_text

ADDRESSES = ("legal_address", "actual_address")
LISTED = re.compile(r"[;\n]+")
LABELLED = re.compile(r"[;\n]\s*(?=[^;:\n]{1,80}: )")
EXTRA = "+"
"""A key that begins so is a field of the office's own; the rest of it is the label."""


def companies(draft: Draft, row: Row, key: str) -> list[Entry]:
    """The companies named in a cell, found or added; several stand apart by «;», or by commas when each is known."""
    if not row.has(key):
        return []
    return [c for part in _parts(draft, row.shown(key)) if (c := company(draft, row, key, part))]


def known_companies(draft: Draft, row: Row, key: str) -> list[Entry]:
    """Those of the companies named in a cell that are known already."""
    if not row.has(key):
        return []
    found, text = [], row.shown(key)
    for part in _parts(draft, text):
        name = (row.peek(key, clean_company) if part == text else clean_company(part)).value
        found += draft.base.namesakes(Company, name.key) if name else []
    return found


def company(draft: Draft, row: Row, key: str, text: str) -> Entry | None:
    """The company of that name, found or added; None when the text is no name."""
    row.taken.add(key)
    cleaned = _cleaned(row, key, text)
    for note in cleaned.notes:
        row.remark(key, note.message, note.severity)
    if cleaned.value is None:
        return None
    same = draft.base.namesakes(Company, cleaned.value.key)
    return same[0] if same else draft.add(row, key, Company, name=cleaned.value.name)


def own_company(draft: Draft, row: Row, key: str, inn: str | None, ogrn: str | None) -> Entry:
    """The company the row itself is about, found or added. Raises `HoldRow` when somebody must decide that first."""
    cleaned = row.peek(key, clean_company)
    name = cleaned.value
    assert name is not None
    match = _own_match(draft, row, key, name, inn, ogrn)
    row.match = match
    if match.is_doubtful:
        raise HoldRow
    row.taken.add(key)
    for note in cleaned.notes:
        row.remark(key, note.message, note.severity)
    if match.entry is None:
        return draft.add(row, key, Company, name=name.name)
    if match.reason == KEYED or _renames(name, name_key(match.entry)):
        draft.put(row, key, match.entry, "name", name.name)
    return match.entry


def employ(draft: Draft, row: Row, key: str, person: Entry, at: Entry, flag: str = "", position: str = "") -> Entry:
    """Tie a person to a company because of cell `key`; `flag` is «is_contact» or «is_director».

    `position` is what the same cell says beside the name.
    """
    job = draft.base.link(Employment, person, at)
    said = at.name if row.owner is person or flag == "" else person.name
    if job is None:
        shown = f"{said} ({position})" if position else said
        job = draft.add(row, key, Employment, shown=shown, person_id=person, company_id=at, position=position or None)
        said = ""
    else:
        draft.put(row, key, job, "position", position)
    if flag:
        draft.flag(row, key, job, flag, said)
    return job


def staff(draft: Draft, row: Row, key: str, at: Entry, flag: str) -> None:
    """The people named in a cell such as «Контактное лицо», tied to the company with their positions."""
    for name in row.clean(key, clean_people) or ():
        person = people.find_or_add(draft, row, key, name, Clues(companies=(at,)))
        employ(draft, row, key, person, at, flag, name.position)
        if name.note:
            row.remark(key, f"Слова {quoted(name.note)} рядом с именем не записаны.", "warning", person, "last_name")
    row.target(key, at, key)


def contacts(draft: Draft, row: Row, party: Entry) -> None:
    """Phone and e-mail of the row join those the party has; then the fields of the office's own."""
    row.party = party
    draft.put_cell(row, "phone", party, "phone", merge=merge_phones)
    draft.put_cell(row, "email", party, "email", merge=merge_emails)
    extras(draft, row, party)


def extras(draft: Draft, row: Row, party: Entry) -> None:
    """Fields of the office's own: columns the user named, and «Другие сведения» of our own export."""
    for key in [key for key in row.cells if key[:1] == EXTRA]:
        if value := as_text(row.raw(key)):
            _extra(draft, row, key, party, key.removeprefix(EXTRA), value)
    if row.has("extra"):
        for label, value in _labelled(row.shown("extra")):
            _extra(draft, row, "extra", party, label, value)
        row.taken.add("extra")
    if row.blank:
        _clear_extras(draft, row, party)


def receipts(draft: Draft, row: Row, party: Entry) -> None:
    """«Даты поступления документов» of the row."""
    end = "company_id" if party.model is Company else "person_id"
    for code, _ in DOCUMENTS:
        key = f"received_{code}"
        if key not in row.cells:
            if key in row.blank and (there := _receipt(draft, code, party)):
                draft.put(row, key, there, "received_on", None)
            continue
        received = row.clean(key, PARTIAL_DATE.clean)
        row.target(key, party, key)
        if not received:
            continue
        receipt = _receipt(draft, code, party)
        if receipt is None:
            draft.add(
                row, key, DocumentReceipt, {end: party}, shown=draft.shown("received_on", received),
                type_id=draft.base.namesakes(DocumentType, code)[0], received_on=received,
            ).origin = row.place  # fmt: skip
        else:
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


def _own_match(draft: Draft, row: Row, key: str, name: CompanyName, inn: str | None, ogrn: str | None) -> Match:
    if keyed := row.keyed_company(draft.base):
        return Match(keyed, 100, KEYED)
    email, phone = row.peek("email", EMAIL.clean).value, row.peek("phone", PHONE.clean).value
    said = (inn, ogrn, email, phone)
    who = identity("Company", name.key, *said, "" if any(said) else row.said)
    match = best(_candidates(draft, row, key, name, inn, ogrn), who)
    if match.entry is None:
        match = best([*match.candidates, *_like(draft, name, inn, ogrn, email, phone)], who)
    return decided(match, draft.decisions, draft.base, Company) if match.is_doubtful else match


def _candidates(
    draft: Draft, row: Row, key: str, name: CompanyName, inn: str | None, ogrn: str | None
) -> list[Candidate]:
    base = draft.base
    found = []
    for what, number, valid, said in (("inn", inn, inn_valid, "тот же ИНН"), ("ogrn", ogrn, ogrn_valid, "тот же ОГРН")):
        if number and valid(number):
            same = [c for c in base.find(what, Company, number) if not _other_branch(row, c)]
            found += [Candidate(c, matching.SAME_NUMBER, said) for c in same]
    if found:
        best_score = matching.SAME_NUMBER_AND_NAME
        same_name = [Candidate(c.entry, best_score, c.reason) for c in found if name_key(c.entry) == name.key]
        return same_name or found
    same = base.namesakes(Company, name.key)
    fitting = [c for c in same if same_numbers(c, inn, ogrn) and not _other_branch(row, c)]
    if same and not fitting:
        message = f"Компания {quoted(name.name)} уже есть, но с другим ИНН, КПП или ОГРН. Записана отдельно."
        row.remark(key, message, "warning")
    score, reason = matching.COMPANY_NAME
    return [Candidate(c, score + matching.SAME_ADDRESS * _same_address(row, c), reason) for c in fitting]


def _like(
    draft: Draft, name: CompanyName, inn: str | None, ogrn: str | None, email: str | None, phone: str | None
) -> Iterator[Candidate]:
    """Stored companies of nearly that name, or of that e-mail or phone."""
    base = draft.base
    for company in base.find("core", Company, core(name.key)):
        if not company.is_new and one_form(name.key, name_key(company)) and same_numbers(company, inn, ogrn):
            yield Candidate(company, *matching.NAME_WITHOUT_FORM)
    same = [(c, "почта та же") for address in emails_in(email) for c in base.find("email", Company, address)]
    same += [(c, "телефон тот же") for number in phones_in(phone) for c in base.find("phone", Company, number)]
    for company, reason in same:
        if not company.is_new and akin(name.key, name_key(company)) and same_numbers(company, inn, ogrn):
            yield Candidate(company, matching.CONTACT_AND_WORD, f"{reason}, название похоже")


def _cleaned(row: Row, key: str, text: str) -> Cleaned[CompanyName]:
    return row.peek(key, clean_company) if text == row.shown(key) else clean_company(text)


def _parts(draft: Draft, text: str) -> list[str]:
    if ";" not in text and "," not in text and "\n" not in text:
        return [text]
    listed = [part.strip() for part in LISTED.split(text) if part.strip()]
    if len(listed) > 1:
        return listed
    commas = [part.strip() for part in text.split(",") if part.strip()]
    return commas if len(commas) > 1 and all(_is_company(draft, part) for part in commas) else [text]


def _is_company(draft: Draft, text: str) -> bool:
    name = clean_company(text).value
    return name is not None and (bool(name.form) or bool(draft.base.namesakes(Company, name.key)))


def same_numbers(company: people.Known, inn: str | None, ogrn: str | None) -> bool:
    """Whether no right number of the company is another than these."""
    return not _other(company.get("inn"), inn, inn_valid) and not _other(company.get("ogrn"), ogrn, ogrn_valid)


def _other(one: str | None, two: str | None, valid: Callable[[str], bool]) -> bool:
    """Whether both numbers are right and not the same."""
    return bool(one and two and one != two and valid(one) and valid(two))


def _other_branch(row: Row, company: Entry) -> bool:
    """Whether both say a КПП, and not the same: branches share an ИНН."""
    present, said = company.get("kpp"), row.peek("kpp", clean_text).value
    return bool(present and said and present != said)


def _same_address(row: Row, company: Entry) -> bool:
    """Whether one of the addresses is the same, however it is written."""
    said = {place.key for key in ADDRESSES if (place := row.peek(key, clean_address).value)}
    present = {place.key for key in ADDRESSES if (place := clean_address(company.get(key)).value)}
    return bool((said & present) - {""})


def one_form(one: str, two: str) -> bool:
    """Whether one of two keys of names lacks the legal form."""
    return one.endswith("|") or two.endswith("|")


def akin(one: str, two: str) -> bool:
    """Whether two keys of names share a word that is no everyday one."""
    words = set(re.findall(r"\w{4,}", core(one)))
    return bool(words & set(re.findall(r"\w{4,}", core(two))))


def _renames(name: CompanyName, present: str) -> bool:
    """Whether the name is another one, not merely the present one without its legal form."""
    return name.key != present and not (name.form == "" and name.key == present.partition("|")[0] + "|")


def _receipt(draft: Draft, code: str, party: Entry) -> Entry | None:
    return draft.base.link(DocumentReceipt, draft.base.namesakes(DocumentType, code)[0], party)


def _clear_extras(draft: Draft, row: Row, party: Entry) -> None:
    """A blank column of one field clears that field; blank «Другие сведения» clear all that have no column."""
    owner = _owner(party)
    fields = {fold(f.get("label") or ""): f for f in draft.extra_fields if f.get("owner") == owner}
    keys = {fold(key.removeprefix(EXTRA)): key for key in (*row.blank, *row.cells) if key.startswith(EXTRA)}
    for label, own in fields.items():
        key = keys.get(label, "extra")
        if key in row.blank and (there := draft.base.link(ExtraValue, own, party)):
            draft.put(row, key, there, "value", None)


def _owner(party: Entry) -> str:
    return (ExtraOwner.COMPANY if party.model is Company else ExtraOwner.PERSON).value


def _extra(draft: Draft, row: Row, key: str, party: Entry, label: str, value: str) -> None:
    owner, end = _owner(party), "company_id" if party.model is Company else "person_id"
    same = draft.base.namesakes(ExtraField, (owner, fold(label)))
    own = same[0] if same else draft.add(row, key, ExtraField, shown="", owner=owner, label=label)
    present = draft.base.link(ExtraValue, own, party)
    if present is None:
        draft.add(row, key, ExtraValue, {end: party}, shown=value, field_id=own, value=value)
    else:
        draft.put(row, key, present, "value", value)


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    for part in LABELLED.split(text):
        label, _, value = part.partition(":")
        if label.strip() and value.strip():
            yield label.strip(), value.strip()
