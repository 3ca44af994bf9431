"""The words of one name told apart: surname, given name, patronymic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.values.cleaned import Note, info, warning
from services.values.people_words import (
    FEMALE_NAMES,
    FEMALE_PATRONYMIC,
    MALE_NAMES,
    MALE_PATRONYMIC,
    PATRONYMIC_PARTICLES,
    SURNAME,
    SURNAME_PARTICLES,
)
from services.values.plain import fold

_INITIAL = re.compile(r"[A-ZА-ЯЁ][a-zа-яё]?\.|[A-ZА-ЯЁ]")
_GLUED_INITIAL = re.compile(r"(?<!\w)([A-ZА-ЯЁ][a-zа-яё]?\.)(?=\w)")
_MOST_WORDS = 12  # no name has more, and each word is compared with all others
_PARTS_OF_WORD = re.compile(r"([-'’])")


@dataclass(frozen=True)
class PersonName:
    """A person's name; initials stand as "И.", a part that was not given is "".

    position: what stood beside the name («директор»); note: other words beside it.
    """

    last: str
    first: str
    middle: str
    position: str = ""
    note: str = ""

    @property
    def full(self) -> str:
        """«Иванов Иван Иванович», «Иванов И.И.»."""
        given = f"{self.first} {self.middle}".strip()
        if _is_short(self.first) and (not self.middle or _is_short(self.middle)):
            given = self.first + self.middle
        return f"{self.last} {given}".strip()

    @property
    def short(self) -> str:
        """«Иванов И.И.»; the given name stays whole when there is no surname."""
        if not self.last:
            return self.full
        initials = "".join(part if _is_short(part) else f"{part[0]}." for part in (self.first, self.middle) if part)
        return f"{self.last} {initials}".strip()


def _is_short(word: str) -> bool:
    return word.endswith(".") and len(word) <= 3


def is_initial(word: str) -> bool:
    """«И.», «Дж.» or a lone capital letter."""
    return _INITIAL.fullmatch(word) is not None


def is_given(word: str) -> bool:
    """Is it one of the given names this package knows."""
    folded = fold(word)
    return folded in MALE_NAMES or folded in FEMALE_NAMES or folded.partition("-")[0] in FEMALE_NAMES


def is_patronymic(word: str) -> bool:
    """Does it end as a patronymic does; «-ович» may still be a surname."""
    folded = fold(word)
    return MALE_PATRONYMIC.fullmatch(folded) is not None or FEMALE_PATRONYMIC.fullmatch(folded) is not None


def _is_male_patronymic(word: str) -> bool:
    return MALE_PATRONYMIC.fullmatch(fold(word)) is not None


def is_surname_like(word: str) -> bool:
    """Does it end as Russian, Ukrainian, Armenian or Georgian surnames do."""
    return SURNAME.fullmatch(fold(word)) is not None


def is_name_word(word: str) -> bool:
    """May the word be part of a name: an initial, or letters with hyphens and apostrophes."""
    return is_initial(word) or (_PARTS_OF_WORD.sub("", word).isalpha() and word[0].isalpha())


def is_known_word(word: str) -> bool:
    """Is the word surely of a name, in whatever case it is written."""
    return is_given(word) or is_patronymic(word) or fold(word) in PATRONYMIC_PARTICLES


def split_glued_initials(text: str) -> str:
    """ "И.И.Иванов" → "И. И. Иванов"."""
    return _GLUED_INITIAL.sub(r"\1 ", text)


def split_namesakes(words: Sequence[str]) -> list[list[str]]:
    """Six words that are twice surname, given name and patronymic are two people."""
    if len(words) == 6 and is_patronymic(words[2]) and is_patronymic(words[5]):
        return [list(words[:3]), list(words[3:])]
    return [list(words)]


def read_name(words: Sequence[str], source: str) -> tuple[PersonName, tuple[Note, ...]]:
    """The name in the words (one person) and what is doubtful about it; source: the cell as shown to the user."""
    if len(words) > _MOST_WORDS:
        return PersonName(" ".join(words), "", ""), (_doubt(source),)
    prepared = _join_particles(_split_pairs(_cased(words)))
    if any(is_initial(word) for word in prepared):
        return _with_initials([f"{word.rstrip('.')}." if is_initial(word) else word for word in prepared], source)
    if len(prepared) == 1:
        return _one_word(prepared[0], source)
    if len(prepared) == 2:
        return _two_words(prepared[0], prepared[1], source)
    if len(prepared) == 3:
        return _three_words(prepared[0], prepared[1], prepared[2], source)
    return _many_words(prepared, source)


def _cased(words: Sequence[str]) -> list[str]:
    """ИВАНОВ and иванов as Иванов; a word with capitals of its own stays."""
    all_lower = all(word.islower() for word in words)
    result = []
    for word in words:
        if fold(word) in PATRONYMIC_PARTICLES:
            result.append(word.lower())
        elif word.islower() and not all_lower and fold(word) in SURNAME_PARTICLES:
            result.append(word)
        elif len(word) > 1 and (word.islower() or (word.isupper() and not _is_pair(word, words))):
            result.append("".join(part[:1].upper() + part[1:].lower() for part in _PARTS_OF_WORD.split(word)))
        else:
            result.append(word)
    return result


def _is_pair(word: str, words: Sequence[str]) -> bool:
    """«Иванов ИИ»: two capitals beside a word that is not all capitals are initials."""
    others = [other for other in words if len(other) > 2 and not other.isupper()]
    if len(word) != 2 or not word.isalpha() or not others:
        return False
    # «ТД Восток» begins with no initials; «ИИ Иванов» does.
    return words[0] != word or is_surname_like(others[0])


def _split_pairs(words: list[str]) -> list[str]:
    return [part for word in words for part in (word if word.isupper() and _is_pair(word, words) else [word])]


def _join_particles(words: list[str]) -> list[str]:
    """«Ахмед оглы» and «фон Берг» are one word each."""
    result: list[str] = []
    for word in words:
        after_particle = bool(result) and result[-1].islower() and result[-1] in SURNAME_PARTICLES
        if result and (word in PATRONYMIC_PARTICLES or after_particle):
            result[-1] = f"{result[-1]} {word}"
        else:
            result.append(word)
    return result


def _with_initials(words: list[str], source: str) -> tuple[PersonName, tuple[Note, ...]]:
    plain = [word for word in words if not is_initial(word)]
    initials = [word for word in words if is_initial(word)]
    noted = initials_noted(source)
    if len(plain) == 1 and len(initials) <= 2:
        return PersonName(plain[0], initials[0], "".join(initials[1:])), (noted,)
    if len(plain) == 2 and len(initials) == 1 and words[1] == initials[0] and is_patronymic(words[2]):
        return PersonName(words[0], initials[0], words[2]), (noted,)
    if len(plain) == 2 and len(initials) == 1 and words[0] != initials[0]:
        given_first = words[1] == initials[0] or (is_given(words[0]) and not is_given(words[1]))
        last, first = (plain[1], plain[0]) if given_first else (plain[0], plain[1])
        return PersonName(last, first, initials[0]), (info(f"Вместо отчества инициал: {source}."),)
    if not plain:
        return PersonName("", initials[0], "".join(initials[1:])), (warning(f"Нет фамилии, одни инициалы: {source}."),)
    name = PersonName(" ".join(plain), initials[0], "".join(initials[1:]))
    return name, (_doubt(source),)


def _one_word(word: str, source: str) -> tuple[PersonName, tuple[Note, ...]]:
    if is_patronymic(word) and not _is_male_patronymic(word):
        return PersonName("", "", word), (warning(f"Указано только отчество: {source}."),)
    if is_given(word):
        return PersonName("", word, ""), (warning(f"Указано только имя: {source}."),)
    if is_surname_like(word):
        return PersonName(word, "", ""), (info(f"Указана только фамилия: {source}."),)
    return PersonName(word, "", ""), (warning(f"Одно слово, и оно не похоже на фамилию: {source}."),)


def _two_words(one: str, two: str, source: str) -> tuple[PersonName, tuple[Note, ...]]:
    if is_patronymic(two):
        if _is_male_patronymic(two) and fold(one) in FEMALE_NAMES - MALE_NAMES:
            return PersonName(two, one, ""), ()  # «Ольга Адамович»: no woman has this patronymic
        given, _, particle = two.partition(" ")
        if particle in PATRONYMIC_PARTICLES and fold(given) in FEMALE_NAMES - MALE_NAMES:
            # «Ахмедова Лейла кызы»: no father has this name, so his is missing.
            return PersonName(one, given, particle), (warning(f"В отчестве нет имени отца: {source}."),)
        if is_surname_like(one) and not is_given(one):
            return PersonName(one, "", two), (warning(f"Нет имени: {source}."),)
        return PersonName("", one, two), (warning(f"Нет фамилии: {source}."),)
    if is_patronymic(one) and not _is_male_patronymic(one):
        return PersonName(two, "", one), (_doubt(source),)
    if is_given(one) != is_given(two):
        return (PersonName(two, one, "") if is_given(one) else PersonName(one, two, "")), ()
    if is_surname_like(one) != is_surname_like(two):
        guess = PersonName(one, two, "") if is_surname_like(one) else PersonName(two, one, "")
        return guess, (info(f"Фамилия определена по окончанию: {source}."),)
    foreign = f"{one}{two}".isascii()
    return (PersonName(two, one, "") if foreign else PersonName(one, two, "")), (_doubt(source),)


def _three_words(one: str, two: str, three: str, source: str) -> tuple[PersonName, tuple[Note, ...]]:
    if is_patronymic(two) and (not is_patronymic(three) or is_given(one)):
        return PersonName(three, one, two), ()
    if is_patronymic(three):
        if is_given(one) and not is_given(two) and is_surname_like(two):
            return PersonName(two, one, three), (info(f"Необычный порядок слов в имени: {source}."),)
        return PersonName(one, two, three), ()
    if is_given(one) and not is_given(two):
        return PersonName(f"{two} {three}", one, ""), (warning(f"Непонятно, где фамилия: {source}."),)
    return PersonName(one, two, three), (warning(f"«{three}» не похоже на отчество: {source}."),)


def _many_words(words: list[str], source: str) -> tuple[PersonName, tuple[Note, ...]]:
    place = next((place for place in range(1, len(words)) if is_patronymic(words[place])), 0)
    if place == 1:
        name = PersonName(" ".join(words[2:]), words[0], words[1])
    elif place:
        rest = " ".join(words[place + 1 :])
        name = PersonName(" ".join(words[: place - 1]), words[place - 1], words[place], note=rest)
    else:
        name = PersonName(words[0], words[1], " ".join(words[2:]))
    return name, (_doubt(source),)


def initials_noted(source: str) -> Note:
    """The remark on initials in place of the given name."""
    return info(f"Вместо имени инициалы: {source}.")


def _doubt(source: str) -> Note:
    return warning(f"Проверьте, где фамилия, а где имя: {source}.")
