"""Rules: written, checked, switched on after their forecast was seen."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Channel, ReminderRule, TemplateKind, Watched
from services import clock
from services.access.permissions import SYSTEM
from services.errors import DomainError, InvalidInput, NotFound
from services.reminders import rules
from services.reminders.drafts import RuleDraft, choices
from services.reminders.evaluating import evaluate
from services.reminders.start_set import START_SET, seed
from services.tables import segments
from tests.builders import actor_of, create_account, create_person
from tests.services.reminders.scene import create_rule, create_template, draft, moscow, switch_on


def version(session: Session, number: int) -> int:
    session.flush()
    return session.get_one(ReminderRule, number).version


def edited(session: Session, number: int, **fields: Any) -> bool:
    held = rules.open_draft(session, SYSTEM, number)
    return rules.edit(session, SYSTEM, number, version(session, number), replace(held, **fields))


def test_a_rule_is_kept_as_it_was_written(session: Session) -> None:
    written = draft(
        session, Watched.BIRTHDAY, "за неделю", "в этот день", name="  Поздравление  ", comment="Только своим",
        channels=(Channel.EMAIL, Channel.CABINET), active_from=dt.date(2026, 1, 1), catch_up_days=0,
    )  # fmt: skip
    number = rules.create(session, SYSTEM, written)
    line = rules.open_rule(session, SYSTEM, number)
    assert (line.rule.name, line.steps, line.watched) == ("Поздравление", "за неделю, в этот день", "День рождения")
    assert (line.rule.channels, line.template, line.segment) == ((Channel.CABINET, Channel.EMAIL), "Текст", "")
    assert (line.rule.enabled, line.problem, line.has_sent) == (False, "", False)
    assert rules.open_draft(session, SYSTEM, number) == replace(
        written, name="Поздравление", channels=(Channel.CABINET, Channel.EMAIL)
    )


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": " "}, "name", "Назовите правило."),
        ({"steps": ()}, "steps", "Укажите, когда напоминать: хотя бы один срок."),
        ({"steps": ("вчера",)}, "steps", "Не понятно, когда напоминать: «вчера»."),
        ({"channels": ()}, "channels", "Укажите, как отправлять."),
        ({"send_at": "9:30"}, "send_at", "Время пишется так: 09:30."),
        ({"send_at": ""}, "send_at", "Время пишется так: 09:30."),
        ({"quiet_until": ""}, "quiet_until", "Тихие часы: укажите и начало, и конец, или уберите оба."),
        ({"catch_up_days": 61}, "catch_up_days", "Догонять можно от 0 до 60 дней."),
        ({"template_id": None}, "template_id", "Выберите шаблон письма."),
        ({"segment_id": 999}, "segment_id", "Такого сегмента нет"),
        ({"watched": Watched.DATE_COLUMN, "column": "people.name"}, "column", "Выберите колонку с датой."),
        ({"watched": Watched.DOCUMENT_MISSING}, "document_type_id", "Выберите вид документа."),
        (
            {"active_from": dt.date(2026, 2, 1), "active_until": dt.date(2026, 1, 1)},
            "active_until",
            "Правило заканчивается раньше, чем начинается.",
        ),
    ],
)
def test_a_wrong_form_is_refused_with_its_field(session: Session, wrong: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rules.create(session, SYSTEM, replace(draft(session, Watched.BIRTHDAY), **wrong))
    assert refusal.value.fields[field].startswith(said)


def test_a_text_has_to_know_what_the_rule_speaks_of(session: Session) -> None:
    event_text = create_template(session, TemplateKind.EVENT, name="О мероприятии")
    general = create_template(session, TemplateKind.GENERAL, name="Общий")
    offered = choices(session, SYSTEM).templates[Watched.BIRTHDAY]
    assert general.id in offered
    assert event_text.id not in offered
    with pytest.raises(InvalidInput, match="не подходит"):
        rules.create(session, SYSTEM, draft(session, Watched.BIRTHDAY, template_id=event_text.id))


def test_a_rule_is_switched_on_only_after_its_forecast_was_seen(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY)
    with pytest.raises(InvalidInput, match="Сначала посмотрите прогноз"):
        rules.switch_on(session, SYSTEM, number, version(session, number))
    rules.see_forecast(session, SYSTEM, number, version(session, number))
    edited(session, number, steps=("за день",))
    with pytest.raises(InvalidInput, match="Сначала посмотрите прогноз"):
        rules.switch_on(session, SYSTEM, number, version(session, number))
    with clock.stopped_at(moscow("2026-05-17")):
        switch_on(session, number)
    rule = rules.open_rule(session, SYSTEM, number).rule
    assert (rule.enabled, rule.enabled_on) == (True, dt.date(2026, 5, 17))


def test_a_forecast_of_an_older_version_counts_for_nothing(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY)
    seen = version(session, number)
    edited(session, number, steps=("за день",))
    for service in (rules.see_forecast, rules.switch_on, rules.switch_off, rules.delete):
        with pytest.raises(DomainError, match="только что изменил другой"):
            service(session, SYSTEM, number, seen)


@pytest.mark.parametrize(
    ("change", "stops"),
    [
        ({"steps": ("в этот день", "за день")}, True),
        ({"channels": (Channel.EMAIL,)}, True),
        ({"active_until": dt.date(2026, 6, 1)}, True),
        ({"name": "Другое имя"}, False),
        ({"send_at": "11:00"}, False),
        ({"comment": "Согласовано"}, False),
    ],
)
def test_what_changes_whom_a_rule_reaches_switches_it_off(
    session: Session, change: dict[str, Any], stops: bool
) -> None:
    number = create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    assert edited(session, number, **change) is stops
    assert rules.open_rule(session, SYSTEM, number).rule.enabled is not stops


def test_another_name_leaves_the_forecast_seen(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY)
    rules.see_forecast(session, SYSTEM, number, version(session, number))
    edited(session, number, name="Другое имя")
    assert rules.open_rule(session, SYSTEM, number).rule.is_seen


def test_a_rule_without_what_it_needs_is_not_switched_on(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY)
    session.get_one(ReminderRule, number).template_id = None
    seen = version(session, number)
    rules.see_forecast(session, SYSTEM, number, seen)
    with pytest.raises(InvalidInput, match=r"пока нельзя включить\. Не выбран шаблон"):
        rules.switch_on(session, SYSTEM, number, seen)


def test_copies_are_switched_off_and_rules_that_never_wrote_are_deleted(session: Session) -> None:
    number = create_rule(session, Watched.BIRTHDAY, "за неделю", on="2026-05-17", name="Поздравление")
    copied = rules.open_rule(session, SYSTEM, rules.copy(session, SYSTEM, number))
    assert (copied.rule.name, copied.steps, copied.rule.enabled) == ("Поздравление (копия)", "за неделю", False)
    rules.delete(session, SYSTEM, copied.rule.id, copied.rule.version)
    with pytest.raises(NotFound):
        rules.open_rule(session, SYSTEM, copied.rule.id)


def test_rules_that_wrote_stay_for_their_journal(session: Session) -> None:
    create_person(session, birth_date="1970-05-17")
    number = create_rule(session, Watched.BIRTHDAY, on="2026-05-17")
    session.commit()
    evaluate(moscow("2026-05-17"))
    session.rollback()
    assert rules.open_rule(session, SYSTEM, number).has_sent
    with pytest.raises(InvalidInput, match="журнал это хранит"):
        rules.delete(session, SYSTEM, number, version(session, number))


def test_a_segment_a_rule_is_for_cannot_be_deleted(session: Session) -> None:
    author = actor_of(create_account(session))
    number = segments.create(session, author, "people", "Свои", {"search": "свой"})
    rule = create_rule(session, Watched.BIRTHDAY, segment_id=number, name="Поздравление")
    with pytest.raises(InvalidInput, match="работает напоминание «Поздравление»"):
        segments.delete(session, author, number)
    edited(session, rule, segment_id=None)
    segments.delete(session, author, number)


def test_the_filter_of_a_segment_is_not_changed_under_a_rule_that_is_on(session: Session) -> None:
    author = actor_of(create_account(session))
    number = segments.create(session, author, "people", "Свои", {"search": "свой"})
    rule = create_rule(session, Watched.BIRTHDAY, segment_id=number, name="Поздравление", on="2026-03-24")
    seen = segments.open_segment(session, author, number).version
    with pytest.raises(InvalidInput, match="отправляется напоминание «Поздравление»"):
        segments.save_filter(session, author, number, seen, {})
    rules.switch_off(session, SYSTEM, rule, version(session, rule))
    segments.save_filter(session, author, number, seen, {})
    assert segments.open_segment(session, author, number).query == {}


def test_a_colleagues_own_segment_stays_in_a_rule_and_is_given_to_no_other(session: Session) -> None:
    author, other = (actor_of(create_account(session, login=login)) for login in ("author", "other"))
    number = segments.create(session, author, "people", "Свои", {"search": "свой"})
    written: RuleDraft = draft(session, Watched.BIRTHDAY, segment_id=number)
    rule = rules.create(session, author, written)
    rules.edit(session, other, rule, version(session, rule), replace(written, name="Иначе"))
    with pytest.raises(InvalidInput, match="Такого сегмента нет"):
        rules.create(session, other, written)


def test_the_start_set_is_there_all_off_and_complete(session: Session) -> None:
    found = {line.rule.code: line for line in rules.list_rules(session, SYSTEM)}
    assert sorted(found) == sorted(one.code for one in START_SET)
    assert {line.rule.enabled for line in found.values()} == {False}
    assert {line.rule.code: line.problem for line in found.values() if line.problem} == {}
    assert found["membership_end"].steps == "за 3 месяца, за месяц, за неделю, в этот день"
    assert found["membership_ended"].steps == "через 3 дня"
    assert found["event_soon"].steps == "за месяц, за неделю, за день"
    assert found["document_missing"].steps == "через 2 недели, через 30 дней"
    assert found["birthday"].steps == "в этот день"


def test_seeding_again_changes_nothing_the_office_changed(session: Session) -> None:
    number = session.exec(select(ReminderRule.id).where(col(ReminderRule.code) == "birthday")).one()
    assert number is not None
    edited(session, number, name="Поздравляем", steps=("за день",))
    seed(session.connection())
    session.expire_all()
    line = rules.open_rule(session, SYSTEM, number)
    assert (line.rule.name, line.steps) == ("Поздравляем", "за день")
