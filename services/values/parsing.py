"""The recognisers one by one: a text in, a JSON-able object out, for the terminal and for trying them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from services.values.addresses import clean_address
from services.values.cleaned import Cleaned
from services.values.companies import clean_company
from services.values.dates import clean_date, time_of_day
from services.values.emails import clean_emails, email_addresses
from services.values.legal_forms import full_form
from services.values.people import clean_people
from services.values.people_words import FEMALE_NAMES, FEMALE_PATRONYMIC, MALE_NAMES, MALE_PATRONYMIC, NOT_A_PERSON
from services.values.person_names import PersonName, is_given, is_initial, is_patronymic, is_surname_like
from services.values.phones import clean_phones, listed_phones, phone_numbers
from services.values.plain import as_text, fold
from services.values.requisites import clean_inn, clean_ogrn, inn_valid, ogrn_valid

Answer = dict[str, Any]

_FEMALE_ENDING = re.compile(r".+(?:[оеё]ва|[иы]на|[сц]кая|ая)")
_MALE_ENDING = re.compile(r".+(?:[оеё]в|[иы]н|[сц]к(?:ий|ой)|ый)")
_PRECISIONS = {4: "year", 7: "month", 10: "day", 16: "minute"}


def parse(kind: str, text: object) -> Answer:
    """What the recogniser of this kind (see KINDS) makes of the text, as an object for JSON.

    Always: input, value (None: nothing there), valid (no error and no warning), notes with message and severity.
    Besides, by kind: fio: person, needs_review, people; phone: phones, text, rest; email: text, rest; date: precision,
    date; inn, ogrn: status, kind; company: form, name, full, key; address: text, parts, postcode, key, rest.
    Any text gives an answer; KeyError for a kind that is not in KINDS.
    """
    cleaned, fields = _READERS[kind](text)
    return {
        "input": _json_able(text),
        "value": None,
        "valid": all(note.severity == "info" for note in cleaned.notes),
        "notes": [{"message": note.message, "severity": note.severity} for note in cleaned.notes],
        **fields,
    }


def _json_able(raw: object) -> object:
    plain = raw is None or isinstance(raw, str | int) or (isinstance(raw, float) and math.isfinite(raw))
    return raw if plain else as_text(raw)


def _fio(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_people(text)
    people = cleaned.value or ()
    full = [person.full for person in people]
    person = any(_is_person(person) for person in people)
    # How many people there are is said, but it is no doubt.
    doubts = len(cleaned.notes) - (len(people) > 1)
    return cleaned, {
        "value": (full[0] if len(full) == 1 else full) if people else None,
        "person": person,
        "needs_review": bool(doubts > 0 or (people and not person)),
        "people": [_person(person, as_text(text)) for person in people],
    }


def _person(person: PersonName, source: str) -> Answer:
    return {
        "last": person.last or None,
        "first": person.first or None,
        "middle": person.middle or None,
        "position": person.position or None,
        "note": person.note or None,
        "full": person.full,
        "short": person.short,
        "gender": _gender(person),
        "format": _format(person, source),
        "key": fold(person.full),
    }


def _is_person(name: PersonName) -> bool:
    """Is it surely a name: a known given name, a patronymic, initials, or what ends as surnames do."""
    words = [word for part in (name.last, name.first, name.middle) for word in part.split()]
    if any(fold(word) in NOT_A_PERSON for word in words):
        return False
    if is_initial(name.first) or is_given(name.first) or is_patronymic(name.middle):
        return bool(name.last or name.first or name.middle)
    return not name.note and any(is_surname_like(word) for word in words)


def _gender(name: PersonName) -> str | None:
    """ "m", "f" or None, by patronymic, then by given name, then by the ending of the surname."""
    last, first, middle = fold(name.last), fold(name.first), fold(name.middle)
    male = first in MALE_NAMES
    for is_male, is_female in (
        (MALE_PATRONYMIC.fullmatch(middle) is not None, FEMALE_PATRONYMIC.fullmatch(middle) is not None),
        (male, first in FEMALE_NAMES),
        (_MALE_ENDING.fullmatch(last) is not None, _FEMALE_ENDING.fullmatch(last) is not None),
    ):
        if is_male != is_female:
            return "m" if is_male else "f"
    return None


def _format(name: PersonName, source: str) -> str:
    """The order in which the parts were written: "sfm", "fms", capitals for initials: "FMs"."""
    folded = fold(source)
    found: list[tuple[int, str]] = []
    place = {"s": folded.find(fold(name.last)), "f": 0, "m": 0}
    for letter, part in (("f", name.first), ("m", name.middle)):
        start = re.search(rf"(?<!\w){re.escape(fold(part).rstrip('.'))}|{re.escape(fold(part))}", folded)
        place[letter] = start.start() if start else len(folded)
    for letter, part in (("s", name.last), ("f", name.first), ("m", name.middle)):
        if part:
            found.append((place[letter], letter.upper() if is_initial(part) else letter))
    order = [letter for _, letter in sorted(found, key=lambda item: item[0])]
    return "".join(order)


def _phone(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_phones(text)
    items = listed_phones(cleaned.value)
    return cleaned, {
        "value": None if cleaned.value is None else list(phone_numbers(cleaned.value)),
        "text": cleaned.value,
        "phones": [
            {
                "e164": item.number,
                "extension": item.extension or None,
                "note": item.words or None,
                "shown": str(item),
            }
            for item in items
            if item.number
        ],
        "rest": [item.words for item in items if not item.number],
    }


def _email(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_emails(text)
    pieces = cleaned.value.split(", ") if cleaned.value else []
    return cleaned, {
        "value": None if cleaned.value is None else list(email_addresses(cleaned.value)),
        "text": cleaned.value,
        "rest": [piece for piece in pieces if not email_addresses(piece)],
    }


def _date(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_date(text)
    value = cleaned.value
    if value and len(value) == 10 and (time := time_of_day(text)):
        value = f"{value}T{time}"
    return cleaned, {"value": value, "precision": _PRECISIONS[len(value)] if value else None, "date": cleaned.value}


def _address(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_address(text)
    address = cleaned.value
    return cleaned, {
        "value": address.text if address else None,
        "text": address.text if address else None,
        "parts": [list(part) for part in address.parts] if address else [],
        "postcode": (address.postcode or None) if address else None,
        "key": address.key if address else None,
        "rest": list(address.rest) if address else [],
    }


def _requisite(
    clean: Callable[[object], Cleaned[str]], valid: Callable[[str], bool], lengths: Sequence[int]
) -> Callable[[object], tuple[Cleaned[Any], Answer]]:
    """The reader of ИНН or ОГРН; lengths: that of a company, that of a person."""

    def read(text: object) -> tuple[Cleaned[Any], Answer]:
        cleaned = clean(text)
        number = cleaned.value
        if number is None:
            status = "NO_DIGITS" if cleaned.notes else "EMPTY"
        elif len(number) not in lengths:
            status = "BAD_LENGTH"
        else:
            status = "VALID" if valid(number) else "BAD_CHECKSUM"
        owners = dict(zip(lengths, ("company", "person"), strict=True))
        return cleaned, {"value": number, "status": status, "kind": owners.get(len(number)) if number else None}

    return read


def _company(text: object) -> tuple[Cleaned[Any], Answer]:
    cleaned = clean_company(text)
    company = cleaned.value
    if company is None:
        return cleaned, {"form": None, "name": None, "full": None, "key": None}
    name = company.name.removeprefix(company.form).strip()
    return cleaned, {
        "value": company.name,
        "form": company.form or None,
        "name": name,
        "full": " ".join(part for part in (full_form(company.form), name) if part),
        "key": company.key,
    }


_READERS: dict[str, Callable[[object], tuple[Cleaned[Any], Answer]]] = {
    "fio": _fio,
    "phone": _phone,
    "date": _date,
    "address": _address,
    "inn": _requisite(clean_inn, inn_valid, (10, 12)),
    "ogrn": _requisite(clean_ogrn, ogrn_valid, (13, 15)),
    "email": _email,
    "company": _company,
}
KINDS = tuple(_READERS)
"""What parse reads."""
