"""Loads of workbooks: the batch, its planned rows, what people decided about columns and doubtful matches."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, one_of, utc_now


class BatchState(StrEnum):
    """Where a load stands: being planned, shown to the user, being written, in the base, taken back, given up."""

    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BatchKind(StrEnum):
    """What the changes of a batch come from: a workbook, one change of many records, two records made one."""

    LOAD = "load"
    EDIT = "edit"
    MERGE = "merge"


class ImportBatch(Base, table=True):
    """Changes that are taken back together: one load of a workbook, a bulk change, a merge, or the undoing of one.

    An undoing names what it took back (`undo_of`) and is of the same kind. What is no load has no file: `file_name` is
    what people call it. Of a merge `options` says which record went where, and what beside records went with it.

    `options` (JSON) is what the user chose: blank cells, sheets, columns. `change_mark` and `change_count`: how many
    changes later than which one the plan has seen. `layout` (JSON): sheets and columns as recognised, until applied;
    `report` (JSON): the counts by sheet; `remarks` (JSON): what everybody who loads may read; `failure`: the sentence a
    job ended with.
    """

    __tablename__ = "import_batch"
    # The number of a load that was given up is never given again: a job may still be about to speak of it.
    __table_args__ = (one_of("state", BatchState), one_of("kind", BatchKind), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    kind: str = BatchKind.LOAD.value
    state: str = BatchState.PLANNED.value
    file_id: str | None = Field(default=None, foreign_key="stored_file.id", ondelete="SET NULL")
    file_name: str
    sha256: str = Field(default="", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    applied_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    undo_of: int | None = Field(default=None, foreign_key="import_batch.id", ondelete="CASCADE", index=True)
    change_mark: int = 0
    change_count: int = 0
    options: str = "{}"
    layout: str = "[]"
    report: str = "{}"
    remarks: str = "[]"
    failure: str = ""


class RowOutcome(StrEnum):
    """What a planned row does: puts a record in, changes some, nothing; waits for a decision; cannot be loaded."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    SKIPPED = "skipped"


class ImportRow(Base, table=True):
    """One row of a file as planned; kept until the load is applied or given up.

    `number` is the row as Excel shows it, `place` its order in the plan. `cells` (JSON) is the diff with what writing
    it takes, `choices` (JSON) what the user took or refused, `found` (JSON) the record it was matched with, the score,
    the reason and other candidates. `identity` is what a decision about the match is remembered by. `digest` tells one
    diff from another; `renewed`: others' edits have made it another one since the user saw it.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        one_of("outcome", RowOutcome),
        Index("ix_import_row_batch_id_place", "batch_id", "place", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batch.id", ondelete="CASCADE")
    place: int
    sheet: str
    number: int
    table_name: str
    name: str
    outcome: str
    has_new: bool = False
    has_changed: bool = False
    has_conflict: bool = False
    has_error: bool = False
    identity: str = ""
    found: str = "{}"
    cells: str = "[]"
    remarks: str = "[]"
    choices: str = "{}"
    digest: int = Field(default=0, sa_type=BigInteger)
    renewed: bool = False


class ColumnMapping(Base, table=True):
    """How the columns of files of one shape were last read: `shape` is a hash of the headings, `columns` JSON."""

    __tablename__ = "column_mapping"
    shape: str = Field(primary_key=True)
    table_name: str
    columns: str = "{}"
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class MatchDecision(Base, table=True):
    """Whom a row of this identity means: record `entity_id`, or nobody in the base (None)."""

    __tablename__ = "match_decision"
    identity: str = Field(primary_key=True)
    entity: str
    entity_id: int | None = None
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class HiddenValue(Base, table=True):
    """A value the history must not show (a passport) as it was before a load changed it, so that undo can return it."""

    __tablename__ = "hidden_value"
    __table_args__ = (
        Index("ix_hidden_value_batch_id", "batch_id"),
        CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="says_something"),
    )
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batch.id", ondelete="CASCADE")
    entity: str
    entity_id: int
    field: str
    before: str | None = None
    after: str | None = None
