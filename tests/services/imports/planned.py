"""Planning a workbook, looking at the plan, choosing and applying: what the tests of the planner do all the time."""

from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import select

from models import Base, Source
from services import imports
from services.access.permissions import SYSTEM, Actor
from services.imports import Cell, Options, PlannedRow, RowFilter, running
from services.work import reading, writing
from tests import builders as b
from tests.samples import Sheet, workbook

ON_SQLITE = pytest.mark.parametrize("database", [pytest.param("sqlite", marks=pytest.mark.sqlite)], indirect=True)
"""For what is worked out in Python from values that were read: one database says it all."""

INN, OTHER_INN = "500100732259", "526317984689"
"""Right numbers of two people."""
FIRM_INN, OTHER_FIRM_INN = "9900001116", "9900002222"
OGRN, OTHER_OGRN = "1099900001112", "1099900002223"
ORLOVA, RYBIN = "Орлова Мария Ивановна", "Рыбин Пётр Ильич"


def sheet(name: str, *lines: dict[str, Any]) -> Sheet:
    """A worksheet of rows given as heading → value; row 1 holds the headings."""
    headings = list(dict.fromkeys(heading for line in lines for heading in line))
    return Sheet(name, [headings, *([line.get(heading) for heading in headings] for line in lines)])


def people(*lines: dict[str, Any]) -> Sheet:
    return sheet("Физ.лица", *lines)


def companies(*lines: dict[str, Any]) -> Sheet:
    return sheet("Юр.лица", *lines)


def person(last: str = "Орлова", source: Source = Source.EXCEL, **fields: Any) -> int:
    """A stored person, ORLOVA unless RYBIN is asked for; `source` wrote the fields."""
    first, middle = ("Мария", "Ивановна") if last == "Орлова" else ("Пётр", "Ильич")
    with writing(SYSTEM, source) as session:
        return b.create_person(session, last, first, middle, **fields).id or 0


def opened(*sheets: Sheet | bytes, actor: Actor = SYSTEM, options: Options | None = None) -> int:
    """A batch for sheets or for the bytes of a file, not planned yet."""
    content = b"".join(part for part in sheets if isinstance(part, bytes))
    content = content or workbook(*(part for part in sheets if isinstance(part, Sheet)))
    with writing(actor) as session:
        return imports.start(session, actor, "книга.xlsx", content, options)


def plan(*sheets: Sheet | bytes, actor: Actor = SYSTEM, options: Options | None = None) -> int:
    """A planned batch."""
    batch = opened(*sheets, actor=actor, options=options)
    running.plan(actor, batch)
    return batch


def rows(batch: int, *, actor: Actor = SYSTEM, **wanted: Any) -> tuple[PlannedRow, ...]:
    """Planned rows the filter finds."""
    with reading() as session:
        return imports.planned_rows(session, actor, batch, RowFilter(**wanted), limit=5000).rows


def row(batch: int, number: int, *, actor: Actor = SYSTEM) -> PlannedRow:
    """The only planned row of that number in the file."""
    (found,) = (one for one in rows(batch, actor=actor) if one.number == number)
    return found


def cell(one: PlannedRow, key: str) -> Cell:
    return next(cell for cell in one.cells if cell.key == key)


def seen(one: PlannedRow) -> dict[str, tuple[str, str, str]]:
    """Key → state, before, after of the cells that say something new."""
    return {c.key: (c.state.value, c.before, c.after) for c in one.cells if c.state.value != "same"}


def choose(batch: int, take: bool, *keys: str, actor: Actor = SYSTEM, **wanted: Any) -> int:
    with writing(actor) as session:
        return imports.choose(session, actor, batch, RowFilter(**wanted), take, keys)


def decide(batch: int, number: int, entity_id: int | None, *, actor: Actor = SYSTEM) -> None:
    """Decide about the row of that number, and plan anew."""
    row_id = row(batch, number, actor=actor).id
    with writing(actor) as session:
        imports.decide(session, actor, batch, row_id, entity_id)
    running.plan(actor, batch)


def stored(model: type[Base], *fields: str) -> list[Any]:
    """Values of all records in the order in which they came to be; of one field bare, of several as tuples."""
    with reading() as session:
        found = session.exec(select(model).order_by(*inspect(model).primary_key)).all()
        values = [tuple(getattr(record, field) for field in fields) for record in found]
    return [value[0] for value in values] if len(fields) == 1 else values


def crowd(count: int, **more: Any) -> Sheet:
    """`count` different people with a phone, an e-mail and a workplace each, ten to a company; `more` in every row."""
    letters = "абвгдежзиклмнопрстуф"
    lines = []
    for number in range(count):
        word = "".join(letters[number // 20**place % 20] for place in range(4))
        lines.append(
            {
                "ФИО": f"К{word}ов Пётр Ильич",
                "Телефон": f"+7916{number:07}",
                "Эл. почта": f"user{number}@example.ru",
                "Место работы": f"ООО «Фирма {number // 10}»",
            }
            | more
        )
    return people(*lines)
