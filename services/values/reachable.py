"""The first address of a cleaned cell one can write or text to; SQL asks the same (services/messaging/addresses.py)."""

import re

_LABEL = "[a-z0-9а-яё](?:[a-z0-9а-яё-]*[a-z0-9а-яё])?"
EMAIL = rf"[a-z0-9!#$&*+/=?^_{{|}}~.-]+@(?:{_LABEL}\.)+[a-zа-яё][a-z0-9а-яё-]*[a-z0-9а-яё]"
"""An address; both Python and PostgreSQL read the pattern. No percent sign: the driver would take it for its own."""
MOBILE = r"[+]((?:7[79][0-9]{9}|[1-689][0-9]{7,14}))"
"""A number that takes an SMS: a Russian or Kazakh mobile one, or any foreign one. The digits are its group."""

_EMAIL, _MOBILE = re.compile(EMAIL), re.compile(MOBILE)


def first_email(cell: str | None) -> str | None:
    """The first e-mail address of a cleaned cell, in lower case; None when there is none."""
    found = _EMAIL.search(cell.lower()) if cell else None
    return found[0] if found else None


def first_mobile(cell: str | None) -> str | None:
    """The digits of the first number of a cleaned cell that takes an SMS: «79161234567»; None when there is none."""
    found = _MOBILE.search(cell) if cell else None
    return found[1] if found else None
