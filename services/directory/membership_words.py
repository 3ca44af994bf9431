"""What the card says of a membership: titles and sentences. Pure: no database, no clock."""

import datetime as dt

from models import Leaving, MembershipState, Rules, Standing, StepKind, membership_state
from services.tables.declared.members import STATES
from services.values.cleaned import counted

STATE_TITLES: dict[str, str] = dict(STATES)
STEP_TITLES: dict[str, str] = {
    StepKind.JOIN.value: "Вступление",
    StepKind.RENEW.value: "Продление",
    StepKind.SUSPEND.value: "Приостановка",
    StepKind.RESUME.value: "Возобновление",
    StepKind.RESIGN.value: "Выход по заявлению",
    StepKind.EXCLUDE.value: "Исключение",
}
_LEFT = {Leaving.RESIGN.value: "Выход по заявлению", Leaving.EXCLUDE.value: "Исключение"}


def day(date: dt.date) -> str:
    """«31.12.2026»."""
    return f"{date:%d.%m.%Y}"


def days(number: int) -> str:
    """«40 дней»."""
    return counted(number, "день", "дня", "дней")


def reason_of(standing: Standing, left_how: str | None, rules: Rules, today: dt.date) -> str:
    """Why the rules and the decisions put a membership into its state, whatever was set by hand."""
    state = membership_state(
        Standing(standing.ends_on, standing.suspended_from, standing.suspended_until, standing.left_on), rules, today
    )
    if standing.left_on is not None and state is MembershipState.LEFT:
        return f"{_LEFT.get(left_how or '', 'Выбытие')}: с {day(standing.left_on)}"
    if state is MembershipState.SUSPENDED and standing.suspended_from is not None:
        until = f"по {day(standing.suspended_until)}" if standing.suspended_until else "без срока"
        return f"Приостановлено с {day(standing.suspended_from)} {until}"
    if standing.ends_on is None:
        return "Дата окончания не указана"
    return _of_term(state, standing.ends_on, rules, today)


def _of_term(state: MembershipState, ends_on: dt.date, rules: Rules, today: dt.date) -> str:
    passed = (today - ends_on).days
    if passed < 0:
        return f"Действует до {day(ends_on)}, осталось {days(-passed)}"
    if passed == 0:
        return f"Сегодня, {day(ends_on)}, последний день"
    over = f"Срок закончился {day(ends_on)}, {days(passed)} назад"
    if state is MembershipState.LEFT:
        return f"{over}: по правилам членство считается прекращённым"
    if state is MembershipState.ENDING:
        return f"{over}; льготный срок до {day(ends_on + dt.timedelta(days=rules.overdue - 1))}"
    return over
