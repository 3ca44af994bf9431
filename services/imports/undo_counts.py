"""What undoing comes to, counted as people count: a record of a table each, a tie, a value of somebody who stays."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session

from models import (
    Committee,
    CommitteeSeat,
    Company,
    DocumentReceipt,
    Employment,
    Event,
    EventKind,
    EventSpeaker,
    ExtraField,
    ExtraValue,
    Membership,
    Participation,
    Person,
    Record,
    ResponsibleManager,
    Speaker,
    Venue,
)
from services.history import bulk
from services.history.statements import chunks
from services.imports.unwinding import MODELS, Unwinding
from services.values.cleaned import counted

COURSE, OTHER = "course", "record"
KINDS: dict[str, tuple[str, str, str]] = {
    "person": ("физ. лицо", "физ. лица", "физ. лиц"),
    "company": ("юр. лицо", "юр. лица", "юр. лиц"),
    "membership": ("членство", "членства", "членств"),
    "committee": ("комитет", "комитета", "комитетов"),
    "event": ("мероприятие", "мероприятия", "мероприятий"),
    COURSE: ("курс", "курса", "курсов"),
    "venue": ("место проведения", "места проведения", "мест проведения"),
    "speaker": ("спикер", "спикера", "спикеров"),
    "tie": ("связь", "связи", "связей"),
    "field": ("новое поле", "новых поля", "новых полей"),
    "responsible": ("ответственное лицо", "ответственных лица", "ответственных лиц"),
    OTHER: ("запись", "записи", "записей"),
}
"""Kinds of records in the order they are told in, with their Russian forms."""
_KIND_OF: dict[type[Record], str] = {
    Person: "person", Company: "company", Membership: "membership", Committee: "committee", Event: "event",
    Venue: "venue", Speaker: "speaker", CommitteeSeat: "tie", Employment: "tie", EventSpeaker: "tie",
    Participation: "tie", ExtraField: "field", ResponsibleManager: "responsible",
}  # fmt: skip
_VALUES: tuple[type[Record], ...] = (ExtraValue, DocumentReceipt)
"""Records people know as values of a person or a company."""


def values(session: Session, unwinding: Unwinding) -> int:
    """Values that return: fields, and what is a record of its own but stands in a column of somebody who stays."""
    fields = sum(len(changed) for returned in unwinding.returns.values() for changed in returned.values())
    return fields + sum(_values_of(session, unwinding, model) for model in _VALUES)


def removed(session: Session, unwinding: Unwinding) -> dict[str, int]:
    """Records that go, by kind."""
    events = unwinding.removals[Event]
    return _by_kind(unwinding.removals, _courses(_read(session, Event, events, ["kind"])))


def restored(unwinding: Unwinding) -> dict[str, int]:
    """Records that come back, by kind."""
    return _by_kind(unwinding.restores, _courses(unwinding.restores[Event].values()))


def in_words(counts: Mapping[str, int]) -> str:
    """«1 физ. лицо, 2 связи»."""
    return ", ".join(counted(number, *KINDS[kind]) for kind, number in counts.items())


def _by_kind(records: Mapping[type[Record], Collection[int]], courses: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for model in MODELS:
        if model not in _VALUES:
            found[_KIND_OF.get(model, OTHER)] += len(records[model])
    found["event"] -= courses
    found[COURSE] += courses
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _courses(events: Iterable[Mapping[str, object]]) -> int:
    return sum(event["kind"] == EventKind.COURSE for event in events)


def _values_of(session: Session, unwinding: Unwinding, model: type[Record]) -> int:
    """Those whose owner neither goes nor comes back with them."""
    going = _read(session, model, unwinding.removals[model], ["person_id", "company_id"])
    coming = unwinding.restores[model].values()
    return sum(
        one["person_id"] not in people and one["company_id"] not in companies
        for ones, people, companies in (
            (going, unwinding.removals[Person], unwinding.removals[Company]),
            (coming, unwinding.restores[Person], unwinding.restores[Company]),
        )
        for one in ones
    )


def _read(
    session: Session, model: type[Record], numbers: Collection[int], names: list[str]
) -> Iterable[Mapping[str, object]]:
    for chunk in chunks(list(numbers)):
        yield from bulk.read(session, model, chunk, names, strict=False).values()
