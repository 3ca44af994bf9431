"""The machine room: the clock's heartbeat and journal, the switch of all sending, the state of the search index."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Base, Record, UtcDateTime, one_of, utc_now


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


class RunState(StrEnum):
    """How far a run of a job is; ASKED: somebody pressed «Выполнить сейчас», LOST: its process died."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


class JobRun(Base, table=True):
    """A run of a job of the scheduler: when, and what came of it (`counts`: a JSON object, `said`: a sentence)."""

    __tablename__ = "job_run"
    __table_args__ = (
        one_of("state", RunState),
        Index("ix_job_run_job_id", "job", "id"),
        Index("ix_job_run_state_id", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    job: str
    state: str
    asked_by: int | None = None
    worker: str | None = None
    started_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    counts: str = "{}"
    said: str = ""


class SendingSwitch(Record, table=True):
    """«Приостановить всё»: one row; while `paused_at` is set nothing leaves."""

    __tablename__ = "sending_switch"
    paused_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_by: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    why: str | None = None
