"""Stored files: exports people asked for, workbooks and documents they uploaded.

They lie outside the web root (services.storage), under names of our own. Bytes move outside transactions: a slow
storage must not hold the one write lock of SQLite.
"""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlmodel import Session, col

from models import (
    Document,
    DocumentType,
    DocumentVersion,
    FilePurpose,
    MailingFile,
    StoredFile,
    TemplateFile,
)
from services import clock, storage
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.errors import NotFound

ID = re.compile(r"[0-9a-f]{32}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
LONGEST_NAME = 150
ORPHAN = dt.timedelta(hours=1)
"""A file without a row is younger than this while its transaction may still be open."""
MISSING = "Такого файла нет, срок его хранения истёк, или он доступен не вам."


@dataclass(frozen=True)
class FileInfo:
    """What is known of a stored file. `size` in bytes, moments in UTC; `expires_at` None: kept for good."""

    id: str
    purpose: str
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: dt.datetime
    expires_at: dt.datetime | None


def put(content: bytes) -> str:
    """Lay bytes down and give the number `save` is to be told.

    Done before the first statement of a transaction, nothing else waits for the storage. Bytes no row ever claims are
    an orphan for `sweep`.
    """
    file_id = secrets.token_hex(16)
    storage.put(file_id, content)
    return file_id


@requires(Permission.OWN_ACCOUNT)
def save(
    session: Session,
    actor: Actor,
    purpose: FilePurpose,
    name: str,
    content: bytes,
    content_type: str,
    permission: Permission,
    keep_hours: int | None = None,
    *,
    file_id: str = "",
) -> FileInfo:
    """Keep `content` (already `put` as `file_id`, or put now); whoever opens it later needs `permission`.

    Nobody keeps what they could not open, but for a workbook they brought themselves, which stays open to them.
    `keep_hours` None keeps it for good. Raises `StorageFailed`.
    """
    if purpose is not FilePurpose.IMPORT:
        actor.require(permission)
    moment = clock.now()
    stored = StoredFile(
        id=file_id or put(content),
        purpose=purpose.value,
        owner_id=actor.account_id,
        permission=permission.value,
        name=clean_name(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=moment,
        expires_at=None if keep_hours is None else moment + dt.timedelta(hours=keep_hours),
    )
    session.add(stored)
    session.flush()
    return _info(stored)


@requires(Permission.OWN_ACCOUNT)
def open_file(session: Session, actor: Actor, file_id: str) -> FileInfo:
    """The file, if the actor may open it; recorded in the audit, so the session must be one that commits.

    An export is for its owner only, a document for those its type is for, what goes with messages for those who send
    them. `NotFound` with the same sentence for every reason. Its bytes are `chunks(info)`.
    """
    stored = session.get(StoredFile, file_id) if ID.fullmatch(file_id) else None
    if stored is None or not _may_open(session, actor, stored) or _expired(stored):
        raise NotFound(MISSING)
    audit.record(session, actor, audit.Action.FILE_OPENED, f"file:{stored.id}", stored.purpose)
    return _info(stored)


def chunks(info: FileInfo) -> Iterator[bytes]:
    """The bytes of an opened file, a piece at a time. Raises `NotFound` when they are gone, `StorageFailed`."""
    try:
        return storage.chunks(info.id)
    except KeyError:
        raise NotFound(MISSING) from None


@requires(Permission.OWN_ACCOUNT)
def read_own(session: Session, actor: Actor, file_id: str) -> bytes:
    """The bytes of a file the actor brought: for a job that works on it, which is no opening. Raises `NotFound`."""
    stored = session.get(StoredFile, file_id) if ID.fullmatch(file_id) else None
    if stored is None or stored.owner_id != actor.account_id or _expired(stored):
        raise NotFound(MISSING)
    return b"".join(chunks(_info(stored)))


@requires(Permission.ACCOUNTS_MANAGE)
def sweep(session: Session, _actor: Actor) -> int:
    """Remove expired files, files of documents that are gone, bytes no row knows; gives how many. For the scheduler.

    Rows go last: where the storage fails, the next sweep finds them again.
    """
    doomed: ColumnElement[bool] = or_(col(StoredFile.expires_at) < clock.now(), _of_nothing())
    gone = list(session.scalars(select(col(StoredFile.id)).where(doomed)))
    known = set(session.scalars(select(col(StoredFile.id))))
    old = dt.datetime.now(dt.UTC) - ORPHAN
    orphans = [k.key for k in storage.listed() if ID.fullmatch(k.key) and k.key not in known and k.modified < old]
    everything = {*gone, *orphans}
    storage.delete(everything)
    session.execute(delete(StoredFile).where(doomed))
    return len(everything)


def clean_name(name: str) -> str:
    """A name fit for a download: no folders, no control or direction characters, not endless; never empty."""
    last = CONTROL.sub("", re.split(r"[/\\]", name)[-1]).strip(" .")
    if len(last) <= LONGEST_NAME:
        return last or "файл"
    ending = Path(last).suffix[:10]
    return last[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def _may_open(session: Session, actor: Actor, stored: StoredFile) -> bool:
    if stored.purpose == FilePurpose.DOCUMENT:
        needed = session.scalar(
            select(col(DocumentType.permission))
            .join(Document, col(Document.type_id) == col(DocumentType.id))
            .join(DocumentVersion, col(DocumentVersion.document_id) == col(Document.id))
            .where(col(DocumentVersion.file_id) == stored.id, col(Document.removed_at).is_(None))
        )
        return needed is not None and actor.may(Permission.BASE_READ) and actor.may(Permission(needed))
    if stored.purpose == FilePurpose.ATTACHMENT:
        return actor.may(Permission(stored.permission))
    owner = stored.owner_id is not None and stored.owner_id == actor.account_id
    if stored.purpose == FilePurpose.EXPORT:
        mine = owner or (stored.owner_id is None and actor.account_id is None)
        return mine and actor.may(Permission(stored.permission))
    # A workbook is shown to everybody who imports; one with money in it, only to those who may see money.
    return actor.may(Permission.BASE_IMPORT) and (owner or actor.may(Permission(stored.permission)))


def _of_nothing() -> ColumnElement[bool]:
    """Files of documents whose person or company was deleted, and the documents with them; attachments taken off."""
    of_document = exists().where(col(DocumentVersion.file_id) == col(StoredFile.id))
    of_template = exists().where(col(TemplateFile.file_id) == col(StoredFile.id))
    of_mailing = exists().where(col(MailingFile.file_id) == col(StoredFile.id))
    return and_(
        or_(
            and_(col(StoredFile.purpose) == FilePurpose.DOCUMENT.value, ~of_document),
            and_(col(StoredFile.purpose) == FilePurpose.ATTACHMENT.value, ~of_template, ~of_mailing),
        ),
        col(StoredFile.created_at) < clock.now() - ORPHAN,
    )


def _expired(stored: StoredFile) -> bool:
    return stored.expires_at is not None and stored.expires_at < clock.now()


def _info(stored: StoredFile) -> FileInfo:
    return FileInfo(
        stored.id,
        stored.purpose,
        stored.name,
        stored.content_type,
        stored.size,
        stored.sha256,
        stored.created_at,
        stored.expires_at,
    )
