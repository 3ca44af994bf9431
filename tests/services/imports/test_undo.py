"""Taking a load back: everything as it was, except what somebody touched since; and doing it again."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    BatchState,
    Company,
    EventKind,
    ExtraField,
    ExtraValue,
    FieldOrigin,
    ImportBatch,
    Membership,
    Person,
    Remark,
    Role,
    Source,
    Venue,
)
from services import clock
from services.access.permissions import Actor
from services.errors import DomainError, NotAllowed, NotFound
from services.imports import undo_counts
from services.imports.undoing import Undone, preview_undo, undo
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import actor
from tests.snapshots import everything

MANAGER, DIRECTOR = actor(Role.MANAGER), actor(Role.DIRECTOR)


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)):
        yield


class Load:
    """A batch of source «Excel»: `with Load() as work:` writes in it, `.id` is its number."""

    def __init__(self) -> None:
        with writing(MANAGER) as work:
            batch = ImportBatch(state=BatchState.APPLIED.value, file_name="книга.xlsx", sha256="f" * 64)
            work.add(batch)
            work.flush()
            self.id = batch.id or 0
        self._work = writing(MANAGER, Source.EXCEL, batch_id=self.id)

    def __enter__(self) -> Session:
        return self._work.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._work.__exit__(*error)


def take_back(batch_id: int | None, by: Actor = DIRECTOR) -> Undone:
    """Undo; the preview must have said the same."""
    with reading() as session:
        planned = preview_undo(session, by, batch_id or 0)
    with writing(by, Source.EXCEL) as work:
        done = undo(work, by, batch_id or 0)
    assert (planned.batch_id, counts(planned), planned.kept) == (None, counts(done), done.kept)
    return done


def counts(undone: Undone) -> tuple[int, int, int, int]:
    return undone.values, sum(undone.removed.values()), sum(undone.restored.values()), len(undone.kept)


def got(session: Session, model: type[Any], number: int | None) -> Any:
    found = session.get(model, number)
    assert found is not None
    return found


def states() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(ImportBatch.state).order_by(col(ImportBatch.id))))  # type: ignore[call-overload]


def scene(session: Session) -> tuple[int, int, int, int]:
    """Somebody's base before the load: a person in a company with a membership, a venue."""
    company = b.create_company(session, "ООО «Старое имя»", inn="7707083893", kpp="770701001")
    person = b.create_person(session, "Старов", company=company, passport="4501 123456", birth_date="1980-02")
    membership = b.create_membership(session, company, fee_amount=Decimal("1500.50"), ends_on=dt.date(2026, 12, 31))
    venue = b.create_venue(session, contact_id=person.id)
    session.commit()
    return person.id or 0, company.id or 0, membership.id or 0, venue.id or 0


def a_load(person: int, company: int, membership: int, venue: int) -> Load:
    """Changes every record of the scene, creates others, ties old and new."""
    load = Load()
    with load as work:
        fresh = b.create_person(work, "Новичков", passport="4502 000001", inn="500100732259")
        other = b.create_company(work, "АО «Новое»")
        b.create_employment(work, fresh, got(work, Company, company))
        b.create_employment(work, got(work, Person, person), other, "советник")
        b.create_speaker(work, fresh, b.create_event(work))
        field = ExtraField(owner="person", label="Хобби")
        work.add(field)
        work.flush()
        work.add(ExtraValue(field_id=field.id or 0, person_id=person, value="шахматы"))
        old = got(work, Person, person)
        old.last_name, old.passport, old.birth_date, old.region = "Новов", "4501 654321", None, "Край"
        got(work, Company, company).name = "ООО «Новое имя»"
        line = got(work, Membership, membership)
        line.fee_amount, line.ends_on, line.paid_on = Decimal(9000), dt.date(2027, 12, 31), dt.date(2026, 1, 15)
        place = got(work, Venue, venue)
        place.contact_id, place.partner_id = fresh.id, other.id
        work.add(
            Remark(
                entity="Person", entity_id=person, field="inn", value="1", message="?", severity="warning",
                batch_id=load.id,
            )
        )  # fmt: skip
    return load


def test_everything_returns_and_is_done_again_and_returns(session: Session) -> None:
    before = everything() if scene_made(session) else {}
    load = a_load(1, 1, 1, 1)
    after = everything()
    assert before != after
    known = {"person": 1, "company": 1, "event": 1, "speaker": 1, "tie": 3, "field": 1}
    first = take_back(load.id)
    assert (first.values, first.removed, first.restored, first.kept) == (11, known, {}, ())
    assert everything() == before
    assert states() == ["undone", "applied"]
    second = take_back(first.batch_id)
    assert (second.values, second.removed, second.restored, second.kept) == (11, {}, known, ())
    assert everything() == after
    assert states() == ["applied", "undone", "applied"]
    third = take_back(load.id)
    assert counts(third) == (11, 8, 0, 0)
    assert everything() == before
    assert states() == ["undone", "undone", "undone", "applied"]
    fourth = take_back(third.batch_id)
    assert everything() == after
    assert counts(take_back(fourth.batch_id)) == (11, 8, 0, 0)
    assert everything() == before
    assert states() == ["undone", "undone", "undone", "undone", "undone", "applied"]


def scene_made(session: Session) -> bool:
    return scene(session) == (1, 1, 1, 1)


