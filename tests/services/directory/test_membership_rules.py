"""The rules of membership: who may set them, what they are checked for, what a preview says."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlmodel import Session

from models import Rules
from services import clock
from services.access.permissions import SYSTEM
from services.directory import membership_rules as mr
from services.errors import DomainError, InvalidInput
from services.work import reading, writing
from tests import builders as b


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        yield


def in_force() -> Rules:
    with reading() as session:
        return mr.rules(session, SYSTEM)


def put(seen: Rules, proposed: Rules) -> None:
    with writing(SYSTEM) as session:
        mr.set_rules(session, SYSTEM, seen, proposed)


def test_a_fresh_base_warns_a_month_before(database: str) -> None:
    assert in_force() == Rules(ending=-30, overdue=1, left=None)


def test_rules_are_set_and_taken_away(database: str) -> None:
    first, second = mr.rules_from(60, 14, 90), mr.rules_from(7, 0, None)
    put(in_force(), first)
    assert in_force() == first == Rules(ending=-60, overdue=15, left=90)
    put(first, second)
    assert in_force() == second == Rules(ending=-7, overdue=1, left=None)


def test_the_second_of_two_editors_is_told(database: str) -> None:
    seen = in_force()
    put(seen, mr.rules_from(60, 0, None))
    with pytest.raises(DomainError, match="только что изменил"):
        put(seen, mr.rules_from(10, 0, None))
    assert in_force().ending == -60


@pytest.mark.parametrize(
    ("warn", "grace", "left", "sentence"),
    [
        (-1, 0, None, "Предупреждать"),
        (30, 4000, None, "Льготный срок"),
        (30, 14, 14, "больше 14 дней"),
        (30, 0, 99_999, "Считать выбывшим"),
    ],
)
def test_rules_without_sense_are_refused(warn: int, grace: int, left: int | None, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        mr.rules_from(warn, grace, left)


def test_a_preview_counts_who_would_change(session: Session) -> None:
    today = dt.date(2026, 3, 1)
    for days in (100, 40, 20, -5, -50):
        b.create_membership(session, b.create_company(session), ends_on=today + dt.timedelta(days=days))
    b.create_membership(session, b.create_company(session), ends_on=today, state_override="left")
    b.create_membership(session, b.create_person(session, active=False), ends_on=today - dt.timedelta(days=5))
    session.commit()
    with reading() as asked:
        found = mr.preview(asked, SYSTEM, mr.rules_from(45, 10, 45))
    assert found.changed == 3
    assert dict(found.before) == {"active": 2, "ending": 1, "overdue": 2, "left": 1}
    assert dict(found.after) == {"active": 1, "ending": 3, "left": 2}
