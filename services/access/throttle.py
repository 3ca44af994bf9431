"""Attempts that cost something to guess, counted in the database by what is attacked and by who attacks.

An attempt is counted before it is checked, and taken back when it was right: many guesses sent at once cannot all
slip in before the first failure is written.
"""

import datetime as dt
import ipaddress

from sqlalchemy import delete, func, insert, text
from sqlmodel import Session, col, select

from models import LoginAttempt
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.database import is_sqlite
from services.errors import DomainError
from services.settings import settings


class TooManyAttempts(DomainError):
    """The limit of the window is reached."""

    def __init__(self) -> None:
        minutes = settings().login_window_minutes
        super().__init__(f"Слишком много неудачных попыток. Подождите {minutes} мин. и попробуйте снова.")


def by_login(login: str) -> str:
    """Key of attempts on one login."""
    return f"login:{login[:254]}"


def by_account(account_id: int) -> str:
    """Key of attempts on the second factor or, inside a sign-in, the password of one account."""
    return f"account:{account_id}"


def by_address(address: str) -> str:
    """Key of attempts from one address; an IPv6 customer has a whole /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return f"address:{ipaddress.ip_network((ip, 64), strict=False)}"
    return f"address:{getattr(ip, 'ipv4_mapped', None) or ip}"


def by_links(address: str) -> str:
    """Key of wrong personal links opened from one address; apart from its sign-ins."""
    return by_address(address).replace("address:", "address:links:", 1)


def is_exhausted(session: Session, key: str) -> bool:
    """Whether the limit under `key` is reached; nothing is counted."""
    since = clock.now() - dt.timedelta(minutes=settings().login_window_minutes)
    used = session.exec(select(func.count()).where(LoginAttempt.key == key, LoginAttempt.at > since)).one()
    return used >= _limit(key)


def take(session: Session, *keys: str) -> bool:
    """Count one attempt under every key; False, and nothing counted, when one of them has reached its limit."""
    now = clock.now()
    connection = session.connection()
    if not is_sqlite(connection):  # SQLite's writers queue anyway
        for key in sorted(keys):
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": key})
    since = now - dt.timedelta(minutes=settings().login_window_minutes)
    connection.execute(delete(LoginAttempt).where(col(LoginAttempt.at) <= since))
    for key in keys:
        used = session.exec(select(func.count()).where(LoginAttempt.key == key, LoginAttempt.at > since)).one()
        if used >= _limit(key):
            return False
    connection.execute(insert(LoginAttempt), [{"key": key, "at": now} for key in keys])
    return True


def give_back(session: Session, attacked: str, *others: str) -> None:
    """The attempt was right: forget all on what was attacked, and this one elsewhere."""
    connection = session.connection()
    connection.execute(delete(LoginAttempt).where(col(LoginAttempt.key) == attacked))
    for key in others:
        last = session.exec(select(func.max(LoginAttempt.id)).where(LoginAttempt.key == key)).one()
        connection.execute(delete(LoginAttempt).where(col(LoginAttempt.id) == last))


@requires(Permission.OWN_ACCOUNT)
def take_own(session: Session, actor: Actor) -> None:
    """Count an attempt at the actor's own password; commit it before checking. Raises `TooManyAttempts`."""
    assert actor.account_id is not None
    if not take(session, by_account(actor.account_id)):
        raise TooManyAttempts


def _limit(key: str) -> int:
    return settings().login_attempts_per_address if key.startswith("address:") else settings().login_attempts
