"""How likely two companies are one: weighed as a load weighs a row against a company, and by slips of the pen."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from services.duplicates.blocks import Blocks, Found, common, one_edit_apart, strongest
from services.imports import matching
from services.imports.base import core, emails_in, phones_in
from services.imports.parties import ADDRESSES, akin, one_form, same_numbers
from services.values import clean_address, inn_valid, ogrn_valid

NEAR = "название отличается одной буквой"
NEAR_SCORE, NEAR_SUPPORTED = 50, 75
SHORTEST = 6
"""Letters of a name in which one other letter still looks like a slip."""
LONGEST = 40


@dataclass(frozen=True)
class Firm:
    """What is known of a company."""

    values: Mapping[str, Any]
    key: str
    emails: frozenset[str]
    phones: frozenset[tuple[str, str]]

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The keys of its addresses."""
        places = (clean_address(self.values.get(key)).value for key in ADDRESSES if self.values.get(key))
        return frozenset(place.key for place in places if place is not None and place.key)


def firm(values: Mapping[str, Any]) -> Firm:
    """A company as read from the table."""
    return Firm(
        values, values["name_key"], frozenset(emails_in(values.get("email"))), frozenset(phones_in(values.get("phone")))
    )


def blocks_of(companies: Iterable[tuple[int, Firm]]) -> Blocks[Firm]:
    """The companies in blocks."""
    blocks, listed = Blocks[Firm](), dict(companies)
    emails, phones = common(one.emails for one in listed.values()), common(one.phones for one in listed.values())
    for number, stored in listed.items():
        one = replace(stored, emails=stored.emails - emails, phones=stored.phones - phones)
        blocks.put(number, one, _keys(one))
    return blocks


def _keys(one: Firm) -> Iterator[Hashable]:
    yield from (("email", email) for email in one.emails)
    yield from (("phone", phone) for phone in one.phones)
    yield from ((key, one.values[key]) for key in ("inn", "ogrn") if one.values.get(key))
    name = core(one.key)
    yield "core", name
    if SHORTEST <= len(name) <= LONGEST:
        # Two names of which one letter differs are the same without it.
        yield from {("without", name[:place] + name[place + 1 :]) for place in range(len(name))}
        yield "without", name


def weigh(one: Firm, two: Firm) -> Found | None:
    """Score and reasons; None when they are not to be shown. Branches of one company are two."""
    a, b = one.values, two.values
    if not same_numbers(a, b.get("inn"), b.get("ogrn")) or (a.get("kpp") and b.get("kpp") and a["kpp"] != b["kpp"]):
        return None
    named = one.key == two.key
    found: list[matching.Weight] = []
    for what, valid, said in (("inn", inn_valid, "тот же ИНН"), ("ogrn", ogrn_valid, "тот же ОГРН")):
        if a.get(what) and a[what] == b.get(what) and valid(a[what]):
            found.append((matching.SAME_NUMBER_AND_NAME if named else matching.SAME_NUMBER, said))
    contacts = [
        said
        for said, shared in (("почта та же", one.emails & two.emails), ("телефон тот же", one.phones & two.phones))
        if shared
    ]
    score, reason = matching.COMPANY_NAME
    if named:
        found.append((score + matching.SAME_ADDRESS * bool(one.addresses & two.addresses), reason))
    elif core(one.key) == core(two.key) and one_form(one.key, two.key):
        found.append(matching.NAME_WITHOUT_FORM)
    elif _is_near(one, two):
        found.append((NEAR_SUPPORTED if contacts or one.addresses & two.addresses else NEAR_SCORE, NEAR))
    elif akin(one.key, two.key):
        found += [(matching.CONTACT_AND_WORD, f"{said}, название похоже") for said in contacts]
    return strongest({said: weight for weight, said in found})


def _is_near(one: Firm, two: Firm) -> bool:
    """Whether the names differ by one letter, not by a number in them."""
    a, b = core(one.key), core(two.key)
    if min(len(a), len(b)) < SHORTEST or not one_edit_apart(a, b):
        return False
    return _digits(a) == _digits(b) and (one.key.partition("|")[2] == two.key.partition("|")[2])


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
