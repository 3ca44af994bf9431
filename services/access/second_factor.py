"""The second factor: time-based codes of an authenticator app (RFC 6238), and recovery codes for a lost phone.

The step of the last accepted code is stored and only a later one is taken, so a code seen over a shoulder is spent.
"""

import hashlib
import secrets
from dataclasses import dataclass

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, func, select

from models import Account, RecoveryCode
from services import clock
from services.access import audit, passwords, sessions, throttle
from services.access.accounts import own
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput, NotFound

ISSUER = "НАУЗ"
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0, 1: the codes are read from paper. 16 of 32 letters are 80 bits, so a plain hash is enough."""


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: the secret to type, and the same as a picture (an `<svg>` element)."""

    secret: str
    qr_svg: str


@requires(Permission.OWN_ACCOUNT)
def begin(session: Session, actor: Actor) -> Enrolment:
    """A fresh secret to be confirmed by a code. Nothing is stored yet: keep it at the edge."""
    account = own(session, actor)
    if account.totp_secret is not None:
        raise DomainError("Второй фактор уже включён.")
    secret = pyotp.random_base32()
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)
    picture = segno.make(uri, error="m", micro=False).svg_inline(scale=5, border=4, dark="#1b2733", light="#ffffff")
    return Enrolment(secret, picture)


@requires(Permission.OWN_ACCOUNT)
def confirm(session: Session, actor: Actor, id_hash: str, secret: str, code: str) -> tuple[str, ...]:
    """Switch the second factor on, end the actor's other sessions; the recovery codes, to be shown once."""
    account = own(session, actor)
    if account.totp_secret is not None:
        raise DomainError("Второй фактор уже включён.")
    step = _step(secret, code)
    if step is None:
        raise InvalidInput(
            "Код не подошёл. Проверьте время на телефоне и введите новый код.", {"code": "Код не подошёл."}
        )
    account.totp_secret, account.totp_last_step = secret, step
    session.flush()
    sessions.end_others(session, actor, id_hash)
    audit.record(session, actor, audit.Action.SECOND_FACTOR_ON, f"account:{account.id}")
    return _new_codes(session, account)


@requires(Permission.OWN_ACCOUNT)
def disable(session: Session, actor: Actor, password: str) -> None:
    """Switch the actor's second factor off. Commit `throttle.take_own` first."""
    account = _proven(session, actor, password)
    _remove(session, actor, account)


@requires(Permission.OWN_ACCOUNT)
def renew_recovery_codes(session: Session, actor: Actor, password: str) -> tuple[str, ...]:
    """New recovery codes, the old ones are void. Commit `throttle.take_own` first."""
    account = _proven(session, actor, password)
    audit.record(session, actor, audit.Action.RECOVERY_CODES_RENEWED, f"account:{account.id}")
    return _new_codes(session, account)


@requires(Permission.OWN_ACCOUNT)
def recovery_codes_left(session: Session, actor: Actor) -> int:
    """How many of the actor's recovery codes are unused."""
    unused = select(func.count()).where(
        RecoveryCode.account_id == actor.account_id, col(RecoveryCode.used_at).is_(None)
    )
    return session.exec(unused).one()


@requires(Permission.ACCOUNTS_MANAGE)
def reset(session: Session, actor: Actor, account_id: int) -> None:
    """Take the second factor off somebody's account: the phone and the recovery codes are lost."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("Такой учётной записи нет.")
    if account.totp_secret is None:
        raise DomainError("Второй фактор у этой учётной записи не включён.")
    account.epoch += 1
    _remove(session, actor, account)


def verify(session: Session, account_id: int, code: str) -> bool:
    """Whether the code of the app or a recovery code is right; either is spent by it. For a sign-in under way."""
    account = session.get(Account, account_id)
    if account is None or account.totp_secret is None:
        return False
    step = _step(account.totp_secret, code)
    return _spend_recovery(session, account_id, code) if step is None else _spend_step(session, account_id, step)


def _step(secret: str, code: str) -> int | None:
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=clock.now(), valid_window=1)
    except OTPVerificationError:
        return None


def _spend_step(session: Session, account_id: int, step: int) -> bool:
    # One statement: of two browsers with the same code one wins.
    later = col(Account.totp_last_step).is_(None) | (col(Account.totp_last_step) < step)
    statement = update(Account).where(col(Account.id) == account_id, later).values(totp_last_step=step)
    return session.connection().execute(statement).rowcount == 1


def _spend_recovery(session: Session, account_id: int, code: str) -> bool:
    mine = (col(RecoveryCode.account_id) == account_id, col(RecoveryCode.code_hash) == _hash(code))
    unused = col(RecoveryCode.used_at).is_(None)
    statement = update(RecoveryCode).where(*mine, unused).values(used_at=clock.now())
    return session.connection().execute(statement).rowcount == 1


def _new_codes(session: Session, account: Account) -> tuple[str, ...]:
    codes = tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    )
    connection = session.connection()
    connection.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    connection.execute(insert(RecoveryCode), [{"account_id": account.id, "code_hash": _hash(code)} for code in codes])
    return codes


def _remove(session: Session, actor: Actor, account: Account) -> None:
    account.totp_secret = account.totp_last_step = None
    session.flush()
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    audit.record(session, actor, audit.Action.SECOND_FACTOR_OFF, f"account:{account.id}")


def _proven(session: Session, actor: Actor, password: str) -> Account:
    account = own(session, actor)
    if account.totp_secret is None:
        raise DomainError("Второй фактор не включён.")
    if not passwords.matches(password, account.password_hash):
        raise InvalidInput("Пароль указан неверно.", {"password": "Пароль указан неверно."})
    assert account.id is not None
    throttle.give_back(session, throttle.by_account(account.id))
    return account


def _hash(code: str) -> str:
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
