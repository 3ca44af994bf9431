"""Membership in the association: the present term, earlier terms, the journal, and the rules that name its state."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Numeric, UniqueConstraint
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
    """States somebody may set by hand, whatever the rules say."""

    ACTIVE = "active"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    LEFT = "left"


class RuledState(StrEnum):
    """States that come with time alone; each has a rule."""

    ENDING = "ending"
    OVERDUE = "overdue"
    LEFT = "left"


class StepKind(StrEnum):
    """Decisions about a membership, as the journal keeps them."""

    JOIN = "join"
    RENEW = "renew"
    SUSPEND = "suspend"
    RESUME = "resume"
    RESIGN = "resign"
    EXCLUDE = "exclude"


class Leaving(StrEnum):
    """How a member left."""

    RESIGN = "resign"
    EXCLUDE = "exclude"


class Membership(PartyTie, Record, table=True):
    """One line of the register of members: a person's or a company's membership. Money is in roubles.

    `starts_on`, `ends_on` (its last day), `fee_amount` and `paid_on` are the present term. `suspended_from` and
    `suspended_until` (last day, open without) are the suspension not yet taken off, `left_on` the first day outside.
    """

    __tablename__ = "membership"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("state_override", SetByHand),
        one_of("left_how", Leaving),
        CheckConstraint("suspended_from <= suspended_until", name="suspension_in_order"),
        CheckConstraint("(left_on IS NULL) = (left_how IS NULL)", name="left_on_and_how"),
        UniqueConstraint("person_id"),
        UniqueConstraint("company_id"),
    )
    fee_amount: Decimal | None = Field(default=None, sa_type=Numeric(14, 2))
    paid_on: dt.date | None = None
    starts_on: dt.date | None = Field(default=None, index=True)
    ends_on: dt.date | None = Field(default=None, index=True)
    suspended_from: dt.date | None = None
    suspended_until: dt.date | None = None
    left_on: dt.date | None = None
    left_how: str | None = None
    referred_by: str | None = None
    state_override: str | None = None
    override_note: str | None = None
    comment: str | None = None


class MembershipPeriod(Record, table=True):
    """A term that is over: closed by the renewal or the return after it."""

    __tablename__ = "membership_period"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        UniqueConstraint("membership_id", "ends_on"),
    )
    membership_id: int = Field(foreign_key="membership.id", ondelete="CASCADE")
    starts_on: dt.date | None = None
    ends_on: dt.date
    fee_amount: Decimal | None = Field(default=None, sa_type=Numeric(14, 2))
    paid_on: dt.date | None = None


class MembershipStep(Record, table=True):
    """A line of the journal: what was decided, from which day (`until`: the last day of a suspension), and why."""

    __tablename__ = "membership_step"
    __table_args__ = (one_of("kind", StepKind),)
    membership_id: int = Field(foreign_key="membership.id", index=True, ondelete="CASCADE")
    kind: str
    on_date: dt.date
    until: dt.date | None = None
    reason: str | None = None


class MembershipRule(Record, table=True):
    """From which day, counted from the last day of the term (0), a membership is in `state`; no row: never."""

    __tablename__ = "membership_rule"
    __table_args__ = (one_of("state", RuledState),)
    state: str = Field(unique=True)
    from_day: int


@dataclass(frozen=True)
class Rules:
    """The rules as numbers of days after the last day of the term; the days before `overdue` are the grace period."""

    ending: int = -30
    overdue: int = 1
    left: int | None = None


@dataclass(frozen=True)
class Standing:
    """What the state of a membership depends on besides the rules and the day."""

    ends_on: dt.date | None = None
    suspended_from: dt.date | None = None
    suspended_until: dt.date | None = None
    left_on: dt.date | None = None
    override: str | None = None


def membership_state(standing: Standing, rules: Rules, today: dt.date) -> MembershipState:
    """State on `today`: what was set by hand, else what was decided, else what the rules make of the term."""
    if standing.override:
        return MembershipState(standing.override)
    if standing.left_on is not None and standing.left_on <= today:
        return MembershipState.LEFT
    if is_suspended(standing, today):
        return MembershipState.SUSPENDED
    return _state_of_term(standing.ends_on, rules, today)


def is_suspended(standing: Standing, today: dt.date) -> bool:
    """Whether the suspension holds on `today`."""
    begun = standing.suspended_from is not None and standing.suspended_from <= today
    return begun and (standing.suspended_until is None or today <= standing.suspended_until)


def _state_of_term(ends_on: dt.date | None, rules: Rules, today: dt.date) -> MembershipState:
    if ends_on is None:
        return MembershipState.UNKNOWN
    day = (today - ends_on).days
    if rules.left is not None and day >= rules.left:
        return MembershipState.LEFT
    if day >= rules.overdue:
        return MembershipState.OVERDUE
    return MembershipState.ENDING if day >= rules.ending else MembershipState.ACTIVE
