"""Invented life of the association: staff, members, their papers, committees, speakers, doubtful values."""

import datetime as dt
from collections.abc import Iterator
from itertools import count

from models import Person, RequestState, SeatPosition, Severity
from services.demo import trades
from services.demo.people import Row, World
from services.directory import keys
from services.values import clean_date, clean_inn


def managers(world: World) -> Iterator[Row]:
    """The staff who answer for people, companies, events and venues."""
    for number, name in enumerate(trades.MANAGERS, start=1):
        yield world.record(number) | {"name": name, "active": True}


def receipts(world: World, type_ids: list[int]) -> Iterator[Row]:
    """Papers that came in: from members most kinds, from other companies under contract a few."""
    chance, numbers = world.chance("receipts"), count(1)
    others = chance.sample(range(1, world.companies + 1), world.companies // 12)
    owners = [("company_id", number, 0.8) for number in range(1, world.member_companies + 1)]
    owners += [("person_id", number, 0.7) for number in range(1, world.member_people + 1)]
    owners += [("company_id", number, 0.3) for number in sorted(others) if number > world.member_companies]
    for column, owner, share in owners:
        arrived = world.today - dt.timedelta(days=chance.randrange(5, 1500))
        for type_id in type_ids:
            if chance.random() > share:
                continue
            day = (arrived + dt.timedelta(days=chance.randrange(4))).isoformat()
            yield world.record(next(numbers)) | {
                "person_id": owner if column == "person_id" else None,
                "company_id": owner if column == "company_id" else None,
                "type_id": type_id,
                "received_on": day if chance.random() < 0.96 else day[:7],
            }


def committees(world: World) -> Iterator[Row]:
    """The committees."""
    for number, (name, description) in enumerate(trades.COMMITTEES, start=1):
        yield world.record(number) | {
            "name": name,
            "name_key": keys.committee_key(name),
            "description": description,
            "active": True,
        }


def seats(world: World) -> Iterator[Row]:
    """Who sits in the committees: one chair each, a secretary, here and there a deputy, members, a few former ones."""
    chance, numbers = world.chance("seats"), count(1)
    size = min(7 + world.people // 400, 120, world.people // 2)
    for committee in range(1, len(trades.COMMITTEES) + 1):
        sitting = chance.sample(range(1, world.people + 1), size)
        for place, person in enumerate(sitting):
            since = world.today - dt.timedelta(days=chance.randrange(60, 2000))
            former = place > 4 and chance.random() < 0.2
            until = since + (world.today - since) / 2 if former else None
            yield world.record(next(numbers)) | {
                "committee_id": committee,
                "person_id": person,
                "position": _position(place, committee),
                "since": since.isoformat()[: chance.choice((10, 10, 10, 7, 4))] if chance.random() < 0.9 else None,
                "until": until.isoformat() if until else None,
                "comment": chance.choice(trades.COMMENTS) if chance.random() < 0.1 else None,
            }
        if size > 3:
            yield world.record(next(numbers)) | {
                "committee_id": committee,
                "person_id": sitting[3],
                "position": SeatPosition.CHAIR.value,
                "since": str(world.today.year - 8),
                "until": str(world.today.year - 6),
                "comment": None,
            }


def requests(world: World) -> Iterator[Row]:
    """Who asked for a seat: most wait for an answer, a few were refused."""
    chance = world.chance("requests")
    sitting = {(seat["committee_id"], seat["person_id"]) for seat in seats(world)}
    asking = chance.sample(range(1, world.people + 1), min(12, world.people // 4))
    wanted = [(chance.randint(1, len(trades.COMMITTEES)), person) for person in asking]
    for number, (committee, person) in enumerate((pair for pair in wanted if pair not in sitting), start=1):
        refused = number % 4 == 0
        yield world.record(number) | {
            "committee_id": committee,
            "person_id": person,
            "state": (RequestState.REFUSED if refused else RequestState.PENDING).value,
            "note": chance.choice(("Хочу участвовать в рабочей группе", "Готов готовить заседания", None)),
            "answer": "Состав комитета в этом году сформирован" if refused else None,
            "decided_at": world.moment if refused else None,
        }


def _position(place: int, committee: int) -> str:
    if place == 2 and committee % 2:
        return SeatPosition.DEPUTY.value
    return (SeatPosition.CHAIR.value, SeatPosition.SECRETARY.value)[place] if place < 2 else SeatPosition.MEMBER.value


def speakers(world: World) -> Iterator[Row]:
    """People who speak at events, with their topics."""
    chance = world.chance("speakers")
    for number, person in enumerate(chance.sample(range(1, world.people + 1), number_of_speakers(world)), start=1):
        yield world.record(number) | {
            "person_id": person,
            "topics": "; ".join(chance.sample(trades.TOPICS, chance.randint(1, 3))),
            "comment": chance.choice(trades.COMMENTS) if chance.random() < 0.2 else None,
        }


def number_of_speakers(world: World) -> int:
    """How many people are speakers."""
    return min(world.people // 4, 20 + world.people // 170)


def remarks(world: World) -> Iterator[Row]:
    """Doubts about values as an import leaves them, in the words the product itself uses."""
    chance, numbers = world.chance("remarks"), count(1)
    for person, (field, value) in world.doubts.items():
        notes = clean_date(value).notes if field == "birth_date" else clean_inn(value).notes
        yield {
            "id": next(numbers),
            "at": world.moment,
            "entity": Person.__name__,
            "entity_id": person,
            "field": field,
            "value": value,
            "message": notes[0].message,
            "severity": Severity(notes[0].severity).value,
            "batch_id": None,
            "settled_at": world.moment if chance.random() < 0.2 else None,
        }
