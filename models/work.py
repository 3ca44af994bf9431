"""The machine room: loads of workbooks, the clock's heartbeat, the state of the search index."""

import datetime as dt
from enum import StrEnum

from sqlmodel import Field

from models.base import Base, UtcDateTime, one_of, utc_now


class BatchState(StrEnum):
    """Planned (shown to the user), applied."""

    PLANNED = "planned"
    APPLIED = "applied"


class ImportBatch(Base, table=True):
    """One load of a workbook: the file, who, when, the counts by sheet (JSON) and the remarks (JSON)."""

    __tablename__ = "import_batch"
    __table_args__ = (one_of("state", BatchState),)
    id: int | None = Field(default=None, primary_key=True)
    state: str = BatchState.PLANNED.value
    file_id: str | None = Field(default=None, foreign_key="stored_file.id", ondelete="SET NULL")
    file_name: str
    sha256: str = Field(index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    applied_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    report: str = "{}"


class Heartbeat(Base, table=True):
    """The last sign of life of a process."""

    __tablename__ = "heartbeat"
    process: str = Field(primary_key=True)
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class GridIndex(Base, table=True):
    """Which declaration each table's row index was built from; another fingerprint means: build it anew."""

    __tablename__ = "grid_index"
    table_name: str = Field(primary_key=True)
    fingerprint: str
    built_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
