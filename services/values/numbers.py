"""Whole numbers and sums of money as people write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from services.values.cleaned import Cleaned, error, info, shown
from services.values.plain import as_text, fold, is_absent, plain_dashes

# Beyond this no count or sum of the association lies, and a database integer still holds it.
_MOST_DIGITS = 15
_CENT = Decimal("0.01")
_UNIT = re.compile(r"(?:руб(?:л(?:ь|я|ей))?|р|₽|rub|rur|чел(?:овек[а]?)?|шт(?:ук[аи]?)?)\.?")
_SCALE = re.compile(r"(тыс(?:яч[аи]?)?|млн|миллион(?:а|ов)?|млрд|миллиард(?:а|ов)?)\.?")
_SCALES = {"тыс": 1_000, "млн": 1_000_000, "мил": 1_000_000, "млр": 1_000_000_000}
_ROUBLES_KOPECKS = re.compile(r"([\d ]+)\s*(?:руб\w*|р)\.?\s*(\d{1,2})\s*коп\w*\.?")
_NUMBER = re.compile(r"([+-]?)\s*(\d[\d '’.,]*)")
_GROUPED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+|\d+")


def clean_integer(raw: object) -> Cleaned[int]:
    """A whole number: 100, "1 200", "25.0", "40 чел."; a fraction or words give None and an error."""
    if is_absent(raw) and not isinstance(raw, bool):
        return Cleaned(None)
    text = as_text(raw)
    number = None if isinstance(raw, bool) else _parse(text)
    if number is None:
        return Cleaned(None, (error(f"Нужно целое число, а указано {shown(text)}."),))
    if number != number.to_integral_value():
        return Cleaned(None, (error(f"Нужно целое число, а указано дробное: {shown(text)}."),))
    return Cleaned(int(number))


def clean_money(raw: object) -> Cleaned[Decimal]:
    """A sum in roubles with kopecks: "35 000 000", "1 500,50 руб.", "35 тыс. руб."; other text: None and an error."""
    if is_absent(raw) and not isinstance(raw, bool):
        return Cleaned(None)
    text = as_text(raw)
    number = None if isinstance(raw, bool) else _parse(text)
    if number is None:
        return Cleaned(None, (error(f"Не удалось прочитать сумму {shown(text)}."),))
    rounded = number.quantize(_CENT, rounding=ROUND_HALF_UP)
    notes = () if rounded == number else (info(f"Сумма {shown(text)} округлена до копеек: {rounded}."),)
    return Cleaned(rounded, notes)


def _parse(text: str) -> Decimal | None:
    """The number in the text, None when it holds anything else or can be read in two ways."""
    folded = plain_dashes(fold(text))
    if both := _ROUBLES_KOPECKS.fullmatch(folded):
        folded = f"{both[1].strip()},{both[2]:0>2}"
    folded = _strip_end(folded, _UNIT)
    scale = 1
    if found := re.search(_SCALE.pattern + r"\Z", folded):
        scale = _SCALES[found[1][:3]]
        folded = folded[: found.start()].strip()
    match = _NUMBER.fullmatch(folded)
    digits = None if match is None else _plain_digits(match[2].rstrip())
    if match is None or digits is None or len(digits.partition(".")[0].lstrip("0")) > _MOST_DIGITS:
        return None
    return Decimal(f"{match[1]}{digits[:40]}") * scale


def _strip_end(text: str, unit: re.Pattern[str]) -> str:
    found = re.search(rf"(?<![^\W\d_])(?:{unit.pattern})\Z", text)
    return text[: found.start()].strip() if found else text


def _plain_digits(text: str) -> str | None:
    """ "1 500,50" → "1500.50"; None when a separator could mean thousands as well as a fraction ("1,500")."""
    separators = re.findall(r"[.,]", text)
    whole, fraction = text, ""
    if len(set(separators)) == 2 and separators.count(separators[-1]) == 1:
        whole, _, fraction = text.rpartition(separators[-1])
        whole = re.sub(r"[.,](?=\d{3}(?!\d))", " ", whole)
    elif len(separators) > 1 and len(set(separators)) == 1:
        whole = re.sub(r"[.,](?=\d{3}(?!\d))", " ", text)
    elif separators:
        whole, _, fraction = text.partition(separators[0])
        if len(fraction) == 3 and not whole.startswith("0") and len(whole) <= 3:
            return None
    if _GROUPED.fullmatch(whole) is None or not re.fullmatch(r"\d*", fraction):
        return None
    return re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else "")
