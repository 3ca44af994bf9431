"""One field of many rows: what a preview says is what happens, in one batch that can be taken back."""

import time
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Change, Company, ImportBatch, Person, Remark, Role
from services.access.permissions import Actor
from services.errors import DomainError, InvalidInput, NotAllowed
from services.history import bulk
from services.imports.undoing import undo_edit
from services.tables.bulk_edit import Applied, Preview, Refusal, Sample, apply, changeable, preview
from services.tables.query import Query, parse_query
from services.tables.rows import count
from services.work import reading, writing
from tests import builders as b
from tests.counting import statements
from tests.services.tables.conftest import Ask, actor, names

MANAGER = actor(Role.MANAGER)
EVERYTHING = Query()
BY_NAME = {"colId": "name", "sort": "asc"}


def foreseen(table: str, query: Query, key: str, text: str, by: Actor = MANAGER) -> Preview:
    with reading() as session:
        return preview(session, by, table, query, key, text)


def applied(table: str, query: Query, key: str, text: str, stamp: str = "", by: Actor = MANAGER) -> Applied:
    stamp = stamp or foreseen(table, query, key, text, by).stamp
    with writing(by) as session:
        return apply(session, by, table, query, key, text, stamp)


def regions(session: Session) -> list[str | None]:
    found = [person.region for person in fresh(session).exec(select(Person).order_by(col(Person.id)))]
    session.rollback()
    return found


def fresh(session: Session) -> Session:
    session.rollback()
    session.expire_all()
    return session


def test_what_is_shown_is_what_happens_and_can_be_undone(session: Session) -> None:
    for name, region in (("Алов", "Тверь"), ("Белов", "Псков"), ("Ветров", None), ("Громов", "Омск")):
        b.create_person(session, name, region=region)
    session.commit()
    query = parse_query({"search": "ов", "without": [4]})
    told = foreseen("people", query, "region", " Псков ")
    assert (told.total, told.changed, told.same, told.refusals, told.after) == (3, 2, 1, (), "Псков")
    assert told.sample == (Sample(1, "Алов Пётр Ильич", "Тверь"), Sample(3, "Ветров Пётр Ильич", ""))
    done = applied("people", query, "region", "Псков", told.stamp)
    assert done.changed == 2
    assert regions(session) == ["Псков", "Псков", "Псков", "Омск"]
    batch = session.get_one(ImportBatch, done.batch_id)
    assert (batch.kind, batch.file_name) == ("edit", "Физ. лица: поле «Регион», 2 записи")
    session.rollback()
    with writing(MANAGER) as work:
        assert undo_edit(work, MANAGER, done.batch_id).values == 2
    assert regions(session) == ["Тверь", "Псков", None, "Омск"]


def test_a_value_can_be_cleared_but_not_where_one_is_needed(session: Session) -> None:
    b.create_person(session, region="Тверь")
    b.create_person(session)
    session.commit()
    assert applied("people", EVERYTHING, "region", "").changed == 1
    assert regions(session) == [None, None]
    with pytest.raises(InvalidInput, match="Поле «Не беспокоить» обязательно"):
        foreseen("people", EVERYTHING, "do_not_disturb", "")


def test_flags_a_manager_and_deactivation_of_the_rows_found(session: Session) -> None:
    chief = b.create_manager(session, "Ответова А. Б.")
    people = [b.create_person(session, name, region="Тверь") for name in ("Алов", "Белов")]
    b.create_person(session, "Ветров", region="Омск")
    session.commit()
    here = parse_query({"filterModel": {"region": {"filterType": "text", "type": "contains", "filter": "твер"}}})
    assert foreseen("people", here, "responsible_id", str(chief.id)).after == "Ответова А. Б."
    for key, text in (("responsible_id", str(chief.id)), ("do_not_disturb", "yes"), ("is_potential", "no")):
        assert applied("people", here, key, text).changed == 2
    assert foreseen("people", here, "is_potential", "no").same == 2
    assert foreseen("people", here, "active", "no").after == "деактивирована"
    gone = applied("people", here, "active", "no")
    assert foreseen("people", EVERYTHING, "region", "Псков").total == 1
    fresh(session)
    assert [(p.responsible_id, p.do_not_disturb, p.is_potential, p.active) for p in people] == [
        (chief.id, True, False, False)
    ] * 2
    session.rollback()
    with writing(MANAGER) as work:
        undo_edit(work, MANAGER, gone.batch_id)
    assert foreseen("people", EVERYTHING, "region", "Псков").total == 3


def test_deactivated_rows_are_found_apart_and_brought_back(session: Session, ask: Ask) -> None:
    for name in ("Алов", "Белов", "Ветров"):
        b.create_person(session, name, active=name == "Ветров", regalia="почётный связист")
    session.commit()
    questions: list[dict[str, Any]] = [{}, {"search": "связист"}, {"total": "later"}, {"sortModel": [BY_NAME]}]
    for asked in questions:
        assert names(ask("people", **asked)) == ["Ветров Пётр Ильич"]
        assert names(ask("people", **asked, retired=True)) == ["Алов Пётр Ильич", "Белов Пётр Ильич"]
    retired = parse_query({"retired": True, "search": "связист"})
    with reading() as work:
        assert count(work, MANAGER, "people", retired) == 2
    told = foreseen("people", retired, "active", "yes")
    assert (told.changed, [one.before for one in told.sample]) == (2, ["деактивирована"] * 2)
    assert applied("people", retired, "active", "yes").changed == 2
    assert len(ask("people").rows) == 3


