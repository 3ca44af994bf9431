"""Two records side by side: where they differ, which value is likely the right one, what choosing comes to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

from models import FieldOrigin, Person, Record, Source
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.history.recorder import WHOLE, recorded
from services.history.wording import NAMES, SOURCES, fields_of, worded
from services.tables.columns import Column
from services.tables.references import names
from services.values import merge_emails, merge_phones

Side = Literal["kept", "lost", "both"]
NAME = "full_name"
"""The three parts of a person's name are chosen together."""
MERGED = {"phone": merge_phones, "email": merge_emails}
"""Lists, of which both may be kept."""
TRUE_WINS = frozenset({"active", "is_member", "do_not_disturb"})


@dataclass(frozen=True)
class Difference:
    """A field in which the two differ: both texts, where each value comes from, what is proposed; or both of a list."""

    key: str
    label: str
    kept: str
    lost: str
    kept_note: str
    lost_note: str
    proposed: Side
    may_both: bool


@dataclass(frozen=True)
class _Origin:
    by_hand: bool
    at: Any
    words: str


@requires(Permission.BASE_EDIT)
def differences(session: Session, actor: Actor, kept: Any, lost: Any) -> tuple[Difference, ...]:
    """The fields the actor may see in which the two differ, in the order of the columns."""
    columns = fields_of(type(kept).__name__, actor)
    called = _called(session, columns, kept, lost)
    origins = {record.id: _origins(session, record) for record in (kept, lost)}
    found: list[Difference] = []
    for key, label in _keys(kept, columns):
        parts = tuple(NAMES) if key == NAME else (key,)
        if all(_plain(getattr(kept, part)) == _plain(getattr(lost, part)) for part in parts):
            continue
        texts = [record.name if key == NAME else _text(columns, key, record, called) for record in (kept, lost)]
        own = [_origin(origins[record.id], parts[0]) for record in (kept, lost)]
        notes = [origin.words if text else "" for origin, text in zip(own, texts, strict=True)]
        side = _proposed(key, kept, lost, own)
        found.append(Difference(key, label, texts[0], texts[1], notes[0], notes[1], side, key in MERGED and all(texts)))
    return tuple(found)


def values_of(actor: Actor, kept: Any, lost: Any, choices: Mapping[str, Side]) -> dict[str, Any]:
    """What the record that stays is to hold: as chosen; where nobody chose, or may see it, what is filled."""
    columns = fields_of(type(kept).__name__, actor)
    shown = dict(_keys(kept, columns))
    values: dict[str, Any] = {}
    for key in _fields(kept):
        group = NAME if key in NAMES and isinstance(kept, Person) else key
        a, b = getattr(kept, key), getattr(lost, key)
        side = choices.get(group) if group in shown else None
        if side == "both" and key in MERGED:
            values[key] = MERGED[key](a, b)
        elif side is not None:
            values[key] = b if side == "lost" else a
        else:
            values[key] = b if a in (None, "") else (a or b) if key in TRUE_WINS else a
    return {key: value for key, value in values.items() if value != getattr(kept, key)}


def fullness(record: Any) -> int:
    """How many fields are filled: the fuller of two is proposed to stay."""
    return sum(getattr(record, key) not in (None, "", False) for key in _fields(record))


def _fields(record: Record) -> tuple[str, ...]:
    return recorded(type(record))


def _keys(record: Any, columns: Mapping[str, Column]) -> list[tuple[str, str]]:
    present = [(key, columns[key].label) for key in columns if key in _fields(record)]
    if not isinstance(record, Person):
        return present
    return [(NAME, "ФИО"), *((key, label) for key, label in present if key not in NAMES)]


def _proposed(key: str, kept: Any, lost: Any, origins: list[_Origin]) -> Side:
    if key == NAME:
        return "lost" if _fuller_name(lost, kept) else "kept"
    a, b = getattr(kept, key), getattr(lost, key)
    if a in (None, "") or b in (None, ""):
        return "lost" if a in (None, "") else "kept"
    if key in MERGED:
        return "both"
    if key in TRUE_WINS:
        return "kept" if a else "lost"
    if isinstance(a, str) and isinstance(b, str) and (a in b or b in a):
        return "lost" if len(b) > len(a) else "kept"
    mine, theirs = origins
    if mine.by_hand != theirs.by_hand:
        return "kept" if mine.by_hand else "lost"
    return "lost" if theirs.at and (not mine.at or theirs.at > mine.at) else "kept"


def _fuller_name(one: Person, two: Person) -> bool:
    """Whether more letters of a name are told, initials being fewer."""
    lengths = [sum(len(getattr(person, part).rstrip(".")) > 1 for part in NAMES) for person in (one, two)]
    return lengths[0] > lengths[1]


def _plain(value: Any) -> Any:
    return None if value == "" else value


def _text(columns: Mapping[str, Column], key: str, record: Any, called: dict[tuple[str, int], str]) -> str:
    return worded(columns[key], getattr(record, key), called)


def _called(session: Session, columns: Mapping[str, Column], *records: Any) -> dict[tuple[str, int], str]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for key, column in columns.items():
        for record in records:
            if column.refers and getattr(record, key, None) is not None:
                wanted[column.refers].append(getattr(record, key))
    return names(session, wanted)


def _origins(session: Session, record: Record) -> dict[str, _Origin]:
    query = select(FieldOrigin).where(
        col(FieldOrigin.entity) == type(record).__name__, col(FieldOrigin.entity_id) == record.id
    )
    return {
        origin.field: _Origin(
            origin.source == Source.MANUAL.value,
            origin.at,
            f"{SOURCES.get(origin.source, origin.source)}, {clock.local(origin.at):%d.%m.%Y}",
        )
        for origin in session.scalars(query)
    }


def _origin(origins: Mapping[str, _Origin], key: str) -> _Origin:
    return origins.get(key) or origins.get(WHOLE) or _Origin(by_hand=False, at=None, words="")
