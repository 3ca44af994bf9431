"""Messages as the sender leaves them: a delivery that has left, with the token of its personal link; notices."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models import Company, Delivery, Event, Mailing, MailingKind, MailingState, Notice, Person, Purpose
from services import clock
from services.messaging import links

KINDS = {
    MailingKind.INVITATION: Purpose.INVITATION,
    MailingKind.ASSOCIATION: Purpose.INVITATION,
    MailingKind.MESSAGE: Purpose.SERVICE,
}


def create_mailing(
    session: Session, kind: MailingKind = MailingKind.MESSAGE, event: Event | None = None, **fields: Any
) -> Mailing:
    """A mailing that is over."""
    values = {
        "name": "Выдуманная рассылка", "purpose": KINDS.get(kind, Purpose.SERVICE).value, "subject": "Тема",
        "text": "{{ обращение }}! Новости.", "state": MailingState.DONE.value, "event_id": event.id if event else None,
    }  # fmt: skip
    mailing = Mailing(kind=kind.value, **(values | fields))
    session.add(mailing)
    session.flush()
    return mailing


def create_delivery(session: Session, party: Person | Company, mailing: Mailing, **fields: Any) -> Delivery:
    """A letter of a mailing that has left."""
    values: dict[str, Any] = {"channel": "email", "state": "sent", "address": "box@example.ru", "sent_at": clock.now()}
    delivery = Delivery(mailing_id=mailing.id, **_tie(party), **(values | fields))
    session.add(delivery)
    session.flush()
    return delivery


def create_queue(
    session: Session, people: Sequence[Person], *, mailing: dict[str, Any] | None = None, **fields: Any
) -> Mailing:
    """A confirmed mailing whose letters wait to be sent, one for each of the people, by e-mail unless told."""
    made = create_mailing(session, **(mailing or {}), state=MailingState.CONFIRMED.value)
    since = clock.now() - dt.timedelta(minutes=1)
    waiting = {"state": "queued", "sent_at": None, "not_before": since} | fields
    for person in people:
        create_delivery(session, person, made, **({"address": person.email} | waiting))
    return made


def sent(
    session: Session, party: Person | Company, kind: MailingKind = MailingKind.MESSAGE, event: Event | None = None,
    *, at: dt.datetime | None = None, channel: str = "email", **fields: Any,
) -> str:  # fmt: skip
    """A letter of a mailing of its own that left at `at`; the token of its links."""
    made = links.make()
    mailing = create_mailing(session, kind, event, **fields)
    create_delivery(session, party, mailing, channel=channel, token_hash=made.hash, sent_at=at or clock.now())
    return made.token


def create_notice(session: Session, party: Person | Company, subject: str = "Тема", **fields: Any) -> Notice:
    """A notice in the cabinet, not read yet."""
    values = {"purpose": Purpose.SERVICE.value, "text": "Текст уведомления."} | fields
    notice = Notice(subject=subject, **_tie(party), **values)
    session.add(notice)
    session.flush()
    return notice


def _tie(party: Person | Company) -> dict[str, Any]:
    return {"person_id" if isinstance(party, Person) else "company_id": party.id}
