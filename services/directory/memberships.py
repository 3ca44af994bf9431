"""The section «Членство» of a card: the state and its reason, the present term, earlier terms, the journal."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from models import (
    Account,
    FieldOrigin,
    Membership,
    MembershipPeriod,
    MembershipState,
    MembershipStep,
    Rules,
    Standing,
    membership_state,
)
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory import membership_words as words, terms
from services.directory.membership_rules import current_rules, standing_of
from services.directory.parties import Party, party_record
from services.directory.terms import Term
from services.history.recorder import WHOLE

NO_VERSION = 0
"""What an editor has seen of a membership that is not there yet."""


class Verb(StrEnum):
    """What can be decided about a membership."""

    JOIN = "join"
    RENEW = "renew"
    SUSPEND = "suspend"
    RESUME = "resume"
    RESIGN = "resign"
    EXCLUDE = "exclude"
    REJOIN = "rejoin"
    CORRECT = "correct"
    OVERRIDE = "override"
    FOLLOW_RULES = "follow_rules"


@dataclass(frozen=True)
class Step:
    """A line of the journal; `who` wrote it down and when, empty where that is not known."""

    title: str
    on_date: dt.date
    until: dt.date | None
    reason: str
    who: str
    at: dt.datetime


@dataclass(frozen=True)
class MembershipView:
    """A party's membership. `seen` goes back with a verb: it is refused when somebody decided something meanwhile.

    `ruled` is the state without what was set by hand, `reason` says why. Sums are None for who may not see them.
    `next_term` is what a renewal today would open, `lost_days` what a suspension taken off today has cost.
    """

    party: Party
    seen: int
    state: MembershipState | None
    ruled: MembershipState | None
    reason: str
    override_note: str
    term: Term
    earlier: tuple[Term, ...]
    steps: tuple[Step, ...]
    next_term: Term
    lost_days: int
    suspended_from: dt.date | None
    suspended_until: dt.date | None
    left_on: dt.date | None
    referred_by: str
    notes: tuple[str, ...]
    sees_money: bool
    verbs: tuple[Verb, ...]

    @property
    def is_there(self) -> bool:
        """Whether the party stands in the register."""
        return self.state is not None


@requires(Permission.BASE_READ)
def membership_of(session: Session, actor: Actor, party: Party) -> MembershipView:
    """The membership of `party`, or that there is none. Raises `NotFound` when there is no such party."""
    is_active = party_record(session, party).active
    today, rules = clock.today(), current_rules(session)
    line = session.exec(select(Membership).where(of_party(party))).one_or_none()
    if line is None:
        return _nothing(actor, party, today, is_active=is_active)
    standing, sees_money = standing_of(line), actor.may(Permission.MONEY_READ)
    term, earlier = _term(line, sees_money=sees_money), _earlier(session, line, sees_money=sees_money)
    ruled = membership_state(_by_rules(standing), rules, today)
    return MembershipView(
        party=party,
        seen=line.version,
        state=membership_state(standing, rules, today),
        ruled=ruled,
        reason=words.reason_of(standing, line.left_how, rules, today),
        override_note=line.override_note or "",
        term=term,
        earlier=earlier,
        steps=_steps(session, line),
        next_term=_next(line, rules, today),
        lost_days=lost_days(line, today),
        suspended_from=line.suspended_from,
        suspended_until=line.suspended_until,
        left_on=line.left_on,
        referred_by=line.referred_by or "",
        notes=_notes(line, term, earlier, today),
        sees_money=sees_money,
        verbs=_verbs(line, today) if actor.may(Permission.BASE_EDIT) else (),
    )


def of_party(party: Party) -> ColumnElement[bool]:
    """The line of the register that belongs to `party`."""
    column = col(Membership.person_id) if party.kind == "person" else col(Membership.company_id)
    return column == party.id


def lost_days(line: Membership, on_date: dt.date) -> int:
    """Days of the term a suspension took, if it is taken off on `on_date`."""
    if line.suspended_from is None:
        return 0
    last = on_date - terms.DAY
    if line.suspended_until is not None:
        last = min(last, line.suspended_until)
    return terms.days_suspended(line.suspended_from, last, line.ends_on)


def _nothing(actor: Actor, party: Party, today: dt.date, *, is_active: bool) -> MembershipView:
    may = is_active and actor.may(Permission.BASE_EDIT)
    return MembershipView(
        party=party,
        seen=NO_VERSION,
        state=None,
        ruled=None,
        reason="",
        override_note="",
        term=Term(None, None),
        earlier=(),
        steps=(),
        next_term=Term(today, terms.last_day_of_year(today)),
        lost_days=0,
        suspended_from=None,
        suspended_until=None,
        left_on=None,
        referred_by="",
        notes=(),
        sees_money=actor.may(Permission.MONEY_READ),
        verbs=(Verb.JOIN,) if may else (),
    )


def _by_rules(standing: Standing) -> Standing:
    return Standing(standing.ends_on, standing.suspended_from, standing.suspended_until, standing.left_on)


def _term(of: Membership | MembershipPeriod, *, sees_money: bool) -> Term:
    return Term(of.starts_on, of.ends_on, of.fee_amount if sees_money else None, of.paid_on)


def _earlier(session: Session, line: Membership, *, sees_money: bool) -> tuple[Term, ...]:
    query = select(MembershipPeriod).where(MembershipPeriod.membership_id == line.id)
    found = session.exec(query.order_by(col(MembershipPeriod.ends_on).desc()))
    return tuple(_term(period, sees_money=sees_money) for period in found)


def _next(line: Membership, rules: Rules, today: dt.date) -> Term:
    start = today if line.left_on else terms.next_start(line.ends_on, today, rules.overdue - 1)
    return Term(start, terms.last_day_of_year(start))


def _steps(session: Session, line: Membership) -> tuple[Step, ...]:
    """The latest first, each with whoever wrote it down."""
    written = and_(
        col(FieldOrigin.entity) == MembershipStep.__name__,
        col(FieldOrigin.entity_id) == col(MembershipStep.id),
        col(FieldOrigin.field) == WHOLE,
    )
    query = (
        select(MembershipStep, Account.name)
        .outerjoin(FieldOrigin, written)
        .outerjoin(Account, col(Account.id) == col(FieldOrigin.actor_id))
        .where(MembershipStep.membership_id == line.id)
        .order_by(col(MembershipStep.on_date).desc(), col(MembershipStep.id).desc())
    )
    return tuple(
        Step(words.STEP_TITLES[s.kind], s.on_date, s.until, s.reason or "", who or "", s.created_at)
        for s, who in session.exec(query)
    )


def _notes(line: Membership, term: Term, earlier: tuple[Term, ...], today: dt.date) -> tuple[str, ...]:
    """What the state does not tell."""
    found = []
    if term.starts_on is not None and term.starts_on > today:
        found.append(f"Новый срок начнётся {words.day(term.starts_on)}.")
    if line.suspended_from is not None and line.suspended_from > today:
        found.append(f"С {words.day(line.suspended_from)} назначена приостановка.")
    if line.suspended_until is not None and line.suspended_until < today:
        found.append(
            f"Приостановка закончилась {words.day(line.suspended_until)}. "
            "Отметьте возобновление: тогда срок можно будет продлить на её дни."
        )
    if term.starts_on and term.ends_on and term.starts_on > term.ends_on:
        found.append("Начало срока позже его окончания: исправьте срок.")
    elif terms.overlap((*earlier, term)):
        found.append("Настоящий срок пересекается с прежним: исправьте срок.")
    return tuple(found)


def _verbs(line: Membership, today: dt.date) -> tuple[Verb, ...]:
    """What can be decided now."""
    by_hand = Verb.FOLLOW_RULES if line.state_override else Verb.OVERRIDE
    if line.left_on is not None:
        return (Verb.REJOIN, by_hand)
    suspension: tuple[Verb, ...] = (Verb.SUSPEND,)
    if line.suspended_from is not None:
        over = line.suspended_until is not None and line.suspended_until < today
        suspension = (Verb.RESUME, Verb.SUSPEND) if over else (Verb.RESUME,)
    return (Verb.RENEW, *suspension, Verb.RESIGN, Verb.EXCLUDE, Verb.CORRECT, by_hand)
