"""Headings in one form: abbreviations written out, Latin words of exports apart, order and endings of words ignored."""

import re
from functools import lru_cache

from services.values import fold
from services.values.plain import as_text

MARKS = {
    *("выбрать", "вставить", "выбор", "отметка", "отметить", "номерпп", "номер", "пп", "n", "nn", "nпп", "nоппп"),
    *("номерстроки", "строка", "порядковыйномер", "номерпопорядку", "номерзаписи", "пномер", "npp", "rownum"),
}
"""Columns for ticks and line numbers: they say nothing about anybody."""

_WORDS = {
    **dict.fromkeys(("тел", "тлф", "телеф"), "телефон"),
    **dict.fromkeys(("mail", "имейл", "емейл", "мейл", "мэйл", "майл", "имэйл", "emailы"), "email"),
    **dict.fromkeys(("эл", "элект", "электр", "электрон"), "электронная"),
    **dict.fromkeys(("юр", "юрид"), "юридический"),
    **dict.fromkeys(("наим", "наименов", "наимен"), "наименование"),
    **dict.fromkeys(("долж", "должн", "дол"), "должность"),
    **dict.fromkeys(("рук", "руковод"), "руководитель"),
    **dict.fromkeys(("комм", "коммент", "комент"), "комментарий"),
    **dict.fromkeys(("прим", "примеч"), "примечание"),
    **dict.fromkeys(("моб", "мобил"), "мобильный"),
    **dict.fromkeys(("фам",), "фамилия"),
    **dict.fromkeys(("отч",), "отчество"),
    "конт": "контактный",
    "сот": "сотовый",
    "орг": "организация",
    "комп": "компания",
    "адр": "адрес",
    "назв": "название",
    "дог": "договор",
    "гендиректор": "генеральный директор",
    "ген": "генеральный",
    "дир": "директор",
    "отв": "ответственный",
    "рожд": "рождения",
    "пред": "представитель",
    "юрадрес": "юридический адрес",
    "фактадрес": "фактический адрес",
    "юрлицо": "юридическое лицо",
    "юрлица": "юридические лица",
    "физлицо": "физическое лицо",
    "web": "сайт",
    "partners": "partner",
    "partnars": "partner",
    "companies": "company",
}
_JOINED = (
    (re.compile(r"\bэ почта\b"), "электронная почта"),
    (re.compile(r"\bф и о\b"), "фио"),
    (re.compile(r"\bд р\b"), "др"),
    (re.compile(r"\bi n n\b|\bи н н\b"), "инн"),
    (re.compile(r"\be (?=email\b)"), ""),
    (re.compile(r"\bкол во\b"), "количество"),
    (re.compile(r"\b(?:укажите|введите|ваше?|ваша|ваши|вашей|вашего|свой|свои|пожалуйста)\b ?"), ""),
)
_CAMEL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])|(?<=[A-Z])(?=[A-Z][a-z])")
_COPY = re.compile(r"\s*\(\d+\)$")
_PREFIX = re.compile(r"^\s*\d+[_.)]\s*")
_ENDING = re.compile(
    r"(?:ами|ями|ого|его|ому|ему|ыми|ими|ая|яя|ое|ее|ые|ие|ый|ий|ой|ую|юю|ых|их|ов|ев|ей|ам|ям|ах|ях|ом|ем|ии|ия|ию"
    r"|а|я|о|е|ы|и|у|ю|ь)$"
)
_SILENT = frozenset({"и", "или", "для", "the", "of", "руб", "рублей", "тыс"})


def heading_key(text: str) -> str:
    """Equal for equal headings: folded, «№» as a word, everything but letters and digits left out."""
    return re.sub(r"[\W_]+", "", fold(text.replace("№", " номер ")))


def sheet_title(name: str) -> str:
    """The name of a sheet without the number of a copy: «Физ.лица (2)»."""
    return _COPY.sub("", name)


@lru_cache(maxsize=5000)
def is_mark(heading: str) -> bool:
    """Whether a heading stands over ticks or line numbers."""
    return heading_key(heading) in MARKS


@lru_cache(maxsize=5000)
def words(heading: str) -> str:
    """The heading in plain words: «Конт. тел.:» → «контактный телефон», «NamePartners» → «name partner»."""
    text = _CAMEL.sub(" ", _PREFIX.sub("", as_text(heading)[:300])).replace("№", " номер ")
    text = re.sub(r"[eеэ]\s*-\s*m[aа]il", "email", text, flags=re.IGNORECASE)
    plain = " ".join(_WORDS.get(word, word) for word in re.findall(r"[^\W_]+", fold(text)))
    for pattern, joined in _JOINED:
        plain = pattern.sub(joined, plain)
    return plain.strip()


@lru_cache(maxsize=5000)
def words_key(heading: str) -> str:
    """Equal for headings of the same words, in whatever order and case: «номера телефона» and «Телефон, номер»."""
    found = words(heading).split()
    stems = (_ENDING.sub("", word) if len(word) > 4 else word for word in found if word not in _SILENT)
    return " ".join(sorted(set(stems)))
