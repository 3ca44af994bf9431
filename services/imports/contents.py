"""What the cells of a column look like: an ИНН is told by its check digits, whatever stands above it."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from services.imports.reading import Value
from services.values import fold, inn_valid, ogrn_valid
from services.values.legal_forms import split_form
from services.values.people_words import POSITION
from services.values.person_names import is_given, is_initial, is_name_word, is_patronymic, split_glued_initials
from services.values.plain import as_text, is_absent, plain_dashes

MOST_COLUMNS = 300
"""Columns that are looked at; those further right are named as unknown."""
SAMPLED_ROWS, SAMPLED_CELLS = 200, 20_000
"""Rows a column is judged by; fewer in a very wide table."""
LONGEST = 250
"""Letters of a cell that is looked at; longer ones are text."""

_EMAIL = re.compile(r"[^\s@,;()<>]+\s?@\s?(?:[^\s@,;()<>.]+\.)+[^\s@,;()<>.]{2,}")
_SITE = re.compile(
    r"(?:https?://\S+|(?:www\.)?(?:[a-zа-я0-9](?:[a-zа-я0-9-]*[a-zа-я0-9])?\.)+(?:[a-z]{2,10}|рф|рус"
    r"|москва|онлайн)(?:/\S*)?)"
)
_MONTHS = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*"
_DATE = re.compile(
    r"(?:с |от )?(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}\.(?:19|20)\d\d"
    rf"|[«\"]?\d{{1,2}}[»\"]? {_MONTHS} \d{{4}}|{_MONTHS} \d{{4}})(?: ?г(?:\.|ода)?)?(?:[ t,].*)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?: ?г(?:\.|ода)?)?")
_NUMBER = re.compile(r"[+-]?\d[\d ' ]*(?:[.,]\d+)?\s*(?:%|₽|руб\.?|р\.|шт\.?|чел\.?)?")
_SNILS = re.compile(r"\d{3}-\d{3}-\d{3}[ -]\d{2}")
_KPP = re.compile(r"\d{4}[\dA-Z]{2}\d{3}")
_PHONE_WORDS = re.compile(
    r"\([^()\d]*\)|(?<![a-zа-я])(?:тел|моб|факс|раб|доб|вн|внутр|сот|гор|дом|ext|tel|оп|т|м|ф|и|или)[a-zа-я]*\.?:?"
)
_PHONE_SHAPE = re.compile(r"[\d\s()+\-.,;:/*#]+")
_PHONE_CORE = re.compile(r"\+\d|\(\d{3,5}\)|\d{2,3}[- ]\d{2}[- ]\d{2}(?!\d)|\d{3}-\d{4}(?!\d)")
_PLAIN_PHONE = re.compile(r"[78]\d{10}|9\d{9}")
_REQUISITE = re.compile(r"\d{9,15}")
_REQUISITE_LABEL = re.compile(r"^(?:инн|огрнип|огрн|кпп)\W*")
_PARTY = re.compile(
    r"(?:юр|физ)[а-я]*\.?[ -]*(?:лиц[а-я]*)?|[юф]л|ип|индивидуальный предприниматель|самозанят[а-я]*"
    r"|нерезидент|company|person"
)
_ADDRESS_POSTCODE = re.compile(r"(?<!\d)[1-6]\d{5}(?!\d)\s*,?\s*[а-я]")
_ADDRESS_WORD = re.compile(
    r"(?<![а-я])(?:г|гор|ул|д|дом|стр|корп|кв|оф|офис|пом|обл|область|край|респ|республика|район|р-н|пр-т"
    r"|просп|проспект|пер"
    r"|переулок|ш|шоссе|наб|набережная|бульвар|б-р|проезд|пр-д|пл|площадь|пос|улица|город|мкр|микрорайон"
    r"|село|деревня|пгт)"
    r"(?![а-я])"
)
_CITY_STREET = re.compile(r"[а-я -]{3,}, (?:[а-я0-9 .-]{3,}, ?){1,3}\d+[а-я]?")
_ORGANISATION = re.compile(
    r"(?<![а-я])(?:театр|университет|институт|академи[яи]|фонд|ассоциаци[яи]|союз|филиал|учреждени[ея]"
    r"|центр|завод|компани[яи]"
    r"|клиник[аи]|больниц[аы]|поликлиник[аи]|школ[аы]|колледж|гимнази[яи]|лице[йя]|холдинг|корпораци[яи]"
    r"|комбинат|фабрик[аи]"
    r"|предприяти[ея]|агентств[оа]|бюро|министерств[оа]|департамент|управлени[ея]|комитет|банк|музе[йя]"
    r"|общество|партнерств[оа]"
    r"|кооператив|дирекци[яи]|мфц|нии|нпо|гбу|гуп|группа|лаборатори[яи]|студи[яи]|издательств[оа]|ltd|llc"
    r"|inc|gmbh|corp)"
    r"(?![а-я])"
)
_QUOTED = re.compile(r"[«„\"“][^«»\"„“”]{2,}[»“\"”]")
_LATIN_NAME = re.compile(r"[A-Z][a-z'’-]+(?: [A-Z]\.)?(?: [A-Z][A-Za-z'’-]+){1,2}")
_YES_NO = frozenset({"да", "нет", "+", "-", "yes", "no", "true", "false"})
_BRACKETS = re.compile(r"\([^()]*\)")
_SEVERAL = re.compile(r"[;,/\n]")

_NOTHING: frozenset[str] = frozenset()
TYPED = ("inn", "ogrn", "email", "phone", "site")
"""Kinds that can hardly be anything else, the surest first."""


@dataclass
class Profile:
    """How many cells of a column are filled, and how many of them look like what; a cell may look like several."""

    filled: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, value: Value) -> None:
        """Count one more cell."""
        found = _kinds_of_text(value) if isinstance(value, str) else kinds(value)
        if found:
            self.filled += 1
            self.counts.update(found)

    def share(self, *wanted: str) -> float:
        """The part of the filled cells of the commonest of these kinds, 0 for an empty column."""
        return max((self.counts[kind] for kind in wanted), default=0) / self.filled if self.filled else 0.0


def profiles(rows: Iterable[tuple[Value, ...]]) -> dict[int, Profile]:
    """Profiles of the columns by place."""
    found: dict[int, Profile] = {}
    looked = 0
    for cells in rows:
        looked += len(cells[:MOST_COLUMNS])
        if looked > SAMPLED_CELLS and found:
            break
        for place, value in enumerate(cells[:MOST_COLUMNS]):
            if value is not None:
                profile = found.get(place)
                if profile is None:
                    profile = found[place] = Profile()
                profile.take(value)
    return found


def kinds(value: Value) -> frozenset[str]:
    """What a cell looks like, nothing for a blank one; "text" for words of no known kind."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return frozenset({"yes_no"})
    if isinstance(value, dt.date):
        return frozenset({"date"})
    if isinstance(value, str):
        return _kinds_of_text(value)
    text = as_text(value)
    found = {"number"}
    if text.isdigit():
        # A number cell has lost the leading zero.
        found |= _requisites(text) | (_requisites(f"0{text}") & {"inn"})
        found |= {"phone"} if _PLAIN_PHONE.fullmatch(text) else set()
        found |= {"year"} if _YEAR.fullmatch(text) else set()
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _kinds_of_text(raw: str) -> frozenset[str]:
    if len(raw) > LONGEST:
        return frozenset({"text", "long"})
    if is_absent(raw):
        return _NOTHING
    text = as_text(raw)
    folded = fold(text)
    found = _coded(folded, text) or _worded(folded, text)
    if not found:
        found = {"text", "latin_name"} if _LATIN_NAME.fullmatch(text) else {"text"}
    return frozenset(found)


