"""What people decide about doubtful rows: taken, remembered, mended."""

import pytest
from sqlmodel import Session

from models import Company, Person, Role, Source
from services import imports
from services.access.permissions import SYSTEM, Actor
from services.errors import NotFound
from services.imports import running
from services.work import reading, writing
from tests import builders as b
from tests.services.imports.planned import companies, decide, people, person, plan, row, rows, seen, stored

FULL, SHORT = "Орлова Мария Ивановна", "Орлова М. И."
ROW = {"ФИО": SHORT, "Регион": "Тверь"}


def actor(session: Session, login: str) -> Actor:
    made = b.actor_of(b.create_account(session, Role.ADMINISTRATOR, login))
    session.commit()
    return made


def test_a_decision_is_followed_when_the_plan_is_made_anew(database: str) -> None:
    number = person()
    batch = plan(people(ROW))
    decide(batch, 2, number)
    found = row(batch, 2)
    assert (found.outcome, found.match["id"], found.match["reason"]) == ("changed", number, "решено человеком")
    assert seen(found) == {"region": ("new", "", "Тверь")}
    report = running.apply_planned(SYSTEM, batch)
    assert (report.doubtful, report.sheets[0].changed) == (0, 1)
    assert stored(Person, "first_name", "region") == [("Мария", "Тверь")]


def test_a_decision_is_remembered_for_the_next_file(database: str) -> None:
    number = person()
    batch = plan(people(ROW))
    decide(batch, 2, number)
    running.apply_planned(SYSTEM, batch)
    later = plan(people({"ФИО": "Рыбин Пётр Ильич"}, ROW, {"ФИО": SHORT, "Регион": "Псков"}))
    assert (row(later, 3).outcome, row(later, 3).match["id"]) == ("same", number)
    assert row(later, 4).outcome == "doubtful"  # a bare name with other words beside it may be somebody else
    other = plan(people({"ФИО": SHORT, "Телефон": "+79165550001"}))
    assert row(other, 2).outcome == "doubtful"


def test_a_decision_stands_though_the_plan_is_given_up(database: str) -> None:
    number = person()
    batch = plan(people(ROW))
    decide(batch, 2, number)
    with writing(SYSTEM) as session:
        imports.cancel(session, SYSTEM, batch)
    assert row(plan(people(ROW)), 2).match["id"] == number


def test_a_new_record_by_decision(database: str) -> None:
    person()
    batch = plan(people(ROW))
    decide(batch, 2, None)
    found = row(batch, 2)
    assert (found.outcome, found.match["reason"]) == ("created", "решено: это новая запись")
    running.apply_planned(SYSTEM, batch)
    assert stored(Person, "first_name", "region") == [("Мария", None), ("М.", "Тверь")]


@pytest.mark.parametrize("name", [SHORT, FULL])
def test_a_new_record_by_decision_is_found_by_the_next_load(database: str, name: str) -> None:
    person(region="Псков")
    person(region="Омск")
    line = {"ФИО": name, "Регион": "Тверь"}
    batch = plan(people(line))
    decide(batch, 2, None)
    running.apply_planned(SYSTEM, batch)
    assert len(stored(Person, "id")) == 3
    assert row(plan(people(line, {"ФИО": "Рыбин Пётр Ильич"})), 2).outcome == "same"


def test_a_new_company_by_decision_is_found_by_the_next_load(database: str) -> None:
    with writing(SYSTEM, Source.EXCEL) as session:
        b.create_company(session, "ООО «Ива»")
    line = {"Название компании": "Ива", "Сайт": "iva.example"}
    batch = plan(companies(line))
    decide(batch, 2, None)
    running.apply_planned(SYSTEM, batch)
    assert stored(Company, "name") == ["ООО «Ива»", "Ива"]
    assert row(plan(companies(line, {"Название компании": "ООО «Дуб»"})), 2).outcome == "same"


