"""Signing in: attempts, proofs, the second factor."""

import datetime as dt
import re

import pyotp
import pytest
from sqlmodel import Session, col, func, select

from models import AuditEvent, LoginAttempt, RecoveryCode, Role
from services import clock
from services.access import second_factor, sessions, sign_in, throttle
from services.access.permissions import ANONYMOUS, Actor
from services.access.throttle import TooManyAttempts
from services.database import engine
from services.errors import DomainError, InvalidInput
from services.settings import settings
from services.work import reading, writing
from tests.builders import PASSWORD, actor_of, create_account

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HERE = "10.0.0.7"


def enter(login: str, password: str, address: str = HERE) -> str | None:
    """As the edge does it: «refused», None, or the token."""
    with writing(ANONYMOUS) as session:
        if not sign_in.admit(session, login, address):
            return "refused"
    with reading() as session:
        proven = sign_in.check_password(session, login, password)
    with writing(ANONYMOUS) as session:
        token = sign_in.finish(session, proven, address, "") if proven else None
        if token is None:
            sign_in.fail(session, login, address)
    return token


def pending(login: str) -> str:
    with reading() as session:
        proven = sign_in.check_password(session, login, PASSWORD)
    assert proven is not None
    assert proven.needs_code
    return proven.pending_token


def enter_code(token: str, code: str) -> str | None:
    with writing(ANONYMOUS) as session:
        return sign_in.finish_with_code(session, token, code, HERE, "")


def events() -> list[tuple[int | None, str, str, str]]:
    with reading() as session:
        return [(e.account_id, e.action, e.subject, e.detail) for e in session.exec(select(AuditEvent))]


@pytest.fixture
def member(session: Session) -> Actor:
    found = actor_of(create_account(session, Role.MEMBER, "member"))
    session.commit()
    return found


def enrol(actor: Actor, session: Session) -> tuple[str, tuple[str, ...]]:
    secret = second_factor.begin(session, actor).secret
    codes = second_factor.confirm(session, actor, "", secret, pyotp.TOTP(secret).at(clock.now()))
    session.commit()
    return secret, codes


def test_a_right_password_opens_a_session(member: Actor) -> None:
    token = enter(" MEMBER ", PASSWORD)
    assert token is not None
    with engine().connect() as connection:
        found = sessions.resolve(connection, token)
    assert found is not None
    assert found.actor.account_id == member.account_id
    assert events() == [(member.account_id, "signed_in", "", "")]


def test_wrong_unknown_and_closed_look_alike(session: Session, member: Actor) -> None:
    create_account(session, Role.MEMBER, "closed", active=False)
    session.commit()
    assert [enter("member", "не тот пароль"), enter("nobody", PASSWORD), enter("closed", PASSWORD)] == [None] * 3
    assert [event[1] for event in events()] == ["sign_in_failed"] * 3
    assert not [event for event in events() if "nobody" in "".join(event[2:])]


def test_attempts_on_a_login_end_and_expire(member: Actor) -> None:
    limit, window = settings().login_attempts, settings().login_window_minutes
    with clock.stopped_at(NOON):
        assert [enter("member", "не тот") for _ in range(limit)] == [None] * limit
        assert enter("member", PASSWORD) == "refused"
        assert enter("MEMBER ", PASSWORD, "10.9.9.9") == "refused"
        assert enter("other", PASSWORD) is None
    assert ("sign_in_refused", f"account:{member.account_id}") in [event[1:3] for event in events()]
    with clock.stopped_at(NOON + dt.timedelta(minutes=window) - dt.timedelta(seconds=1)):
        assert enter("member", PASSWORD) == "refused"
    with clock.stopped_at(NOON + dt.timedelta(minutes=window)):
        assert enter("member", PASSWORD) not in {None, "refused"}
    with reading() as session:
        assert session.exec(select(func.count(col(LoginAttempt.id)))).one() == 0


