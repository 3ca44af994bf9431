"""Dates said in words: «тридцать первое мая две тысячи двадцать четвёртого года», and English months."""

from __future__ import annotations

import re

_STEMS = (
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат"
    " шестнадцат семнадцат восемнадцат девятнадцат двадцат"
).split()
_ORDINALS = {stem: number for number, stem in enumerate(_STEMS, start=1)}
_TENS = {"двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70}
_TENS |= {"восемьдесят": 80, "девяносто": 90}
_ROUND = {"тридцат": 30, "сороков": 40, "пятидесят": 50, "шестидесят": 60, "семидесят": 70, "восьмидесят": 80}
_ROUND |= {"девяност": 90, "двухтысячн": 2000}
_HUNDREDS = {"тысяча девятьсот": 1900, "две тысячи": 2000}

_ORDINAL = re.compile(
    rf"(?P<hundreds>{'|'.join(_HUNDREDS)})?\s*\b(?:(?P<tens>{'|'.join(_TENS)})\s+)?"
    rf"(?P<stem>{'|'.join(sorted({*_ORDINALS, *_ROUND}, key=len, reverse=True))})"
    r"(?:ого|ьего|ое|ье|ий|ый|ой|ом|ьем)\b"
)
_MONTHS = {
    "january": "янв", "february": "фев", "march": "мар", "april": "апр", "may": "май", "june": "июн",
    "july": "июл", "august": "авг", "september": "сен", "october": "окт", "november": "ноя", "december": "дек",
}  # fmt: skip
_SHORT = {name[:3]: russian for name, russian in _MONTHS.items()} | {"sept": "сен"}
_ENGLISH = re.compile(rf"(?<![a-z])(?:{'|'.join((*_MONTHS, 'sept', *_SHORT))})(?![a-z])")
_ENGLISH_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


def in_figures(text: str) -> str:
    """The folded text with ordinals in words as numbers and English months as Russian ones.

    "тридцать первое мая 2015" → "31 мая 2015"; the sum of impossible words («тридцать двадцатое») is no day either.
    """
    if text.isascii() and text[-1:].isdigit() and not any(char.isalpha() for char in text):
        return text
    spoken = _ORDINAL.sub(_number, text)
    english = _ENGLISH.sub(lambda match: (_MONTHS | _SHORT)[match[0]], spoken)
    return _ENGLISH_ORDINAL.sub("", english)


def _number(match: re.Match[str]) -> str:
    stem = match["stem"]
    number = _ORDINALS.get(stem) or _ROUND[stem]
    return f"{_HUNDREDS.get(match['hundreds'] or '', 0) + _TENS.get(match['tens'] or '', 0) + number}"
