"""Recognises the tables of a worksheet: which table of the office each is, which column is which, what its rows are."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from xlsxwriter.utility import xl_col_to_name

from services.imports.contents import SAMPLED_ROWS, Profile, profiles
from services.imports.finding import Area, find_areas
from services.imports.header import Heading, meaning_of
from services.imports.headings import heading_key, is_mark, sheet_title, words, words_key
from services.imports.mapping import BY_LABEL, KEY, NAMED, PARTIES, PARTS, Found, keys_of, match
from services.imports.reading import RawSheet
from services.imports.recognised import NEW_FIELD, Cells, DataRow, RecognisedSheet, SheetChoice, SheetColumn
from services.imports.refusing import TELLING, UNKNOWN, looks_like, without_heading
from services.imports.synonyms import SHARED, meaning
from services.imports.table_rows import Below, texts_above
from services.tables.columns import RECORD_KEY
from services.tables.registry import OWN, TABLES

__all__ = [
    "DataRow", "RecognisedSheet", "SheetChoice", "SheetColumn", "find_tables", "heading_key", "is_mark",
]  # fmt: skip

Remembered = Callable[[str], tuple[str, Mapping[int, str]] | None]
"""Shape of a table → what was confirmed for it: the table («» is not loaded) and place → key, as in SheetChoice."""

TITLE_BONUS, PHRASE_BONUS = 2.0, 1.5
"""What a fitting title of the sheet is worth, in columns: tables of people differ by little else."""
_PHRASES = {
    "members": re.compile(r"реестр\w* член|член\w* (?:ассоциаци|науз|сро|союз|палат|партнерств)|список членов"),
    "committees": re.compile(r"^комитет|(?:члены|состав) комитет"),
    "chairs": re.compile(r"председател\w* комитет"),
    "speakers": re.compile(r"спикер|докладчик|лектор|преподавател"),
    "events": re.compile(r"мероприяти|событи"),
    "courses": re.compile(r"\bкурс(?:ы|ов|а)?\b|образовательн\w* программ"),
    "venues": re.compile(r"площадк|мест\w* проведени"),
}
_SIGNS = {
    "members": {"fee_amount", "paid_on", "ends_on"},
    "committees": {"position", "committee"},
    "chairs": {"committee"},
    "speakers": {"topics"},
}
"""Keys that make a table what it is, where no title does."""
_PARTY_SIGNS = {"ogrn", "kpp", "legal_address", "site", "director", "legal_form", "requisites"}
_PERSON_SIGNS = {"birth_date", "passport", "last_name", "first_name", "position", "position_in_company"}
_OF_EVENTS = {"starts_on", "format", "speakers", "venue", "invited", "attended"}
_NAME_OF = {"courses": "course_name", "events": "event_name", "venues": "venue_name", "speakers": "speakers"}
AMBIGUOUS = "не понятно, люди в нём или организации: выберите таблицу сами"
OF_VIEW = "это выгрузка «Приглашений»: изменения вносят в физ. и юр. лица"
VIEWS = tuple(name for name in TABLES if name not in OWN)
HIDDEN = "лист скрыт; чтобы загрузить его, выберите для него таблицу"


@dataclass(frozen=True)
class _Guess:
    table: str
    found: Mapping[int, Found]
    score: float

    @property
    def keys(self) -> set[str]:
        return {item.key for item in self.found.values() if item.key}


def find_tables(
    sheet: RawSheet,
    choices: Mapping[int, SheetChoice] | None = None,
    *,
    remembered: Remembered = lambda _: None,
    table: str | None = None,
) -> tuple[RecognisedSheet, ...]:
    """Every table of the sheet, at least one unless the sheet is blank; what is not loaded says why.

    `choices` are the user's by part and win over everything, what is `remembered` for the shape wins over recognition.
    `table` is what every part is to be where nobody chose otherwise.
    """
    return tuple(
        _Recognition(sheet, area, part, (choices or {}).get(part, SheetChoice()), remembered, table).result()
        for part, area in enumerate(find_areas(sheet))
    )


class _Recognition:
    """One table of a sheet on its way to a RecognisedSheet."""

    def __init__(
        self, sheet: RawSheet, area: Area, part: int, choice: SheetChoice, remembered: Remembered, forced: str | None
    ) -> None:
        self.sheet, self.area, self.part = sheet, area, part
        self.headings: Mapping[int, Heading] = area.header.headings if area.header else {}
        self.profiles = profiles(area.sheet.rows[number] for number in area.below[:SAMPLED_ROWS])
        self.above = texts_above(area)
        self.titles = [sheet_title(sheet.name), *(text for _, text in self.above)]
        self.shape = self._shape()
        self.choice = choice
        self.memory = remembered(self.shape) or (None, {})
        self.wanted = next((t for t in (choice.table, forced, self.memory[0]) if t is not None), None)

    def result(self) -> RecognisedSheet:
        """The table with its columns and rows, or the reason why it is not loaded."""
        if self.sheet.hidden and self.choice.table is None and (self.wanted is None or self.wanted == self.memory[0]):
            return self._refused(HIDDEN)
        if self.wanted == "":
            return self._refused("его решено не загружать")
        if self.wanted is not None:
            return self._table(self._guess(self.wanted))
        if self._is_of_view():
            return self._refused(OF_VIEW)
        guesses = [guess for guess in map(self._guess, OWN) if self._is_possible(guess)]
        best = max(guesses, key=lambda guess: guess.score, default=None)
        reason = self._reason(best)
        return self._refused(reason, best) if best is None or reason else self._table(best)

    def _is_of_view(self) -> bool:
        """Our own export of a table whose rows are no records: the hidden key of its rows says so."""
        places = [place for place, heading in self.headings.items() if meaning_of(heading) == RECORD_KEY]
        cells = (self.area.sheet.rows[number][place : place + 1] for number in self.area.below[:1] for place in places)
        return any(str(cell).startswith(tuple(f"{name}:" for name in VIEWS)) for found in cells for cell in found)

    def _guess(self, table: str) -> _Guess:
        by_words = self.area.header is not None and self.area.header.by_words
        found = match(table, self.headings, self.profiles, by_words=by_words)
        return _Guess(table, found, self._score(table, found))

    def _score(self, table: str, found: Mapping[int, Found]) -> float:
        keys = {item.key for item in found.values() if item.key}
        score = sum(min(i.sure, 1.0) + (0.25 if i.sure == BY_LABEL else 0.0) for i in found.values() if i.key)
        score += self._title_bonus(table) + 1.5 * len(self._signs(table, found))
        if table in PARTIES:
            score += len(keys & _PARTY_SIGNS)
            score += 1.5 * any(p.share("inn10") > 0.5 for p in self.profiles.values())
        elif table in NAMED:
            score += len(keys & _PERSON_SIGNS)
        return score + self._name_bonus(table, found)

    def _name_bonus(self, table: str, found: Mapping[int, Found]) -> float:
        """Whether people or organisations are named, by the look of the names."""
        names = [self.profiles[place] for place, i in found.items() if i.key == KEY and place in self.profiles]
        if not names:
            return 0.0
        person, company = names[0].share("person"), names[0].share("company")
        if table in NAMED:
            return 1.5 if person >= 0.5 else -3.0 if company >= 0.5 else 0.0
        if table in PARTIES:
            return 1.5 if company >= 0.5 else -1.5 if person >= 0.8 else 0.0
        return -3.0 if person >= 0.6 else 0.0

    def _title_bonus(self, table: str) -> float:
        own = {heading_key(title) for title in (TABLES[table].title, *TABLES[table].sheet_titles)}
        if any(heading_key(title) in own for title in self.titles):
            return TITLE_BONUS
        phrase = _PHRASES.get(table)
        return PHRASE_BONUS if phrase and any(phrase.search(words(title)) for title in self.titles) else 0.0

    def _is_of_chairs(self) -> bool:
        said = any("председател" in words(heading.text) for heading in self.headings.values())
        return said or self._title_bonus("chairs") > 0

    def _signs(self, table: str, found: Mapping[int, Found]) -> set[str]:
        """Keys that tell the table; «Сумма» of nobody knows what is none."""
        signs = set(_SIGNS.get(table, ()))
        if table in ("chairs", "committees") and (table == "chairs") is not self._is_of_chairs():
            signs -= {"committee"}  # members say their committee as well
        bare = {place for place, heading in self.headings.items() if words_key(heading.text) == words_key("сумма")}
        return {i.key for place, i in found.items() if i.key and place not in bare} & signs

    def _is_possible(self, guess: _Guess) -> bool:
        """Whether the table may be this one: it names somebody, and something says which table it is."""
        keys, table = guess.keys, guess.table
        if not keys & {KEY, "last_name"}:
            return False
        if table in ("people", "companies") or self._title_bonus(table):
            return True
        said = {m.name for h in self.headings.values() for t in (h.text, h.other) if t and (m := meaning(t))}
        if self._signs(table, guess.found) or _NAME_OF.get(table) in said:
            return table != "speakers" or "topics" in keys or len(keys) > 1
        return table == "events" and len(keys & _OF_EVENTS) > 1

    def _reason(self, best: _Guess | None) -> str:
        """Why even the best guess is no table of the office, "" when it is."""
        unlike = looks_like([heading.text for heading in self.headings.values()], best.keys if best else set())
        if unlike or (best and self._is_enough(best)):
            return unlike or (AMBIGUOUS if best and self._is_ambiguous(best) else "")
        return UNKNOWN if self.area.header else without_heading(self.area, self.profiles)

    def _is_enough(self, best: _Guess) -> bool:
        others = best.keys - {KEY, *PARTS}
        if others and self._title_bonus(best.table):
            return True
        place = next((p for p, item in best.found.items() if item.key in (KEY, "last_name")), -1)
        sure = best.found[place].sure
        profile = self.profiles.get(place, Profile())
        confirmed = profile.share("person", "company") >= 0.4
        if self.area.header is None or not self.area.header.by_words:
            return bool(others) and (confirmed or "first_name" in best.keys)
        said = meaning(self.headings[place].text) if place in self.headings else None
        if said is None or said.name == "name" or sure < 0.7:
            # A name and a page are any list of links, unless the names are those of organisations.
            telling = others & (TELLING if confirmed else TELLING - {"site"})
            return bool(telling) or self._title_bonus(best.table) > 0
        return bool(others) or confirmed or self._title_bonus(best.table) > 0

    def _is_ambiguous(self, best: _Guess) -> bool:
        """Whether «Name» stands over Latin words that are people as likely as companies, and nothing else tells."""
        place = next((p for p, item in best.found.items() if item.key == KEY), -1)
        said = meaning(self.headings[place].text) if place in self.headings else None
        if said is None or said.name != "name" or best.keys & {*_PARTY_SIGNS, *_PERSON_SIGNS} - {"site"}:
            return False
        names = self.profiles.get(place, Profile())
        is_latin = names.share("latin_name") >= 0.5 > names.share("person", "company")
        return is_latin and best.keys.isdisjoint({"inn", "workplace", "company"}) and not self._title_bonus(best.table)

    def _table(self, guess: _Guess) -> RecognisedSheet:
        found = self._with_choices(guess)
        names = tuple(place for place, item in sorted(found.items()) if item.key in (KEY, *PARTS))
        below = Below(self.area, guess.table, self.headings, names, self.profiles)
        rows, asides = below.read(self.above)
        header = self.area.header.rows if self.area.header else ()
        return RecognisedSheet(
            self.sheet.name, guess.table, header[-1] if header else None, self._columns(found), rows, "", asides,
            self.part, self.shape, self.sheet.hidden, header,
        )  # fmt: skip

    def _refused(self, reason: str, guess: _Guess | None = None) -> RecognisedSheet:
        """All filled rows and the headings, so that the user sees what there is to choose from."""
        rows = tuple(
            DataRow(number, "", Cells(dict(enumerate(self.area.sheet.rows[number])))) for number in self.area.numbers
        )
        columns = tuple(replace(column, key=None) for column in self._columns(guess.found if guess else {}))
        return RecognisedSheet(
            self.sheet.name, None, None, columns, rows, reason, (), self.part, self.shape, self.sheet.hidden
        )

    def _with_choices(self, guess: _Guess) -> dict[int, Found]:
        """What was recognised, over it what was confirmed before, over that what the user chose now."""
        found = dict(guess.found)
        allowed = keys_of(guess.table)
        kept = self.memory[1] if self.memory[0] == guess.table else {}
        for how, chosen in (("remembered", kept), ("chosen", self.choice.columns)):
            for place, key in chosen.items():
                if key and not key.startswith(NEW_FIELD) and key not in allowed:
                    continue
                for other, item in found.items():
                    if key and item.key == key and other != place and key not in SHARED:
                        rival = self.headings[place].text if place in self.headings else xl_col_to_name(place)
                        found[other] = Found(None, 0.0, item.how, remark=f"Не загружается: вместо неё взята «{rival}».")
                found[place] = Found(key or None, 5.0, how)  # type: ignore[arg-type]
        return found

    def _columns(self, found: Mapping[int, Found]) -> tuple[SheetColumn, ...]:
        """The columns that have a heading, a key or cells."""
        places = sorted({*self.headings, *found, *(place for place, p in self.profiles.items() if p.filled)})
        columns = []
        for place in places:
            item = found.get(place, Found(None))
            heading = self.headings[place].text if place in self.headings else f"колонка {xl_col_to_name(place)}"
            columns.append(SheetColumn(place, heading, item.key, item.how, item.remark))
        return tuple(columns)

    def _shape(self) -> str:
        if self.area.header:
            parts = [f"{place}:{h.group_key}/{h.key}" for place, h in self.headings.items()]
        else:
            parts = [f"{place}:{max(sorted(p.counts), key=p.share, default='')}" for place, p in self.profiles.items()]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
