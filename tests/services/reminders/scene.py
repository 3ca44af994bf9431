"""Scenes of reminders: rules as the office writes them, switched on as the office switches them on."""

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from models import Channel, Delivery, MessageTemplate, Purpose, ReminderRule, TemplateKind, Watched
from services import clock
from services.access.permissions import SYSTEM
from services.reminders import rules
from services.reminders.drafts import RuleDraft
from services.reminders.rule import TEMPLATE_KINDS

CABINET = (Channel.CABINET,)


def moscow(day: str, hour: str = "12:00") -> dt.datetime:
    """A moment on the association's clock."""
    return dt.datetime.fromisoformat(f"{day}T{hour}:00+03:00")


def create_template(session: Session, kind: TemplateKind = TemplateKind.GENERAL, **fields: Any) -> MessageTemplate:
    """A text."""
    told = {"name": "Текст", "purpose": "service", "subject": "Напоминание", "text": "Здравствуйте!"} | fields
    template = MessageTemplate(kind=kind.value, **told)
    session.add(template)
    session.flush()
    return template


def draft(session: Session, watched: Watched, *steps: str, **fields: Any) -> RuleDraft:
    """The form of a rule, with a text of its own."""
    template = create_template(session, TEMPLATE_KINDS[watched])
    plain = RuleDraft("Правило", watched, template.id, Purpose.SERVICE, CABINET, steps or ("в этот день",))
    return replace(plain, **fields)


def create_rule(session: Session, watched: Watched, *steps: str, on: str = "", **fields: Any) -> int:
    """A rule; switched on at noon of the day `on`, its forecast seen."""
    number = rules.create(session, SYSTEM, draft(session, watched, *steps, **fields))
    if on:
        with clock.stopped_at(moscow(on)):
            switch_on(session, number)
    return number


def switch_on(session: Session, number: int) -> None:
    """Look at the forecast and switch on."""
    version = session.get_one(ReminderRule, number).version
    rules.see_forecast(session, SYSTEM, number, version)
    rules.switch_on(session, SYSTEM, number, version)


def written(session: Session, *columns: str) -> list[Any]:
    """The columns of the ledger's lines (of one column its values), in the order they were written."""
    session.rollback()
    wanted = [getattr(Delivery, name) for name in columns]
    found = session.exec(select(*wanted).where(col(Delivery.step_id).is_not(None)).order_by(col(Delivery.id)))
    return [tuple(row) if len(columns) > 1 else row for row in found]