def test_the_new_batch_tells_of_itself_and_remarks_follow(session: Session) -> None:
    load = a_load(*scene(session))
    account = b.create_account(session, Role.DIRECTOR)
    session.commit()
    done = take_back(load.id, b.actor_of(account))
    with reading() as work:
        batch, of = got(work, ImportBatch, done.batch_id), got(work, ImportBatch, load.id)
        assert (batch.undo_of, batch.file_name, batch.sha256) == (load.id, "книга.xlsx", "f" * 64)
        assert (batch.state, batch.account_id, batch.applied_at) == ("applied", account.id, clock.now())
        assert json.loads(batch.report) == done.to_json() | {"kept": []}
        assert (of.state, of.undone_at) == ("undone", clock.now())
        assert work.scalars(select(Remark.settled_at)).all() == [clock.now()]  # type: ignore[call-overload]
    take_back(done.batch_id)
    with reading() as work:
        assert work.scalars(select(Remark.settled_at)).all() == [None]  # type: ignore[call-overload]
        assert got(work, ImportBatch, load.id).undone_at is None


def origin(number: int | None, field: str) -> tuple[str, int | None] | None:
    with reading() as work:
        found = work.get(FieldOrigin, ("Person", number, field))
        return (found.source, found.batch_id) if found else None


def test_a_returned_value_has_the_origin_it_had(session: Session) -> None:
    person = b.create_person(session, region="Край", phone="+79161234567")
    session.commit()
    with writing(MANAGER, Source.ONEC) as work:
        got(work, Person, person.id).phone = "+79161234568"
    with (first := Load()) as work:
        found = got(work, Person, person.id)
        found.region, found.phone = "Область", "+79161234569"
    with (second := Load()) as work:
        got(work, Person, person.id).region = "Республика"
    assert [origin(person.id, f) for f in ("region", "phone")] == [("excel", second.id), ("excel", first.id)]
    redone = take_back(take_back(second.id).batch_id)
    assert origin(person.id, "region") == ("excel", second.id)
    take_back(redone.batch_id)
    assert origin(person.id, "region") == ("excel", first.id)
    take_back(first.id)
    assert [origin(person.id, f) for f in ("*", "region", "phone")] == [("manual", None), None, ("1c", None)]


def test_a_number_moves_between_the_load_and_the_base(session: Session) -> None:
    person = b.create_person(session, inn="500100732259")
    session.commit()
    before = everything()
    with (load := Load()) as work:
        got(work, Person, person.id).inn = None
        work.flush()
        b.create_person(work, inn="500100732259")
    after = everything()
    done = take_back(load.id)
    assert (counts(done), everything() == before) == ((1, 1, 0, 0), True)
    assert (counts(take_back(done.batch_id)), everything() == after) == ((1, 0, 1, 0), True)


def test_records_are_counted_as_people_know_them(session: Session) -> None:
    old = b.create_person(session, "Старов")
    session.commit()
    with (load := Load()) as work:
        fresh = b.create_person(work, "Новичков")
        b.create_event(work, kind=EventKind.COURSE)
        field = ExtraField(owner="person", label="Хобби")
        work.add(field)
        work.flush()
        work.add(ExtraValue(field_id=field.id or 0, person_id=fresh.id, value="шахматы"))
        work.add(ExtraValue(field_id=field.id or 0, person_id=old.id, value="бег"))
        b.create_employment(work, fresh, b.create_company(work, "АО «Новое»"))
    done = take_back(load.id)
    assert (done.values, undo_counts.in_words(done.removed)) == (
        1,
        "1 физ. лицо, 1 юр. лицо, 1 курс, 1 связь, 1 новое поле",
    )


def test_values_that_swapped_places_return_together(session: Session) -> None:
    """Also along a ring of three; nobody else's number is touched."""
    numbers = ["500100732259", "526317984689", "770100000019"]
    people = [b.create_person(session, f"Людов{n}", inn=number).id for n, number in enumerate(numbers)]
    firms = [b.create_company(session, f"ООО «{n}»", inn=inn).id for n, inn in enumerate(["7707083893", "9900001116"])]
    session.commit()
    before = everything()
    with (load := Load()) as work:
        for model, ids in ((Person, people), (Company, firms)):
            held = [got(work, model, number).inn for number in ids]
            for inns in ([None] * len(ids), held[1:] + held[:1]):
                for number, inn in zip(ids, inns, strict=True):
                    got(work, model, number).inn = inn
                work.flush()
    after = everything()
    done = take_back(load.id)
    assert (counts(done), everything() == before) == ((5, 0, 0, 0), True)
    assert (counts(take_back(done.batch_id)), everything() == after) == ((5, 0, 0, 0), True)


def test_who_may_not_take_a_load_back_does_not_see_what_it_did(session: Session) -> None:
    membership = b.create_membership(session, b.create_company(session, "ООО «Взнос»"), fee_amount=Decimal(1500))
    session.commit()
    with (load := Load()) as work:
        got(work, Membership, membership.id).fee_amount = Decimal(9000)
    for job in (preview_undo, undo):
        with pytest.raises(DomainError, match="отменить её может тот, кому они доступны"), writing(MANAGER) as work:
            job(work, MANAGER, load.id)
    assert counts(take_back(load.id)) == (1, 0, 0, 0)


@pytest.mark.parametrize("state", [s for s in BatchState if s is not BatchState.APPLIED])
def test_only_an_applied_load_is_taken_back(session: Session, state: BatchState) -> None:
    session.add(ImportBatch(state=state.value, file_name="а.xlsx", sha256="0"))
    session.commit()
    sentence = "уже отменена" if state is BatchState.UNDONE else "которая применена"
    for job in (preview_undo, undo):
        with pytest.raises(DomainError, match=sentence), writing(MANAGER) as work:
            job(work, MANAGER, 1)


def test_a_load_that_is_not_there_and_somebody_who_may_not(database: str) -> None:
    with reading() as work:
        with pytest.raises(NotFound, match="Такой загрузки нет"):
            preview_undo(work, MANAGER, 404)
        for role in (Role.MEMBER, Role.ACCOUNTANT):
            with pytest.raises(NotAllowed):
                undo(work, actor(role), 404)
