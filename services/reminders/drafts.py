"""The form of a rule: plain values as people enter them, checked."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import orjson
from sqlmodel import Session, col, select

from models import Channel, DocumentType, MessageTemplate, Purpose, TemplateKind, Watched
from services.access.permissions import SYSTEM, Actor, Permission, requires
from services.errors import DomainError, InvalidInput
from services.reminders.rule import TEMPLATE_KINDS, Rule, date_columns
from services.reminders.steps import parse
from services.tables import segments
from services.tables.registry import TABLES
from services.values import clean_text

NAME_LIMIT, COMMENT_LIMIT, MOST_STEPS, MOST_CATCH_UP = 120, 2000, 20, 60
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
EVERYBODY = "Всем, кого касается"


@dataclass(frozen=True)
class RuleDraft:
    """A rule as its form holds it. `steps` are sayings («за 10 дней»), `column` is «table.key», hours are «09:30»."""

    name: str
    watched: Watched
    template_id: int | None
    purpose: Purpose
    channels: tuple[Channel, ...]
    steps: tuple[str, ...]
    segment_id: int | None = None
    column: str = ""
    document_type_id: int | None = None
    send_at: str = "10:00"
    quiet_from: str = "21:00"
    quiet_until: str = "09:00"
    active_from: dt.date | None = None
    active_until: dt.date | None = None
    catch_up_days: int = 3
    comment: str = ""


@dataclass(frozen=True)
class Choices:
    """What the form offers: numbers with titles; `templates` of each kind of rule; columns by «table.key»."""

    templates: dict[Watched, dict[int, str]]
    segments: dict[int, str]
    documents: dict[int, str]
    columns: dict[str, str]


@requires(Permission.REMINDERS_MANAGE)
def choices(session: Session, actor: Actor) -> Choices:
    """What can be chosen in the form of a rule."""
    texts = session.exec(select(MessageTemplate).where(col(MessageTemplate.active)).order_by(col(MessageTemplate.name)))
    known = [(text.id or 0, text.name, text.kind) for text in texts]
    papers = session.exec(select(DocumentType).where(col(DocumentType.active)).order_by(col(DocumentType.place)))
    return Choices(
        templates={
            watched: {number: name for number, name, kind in known if kind in (fit.value, TemplateKind.GENERAL.value)}
            for watched, fit in TEMPLATE_KINDS.items()
        },
        segments={line.id: line.name for line in segments.menu(session, actor) if _means_parties(line.table)},
        documents={paper.id or 0: paper.title for paper in papers},
        columns={f"{t.name}.{c.key}": f"{t.title}: {c.label}" for t, c in date_columns() if actor.may(c.permission)},
    )


def draft_of(rule: Rule, name: str = "") -> RuleDraft:
    """The form of a rule that is there."""
    hours = rule.hours
    return RuleDraft(
        name=(name or rule.name)[:NAME_LIMIT],
        watched=rule.watched,
        template_id=rule.template_id,
        purpose=rule.purpose,
        channels=rule.channels,
        steps=tuple(step.title for step in rule.steps),
        segment_id=rule.segment_id,
        column=f"{rule.table}.{rule.column}" if rule.column else "",
        document_type_id=rule.document_type_id,
        send_at=f"{hours.send_at:%H:%M}",
        quiet_from=f"{hours.quiet_from:%H:%M}" if hours.quiet_from else "",
        quiet_until=f"{hours.quiet_until:%H:%M}" if hours.quiet_until else "",
        active_from=rule.active_from,
        active_until=rule.active_until,
        catch_up_days=rule.catch_up_days,
        comment=rule.comment,
    )


def stored(draft: RuleDraft) -> dict[str, Any]:
    """A checked form as fields of `ReminderRule`; what does not belong to what is watched is left out."""
    of_table, _, key = draft.column.partition(".") if draft.watched is Watched.DATE_COLUMN else ("", "", "")
    return {
        "name": clean_text(draft.name).value or "",
        "watched": draft.watched.value,
        "table_name": of_table or None,
        "column_key": key or None,
        "document_type_id": draft.document_type_id if draft.watched is Watched.DOCUMENT_MISSING else None,
        "segment_id": draft.segment_id,
        "template_id": draft.template_id,
        "purpose": draft.purpose.value,
        "channels": orjson.dumps([channel.value for channel in Channel if channel in draft.channels]).decode(),
        "send_at": draft.send_at,
        "quiet_from": draft.quiet_from or None,
        "quiet_until": draft.quiet_until or None,
        "active_from": draft.active_from,
        "active_until": draft.active_until,
        "catch_up_days": draft.catch_up_days,
        "comment": draft.comment.strip() or None,
    }


@requires(Permission.REMINDERS_MANAGE)
def checked(session: Session, actor: Actor, draft: RuleDraft, kept_segment: int | None = None) -> list[tuple[int, int]]:
    """The steps of a form that is right. Raises `InvalidInput` with a sentence for every field that is wrong.

    `kept_segment`: the one the rule has already may be a colleague's own.
    """
    wrong: dict[str, str] = {}
    steps: list[tuple[int, int]] = []
    for said in draft.steps:
        try:
            steps.append(parse(said))
        except InvalidInput as error:
            wrong["steps"] = str(error)
    name = clean_text(draft.name).value or ""
    if not name:
        wrong["name"] = "Назовите правило."
    elif len(name) > NAME_LIMIT:
        wrong["name"] = f"Название длиннее {NAME_LIMIT} знаков."
    if not draft.steps:
        wrong["steps"] = "Укажите, когда напоминать: хотя бы один срок."
    elif len(draft.steps) > MOST_STEPS:
        wrong["steps"] = f"Сроков больше {MOST_STEPS}: разделите правило на два."
    if not draft.channels:
        wrong["channels"] = "Укажите, как отправлять."
    if len(draft.comment) > COMMENT_LIMIT:
        wrong["comment"] = f"Комментарий длиннее {COMMENT_LIMIT} знаков."
    owner = SYSTEM if draft.segment_id == kept_segment else actor
    wrong |= _wrong_hours(draft) | _wrong_choices(session, actor, draft) | _wrong_segment(session, owner, draft)
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), wrong)
    return sorted(set(steps))


def _wrong_hours(draft: RuleDraft) -> dict[str, str]:
    wrong = {}
    hours = {"send_at": draft.send_at, "quiet_from": draft.quiet_from, "quiet_until": draft.quiet_until}
    for key, hour in hours.items():
        if (hour or key == "send_at") and HOUR.fullmatch(hour) is None:
            wrong[key] = "Время пишется так: 09:30."
    if bool(draft.quiet_from) != bool(draft.quiet_until):
        wrong["quiet_until"] = "Тихие часы: укажите и начало, и конец, или уберите оба."
    if not 0 <= draft.catch_up_days <= MOST_CATCH_UP:
        wrong["catch_up_days"] = f"Догонять можно от 0 до {MOST_CATCH_UP} дней."
    if draft.active_from and draft.active_until and draft.active_from > draft.active_until:
        wrong["active_until"] = "Правило заканчивается раньше, чем начинается."
    return wrong


def _wrong_choices(session: Session, actor: Actor, draft: RuleDraft) -> dict[str, str]:
    wrong = {}
    offered = choices(session, actor)
    if draft.template_id is None:
        wrong["template_id"] = "Выберите шаблон письма."
    elif draft.template_id not in offered.templates[draft.watched]:
        wrong["template_id"] = "Этот шаблон не подходит к такому напоминанию: выберите другой."
    if draft.watched is Watched.DATE_COLUMN and draft.column not in offered.columns:
        wrong["column"] = "Выберите колонку с датой."
    if draft.watched is Watched.DOCUMENT_MISSING and draft.document_type_id not in offered.documents:
        wrong["document_type_id"] = "Выберите вид документа."
    return wrong


def _wrong_segment(session: Session, actor: Actor, draft: RuleDraft) -> dict[str, str]:
    if draft.segment_id is None:
        return {}
    try:
        line = segments.open_segment(session, actor, draft.segment_id)
    except DomainError as error:
        return {"segment_id": str(error)}
    if line.problem or not _means_parties(line.table):
        return {"segment_id": line.problem or "Этот сегмент отбирает не людей и не компании."}
    return {}


def _means_parties(table: str) -> bool:
    return table in TABLES and bool(TABLES[table].subjects)
