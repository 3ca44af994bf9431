"""Accounts: creation, roles, activity, passwords."""

import threading

import pytest
from sqlmodel import Session, col, select

from models import Account, AuditEvent, Change, Role
from services.access import accounts, passwords, sessions
from services.access.permissions import ANONYMOUS, SYSTEM, Actor
from services.database import engine
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.work import reading, writing
from tests.builders import PASSWORD, actor_of, create_account, create_person

GOOD = "три зелёных слона"


@pytest.fixture
def chief(session: Session) -> Actor:
    chief = actor_of(create_account(session, Role.ADMINISTRATOR, "boss"))
    session.commit()
    return chief


def account(login: str) -> Account:
    with reading() as session:
        found = session.exec(select(Account).where(col(Account.login) == login)).one()
        session.expunge(found)
        return found


def test_the_first_administrator_is_the_only_first(session: Session) -> None:
    assert not accounts.any_exists(session)
    number = accounts.create_first_administrator(session, ANONYMOUS, " Boss ", "Анна  Первая", GOOD)
    session.commit()
    made = account("boss")
    assert (made.id, made.role, made.name, made.active, made.epoch) == (number, "administrator", "Анна Первая", True, 1)
    assert passwords.matches(GOOD, made.password_hash)
    with pytest.raises(DomainError, match=r"Первый администратор уже создан\. Войдите под его именем\."):
        accounts.create_first_administrator(session, ANONYMOUS, "other", "Другой", GOOD)


def test_of_several_first_administrators_at_once_one_wins(database: str) -> None:
    made: list[int] = []
    refused: list[str] = []
    start = threading.Barrier(4)

    def attempt(number: int) -> None:
        start.wait()
        try:
            with writing(ANONYMOUS) as session:
                made.append(accounts.create_first_administrator(session, ANONYMOUS, f"boss{number}", "Имя", GOOD))
        except DomainError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 3)


@pytest.mark.parametrize(
    ("login", "name", "password", "field"),
    [("иван", "Иван", GOOD, "login"), ("BOSS", "Иван", GOOD, "login"), ("ivan", " ", GOOD, "name"),
     ("ivan", "Иван", "коротко", "password")],
)  # fmt: skip
def test_faults_have_a_place(session: Session, chief: Actor, login: str, name: str, password: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        accounts.create_account(session, chief, login, name, Role.MANAGER, password=password)
    assert list(caught.value.fields) == [field]


def test_a_cabinet_belongs_to_one_person(session: Session, chief: Actor) -> None:
    person = create_person(session)
    accounts.create_account(session, chief, "one", "Один", Role.MEMBER, password=GOOD, person_id=person.id)
    with pytest.raises(DomainError, match="У этого человека уже есть учётная запись"):
        accounts.create_account(session, chief, "two", "Два", Role.MEMBER, password=GOOD, person_id=person.id)
    with pytest.raises(NotFound):
        accounts.create_account(session, chief, "two", "Два", Role.MEMBER, password=GOOD, person_id=10**6)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage(session: Session, role: Role) -> None:
    actor = actor_of(create_account(session, role))
    with pytest.raises(NotAllowed):
        accounts.list_accounts(session, actor)
    with pytest.raises(NotAllowed):
        accounts.change_role(session, actor, actor.account_id or 0, Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        accounts.create_account(session, actor, "x", "Хитрец", Role.ADMINISTRATOR, password=GOOD)


@pytest.mark.parametrize("change", ["role", "off", "password"])
def test_a_change_ends_all_sessions_at_once(session: Session, chief: Actor, change: str) -> None:
    worker = create_account(session, Role.MANAGER, "worker")
    assert worker.id is not None
    token = sessions.open_session(session, worker.id, worker.epoch, "", "")
    session.commit()
    with engine().connect() as connection:
        assert sessions.resolve(connection, token) is not None
    with writing(chief) as own:
        match change:
            case "role":
                accounts.change_role(own, chief, worker.id, Role.ACCOUNTANT)
            case "off":
                accounts.deactivate(own, chief, worker.id)
            case _:
                accounts.set_password(own, chief, worker.id, GOOD)
    with engine().connect() as connection:
        assert sessions.resolve(connection, token) is None
    with writing(chief) as own:
        accounts.reactivate(own, chief, worker.id)
    with engine().connect() as connection:
        assert sessions.resolve(connection, token) is None


def test_the_last_active_administrator_stays(session: Session, chief: Actor) -> None:
    assert chief.account_id is not None
    former = create_account(session, Role.ADMINISTRATOR, "former", active=False)
    for change in (accounts.deactivate, lambda s, a, i: accounts.change_role(s, a, i, Role.DIRECTOR)):
        with pytest.raises(DomainError, match=r"Это последний действующий администратор\. Сначала назначьте другого\."):
            change(session, chief, chief.account_id)
    assert former.id is not None
    accounts.reactivate(session, chief, former.id)
    accounts.deactivate(session, chief, chief.account_id)
    with pytest.raises(DomainError, match="последний"):
        accounts.deactivate(session, SYSTEM, former.id)


def test_own_password(session: Session, chief: Actor) -> None:
    assert chief.account_id is not None
    here = sessions.open_session(session, chief.account_id, 1, "", "")
    there = sessions.open_session(session, chief.account_id, 1, "", "")
    with pytest.raises(InvalidInput, match=r"Текущий пароль указан неверно\."):
        accounts.change_own_password(session, chief, sessions.hash_token(here), "не тот пароль", GOOD)
    with pytest.raises(InvalidInput, match="совпадает с текущим"):
        accounts.change_own_password(session, chief, sessions.hash_token(here), PASSWORD, PASSWORD)
    accounts.change_own_password(session, chief, sessions.hash_token(here), PASSWORD, GOOD)
    session.commit()
    with engine().connect() as connection:
        assert sessions.resolve(connection, here) is not None
        assert sessions.resolve(connection, there) is None
    assert passwords.matches(GOOD, account("boss").password_hash)


def test_an_administrator_changes_the_own_password_as_everybody_does(session: Session, chief: Actor) -> None:
    with pytest.raises(DomainError, match="Моя учётная запись"):
        accounts.set_password(session, chief, chief.account_id or 0, GOOD)


def test_the_trail_and_the_history_hold_no_password(session: Session, chief: Actor) -> None:
    number = accounts.create_account(session, chief, "worker", "Пётр", Role.MANAGER, password=GOOD)
    accounts.set_password(session, chief, number, "семь синих китов")
    accounts.change_role(session, chief, number, Role.DIRECTOR)
    session.commit()
    with reading() as seen:
        events = [(e.account_id, e.action, e.subject, e.detail) for e in seen.exec(select(AuditEvent))]
        changes = [f"{c.field} {c.before} {c.after}" for c in seen.exec(select(Change))]
    subject = f"account:{number}"
    assert events == [
        (chief.account_id, "account_created", subject, "manager"),
        (chief.account_id, "password_changed", subject, ""),
        (chief.account_id, "role_changed", subject, "manager → director"),
    ]
    assert not [text for text in changes if "$2b$" in text or "слона" in text or "китов" in text]


def test_the_list_shows_no_secret(session: Session, chief: Actor) -> None:
    create_account(session, Role.MANAGER, "worker", totp_secret="SECRET", active=False)
    lines = accounts.list_accounts(session, chief)
    assert [(line.login, line.role, line.active, line.second_factor) for line in lines] == [
        ("boss", Role.ADMINISTRATOR, True, False),
        ("worker", Role.MANAGER, False, True),
    ]
    assert "SECRET" not in repr(lines)
    assert "$2b$" not in repr(lines)
