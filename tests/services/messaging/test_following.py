"""Messages of people and companies that are merged, deleted, or taken back with the load that brought them."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from models import Channel, Consent, Delivery, DeliveryState, Notice, OptOut, Person, Purpose, WhyNot
from services import clock
from services.access.permissions import SYSTEM
from services.directory.parties import Party
from services.duplicates.merging import compare, merge
from services.errors import DomainError
from services.imports.undoing import undo_edit
from services.tables.creating import delete_row
from services.work import reading, writing
from tests.builders import create_person
from tests.outbox import create_delivery, create_mailing
from tests.services.messaging.test_gateway import planned
from tests.snapshots import everything


def state() -> dict[str, list[tuple[Any, ...]]]:
    told = {"change", "import_batch", "hidden_value", "duplicate_pair", "audit_event"}
    return everything({"version", "built_at"}, told)


def merged(kept: int, lost: int) -> int:
    with writing(SYSTEM) as session:
        seen = compare(session, SYSTEM, "person", kept, lost)
        chosen = {one.key: one.proposed for one in seen.differences}
        return merge(session, SYSTEM, "person", kept, lost, seen.seen, chosen).batch_id


def undone(batch: int) -> int:
    with writing(SYSTEM) as session:
        done = undo_edit(session, SYSTEM, batch)
        assert done.kept == ()
        assert done.batch_id is not None
        return done.batch_id


def told() -> list[tuple[Any, ...]]:
    with reading() as session:
        query = select(col(Delivery.person_id), col(Delivery.state), col(Delivery.mailing_id)).order_by(
            col(Delivery.id)
        )
        return [tuple(row) for row in session.execute(query)]


@pytest.fixture
def pair(session: Session) -> tuple[int, int]:
    """Two records of one person: messages of one mailing to both, and of another to each."""
    anna, twin = (create_person(session, "Выдумкина", "Анна", "Петровна") for _ in range(2))
    common, own, others = (create_mailing(session, subject=f"Тема {number}") for number in range(3))
    create_delivery(session, common, anna, state=DeliveryState.EXCLUDED, reason=WhyNot.NO_ADDRESS.value)
    carrier = create_delivery(
        session, common, twin, state=DeliveryState.SENT, sent_at=clock.now(), address="a@b.test", token_hash="ab" * 32
    )
    both = [create_delivery(session, common, one, Channel.CABINET, DeliveryState.SENT) for one in (anna, twin)]
    create_delivery(session, own, anna, state=DeliveryState.SENT)
    create_delivery(session, others, twin, state=DeliveryState.QUEUED, once_key="k")
    third = create_person(session)
    create_delivery(session, common, third, state=DeliveryState.SENT, carrier_id=carrier.id)
    for one, person in zip(both, (anna, twin), strict=True):
        session.add(Notice(delivery_id=one.id, person_id=person.id, purpose="service", subject="Т", text="т"))
    session.commit()
    return anna.id or 0, twin.id or 0


def test_messages_follow_a_merge_and_come_back_with_its_undo(session: Session, pair: tuple[int, int]) -> None:
    kept, lost = pair
    before = state()
    batch = merged(kept, lost)
    after = state()
    assert [kind for person, kind, _ in told() if person == kept] == ["sent", "sent", "sent", "queued"]
    assert lost not in {person for person, *_ in told()}
    with reading() as other:
        notices = other.scalars(select(Notice).order_by(col(Notice.id))).all()
        assert [(one.person_id, one.delivery_id is None) for one in notices] == [(kept, False), (kept, True)]
    back = undone(batch)
    assert state() == before
    again = undone(back)
    assert state() == after
    undone(again)
    assert state() == before


def test_an_opt_out_of_either_holds_for_the_one_that_stays(session: Session) -> None:
    anna, twin = (create_person(session, "Выдумкина", "Анна", email="a@b.test") for _ in range(2))
    for person, purpose in ((anna, "service"), (twin, "service"), (twin, "invitation")):
        session.add(OptOut(person_id=person.id, purpose=purpose, channel="email"))
    session.commit()
    before = state()
    batch = merged(anna.id or 0, twin.id or 0)
    with reading() as other:
        kept = [(one.person_id, one.purpose) for one in other.scalars(select(OptOut).order_by(col(OptOut.purpose)))]
    assert kept == [(anna.id, "invitation"), (anna.id, "service")]
    undone(batch)
    assert state() == before


def test_of_two_words_about_advertising_the_later_holds(session: Session) -> None:
    anna, twin, olga = (create_person(session, "Выдумкина", email=f"{n}@b.test") for n in ("a", "b", "c"))
    march, april = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (3, 4))
    advertising = Purpose.ADVERTISING.value
    session.add(Consent(person_id=anna.id, purpose=advertising, given_at=march))
    session.add(Consent(person_id=twin.id, purpose=advertising, given_at=march, withdrawn_at=april))
    session.add(Consent(person_id=olga.id, purpose=advertising, given_at=march, withdrawn_at=march))
    session.add(Consent(person_id=olga.id, purpose=advertising, given_at=april))
    session.commit()
    merged(anna.id or 0, twin.id or 0)
    mailing = create_mailing(session, purpose=advertising)
    assert planned(session, mailing) == {anna.id: WhyNot.NO_CONSENT, olga.id: "c@b.test"}


def test_whoever_was_written_to_is_not_deleted(session: Session) -> None:
    anna = create_person(session)
    create_delivery(session, create_mailing(session), anna, state=DeliveryState.SENT)
    session.commit()
    with pytest.raises(DomainError, match=r"связаны: 1 сообщение"), writing(SYSTEM) as other:
        delete_row(other, SYSTEM, "people", anna.id or 0)
    assert Party("person", anna.id or 0).model is Person
