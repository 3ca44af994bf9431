"""Two records become one, and two again: nothing is lost on either way."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Base,
    BatchKind,
    Company,
    Employment,
    ImportBatch,
    Participation,
    Person,
    Record,
    Remark,
    Role,
    Venue,
)
from services import clock
from services.directory.parties import Party
from services.duplicates.comparing import Side
from services.duplicates.merging import Merged, compare, fuller_first, leads_to, merge
from services.errors import DomainError, NotFound
from services.history import batches
from services.imports.undoing import preview_undo_edit, undo, undo_edit
from services.work import reading, writing
from tests import builders as b
from tests.services.duplicates import scene
from tests.services.tables.conftest import actor
from tests.snapshots import everything

MANAGER = actor(Role.MANAGER)
TOLD = {"change", "import_batch", "hidden_value", "duplicate_pair", "audit_event"}


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)):
        yield


def made(build: Callable[[Session], tuple[Any, Any]]) -> tuple[int, int]:
    with writing(MANAGER) as session:
        kept, lost = build(session)
        return kept.id, lost.id


def merged(kind: Any, kept: int, lost: int, **choices: Side) -> Merged:
    """Merge as the page does: what is proposed, but for `choices`."""
    with writing(MANAGER) as session:
        seen = compare(session, MANAGER, kind, kept, lost)
        proposed = {one.key: one.proposed for one in seen.differences} | choices
        return merge(session, MANAGER, kind, kept, lost, seen.seen, proposed)


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    return everything({"version", "built_at"}, TOLD)


def batch_ids() -> list[int]:
    with reading() as session:
        return [batch.id or 0 for batch in session.scalars(select(ImportBatch).order_by(col(ImportBatch.id)))]


@pytest.mark.parametrize(
    ("kind", "build"), [("person", scene.two_people), ("company", scene.two_companies)], ids=["people", "companies"]
)
def test_a_merge_taken_back_leaves_everything_as_it_was(database: str, kind: Any, build: Any) -> None:
    kept, lost = made(build)
    before = snapshot()
    done = merged(kind, kept, lost)
    as_one = snapshot()
    assert as_one != before
    with writing(MANAGER) as session:
        assert undo_edit(session, MANAGER, done.batch_id).kept == ()
    assert snapshot() == before
    again = batch_ids()[-1]
    with writing(MANAGER) as session:
        undo_edit(session, MANAGER, again)
    assert snapshot() == as_one
    with reading() as session:
        assert [line.may_undo for line in batches.edit_batches(session, MANAGER).lines] == [False, False, True]
    with writing(MANAGER) as session:
        undo_edit(session, MANAGER, done.batch_id)
    assert snapshot() == before


def test_nothing_refers_to_the_one_that_went(database: str) -> None:
    kept, lost = made(scene.two_people)
    merged("person", kept, lost)
    with reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "person" for key in column.foreign_keys):
                    assert session.execute(select(column).where(column == lost)).first() is None
        assert session.scalars(select(Remark)).one().entity_id == kept


def test_everything_that_refers_to_people_and_companies_is_a_record(database: str) -> None:
    """What is none would neither go over nor come back, but for what services.messaging.following knows of."""
    records = {mapper.class_.__tablename__ for mapper in Base._sa_registry.mappers if issubclass(mapper.class_, Record)}
    referring = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("person", "company")
    }
    assert referring - records == {"delivery", "notice"}


def test_what_both_have_becomes_one_and_is_told(database: str) -> None:
    kept, lost = made(scene.two_people)
    with reading() as session:
        told = compare(session, MANAGER, "person", kept, lost)
    assert told.moved == (
        "1 место работы", "1 членство", "1 участие в мероприятии", "1 документ", "1 место в комитете",
        "1 заявка в комитет", "1 выступление", "1 место проведения", "1 учётная запись",
    )  # fmt: skip
    assert told.joined == (
        "1 место работы", "1 участие в мероприятии", "1 дата поступления документа", "1 место в комитете",
        "1 карточка спикера", "1 выступление", "1 значение своего поля",
    )  # fmt: skip
    assert any("останется более ранняя дата — 2023" in note for note in told.notes)
    merged("person", kept, lost)
    with reading() as session:
        person = session.get_one(Person, kept)
        assert (person.name, person.email) == ("Синицын Пётр Ильич", "p@example.org, sinitsyn@example.org")
        assert (person.passport, person.inn, person.do_not_disturb) == ("4509 123456", "500100732259", True)
        jobs = session.scalars(select(Employment).order_by(col(Employment.id))).all()
        assert [(job.position, job.is_contact) for job in jobs] == [("главный инженер", True), ("советник", False)]
        parts = session.scalars(select(Participation).order_by(col(Participation.id))).all()
        assert [part.status for part in parts] == ["attended", "invited"]


def test_memberships_follow_one_another_or_are_refused(database: str) -> None:
    kept, lost = made(scene.two_companies)
    with reading() as session:
        notes = compare(session, MANAGER, "company", kept, lost).notes
    assert "Членство было у обеих записей: сроки собраны в одной строке реестра." in notes
    with writing(MANAGER) as session:
        ids = []
        for day in (dt.date(2026, 1, 1), dt.date(2026, 6, 1)):
            company = b.create_company(session)
            b.create_membership(session, company, starts_on=day, ends_on=day.replace(year=2027))
            ids.append(company.id or 0)
    with pytest.raises(DomainError, match="сроки их членства пересекаются"):
        merged("company", *ids)


def test_two_log_ins_in_use_are_refused(database: str) -> None:
    with writing(MANAGER) as session:
        one, two = b.create_person(session), b.create_person(session)
        b.create_account(session, Role.MEMBER, "one", person=one)
        b.create_account(session, Role.MEMBER, "two", person=two, active=False)
        first, second = one.id or 0, two.id or 0
    with pytest.raises(DomainError, match="У обеих записей есть учётная запись"):
        merged("person", second, first)
    assert merged("person", first, second).notes == ("Отключённая учётная запись «two» останется без карточки.",)


def test_the_second_of_two_who_merge_is_told_who_did(database: str) -> None:
    kept, lost = made(scene.two_people)
    with reading() as session:
        seen = compare(session, MANAGER, "person", kept, lost).seen
    merged("person", kept, lost)
    with (
        pytest.raises(NotFound, match=r"Эти записи уже объединил\(а\) .* 01.03.2026 в 12:30"),
        writing(MANAGER) as work,
    ):
        merge(work, MANAGER, "person", lost, kept, seen[::-1], {})


def test_of_two_who_merge_at_once_one_is_told(database: str) -> None:
    kept, lost = made(scene.two_companies)
    with reading() as session:
        seen = compare(session, MANAGER, "company", kept, lost).seen

    def merge_now(_: int) -> str:
        try:
            with writing(MANAGER) as session:
                merge(session, MANAGER, "company", kept, lost, seen, {})
        except DomainError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(merge_now, range(2)))
    assert first == ""
    assert second.startswith("Эти записи уже объединил(а) система")


def test_a_record_changed_since_it_was_compared_is_not_merged(database: str) -> None:
    kept, lost = made(scene.two_people)
    with reading() as session:
        seen = compare(session, MANAGER, "person", kept, lost).seen
    with writing(MANAGER) as session:
        session.get_one(Person, lost).city = "Псков"
    with pytest.raises(DomainError, match="одну из записей изменили"), writing(MANAGER) as session:
        merge(session, MANAGER, "person", kept, lost, seen, {})


def test_what_was_edited_since_stays_and_is_listed(database: str) -> None:
    kept, lost = made(scene.two_people)
    done = merged("person", kept, lost)
    with writing(MANAGER) as session:
        session.get_one(Person, kept).email = "new@example.org"
    with writing(MANAGER) as session:
        (told,) = undo_edit(session, MANAGER, done.batch_id).kept
    assert (told.field, told.reason, told.now) == ("Эл. почта", "Значение с тех пор изменили.", "new@example.org")
    with reading() as session:
        assert session.get_one(Person, kept).email == "new@example.org"
        assert session.get_one(Person, lost).email == "sinitsyn@example.org"


def test_a_tie_moved_on_since_stays_and_is_named(database: str) -> None:
    kept, lost = made(scene.two_people)
    done = merged("person", kept, lost)
    with writing(MANAGER) as session:
        other = b.create_person(session).id or 0
        session.scalars(select(Venue)).one().contact_id = other
    with writing(MANAGER) as session:
        (told,) = undo_edit(session, MANAGER, done.batch_id).kept
    assert (told.name, told.field, told.now, told.wanted) == (
        "Зал", "Контактное лицо", f"запись № {other}", f"запись № {lost}",
    )  # fmt: skip


def test_the_old_number_leads_on_until_the_merge_is_taken_back(database: str) -> None:
    with writing(MANAGER) as session:
        one, two, three = (b.create_person(session).id or 0 for _ in range(3))
    merged("person", two, one)
    last = merged("person", three, two)
    with reading() as session:
        assert leads_to(session, MANAGER, Party("person", one)) == Party("person", three)
        assert leads_to(session, MANAGER, Party("company", one)) is None
    with writing(MANAGER) as session:
        undo_edit(session, MANAGER, last.batch_id)
    with reading() as session:
        assert leads_to(session, MANAGER, Party("person", one)) == Party("person", two)
        assert leads_to(session, MANAGER, Party("person", two)) is None


def test_a_merge_is_listed_apart_from_loads(database: str) -> None:
    kept, lost = made(scene.two_people)
    done = merged("person", kept, lost)
    with reading() as session:
        (line,) = batches.edit_batches(session, MANAGER).lines
        assert (line.id, line.kind, line.title) == (done.batch_id, BatchKind.MERGE, "Объединение: Синицын П.")
        assert preview_undo_edit(session, MANAGER, done.batch_id).batch_id is None
    with pytest.raises(NotFound, match="Такой загрузки нет"), writing(MANAGER) as session:
        undo(session, MANAGER, done.batch_id)


def test_the_fuller_one_is_proposed_to_stay(database: str) -> None:
    with writing(MANAGER) as session:
        bare, full = b.create_company(session).id or 0, b.create_company(session, inn="7707083893").id or 0
        assert fuller_first(session, MANAGER, "company", bare, full) == (full, bare)


def test_an_inn_of_a_third_company_is_refused(database: str) -> None:
    with writing(MANAGER) as session:
        b.create_company(session, inn="7707083893", kpp="770701001")
        one = b.create_company(session, inn="7707083893").id or 0
        two = b.create_company(session, kpp="770701001").id or 0
    with pytest.raises(DomainError, match="уже у третьей записи"):
        merged("company", one, two)
    assert merged("company", one, two, kpp="kept").kept == Party("company", one)
    with reading() as session:
        assert session.get(Company, two) is None
