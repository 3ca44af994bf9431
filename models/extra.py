"""Fields the office adds by itself: named once, filled for people and companies."""

from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import Record, exactly_one, one_of
from models.party import PartyTie


class ExtraOwner(StrEnum):
    """Whose field it is."""

    PERSON = "person"
    COMPANY = "company"


class ExtraField(Record, table=True):
    """A field of the office's own; `label` is what people see. Labels are unique for each kind of owner."""

    __tablename__ = "extra_field"
    __table_args__ = (one_of("owner", ExtraOwner), UniqueConstraint("owner", "label"))
    owner: str
    label: str
    active: bool = Field(default=True, nullable=False)


class ExtraValue(PartyTie, Record, table=True):
    """What such a field holds for one person or one company."""

    __tablename__ = "extra_value"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        UniqueConstraint("person_id", "field_id"),
        UniqueConstraint("company_id", "field_id"),
        Index("ix_extra_value_field_id", "field_id"),
    )
    field_id: int = Field(foreign_key="extra_field.id", ondelete="CASCADE")
    value: str
