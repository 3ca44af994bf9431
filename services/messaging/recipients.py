"""The recipients of a mailing, one line a message."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models import Channel, Company, Delivery, DeliveryState as State, Person, WhyNot
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party
from services.errors import InvalidInput
from services.messaging.samples import name_of_recipient, party_named
from services.messaging.words import CHANNEL_TITLES, DELIVERY_TITLES, WHY_NOT_TITLES
from services.values import fold

PAGE = 50
SORTED = 5_000
"""So many are listed by name; more in the order they were chosen, which takes no sorting."""


@dataclass(frozen=True)
class Recipient:
    """One delivery: to whom, by what, where it has got to. `detail` is what the server said, or which token is empty.

    `address` is the e-mail or the phone; «» for the cabinet. `may_decide`: failed or unknown, a person decides.
    """

    delivery_id: int
    name: str
    party: Party
    channel: Channel
    channel_title: str
    address: str
    state: State
    state_title: str
    reason: WhyNot | None
    reason_title: str
    detail: str
    sent_at: dt.datetime | None
    may_decide: bool


@dataclass(frozen=True)
class Recipients:
    """A page of them: its number from 0, of all pages, of all found."""

    lines: tuple[Recipient, ...]
    page: int
    pages: int
    total: int


@requires(Permission.MESSAGES_SEND)
def recipients(
    session: Session,
    _actor: Actor,
    mailing_id: int,
    state: str = "",
    reason: str = "",
    search: str = "",
    page: int = 0,
) -> Recipients:
    """The deliveries of a mailing in a `DeliveryState`, with a `WhyNot`, to whom the name holds `search`.

    By name, or in the order they were chosen where they are more than `SORTED`.
    """
    wanted = _wanted(mailing_id, state, reason, search)
    total = session.scalar(select(func.count()).select_from(Delivery).where(*wanted)) or 0
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    lines = select(Delivery, name_of_recipient()).outerjoin(Person, col(Person.id) == col(Delivery.person_id))
    lines = lines.outerjoin(Company, col(Company.id) == col(Delivery.company_id))
    if total <= SORTED:
        by_name = func.coalesce(col(Person.name_key), col(Company.name_key))
        lines = lines.where(*wanted).order_by(by_name, col(Delivery.id)).limit(PAGE).offset(page * PAGE)
    else:
        # Their numbers first: the database would join all of them before it takes a page.
        numbers = select(col(Delivery.id)).where(*wanted).order_by(col(Delivery.id)).limit(PAGE).offset(page * PAGE)
        lines = lines.where(col(Delivery.id).in_(numbers)).order_by(col(Delivery.id))
    found = session.execute(lines)
    return Recipients(tuple(_recipient(one, name) for one, name in found), page, pages, total)


def _wanted(mailing_id: int, state: str, reason: str, search: str) -> list[Any]:
    if (state and state not in set(State)) or (reason and reason not in set(WhyNot)):
        raise InvalidInput("Такого отбора получателей нет.")
    wanted: list[Any] = [col(Delivery.mailing_id) == mailing_id]
    if state:
        wanted.append(col(Delivery.state) == state)
    if reason:
        wanted.append(col(Delivery.reason) == reason)
    for word in fold(search).split():
        people = select(col(Person.id)).where(col(Person.name_key).contains(word, autoescape=True))
        companies = select(col(Company.id)).where(col(Company.name_key).contains(word, autoescape=True))
        wanted.append(or_(col(Delivery.person_id).in_(people), col(Delivery.company_id).in_(companies)))
    return wanted


def _recipient(one: Delivery, name: str) -> Recipient:
    channel, state = Channel(one.channel), State(one.state)
    reason = WhyNot(one.reason) if one.reason else None
    return Recipient(
        delivery_id=one.id or 0,
        name=name,
        party=party_named(one.person_id, one.company_id),
        channel=channel,
        channel_title=CHANNEL_TITLES[channel],
        address=one.address or "",
        state=state,
        state_title=DELIVERY_TITLES[state],
        reason=reason,
        reason_title=WHY_NOT_TITLES[reason] if reason else "",
        detail=one.detail or "",
        sent_at=one.sent_at,
        may_decide=state in (State.FAILED, State.UNKNOWN),
    )
