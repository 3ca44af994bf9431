"""Names of companies: one display form, and one key for all spellings of one company."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.values.cleaned import Cleaned, error, shown, warning
from services.values.legal_forms import PLAIN_FORMS, SOLE_TRADER, split_form
from services.values.plain import as_text, fold, is_absent, plain_dashes

_OPENING, _CLOSING = "«„‹", "»"
_QUOTES = '"«»„“”‟‹›″'
_INNER = {1: ("«", "»"), 2: ("„", "“")}
_DEEPEST = 4  # no name nests deeper; a cell of nothing but quotes must not cost seconds
_ANY_QUOTE = re.compile(f"[{re.escape(_QUOTES)}'`‘’]|,,|<<|>>")
_DOUBLED_MARKS = re.compile(r"''|``|<<|>>|,,(?=\w)")
_SINGLE_QUOTED = re.compile(r"(?<!\w)['`‘’](?=\w)([^'`‘’]{1,200})(?<=[\w.!?])['`‘’](?!\w)")
# A short form and a name of plain words, in quotes or without: nothing in it needs to be set right.
_WORDS = r"[А-Яа-яЁёA-Za-z0-9]+(?:[ -][А-Яа-яЁёA-Za-z0-9]+)*"
_PLAIN = re.compile(rf"({'|'.join(sorted(PLAIN_FORMS, key=len, reverse=True))}) (?:[«\"]({_WORDS})[»\"]|({_WORDS}))")
_INITIALS = re.compile(r"(?<!\w)(\w\.)\s+(?=\w\.)")


@dataclass(frozen=True)
class CompanyName:
    """name: for display, the short form first and «ёлочки» where quotes were: ООО «Север и юг».

    key: equal for every spelling of one name and form, "север и юг|ооо"; "север и юг|" without a form.
    form: "ООО", "ИП", … or "".
    """

    name: str
    key: str
    form: str


def clean_company(raw: object) -> Cleaned[CompanyName]:
    """The name of a company; a full legal form becomes short, quotes are set right, an unclosed one is closed."""
    if type(raw) is str and (match := _PLAIN.fullmatch(raw)):
        form, inner = match[1], match[2] or match[3]
        name = f"{form} «{inner}»" if match[2] else raw
        return Cleaned(CompanyName(name, f"{fold(inner)}|{form.lower()}", form))
    return _read_company(raw)


def _read_company(raw: object) -> Cleaned[CompanyName]:
    if is_absent(raw):
        return Cleaned(None)
    text = as_text(raw)
    if not any(char.isalnum() for char in text):
        return Cleaned(None, (error(f"В названии компании {shown(text)} нет ни букв, ни цифр."),))
    form, rest, quoted_together = split_form(_set_quotes(text))
    name = _set_quotes(f"«{rest}" if quoted_together else rest)
    if form == SOLE_TRADER and _unquoted(name) == name.strip("«»"):
        # A person's name needs no quotes.
        name = name.strip("«»")
    bare = _bare(name)
    notes = () if bare else (warning(f"Название компании {shown(text)} состоит из одной формы."),)
    key = f"{bare}|{fold(form)}"
    return Cleaned(CompanyName(" ".join(part for part in (form, name) if part), key, form), notes)


def _bare(name: str) -> str:
    """The folded name without quotes and with one spelling of dashes, initials and signs."""
    text = _INITIALS.sub(r"\1", fold(plain_dashes(_unquoted(name))))
    text = re.sub(r"\s*-\s*", "-", re.sub(r"№\s+", "№", text))
    return " ".join(text.split()).strip(" ,;.") or ("" if not text.strip(" ,;.") else text)


def _unquoted(text: str) -> str:
    return re.sub(f"[{re.escape(_QUOTES)}]", "", text)


def _set_quotes(text: str) -> str:
    """Every pair of quotes as «…», a pair inside as „…“; what was not closed is closed, a stray mark goes."""
    if not _ANY_QUOTE.search(text):
        return " ".join(text.split()).strip(" ,;")
    text = _SINGLE_QUOTED.sub(r'"\1"', _DOUBLED_MARKS.sub('"', text))
    result: list[str] = []
    depth = 0
    for index, char in enumerate(text):
        if char not in _QUOTES:
            result.append(char)
        elif _opens(text, index, depth):
            if depth == _DEEPEST:
                continue
            depth += 1
            result.append(_mark(depth, 0))
        elif depth:
            result.append(_mark(depth, 1))
            depth -= 1
    result.extend(_mark(level, 1) for level in range(depth, 0, -1))
    return _tidy("".join(result))


def _opens(text: str, index: int, depth: int) -> bool:
    char = text[index]
    if char in _OPENING:
        return True
    if char in _CLOSING:
        return False
    before = text[index - 1 : index] if index else ""
    after = text[index + 1 : index + 2]
    starts_word = after.isalnum() or (after in _QUOTES and after not in _CLOSING and after != "")
    if not before or before.isspace() or before in "(-–—/" or (before in _QUOTES and starts_word):
        return bool(after) and not after.isspace()
    # ООО"Ромашка": nothing is open, so a mark between letters opens.
    return depth == 0 and starts_word


def _mark(depth: int, side: int) -> str:
    return _INNER[min(depth, 2)][side]


def _tidy(text: str) -> str:
    previous = ""
    while previous != text:
        previous = text
        text = re.sub(r"«\s*„([^«»„“]*)“\s*»", r"«\1»", text)
        text = re.sub(r"„\s*„([^„“]*)“\s*“", r"„\1“", text)
        text = re.sub(r"«\s*»|„\s*“", "", text)
    text = re.sub(r"([«„])\s+", r"\1", re.sub(r"\s+([»“])", r"\1", text))
    text = re.sub(r"(?<=\w)([«„])", r" \1", re.sub(r"([»“])(?=\w)", r"\1 ", text))
    return " ".join(text.split()).strip(" ,;")
