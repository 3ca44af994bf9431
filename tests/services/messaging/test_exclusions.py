"""Who gets nothing and why: every reason × every purpose × every channel, for people and companies.

The whole truth table of what can be so with a recipient is one mailing: its review has to name, for each of them, the
first reason that holds.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import Session

from models import (
    BouncedAddress,
    Channel,
    Company,
    Consent,
    Delivery,
    DeliveryState,
    Mailing,
    MailingKind,
    OptOut,
    Person,
    Purpose,
    WhyNot,
)
from services import clock
from services.directory.parties import Party
from services.messaging import audiences, gateway
from services.messaging.mailing_views import recipients
from services.settings import settings
from services.work import reading
from tests import builders as b
from tests.services.messaging.mailed import MANAGER, NOON, draft, left_out, prepare, prepared, review

RESPECTED: dict[Purpose, set[WhyNot]] = {
    Purpose.STATUTORY: set(),
    Purpose.SERVICE: {WhyNot.DO_NOT_DISTURB, WhyNot.OPTED_OUT},
    Purpose.INVITATION: {WhyNot.DO_NOT_DISTURB, WhyNot.OPTED_OUT},
    Purpose.ADVERTISING: {WhyNot.DO_NOT_DISTURB, WhyNot.OPTED_OUT, WhyNot.NO_CONSENT},
}
"""Which wishes a new base lets each purpose respect."""
ADDRESSES = ("good", "none", "bounced")


@dataclass(frozen=True)
class Facts:
    """What is so with a recipient; `name` says it all, so that the review can be read."""

    active: bool
    quiet: bool
    opted_out: bool
    consent: bool
    received: bool
    address: str

    def expected(self, purpose: Purpose, channel: Channel) -> str | None:
        """The first reason in the order they are asked."""
        respected, written = RESPECTED[purpose], channel is not Channel.CABINET
        reasons = (
            (not self.active, WhyNot.INACTIVE),
            (self.quiet and WhyNot.DO_NOT_DISTURB in respected, WhyNot.DO_NOT_DISTURB),
            (self.opted_out and WhyNot.OPTED_OUT in respected, WhyNot.OPTED_OUT),
            (not self.consent and WhyNot.NO_CONSENT in respected, WhyNot.NO_CONSENT),
            (self.received, WhyNot.ALREADY),
            (written and self.address == "none", WhyNot.NO_ADDRESS),
            (written and self.address == "bounced", WhyNot.BOUNCED),
        )
        return next((why.value for holds, why in reasons if holds), None)


TABLE = [
    Facts(active, quiet, opted_out, consent, received, address)
    for active, quiet, opted_out, consent, received in itertools.product((True, False), repeat=5)
    for address in ADDRESSES
]


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is noon of 22.11.2026 in Moscow."""
    with clock.stopped_at(NOON):
        yield


