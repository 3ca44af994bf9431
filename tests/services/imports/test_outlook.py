"""The counts beside «Применить»: what would be written with what the user took and refused, to the row."""

import pytest

from models import Company, Person, Source
from services import imports
from services.access.permissions import SYSTEM
from services.imports import CellState, ImportReport, running
from services.work import reading, writing
from tests.services.imports.planned import INN, ON_SQLITE, choose, people, person, plan, row, sheet, stored

pytestmark = ON_SQLITE
ANNA, BELLA, VERA = "Отказова Анна Юрьевна", "Отказова Белла Юрьевна", "Отказова Вера Юрьевна"


def counts(report: ImportReport) -> list[tuple[int, int, int, int]]:
    return [(s.created, s.changed, s.same, s.skipped) for s in report.sheets]


def told(batch: int) -> list[tuple[int, int, int, int]]:
    with reading() as session:
        return counts(imports.batch(session, SYSTEM, batch).report.as_chosen())


def applied_as_told(batch: int) -> list[tuple[int, int, int, int]]:
    said = told(batch)
    assert counts(running.apply_planned(SYSTEM, batch)) == said
    return said


def test_refused_rows_are_not_counted_until_taken_again(database: str) -> None:
    batch = plan(people(*({"ФИО": name, "Регион": "Омск"} for name in (ANNA, BELLA, VERA))))
    assert told(batch) == [(3, 0, 0, 0)]
    choose(batch, False, ids=[row(batch, 2).id])
    assert told(batch) == [(2, 0, 0, 1)]
    choose(batch, True, ids=[row(batch, 2).id])
    assert told(batch) == [(3, 0, 0, 0)]
    choose(batch, False, "name", ids=[row(batch, 3).id])
    assert applied_as_told(batch) == [(2, 0, 0, 1)]


def test_a_changed_row_counts_as_long_as_one_cell_of_it_is_taken(database: str) -> None:
    person(region="Омск")
    batch = plan(people({"ФИО": stored_name(), "Регион": "Тверь", "ИНН": INN}))
    choose(batch, False, "region", column="region")
    assert told(batch) == [(0, 1, 0, 0)]
    choose(batch, False, "inn", column="inn")
    assert applied_as_told(batch) == [(0, 0, 0, 1)]


def stored_name() -> str:
    return " ".join(stored(Person, "last_name", "first_name", "middle_name")[0])


def test_a_conflict_counts_when_it_is_taken(database: str) -> None:
    person(source=Source.MANUAL, region="Омск")
    batch = plan(people({"ФИО": stored_name(), "Регион": "Тверь"}))
    assert told(batch) == [(0, 0, 0, 1)]
    choose(batch, True, state=CellState.CONFLICT)
    assert applied_as_told(batch) == [(0, 1, 0, 0)]


@pytest.mark.parametrize("is_refused", [False, True])
def test_what_another_sheet_says_of_a_refused_record_is_not_written(database: str, is_refused: bool) -> None:
    batch = plan(
        sheet("Юр.лица", {"Название компании": "ООО «Ива»"}),
        sheet("Юр.лица 2", {"Название компании": "ООО «Ива»", "Сайт": "iva.example"}),
    )
    if is_refused:
        choose(batch, False, sheet="Юр.лица")
    said = [(0, 0, 0, 1), (0, 0, 0, 1)] if is_refused else [(1, 0, 0, 0), (0, 1, 0, 0)]
    assert applied_as_told(batch) == said
    assert stored(Company, "site") == ([] if is_refused else ["https://iva.example"])


def test_choices_outlive_planning_anew(database: str) -> None:
    batch = plan(people({"ФИО": ANNA}, {"ФИО": BELLA}))
    choose(batch, False, ids=[row(batch, 2).id])
    running.plan(SYSTEM, batch)
    assert applied_as_told(batch) == [(1, 0, 0, 1)]


def test_decisions_not_planned_yet_are_known(database: str) -> None:
    number = person()
    batch = plan(people({"ФИО": "Орлова М. И.", "Регион": "Тверь"}))
    found = row(batch, 2)

    def decided() -> dict[int, int | None]:
        with reading() as session:
            return imports.decided(session, SYSTEM, batch)

    assert (found.outcome, decided()) == ("doubtful", {})
    for choice in (None, number):
        with writing(SYSTEM) as session:
            imports.decide(session, SYSTEM, batch, found.id, choice)
        assert decided() == {found.id: choice}
    running.plan(SYSTEM, batch)
    assert (row(batch, 2).outcome, decided()) == ("changed", {})
