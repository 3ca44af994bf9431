"""Every change is recorded once, with who, from where, before and after; the origin of a field is known."""

import json

from sqlmodel import Session, col, select

from models import Change, Employment, FieldOrigin, Person, Role, Source
from services.work import writing
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER = actor(Role.MANAGER)


def changes(session: Session, entity: str) -> list[tuple[str, str, str | None, str | None]]:
    found = session.exec(select(Change).where(Change.entity == entity).order_by(col(Change.id))).all()
    return [(c.source, c.field, c.before, c.after) for c in found]


def test_creation_change_and_deletion_are_recorded_once(session: Session) -> None:
    with writing(MANAGER, Source.EXCEL, batch_id=7) as work:
        person = b.create_person(work, "Первов", region="Край")
        number = person.id
    with writing(MANAGER) as work:
        found = work.get(Person, number)
        assert found
        found.region = "Область"
        work.flush()
        found.region = "Область"
        found.phone = "+79161234567"
    with writing(MANAGER, Source.CABINET) as work:
        work.delete(work.get(Person, number))
    created, region, phone, deleted = changes(session, "Person")
    whole = {
        "last_name": "Первов", "first_name": "Пётр", "middle_name": "Ильич", "region": "Край",
        "do_not_disturb": False, "active": True,
    }  # fmt: skip
    assert (created[0], created[1], created[2], json.loads(created[3] or "")) == ("excel", "*", None, whole)
    assert region == ("manual", "region", '"Край"', '"Область"')
    assert phone == ("manual", "phone", None, '"+79161234567"')
    assert (deleted[0], deleted[1], deleted[3]) == ("cabinet", "*", None)
    assert json.loads(deleted[2] or "")["region"] == "Область"
    assert session.exec(select(Change.batch_id).where(Change.field == "*").order_by(col(Change.id))).first() == 7


def test_the_origin_of_each_field_is_known(session: Session) -> None:
    with writing(MANAGER, Source.ONEC) as work:
        number = b.create_person(work).id
    with writing(MANAGER) as work:
        found = work.get(Person, number)
        assert found
        found.inn = "500100732259"
    with writing(MANAGER, Source.EXCEL) as work:
        found = work.get(Person, number)
        assert found
        found.inn = "770100000000"
    origins = {o.field: o.source for o in session.exec(select(FieldOrigin).where(FieldOrigin.entity == "Person"))}
    assert origins == {"*": "1c", "inn": "excel"}


def test_secrets_are_noted_without_their_values(session: Session) -> None:
    with writing(MANAGER) as work:
        person = b.create_person(work, passport="4501 123456")
        account = b.create_account(work)
        work.flush()
        person.passport = "4501 654321"
        account.password_hash = "another"
    recorded = session.exec(select(Change)).all()
    everything = " ".join(f"{c.before} {c.after}" for c in recorded)
    assert "4501" not in everything
    assert "another" not in everything
    assert {(c.entity, c.field) for c in recorded} >= {("Person", "passport"), ("Account", "password_hash")}


def test_nothing_is_recorded_of_a_unit_of_work_that_failed(session: Session) -> None:
    try:
        with writing(MANAGER) as work:
            b.create_person(work)
            raise RuntimeError
    except RuntimeError:
        pass
    assert changes(session, "Person") == []


def test_ties_are_recorded_too(session: Session) -> None:
    with writing(MANAGER) as work:
        b.create_person(work, company=b.create_company(work), position="директор")
    with writing(MANAGER) as work:
        place = work.exec(select(Employment)).one()
        place.position = "генеральный директор"
    assert changes(session, "Employment")[1] == ("manual", "position", '"директор"', '"генеральный директор"')