@pytest.fixture(autouse=True)
def sms(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    """SMS can be chosen."""
    monkeypatch.setattr(settings(), "sms_url", "http://127.0.0.1:9/sms")


def made(session: Session, facts: Facts, number: int, former: Mailing, purpose: Purpose, kind: str) -> Party:
    """A recipient of whom the facts are so."""
    email = {"good": f"a{number}@example.ru", "none": None, "bounced": f"dead{number}@example.ru"}[facts.address]
    phone = {"good": f"+7916{number:07}", "none": None, "bounced": f"+7917{number:07}"}[facts.address]
    common: dict[str, Any] = {"active": facts.active, "do_not_disturb": facts.quiet, "email": email, "phone": phone}
    record: Person | Company = (
        b.create_person(session, f"Человек{number}", **common)
        if kind == "person"
        else b.create_company(session, f"Компания {number}", **common)
    )
    party = Party("person" if kind == "person" else "company", record.id or 0)
    if facts.address == "bounced":
        session.add_all([BouncedAddress(address=email or ""), BouncedAddress(address=(phone or "").lstrip("+"))])
    tie: dict[str, Any] = party.tie
    sent: dict[str, Any] = {"mailing_id": former.id, "state": DeliveryState.SENT.value}
    if facts.consent:
        session.add(Consent(**tie, purpose=purpose.value))
    for channel in Channel:
        if facts.opted_out:
            session.add(OptOut(**tie, purpose=purpose.value, channel=channel.value))
        if facts.received:
            session.add(Delivery(**tie, **sent, channel=channel.value, once_key=gateway.once_key(former)))
    return party


@pytest.mark.parametrize("kind", ["person", "company"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_reason_by_purpose_and_channel(session: Session, purpose: Purpose, kind: str) -> None:
    channels = [channel.value for channel in Channel]
    session.commit()
    former = session.get_one(Mailing, draft(audiences.Audience(), purpose=purpose.value, channels=channels))
    parties = {
        made(session, facts, number, former, purpose, kind): facts for number, facts in enumerate(TABLE, start=1)
    }
    session.commit()
    number = prepared(audiences.of_parties(parties), purpose=purpose.value, channels=channels)

    with reading() as look:
        pages = [recipients(look, MANAGER, number, page=page) for page in range(6)]
    lines = [line for page in pages for line in page.lines]
    assert len(lines) == pages[0].total == 3 * len(TABLE)
    found = {(line.party, line.channel): line.reason for line in lines}
    assert found == {
        (party, channel): facts.expected(purpose, channel) for party, facts in parties.items() for channel in Channel
    }
    assert {line.state for line in lines if line.reason is None} == {DeliveryState.PLANNED}
    assert {line.state for line in lines if line.reason is not None} == {DeliveryState.EXCLUDED}

    shown = review(number)
    gets = sum(any(facts.expected(purpose, channel) is None for channel in Channel) for facts in TABLE)
    assert (shown.chosen, shown.receive) == (len(TABLE), gets)
    assert sum(one.count for one in shown.excluded) == shown.chosen - shown.receive
    for one in shown.by_channel:
        expected = [facts.expected(purpose, one.channel) for facts in TABLE]
        assert one.receive == expected.count(None)
        assert {why.reason.value: why.count for why in one.excluded} == {
            why: expected.count(why) for why in set(expected) - {None}
        }


@pytest.mark.parametrize("happened", ["cancelled", "over"])
def test_an_event_that_is_off_keeps_invitations_back_and_no_news(session: Session, happened: str) -> None:
    event = b.create_event(session, "Форум", starts_on="2026-11-21" if happened == "over" else "2026-12-12")
    event.cancelled_at = clock.now() if happened == "cancelled" else None
    audience = guests(session)
    for kind, purpose in itertools.product(MailingKind, Purpose):
        number = draft(audience, kind=kind, event_id=event.id, text="Здравствуйте!", purpose=purpose.value)
        prepare(number)
        minds = kind in {MailingKind.INVITATION, MailingKind.REMINDER}
        kept_back = {f"event_{happened}": ("Вольный Пётр Ильич", "Трудов Пётр Ильич")} if minds else {}
        assert left_out(review(number)) == {"inactive": ("Ушедший Пётр Ильич",)} | kept_back, (kind, purpose)


def test_a_hole_in_the_text_is_the_last_reason(session: Session) -> None:
    audience = guests(session)
    for channel, purpose in itertools.product(Channel, Purpose):
        shown = review(prepared(audience, text="Из {{ компания }}", purpose=purpose.value, channels=[channel.value]))
        expected = {"inactive": ("Ушедший Пётр Ильич",), "not_rendered": ("Вольный Пётр Ильич",)}
        assert left_out(shown) == expected, (channel, purpose)


def guests(session: Session) -> audiences.Audience:
    """One who can get anything, one who works nowhere, one who is deactivated."""
    free = b.create_person(session, "Вольный", email="b@example.ru", phone="+79160000002")
    works = b.create_person(session, "Трудов", email="a@example.ru", phone="+79160000001")
    b.create_employment(session, works, b.create_company(session))
    gone = b.create_person(session, "Ушедший", email="c@example.ru", active=False)
    for person, purpose in itertools.product((works, free, gone), Purpose):
        session.add(Consent(person_id=person.id, purpose=purpose.value))
    session.commit()
    return audiences.of_parties(Party("person", one.id or 0) for one in (works, free, gone))
