"""What taking a load back leaves: what somebody touched since, what would break; listed for whom may see it."""

import json
from decimal import Decimal
from typing import Any

from sqlalchemy import Index
from sqlmodel import Session

from models import (
    Base,
    Company,
    Employment,
    ImportBatch,
    Membership,
    Person,
    Role,
)
from services.access.permissions import Actor
from services.imports.undoing import Kept, preview_undo
from services.imports.uniques import PARTIAL
from services.work import reading, writing
from tests import builders as b
from tests.services.imports.test_undo import DIRECTOR, MANAGER, Load, a_load, counts, got, held_clock, scene, take_back

EDITED, RECORD_EDITED = "Значение с тех пор изменили.", "Запись с тех пор изменили."
REFERRED = "На запись с тех пор ссылаются другие записи."
TAKEN = "Такое значение теперь у другой записи."

__all__ = ["held_clock"]


def test_an_edited_value_stays_and_is_listed(session: Session) -> None:
    person, company, membership, venue = scene(session)
    load = a_load(person, company, membership, venue)
    with writing(MANAGER) as work:
        got(work, Person, person).region = "Область"
        got(work, Person, person).birth_date = "1980-02-03"
    done = take_back(load.id)
    assert counts(done) == (9, 8, 0, 2)
    assert set(done.kept) == {
        Kept("Person", person, "Новов Пётр Ильич", "Регион", EDITED, "Область", ""),
        Kept("Person", person, "Новов Пётр Ильич", "Дата рождения", EDITED, "03.02.1980", "02.1980"),
    }
    again = take_back(done.batch_id)
    assert counts(again) == (9, 0, 8, 0)
    with reading() as work:
        found = got(work, Person, person)
        assert (found.region, found.birth_date, found.last_name) == ("Область", "1980-02-03", "Новов")


def test_a_value_put_back_by_hand_is_no_matter(session: Session) -> None:
    person = b.create_person(session, region="Край")
    session.commit()
    with (load := Load()) as work:
        got(work, Person, person.id).region = "Область"
    with writing(MANAGER) as work:
        got(work, Person, person.id).region = "Край"
    assert counts(take_back(load.id)) == (0, 0, 0, 0)


def test_a_created_record_that_was_edited_or_referred_to_stays(session: Session) -> None:
    account = b.create_account(session)
    session.commit()
    with (load := Load()) as work:
        edited, referred, signed, alone = (
            b.create_person(work, name) for name in ("Правов", "Ссылов", "Входов", "Один")
        )
        company = b.create_company(work, "ООО «Связь»")
        tie = b.create_employment(work, edited, company)
        b.create_employment(work, alone, company)
        numbers = edited.id, referred.id, signed.id, alone.id, company.id, tie.id
    with writing(MANAGER) as work:
        got(work, Person, numbers[0]).region = "Край"
        b.create_speaker(work, got(work, Person, numbers[1]))
        got(work, Employment, numbers[5]).position = "директор"
        account = work.merge(account)
        account.person_id = numbers[2]
    done = take_back(load.id)
    assert counts(done) == (0, 2, 0, 5)
    assert {(k.entity, k.name, k.field, k.reason, k.now, k.wanted) for k in done.kept} == {
        ("Person", "Правов Пётр Ильич", "Регион", RECORD_EDITED, "Край", "удалить запись"),
        ("Person", "Ссылов Пётр Ильич", "запись", REFERRED, "запись есть", "удалить запись"),
        ("Person", "Входов Пётр Ильич", "запись", REFERRED, "запись есть", "удалить запись"),
        ("Employment", "Правов Пётр Ильич — ООО «Связь»", "Должность", RECORD_EDITED, "директор", "удалить запись"),
        ("Company", "ООО «Связь»", "запись", REFERRED, "запись есть", "удалить запись"),
    }
    with reading() as work:
        assert work.get(Person, numbers[3]) is None


def test_a_later_load_of_the_same_field_comes_first_until_it_is_taken_back(session: Session) -> None:
    person = b.create_person(session, region="Край")
    session.commit()
    with (first := Load()) as work:
        got(work, Person, person.id).region = "Область"
        fresh = b.create_person(work, "Новичков").id
    with (second := Load()) as work:
        got(work, Person, person.id).region = "Республика"
        got(work, Person, fresh).city = "Город"
    with reading() as work:
        assert [k.reason for k in preview_undo(work, MANAGER, first.id).kept] == [EDITED, RECORD_EDITED]
    assert counts(take_back(second.id)) == (2, 0, 0, 0)
    assert counts(take_back(first.id)) == (1, 1, 0, 0)
    with reading() as work:
        assert got(work, Person, person.id).region == "Край"


