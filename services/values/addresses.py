"""Postal addresses: one line written the same way every time, its parts, and a key for "the same address".

A cell is cut at commas; in each piece words such as «ул.» or «район» take the name beside them, «д.» or «офис» the
number after them. Nothing is dropped and nothing is added but the words themselves: what no word names stays in its
place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.values.address_words import (
    AUTONOMOUS,
    CITIES,
    CITY,
    COUNTRIES,
    DISTRICTS_BY_LETTERS,
    HOUSE,
    LETTER,
    NAME_WORDS,
    NUMBER,
    REPUBLIC,
    REPUBLICS,
    STREET,
    TYPES,
    PartType,
    dots_apart,
    type_at,
    with_phrases_joined,
)
from services.values.cleaned import Cleaned, Note, info, shown, warning
from services.values.plain import as_text, fold, is_absent, plain_dashes

_BRACKETS = re.compile(r"(?<!Саха )\([^()]*\)")
_PIECES = re.compile(r"\s*[,;\n]\s*")
_POSTCODE = re.compile(r"(?<![\w-])\d{6}(?![\w-])")
# «9к.3» and «12стр1» are two numbers; «ул.Ленина» and «д5» are two words.
_NUMBER_APART = re.compile(r"(?<=\d)(?=(?:корп|стр|лит|влад|вл|оф|кв|пом|к|с)\.?\s?\d)", re.IGNORECASE)
_NUMBERED = "корпус|корп|строение|стр|литера|лит|влад|вл|офис|оф|кв|пом|комн|ком|каб|эт|дом|д|к|с|уч"
_WORD_APART = re.compile(rf"(?<![\w.-])({_NUMBERED})\.?(?=\d)", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.\s+(?=\S)")

_ORDINAL = re.compile(r"\d{1,3}-?(?:я|й|е|ая|ий|ый|ой|ое|го)")
_PLAIN_NAME = re.compile(r"(?:\d{1,2}-я )?[А-ЯЁ][а-яё]{4,}(?:-[А-ЯЁ][а-яё]{4,}| [А-ЯЁ][а-яё]{5,})?|\d{1,6}")
_INITIALS = re.compile(r"(?:[А-ЯЁ]\.)+")
_BARE_TAIL = re.compile(r"(.*[^\W\d_]{2}.*?)\s+(\d+[^\W\d_]?(?:[/-][\w/-]+)?(?:\s[^\W\d_])?)")


@dataclass(frozen=True)
class Address:
    """text: the address in one line, «107014, г. Москва, ул. Стромынка, д. 7»; cleaning it again changes nothing.

    parts: (name, what it is) in their order: ("Стромынка", "улица"), ("7", "дом"). postcode: six digits or "".
    key: equal for spellings of one address: without postcode and country, abbreviations and word order alike.
    rest: what no word names: a house number alone after a street, words in brackets, words not understood.
    """

    text: str
    parts: tuple[tuple[str, str], ...]
    postcode: str
    key: str
    rest: tuple[str, ...] = ()


def clean_address(raw: object) -> Cleaned[Address]:
    """The address in the cell; words that are not understood stay in the text and are named in a note."""
    if is_absent(raw):
        return Cleaned(None)
    source = as_text(raw, multiline=True)
    reader = _read(source)
    line = as_text(source)
    if reader.text != line and not _reads_back(reader):
        if line != source:
            return clean_address(line)
        # Free text that would read differently the next time stays as it was written.
        reader.written = [line]
    address = Address(reader.text, tuple(reader.parts), reader.postcode, reader.key, tuple(reader.rest))
    return Cleaned(address, reader.notes(shown(source)))


def _reads_back(reader: _Reader) -> bool:
    """Does the one-line form give the same again. Of plain names and numbers it does, so they are not read twice."""
    if not reader.rest and all(_PLAIN_NAME.fullmatch(name) for name, _ in reader.parts):
        return True
    again = _read(reader.text)
    return (again.text, again.parts, again.key) == (reader.text, reader.parts, reader.key)


@dataclass
class _Reader:
    """Collects the parts of one address while its pieces come by."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    postcode: str = ""

    @property
    def text(self) -> str:
        return ", ".join(self.written)

    @property
    def key(self) -> str:
        return ", ".join(key for key in self.keys if key) or fold(self.text)

    def notes(self, source: str) -> tuple[Note, ...]:
        if not self.parts:
            return (warning(f"Не удалось разобрать адрес {source}: он сохранён как есть."),)
        return tuple(info(f"В адресе {source} непонятно, что такое {shown(words)}.") for words in self.unknown)

    def has(self, *labels: str) -> bool:
        return any(label in labels for _, label in self.parts)

    def has_street(self) -> bool:
        return any(label in _STREETS for _, label in self.parts)

    def add(self, name: str, kind: PartType, written: str) -> None:
        self.parts.append((name, kind.label))
        self.written.append(written)
        self.keys.append(_part_key(name, kind))

    def add_bare(self, words: Sequence[str], *, before_house: bool) -> None:
        """Words that no type took: a country, a city or a street one knows, a house number alone, or free text."""
        words = list(words)
        while words:
            taken = self._known(words)
            if not taken:
                break
            words = words[taken:]
        name = " ".join(words)
        if not name:
            return
        kind = _bare_street(name)
        if before_house and kind and not self.has_street():
            self.add(name, kind, name)
        elif _is_house(name) and (self.has_street() or self.has("город", "село", "деревня", "посёлок")):
            self._set_aside(name, _part_key(name, HOUSE), known=not self.has("дом"))
        else:
            self._set_aside(name, fold(name), known=False)

    def _known(self, words: Sequence[str]) -> int:
        """How many leading words are a postcode, a country, a region or a city known by itself."""
        for count in (2, 1):
            name = " ".join(words[:count])
            folded = fold(name)
            if len(words) < count:
                continue
            if count == 1 and _POSTCODE.fullmatch(name) and not self.postcode:
                self.postcode = name
                self.parts.append((name, "индекс"))
                self.written.append(name)
            elif folded in COUNTRIES:
                self.parts.append((name, "страна"))
                self.written.append(name)
            elif folded in CITIES:
                self.add(name, CITY, f"{CITY.short} {name}")
            elif folded in DISTRICTS_BY_LETTERS:
                self.add(name, AUTONOMOUS, name)
            elif folded in REPUBLICS and len(words) == 1 and not self.parts[1:]:
                self.add(name, REPUBLIC, name)
            else:
                continue
            return count
        return 0

    def _set_aside(self, text: str, key: str, *, known: bool) -> None:
        self.rest.append(text)
        self.written.append(text)
        self.keys.append(key)
        if not known:
            self.unknown.append(text)

    def remark(self, text: str) -> None:
        self.rest.append(text)
        self.written[-1:] = [f"{self.written[-1]} {text}"] if self.written else [text]


