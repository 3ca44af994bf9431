"""Pages of rows: filters, search, sort, paging, on both databases."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from models import EventKind, ParticipationStatus, Person, Role, SeatPosition
from services import clock
from services.database import engine
from services.errors import InvalidInput, NotAllowed, NotFound
from services.tables.index import rebuild
from services.tables.query import parse_query
from services.tables.registry import TABLES
from services.tables.rows import count
from services.work import reading
from tests import builders as b
from tests.services.tables.conftest import Ask, actor, names

CONTAINS = "contains"


def day(operator: str, first: str, last: str | None = None) -> dict[str, str | None]:
    return {"filterType": "date", "type": operator, "dateFrom": first, "dateTo": last}


def text(operator: str, value: str | None = None) -> dict[str, str | None]:
    return {"filterType": "text", "type": operator, "filter": value}


@pytest.fixture
def people(session: Session) -> None:
    ruby = b.create_company(session, "ООО «Рубин»")
    b.create_person(
        session,
        "Алёшин",
        "Пётр",
        "Ильич",
        company=ruby,
        position="директор",
        birth_date="1970-05-01",
        phone="+79161234567",
    )
    b.create_person(session, "Борисов", "Иван", "Ильич", birth_date="1970", email="boris@example.ru")
    b.create_person(session, "Ветров", "Олег", "", region="100%_край")
    session.commit()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("column", "wanted", "found"),
    [
        ("name", text(CONTAINS, "АЛЕШ"), ["Алёшин Пётр Ильич"]),
        ("name", text(CONTAINS, "ле"), ["Алёшин Пётр Ильич", "Ветров Олег"]),
        ("name", text(CONTAINS, "ильич"), ["Алёшин Пётр Ильич", "Борисов Иван Ильич"]),
        ("name", text("notContains", "ильич"), ["Ветров Олег"]),
        ("name", text("startsWith", "б"), ["Борисов Иван Ильич"]),
        ("name", text("endsWith", "олег"), ["Ветров Олег"]),
        ("name", text("equals", "ветров  олег"), ["Ветров Олег"]),
        ("name", text("notEqual", "ветров олег"), ["Алёшин Пётр Ильич", "Борисов Иван Ильич"]),
        ("workplace", text(CONTAINS, "рубин"), ["Алёшин Пётр Ильич"]),
        ("workplace", text("blank"), ["Борисов Иван Ильич", "Ветров Олег"]),
        ("workplace", text("notBlank"), ["Алёшин Пётр Ильич"]),
        ("phone", text(CONTAINS, "8 (916) 123"), ["Алёшин Пётр Ильич"]),
        ("phone", text(CONTAINS, "+7 916 123-45-67"), ["Алёшин Пётр Ильич"]),
        ("region", text(CONTAINS, "0%_"), ["Ветров Олег"]),
        ("region", text(CONTAINS, '"%'), []),
        ("name", text(CONTAINS, '" OR name_f : "ветров'), []),
        ("birth_date", day("equals", "1970-05-01"), ["Алёшин Пётр Ильич"]),
        ("birth_date", day("equals", "1970"), ["Алёшин Пётр Ильич", "Борисов Иван Ильич"]),
        ("birth_date", day("inRange", "1970-01-01 00:00:00", "1970-04-30"), ["Борисов Иван Ильич"]),
        ("birth_date", day("lessThan", "1970-05-01"), ["Борисов Иван Ильич"]),
        ("birth_date", day("greaterThan", "1970-04-30"), ["Алёшин Пётр Ильич"]),
        ("birth_date", {"filterType": "date", "type": "blank"}, ["Ветров Олег"]),
        (
            "name",
            {"operator": "OR", "conditions": [text(CONTAINS, "борис"), text(CONTAINS, "ветр")]},
            ["Борисов Иван Ильич", "Ветров Олег"],
        ),
        (
            "name",
            {"operator": "AND", "conditions": [text(CONTAINS, "ильич"), text(CONTAINS, "иван")]},
            ["Борисов Иван Ильич"],
        ),
        (
            "name",
            {"operator": "OR", "conditions": [text(CONTAINS, "борис"), text("startsWith", "в")]},
            ["Борисов Иван Ильич", "Ветров Олег"],
        ),
    ],
)  # fmt: skip
def test_a_filter_finds_exactly(ask: Ask, column: str, wanted: dict[str, object], found: list[str]) -> None:
    page = ask("people", filterModel={column: wanted})
    assert names(page) == found
    assert page.total == len(found)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ПЕТР рубин", ["Алёшин Пётр Ильич"]),
        ("ильич example", ["Борисов Иван Ильич"]),
        ("8 916 123-45-67", ["Алёшин Пётр Ильич"]),
        ("1234567", ["Алёшин Пётр Ильич"]),
        ("ол", ["Ветров Олег"]),
        ("1970-05", []),
        ('"; drop table person --', []),
        ("   ", ["Алёшин Пётр Ильич", "Борисов Иван Ильич", "Ветров Олег"]),
    ],
)
def test_quick_search_looks_into_every_text_column(ask: Ask, search: str, found: list[str]) -> None:
    assert names(ask("people", search=search)) == found


@pytest.mark.usefixtures("people")
def test_empty_cells_come_last_in_both_directions(ask: Ask) -> None:
    up = ask("people", sortModel=[{"colId": "birth_date", "sort": "asc"}])
    down = ask("people", sortModel=[{"colId": "birth_date", "sort": "desc"}])
    assert names(up) == ["Борисов Иван Ильич", "Алёшин Пётр Ильич", "Ветров Олег"]
    assert names(down) == ["Алёшин Пётр Ильич", "Борисов Иван Ильич", "Ветров Олег"]


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("more", [[], [{"colId": "name", "sort": "asc"}]])
def test_pages_cover_every_row_once(session: Session, ask: Ask, direction: str, more: list[dict[str, str]]) -> None:
    for number in range(23):
        b.create_person(session, f"Номеров{number:02}", region=f"Край {number % 3}" if number % 4 else None)
    session.commit()
    seen: list[int] = []
    for start in range(0, 30, 5):
        order = [{"colId": "region", "sort": direction}, *more]
        page = ask("people", startRow=start, endRow=start + 5, sortModel=order)
        assert page.total == 23
        seen += [row["id"] for row in page.rows]
    assert sorted(seen) == list(range(1, 24))


def test_many_matches_and_few_give_the_same_answer(session: Session, ask: Ask) -> None:
    """Past a number of matches the sort order is walked instead of sorting what the trigram index found."""
    for number in range(450):
        b.create_person(session, f"Общий{number:03}", region="редкий" if number % 150 == 0 else "частый")
    session.commit()
    common = ask("people", filterModel={"region": text(CONTAINS, "частый")}, endRow=3, total="later")
    rare = ask("people", filterModel={"region": text(CONTAINS, "редкий")}, endRow=20)
    assert [n.split()[0] for n in names(common)] == ["Общий001", "Общий002", "Общий003"]
    assert [n.split()[0] for n in names(rare)] == ["Общий000", "Общий150", "Общий300"]
    assert ask("people", filterModel={"region": text(CONTAINS, "частый")}, endRow=3).total == 447
    with reading() as reader:
        assert count(reader, actor(Role.MANAGER), "people", parse_query({"search": "частый"})) == 447


def test_matches_too_many_to_sort_and_too_few_to_meet_soon(database: str, ask: Ask) -> None:
    """Six hundred of twenty thousand, all at the end of the alphabet: many rows nobody asked for come before them."""
    fixed = {"version": 1, "created_at": clock.now(), "do_not_disturb": False}
    people: list[dict[str, Any]] = [
        {
            "last_name": f"{'Яблонев' if n % 33 == 0 else 'Абрикосов'}{n:05}",
            "region": f"край {n % 7}" if n % 2 else None,
            "active": n != 33,
        }
        for n in range(20_000)
    ]
    with engine().execution_options(writes=True).begin() as connection:
        connection.execute(insert(Person), [fixed | person for person in people])
        rebuild(connection, "people")
    wanted = [(p["last_name"], p["region"], n + 1) for n, p in enumerate(people) if n % 33 == 0 and n != 33]
    by_name = sorted(wanted)
    by_region = sorted((w for w in wanted if w[1]), key=lambda w: (w[1], w[2]))
    without = [w for w in wanted if not w[1]]
    orders = {
        ("name", "asc"): by_name,
        ("name", "desc"): by_name[::-1],
        ("region", "asc"): by_region + without,
        ("region", "desc"): by_region[::-1] + without,
    }
    for (column, direction), expected in orders.items():
        seen: list[int] = []
        for start in range(0, len(wanted), 250):
            asked = {"startRow": start, "endRow": start + 250, "sortModel": [{"colId": column, "sort": direction}]}
            page = ask("people", filterModel={"name": text(CONTAINS, "яблонев")}, **asked)
            assert page.total == len(wanted) == 606
            seen += [row["id"] for row in page.rows]
        assert seen == [number for *_, number in expected]


def test_numbers_and_money_are_filtered_as_numbers(session: Session, ask: Ask) -> None:
    for name, fee in (("ООО «А»", Decimal("999.90")), ("ООО «Б»", Decimal(10000)), ("ООО «В»", None)):
        b.create_membership(session, b.create_company(session, name), fee_amount=fee)
    session.commit()
    ranged = {"filterType": "number", "type": "inRange", "filter": 1000, "filterTo": 10000}
    assert [(r["name"], r["fee_amount"]) for r in ask("members", filterModel={"fee_amount": ranged}).rows] == [
        ("ООО «Б»", "10000.00")
    ]
    order = [{"colId": "fee_amount", "sort": "asc"}]
    assert [r["fee_amount"] for r in ask("members", sortModel=order).rows] == ["999.90", "10000.00", None]


def test_the_state_of_a_membership_depends_on_today(session: Session, ask: Ask) -> None:
    today = dt.date(2026, 3, 1)
    wanted = {"active": 31, "ending": 30, "overdue": -1}
    for state, days in wanted.items():
        b.create_membership(session, b.create_company(session, state), ends_on=today + dt.timedelta(days=days))
    b.create_membership(session, b.create_company(session, "suspended"), ends_on=today, state_override="suspended")
    b.create_membership(session, b.create_company(session, "unknown"))
    session.commit()
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        page = ask("members", sortModel=[{"colId": "state", "sort": "asc"}])
        assert [row["state"] for row in page.rows] == ["active", "ending", "overdue", "suspended", "unknown"]
        assert all(row["state"] == row["name"] for row in page.rows)
        chosen = {"filterType": "set", "values": ["overdue", "ending"]}
        assert names(ask("members", filterModel={"state": chosen})) == ["ending", "overdue"]


def test_a_committee_is_picked_above_the_table(session: Session, ask: Ask) -> None:
    first, second = b.create_committee(session), b.create_committee(session)
    chair, member = b.create_person(session, "Авдеев"), b.create_person(session, "Бычков")
    b.create_seat(session, first, chair, SeatPosition.CHAIR)
    b.create_seat(session, second, member)
    course = b.create_event(session, "Курс о выдумках", EventKind.COURSE)
    b.create_participation(session, course, member, ParticipationStatus.ATTENDED)
    session.commit()
    assert len(ask("committees").rows) == 2
    [row] = ask("committees", picker={"committee_id": second.id}).rows
    assert (row["name"], row["position"], row["courses"], row["events"]) == (
        "Бычков Пётр Ильич",
        "member",
        "Курс о выдумках",
        None,
    )
    assert names(ask("chairs")) == ["Авдеев Пётр Ильич"]


def test_every_table_answers_every_role_of_the_office(ask: Ask) -> None:
    for table in TABLES:
        assert ask(table, by=actor(Role.ACCOUNTANT)).rows == []


def test_money_is_neither_shown_nor_sortable_nor_filterable_for_a_manager(session: Session, ask: Ask) -> None:
    b.create_membership(session, b.create_company(session), fee_amount=Decimal(5))
    session.commit()
    manager = actor(Role.MANAGER)
    assert "fee_amount" not in ask("members", by=manager).rows[0]
    for query in (
        {"sortModel": [{"colId": "fee_amount", "sort": "asc"}]},
        {"filterModel": {"fee_amount": {"filterType": "number", "type": "equals", "filter": 5}}},
    ):
        with pytest.raises(InvalidInput, match="нет такой колонки"):
            ask("members", by=manager, **query)


def test_search_does_not_reveal_hidden_columns(session: Session, ask: Ask) -> None:
    b.create_person(session, passport="4501 123456")
    session.commit()
    assert len(ask("people", search="4501 123456").rows) == 1
    assert ask("people", by=actor(Role.ACCOUNTANT), search="123456").rows == []


def test_a_member_gets_nothing(ask: Ask) -> None:
    with pytest.raises(NotAllowed):
        ask("people", by=actor(Role.MEMBER))


@pytest.mark.parametrize(
    "query",
    [
        {"filterModel": {"salary": text(CONTAINS, "1")}},
        {"filterModel": {"name": text("drop table", "1")}},
        {"filterModel": {"name": text("greaterThan", "1")}},
        {"filterModel": {"name": {"type": CONTAINS, "filter": "я" * 201}}},
        {"filterModel": {"name": {"type": CONTAINS, "filter": ["я"]}}},
        {"filterModel": {"name": []}},
        {"filterModel": {"name": {"operator": "XOR", "conditions": [text(CONTAINS, "1")]}}},
        {"filterModel": {"name": {"operator": "AND", "conditions": []}}},
        {"filterModel": {"birth_date": {"filterType": "date", "type": "equals", "dateFrom": "вчера"}}},
        {"filterModel": {"is_member": {"filterType": "set", "values": ["может быть"]}}},
        {"filterModel": {"is_member": text(CONTAINS, "да")}},
        {"filterModel": {"name": {"filterType": "set", "values": ["x"]}}},
        {"sortModel": [{"colId": "salary", "sort": "asc"}]},
        {"sortModel": [{"colId": "name", "sort": "sideways"}]},
        {"sortModel": [{"colId": "name; drop table person", "sort": "asc"}]},
        {"startRow": 0, "endRow": 1001},
        {"startRow": -5, "endRow": 5},
        {"startRow": 10, "endRow": 10},
        {"startRow": 0, "endRow": 10**30},
        {"startRow": "0"},
        {"search": "я" * 201},
        {"search": 5},
        {"search": "тот\0этот"},
        {"search": "\ud800"},
        {"filterModel": {"name": {"type": CONTAINS, "filter": "тот\0этот"}}},
        {"filterModel": {"name": {"type": "equals", "filter": "\udfff"}}},
        {"picker": {"committee_id": 1}},
        {"picker": {"company_id": "1"}},
        {"ids": ["1"]},
    ],
)
def test_nonsense_is_refused_with_a_sentence(ask: Ask, query: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=r"[а-яё]+"):
        ask("people", **query)


def test_a_number_past_all_floats_is_refused(ask: Ask) -> None:
    with pytest.raises(InvalidInput, match="не разобрано"):
        ask("members", filterModel={"fee_amount": {"filterType": "number", "type": "equals", "filter": 10**400}})


def test_an_unknown_table_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound, match="salaries"):
        ask("salaries")
