"""Who changed a record last: for the second of two editors."""

from sqlmodel import Session, col, select

from models import Account, Change, Record


def last_editor(session: Session, record: Record) -> str:
    """The name of who changed the record last."""
    query = (
        select(Account.name)
        .join(Change, col(Change.actor_id) == col(Account.id))
        .where(Change.entity == type(record).__name__, Change.entity_id == record.id)
        .order_by(col(Change.id).desc())
        .limit(1)
    )
    return session.exec(query).first() or "система"
