"""What was changed, by whom and from where; where a present value came from; what is doubtful about it."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Base, UtcDateTime, one_of, utc_now


class Source(StrEnum):
    """Where a change came from."""

    MANUAL = "manual"
    EXCEL = "excel"
    ONEC = "1c"
    CABINET = "cabinet"
    SYSTEM = "system"


class Change(Base, table=True):
    """One field of one record changed; `field` «*»: the record was created or deleted, the JSON holds all of it."""

    __tablename__ = "change"
    __table_args__ = (
        one_of("source", Source),
        Index("ix_change_entity_entity_id", "entity", "entity_id", "id"),
        # Deletions are few; what belonged to whom is read from the values they kept.
        Index(
            "ix_change_deletion",
            "entity",
            sqlite_where=text("field = '*' AND after IS NULL"),
            postgresql_where=text("field = '*' AND after IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    actor_id: int | None = None
    source: str
    batch_id: int | None = Field(default=None, index=True)
    entity: str
    entity_id: int
    field: str
    before: str | None = None
    after: str | None = None


class FieldOrigin(Base, table=True):
    """Who wrote the present value of a field. «*» answers for every field not changed since creation."""

    __tablename__ = "field_origin"
    __table_args__ = (one_of("source", Source),)
    entity: str = Field(primary_key=True)
    entity_id: int = Field(primary_key=True)
    field: str = Field(primary_key=True)
    source: str
    actor_id: int | None = None
    batch_id: int | None = None
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class Severity(StrEnum):
    """How bad a remark is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Remark(Base, table=True):
    """A doubt about a value of a record, to be settled by a person."""

    __tablename__ = "remark"
    __table_args__ = (one_of("severity", Severity), Index("ix_remark_entity_entity_id", "entity", "entity_id"))
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    entity: str
    entity_id: int
    field: str
    value: str
    message: str
    severity: str
    batch_id: int | None = Field(default=None, index=True)
    settled_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
