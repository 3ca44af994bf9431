"""Who is found to be one, how sure that is, and what decisions come to."""

from typing import Any

import pytest
from sqlmodel import Session

from models import Company, Person, Role
from services.directory.keys import name_key
from services.duplicates import companies, jobs, pairs, people, running
from services.duplicates.blocks import one_edit_apart, weigh_all
from services.duplicates.pairs import PairLine
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER = actor(Role.MANAGER)


def found(kind: str, **wanted: object) -> list[PairLine]:
    running.run()
    with reading() as session:
        return list(pairs.listed(session, MANAGER, kind, **wanted).lines)  # type: ignore[arg-type]


def told_of_people(*values: dict[str, Any]) -> set[tuple[int, str]]:
    """Score and first reason of the pairs among people of these values."""
    humans = []
    for number, one in enumerate(values):
        named = {"last_name": "Алешин", "first_name": "Пётр", "middle_name": "Ильич"} | one
        key = name_key(Person, named)
        humans.append((number, people.human(named | {"name_key": key}, ())))
    blocks, weigh = people.blocks_of(humans)
    return {(score, reasons[0]) for score, reasons in weigh_all(blocks, weigh, lambda _: None).values()}


def told_of_companies(*values: dict[str, Any]) -> set[tuple[int, str]]:
    """The same of companies."""
    firms = [(n, companies.firm(one | {"name_key": name_key(Company, one)})) for n, one in enumerate(values)]
    found = weigh_all(companies.blocks_of(firms), companies.weigh, lambda _: None)
    return {(score, reasons[0]) for score, reasons in found.values()}


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ({}, {}, (80, "имя то же")),
        ({"email": "a@b.ru, c@d.ru"}, {"email": "c@d.ru", "last_name": "АЛЁШИН"}, (92, "имя и адрес почты те же")),
        ({"phone": "+79001112233"}, {"phone": "+79001112233", "middle_name": ""}, (88, "имя и телефон те же")),
        ({"birth_date": "1970-01-02"}, {"birth_date": "1970-01-02"}, (95, "имя и дата рождения те же")),
        ({}, {"first_name": "П.", "middle_name": "И."}, (55, "имя подходит, но указано не полностью")),
        ({}, {"last_name": "Алешинн"}, (50, "имя отличается одной буквой")),
        ({"email": "a@b.ru"}, {"email": "a@b.ru", "last_name": "Алешни"},
         (75, "имя отличается одной буквой, адрес почты тот же")),
        ({"email": "a@b.ru"}, {"email": "a@b.ru", "last_name": "Другова"},
         (50, "имя, отчество и контакт те же, фамилия другая")),
        ({"email": "a@b.ru", "phone": "+79001112233"}, {"email": "c@d.ru", "phone": "+79004445566"},
         (45, "имя то же, но телефон и адрес почты другие")),
        ({"birth_date": "1970-01-02"}, {"birth_date": "1980-01-02"}, None),
        ({"inn": "500100732259"}, {"inn": "504308599677"}, None),
        ({"email": "a@b.ru"}, {"email": "a@b.ru", "first_name": "Олег"}, None),
    ],
)  # fmt: skip
def test_two_people_are_weighed(one: dict[str, Any], two: dict[str, Any], told: tuple[int, str] | None) -> None:
    assert told_of_people(one, two) == ({told} if told else set())


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ({"name": "ООО «Заря»"}, {"name": "Общество с ограниченной ответственностью Заря"}, (80, "название то же")),
        ({"name": "ООО «Заря»"}, {"name": "Заря"}, (65, "название то же без учёта формы")),
        ({"name": "ООО «Заря»"}, {"name": "АО «Заря»"}, None),
        ({"name": "ООО «Василёк»"}, {"name": "ООО «Василекк»"}, (50, "название отличается одной буквой")),
        ({"name": "ООО «Завод 14»"}, {"name": "ООО «Завод 15»"}, None),
        ({"name": "ООО «Мебель плюс»", "email": "a@b.ru"}, {"name": "Фабрика мебель", "email": "a@b.ru"},
         (50, "почта та же, название похоже")),
        ({"name": "ООО «Рост»", "ogrn": "1027700132195"}, {"name": "АО «Взлёт»", "ogrn": "1027700132195"},
         (98, "тот же ОГРН")),
        ({"name": "ООО «Рост»", "inn": "7707083893", "kpp": "770701001"},
         {"name": "ООО «Рост»", "inn": "7707083893", "kpp": "770702001"}, None),
    ],
)  # fmt: skip
def test_two_companies_are_weighed(one: dict[str, Any], two: dict[str, Any], told: tuple[int, str] | None) -> None:
    assert told_of_companies(one, two) == ({told} if told else set())


def test_a_phone_hundreds_share_makes_no_pairs() -> None:
    surnames = ("Д" + "".join("абвгдежзик"[int(digit)] * 2 for digit in f"{number:03}") for number in range(200))
    assert told_of_people(*({"last_name": surname, "phone": "+74951110022"} for surname in surnames)) == set()


def test_what_was_dismissed_comes_back_only_when_something_new_speaks_for_it(session: Session) -> None:
    one, two = b.create_person(session, "Алешин"), b.create_person(session, "Алешин")
    session.commit()
    (line,) = found("person")
    with writing(MANAGER) as work:
        pairs.dismiss(work, MANAGER, "person", line.left, line.right)
    assert found("person") == []
    assert [line.left for line in found("person", dismissed=True)] == [one.id]
    with writing(MANAGER) as work:
        work.get_one(Person, two.id).city = "Тверь"
    assert found("person") == []
    with writing(MANAGER) as work:
        for person in (one, two):
            work.get_one(Person, person.id).email = "a@b.ru"
    (line,) = found("person")
    assert (line.score, line.reasons) == (92, ("имя и адрес почты те же", "имя то же"))


def test_a_pair_that_is_none_any_more_goes(session: Session) -> None:
    one, _ = b.create_person(session, "Алешин"), b.create_person(session, "Алешин")
    session.commit()
    assert len(found("person")) == 1
    with writing(MANAGER) as work:
        work.get_one(Person, one.id).last_name = "Громов"
    assert found("person") == []


def test_pairs_are_filtered_by_score_and_reason(session: Session) -> None:
    b.create_person(session, "Алешин", email="a@b.ru"), b.create_person(session, "Алешин", email="a@b.ru")
    b.create_person(session, "Громов"), b.create_person(session, "Громов", "П.", "")
    session.commit()
    assert [line.score for line in found("person")] == [92, 55]
    assert [line.score for line in found("person", reason="почт")] == [92]
    assert [line.score for line in found("person", least=80)] == [92]


def test_the_job_searches_in_a_process_of_its_own(session: Session) -> None:
    b.create_person(session, "Алешин"), b.create_person(session, "Алешин")
    session.commit()
    jobs.nightly()
    assert (jobs.progress(), jobs.failure()) == (None, "")
    with reading() as work:
        assert pairs.counts(work, MANAGER) == {"person": 1, "company": 0}


@pytest.mark.parametrize(
    ("one", "two", "near"),
    [
        ("иванов", "иванов", False), ("иванов", "иваннов", True), ("иванов", "ивнаов", True),
        ("иванов", "ивонов", True), ("иванов", "ванов", True), ("иванов", "иванова", True),
        ("иванов", "ивоноф", False), ("", "аб", False),
    ],
)  # fmt: skip
def test_one_slip_of_the_pen(one: str, two: str, near: bool) -> None:
    assert one_edit_apart(one, two) is near
    assert one_edit_apart(two, one) is near
