"""Rules of what is sent by itself, and when. What they sent is `Delivery` (the ledger)."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.messaging import Purpose


class Watched(StrEnum):
    """Which day a rule counts from."""

    MEMBERSHIP_END = "membership_end"
    FEE_DUE = "fee_due"
    EVENT_START = "event_start"
    DOCUMENT_MISSING = "document_missing"
    BIRTHDAY = "birthday"
    DATE_COLUMN = "date_column"


class ReminderRule(Record, table=True):
    """What is watched, for whom, what is sent and when. `code` names one of the start set.

    `table_name` and `column_key` name the column of DATE_COLUMN, `document_type_id` the paper of DOCUMENT_MISSING.
    `enabled_on` is the day the rule was switched on: what was due before it is none of its business. `seen_version` is
    the version of the rule whose forecast somebody has seen; without it nobody switches it on. Hours are «09:30» of the
    association's clock; nothing leaves between `quiet_from` and `quiet_until`. A message not sent `catch_up_days` after
    its day is missed. `evaluated_on` is the last day that was looked at: what lies between it and the bound was missed.
    A segment used here cannot be deleted: the rule would mean everybody.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        one_of("watched", Watched),
        one_of("purpose", Purpose),
        CheckConstraint("catch_up_days >= 0", name="catch_up_positive"),
        CheckConstraint("active_from <= active_until", name="active_in_order"),
        *(
            CheckConstraint(f"{hour} LIKE '__:__' AND {hour} BETWEEN '00:00' AND '23:59'", name=f"{hour}_of_day")
            for hour in ("send_at", "quiet_from", "quiet_until")
        ),
    )
    code: str | None = Field(default=None, unique=True)
    name: str
    watched: str
    table_name: str | None = None
    column_key: str | None = None
    document_type_id: int | None = Field(default=None, foreign_key="document_type.id", index=True, ondelete="SET NULL")
    segment_id: int | None = Field(default=None, foreign_key="segment.id", index=True)
    template_id: int | None = Field(default=None, foreign_key="message_template.id", index=True, ondelete="SET NULL")
    purpose: str
    channels: str = '["cabinet", "email"]'
    send_at: str = "10:00"
    quiet_from: str | None = "21:00"
    quiet_until: str | None = "09:00"
    active_from: dt.date | None = None
    active_until: dt.date | None = None
    catch_up_days: int = Field(default=3, nullable=False)
    enabled: bool = Field(default=False, nullable=False)
    enabled_on: dt.date | None = None
    evaluated_on: dt.date | None = None
    seen_version: int | None = None
    seen_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    comment: str | None = None


class ReminderStep(Record, table=True):
    """One message of a rule: so many calendar months and days from the day watched; negative is before it.

    One taken out of its rule is deactivated: what it sent stays in the ledger.
    """

    __tablename__ = "reminder_step"
    __table_args__ = (UniqueConstraint("rule_id", "months", "days"),)
    rule_id: int = Field(foreign_key="reminder_rule.id", ondelete="CASCADE")
    months: int = Field(default=0, nullable=False)
    days: int = Field(default=0, nullable=False)
    active: bool = Field(default=True, nullable=False)
