"""Segments: filters over a table, kept under a name."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import Record


class Segment(Record, table=True):
    """A filter of table `table_name` kept under a name.

    `query` (JSON) is what the grid calls filterModel, search, picker, related, sortModel, remarked. `code` names a
    built-in one: it belongs to nobody, everybody sees it, and it can be hidden (`active`) but not deleted. `place`
    orders all segments of all people.
    """

    __tablename__ = "segment"
    __table_args__ = (
        CheckConstraint("code IS NULL OR owner_id IS NULL", name="built_in_is_nobodys"),
        Index("ix_segment_place", "place", "id"),
    )
    name: str
    table_name: str
    query: str = "{}"
    owner_id: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    shared: bool = Field(default=False, nullable=False)
    icon: str = Field(default="bookmark", nullable=False)
    place: int = Field(default=0, nullable=False)
    code: str | None = Field(default=None, unique=True)
    active: bool = Field(default=True, nullable=False)
