"""The documents of a person or a company, as a card shows them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select as select_columns
from sqlmodel import Session, col, select

from models import Account, Document, DocumentReceipt, DocumentType, DocumentVersion, StoredFile
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Kind, Party, party_record
from services.documents import kinds
from services.documents.types import ORDER
from services.errors import NotFound
from services.settings import settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class VersionLine:
    """One file of a document; `is_shown`: a browser may show it in place."""

    number: int
    file_id: str
    name: str
    size: int
    content_type: str
    is_shown: bool
    who: str
    at: dt.datetime


@dataclass(frozen=True)
class DocumentLine:
    """A document with its versions, the present one first."""

    id: int
    type_id: int
    title: str
    note: str
    version: int
    removed_at: dt.datetime | None
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True)
class TypeLine:
    """A type with what there is of it: the (partial) date it came in as ISO, its documents.

    Of a type the actor may not open (`may_open`) only the number of documents is told (`hidden`).
    """

    id: int
    title: str
    active: bool
    may_open: bool
    received_on: str
    documents: tuple[DocumentLine, ...]
    hidden: int

    @property
    def is_missing(self) -> bool:
        """Whether nothing has come in: neither a date nor a file."""
        return not (self.received_on or self.documents or self.hidden)


@dataclass(frozen=True)
class PartyDocuments:
    """All of a party's documents: types in the order of the directory, removed ones, bytes used and allowed."""

    party: Party
    types: tuple[TypeLine, ...]
    removed: tuple[DocumentLine, ...]
    used: int
    allowed: int


def party_at(kind: str, number: str) -> Party:
    """The party an address names. Raises `NotFound`."""
    kinds_of: dict[str, Kind] = {"person": "person", "company": "company"}
    if kind not in kinds_of or not (number.isascii() and number.isdecimal() and len(number) < 16):
        raise NotFound("Такой карточки нет.")
    return Party(kinds_of[kind], int(number))


@requires(Permission.BASE_READ)
def documents_of(session: Session, actor: Actor, party: Party) -> PartyDocuments:
    """What there is of each type, and what is missing. Types no longer offered are listed where something is left."""
    party_record(session, party)
    documents = _documents(session, party)
    received = dict(
        session.exec(
            select(DocumentReceipt.type_id, DocumentReceipt.received_on).where(
                getattr(DocumentReceipt, party.column) == party.id
            )
        ).all()
    )
    present = defaultdict(list)
    for document in documents:
        if document.removed_at is None:
            present[document.type_id].append(document)
    found, opened = [], set()
    for kind in session.exec(select(DocumentType).order_by(*ORDER)):
        assert kind.id is not None
        may_open = actor.may(Permission(kind.permission))
        if may_open:
            opened.add(kind.id)
        held = tuple(present[kind.id])
        line = TypeLine(kind.id, kind.title, kind.active, may_open, received.get(kind.id, ""), held, 0)
        offered = kind.active and (kind.for_people if party.kind == "person" else kind.for_companies)
        if offered or not line.is_missing:
            found.append(line if may_open else replace(line, documents=(), hidden=len(held)))
    removed = tuple(d for d in documents if d.removed_at is not None and d.type_id in opened)
    return PartyDocuments(party, tuple(found), removed, used(session, party), allowed())


def number_of_documents(party: Party) -> Select[tuple[int]]:
    """How many documents a party has, removed ones not counted."""
    counted: Any = select_columns(func.count(col(Document.id))).where(
        getattr(Document, party.column) == party.id, col(Document.removed_at).is_(None)
    )
    found: Select[tuple[int]] = counted
    return found


def used(session: Session, party: Party) -> int:
    """Bytes of all files of a party, former versions too; removed documents do not count."""
    total = (
        select(func.coalesce(func.sum(StoredFile.size), 0))
        .join(DocumentVersion, col(DocumentVersion.file_id) == col(StoredFile.id))
        .join(Document, col(Document.id) == col(DocumentVersion.document_id))
        .where(getattr(Document, party.column) == party.id, col(Document.removed_at).is_(None))
    )
    return int(session.exec(total).one())


def allowed() -> int:
    """Bytes a party may have."""
    return settings().party_files_mb * MEGABYTE


def _documents(session: Session, party: Party) -> list[DocumentLine]:
    query = (
        select(Document, DocumentVersion, StoredFile, Account.name)
        .join(DocumentVersion, col(DocumentVersion.document_id) == col(Document.id))
        .join(StoredFile, col(StoredFile.id) == col(DocumentVersion.file_id))
        .outerjoin(Account, col(Account.id) == col(DocumentVersion.account_id))
        .where(getattr(Document, party.column) == party.id)
        .order_by(col(Document.id), col(DocumentVersion.number).desc())
    )
    documents: dict[int, DocumentLine] = {}
    for document, version, stored, who in session.exec(query):
        assert document.id is not None
        line = documents.get(document.id) or DocumentLine(
            document.id,
            document.type_id,
            document.title,
            document.note or "",
            document.version,
            document.removed_at,
            (),
        )
        shown = VersionLine(
            version.number,
            stored.id,
            stored.name,
            stored.size,
            stored.content_type,
            kinds.is_shown(stored.content_type),
            who or "система",
            stored.created_at,
        )
        documents[document.id] = replace(line, versions=(*line.versions, shown))
    return list(documents.values())
