"""What a merge takes along beside records: remarks, decisions of loads, messages, the state of the pair.

None of it has a history of its own. The batch of the merge notes what went (`options`), so that taking the merge back,
and doing it again, moves just that.
"""

import json
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from models import BatchKind, DuplicatePair, ImportBatch, MatchDecision, PairState, Record, Remark
from services.history.statements import is_among, table_of
from services.messaging import following


def move(
    session: Session, batch: ImportBatch, model: type[Record], lost: int, kept: int, letters: dict[str, Any]
) -> None:
    """Give the open remarks and the decisions about record `lost` to `kept`, and note them in the batch.

    `letters` is what `services.messaging.following.move` told before the record went.
    """
    entity = model.__name__
    remarks = select(col(Remark.id)).where(
        col(Remark.entity) == entity, col(Remark.entity_id) == lost, col(Remark.settled_at).is_(None)
    )
    decisions = select(col(MatchDecision.identity)).where(
        col(MatchDecision.entity) == entity, col(MatchDecision.entity_id) == lost
    )
    noted = {
        "entity": entity,
        "lost": lost,
        "kept": kept,
        "remarks": list(session.scalars(remarks)),
        "decisions": list(session.scalars(decisions)),
        "letters": letters,
        "became": letters.get("became", {}),
    }
    batch.options = json.dumps(noted, ensure_ascii=False)
    _give(session, noted, kept)


def precede(session: Session, batch_id: int, model_of: dict[str, type[Record]]) -> None:
    """The merge `batch_id` is about to be done again: messages go over before the record goes, or they go with it."""
    batch = session.get_one(ImportBatch, batch_id)
    if batch.kind != BatchKind.MERGE.value:
        return
    noted = json.loads(batch.options)
    model, lost, kept = model_of[noted["entity"]], noted["lost"], noted["kept"]
    if session.get(model, lost) is not None and session.get(model, kept) is not None:
        noted["letters"] = following.move(session, model, lost, kept, noted.get("became", {}))
        batch.options = json.dumps(noted, ensure_ascii=False)
        session.flush()


def follow(session: Session, batch_id: int, model_of: dict[str, type[Record]], *, back: bool) -> None:
    """The merge `batch_id` was taken `back`, or done again: what went with it follows, when the records are there."""
    batch = session.get_one(ImportBatch, batch_id)
    if batch.kind != BatchKind.MERGE.value:
        return
    noted = json.loads(batch.options)
    model = model_of[noted["entity"]]
    there = session.get(model, noted["lost"], populate_existing=True) is not None
    if there:  # done again, it may have had to stay
        following.give_back(session, model, noted["lost"], noted["kept"], noted.pop("letters", {}))
        batch.options = json.dumps(noted, ensure_ascii=False)
    if there is not back:
        return
    _give(session, noted, noted["lost"] if back else noted["kept"])
    state = PairState.OPEN if back else PairState.MERGED
    session.execute(update(DuplicatePair).where(col(DuplicatePair.batch_id) == batch_id).values(state=state.value))


def _give(session: Session, noted: dict[str, Any], number: int) -> None:
    if noted["remarks"]:
        of = is_among(session.connection(), table_of(Remark).c.id, noted["remarks"])
        session.execute(update(Remark).where(of).values(entity_id=number))
    if noted["decisions"]:
        of = col(MatchDecision.identity).in_(noted["decisions"])
        session.execute(update(MatchDecision).where(of).values(entity_id=number))
