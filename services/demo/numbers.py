"""Numbers and addresses that pass every check and belong to nobody.

ИНН and ОГРН carry region 97, which the tax service has given to none; mobile codes are not handed out, landline
numbers begin with 0 after the area code; mail goes to domains reserved for examples.
"""

import datetime as dt
from functools import lru_cache
from random import Random

from services.values.requisites import _inn_digit as inn_digit

REGION = "97"
_MOBILE = ("943", "944", "945", "946", "947", "948")
_LANDLINE = ("495", "499", "471", "481", "484", "485")
_DOMAINS = ("example.org", "example.com", "example.net")
_SPREAD = 7919
"""Prime to 10: multiplied by it and cut, numbers in a row become numbers all over the range, each still once."""

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya".split(" "),
        strict=True,
    )
)


def company_inn(number: int) -> str:
    """Ten digits, another for every number below ten million."""
    digits = f"{REGION}{number * _SPREAD % 10_000_000:07}"
    return f"{digits}{inn_digit(digits)}"


def personal_inn(number: int) -> str:
    """Twelve digits, another for every number below a hundred million."""
    digits = f"{REGION}{number * _SPREAD % 100_000_000:08}"
    digits = f"{digits}{inn_digit(digits)}"
    return f"{digits}{inn_digit(digits)}"


def ogrn(number: int, registered: dt.date, *, sole_trader: bool) -> str:
    """ОГРН of 13 digits, for sole traders ОГРНИП of 15, registered in that year."""
    first, size, modulus = ("3", 9, 13) if sole_trader else ("1", 7, 11)
    digits = f"{first}{registered:%y}{REGION}{number * _SPREAD % 10**size:0{size}}"
    return digits + str(int(digits) % modulus % 10)


def phone(chance: Random, *, landline: bool = False) -> str:
    """A number in E.164 that phonenumbers takes for valid and nobody answers."""
    if landline:
        return f"+7{chance.choice(_LANDLINE)}0{chance.randrange(1_000_000):06}"
    return f"+7{chance.choice(_MOBILE)}{chance.randrange(10_000_000):07}"


def personal_email(chance: Random, last: str, first: str, number: int) -> str:
    """`a.ivanov17@example.org`, another for every number."""
    return f"{latin(first)[:1]}.{latin(last)}{number}@{chance.choice(_DOMAINS)}"


@lru_cache(maxsize=10_000)
def latin(word: str) -> str:
    """Latin letters and digits of a word, for addresses."""
    kept = (_LATIN.get(letter, letter) for letter in word.lower())
    return "".join(letter for letter in kept if letter.isascii() and letter.isalnum())
