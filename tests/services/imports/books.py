"""Small workbooks for the rules of a load, and what stands in the tables afterwards."""

from typing import Any

from services.access.permissions import SYSTEM
from services.imports import ImportReport
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading
from tests.samples import Sheet

PEOPLE = ["ФИО", "Телефон", "Эл. почта", "ИНН", "Место работы", "Должность"]


def people(*lines: list[Any]) -> Sheet:
    """A sheet of people with the headings PEOPLE."""
    return Sheet("Физ.лица", [PEOPLE, *lines])


def companies(headings: list[str], *lines: list[Any]) -> Sheet:
    """A sheet of companies: the name, then `headings`."""
    return Sheet("Юр.лица", [["Название компании", *headings], *lines])


def register(headings: list[str], *lines: list[Any]) -> Sheet:
    """The register of members: the name, then `headings`."""
    return Sheet("Реестр членов ассоциации", [["Наименование", *headings], *lines])


def committee(*lines: list[Any], title: str = "Комитет по науке") -> Sheet:
    """The sheet of one committee."""
    headings = ["ФИО", "Компания", "Должность в компании", "Позиция в комитете", "E-mail", "Телефон", "в НАУЗ с"]
    return Sheet("Комитет", [[title], headings, *lines])


def table(name: str, *keys: str) -> list[tuple[Any, ...]]:
    """Columns of all rows of a table, in the order in which the rows came to be."""
    with reading() as session:
        found = rows(session, SYSTEM, name, parse_query({"endRow": 1000})).rows
    return [tuple(row[key] for key in keys) for row in sorted(found, key=lambda row: row["id"])]


def said(report: ImportReport, severity: str = "") -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and severity of every remark, or of those of one severity."""
    return [(r.sheet, r.row, r.column, r.severity) for r in report.remarks if severity in ("", r.severity)]
