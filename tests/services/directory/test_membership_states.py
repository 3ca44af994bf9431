"""The state of a membership: the rule in Python and its twin in SQL agree on every kind of case and on every day."""

import datetime as dt
from itertools import product

import pytest
from sqlmodel import Session, select

from models import MembershipRule, MembershipState, Rules, Standing, membership_state
from services import clock
from services.access.permissions import SYSTEM
from services.directory.membership_words import reason_of
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading, writing
from tests import builders as b

TODAY = dt.date(2026, 3, 1)
NOON = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
A, E, O, S, L, U = MembershipState  # noqa: E741
RULES = (Rules(), Rules(ending=-60, overdue=15, left=90), Rules(ending=0, overdue=1, left=1))


def days(number: int | None) -> dt.date | None:
    return None if number is None else TODAY + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("ends", "rules", "state"),
    [
        (31, Rules(), A), (30, Rules(), E), (0, Rules(), E), (-1, Rules(), O), (-1000, Rules(), O), (None, Rules(), U),
        (61, RULES[1], A), (60, RULES[1], E), (-14, RULES[1], E), (-15, RULES[1], O), (-89, RULES[1], O),
        (-90, RULES[1], L), (1, RULES[2], A), (0, RULES[2], E), (-1, RULES[2], L),
    ],
)  # fmt: skip
def test_time_alone(ends: int | None, rules: Rules, state: MembershipState) -> None:
    assert membership_state(Standing(days(ends)), rules, TODAY) is state


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing(days(100), suspended_from=days(0)), S),
        (Standing(days(100), suspended_from=days(1)), A),
        (Standing(days(100), days(-5), days(0)), S),
        (Standing(days(100), days(-5), days(-1)), A),
        (Standing(days(-5), days(-9), days(9)), S),
        (Standing(days(100), left_on=days(0)), L),
        (Standing(days(100), left_on=days(1)), A),
        (Standing(days(100), days(-5), None, days(-1)), L),
        (Standing(days(-5), days(-9), None, days(-1), "active"), A),
    ],
)
def test_decisions_stand_above_time_and_a_hand_above_decisions(standing: Standing, state: MembershipState) -> None:
    assert membership_state(standing, Rules(), TODAY) is state


GRID = [
    Standing(days(ends), days(begun), days(until), days(left), override)
    for ends, (begun, until), left, override in product(
        (None, 61, 60, 31, 30, 0, -1, -14, -15, -89, -90),
        ((None, None), (-5, None), (0, 0), (1, 9), (-5, -1), (-5, 3)),
        (None, 0, 1),
        (None, "overdue"),
    )
]


def test_sql_says_the_same(session: Session) -> None:
    lines = {}
    for standing in GRID:
        line = b.create_membership(
            session,
            b.create_company(session),
            ends_on=standing.ends_on,
            suspended_from=standing.suspended_from,
            suspended_until=standing.suspended_until,
            left_on=standing.left_on,
            left_how="resign" if standing.left_on else None,
            state_override=standing.override,
        )
        lines[line.id] = standing
    session.commit()
    with clock.stopped_at(NOON):
        for rules in RULES:
            put(rules)
            with reading() as asked:
                found = rows(asked, SYSTEM, "members", parse_query({"endRow": 1000}))
            assert found.total == len(GRID) == 396
            said = {lines[row["id"]]: row["state"] for row in found.rows}
            assert said == {standing: membership_state(standing, rules, TODAY).value for standing in GRID}


def put(rules: Rules) -> None:
    with writing(SYSTEM) as session:
        for rule in session.exec(select(MembershipRule)):
            session.delete(rule)
        session.flush()
        days_of = {"ending": rules.ending, "overdue": rules.overdue, "left": rules.left}
        session.add_all(MembershipRule(state=s, from_day=d) for s, d in days_of.items() if d is not None)


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        (Standing(days(40)), "Действует до 10.04.2026, осталось 40 дней"),
        (Standing(days(0)), "Сегодня, 01.03.2026, последний день"),
        (Standing(days(-2)), "Срок закончился 27.02.2026, 2 дня назад; льготный срок до 13.03.2026"),
        (Standing(days(-21)), "Срок закончился 08.02.2026, 21 день назад"),
        (
            Standing(days(-90)),
            "Срок закончился 01.12.2025, 90 дней назад: по правилам членство считается прекращённым",
        ),
        (Standing(), "Дата окончания не указана"),
        (Standing(days(9), days(-1)), "Приостановлено с 28.02.2026 без срока"),
        (Standing(days(9), days(-1), days(1)), "Приостановлено с 28.02.2026 по 02.03.2026"),
        (Standing(days(9), left_on=days(-1)), "Исключение: с 28.02.2026"),
        (Standing(days(40), override="left"), "Действует до 10.04.2026, осталось 40 дней"),
    ],
)
def test_the_reason_in_words(standing: Standing, sentence: str) -> None:
    assert reason_of(standing, "exclude", RULES[1], TODAY) == sentence
