"""A rule as the rest of the package knows it: plain values, its steps, and what keeps it from working."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models import Channel, DocumentType, MessageTemplate, Purpose, ReminderRule, ReminderStep, TemplateKind, Watched
from services import clock
from services.access.permissions import SYSTEM
from services.errors import DomainError
from services.reminders.hours import Hours
from services.reminders.steps import in_words
from services.tables import segments
from services.tables.columns import Column, Table
from services.tables.registry import TABLES

WATCHED_TITLES: dict[Watched, str] = {
    Watched.MEMBERSHIP_END: "Окончание членства",
    Watched.FEE_DUE: "Срок оплаты взноса",
    Watched.EVENT_START: "Начало мероприятия",
    Watched.DOCUMENT_MISSING: "Нет документа",
    Watched.BIRTHDAY: "День рождения",
    Watched.DATE_COLUMN: "Дата из таблицы",
}
TEMPLATE_KINDS: dict[Watched, TemplateKind] = {
    Watched.MEMBERSHIP_END: TemplateKind.MEMBERSHIP,
    Watched.FEE_DUE: TemplateKind.MEMBERSHIP,
    Watched.EVENT_START: TemplateKind.EVENT,
    Watched.DOCUMENT_MISSING: TemplateKind.DOCUMENT,
    Watched.BIRTHDAY: TemplateKind.BIRTHDAY,
    Watched.DATE_COLUMN: TemplateKind.DATE,
}
"""Which texts know the tokens of what is watched; general ones always do."""


@dataclass(frozen=True)
class Step:
    """One message: so many months and days from the day watched."""

    id: int
    months: int
    days: int

    @property
    def title(self) -> str:
        """«за 3 месяца»."""
        return in_words(self.months, self.days)


@dataclass(frozen=True)
class Rule:
    """`ReminderRule` with its active steps in order. `version` is what an editor has seen."""

    id: int
    version: int
    code: str
    name: str
    watched: Watched
    table: str
    column: str
    document_type_id: int | None
    segment_id: int | None
    template_id: int | None
    purpose: Purpose
    channels: tuple[Channel, ...]
    hours: Hours
    active_from: dt.date | None
    active_until: dt.date | None
    catch_up_days: int
    enabled: bool
    enabled_on: dt.date | None
    evaluated_on: dt.date | None
    seen_version: int | None
    seen_at: dt.datetime | None
    comment: str
    steps: tuple[Step, ...]

    @property
    def is_seen(self) -> bool:
        """Whether somebody saw the forecast of the rule as it is now."""
        return self.seen_version == self.version

    def period(self, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
        """The days from `first` to `last` on which the rule may be due; empty when the first is the later one."""
        return max(first, self.active_from or first), min(last, self.active_until or last)


def load_rules(session: Session, *wanted: ColumnElement[bool]) -> tuple[Rule, ...]:
    """The rules, by number, in two queries."""
    found = session.exec(select(ReminderRule).where(*wanted).order_by(col(ReminderRule.id))).all()
    steps: dict[int, list[Step]] = defaultdict(list)
    query = select(ReminderStep).where(
        col(ReminderStep.rule_id).in_([rule.id for rule in found]), col(ReminderStep.active)
    )
    for step in session.exec(query.order_by(col(ReminderStep.months), col(ReminderStep.days))):
        assert step.id is not None
        steps[step.rule_id].append(Step(step.id, step.months, step.days))
    return tuple(_rule(rule, tuple(steps[rule.id or 0])) for rule in found)


def _rule(record: ReminderRule, steps: tuple[Step, ...]) -> Rule:
    assert record.id is not None
    return Rule(
        id=record.id,
        version=record.version,
        code=record.code or "",
        name=record.name,
        watched=Watched(record.watched),
        table=record.table_name or "",
        column=record.column_key or "",
        document_type_id=record.document_type_id,
        segment_id=record.segment_id,
        template_id=record.template_id,
        purpose=Purpose(record.purpose),
        channels=tuple(Channel(one) for one in orjson.loads(record.channels)),
        hours=Hours.of(record.send_at, record.quiet_from, record.quiet_until),
        active_from=record.active_from,
        active_until=record.active_until,
        catch_up_days=record.catch_up_days,
        enabled=record.enabled,
        enabled_on=record.enabled_on,
        evaluated_on=record.evaluated_on,
        seen_version=record.seen_version,
        seen_at=record.seen_at,
        comment=record.comment or "",
        steps=steps,
    )


def date_columns() -> tuple[tuple[Table, Column], ...]:
    """Every column with days of a table that is about people or companies: what DATE_COLUMN can watch."""
    return tuple(
        (table, column)
        for table in TABLES.values()
        if table.subjects
        for column in table.columns
        if column.kind.name == "date" and column.live is None
    )


def date_column(rule: Rule) -> tuple[Table, Column] | None:
    """The column the rule watches; None when the declarations have it no more."""
    named = {(table.name, column.key): (table, column) for table, column in date_columns()}
    return named.get((rule.table, rule.column))


def watched_title(rule: Rule) -> str:
    """What the rule watches, in words."""
    found = date_column(rule) if rule.watched is Watched.DATE_COLUMN else None
    return f"{found[0].title}: {found[1].label}" if found else WATCHED_TITLES[rule.watched]


def problem_of(session: Session, rule: Rule) -> str:
    """Why the rule can send nothing, as a sentence; «» when nothing is wrong."""
    if not rule.steps:
        return "Не указано, когда напоминать."
    if not rule.channels:
        return "Не указано, как отправлять."
    if rule.active_until is not None and rule.active_until < clock.today():
        return "Срок действия правила закончился."
    return _template_problem(session, rule) or _watched_problem(session, rule) or _segment_problem(session, rule)


def _template_problem(session: Session, rule: Rule) -> str:
    template = session.get(MessageTemplate, rule.template_id) if rule.template_id else None
    if template is None:
        return "Не выбран шаблон письма."
    if not template.active:
        return f"Шаблон «{template.name}» убран из употребления."
    if template.kind not in (TEMPLATE_KINDS[rule.watched].value, TemplateKind.GENERAL.value):
        return f"Шаблон «{template.name}» не подходит к такому напоминанию."
    return ""


def _watched_problem(session: Session, rule: Rule) -> str:
    if rule.watched is Watched.DATE_COLUMN and date_column(rule) is None:
        return "Колонки с датой, за которой следит правило, больше нет."
    if rule.watched is Watched.DOCUMENT_MISSING:
        paper = session.get(DocumentType, rule.document_type_id) if rule.document_type_id else None
        if paper is None:
            return "Не выбран вид документа."
        if not paper.active:
            return f"Вид документа «{paper.title}» убран из употребления."
    return ""


def _segment_problem(session: Session, rule: Rule) -> str:
    if rule.segment_id is None:
        return ""
    try:
        line = segments.open_segment(session, SYSTEM, rule.segment_id)
    except DomainError as error:
        return str(error)
    if line.problem:
        return f"Сегмент «{line.name}»: {line.problem}"
    if not TABLES[line.table].subjects:
        return f"Сегмент «{line.name}» отбирает не людей и не компании."
    return ""
