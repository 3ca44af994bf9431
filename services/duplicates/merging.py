"""Two records become one: everything that hangs on the other goes over, in one transaction that can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models import (
    Account,
    BatchKind,
    CommitteeRequest,
    CommitteeSeat,
    Consent,
    Document,
    DocumentReceipt,
    DuplicatePair,
    Employment,
    EventSpeaker,
    ExtraValue,
    Membership,
    OptOut,
    PairState,
    Participation,
    Record,
    Speaker,
    Venue,
)
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.keys import KEY_PARTS, name_key
from services.directory.parties import MODELS as PARTIES, Kind, Party
from services.duplicates import segments
from services.duplicates.comparing import Difference, Side, differences, fullness, values_of
from services.duplicates.moving import Moving
from services.errors import DomainError, InvalidInput, NotFound
from services.history import asides, batches, bulk
from services.history.recorder import recorded
from services.imports import applying
from services.imports.uniques import uniques
from services.messaging import following
from services.values.cleaned import counted

KINDS: Mapping[type[Record], tuple[str, str, str]] = {
    Employment: ("место работы", "места работы", "мест работы"),
    Membership: ("членство", "членства", "членств"),
    Participation: ("участие в мероприятии", "участия в мероприятиях", "участий в мероприятиях"),
    Document: ("документ", "документа", "документов"),
    DocumentReceipt: ("дата поступления документа", "даты поступления документов", "дат поступления документов"),
    CommitteeSeat: ("место в комитете", "места в комитетах", "мест в комитетах"),
    CommitteeRequest: ("заявка в комитет", "заявки в комитеты", "заявок в комитеты"),
    Speaker: ("карточка спикера", "карточки спикера", "карточек спикера"),
    EventSpeaker: ("выступление", "выступления", "выступлений"),
    ExtraValue: ("значение своего поля", "значения своих полей", "значений своих полей"),
    Venue: ("место проведения", "места проведения", "мест проведения"),
    OptOut: ("отписка от сообщений", "отписки от сообщений", "отписок от сообщений"),
    Consent: ("согласие на сообщения", "согласия на сообщения", "согласий на сообщения"),
    Account: ("учётная запись", "учётные записи", "учётных записей"),
}
OTHER = ("другая запись", "другие записи", "других записей")
STALE = "Пока вы сравнивали, одну из записей изменили. Посмотрите на различия ещё раз."


@dataclass(frozen=True)
class Comparison:
    """Two records to become one. `seen` are their versions.

    `moved` and `joined` tell in words what hangs on the second and goes over, or becomes one with what the first has;
    `refusals` why the two cannot be one.
    """

    kept: Party
    lost: Party
    kept_title: str
    lost_title: str
    seen: tuple[int, int]
    differences: tuple[Difference, ...]
    moved: tuple[str, ...]
    joined: tuple[str, ...]
    notes: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """What was done: the record that stays and the batch by which it can be taken back."""

    kept: Party
    batch_id: int
    notes: tuple[str, ...] = field(default=())


@requires(Permission.BASE_EDIT)
def fuller_first(session: Session, _actor: Actor, kind: Kind, one: int, two: int) -> tuple[int, int]:
    """The two numbers, first that of the record which is fuller and so better stays."""
    first, second = _records(session, kind, one, two)
    return (two, one) if fullness(second) > fullness(first) else (one, two)


@requires(Permission.BASE_EDIT)
def compare(session: Session, actor: Actor, kind: Kind, kept: int, lost: int) -> Comparison:
    """Both side by side, and what making them one would do. Raises `DomainError` when one of them is gone."""
    first, second = _records(session, kind, kept, lost)
    moving = Moving(session)
    moving.absorb(type(first), kept, lost)
    return Comparison(
        Party(kind, kept),
        Party(kind, lost),
        first.name,
        second.name,
        (first.version, second.version),
        differences(session, actor, first, second),
        _told(moving.moved),
        _told(moving.joined),
        tuple(moving.notes),
        tuple(dict.fromkeys(moving.refusals)),
    )


@requires(Permission.BASE_EDIT)
def merge(
    session: Session,
    actor: Actor,
    kind: Kind,
    kept: int,
    lost: int,
    seen: tuple[int, int],
    choices: Mapping[str, Side],
) -> Merged:
    """Make record `lost` part of `kept`; `choices` say whose value stays, by the key of the difference.

    Raises `DomainError` when either was changed since it was `seen`, or is gone, or the two cannot be one.
    """
    applying.alone(session)
    first, second = _records(session, kind, kept, lost, lock=True)
    if (first.version, second.version) != seen:
        raise DomainError(STALE)
    model, title = _model_of(first), f"Объединение: {second.name}"
    moving = Moving(session)
    moving.absorb(model, kept, lost)
    if moving.refusals:
        raise DomainError(" ".join(dict.fromkeys(moving.refusals)))
    values = values_of(actor, first, second, choices)
    _check_unique(session, model, {key: getattr(first, key) for key in recorded(model)} | values, (kept, lost))
    with batches.opened(session, actor, BatchKind.MERGE, title) as batch:
        moving.write()
        segments.follow(session, model, lost, kept)
        became = {child.__name__: pairs for child, pairs in moving.became.items()}
        letters = following.move(session, model, lost, kept, became)
        bulk.delete(session, model, [lost])
        if values:
            bulk.update(session, model, {kept: values})
        asides.move(session, batch, model, lost, kept, letters)
    number = batch.id or 0
    _decide(session, actor, kind, kept, lost, number)
    return Merged(Party(kind, kept), number, tuple(moving.notes))


@requires(Permission.BASE_READ)
def leads_to(session: Session, _actor: Actor, party: Party) -> Party | None:
    """The record that stayed when the one of this number was made part of it; None when there is none."""
    number: int | None = party.id
    for _ in range(20):
        if number is None or session.get(party.model, number) is not None:
            break
        number = session.scalar(_merges(party.kind, number).order_by(col(DuplicatePair.batch_id).desc()).limit(1))
    else:
        number = None
    return Party(party.kind, number) if number not in (None, party.id) else None


def _merges(kind: str, lost: int) -> Any:
    """Into whom `lost` went."""
    return select(col(DuplicatePair.kept_id)).where(
        col(DuplicatePair.kind) == kind,
        col(DuplicatePair.state) == PairState.MERGED.value,
        or_(col(DuplicatePair.left_id) == lost, col(DuplicatePair.right_id) == lost),
        col(DuplicatePair.kept_id) != lost,
    )


def _records(session: Session, kind: Kind, one: int, two: int, *, lock: bool = False) -> tuple[Any, Any]:
    if one == two:
        raise InvalidInput("Это одна и та же запись: выберите две разные.")
    model: Any = PARTIES[kind]
    query = select(model).where(col(model.id).in_([one, two])).order_by(col(model.id))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = {record.id: record for record in session.scalars(query)}
    if len(found) < 2:
        raise NotFound(_gone(session, kind, one, two))
    return found[one], found[two]


def _gone(session: Session, kind: str, one: int, two: int) -> str:
    pair = session.execute(
        select(DuplicatePair, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(DuplicatePair.decided_by))
        .where(_of(kind, one, two), col(DuplicatePair.state) == PairState.MERGED.value)
    ).first()
    if pair is None or pair[0].decided_at is None:
        return "Одной из этих записей больше нет: её удалили или объединили с другой."
    when = clock.local(pair[0].decided_at)
    return f"Эти записи уже объединил(а) {pair[1] or 'система'} {when:%d.%m.%Y в %H:%M}."


def _of(kind: str, one: int, two: int) -> Any:
    return and_(
        col(DuplicatePair.kind) == kind,
        col(DuplicatePair.left_id) == min(one, two),
        col(DuplicatePair.right_id) == max(one, two),
    )


def _check_unique(session: Session, model: Any, values: dict[str, Any], own: tuple[int, int]) -> None:
    """Chosen from both sides, a number may be a third record's."""
    wanted = values | ({"name_key": name_key(model, values)} if model in KEY_PARTS else {})
    for unique in uniques(model):
        key = unique.key(wanted)
        if key is not None and unique.held(session.connection(), model, [wanted]).get(key, own[0]) not in own:
            raise DomainError("Такой ИНН уже у третьей записи. Выберите другое значение или начните с неё.")


def _decide(session: Session, actor: Actor, kind: str, kept: int, lost: int, batch_id: int) -> None:
    pair = session.scalars(select(DuplicatePair).where(_of(kind, kept, lost))).one_or_none()
    if pair is None:
        pair = DuplicatePair(kind=kind, left_id=min(kept, lost), right_id=max(kept, lost), score=100)
        session.add(pair)
    pair.state, pair.kept_id, pair.batch_id = PairState.MERGED.value, kept, batch_id
    pair.decided_by, pair.decided_at = actor.account_id, clock.now()
    session.flush()


def _model_of(record: Record) -> type[Record]:
    return type(record)


def _told(counts: Mapping[type[Record], int]) -> tuple[str, ...]:
    """«3 участия в мероприятиях»."""
    known = [counted(counts[model], *KINDS[model]) for model in KINDS if counts.get(model)]
    rest = sum(number for model, number in counts.items() if model not in KINDS)
    return (*known, *([counted(rest, *OTHER)] if rest else []))
