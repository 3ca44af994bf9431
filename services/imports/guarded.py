"""What in a load not everybody in the office may see or change."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models import Change
from services.access.permissions import Permission
from services.history.recorder import WHOLE
from services.imports.reading import Workbook
from services.imports.recognised import RecognisedSheet
from services.tables.registry import TABLES

HEADING_ROWS = 50
MONEY = re.compile(
    r"взнос|сумм|плат|плач|руб|₽|стоимост|\bцен[аы]\b|долг|долж|начислен|член\w* взн|\bчв\b|fee|amount|price|paid|debt",
    re.IGNORECASE,
)
"""Headings that stand over sums, and words beside them."""
PASSPORT = re.compile(r"паспорт", re.IGNORECASE)


def has_money(workbook: Workbook, sheets: tuple[RecognisedSheet, ...]) -> bool:
    """Whether sums may stand in the file, loaded or not, hidden or not: then it is for those who may see them."""
    tops = (
        cell
        for sheet in workbook.sheets
        for number in sorted(sheet.rows)[:HEADING_ROWS]
        for cell in sheet.rows[number]
        if isinstance(cell, str)
    )
    headings = (column.heading for sheet in sheets for column in sheet.columns)
    read = any(column.key in _money_keys() for sheet in sheets for column in sheet.columns)
    return read or any(MONEY.search(text) for text in (*tops, *headings))


@lru_cache
def _money_keys() -> frozenset[str]:
    columns = (column for table in TABLES.values() for column in table.columns)
    return frozenset(column.key for column in columns if column.permission is Permission.MONEY_READ)


def is_delicate(heading: str) -> bool:
    """Whether a column of this heading may hold sums or passports."""
    return bool(MONEY.search(heading) or PASSPORT.search(heading))


def needed(session: Session, batch_id: int) -> set[Permission]:
    """Permissions of the guarded columns a batch changed: who has them may take it back."""
    found = set()
    for entity, attribute, permission in _guarded():
        inside = f'"{attribute}"'
        changed = or_(
            col(Change.field) == attribute,
            and_(
                col(Change.field) == WHOLE,
                or_(col(Change.after).contains(inside), col(Change.before).contains(inside)),
            ),
        )
        statement = select(col(Change.id)).where(
            col(Change.batch_id) == batch_id, col(Change.entity) == entity, changed
        )
        if session.execute(statement.limit(1)).first() is not None:
            found.add(permission)
    return found


def _guarded() -> Iterator[tuple[str, str, Permission]]:
    """Model, field, permission of every guarded column that is written."""
    for table in TABLES.values():
        for column in table.columns:
            if column.attribute and column.permission is not Permission.BASE_READ:
                yield table.record.__name__, column.attribute, column.permission
