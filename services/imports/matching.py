"""How sure a row of a file is about a record of the base: scores, reasons, what is remembered of decisions."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models import Record
from services.imports.base import Base, Entry

CERTAIN = 80
"""From this score on a row changes the record without asking."""
MOST_CANDIDATES = 5
KEYED = "ключ записи из выгрузки"
Weight = tuple[int, str]
"""What a likeness is worth, 0–100, with its name. A row of a file and a pair of records are weighed alike."""
SAME_INN: Weight = (100, "тот же ИНН")
INN_NOT_SURNAME: Weight = (90, "тот же ИНН и имя, фамилия другая")
INN_ONLY: Weight = (60, "ИНН тот же, а имя другое")
NAME_AND_BIRTH: Weight = (95, "имя и дата рождения те же")
NAME_AND_EMAIL: Weight = (92, "имя и адрес почты те же")
NAME_AND_PHONE: Weight = (88, "имя и телефон те же")
NAME_AND_PLACE: Weight = (85, "имя и место работы те же")
NAME: Weight = (CERTAIN, "имя то же")
SEVERAL: Weight = (60, "полных тёзок в базе несколько")
NAME_IN_PART: Weight = (55, "имя подходит, но указано не полностью")
NOT_SURNAME: Weight = (50, "имя, отчество и контакт те же, фамилия другая")
AGAINST_NAME = 45
"""The name is the same, and something speaks against it."""
SAME_NUMBER, SAME_NUMBER_AND_NAME, SAME_ADDRESS = 98, 100, 10
COMPANY_NAME: Weight = (CERTAIN, "название то же")
NAME_WITHOUT_FORM: Weight = (65, "название то же без учёта формы")
CONTACT_AND_WORD = 50
DECIDED, DECIDED_NEW = "решено человеком", "решено: это новая запись"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record a row may mean: score 0–100 and the reason in Russian."""

    entry: Entry
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a row means. `entry` None: nobody for certain; `candidates`: who it might be, the likeliest first."""

    entry: Entry | None = None
    score: int = 0
    reason: str = ""
    candidates: tuple[Candidate, ...] = field(default=())
    identity: str = ""
    is_decided: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must decide: somebody stored fits, but not for certain."""
        stored = any(not candidate.entry.is_new for candidate in self.candidates)
        return self.entry is None and stored and not self.is_decided

    def to_json(self) -> dict[str, Any]:
        """{"entity", "id", "score", "reason", "candidates": [{"entity", "id", "name", "score", "reason"}]}."""
        found: dict[str, Any] = {"score": self.score, "reason": self.reason}
        if self.entry is not None:
            found |= {"entity": self.entry.model.__name__, "id": self.entry.ref}
        stored = [candidate for candidate in self.candidates if not candidate.entry.is_new]
        if stored:
            found["candidates"] = [
                {
                    "entity": c.entry.model.__name__, "id": c.entry.ref, "name": c.entry.name, "score": c.score,
                    "reason": c.reason,
                }
                for c in stored
            ]  # fmt: skip
        return found


def best(candidates: Iterable[Candidate], identity: str) -> Match:
    """The match: the best candidate when it is certain and no other of the base as good, else all to choose from."""
    ordered = sorted(candidates, key=lambda candidate: -candidate.score)
    unique: dict[int, Candidate] = {}
    for candidate in ordered:
        unique.setdefault(id(candidate.entry), candidate)
    left = list(unique.values())[:MOST_CANDIDATES]
    if not left:
        return Match(identity=identity)
    first = left[0]
    if first.score >= CERTAIN and not _is_tied(left):
        return Match(first.entry, first.score, first.reason, tuple(left[1:]), identity)
    return Match(None, first.score, first.reason, tuple(left), identity)


def decided(match: Match, decisions: Mapping[str, tuple[str, int | None]], base: Base, model: type[Record]) -> Match:
    """A doubtful match as somebody decided it before, if anybody has; other candidates stay, to be chosen yet."""
    if match.identity not in decisions:
        return match
    number = decisions[match.identity][1]
    if number is None:
        return replace(match, reason=DECIDED_NEW, is_decided=True)
    chosen = base.stored(model, number)
    if not chosen.values:  # deleted since
        return match
    return replace(match, entry=chosen, score=100, reason=DECIDED, is_decided=True)


def _is_tied(candidates: list[Candidate]) -> bool:
    """Whether two stored records fit equally well."""
    stored = [candidate for candidate in candidates if not candidate.entry.is_new]
    return len(stored) > 1 and stored[0] is candidates[0] and stored[1].score == stored[0].score


def identity(model: str, *parts: str | None) -> str:
    """What a decision is remembered by: a hash of everything a row says of who it means."""
    said = "\x1f".join(part or "" for part in parts)
    return f"{model}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
