"""Telephones among the e-mail addresses of a row and the reverse: each is put where it belongs."""

import re
from functools import lru_cache

from services.imports.headings import words
from services.imports.rows import Row, columns_of
from services.values import split_contacts
from services.values.plain import as_text

PHONE, EMAIL = "phone", "email"
PUT = {
    PHONE: "Это телефон, а не адрес почты: записан в колонку «Телефон».",
    EMAIL: "Это адрес почты, а не телефон: записан в колонку «Эл. почта».",
}
_AT = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_BOTH = re.compile(r"(?=.*(?:телефон|phone|мобильн|сотов))(?=.*(?:почт|email|электронн))|^контакт|^связь|^contact")


def uncross(row: Row) -> None:
    """Move what stands in the wrong one of the two cells, with a remark unless the column is for both."""
    cells = row.cells
    phone, email = cells.get(PHONE), cells.get(EMAIL)
    has_address = type(phone) is str and "@" in phone
    has_number = email is not None and _may_hold_number(email)
    if not (has_address or has_number) or not {PHONE, EMAIL} <= columns_of(row.table.name).keys():
        return
    found: dict[str, list[str]] = {PHONE: [], EMAIL: []}
    for key, other in ((PHONE, EMAIL), (EMAIL, PHONE)):
        if key not in cells:
            continue
        text = as_text(cells[key], multiline=True)
        phones, addresses, rest = split_contacts(text)
        own, strange = (phones, addresses) if key == PHONE else (addresses, phones)
        if not strange:
            found[key].insert(0, text)
            continue
        if not _is_for_both(row.label(key)):
            row.remark(key, PUT[other], "info", value=strange)
        found[key] += filter(None, (own, rest))
        found[other].append(strange)
    for key, texts in found.items():
        if texts:
            cells[key] = "; ".join(texts)
        else:
            cells.pop(key, None)


def _may_hold_number(email: object) -> bool:
    """Whether there may be more than addresses; nearly every cell is one address."""
    if type(email) is not str:
        return True
    return _AT.fullmatch(email) is None and sum(map(str.isdigit, _AT.sub("", email))) > 5


@lru_cache(maxsize=1000)
def _is_for_both(heading: str) -> bool:
    return _BOTH.search(words(heading)) is not None
