"""Sheets made by hand and what they were recognised as. Names and numbers are invented."""

from typing import Any

from services.imports.reading import RawSheet
from services.imports.recognise import RecognisedSheet, find_tables

PERSON, SECOND = "Орлова Мария Ивановна", "Рыбин Пётр Ильич"
INN, OTHER_INN, PERSONAL_INN = "7707083893", "9900001116", "500100732259"


def sheet(name: str, *rows: list[Any], merged: tuple[tuple[int, int, int, int], ...] = ()) -> RecognisedSheet:
    """A sheet whose first row is row 1."""
    filled = {number: tuple(row) for number, row in enumerate(rows, 1) if any(cell is not None for cell in row)}
    return find_tables(RawSheet(name, filled, merged))[0]


def keys(found: RecognisedSheet) -> list[str | None]:
    return [column.key for column in found.columns]


def by_place(found: RecognisedSheet) -> dict[int, str]:
    return {column.place: column.key for column in found.columns if column.key}


def by_heading(found: RecognisedSheet) -> dict[str, str | None]:
    return {column.heading: column.key for column in found.columns}


def remarks(found: RecognisedSheet) -> dict[str, str]:
    return {column.heading: column.remark for column in found.columns if column.remark}
