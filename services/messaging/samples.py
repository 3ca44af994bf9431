"""How a mailing will look for one recipient, by every channel; its links lead nowhere."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models import Channel, Company, Delivery, DeliveryState, Mailing, Person, PurposePolicy
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party
from services.history.statements import table_of
from services.messaging import tokens
from services.messaging.mailing_records import channels_of, text_kind
from services.messaging.rendering import SAMPLE_LINKS, Item, Rendered, Unrenderable, compile_text, contexts, render
from services.messaging.words import CHANNEL_TITLES
from services.tables.declared.expressions import full_name


@dataclass(frozen=True)
class Sample:
    """The message as it will look by one channel. `html` is «» for the cabinet and SMS, `subject` for SMS.

    `problem` says why it cannot be put together for this recipient; the texts are empty then.
    """

    channel: Channel
    title: str
    subject: str
    text: str
    html: str
    problem: str = ""


@requires(Permission.MESSAGES_SEND)
def samples_for(session: Session, actor: Actor, mailing: Mailing, whom: Party) -> tuple[Sample, ...]:
    """The message as it will look for a recipient by each channel; its links lead nowhere in particular.

    Amounts are hidden from an actor who may not see them.
    """
    compiled = compile_text(mailing.subject, mailing.text, mailing.html, text_kind(mailing))
    made = []
    for channel in channels_of(mailing):
        shared = channel is Channel.EMAIL and mailing.one_letter and _is_shared(session, mailing, whom)
        item = Item(whom, mailing.event_id, links=sample_links(session, mailing, shared=shared), shared=shared)
        (context,) = contexts(session, [item], compiled.used, with_sums=actor.may(Permission.MONEY_READ))
        try:
            shown = render(compiled, context, footer=channel is Channel.EMAIL)
        except Unrenderable as error:
            made.append(Sample(channel, CHANNEL_TITLES[channel], "", "", "", str(error)))
            continue
        made.append(_sample(channel, shown))
    return tuple(made)


def sample_links(session: Session, mailing: Mailing, *, shared: bool = False) -> dict[str, str]:
    """Links that look like real ones and lead nowhere; unsubscribing only from what one can unsubscribe from.

    A letter shared by several holds no others.
    """
    respects = select(col(PurposePolicy.respects_opt_out)).where(col(PurposePolicy.code) == mailing.purpose)
    optional = bool(session.connection().execute(respects).scalar())
    return {
        name: address
        for name, address in SAMPLE_LINKS.items()
        if (optional if name == tokens.UNSUBSCRIBE else not shared)
    }


def name_of_recipient() -> ColumnElement[str]:
    """ФИО or the name of the company, of a delivery joined with both."""
    return func.coalesce(full_name(table_of(Person)), col(Company.name))


def party_named(person_id: int | None, company_id: int | None) -> Party:
    """The party of a row with both references."""
    return Party("person", person_id) if person_id is not None else Party("company", company_id or 0)


def first_who_receives(session: Session, mailing: Mailing) -> Party | None:
    """The first who gets something; nobody before the recipients are frozen."""
    d = table_of(Delivery).c
    gets = select(func.min(d.id)).where(d.mailing_id == mailing.id, d.state != DeliveryState.EXCLUDED.value)
    one = session.connection().execute(select(d.person_id, d.company_id).where(d.id == gets.scalar_subquery())).first()
    return party_named(*one) if one else None


def _is_shared(session: Session, mailing: Mailing, whom: Party) -> bool:
    """Whether the recipient's letter is one for several."""
    d = table_of(Delivery)
    own = select(d.c.id, d.c.carrier_id).where(
        d.c.mailing_id == mailing.id, d.c[whom.column] == whom.id, d.c.channel == Channel.EMAIL.value
    )
    letter = session.connection().execute(own).first()
    if letter is None or letter.carrier_id is not None:
        return letter is not None
    followers = select(func.count()).where(d.c.carrier_id == letter.id)
    return session.connection().execute(followers).scalar_one() > 0


def _sample(channel: Channel, shown: Rendered) -> Sample:
    title = CHANNEL_TITLES[channel]
    if channel is Channel.EMAIL:
        return Sample(channel, title, shown.subject, shown.text, shown.html)
    return Sample(channel, title, "" if channel is Channel.SMS else shown.subject, shown.text, "")
