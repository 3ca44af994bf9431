"""Pairs of people, or of companies, that may be one and the same."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, one_of, utc_now


class PairKind(StrEnum):
    """What the two are."""

    PERSON = "person"
    COMPANY = "company"


class PairState(StrEnum):
    """Whether somebody has decided about the pair, and how."""

    OPEN = "open"
    MERGED = "merged"
    NOT_DUPLICATE = "not_duplicate"


class DuplicatePair(Base, table=True):
    """Records `left_id` < `right_id` that are probably one: the score 0-100 and the reasons (JSON list of words).

    Of a merged pair `kept_id` is the record that stayed, `batch_id` the batch of the merge. No references: the other
    record is gone then, and its address leads on to the one that stayed.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        one_of("kind", PairKind),
        one_of("state", PairState),
        CheckConstraint("left_id < right_id", name="in_order"),
        UniqueConstraint("kind", "left_id", "right_id"),
        Index("ix_duplicate_pair_right_id", "kind", "right_id"),
        Index("ix_duplicate_pair_kept_id", "kind", "kept_id"),
        Index("ix_duplicate_pair_state", "kind", "state", "score", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    left_id: int
    right_id: int
    score: int
    reasons: str = "[]"
    state: str = PairState.OPEN.value
    found_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    decided_by: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    decided_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    kept_id: int | None = None
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True, ondelete="SET NULL")


class DuplicateSearch(Base, table=True):
    """The last search for pairs of a kind: when it ended, how long it took, how many pairs it found."""

    __tablename__ = "duplicate_search"
    __table_args__ = (one_of("kind", PairKind),)
    kind: str = Field(primary_key=True)
    ended_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    seconds: int = 0
    pairs: int = 0
