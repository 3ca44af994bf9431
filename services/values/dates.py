"""Dates, whole or partial. A partial date is an ISO prefix: "2024", "2024-01", "2024-01-10"."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from services.values.cleaned import Cleaned, Note, error, info, shown, warning
from services.values.date_words import in_figures
from services.values.plain import as_text, fold, is_absent, plain_dashes

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100

_MONTH_STEMS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTH = (
    r"(янв(?:ар[ьяе])?|фев(?:р(?:ал[ьяе])?)?|мар(?:т[ае]?)?|апр(?:ел[ьяе])?|ма[йяе]|июн[ьяе]?|июл[ьяе]?"
    r"|авг(?:уст[ае]?)?|сент?(?:ябр[ьяе])?|окт(?:ябр[ьяе])?|ноя(?:б(?:р[ьяе])?)?|дек(?:абр[ьяе])?)"
)
_YEAR = r"(\d{2}|\d{4,})"

_QUOTES = re.compile(r"[«»\"'“”„`]")
_WEEKDAY = re.compile(
    r"(?:пн|вт|ср|чт|пт|сб|вс|пнд|втр|срд|чтв|птн|сбт|вск|понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]"
    r"|воскресенье)\b\.?,?\s*"
)
_LEAD = re.compile(r"(?:от|с|со|до|по|дата|дата:)\s+(?=\d)|в\s+(?=[а-я])")
_TIME = re.compile(r"(?:t|,?\s+(?:в\s+)?)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?:z|[+-]\d{2}:?\d{2})?\Z")
_TIME_FIRST = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?,?\s+(?=\d)")
_YEAR_WORD = re.compile(r"(?<=\d)\s*(?:г\.?\s?г?\.?|год[ауе]?|г\.?\s?р\.?|г(?:\.|ода)?\s*рожд\w*\.?)\Z")
_QUARTER = re.compile(
    r"(?:([1-4]|i{1,3}|iv)(?:-?[йыи]+)?\s*кв(?:артал[а-я]*)?\.?|(?:q|кв\.?)\s?([1-4]))[\s,/-]*(\d{4})"
)

_PLAIN_DMY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_PLAIN_YMD = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YMD = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YM = re.compile(r"(\d{4})[-./](\d{1,2})")
_DMY = re.compile(rf"(\d{{1,2}})[-./, ](\d{{1,2}})[-./, ]{_YEAR}")
_MY = re.compile(r"(\d{1,2})[-./ ](\d{4,})")
_D_WORD_Y = re.compile(rf"(\d{{1,2}})(?:-?(?:го|ое|е))?[- .]*{_MONTH}[- .,]*{_YEAR}")
_WORD_D_Y = re.compile(rf"{_MONTH}[- .]+(\d{{1,2}})[- .,]+(\d{{4,}})")
_Y_D_WORD = re.compile(rf"(\d{{4}})[- .,]+(\d{{1,2}})[- .]*{_MONTH}")
_WORD_Y = re.compile(rf"{_MONTH}[- .,]*(\d{{4,}})")
_Y_WORD = re.compile(rf"(\d{{4,}})[- .,]*{_MONTH}\.?")
_NUMBER = re.compile(r"\d+")
# Day and hour of a spreadsheet; a sum of money has two places at most.
_SERIAL_WITH_TIME = re.compile(r"[2-7]\d{4}[.,]\d{3,}")

# Day 0 of the spreadsheet calendar, and the serial numbers that are taken for dates (1927 … 2119).
_SERIAL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(10_000, 80_001)
# "24" is 2024 and "74" is 1974: members are born in the last century, contracts end in this one.
_CENTURY_TURN = 50


@dataclass(frozen=True)
class _Parts:
    year: str
    month: int | None = None
    day: int | None = None


def clean_date(raw: object, *, earliest: int = EARLIEST_YEAR, latest: int = LATEST_YEAR) -> Cleaned[str]:
    """An ISO prefix with the precision that was given: "2024", "2024-01" or "2024-01-10".

    Accepts date and datetime, 30.11.2022, 01.2024, «2022 г.», 10.1.24, Russian month words, ISO, a spreadsheet's
    serial number (with a note); a time of day is dropped. earliest, latest: years allowed, inclusive.
    An impossible day, a year outside or text that is no date gives None and an error.
    """
    return _plain_date(raw, earliest, latest) or _read_date(raw, earliest, latest)


def _plain_date(raw: object, earliest: int, latest: int) -> Cleaned[str] | None:
    """The date of a cell that holds one as a value, as 30.11.2022 or in ISO; None: it takes a closer look."""
    if type(raw) is str:
        if match := _PLAIN_DMY.fullmatch(raw):
            year, month, day = match[3], match[2], match[1]
        elif match := _PLAIN_YMD.fullmatch(raw):
            year, month, day = match[1], match[2], match[3]
        else:
            return None
        if not earliest <= int(year) <= latest or int(year) == 1:
            return None
        try:
            return Cleaned(dt.date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            return None
    if type(raw) in (dt.date, dt.datetime):
        assert isinstance(raw, dt.date)
        if earliest <= raw.year <= latest and raw.year != 1:
            return Cleaned(f"{raw.year:04}-{raw.month:02}-{raw.day:02}")
    return None


def _read_date(raw: object, earliest: int, latest: int) -> Cleaned[str]:
    """The date of a cell that may hold words, a number or a partial date."""
    if is_absent(raw) or _is_empty_date(raw):
        return Cleaned(None)
    if isinstance(raw, dt.date):
        return _checked(_Parts(f"{raw.year:04}", raw.month, raw.day), as_text(raw), earliest, latest)
    text = _month_number(raw) or as_text(raw)
    if isinstance(raw, bool):
        return Cleaned(None, (_unreadable(text),))
    prepared, says_year = _prepare(text)
    if _NUMBER.fullmatch(prepared):
        return _from_number(prepared, text, says_year, earliest, latest)
    if isinstance(raw, float) and int(raw) in _SERIALS:
        return _from_number(str(int(raw)), text, says_year, earliest, latest)
    if quarter := _QUARTER.fullmatch(prepared):
        year = _checked(_Parts(quarter[3]), text, earliest, latest)
        noted = warning(f"Указан квартал {shown(text)}: сохранён только год.")
        return Cleaned(year.value, (*year.notes, noted) if year.value else year.notes)
    if _SERIAL_WITH_TIME.fullmatch(text):
        return _from_number(prepared[:5], text, says_year, earliest, latest)
    parts = _parts(prepared)
    if parts is None:
        return Cleaned(None, (_unreadable(text),))
    return _checked(parts, text, earliest, latest)


def clean_full_date(raw: object, *, earliest: int = EARLIEST_YEAR, latest: int = LATEST_YEAR) -> Cleaned[dt.date]:
    """A whole date for fields that need one; a partial date gives None and an error that says so."""
    partial = clean_date(raw, earliest=earliest, latest=latest)
    if partial.value is None:
        return Cleaned(None, partial.notes)
    if len(partial.value) < 10:
        text = f"Нужна полная дата (день, месяц и год), а указано {shown(as_text(raw))}."
        return Cleaned(None, (*partial.notes, error(text)))
    return Cleaned(dt.date.fromisoformat(partial.value), partial.notes)


def time_of_day(raw: object) -> str | None:
    """The time written after a date, "19:13"; None when there is none, or midnight as spreadsheets write it."""
    if isinstance(raw, dt.datetime):
        raw = as_text(raw)
    match = _TIME.search(fold(as_text(raw))) if isinstance(raw, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or match[1].strip("0") + match[2].strip("0") == "":
        return None
    return f"{match[1]:0>2}:{match[2]}"


def format_date(partial: str | None) -> str:
    """The date as people read it: "2024-01-10" → "10.01.2024", "2024-01" → "01.2024", "2024" → "2024 г."; None → ""."""
    if not partial:
        return ""
    pieces = partial.split("-")
    return f"{partial} г." if len(pieces) == 1 else ".".join(reversed(pieces))


def _is_empty_date(raw: object) -> bool:
    """1C writes 0001-01-01 for "no date"."""
    return raw.year == 1 if isinstance(raw, dt.date) else as_text(raw).startswith(("0001-01-01", "01.01.0001"))


def _month_number(raw: object) -> str | None:
    """A spreadsheet turns "10.2020" into the number 10.202: give the month and year back."""
    if isinstance(raw, float) and 1 <= raw < 13 and round(raw, 4) == raw and not raw.is_integer():
        return f"{raw:.4f}"
    return None


def _prepare(text: str) -> tuple[str, bool]:
    """Folded text without weekday, time, quotes and «г.»; and whether it said «г.» (then a number is a year)."""
    prepared = in_figures(_TIME_FIRST.sub("", _QUOTES.sub("", plain_dashes(fold(text))).strip()))
    prepared = _LEAD.sub("", _WEEKDAY.sub("", prepared, count=1) if _WEEKDAY.match(prepared) else prepared, count=1)
    prepared = _TIME.sub("", prepared).rstrip(" ,;")
    without_word = _YEAR_WORD.sub("", prepared)
    result = re.sub(r"\s*([-./,])\s*", r"\1", without_word.strip().rstrip("."))
    return result, without_word != prepared


def _parts(text: str) -> _Parts | None:
    if match := _YMD.fullmatch(text):
        return _Parts(match[1], int(match[2]), int(match[3]))
    if match := _YM.fullmatch(text):
        return _Parts(match[1], int(match[2]))
    if match := _DMY.fullmatch(text):
        return _Parts(match[3], int(match[2]), int(match[1]))
    if match := _MY.fullmatch(text):
        return _Parts(match[2], int(match[1]))
    if match := _D_WORD_Y.fullmatch(text):
        return _Parts(match[3], _month(match[2]), int(match[1]))
    if match := _WORD_D_Y.fullmatch(text):
        return _Parts(match[3], _month(match[1]), int(match[2]))
    if match := _Y_D_WORD.fullmatch(text):
        return _Parts(match[1], _month(match[3]), int(match[2]))
    if match := _WORD_Y.fullmatch(text):
        return _Parts(match[2], _month(match[1]))
    if match := _Y_WORD.fullmatch(text):
        return _Parts(match[1], _month(match[2]))
    return None


def _month(word: str) -> int:
    # «март» begins with «ма» too, so the longest stem decides.
    stem = max((stem for stem in _MONTH_STEMS if word.startswith(stem)), key=len)
    return _MONTH_STEMS.index(stem) + 1


def _from_number(digits: str, text: str, says_year: bool, earliest: int, latest: int) -> Cleaned[str]:
    """A bare number: a year, a compact date (20240512, 12052024) or a serial number of a spreadsheet."""
    if not says_year and len(digits) == 8:
        for year, month, day in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
            found = _checked(_Parts(year, int(month), int(day)), text, earliest, latest)
            if found.value is not None:
                return found
        return Cleaned(None, (_unreadable(text),))
    if not says_year and len(digits) == 5 and int(digits) in _SERIALS:
        date = _SERIAL_EPOCH + dt.timedelta(days=int(digits))
        found = _checked(_Parts(f"{date.year:04}", date.month, date.day), text, earliest, latest)
        read = f"Число {digits} прочитано как дата {date:%d.%m.%Y} (так её хранит Excel)"
        # 20203 is more often a year with a slip of the finger than a day in 1954.
        doubtful = digits.startswith(("19", "20"))
        note = warning(f"{read}; если это год, исправьте его.") if doubtful else info(f"{read}.")
        return found if found.value is None else Cleaned(found.value, (*found.notes, note))
    if len(digits) == 2 and not says_year:
        return Cleaned(None, (_unreadable(text),))
    return _checked(_Parts(digits), text, earliest, latest)


def _checked(parts: _Parts, text: str, earliest: int, latest: int) -> Cleaned[str]:
    notes: tuple[Note, ...] = ()
    year = int(parts.year[:9])
    if len(parts.year) == 2:
        year = _full_year(year, earliest, latest)
        notes = (info(f"Год «{parts.year}» прочитан как {year}: {shown(text)}."),)
    if len(parts.year) > 4:
        return Cleaned(None, (error(f"В дате {shown(text)} неверный год {parts.year[:20]}: проверьте его."),))
    if not earliest <= year <= latest:
        wrong = f"В дате {shown(text)} год {year} не подходит: нужен от {earliest} до {latest}."
        return Cleaned(None, (error(wrong),))
    if parts.month is None:
        return Cleaned(f"{year:04}", notes)
    if not 1 <= parts.month <= 12:
        return Cleaned(None, (error(f"В дате {shown(text)} месяц {parts.month}, такого не бывает."),))
    if parts.day is None:
        return Cleaned(f"{year:04}-{parts.month:02}", notes)
    try:
        return Cleaned(dt.date(year, parts.month, parts.day).isoformat(), notes)
    except ValueError:
        return Cleaned(None, (error(f"Дня {parts.day:02}.{parts.month:02}.{year} не бывает: {shown(text)}."),))


def _full_year(short: int, earliest: int, latest: int) -> int:
    this, last = 2000 + short, 1900 + short
    likely, other = (this, last) if short < _CENTURY_TURN else (last, this)
    return likely if earliest <= likely <= latest or not earliest <= other <= latest else other


def _unreadable(text: str) -> Note:
    return error(f"Не удалось прочитать дату {shown(text)}.")


def first_day(partial: str) -> dt.date:
    """The first day of a year, of a month, or the day itself."""
    return dt.date.fromisoformat((partial + "-01-01")[:10])


def last_day(partial: str) -> dt.date:
    """The last day of a year, of a month, or the day itself."""
    if len(partial) == 10:
        return dt.date.fromisoformat(partial)
    year, month = int(partial[:4]), int(partial[5:] or 12)
    return dt.date(year, month, calendar.monthrange(year, month)[1])
