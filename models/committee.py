"""Committees and the seats in them."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of, partial_date


class SeatPosition(StrEnum):
    """Позиция в комитете."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"


class RequestState(StrEnum):
    """Where a request to join a committee has got to."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Committee(Record, table=True):
    """Комитет. `name_key` is the folded name without the word «комитет»: «По инновациям» finds it too."""

    __tablename__ = "committee"
    name: str
    name_key: str = Field(unique=True)
    description: str | None = None
    active: bool = Field(default=True, nullable=False)


class CommitteeSeat(Record, table=True):
    """A person's place in a committee, from and to a (partial) date, both included."""

    __tablename__ = "committee_seat"
    __table_args__ = (
        one_of("position", SeatPosition),
        *partial_date("since", "until"),
        UniqueConstraint("committee_id", "person_id", "position", "since"),
        # NULLs are distinct in the constraint above; an undated seat is unique by itself.
        Index(
            "uq_committee_seat_open",
            "committee_id",
            "person_id",
            "position",
            unique=True,
            sqlite_where=text("since IS NULL"),
            postgresql_where=text("since IS NULL"),
        ),
        Index("ix_committee_seat_person_id", "person_id"),
    )
    committee_id: int = Field(foreign_key="committee.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    position: str = SeatPosition.MEMBER.value
    since: str | None = None
    until: str | None = None
    comment: str | None = None


class CommitteeRequest(Record, table=True):
    """Somebody asks for a seat in a committee; the office confirms or refuses."""

    __tablename__ = "committee_request"
    __table_args__ = (
        one_of("state", RequestState),
        Index(
            "uq_committee_request_pending",
            "committee_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_committee_request_person_id", "person_id"),
    )
    committee_id: int = Field(foreign_key="committee.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    state: str = Field(default=RequestState.PENDING.value, nullable=False)
    note: str | None = None
    answer: str | None = None
    decided_by: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    decided_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


def seat_is_open(until: str | None, today: dt.date) -> bool:
    """Whether a seat that ends on the (partial) date `until` is held on `today`: «2026-05» lasts to the end of May."""
    return until is None or until >= today.isoformat()[: len(until)]