def test_passports_return_and_are_shown_to_nobody_who_may_not(session: Session) -> None:
    person = b.create_person(session, passport="4501 123456")
    session.commit()
    with (load := Load()) as work:
        got(work, Person, person.id).passport = "4501 654321"
        fresh = b.create_person(work, passport="4502 000001").id
    with reading() as work:
        assert preview_undo(work, MANAGER, load.id).values == 1
    done = take_back(load.id)
    with reading() as work:
        assert got(work, Person, person.id).passport == "4501 123456"
    again = take_back(done.batch_id)
    with writing(MANAGER) as work:
        assert (got(work, Person, person.id).passport, got(work, Person, fresh).passport) == (
            "4501 654321",
            "4502 000001",
        )
        got(work, Person, person.id).passport = "4501 777777"
    with reading() as work:
        [listed] = preview_undo(work, MANAGER, again.batch_id or 0).kept
    assert (listed.field, listed.now, listed.wanted) == ("Паспортные данные", "4501 777777", "4501 123456")
    assert "4501" not in json.dumps(stored_report(load.id))


def test_what_was_written_into_a_new_record_since_is_hidden_from_who_may_not_see_it(session: Session) -> None:
    with (load := Load()) as work:
        person = b.create_person(work, "Новичков").id
    with writing(MANAGER) as work:
        got(work, Person, person).passport = "4501 777777"
    blind = Actor(None, "кто-то", MANAGER.permissions - {"passport.read"}, Role.MANAGER)
    with reading() as work:
        [listed] = preview_undo(work, MANAGER, load.id).kept
        [hidden] = preview_undo(work, blind, load.id).kept
    assert (listed.field, listed.now) == ("Паспортные данные", "4501 777777")
    assert (hidden.field, hidden.now) == ("Паспортные данные", "•••")


def stored_report(batch_id: int) -> Any:
    done = take_back(batch_id)
    with reading() as work:
        return json.loads(got(work, ImportBatch, done.batch_id).report)


def test_sums_are_shown_and_not_stored(session: Session) -> None:
    membership = b.create_membership(session, b.create_company(session, "ООО «Взнос»"), fee_amount=Decimal(1500))
    session.commit()
    with (load := Load()) as work:
        got(work, Membership, membership.id).fee_amount = Decimal(9000)
    with writing(DIRECTOR) as work:
        got(work, Membership, membership.id).fee_amount = Decimal("7000.50")
    with reading() as work:
        [seen] = preview_undo(work, DIRECTOR, load.id).kept
    assert (seen.name, seen.field) == ("ООО «Взнос»", "Сумма годового взноса")
    assert (seen.now, seen.wanted) == ("7\u00a0000,50", "1\u00a0500,00")
    assert stored_report(load.id)["kept"][0]["now"] == "•••"


def test_a_taken_number_stays_with_who_has_it(session: Session) -> None:
    person = b.create_person(session, "Бывшев", inn="500100732259")
    company = b.create_company(session, "ООО «Было»", inn="7707083893")
    session.commit()
    with (load := Load()) as work:
        got(work, Person, person.id).inn = None
        got(work, Company, company.id).inn = None
        got(work, Company, company.id).direction = "стройка"
    with writing(MANAGER) as work:
        b.create_person(work, "Нынешнев", inn="500100732259")
        b.create_company(work, inn="7707083893")
    done = take_back(load.id)
    assert counts(done) == (1, 0, 0, 2)
    assert set(done.kept) == {
        Kept("Person", person.id or 0, "Бывшев Пётр Ильич", "ИНН", TAKEN, "", "500100732259"),
        Kept("Company", company.id or 0, "ООО «Было»", "ИНН", TAKEN, "", "7707083893"),
    }


def test_what_a_returning_record_needs_must_be_there(session: Session) -> None:
    company = b.create_company(session, "ООО «Уйдёт»")
    session.commit()
    with (load := Load()) as work:
        person = b.create_person(work, "Вернулов", inn="500100732259")
        b.create_employment(work, person, got(work, Company, company.id))
        b.create_speaker(work, person)
        b.create_person(work, "Другов")
    done = take_back(load.id)
    with writing(MANAGER) as work:
        b.create_person(work, "Занялов", inn="500100732259")
        work.delete(got(work, Company, company.id))
    again = take_back(done.batch_id)
    assert counts(again) == (0, 0, 1, 3)
    assert sorted((k.entity, k.reason) for k in again.kept) == [
        ("Employment", "Записи, на которую она ссылалась, больше нет."),
        ("Person", TAKEN),
        ("Speaker", "Записи, на которую она ссылалась, больше нет."),
    ]


def test_a_record_deleted_since_is_told_and_what_was_created_is_just_gone(session: Session) -> None:
    person = b.create_person(session, region="Край")
    session.commit()
    with (load := Load()) as work:
        got(work, Person, person.id).region = "Область"
        fresh = b.create_person(work).id
    with writing(MANAGER) as work:
        work.delete(got(work, Person, person.id))
        work.delete(got(work, Person, fresh))
    done = take_back(load.id)
    assert counts(done) == (0, 0, 0, 1)
    assert done.kept[0] == Kept(
        "Person", person.id or 0, f"№ {person.id}", "Регион", "Запись с тех пор удалили.", "", "Край"
    )


def test_every_unique_index_with_a_condition_is_known() -> None:
    """Of records; a delivery is none, and no load writes one."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "delivery"]
    indexes = [index for table in tables for index in table.indexes if index.unique]
    assert {index.name for index in indexes if conditional(index)} == set(PARTIAL)


def conditional(index: Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is not None or len(index.columns) != len(index.expressions)
