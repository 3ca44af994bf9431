"""Text, blanks, comparison, choices and yes/no: the ground the other cleaners stand on."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from services.values.cleaned import Cleaned, error, shown

REMEMBERED = 4096
"""Texts whose clean form is remembered: a cell of a load is asked for several times, a region in many rows."""

# Dots, dashes and the like: a cell that holds nothing else says nothing.
_MARKS_ONLY = re.compile(r"[\s.,:;_/\\…\-\u2010-\u2015\u2212]*")
_BLANK_WORDS = frozenset(
    {
        *("нет данных", "нет сведений", "нет информации", "нет инф", "данных нет", "данные отсутствуют", "нд", "н/д"),
        *("н.д", "н д", "б/д", "без данных", "отсутствует", "отсутствуют", "отсутствует информация", "прочерк"),
        *("не указан", "не указана", "не указано", "не указаны", "не заполнено", "не заполнен", "не заполнена"),
        *("не имеется", "не задано", "не задан", "пусто", "n/a", "#n/a", "#н/д", "na", "n.a", "null", "none", "nan"),
        *("nat", "<na>", "undefined", "(пусто)", "#ref!", "#value!", "#знач!", "#ссылка!", "#div/0!", "#дел/0!"),
    }
)
# «нет» answers a yes/no question, yet in a cell for a number or an address it says there is none.
_NONE_WORDS = frozenset({"нет", "нету", "не имеет", "no", "без номера", "нет номера", "нет телефона", "нет почты"})
_NONE_WORDS |= {"нет сайта", "сайта нет", "нет адреса", "нет инн", "нет огрн", "нет email", "нет e-mail"}

_EXCEL_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FLOAT_TAIL = re.compile(r"(?<![\d.,])(-?\d{5,})\.0\Z")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]")

_YES = frozenset({"да", "д", "yes", "y", "true", "истина", "1", "+", "есть", "v", "✓", "✔", "☑", "имеется"})
_NO = frozenset({"нет", "н", "no", "n", "false", "ложь", "0", "-", "нету"})


def as_text(raw: object, *, multiline: bool = False) -> str:
    """The text of a cell value: NFC, one kind of space, no invisible or control characters; "" for an empty cell.

    With multiline, line breaks stay (each line is cleaned), because in lists they separate.
    """
    text = raw if type(raw) is str else _to_str(raw)
    if text.isprintable() and "_x" not in text:
        # Nearly every cell: one line with nothing invisible in it, so no look at each letter.
        return _tidy_line(text)
    text = _EXCEL_ESCAPE.sub(_unescape, text)
    lines = text.splitlines() if multiline else [text]
    cleaned = (_clean_line(line) for line in lines)
    return "\n".join(line for line in cleaned if line)


def _unescape(match: re.Match[str]) -> str:
    """Excel writes control characters as _x000D_; other codes are left as somebody's text."""
    code = int(match[1], 16)
    return "\n" if code in (0x0A, 0x0D) else " " if code < 0x20 else match[0]


def _clean_line(line: str) -> str:
    return _tidy_line(line if line.isprintable() else _without_invisible(line))


