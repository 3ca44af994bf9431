"""Our own CSV export, which carries no keys, loaded as it is: what the tables put together is no change."""

from collections.abc import Sequence

import pytest
from sqlmodel import Session

from models import EventKind, Person, SeatPosition
from services.access.permissions import SYSTEM
from services.imports import PlannedRow, running
from services.tables.export import export
from services.tables.query import parse_query
from services.work import reading
from tests import builders as b
from tests.services.imports.planned import ON_SQLITE, plan, row, seen, sheet

ORLOVA = ("Орлова", "Мария", "Ивановна")
NAME = " ".join(ORLOVA)
FORUM = "Форум попечителей"


def returned(name: str, was: str = "", becomes: str = "") -> Sequence[PlannedRow]:
    """The rows of a table exported without keys and planned under the name the export gave; `was` edited."""
    with reading() as session:
        done = export(session, SYSTEM, name, parse_query({}), None, "csv")
    text = done.content.decode("utf-8-sig")
    return running.run(SYSTEM, done.name, (text.replace(was, becomes) if was else text).encode()).rows


def namesake(session: Session, number: int) -> Person:
    """One of the people of one name; each can be written to."""
    return b.create_person(session, *ORLOVA, email=f"orlova{number}@example.ru", phone=f"+7916555000{number}")


@pytest.mark.parametrize(("name", "kind"), [("events", EventKind.EVENT), ("courses", EventKind.COURSE)])
def test_people_who_are_counted_are_no_number_somebody_wrote_down(name: str, kind: EventKind, session: Session) -> None:
    held = b.create_event(session, FORUM, kind, starts_on="2024-04-12", attended_stated=1)
    for number in range(3):
        b.create_participation(session, held, namesake(session, number))
    session.commit()
    assert [(found.outcome, seen(found)) for found in returned(name)] == [("same", {})]
    (edited,) = returned(name, '"3";"1"', '"7";"1"')
    assert seen(edited) == {"invited": ("new", "", "7")}


@ON_SQLITE
def test_a_count_is_no_news_in_anybodys_file(session: Session) -> None:
    held = b.create_event(session, FORUM, starts_on="2024-04-12")
    b.create_participation(session, held, namesake(session, 1))
    session.commit()
    batch = plan(sheet("Мероприятия", {"Название": FORUM, "Дата": "12.04.2024", "Приглашены": 1, "Участвовали": 2}))
    assert seen(row(batch, 2)) == {"attended": ("new", "", "2")}


@pytest.mark.parametrize("speaking", [(1,), (0, 1), (1, 2)])
def test_namesakes_who_speak_already_are_not_put_in_again(speaking: tuple[int, ...], session: Session) -> None:
    held = b.create_event(session, FORUM, starts_on="2024-04-12")
    people = [namesake(session, number) for number in range(3)]
    for number in speaking:
        b.create_speaker(session, people[number], held)
    session.commit()
    assert [(found.outcome, found.remarks) for found in returned("events")] == [("same", ())]


def test_the_seats_of_namesakes_are_told_by_what_else_their_rows_say(session: Session) -> None:
    first, second = namesake(session, 1), namesake(session, 2)
    one, two, three = (b.create_committee(session, f"Комитет по {what}") for what in ("науке", "праву", "спорту"))
    for committee, person, position in (
        (one, first, SeatPosition.MEMBER),
        (one, second, SeatPosition.MEMBER),
        (two, first, SeatPosition.CHAIR),
        (three, second, SeatPosition.CHAIR),
    ):
        b.create_seat(session, committee, person, position)
    session.commit()
    for name in ("committees", "chairs"):
        assert {found.outcome for found in returned(name)} == {"same"}


def test_seats_of_one_person_are_as_many_as_their_rows_and_no_other_is_guessed(session: Session) -> None:
    b.create_seat(session, b.create_committee(session, "Комитет по науке"), b.create_person(session, "Белов"))
    person = namesake(session, 1)
    for what in ("праву", "спорту"):
        b.create_seat(session, b.create_committee(session, f"Комитет по {what}"), person, comment="старое")
    session.commit()
    assert [found.outcome for found in returned("committees")] == ["same"] * 3
    assert [found.outcome for found in returned("committees", "старое", "новое")] == ["same", "skipped", "skipped"]
