"""Documents of people and companies: types, the dates they came in, their files in versions; stored files."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, Record, UtcDateTime, exactly_one, one_of, partial_date, utc_now
from models.party import PartyTie


class DocumentType(Record, table=True):
    """A kind of document the office collects; `code` is fixed, the title is for people.

    `permission` is what one needs to open its files. A type nobody uses any more is deactivated: it is offered no
    longer, and what came in under it stays visible.
    """

    __tablename__ = "document_type"
    code: str = Field(unique=True)
    title: str
    place: int = Field(default=0, nullable=False)
    active: bool = Field(default=True, nullable=False)
    permission: str = Field(default="base.read", nullable=False)
    for_people: bool = Field(default=True, nullable=False)
    for_companies: bool = Field(default=True, nullable=False)


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


class Document(PartyTie, Record, table=True):
    """A document of a person or a company, as files: each upload is a version. Removed, it waits to be swept."""

    __tablename__ = "document"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        Index("ix_document_person_id", "person_id"),
        Index("ix_document_company_id", "company_id"),
        Index("ix_document_type_id", "type_id"),
        Index("ix_document_removed_at", "removed_at"),
    )
    type_id: int = Field(foreign_key="document_type.id")
    title: str
    note: str | None = None
    removed_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class DocumentVersion(Record, table=True):
    """One file of a document; numbers begin at 1, the highest is the present one."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)
    document_id: int = Field(foreign_key="document.id", ondelete="CASCADE")
    number: int
    file_id: str = Field(foreign_key="stored_file.id", unique=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)


class FilePurpose(StrEnum):
    """Why a file is kept: an export asked for, a workbook uploaded, a document of a card, what goes with a message."""

    EXPORT = "export"
    IMPORT = "import"
    DOCUMENT = "document"
    ATTACHMENT = "attachment"


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