def test_attempts_from_an_address_end(member: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN_ATTEMPTS_PER_ADDRESS", "3")
    settings.cache_clear()
    assert [enter(f"user{number}", "x") for number in range(4)] == [None, None, None, "refused"]
    assert enter("member", PASSWORD, "10.9.9.9") not in {None, "refused"}


def test_a_right_password_takes_its_attempt_back(member: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN_ATTEMPTS_PER_ADDRESS", "3")
    settings.cache_clear()
    assert "refused" not in [enter("member", PASSWORD) for _ in range(4)]
    assert enter("member", "не тот") is None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("10.0.0.7", "address:10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("::ffff:10.0.0.7", "address:10.0.0.7"),
        ("testclient", "address:testclient"),
    ],
)
def test_whom_an_address_stands_for(address: str, key: str) -> None:
    assert throttle.by_address(address) == key


def test_a_changed_account_does_not_get_in_with_an_earlier_proof(session: Session) -> None:
    account = create_account(session, Role.MEMBER, "member")
    session.commit()
    proven = sign_in.check_password(session, "member", PASSWORD)
    assert proven is not None
    account.epoch += 1
    session.flush()
    assert sign_in.finish(session, proven, HERE, "") is None


def test_the_second_factor(session: Session, member: Actor) -> None:
    with clock.stopped_at(NOON):
        secret, codes = enrol(member, session)
        now = pyotp.TOTP(secret).at(NOON)
        assert enter("member", PASSWORD) is None, "the password alone opens nothing"
        assert enter_code(pending("member"), now) is None, "the code of the enrolment is spent"
    with clock.stopped_at(NOON + dt.timedelta(seconds=30)):
        later = pyotp.TOTP(secret).at(clock.now())
        first, second = pending("member"), pending("member")
        assert enter_code(first, later) is not None
        assert enter_code(second, later) is None, "replayed"
        assert enter_code(pending("member"), later) is None
        assert enter_code(pending("member"), now) is None, "older than the last one"
        assert enter_code(pending("member"), codes[0].lower().replace("-", " ")) is not None
        assert enter_code(pending("member"), codes[0]) is None, "a recovery code works once"
        assert second_factor.recovery_codes_left(session, member) == 9


@pytest.mark.parametrize("code", ["", "abc", "12345", "1234567", "١٢٣٤٥٦", "000000", "x" * 5000])
def test_wrong_codes(session: Session, member: Actor, code: str) -> None:
    with clock.stopped_at(NOON):
        enrol(member, session)
        assert enter_code(pending("member"), code) is None


def test_codes_are_kept_as_hashes_only(session: Session, member: Actor) -> None:
    _, codes = enrol(member, session)
    kept = session.exec(select(RecoveryCode.code_hash)).all()
    assert len(set(kept)) == len(codes) == 10
    assert all(re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", code) for code in codes)
    assert not [code for code in codes if code in "".join(kept)]


def test_a_waiting_sign_in_is_no_session_and_expires(session: Session, member: Actor) -> None:
    with clock.stopped_at(NOON):
        secret, codes = enrol(member, session)
        token = pending("member")
        with engine().connect() as connection:
            assert sessions.resolve(connection, token) is None
        number, until, signature = token.split(".")
        forged = (f"{number}.{int(until) + 999}.{signature}", f"{int(number) + 1}.{until}.{signature}", "", "ё", "1.2",
                  f"{number}.{until}.{'0' * 64}", f"{'9' * 9}.{until}.{signature}")  # fmt: skip
        assert [enter_code(other, codes[0]) for other in forged] == [None] * len(forged)
    with clock.stopped_at(NOON + dt.timedelta(seconds=301)):
        assert enter_code(token, codes[0]) is None
    with clock.stopped_at(NOON + dt.timedelta(seconds=299)):
        assert enter_code(token, pyotp.TOTP(secret).at(clock.now())) is not None


def test_attempts_on_the_code_end(session: Session, member: Actor) -> None:
    with clock.stopped_at(NOON):
        enrol(member, session)
        token = pending("member")
        with writing(ANONYMOUS) as own:
            allowed = [sign_in.admit_code(own, token, HERE) for _ in range(settings().login_attempts + 1)]
    assert allowed == [True] * settings().login_attempts + [False]


def test_switching_off_asks_for_the_password(session: Session, member: Actor) -> None:
    enrol(member, session)
    with pytest.raises(InvalidInput, match=r"Пароль указан неверно\."):
        second_factor.disable(session, member, "не тот")
    second_factor.disable(session, member, PASSWORD)
    session.commit()
    assert second_factor.recovery_codes_left(session, member) == 0
    session.commit()
    assert enter("member", PASSWORD) is not None


def test_enrolling_needs_the_right_code_and_ends_other_sessions(session: Session, member: Actor) -> None:
    assert member.account_id is not None
    here, there = (sessions.open_session(session, member.account_id, 1, "", "") for _ in range(2))
    secret = second_factor.begin(session, member).secret
    with pytest.raises(InvalidInput, match="Код не подошёл"):
        second_factor.confirm(session, member, sessions.hash_token(here), secret, "000000")
    second_factor.confirm(session, member, sessions.hash_token(here), secret, pyotp.TOTP(secret).at(clock.now()))
    session.commit()
    with engine().connect() as connection:
        assert sessions.resolve(connection, here) is not None
        assert sessions.resolve(connection, there) is None
    with pytest.raises(DomainError, match="уже включён"):
        second_factor.begin(session, member)


def test_an_administrator_resets_a_lost_one(session: Session, member: Actor) -> None:
    chief = actor_of(create_account(session, Role.ADMINISTRATOR, "boss"))
    enrol(member, session)
    second_factor.reset(session, chief, member.account_id or 0)
    session.commit()
    assert enter("member", PASSWORD) is not None


def test_guessing_the_own_password_ends(session: Session, member: Actor) -> None:
    for _ in range(settings().login_attempts):
        throttle.take_own(session, member)
    with pytest.raises(TooManyAttempts, match="Слишком много неудачных попыток"):
        throttle.take_own(session, member)
