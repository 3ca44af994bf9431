"""A request to join the association that came by a personal link.

There are no applications for membership yet: it is written down where the office looks: the person or company is marked
as potential, and a remark waits at their membership until somebody settles it.
"""

from sqlmodel import Session, col, select

from models import MembershipState, Remark, Severity
from services import clock
from services.directory.cards import membership_state
from services.directory.parties import Party, party_record
from services.errors import DomainError
from services.values import format_date

EXPLAINED = "По вашей заявке ассоциация свяжется с вами и расскажет, какие документы нужны."
TAKEN = "Заявка принята. Ассоциация свяжется с вами."
MEMBER = "Вы уже состоите в ассоциации, заявка не нужна."
FIELD = "is_member"
MESSAGE = "Просит принять в НАУЗ: заявка подана {} по ссылке из приглашения."


def why_not(session: Session, party: Party) -> str:
    """Why there is nothing to ask for; empty when there is."""
    outside = (None, MembershipState.LEFT, MembershipState.UNKNOWN)
    return "" if membership_state(session, party) in outside else MEMBER


def ask_to_join(session: Session, party: Party) -> str:
    """Write the request down, once; the sentence that says so. Raises `DomainError` for members."""
    record = party_record(session, party)
    if sentence := why_not(session, party):
        raise DomainError(sentence)
    entity, asked = type(record).__name__, MESSAGE.split("{}", maxsplit=1)[0]
    waiting = select(Remark.id).where(
        Remark.entity == entity,
        Remark.entity_id == party.id,
        Remark.field == FIELD,
        col(Remark.settled_at).is_(None),
        col(Remark.message).startswith(asked),
    )
    if session.exec(waiting).first() is None:
        now = clock.now()
        session.add(
            Remark(
                at=now, entity=entity, entity_id=party.id, field=FIELD, value="", severity=Severity.INFO.value,
                message=MESSAGE.format(format_date(clock.local(now).date().isoformat())),
            )
        )  # fmt: skip
    record.is_potential = True
    session.flush()
    return TAKEN
