"""Accounts: the first administrator, creation, roles, activity, passwords.

Whoever loses something by a change (role, activity, password) is signed out everywhere by a higher `epoch`.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from models import Account, Person, Role
from services.access import audit, passwords, sessions, throttle
from services.access.permissions import PERMISSIONS, SYSTEM, Actor, Permission, requires
from services.database import is_sqlite
from services.errors import DomainError, InvalidInput, NotFound


@dataclass(frozen=True)
class AccountLine:
    """An account as shown in lists: no hash, no secret."""

    id: int
    login: str
    name: str
    role: Role
    active: bool
    second_factor: bool
    created_at: dt.datetime
    last_login_at: dt.datetime | None


def any_exists(session: Session) -> bool:
    """Whether the product has been set up: there is an account, active or not."""
    return session.exec(select(Account.id).limit(1)).first() is not None


def actor_of(session: Session, account_id: int | None) -> Actor:
    """Who a job works for, with what they may now; None is the system itself. Raises `NotFound` when they are gone."""
    if account_id is None:
        return SYSTEM
    account = session.get(Account, account_id)
    if account is None or not account.active:
        raise NotFound("Учётной записи, которая начала эту работу, больше нет.")
    role = Role(account.role)
    return Actor(account_id, account.name, PERMISSIONS[role], role, account.person_id)


def create_first_administrator(session: Session, actor: Actor, login: str, name: str, password: str) -> int:
    """The account that creates the others. Refused for good once any account exists, also between two at once.

    Open to anybody, because there is nobody yet; who may reach it is the edge's care.
    """
    _one_at_a_time(session)
    if any_exists(session):
        raise DomainError("Первый администратор уже создан. Войдите под его именем.")
    return _add(session, actor, login, name, Role.ADMINISTRATOR, password=password, person_id=None)


@requires(Permission.ACCOUNTS_MANAGE)
def create_account(
    session: Session, actor: Actor, login: str, name: str, role: Role, *, password: str, person_id: int | None = None
) -> int:
    """A new active account; its number. `person_id` ties a cabinet to a person of the base."""
    _one_at_a_time(session)
    return _add(session, actor, login, name, role, password=password, person_id=person_id)


@requires(Permission.ACCOUNTS_MANAGE)
def change_role(session: Session, actor: Actor, account_id: int, role: Role) -> None:
    """Give the account another role and end its sessions."""
    _one_at_a_time(session)
    account = _account(session, account_id)
    if account.role == role:
        return
    _keep_an_administrator(session, account)
    before, account.role = account.role, role.value
    account.epoch += 1
    session.flush()
    audit.record(session, actor, audit.Action.ROLE_CHANGED, f"account:{account_id}", detail=f"{before} → {role.value}")


@requires(Permission.ACCOUNTS_MANAGE)
def deactivate(session: Session, actor: Actor, account_id: int) -> None:
    """Close the account: no sign-in, its sessions end at once."""
    _one_at_a_time(session)
    account = _account(session, account_id)
    if not account.active:
        return
    _keep_an_administrator(session, account)
    account.active = False
    account.epoch += 1
    session.flush()
    audit.record(session, actor, audit.Action.DEACTIVATED, f"account:{account_id}")


@requires(Permission.ACCOUNTS_MANAGE)
def reactivate(session: Session, actor: Actor, account_id: int) -> None:
    """Open a closed account again; sessions of its former life stay ended."""
    account = _account(session, account_id)
    if account.active:
        return
    account.active = True
    account.epoch += 1
    session.flush()
    audit.record(session, actor, audit.Action.REACTIVATED, f"account:{account_id}")


@requires(Permission.ACCOUNTS_MANAGE)
def set_password(session: Session, actor: Actor, account_id: int, password: str) -> None:
    """Give somebody else a new password, end their sessions, lift the wait after failed sign-ins."""
    if account_id == actor.account_id:
        raise DomainError("Свой пароль меняют на странице «Моя учётная запись».")
    account = _account(session, account_id)
    _set(session, actor, account, password)
    throttle.give_back(session, throttle.by_login(account.login))


@requires(Permission.OWN_ACCOUNT)
def change_own_password(session: Session, actor: Actor, id_hash: str, current: str, password: str) -> None:
    """Change the actor's password, end all their sessions but the one with hash `id_hash`.

    Call `throttle.take_own` and commit it first: a found browser must not be a place to guess the password.
    """
    account = own(session, actor)
    if not passwords.matches(current, account.password_hash):
        raise InvalidInput("Текущий пароль указан неверно.", {"current": "Текущий пароль указан неверно."})
    if passwords.matches(password, account.password_hash):
        raise InvalidInput("Новый пароль совпадает с текущим.", {"password": "Новый пароль совпадает с текущим."})
    _set(session, actor, account, password)
    assert account.id is not None
    sessions.carry_over(session, account.id, id_hash, account.epoch)
    throttle.give_back(session, throttle.by_account(account.id))


@requires(Permission.ACCOUNTS_MANAGE)
def list_accounts(session: Session, actor: Actor) -> tuple[AccountLine, ...]:  # noqa: ARG001 - the guard reads it
    """All accounts: active first, by name."""
    rows = session.exec(select(Account).order_by(col(Account.active).desc(), col(Account.name), col(Account.id)))
    return tuple(_line(account) for account in rows)


@requires(Permission.OWN_ACCOUNT)
def show_own(session: Session, actor: Actor) -> AccountLine:
    """The actor's own account."""
    return _line(own(session, actor))