def _coded(folded: str, text: str) -> set[str]:
    """Kinds told by digits and signs."""
    if "@" in folded and _EMAIL.search(folded):
        return {"email", "phone"} if _is_phone(_EMAIL.sub(" ", folded)) else {"email"}
    if _DATE.fullmatch(folded):
        return {"date"}
    bare = plain_dashes(_REQUISITE_LABEL.sub("", folded).strip("'` "))
    if bare.replace(" ", "").isdigit():
        return _digits(bare)
    patterns = (
        (_SITE, folded.rstrip("/"), "site"),
        (_YEAR, folded, "year"),
        (_SNILS, bare, "snils"),
        (_KPP, text, "kpp"),
    )
    if found := next((kind for pattern, said, kind in patterns if pattern.fullmatch(said)), ""):
        return {found}
    if _is_phone(folded):
        return {"phone"}
    if _NUMBER.fullmatch(folded):
        return {"number"}
    lengths = [len(number) for number in _REQUISITE.findall(bare)]
    both = len(lengths) == 2 and len(bare) < 60 and set(lengths) & {10, 12} and set(lengths) <= {9, 10, 12, 13, 15}
    return {"requisites"} if both else set()


def _digits(bare: str) -> set[str]:
    """Kinds of nothing but digits and spaces: a number, and what may be written so."""
    joined = bare.replace(" ", "")
    found = {"number"} | _requisites(joined)
    if bare != joined:
        found -= {"inn_like"} if "inn" not in found else set()
    if _YEAR.fullmatch(bare):
        found.add("year")
    if _PLAIN_PHONE.fullmatch(joined) or (bare != joined and _is_phone(bare)):
        found.add("phone")
    return found


