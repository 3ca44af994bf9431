"""Names of people: one cell, one or several people, with positions and remarks beside them.

A cell is cut at separators and brackets, positions are taken off each piece, and person_names tells surname, given
name and patronymic apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.values.cleaned import Cleaned, Note, counted, error, info, shown
from services.values.legal_forms import SOLE_TRADER, split_form
from services.values.people_words import DEGREE, POSITION, POSITION_OBJECT, TITLE
from services.values.person_names import (
    PersonName,
    initials_noted,
    is_given,
    is_initial,
    is_known_word,
    is_name_word,
    is_patronymic,
    is_surname_like,
    read_name,
    split_glued_initials,
    split_namesakes,
)
from services.values.plain import as_text, fold, is_absent, plain_dashes

# A name and nothing else, as nearly every cell holds it; whatever these do not match is read slowly.
_WORD = r"[А-ЯЁ][а-яё]+"
_PLAIN = re.compile(rf"({_WORD}(?:-{_WORD})?) ({_WORD}) ({_WORD})")
_PLAIN_INITIALS = re.compile(rf"({_WORD}(?:-{_WORD})?) ([А-ЯЁ]\.) ?([А-ЯЁ]\.)")
_LONGEST_FORM = 5  # of one word

_BRACKETS = re.compile(r"\(([^()]*)(?:\)|\Z)")
_PEOPLE_APART = re.compile(r"[;\n\\|/]+|(?<=[\w.])\s+(?:и|&)\s+(?=[A-ZА-ЯЁ])")
_PARTS_APART = re.compile(r"\s+-\s+|(?<=\w):\s+|\s*,\s*")
_SPACED_HYPHEN = re.compile(r"^\s*([A-ZА-ЯЁ][\w']+)\s+-\s+(?=[A-ZА-ЯЁ][\w']+\s+[A-ZА-ЯЁ])")
_SOLE_TRADER_WORD = re.compile(r"(?<![\w.])(?:ип|индивидуальный предприниматель)(?![\w.])", re.IGNORECASE)
_ACTING = re.compile(r"(?<!\w)[Ии]\.\s?о\.(?=\s*\w)|^\s*И\.\s?О\.(?=\s*[а-яё])")
_ACTING_FOR_NOW = re.compile(r"(?<!\w)вр\.\s?и\.\s?о\.", re.IGNORECASE)
_OPENING_QUOTES, _CLOSING_QUOTES = '«"„“', '»"”“'
_MARKS = re.compile("[\ue000\ue001]")
_QUOTED_NAME = re.compile(r"[\"«„“]([А-ЯЁ][\w.-]+(?: ?[А-ЯЁ][\w.-]*){1,3})[\"»“”]")
_STOP_FOR_SPACE = re.compile(r"(?<!\w)([А-ЯЁ][а-яё]+)\.(?=[А-ЯЁ]\.)")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.\s*(?=[,;\n]|\Z)")
_BRACKET_MARK = re.compile("\ue000(\\d+)\ue000")


@dataclass(frozen=True)
class _Piece:
    """A name (its words) with what stood beside it; without words, a position or a remark alone."""

    words: tuple[str, ...] = ()
    position: str = ""
    note: str = ""


_VACANT = re.compile(r"(?:должность\s+)?вакан\w*(?:\s+(?:должность|место|ставка))?[.\s]*", re.IGNORECASE)
"""A place nobody holds."""


def clean_people(raw: object) -> Cleaned[tuple[PersonName, ...]]:
    """The people named in the cell, in order.

    Positions («… (директор)», «врио директора …») and other words beside a name go to its position and note. What is
    doubtful (initials, no given name, order guessed) is kept with a note. No person in the text: None and an error.
    """
    return (type(raw) is str and _plain(raw)) or _read_cell(raw)


def _plain(text: str) -> Cleaned[tuple[PersonName, ...]] | None:
    """«Иванов Иван Иванович» and «Иванов И.И.» in plain letters; None: it takes a closer look."""
    if match := _PLAIN.fullmatch(text):
        last, first, middle = match.groups()
        if is_given(first) and is_patronymic(middle) and not is_patronymic(first) and _only_a_surname(last):
            return Cleaned((PersonName(last, first, middle),))
    elif (match := _PLAIN_INITIALS.fullmatch(text)) and _only_a_surname(match[1]):
        return Cleaned((PersonName(*match.groups()),), (initials_noted(shown(text)),))
    return None


def _only_a_surname(word: str) -> bool:
    """No position, no form of address, no legal form: «Директор», «Доктор», «Ип»."""
    folded = fold(word)
    return not (
        POSITION.fullmatch(folded) or TITLE.fullmatch(folded) or (len(word) <= _LONGEST_FORM and split_form(word)[0])
    )


def _read_cell(raw: object) -> Cleaned[tuple[PersonName, ...]]:
    """The people of a cell with positions, remarks, several names or an unusual one."""
    if is_absent(raw) or _VACANT.fullmatch(as_text(raw)):
        return Cleaned(None)
    text = _MARKS.sub(" ", as_text(raw, multiline=True))
    if quoted := _QUOTED_NAME.fullmatch(text):
        text = quoted[1]
    line = as_text(text)
    text = _STOP_FOR_SPACE.sub(r"\1 ", _FULL_STOP.sub("", text))
    form, _, _ = split_form(line)
    if form not in ("", SOLE_TRADER):
        return Cleaned(None, (error(f"Похоже на компанию, а не на человека: {shown(line)}."),))
    reader = _Reader(shown(line))
    brackets: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        brackets.append(match[1])
        return f" \ue000{len(brackets) - 1}\ue000 "

    flat = _BRACKETS.sub(put_aside, _join_wrapped(plain_dashes(text)))
    for chunk in _PEOPLE_APART.split(flat):
        # One space, or thousands of brackets taken out would leave a run that costs its length squared.
        reader.read_chunk(" ".join(_BRACKET_MARK.sub(" ", chunk).split()))
        for number in _BRACKET_MARK.findall(chunk):
            reader.read_bracket(brackets[int(number)])
    return reader.result()


def _join_wrapped(text: str) -> str:
    """A patronymic alone on its line belongs to the name above it."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and is_patronymic(line.strip()) and not any(is_patronymic(word) for word in lines[-1].split()):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return "\n".join(lines)


