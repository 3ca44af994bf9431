"""Kinds of documents: the directory the office edits. The eight of the register keep their codes for good."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Document, DocumentReceipt, DocumentType
from services.access.permissions import Actor, Permission, requires
from services.documents.editors import last_editor
from services.errors import DomainError, FieldChange, InvalidInput, NotFound, StaleRecord
from services.tables.declared.expressions import DOCUMENTS
from services.values import clean_text, fold

ACCESS: dict[Permission, str] = {
    Permission.BASE_READ: "все сотрудники",
    Permission.PASSPORT_READ: "те, кто видит паспортные данные",
    Permission.MONEY_READ: "те, кто видит суммы",
    Permission.ACCOUNTS_MANAGE: "только администраторы",
}
"""Who may open the files of a type, in the words of the directory."""

WITH_COLUMN = frozenset(code for code, _ in DOCUMENTS)
MOST_TYPES = 100
LONGEST_TITLE = 100
GONE = "Такого вида документов больше нет."


@dataclass(frozen=True)
class TypeInfo:
    """A type: `has_column` for those with a column of their own in the tables, how much there is of it."""

    id: int
    title: str
    active: bool
    access: Permission
    for_people: bool
    for_companies: bool
    has_column: bool
    version: int
    documents: int
    receipts: int


@requires(Permission.DIRECTORIES_MANAGE)
def types(session: Session, _actor: Actor) -> tuple[TypeInfo, ...]:
    """The directory in its order."""
    documents = _number(Document)
    receipts = _number(DocumentReceipt)
    found = session.exec(select(DocumentType, documents, receipts).order_by(*ORDER))
    return tuple(
        TypeInfo(
            kind.id or 0,
            kind.title,
            kind.active,
            Permission(kind.permission),
            kind.for_people,
            kind.for_companies,
            kind.code in WITH_COLUMN,
            kind.version,
            held,
            came,
        )
        for kind, held, came in found
    )


@requires(Permission.DIRECTORIES_MANAGE)
def create_type(
    session: Session,
    actor: Actor,
    title: str,
    access: Permission = Permission.BASE_READ,
    *,
    for_people: bool = True,
    for_companies: bool = True,
) -> int:
    """Add a type at the end; gives its number."""
    _check_access(actor, access)
    kinds = session.exec(select(DocumentType)).all()
    if len(kinds) >= MOST_TYPES:
        raise DomainError(f"Видов документов уже {MOST_TYPES}. Отключите или переименуйте ненужные.")
    made = DocumentType(
        code=f"own_{secrets.token_hex(6)}",
        title=_title(session, title, None),
        place=max((kind.place for kind in kinds), default=0) + 1,
        permission=access.value,
    )
    made.for_people, made.for_companies = _owners(for_people, for_companies)
    session.add(made)
    session.flush()
    return made.id or 0


@requires(Permission.DIRECTORIES_MANAGE)
def change_type(
    session: Session,
    actor: Actor,
    seen: TypeInfo,
    *,
    title: str,
    access: Permission,
    for_people: bool,
    for_companies: bool,
) -> None:
    """Rename a type, say who opens its files and whose it is. Raises `StaleRecord` when it is no more as `seen`.

    Nobody opens to others what they may not open themselves.
    """
    kind = found_type(session, seen.id)
    if kind.version != seen.version:
        pairs = (
            ("Название", seen.title, kind.title),
            ("Кому открыт", ACCESS[seen.access], ACCESS[Permission(kind.permission)]),
        )
        raise StaleRecord(last_editor(session, kind), tuple(FieldChange(*p) for p in pairs if p[1] != p[2]))
    if kind.permission != access.value:
        _check_access(actor, Permission(kind.permission))
        _check_access(actor, access)
    kind.title, kind.permission = _title(session, title, seen.id), access.value
    kind.for_people, kind.for_companies = _owners(for_people, for_companies)
    session.flush()


@requires(Permission.DIRECTORIES_MANAGE)
def move_type(session: Session, _actor: Actor, type_id: int, *, up: bool) -> None:
    """Change places with the neighbour; at the end nothing happens."""
    kinds = list(session.exec(select(DocumentType).order_by(*ORDER)))
    place = kinds.index(found_type(session, type_id))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(kinds):
        return
    kinds[place], kinds[other] = kinds[other], kinds[place]
    for number, kind in enumerate(kinds, start=1):
        if kind.place != number:
            kind.place = number
    session.flush()


@requires(Permission.DIRECTORIES_MANAGE)
def switch_type(session: Session, _actor: Actor, type_id: int, *, active: bool) -> None:
    """Offer a type, or offer it no longer; what there is of it stays visible."""
    found_type(session, type_id).active = active
    session.flush()


ORDER = (col(DocumentType.place), col(DocumentType.id))


def choices_of(actor: Actor) -> dict[Permission, str]:
    """Who may be let to open a type's files, as far as the actor may themselves."""
    return {access: title for access, title in ACCESS.items() if actor.may(access)}


def found_type(session: Session, type_id: int) -> DocumentType:
    """The type. Raises `NotFound`."""
    kind = session.get(DocumentType, type_id)
    if kind is None:
        raise NotFound(GONE)
    return kind


def _number(model: type[Document] | type[DocumentReceipt]) -> Any:
    counted = select(func.count()).select_from(model).where(col(model.type_id) == col(DocumentType.id))
    if model is Document:
        counted = counted.where(col(Document.removed_at).is_(None))
    return counted.correlate(DocumentType).scalar_subquery()


def _check_access(actor: Actor, access: Permission) -> None:
    if access not in ACCESS:
        raise InvalidInput("Так доступ к документам ограничить нельзя.")
    if not actor.may(access):
        raise InvalidInput("Доступ к этим документам меняет тот, кому они открыты.")


def _owners(for_people: bool, for_companies: bool) -> tuple[bool, bool]:
    if not (for_people or for_companies):
        raise InvalidInput("Отметьте, чьи это документы: физ. лиц, юр. лиц или тех и других.")
    return for_people, for_companies


def _title(session: Session, title: str, own_id: int | None) -> str:
    cleaned = clean_text(title).value or ""
    if not cleaned:
        raise InvalidInput("Назовите вид документов.")
    if len(cleaned) > LONGEST_TITLE:
        raise InvalidInput(f"Название длиннее {LONGEST_TITLE} знаков.")
    titles = session.exec(select(col(DocumentType.id), DocumentType.title)).all()
    if any(fold(other) == fold(cleaned) and number != own_id for number, other in titles):
        raise InvalidInput(f"Вид документов «{cleaned}» уже есть.")
    return cleaned
