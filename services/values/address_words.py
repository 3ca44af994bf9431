"""Words of Russian addresses: what names a part, how it is written short, and places known without such a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["region", "place", "street", "number"]


@dataclass(frozen=True)
class PartType:
    """label: the name of the part («улица»); short: how the one-line form writes it («ул.»).

    role: what the word asks for: a region takes the adjective before it, a place the name after it, a street either,
    a number the digits after it. endings: those of an adjective that may stand before a street of this gender.
    """

    label: str
    short: str
    role: Role
    endings: tuple[str, ...] = ()


_FEMININE, _MASCULINE, _NEUTER = ("ая", "яя"), ("ий", "ый", "ой"), ("ое", "ее")


def _street(label: str, short: str, endings: tuple[str, ...]) -> PartType:
    return PartType(label, short, "street", endings)


HOUSE = PartType("дом", "д.", "number")
VILLAGE = PartType("деревня", "дер.", "place")
SELO = PartType("село", "с.", "place")
CITY = PartType("город", "г.", "place")
STREET = _street("улица", "ул.", _FEMININE)
BUILDING = PartType("строение", "стр.", "number")
FLAT = PartType("квартира", "кв.", "number")
AUTONOMOUS = PartType("автономный округ", "АО", "region")
ADMINISTRATIVE = PartType("административный округ", "адм. округ", "region")
REPUBLIC = PartType("республика", "Республика", "region")
DRIVEWAY = _street("проезд", "пр-д", _MASCULINE)
BLOCK = _street("квартал", "кв-л", _MASCULINE)

# Spellings without dots, folded. «д», «с» and «кв» are told apart by what follows (see addresses.py).
_SPELLINGS: tuple[tuple[PartType, str], ...] = (
    (REPUBLIC, "республика респ"),
    (PartType("край", "край", "region"), "край"),
    (PartType("область", "обл.", "region"), "область обл"),
    (AUTONOMOUS, "автокруг"),
    (PartType("автономный округ", "автономный округ - Югра", "region"), "автоокруг-югра"),
    (ADMINISTRATIVE, "админокруг"),
    (PartType("автономная область", "автономная обл.", "region"), "автобласть"),
    (PartType("район", "р-н", "region"), "район р-н р/н м.р-н"),
    (PartType("городской округ", "г.о.", "place"), "горокруг"),
    (PartType("муниципальный округ", "м.о.", "place"), "муницокруг"),
    (PartType("муниципальный округ", "вн.тер.г. муниципальный округ", "place"), "внтермо"),
    (PartType("сельское поселение", "с.п.", "place"), "сельпоселение"),
    (PartType("городское поселение", "г.п.", "place"), "горпоселение"),
    (PartType("поселение", "поселение", "place"), "поселение"),
    (PartType("сельсовет", "с/с", "region"), "сельсовет с/с"),
    (CITY, "город гор г"),
    (PartType("посёлок", "пос.", "place"), "поселок пос п"),
    (PartType("посёлок", "пгт", "place"), "пгт"),
    (PartType("посёлок", "рп", "place"), "рп"),
    (SELO, "село"),
    (VILLAGE, "деревня дер"),
    (PartType("хутор", "х.", "place"), "хутор х"),
    (PartType("станица", "ст-ца", "place"), "станица ст-ца"),
    (PartType("станция", "ст.", "place"), "станция ст"),
    (PartType("слобода", "сл.", "place"), "слобода сл"),
    (PartType("аул", "аул", "place"), "аул"),
    (PartType("территория", "тер.", "place"), "территория тер"),
    (PartType("СНТ", "СНТ", "place"), "снт"),
    (PartType("ДНТ", "ДНТ", "place"), "днт"),
    (PartType("ДНП", "ДНП", "place"), "днп"),
    (PartType("ГСК", "ГСК", "place"), "гск"),
    (PartType("коттеджный посёлок", "КП", "place"), "кп"),
    (PartType("жилой комплекс", "ЖК", "place"), "жк"),
    (PartType("бизнес-центр", "БЦ", "place"), "бц"),
    (PartType("торговый центр", "ТЦ", "place"), "тц"),
    (STREET, "улица ул"),
    (_street("проспект", "пр-т", _MASCULINE), "проспект просп пр-т пр-кт пркт прт"),
    (_street("проспект", "пр.", _MASCULINE), "пр"),
    (_street("переулок", "пер.", _MASCULINE), "переулок пер пер-к"),
    (DRIVEWAY, "проезд пр-д прд"),
    (_street("шоссе", "ш.", _NEUTER), "шоссе ш"),
    (_street("набережная", "наб.", _FEMININE), "набережная наб"),
    (_street("бульвар", "б-р", _MASCULINE), "бульвар б-р бул бульв"),
    (_street("площадь", "пл.", _FEMININE), "площадь пл"),
    (_street("тупик", "туп.", _MASCULINE), "тупик туп"),
    (_street("аллея", "аллея", _FEMININE), "аллея ал"),
    (_street("тракт", "тракт", _MASCULINE), "тракт"),
    (_street("линия", "линия", _FEMININE), "линия лин"),
    (_street("просека", "просека", _FEMININE), "просека"),
    (_street("спуск", "спуск", _MASCULINE), "спуск"),
    (BLOCK, "квартал кв-л"),
    (_street("микрорайон", "мкр.", _MASCULINE), "микрорайон мкр мкрн мкр-н м-н м-он мик-он"),
    (HOUSE, "дом"),
    (PartType("владение", "влад.", "number"), "владение влад вл"),
    (PartType("домовладение", "домовладение", "number"), "домовладение двлд"),
    (PartType("здание", "зд.", "number"), "здание зд"),
    (PartType("сооружение", "соор.", "number"), "сооружение соор"),
    (PartType("участок", "уч.", "number"), "участок уч"),
    (PartType("корпус", "корп.", "number"), "корпус корп кор к"),
    (BUILDING, "строение стр строен"),
    (PartType("литера", "лит.", "number"), "литера литер лит"),
    (PartType("секция", "секция", "number"), "секция"),
    (PartType("подъезд", "подъезд", "number"), "подъезд под"),
    (PartType("этаж", "эт.", "number"), "этаж эт"),
    (PartType("офис", "офис", "number"), "офис оф"),
    (FLAT, "квартира"),
    (PartType("помещение", "пом.", "number"), "помещение помещ пом"),
    (PartType("комната", "ком.", "number"), "комната комн ком"),
    (PartType("кабинет", "каб.", "number"), "кабинет каб"),
    (PartType("павильон", "пав.", "number"), "павильон пав"),
    (PartType("абонентский ящик", "а/я", "number"), "а/я"),
)
TYPES: dict[str, PartType] = {word: kind for kind, words in _SPELLINGS for word in words.split()}
# Which of these a single letter is depends on its neighbour; as a capital inside a name it is an initial.
_ONE_LETTER = frozenset("гдскпхш")
_BY_NEIGHBOUR = {"д", "с", "кв", "ао"}
NUMBER = re.compile(r"№?\d[\w/\\-]*|б/н", re.IGNORECASE)
LETTER = re.compile(r"[\"«]?[А-ЯЁа-яёA-Za-z][\"»]?")

_DOT_BEFORE_WORD = re.compile(r"(?<![\w.-])([^\W\d_][\w-]{0,6})\.(?=[\w«\"])")

# Spellings of several words or with dots inside, each as one word of TYPES.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w.])(?:{pattern})(?![\w])", re.IGNORECASE), f" {word} ")
    for pattern, word in (
        (r"вн\.\s?тер\.\s?г\.\s*муниципальный\s+округ", "внтермо"),
        (r"(?:автономный\s+округ|ао)\s*-\s*югра", "автоокруг-югра"),
        (r"городской\s+округ|гор\.\s*округ|г\.\s?о\.", "горокруг"),
        (r"муниципальный\s+округ|м\.\s?о\.", "муницокруг"),
        (r"муниципальный\s+район|м\.\s?р-н", "р-н"),
        (r"сельское\s+поселение|сельск\.\s*поселение|с\.\s?п\.", "сельпоселение"),
        (r"городское\s+поселение|г\.\s?п\.", "горпоселение"),
        (r"автономный\s+округ|авт\.\s*округ|автономный\s+окр\.", "автокруг"),
        (r"административный\s+округ|адм\.\s*округ", "админокруг"),
        (r"автономная\s+(?:область|обл\.?)", "автобласть"),
        (r"пос[её]лок\s+городского\s+типа|п\.\s?г\.\s?т\.?", "пгт"),
        (r"рабочий\s+пос[её]лок|раб\.\s*пос\.|р\.\s?п\.", "рп"),
        (r"коттеджный\s+пос[её]лок|к\.\s?п\.", "кп"),
        (r"жилой\s+комплекс", "жк"),
        (r"бизнес[- ]центр", "бц"),
        (r"торговый\s+центр", "тц"),
        (r"абонентский\s+ящик|абон\.\s*ящик|а\.\s?я\.", "а/я"),
        (r"садовое\s+(?:некоммерческое\s+)?товарищество", "снт"),
    )
)

# Nearly no address has one, so one look decides whether to go through them.
_PHRASE_HINTS = ("округ", "поселени", "пос", "автоном", "вн.", "авт", "комплекс", "центр", "ящик", "товарищ", "югра")
_DOTTED_HINT = re.compile(r"(?<!\w)[гмспрка]\.\s?(?:[опгя]\.|р-н)")

COUNTRIES = frozenset({"россия", "рф", "российская федерация"})
AUTONOMOUS_NAMES = ("ненецкий", "ханты-мансийский", "чукотский", "ямало-ненецкий")
DISTRICTS_BY_LETTERS = frozenset({"хмао", "хмао-югра", "янао", "нао", "чао"})
REPUBLICS = frozenset(
    "адыгея алтай башкортостан бурятия дагестан ингушетия калмыкия карелия коми крым марий-эл мордовия татарстан тыва"
    " хакасия чувашия чечня удмуртия якутия".split()
)
# Cities people write without «г.»: those of federal standing and of more than about 200,000 people.
CITIES = frozenset(
    name.replace("_", " ")
    for name in (
        "москва санкт-петербург севастополь зеленоград новосибирск екатеринбург казань нижний_новгород челябинск самара"
        " омск ростов-на-дону уфа красноярск воронеж пермь волгоград краснодар саратов тюмень тольятти ижевск барнаул"
        " ульяновск иркутск хабаровск ярославль владивосток махачкала томск оренбург кемерово новокузнецк рязань"
        " астрахань набережные_челны пенза липецк киров чебоксары балашиха калининград тула курск ставрополь сочи"
        " улан-удэ тверь магнитогорск иваново брянск белгород сургут владимир нижний_тагил архангельск чита калуга"
        " смоленск волжский курган череповец орел владикавказ вологда якутск подольск саранск мурманск тамбов грозный"
        " стерлитамак петрозаводск кострома нижневартовск йошкар-ола новороссийск симферополь комсомольск-на-амуре"
        " таганрог сыктывкар нальчик шахты дзержинск братск орск ангарск благовещенск энгельс химки псков"
        " великий_новгород"
        " старый_оскол бийск рыбинск прокопьевск норильск балаково армавир северодвинск южно-сахалинск королев мытищи"
        " петропавловск-камчатский сызрань люберцы каменск-уральский новочеркасск электросталь майкоп абакан находка"
        " уссурийск щербинка троицк"
    ).split()
)

# In the key of an address every spelling of such a word is one.
NAME_WORDS: dict[str, str] = {
    spelling: key
    for key, spellings in {
        "б": "большая большой большое бол",
        "м": "малая малый малое мал",
        "верх": "верхняя верхний верхнее верхн",
        "ниж": "нижняя нижний нижнее нижн",
        "нов": "новая новый новое",
        "стар": "старая старый старое",
        "ср": "средняя средний среднее средн",
        "ак": "академика акад ак",
        "марш": "маршала марш",
        "ген": "генерала ген",
        "": "им имени",
    }.items()
    for spelling in spellings.split()
}


def with_phrases_joined(text: str) -> str:
    """The text with every spelling of _PHRASES as one word of TYPES."""
    lowered = text.lower()
    if any(hint in lowered for hint in _PHRASE_HINTS) or "муниципальный" in lowered or _DOTTED_HINT.search(lowered):
        for pattern, word in _PHRASES:
            text = pattern.sub(word, text)
    return text


def dots_apart(text: str) -> str:
    """«ул.Ленина» → «ул. Ленина»; initials stay together."""
    return _DOT_BEFORE_WORD.sub(_apart, text)


def _apart(match: re.Match[str]) -> str:
    word = _folded(match[1])
    known = word in TYPES or word in _BY_NEIGHBOUR or word in NAME_WORDS
    return f"{match[1]}. " if known else match[0]


def type_at(words: Sequence[str], place: int) -> PartType | None:
    """The type the word names where it stands, None when it is part of a name."""
    word = words[place]
    bare = _folded(word).rstrip(".:")
    kind = TYPES.get(bare)
    if kind is None and bare not in _BY_NEIGHBOUR:
        return None
    before = _folded(words[place - 1]) if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    numbered = NUMBER.fullmatch(after) is not None
    if len(bare) == 1 and not _means_a_type(word, bare, place, after, numbered):
        return None
    if bare in _BY_NEIGHBOUR:
        return _by_neighbour(bare, before, numbered)
    if bare == "пр" and before == "проектируемый":
        return DRIVEWAY
    if kind is not None and kind.role == "place" and place and len(bare) > 4 and word.istitle():
        return None  # «ул. Ленинская Слобода»
    if kind is not None and kind.role == "number" and not (numbered or LETTER.fullmatch(after)):
        return None
    return kind


def _folded(word: str) -> str:
    return word.lower().replace("ё", "е")


def _means_a_type(word: str, bare: str, place: int, after: str, numbered: bool) -> bool:
    """Is the single letter «г.», «д.», … and not an initial or a letter of a house number."""
    if bare not in _ONE_LETTER or (word[0].isupper() and place > 0 and not numbered):
        return False
    lettered = LETTER.fullmatch(after) is not None
    if bare in "дс":
        return numbered or (bool(after) and not lettered and after[0].isalpha())
    if bare == "к":
        return numbered or lettered
    return bare == "ш" or not (not after or numbered or lettered)


def _by_neighbour(bare: str, before: str, numbered: bool) -> PartType:
    if bare == "д":
        return HOUSE if numbered else VILLAGE
    if bare == "с":
        return BUILDING if numbered else SELO
    if bare == "кв":
        return FLAT if numbered else BLOCK
    return AUTONOMOUS if before in AUTONOMOUS_NAMES else ADMINISTRATIVE
