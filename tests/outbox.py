"""Scenes of the outbox for tests: mailings that are confirmed, their deliveries in the queue."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models import (
    Channel,
    Company,
    Delivery,
    DeliveryState,
    Mailing,
    MailingKind,
    MailingState,
    Person,
    Purpose,
    TemplateKind,
)
from services import clock
from services.history import bulk
from services.history.statements import table_of


def create_mailing(session: Session, **fields: Any) -> Mailing:
    """A confirmed mailing; what a test does not care about is filled in."""
    mailing = Mailing(
        **{
            "kind": MailingKind.MESSAGE.value,
            "name": "Новости выдумщиков",
            "purpose": Purpose.SERVICE.value,
            "state": MailingState.CONFIRMED.value,
            "template_kind": TemplateKind.GENERAL.value,
            "subject": "Новости для {{ фио }}",
            "text": "{{ обращение }}!\n\nУ нас новости.",
            "channels": '["email"]',
        }
        | fields
    )
    session.add(mailing)
    session.flush()
    return mailing


def create_delivery(
    session: Session,
    mailing: Mailing,
    party: Person | Company,
    channel: Channel = Channel.EMAIL,
    state: DeliveryState = DeliveryState.QUEUED,
    **fields: Any,
) -> Delivery:
    """A message of the mailing to a person or a company, due since a minute."""
    tie = {"person_id": party.id} if isinstance(party, Person) else {"company_id": party.id}
    since = {"not_before": clock.now() - dt.timedelta(minutes=1)}
    known = {"mailing_id": mailing.id, "channel": channel.value, "state": state.value}
    delivery = Delivery(**(known | tie | since | fields))
    session.add(delivery)
    session.flush()
    return delivery


def create_queue(session: Session, count: int, **fields: Any) -> Mailing:
    """A mailing by e-mail to `count` people, `person1@example.test` and so on."""
    mailing = create_mailing(session, **fields)
    people = [
        {"last_name": f"Выдумкин{number}", "first_name": "Пётр", "middle_name": "Ильич",
         "email": f"person{number}@example.test"}
        for number in range(count)
    ]  # fmt: skip
    queue(session, mailing, bulk.insert(session, Person, people))
    return mailing


def queue(session: Session, mailing: Mailing, people: Sequence[int]) -> None:
    """Put letters of the mailing to these people into the queue."""
    rows = [
        {
            "mailing_id": mailing.id, "person_id": number, "channel": Channel.EMAIL.value, "attempts": 0,
            "state": DeliveryState.QUEUED.value, "created_at": clock.now(),
            "not_before": clock.now() - dt.timedelta(minutes=1),
        }
        for number in people
    ]  # fmt: skip
    session.connection().execute(insert(table_of(Delivery)), rows)
