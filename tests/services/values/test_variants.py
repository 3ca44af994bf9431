"""The labelled variants beside the checkout: how many are read as labelled, with a floor for each file.

Addresses are not cleaned here and have no floor.
"""

import csv
import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from services.values import (
    clean_company,
    clean_date,
    clean_emails,
    clean_inn,
    clean_ogrn,
    clean_people,
    clean_phones,
    email_addresses,
    fold,
    phone_numbers,
)

VARIANTS = pathlib.Path(__file__).parents[4] / "shared/data/corpus/4_variants"
Row = dict[str, str]


def _date(row: Row) -> bool:
    cleaned = clean_date(row["input"])
    if row["expected"] == "INVALID":
        return cleaned.value is None and cleaned.notes[0].severity == "error"
    # The value is a day: an expected time of day is dropped.
    return (cleaned.value or "") == row["expected"][:10]


def _email(row: Row) -> bool:
    expected: list[str] = json.loads(row["expected_json"])
    return list(email_addresses(clean_emails(row["input"]).value)) == expected


def _identifier(row: Row) -> bool:
    cleaned = (clean_inn if row["kind"] == "ИНН" else clean_ogrn)(row["input"])
    said = " ".join(note.message for note in cleaned.notes)
    marks = {"BAD_CHECKSUM": "контрольная", "BAD_LENGTH": "вместо"}
    if row["expected"] in marks:
        return cleaned.value == row["input"] and marks[row["expected"]] in said
    expected = {"EMPTY": None, "VALID": row["input"]}.get(row["expected"], row["expected"])
    return cleaned.value == expected and not said


def _phone(row: Row) -> bool:
    numbers = phone_numbers(clean_phones(row["input"]).value)
    if row["expected_e164_json"]:
        labelled: list[str] = json.loads(row["expected_e164_json"])
        return list(numbers) == labelled
    # Not labelled: each piece with seven digits or more is a number, extensions aside.
    pieces = re.split(r"[,;]", re.sub(r"\([^()]*[^\W\d_][^()]*\)", "", row["input"]))
    expected = sum(len(re.sub(r"\D", "", piece)) >= 7 and "@" not in piece for piece in pieces)
    return len({number.partition(";")[0] for number in numbers}) == expected


def _organisation(row: Row) -> bool:
    """REVIEW means «decide»: one name in one form is one company, another form is another company."""
    companies = [clean_company(variant).value for variant in row["variants"].split(" | ")]
    keys = {company.key for company in companies if company}
    names = {key.rpartition("|")[0] for key in keys}
    forms = {company.form for company in companies if company}
    return None not in companies and len(names) == 1 and len(keys) == len(forms)


def _person(row: Row) -> bool:
    if not row["expected_json"]:
        return clean_people(row["input"]).value is not None
    expected: dict[str, Any] = json.loads(row["expected_json"])
    if "same_key" in expected:
        people = [clean_people(variant).value for variant in row["input"].split(" | ")]
        return len({fold(one[0].full) for one in people if one}) == 1
    cleaned = clean_people(row["input"])
    doubtful = any(note.severity in ("error", "warning") for note in cleaned.notes)
    if not cleaned.value:
        return expected.get("person") is False
    name = cleaned.value[0]
    has = "".join(
        letter.upper() if part.endswith(".") else letter
        for letter, part in (("s", name.last), ("f", name.first), ("m", name.middle))
        if part
    )
    checks: dict[str, Callable[[Any], bool]] = {
        "fio": lambda fio: bool(name.full == fio),
        "short": lambda short: bool(name.short == short),
        "last": lambda last: name.last == (last or ""),
        "first": lambda first: name.first == (first or ""),
        "patronymic": lambda middle: name.middle == (middle or ""),
        "person": lambda person: person is not doubtful,
        "needs_review": lambda _: bool(cleaned.notes),
        "format": lambda order: sorted(order) == sorted(has),
        "gender": lambda _: True,
    }
    return len(cleaned.value) == 1 and all(checks[field](value) for field, value in expected.items())


def _contacts(row: Row) -> bool:
    """Only the row with contacts in a remark: finding columns is the work of the import."""
    expected: dict[str, Any] = json.loads(row["expected_json"])
    if "phones" not in expected:
        return True
    cell = json.loads(row["table_json"])[1][-1]
    phones, emails = phone_numbers(clean_phones(cell).value), email_addresses(clean_emails(cell).value)
    return expected == {"phones": list(phones), "emails": list(emails)}


@pytest.mark.parametrize(
    ("file", "reads", "floor"),
    [
        ("dates.tsv", _date, 1.0),
        ("emails.tsv", _email, 1.0),
        ("fio.tsv", _person, 0.96),
        ("header_cases.tsv", _contacts, 1.0),
        ("ids.tsv", _identifier, 1.0),
        ("org_names.tsv", _organisation, 1.0),
        ("phones.tsv", _phone, 1.0),
    ],
)
def test_variants(file: str, reads: Callable[[Row], bool], floor: float) -> None:
    path = VARIANTS / file
    if not path.exists():
        pytest.skip(f"no {file} beside the checkout")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    missed = [row["n"] for row in rows if not reads(row)]
    rate = 1 - len(missed) / len(rows)
    print(f"{file}: {len(rows) - len(missed)} of {len(rows)}, missed rows {missed}")
    assert rate >= floor
