"""Rules of reminders: written, copied, switched on after somebody saw their forecast, switched off.

Whatever changes whom a rule reaches or when switches it off: its forecast is another one now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete as sql_delete, update
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from models import Delivery, DeliveryState, MessageTemplate, ReminderRule, ReminderStep
from services import clock
from services.access.permissions import SYSTEM, Actor, Permission, requires
from services.errors import DomainError, InvalidInput, NotFound
from services.history.statements import table_of
from services.reminders.drafts import RuleDraft, checked, draft_of, stored
from services.reminders.forecast import GONE
from services.reminders.rule import Rule, load_rules, problem_of, watched_title
from services.tables import segments

STALE = "Правило только что изменил другой сотрудник. Откройте его заново."
MEANING = ("watched", "table_name", "column_key", "document_type_id", "segment_id", "purpose", "channels")
"""Fields that decide whom the rule reaches; another one switches it off. So do its steps and its days."""
PERIOD = ("active_from", "active_until")


@dataclass(frozen=True)
class RuleLine:
    """A rule in the list. `problem` is why it sends nothing; `template` and `segment` are names, empty without one."""

    rule: Rule
    watched: str
    template: str
    segment: str
    problem: str
    has_sent: bool

    @property
    def steps(self) -> str:
        """«за месяц, за неделю, в этот день»."""
        return ", ".join(step.title for step in self.rule.steps)


@requires(Permission.REMINDERS_MANAGE)
def list_rules(session: Session, _actor: Actor) -> tuple[RuleLine, ...]:
    """Every rule, those that are switched on first, then by name."""
    rules = sorted(load_rules(session), key=lambda rule: (not rule.enabled, rule.name))
    return _described(session, rules)


@requires(Permission.REMINDERS_MANAGE)
def open_rule(session: Session, _actor: Actor, rule_id: int) -> RuleLine:
    """One rule. Raises `NotFound`."""
    rules = load_rules(session, col(ReminderRule.id) == rule_id)
    if not rules:
        raise NotFound(GONE)
    return _described(session, rules)[0]


@requires(Permission.REMINDERS_MANAGE)
def open_draft(session: Session, actor: Actor, rule_id: int) -> RuleDraft:
    """What the form of a rule begins with."""
    return draft_of(open_rule(session, actor, rule_id).rule)


@requires(Permission.REMINDERS_MANAGE)
def create(session: Session, actor: Actor, draft: RuleDraft) -> int:
    """Write a new rule, switched off; its number. Raises `InvalidInput` with the fields that are wrong."""
    steps = checked(session, actor, draft)
    rule = ReminderRule(**stored(draft))
    session.add(rule)
    session.flush()
    assert rule.id is not None
    _put_steps(session, rule.id, steps)
    return rule.id


@requires(Permission.REMINDERS_MANAGE)
def edit(session: Session, actor: Actor, rule_id: int, seen: int, draft: RuleDraft) -> bool:
    """Change a rule; `seen` is the version that was opened. Whether that switched it off."""
    rule = _changeable(session, rule_id, seen)
    steps = checked(session, actor, draft, rule.segment_id)
    was_seen, fields = rule.seen_version == rule.version, stored(draft)
    was_period = tuple(getattr(rule, name) for name in PERIOD)
    means_other = any(getattr(rule, name) != fields[name] for name in MEANING)
    means_other |= was_period != tuple(fields[name] for name in PERIOD)
    for name, value in fields.items():
        if getattr(rule, name) != value:
            setattr(rule, name, value)
    if _put_steps(session, rule_id, steps):
        means_other = True
        flag_modified(rule, "name")  # its steps are part of it: another version, another forecast
    switched_off = rule.enabled and means_other
    if switched_off:
        _switch_off(session, rule)
    session.flush()
    if was_seen and not means_other:
        _mark_seen(session, rule_id, rule.version)
    return switched_off


@requires(Permission.REMINDERS_MANAGE)
def copy(session: Session, actor: Actor, rule_id: int) -> int:
    """A copy of the rule, switched off; its number."""
    line = open_rule(session, actor, rule_id)
    draft = draft_of(line.rule, name=f"{line.rule.name} (копия)")
    rule = ReminderRule(**stored(draft))
    session.add(rule)
    session.flush()
    assert rule.id is not None
    _put_steps(session, rule.id, [(step.months, step.days) for step in line.rule.steps])
    return rule.id


@requires(Permission.REMINDERS_MANAGE)
def delete(session: Session, _actor: Actor, rule_id: int, seen: int) -> None:
    """Delete a rule that never sent anything; others are switched off, for the ledger says what they sent."""
    rule = _changeable(session, rule_id, seen)
    if rule.code:
        raise InvalidInput("Встроенное правило не удаляется, его можно выключить.")
    if _has_sent(session, [rule_id]):
        raise InvalidInput("По правилу уже писали, и журнал это хранит. Такое правило можно только выключить.")
    session.delete(rule)


@requires(Permission.REMINDERS_MANAGE)
def see_forecast(session: Session, _actor: Actor, rule_id: int, seen: int) -> None:
    """The actor is shown the forecast of the rule as it is in version `seen`."""
    _changeable(session, rule_id, seen)
    _mark_seen(session, rule_id, seen)


@requires(Permission.REMINDERS_MANAGE)
def switch_on(session: Session, _actor: Actor, rule_id: int, seen: int) -> None:
    """Let the rule send what falls due from today on. Refused unless somebody saw the forecast of this version."""
    record = _changeable(session, rule_id, seen)
    rule = load_rules(session, col(ReminderRule.id) == rule_id)[0]
    if rule.enabled:
        return
    if problem := problem_of(session, rule):
        raise InvalidInput(f"Правило пока нельзя включить. {problem}")
    if not rule.is_seen:
        raise InvalidInput("Сначала посмотрите прогноз этого правила: кому и когда оно напишет.")
    record.enabled, record.enabled_on, record.evaluated_on = True, clock.today(), None
    session.flush()


@requires(Permission.REMINDERS_MANAGE)
def switch_off(session: Session, _actor: Actor, rule_id: int, seen: int) -> int:
    """Stop the rule; what waits to be sent leaves the queue. How many messages that were."""
    rule = _changeable(session, rule_id, seen)
    waiting = _switch_off(session, rule) if rule.enabled else 0
    session.flush()
    return waiting


def _described(session: Session, rules: Sequence[Rule]) -> tuple[RuleLine, ...]:
    templates = {number: name for number, name in session.exec(select(MessageTemplate.id, MessageTemplate.name))}  # noqa: C416
    named = {line.id: line.name for line in segments.menu(session, SYSTEM)} if any(r.segment_id for r in rules) else {}
    sent = _has_sent(session, [rule.id for rule in rules])
    return tuple(
        RuleLine(
            rule=rule,
            watched=watched_title(rule),
            template=templates.get(rule.template_id, ""),
            segment=named.get(rule.segment_id or 0, "") or ("скрытый сегмент" if rule.segment_id else ""),
            problem=problem_of(session, rule),
            has_sent=rule.id in sent,
        )
        for rule in rules
    )


def _has_sent(session: Session, rule_ids: Sequence[int]) -> set[int]:
    """The rules that stand in the ledger."""
    noted = select(col(Delivery.id)).where(col(Delivery.step_id) == col(ReminderStep.id)).exists()
    found = select(ReminderStep.rule_id).where(col(ReminderStep.rule_id).in_(rule_ids), noted).distinct()
    return set(session.exec(found))


def _changeable(session: Session, rule_id: int, seen: int) -> ReminderRule:
    rule = session.get(ReminderRule, rule_id)
    if rule is None:
        raise NotFound(GONE)
    if rule.version != seen:
        raise DomainError(STALE)
    return rule


def _put_steps(session: Session, rule_id: int, steps: Sequence[tuple[int, int]]) -> bool:
    """Give the rule these steps, old ones under their old numbers, for the ledger. Whether any changed."""
    present = {
        (step.months, step.days): step
        for step in session.exec(select(ReminderStep).where(ReminderStep.rule_id == rule_id))
    }
    changed = False
    for key, step in present.items():
        if step.active != (key in steps):
            step.active, changed = key in steps, True
    for months, days in steps:
        if (months, days) not in present:
            session.add(ReminderStep(rule_id=rule_id, months=months, days=days))
            changed = True
    session.flush()
    return changed


def _switch_off(session: Session, rule: ReminderRule) -> int:
    """What has not left is taken out of the ledger: switched on again today, the rule finds it anew."""
    rule.enabled, rule.enabled_on = False, None
    of = table_of(Delivery)
    steps = select(col(ReminderStep.id)).where(col(ReminderStep.rule_id) == rule.id)
    # A sender asks for its claim once more before each message: what it holds is stopped too.
    held = (of.c.step_id.in_(steps), of.c.state.in_((DeliveryState.QUEUED.value, DeliveryState.CLAIMED.value)))
    connection = session.connection()
    stopped = connection.execute(sql_delete(of).where(*held, of.c.attempts == 0)).rowcount
    # What was tried before stays, and is asked about again.
    connection.execute(update(of).where(*held).values(state=DeliveryState.QUEUED.value, claimed_by=None))
    return stopped


def _mark_seen(session: Session, rule_id: int, version: int) -> None:
    """Past the version of the record: having been looked at is no change of it."""
    of = table_of(ReminderRule)
    values = {"seen_version": version, "seen_at": clock.now()}
    session.connection().execute(update(of).where(of.c.id == rule_id).values(values))
    session.expire_all()
