"""Files that go with messages: of a template, which a mailing made from it takes along, and a mailing's own."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import FilePurpose, Mailing, MailingFile, MailingState, MessageTemplate, StoredFile, TemplateFile
from services import files, storage
from services.access.permissions import Actor, Permission, requires
from services.documents import kinds
from services.documents.kinds import Kind
from services.errors import DomainError, InvalidInput, NotFound

MOST_FILES = 10
MOST_TOGETHER_MB = 10
"""Mail servers refuse letters of more than 20 or 25 MB, and a letter is a third larger than its files."""
FULL = (
    f"К письму можно приложить не больше {MOST_FILES} файлов, вместе не больше {MOST_TOGETHER_MB} МБ. "
    "Большие файлы положите на свой сайт или в облако и дайте ссылку."
)
SAME = "Такой файл уже приложен."
NOT_A_DRAFT = "Файлы меняют, пока рассылка — черновик. Верните её на доработку."


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message. `size` in bytes."""

    file_id: str
    name: str
    content_type: str
    size: int


def of_template(session: Session, template_id: int) -> tuple[Attachment, ...]:
    """The files of a template, in the order they came."""
    return _listed(session, TemplateFile, template_id)


def of_mailing(session: Session, mailing_id: int) -> tuple[Attachment, ...]:
    """The files of a mailing, in the order they came."""
    return _listed(session, MailingFile, mailing_id)


def content(attachment: Attachment) -> bytes:
    """Its bytes. Raises `NotFound` when they are gone, `StorageFailed`."""
    try:
        return storage.get(attachment.file_id)
    except KeyError:
        raise NotFound(files.MISSING) from None


def copy_to_mailing(session: Session, template_id: int, mailing_id: int) -> None:
    """Let a mailing take the files of its template along; those it has already stay single."""
    _copy(session, of_template(session, template_id), MailingFile, mailing_id)


def copy_to_template(session: Session, template_id: int, copy_id: int) -> None:
    """Give a copy of a template the files of the first."""
    _copy(session, of_template(session, template_id), TemplateFile, copy_id)


def copy_between_mailings(session: Session, mailing_id: int, copy_id: int) -> None:
    """Give a copy of a mailing the files of the first."""
    _copy(session, of_mailing(session, mailing_id), MailingFile, copy_id)


@requires(Permission.TEMPLATES_MANAGE)
def attach(session: Session, actor: Actor, template_id: int, name: str, content: bytes) -> Attachment:
    """Add a file to a template. Raises `InvalidInput` for what is not taken, is there already or is too much."""
    with _laid_down(content) as laid:
        if session.get(MessageTemplate, template_id) is None:
            raise NotFound("Такого шаблона больше нет.")
        return _attach(session, actor, TemplateFile, template_id, name, content, *laid)


@requires(Permission.TEMPLATES_MANAGE)
def detach(session: Session, _actor: Actor, template_id: int, file_id: str) -> None:
    """Take a file off a template. Its bytes go when nothing else needs them."""
    _detach(session, TemplateFile, template_id, file_id)


@requires(Permission.MESSAGES_SEND)
def attach_to_mailing(session: Session, actor: Actor, mailing_id: int, name: str, content: bytes) -> Attachment:
    """Add a file to a mailing that is being written. Raises as `attach` does."""
    with _laid_down(content) as laid:
        _draft(session, mailing_id)
        return _attach(session, actor, MailingFile, mailing_id, name, content, *laid)


@requires(Permission.MESSAGES_SEND)
def detach_from_mailing(session: Session, _actor: Actor, mailing_id: int, file_id: str) -> None:
    """Take a file off a mailing that is being written."""
    _draft(session, mailing_id)
    _detach(session, MailingFile, mailing_id, file_id)


Tie = type[TemplateFile] | type[MailingFile]


def _owner(tie: Tie) -> str:
    return "template_id" if tie is TemplateFile else "mailing_id"


def _tied(tie: Tie, owner_id: int, file_id: str) -> TemplateFile | MailingFile:
    if tie is TemplateFile:
        return TemplateFile(template_id=owner_id, file_id=file_id)
    return MailingFile(mailing_id=owner_id, file_id=file_id)


def _listed(session: Session, tie: Tie, owner_id: int) -> tuple[Attachment, ...]:
    query = (
        select(StoredFile.id, StoredFile.name, StoredFile.content_type, StoredFile.size)
        .join(tie, col(tie.file_id) == col(StoredFile.id))
        .where(getattr(tie, _owner(tie)) == owner_id)
        .order_by(col(tie.id))
    )
    return tuple(Attachment(*row) for row in session.exec(query))


def _copy(session: Session, attached: tuple[Attachment, ...], tie: Tie, owner_id: int) -> None:
    present = {one.file_id for one in _listed(session, tie, owner_id)}
    session.add_all(_tied(tie, owner_id, one.file_id) for one in attached if one.file_id not in present)
    session.flush()


def _attach(
    session: Session, actor: Actor, tie: Tie, owner_id: int, name: str, content: bytes, file_id: str, kind: Kind
) -> Attachment:
    present = _listed(session, tie, owner_id)
    together = sum(one.size for one in present) + len(content)
    if len(present) >= MOST_FILES or together > MOST_TOGETHER_MB * 1024 * 1024:
        raise InvalidInput(FULL)
    called = kinds.named(files.clean_name(name), kind)
    if any(one.name == called and one.size == len(content) for one in present):
        raise InvalidInput(SAME)
    info = files.save(
        session, actor, FilePurpose.ATTACHMENT, called, content, kind.content_type, Permission.MESSAGES_SEND,
        file_id=file_id,
    )  # fmt: skip
    session.add(_tied(tie, owner_id, file_id))
    session.flush()
    return Attachment(file_id, info.name, info.content_type, info.size)


def _detach(session: Session, tie: Tie, owner_id: int, file_id: str) -> None:
    query = select(tie).where(getattr(tie, _owner(tie)) == owner_id, tie.file_id == file_id)
    for found in session.exec(query):
        session.delete(found)
    session.flush()


def _draft(session: Session, mailing_id: int) -> None:
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound("Такой рассылки больше нет.")
    if mailing.state != MailingState.DRAFT:
        raise DomainError(NOT_A_DRAFT)


@contextmanager
def _laid_down(content: bytes) -> Iterator[tuple[str, Kind]]:
    """Bytes in the storage before anything is asked of the database; a refusal takes them away."""
    kind = kinds.kind_of(content)
    file_id = files.put(content)
    try:
        yield file_id, kind
    except BaseException:
        with suppress(storage.StorageFailed):
            storage.delete([file_id])
        raise
