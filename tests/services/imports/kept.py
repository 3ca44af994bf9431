"""Finds what became of every cell of a workbook: a value of a table's row, or a remark with that row and column."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.access.permissions import SYSTEM
from services.directory.keys import committee_key, company_key, plain_key
from services.imports import ImportReport
from services.imports.reading import Workbook
from services.imports.recognise import find_tables, is_mark
from services.tables.columns import Column, Table
from services.tables.query import parse_query
from services.tables.registry import TABLES
from services.tables.rows import rows
from services.tables.workbook import shown
from services.values import (
    clean_date,
    clean_money,
    clean_people,
    email_addresses,
    fold,
    format_date,
    is_blank,
    phone_numbers,
    split_inn_ogrn,
)
from services.values.plain import as_text
from services.work import reading

COMPANIES = {"workplace", "company", "partner"}
PEOPLE = {"director", "contact"}


@dataclass(frozen=True)
class Cell:
    """A filled cell below a heading."""

    sheet: str
    table: Table
    row: int
    heading: str
    key: str | None
    value: Any
    name: Any


def cells(book: Workbook) -> Iterator[Cell]:
    """Every filled cell of a recognised sheet that stands for something; ticks and line numbers do not."""
    for sheet in (table for raw in book.sheets for table in find_tables(raw)):
        columns = {column.place: column for column in sheet.columns}
        names = [column.place for column in sheet.columns if column.key == "name"]
        for row in sheet.rows if sheet.table else ():
            for place, value in row.cells.items():
                column = columns.get(place)
                if column is None or (not is_blank(value) and not is_mark(column.heading)):
                    heading, key = (column.heading, column.key) if column else ("", None)
                    name = row.cells.get(names[0])
                    yield Cell(sheet.name, TABLES[sheet.table or ""], row.number, heading, key, value, name)


def lost(book: Workbook, report: ImportReport) -> list[Cell]:
    """The cells whose value is neither in its column of a row of that name nor in a remark on it or on its column."""
    named = {(r.sheet, r.row, r.column) for r in report.remarks}
    columns = {(r.sheet, r.column) for r in report.remarks if "не загружена (значений:" in r.message}
    kept = _tables()
    return [
        cell
        for cell in cells(book)
        if (cell.sheet, cell.row, cell.heading) not in named
        and (cell.sheet, cell.heading) not in columns
        and not _is_kept(cell, kept[cell.table.name])
    ]


def _tables() -> dict[str, list[dict[str, str]]]:
    """All rows as people see them."""
    kept: dict[str, list[dict[str, str]]] = defaultdict(list)
    with reading() as session:
        for table in TABLES.values():
            found = rows(session, SYSTEM, table.name, parse_query({"endRow": 1000})).rows
            kept[table.name] = [{c.key: shown(c, row[c.key]) for c in table.columns} for row in found]
    return kept


def _is_kept(cell: Cell, table: list[dict[str, str]]) -> bool:
    if cell.key is None:
        return False
    column = next(c for c in cell.table.columns if c.key == cell.key)
    same = [row for row in table if _same_name(cell, row["name"])]
    return any(_says(cell, column, row[cell.key]) for row in same)


def _same_name(cell: Cell, name: str) -> bool:
    if cell.table.name in ("companies", "members") and company_key(str(cell.name)) == company_key(name):
        return True
    if cell.table.name in ("events", "courses", "venues"):
        return plain_key(str(cell.name)) == plain_key(name)
    people = clean_people(cell.name).value or ()
    return any(fold(person.full) == fold(name) for person in people)


def _says(cell: Cell, column: Column, text: str) -> bool:
    value = cell.value
    match column.kind.name:
        case "phone":
            return bool(phone_numbers(as_text(value))) and set(phone_numbers(as_text(value, multiline=True))) <= set(
                phone_numbers(text)
            )
        case "email":
            return set(email_addresses(as_text(value, multiline=True).lower())) <= set(email_addresses(text)) != set()
        case "date":
            return format_date(clean_date(value).value) == text != ""
        case "money":
            return clean_money(value) == clean_money(text)
    return _says_words(cell, column, text)


def _says_words(cell: Cell, column: Column, text: str) -> bool:
    value = cell.value
    if column.key in COMPANIES or (column.key == "name" and cell.table.name in ("companies", "members")):
        return company_key(as_text(value)) == company_key(text) or _same_name(cell, text)
    if column.key == "requisites":
        return {number.value for number in split_inn_ogrn(value)} == {number.value for number in split_inn_ogrn(text)}
    if column.key == "committee":
        return committee_key(as_text(value)) == committee_key(text)
    if column.key in PEOPLE or column.kind.name == "name":
        people = clean_people(value).value or ()
        return bool(people) and all(fold(p.full) in fold(text) and fold(p.position) in fold(text) for p in people)
    if column.key == "speakers":
        people = clean_people(value).value or ()
        spoken = clean_people(text.replace(",", ";")).value or ()
        return bool(people) and {p.short for p in people} <= {p.short for p in spoken}
    if column.key in ("events", "courses"):
        return {plain_key(part) for part in as_text(value).split(";")} <= {plain_key(part) for part in text.split(",")}
    if column.key == "site":
        return as_text(value) in text
    return fold(as_text(value)) in fold(text)
