"""The list of probable pairs, page by page, and the decision that a pair is none."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Account, DuplicatePair, DuplicateSearch, ImportBatch, PairState
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import MODELS, Kind, Party
from services.duplicates.comparing import fullness
from services.errors import DomainError, NotFound

PAGE = 25
REASONS = {
    "": "Все причины",
    "ИНН": "ИНН",
    "ОГРН": "ОГРН",
    "почт": "Почта",
    "телефон": "Телефон",
    "место работы": "Место работы",
    "дата рождения": "Дата рождения",
    "одной буквой": "Опечатка",
    "не полностью": "Неполное имя",
    "без учёта формы": "Другая форма",
}
"""What reasons are filtered by, with its title."""
SURE = 80


@dataclass(frozen=True)
class PairLine:
    """A pair as listed: both names with what tells them apart, the score, the reasons, when it was dismissed.

    `kept` is the one of the two that is proposed to stay: the fuller, of equal ones the older.
    """

    id: int
    left: int
    right: int
    left_title: str
    right_title: str
    left_note: str
    right_note: str
    score: int
    reasons: tuple[str, ...]
    decided: str
    kept: int

    @property
    def lost(self) -> int:
        """The other one."""
        return self.right if self.kept == self.left else self.left


@dataclass(frozen=True)
class PairPage:
    """A page of pairs; `sure` of the `total` have a score of 80 and more. When the base was last searched."""

    lines: tuple[PairLine, ...]
    page: int
    pages: int
    total: int
    sure: int
    searched_at: dt.datetime | None


@dataclass(frozen=True)
class MergedInto:
    """A record that was made part of another: its number, its name, when and by whom, the batch to take it back by."""

    lost: int
    title: str
    at: dt.datetime
    who: str
    batch_id: int


@requires(Permission.BASE_READ)
def merged_into(session: Session, _actor: Actor, party: Party) -> tuple[MergedInto, ...]:
    """What was made part of the party and still is, newest first."""
    query = (
        select(DuplicatePair, ImportBatch, col(Account.name))
        .join(ImportBatch, col(ImportBatch.id) == col(DuplicatePair.batch_id))
        .outerjoin(Account, col(Account.id) == col(DuplicatePair.decided_by))
        .where(
            col(DuplicatePair.kind) == party.kind,
            col(DuplicatePair.kept_id) == party.id,
            col(DuplicatePair.state) == PairState.MERGED.value,
        )
        .order_by(col(ImportBatch.id).desc())
    )
    return tuple(
        MergedInto(
            pair.right_id if pair.left_id == party.id else pair.left_id,
            batch.file_name.partition(": ")[2],
            batch.applied_at,
            who or "система",
            batch.id,
        )
        for pair, batch, who in session.execute(query)
    )


@requires(Permission.BASE_EDIT)
def counts(session: Session, _actor: Actor) -> dict[str, int]:
    """How many pairs of each kind wait."""
    return {kind: session.scalar(_joined(kind, select(func.count()), PairState.OPEN)) or 0 for kind in MODELS}


@requires(Permission.BASE_EDIT)
def listed(
    session: Session,
    _actor: Actor,
    kind: Kind,
    *,
    reason: str = "",
    least: int = 0,
    dismissed: bool = False,
    page: int = 0,
) -> PairPage:
    """Pairs that wait, the surest first; with `dismissed` those somebody called no duplicates."""
    state = PairState.NOT_DUPLICATE if dismissed else PairState.OPEN
    wanted = [col(DuplicatePair.score) >= least]
    wanted += [col(DuplicatePair.reasons).contains(reason, autoescape=True)] if reason in REASONS and reason else []
    total = session.scalar(_joined(kind, select(func.count()), state).where(*wanted)) or 0
    sure = session.scalar(_joined(kind, select(func.count()), state).where(*wanted, col(DuplicatePair.score) >= SURE))
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    left, right = _sides(kind)
    query = (
        _joined(kind, select(DuplicatePair, left, right), state, (left, right))
        .where(*wanted)
        .order_by(col(DuplicatePair.score).desc(), col(DuplicatePair.id))
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = tuple(_line(*row) for row in session.execute(query))
    searched = session.get(DuplicateSearch, kind)
    return PairPage(lines, page, pages, total, sure or 0, searched.ended_at if searched else None)


@requires(Permission.BASE_EDIT)
def dismiss(session: Session, actor: Actor, kind: Kind, one: int, two: int) -> None:
    """The two are different: the pair does not come back unless something new speaks for it."""
    pair = _pair(session, kind, one, two)
    if pair is None:
        pair = DuplicatePair(kind=kind, left_id=min(one, two), right_id=max(one, two), score=0)
        session.add(pair)
    elif pair.state == PairState.MERGED.value:
        raise DomainError("Эти записи уже объединили.")
    pair.state, pair.decided_by, pair.decided_at = PairState.NOT_DUPLICATE.value, actor.account_id, clock.now()
    session.flush()


@requires(Permission.BASE_EDIT)
def bring_back(session: Session, _actor: Actor, kind: Kind, one: int, two: int) -> None:
    """The pair waits for a decision again."""
    pair = _pair(session, kind, one, two)
    if pair is None or pair.state != PairState.NOT_DUPLICATE.value:
        raise NotFound("Такой пары среди отклонённых нет.")
    pair.state, pair.decided_by, pair.decided_at = PairState.OPEN.value, None, None
    session.flush()


@requires(Permission.BASE_EDIT)
def reasons_of(session: Session, _actor: Actor, kind: Kind, one: int, two: int) -> tuple[int, tuple[str, ...]]:
    """Score and reasons of a pair; nothing for one nobody found."""
    pair = _pair(session, kind, one, two)
    return (pair.score, tuple(json.loads(pair.reasons))) if pair else (0, ())


def _pair(session: Session, kind: str, one: int, two: int) -> DuplicatePair | None:
    return session.scalars(
        select(DuplicatePair).where(
            col(DuplicatePair.kind) == kind,
            col(DuplicatePair.left_id) == min(one, two),
            col(DuplicatePair.right_id) == max(one, two),
        )
    ).one_or_none()


def _sides(kind: str) -> tuple[Any, Any]:
    model: Any = MODELS[kind]
    return aliased(model), aliased(model)


def _joined(kind: str, query: Any, state: PairState, sides: tuple[Any, Any] | None = None) -> Any:
    """Only pairs of which both records are there."""
    left, right = sides or _sides(kind)
    return (
        query.select_from(DuplicatePair)
        .join(left, and_(left.id == DuplicatePair.left_id))
        .join(right, and_(right.id == DuplicatePair.right_id))
        .where(col(DuplicatePair.kind) == kind, col(DuplicatePair.state) == state.value)
    )


def _line(pair: DuplicatePair, left: Any, right: Any) -> PairLine:
    decided = f"{clock.local(pair.decided_at):%d.%m.%Y}" if pair.decided_at else ""
    return PairLine(
        pair.id or 0, pair.left_id, pair.right_id, left.name, right.name, _note(left), _note(right), pair.score,
        tuple(json.loads(pair.reasons)), decided, pair.right_id if fullness(right) > fullness(left) else pair.left_id,
    )  # fmt: skip


def _note(record: Any) -> str:
    """What tells namesakes apart."""
    inn = f"ИНН {record.inn}" if record.inn else ""
    return " · ".join(part for part in (inn, record.email or "", record.phone or "") if part)
