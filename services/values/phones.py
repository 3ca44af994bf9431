"""Telephone numbers, several in one cell.

A cleaned cell is a list joined by ", ": E.164 numbers, each with its extension and the words that stood beside it,
"+74951110022 доб. 15, +79161234567 (касса)". What is no valid number stands in the list as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import phonenumbers
from phonenumbers import PhoneMetadata

from services.values.cleaned import Cleaned, Note, digits_counted, info, shown, warning
from services.values.plain import as_text, is_absent, plain_dashes

_REGION = "RU"
_EXTENSION_WORDS = r"(?:(?:добавочн\w*|внутренн\w*)(?:\s+номер)?|доб|внутр|вн|ext|оп|[xх#](?=\s?\d))"


def _extension_pattern(joint: str) -> re.Pattern[str]:
    """One or several extensions in one breath; digits that go on as a number are left alone."""
    return re.compile(
        rf"(?<![^\W\d_]){_EXTENSION_WORDS}(?![^\W\d_])[.:\s№]*"
        rf"(\d{{1,3}}-\d{{1,3}}(?![\d-])|\d{{1,6}}(?:\s*(?:{joint})\s*\d{{1,6}}(?!\d|[\s-]*[\d(]))*)(?!\d)",
        re.IGNORECASE,
    )


_EXTENSION = _extension_pattern(r"/|\bи\b|\bили\b")
# Only in brackets, «(доб. 101, 102)», a comma joins extensions: elsewhere it parts numbers.
_BRACKETED_EXTENSION = _extension_pattern(r",|/|\bи\b|\bили\b")
# Private characters stand for what was set aside while the cell is taken apart: words in brackets, extensions.
_WORDS_MARK = re.compile("\ue000(\\d+)\ue000")
_EXTENSION_MARK = re.compile("\ue001([\\d:]+)\ue001")
_MARK_CHARACTERS = re.compile("[\ue000\ue001]")
_BRACKETED_WORDS = re.compile(r"\(([^()]*[^\W\d_][^()]*)\)")
_SEPARATORS = re.compile(
    r"[,;\n|\\]+|(?<=\d)\s*/\s*(?=[+(\d])|(?<=[\d)])\s+(?:и|или)\s+(?=[+(\d])|(?<=[\d)(])\s*(?=\+\d)"
)
# Signs before a number are looked at once: without the look back, a cell of pluses costs their number squared.
_DIGITS = re.compile(r"(?<![+(])[+(]*\d(?:[\d\s().*-]*\d)?")
_RUSSIAN_IN_A_ROW = re.compile(r"(?:\+?7|8)(?:[\s().-]*\d){10}")
# «(495) 111-00-22 (495) 333-44-55», «(495) 111-00-22 333-44-55»: a code in brackets begins the next number.
_WITH_CODE = (
    r"(?:(?:\+?7|8)[\s.-]*)?"
    r"(?:\(\d{3}\)(?:[\s.-]*\d){7}|\(\d{4}\)(?:[\s.-]*\d){6}|\(\d{5}\)(?:[\s.-]*\d){5})(?!\d)"
)
_CODES_IN_A_ROW = re.compile(rf"{_WITH_CODE}|(?<!\d)\d{{3}}[\s.-]\d{{2}}[\s.-]\d{{2}}(?!\d)")
_STARTS_WITH_CODE = re.compile(_WITH_CODE)
_SLASHED_CODE = re.compile(r"(?<!\d)([78])/(\d{3,5})/(?=\d)")
_LAST_TWO = re.compile(r"-?\d{2}")
_EMPTY_LABEL = re.compile(
    r"(?<![^\W\d_])(?:телефоны?|тел|т|для связи|связь|номер|контакты?|моб(?:ильный)?|сот(?:овый)?|м"
    r"|phone|tel|mob(?:ile)?|cell)(?![^\W\d_])[.:]*",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 5, 15
# One Russian number and nothing else, as nearly every cell holds it; whatever it does not match is read slowly.
_PLAIN = re.compile(r"(?:(?:\+?7|8)[ -]?)?(?:\([0-9]{3}\)|[0-9]{3})[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}")
_CANONICAL = re.compile(r"\+7[0-9]{10}(?:, \+7[0-9]{10})*")
_PUNCTUATION = str.maketrans("", "", "+() -")


def _russian_numbers() -> re.Pattern[str]:
    """The ten digits of the numbers that phonenumbers calls valid fixed, mobile and free ones of Russia."""
    metadata = PhoneMetadata.metadata_for_region(_REGION)
    kinds = (metadata.fixed_line, metadata.mobile, metadata.toll_free) if metadata else ()
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return re.compile(rf"(?=[0-9]{{10}}\Z)(?:{'|'.join(patterns) or '(?!)'})")


_RUSSIAN = _russian_numbers()


@dataclass(frozen=True)
class Phone:
    """A number (E.164) with its extension and words, or, with number "", text that is no number."""

    number: str
    extension: str = ""
    words: str = ""
    area: str = ""

    @property
    def key(self) -> str:
        """Equal for the same number with the same extension: "+74951110022;ext=15"."""
        return f"{self.number};ext={self.extension}" if self.extension else self.number or self.words

    def __str__(self) -> str:
        extension = f" доб. {self.extension}" if self.extension else ""
        words = f" ({self.words})" if self.words and self.number else self.words
        return f"{self.number}{extension}{words}"


def clean_phones(raw: object) -> Cleaned[str]:
    """Every number of the cell in the canonical form of this module; each number once.

    A local number after one with an area code gets that code (info note). What is no valid number is kept as text
    with a warning.
    """
    if plain := _plain(raw if type(raw) is str else as_text(raw)):
        return Cleaned(plain)
    return _read_cell(raw)


def _plain(text: str) -> str | None:
    """The canonical form of a cell with one plain Russian number, or of one that is a list of such already."""
    if _PLAIN.fullmatch(text):
        national = text.translate(_PUNCTUATION)[-10:]
        return f"+7{national}" if _RUSSIAN.fullmatch(national) else None
    if _CANONICAL.fullmatch(text):
        numbers = text.split(", ")
        if len(set(numbers)) == len(numbers) and all(_RUSSIAN.fullmatch(number[2:]) for number in numbers):
            return text
    return None


def _read_cell(raw: object) -> Cleaned[str]:
    """The numbers of a cell with words, extensions, several numbers or a wrong one."""
    items, notes = _read(raw)
    return Cleaned(_join(items), notes)


def merge_phones(old: str | None, new: str | None) -> str | None:
    """Both lists in order, each number once; two numbers are the same when number and extension are."""
    known, other = _plain(old or ""), _plain(new or "")
    if known == old and other == new and known and other:
        return ", ".join(dict.fromkeys((*known.split(", "), *other.split(", "))))
    return _join([*listed_phones(old), *listed_phones(new)])


def phone_numbers(value: str | None) -> tuple[str, ...]:
    """The numbers one can dial from a cleaned value: "+74951110022;ext=15"; words and wrong numbers are left out."""
    if value and _plain(value) == value:
        return tuple(value.split(", "))
    return tuple(dict.fromkeys(item.key for item in listed_phones(value) if item.number))


def listed_phones(value: str | None) -> list[Phone]:
    """The items of a cleaned list, each for itself: a neighbour lends no area code here."""
    return [item for part in (value or "").split(", ") for item in _read(part)[0]]


def _join(items: Iterable[Phone]) -> str | None:
    united: dict[str, Phone] = {}
    for item in items:
        known = united.get(item.key)
        united[item.key] = replace(known, words=known.words or item.words) if known else item
    return ", ".join(str(item) for item in united.values()) or None


def _read(raw: object) -> tuple[list[Phone], tuple[Note, ...]]:
    if is_absent(raw):
        return [], ()
    text = _without_stray_brackets(_MARK_CHARACTERS.sub(" ", as_text(raw, multiline=True)))
    aside: list[str] = []
    text = _SLASHED_CODE.sub(r"\1 (\2) ", _ascii_digits(plain_dashes(text)))
    marked = _BRACKETED_WORDS.sub(lambda match: _set_aside(match[1], aside), text)
    marked = re.sub("[\\s,;(]+(?=\ue001)", " ", _mark_extensions(marked, _EXTENSION))
    items: list[Phone] = []
    notes: list[Note] = []
    neighbour = Phone("")
    for chunk in _SEPARATORS.split(marked):
        for item, note in _read_chunk(chunk, aside, neighbour):
            items.append(item)
            notes.extend(note)
            neighbour = item if item.area else neighbour
    return items, tuple(dict.fromkeys(notes))


def _mark_extensions(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: f" \ue001{':'.join(re.findall('[0-9]+', match[1].replace('-', '')))}\ue001 ", text)


def _set_aside(bracketed: str, aside: list[str]) -> str:
    """What to put in place of words in brackets: their mark, extensions named there, or a number of its own."""
    if any(_dialable(found) for found in _DIGITS.findall(bracketed)):
        return f", {bracketed} "
    marked = _mark_extensions(bracketed, _BRACKETED_EXTENSION)
    extensions = "".join(match[0] for match in _EXTENSION_MARK.finditer(marked))
    words = re.sub(r"\s*[,;|\\\n]+\s*", " ", _EXTENSION_MARK.sub(" ", marked)).strip()
    if not any(char.isalnum() for char in words):
        return f" {extensions} "
    aside.append(words)
    return f" {extensions} \ue000{len(aside) - 1}\ue000 "


def _ascii_digits(text: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def _read_chunk(chunk: str, aside: list[str], neighbour: Phone) -> list[tuple[Phone, tuple[Note, ...]]]:
    """The items of one piece between separators, each with its notes."""
    words = [aside[int(number)] for number in _WORDS_MARK.findall(chunk)]
    bare = _WORDS_MARK.sub(" ", chunk)
    extensions = [number for found in _EXTENSION_MARK.findall(bare) for number in found.split(":")] or [""]
    bare = _EXTENSION_MARK.sub(" ", bare)
    spans = [] if "@" in bare else [span for match in _DIGITS.finditer(bare) for span in _unchain(match)]
    found: list[tuple[int, int, Phone, tuple[Note, ...]]] = []
    for start, end in spans:
        item, notes = _resolve(bare[start:end], neighbour)
        if item is not None:
            found.append((start, end, item, notes))
            neighbour = item if item.area else neighbour
    if not found:
        return _as_text(chunk, aside, bare[slice(*spans[0])] if spans else "")
    result: list[tuple[Phone, tuple[Note, ...]]] = []
    passed = 0
    for start, end, item, notes in found:
        is_last = end == found[-1][1]
        # Words between two numbers belong to the second; what stands after the last, to the last.
        beside = [*_label(bare[passed:start]), *(_label(bare[end:]) + words if is_last else [])]
        named = replace(item, words=" ".join(text for text in beside if _has_letters(text)))
        result += [(replace(named, extension=number), notes) for number in (extensions if is_last else [""])]
        # Figures that are no number stand for themselves: in brackets they would be taken for a code.
        result += [(Phone("", words=text), (_remark(text, text),)) for text in beside if not _has_letters(text)]
        passed = end
    return result


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _unchain(match: re.Match[str]) -> list[tuple[int, int]]:
    """Two numbers written one after another with only a space between them are two."""
    if match[0].count("(") and _STARTS_WITH_CODE.match(match[0]):
        return [
            (match.start() + found.start(), match.start() + found.end()) for found in _CODES_IN_A_ROW.finditer(match[0])
        ]
    chain = list(_RUSSIAN_IN_A_ROW.finditer(match[0]))
    digits = sum(char.isdigit() for char in match[0])
    if len(chain) < 2 or digits != 11 * len(chain):
        return [match.span()]
    return [(match.start() + found.start(), match.start() + found.end()) for found in chain]


def _label(text: str) -> list[str]:
    """The words beside a number, without «тел.» and the like, which say nothing."""
    words = " ".join(_EMPTY_LABEL.sub(" ", text).split()).strip(" .:;,()[]-–—*/\"'«»")
    return [words.replace("(", "").replace(")", "")] if any(char.isalnum() for char in words) else []


def _as_text(chunk: str, aside: list[str], digits: str) -> list[tuple[Phone, tuple[Note, ...]]]:
    whole = _WORDS_MARK.sub(lambda match: f"({aside[int(match[1])]})", chunk)
    whole = _EXTENSION_MARK.sub(lambda match: "доб. " + match[1].replace(":", "/"), whole)
    text = _without_stray_brackets(" ".join(whole.split())).strip(" ;,")
    if is_absent(" ".join(_label(text))):
        return []
    return [(Phone("", words=text), (_remark(text, digits),))]


def _without_stray_brackets(text: str) -> str:
    """Brackets without a pair go, or they would pair up with those of the next item in the list."""
    paired = re.sub(r"\(([^()]*)\)", "\ue000\\1\ue001", text)
    return re.sub(" *[()] *", " ", paired).replace("\ue000", "(").replace("\ue001", ")").strip()


def _remark(text: str, digits: str) -> Note:
    count = sum(char.isdigit() for char in digits)
    if "@" in text:
        return warning(f"Это не телефон, а похоже на адрес почты: {shown(text)}.")
    if not count:
        return warning(f"В телефоне {shown(text)} нет номера.")
    bare = re.sub(r"\D", "", digits)
    expected = 11 if digits.lstrip("( ").startswith("+7") or bare.startswith("8") else 10
    if count == 10 and bare.startswith("79"):
        expected = 11
    if count != expected and (count != 11 or bare[0] not in "78"):
        return warning(f"В номере {shown(text)} {digits_counted(count)} вместо {expected}.")
    return warning(f"Номера {shown(text)} не существует: проверьте код и цифры.")


def _resolve(span: str, neighbour: Phone) -> tuple[Phone | None, tuple[Note, ...]]:
    """The item for one run of digits; neighbour: the number before it, which lends local numbers its code."""
    dialable = _dialable(span)
    if dialable:
        code = re.search(r"\((\d{3,5})\)?", span)
        national = dialable[2:]
        own_area = code[1] if code and national.startswith(code[1]) else national[:3]
        # A number in canonical form is from the database: it stands for itself and completes nothing.
        fixed_line = dialable.startswith("+7") and not national.startswith(("9", "80", "7", "6"))
        is_local_kind = fixed_line and span.strip() != dialable
        return Phone(dialable, area=own_area if is_local_kind else ""), ()
    digits = re.sub(r"\D", "", span)
    area = neighbour.area
    if area and not neighbour.extension and _LAST_TWO.fullmatch(span.strip()):
        # «123-45-67, 68»: the same number but for its last two digits.
        note = info(f"Номер {shown(span.strip())} дополнен началом соседнего.")
        if completed := _dialable(neighbour.number[:-2] + digits):
            return Phone(completed, area=area), (note,)
    if area and "+" not in span and len(digits) + len(area) == 10:
        if completed := _dialable(f"+7{area}{digits}"):
            note = info(f"К номеру {shown(span.strip())} добавлен код {area} соседнего номера.")
            return Phone(completed, area=area), (note,)
    return None, ()


def _dialable(span: str) -> str | None:
    """E.164 of a valid number written with or without +, 8, 7 or an international prefix; None otherwise."""
    digits = re.sub(r"\D", "", span)
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return None
    international = span.lstrip("( ").startswith("+")
    if len(digits) == 12 and digits.startswith("78"):
        candidates = [f"+7{digits[2:]}"]  # «+7 8 916 …»: both prefixes at once
    elif len(digits) == 11 and digits[0] in "78":
        candidates = [f"+7{digits[1:]}"]
    elif international:
        candidates = [f"+{digits}"]
    elif len(digits) == 10:
        candidates = [f"+7{digits}"]
    else:
        # «375 29 …» without its plus, and 810 … as dialled from Russia; a Russian number is never so long.
        candidates = [digits, f"+{digits}"] if len(digits) >= 11 else []
    return next((number for candidate in candidates if (number := _valid(candidate))), None)


def _valid(candidate: str) -> str | None:
    if candidate.startswith("+7") and _RUSSIAN.fullmatch(candidate[2:]):
        return candidate
    try:
        number = phonenumbers.parse(candidate, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