_STREETS = frozenset(kind.label for kind in TYPES.values() if kind.role == "street")


def _read(source: str) -> _Reader:
    reader = _Reader()
    pieces = _pieces(source)
    for number, (tokens, remarks) in enumerate(pieces):
        following = pieces[number + 1][0] if number + 1 < len(pieces) else []
        _read_piece(tokens, reader, following)
        for text in remarks:
            reader.remark(text)
    return reader


def _pieces(source: str) -> list[tuple[list[str], list[str]]]:
    """(words, remarks in brackets) of every piece between commas."""
    text = plain_dashes(source)
    brackets = _BRACKETS.findall(text)
    if brackets:
        text = _BRACKETS.sub(" \ue000 ", text.replace("\ue000", " "))
    text = with_phrases_joined(text)
    text = _POSTCODE.sub(lambda match: f"{match[0]},", text, count=1)
    text = _WORD_APART.sub(r"\1 ", _NUMBER_APART.sub(" ", dots_apart(text)))
    text = _FULL_STOP.sub(_full_stop, text)
    result: list[tuple[list[str], list[str]]] = []
    for piece in _PIECES.split(text):
        words = piece.strip(" :").lstrip(".").split()
        remarks = [brackets.pop(0) for word in words if word == "\ue000"]
        words = [word for word in words if word not in ("\ue000", "-", ".")]
        if words and not _INITIALS.fullmatch(words[-1]):
            words[-1] = words[-1].rstrip(".") or words[-1]
        if words or remarks:
            result.append((words, remarks))
    return result


def _full_stop(match: re.Match[str]) -> str:
    """«ул. Велозаводская. д.1»: a stop after a whole word is a comma, after «просп.» it is not."""
    word = re.split(r"[\s,]", match.string[max(0, match.start() - 20) : match.start()])[-1]
    return ". " if fold(word) in TYPES or fold(word) in NAME_WORDS else ", "


def _read_piece(words: list[str], reader: _Reader, following: Sequence[str]) -> None:
    kinds = [type_at(words, place) for place in range(len(words))]
    pending: list[str] = []
    place = 0
    while place < len(words):
        kind = kinds[place]
        if kind is None:
            pending.append(words[place])
            place += 1
        elif kind.role == "number":
            reader.add_bare(pending, before_house=kind is HOUSE)
            pending = []
            place = _take_number(words, place, kind, reader)
        else:
            end = place + 1
            while end < len(words) and kinds[end] is None:
                end += 1
            next_kind = kinds[end] if end < len(words) else None
            after = words[place + 1 : end]
            if next_kind is not None and next_kind.role in ("street", "region") and end < len(words):
                after = _own_part(after, kind, next_kind, words[end + 1 : end + 2])
            used, pending = _take_name(pending, kind, after, reader, words[place])
            place += 1 + used
    bare_house = _is_house(" ".join(following)) and bool(pending) and fold(pending[-1]).endswith(("ая", "яя"))
    reader.add_bare(pending, before_house=bare_house or (bool(following) and type_at(following, 0) is HOUSE))