def _requisites(digits: str) -> set[str]:
    if len(digits) in (10, 12):
        return {"inn", f"inn{len(digits)}", "inn_like"} if inn_valid(digits) else {"inn_like"}
    if len(digits) in (13, 15):
        return {"ogrn"} if ogrn_valid(digits) else {"ogrn_like"}
    return {"kpp"} if len(digits) == 9 and digits[4:7] in ("010", "501", "430", "450", "320") else set()


def _is_phone(folded: str) -> bool:
    bare = _PHONE_WORDS.sub(" ", plain_dashes(folded)).strip()
    if not _PHONE_SHAPE.fullmatch(bare) or _SNILS.fullmatch(bare):
        return False
    digits = sum(char.isdigit() for char in bare)
    plain = re.sub(r"[^\d]", "", bare)
    return digits >= 6 and (_PHONE_CORE.search(bare) is not None or _PLAIN_PHONE.fullmatch(plain) is not None)


def _worded(folded: str, text: str) -> set[str]:
    """Kinds told by words."""
    party = {"party"} if _PARTY.fullmatch(folded) else set()
    form, rest, _ = split_form(text)
    if form:
        return party | {"company" if rest.strip("\"'«»„“” ") else "form"}
    if folded in _YES_NO:
        return {"yes_no"}
    long = {"long"} if len(text) > 80 else set()
    found = _named(folded, text)
    return party | long | ({found} if found else set())


def _named(folded: str, text: str) -> str:
    """The kind of a name or an address; "" for other words."""
    words = len(_ADDRESS_WORD.findall(folded))
    if (words and _ADDRESS_POSTCODE.search(folded)) or (words > 1 and re.search(r"[,\d]", folded)):
        return "address"
    one = " " not in text
    ways = (
        ("company", _ORGANISATION.search(folded)),
        ("person", is_person(text)),
        ("address", _CITY_STREET.fullmatch(folded)),
        ("company", len(text) <= 120 and _QUOTED.search(text)),
        ("position", POSITION.match(folded)),
        ("patronymic", one and is_patronymic(text)),
        ("given", one and is_given(text)),
    )
    return next((kind for kind, is_so in ways if is_so), "")


def is_person(text: str) -> bool:
    """A name of two to five words one of which is a patronymic, a given name or an initial."""
    first = _SEVERAL.split(_BRACKETS.sub(" ", text))[0]
    words = split_glued_initials(first).split()
    if not 2 <= len(words) <= 5 or not all(is_name_word(word) for word in words):
        return False
    if any(is_patronymic(word) for word in words):
        return True
    initials = [word for word in words if is_initial(word)]
    if initials:
        return len(words) <= 3 and any(len(word) > 2 and word[0].isupper() for word in words)
    return len(words) <= 3 and any(is_given(word) for word in words)
