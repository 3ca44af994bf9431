"""Membership in the association and the rule that names its state."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Numeric, UniqueConstraint
from sqlmodel import Field

from models.base import Record, exactly_one, one_of
from models.party import PartyTie


class MembershipState(StrEnum):
    """Статус членства, as the register shows it."""

    ACTIVE = "active"
    ENDING = "ending"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    LEFT = "left"
    UNKNOWN = "unknown"


class SetByHand(StrEnum):
    """States a person decides on; they stand above the dates."""

    SUSPENDED = "suspended"
    LEFT = "left"


class Membership(PartyTie, Record, table=True):
    """One line of the register of members: a person's or a company's membership. Money is in roubles."""

    __tablename__ = "membership"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("state_override", SetByHand),
        UniqueConstraint("person_id"),
        UniqueConstraint("company_id"),
    )
    fee_amount: Decimal | None = Field(default=None, sa_type=Numeric(14, 2))
    paid_on: dt.date | None = None
    ends_on: dt.date | None = Field(default=None, index=True)
    referred_by: str | None = None
    state_override: str | None = None
    comment: str | None = None


def membership_state(
    ends_on: dt.date | None, state_override: str | None, today: dt.date, ending_days: int
) -> MembershipState:
    """State on `today`; «истекает» from `ending_days` days before the last day, which still counts as paid."""
    if state_override:
        return MembershipState(state_override)
    if ends_on is None:
        return MembershipState.UNKNOWN
    if ends_on < today:
        return MembershipState.OVERDUE
    return MembershipState.ENDING if ends_on <= today + dt.timedelta(days=ending_days) else MembershipState.ACTIVE
