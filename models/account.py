"""Accounts, sign-in sessions, attempts, recovery codes, the audit trail."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Base, Record, UtcDateTime, one_of, utc_now


class Role(StrEnum):
    """Who somebody is; what they may is data in services/access."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    MANAGER = "manager"
    ACCOUNTANT = "accountant"
    MEMBER = "member"
    CANDIDATE = "candidate"


class Account(Record, table=True):
    """A log-in. `epoch` rises with password, role or activity: sessions opened under an older one are over."""

    __tablename__ = "account"
    __table_args__ = (one_of("role", Role),)
    login: str = Field(unique=True)
    name: str
    password_hash: str
    role: str
    active: bool = Field(default=True, nullable=False)
    epoch: int = Field(default=1, nullable=False)
    person_id: int | None = Field(default=None, foreign_key="person.id", unique=True, ondelete="SET NULL")
    responsible_manager_id: int | None = Field(default=None, foreign_key="responsible_manager.id", ondelete="SET NULL")
    totp_secret: str | None = None
    totp_last_step: int | None = None
    last_login_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginSession(Base, table=True):
    """A signed-in browser; the cookie holds the id, the table only its SHA-256."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account_id", "account_id"),)
    id_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    epoch: int
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    seen_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    address: str = ""
    agent: str = ""


class LoginAttempt(Base, table=True):
    """A failed sign-in, counted by login and by address until it is old."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_key_at", "key", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class RecoveryCode(Base, table=True):
    """A one-time way in without the second factor."""

    __tablename__ = "recovery_code"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    code_hash: str
    used_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditEvent(Base, table=True):
    """Who did what when, apart from changes (those are in `change`). Append-only: triggers refuse anything else."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_at", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    account_id: int | None = Field(default=None, index=True)
    action: str
    subject: str = ""
    detail: str = ""
    address: str = ""


class TableLayout(Base, table=True):
    """How one user arranged one table: columns in order with width and visibility, rows a page (JSON)."""

    __tablename__ = "table_layout"
    account_id: int = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    table_name: str = Field(primary_key=True)
    layout: str
