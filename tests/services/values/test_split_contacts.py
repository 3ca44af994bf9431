"""Telephones and e-mail addresses in one cell, apart."""

import pytest

from services.values import split_contacts


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("8(499)555-00-03", ("8(499)555-00-03", "", "")),
        ("5550003@example.ru", ("", "5550003@example.ru", "")),
        ("8 916 555-00-01, a@example.ru", ("8 916 555-00-01", "a@example.ru", "")),
        ("a@example.ru 8 (495) 555-22-33 доб. 5; c@example.ru, спросить Машу",
         ("8 (495) 555-22-33 доб. 5", "a@example.ru; c@example.ru", "спросить Машу")),
        ("a@example.ru (бухгалтерия), +7 916 555-00-02", ("+7 916 555-00-02", "a@example.ru (бухгалтерия)", "")),
        ("+7 (495) 555-11-22, доб. 12, info@a-b.example\nwww.site.example",
         ("+7 (495) 555-11-22, доб. 12", "info@a-b.example", "www.site.example")),
        ("Орлов: 8-916-555-00-01 / orlov@example.ru", ("Орлов: 8-916-555-00-01", "orlov@example.ru", "")),
        ("дом 5, кв. 123", ("", "", "дом 5, кв. 123")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_a_cell_is_split_by_what_its_pieces_are(text: str, apart: tuple[str, str, str]) -> None:
    assert split_contacts(text) == apart
