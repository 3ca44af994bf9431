"""Invented memberships: the register, earlier terms, the journal of decisions."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, pairwise
from random import Random

from models import Leaving, MembershipState, SetByHand, StepKind
from services.demo import trades
from services.demo.people import BY_HAND, Row, World
from services.directory import terms

FEES = tuple(map(Decimal, ("15000.00", "30000.00", "50000.00", "75000.00", "100000.00", "12500.50")))
DAYS_LEFT = {
    MembershipState.ENDING.value: (0, 30),
    MembershipState.OVERDUE.value: (-300, -1),
    MembershipState.LEFT.value: (-400, 200),
    BY_HAND: (-120, -40),
}
"""From today to the last day of the term."""
NOTE = "Оплата ожидается по гарантийному письму"


def memberships(world: World) -> Iterator[Row]:
    """The register."""
    chance = world.chance("memberships")
    for number, fate in enumerate(world.fates, start=1):
        is_company = number <= world.member_companies
        yield {
            **world.record(number),
            **_term(chance, fate, world.today),
            **_decided(chance, fate, world.today),
            "company_id": number if is_company else None,
            "person_id": None if is_company else number - world.member_companies,
            "fee_amount": chance.choice(FEES) if chance.random() < 0.94 else None,
            "referred_by": chance.choice(trades.SOURCES) if chance.random() < 0.4 else None,
            "comment": chance.choice(trades.COMMENTS) if chance.random() < 0.15 else None,
        }


def periods(world: World) -> Iterator[Row]:
    """Terms before the present one, one after another."""
    chance, numbers = world.chance("periods"), count(1)
    for member in memberships(world):
        for start, end in _earlier(member):
            yield world.record(next(numbers)) | {
                "membership_id": member["id"],
                "starts_on": start,
                "ends_on": end,
                "fee_amount": member["fee_amount"],
                "paid_on": start - dt.timedelta(days=chance.randrange(20)),
            }


def steps(world: World) -> Iterator[Row]:
    """The journal: how each came in, was renewed, suspended, left."""
    numbers = count(1)
    for member in memberships(world):
        starts = [start for start, _ in _earlier(member)]
        starts += [member["starts_on"]] if member["starts_on"] else []
        decisions: list[tuple[StepKind, dt.date, dt.date | None, str | None]]
        decisions = [(StepKind.RENEW if place else StepKind.JOIN, day, None, None) for place, day in enumerate(starts)]
        if member["suspended_from"]:
            reason = "Заявление члена ассоциации"
            decisions.append((StepKind.SUSPEND, member["suspended_from"], member["suspended_until"], reason))
        if member["left_on"]:
            reason = "По заявлению" if member["left_how"] == Leaving.RESIGN else "Решение правления: взнос не уплачен"
            decisions.append((StepKind(member["left_how"]), member["left_on"], None, reason))
        for kind, day, until, why in decisions:
            yield world.record(next(numbers)) | {
                "membership_id": member["id"], "kind": kind.value, "on_date": day, "until": until, "reason": why,
            }  # fmt: skip


def _term(chance: Random, fate: str, today: dt.date) -> Row:
    """The present term, a year that ends where the fate wants it."""
    if fate == MembershipState.UNKNOWN.value:
        return {"starts_on": None, "ends_on": None, "paid_on": None}
    ends_on = today + dt.timedelta(days=chance.randint(*DAYS_LEFT.get(fate, (31, 330))))
    starts_on = _year_before(ends_on + terms.DAY)
    paid_on = min(starts_on + dt.timedelta(days=chance.randrange(20)), today)
    return {"starts_on": starts_on, "ends_on": ends_on, "paid_on": paid_on if chance.random() < 0.95 else None}


def _decided(chance: Random, fate: str, today: dt.date) -> Row:
    """What was decided about the membership besides its term."""
    row: Row = dict.fromkeys(
        ("suspended_from", "suspended_until", "left_on", "left_how", "state_override", "override_note")
    )
    if fate == MembershipState.SUSPENDED.value:
        row["suspended_from"] = today - dt.timedelta(days=chance.randrange(1, 60))
        row["suspended_until"] = today + dt.timedelta(days=chance.randrange(90)) if chance.random() < 0.6 else None
    if fate == MembershipState.LEFT.value:
        row["left_on"] = today - dt.timedelta(days=chance.randrange(90))
        row["left_how"] = chance.choice(list(Leaving)).value
    if fate == BY_HAND:
        row |= {"state_override": SetByHand.ACTIVE.value, "override_note": NOTE}
    return row


def _earlier(member: Row) -> list[tuple[dt.date, dt.date]]:
    """First and last days of up to three years before the present term."""
    if member["starts_on"] is None:
        return []
    starts = [member["starts_on"]]
    for _ in range(member["id"] % 4):
        starts.insert(0, _year_before(starts[0]))
    return [(first, following - terms.DAY) for first, following in pairwise(starts)]


def _year_before(day: dt.date) -> dt.date:
    last = day - terms.DAY
    return next(
        first for first in (day - dt.timedelta(days=n) for n in (365, 366)) if terms.last_day_of_year(first) >= last
    )
