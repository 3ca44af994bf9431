"""Templates: the headings import recognises, what may stand under them, and that a filled one loads."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from sqlmodel import Session

from models import Role
from services.access.permissions import SYSTEM, Actor
from services.errors import NotAllowed, NotFound
from services.imports.reading import read_workbook
from services.imports.recognise import RecognisedSheet, find_tables
from services.imports.running import run
from services.tables.examples import EXAMPLES, HINTS
from services.tables.export import Exported
from services.tables.query import Query
from services.tables.registry import OWN
from services.tables.rows import rows
from services.tables.template import EXAMPLE_MARK, GUIDE_SHEET, LISTS_SHEET, NO_COMMITTEE, template
from services.work import reading
from tests import builders as b
from tests.services.tables.conftest import actor
from tests.terminal import manage

Make = Callable[..., Exported]
COMMITTEE = "Комитет по инновациям"


@pytest.fixture
def made(database: str) -> Make:
    """`made("people")` in a session of its own."""

    def of(name: str, by: Actor = SYSTEM, committee_id: int | None = None) -> Exported:
        with reading() as session:
            return template(session, by, name, committee_id)

    return of


def opened(done: Exported) -> Workbook:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(done.content))


def recognised(content: bytes) -> dict[str, RecognisedSheet]:
    """What import takes each sheet for."""
    return {sheet.name: find_tables(sheet)[0] for sheet in read_workbook("шаблон.xlsx", content).sheets if sheet.rows}


@pytest.mark.parametrize("name", OWN)
def test_import_recognises_every_heading_and_nothing_but_the_table(made: Make, session: Session, name: str) -> None:
    b.create_committee(session, COMMITTEE)
    b.create_venue(session, "Дом науки")
    session.commit()
    table = OWN[name]
    first, *others = recognised(made(name).content).values()
    assert first.table == name
    assert [column.key for column in first.columns] == [c.key for c in table.columns if c.live is None]
    assert len(first.rows) == len(EXAMPLES[name])
    assert [sheet.table for sheet in others] == [None] * len(others)
    assert {row.title for row in first.rows} == {COMMITTEE if name == "committees" else ""}


@pytest.mark.parametrize("name", OWN)
def test_examples_are_marked_and_every_heading_is_explained(made: Make, name: str) -> None:
    sheet = opened(made(name)).worksheets[0]
    lines = list(sheet.iter_rows())
    [heading] = [line for line in lines if line[0].value == OWN[name].columns[0].label]
    assert all(cell.comment is not None and len(cell.comment.text) > 5 for cell in heading)
    assert {cell.comment.author for cell in heading if cell.comment} <= {"", "None"}
    below = lines[lines.index(heading) + 1 :]
    assert [str(line[0].value).startswith(EXAMPLE_MARK) for line in below] == [True] * len(EXAMPLES[name])
    assert all(cell.font.i and cell.font.color.rgb == "FF808080" for line in below for cell in line if cell.value)
    needed = {cell.value for cell in heading if cell.fill.fgColor.rgb == "FFFFF2CC"}
    assert needed == {heading[0].value} | ({"Председатель комитета"} if name == "chairs" else set())
    assert str(heading[0].comment.text).startswith("Обязательно. ")
    if OWN[name].columns[0].headings:
        assert OWN[name].columns[0].headings[0] in str(heading[0].comment.text)
    assert sheet.freeze_panes == f"B{heading[0].row + 1}"


def test_examples_and_hints_are_about_columns_there_are() -> None:
    known = {name: {column.key for column in table.columns} for name, table in OWN.items()}
    assert list(EXAMPLES) == list(OWN)
    assert all(set(example) <= known[name] for name, examples in EXAMPLES.items() for example in examples)
    every = set().union(*known.values()) | {f"{name}.{key}" for name, keys in known.items() for key in keys}
    assert set(HINTS) <= every


def test_columns_one_may_not_fill_and_computed_ones_are_left_out(made: Make) -> None:
    def headings(by: Actor) -> set[Any]:
        return {cell.value for cell in opened(made("members", by)).worksheets[0][2]}

    assert headings(SYSTEM) - headings(actor(Role.MANAGER)) == {"Сумма годового взноса"}
    assert "Статус" not in headings(SYSTEM)


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.MEMBER, Role.CANDIDATE])
def test_whoever_may_not_load_gets_none(made: Make, role: Role) -> None:
    with pytest.raises(NotAllowed):
        made("people", actor(role))


def test_an_unknown_table_has_none(made: Make) -> None:
    with pytest.raises(NotFound, match="Нет такой таблицы: salaries"):
        made("salaries")


def test_names_the_base_knows_are_offered_from_a_hidden_sheet(made: Make, session: Session) -> None:
    b.create_venue(session, "Дом науки")
    b.create_venue(session, "Зал")
    b.create_venue(session, "Закрытый зал", active=False)
    session.commit()
    book = opened(made("events"))
    assert book.sheetnames == ["Мероприятия", GUIDE_SHEET, LISTS_SHEET]
    assert (book[LISTS_SHEET].sheet_state, list(book[LISTS_SHEET].values)) == ("hidden", [("Дом науки",), ("Зал",)])
    offered = {str(one.sqref): one.formula1 for one in book.worksheets[0].data_validations.dataValidation}
    assert offered == {"D2:D1048576": '"онлайн,очно,гибрид"', "E2:E1048576": f"{LISTS_SHEET}!$A$1:$A$2"}
    assert opened(made("people")).sheetnames == ["Физ. лица", GUIDE_SHEET]


def test_the_committee_stands_above_and_can_be_chosen(made: Make, session: Session) -> None:
    assert opened(made("committees")).worksheets[0]["A1"].value == NO_COMMITTEE
    first, second = b.create_committee(session, "По инновациям"), b.create_committee(session, "Комитет по кадрам")
    session.commit()
    assert opened(made("committees")).worksheets[0]["A1"].value == NO_COMMITTEE
    assert opened(made("committees", committee_id=second.id)).worksheets[0]["A1"].value == "Комитет по кадрам"
    book = opened(made("committees", committee_id=first.id))
    assert book.worksheets[0]["A1"].value == COMMITTEE
    offered = {str(one.sqref): one.formula1 for one in book.worksheets[0].data_validations.dataValidation}
    assert offered["A1"] == f"{LISTS_SHEET}!$A$1:$A$2"
    assert list(book[LISTS_SHEET].values) == [(COMMITTEE,), ("Комитет по кадрам",)]


def test_nobody_joins_a_committee_that_was_not_named(made: Make) -> None:
    [sheet, _] = recognised(made("committees").content).values()
    assert {row.title for row in sheet.rows} == {""}


def test_the_guide_says_what_may_stand_in_each_column(made: Make) -> None:
    guide = {row[0]: row[1] for row in opened(made("members"))[GUIDE_SHEET].values}
    assert guide["Дата оплаты"] == "Дата целиком: 10.01.2024."
    assert str(guide["Телефон"]).startswith("Один или несколько номеров через точку с запятой")
    assert str(guide["Наименование"]).startswith("Обязательно. Название компании.")
    assert any(EXAMPLE_MARK.strip() in str(text) for text in guide)


def test_the_terminal_writes_a_template(database: str, tmp_path: Path) -> None:
    done = manage(database, "template", "venues", "--output", f"{tmp_path}/a.xlsx")
    assert done.stdout == f"Шаблон записан. Файл: {tmp_path}/a.xlsx\n"
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Места проведения", GUIDE_SHEET]
    refused = manage(database, "template", "salaries")
    assert (refused.returncode, refused.stderr) == (1, "Нет такой таблицы: salaries\n")


FILLED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "people": (
        {"ФИО": "Лугова Инна Львовна", "Дата рождения": "05.1970", "Место работы": "ООО «Бета»", "Членство": "да",
         "ИНН": "500100732259", "Телефон": "8 916 555-07-07"},
        {"name": "Лугова Инна Львовна", "birth_date": "1970-05", "workplace": "ООО «Бета»", "is_member": "yes",
         "inn": "500100732259", "phone": "+79165550707", "email": None},
    ),
    "companies": (
        {"Название компании": "ООО «Бета»", "ИНН": "7707083893", "Директор": "Лугова Инна Львовна",
         "договор": dt.date(2024, 1, 10), "Потенциал": "нет"},
        {"name": "ООО «Бета»", "inn": "7707083893", "director": "Лугова Инна Львовна",
         "received_contract": "2024-01-10", "is_potential": "no", "site": None},
    ),
    "members": (
        {"Наименование": "ООО «Бета»", "ОГРН / ИНН": "7707083893", "Сумма годового взноса": 35000.5,
         "Дата оплаты": dt.date(2024, 2, 15), "анкета": "02.2024"},
        {"name": "ООО «Бета»", "requisites": "7707083893", "fee_amount": "35000.50", "paid_on": "2024-02-15",
         "received_questionnaire": "2024-02", "ends_on": None},
    ),
    "committees": (
        {"ФИО": "Лугова Инна Львовна", "Позиция в комитете": "Секретарь комитета", "В НАУЗ с": "2022"},
        {"name": "Лугова Инна Львовна", "position": "secretary", "member_since": "2022", "company": None},
    ),
    "chairs": (
        {"ФИО": "Лугова Инна Львовна", "Председатель комитета": COMMITTEE},
        {"name": "Лугова Инна Львовна", "committee": COMMITTEE, "email": None},
    ),
    "speakers": (
        {"ФИО": "Лугова Инна Львовна", "Темы": "право; налоги", "Курсы": "Курс права"},
        {"name": "Лугова Инна Львовна", "topics": "право; налоги", "courses": "Курс права", "events": None},
    ),
    "events": (
        {"Название": "Осенний форум", "Даты": dt.date(2024, 9, 1), "Формат": "гибрид", "Место": "Дом науки",
         "Приглашены": 40},
        {"name": "Осенний форум", "starts_on": "2024-09-01", "format": "hybrid", "venue": "Дом науки", "invited": 40},
    ),
    "courses": (
        {"Название": "Курс права", "Даты": "2025", "Формат": "онлайн"},
        {"name": "Курс права", "starts_on": "2025", "format": "online", "attended": None},
    ),
    "venues": (
        {"Название": "Новый зал", "Адрес": "Москва", "Партнёр": "ООО «Бета»"},
        {"name": "Новый зал", "address": "Москва", "partner": "ООО «Бета»", "comment": None},
    ),
}  # fmt: skip
"""A row filled in by heading, and what then stands in the table."""


def filled(content: bytes, row: dict[str, Any]) -> tuple[bytes, int]:
    """The template with a row below its examples, as a person saves it; the number of that row."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    [heading] = [line for line in sheet.iter_rows() if {cell.value for cell in line} >= set(row)]
    line = sheet.max_row + 1
    for cell in heading:
        if cell.value in row:
            sheet.cell(line, cell.column, row[cell.value])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), line


@pytest.mark.parametrize("name", OWN)
def test_a_filled_row_and_nothing_else_is_loaded(made: Make, session: Session, name: str) -> None:
    b.create_committee(session, COMMITTEE)
    session.commit()
    given, expected = FILLED[name]
    content, line = filled(made(name).content, given)
    done = run(SYSTEM, "шаблон.xlsx", content, apply_it=True)
    assert [remark for remark in done.report.remarks if remark.row == line and remark.severity != "info"] == []
    with reading() as read:
        [loaded] = rows(read, SYSTEM, name, Query()).rows
    assert {key: loaded[key] for key in expected} == expected