def _take_number(words: Sequence[str], place: int, kind: PartType, reader: _Reader) -> int:
    """Add the number after the word at place, «8», «8 Б», «А»; gives the place after it."""
    value = words[place + 1]
    end = place + 2
    if end < len(words) and value[-1].isdigit() and LETTER.fullmatch(words[end]) and type_at(words, end) is None:
        value = f"{value} {words[end]}"
        end += 1
    value = value.strip('№"«»')
    reader.add(value, kind, f"{kind.short} {value}")
    return end


def _own_part(after: list[str], kind: PartType, next_kind: PartType, beyond: Sequence[str]) -> list[str]:
    """Of the words between two types, those of the first: in «г. Москва Волынская ул.» the last belong to «ул.»."""
    if next_kind.role == "street" and beyond and not NUMBER.fullmatch(beyond[0]):
        return after
    if kind.role == "region" or len(after) < 2:
        return after
    return after[:2] if fold(" ".join(after[:2])) in CITIES else after[:1]


def _take_name(
    before: list[str], kind: PartType, after: list[str], reader: _Reader, word: str
) -> tuple[int, list[str]]:
    """Add the part this type names: (how many words after it were used, words still without a type)."""
    name_after, tail = _without_bare_number(after)
    if kind.role == "region" and before and not (kind is REPUBLIC and not fold(before[-1]).endswith("ая")):
        reader.add_bare(before[:-1], before_house=False)
        reader.add(before[-1], kind, f"{before[-1]} {kind.short}")
        return 0, []
    if before and kind.role == "street":
        ordinals = all(_ORDINAL.fullmatch(fold(one)) for one in before)
        numbered = bool(name_after) and name_after[0].startswith("№")
        if numbered or (ordinals and name_after):
            name = " ".join((*before, *name_after))
            reader.add(name, kind, f"{' '.join(before)} {kind.short} {' '.join(name_after)}")
            return len(name_after), []
        if not name_after or ordinals or fold(before[-1]).endswith(kind.endings):
            start = _name_start(before)
            reader.add_bare(before[:start], before_house=False)
            name = " ".join(before[start:])
            reader.add(name, kind, f"{name} {kind.short}")
            return 0, []
    if not name_after and before and not tail:
        start = 0 if len(before) < 2 else _name_start(before)
        reader.add_bare(before[:start], before_house=False)
        name = " ".join(before[start:])
        reader.add(name, kind, f"{name} {kind.short}")
        return 0, []
    reader.add_bare(before, before_house=False)
    if kind.label in ("квартал", "микрорайон") and not name_after and tail:
        reader.add(tail[0], kind, f"{kind.short} {tail[0]}")
        return 1, []
    if not name_after:
        return 0, [word]
    name = " ".join(name_after)
    reader.add(name, kind, f"{kind.short} {name}")
    return len(name_after), []


def _name_start(words: Sequence[str]) -> int:
    """Where the name of the street begins: after a city or a country that stand before it without a comma."""
    start = 0
    while start < len(words) - 1:
        two = fold(" ".join(words[start : start + 2]))
        one = fold(words[start])
        if two in COUNTRIES or (two in CITIES and start + 2 < len(words)):
            start += 2
        elif one in COUNTRIES or one in CITIES:
            start += 1
        else:
            break
    return min(start, len(words) - 1)


def _without_bare_number(words: list[str]) -> tuple[list[str], list[str]]:
    """«Победы 93 б» → («Победы»), («93», «б»): a house number without a word of its own."""
    text = " ".join(words)
    if match := _BARE_TAIL.fullmatch(text):
        count = len(match[1].split())
        return words[:count], words[count:]
    if _is_house(text):
        return [], words
    return words, []


def _is_house(text: str) -> bool:
    return re.fullmatch(r"\d+[^\W\d_]?(?:[/-][\w/-]+)?(?:\s[^\W\d_])?", text) is not None


def _bare_street(name: str) -> PartType | None:
    """A name right before a house is a street, unless it is an adjective of another gender («Тверской, д. 5»)."""
    last = fold(name).split()[-1]
    if not last.replace("-", "").isalpha() or last.endswith(("ий", "ый", "ой", "ое", "ее")):
        return None
    return STREET


def _part_key(name: str, kind: PartType) -> str:
    folded = re.sub(r"[«»\"„“]", "", fold(name))
    if kind.role == "number":
        return f"{kind.label} {re.sub(r'(?<=[0-9])[ -]+(?=[^0-9])', '', folded)}"
    words = re.sub(r"(?<=\d)-?(?:я|й|е|ая|ий|ый|ой|ое|го)(?!\w)", "", folded).replace(".", " ").split()
    known = [NAME_WORDS.get(word, word) for word in words]
    core = " ".join(sorted(word for word in known if len(word) > 1 or word in ("б", "м") or word.isdigit())) or folded
    return core if kind is CITY or kind.label in _REGIONS else f"{core} {kind.label}"


_REGIONS = frozenset({"республика", "край", "область", "автономный округ", "автономная область"})
