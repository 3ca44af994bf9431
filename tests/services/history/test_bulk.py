"""Many records at once leave the same behind as a flush does: records, history, origins, hidden values, row indexes."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Base,
    Change,
    Company,
    Employment,
    FieldOrigin,
    ImportBatch,
    Membership,
    Person,
    Record,
    Source,
    Venue,
)
from services import clock
from services.database import engine
from services.errors import DomainError
from services.history import bulk
from services.history.statements import CHUNK
from services.tables.index import index_of
from services.tables.query import parse_query
from services.tables.registry import TABLES
from services.tables.rows import Page, rows
from services.work import reading, writing
from tests import builders as b
from tests.conftest import KINDS, Pointer
from tests.databases import Databases
from tests.services.history.test_recorder import MANAGER

MOMENT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
Writer = tuple[Callable[..., list[int]], Callable[..., None], Callable[..., None]]


def insert(session: Session, model: type[Record], rows: list[dict[str, Any]]) -> list[int]:
    records = [model(**row) for row in rows]
    session.add_all(records)
    session.flush()
    return [record.id or 0 for record in records]


def update(session: Session, model: type[Record], changes: dict[int, dict[str, Any]]) -> None:
    for number, values in changes.items():
        record = session.get(model, number)
        for name, value in values.items():
            setattr(record, name, value)
    session.flush()


def delete(session: Session, model: type[Record], numbers: list[int]) -> None:
    for number in numbers:
        session.delete(session.get(model, number))
    session.flush()


BY_FLUSH: Writer = (insert, update, delete)
IN_BULK: Writer = (bulk.insert, bulk.update, bulk.delete)


def play(writer: Writer) -> None:
    """A load, an edit, a second load that also deletes."""
    create, change, remove = writer
    with writing(MANAGER, Source.EXCEL) as work:
        work.add(ImportBatch(state="applied", file_name="а.xlsx", sha256="0"))
        work.add(ImportBatch(state="applied", file_name="б.xlsx", sha256="1"))
    with writing(MANAGER, Source.EXCEL, batch_id=1) as work:
        people = create(
            work, Person,
            [
                {"last_name": "Алёшин", "first_name": "Пётр", "inn": "500100732259", "passport": "4501 123456"},
                {"last_name": "Второв", "birth_date": "1980-02", "is_member": False, "region": "Край"},
                {"last_name": "Лишний", "middle_name": "Ильич"},
            ],
        )  # fmt: skip
        companies = create(work, Company, [{"name": "ООО «Ромашка»"}, {"name": "Василёк", "inn": "7707083893"}])
        jobs = create(
            work, Employment,
            [
                {"person_id": people[0], "company_id": companies[0], "position": "директор", "is_director": True},
                {"person_id": people[1], "company_id": companies[0], "is_contact": True},
            ],
        )  # fmt: skip
        tie = {"person_id": None, "company_id": companies[0]}
        create(work, Membership, [{**tie, "fee_amount": Decimal("1500.50"), "ends_on": dt.date(2026, 12, 31)}])
        create(work, Venue, [{"name": "Зал «Большой»", "contact_id": people[1], "partner_id": companies[1]}])
    with writing(MANAGER) as work:
        change(
            work, Person, {people[0]: {"region": "Область", "passport": "4501 654321"}, people[1]: {"region": "Край"}}
        )
        change(work, Membership, {1: {"fee_amount": Decimal("1500.50"), "paid_on": dt.date(2026, 2, 1)}})
    with writing(MANAGER, Source.EXCEL, batch_id=2) as work:
        change(
            work, Person,
            {people[0]: {"last_name": "Алёшина", "passport": None}, people[1]: {"region": None, "active": False}},
        )  # fmt: skip
        change(work, Company, {companies[0]: {"name": "АО «Ромашка»"}})
        change(work, Employment, {jobs[1]: {"company_id": companies[1]}})
        change(work, Venue, {1: {"contact_id": people[0]}})
        remove(work, Employment, [jobs[0]])
        remove(work, Person, [people[2]])


MADE = re.compile(r',"created_at":"[^"]+"')


def left_behind() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, without the numbers of history rows and the moments of creation."""
    tables = [*Base.metadata.sorted_tables, *(index_of(name) for name in TABLES)]
    with engine().connect() as connection:
        found = {}
        for table in tables:
            unsaid = {"created_at", "built_at"} | ({"id"} if table.name in ("change", "hidden_value") else set())
            columns = [column for column in table.columns if column.name not in unsaid]
            found[table.name] = sorted((_aged(row) for row in connection.execute(select(*columns))), key=str)
    return found


