"""The rules of committees, events, venues, and of what is not loaded, each by a small workbook of its own."""

import pytest
from sqlmodel import select

from models import Company, ResponsibleManager
from services import imports
from services.access.permissions import SYSTEM
from services.errors import DomainError
from services.imports import running
from services.work import reading, writing
from tests import builders as b
from tests.samples import Sheet, workbook
from tests.services.imports.books import committee, companies, people, said, table
from tests.services.imports.conftest import Load

# committees


def test_seats_and_chairs_of_one_committee(load: Load) -> None:
    chairs = Sheet(
        "Председатели", [["ФИО", "Председатель комитета", "в НАУЗ с"], ["Орлова Мария Ивановна", "По науке", "2022 г."]]
    )
    report = load(
        committee(
            ["Орлова Мария Ивановна", "ООО «Ива»", "Директор", "Председатель комитета"],
            ["Рыбин Пётр Ильич", None, None, "Зам. председателя", None, None, "20023 г."],
        ),
        chairs,
    )
    assert table("committees", "name", "company", "position_in_company", "position", "member_since") == [
        ("Орлова Мария Ивановна", "ООО «Ива»", "Директор", "chair", "2022"),
        ("Рыбин Пётр Ильич", None, None, "deputy", None),
    ]
    assert table("chairs", "committee") == [("Комитет по науке",)]
    assert [(r.row, r.column, r.value, r.severity) for r in report.remarks] == [(4, "в НАУЗ с", "20023 г.", "error")]


def test_a_new_position_changes_the_seat(load: Load) -> None:
    load(committee(["Орлова Мария Ивановна", None, None, "Член комитета"]))
    report = load(committee(["Орлова Мария Ивановна", None, None, "Председатель комитета"]))
    assert table("committees", "position") == [("chair",)]
    assert report.sheets[0].changed == 1


def test_a_committee_without_a_name_is_refused_by_row(load: Load) -> None:
    report = load(committee(["Орлова Мария Ивановна", None, None, "Член комитета"], title="Список"))
    assert (report.sheets[0].skipped, report.written) == (1, 0)


# events and venues


def test_speakers_with_initials_are_whom_the_committee_knows(load: Load) -> None:
    load(people(["Орлов Иван Ильич", "+79165550001"], ["Орлов Игорь Ильич", "+79165550002"]))
    load(committee(["Орлов Игорь Ильич"]))
    events = Sheet("Курсы", [["Название", "Спикеры"], ["Курс", "Орлов И.И., Яшин К.К."]])
    report = load(events)
    assert table("courses", "speakers") == [("Орлов Игорь Ильич, Яшин К. К.",)]
    assert said(report, "warning") == [("Курсы", 2, "Спикеры", "warning")] * 2
    assert load(events, Sheet("Ещё", [["x"]])).written == 0


def test_events_of_one_name_in_two_years_are_two(load: Load) -> None:
    load(Sheet("Мероприятия", [["Название", "Даты"], ["Форум", "01.06.2023"], ["Форум", "01.06.2024"]]))
    load(Sheet("Мероприятия", [["Название", "Даты"], ["Форум", "08.06.2024"]]))
    assert table("events", "name", "starts_on") == [("Форум", "2023-06-01"), ("Форум", "2024-06-08")]


def test_stated_numbers_and_dashes(load: Load) -> None:
    headings = ["Название", "Приглашены", "Участвовали", "Формат"]
    report = load(Sheet("Мероприятия", [headings, ["Форум", 100, "-", "Офлайн"], ["Слёт", -5, "25 чел.", "Гибрид"]]))
    assert table("events", "invited", "attended", "format") == [(100, None, "onsite"), (None, 25, "hybrid")]
    assert said(report) == [("Мероприятия", 3, "Приглашены", "error")]


def test_a_venue_with_partner_contact_events_and_manager(load: Load) -> None:
    headings = ["Название", "Адрес", "Партнер", "Контакты", "Мероприятия", "Курсы", "Ответственное лицо"]
    contacts = "+79165550001, maria@example.ru Орлова Мария Ивановна"
    load(
        Sheet(
            "Места проведения", [headings, ["«Дом»", "Тверь", "ООО Ива", contacts, "Форум", "Курс", "Менеджер Ивлева"]]
        )
    )
    keys = ("name", "partner", "contacts", "events", "courses", "responsible", "contact_id")
    assert table("venues", *keys) == [("«Дом»", "ООО Ива", contacts, "Форум", "Курс", "Менеджер Ивлева", 1)]
    assert table("people", "name", "phone", "email") == [("Орлова Мария Ивановна", "+79165550001", "maria@example.ru")]
    assert table("events", "venue") == [("«Дом»",)]
    with reading() as session:
        assert session.exec(select(ResponsibleManager.name)).one() == "Менеджер Ивлева"


# what is not loaded


def test_columns_and_rows_left_out_are_named(load: Load) -> None:
    sheet = Sheet(
        "Физ.лица",
        [
            ["ФИО", "Телефон", "Хобби"],
            ["Орлова Мария Ивановна", None, "шахматы"],
            [None, "+79165550001"],
            [*[None] * 5, "?!a"],
        ],
    )
    report = load(sheet)
    assert [(r.row, r.column, r.value, r.severity) for r in report.remarks] == [
        (1, "Хобби", "", "warning"),
        (1, "колонка F", "", "warning"),
        (3, "Телефон", "+79165550001", "error"),
    ]
    assert (report.sheets[0].rows, report.sheets[0].skipped) == (3, 2)


def test_what_others_did_meanwhile_is_planned_anew(load: Load) -> None:
    book = workbook(companies(["Телефон"], ["ООО «Ива»", "+74955550002"]))
    with writing(SYSTEM) as session:
        batch = imports.start(session, SYSTEM, "a.xlsx", book)
    running.plan(SYSTEM, batch)
    with writing(SYSTEM) as session:
        b.create_company(session, "ООО «Ива»", phone="+74955550001")
    with pytest.raises(DomainError, match="иначе вышли строк: 1"):
        running.apply_planned(SYSTEM, batch)
    with reading() as session:
        page = imports.planned_rows(session, SYSTEM, batch, imports.RowFilter(renewed=True))
    assert [(row.number, row.outcome) for row in page.rows] == [(2, "changed")]
    assert running.apply_planned(SYSTEM, batch).sheets[0].changed == 1
    with reading() as session:
        assert session.exec(select(Company.phone)).one() == "+74955550001, +74955550002"
