"""Freezing the recipients of a mailing: who gets it by which channel, who does not and why. Nothing leaves here."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlmodel import Session, col

from models import Delivery, DeliveryState, Mailing, MailingState, Purpose, WhyNot
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind, Party
from services.errors import DomainError, InvalidInput
from services.history.statements import is_among
from services.messaging import audiences, gateway
from services.messaging.audiences import KINDS
from services.messaging.holes import Holes, hole
from services.messaging.mailing_records import channels_of, lacks_event, locked, text_kind
from services.messaging.mailings import DRAFT
from services.messaging.rendering import Compiled, Item, compile_text, contexts
from services.messaging.samples import sample_links
from services.messaging.start_set import PROMPT

CHUNK = 2_000
"""Recipients whose texts are looked at together."""
NO_EVENT = "Текст говорит о мероприятии, а оно не выбрано. Выберите мероприятие."
UNWRITTEN = "Текст ещё не написан: замените подсказку своим сообщением."
UNCONFIRMED = (MailingState.REVIEW, MailingState.APPROVAL)


@requires(Permission.MESSAGES_SEND)
def prepare(session: Session, actor: Actor, mailing_id: int, seen: int) -> None:
    """Freeze the recipients of a draft: DRAFT → REVIEW. An audience of nobody can be prepared, and never be sent.

    Raises `DomainError` for a stale version, and for texts that nobody could get.
    """
    mailing = locked(session, mailing_id, DRAFT, seen)
    compiled = compile_text(mailing.subject, mailing.text, mailing.html, text_kind(mailing))
    if lacks_event(mailing):
        raise InvalidInput(NO_EVENT, {"event_id": "Выберите мероприятие."})
    if PROMPT in mailing.text:
        raise InvalidInput(UNWRITTEN, {"text": "Напишите текст."})
    chosen = audiences.select_parties(session, actor, audiences.parse(mailing.audience))
    mailing.chosen = sum(
        _plan(session, mailing, kind, parties) for kind in KINDS if (parties := chosen.of(kind)) is not None
    )
    for kind in KINDS:
        _leave_out_holes(session, mailing, compiled, kind)
    if mailing.one_letter and gateway.share_letters(session, mailing_id):
        _check_shared(session, mailing, compiled)
    mailing.receive = _receive(session, mailing)
    mailing.state = MailingState.REVIEW.value
    session.flush()


@requires(Permission.MESSAGES_SEND)
def back_to_draft(session: Session, _actor: Actor, mailing_id: int, seen: int) -> None:
    """Forget the frozen recipients of a mailing that nobody has let leave: REVIEW or APPROVAL → DRAFT."""
    forget(session, locked(session, mailing_id, UNCONFIRMED, seen))


def forget(session: Session, mailing: Mailing) -> None:
    """Make a locked mailing of which nothing is queued a draft again."""
    session.connection().execute(delete(Delivery).where(col(Delivery.mailing_id) == mailing.id))
    mailing.state, mailing.chosen, mailing.receive = MailingState.DRAFT.value, None, None
    mailing.confirmed_by, mailing.start_at = None, None
    session.flush()


def planned(mailing_id: int | None, *more: Any) -> tuple[Any, ...]:
    """Conditions of the deliveries of a mailing that are going to be sent once it is confirmed."""
    return (col(Delivery.mailing_id) == mailing_id, col(Delivery.state) == DeliveryState.PLANNED.value, *more)


def _plan(session: Session, mailing: Mailing, kind: Kind, parties: Select[int]) -> int:
    """One row for each recipient and channel, planned, or excluded with the reason; how many recipients there are."""
    numbers = parties.subquery()
    source = select(numbers.c[0].label("party_id"))
    written = 0
    for channel in channels_of(mailing):
        order = gateway.Order(
            channel,
            Purpose(mailing.purpose),
            mailing_id=mailing.id,
            event_id=gateway.event_watched(mailing.kind, mailing.event_id),
            once_key=gateway.once_key(mailing),
        )
        written = gateway.plan(session, kind, source, order)
    return written


def _leave_out_holes(session: Session, mailing: Mailing, compiled: Compiled, kind: Kind) -> None:
    """Exclude those for whom the text cannot be put together, with the sentence that says why."""
    links, found = sample_links(session, mailing), None
    for numbers in _receiving(session, mailing, kind):
        if found is None:
            one = Item(Party(kind, numbers[0]), mailing.event_id, links=links)
            found = Holes(mailing, compiled, contexts(session, [one], compiled.used)[0])
        if not found.vital:
            if sentence := found.sentence({}):
                _exclude(session, mailing, kind, None, sentence)
            return
        items = [Item(Party(kind, number), mailing.event_id, links=links) for number in numbers]
        holes: dict[str, list[int]] = {}
        for number, context in zip(numbers, contexts(session, items, found.read), strict=True):
            if sentence := found.sentence(context):
                holes.setdefault(sentence, []).append(number)
        for sentence, whom in holes.items():
            _exclude(session, mailing, kind, whom, sentence)


def _receiving(session: Session, mailing: Mailing, kind: Kind) -> Iterator[Sequence[int]]:
    """Numbers of the people (companies) who get something, by chunks in order."""
    tie = _tie(kind)
    last = 0
    while True:
        page = select(tie).where(*planned(mailing.id, tie > last)).distinct().order_by(tie).limit(CHUNK)
        numbers = session.connection().execute(page).scalars().all()
        if not numbers:
            return
        yield numbers
        last = numbers[-1]


def _exclude(session: Session, mailing: Mailing, kind: Kind, numbers: Sequence[int] | None, sentence: str) -> None:
    tie, connection = _tie(kind), session.connection()
    whom = tie.is_not(None) if numbers is None else is_among(connection, tie, numbers)
    excluded = {"state": DeliveryState.EXCLUDED.value, "reason": WhyNot.NOT_RENDERED.value, "detail": sentence}
    connection.execute(update(Delivery).where(*planned(mailing.id, whom)).values(excluded))


def _check_shared(session: Session, mailing: Mailing, compiled: Compiled) -> None:
    """A letter for several people names nobody and holds no personal links. Raises `DomainError`."""
    carriers = select(col(Delivery.carrier_id)).where(*planned(mailing.id, col(Delivery.carrier_id).is_not(None)))
    first = select(col(Delivery.person_id), col(Delivery.company_id)).where(col(Delivery.id).in_(carriers)).limit(1)
    person_id, company_id = session.connection().execute(first).one()
    party = Party("person", person_id) if person_id else Party("company", company_id or 0)
    item = Item(party, mailing.event_id, links=sample_links(session, mailing, shared=True), shared=True)
    (context,) = contexts(session, [item], compiled.used)
    if sentence := hole(compiled, context):
        raise DomainError(
            f"Одно письмо на адрес не получится: оно ни к кому не обращается по имени и не содержит личных ссылок. "
            f"{sentence} Уберите это из текста или отправьте каждому своё письмо."
        )


def _receive(session: Session, mailing: Mailing) -> int:
    """How many get something by some channel: each recipient once."""
    whom = select(col(Delivery.person_id), col(Delivery.company_id)).where(*planned(mailing.id)).distinct().subquery()
    return session.connection().execute(select(func.count()).select_from(whom)).scalar_one()


def _tie(kind: Kind) -> Any:
    return col(Delivery.person_id) if kind == "person" else col(Delivery.company_id)
