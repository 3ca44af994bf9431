"""Events of every kind, their speakers, their guests, their places."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime, exactly_one, one_of, partial_date
from models.party import PartyTie


class EventKind(StrEnum):
    """Мероприятие, встреча, заседание, курс."""

    EVENT = "event"
    MEETING = "meeting"
    SESSION = "session"
    COURSE = "course"


class EventFormat(StrEnum):
    """Онлайн, очно, гибрид."""

    ONLINE = "online"
    ONSITE = "onsite"
    HYBRID = "hybrid"


class ParticipationStatus(StrEnum):
    """Where an invitation has got to."""

    INVITED = "invited"
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    DECLINED = "declined"


def time_of_day(*columns: str) -> Iterable[CheckConstraint]:
    """Checks that each column holds an hour and a minute, «09:30», or nothing."""
    return [
        CheckConstraint(f"{column} LIKE '__:__' AND {column} BETWEEN '00:00' AND '23:59'", name=f"{column}_of_day")
        for column in columns
    ]


class Venue(Record, table=True):
    """Место проведения."""

    __tablename__ = "venue"
    name: str
    name_key: str = Field(unique=True)
    address: str | None = None
    partner_id: int | None = Field(default=None, foreign_key="company.id", index=True, ondelete="SET NULL")
    contact_id: int | None = Field(default=None, foreign_key="person.id", index=True, ondelete="SET NULL")
    contacts: str | None = None
    responsible_id: int | None = Field(
        default=None, foreign_key="responsible_manager.id", index=True, ondelete="SET NULL"
    )
    comment: str | None = None
    active: bool = Field(default=True, nullable=False)


class Event(Record, table=True):
    """A мероприятие, a meeting, a session or a course. The stated numbers are history from Excel, kept beside ours.

    Days may be partial, hours are those of the association's own zone. `moved_from` is the first day it was announced
    for. A cancelled event keeps its guests: they have to be told.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("format", EventFormat),
        *partial_date("starts_on", "ends_on", "moved_from"),
        *time_of_day("start_time", "end_time"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("invited_stated >= 0", name="invited_stated_positive"),
        CheckConstraint("attended_stated >= 0", name="attended_stated_positive"),
        Index("ix_event_name_key", "name_key"),
        Index("ix_event_kind_starts_on", "kind", "starts_on"),
    )
    kind: str
    name: str
    name_key: str = ""
    starts_on: str | None = None
    ends_on: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    moved_from: str | None = None
    format: str | None = None
    url: str | None = None
    capacity: int | None = None
    venue_id: int | None = Field(default=None, foreign_key="venue.id", index=True, ondelete="SET NULL")
    committee_id: int | None = Field(default=None, foreign_key="committee.id", index=True, ondelete="SET NULL")
    responsible_id: int | None = Field(
        default=None, foreign_key="responsible_manager.id", index=True, ondelete="SET NULL"
    )
    description: str | None = None
    invited_stated: int | None = None
    attended_stated: int | None = None
    comment: str | None = None
    cancelled_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_reason: str | None = None
    active: bool = Field(default=True, nullable=False)


class Speaker(Record, table=True):
    """A person in the role of a speaker, with the topics they speak on."""

    __tablename__ = "speaker"
    person_id: int = Field(foreign_key="person.id", unique=True, ondelete="CASCADE")
    topics: str | None = None
    comment: str | None = None


class EventSpeaker(Record, table=True):
    """A speaker speaks at an event or teaches a course, in the order of `place`, then of entry."""

    __tablename__ = "event_speaker"
    __table_args__ = (
        UniqueConstraint("event_id", "speaker_id"),
        Index("ix_event_speaker_speaker_id", "speaker_id"),
    )
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE")
    speaker_id: int = Field(foreign_key="speaker.id", ondelete="CASCADE")
    topic: str | None = None
    place: int = Field(default=0, nullable=False)


class Participation(PartyTie, Record, table=True):
    """A person or a company was invited to an event, and what came of it; `status_at` is when the status changed."""

    __tablename__ = "participation"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("status", ParticipationStatus),
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "company_id"),
        Index("ix_participation_person_id", "person_id"),
        Index("ix_participation_company_id", "company_id"),
    )
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE")
    status: str = ParticipationStatus.INVITED.value
    status_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    comment: str | None = None
