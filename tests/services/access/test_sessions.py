"""Sessions: opened, asked for, ended."""

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from models import LoginSession, Role
from services import clock
from services.access import sessions
from services.access.permissions import OFFICE_ROLES, PERMISSIONS, Permission
from services.access.sessions import SignedIn
from services.database import engine
from services.errors import NotFound
from services.settings import settings
from services.work import reading
from tests.builders import actor_of, create_account

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def resolve(token: str) -> SignedIn | None:
    with engine().connect() as connection:
        return sessions.resolve(connection, token, "10.0.0.7")


def opened(session: Session, role: Role = Role.MANAGER, login: str = "") -> tuple[int, str]:
    account = create_account(session, role, login)
    assert account.id is not None
    token = sessions.open_session(session, account.id, account.epoch, "10.0.0.7", "")
    session.commit()
    return account.id, token


@pytest.mark.parametrize("role", Role)
def test_the_actor_is_who_signed_in(session: Session, role: Role) -> None:
    number, token = opened(session, role)
    found = resolve(token)
    assert found is not None
    assert (found.actor.account_id, found.actor.role, found.actor.address) == (number, role, "10.0.0.7")
    assert found.actor.permissions == PERMISSIONS[role]
    assert found.is_office == (role in OFFICE_ROLES)


def test_the_table_holds_only_a_hash(session: Session) -> None:
    _, token = opened(session)
    kept = session.exec(select(LoginSession)).one()
    assert token not in kept.model_dump().values()
    assert resolve(kept.id_hash) is None
    assert [resolve(other) for other in ("", "x", token + "x", token[:-1])] == [None] * 4
    assert len(token) == 43


def test_idle_and_absolute_end(session: Session) -> None:
    with clock.stopped_at(NOON):
        _, token = opened(session)
    idle, absolute = settings().session_idle_minutes, settings().session_absolute_hours * 60
    with clock.stopped_at(NOON + idle * MINUTE):
        assert resolve(token) is not None
    with clock.stopped_at(NOON + idle * MINUTE + MINUTE / 60):
        assert resolve(token) is None
    for passed in range(20, absolute + 1, 20):
        with clock.stopped_at(NOON + passed * MINUTE), engine().begin() as connection:
            assert sessions.resolve(connection, token) is not None
            sessions.touch(connection, sessions.hash_token(token))
    with clock.stopped_at(NOON + absolute * MINUTE + MINUTE / 60):
        assert resolve(token) is None


def test_last_seen_is_written_at_most_every_half_minute(session: Session) -> None:
    with clock.stopped_at(NOON):
        _, token = opened(session)

    def touched_at(seconds: int) -> dt.datetime:
        with clock.stopped_at(NOON + dt.timedelta(seconds=seconds)):
            found = resolve(token)
            assert found is not None
            with engine().begin() as connection:
                sessions.touch(connection, found.id_hash)
            assert found.touch_due == (seconds > 30)
            after = resolve(token)
            assert after is not None
            return after.seen_at

    assert touched_at(30) == NOON
    assert touched_at(31) == NOON + dt.timedelta(seconds=31)


def test_ending_the_own_and_nobody_elses(session: Session) -> None:
    number, token = opened(session, Role.MANAGER, "mine")
    _, foreign = opened(session, Role.MANAGER, "foreign")
    second = sessions.open_session(session, number, 1, "", "")
    third = sessions.open_session(session, number, 1, "", "")
    session.commit()
    found = resolve(token)
    assert found is not None
    with pytest.raises(NotFound):
        sessions.end_own(session, found.actor, sessions.hash_token(foreign))
    sessions.end_own(session, found.actor, sessions.hash_token(second))
    with pytest.raises(NotFound):
        sessions.end_own(session, found.actor, sessions.hash_token(second))
    session.commit()
    assert [resolve(t) is not None for t in (token, foreign, second, third)] == [True, True, False, True]
    assert sessions.end_others(session, found.actor, found.id_hash) == 1
    session.commit()
    assert [resolve(t) is not None for t in (token, foreign, second, third)] == [True, True, False, False]
    sessions.end(session, found.actor, found.id_hash)
    session.commit()
    assert resolve(token) is None


def test_the_list_shows_living_sessions_only(session: Session) -> None:
    agent = (
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 YaBrowser/24.1 Safari/537.36"
    )
    account = create_account(session)
    assert account.id is not None
    with clock.stopped_at(NOON):
        for epoch, device in ((1, agent), (0, "old epoch")):
            sessions.open_session(session, account.id, epoch, "10.0.0.7", device)
        with clock.stopped_at(NOON - 31 * MINUTE):
            sessions.open_session(session, account.id, 1, "", "idle")
        listed = sessions.list_own(session, actor_of(account))
    assert [(s.device, s.address, s.seen_at) for s in listed] == [("Яндекс Браузер, Windows", "10.0.0.7", NOON)]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari, iOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("curl/8", "Неизвестное устройство"),
        ("", "Неизвестное устройство"),
    ],
)
def test_devices(agent: str, device: str) -> None:
    assert sessions.device(agent) == device


def test_staff_without_a_compulsory_second_factor_may_only_enrol(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, staff = opened(session, Role.DIRECTOR)
    _, member = opened(session, Role.MEMBER)
    monkeypatch.setenv("TOTP_REQUIRED_FOR_OFFICE", "true")
    settings.cache_clear()
    held, free = resolve(staff), resolve(member)
    assert held is not None
    assert free is not None
    assert (held.must_enrol, held.is_office, held.actor.permissions) == (
        True,
        False,
        frozenset({Permission.OWN_ACCOUNT}),
    )
    assert (free.must_enrol, free.actor.permissions) == (False, PERMISSIONS[Role.MEMBER])


def test_old_rows_are_forgotten(session: Session) -> None:
    with clock.stopped_at(NOON - dt.timedelta(days=40)):
        opened(session, login="long ago")
    with clock.stopped_at(NOON):
        _, token = opened(session, login="now")
        assert sessions.forget_old(session) == 1
        session.commit()
        assert resolve(token) is not None
    with reading() as seen:
        assert seen.exec(select(col(LoginSession.id_hash))).all() == [sessions.hash_token(token)]
