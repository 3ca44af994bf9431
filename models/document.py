"""Document types and the dates documents came in; stored files."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, Record, UtcDateTime, exactly_one, one_of, partial_date, utc_now
from models.party import PartyTie


class DocumentType(Record, table=True):
    """A kind of document the office collects; `code` is fixed, the title is for people."""

    __tablename__ = "document_type"
    code: str = Field(unique=True)
    title: str
    place: int = Field(default=0, nullable=False)
    active: bool = Field(default=True, nullable=False)


class DocumentReceipt(PartyTie, Record, table=True):
    """The (partial) date a document of a type came in from a person or a company; a file may follow later."""

    __tablename__ = "document_receipt"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        *partial_date("received_on"),
        UniqueConstraint("person_id", "type_id"),
        UniqueConstraint("company_id", "type_id"),
        Index("ix_document_receipt_type_id", "type_id"),
    )
    type_id: int = Field(foreign_key="document_type.id")
    received_on: str


class FilePurpose(StrEnum):
    """Why a file is kept: an export someone asked for, a workbook someone uploaded."""

    EXPORT = "export"
    IMPORT = "import"


class StoredFile(Base, table=True):
    """A file outside the web root under a name of our own; served only by /files/{id} after a check."""

    __tablename__ = "stored_file"
    __table_args__ = (one_of("purpose", FilePurpose), Index("ix_stored_file_expires_at", "expires_at"))
    id: str = Field(primary_key=True)
    purpose: str
    owner_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    permission: str
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    expires_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
