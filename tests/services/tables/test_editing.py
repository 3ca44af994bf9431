"""The edit form: what is written, what is refused, what the second of two editors is told."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from models import AuditEvent, Person, Remark, Role
from services.access.permissions import PERMISSIONS, Actor
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleRecord
from services.tables.editing import Form, Saved, open_form, save_form, view_form
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER = actor(Role.MANAGER)


def opened(table: str, row_id: int | None, by: Actor = MANAGER) -> Form:
    with reading() as session:
        return open_form(session, by, table, row_id or 0)


def save(form: Form, by: Actor = MANAGER, **typed: str) -> Saved:
    with writing(by) as session:
        return save_form(session, by, form, typed)


def field(form: Form, key: str) -> str:
    return next(f.text for f in form.fields if f.key == key)


def test_values_are_cleaned_and_written(session: Session) -> None:
    person = b.create_person(session, "Старов")
    session.commit()
    form = opened("people", person.id)
    saved = save(
        form, name="НОВОВ пётр ильич", phone="8 (916) 123-45-67", birth_date="01.2024", is_member="yes", region="Край"
    )
    assert set(saved.changed) == {"ФИО", "Телефон", "Дата рождения", "Членство", "Регион"}
    after = opened("people", person.id)
    assert [field(after, k) for k in ("name", "phone", "birth_date", "is_member", "region")] == [
        "Новов Пётр Ильич", "+79161234567", "01.2024", "yes", "Край",
    ]  # fmt: skip
    session.expire_all()
    assert (person.last_name, person.first_name, person.middle_name) == ("Новов", "Пётр", "Ильич")


def test_what_is_not_touched_is_not_written(session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    form = opened("people", person.id)
    with writing(MANAGER) as work:
        assert save_form(work, MANAGER, form, {f.key: f.text for f in form.fields}).changed == ()
    assert opened("people", person.id).version == form.version


def test_a_doubtful_number_is_kept_with_a_remark_until_it_is_mended(session: Session) -> None:
    company = b.create_company(session)
    session.commit()
    saved = save(opened("companies", company.id), inn="231022")
    assert len(saved.notes) == 1
    form = opened("companies", company.id)
    assert field(form, "inn") == "231022"
    assert next(f.remarks for f in form.fields if f.key == "inn") == saved.notes
    save(form, inn="7707083893")
    assert next(f.remarks for f in opened("companies", company.id).fields if f.key == "inn") == ()
    session.rollback()
    [remark] = session.exec(select(Remark)).all()
    assert remark.settled_at is not None


def test_refused_values_are_named_by_field_and_nothing_is_written(session: Session) -> None:
    person = b.create_person(session, "Целов")
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        save(opened("people", person.id), name=" ", birth_date="20023 г.", region="Край")
    assert set(refused.value.fields) == {"name", "birth_date"}
    assert "20023" in refused.value.fields["birth_date"]
    assert field(opened("people", person.id), "region") == ""


def test_the_second_editor_is_told_and_can_save_what_they_typed(session: Session) -> None:
    account = b.create_account(session, Role.MANAGER, "первый")
    first = replace(MANAGER, account_id=account.id)
    person = b.create_person(session, region="Старый край", source="Сайт")
    session.commit()
    mine, theirs = opened("people", person.id), opened("people", person.id, first)
    save(theirs, first, region="Новый край")
    with pytest.raises(StaleRecord) as stale:
        save(mine, source="Выставка")
    assert str(stale.value) == "Запись изменил(а) Имя первый, вот что изменилось: Регион: «Старый край» → «Новый край»."
    save(opened("people", person.id), source="Выставка")
    after = opened("people", person.id)
    assert (field(after, "region"), field(after, "source")) == ("Новый край", "Выставка")


def test_two_commits_at_once_cannot_both_win(database: str, session: Session) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time")
    person = b.create_person(session)
    session.commit()
    with pytest.raises(DomainError, match="только что изменил"), writing(MANAGER) as late:
        found = late.get(Person, person.id)
        assert found
        with writing(MANAGER) as quick:
            other = quick.get(Person, person.id)
            assert other
            other.region = "Быстрый край"
        found.region = "Поздний край"
    assert field(opened("people", person.id), "region") == "Быстрый край"


def test_a_manager_cannot_write_money_nor_an_accountant_anything(session: Session) -> None:
    membership = b.create_membership(session, b.create_company(session))
    session.commit()
    form = opened("members", membership.id)
    assert "fee_amount" not in {f.key for f in form.fields}
    with pytest.raises(InvalidInput, match="нельзя изменить"):
        save(form, fee_amount="1")
    assert save(
        opened("members", membership.id, actor(Role.DIRECTOR)), actor(Role.DIRECTOR), fee_amount="1 500,50"
    ).changed
    assert (
        field(opened("members", membership.id, actor(Role.DIRECTOR)), "fee_amount").replace("\u00a0", " ") == "1 500,50"
    )
    with pytest.raises(NotAllowed):
        opened("members", membership.id, actor(Role.ACCOUNTANT))


def test_a_manager_is_not_told_what_became_of_money(session: Session) -> None:
    membership = b.create_membership(session, b.create_company(session))
    session.commit()
    mine, director = opened("members", membership.id), actor(Role.DIRECTOR)
    save(opened("members", membership.id, director), director, fee_amount="1 500,50", comment="Новый")
    with pytest.raises(StaleRecord) as stale:
        save(mine, comment="Другой")
    assert [change.label for change in stale.value.changes] == ["Комментарий"]
    assert "500,50" not in str(stale.value).replace("\u00a0", "")


def test_a_term_does_not_end_before_it_begins(session: Session) -> None:
    line = b.create_membership(session, b.create_person(session), starts_on=dt.date(2026, 3, 1))
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        save(opened("members", line.id), ends_on="28.02.2026")
    assert refused.value.fields == {"ends_on": "Срок начался 01.03.2026: закончиться раньше он не может."}
    save(opened("members", line.id), ends_on="01.03.2026")


def test_a_text_longer_than_anybody_types_is_refused(session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        save(opened("people", person.id), phone="+" * 10_001)
    assert refused.value.fields == {"phone": "В поле «Телефон» больше 10000 знаков."}


def test_looking_at_a_record_is_noted(session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    with writing(MANAGER) as work:
        assert view_form(work, MANAGER, "people", person.id or 0) == opened("people", person.id)
    [event] = session.exec(select(AuditEvent)).all()
    assert (event.action, event.subject, event.detail) == ("profile_viewed", f"people:{person.id}", "")


def test_a_record_that_is_gone_is_told(database: str) -> None:
    with pytest.raises(NotFound, match="больше нет"):
        opened("people", 404)


def test_permissions_of_roles_are_what_the_specification_says() -> None:
    money = {role for role, granted in PERMISSIONS.items() if "money.read" in granted}
    assert money == {Role.ADMINISTRATOR, Role.DIRECTOR, Role.ACCOUNTANT}
