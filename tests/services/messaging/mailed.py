"""Scenes of the tests of mailings: who sends, and a mailing taken as far as a test wants it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models import Mailing, MailingKind, Role
from services.access.permissions import PERMISSIONS, Actor
from services.directory.parties import Party
from services.messaging import approving, audiences, mailings, reviewing
from services.messaging.approving import Confirmed
from services.messaging.audiences import Audience
from services.messaging.mailing_views import MailingView, Review, mailing as view_of, review as review_of
from services.work import reading, writing
from tests import builders as b

MANAGER = Actor(None, "Менеджер", PERMISSIONS[Role.MANAGER], Role.MANAGER)
NOON = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
"""In Moscow."""
SUBJECT, TEXT = "Собрание", "{{ обращение }}! Ждём вас на собрании."


def draft(audience: Audience, actor: Actor = MANAGER, kind: MailingKind = MailingKind.MESSAGE, **fields: Any) -> int:
    """A draft of a short message; `fields` as `mailings.edit` takes them, and `event_id`."""
    with writing(actor) as session:
        number = mailings.create(session, actor, kind, audience, event_id=fields.get("event_id"))
        written = {
            "name": "Собрание членов", "subject": SUBJECT, "text": TEXT, "channels": ["cabinet", "email"],
            "purpose": "service",
        }  # fmt: skip
        mailings.edit(session, actor, number, version(session, number), **{**written, **fields})
    return number


def version(session: Any, number: int) -> int:
    """The version the screen would have seen."""
    return int(session.get_one(Mailing, number).version)


def prepared(audience: Audience, actor: Actor = MANAGER, **fields: Any) -> int:
    """The same with its recipients frozen."""
    number = draft(audience, actor, **fields)
    prepare(number, actor)
    return number


def prepare(number: int, actor: Actor = MANAGER) -> None:
    """Freeze the recipients."""
    with writing(actor) as session:
        reviewing.prepare(session, actor, number, version(session, number))


def confirm(number: int, actor: Actor = MANAGER, **more: Any) -> Confirmed:
    """Confirm what was reviewed."""
    with writing(actor) as session:
        return approving.confirm(session, actor, number, version(session, number), **more)


def review(number: int, actor: Actor = MANAGER, **more: Any) -> Review:
    """The review as the screen shows it."""
    with reading() as session:
        return review_of(session, actor, number, **more)


def view(number: int, actor: Actor = MANAGER) -> MailingView:
    """The mailing as the screen shows it."""
    with reading() as session:
        return view_of(session, actor, number)


def left_out(shown: Review) -> dict[str, tuple[str, ...]]:
    """Names of those who get nothing, by reason."""
    return {one.reason.value: tuple(named.name for named in one.names) for one in shown.excluded}


def left_out_by(shown: Review, channel: str) -> dict[str, Sequence[str]]:
    """Names of those who get nothing by a channel, by reason."""
    (one,) = (one for one in shown.by_channel if one.channel == channel)
    return {why.reason.value: tuple(named.name for named in why.names) for why in one.excluded}


def people(session: Session, *names: str) -> audiences.Audience:
    """An audience of new people of these names, each with an address."""
    made = [b.create_person(session, name, email=f"{place}@example.ru") for place, name in enumerate(names)]
    session.commit()
    return audiences.of_parties(Party("person", one.id or 0) for one in made)


def states(number: int) -> dict[tuple[str, str], int]:
    """How many messages are in each state, by channel and state."""
    return {(line.channel.value, line.state.value): line.count for line in view(number).counts}
