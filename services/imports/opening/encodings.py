"""In which encoding a text was written, told by the text itself."""

import codecs
from collections import Counter

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESSED = ("cp1251", "mac-cyrillic", "cp866")
DECLARED = (*GUESSED, "koi8-r")
"""Capitals of cp1251 look like small letters of koi8-r: that one is believed when declared, never guessed."""
SAMPLE = 200_000
"""Bytes that are looked at to tell one single-byte encoding from another."""

CAPITALS = frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")
SMALL = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
FREQUENT = frozenset("оеаинтсрвлкмдпя")
USUAL_SIGNS = frozenset("№«»—–-… \u00a0„“”°©")
WORD_ENDINGS = frozenset("ЪЫЬ")


def decoded(content: bytes, declared: str = "") -> tuple[str, str]:
    """The text without its byte order mark, and the name of its encoding. `declared` is what the file says of itself.

    Bytes that mean nothing in the encoding become U+FFFD.
    """
    for mark, name in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode("utf-8" if name == "utf-8-sig" else name, "replace"), name
    if wide := _utf_16(content):
        return content.decode(wide, "replace"), wide
    for name in ("utf-8", _known(declared)):
        if name:
            try:
                return content.decode(name), name
            except (UnicodeDecodeError, LookupError):
                continue
    name = max(GUESSED, key=lambda candidate: _likeness(content[:SAMPLE], candidate))
    return content.decode(name, "replace"), name


def _known(declared: str) -> str:
    """Python's name of a declared encoding of one byte per letter, or of utf-8; empty for others."""
    name = {"windows-1251": "cp1251", "ibm866": "cp866", "x-mac-cyrillic": "mac-cyrillic"}.get(
        declared.lower(), declared.lower()
    )
    return name if name in DECLARED else ""


def _utf_16(content: bytes) -> str:
    """utf-16 without a mark: every other byte is 0 (Latin, digits, delimiters) or 4 (Russian)."""
    start = content[: SAMPLE - SAMPLE % 2]
    if len(start) < 4 or len(content) % 2:
        return ""
    for name, high in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        seen = Counter(high)
        if seen[0] and seen[0] + seen[4] + seen[0x20] + seen[0x21] >= 0.95 * len(high):
            return name
    return ""


def _likeness(content: bytes, encoding: str) -> float:
    """How much the bytes look like Russian in this encoding: small letters are frequent, capitals begin words."""
    text = content.decode(encoding, "replace")
    score, before = 0.0, " "
    for letter in text:
        if letter in SMALL:
            score += 2 if letter in FREQUENT else 1
        elif letter in CAPITALS:
            score += (
                -3 if before in SMALL else -1 if letter in WORD_ENDINGS else 0.8 if letter.lower() in FREQUENT else 0.4
            )
        elif letter > "\x7f" and letter not in USUAL_SIGNS:
            score -= 3
        before = letter
    return score
