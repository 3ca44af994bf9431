"""Signed-in browsers: opened, asked for at every request, ended.

The cookie holds 256 random bits; the table holds their SHA-256, so a stolen copy of the database opens nothing. An
account's `epoch` rises with its password, role or activity, which ends every session opened before.
"""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, update
from sqlmodel import Session, col, select

from models import Account, LoginSession, Role
from services import clock
from services.access import audit
from services.access.permissions import OFFICE_ROLES, PERMISSIONS, Actor, Permission, requires
from services.errors import NotFound
from services.settings import settings

TOUCH_SECONDS = 30
"""«Last seen» is written at most this often: a request should read, not write."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session: who it is, its key in the table, whether a second factor must be set up first."""

    actor: Actor
    id_hash: str
    seen_at: dt.datetime
    must_enrol: bool = False

    @property
    def is_office(self) -> bool:
        """Whether the office (tables, import, export) is open to this session."""
        return self.actor.role in OFFICE_ROLES and not self.must_enrol

    @property
    def touch_due(self) -> bool:
        """Whether «last seen» is old enough to be written again."""
        return clock.now() - self.seen_at > dt.timedelta(seconds=TOUCH_SECONDS)


@dataclass(frozen=True)
class OwnSession:
    """One of the actor's own sessions as shown on the account page."""

    id_hash: str
    device: str
    address: str
    created_at: dt.datetime
    seen_at: dt.datetime


_RESOLVE = (
    select(  # type: ignore[call-overload]
        LoginSession.account_id,
        LoginSession.created_at,
        LoginSession.seen_at,
        Account.name,
        Account.role,
        Account.person_id,
        col(Account.totp_secret).is_(None),
    )
    .join(Account, col(Account.id) == col(LoginSession.account_id))
    .where(
        col(LoginSession.id_hash) == bindparam("id_hash"),
        col(LoginSession.revoked_at).is_(None),
        col(LoginSession.epoch) == col(Account.epoch),
        col(Account.active).is_(True),
    )
)


def resolve(connection: Connection, token: str, address: str = "") -> SignedIn | None:
    """Who holds the cookie, or None when the session is unknown, ended, idle too long or too old.

    One query over two primary keys and nothing remembered between calls: a session ended a moment ago is refused now.
    """
    if not token:
        return None
    id_hash = hash_token(token)
    row = connection.execute(_RESOLVE, {"id_hash": id_hash}).first()
    if row is None:
        return None
    account_id, created_at, seen_at, name, role_value, person_id, no_second_factor = row
    now, limits = clock.now(), settings()
    if now - seen_at > dt.timedelta(minutes=limits.session_idle_minutes):
        return None
    if now - created_at > dt.timedelta(hours=limits.session_absolute_hours):
        return None
    role = Role(role_value)
    must_enrol = bool(no_second_factor) and limits.totp_required_for_office and role in OFFICE_ROLES
    permissions = frozenset({Permission.OWN_ACCOUNT}) if must_enrol else PERMISSIONS[role]
    actor = Actor(account_id, name, permissions, role, person_id, address)
    return SignedIn(actor, id_hash, seen_at, must_enrol)


def touch(connection: Connection, id_hash: str) -> None:
    """Write «last seen» unless somebody just did."""
    now = clock.now()
    due = col(LoginSession.seen_at) < now - dt.timedelta(seconds=TOUCH_SECONDS)
    connection.execute(update(LoginSession).where(col(LoginSession.id_hash) == id_hash, due).values(seen_at=now))


def open_session(session: Session, account_id: int, epoch: int, address: str, agent: str) -> str:
    """A new session of an account whose proofs were checked; the token for the cookie, never stored here."""
    token, now = secrets.token_urlsafe(32), clock.now()
    values = {
        "id_hash": hash_token(token),
        "account_id": account_id,
        "epoch": epoch,
        "created_at": now,
        "seen_at": now,
        "address": address[:64],
        "agent": agent[:300],
    }
    session.connection().execute(insert(LoginSession), [values])
    return token


