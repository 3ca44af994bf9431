"""Places of work: added, changed, ended; what the tables and the history make of it."""

from typing import Any

import pytest
from sqlmodel import Session, select

from models import Employment, Role
from services.directory.workplaces import Marks, add_workplace, change_workplace, end_workplace
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.tables.query import Query
from services.tables.rows import rows
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER = actor(Role.MANAGER)


def shown(table: str) -> dict[str, Any]:
    with reading() as session:
        [row] = rows(session, MANAGER, table, Query()).rows
    return row


def test_a_place_of_work_from_beginning_to_end(session: Session) -> None:
    person, company = b.create_person(session, "Трудов"), b.create_company(session, "ООО «Труд»")
    session.commit()
    with writing(MANAGER) as work:
        number = add_workplace(work, MANAGER, person.id or 0, company.id or 0, Marks(" директор ", is_director=True))
    assert shown("people")["workplace"] == "ООО «Труд»"
    assert shown("companies")["director"] == "Трудов Пётр Ильич"
    with reading() as reader:
        place = reader.exec(select(Employment)).one()
    with writing(MANAGER) as work:
        change_workplace(work, MANAGER, number, place.version, Marks("советник", is_contact=True))
    row = shown("companies")
    assert (row["director"], row["contact"]) == (None, "Трудов Пётр Ильич (советник)")
    with writing(MANAGER) as work, pytest.raises(DomainError, match="только что изменил"):
        change_workplace(work, MANAGER, number, place.version, Marks("другой"))
    with writing(MANAGER) as work:
        end_workplace(work, MANAGER, number)
    assert shown("people")["workplace"] is None


def test_what_cannot_be_a_place_of_work(session: Session) -> None:
    person, company = b.create_person(session), b.create_company(session)
    b.create_employment(session, person, company)
    session.commit()
    with writing(MANAGER) as work, pytest.raises(DomainError, match="уже указано"):
        add_workplace(work, MANAGER, person.id or 0, company.id or 0, Marks())
    with writing(MANAGER) as work, pytest.raises(NotFound):
        add_workplace(work, MANAGER, person.id or 0, 404, Marks())
    with writing(MANAGER) as work, pytest.raises(NotFound):
        end_workplace(work, MANAGER, 404)
    with reading() as reader:
        place = reader.exec(select(Employment)).one()
    with writing(MANAGER) as work, pytest.raises(InvalidInput):
        change_workplace(work, MANAGER, place.id or 0, place.version, Marks("я" * 301))
    accountant = actor(Role.ACCOUNTANT)
    with writing(accountant) as work, pytest.raises(NotAllowed):
        end_workplace(work, accountant, place.id or 0)
