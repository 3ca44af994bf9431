"""All documents of a card as one archive; removed ones swept."""

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePath
from typing import IO

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete

from models import Document, DocumentVersion, StoredFile
from services import clock, files, storage
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.documents.views import documents_of
from services.errors import NotFound
from services.settings import settings

NOTHING = "Документов, которые можно выгрузить, в карточке нет."
LONGEST = 80
"""Letters of each part of a name: Windows refuses long paths."""


@dataclass(frozen=True)
class Entry:
    """A file of the archive: its path there, the stored file, when it was put there."""

    path: str
    file_id: str
    at: dt.datetime


@dataclass(frozen=True)
class Bundle:
    """An archive to be written."""

    name: str
    entries: tuple[Entry, ...]


@requires(Permission.BASE_EXPORT)
def bundle_of(session: Session, actor: Actor, party: Party) -> Bundle:
    """The present versions of the party's documents the actor may open, a folder a type; noted in the audit.

    Raises `NotFound` when there are none.
    """
    record = party_record(session, party)
    found = documents_of(session, actor, party)
    taken: set[str] = set()
    entries = []
    for kind in found.types:
        for document in kind.documents:
            last = document.versions[0]
            suffix = PurePath(last.name).suffix
            path = _own(f"{_part(kind.title)}/{_part(document.title)}", taken)
            entries.append(Entry(f"{path}{suffix}", last.file_id, last.at))
    if not entries:
        raise NotFound(NOTHING)
    audit.record(
        session, actor, audit.Action.EXPORTED, f"{party.kind}:{party.id}", detail=f"documents, {len(entries)} files"
    )
    return Bundle(f"{_part(record.name)}, документы {clock.today().isoformat()}.zip", tuple(entries))


def write_bundle(bundle: Bundle, target: IO[bytes]) -> None:
    """Write the archive, a piece at a time; what is kept as documents is packed as it is. Raises `StorageFailed`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for entry in bundle.entries:
            moment = clock.local(entry.at)
            described = zipfile.ZipInfo(entry.path, moment.timetuple()[:6])
            described.external_attr = 0o600 << 16
            try:
                pieces = storage.chunks(entry.file_id)
            except KeyError:
                raise NotFound("Один из файлов карточки не найден в хранилище. Обратитесь к администратору.") from None
            with archive.open(described, "w") as written:
                for piece in pieces:
                    written.write(piece)


@requires(Permission.ACCOUNTS_MANAGE)
def sweep(session: Session, _actor: Actor) -> int:
    """Forget documents removed long ago, their files with them; gives how many documents. For the scheduler."""
    before = clock.now() - dt.timedelta(days=settings().removed_documents_days)
    old = list(session.scalars(select_columns(col(Document.id)).where(col(Document.removed_at) < before)))
    if not old:
        return 0
    ours = col(DocumentVersion.document_id).in_(old)
    names = list(session.scalars(select_columns(col(DocumentVersion.file_id)).where(ours)))
    storage.delete(names)
    for document in session.scalars(select_columns(Document).where(col(Document.id).in_(old))):
        session.delete(document)  # its versions go with it
    session.flush()
    session.execute(delete(StoredFile).where(col(StoredFile.id).in_(names)))
    return len(old)


def _own(path: str, taken: set[str]) -> str:
    """The path, numbered where another file has it."""
    tries = chain([path], (f"{path} ({number})" for number in count(2)))
    found = next(one for one in tries if one.casefold() not in taken)
    taken.add(found.casefold())
    return found


def _part(name: str) -> str:
    """A name fit for a file on Windows too."""
    cleaned = files.clean_name(name.translate(_FORBIDDEN))[:LONGEST].rstrip(" .") or "документ"
    return f"_{cleaned}" if _DEVICE.fullmatch(cleaned) else cleaned


_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*/\\', "_"))
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
