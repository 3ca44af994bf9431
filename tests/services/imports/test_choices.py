"""What the user takes of a plan, and plans that others' edits have made stale."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from models import BatchState, Company, Employment, ImportBatch, Person, Role, Source
from services import imports
from services.access.permissions import SYSTEM, Actor
from services.errors import DomainError, NotFound
from services.imports import CellState, ImportReport, Options, running
from services.work import reading, writing
from tests import builders as b
from tests.services.imports.planned import (
    INN,
    ON_SQLITE,
    ORLOVA,
    RYBIN,
    choose,
    companies,
    people,
    person,
    plan,
    row,
    rows,
    seen,
    sheet,
    stored,
)

PAIR = people({"ФИО": ORLOVA, "Регион": "Тверь", "ИНН": INN}, {"ФИО": RYBIN, "Регион": "Псков"})


def counts(report: ImportReport) -> list[tuple[int, int, int, int]]:
    return [(s.created, s.changed, s.same, s.skipped) for s in report.sheets]


def account(session: Session, login: str) -> Actor:
    made = b.actor_of(b.create_account(session, Role.ADMINISTRATOR, login))
    session.commit()
    return made


# taking and refusing


def test_a_refused_row_is_left_out(database: str) -> None:
    batch = plan(PAIR)
    assert choose(batch, False, ids=[row(batch, 2).id]) == 1
    assert [r.accepted for r in rows(batch)] == [False, True]
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 0, 0, 1)]
    assert stored(Person, "last_name") == ["Рыбин"]


def test_a_refused_cell_is_left_out(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    choose(batch, False, "region", ids=[row(batch, 2).id])
    first = row(batch, 2)
    assert {c.key: first.takes(c) for c in first.cells if c.steps} == {"region": False, "inn": True}
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 1, 0, 0)]
    assert stored(Person, "last_name", "region", "inn") == [("Орлова", "Омск", INN), ("Рыбин", "Псков", None)]


def test_a_refused_column_is_left_out_of_every_row(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    assert choose(batch, False, "region", column="region") == 2
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "last_name", "region", "inn") == [("Орлова", "Омск", INN), ("Рыбин", None, None)]


def test_everything_refused_writes_nothing(database: str) -> None:
    batch = plan(PAIR)
    assert choose(batch, False) == 2
    assert counts(running.apply_planned(SYSTEM, batch)) == [(0, 0, 0, 2)]
    assert stored(Person, "id") == []


def test_everything_refused_and_taken_again_is_the_plan(database: str) -> None:
    batch = plan(PAIR)
    choose(batch, False)
    choose(batch, True)
    assert counts(running.apply_planned(SYSTEM, batch)) == [(2, 0, 0, 0)]


def test_all_conflicts_are_taken_at_once(database: str) -> None:
    person(source=Source.MANUAL, region="Омск")
    person("Рыбин", Source.MANUAL, region="Тула")
    batch = plan(PAIR)
    assert [seen(r).get("region") for r in rows(batch, state=CellState.CONFLICT)] == [
        ("conflict", "Омск", "Тверь"),
        ("conflict", "Тула", "Псков"),
    ]
    assert choose(batch, True, state=CellState.CONFLICT) == 2
    assert counts(running.apply_planned(SYSTEM, batch)) == [(0, 2, 0, 0)]
    assert stored(Person, "region") == ["Тверь", "Псков"]


def test_cells_of_one_kind_are_refused_and_the_rest_of_their_rows_is_not(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    assert choose(batch, False, state=CellState.CHANGED) == 1
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "last_name", "region", "inn") == [("Орлова", "Омск", INN), ("Рыбин", "Псков", None)]


def test_taking_a_kind_does_not_take_refused_rows(database: str) -> None:
    person(source=Source.MANUAL, region="Омск")
    batch = plan(PAIR)
    choose(batch, False, ids=[row(batch, 2).id])
    choose(batch, True, state=CellState.CONFLICT)
    assert not row(batch, 2).accepted


@ON_SQLITE
def test_taking_a_column_does_not_take_refused_rows_without_it(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA}, {"ФИО": RYBIN, "Регион": "Псков"}))
    choose(batch, False)
    choose(batch, True, "region")
    assert not row(batch, 2).accepted


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [2, 3, 4, 2]),
        ({"outcome": "created"}, [3, 4, 2]),
        ({"outcome": "changed"}, [2]),
        ({"state": CellState.NEW}, [3, 4, 2]),
        ({"state": CellState.CHANGED}, [2]),
        ({"state": CellState.CONFLICT}, []),
        ({"state": CellState.ERROR}, [4]),
        ({"sheet": "Юр.лица"}, [2]),
        ({"column": "region"}, [2, 3]),
        ({"column": "site"}, [2]),
        ({"words": "рыбин"}, [3]),
        ({"words": "ПЁТР рыбин"}, [3]),
        ({"words": "100%"}, []),
        ({"renewed": True}, []),
    ],
)
def test_rows_are_filtered(database: str, wanted: dict[str, Any], numbers: list[int]) -> None:
    person(region="Омск")
    batch = plan(
        people({"ФИО": ORLOVA, "Регион": "Тверь"}, {"ФИО": RYBIN, "Регион": "Псков"},
               {"ФИО": "Яшин Лев Львович", "Дата рождения": "31.02.1985"}),
        companies({"Название компании": "ООО «Ива»", "Сайт": "iva.example"}),
    )  # fmt: skip
    assert [r.number for r in rows(batch, **wanted)] == numbers


@ON_SQLITE
def test_pages_of_rows_and_the_columns_that_say_something(database: str) -> None:
    batch = plan(PAIR)
    with reading() as session:
        page = imports.planned_rows(session, SYSTEM, batch, imports.RowFilter(), limit=1, offset=1)
    assert (page.total, [r.number for r in page.rows]) == (2, [3])
    assert page.columns == {"name": "ФИО", "inn": "ИНН", "region": "Регион"}


# records that rows share


def test_a_refused_company_is_put_in_when_another_row_needs_it(database: str) -> None:
    batch = plan(
        people({"ФИО": ORLOVA, "Место работы": "ООО «Ива»"}),
        companies({"Название компании": "ООО «Ива»", "Сайт": "iva.example"}),
    )
    choose(batch, False, sheet="Юр.лица")
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 0, 0, 0), (0, 0, 0, 1)]
    assert stored(Company, "name", "site") == [("ООО «Ива»", None)]
    assert stored(Employment, "person_id", "company_id") == [(1, 1)]


def test_the_row_that_created_a_shared_company_may_be_refused(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA, "Место работы": "ООО «Ива»"}, {"ФИО": RYBIN, "Место работы": "ООО «Ива»"}))
    choose(batch, False, ids=[row(batch, 2).id])
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 0, 0, 1)]
    assert (stored(Person, "last_name"), stored(Company, "name"), stored(Employment, "company_id")) == (
        ["Рыбин"], ["ООО «Ива»"], [1]
    )  # fmt: skip


def test_a_company_nobody_else_needs_goes_with_its_row(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA, "Место работы": "ООО «Ива»"}))
    choose(batch, False)
    running.apply_planned(SYSTEM, batch)
    assert stored(Company, "id") == []


def test_a_new_record_without_its_name_is_not_counted(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA, "Регион": "Тверь"}))
    choose(batch, False, "name")
    report = running.apply_planned(SYSTEM, batch)
    assert counts(report) == [(0, 0, 0, 1)]
    assert stored(Person, "id") == []


def test_a_second_row_of_a_refused_new_record_is_counted_as_it_is_written(database: str) -> None:
    batch = plan(people({"ФИО": ORLOVA}, {"ФИО": ORLOVA, "Регион": "Тверь"}))
    choose(batch, False, ids=[row(batch, 2).id])
    report = running.apply_planned(SYSTEM, batch)
    assert report.written == len(stored(Person, "id"))


# choices over a new plan


def test_choices_survive_a_new_plan_of_unchanged_rows(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    choose(batch, False, "region", ids=[row(batch, 2).id])
    choose(batch, False, ids=[row(batch, 3).id])
    running.plan(SYSTEM, batch)
    first, second = rows(batch)
    assert (first.accepted, dict(first.choices), second.accepted) == (True, {"region": False}, False)
    assert [r.renewed for r in rows(batch)] == [False, False]


def test_choices_of_a_row_that_came_out_differently_are_forgotten(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    choose(batch, False)
    with writing(SYSTEM, Source.EXCEL) as session:
        session.get_one(Person, 1).region = "Тула"
    running.plan(SYSTEM, batch, compared=True)
    assert [(r.accepted, r.renewed) for r in rows(batch)] == [(True, True), (False, False)]


# stale plans


def test_an_edit_that_changes_nothing_of_the_plan_does_not_stand_in_its_way(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    choose(batch, False, "inn", column="inn")
    with writing(SYSTEM) as session:
        b.create_company(session, "ООО «Дуб»")
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 1, 0, 0)]
    assert stored(Person, "region", "inn") == [("Тверь", None), ("Псков", None)]


def test_an_edit_that_changes_a_row_says_so_and_keeps_the_rest(database: str) -> None:
    person(region="Омск")
    batch = plan(PAIR)
    choose(batch, False, ids=[row(batch, 3).id])
    with writing(SYSTEM, Source.MANUAL) as session:
        session.get_one(Person, 1).region = "Тула"
    with pytest.raises(DomainError) as stale:
        running.apply_planned(SYSTEM, batch)
    assert str(stale.value) == (
        "Пока вы смотрели план, базу изменили. План сверен заново, иначе вышли строк: 1. Они отмечены."
    )
    assert stored(Person, "region") == ["Тула"]
    (renewed,) = rows(batch, renewed=True)
    assert (renewed.number, seen(renewed)["region"]) == (2, ("conflict", "Тула", "Тверь"))
    assert counts(running.apply_planned(SYSTEM, batch)) == [(0, 1, 0, 1)]
    assert stored(Person, "region", "inn") == [("Тула", INN)]


def test_rows_that_come_out_the_same_are_not_said_to_differ(database: str) -> None:
    batch = plan(people({"ФИО": RYBIN}, {"ФИО": ORLOVA}, {"ФИО": ORLOVA, "Регион": "Тверь"}))
    person("Рыбин")
    with pytest.raises(DomainError, match="иначе вышли строк: 1"):
        running.apply_planned(SYSTEM, batch)
    assert [r.number for r in rows(batch, renewed=True)] == [2]


def test_a_deleted_record_is_planned_anew(database: str) -> None:
    number = person(region="Омск")
    batch = plan(PAIR)
    with writing(SYSTEM) as session:
        session.delete(session.get_one(Person, number))
    with pytest.raises(DomainError, match="иначе вышли строк: 1"):
        running.apply_planned(SYSTEM, batch)
    assert row(batch, 2).outcome == "created"
    assert counts(running.apply_planned(SYSTEM, batch)) == [(2, 0, 0, 0)]


def test_two_people_plan_the_same_file(session: Session) -> None:
    anna, boris = account(session, "anna"), account(session, "boris")
    first, second = plan(PAIR, actor=anna), plan(PAIR, actor=boris)
    assert counts(running.apply_planned(anna, first)) == [(2, 0, 0, 0)]
    with pytest.raises(DomainError, match="иначе вышли строк: 2"):
        running.apply_planned(boris, second)
    report = running.apply_planned(boris, second)
    assert counts(report) == [(0, 0, 2, 0)]
    assert report.remarks[0].message.startswith("Этот же файл уже загружен ")
    assert report.remarks[0].message.endswith(" (Имя anna).")
    with reading() as opened:
        assert [one.id for one in imports.batches(opened, boris)] == [first]
        assert imports.plans(opened, boris) == ()


def test_two_plans_of_different_rows_do_not_meet(session: Session) -> None:
    anna, boris = account(session, "anna"), account(session, "boris")
    first, second = plan(people({"ФИО": ORLOVA}), actor=anna), plan(people({"ФИО": RYBIN}), actor=boris)
    assert counts(running.apply_planned(anna, first)) == counts(running.apply_planned(boris, second)) == [(1, 0, 0, 0)]
    assert stored(Person, "last_name") == ["Орлова", "Рыбин"]


def test_a_plan_is_applied_once(database: str) -> None:
    batch = plan(PAIR)
    running.apply_planned(SYSTEM, batch)
    with pytest.raises(NotFound):
        running.apply_planned(SYSTEM, batch)
    assert len(stored(Person, "id")) == 2


def test_the_same_file_again_says_so_and_changes_nothing(database: str) -> None:
    running.apply_planned(SYSTEM, plan(PAIR))
    batch = plan(PAIR)
    with reading() as session:
        before = imports.applied_before(session, SYSTEM, batch)
        assert before is not None
        assert before.file_name == "книга.xlsx"
    report = running.apply_planned(SYSTEM, batch)
    assert counts(report) == [(0, 0, 2, 0)]
    assert stored(ImportBatch, "state") == [BatchState.APPLIED]


def test_a_batch_that_is_not_planned_is_not_applied(database: str) -> None:
    batch = plan(PAIR)
    with writing(SYSTEM) as session:
        imports.set_options(session, SYSTEM, batch, Options())
    with pytest.raises(NotFound):
        running.apply_planned(SYSTEM, batch)
    assert stored(Person, "id") == []


# at once


def together(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run everything at the same moment in threads; what each raised."""
    start = threading.Barrier(len(works))
    ends: list[BaseException | None] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        start.wait(30)
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told to the test
            ends[place] = error

    threads = [threading.Thread(target=run, args=line) for line in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_two_loads_applied_at_once_make_no_person_twice(session: Session) -> None:
    """Each would create the same two people: the second finds its plan stale instead."""
    anna, boris = account(session, "anna"), account(session, "boris")
    first, second = plan(PAIR, actor=anna), plan(PAIR, actor=boris)
    ends = together(partial(running.apply_planned, anna, first), partial(running.apply_planned, boris, second))
    (told,) = [str(end) for end in ends if end]
    assert told == "Пока вы смотрели план, базу изменили. План сверен заново, иначе вышли строк: 2. Они отмечены."
    assert stored(Person, "last_name") == ["Орлова", "Рыбин"]


def test_one_plan_applied_twice_at_once_is_applied_once(database: str) -> None:
    batch = plan(PAIR)
    ends = together(*[partial(running.apply_planned, SYSTEM, batch)] * 2)
    assert sum(end is None for end in ends) == 1
    assert all(isinstance(end, DomainError) for end in ends if end)
    assert len(stored(Person, "id")) == 2


def test_loads_of_different_rows_applied_at_once_are_both_written(session: Session) -> None:
    names = ["Орлова Мария Ивановна", "Рыбин Пётр Ильич", "Яшин Лев Львович"]
    actors = [account(session, f"user{place}") for place in range(3)]
    batches = [plan(people({"ФИО": name}), actor=one) for name, one in zip(names, actors, strict=True)]
    ends = together(*(partial(running.apply_planned, *pair) for pair in zip(actors, batches, strict=True)))
    assert ends == [None] * 3
    assert sorted(stored(Person, "last_name")) == ["Орлова", "Рыбин", "Яшин"]


def test_events_and_their_people_may_be_refused_apart(database: str) -> None:
    batch = plan(sheet("Мероприятия", {"Название": "Форум", "Даты": "01.02.2024", "Спикеры": ORLOVA}))
    choose(batch, False, "speakers")
    assert counts(running.apply_planned(SYSTEM, batch)) == [(1, 0, 0, 0)]
    assert stored(Person, "id") == []
