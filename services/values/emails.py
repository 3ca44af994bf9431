"""E-mail addresses, several in one cell."""

from __future__ import annotations

import re

from services.values.cleaned import Cleaned, Note, info, shown, warning
from services.values.plain import as_text, is_absent

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[^\W_](?:[^\W_]|-){0,62}(?<!-)"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]{{2,59}})")
_LONGEST = 254
# One address and nothing else, as nearly every cell holds it; whatever it does not match is read slowly.
_PLAIN_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(rf"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:{_PLAIN_LABEL}\.)+[a-z]{{2,63}}")
_PIECES = re.compile(r"[,;|\n]+")
_LABEL_WORDS = re.compile(
    # «почта - a@b.ru»: a dash counts only with a space after it, or mail-1@b.ru would lose its beginning.
    r"(?<![\w@.+-])(?:mailto|e-?mail|mail|эл(?:ектронная|ектронный|\.)?\s*(?:почта|адрес)?|почта|имейл|емейл)"
    r"\.?\s*(?::+|[-–—]+(?=\s))\s*"
    r"|(?:mailto|e-mail|email)\s+(?=\S+@)",
    re.IGNORECASE,
)
_AROUND_AT = re.compile(r"\s*@\s*")
_COMMA_FOR_DOT = re.compile(r"(@[\w.-]+),(ru|com|рф|net|org|su|info|biz)\b", re.IGNORECASE)
_BRACKETS = " \t<>()[]«»\"',;:"


def clean_emails(raw: object) -> Cleaned[str]:
    """Addresses in lower case joined by ", ": "a@b.ru, c@d.ru".

    What is no address is kept with a warning; words beside an address stay in brackets: "a@b.ru (бухгалтерия)".
    """
    if type(raw) is str and (plain := _plain(raw)):
        return Cleaned(", ".join(plain))
    return _read_cell(raw)


def _read_cell(raw: object) -> Cleaned[str]:
    """The addresses of a cell with words, several addresses or a wrong one."""
    if is_absent(raw):
        return Cleaned(None)
    text = as_text(raw, multiline=True)
    notes: list[Note] = []
    mended = _COMMA_FOR_DOT.sub(r"\1.\2", text)
    if mended != text:
        notes.append(info(f"В адресе {shown(text)} запятая заменена точкой."))
    items: dict[str, str] = {}
    for piece in _PIECES.split(mended):
        for address, words in _read(piece):
            items[address] = items.get(address) or words
            if address and not _is_email(address):
                notes.append(warning(f"Не похоже на адрес электронной почты: {shown(address)}."))
    value = ", ".join(_joined(address, words) for address, words in items.items())
    return Cleaned(value or None, tuple(dict.fromkeys(notes)))


def _plain(text: str) -> tuple[str, ...]:
    """The addresses in lower case, each once, when the text is nothing but plain ones joined by ", "; else ()."""
    if not text.isascii() or "_x" in text:
        return ()
    addresses = text.lower().split(", ")
    if any(_PLAIN.fullmatch(address) is None or len(address) > _LONGEST for address in addresses):
        return ()
    return tuple(dict.fromkeys(addresses))


def merge_emails(old: str | None, new: str | None) -> str | None:
    """Both lists in order, each address once."""
    return clean_emails(", ".join(part for part in (old, new) if part)).value


def email_addresses(value: str | None) -> tuple[str, ...]:
    """The addresses one can write to from a cleaned value, without words and wrong ones."""
    if value and (plain := _plain(value)):
        return plain
    found = (address for piece in _PIECES.split(value or "") for address, _ in _read(piece))
    return tuple(dict.fromkeys(address for address in found if _is_email(address)))


def _is_email(address: str) -> bool:
    return len(address) <= _LONGEST and _EMAIL.fullmatch(address) is not None


def _joined(address: str, words: str) -> str:
    return f"{address} ({words})" if words else address


def _read(piece: str) -> list[tuple[str, str]]:
    """(address, words beside it) of one piece; a piece without an address is given whole and without words."""
    text = _AROUND_AT.sub("@", _LABEL_WORDS.sub(" ", piece)).strip()
    tokens = [token for token in re.split(r"[\s/<>()]+", text) if token]
    addresses = [bare for token in tokens if "@" in token and (bare := _bare(token))]
    if not any(_is_email(address) for address in addresses):
        # «info@» and the like: nothing may be lost, so the text stays as it stands.
        kept = " ".join(piece.split()) if addresses or not text else " ".join(text.split())
        return [] if is_absent(kept) else [(kept.strip(), "")]
    words = " ".join(token for token in tokens if not ("@" in token and _bare(token)))
    words = words.strip(_BRACKETS)
    return [(address, words if number == 0 else "") for number, address in enumerate(addresses)]


def _bare(token: str) -> str:
    return token.strip(_BRACKETS).strip(".").lower()
