"""Writes the invented rows, in bulk and past the session, and builds the row indexes.

No history is written: demo rows have neither `change` nor `field_origin` rows, as if they had always been there. What
is done to them afterwards is recorded as anything is.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Table as SqlTable, func, insert, select, text

from models import (
    Base,
    Committee,
    CommitteeRequest,
    CommitteeSeat,
    Company,
    DocumentReceipt,
    DocumentType,
    DuplicatePair,
    Employment,
    Event,
    EventSpeaker,
    Membership,
    MembershipPeriod,
    MembershipStep,
    Participation,
    Person,
    Remark,
    ResponsibleManager,
    Segment,
    Speaker,
    Venue,
)
from services import clock
from services.database import is_sqlite
from services.demo import association, doubles, gatherings, membership, people, segments
from services.demo.people import Row, World
from services.tables import index
from services.tables.registry import TABLES

CHUNK = 5_000
"""Rows a statement."""
QUESTIONNAIRE = 2
"""Place of «анкета» among the kinds of documents."""


def build(connection: Connection, number: int, *, seed: int = World.seed, lean: bool = False) -> dict[str, int]:
    """Fill an empty migrated database with `number` people and all that belongs to them; row counts by table.

    Deterministic for equal `number`, `seed` and day: dates are set off from today, so that every state of membership
    occurs. Runs in the caller's transaction. `lean` leaves everything out but people, companies and employments.
    """
    world = World(number, clock.today(), clock.now(), seed)
    counts = {table.name: _insert(connection, table, rows) for table, rows in _rows(connection, world, lean=lean)}
    if not lean:
        counts[str(DuplicatePair.__tablename__)] = doubles.write(connection, world)
    for name in TABLES:
        index.rebuild(connection, name)
    return counts


def _rows(connection: Connection, world: World, *, lean: bool) -> Iterator[tuple[SqlTable, Iterable[Row]]]:
    """Tables with their rows, what is pointed to before what points to it."""
    yield _table(ResponsibleManager), association.managers(world)
    yield _table(Person), people.people(world)
    yield _table(Company), people.companies(world)
    yield _table(Employment), people.employments(world)
    if lean:
        return
    kinds = _table(DocumentType)
    type_ids = [row[0] for row in connection.execute(select(kinds.c.id).order_by(kinds.c.place))]
    yield _table(Membership), membership.memberships(world)
    yield _table(MembershipPeriod), membership.periods(world)
    yield _table(MembershipStep), membership.steps(world)
    yield _table(DocumentReceipt), association.receipts(world, type_ids)
    yield _table(Committee), association.committees(world)
    yield _table(CommitteeSeat), association.seats(world)
    yield _table(CommitteeRequest), association.requests(world)
    yield _table(Speaker), association.speakers(world)
    yield _table(Remark), association.remarks(world)
    yield _table(Segment), segments.segments(world, type_ids[QUESTIONNAIRE])
    yield _table(Venue), gatherings.venues(world)
    yield _table(Event), gatherings.events(world)
    yield _table(EventSpeaker), gatherings.event_speakers(world)
    yield _table(Participation), gatherings.participations(world)


def _table(model: type[Base]) -> SqlTable:
    return Base.metadata.tables[str(model.__tablename__)]


def _insert(connection: Connection, table: SqlTable, rows: Iterable[Row]) -> int:
    statement, waiting, written = insert(table), iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        connection.execute(statement, chunk)
        written += len(chunk)
    if written and not is_sqlite(connection):
        # The rows brought their numbers along; the next one has to be counted on from there.
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
    connection.execute(text(f"ANALYZE {table.name}"))
    return written
