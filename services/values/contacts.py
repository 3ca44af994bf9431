"""Telephone numbers and e-mail addresses that stand in one cell, apart."""

from __future__ import annotations

import re

from services.values.phones import clean_phones, phone_numbers

_LABEL = r"(?:(?:e-?mail|mail|эл(?:ектронная|\.)?\s*(?:почта|адрес)|почта|имейл|емейл)\.?\s*[:–—-]*\s*)?"
_ADDRESS = re.compile(
    rf"(?<![\w.+-]){_LABEL}<?[\w.+-]+\s?@\s?(?:[\w-]+\s?\.\s?)+\w{{2,}}>?(?:\s*\([^()\d]*\))?", re.IGNORECASE
)
_PIECES = re.compile(r"[;\n|]+")
_EDGES = " \t\n,;|/"
_FEWEST_DIGITS = 6


def split_contacts(text: str) -> tuple[str, str, str]:
    """The telephone numbers of a text, its e-mail addresses, and the pieces that are neither, each joined by "; "."""
    addresses = [" ".join(found.split()) for found in _ADDRESS.findall(text)]
    phones: list[str] = []
    rest: list[str] = []
    for piece in _PIECES.split(_ADDRESS.sub(";", text)):
        bare = piece.strip(_EDGES)
        if any(map(str.isalnum, bare)):
            (phones if _has_number(bare) else rest).append(bare)
    return "; ".join(phones), "; ".join(addresses), "; ".join(rest)


def _has_number(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return digits >= _FEWEST_DIGITS and bool(phone_numbers(clean_phones(text).value))