def own(session: Session, actor: Actor) -> Account:
    """The actor's row, for services of this package."""
    if actor.account_id is None:
        raise NotFound("У системы нет учётной записи.")
    return _account(session, actor.account_id)


def normal_login(login: str) -> str:
    """The one spelling of a login: no spaces around, lower case."""
    return login.strip().lower()


def _add(
    session: Session, actor: Actor, login: str, name: str, role: Role, *, password: str, person_id: int | None
) -> int:
    login, name = normal_login(login), " ".join(name.split())
    _check_login(session, login)
    if not 2 <= len(name) <= 200:
        raise InvalidInput("Укажите имя, как оно будет видно другим.", {"name": "Укажите имя."})
    if person_id is not None:
        _check_person(session, person_id)
    passwords.check_new(password, login)
    account = Account(
        login=login, name=name, role=role.value, password_hash=passwords.hash_password(password), person_id=person_id
    )
    session.add(account)
    session.flush()
    assert account.id is not None
    audit.record(session, actor, audit.Action.ACCOUNT_CREATED, f"account:{account.id}", detail=role.value)
    return account.id


def _check_login(session: Session, login: str) -> None:
    fault = ""
    if not passwords.is_login(login):
        fault = "Логин — латинские буквы, цифры, «-» и «_», до 20 знаков, или адрес электронной почты."
    elif session.exec(select(Account.id).where(Account.login == login)).first() is not None:
        fault = f"Логин «{login}» уже занят."
    if fault:
        raise InvalidInput(fault, {"login": fault})


def _check_person(session: Session, person_id: int) -> None:
    if session.get(Person, person_id) is None:
        raise NotFound("Такого человека в базе нет.")
    if session.exec(select(Account.id).where(Account.person_id == person_id)).first() is not None:
        raise DomainError("У этого человека уже есть учётная запись.")


def _set(session: Session, actor: Actor, account: Account, password: str) -> None:
    passwords.check_new(password, account.login)
    account.password_hash = passwords.hash_password(password)
    account.epoch += 1
    session.flush()
    audit.record(session, actor, audit.Action.PASSWORD_CHANGED, f"account:{account.id}")


def _keep_an_administrator(session: Session, leaving: Account) -> None:
    if leaving.role != Role.ADMINISTRATOR or not leaving.active:
        return
    others = select(Account.id).where(
        Account.role == Role.ADMINISTRATOR.value, col(Account.active).is_(True), col(Account.id) != leaving.id
    )
    if session.exec(others.limit(1)).first() is None:
        raise DomainError("Это последний действующий администратор. Сначала назначьте другого.")


def _one_at_a_time(session: Session) -> None:
    # «None exists» and «another administrator remains» must still be true at commit. SQLite's writers queue anyway.
    if not is_sqlite(session.connection()):
        session.connection().execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("Такой учётной записи нет.")
    return account


def _line(account: Account) -> AccountLine:
    assert account.id is not None
    return AccountLine(
        id=account.id,
        login=account.login,
        name=account.name,
        role=Role(account.role),
        active=account.active,
        second_factor=account.totp_secret is not None,
        created_at=account.created_at,
        last_login_at=account.last_login_at,
    )
