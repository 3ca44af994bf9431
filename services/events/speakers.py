"""Who speaks at an event, on what, in which order."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Company, Employment, EventSpeaker, Person, Speaker
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, NotFound
from services.events.events import locked, refuse_inactive, speaker_order

GONE = "Этого спикера в списке уже нет."


@dataclass(frozen=True)
class Talk:
    """A speaker of an event; `number` is that of the talk, not of the person."""

    number: int
    person_id: int
    name: str
    workplace: str
    topic: str
    usual_topics: str


@requires(Permission.BASE_READ)
def speakers_of(session: Session, _actor: Actor, event_id: int) -> tuple[Talk, ...]:
    """The speakers of an event in their order, in one query."""
    company = (
        select(Company.name)
        .join(Employment, col(Employment.company_id) == col(Company.id))
        .where(col(Employment.person_id) == col(Person.id))
        .order_by(col(Employment.id))
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(EventSpeaker, Speaker, Person, company)
        .join(Speaker, col(Speaker.id) == col(EventSpeaker.speaker_id))
        .join(Person, col(Person.id) == col(Speaker.person_id))
        .where(EventSpeaker.event_id == event_id)
        .order_by(*speaker_order())
    )
    return tuple(
        Talk(talk.id or 0, person.id or 0, person.name, workplace or "", talk.topic or "", speaker.topics or "")
        for talk, speaker, person, workplace in session.exec(query)
    )


@requires(Permission.BASE_EDIT)
def add_speaker(session: Session, _actor: Actor, event_id: int, person_id: int, topic: str = "") -> None:
    """Let a person speak at the event, after the others; whoever speaks for the first time becomes a speaker."""
    refuse_inactive(locked(session, event_id))
    person = session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFound("Такого человека нет, или запись деактивирована.")
    speaker = session.exec(select(Speaker).where(Speaker.person_id == person_id)).first()
    if speaker is None:
        speaker = Speaker(person_id=person_id)
        session.add(speaker)
        session.flush()
    talks = _talks(session, event_id)
    if any(talk.speaker_id == speaker.id for talk in talks):
        raise DomainError(f"{person.name} уже в списке спикеров.")
    last = max((talk.place for talk in talks), default=0)
    session.add(EventSpeaker(event_id=event_id, speaker_id=speaker.id or 0, topic=_text(topic), place=last + 1))
    session.flush()


@requires(Permission.BASE_EDIT)
def set_topic(session: Session, _actor: Actor, event_id: int, number: int, topic: str) -> None:
    """What a speaker speaks on; an empty text takes it away."""
    _talk(session, event_id, number).topic = _text(topic)
    session.flush()


@requires(Permission.BASE_EDIT)
def move_speaker(session: Session, _actor: Actor, event_id: int, number: int, *, up: bool) -> None:
    """Let a speaker speak one place earlier or later; the first and the last stay where they are."""
    locked(session, event_id)
    _talk(session, event_id, number)
    talks = _talks(session, event_id)
    at = next(place for place, talk in enumerate(talks) if talk.id == number)
    to = at - 1 if up else at + 1
    if 0 <= to < len(talks):
        talks[at], talks[to] = talks[to], talks[at]
    for place, talk in enumerate(talks, start=1):
        if talk.place != place:
            talk.place = place
    session.flush()


@requires(Permission.BASE_EDIT)
def remove_speaker(session: Session, _actor: Actor, event_id: int, number: int) -> None:
    """Take a speaker off the event; they stay a speaker."""
    session.delete(_talk(session, event_id, number))
    session.flush()


def _talks(session: Session, event_id: int) -> list[EventSpeaker]:
    query = select(EventSpeaker).where(EventSpeaker.event_id == event_id).order_by(*speaker_order())
    return list(session.exec(query))


def _talk(session: Session, event_id: int, number: int) -> EventSpeaker:
    talk = session.get(EventSpeaker, number)
    if talk is None or talk.event_id != event_id:
        raise NotFound(GONE)
    return talk


def _text(topic: str) -> str | None:
    return topic.strip()[:1000] or None