class _Reader:
    """Collects people while the pieces of one cell come by."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.people: list[PersonName] = []
        self.remarks: list[list[Note]] = []
        self.pending = ""
        self.positions_lead = False

    def read_chunk(self, chunk: str) -> None:
        prepared = _ACTING.sub("и.о. ", _ACTING_FOR_NOW.sub("врио ", _SOLE_TRADER_WORD.sub(" ", chunk)))
        degrees = [match[0] for match in DEGREE.finditer(prepared)]
        prepared = split_glued_initials(DEGREE.sub(" ", prepared))
        before = len(self.people)
        for part in _PARTS_APART.split(_SPACED_HYPHEN.sub(_hyphenate, prepared)):
            piece = _read_piece(part)
            if len(self.people) > before and not _looks_like_name(piece.words):
                piece = _Piece(position=piece.position, note=_joined(" ".join(piece.words), piece.note, " "))
            self._take(piece)
        if degrees:
            self._take(_Piece(note=", ".join(degrees)))

    def read_bracket(self, text: str) -> None:
        piece = _read_piece(split_glued_initials(text))
        known = any(is_initial(word) or is_known_word(word) for word in piece.words)
        if self.people and not (known or (piece.words and piece.position)):
            piece = _Piece(position=piece.position, note=_joined(" ".join(piece.words), piece.note, " "))
        self._take(piece)

    def _take(self, piece: _Piece) -> None:
        if not piece.words:
            self._take_beside(piece)
            return
        for words in split_namesakes(piece.words):
            name, notes = read_name(words, self.source)
            if self.people and _continues(self.people[-1], name):
                known = self.people[-1]
                name = replace(name, last=known.last, position=known.position, note=known.note)
                self.people.pop()
                self.remarks.pop()
                _, notes = read_name([name.last, *words], self.source)
            self.people.append(_beside(name, _joined(self.pending, piece.position), piece.note))
            self.remarks.append(list(notes))
            self.pending = ""

    def _take_beside(self, piece: _Piece) -> None:
        if self.people and not (self.positions_lead and piece.position):
            self.people[-1] = _beside(self.people[-1], piece.position, piece.note)
        else:
            self.positions_lead = self.positions_lead or bool(piece.position)
            self.pending = _joined(self.pending, _joined(piece.position, piece.note))

    def result(self) -> Cleaned[tuple[PersonName, ...]]:
        if not self.people:
            return Cleaned(None, (error(f"Не похоже на имя человека: {self.source}."),))
        self.people[-1] = _beside(self.people[-1], self.pending, "")
        notes = [note for remarks in self.remarks for note in remarks]
        if len(self.people) > 1:
            number = counted(len(self.people), "человек", "человека", "человек")
            notes.append(info(f"В ячейке {self.source} указаны {number}."))
        return Cleaned(tuple(self.people), tuple(dict.fromkeys(notes)))


def _hyphenate(match: re.Match[str]) -> str:
    """«Иванова - Петрова Мария» is a double surname, «Директор - Иванов Иван» is not."""
    return match[0] if POSITION.fullmatch(fold(match[1])) else f"{match[1]}-"


def _continues(known: PersonName, name: PersonName) -> bool:
    """«Иванов, Иван Иванович»: a surname alone, then the rest of the same name."""
    return bool(known.last and not known.first and not known.middle and not name.last and name.first)


def _beside(name: PersonName, position: str, note: str) -> PersonName:
    return replace(name, position=_joined(name.position, position), note=_joined(name.note, note))


def _joined(one: str, two: str, separator: str = ", ") -> str:
    return separator.join(part for part in (one, two) if part)


def _looks_like_name(words: Sequence[str]) -> bool:
    if any(is_initial(word) or is_given(word) or is_patronymic(word) for word in words):
        return True
    return 1 <= len(words) <= 3 and any(is_surname_like(word) for word in words)


def _read_piece(text: str) -> _Piece:
    """Leading position, then the words of the name, then a position or a remark."""
    tokens = text.split()
    start = _position_end(tokens)
    end = start
    lower_allowed = not any(token[0].isupper() for token in tokens[start:])
    while end < len(tokens) and _may_be_name(tokens[end], lower_allowed):
        end += 1
    tail = " ".join(tokens[end:]).strip(" .,;:-")
    is_position = any(_is_position(token) for token in tokens[end:])
    # «Сидоров на больничном»: after a name with capitals, words in lower case are a remark.
    return _Piece(
        words=tuple(tokens[start:end]),
        position=_joined(_position(tokens[:start]), _position(tokens[end:]) if is_position else ""),
        note=tail if not is_position and any(char.isalnum() for char in tail) else "",
    )


def _may_be_name(token: str, lower_allowed: bool) -> bool:
    if not is_name_word(token) or _is_position(token) or TITLE.fullmatch(fold(token)):
        return False
    return lower_allowed or token[0].isupper() or is_known_word(token) or len(token) <= 3


def _is_position(token: str) -> bool:
    return POSITION.fullmatch(fold(token).strip(",;:")) is not None


def _position_end(tokens: Sequence[str]) -> int:
    """How many tokens at the beginning are a position: its words, what they govern, a company in quotes."""
    end = 0
    quoted = False
    while end < len(tokens):
        token = tokens[end]
        # Words in lower case go on with the position only while a name in capitals is still to come.
        governed = end > 0 and (
            POSITION_OBJECT.fullmatch(fold(token)) is not None
            or split_form(token)[0] != ""
            or (token.islower() and not is_known_word(token) and any(later[0].isupper() for later in tokens[end:]))
        )
        opens = end > 0 and token[0] in _OPENING_QUOTES
        if not (quoted or opens or governed or _is_position(token) or TITLE.fullmatch(fold(token))):
            break
        quoted = (quoted or opens) and token[-1] not in _CLOSING_QUOTES
        end += 1
    return end


def _position(tokens: Sequence[str]) -> str:
    """The position in words: no capitals inside («ген. Директор»), no forms of address."""
    words = [token for token in tokens if not re.fullmatch(r"г-?н|г-?жа|господин|госпожа", fold(token))]
    shouted = all(word.isupper() for word in words) and any(len(word) > 4 for word in words)
    cased = [
        word.lower() if (shouted or (index and _is_position(word) and not word.isupper())) else word
        for index, word in enumerate(words)
    ]
    return " ".join(cased).strip(" ,;:-")
