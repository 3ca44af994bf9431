"""Committees: the list of them, adding, renaming, putting aside and back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select as sql_select
from sqlmodel import Session, col, select

from models import Committee, CommitteeRequest, CommitteeSeat, Person, RequestState, SeatPosition
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.keys import committee_key
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotFound
from services.tables.days import lasts_on

GONE = "Такого комитета нет: его удалили."
MEANWHILE = "Запись только что изменил другой сотрудник. Посмотрите, что получилось, и повторите, если нужно."
LONGEST_NAME, LONGEST_TEXT = 200, 5000


@dataclass(frozen=True)
class CommitteeLine:
    """A committee in the list: how many sit in it, who chairs it, how many requests wait."""

    id: int
    name: str
    active: bool
    seats: int
    chairs: tuple[str, ...]
    requests: int


@requires(Permission.BASE_READ)
def committee_choices(session: Session, _actor: Actor) -> list[tuple[int, str]]:
    """Active committees as (id, name) in the order of their names."""
    found = (
        select(col(Committee.id), Committee.name).where(col(Committee.active).is_(True)).order_by(Committee.name_key)
    )
    return [(number, name) for number, name in session.exec(found) if number is not None]


@requires(Permission.BASE_READ)
def list_committees(session: Session, _actor: Actor) -> tuple[CommitteeLine, ...]:
    """Every committee, those put aside last."""
    held, pending = held_now(), waiting()
    seats = select(CommitteeSeat.committee_id, func.count()).where(held).group_by(col(CommitteeSeat.committee_id))
    asked = (
        select(CommitteeRequest.committee_id, func.count()).where(pending).group_by(col(CommitteeRequest.committee_id))
    )
    chairing = (
        select(CommitteeSeat.committee_id, Person)
        .join(Person, col(Person.id) == CommitteeSeat.person_id)
        .where(held, CommitteeSeat.position == SeatPosition.CHAIR.value)
        .order_by(Person.name_key)
    )
    counts, requests = dict(session.exec(seats).all()), dict(session.exec(asked).all())
    chairs: dict[int, list[str]] = {}
    for committee_id, person in session.exec(chairing):
        chairs.setdefault(committee_id, []).append(person.name + ("" if person.active else " (деактивирован)"))
    everything = select(Committee).order_by(col(Committee.active).desc(), Committee.name_key)
    return tuple(
        CommitteeLine(
            found.id or 0,
            found.name,
            found.active,
            counts.get(found.id or 0, 0),
            tuple(chairs.get(found.id or 0, ())),
            requests.get(found.id or 0, 0),
        )
        for found in session.exec(everything)
    )


@requires(Permission.DIRECTORIES_MANAGE)
def add_committee(session: Session, _actor: Actor, name: str, description: str = "") -> int:
    """A new committee; its number. Raises `InvalidInput` for a name that is taken."""
    committee = Committee(name="", name_key="")
    _write(session, committee, name, description)
    session.add(committee)
    session.flush()
    return committee.id or 0


@requires(Permission.DIRECTORIES_MANAGE)
def edit_committee(
    session: Session, _actor: Actor, committee_id: int, seen: int, *, name: str, description: str = ""
) -> None:
    """Change the name and the description."""
    committee = committee_of(session, committee_id, seen)
    _write(session, committee, name, description)
    session.flush()


@requires(Permission.DIRECTORIES_MANAGE)
def set_committee_active(session: Session, _actor: Actor, committee_id: int, seen: int, *, active: bool) -> None:
    """Put a committee aside, with its seats as they are, or take it back."""
    committee_of(session, committee_id, seen).active = active
    session.flush()


def committee_of(session: Session, committee_id: int, seen: int | None = None) -> Committee:
    """The committee, as the editor has `seen` it. Raises `NotFound`, `DomainError` when it was changed since."""
    committee = session.get(Committee, committee_id)
    if committee is None:
        raise NotFound(GONE)
    if seen is not None and committee.version != seen:
        raise DomainError(MEANWHILE)
    return committee


def held_now() -> ColumnElement[bool]:
    """Seats held today, in active committees or not."""
    return lasts_on(col(CommitteeSeat.until), clock.today())  # type: ignore[arg-type]


def number_of_seats(party: Party) -> Select[Any]:
    """How many committees a person sits in; a company in none."""
    mine = col(CommitteeSeat.person_id) == party.id if party.kind == "person" else false()
    return sql_select(func.count()).select_from(CommitteeSeat).where(mine, held_now())


def waiting() -> ColumnElement[bool]:
    """Requests nobody has answered."""
    return col(CommitteeRequest.state) == RequestState.PENDING.value


def _write(session: Session, committee: Committee, name: str, description: str) -> None:
    name, description = " ".join(name.split()), description.strip()
    key = committee_key(name)
    if not key:
        raise InvalidInput("Укажите название комитета.", {"name": "Укажите название комитета."})
    if len(name) > LONGEST_NAME or len(description) > LONGEST_TEXT:
        raise InvalidInput(f"Название может быть не длиннее {LONGEST_NAME} знаков, описание — {LONGEST_TEXT}.")
    same = session.exec(select(Committee).where(Committee.name_key == key)).first()
    if same is not None and same is not committee:
        raise InvalidInput(f"Такой комитет уже есть: «{same.name}».")
    committee.name, committee.description = name, description or None
