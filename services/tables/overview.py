"""The office's first page: how many rows each table has, and what needs attention."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Mailing, MailingState, MembershipState
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.committee_requests import count_requests
from services.tables.index import index_of
from services.tables.query import ColumnFilter, Condition, Query
from services.tables.registry import OWN, TABLES
from services.tables.rows import count, open_remarks


@dataclass(frozen=True)
class Segment:
    """A table with the number of its rows."""

    name: str
    title: str
    count: int


@dataclass(frozen=True)
class Attention:
    """Something to look at: which table, which rows (`states` of the register, or rows with remarks), how many.

    `page` is where it is looked at, when that is no table.
    """

    table: str
    title: str
    count: int
    states: tuple[str, ...] = ()
    remarked: bool = False
    page: str = ""


@dataclass(frozen=True)
class Overview:
    """Everything the first page shows."""

    segments: tuple[Segment, ...]
    attention: tuple[Attention, ...]


@requires(Permission.BASE_READ)
def overview(session: Session, actor: Actor) -> Overview:
    """The nine segments with counts; memberships, requests and remarks that wait for somebody, where there are any."""
    segments = tuple(Segment(t.name, t.title, count(session, actor, t.name, Query())) for t in OWN.values())
    waiting = [
        Attention("members", title, _members(session, actor, state), states=(state,))
        for title, state in (
            ("Членство истекает", MembershipState.ENDING.value),
            ("Членство просрочено", MembershipState.OVERDUE.value),
        )
    ]
    if actor.may(Permission.DIRECTORIES_MANAGE):
        asked = count_requests(session, actor)
        waiting.append(Attention("committees", "Заявки в комитеты ждут решения", asked, page="committee_list"))
    if actor.may(Permission.MESSAGES_APPROVE):
        unapproved = select(func.count()).select_from(Mailing).where(col(Mailing.state) == MailingState.APPROVAL.value)
        held = session.connection().execute(unapproved).scalar_one()
        waiting.append(Attention("", "Рассылки ждут одобрения", held, page="mailings"))
    waiting += [
        Attention(t.name, f"{t.title}: строки с замечаниями", _remarked(session, t.name), remarked=True)
        for t in OWN.values()
    ]
    return Overview(segments, tuple(item for item in waiting if item.count))


def _members(session: Session, actor: Actor, state: str) -> int:
    wanted = ColumnFilter((Condition("set", members=(state,)),))
    return count(session, actor, "members", Query(filters={"state": wanted}))


def _remarked(session: Session, name: str) -> int:
    grid, table = index_of(name), TABLES[name]
    found = select(func.count()).select_from(grid).where(grid.c.active == 1, grid.c.id.in_(open_remarks(table)))
    if table.current is not None:
        found = found.where(table.current(grid, clock.today()))
    return session.connection().execute(found).scalar_one()
