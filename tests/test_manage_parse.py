"""`manage.py parse`: one value a line in, one object a line out."""

import json
from typing import Any

import pytest

from tests.terminal import manage, manage_apart

NO_DATABASE = "sqlite:////nowhere/at/all.db"


def parsed(kind: str, given: bytes) -> list[dict[str, Any]]:
    """What `parse KIND --json` answers; needs no database."""
    done = manage(NO_DATABASE, "parse", kind, "--json", given=given)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]


@pytest.mark.parametrize(
    ("kind", "text", "value", "more"),
    [
        ("fio", "ОРЛОВА мария ивановна", "Орлова Мария Ивановна", {"person", "needs_review", "people"}),
        ("phone", "8 (495) 555-01-02 доб. 15", ["+74955550102;ext=15"], {"phones", "text", "rest"}),
        ("date", "10 января 2024 года", "2024-01-10", {"precision", "date"}),
        ("address", "г.Москва, ул. Полевая, д.1", "г. Москва, ул. Полевая, д. 1",
         {"text", "parts", "postcode", "key", "rest"}),
        ("inn", "7707083893", "7707083893", {"status", "kind"}),
        ("ogrn", "1027700132195", "1027700132195", {"status", "kind"}),
        ("email", "A@Example.ru; b@example.ru", ["a@example.ru", "b@example.ru"], {"text", "rest"}),
        ("company", 'Общество с ограниченной ответственностью "Ива"', "ООО «Ива»", {"form", "name", "full", "key"}),
    ],
)  # fmt: skip
def test_every_kind_line_by_line(kind: str, text: str, value: object, more: set[str]) -> None:
    """Blank lines answer too, Windows line ends are no part of a value, wrong bytes break nothing."""
    lines = [text.encode(), b"", text.encode() + b"\r", b"\xff\xfe\xe0 7707083893", "нет".encode(), text.encode()]
    found = parsed(kind, b"\n".join(lines))
    assert len(found) == 6
    assert {frozenset(answer) for answer in found} == {frozenset({"input", "value", "valid", "notes"} | more)}
    assert [found[place]["value"] for place in (0, 2, 5)] == [value] * 3
    assert [found[place]["input"] for place in (0, 2, 5)] == [text] * 3
    assert [(found[place]["value"], found[place]["valid"], found[place]["notes"]) for place in (1, 4)] == [
        (None, True, [])
    ] * 2
    assert {frozenset(note) for answer in found for note in answer["notes"]} <= {frozenset({"message", "severity"})}


def test_separators_within_a_value_are_no_line_ends() -> None:
    """Form feeds and the like come with texts copied from PDF: one line in is one line out."""
    found = parsed("fio", "Орлова\x0bМария\u2028Ивановна\nРыбин\x85Пётр\n".encode())
    assert [len(answer["people"]) for answer in found] == [1, 1]


def test_nothing_in_is_nothing_out() -> None:
    assert parsed("phone", b"") == []


def test_thousands_of_lines_are_answered_one_by_one() -> None:
    text = "".join(f"Орлова Мария Ивановна {number}, +7 916 555-{number:04}\n" for number in range(3_000))
    assert len(parsed("phone", text.encode())) == 3_000


def test_recognised_values_in_words() -> None:
    done = manage_apart(NO_DATABASE, "parse", "inn", given=b"7707083893\r\n7707083894\n\xff\xfe\n")
    first, second, _broken = done.stdout.split("\n")[:-1]
    assert first == "7707083893\t7707083893\t"
    assert "контрольная" in second
