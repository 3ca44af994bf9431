"""Signing in, in steps whose transactions the edge holds: checking a password takes 0.2 s and must lock nobody out.

1. `admit` (writes, commit): counts the attempt, or refuses it.
2. `check_password` (reads): the account behind login and password, or None; as long and as silent for an unknown login.
3. `finish` or `fail` (writes, commit). With a second factor the edge hands out `pending_token` instead of finishing,
   and comes back with the code: `admit_code`, `finish_with_code`.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from models import Account, Role
from services import clock
from services.access import audit, passwords, second_factor, sessions, throttle
from services.access.accounts import normal_login
from services.access.permissions import ANONYMOUS, PERMISSIONS, Actor

PENDING_SECONDS = 300


@dataclass(frozen=True)
class Proven:
    """An account whose password was right, as it was at that moment."""

    account_id: int
    epoch: int
    needs_code: bool
    pending_token: str


def admit(session: Session, login: str, address: str) -> bool:
    """Count an attempt to sign in; False when there were too many."""
    login = normal_login(login)
    if throttle.take(session, throttle.by_login(login), throttle.by_address(address)):
        return True
    audit.record(session, ANONYMOUS, audit.Action.SIGN_IN_REFUSED, _subject(session, login), address=address)
    return False


def check_password(session: Session, login: str, password: str) -> Proven | None:
    """Who has this login and password; None for a wrong one, an unknown login and a closed account alike."""
    account = session.exec(select(Account).where(Account.login == normal_login(login))).first()
    usable = account is not None and account.active
    right = passwords.matches(password, account.password_hash if account is not None and usable else None)
    if account is None or account.id is None or not right:
        return None
    needs_code = account.totp_secret is not None
    return Proven(account.id, account.epoch, needs_code, _sign(account, _now() + PENDING_SECONDS) if needs_code else "")


def fail(session: Session, login: str, address: str) -> None:
    """Record a failed attempt. What was typed is not kept: people type passwords into the wrong field."""
    subject = _subject(session, normal_login(login))
    audit.record(session, ANONYMOUS, audit.Action.SIGN_IN_FAILED, subject, address=address)


def finish(session: Session, proven: Proven, address: str, agent: str) -> str | None:
    """Open the session of an account without a second factor; its token, None if the account changed meanwhile."""
    account = session.get(Account, proven.account_id)
    if account is None or not account.active or account.epoch != proven.epoch or account.totp_secret is not None:
        return None
    return _enter(session, account, address, agent)


def pending_account(session: Session, token: str) -> int | None:
    """The account waiting for its code; None when the token is forged, too old or overtaken by a change."""
    if not re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,12}\.[0-9a-f]{64}", token):
        return None
    number, until, _signature = token.split(".")
    account = session.get(Account, int(number))
    if account is None or not account.active or account.totp_secret is None or int(until) < _now():
        return None
    return account.id if hmac.compare_digest(_sign(account, int(until)), token) else None


def admit_code(session: Session, token: str, address: str) -> bool:
    """Count an attempt at the second factor; False when there were too many or the token is no good."""
    account_id = pending_account(session, token)
    if account_id is None:
        return False
    if throttle.take(session, throttle.by_account(account_id), throttle.by_address(address)):
        return True
    audit.record(
        session, ANONYMOUS, audit.Action.SIGN_IN_REFUSED, f"account:{account_id}", detail="code", address=address
    )
    return False


def finish_with_code(session: Session, token: str, code: str, address: str, agent: str) -> str | None:
    """Open the session when the code of the second factor is right; the cookie's token, or None (recorded)."""
    account_id = pending_account(session, token)
    if account_id is None:
        return None
    if not second_factor.verify(session, account_id, code):
        audit.record(
            session, ANONYMOUS, audit.Action.SIGN_IN_FAILED, f"account:{account_id}", detail="code", address=address
        )
        return None
    account = session.get_one(Account, account_id)
    throttle.give_back(session, throttle.by_account(account_id), throttle.by_address(address))
    return _enter(session, account, address, agent)


def _enter(session: Session, account: Account, address: str, agent: str) -> str:
    assert account.id is not None
    # By a statement, not the object: a sign-in is no edit, it must not make an administrator's open form stale.
    statement = update(Account).where(col(Account.id) == account.id).values(last_login_at=clock.now())
    session.connection().execute(statement)
    throttle.give_back(session, throttle.by_login(account.login), throttle.by_address(address))
    role = Role(account.role)
    actor = Actor(account.id, account.name, PERMISSIONS[role], role, account.person_id, address)
    audit.record(session, actor, audit.Action.SIGNED_IN)
    return sessions.open_session(session, account.id, account.epoch, address, agent)


def _sign(account: Account, until: int) -> str:
    """`number.until.signature`. Only the database knows the key, and it changes with password, role and each code."""
    key = f"{account.password_hash}|{account.totp_secret}|{account.totp_last_step}|{account.epoch}"
    message = f"{account.id}.{until}"
    return f"{message}.{hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()}"


def _subject(session: Session, login: str) -> str:
    account_id = session.exec(select(Account.id).where(Account.login == login)).first()
    return "" if account_id is None else f"account:{account_id}"


def _now() -> int:
    return int(clock.now().timestamp())
