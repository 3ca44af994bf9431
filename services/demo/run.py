"""The demonstration as a whole: database, data, log-ins."""

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select
from sqlmodel import Session, col, select as select_rows

from models import (
    Account,
    AuditEvent,
    Base,
    CommitteeSeat,
    DocumentType,
    GridIndex,
    Heartbeat,
    MembershipRule,
    MessageTemplate,
    Person,
    PurposePolicy,
    ReminderRule,
    ReminderStep,
    Role,
    Segment,
    SendingSwitch,
    TemplateVersion,
)
from services import clock
from services.access import accounts
from services.access.permissions import PERMISSIONS, ROLE_TITLES, SYSTEM, Actor
from services.database import engine
from services.demo import messages, papers
from services.demo.load import build
from services.demo.people import World
from services.errors import DomainError
from services.migrate import migrate
from services.work import reading, writing

DEFAULT_PEOPLE = 300
BUILT = "demo_built"
"""Event in the audit trail that tells a demo database from a real one; the trail can only grow."""
LOGINS = {
    Role.ADMINISTRATOR: "admin",
    Role.DIRECTOR: "director",
    Role.MANAGER: "manager",
    Role.ACCOUNTANT: "accountant",
    Role.MEMBER: "member",
}
KEPT = (
    AuditEvent, DocumentType, GridIndex, Heartbeat, MembershipRule, MessageTemplate, PurposePolicy, ReminderRule,
    ReminderStep, Segment, SendingSwitch, TemplateVersion,
)  # fmt: skip
_WORDS = """
birch comet delta ember falcon garnet harbor indigo jasmine kettle lantern maple nectar orchid pepper quartz
raven saffron timber umbrella velvet walnut yarrow zephyr
""".split()


@dataclass(frozen=True)
class DemoLogin:
    """A way in: the role with its Russian title, login and password."""

    role: Role
    title: str
    login: str
    password: str


@dataclass(frozen=True)
class DemoResult:
    """What there is now: log-ins, rows by database table (empty when the data were there already), seconds it took."""

    logins: tuple[DemoLogin, ...]
    counts: dict[str, int]
    seconds: float

    @property
    def is_new(self) -> bool:
        """Whether data were made, not found."""
        return bool(self.counts)


def run(people: int | None = None) -> DemoResult:
    """Make the present database (settings) a demonstration with `people` people and give every role a log-in.

    A demonstration already there is kept when `people` is None or the number it was made with, and made anew
    otherwise. Passwords are new at every run: a demonstration anybody reaches must have none that stand in a
    public source. Raises `DomainError` for a database with people or accounts this did not make.
    """
    if people is not None and people < 1:
        raise DomainError("Число людей должно быть больше нуля.")
    started = time.monotonic()
    migrate(engine())
    counts = _fill(engine(), people)
    logins = _open_accounts()
    if counts:
        counts |= messages.build(messages.Staff(_actor(Role.MANAGER), _actor(Role.DIRECTOR)))
    return DemoResult(logins, counts, time.monotonic() - started)


def _fill(bind: Engine, people: int | None) -> dict[str, int]:
    with bind.connect().execution_options(writes=True) as connection, connection.begin():
        made = _made_with(connection)
        if made is None:
            _refuse_real(connection)
        elif people in (None, made):
            return {}
        else:
            _empty(connection)
        number = people or DEFAULT_PEOPLE
        counts = build(connection, number) | papers.write(connection, World(number, clock.today(), clock.now()))
        mark = {"at": clock.now(), "action": BUILT, "subject": "", "detail": str(number), "address": ""}
        connection.execute(insert(AuditEvent), mark)
        return counts


def _made_with(connection: Connection) -> int | None:
    """How many people the demonstration here was made with; None when there is none."""
    events = select(col(AuditEvent.detail)).where(col(AuditEvent.action) == BUILT).order_by(col(AuditEvent.id).desc())
    last = connection.execute(events.limit(1)).scalar()
    return None if last is None else int(last)


def _refuse_real(connection: Connection) -> None:
    held = [connection.execute(select(func.count()).select_from(model)).scalar() for model in (Person, Account)]
    if any(held):
        raise DomainError(
            f"В этой базе уже есть настоящие данные (людей: {held[0]}, учётных записей: {held[1]}). "
            "Демонстрационные данные создаются только в пустой базе: укажите другую в DATABASE_URL."
        )


def _empty(connection: Connection) -> None:
    for model in (Segment, MessageTemplate):
        connection.execute(delete(model).where(col(model.code).is_(None)))
    kept = {model.__tablename__ for model in KEPT}
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in kept:
            connection.execute(delete(table))


def _open_accounts() -> tuple[DemoLogin, ...]:
    """An account for each role, with a new password."""
    with writing(SYSTEM) as session:
        return tuple(_open_account(session, role, login) for role, login in LOGINS.items())


def _open_account(session: Session, role: Role, login: str) -> DemoLogin:
    password = "-".join(secrets.choice(_WORDS) for _ in range(3)) + f"-{secrets.randbelow(9000) + 1000}"
    known = session.exec(select_rows(Account.id).where(Account.login == login)).first()
    if known is not None:
        accounts.set_password(session, SYSTEM, known, password)
    else:
        person_id = _a_member(session) if role is Role.MEMBER else None
        name = f"{ROLE_TITLES[role]} (демо)"
        accounts.create_account(session, SYSTEM, login, name, role, password=password, person_id=person_id)
    return DemoLogin(role, ROLE_TITLES[role], login, password)


def _actor(role: Role) -> Actor:
    """The demonstration's account of a role, as services know it."""
    with reading() as session:
        account = session.exec(select_rows(Account).where(Account.login == LOGINS[role])).one()
        return Actor(account.id, account.name, PERMISSIONS[role], role)


def _a_member(session: Session) -> int | None:
    """Somebody in a committee, whom the demonstration's invitation reaches; else a member."""
    seated = col(Person.id).in_(select_rows(CommitteeSeat.person_id).where(col(CommitteeSeat.until).is_(None)))
    known = or_(seated, col(Person.is_member).is_(True)) & col(Person.active).is_(True)
    quiet = col(Person.do_not_disturb)
    return session.exec(
        select_rows(Person.id).where(known).order_by(quiet, seated.desc(), col(Person.id)).limit(1)
    ).first()
