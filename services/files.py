"""Stored files: exports people asked for, workbooks they uploaded. Outside the web root, under names of our own."""

import datetime as dt
import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, col

from models import FilePurpose, StoredFile
from services import clock
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.errors import NotFound
from services.settings import settings

ID = re.compile(r"[0-9a-f]{32}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
LONGEST_NAME = 150
ORPHAN_SECONDS = 3600
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
) -> FileInfo:
    """Keep `content`; whoever opens it later needs `permission`. `keep_hours` None keeps it for good.

    Nobody keeps what they could not open, but for a workbook they brought themselves, which stays open to them. The
    bytes are on the disk before the row is committed: a transaction that fails leaves an orphan for `sweep`.
    """
    if purpose is not FilePurpose.IMPORT:
        actor.require(permission)
    moment = clock.now()
    stored = StoredFile(
        id=secrets.token_hex(16),
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
    path = _path(stored.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
    session.add(stored)
    session.flush()
    return _info(stored)


@requires(Permission.OWN_ACCOUNT)
def open_file(session: Session, actor: Actor, file_id: str) -> tuple[FileInfo, Path]:
    """The file and where its bytes lie; recorded in the audit, so the session must be one that commits.

    An export is for its owner only. `NotFound` with the same sentence for every reason.
    """
    stored = session.get(StoredFile, file_id) if ID.fullmatch(file_id) else None
    if stored is None or not _may_open(actor, stored) or _expired(stored):
        raise NotFound(MISSING)
    path = _path(stored.id)
    if not path.is_file():
        raise NotFound(MISSING)
    audit.record(session, actor, audit.Action.FILE_OPENED, f"file:{stored.id}", stored.purpose)
    return _info(stored), path


@requires(Permission.OWN_ACCOUNT)
def read_own(session: Session, actor: Actor, file_id: str) -> bytes:
    """The bytes of a file the actor brought: for a job that works on it, which is no opening. Raises `NotFound`."""
    stored = session.get(StoredFile, file_id) if ID.fullmatch(file_id) else None
    if stored is None or stored.owner_id != actor.account_id or _expired(stored) or not _path(stored.id).is_file():
        raise NotFound(MISSING)
    return _path(stored.id).read_bytes()


@requires(Permission.ACCOUNTS_MANAGE)
def sweep(session: Session, _actor: Actor) -> int:
    """Remove expired files, and files on the disk no row knows; gives how many there were. For the scheduler."""
    expired: ColumnElement[bool] = col(StoredFile.expires_at) < clock.now()
    gone = list(session.scalars(select(col(StoredFile.id)).where(expired)))
    session.execute(delete(StoredFile).where(expired))
    known = set(session.scalars(select(col(StoredFile.id))))
    old = time.time() - ORPHAN_SECONDS
    orphans = [path.name for path in _on_disk() if path.name not in known and path.stat().st_mtime < old]
    doomed = {*gone, *orphans}
    for name in doomed:
        _path(name).unlink(missing_ok=True)
    return len(doomed)


def clean_name(name: str) -> str:
    """A name fit for a download: no folders, no control or direction characters, not endless; never empty."""
    last = CONTROL.sub("", re.split(r"[/\\]", name)[-1]).strip(" .")
    if len(last) <= LONGEST_NAME:
        return last or "файл"
    ending = Path(last).suffix[:10]
    return last[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def _may_open(actor: Actor, stored: StoredFile) -> bool:
    owner = stored.owner_id is not None and stored.owner_id == actor.account_id
    if stored.purpose == FilePurpose.EXPORT:
        mine = owner or (stored.owner_id is None and actor.account_id is None)
        return mine and actor.may(Permission(stored.permission))
    # A workbook is shown to everybody who imports; one with money in it, only to those who may see money.
    return actor.may(Permission.BASE_IMPORT) and (owner or actor.may(Permission(stored.permission)))


def _expired(stored: StoredFile) -> bool:
    return stored.expires_at is not None and stored.expires_at < clock.now()


def _folder() -> Path:
    return settings().data_dir / "files"


def _path(file_id: str) -> Path:
    return _folder() / file_id[:2] / file_id


def _on_disk() -> Iterable[Path]:
    return (path for path in _folder().glob("??/*") if ID.fullmatch(path.name))


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
