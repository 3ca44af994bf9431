"""A person and a company entered twice, as happens: the second time in part, with the same telephone."""

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models import Base, Company, DuplicatePair, PairKind, PairState, Person
from services.demo.people import World
from services.directory import keys
from services.imports.matching import NAME_AND_PHONE, NAME_IN_PART, NAME_WITHOUT_FORM
from services.values import clean_company

FEWEST = 20
"""In a smaller demonstration everybody is needed for something else."""


def write(connection: Connection, world: World) -> int:
    """Make the last person and the last company that stand for nothing else into doubles; gives how many pairs."""
    if world.people < FEWEST:
        return 0
    rows = [_person(connection, world), _company(connection, world)]
    common = {"state": PairState.OPEN.value, "found_at": world.moment}
    connection.execute(insert(_table(DuplicatePair)), [row | common for row in rows])
    return len(rows)


def _person(connection: Connection, world: World) -> dict[str, Any]:
    table = _table(Person)
    doubtful = world.doubts.keys() | set(world.directors)
    double = next(number for number in range(world.people, 1, -1) if number not in doubtful)
    phones = select(table.c.id, table.c.phone).where(table.c.phone.is_not(None), table.c.id.not_in([double, *doubtful]))
    one, phone = connection.execute(phones.order_by(table.c.id).limit(1)).one()
    last, first, middle = world.names[one - 1]
    name = {"last_name": last, "first_name": f"{first[0]}.", "middle_name": f"{middle[0]}." if middle else ""}
    cleared = {"inn": None, "birth_date": None, "passport": None, "email": None}
    key = keys.person_key(*name.values())
    connection.execute(update(table).where(table.c.id == double).values(**name, name_key=key, phone=phone, **cleared))
    return _pair(PairKind.PERSON, one, double, NAME_AND_PHONE, NAME_IN_PART)


def _company(connection: Connection, world: World) -> dict[str, Any]:
    table = _table(Company)
    named = select(table.c.id, table.c.name, table.c.phone).where(table.c.name.like("ООО «%")).order_by(table.c.id)
    one, name, phone = connection.execute(named.limit(1)).one()
    double = world.companies
    bare = name.partition("«")[2].rstrip("»")
    company = clean_company(bare).value
    assert company is not None
    values = {"name": company.name, "name_key": company.key, "phone": phone, "inn": None, "kpp": None, "ogrn": None}
    connection.execute(update(table).where(table.c.id == double).values(**values, email=None, site=None))
    return _pair(PairKind.COMPANY, one, double, NAME_WITHOUT_FORM)


def _pair(kind: PairKind, one: int, two: int, *weights: tuple[int, str]) -> dict[str, Any]:
    reasons = json.dumps([reason for _, reason in weights], ensure_ascii=False)
    return {
        "kind": kind.value, "left_id": min(one, two), "right_id": max(one, two), "score": weights[0][0],
        "reasons": reasons,
    }  # fmt: skip


def _table(model: type[Base]) -> Any:
    return Base.metadata.tables[str(model.__tablename__)]
