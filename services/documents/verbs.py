"""What the office does with documents: date them, upload, replace, describe, remove, bring back."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlmodel import Session, col, func, select

from models import Document, DocumentReceipt, DocumentType, DocumentVersion, FilePurpose, StoredFile
from services import clock, files, storage
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_of, party_record
from services.documents import kinds, views
from services.documents.editors import last_editor
from services.documents.kinds import Kind
from services.documents.types import found_type
from services.errors import DomainError, FieldChange, InvalidInput, NotFound, StaleRecord
from services.values import clean_date, clean_text, format_date

LONGEST_TITLE = 200
LONGEST_NOTE = 2_000
MOST_DOCUMENTS = 500
MOST_VERSIONS = 100
GONE = "Этого документа больше нет: его удалили."
FULL = "Файлы карточки заняли бы больше {} МБ. Удалите лишнее или обратитесь к администратору."
NOT_FOR_YOU = "Документы этого вида открыты не вам."
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")


@requires(Permission.BASE_EDIT)
def set_receipt(session: Session, _actor: Actor, party: Party, type_id: int, typed: str, seen: str) -> None:
    """Note when a document came in («12.03.2025», «03.2025», «2025»); nothing typed takes the date away.

    `seen` is the date the editor was shown, as ISO: another one there now raises `StaleRecord`.
    """
    party_record(session, party)
    kind = found_type(session, type_id)
    received = _date(typed)
    tied = getattr(DocumentReceipt, party.column) == party.id
    present = session.exec(select(DocumentReceipt).where(tied, DocumentReceipt.type_id == type_id)).one_or_none()
    before = present.received_on if present else ""
    if before == received:
        return
    if before != seen:
        who = last_editor(session, present) if present else "другой сотрудник"
        raise StaleRecord(who, (FieldChange(kind.title, format_date(seen), format_date(before)),))
    if present is None:
        session.add(DocumentReceipt(type_id=type_id, received_on=received, **_tie(party)))
    elif received:
        present.received_on = received
    else:
        session.delete(present)
    session.flush()


@requires(Permission.BASE_EDIT)
def upload(
    session: Session,
    actor: Actor,
    party: Party,
    type_id: int,
    name: str,
    content: bytes,
    *,
    title: str = "",
    note: str = "",
    received: str | None = None,
    seen: str = "",
) -> int:
    """Keep a new document of a type; gives its number. Without a title it is called as its file.

    `received` and `seen` are those of `set_receipt`; None leaves the date as it is.

    The bytes are laid down before anything is asked of the database (see services.files); a refusal takes them away.
    """
    called = _ENDING.sub("", files.clean_name(name))
    kind, name = _kind(name, content)
    with _laid_down(content) as file_id:
        party_record(session, party)
        _openable(session, actor, type_id, offered=True)
        held = select(col(Document.id)).where(getattr(Document, party.column) == party.id)
        if len(session.exec(held).all()) >= MOST_DOCUMENTS:
            raise DomainError(f"В карточке уже {MOST_DOCUMENTS} документов, больше нельзя.")
        document = Document(
            type_id=type_id,
            title=_title(title) or called or name,
            note=_note(note),
            **_tie(party),
        )
        session.add(document)
        session.flush()
        _add(session, actor, document, 1, name, content, kind, file_id)
        if received is not None:
            set_receipt(session, actor, party, type_id, received, seen)
    assert document.id is not None
    return document.id


@requires(Permission.BASE_EDIT)
def add_version(session: Session, actor: Actor, document_id: int, name: str, content: bytes, seen: int) -> int:
    """Put a newer file over the present one, which stays; gives the version's number.

    `seen` is the highest number the editor was shown. The same file twice is refused.
    """
    kind, name = _kind(name, content)
    with _laid_down(content) as file_id:
        document = _document(session, actor, document_id)
        versions = session.exec(
            select(DocumentVersion)
            .where(DocumentVersion.document_id == document_id)
            .order_by(col(DocumentVersion.number))
        ).all()
        last = versions[-1]
        if session.get_one(StoredFile, last.file_id).sha256 == hashlib.sha256(content).hexdigest():
            raise InvalidInput(f"Это тот же файл, что и в версии {last.number}.")
        if last.number != seen:
            raise StaleRecord(last_editor(session, last), (FieldChange("Версия", str(seen), str(last.number)),))
        if len(versions) >= MOST_VERSIONS:
            raise DomainError(f"У документа уже {MOST_VERSIONS} версий. Загрузите файл как новый документ.")
        _add(session, actor, document, last.number + 1, name, content, kind, file_id)
    return last.number + 1


@requires(Permission.BASE_EDIT)
def describe(
    session: Session, actor: Actor, document_id: int, version: int, *, title: str, note: str, type_id: int
) -> None:
    """Change title, note, type. `version` is the record's, as shown. Raises `StaleRecord`."""
    document = _document(session, actor, document_id)
    if document.version != version:
        changes = (("Название", title, document.title), ("Примечание", note, document.note or ""))
        raise StaleRecord(last_editor(session, document), tuple(FieldChange(*c) for c in changes if c[1] != c[2]))
    if type_id != document.type_id:
        _openable(session, actor, type_id, offered=True)
        document.type_id = type_id
    cleaned = _title(title)
    if not cleaned:
        raise InvalidInput("Назовите документ.")
    document.title, document.note = cleaned, _note(note)
    session.flush()


