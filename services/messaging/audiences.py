"""Audiences: whom a mailing is for, kept as a description and read again when the recipients are frozen.

A description that finds nobody means nobody; there is no description that means «everybody» by being empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from sqlalchemy import Select, select
from sqlmodel import Session, col

from models import Event, Participation, ParticipationStatus
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind, Party
from services.errors import InvalidInput, NotFound
from services.events.days import dates_of
from services.events.events import GONE
from services.events.words import STATUS_TITLES
from services.history.statements import among
from services.tables import segments
from services.tables.query import Query, parse_selection
from services.tables.registry import table_named
from services.tables.rows import numbers_select
from services.values.cleaned import counted

Source = Literal["nobody", "rows", "segment", "event", "parties"]
LONGEST = 400_000
"""Letters of a description: ten thousand chosen rows and the rest."""
MOST_NAMED = 10_000
KINDS: tuple[Kind, ...] = ("person", "company")


@dataclass(frozen=True)
class Audience:
    """Whom a mailing is for; `source` says which of the other fields count.

    rows: `table` and `selection` as the grid tells it ({"mode": "ids", …} or {"mode": "found", "query": {…}}); segment:
    `number`; event: `number` and `statuses` of its guests, none meaning all of them; parties: `people`, `companies`.
    """

    source: Source = "nobody"
    table: str = ""
    selection: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    statuses: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    companies: tuple[int, ...] = ()

    def to_json(self) -> str:
        """The description as JSON text, without what is empty."""
        told = {
            "source": self.source, "table": self.table, "selection": dict(self.selection), "number": self.number,
            "statuses": self.statuses, "people": self.people, "companies": self.companies,
        }  # fmt: skip
        return orjson.dumps({key: value for key, value in told.items() if value}).decode()


@dataclass(frozen=True)
class Chosen:
    """The audience as selects of the different numbers of people and of companies; None: none of that kind."""

    people: Select[int] | None = None
    companies: Select[int] | None = None

    def of(self, kind: Kind) -> Select[int] | None:
        """The select of one kind."""
        return self.people if kind == "person" else self.companies


def parse(text: str) -> Audience:
    """The description kept as JSON text; one that says nothing means nobody."""
    told = orjson.loads(text or "{}")
    lists = {key: tuple(told.get(key, ())) for key in ("statuses", "people", "companies")}
    return Audience(**{**told, **lists})


def from_rows(table: str, selection: Mapping[str, Any]) -> Audience:
    """Rows chosen in a table, `selection` as the grid tells it (services.tables.query.parse_selection).

    Raises `InvalidInput` for a selection that is none, and for tables whose rows are neither people nor companies.
    """
    declared = table_named(table)
    if not declared.subjects:
        raise InvalidInput(f"В таблице «{declared.title}» не люди и не компании: написать им нельзя.")
    query_of(selection)
    kept = {key: selection[key] for key in ("mode", "ids", "query", "except", "retired") if selection.get(key)}
    made = Audience("rows", table=declared.name, selection=kept)
    if len(made.to_json()) > LONGEST:
        raise InvalidInput("Выбрано слишком много отдельных строк. Отберите их фильтром или сохраните сегмент.")
    return made


def query_of(selection: Mapping[str, Any]) -> Query:
    """What a kept selection asks of its table."""
    query = parse_selection({"ids": [], **selection})
    if selection.get("retired") is True:
        query = Query(**{**query.__dict__, "retired": True})
    return query


def from_segment(number: int) -> Audience:
    """Whom a segment means on the day the recipients are frozen."""
    return Audience("segment", number=number)


def from_event(event_id: int, statuses: Iterable[str] = ()) -> Audience:
    """The guests of an event: those with one of `statuses`, all of them when none is named."""
    named = tuple(statuses)
    unknown = [status for status in named if status not in set(ParticipationStatus)]
    if unknown:
        raise InvalidInput(f"Нет такого статуса участника: {unknown[0]}.")
    return Audience("event", number=event_id, statuses=named)


def of_parties(parties: Iterable[Party]) -> Audience:
    """These people and companies."""
    wanted = list(dict.fromkeys(parties))
    if len(wanted) > MOST_NAMED:
        raise InvalidInput(f"Перечислить можно не больше {MOST_NAMED} получателей. Отберите их сегментом.")
    return Audience(
        "parties",
        people=tuple(party.id for party in wanted if party.kind == "person"),
        companies=tuple(party.id for party in wanted if party.kind == "company"),
    )


@requires(Permission.MESSAGES_SEND)
def from_segment_named(session: Session, actor: Actor, name: str) -> Audience:
    """The segment the actor sees under this name, letter case aside; for the terminal.

    Raises `NotFound`, and `InvalidInput` where several are called so.
    """
    found = segments.segments_named(session, actor, name)
    if not found:
        raise NotFound(f"Сегмента «{name}» нет.")
    if len(found) > 1:
        raise InvalidInput(f"Сегментов с названием «{name}» несколько. Переименуйте один из них.")
    return from_segment(found[0].id)


@requires(Permission.MESSAGES_SEND)
def title(session: Session, actor: Actor, audience: Audience) -> str:
    """Whom the audience means, in words: «Сегмент «Просрочившие взнос»», «Физ. лица: выбрано 12 записей»."""
    if audience.source == "segment":
        return f"Сегмент «{segments.open_segment(session, actor, audience.number).name}»"
    if audience.source == "event":
        told = ", ".join(STATUS_TITLES[ParticipationStatus(status)] for status in audience.statuses)
        event = _event(session, audience.number)
        return f"Участники: {event.name}, {dates_of(event).spoken}" + (f" ({told})" if told else "")
    if audience.source == "rows":
        named, selection = table_named(audience.table).title, audience.selection
        if selection["mode"] == "ids":
            return f"{named}: выбрано {counted(len(selection.get('ids', ())), 'запись', 'записи', 'записей')}"
        without = len(selection.get("except", ()))
        left_out = f", кроме {counted(without, 'записи', 'записей', 'записей')}" if without else ""
        return f"{named}: все найденные{left_out}"
    several = len(audience.people) + len(audience.companies)
    return f"Выбрано: {counted(several, 'получатель', 'получателя', 'получателей')}" if several else "Никто"


@requires(Permission.MESSAGES_SEND)
def select_parties(session: Session, actor: Actor, audience: Audience) -> Chosen:
    """Whom the audience means for the actor now, as selects that nobody has asked yet.

    Raises `InvalidInput` or `NotFound` for what is gone or fits its table no more.
    """
    if audience.source == "segment":
        segment = segments.open_segment(session, actor, audience.number)
        query = segments.segment_query(session, actor, audience.number)
        return _of_rows(session, actor, segment.table, query, f"Сегмент «{segment.name}» отбирает")
    if audience.source == "rows":
        return _of_rows(session, actor, audience.table, query_of(audience.selection), "Выбраны")
    if audience.source == "event":
        _event(session, audience.number)
        return Chosen(_guests(audience, "person"), _guests(audience, "company"))
    connection = session.connection()
    return Chosen(
        among(connection, audience.people) if audience.people else None,
        among(connection, audience.companies) if audience.companies else None,
    )


def _of_rows(session: Session, actor: Actor, table: str, query: Query, what: str) -> Chosen:
    declared = table_named(table)
    if not declared.subjects:
        raise InvalidInput(f"{what} не людей и не компании: таблица «{declared.title}». Написать им нельзя.")
    found = {kind: numbers_select(session, actor, table, query, key) for kind, key in declared.subjects.items()}
    return Chosen(found.get("person"), found.get("company"))


def _guests(audience: Audience, kind: Kind) -> Select[int]:
    tie: Any = col(Participation.person_id) if kind == "person" else col(Participation.company_id)
    guests: Select[int] = select(tie).where(col(Participation.event_id) == audience.number, tie.is_not(None))
    if audience.statuses:
        guests = guests.where(col(Participation.status).in_(audience.statuses))
    return guests


def _event(session: Session, event_id: int) -> Event:
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound(GONE)
    return event
