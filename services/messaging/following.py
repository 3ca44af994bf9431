"""Messages of a record that becomes part of another: they go over, and come back when the merge is taken back.

Deliveries and notices are no records and have no history: what went is noted in the batch of the merge. Where both
were written to in the same mailing, or by the same step about the same, one delivery stands for both; the other is kept
in the note whole.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models import Base, Company, Delivery, DeliveryState, Notice, Person, UtcDateTime
from services.history.statements import is_among, table_of

Noted = dict[str, Any]
Became = Mapping[str, Mapping[Any, int]]
"""By entity, which number became which; the numbers that went may be texts, as JSON keeps them."""
delivery, notice = table_of(Delivery), table_of(Notice)
TIES: Mapping[type[Base], str] = {Person: "person_id", Company: "company_id"}
_TURNS: dict[str, Callable[[str], Any]] = {
    column.name: dt.datetime.fromisoformat for column in delivery.columns if isinstance(column.type, UtcDateTime)
} | {"anchor_date": dt.date.fromisoformat}
"""How a noted value becomes one of the table again."""
_FURTHER = (
    DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.CLAIMED, DeliveryState.QUEUED,
    DeliveryState.PLANNED, DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.EXCLUDED, DeliveryState.MISSED,
)  # fmt: skip
"""Of two deliveries of one message the one that stands first stays."""
_TAKEN = {state.value for state in _FURTHER[:4]}


def move(session: Session, model: type[Base], lost: int, kept: int, became: Became) -> Noted:
    """Give the messages of record `lost` to `kept`, before `lost` goes and they with it; what is to be noted.

    What reminders are about goes over as well, `became` says what of it became what: or the rules would remind anew.
    """
    tie = TIES.get(model)
    if tie is None:
        return {}
    connection = session.connection()
    about = {(entity, int(old)): new for entity, pairs in became.items() for old, new in pairs.items()}
    about[model.__name__, lost] = kept
    found = connection.execute(select(delivery).where(delivery.c[tie].in_((lost, kept))).order_by(delivery.c.id))
    rows = [dict(row) for row in found.mappings()]
    folded = _folded(rows, tie, lost, kept, about)
    numbers = [one["id"] for one in folded]
    of_notices = select(notice.c.id, notice.c.delivery_id).where(is_among(connection, notice.c.delivery_id, numbers))
    carried = select(delivery.c.id, delivery.c.carrier_id).where(is_among(connection, delivery.c.carrier_id, numbers))
    noted: Noted = {
        "folded": [_plain(one) for one in folded],
        "notices_of": {str(number): of for number, of in connection.execute(of_notices)},
        "carried_by": {str(number): of for number, of in connection.execute(carried)},
        "became": {entity: dict(pairs) for entity, pairs in became.items()},
        "about": [
            (row["id"], row["subject_id"])
            for row in rows
            if (row["subject"], row["subject_id"]) in about and row["id"] not in set(numbers)
        ],
    }
    connection.execute(delivery.delete().where(is_among(connection, delivery.c.id, numbers)))
    for table, name in ((delivery, "deliveries"), (notice, "notices")):
        of = table.c[tie] == lost
        noted[name] = list(connection.scalars(select(table.c.id).where(of)))
        connection.execute(update(table).where(of).values({tie: kept}))
    for (entity, old), new in about.items():
        of = is_among(connection, delivery.c.id, [number for number, was in noted["about"] if was == old])
        connection.execute(update(delivery).where(of, delivery.c.subject == entity).values(subject_id=new))
    return noted


def give_back(session: Session, model: type[Base], lost: int, kept: int, noted: Noted) -> None:
    """The merge was taken back and record `lost` is there again: its messages are its own."""
    tie = TIES.get(model)
    if tie is None or not noted:
        return
    connection = session.connection()
    for table, name in ((delivery, "deliveries"), (notice, "notices")):
        of = is_among(connection, table.c.id, noted[name])
        connection.execute(update(table).where(of, table.c[tie] == kept).values({tie: lost}))
    for number, was in noted.get("about", ()):
        connection.execute(update(delivery).where(delivery.c.id == number).values(subject_id=was))
    rows = [_typed(one) for one in noted["folded"]]
    # Carriers before those they carry.
    for row in sorted(rows, key=lambda one: (one["carrier_id"] is not None, one["id"])):
        connection.execute(insert(delivery).values(row))
    for number, of in noted["notices_of"].items():
        connection.execute(update(notice).where(notice.c.id == int(number)).values(delivery_id=of))
    for number, of in noted["carried_by"].items():
        connection.execute(update(delivery).where(delivery.c.id == int(number)).values(carrier_id=of))


def is_written_to(session: Session, model: type[Base], numbers: Sequence[int]) -> set[int]:
    """Which of these people (companies) have messages, and so are not to be deleted."""
    tie = TIES.get(model)
    if tie is None or not numbers:
        return set()
    connection, found = session.connection(), set[int]()
    for table in (delivery, notice):
        of = is_among(connection, table.c[tie], numbers)
        found.update(connection.scalars(select(table.c[tie]).where(of).distinct()))
    return found


def _folded(
    rows: Iterable[dict[str, Any]], tie: str, lost: int, kept: int, about: Mapping[tuple[str, int], int]
) -> list[dict[str, Any]]:
    """The deliveries that make way: of two that may not stand beside each other the one that got less far."""
    place = {state.value: number for number, state in enumerate(_FURTHER)}
    holders: dict[tuple[Any, ...], dict[str, Any]] = {}
    gone: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (place[row["state"]], row[tie] == lost, row["id"])):
        keys = list(_keys(row | {"subject_id": about.get((row["subject"], row["subject_id"]), row["subject_id"])}))
        if any(key in holders for key in keys):
            gone[row["id"]] = row
        else:
            holders |= dict.fromkeys(keys, row)
    assert all(row[tie] in (lost, kept) for row in gone.values())
    return list(gone.values())


def _keys(row: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    """What must be unique for one recipient, as the indexes say."""
    if row["mailing_id"] is not None:
        yield ("mailing", row["mailing_id"], row["channel"])
    elif None not in (row["subject"], row["subject_id"], row["anchor_date"]):
        yield ("step", row["step_id"], row["subject"], row["subject_id"], row["anchor_date"], row["channel"])
    if row["once_key"] is not None and row["state"] in _TAKEN:
        yield ("once", row["once_key"], row["channel"])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _TURNS[key](value) if key in _TURNS and value is not None else value for key, value in row.items()}
