"""Реестр членов ассоциации."""

import re
from typing import Any, cast

from models import Company, Membership, Person
from services.imports import people
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.matching import KEYED, Match
from services.imports.parties import contacts, own_company, receipts, staff
from services.imports.people import Clues
from services.imports.rows import Row, SkipRow
from services.tables.kinds import EMAIL, PHONE
from services.values import PersonName, clean_company, clean_people, split_inn_ogrn
from services.values.cleaned import Cleaned

PRIVATE = re.compile(r"\(?\s*\b(?:ФЛ|физ\.?\s?лицо)\b\s*\)?", re.IGNORECASE)
ADDRESSES = ("legal_address", "actual_address")
TERMS = ("fee_amount", "referred_by", "comment")


def plan(draft: Draft, row: Row) -> None:
    """A row of the register: a membership of a company, or of a person."""
    if row.peek("name", clean_company).value is None:
        raise SkipRow("не указано, кто состоит в ассоциации")
    inn, ogrn = row.clean("requisites", _both) or (None, None)
    party = _party(draft, row, inn, ogrn)
    end = "company_id" if party.model is Company else "person_id"
    membership = draft.base.link(Membership, party)
    if membership is None:
        membership = draft.add(row, "name", Membership, {end: party}, shown=party.name)
    draft.own(row, membership)
    row.target("name", party, "name" if party.model is Company else "last_name")
    draft.put_inn(row, "requisites", party, inn)
    contacts(draft, row, party)
    for key in ("contract_number", "contract_date"):
        draft.put_cell(row, key, party, key)
    receipts(draft, row, party)
    _only_companies(draft, row, party, ogrn)
    _terms(draft, row, membership)


def _both(raw: object) -> Cleaned[tuple[str | None, str | None]]:
    inn, ogrn = split_inn_ogrn(raw)
    return Cleaned((inn.value, ogrn.value), inn.notes + ogrn.notes)


def _party(draft: Draft, row: Row, inn: str | None, ogrn: str | None) -> Entry:
    """Who the member is: a company, unless the row says «ФЛ» or only a person of that name is known."""
    if (keyed := row.keyed(draft.base, Membership)) and keyed.get("person_id"):
        row.taken.add("name")
        row.match = Match(keyed, 100, KEYED)
        return cast("Entry", keyed.get("person_id"))
    text = row.shown("name")
    private = PRIVATE.search(text) is not None
    name = row.peek("name", clean_company).value
    if private or (name and not name.form and not draft.base.namesakes(Company, name.key)):
        names = clean_people(PRIVATE.sub(" ", text)).value or ()
        if len(names) == 1 and (person := _person(draft, row, names[0], inn, private=private)):
            return person
    return own_company(draft, row, "name", inn, ogrn)


def _person(draft: Draft, row: Row, name: PersonName, inn: str | None, *, private: bool) -> Entry | None:
    email, phone = row.peek("email", EMAIL.clean).value, row.peek("phone", PHONE.clean).value
    clues = Clues(inn, email, phone)
    row.taken.add("name")
    if private:
        return people.find_own(draft, row, "name", name, clues)
    return None if people.is_initials(name) else people.find(draft, row, "name", name, clues)


def _only_companies(draft: Draft, row: Row, party: Entry, ogrn: str | None) -> None:
    """What a person has no place for is remarked."""
    if party.model is Company:
        draft.put(row, "requisites", party, "ogrn", ogrn)
        for key in ADDRESSES:
            draft.put_cell(row, key, party, key)
        draft.put(row, "kpp", party, "kpp", row.text("kpp"))
        staff(draft, row, "director", party, "is_director")
        staff(draft, row, "contact", party, "is_contact")
        return
    assert party.model is Person
    if ogrn:
        row.remark("requisites", f"У физ. лица нет места для ОГРН: {ogrn} не записан.", "warning", party, "inn")
    key = next((key for key in ADDRESSES if row.has(key)), "")
    if key:
        draft.put(row, key, party, "region", row.text(key))
        row.remark(key, "Адрес физ. лица записан в колонку «Регион».", "info")


def _terms(draft: Draft, row: Row, membership: Entry) -> None:
    values: dict[str, Any] = {key: draft.put_cell(row, key, membership, key) for key in ("paid_on", "ends_on")}
    for key in TERMS:
        draft.put_cell(row, key, membership, key)
    paid, ends = values["paid_on"], values["ends_on"]
    if paid and ends and ends <= paid:
        order = "совпадает с датой оплаты" if ends == paid else "раньше даты оплаты"
        row.remark("ends_on", f"Дата окончания {ends:%d.%m.%Y} {order}: проверьте.", "warning", membership, "ends_on")
