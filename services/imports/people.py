"""Finding the person a cell speaks of: by ИНН, e-mail, phone, name; and putting one in when nobody fits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from models import Person
from services.directory.keys import person_key
from services.imports import matching
from services.imports.base import Entry, emails_in, phones_in
from services.imports.draft import Draft
from services.imports.matching import CERTAIN, KEYED, Candidate, Match, best, decided, identity
from services.imports.rows import UNDECIDED, HoldRow, Row
from services.values import PersonName, fold, inn_valid
from services.values.cleaned import shown as quoted

PARTS = (("last_name", "last"), ("first_name", "first"), ("middle_name", "middle"))
SEVERAL_SCORE, SEVERAL = matching.SEVERAL
MOST_NAMESAKES = 200
"""Of a surname more common than this, initials say too little to look through all."""


class Known(Protocol):
    """Somebody's values by attribute: an entry, or a row of the table."""

    def get(self, attribute: str, /) -> Any:
        """The value; None when it is not filled."""


@dataclass(frozen=True)
class Clues:
    """What besides the name a row says of a person."""

    inn: str | None = None
    email: str | None = None
    phone: str | None = None
    birth: str | None = None
    companies: Sequence[Entry] = ()


def find_or_add(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry:
    """The person a cell names beside the row's own; a new one when none fits, with a remark when somebody nearly does.

    Nobody is asked: initials alone mean nobody; of several namesakes the first is taken, but where a company is named
    that none of them works for, the person is another one.
    """
    found = match_person(draft, row, key, name, clues).entry if clues.companies else find(draft, row, key, name, clues)
    if found is None:
        return add(draft, row, key, name)
    fill_name(draft, row, key, found, name)
    return found


def find(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry | None:
    """As `find_or_add`, but None when nobody fits."""
    match = match_person(draft, row, key, name, clues)
    if (
        match.entry is None
        and match.candidates
        and match.score >= SEVERAL_SCORE
        and match.reason != matching.INN_ONLY[1]
    ):
        return _first(row, key, name, match)
    return match.entry


def find_own(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry:
    """The person the row itself is about, found or added. Raises `HoldRow` when somebody must decide that first."""
    if keyed := row.keyed_person(draft.base):
        row.match = Match(keyed, 100, KEYED)
        _rename(draft, row, key, keyed, name)
        return keyed
    match = match_person(draft, row, key, name, clues)
    if match.is_doubtful:
        match = decided(match, draft.decisions, draft.base, Person)
    row.match = match
    if match.is_doubtful:
        raise HoldRow
    if match.entry is None and match.reason == SEVERAL and not match.is_decided:
        return _first(row, key, name, match)
    if match.entry is None:
        return add(draft, row, key, name)
    fill_name(draft, row, key, match.entry, name)
    return match.entry


def peek_own(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Entry | None:
    """Whom `find_own` would take of those known, without a word said; None when that is yet to be decided."""
    match = match_person(draft, replace(row, remarks=[]), key, name, clues)
    if match.is_doubtful:
        match = decided(match, draft.decisions, draft.base, Person)
    return match.entry


def add(draft: Draft, row: Row, key: str, name: PersonName) -> Entry:
    """A new person of that name."""
    return draft.add(row, key, Person, last_name=name.last, first_name=name.first, middle_name=name.middle)


def match_person(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Match:
    """Who is meant, with score and reason; remarks say who is not, although something is the same."""
    by_number = list(_by_inn(draft, row, key, name, clues))
    if by_number and by_number[0].score >= CERTAIN:
        return best(by_number, _identity(row, name, clues))
    reachable = _reachable(draft, clues)
    apart = ""
    found = [*by_number, *_by_contact(reachable, name, clues), *_colleagues(draft, name, clues)]
    if not any(candidate.score >= CERTAIN for candidate in found):
        same, apart = _namesakes(draft, name, clues)
        found += same
    if not found:
        found += _like(draft, name, clues)
    match = best(found, _identity(row, name, clues)) if found else UNDECIDED
    if match.entry is None and not match.is_doubtful and apart:
        row.remark(key, apart, "warning")
    if match.entry is None and reachable and not match.is_doubtful:
        message = f"Тот же телефон или адрес почты у {quoted(reachable[0][0].name)}; это разные люди."
        row.remark(key, message, "info")
    return match


def _identity(row: Row, name: PersonName, clues: Clues) -> str:
    """What a decision about the row is remembered by."""
    said = (clues.inn, clues.email, clues.phone, clues.birth)
    return identity("Person", _name_key(name), *said, "" if any(said) else row.said)


def compatible(person: Known, name: PersonName) -> bool:
    """Whether the name may be this person's: no part says otherwise, an initial stands for any such name."""
    if fold(person.get("last_name") or "") != fold(name.last):
        return False
    return given_fit(person, name)


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
            draft.put(row, key, person, attribute, value, again=True)


def _rename(draft: Draft, row: Row, key: str, person: Entry, name: PersonName) -> None:
    """In our own export the name stands as it is to be."""
    for attribute, part in PARTS:
        draft.put(row, key, person, attribute, getattr(name, part))


def _first(row: Row, key: str, name: PersonName, match: Match) -> Entry:
    """Of several who fit equally well, the one put in first, with a remark."""
    alike = [c.entry for c in match.candidates if c.score == match.score]
    first = min(alike, key=lambda entry: (entry.is_new, abs(entry.ref)))
    message = f"Людей с именем {quoted(name.full)} в базе несколько; взят записанный первым."
    row.remark(key, message, "warning", first, "last_name")
    return first


def _by_inn(draft: Draft, row: Row, key: str, name: PersonName, clues: Clues) -> Iterator[Candidate]:
    if not clues.inn or not inn_valid(clues.inn):
        return
    for person in draft.base.find("inn", Person, clues.inn):
        if compatible(person, name):
            yield Candidate(person, *matching.SAME_INN)
        elif name.first and given_fit(person, name):
            message = f"Человек с таким ИНН записан как {quoted(person.name)}; имя оставлено прежним."
            row.remark(key, message, "warning", person, "last_name")
            yield Candidate(person, *matching.INN_NOT_SURNAME)
        else:
            yield Candidate(person, *matching.INN_ONLY)


def _reachable(draft: Draft, clues: Clues) -> list[tuple[Entry, int, str]]:
    """Whoever has the row's e-mail or phone, with what that is worth beside a fitting name."""
    base = draft.base
    found = [(p, *matching.NAME_AND_EMAIL) for a in emails_in(clues.email) for p in base.find("email", Person, a)]
    return found + [
        (p, *matching.NAME_AND_PHONE) for n in phones_in(clues.phone) for p in base.find("phone", Person, n)
    ]


def _by_contact(reachable: list[tuple[Entry, int, str]], name: PersonName, clues: Clues) -> Iterator[Candidate]:
    for person, score, reason in reachable:
        if compatible(person, name):
            against = numbers_differ(person, clues)
            yield Candidate(person, 50, f"{reason}, но {against}") if against else Candidate(person, score, reason)
        elif name.first and name.middle and same_given(person, name):
            yield Candidate(person, *matching.NOT_SURNAME)


def _colleagues(draft: Draft, name: PersonName, clues: Clues) -> Iterator[Candidate]:
    """The one person of the named companies whose name fits, be it a surname only."""
    surname = fold(name.last)
    people = {
        id(p): p for company in clues.companies for p in draft.base.staff(company, surname) if compatible(p, name)
    }
    same = [p for p in people.values() if _key(p) == _name_key(name)]
    fitting = same or list(people.values())
    if len(fitting) == 1 and not _contradiction(draft, fitting[0], clues):
        yield Candidate(fitting[0], *matching.NAME_AND_PLACE)


def _namesakes(draft: Draft, name: PersonName, clues: Clues) -> tuple[list[Candidate], str]:
    """People of exactly this name, and what is to be said when none of them is meant."""
    if is_initials(name) or not name.last:
        return list(_named_in_part(draft, name, clues)), ""
    same = draft.base.namesakes(Person, _name_key(name))
    against = {id(p): _contradiction(draft, p, clues) for p in same}
    left = [p for p in same if not against[id(p)]]
    if len(left) == 1:
        birth = left[0].get("birth_date")
        sure = bool(birth and clues.birth and len(birth) == len(clues.birth) == len("2000-01-01"))
        score, reason = matching.NAME_AND_BIRTH if sure else matching.NAME
        return [Candidate(left[0], score, reason)], ""
    if left:
        return [Candidate(p, *matching.SEVERAL) for p in left], ""
    if same and all(p.is_new or against[id(p)] == "ИНН другой" for p in same):
        message = f"Однофамилец: {quoted(name.full)} уже есть, но {against[id(same[0])]}. Записан отдельно."
        return [], message
    return [
        Candidate(p, matching.AGAINST_NAME, f"имя то же, но {against[id(p)]}")
        for p in same
        if against[id(p)] != "ИНН другой"
    ], ""


def _named_in_part(draft: Draft, name: PersonName, clues: Clues) -> Iterator[Candidate]:
    """People called by the same part of a name: anybody may be, so that they are the same as long as nothing differs.

    Initials are enough only for one stored just so, whom no other name may stand for.
    """
    key = _name_key(name)
    if clues.companies:  # whoever works elsewhere is another, and a director's «Иванов И. И.» may stand in every row
        staff = {id(p): p for company in clues.companies for p in draft.base.staff(company, fold(name.last))}
        near = [p for p in staff.values() if _key(p) == key]
    else:
        near = _few_namesakes(draft, key)
    left = [p for p in near if not _may_be_another(p, clues)]
    if name.first.endswith("."):
        fitting = {id(c.entry) for c in _like(draft, name, clues)}
        if len(left) == 1 and fitting == {id(left[0])}:
            yield Candidate(left[0], *matching.NAME)
        return
    if left:
        score, reason = matching.NAME if len(left) == 1 else matching.SEVERAL
        yield from (Candidate(p, score, reason) for p in left)
        return
    same = _few_namesakes(draft, key)
    yield from (Candidate(p, *matching.NAME_IN_PART) for p in same if not numbers_differ(p, clues))


def _few_namesakes(draft: Draft, key: str) -> list[Entry]:
    """People of a name, unless so many have it that it tells nothing."""
    same = draft.base.namesakes(Person, key)
    return [] if len(same) > MOST_NAMESAKES else same


def _may_be_another(person: Entry, clues: Clues) -> bool:
    """Whether a number or a contact known of both is not the same."""
    contacts = (("email", clues.email), ("phone", clues.phone))
    return bool(numbers_differ(person, clues)) or any(contacts_differ(person.get(key), said) for key, said in contacts)


def _like(draft: Draft, name: PersonName, clues: Clues) -> list[Candidate]:
    """Stored people an initial, or a name without patronymic on either side, may stand for."""
    if not name.last or not name.first:
        return []
    whole = bool(name.middle) and not is_initials(name)
    found = draft.base.find("short" if whole else "surname", Person, fold(name.last))
    if len(found) > MOST_NAMESAKES:
        return []
    same = [p for p in found if not p.is_new]
    draft.base.fill(same)
    fitting = [p for p in same if compatible(p, name) and not numbers_differ(p, clues)]
    return [Candidate(p, *matching.NAME_IN_PART) for p in fitting]


def given_fit(person: Known, name: PersonName) -> bool:
    """Whether the given name and the patronymic may be the same."""
    return _fits(person.get("first_name"), name.first) and _fits(person.get("middle_name"), name.middle)


def same_given(person: Known, name: PersonName) -> bool:
    """Whether the given name and the patronymic are the same."""
    return fold(person.get("first_name") or "") == fold(name.first) and fold(person.get("middle_name") or "") == fold(
        name.middle
    )


def _fits(one: str | None, two: str | None) -> bool:
    if not one or not two or one == two:
        return True
    a, b = fold(one).rstrip("."), fold(two).rstrip(".")
    return a == b or (one.endswith(".") and b.startswith(a)) or (two.endswith(".") and a.startswith(b))


def numbers_differ(person: Known, clues: Clues) -> str:
    """Why this cannot be the person by ИНН or birthday, in words; "" when nothing speaks against it."""
    inn, birth = person.get("inn"), person.get("birth_date")
    if inn and clues.inn and inn != clues.inn and inn_valid(inn) and inn_valid(clues.inn):
        return "ИНН другой"
    if birth and clues.birth and not (birth.startswith(clues.birth) or clues.birth.startswith(birth)):
        return "дата рождения другая"
    return ""


def _contradiction(draft: Draft, person: Entry, clues: Clues) -> str:
    """As `numbers_differ`, and by contacts of which none is the same."""
    if against := numbers_differ(person, clues):
        return against
    if contacts_differ(person.get("email"), clues.email) and contacts_differ(person.get("phone"), clues.phone):
        companies = {id(job.get("company_id")) for job in draft.base.jobs(person)}
        if not companies & {id(company) for company in clues.companies}:
            return "телефон и адрес почты другие"
    return ""


def contacts_differ(one: str | None, two: str | None) -> bool:
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