def end(session: Session, actor: Actor, id_hash: str) -> None:
    """Sign out: end the session the actor is in."""
    _revoke(session, col(LoginSession.id_hash) == id_hash, col(LoginSession.account_id) == actor.account_id)
    audit.record(session, actor, audit.Action.SIGNED_OUT)


@requires(Permission.OWN_ACCOUNT)
def list_own(session: Session, actor: Actor) -> tuple[OwnSession, ...]:
    """The actor's living sessions, the latest used first."""
    now, limits = clock.now(), settings()
    rows = session.exec(
        select(LoginSession)
        .join(Account, col(Account.id) == col(LoginSession.account_id))
        .where(
            col(LoginSession.account_id) == actor.account_id,
            col(LoginSession.revoked_at).is_(None),
            col(LoginSession.epoch) == col(Account.epoch),
            col(LoginSession.seen_at) > now - dt.timedelta(minutes=limits.session_idle_minutes),
            col(LoginSession.created_at) > now - dt.timedelta(hours=limits.session_absolute_hours),
        )
        .order_by(col(LoginSession.seen_at).desc(), col(LoginSession.created_at).desc())
    )
    return tuple(OwnSession(r.id_hash, device(r.agent), r.address, r.created_at, r.seen_at) for r in rows)


@requires(Permission.OWN_ACCOUNT)
def end_own(session: Session, actor: Actor, id_hash: str) -> None:
    """End one of the actor's own sessions; somebody else's does not exist for them."""
    ended = _revoke(session, col(LoginSession.id_hash) == id_hash, col(LoginSession.account_id) == actor.account_id)
    if not ended:
        raise NotFound("Этот сеанс уже завершён.")
    audit.record(session, actor, audit.Action.SESSIONS_ENDED, detail="1")


@requires(Permission.OWN_ACCOUNT)
def end_others(session: Session, actor: Actor, keep: str) -> int:
    """End all sessions of the actor but the one with hash `keep`; how many were ended."""
    ended = _revoke(session, col(LoginSession.account_id) == actor.account_id, col(LoginSession.id_hash) != keep)
    if ended:
        audit.record(session, actor, audit.Action.SESSIONS_ENDED, detail=str(ended))
    return ended


def carry_over(session: Session, account_id: int, id_hash: str, epoch: int) -> None:
    """Let one session outlive the rise of its account's epoch: the one in which the owner changed the password."""
    mine = (col(LoginSession.id_hash) == id_hash, col(LoginSession.account_id) == account_id)
    session.connection().execute(update(LoginSession).where(*mine).values(epoch=epoch))


def forget_old(session: Session, keep_days: int = 30) -> int:
    """Delete sessions that ended long ago; how many. For the scheduler."""
    since = clock.now() - dt.timedelta(hours=settings().session_absolute_hours, days=keep_days)
    return session.connection().execute(delete(LoginSession).where(col(LoginSession.created_at) < since)).rowcount


def hash_token(token: str) -> str:
    """SHA-256 of a cookie's value. Plain: the value is 256 random bits, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def device(agent: str) -> str:
    """A browser and a system out of a User-Agent, good enough to recognise one's own."""
    browsers = (("Edg", "Edge"), ("YaBrowser", "Яндекс Браузер"), ("OPR", "Opera"), ("Firefox", "Firefox"),
                ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
    systems = (
        ("iPhone|iPad", "iOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark + "/" in agent), "")
    system = next((name for mark, name in systems if re.search(mark, agent)), "")
    return ", ".join(part for part in (browser, system) if part) or "Неизвестное устройство"


def _revoke(session: Session, *conditions: object) -> int:
    living = col(LoginSession.revoked_at).is_(None)
    statement = update(LoginSession).where(living, *conditions).values(revoked_at=clock.now())  # type: ignore[arg-type]
    return session.connection().execute(statement).rowcount
