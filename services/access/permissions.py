"""Roles and what they may, as data; the actor; the one check every service passes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from models import Role
from services.errors import NotAllowed


class Permission(StrEnum):
    """What can be permitted."""

    BASE_READ = "base.read"
    BASE_EDIT = "base.edit"
    BASE_IMPORT = "base.import"
    BASE_EXPORT = "base.export"
    PASSPORT_READ = "passport.read"
    MONEY_READ = "money.read"
    RULES_MANAGE = "rules.manage"
    SEGMENTS_MANAGE = "segments.manage"
    DIRECTORIES_MANAGE = "directories.manage"
    MESSAGES_SEND = "messages.send"
    MESSAGES_APPROVE = "messages.approve"
    TEMPLATES_MANAGE = "templates.manage"
    REMINDERS_MANAGE = "reminders.manage"
    ACCOUNTS_MANAGE = "accounts.manage"
    OWN_ACCOUNT = "own.account"
    OWN_CABINET = "own.cabinet"


_EVERYBODY = frozenset({Permission.OWN_ACCOUNT})
_MANAGER = _EVERYBODY | {
    Permission.BASE_READ,
    Permission.BASE_EDIT,
    Permission.BASE_IMPORT,
    Permission.BASE_EXPORT,
    Permission.PASSPORT_READ,
    Permission.DIRECTORIES_MANAGE,
    Permission.MESSAGES_SEND,
    Permission.TEMPLATES_MANAGE,
    Permission.REMINDERS_MANAGE,
}
_DIRECTOR = _MANAGER | {
    Permission.MONEY_READ,
    Permission.RULES_MANAGE,
    Permission.SEGMENTS_MANAGE,
    Permission.MESSAGES_APPROVE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(_DIRECTOR | {Permission.ACCOUNTS_MANAGE}),
    Role.DIRECTOR: frozenset(_DIRECTOR),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ACCOUNTANT: frozenset(_EVERYBODY | {Permission.BASE_READ, Permission.BASE_EXPORT, Permission.MONEY_READ}),
    Role.MEMBER: frozenset(_EVERYBODY | {Permission.OWN_CABINET}),
    Role.CANDIDATE: frozenset(_EVERYBODY | {Permission.OWN_CABINET}),
}

ROLE_TITLES: dict[Role, str] = {
    Role.ADMINISTRATOR: "Администратор",
    Role.DIRECTOR: "Директор",
    Role.MANAGER: "Менеджер",
    Role.ACCOUNTANT: "Бухгалтер",
    Role.MEMBER: "Член ассоциации",
    Role.CANDIDATE: "Кандидат",
}

OFFICE_ROLES = frozenset({Role.ADMINISTRATOR, Role.DIRECTOR, Role.MANAGER, Role.ACCOUNTANT})


@dataclass(frozen=True)
class Actor:
    """Who is doing something: plain values, safe to keep through a request."""

    account_id: int | None
    name: str
    permissions: frozenset[Permission]
    role: Role | None = None
    person_id: int | None = None
    address: str = ""
    """Network address the request came from, for the audit; empty for the scheduler and the terminal."""

    def may(self, permission: Permission) -> bool:
        """Whether the actor has `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise `NotAllowed` unless the actor has `permission`."""
        if permission not in self.permissions:
            raise NotAllowed(permission)


SYSTEM = Actor(account_id=None, name="система", permissions=frozenset(Permission))
"""The scheduler and the terminal: whoever can start them already owns the machine."""

ANONYMOUS = Actor(account_id=None, name="посетитель", permissions=frozenset())
"""Whoever has not signed in (yet): may nothing."""

P = ParamSpec("P")
R = TypeVar("R")


def requires(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Session, Actor, P], R]], Callable[Concatenate[Session, Actor, P], R]]:
    """Guard a public service `f(session, actor, …)`: the check runs before the function does anything."""

    def guard(f: Callable[Concatenate[Session, Actor, P], R]) -> Callable[Concatenate[Session, Actor, P], R]:
        @wraps(f)
        def checked(session: Session, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor.require(permission)
            return f(session, actor, *args, **kwargs)

        marked: Any = checked
        marked.permission = permission
        return checked

    return guard
