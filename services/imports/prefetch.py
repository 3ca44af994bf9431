"""What the rows of a chunk will ask the base for, so that it is read at once and not row by row."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from models import Company, Person
from services.directory.keys import person_key
from services.imports.base import Key, core, emails_in, phones_in
from services.imports.rows import Row, columns_of
from services.tables.kinds import EMAIL, INN, OGRN, PHONE, Kind
from services.values import clean_company, clean_people, fold

PEOPLE_CELLS = {
    "people": ("name",),
    "companies": ("director", "contact"),
    "members": ("name", "director", "contact"),
    "committees": ("name",),
    "chairs": ("name",),
    "speakers": ("name",),
}
COMPANY_CELLS = {
    "people": ("workplace",),
    "companies": ("name",),
    "members": ("name",),
    "committees": ("company",),
    "chairs": ("company",),
    "speakers": ("company",),
    "venues": ("partner",),
}


def keys(rows: Iterable[Row]) -> set[Key]:
    """Keys of everything the rows name. Whatever is missed here is read later, one by one."""
    return {key for row in rows for key in _keys(row)}


@lru_cache
def _contacts(table: str) -> tuple[tuple[str, Kind], ...]:
    kinds = (EMAIL, PHONE, INN, OGRN)
    return tuple((key, column.kind) for key, column in columns_of(table).items() if column.kind in kinds)


def _keys(row: Row) -> Iterator[Key]:
    for key, kind in _contacts(row.table.name):
        if key not in row.cells:
            continue
        if kind is EMAIL:
            for address in emails_in(row.peek(key, EMAIL.clean).value):
                yield "email", Person, address
                yield "email", Company, address
        elif kind is PHONE:
            for number in phones_in(row.peek(key, PHONE.clean).value):
                yield "phone", Person, number
                yield "phone", Company, number
        elif (code := row.peek(key, kind.clean).value) is not None:
            for model in (Person, Company):
                yield ("inn" if kind is INN else "ogrn"), model, code
    yield from _names(row)


def _names(row: Row) -> Iterator[Key]:
    for key in PEOPLE_CELLS.get(row.table.name, ()):
        for person in row.peek(key, clean_people).value or ():
            yield "name", Person, person_key(person.last, person.first, person.middle)
            short = not person.first or person.first.endswith(".") or not person.middle
            yield "surname" if short else "short", Person, fold(person.last)
    for key in COMPANY_CELLS.get(row.table.name, ()):
        if name := row.peek(key, clean_company).value:
            yield "name", Company, name.key
            yield "core", Company, core(name.key)
