"""What somebody typed into a form and has not saved."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, utc_now


class FormDraft(Base, table=True):
    """Unsaved values of one form of one account: `form` is «people:17», `typed` JSON by field. Kept for a day."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("account_id", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    form: str
    typed: str
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False, index=True)
