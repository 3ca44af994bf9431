"""People of whom a file says only a part of the name, or a word that is hardly one."""

import pytest

from models import Person
from services.access.permissions import SYSTEM
from services.imports import running
from tests.services.imports.planned import ON_SQLITE, people, plan, rows, stored

pytestmark = ON_SQLITE

PHONE, OTHER_PHONE = "+79165550001", "+79165550002"
NAMES = ("Да", "Анна", "Верескова", "Ева Павловна", "Астрова В. П.")


@pytest.mark.parametrize("more", [{}, {"Телефон": PHONE}, {"Место работы": "ООО «Ива»", "Должность": "врач"}])
def test_the_same_file_makes_nobody_anew(database: str, more: dict[str, str]) -> None:
    lines = people(*({"ФИО": name, "Регион": "Тверь"} | more for name in NAMES))
    assert running.apply_planned(SYSTEM, plan(lines)).sheets[0].created == len(NAMES)
    assert [found.outcome for found in rows(plan(lines))] == ["same"] * len(NAMES)


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({"Телефон": PHONE}, {"Телефон": OTHER_PHONE}),
        ({"Эл. почта": "anna@example.ru"}, {"Эл. почта": "other@example.ru"}),
        ({"Место работы": "ООО «Ива»"}, {"Место работы": "ООО «Дуб»"}),
    ],
)
def test_where_anything_differs_it_is_asked_about(database: str, known: dict[str, str], line: dict[str, str]) -> None:
    oak = {"ФИО": "Рыбин Пётр Ильич", "Место работы": "ООО «Дуб»"}
    running.apply_planned(SYSTEM, plan(people({"ФИО": "Анна"} | known, {"ФИО": "Да"} | known, oak)))
    found = rows(plan(people({"ФИО": "Анна"} | line, {"ФИО": "Да"} | line)))
    doubt = ("doubtful", 55, "имя подходит, но указано не полностью")
    assert [(r.outcome, r.match["score"], r.match["reason"]) for r in found] == [doubt, doubt]


def test_two_of_one_given_name_and_other_phones_stay_two(database: str) -> None:
    lines = people({"ФИО": "Анна", "Телефон": PHONE}, {"ФИО": "Анна", "Телефон": OTHER_PHONE})
    running.apply_planned(SYSTEM, plan(lines))
    assert stored(Person, "phone") == [PHONE, OTHER_PHONE]
    assert [found.outcome for found in rows(plan(lines))] == ["same", "same"]


def test_initials_another_name_may_stand_for_are_asked_about(database: str) -> None:
    running.apply_planned(SYSTEM, plan(people({"ФИО": "Астрова В. П."})))
    running.apply_planned(SYSTEM, plan(people({"ФИО": "Астрова Вера Павловна", "Телефон": PHONE})))
    assert len(stored(Person, "id")) == 1
