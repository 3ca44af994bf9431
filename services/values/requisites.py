"""ИНН, ОГРН, СНИЛС and bank accounts: check digits and cleaning.

Check digits: ИНН and ОГРН as the Federal Tax Service sets them, СНИЛС as the Pension Fund does, accounts as the
Bank of Russia does (О порядке расчёта контрольного ключа, 515). ОГРНИП is mod 13 and then mod 10.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from services.values.cleaned import Cleaned, Note, digits_counted, error, info, shown, warning
from services.values.plain import REMEMBERED, as_text, fold, is_absent, plain_dashes

_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ZERO = ord("0")
_REQUISITE_LENGTHS = frozenset({10, 12, 13, 15})

_FLOAT_TAIL = re.compile(r"(?<![\d.,])(\d+)[.,]0+(?![\d.,])")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_DIGIT_GROUP = re.compile(r"\d(?:[ -]*\d)*")
_KNOWN_WORDS = re.compile(r"инн|огрнип|огрн|кпп|снилс|юл|фл|ип|№|inn|ogrnip|ogrn|kpp", re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def inn_valid(text: str) -> bool:
    """Is it 10 or 12 digits with right check digits (region 00 does not exist)."""
    if not _is_digits(text) or text.startswith("00"):
        return False
    if len(text) == 10:
        return _inn_digit(text[:9]) == int(text[9])
    return len(text) == 12 and _inn_digit(text[:10]) == int(text[10]) and _inn_digit(text[:11]) == int(text[11])


def ogrn_valid(text: str) -> bool:
    """Is it an ОГРН (13 digits) or ОГРНИП (15 digits) with the right check digit."""
    if not _is_digits(text) or text.startswith("0") or len(text) not in (13, 15):
        return False
    return int(text[:-1]) % (len(text) - 2) % 10 == int(text[-1])


def snils_valid(text: str) -> bool:
    """Is it a СНИЛС: 11 digits (spaces and hyphens allowed) whose last two are Σ digit×(9…1) mod 101, 100 as 00."""
    digits = re.sub(r"[ -]", "", text)
    if not _is_digits(digits) or len(digits) != 11 or digits == "00000000000":
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100 == int(digits[9:])


def account_valid(account: str, bik: str) -> bool:
    """Does the 20-digit account fit the bank: a correspondent account (301…) or any account in that bank."""
    if not (_is_digits(account) and len(account) == 20 and _is_digits(bik) and len(bik) == 9):
        return False
    # Accounts kept at the Bank of Russia itself (correspondent ones, and БИК …000–…002) are checked by its unit number.
    at_central_bank = account.startswith("301") or bik.endswith(("000", "001", "002"))
    prefix = "0" + bik[4:6] if at_central_bank else bik[-3:]
    return sum(int(digit) * (7, 1, 3)[i % 3] % 10 for i, digit in enumerate(prefix + account)) % 10 == 0


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _inn_digit(digits: str) -> int:
    # The digits as bytes, 48 and up: whole numbers without a call for each.
    weights = _INN_WEIGHTS[-len(digits) :]
    total: int = sum(map(mul, digits.encode("ascii"), weights)) - _ZERO * sum(weights)
    return total % 11 % 10


@dataclass(frozen=True)
class _Requisite:
    label: str
    lengths: tuple[int, int]
    expected: str
    foreign_lengths: tuple[int, int]
    valid: Callable[[str], bool]


_INN = _Requisite("ИНН", (10, 12), "10 (у физлица и ИП — 12)", (13, 15), inn_valid)
_OGRN = _Requisite("ОГРН", (13, 15), "13 (у ИП — 15)", (10, 12), ogrn_valid)


def clean_inn(raw: object) -> Cleaned[str]:
    """ИНН as digits. A lost leading zero is put back when the check digits then fit.

    A wrong length or check digit is kept with a warning; text without digits gives None and an error.
    """
    return _clean(raw, _INN)


def clean_ogrn(raw: object) -> Cleaned[str]:
    """ОГРН or ОГРНИП as digits, with the policy of clean_inn."""
    return _clean(raw, _OGRN)


def split_inn_ogrn(raw: object) -> tuple[Cleaned[str], Cleaned[str]]:
    """(ИНН, ОГРН) from one cell such as «ОГРН / ИНН»: any order and separator, told apart by length.

    A number of neither length goes where nothing better stands: up to 12 digits to ИНН, longer ones to ОГРН.
    """
    if is_absent(raw):
        return Cleaned(None), Cleaned(None)
    numbers = _numbers(raw)
    if not numbers:
        return Cleaned(None, (_no_digits(raw, "ИНН или ОГРН"),)), Cleaned(None)
    inn, ogrn = _pick(numbers, _INN, exact=True), _pick(numbers, _OGRN, exact=True)
    rest = sorted((number for number in numbers if number not in (inn, ogrn)), key=len)
    if ogrn is None and rest and (len(rest[-1]) > 12 or (inn is None and len(rest) > 1)):
        ogrn = rest.pop()
    if inn is None and rest and len(rest[0]) <= 12:
        inn = rest.pop(0)
    extra = (_extra(raw, rest),) if rest else ()
    first = Cleaned[str](None) if inn is None else _check(inn, _INN)
    second = Cleaned[str](None) if ogrn is None else _check(ogrn, _OGRN)
    return Cleaned(first.value, first.notes + extra), second


def _clean(raw: object, kind: _Requisite) -> Cleaned[str]:
    plain = raw if type(raw) is str else as_text(raw) if type(raw) in (int, float) else ""
    # Nearly every cell is one right number and nothing else.
    return Cleaned(plain) if kind.valid(plain) else _read(raw, kind)


def _read(raw: object, kind: _Requisite) -> Cleaned[str]:
    """The number from a cell that may hold words, several numbers or a wrong one."""
    if is_absent(raw):
        return Cleaned(None)
    numbers = _numbers(raw)
    if not numbers:
        return Cleaned(None, (_no_digits(raw, kind.label),))
    number = _pick(numbers, kind) or numbers[0]
    rest = [other for other in numbers if other != number]
    left_out = bool(rest) or any(char.isalpha() for char in _KNOWN_WORDS.sub("", as_text(raw)))
    result = _check(number, kind)
    return Cleaned(result.value, result.notes + ((_extra(raw, rest),) if left_out else ()))


def _pick(numbers: Sequence[str], kind: _Requisite, *, exact: bool = False) -> str | None:
    """The number that is this requisite: valid, else of its length, else (unless exact) the likeliest."""
    fitting = [number for number in numbers if len(number) in kind.lengths]
    restorable = [number for number in numbers if _with_zero(number, kind)]
    for candidates in ([number for number in fitting if kind.valid(number)], fitting, restorable):
        if candidates:
            return candidates[0]
    if exact:
        return None
    own = [number for number in numbers if len(number) not in kind.foreign_lengths] or list(numbers)
    return max(own, key=len)


def _check(number: str, kind: _Requisite) -> Cleaned[str]:
    if kind.valid(number):
        return Cleaned(number)
    if restored := _with_zero(number, kind):
        return Cleaned(restored, (info(f"{kind.label} {number}: вернули потерянный ноль в начале, стало {restored}."),))
    if len(number) not in kind.lengths:
        text = f"{kind.label} {shown(number)}: {digits_counted(len(number))} вместо {kind.expected}."
        return Cleaned(number, (warning(text),))
    return Cleaned(number, (warning(f"{kind.label} {number}: не сходится контрольная цифра, проверьте номер."),))


def _with_zero(number: str, kind: _Requisite) -> str | None:
    """A number cell drops the leading zero of regions 01–09; no ОГРН begins with a zero."""
    restored = "0" + number
    return restored if kind is _INN and kind.valid(restored) else None


def _numbers(raw: object) -> list[str]:
    """Digit strings of the cell; spaces and hyphens inside one number do not part it."""
    found: list[str] = []
    for line in as_text(raw, multiline=True).splitlines():
        text = _FLOAT_TAIL.sub(r"\1", plain_dashes(_ascii_digits(line)))
        if _SCIENTIFIC.fullmatch(text.strip("'")):
            return []
        for group in _DIGIT_GROUP.findall(text):
            runs = re.findall(r"\d+", group)
            joined = "".join(runs)
            apart = len(joined) not in _REQUISITE_LENGTHS and any(len(run) in _REQUISITE_LENGTHS for run in runs)
            found.extend(runs if apart else [joined])
    return list(dict.fromkeys(found))


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char, char)) if char.isdecimal() else char for char in text)


def _no_digits(raw: object, label: str) -> Note:
    text = as_text(raw)
    if _SCIENTIFIC.fullmatch(fold(text).strip("'")):
        return error(f"{label}: число записано сокращённо, часть цифр потеряна: {shown(text)}.")
    return error(f"{label}: в значении {shown(text)} нет цифр.")


def _extra(raw: object, rest: Sequence[str]) -> Note:
    text = as_text(raw)
    if rest:
        return warning(f"В ячейке {shown(text)} есть лишнее число: {', '.join(rest)}.")
    return info(f"Из ячейки {shown(text)} взяты только цифры.")