@requires(Permission.BASE_EDIT)
def remove(session: Session, actor: Actor, document_id: int) -> None:
    """Remove a document with all its versions; it can be brought back until it is swept."""
    _document(session, actor, document_id).removed_at = clock.now()
    session.flush()


@requires(Permission.BASE_EDIT)
def bring_back(session: Session, actor: Actor, document_id: int) -> None:
    """Undo a removal. Raises `InvalidInput` where its files find no room any more."""
    document = _document(session, actor, document_id, removed=True)
    held = select(func.coalesce(func.sum(StoredFile.size), 0)).join(
        DocumentVersion, col(DocumentVersion.file_id) == col(StoredFile.id)
    )
    _refuse_full(session, document, int(session.exec(held.where(DocumentVersion.document_id == document_id)).one()))
    document.removed_at = None
    session.flush()


def _document(session: Session, actor: Actor, document_id: int, *, removed: bool = False) -> Document:
    document = session.get(Document, document_id)
    if document is None or (document.removed_at is not None) is not removed:
        raise NotFound(GONE)
    _openable(session, actor, document.type_id)
    return document


def _openable(session: Session, actor: Actor, type_id: int, *, offered: bool = False) -> DocumentType:
    kind = found_type(session, type_id)
    if not actor.may(Permission(kind.permission)):
        raise DomainError(NOT_FOR_YOU)
    if offered and not kind.active:
        raise DomainError(f"Вид документов «{kind.title}» отключён: новых документов этого вида не бывает.")
    return kind


def _kind(name: str, content: bytes) -> tuple[Kind, str]:
    kind = kinds.kind_of(content)
    return kind, kinds.named(files.clean_name(name), kind)


@contextmanager
def _laid_down(content: bytes) -> Iterator[str]:
    """Bytes in the storage for as long as what is done with them goes well."""
    file_id = files.put(content)
    try:
        yield file_id
    except Exception:
        with suppress(storage.StorageFailed):  # said in the log; then it is an orphan for the sweep
            storage.delete([file_id])
        raise


def _add(
    session: Session, actor: Actor, document: Document, number: int, name: str, content: bytes, kind: Kind, file_id: str
) -> None:
    _refuse_full(session, document, len(content))
    stored = files.save(
        session,
        actor,
        FilePurpose.DOCUMENT,
        name,
        content,
        kind.content_type,
        Permission.BASE_READ,
        file_id=file_id,
    )
    assert document.id is not None
    session.add(DocumentVersion(document_id=document.id, number=number, file_id=stored.id, account_id=actor.account_id))
    session.flush()


def _refuse_full(session: Session, document: Document, more: int) -> None:
    taken, most = views.used(session, party_of(document)), views.allowed()
    if taken + more > most:
        raise InvalidInput(FULL.format(most // views.MEGABYTE))


def _tie(party: Party) -> dict[str, Any]:
    return dict(party.tie)


def _date(typed: str) -> str:
    """An ISO prefix, or nothing. Raises `InvalidInput`."""
    if not typed.strip():
        return ""
    cleaned = clean_date(typed[:100])
    if cleaned.value is None:
        raise InvalidInput("; ".join(note.message for note in cleaned.notes) or f"Дата не разобрана: {typed[:100]}")
    if cleaned.value > clock.today().isoformat()[: len(cleaned.value)]:
        raise InvalidInput(f"{format_date(cleaned.value)}: этот день ещё не наступил.")
    return cleaned.value


def _title(text: str) -> str:
    cleaned = clean_text(text[: LONGEST_TITLE * 2]).value or ""
    if len(cleaned) > LONGEST_TITLE:
        raise InvalidInput(f"Название длиннее {LONGEST_TITLE} знаков.")
    return cleaned


def _note(text: str) -> str | None:
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(f"Примечание длиннее {LONGEST_NOTE} знаков.")
    return clean_text(text, multiline=True).value