def _aged(row: Iterable[Any]) -> tuple[Any, ...]:
    """A deleted record keeps the moment it was made."""
    return tuple(MADE.sub("", value) if isinstance(value, str) else value for value in row)


def page(**query: Any) -> Page:
    """The people as the office sees them."""
    with reading() as session:
        return rows(session, MANAGER, "people", parse_query(query))


def shown(**query: Any) -> list[str]:
    return [row["name"] for row in page(**query).rows]


def total(**query: Any) -> int | None:
    return page(**query).total


@pytest.mark.parametrize("kind", KINDS)
def test_bulk_leaves_behind_what_a_flush_does(kind: str, databases: Databases, use_database: Pointer) -> None:
    found = []
    for writer in (BY_FLUSH, IN_BULK):
        url = databases.create(kind)
        use_database(url)
        with clock.stopped_at(MOMENT):
            play(writer)
        found.append(left_behind())
        use_database.forget()
        databases.drop(url)
    by_flush, in_bulk = found
    assert in_bulk == by_flush
    assert (len(in_bulk["change"]), len(in_bulk["field_origin"])) == (21, 18)
    assert in_bulk["hidden_value"] == [
        (1, "Person", 1, "passport", None, '"4501 123456"'),
        (2, "Person", 1, "passport", '"4501 654321"', None),
    ]
    assert "4501" not in str(in_bulk["change"])


def test_a_number_is_never_given_twice(session: Session) -> None:
    with writing(MANAGER) as work:
        first, second = bulk.insert(work, Person, [{"last_name": "Первов"}, {"last_name": "Второв"}])
        bulk.delete(work, Person, [second])
    with writing(MANAGER) as work:
        third = b.create_person(work).id
        work.delete(work.get(Person, third))
    with writing(MANAGER) as work:
        [fourth] = bulk.insert(work, Person, [{"last_name": "Четвертов"}])
    assert [second - first, (third or 0) - first, fourth - first] == [1, 2, 3]


def test_a_record_may_come_back_under_its_number(database: str) -> None:
    with writing(MANAGER) as work:
        [number] = bulk.insert(work, Person, [{"last_name": "Вернулов"}])
        bulk.delete(work, Person, [number])
    assert shown() == []
    with writing(MANAGER) as work:
        assert bulk.insert(work, Person, [{"id": number, "last_name": "Вернулов"}]) == [number]
    assert shown(search="вернулов") == ["Вернулов"]


def test_more_than_a_chunk_is_written_and_shown(database: str) -> None:
    count = CHUNK + 1
    with writing(MANAGER) as work:
        numbers = bulk.insert(work, Person, [{"last_name": f"Людов{n}"} for n in range(count)])
    assert (len(set(numbers)), total()) == (count, count)
    with writing(MANAGER) as work:
        bulk.update(work, Person, {number: {"region": "Край"} for number in numbers})
    assert total(search="край") == count
    with writing(MANAGER) as work:
        bulk.delete(work, Person, numbers)
    assert total() == 0
    with reading() as session:
        assert len(session.exec(select(Change.id)).all()) == 3 * count  # type: ignore[call-overload]


def test_a_record_that_is_gone_refuses_the_whole(session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    number = person.id or 0
    with pytest.raises(DomainError, match="изменил другой"), writing(MANAGER) as work:
        bulk.update(work, Person, {number: {"region": "Край"}, 404: {"region": "Край"}})
    with pytest.raises(DomainError, match="изменил другой"), writing(MANAGER) as work:
        bulk.delete(work, Person, [number, 404])
    session.expire_all()
    assert person.region is None


def test_the_session_sees_what_was_written_past_it(session: Session) -> None:
    person, other = b.create_person(session, "Старов"), b.create_person(session)
    person.region = "Край"
    bulk.update(session, Person, {person.id or 0: {"last_name": "Новов"}})
    bulk.delete(session, Person, [other.id or 0])
    assert (person.last_name, person.name_key, person.region, person.version) == (
        "Новов",
        "новов петр ильич",
        "Край",
        3,
    )
    assert session.get(Person, other.id) is None
    assert session.exec(select(col(FieldOrigin.field)).order_by(col(FieldOrigin.field))).scalars().all() == [  # type: ignore[call-overload]
        "*", "*", "last_name", "region",
    ]  # fmt: skip