@lru_cache(maxsize=REMEMBERED)
def _tidy_line(line: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", line).split())
    return _FLOAT_TAIL.sub(r"\1", text) if text.endswith(".0") else text


def _without_invisible(line: str) -> str:
    kept = []
    for char in line:
        category = unicodedata.category(char)
        if category in ("Cf", "Cs"):
            continue
        kept.append(" " if category == "Cc" else char)
    return "".join(kept)


def _to_str(raw: object) -> str:
    if raw is None or _is_not_a_number(raw):
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "да" if raw else "нет"
    if isinstance(raw, float):
        # 15 significant digits is what a spreadsheet shows and holds.
        return str(int(raw)) if raw.is_integer() else f"{Decimal(f'{raw:.15g}'):f}"
    if isinstance(raw, Decimal):
        return f"{raw.to_integral_value():f}" if raw == raw.to_integral_value() else f"{raw:f}"
    if isinstance(raw, dt.datetime):
        midnight = raw.time() == dt.time()
        return f"{raw:%d.%m.%Y}" if midnight else f"{raw:%d.%m.%Y %H:%M}"
    if isinstance(raw, dt.date):
        return f"{raw:%d.%m.%Y}"
    if isinstance(raw, bytes):
        return raw.decode("utf-8", errors="replace")
    return str(raw)


def _is_not_a_number(raw: object) -> bool:
    if isinstance(raw, float):
        return not math.isfinite(raw)
    if isinstance(raw, Decimal):
        return not raw.is_finite()
    # pandas.NaT passes for a datetime, yet has no year.
    return isinstance(raw, dt.date) and not isinstance(raw.year, int)


def is_blank(raw: object) -> bool:
    """Does the cell say nothing: None, "", NBSP, dashes, «нет данных», «n/a»; «нет» is an answer, so not blank."""
    return _folded_is_blank(fold(as_text(raw)))


def is_absent(raw: object) -> bool:
    """Blank, or «нет» in a cell where it can only mean that there is no number, address or date."""
    folded = fold(as_text(raw))
    return _folded_is_blank(folded) or folded.strip(" .()[]") in _NONE_WORDS


def _folded_is_blank(text: str) -> bool:
    return _MARKS_ONLY.fullmatch(text) is not None or text in _BLANK_WORDS or text.strip(" .()[]«»\"'") in _BLANK_WORDS


@lru_cache(maxsize=REMEMBERED)
def fold(text: str) -> str:
    """The form for search and comparison: lower case, ё as е, one kind of space, spaces collapsed and stripped."""
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    return " ".join(lowered.replace("ё", "е").split())


def plain_dashes(text: str) -> str:
    """Every dash and minus as "-", for values in which they mean the same."""
    return _DASHES.sub("-", text)


def clean_text(raw: object, *, multiline: bool = False) -> Cleaned[str]:
    """One line of clean text (see as_text); 120034.0 becomes "120034", dates дд.мм.гггг. Blank and «нет» give None."""
    line = as_text(raw)
    folded = fold(line)
    if _folded_is_blank(folded) or folded.strip(" .()[]") in _NONE_WORDS:
        return Cleaned(None)
    return Cleaned(as_text(raw, multiline=True) if multiline else line)


def clean_yes_no(raw: object) -> Cleaned[bool]:
    """да/нет, +/-, yes/no, 1/0, true/false in any case; here a lone dash is «нет», not a blank."""
    text = plain_dashes(fold(as_text(raw)))
    bare = text.strip(" .!") or text
    if bare in _YES:
        return Cleaned(True)
    if bare in _NO:
        return Cleaned(False)
    if is_blank(raw):
        return Cleaned(None)
    return Cleaned(None, (error(f"Нужно «да» или «нет», а указано {shown(as_text(raw))}."),))


def clean_choice(raw: object, choices: Mapping[str, str]) -> Cleaned[str]:
    """The stored value for one of the accepted spellings.

    choices: spelling → stored value, e.g. {"Онлайн": "online", "он-лайн": "online"}; the stored value itself is
    accepted too. Case, ё/е and spaces do not matter. Anything else: None and an error that lists the spellings.
    """
    text = as_text(raw)
    folded = fold(text)
    accepted = {fold(stored): stored for stored in choices.values()}
    accepted |= {fold(spelling): stored for spelling, stored in choices.items()}
    if folded in accepted:
        return Cleaned(accepted[folded])
    if is_blank(raw):
        return Cleaned(None)
    # One spelling per stored value: the list is for people.
    first_spellings: dict[str, str] = {}
    for spelling, stored in choices.items():
        first_spellings.setdefault(stored, spelling)
    listed = ", ".join(shown(spelling) for spelling in first_spellings.values())
    return Cleaned(None, (error(f"Значения {shown(text)} нет в списке: {listed}."),))
