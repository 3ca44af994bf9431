"""Unique keys of the tables, asked before writing: who holds one that a returning value wants."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Index, UniqueConstraint, select

from models import Record
from services.history.statements import chunks, table_of

Values = Mapping[str, Any]
ASKED = 400
"""Values per statement, below the number of parameters SQLite takes."""


def _person_inn(values: Values) -> tuple[Any, ...] | None:
    inn = values.get("inn")
    return (inn,) if inn and len(inn) == 12 else None


def _company_inn(values: Values) -> tuple[Any, ...] | None:
    inn = values.get("inn")
    return (inn, values.get("kpp") or "") if inn and len(inn) in (10, 12) else None


def _open_seat(values: Values) -> tuple[Any, ...] | None:
    return None if values.get("since") else tuple(values[key] for key in ("committee_id", "person_id", "position"))


def _pending_request(values: Values) -> tuple[Any, ...] | None:
    return (values["committee_id"], values["person_id"]) if values.get("state") == "pending" else None


PARTIAL: dict[str, tuple[tuple[str, ...], Callable[[Values], tuple[Any, ...] | None]]] = {
    "uq_person_inn": (("inn",), _person_inn),
    "uq_company_inn_kpp": (("inn", "kpp"), _company_inn),
    "uq_committee_request_pending": (("committee_id", "person_id", "state"), _pending_request),
    "uq_committee_seat_open": (("person_id", "committee_id", "position", "since"), _open_seat),
}
"""Unique indexes with a condition or an expression, in Python: the columns, and the key of a record (None: no key)."""


@dataclass(frozen=True)
class Unique:
    """One unique key: the columns it is made of, and how (None: the record has none)."""

    columns: tuple[str, ...]
    key: Callable[[Values], tuple[Any, ...] | None]

    def held(self, connection: Connection, model: type[Record], wanted: Iterable[Values]) -> dict[Any, int]:
        """Present holders: key → number, of the keys these records would have (and some more)."""
        table = table_of(model)
        columns = [table.c[name] for name in self.columns]
        firsts = {values[self.columns[0]] for values in wanted} - {None}
        found: dict[Any, int] = {}
        for chunk in chunks(sorted(firsts), ASKED):
            for number, *present in connection.execute(select(table.c.id, *columns).where(columns[0].in_(chunk))):
                key = self.key(dict(zip(self.columns, present, strict=True)))
                if key is not None:
                    found[key] = number
        return found

    def emptied(self, model: type[Record]) -> Values | None:
        """Values that leave a record without this key for a moment; None when none of its columns may be empty."""
        first = table_of(model).c[self.columns[0]]
        return {first.name: None} if first.nullable and not first.foreign_keys else None


@lru_cache
def uniques(model: Any) -> tuple[Unique, ...]:
    """The unique keys of a model beside its number."""
    table = table_of(model)
    found = [_plain(tuple(c.columns.keys())) for c in table.constraints if isinstance(c, UniqueConstraint)]
    for index in (index for index in table.indexes if index.unique):
        found.append(Unique(*PARTIAL[str(index.name)]) if _is_partial(index) else _plain(tuple(index.columns.keys())))
    return tuple(found)


def _is_partial(index: Index) -> bool:
    return bool(index.dialect_options["postgresql"]["where"] is not None)


def _plain(columns: tuple[str, ...]) -> Unique:
    def key(values: Values) -> tuple[Any, ...] | None:
        found = tuple(values.get(name) for name in columns)
        return None if None in found else found  # NULLs are distinct

    return Unique(columns, key)
