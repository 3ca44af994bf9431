"""A column «Комитет»: every row names the committee of its own seat."""

import pytest
from sqlmodel import Session

from models import Committee, CommitteeSeat, Person
from services.access.permissions import SYSTEM
from services.imports import running
from tests import builders as b
from tests.services.imports.books import table
from tests.services.imports.conftest import Load
from tests.services.imports.planned import ON_SQLITE, ORLOVA, RYBIN, people, plan, row, rows, seen, sheet, stored
from tests.services.imports.sheets import sheet as recognised

SCIENCE, SPORT = "Комитет по науке", "Комитет по спорту"


@pytest.mark.parametrize(
    ("name", "headings", "expected"),
    [
        ("Лист1", ["ФИО", "Комитет", "Телефон"], "committees"),
        ("Лист1", ["ФИО", "Название комитета", "Роль в комитете"], "committees"),
        ("Физ.лица", ["ФИО", "Комитет", "Дата рождения"], "people"),
        ("Лист1", ["ФИО", "Дата рождения", "Паспорт", "Регион", "Комитет"], "people"),
        ("Председатели комитетов", ["ФИО", "Комитет", "Телефон"], "chairs"),
        ("Лист1", ["ФИО председателя", "Комитет", "Телефон"], "chairs"),
    ],
)
def test_who_sits_in_committees_is_told_from_who_heads_them(name: str, headings: list[str], expected: str) -> None:
    found = recognised(name, headings, [ORLOVA, *[None] * (len(headings) - 1)])
    assert (found.table, next(c.key for c in found.columns if "омитет" in c.heading)) == (expected, "committee")


@ON_SQLITE
def test_every_row_of_members_has_its_own_committee(load: Load) -> None:
    lines = [
        {"ФИО": ORLOVA, "Комитет": SCIENCE, "Позиция в комитете": "председатель"},
        {"ФИО": RYBIN, "Комитет": "по спорту", "Позиция в комитете": "член"},
        {"ФИО": RYBIN, "Комитет": f"{SCIENCE}; Комитет по праву", "Позиция в комитете": "секретарь"},
    ]
    load(sheet("Лист1", *lines))
    assert stored(Committee, "name") == [SCIENCE, SPORT, "Комитет по праву"]
    assert sorted(stored(CommitteeSeat, "committee_id", "person_id", "position")) == [
        (1, 1, "chair"), (1, 2, "secretary"), (2, 2, "member"), (3, 2, "member"),
    ]  # fmt: skip
    assert [found.outcome for found in rows(plan(sheet("Лист1", *lines)))] == ["same"] * 3


@ON_SQLITE
def test_a_committee_named_in_the_row_wins_over_the_one_above(load: Load) -> None:
    report = load(sheet(SCIENCE, {"ФИО": ORLOVA, "Комитет": SPORT}, {"ФИО": RYBIN, "Комитет": None}))
    assert report.sheets[0].created == 2
    assert stored(Committee, "name") == [SPORT, SCIENCE]


@ON_SQLITE
def test_a_list_of_people_gives_seats_as_well(database: str) -> None:
    lines = people(
        {"ФИО": ORLOVA, "Дата рождения": "02.03.1985", "Комитет": SCIENCE},
        {"ФИО": RYBIN, "Дата рождения": "1980", "Комитет": None},
    )
    batch = plan(lines)
    assert seen(row(batch, 2))["committee"] == ("new", "", SCIENCE)
    running.apply_planned(SYSTEM, batch)
    assert (stored(Person, "birth_date"), table("committees", "name", "position")) == (
        ["1985-03-02", "1980"],
        [(ORLOVA, "member")],
    )
    assert [found.outcome for found in rows(plan(lines))] == ["same", "same"]


@ON_SQLITE
def test_a_seat_that_ends_on_a_coming_day_is_still_held(session: Session) -> None:
    member = b.create_person(session, *ORLOVA.split())
    b.create_seat(session, b.create_committee(session, SCIENCE), member, until="2999-12")
    session.commit()
    found = plan(sheet("Лист1", {"ФИО": ORLOVA, "Комитет": SCIENCE}))
    assert [planned.outcome for planned in rows(found)] == ["same"]
