"""Rules everybody has from the start, all switched off: migrate puts them in, the office changes them."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, exists, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from models import DocumentType, MessageTemplate, Purpose, ReminderRule, ReminderStep, Watched, utc_now
from services.database import is_sqlite
from services.history.statements import table_of


@dataclass(frozen=True)
class Start:
    """A rule of the start set; `template` and `document` are codes, steps are months and days."""

    code: str
    name: str
    watched: Watched
    template: str
    purpose: Purpose
    steps: tuple[tuple[int, int], ...]
    document: str = ""
    send_at: str = "10:00"
    comment: str = ""


START_SET = (
    Start(
        "membership_end", "Членство заканчивается", Watched.MEMBERSHIP_END, "reminder_membership", Purpose.STATUTORY,
        ((-3, 0), (-1, 0), (0, -7), (0, 0)),
        comment="Выбывшим и приостановленным не пишем. Продлили членство: напоминания пойдут к новому сроку.",
    ),
    Start(
        "membership_ended", "Членство закончилось", Watched.MEMBERSHIP_END, "membership_ended", Purpose.STATUTORY,
        ((0, 3),),
    ),
    Start(
        "fee_due", "Пора платить взнос", Watched.FEE_DUE, "reminder_fee", Purpose.STATUTORY,
        ((-3, 0), (-1, 0), (0, -7), (0, 0)),
        comment="Тем, у кого указана сумма взноса. Срок оплаты: последний день оплаченного срока.",
    ),
    Start("fee_overdue", "Взнос просрочен", Watched.FEE_DUE, "fee_overdue", Purpose.STATUTORY, ((0, 3),)),
    Start(
        "event_soon", "Скоро мероприятие", Watched.EVENT_START, "event_soon", Purpose.SERVICE,
        ((-1, 0), (0, -7), (0, -1)),
        comment="Приглашённым, подавшим заявку и подтвердившим участие. Об отменённых мероприятиях не напоминаем.",
    ),
    Start("birthday", "День рождения", Watched.BIRTHDAY, "birthday", Purpose.SERVICE, ((0, 0),), send_at="09:30"),
    Start(
        "document_missing", "Не хватает документа", Watched.DOCUMENT_MISSING, "document_missing", Purpose.SERVICE,
        ((0, 14), (0, 30)), document="pd_consent",
        comment="Считаем от начала членства. Документ пришёл: больше не напоминаем.",
    ),
)  # fmt: skip


def seed(connection: Connection) -> None:
    """Add the rules that are missing, with their steps; what the office changed stays. After the templates."""
    templates = _numbers(connection, MessageTemplate)
    papers = _numbers(connection, DocumentType)
    rules, stamp = table_of(ReminderRule), {"version": 1, "created_at": utc_now()}
    writer: Any = (sqlite if is_sqlite(connection) else postgresql).insert(rules)
    rows = [_row(one, templates, papers) | stamp for one in START_SET]
    connection.execute(writer.on_conflict_do_nothing(index_elements=["code"]), rows)
    for one in START_SET:
        _seed_steps(connection, one, stamp)


def _seed_steps(connection: Connection, one: Start, stamp: dict[str, Any]) -> None:
    """The steps of a rule that has none at all: one the office took out is there still, inactive."""
    rules, steps = table_of(ReminderRule), table_of(ReminderStep)
    bare = ~exists(select(literal(1)).where(steps.c.rule_id == rules.c.id))
    rule_id = connection.execute(select(rules.c.id).where(rules.c.code == one.code, bare)).scalar()
    if rule_id is not None:
        lines = [{"rule_id": rule_id, "months": m, "days": d, "active": True} | stamp for m, d in one.steps]
        connection.execute(insert(steps), lines)


def _row(one: Start, templates: dict[str, int], papers: dict[str, int]) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "watched": one.watched.value,
        "template_id": templates.get(one.template),
        "document_type_id": papers.get(one.document),
        "purpose": one.purpose.value,
        "channels": orjson.dumps(["cabinet", "email"]).decode(),
        "send_at": one.send_at,
        "quiet_from": "21:00",
        "quiet_until": "09:00",
        "catch_up_days": 3,
        "enabled": False,
        "comment": one.comment or None,
    }


def _numbers(connection: Connection, model: Any) -> dict[str, int]:
    of = table_of(model)
    return {code: number for code, number in connection.execute(select(of.c.code, of.c.id)) if code}
