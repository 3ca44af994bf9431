"""Committees and the seats in them."""

from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Record, one_of, partial_date


class SeatPosition(StrEnum):
    """Позиция в комитете."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"


class Committee(Record, table=True):
    """Комитет. `name_key` is the folded name without the word «комитет»: «По инновациям» finds it too."""

    __tablename__ = "committee"
    name: str
    name_key: str = Field(unique=True)
    description: str | None = None
    active: bool = Field(default=True, nullable=False)


class CommitteeSeat(Record, table=True):
    """A person's place in a committee, from and to a (partial) date."""

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
