"""How likely two people are one: weighed as a load weighs a row against a person, and by slips of the pen."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.duplicates.blocks import Blocks, Found, common, one_edit_apart, strongest
from services.imports import matching
from services.imports.base import emails_in, phones_in
from services.imports.people import (
    MOST_NAMESAKES,
    Clues,
    compatible,
    contacts_differ,
    given_fit,
    is_initials,
    numbers_differ,
    same_given,
)
from services.values import PersonName, fold, inn_valid

NEAR = "имя отличается одной буквой"
NEAR_SCORE, NEAR_SUPPORTED = 50, 75
SAME_BIRTH = (50, "имя, отчество и дата рождения те же, фамилия другая")
SUPPORT = {"email": "адрес почты тот же", "phone": "телефон тот же", "place": "место работы то же"}
MOST_TWINS = 8
"""Of more people with just the same name, the name alone makes no pairs."""
DAY = len("2000-01-01")


@dataclass(frozen=True, slots=True)
class Human:
    """What is known of a person; `last`, `first` and `middle` are folded."""

    values: Mapping[str, Any]
    key: str
    last: str
    first: str
    middle: str
    emails: frozenset[str]
    phones: frozenset[tuple[str, str]]
    places: frozenset[int]

    @property
    def name(self) -> PersonName:
        """The name as it is stored."""
        values = self.values
        return PersonName(values["last_name"], values["first_name"], values["middle_name"])

    @property
    def clues(self) -> Clues:
        """The rest, as a row of a file would say it."""
        get = self.values.get
        return Clues(get("inn"), get("email"), get("phone"), get("birth_date"))

    @property
    def in_part(self) -> bool:
        """Whether a part of the name is missing or an initial."""
        return not self.middle or is_initials(self.name) or self.middle.endswith(".")


def human(values: Mapping[str, Any], places: Iterable[int]) -> Human:
    """A person as read from the table."""
    last, first, middle = (fold(values[part]) for part in ("last_name", "first_name", "middle_name"))
    emails, phones = emails_in(values.get("email")), phones_in(values.get("phone"))
    return Human(
        values, values["name_key"], last, first, middle, frozenset(emails), frozenset(phones), frozenset(places)
    )


def blocks_of(people: Iterable[tuple[int, Human]]) -> tuple[Blocks[Human], "Weights"]:
    """The people in blocks, and what weighs two of them."""
    blocks, twins, listed = Blocks[Human](), Counter[str](), dict(people)
    emails, phones = common(one.emails for one in listed.values()), common(one.phones for one in listed.values())
    for number, stored in listed.items():
        one = stored
        if one.emails & emails or one.phones & phones:
            one = replace(one, emails=one.emails - emails, phones=one.phones - phones)
        twins[one.key] += 1
        blocks.put(number, one, _keys(one))
        short = ("short", one.last, one.first[:1])
        if one.in_part and one.first:
            blocks.ask(number, short, MOST_NAMESAKES)
        else:
            blocks.only_asked([short])
    return blocks, Weights(twins)


def _keys(one: Human) -> Iterator[Hashable]:
    """What two must share to be compared. A slip of the pen leaves one of the last four as it is."""
    yield from (("email", email) for email in one.emails)
    yield from (("phone", phone) for phone in one.phones)
    yield "name", one.key
    yield "short", one.last, one.first[:1]
    birth, inn = one.values.get("birth_date"), one.values.get("inn")
    if inn:
        yield "inn", inn
    if birth and len(birth) == DAY:
        yield "birth", birth, one.first
    if len(one.first) > 2:
        yield "near", one.first, one.middle, one.last[:3]
        yield "near", one.first, one.middle, one.last[-4:], ""
        yield "near", one.last, one.middle, one.first[:2], "", ""
        yield "near", one.last, one.first, one.middle[:3], "", "", ""


@dataclass(frozen=True)
class Weights:
    """Weighs two people; `twins` counts who is called just the same."""

    twins: Mapping[str, int]

    def __call__(self, one: Human, two: Human) -> Found | None:
        """Score and reasons; None when they are not to be shown."""
        against = numbers_differ(one.values, two.clues)
        if against:
            return None
        shared = _shared(one, two)
        if compatible(one.values, two.name):
            return strongest(self._of_name(one, two, shared))
        return strongest(_of_other_name(one, two, shared))

    def _of_name(self, one: Human, two: Human, shared: set[str]) -> dict[str, int]:
        found = [matching.SAME_INN] if _same_inn(one, two) else []
        found += [matching.NAME_AND_EMAIL] if "email" in shared else []
        found += [matching.NAME_AND_PHONE] if "phone" in shared else []
        apart = _reached_apart(one, two)
        if one.key != two.key:
            found += [matching.NAME_AND_PLACE] if "place" in shared and not apart else []
            found += [matching.NAME_IN_PART] if not apart else []
        elif _same_birth(one, two):
            found.append(matching.NAME_AND_BIRTH)
        elif "place" in shared:
            found.append(matching.NAME_AND_PLACE)
        elif not one.first or self.twins[one.key] > MOST_TWINS:
            pass
        elif apart:
            found.append((matching.AGAINST_NAME, "имя то же, но телефон и адрес почты другие"))
        elif one.in_part or self.twins[one.key] > 2:
            found.append(matching.SEVERAL if self.twins[one.key] > 2 else matching.NAME_IN_PART)
        else:
            found.append(matching.NAME)
        return {reason: score for score, reason in found}


def _of_other_name(one: Human, two: Human, shared: set[str]) -> dict[str, int]:
    found: list[matching.Weight] = []
    if _same_inn(one, two):
        fits = one.first and given_fit(one.values, two.name)
        found.append(matching.INN_NOT_SURNAME if fits else matching.INN_ONLY)
    whole = bool(one.first and one.middle)
    if whole and same_given(one.values, two.name):
        found += [matching.NOT_SURNAME] if shared & {"email", "phone"} else []
        found += [SAME_BIRTH] if _same_birth(one, two) else []
    if _is_near(one, two):
        supported = [SUPPORT[key] for key in SUPPORT if key in shared]
        supported += ["дата рождения та же"] if _same_birth(one, two) else []
        if supported:
            found.append((NEAR_SUPPORTED, f"{NEAR}, {', '.join(supported)}"))
        elif whole and not _reached_apart(one, two) and not one.in_part:
            found.append((NEAR_SCORE, NEAR))
    return {reason: score for score, reason in found}


def _is_near(one: Human, two: Human) -> bool:
    """Whether all parts of two names are the same but for one slip; «Иванов» and «Иванова» are two people."""
    parts = list(zip((one.last, one.first, one.middle), (two.last, two.first, two.middle), strict=True))
    differing = [(a, b) for a, b in parts if a != b]
    if len(differing) != 1:
        return False
    a, b = differing[0]
    return min(len(a), len(b)) > 3 and one_edit_apart(a, b)


def _shared(one: Human, two: Human) -> set[str]:
    return {
        key
        for key, a, b in (
            ("email", one.emails, two.emails), ("phone", one.phones, two.phones), ("place", one.places, two.places),
        )
        if a & b
    }  # fmt: skip


def _reached_apart(one: Human, two: Human) -> bool:
    """Whether both have contacts of both kinds and none is the same, and no place of work is."""
    a, b = one.values, two.values
    apart = contacts_differ(a.get("email"), b.get("email")) and contacts_differ(a.get("phone"), b.get("phone"))
    return apart and not one.places & two.places


def _same_inn(one: Human, two: Human) -> bool:
    inn: str = one.values.get("inn") or ""
    return bool(inn) and inn == two.values.get("inn") and inn_valid(inn)


def _same_birth(one: Human, two: Human) -> bool:
    birth: str = one.values.get("birth_date") or ""
    return len(birth) == DAY and birth == two.values.get("birth_date")
