"""Committees."""

from sqlmodel import Session, col, select

from models import Committee
from services.access.permissions import Actor, Permission, requires


@requires(Permission.BASE_READ)
def committee_choices(session: Session, _actor: Actor) -> list[tuple[int, str]]:
    """Active committees as (id, name) in the order of their names."""
    found = (
        select(col(Committee.id), Committee.name).where(col(Committee.active).is_(True)).order_by(Committee.name_key)
    )
    return [(number, name) for number, name in session.exec(found) if number is not None]
