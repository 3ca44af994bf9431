"""The review of a mailing whose recipients are frozen: how many get it, who does not and why, how it will look."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from models import Channel, Company, Delivery, DeliveryState, Mailing, MailingState, Person, WhyNot
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.errors import DomainError
from services.history.statements import table_of
from services.messaging import approving, outbox
from services.messaging.mailing_records import ALREADY, channels_of, found
from services.messaging.samples import Sample, first_who_receives, name_of_recipient, party_named, samples_for
from services.messaging.words import CHANNEL_TITLES, WHY_NOT_TITLES
from services.settings import settings
from services.values.cleaned import counted

NAMED = 20
"""So many of those excluded for one reason are named in a review."""


@dataclass(frozen=True)
class Named:
    """A recipient: «Выдумкин Пётр Ильич» and the card the name leads to."""

    name: str
    party: Party


@dataclass(frozen=True)
class Excluded:
    """So many get nothing for one reason; `names` are the first `NAMED` of them."""

    reason: WhyNot
    title: str
    count: int
    names: tuple[Named, ...]


@dataclass(frozen=True)
class ChannelCount:
    """How many get the message by one channel, and how many of the chosen do not, by reason."""

    channel: Channel
    title: str
    receive: int
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True)
class Review:
    """A mailing before it leaves: `chosen` recipients, of whom `receive` get something by some channel.

    Those who get nothing by any channel stand in `excluded` (their counts add up to chosen − receive). `letters` is how
    many e-mails leave: fewer than recipients where one letter is for all behind an address. `typed`: the number has to
    be typed. `approval`: a second person approves. `faults` are sentences why it cannot be sent as it is; `notes` are
    worth a look. `samples` are for `sample_for`; empty when nobody receives.
    """

    id: int
    version: int
    state: MailingState
    chosen: int
    receive: int
    letters: int
    by_channel: tuple[ChannelCount, ...]
    excluded: tuple[Excluded, ...]
    samples: tuple[Sample, ...]
    sample_for: Named | None
    typed: bool
    approval: bool
    faults: tuple[str, ...]
    notes: tuple[str, ...]


@requires(Permission.MESSAGES_SEND)
def review(session: Session, actor: Actor, mailing_id: int, sample_of: Party | None = None) -> Review:
    """What a prepared mailing will do; its sample is for the first who receives, or for `sample_of`.

    Raises `DomainError` for one whose recipients are not frozen yet.
    """
    mailing = found(session, mailing_id)
    if mailing.chosen is None or mailing.receive is None:
        raise DomainError(ALREADY[MailingState.DRAFT])
    by_channel = _by_channel(session, mailing, mailing.chosen)
    whom = sample_of or first_who_receives(session, mailing)
    letters = _letters(session, mailing, by_channel)
    return Review(
        id=mailing_id,
        version=mailing.version,
        state=MailingState(mailing.state),
        chosen=mailing.chosen,
        receive=mailing.receive,
        letters=letters,
        by_channel=by_channel,
        excluded=_excluded(session, mailing),
        samples=samples_for(session, actor, mailing, whom) if whom else (),
        sample_for=Named(party_record(session, whom).name, whom) if whom else None,
        typed=mailing.receive > settings().typed_from,
        approval=mailing.receive > settings().approval_from,
        faults=approving.faults(session, mailing),
        notes=_notes(session, mailing, by_channel, letters),
    )


def _by_channel(session: Session, mailing: Mailing, chosen: int) -> tuple[ChannelCount, ...]:
    """By each channel: there is a row for everybody chosen, so who is not left out receives."""
    d = table_of(Delivery).c
    left_out = and_(d.mailing_id == mailing.id, d.state == DeliveryState.EXCLUDED.value)
    tally = select(d.channel, d.reason, func.count()).where(left_out).group_by(d.channel, d.reason)
    counts = {(channel, reason): count for channel, reason, count in session.connection().execute(tally)}
    named = _names(session, left_out) if counts else {}
    return tuple(
        ChannelCount(
            channel,
            CHANNEL_TITLES[channel],
            chosen - sum(count for (by, _), count in counts.items() if by == channel),
            tuple(
                Excluded(why, WHY_NOT_TITLES[why], counts[channel.value, why.value], named[channel.value, why.value])
                for why in WhyNot
                if (channel.value, why.value) in counts
            ),
        )
        for channel in channels_of(mailing)
    )


def _excluded(session: Session, mailing: Mailing) -> tuple[Excluded, ...]:
    """Those who get nothing at all, by the reason of the cabinet, which is among the channels of every mailing."""
    d, other = table_of(Delivery), table_of(Delivery).alias("other")
    gets = select(other.c.id).where(other.c.mailing_id == mailing.id, other.c.state != DeliveryState.EXCLUDED.value)
    nothing = and_(
        d.c.mailing_id == mailing.id,
        d.c.state == DeliveryState.EXCLUDED.value,
        d.c.channel == Channel.CABINET.value,
        ~gets.where(other.c.person_id == d.c.person_id).exists(),
        ~gets.where(other.c.company_id == d.c.company_id).exists(),
    )
    tally = select(d.c.reason, func.count()).where(nothing).group_by(d.c.reason)
    counts: dict[str, int] = dict(map(tuple, session.connection().execute(tally)))
    named = _names(session, nothing) if counts else {}
    return tuple(
        Excluded(why, WHY_NOT_TITLES[why], counts[why.value], named[Channel.CABINET.value, why.value])
        for why in WhyNot
        if why.value in counts
    )


def _names(session: Session, condition: ColumnElement[bool]) -> dict[tuple[str, str], tuple[Named, ...]]:
    """The first `NAMED` of those left out by channel and reason, in the order they were chosen."""
    d = table_of(Delivery).c
    place = func.row_number().over(partition_by=(d.channel, d.reason), order_by=d.id).label("place")
    left_out = select(d.id, d.channel, d.reason, d.person_id, d.company_id, place).where(condition).subquery()
    one = left_out.c
    first = (
        select(one.channel, one.reason, one.person_id, one.company_id, name_of_recipient())
        .outerjoin(Person, col(Person.id) == one.person_id)
        .outerjoin(Company, col(Company.id) == one.company_id)
        .where(one.place <= NAMED)
        .order_by(one.id)
    )
    found: dict[tuple[str, str], tuple[Named, ...]] = {}
    for channel, reason, person_id, company_id, name in session.connection().execute(first):
        told = Named(name, party_named(person_id, company_id))
        found[channel, reason] = (*found.get((channel, reason), ()), told)
    return found


def _letters(session: Session, mailing: Mailing, by_channel: tuple[ChannelCount, ...]) -> int:
    """How many e-mails leave: one for all who share it."""
    d = table_of(Delivery).c
    by_email = sum(one.receive for one in by_channel if one.channel is Channel.EMAIL)
    if not mailing.one_letter:
        return by_email
    sharing = select(func.count()).where(
        d.mailing_id == mailing.id, d.carrier_id.is_not(None), d.state != DeliveryState.EXCLUDED.value
    )
    return by_email - session.connection().execute(sharing).scalar_one()


def _notes(session: Session, mailing: Mailing, by_channel: tuple[ChannelCount, ...], letters: int) -> tuple[str, ...]:
    told = []
    by_email = next((one.receive for one in by_channel if one.channel is Channel.EMAIL), None)
    by_sms = any(one.receive for one in by_channel if one.channel is Channel.SMS)
    receive = mailing.receive or 0
    if by_email is not None and by_email < receive and not by_sms:
        only = counted(receive - by_email, "получатель увидит", "получателя увидят", "получателей увидят")
        told.append(f"Без письма: {only} сообщение только в личном кабинете.")
    if by_email and letters < by_email:
        told.append(f"Писем уйдёт {letters}: получатели с общим адресом получат одно письмо на всех.")
    if by_email and not settings().smtp_host:
        told.append("Почтовый сервер не настроен: письма будут ждать, пока его настроят.")
    if outbox.is_paused(session):
        told.append("Отправка приостановлена: сообщения уйдут, когда её возобновят.")
    return tuple(told)