def test_a_value_that_must_be_unique_goes_to_nobody_or_to_one(session: Session) -> None:
    holder = b.create_company(session, inn="7707083893", kpp="770701001")
    branch = b.create_company(session, kpp="770702002")
    alike = [b.create_company(session) for _ in range(2)]
    b.create_company(session, kpp="770701001")
    session.commit()
    told = foreseen("companies", EVERYTHING, "inn", "7707083893")
    assert (told.total, told.changed, told.same) == (5, 1, 1)
    assert {(r.reason[:10], r.count) for r in told.refusals} == {("у нескольк", 2), ("значение у", 1)}
    assert [one.id for one in told.sample] == [branch.id]
    assert applied("companies", EVERYTHING, "inn", "7707083893").changed == 1
    session.expire_all()
    assert [(c.inn, c.kpp) for c in (holder, branch, *alike)] == [
        ("7707083893", "770701001"), ("7707083893", "770702002"), (None, None), (None, None),
    ]  # fmt: skip


def test_days_that_would_end_before_they_begin_stay(session: Session) -> None:
    for ends_on in ("2026-03-03", "2026-05-03"):
        b.create_event(session, starts_on="2026-03-01", ends_on=ends_on)
    session.commit()
    told = foreseen("events", EVERYTHING, "starts_on", "02.04.2026")
    assert (told.changed, told.after) == (1, "02.04.2026")
    assert told.refusals == (Refusal("день или время окончания оказались бы раньше начала", 1),)


def test_a_value_that_is_none_is_refused_for_all(session: Session) -> None:
    b.create_person(session)
    session.commit()
    with pytest.raises(InvalidInput, match="20023"):
        foreseen("people", EVERYTHING, "birth_date", "20023 г.")


def test_a_stale_preview_changes_nothing(session: Session) -> None:
    first = b.create_person(session, region="Тверь")
    session.commit()
    stamp = foreseen("people", EVERYTHING, "region", "Псков").stamp
    first.region = "Омск"
    session.commit()
    with pytest.raises(DomainError, match="Пока вы смотрели, данные изменили: теперь изменение коснётся 1 записи"):
        applied("people", EVERYTHING, "region", "Псков", stamp)
    assert regions(session) == ["Омск"]
    b.create_person(session)
    session.commit()
    with pytest.raises(DomainError, match="коснётся 2 записей"):
        applied("people", EVERYTHING, "region", "Псков", stamp)
    assert session.exec(select(ImportBatch)).all() == []


def test_nothing_to_change_is_said(session: Session) -> None:
    b.create_person(session, region="Псков")
    session.commit()
    with pytest.raises(DomainError, match="Менять нечего"):
        applied("people", EVERYTHING, "region", "Псков")


def test_doubts_become_remarks_of_every_row(session: Session) -> None:
    people = [b.create_person(session) for _ in range(2)]
    session.commit()
    query, first = Query(ids=(people[0].id or 0,)), people[0].id
    session.rollback()
    told = foreseen("people", query, "inn", "231022")
    assert len(told.notes) == 1
    applied("people", query, "inn", "231022")
    assert [(r.entity_id, r.field, r.message) for r in fresh(session).exec(select(Remark))] == [
        (first, "inn", told.notes[0])
    ]
    session.rollback()
    applied("people", query, "inn", "500100732259")
    assert [r.settled_at is None for r in fresh(session).exec(select(Remark))] == [False]


def test_who_may_change_what(session: Session) -> None:
    b.create_membership(session, b.create_company(session))
    session.commit()
    with reading() as work:
        keys = {c.key for c in changeable(work, MANAGER, "members")}
        assert keys == {"paid_on", "referred_by", "comment"}
        people = {c.key: c for c in changeable(work, MANAGER, "people")}
        assert {"region", "phone", "responsible_id", "do_not_disturb", "is_member", "active"} <= set(people)
        assert "name" not in people
        assert people["active"].choices == (("yes", "в работе"), ("no", "деактивирована"))
        assert "position" not in {c.key for c in changeable(work, MANAGER, "committees")}
    with pytest.raises(InvalidInput, match="нельзя изменить"):
        foreseen("members", EVERYTHING, "fee_amount", "5", actor(Role.DIRECTOR))
    for role in (Role.ACCOUNTANT, Role.MEMBER):
        with pytest.raises(NotAllowed):
            foreseen("people", EVERYTHING, "region", "Псков", actor(role))


def test_ten_thousand_rows_take_seconds_and_no_query_each(session: Session) -> None:
    bulk.insert(session, Company, [{"name": f"ООО «Выдумка {n}»", "name_key": ""} for n in range(10_000)])
    session.commit()
    begun = time.monotonic()
    with statements() as seen:
        told = foreseen("companies", EVERYTHING, "direction", "связь")
        done = applied("companies", EVERYTHING, "direction", "связь", told.stamp)
    assert (told.changed, done.changed, len(told.sample)) == (10_000, 10_000, 20)
    assert len(seen) < 120
    assert time.monotonic() - begun < 30
    session.rollback()
    noted = select(Change.after).where(Change.batch_id == done.batch_id).distinct()
    assert session.exec(noted).all() == ['"связь"']