def test_a_decision_can_be_mended(database: str) -> None:
    number = person()
    batch = plan(people(ROW))
    decide(batch, 2, None)
    decide(batch, 2, number)
    assert row(batch, 2).match["id"] == number


def test_a_decision_for_a_record_can_be_mended_to_a_new_one(database: str) -> None:
    number = person()
    batch = plan(people(ROW))
    decide(batch, 2, number)
    decide(batch, 2, None)
    assert row(batch, 2).outcome == "created"


def test_a_company_is_decided_likewise(database: str) -> None:
    with writing(SYSTEM, Source.EXCEL) as session:
        number = b.create_company(session, "ООО «Ива»").id
    batch = plan(companies({"Название компании": "Ива", "Сайт": "iva.example"}))
    decide(batch, 2, number)
    running.apply_planned(SYSTEM, batch)
    assert stored(Company, "name", "site") == [("ООО «Ива»", "https://iva.example")]


def test_a_decided_record_that_was_deleted_since_is_asked_about_again(database: str) -> None:
    gone, left = person(region="Псков"), person(region="Омск")
    line = people({"ФИО": FULL})
    batch = plan(line)
    decide(batch, 2, gone)
    with writing(SYSTEM) as session:
        session.delete(session.get_one(Person, gone))
    with writing(SYSTEM) as session:
        third = b.create_person(session, "Орлова", "Мария", "Ивановна", region="Тула").id
    running.plan(SYSTEM, batch)
    found = row(batch, 2)
    assert found.outcome == "doubtful"
    assert sorted(c["id"] for c in found.match["candidates"]) == [left, third]


def test_one_decision_serves_equal_rows_of_two_people_who_load(session: Session) -> None:
    anna, boris = actor(session, "anna"), actor(session, "boris")
    number = person()
    first, second = plan(people(ROW), actor=anna), plan(people(ROW), actor=boris)
    decide(first, 2, number, actor=anna)
    running.plan(boris, second)
    assert row(second, 2, actor=boris).match["id"] == number


def test_somebody_elses_plan_is_not_to_be_decided_or_changed(session: Session) -> None:
    anna, boris = actor(session, "anna"), actor(session, "boris")
    number = person()
    batch = plan(people(ROW), actor=anna)
    row_id = row(batch, 2, actor=anna).id
    everything = imports.RowFilter()
    with writing(boris) as opened:
        for attempt in (
            lambda: imports.decide(opened, boris, batch, row_id, number),
            lambda: imports.choose(opened, boris, batch, everything, False),
            lambda: imports.planned_rows(opened, boris, batch, everything),
            lambda: imports.set_options(opened, boris, batch, imports.Options()),
            lambda: imports.found_tables(opened, boris, batch),
            lambda: imports.apply(opened, boris, batch),
            lambda: imports.cancel(opened, boris, batch),
        ):
            with pytest.raises(NotFound, match="Такой загрузки нет"):
                attempt()
    with reading() as opened:
        assert imports.plans(opened, boris) == ()
        assert [one.id for one in imports.plans(opened, anna)] == [batch]


def test_a_row_of_another_plan_or_a_record_not_offered_is_refused(database: str) -> None:
    person()
    with writing(SYSTEM) as session:
        stranger = b.create_person(session, "Рыбин").id
    batch, other = plan(people(ROW)), plan(people(ROW, {"ФИО": "Рыбин Иван Ильич"}))
    mine, sure = row(batch, 2).id, rows(other, outcome="created")[0].id
    with writing(SYSTEM) as session:
        with pytest.raises(NotFound, match="Такой записи среди похожих нет"):
            imports.decide(session, SYSTEM, batch, mine, stranger)
        with pytest.raises(NotFound, match="Такой строки в плане нет"):
            imports.decide(session, SYSTEM, other, mine, None)
        with pytest.raises(NotFound, match="Такой строки в плане нет"):
            imports.decide(session, SYSTEM, other, sure, None)
