"""Telephones and e-mail addresses in each other's columns, or in one column together."""

import pytest

from services.imports import ImportReport
from tests.services.imports.books import table
from tests.services.imports.conftest import Load
from tests.services.imports.planned import ON_SQLITE, companies, people

pytestmark = ON_SQLITE

PHONE, MAIL = "8 (916) 555-00-01", "maria@example.ru"
BOTH = [("+79165550001", "maria@example.ru")]
NAME = {"ФИО": "Орлова Мария Ивановна"}


def said(report: ImportReport) -> list[tuple[str, str, str]]:
    return [(r.column, r.message, r.severity) for r in report.remarks]


IS_PHONE = "Это телефон, а не адрес почты: записан в колонку «Телефон»."
IS_MAIL = "Это адрес почты, а не телефон: записан в колонку «Эл. почта»."


def test_values_that_stand_crosswise_change_places(load: Load) -> None:
    firm = {"Название компании": "ООО «Ива»", "Телефон": MAIL, "Эл. почта": PHONE}
    others = [{"Название компании": f"ООО «Дуб {i}»", "Телефон": f"+7495555000{i}", "Эл. почта": f"dub{i}@example.ru"}
              for i in (2, 3)]  # fmt: skip
    report = load(companies(firm, *others))
    assert table("companies", "phone", "email")[:2] == [*BOTH, ("+74955550002", "dub2@example.ru")]
    assert said(report) == [("Телефон", IS_MAIL, "info"), ("Эл. почта", IS_PHONE, "info")]


@pytest.mark.parametrize(
    ("heading", "value", "column", "message"),
    [
        ("Телефон", MAIL, "Телефон", IS_MAIL),
        ("E-mail", PHONE, "E-mail", IS_PHONE),
        ("E-mail", 79165550001, "E-mail", IS_PHONE),
    ],
)
def test_one_value_in_the_wrong_column_joins_what_stands_in_the_right_one(
    load: Load, heading: str, value: str | int, column: str, message: str
) -> None:
    line = NAME | {"Телефон": "+74955550002", "E-mail": "orlova@example.ru"} | {heading: value}
    others = [{"ФИО": f"{name} Пётр Ильич", "Телефон": f"+749555501{i:02}", "E-mail": f"a{i}@example.ru"}
              for i, name in enumerate(("Рыбин", "Белых", "Дубов"))]  # fmt: skip
    report = load(people(line, *others))
    wanted = ("+74955550002, +79165550001", "orlova@example.ru")
    found = table("people", "phone", "email")[0]
    assert found == ((None, "orlova@example.ru, maria@example.ru") if heading == "Телефон" else (wanted[0], None))
    assert said(report) == [(column, message, "info")]


@pytest.mark.parametrize("heading", ["Телефон, e-mail", "Телефон / эл. почта", "Контакты (телефон, почта)", "Контакты"])
def test_a_column_for_both_is_split_by_what_stands_in_it(load: Load, heading: str) -> None:
    lines = [
        NAME | {heading: f"{PHONE}, {MAIL}"},
        {"ФИО": "Рыбин Пётр Ильич", heading: "rybin@example.ru"},
        {"ФИО": "Белых Пётр Ильич", heading: "+7 916 555-00-03; belyh@example.ru"},
        {"ФИО": "Дубов Пётр Ильич", heading: "+7 916 555-00-04"},
    ]
    report = load(people(*lines))
    assert table("people", "phone", "email") == [
        *BOTH,
        (None, "rybin@example.ru"),
        ("+79165550003", "belyh@example.ru"),
        ("+79165550004", None),
    ]
    both = ("Контакты", "В колонке «Контакты» телефоны и адреса эл. почты: загружаются по своим колонкам.", "warning")
    assert said(report) == ([both] if heading == "Контакты" else [])


def test_what_is_neither_is_left_with_a_remark(load: Load) -> None:
    report = load(people(NAME | {"Телефон, e-mail": f"{PHONE}; {MAIL}; спросить Машу"}))
    assert table("people", "phone", "email")[0][0] == "+79165550001"
    assert [r.message for r in report.remarks] == ["Не похоже на адрес электронной почты: «спросить Машу»."]
