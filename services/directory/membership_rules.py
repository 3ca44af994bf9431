"""«Правила членства»: from which day a term that ends, or ended, changes the state of a membership."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from models import Company, Membership, MembershipRule, MembershipState, Person, RuledState, Rules, Standing
from models.membership import membership_state
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput

MOST_DAYS = 3650
CHANGED = "Правила только что изменил другой сотрудник. Посмотрите новые значения и повторите, если нужно."


@dataclass(frozen=True)
class Preview:
    """What other rules would do today: how many memberships change, and how many are in each state before and after."""

    changed: int
    before: Mapping[MembershipState, int]
    after: Mapping[MembershipState, int]


def current_rules(session: Session) -> Rules:
    """The rules in force."""
    days = {rule.state: rule.from_day for rule in session.exec(select(MembershipRule))}
    return Rules(
        ending=days.get(RuledState.ENDING, Rules.ending),
        overdue=days.get(RuledState.OVERDUE, Rules.overdue),
        left=days.get(RuledState.LEFT),
    )


def standing_of(line: Membership) -> Standing:
    """What the state of a line of the register depends on."""
    return Standing(line.ends_on, line.suspended_from, line.suspended_until, line.left_on, line.state_override)


def rules_from(warn_days: int, grace_days: int, left_days: int | None) -> Rules:
    """Rules as people say them: warn so many days before the end, grace and leaving so many days after it."""
    for name, days in (("Предупреждать", warn_days), ("Льготный срок", grace_days), ("Считать выбывшим", left_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise InvalidInput(f"«{name}»: нужно число дней от 0 до {MOST_DAYS}.")
    if left_days is not None and left_days <= grace_days:
        raise InvalidInput(
            f"Считать выбывшим можно только после льготного срока: поставьте больше {grace_days} дней "
            "или оставьте поле пустым."
        )
    return Rules(-warn_days, grace_days + 1, left_days)


@requires(Permission.RULES_MANAGE)
def rules(session: Session, _actor: Actor) -> Rules:
    """The rules for whoever may change them."""
    return current_rules(session)


@requires(Permission.RULES_MANAGE)
def preview(session: Session, _actor: Actor, proposed: Rules) -> Preview:
    """What `proposed` would change among the members whose cards are active."""
    today, present = clock.today(), current_rules(session)
    before: Counter[MembershipState] = Counter()
    after: Counter[MembershipState] = Counter()
    changed = 0
    for standing in _standings(session):
        was, becomes = membership_state(standing, present, today), membership_state(standing, proposed, today)
        before[was] += 1
        after[becomes] += 1
        changed += was != becomes
    return Preview(changed, before, after)


@requires(Permission.RULES_MANAGE)
def set_rules(session: Session, _actor: Actor, seen: Rules, proposed: Rules) -> None:
    """Put `proposed` in force. `seen` are the rules the editor was shown; others since are not overwritten."""
    if current_rules(session) != seen:
        raise DomainError(CHANGED)
    rules_from(-proposed.ending, proposed.overdue - 1, proposed.left)
    wanted = {
        RuledState.ENDING.value: proposed.ending,
        RuledState.OVERDUE.value: proposed.overdue,
        RuledState.LEFT.value: proposed.left,
    }
    present = {rule.state: rule for rule in session.exec(select(MembershipRule))}
    for state, day in wanted.items():
        rule = present.get(state)
        if day is None:
            if rule is not None:
                session.delete(rule)
        elif rule is None:
            session.add(MembershipRule(state=state, from_day=day))
        else:
            rule.from_day = day
    session.flush()


def _standings(session: Session) -> list[Standing]:
    query = (
        select(Membership)
        .outerjoin(Company, col(Company.id) == col(Membership.company_id))
        .outerjoin(Person, col(Person.id) == col(Membership.person_id))
        .where(or_(col(Company.active).is_(True), col(Person.active).is_(True)))
    )
    return [standing_of(line) for line in session.exec(query)]
