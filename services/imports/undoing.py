"""Taking an applied batch back at any later time, and taking that back again: each is a batch of its own.

A batch is a load, a bulk change or a merge. Undoing one and doing it again alternate along one line: load ← undoing ←
undoing of the undoing … What anybody else changed since stays and is listed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from models import BatchKind, BatchState, ImportBatch, Record, Remark, Source
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, NotFound
from services.history import asides, bulk, past
from services.history.batches import EDITS, LOADS
from services.imports import applying, guarded, undo_counts
from services.imports.refused_words import Kept, in_words
from services.imports.unwinding import MODELS, NAMED, REFERENCES, Unwinding

__all__ = ["Kept", "Undone", "preview_undo", "preview_undo_edit", "undo", "undo_edit"]

SAID = {
    LOADS: (
        "Такой загрузки нет.",
        "Эта загрузка уже отменена.",
        "Отменить можно только загрузку, которая применена.",
        "Загрузка меняла закрытые для вас колонки: отменить её может тот, кому они доступны.",
    ),
    EDITS: (
        "Такого изменения нет.",
        "Это изменение уже отменено.",
        "Отменить можно только изменение, которое применено.",
        "Изменение касалось закрытых для вас колонок: отменить его может тот, кому они доступны.",
    ),
}
"""By the kinds asked for: there is none, it is taken back already, it is not in the base, not by you."""


@dataclass(frozen=True)
class Undone:
    """What undoing did, or would do (then `batch_id` is None): values returned, records removed and put back.

    Records are counted by kind, as `undo_counts.KINDS` names them.
    """

    batch_id: int | None
    values: int
    removed: Mapping[str, int]
    restored: Mapping[str, int]
    kept: tuple[Kept, ...]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self)


@requires(Permission.BASE_IMPORT)
def preview_undo(session: Session, actor: Actor, batch_id: int) -> Undone:
    """What undoing the load would do now. Raises `DomainError` when it cannot be undone, or not by this actor."""
    return _outcome(session, actor, None, _Line(session, actor, batch_id, LOADS).unwinding())


@requires(Permission.BASE_IMPORT)
def undo(session: Session, actor: Actor, batch_id: int) -> Undone:
    """Take the load back; the caller commits. Raises `DomainError` when it cannot be undone, or not by this actor."""
    return _take_back(session, actor, batch_id, LOADS)


@requires(Permission.BASE_EDIT)
def preview_undo_edit(session: Session, actor: Actor, batch_id: int) -> Undone:
    """As `preview_undo`, of a bulk change or a merge."""
    return _outcome(session, actor, None, _Line(session, actor, batch_id, EDITS).unwinding())


@requires(Permission.BASE_EDIT)
def undo_edit(session: Session, actor: Actor, batch_id: int) -> Undone:
    """As `undo`, of a bulk change or a merge."""
    return _take_back(session, actor, batch_id, EDITS)


def _take_back(session: Session, actor: Actor, batch_id: int, kinds: tuple[BatchKind, ...]) -> Undone:
    applying.alone(session)
    line = _Line(session, actor, batch_id, kinds)
    if not line.takes_load_back:
        asides.precede(session, line.root_id, NAMED)
    unwinding = line.unwinding()
    batch = line.begin(actor)
    done = _outcome(session, actor, batch.id, unwinding)
    public = _outcome(session, None, batch.id, unwinding)
    outside = {key: session.info.get(key) for key in ("source", "batch_id")}
    source = Source.EXCEL if kinds is LOADS else Source.MANUAL
    session.info.update(source=source, batch_id=batch.id)
    try:
        _write(session, unwinding, forget=line.takes_load_back)
    finally:
        session.info.update(outside)
    line.end(batch)
    batch.report = json.dumps(public.to_json(), ensure_ascii=False)
    session.flush()
    return done


class _Line:
    """The batch to be taken back, the one at the root of its line, and all undoings between and after."""

    def __init__(self, session: Session, actor: Actor, batch_id: int, kinds: tuple[BatchKind, ...]) -> None:
        missing, undone, unapplied, closed = SAID[kinds]
        found = session.get(ImportBatch, batch_id, populate_existing=True)
        if found is None or found.kind not in [kind.value for kind in kinds]:
            raise NotFound(missing)
        if found.state == BatchState.UNDONE.value:
            raise DomainError(undone)
        if found.state != BatchState.APPLIED.value:
            raise DomainError(unapplied)
        # A merge shows nobody what it moves: who may merge may take that back.
        shown = found.kind != BatchKind.MERGE.value
        if shown and any(not actor.may(permission) for permission in guarded.needed(session, batch_id)):
            raise DomainError(closed)
        self._session, self.batch = session, found
        self.root_id, depth, self.ids = past.line_of(session.connection(), batch_id)
        self.takes_load_back = depth % 2 == 0
        """Otherwise it does the load again."""

    def unwinding(self) -> Unwinding:
        """What taking it back comes to. To take back a load that was done again is to take back the load."""
        moot = {*self.ids, *past.without_effect(self._session.connection())}
        return Unwinding(self._session, self.root_id if self.takes_load_back else self.batch.id or 0, moot)

    def begin(self, actor: Actor) -> ImportBatch:
        """The new batch, which is from now on the one of its line to be taken back."""
        moment = clock.now()
        batch = ImportBatch(
            kind=self.batch.kind,
            state=BatchState.APPLIED.value,
            file_name=self.batch.file_name,
            sha256=self.batch.sha256,
            account_id=actor.account_id,
            created_at=moment,
            applied_at=moment,
            undo_of=self.batch.id,
        )
        self._session.add(batch)
        self._session.flush()
        return batch

    def end(self, batch: ImportBatch) -> None:
        """Mark the batches of the line, settle the remarks of the load or open them again."""
        wanted = select(ImportBatch).where(col(ImportBatch.id).in_(self.ids))
        remarks = update(Remark).where(col(Remark.batch_id) == self.root_id)
        if self.takes_load_back:
            settled = remarks.where(col(Remark.settled_at).is_(None)).values(settled_at=batch.applied_at)
        else:
            settled = remarks.where(col(Remark.settled_at) == self.batch.applied_at).values(settled_at=None)
        self._session.execute(settled)
        for of_line in self._session.scalars(wanted):
            if of_line.id == self.root_id and not self.takes_load_back:
                of_line.state, of_line.undone_at = BatchState.APPLIED.value, None
            elif of_line.state == BatchState.APPLIED.value:
                of_line.state, of_line.undone_at = BatchState.UNDONE.value, batch.applied_at
        asides.follow(self._session, self.root_id, NAMED, back=self.takes_load_back)


def _write(session: Session, unwinding: Unwinding, *, forget: bool) -> None:
    """What frees a record or a unique value comes before what takes it.

    `forget` where the values of removed records came from; a record that will be back, once more undone, keeps it.
    """
    _change(session, unwinding, _released)
    for model in reversed(MODELS):
        gone = unwinding.removals[model]
        if gone:
            bulk.delete(session, model, gone)
            if forget:
                past.forget_origins(session.connection(), model.__name__, gone)
    for model in MODELS:
        if unwinding.emptied[model]:
            bulk.update(session, model, unwinding.emptied[model])
    _change(session, unwinding, _plain)
    for model in MODELS:
        if unwinding.restores[model]:
            bulk.insert(session, model, list(unwinding.restores[model].values()))
    _change(session, unwinding, _renewed)
    past.set_origins(session.connection(), past.origins_before(session.connection(), unwinding.marks))


def _change(
    session: Session, unwinding: Unwinding, chosen: Callable[[Unwinding, type[Record], str, Any], bool]
) -> None:
    for model in MODELS:
        changes = {
            number: fields
            for number, values in unwinding.returns[model].items()
            if (fields := {key: value for key, value in values.items() if chosen(unwinding, model, key, value)})
        }
        if changes:
            bulk.update(session, model, changes)


def _plain(_unwinding: Unwinding, model: type[Record], key: str, _value: Any) -> bool:
    return key not in REFERENCES[model]


def _released(unwinding: Unwinding, model: type[Record], key: str, value: Any) -> bool:
    """A reference that lets go of a record which may be about to be removed."""
    return key in REFERENCES[model] and value not in unwinding.restores[REFERENCES[model][key]]


def _renewed(unwinding: Unwinding, model: type[Record], key: str, value: Any) -> bool:
    """A reference to a record that comes back first."""
    return key in REFERENCES[model] and value in unwinding.restores[REFERENCES[model][key]]


def _outcome(session: Session, actor: Actor | None, batch_id: int | None, unwinding: Unwinding) -> Undone:
    return Undone(
        batch_id,
        undo_counts.values(session, unwinding),
        undo_counts.removed(session, unwinding),
        undo_counts.restored(unwinding),
        in_words(session, unwinding.refusals, actor),
    )
