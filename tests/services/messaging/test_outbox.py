import json

import pytest
from sqlmodel import Session

from models import BouncedAddress, Delivery, DeliveryState, Mailing, MailingState, Purpose, Role, WhyNot
from services.access.permissions import PERMISSIONS, SYSTEM, Actor
from services.errors import DomainError, InvalidInput, NotAllowed, StaleRecord
from services.messaging import gateway, outbox, policies
from tests.builders import create_person
from tests.outbox import create_delivery, create_mailing
from tests.terminal import manage


def of_role(role: Role) -> Actor:
    return Actor(None, "кто-то", PERMISSIONS[role], role)


def test_what_failed_or_is_unknown_is_decided_by_hand(session: Session) -> None:
    mailing = create_mailing(session, state=MailingState.DONE.value)
    states = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.SENDING)
    rows = [create_delivery(session, mailing, create_person(session), state=state, attempts=3) for state in states]
    ids = [row.id or 0 for row in rows]
    assert outbox.decide(session, SYSTEM, ids[:1], "again") == 1
    assert outbox.decide(session, SYSTEM, ids, "sent") == 1
    session.expire_all()
    assert [row.state for row in rows] == ["queued", "sent", "sent", "sending"]
    assert (rows[0].attempts, rows[1].sent_at is not None) == (0, True)
    assert session.get_one(Mailing, mailing.id).state == MailingState.CONFIRMED
    with pytest.raises(InvalidInput):
        outbox.decide(session, SYSTEM, ids, "whatever")


def test_to_send_again_is_to_trust_the_address_again(session: Session) -> None:
    anna = create_person(session, email="Anna@example.test")
    mailing = create_mailing(session)
    failed = create_delivery(session, mailing, anna, state=DeliveryState.FAILED, address="anna@example.test")
    for name in ("anna", "olga"):
        session.add(BouncedAddress(address=f"{name}@example.test", code="550"))
    session.flush()
    assert gateway.recheck(session, [failed.id or 0]) == {failed.id: WhyNot.BOUNCED}
    assert outbox.decide(session, SYSTEM, [failed.id or 0], "again") == 1
    assert gateway.recheck(session, [failed.id or 0]) == {}
    assert outbox.trust(session, SYSTEM, " OLGA@example.test") is True
    assert outbox.trust(session, SYSTEM, "olga@example.test") is False


def test_those_who_share_a_letter_are_decided_about_together(session: Session) -> None:
    mailing = create_mailing(session)
    carrier = create_delivery(session, mailing, create_person(session), state=DeliveryState.UNKNOWN)
    sharing = [
        create_delivery(session, mailing, create_person(session), state=DeliveryState.UNKNOWN, carrier_id=carrier.id)
        for _ in range(2)
    ]
    other = create_delivery(session, mailing, create_person(session), state=DeliveryState.UNKNOWN)
    assert outbox.decide(session, SYSTEM, [sharing[0].id or 0], "dropped") == 3
    session.expire_all()
    assert [row.state for row in (carrier, *sharing, other)] == ["cancelled", "cancelled", "cancelled", "unknown"]


def test_the_switch_stops_everything_and_says_who_pressed_it(session: Session) -> None:
    assert outbox.paused(session, SYSTEM) is None
    outbox.pause(session, SYSTEM, "проверяем тексты")
    outbox.pause(session, SYSTEM, "ещё раз")
    known = outbox.paused(session, SYSTEM)
    assert known is not None
    assert (known.who, known.why, outbox.is_paused(session)) == ("система", "проверяем тексты", True)
    outbox.resume(session, SYSTEM)
    assert (outbox.paused(session, SYSTEM), outbox.is_paused(session)) == (None, False)


def test_advertising_always_needs_a_consent(session: Session) -> None:
    advertising = policies.list_policies(session, SYSTEM)[3]
    assert (advertising.title, advertising.needs_consent) == ("реклама", True)
    with pytest.raises(DomainError, match="запрещена"):
        policies.change_policy(
            session, SYSTEM, Purpose.ADVERTISING, advertising.seen,
            respects_do_not_disturb=True, respects_opt_out=True, needs_consent=False,
        )  # fmt: skip


def test_of_two_who_change_a_policy_the_second_is_told(session: Session) -> None:
    service = policies.list_policies(session, SYSTEM)[1]
    wanted = {"respects_do_not_disturb": True, "respects_opt_out": False, "needs_consent": False}
    assert policies.change_policy(session, SYSTEM, Purpose.SERVICE, service.seen, **wanted).respects_opt_out is False
    with pytest.raises(StaleRecord):
        policies.change_policy(session, SYSTEM, Purpose.SERVICE, service.seen, **wanted)


def test_a_manager_sees_the_policies_and_does_not_change_them(session: Session) -> None:
    manager = of_role(Role.MANAGER)
    service = policies.list_policies(session, manager)[1]
    with pytest.raises(NotAllowed):
        policies.change_policy(
            session, manager, Purpose.SERVICE, service.seen,
            respects_do_not_disturb=False, respects_opt_out=False, needs_consent=False,
        )  # fmt: skip


def test_the_terminal_counts_the_outbox(session: Session, database: str) -> None:
    mailing = create_mailing(session)
    for state in (DeliveryState.QUEUED, DeliveryState.QUEUED, DeliveryState.SENT):
        create_delivery(session, mailing, create_person(session), state=state)
    session.commit()
    done = manage(database, "outbox", "--json")
    expected = {state.value: 0 for state in DeliveryState} | {"queued": 2, "sent": 1}
    assert (done.returncode, done.stdout) == (0, f"{json.dumps(expected | {'paused': False})}\n")
    assert manage(database, "outbox").stdout == "ждёт отправки: 2\nотправлено: 1\n"


def test_nobody_else_may_look_or_decide(session: Session) -> None:
    accountant = of_role(Role.ACCOUNTANT)
    for call in (outbox.counts, outbox.paused, outbox.resume, policies.list_policies):
        with pytest.raises(NotAllowed):
            call(session, accountant)
    assert session.get(Delivery, 1) is None
