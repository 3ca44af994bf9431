"""The header of a card: who it is and how things stand; and which card a row of a table belongs to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models import Membership, MembershipState
from services.access import audit
from services.access.permissions import Actor, Permission, requires
from services.directory.counts import counts_of
from services.directory.parties import Party, party_of, party_record
from services.errors import NotFound
from services.tables.conditions import value_of
from services.tables.index import index_of
from services.tables.registry import table_named

CARDS = {"people": "person", "companies": "company", "venues": "venue", "events": "event", "courses": "event"}
"""The card of the rows of a table."""


@dataclass(frozen=True)
class Head:
    """What the header of a party's card shows. `state` is that of its line in the register, with its title."""

    party: Party
    title: str
    active: bool
    do_not_disturb: bool
    is_member: bool
    state: MembershipState | None
    state_title: str
    counts: dict[str, int]
    may_edit: bool


@dataclass(frozen=True)
class CardAddress:
    """The card a row of a table is about: «person», «company», «event» or «venue», and its number."""

    card: str
    id: int


@requires(Permission.BASE_READ)
def head_of(session: Session, actor: Actor, party: Party) -> Head:
    """The header of the party's card. Raises `NotFound`."""
    record = party_record(session, party)
    state = membership_state(session, party)
    column = next(column for column in table_named("members").columns if column.key == "state")
    return Head(
        party=party,
        title=record.name,
        active=record.active,
        do_not_disturb=record.do_not_disturb,
        is_member=state is not MembershipState.LEFT if state else bool(record.is_member),
        state=state,
        state_title=column.titles[state.value] if state else "",
        counts=counts_of(session, actor, party),
        may_edit=actor.may(Permission.BASE_EDIT),
    )


@requires(Permission.BASE_READ)
def note_view(session: Session, actor: Actor, party: Party) -> None:
    """The actor looked at a card: for the audit trail."""
    table = "people" if party.kind == "person" else "companies"
    audit.record(session, actor, audit.Action.PROFILE_VIEWED, f"{table}:{party.id}")


@requires(Permission.BASE_READ)
def card_of_row(session: Session, _actor: Actor, table: str, number: int) -> CardAddress:
    """The card of row `number` of `table`: its own, or that of the person or company it is about."""
    if table in CARDS:
        return CardAddress(CARDS[table], number)
    record: Any = _row(session, table, number)
    if record is None:
        raise NotFound("Этой записи больше нет: её удалили.")
    if getattr(record, "person_id", None) is not None:
        return CardAddress("person", record.person_id)
    return CardAddress("company", record.company_id)


def _row(session: Session, table: str, number: int) -> Any:
    """What tells whom the row is about: its record, in a view the row itself."""
    declared = table_named(table)
    if not declared.is_view:
        return session.get(declared.record, number)
    grid = index_of(table)
    return session.connection().execute(select(grid).where(grid.c.id == number)).first()


@requires(Permission.BASE_READ)
def party_of_membership(session: Session, _actor: Actor, number: int) -> Party:
    """Whose membership line `number` of the register is. Raises `NotFound`."""
    found = session.get(Membership, number)
    if found is None:
        raise NotFound("Такой записи реестра нет: её удалили.")
    return party_of(found)


def membership_state(session: Session, party: Party) -> MembershipState | None:
    """The state of the party's line in the register, as the register itself shows it."""
    grid = index_of("members")
    column = next(column for column in table_named("members").columns if column.key == "state")
    wanted = select(value_of(grid, column)).where(grid.c[party.column] == party.id)
    found = session.connection().execute(wanted).scalar()
    return MembershipState(found) if found else None
