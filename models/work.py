"""The machine room: the clock's heartbeat, the state of the search index."""

import datetime as dt

from sqlmodel import Field

from models.base import Base, UtcDateTime, utc_now


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
