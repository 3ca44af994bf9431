"""Rows of our own export coming back: a cell that says what the export would say today was not edited."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from services import clock
from services.history.statements import chunks
from services.imports.diff import Cell, CellState
from services.imports.reading import Value
from services.imports.rows import Row
from services.tables.columns import RECORD_KEY, Column
from services.tables.index import index_of
from services.tables.kinds import INTEGER
from services.tables.registry import table_named
from services.tables.workbook import CUT, shown
from services.values import fold
from services.values.plain import as_text

KEPT = "name"
"""Every row is planned by its name."""
STRANGE = "Ключ записи не подходит к строке: имя и значения другие. Строка сверена по значениям."
CHUNK = 500


def drop_same(session: Session, table_name: str, rows: list[Row]) -> None:
    """Take out of the rows (all with the number of their record) the cells that are as an export would write them.

    So what the screen puts together (a list of companies, the larger of two counts) is no change when nobody touched
    it. The cells count as read, and as the same.
    """
    present = _present(session, table_name, [row.record or 0 for row in rows])
    columns = {column.key: column for column in table_named(table_name).columns}
    named = _named(session, table_name, rows)
    for row in rows:
        values = present.get(row.record or 0)
        if values is None:
            continue
        same = [k for k in row.cells if k in columns and _is_same(columns[k], values[k], row.cells[k])]
        if not _is_trusted(row, same, named):
            row.remark(RECORD_KEY, STRANGE, "warning")
            row.record = None
            continue
        for key in same:
            row.cell(key)
            if key != KEPT:
                del row.cells[key]


def drop_counted(session: Session, rows: Iterable[Row]) -> None:
    """A number that the table shows anyway, counted by the product, is nothing the file says anew."""
    said: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.owner is not None and not row.owner.is_new and _counted(row):
            said[row.table.name].append(row)
    for name, found in said.items():
        present = _present(session, name, [row.owner.ref for row in found if row.owner])
        for row in found:
            values = present.get(row.owner.ref if row.owner else 0, {})
            for key in _counted(row):
                if key in values and _is_same(row.columns[key], values[key], row.cells[key]):
                    del row.diff[key]
                    row.cell(key)


def _counted(row: Row) -> list[str]:
    """Keys of the numbers the row would change."""
    return [key for key in _numbers(row.table.name) if key in row.cells and key in row.diff and row.diff[key].steps]


@lru_cache
def _numbers(table_name: str) -> tuple[str, ...]:
    return tuple(column.key for column in table_named(table_name).columns if column.kind is INTEGER)


def show_beside(session: Session, rows: Iterable[Row]) -> None:
    """What a cell ties to a stored record stands beside what is tied to it already: show both, as the table will."""
    tied: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.owner is not None and not row.owner.is_new and any(_ties(cell) for cell in row.diff.values()):
            tied[row.table.name].append(row)
    for name, found in tied.items():
        present = _present(session, name, [row.owner.ref for row in found if row.owner])
        columns = {column.key: column for column in table_named(name).columns}
        for row in found:
            values = present.get(row.owner.ref if row.owner else 0, {})
            for cell in filter(_ties, row.diff.values()):
                if before := shown(columns[cell.key], values[cell.key]) if cell.key in values else "":
                    cell.before, cell.after, cell.state = before, f"{before}, {cell.after}", CellState.CHANGED


def _ties(cell: Cell) -> bool:
    return not cell.before and cell.key != KEPT and any(step[0] == "+" for step in cell.steps)


def _is_trusted(row: Row, same: list[str], named: set[str]) -> bool:
    """Whether the key belongs to the row: somebody may have sorted the columns without it, or copied a row.

    Another name is a new one when half of the row is as it was, and nobody else has that name.
    """
    if KEPT in same:
        return True
    others = [key for key in row.cells if key != KEPT]
    return fold(row.shown(KEPT)) not in named and 2 * len(same) >= len(others) > 0


def _named(session: Session, table_name: str, rows: list[Row]) -> set[str]:
    """Those names of the rows, folded, that some record has."""
    name = index_of(table_name).c[f"{KEPT}_f"]
    wanted = sorted({fold(row.shown(KEPT)) for row in rows})
    found: set[str] = set()
    for chunk in chunks(wanted, CHUNK):
        found.update(session.scalars(select(name).where(name.in_(chunk))))
    return found


def _present(session: Session, table_name: str, numbers: list[int]) -> dict[int, dict[str, Any]]:
    table, grid = table_named(table_name), index_of(table_name)
    today = clock.today()
    live = [column.live(grid, today).label(column.key) for column in table.columns if column.live is not None]
    stored = [grid.c[column.key] for column in table.stored]
    found: dict[int, dict[str, Any]] = {}
    for chunk in chunks(numbers, CHUNK):
        rows = session.execute(select(grid.c.id, *stored, *live).where(grid.c.id.in_(chunk)))
        found.update((row.id, dict(row._mapping)) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name
    return found


def _is_same(column: Column, value: Any, cell: Value) -> bool:
    said, present = as_text(cell, multiline=True), as_text(shown(column, value), multiline=True)
    if said == present:
        return True
    if said.endswith(CUT):
        return present.startswith(said.removesuffix(CUT).strip())
    cleaned = column.kind.clean(cell).value if value is not None and not column.choices else None
    return cleaned is not None and str(cleaned) == str(value)
