"""Which column of a sheet is which column of a table: by heading, and by what the cells look like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from services.imports.contents import TYPED, Profile
from services.imports.header import Heading
from services.imports.headings import heading_key, is_mark, words, words_key
from services.imports.recognised import How
from services.imports.synonyms import MEANINGS, PSEUDO, SHARED, Meaning, meaning
from services.tables.columns import Column
from services.tables.registry import TABLES

KEY = "name"
PARTS = ("last_name", "first_name", "middle_name")
NAMED = frozenset({"people", "committees", "chairs", "speakers"})
"""Tables whose rows are people."""
PARTIES = frozenset({"companies", "members"})
"""Tables whose rows are organisations, now and then a person among them."""
BY_LABEL, BY_HEADING, BY_CONTENT = 4.0, 3.0, 0.6
NEARLY_ALL, MOST = 0.9, 0.5

_KINDS_OF: dict[str, tuple[str, ...]] = {
    "phone": ("phone", "number", "inn_like"),
    "email": ("email",),
    "site": ("site",),
    "inn": ("inn", "inn_like", "requisites", "number"),
    "ogrn": ("ogrn", "ogrn_like", "requisites", "number"),
    "director": ("person", "position", "given", "patronymic"),
    "contact": ("person", "position", "given", "patronymic"),
    "birth_date": ("date", "year", "number"),
    "contract_date": ("date", "year", "number"),
    "legal_address": ("address",),
    "actual_address": ("address",),
}
"""What the cells of these keys look like; other keys hold words of any kind."""
_SAYS = {
    "phone": "телефоны",
    "email": "адреса эл. почты",
    "site": "адреса сайтов",
    "inn": "ИНН",
    "ogrn": "ОГРН",
    "date": "даты",
    "person": "имена людей",
    "company": "названия организаций",
    "address": "адреса",
}
_OWN_KEY = {
    **{table: {"person": KEY, "company": "company"} for table in NAMED},
    **{table: {"company": KEY, "person": "contact", "address": "actual_address"} for table in PARTIES},
    "people": {"person": KEY, "company": "workplace", "address": "region", "position": "position"},
    "venues": {"company": "partner", "person": "contacts", "address": "address"},
}
"""By table: where names and addresses go that no heading tells of."""


@dataclass(frozen=True)
class Found:
    """What a column was recognised as, and how surely; `key` None: nothing, and `remark` may say why."""

    key: str | None
    sure: float = 0.0
    how: How = "heading"
    remark: str = ""


@dataclass(frozen=True)
class _Names:
    """A column by the keys of its label, its other headings, its group."""

    column: Column
    label: frozenset[str]
    others: frozenset[str]
    group: str


def keys_of(table: str) -> frozenset[str]:
    """Every key a column of a sheet may have in this table, those of new fields left out."""
    pseudo = (key for key, found in PSEUDO.items() if table in found.tables)
    return frozenset((*(column.key for column in TABLES[table].columns), *pseudo))


def match(
    table: str, headings: Mapping[int, Heading], profiles: Mapping[int, Profile], *, by_words: bool
) -> dict[int, Found]:
    """What every column is in this table. Without `by_words` the headings are unknown words: contents decide."""
    found = _by_heading(table, headings, profiles)
    found = {place: _checked(table, item, headings[place], profiles.get(place)) for place, item in found.items()}
    found = _one_each(table, found, headings)
    _by_content(table, found, headings, profiles, by_words=by_words)
    _parts(table, found, headings, profiles)
    return found


def _by_heading(table: str, headings: Mapping[int, Heading], profiles: Mapping[int, Profile]) -> dict[int, Found]:
    found = _declared(table, headings)
    allowed = keys_of(table)
    for place, heading in headings.items():
        profile = profiles.get(place, Profile())
        for said in _meanings(heading) if place not in found else ():
            keys = _kind(heading, profile) if said.name == "kind" else MEANINGS[table].get(said.name, ())
            if said.name == "person_name" and table in PARTIES and profile.share("company") >= MOST:
                keys = (KEY,)  # FullName of an organisation
            elif said.name == "org_name" and said.sure < 1 and table in NAMED and profile.share("person") >= MOST:
                keys = (KEY,)  # a client may be a person
            sure = said.sure * _fitting(table, said.name, profile)
            if keys and keys[0] in allowed and sure:
                found[place] = Found(keys[0], sure)
                break
    return found


def _fitting(table: str, said: str, profile: Profile) -> float:
    """How far a meaning carries over to this table: «Название» names people only where people may stand below."""
    if table in NAMED and said == "contact":
        return 0.4
    if table in NAMED and said == "name":
        return 0.6 if profile.share("person") >= MOST else 0.3 if profile.share("latin_name") >= MOST else 0.0
    if table in PARTIES and said == "person_name":
        return 0.8 if profile.share("company") >= MOST else 0.5
    return 1.0


def _meanings(heading: Heading) -> list[Meaning]:
    """What the heading may mean: with its group where the group says whose it is; else by itself, then with it."""
    own = [found for text in (heading.text, heading.other) if text and (found := meaning(text))]
    whole = meaning(f"{heading.group} {heading.text}") if heading.group else None
    if whole and (_is_directing(heading) or is_mark(heading.text)):
        return [whole]
    return [*own, *([whole] if whole else [])]


def _is_directing(heading: Heading) -> bool:
    """Whether the group tells whose names and addresses stand below: «Руководитель: ФИО, телефон»."""
    group = meaning(heading.group) if heading.group else None
    return group is not None and group.name in {"director", "contact", "address", "legal_address", "actual_address"}


def _declared(table: str, headings: Mapping[int, Heading]) -> dict[int, Found]:
    """Columns by the headings the table declares: first by their own labels, then by the other names they have."""
    found: dict[int, Found] = {}
    left = list(_names(table))
    for sure in (BY_LABEL, BY_HEADING):
        for place, heading in headings.items():
            if place in found or is_mark(heading.text) or _is_directing(heading):
                continue
            keys = {heading.key, words_key(heading.text)}
            named = [c for c in left if keys & (c.label if sure == BY_LABEL else c.others)]
            fitting = [c for c in named if _same_group(c, heading)]
            # Of two columns of one name the one of that group; without groups, the first.
            best = next((c for c in fitting if c.group == heading.group_key), fitting[0] if fitting else None)
            if best:
                found[place] = Found(best.column.key, sure)
                if best.column.key not in SHARED:
                    left.remove(best)
    return found


@lru_cache
def _names(table: str) -> tuple[_Names, ...]:
    def keys(texts: Iterable[str]) -> frozenset[str]:
        return frozenset(key for text in texts for key in (heading_key(text), words_key(text)))

    return tuple(_Names(c, keys((c.label,)), keys(c.headings), heading_key(c.group)) for c in TABLES[table].columns)


def _same_group(names: _Names, heading: Heading) -> bool:
    """A date of a document is told from a contract by its group only, so a different group is another column."""
    return not names.column.key.startswith("received_") or not heading.group or heading.group_key == names.group


def _kind(heading: Heading, profile: Profile) -> tuple[str, ...]:
    """«Тип партнёра» is a legal form or «юр. лицо» by its cells; without cells, by its words."""
    if profile.share("form") >= MOST and profile.share("form") >= profile.share("party"):
        return ("legal_form",)
    if profile.share("party") >= MOST:
        return ("party_type",)
    text = words(heading.text)
    if not profile.filled and ("правов" in text or "опф" in text):
        return ("legal_form",)
    return ()


def _checked(table: str, found: Found, heading: Heading, profile: Profile | None) -> Found:
    """The column with what its cells say against the heading: nearly all of them decide, most of them are remarked."""
    expected = ("person",) if table in NAMED and found.key == KEY else _KINDS_OF.get(found.key or "", ())
    if profile is None or not profile.filled or not expected:
        return found
    if table == "people" and found.key == "inn" and profile.share("inn10") > MOST:
        return Found(None, 0.0, "content", f"В колонке «{heading.text}» ИНН организаций, а не людей: не загружается.")
    rivals = [kind for kind in _SAYS if kind not in expected]
    rival = max(rivals, key=profile.share)
    share = profile.share(rival)
    is_both = found.key not in SHARED and rival in SHARED and min(map(profile.share, SHARED)) > 0
    if is_both:  # «Контакты»: either will do
        share = min(1.0, sum(map(profile.share, SHARED)))
    if found.key in ("phone", "inn", "ogrn") and rival in ("inn", "ogrn"):
        # Plain digits pass for either: only right check digits in all of them speak against the heading.
        expected = ("phone",) if found.key == "phone" else (found.key or "",)
        share = share if profile.filled > 1 else 0.0
    if share <= MOST or share <= profile.share(*expected):
        return found
    said = f"В колонке «{heading.text}» {'телефоны и адреса эл. почты' if is_both else _SAYS[rival]}"
    if share < NEARLY_ALL or (profile.filled < 2 and not is_both):
        return replace(
            found, remark=f"{said}: так в {round(share * profile.filled)} из {profile.filled} ячеек. Проверьте её."
        )
    key = rival if rival in TYPED else _OWN_KEY.get(table, {}).get(rival)
    if key is None or key not in keys_of(table):
        return Found(None, 0.0, "content", f"{said}: не загружается.")
    where = "загружаются по своим колонкам" if is_both else f"загружается как «{label_of(table, key)}»"
    return Found(key, BY_CONTENT, "content", f"{said}: {where}.")


def label_of(table: str, key: str) -> str:
    """What a key is called, for people."""
    declared = next((column.label for column in TABLES[table].columns if column.key == key), None)
    return declared or PSEUDO[key].label


def _one_each(table: str, found: Mapping[int, Found], headings: Mapping[int, Heading]) -> dict[int, Found]:
    """One column for each key: the surest, of equals the first; phones and e-mails may stand in several."""
    taken: dict[str, int] = {}
    result = dict(found)
    for place, item in sorted(found.items(), key=lambda pair: (-pair[1].sure, pair[0])):
        key = item.key
        if key is None or key in SHARED:
            continue
        if key in taken:
            result[place] = _lost(table, key, item, headings[taken[key]])
        else:
            taken[key] = place
    return dict(sorted(result.items()))


def _lost(table: str, key: str, item: Found, winner: Heading) -> Found:
    told = item.remark.partition(":")[0] + ". " if item.how == "content" and item.remark else ""
    return Found(
        None, 0.0, item.how, f"{told}Не загружается: «{label_of(table, key)}» берётся из колонки «{winner.text}»."
    )


def _by_content(
    table: str,
    found: dict[int, Found],
    headings: Mapping[int, Heading],
    profiles: Mapping[int, Profile],
    *,
    by_words: bool,
) -> None:
    """Columns nobody recognised by their headings, by check digits and the look of the cells."""
    taken = {item.key for item in found.values()}
    for place, profile in sorted(profiles.items()):
        heading = headings.get(place)
        free = place not in found and (heading is None or not _is_spoken_for(heading) or is_mark(heading.text))
        if not free or not profile.filled:
            continue
        key = _typed_key(table, profile) or ("" if by_words and heading else _worded_key(table, profile, taken))
        if key and (key not in taken or key in SHARED):
            found[place] = Found(key, BY_CONTENT, "content")
            taken.add(key)
    _parts_by_content(table, found, profiles, taken)
    if not taken & {KEY, "last_name"}:
        _name_by_content(table, found, headings, profiles)


def _parts_by_content(
    table: str, found: dict[int, Found], profiles: Mapping[int, Profile], taken: set[str | None]
) -> None:
    """A given name and a patronymic in columns of their own, the surname before them or behind."""
    if table not in NAMED or taken & {KEY, *PARTS}:
        return
    free = [place for place, profile in sorted(profiles.items()) if place not in found and profile.filled]
    given = next((place for place in free if profiles[place].share("given") >= 0.7), None)
    middle = next((place for place in free if profiles[place].share("patronymic") >= 0.7), None)
    if given is None or middle is None:
        return
    beside = (p for p in (given - 1, middle + 1) if p in free and profiles[p].share("text") >= 0.7)
    if (last := next(beside, None)) is not None:
        places = zip(PARTS, (last, given, middle), strict=True)
        found.update({place: Found(key, BY_CONTENT, "content") for key, place in places})
        taken.update(PARTS)


def _is_spoken_for(heading: Heading) -> bool:
    """Whether the heading means something, be it nothing of this table: the fax is no phone for want of a column."""
    return bool(_meanings(heading))


def _typed_key(table: str, profile: Profile) -> str | None:
    allowed = keys_of(table)
    for kind in ("requisites", *TYPED):
        if kind in allowed and profile.share(kind) >= 0.8 and not (table == "people" and profile.share("inn10") > MOST):
            return kind
    return None


def _worded_key(table: str, profile: Profile, taken: set[str | None]) -> str | None:
    """For tables without words above them: names, addresses, forms; ten digits are an ИНН though they do not add up."""
    for kind, key in _OWN_KEY.get(table, {}).items():
        if profile.share(kind) >= 0.7 and key not in taken:
            return key
    if table in PARTIES and profile.share("form") >= 0.8:
        return "legal_form"
    if table in PARTIES and profile.share("inn_like") >= 0.8 and "inn" not in taken:
        return "inn"
    return None


def _name_by_content(
    table: str, found: dict[int, Found], headings: Mapping[int, Heading], profiles: Mapping[int, Profile]
) -> None:
    """The column that names the rows, when no heading does."""
    kind = next((kind for kind, key in _OWN_KEY.get(table, {}).items() if key == KEY), None)
    free = [p for p in profiles if p not in found and not (p in headings and _is_spoken_for(headings[p]))]
    best = max(free, key=lambda place: profiles[place].share(kind or ""), default=None)
    if kind and best is not None and profiles[best].share(kind) >= MOST:
        found[best] = Found(KEY, BY_CONTENT, "content")


def _parts(
    table: str, found: dict[int, Found], headings: Mapping[int, Heading], profiles: Mapping[int, Profile]
) -> None:
    """ФИО in one column or in three, never both; «Имя» alone is the whole name."""
    if table not in NAMED:
        return
    at = {item.key: place for place, item in found.items() if item.key in (KEY, *PARTS)}
    generic = [p for p, h in headings.items() if found.get(p, Found(KEY)).key == KEY and _says_name(h)]
    if "last_name" in at and "first_name" not in at and generic:
        # Bitrix24 calls the given name NAME.
        found[generic[0]] = Found("first_name", 1.0)
    elif {"last_name", "first_name"} <= set(at) and KEY in at and found[at[KEY]].sure < 1:
        found[at[KEY]] = _lost(table, "last_name", found[at[KEY]], headings.get(at["last_name"], Heading("Фамилия")))
    elif KEY in at and _stand_apart(at[KEY], headings, profiles):
        found.update({at[KEY] + step: Found(key, 1.0) for step, key in enumerate(PARTS)})
    elif KEY in at:
        winner = headings.get(at[KEY], Heading("имя"))
        found.update({at[key]: _lost(table, KEY, found[at[key]], winner) for key in PARTS if key in at})
    elif set(at) == {"first_name"}:
        found[at["first_name"]] = replace(found[at["first_name"]], key=KEY)
    elif "last_name" in at and profiles.get(at["last_name"], Profile()).share("person") >= MOST:
        found[at["last_name"]] = replace(found[at["last_name"]], key=KEY)


def _stand_apart(place: int, headings: Mapping[int, Heading], profiles: Mapping[int, Profile]) -> bool:
    """Whether «ФИО» stands over three columns: a surname, and beside it a given name and a patronymic."""
    if place + 1 in headings or place + 2 in headings:
        return False
    given, middle = (profiles.get(place + step, Profile()) for step in (1, 2))
    return given.share("given") >= MOST and middle.share("patronymic") >= MOST


def _says_name(heading: Heading) -> bool:
    return any(said.name == "name" for said in _meanings(heading))
