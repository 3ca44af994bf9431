"""Finding the person a cell speaks of: by ИНН, e-mail, phone, name; and putting one in when nobody fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import Person
from services.directory.keys import person_key
from services.imports.base import Entry, emails_in, phones_in
from services.imports.draft import Draft
from services.imports.rows import Row
from services.values import PersonName, fold, inn_valid
from services.values.cleaned import shown as quoted

PARTS = (("last_name", "last"), ("first_name", "first"), ("middle_name", "middle"))


@dataclass(frozen=True)
class Clues:
    """What besides the name a row says of a person."""

    inn: str | None = None
    email: str | None = None
    phone: str | None = None
    birth: str | None = None
    companies: Sequence[Entry] = ()


def find_or_add(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry:
    """The person of that name and those clues; a new one when none fits, with a remark when somebody nearly does."""
    found = find(draft, row, key, name, clues)
    if found is None:
        return add(draft, row, key, name)
    fill_name(draft, row, key, found, name)
    return found


def add(draft: Draft, row: Row, key: str, name: PersonName) -> Entry:
    """A new person of that name."""
    return draft.add(row, key, Person, last_name=name.last, first_name=name.first, middle_name=name.middle)


def find(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry | None:
    """The person meant, surest clue first; None when there is none."""
    base = draft.base
    if clues.inn and inn_valid(clues.inn) and (same := base.inn.get((Person, clues.inn))):
        if not compatible(same[0], name):
            message = f"Человек с таким ИНН записан как {quoted(same[0].name)}; имя оставлено прежним."
            row.remark(key, message, "warning", same[0], "last_name")
        return same[0]
    reachable = [p for address in emails_in(clues.email) for p in base.email.get(address, [])]
    reachable += [p for number in phones_in(clues.phone) for p in base.phone.get(number, [])]
    for person in reachable:
        if compatible(person, name):
            return person
    found = _colleague(draft, name, clues) or _namesake(draft, row, key, name, clues)
    if found is None and reachable:
        message = f"Тот же телефон или адрес почты у {quoted(reachable[0].name)}; это разные люди."
        row.remark(key, message, "info")
    return found


def compatible(person: Entry, name: PersonName) -> bool:
    """Whether the name may be this person's: no part says otherwise, an initial stands for any such name."""
    if fold(person.get("last_name") or "") != fold(name.last):
        return False
    return _fits(person.get("first_name"), name.first) and _fits(person.get("middle_name"), name.middle)


def is_initials(name: PersonName) -> bool:
    """Whether the given name is missing or only an initial."""
    return not name.first or name.first.endswith(".")


def fill_name(draft: Draft, row: Row, key: str, person: Entry, name: PersonName) -> None:
    """Complete what is missing or an initial in the stored name; what is there whole stays."""
    if not compatible(person, name):
        return
    for attribute, part in PARTS:
        present, value = person.get(attribute) or "", getattr(name, part)
        if len(value.rstrip(".")) > len(present.rstrip(".")) and (not present or present.endswith(".")):
            person.claims.pop(attribute, None)
            draft.put(row, key, person, attribute, value)


def _fits(one: str | None, two: str | None) -> bool:
    if not one or not two:
        return True
    a, b = fold(one).rstrip("."), fold(two).rstrip(".")
    return a == b or (one.endswith(".") and b.startswith(a)) or (two.endswith(".") and a.startswith(b))


def _colleague(draft: Draft, name: PersonName, clues: Clues) -> Entry | None:
    """The one person of the named companies whose name fits, be it a surname only."""
    people = {id(p): p for company in clues.companies for p in draft.base.staff(company) if compatible(p, name)}
    same = [p for p in people.values() if _key(p) == _name_key(name)]
    fitting = same or list(people.values())
    return fitting[0] if len(fitting) == 1 and not _contradiction(draft, fitting[0], clues) else None


def _namesake(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry | None:
    """A person of exactly this name whom nothing contradicts. Surnames alone and initials are not enough."""
    if is_initials(name) or not name.last:
        return None
    same = draft.base.namesakes(Person, _name_key(name))
    refused = {id(p): reason for p in same if (reason := _contradiction(draft, p, clues))}
    left = [p for p in same if id(p) not in refused]
    if len(left) > 1:
        message = f"Людей с именем {quoted(name.full)} в базе несколько; взят записанный первым."
        row.remark(key, message, "warning", left[0], "last_name")
    if not left and same:
        message = f"Однофамилец: {quoted(name.full)} уже есть, но {refused[id(same[0])]}. Записан отдельно."
        row.remark(key, message, "warning")
    return left[0] if left else None


def _contradiction(draft: Draft, person: Entry, clues: Clues) -> str:
    """Why this cannot be the person, in words; "" when nothing speaks against it."""
    inn, birth = person.get("inn"), person.get("birth_date")
    if inn and clues.inn and inn != clues.inn and inn_valid(inn) and inn_valid(clues.inn):
        return "ИНН другой"
    if birth and clues.birth and not (birth.startswith(clues.birth) or clues.birth.startswith(birth)):
        return "дата рождения другая"
    if _differ(person.get("email"), clues.email) and _differ(person.get("phone"), clues.phone):
        companies = {id(job.get("company_id")) for job in draft.base.jobs(person)}
        if not companies & {id(company) for company in clues.companies}:
            return "телефон и адрес почты другие"
    return ""


def _differ(one: str | None, two: str | None) -> bool:
    """Whether both lists say something and have nothing in common."""
    if not one or not two:
        return False
    return not _reach(one) & _reach(two)


def _reach(text: str) -> set[object]:
    return {*emails_in(text), *phones_in(text)} or {fold(text)}


def _key(person: Entry) -> str:
    return person_key(*(person.get(attribute) or "" for attribute, _ in PARTS))


def _name_key(name: PersonName) -> str:
    return person_key(name.last, name.first, name.middle)
