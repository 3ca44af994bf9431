"""The cabinet's notices: a person's own, and those of the companies they speak for.

Whose notices these are follows from the actor alone. A company's notice is read once for all who speak for it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select as plain_select
from sqlmodel import Session, col, select

from models import Company, Employment, Notice
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party
from services.errors import NotFound

PAGE = 20
GONE = "Такого уведомления нет."


@dataclass(frozen=True)
class NoticeLine:
    """A notice in the list. `company` is empty for a person's own."""

    id: int
    subject: str
    at: dt.datetime
    is_read: bool
    company: str


@dataclass(frozen=True)
class NoticePage:
    """A page of the list: unread ones first, then the newest; its number from 0, of all pages."""

    lines: tuple[NoticeLine, ...]
    page: int
    pages: int
    total: int
    unread: int


@dataclass(frozen=True)
class NoticeText:
    """A notice, opened."""

    id: int
    subject: str
    text: str
    at: dt.datetime
    company: str


@requires(Permission.OWN_CABINET)
def list_notices(session: Session, actor: Actor, page: int = 0) -> NoticePage:
    """Page `page` of the actor's notices."""
    mine, is_unread = _mine(actor), col(Notice.read_at).is_(None)
    total, unread = session.exec(
        select(func.count(), func.count().filter(is_unread)).select_from(Notice).where(mine)
    ).one()
    pages = max(1, (total - 1) // PAGE + 1)
    page = max(0, min(page, pages - 1))
    query = (
        select(Notice, Company.name)
        .outerjoin(Company, col(Company.id) == col(Notice.company_id))
        .where(mine)
        .order_by(is_unread.desc(), col(Notice.id).desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = tuple(
        NoticeLine(notice.id or 0, notice.subject, notice.created_at, notice.read_at is not None, company or "")
        for notice, company in session.exec(query)
    )
    return NoticePage(lines, page, pages, total, unread)


@requires(Permission.OWN_CABINET)
def open_notice(session: Session, actor: Actor, number: int) -> NoticeText:
    """The text of one of the actor's notices; from now on it is read. Raises `NotFound` for anybody else's."""
    query = (
        select(Notice, Company.name)
        .outerjoin(Company, col(Company.id) == col(Notice.company_id))
        .where(Notice.id == number, _mine(actor))
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(GONE)
    notice, company = found
    if notice.read_at is None:
        notice.read_at = clock.now()
        session.flush()
    return NoticeText(number, notice.subject, notice.text, notice.created_at, company or "")


@requires(Permission.OWN_CABINET)
def unread(session: Session, actor: Actor) -> int:
    """How many notices the actor has not opened."""
    query = select(func.count()).select_from(Notice).where(_mine(actor), col(Notice.read_at).is_(None))
    return session.exec(query).one()


def number_of_notices(party: Party) -> Select[tuple[int]]:
    """How many notices the party has, for the number beside the section's title."""
    counted: Any = plain_select(func.count()).select_from(Notice).where(getattr(Notice, party.column) == party.id)
    found: Select[tuple[int]] = counted
    return found


def number_of_unread(party: Party) -> Select[tuple[int]]:
    """How many of them nobody has opened."""
    return number_of_notices(party).where(col(Notice.read_at).is_(None))


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Nobody's, for an actor who is tied to no person."""
    person: Any = actor.person_id
    speaks = select(Employment.company_id).where(
        Employment.person_id == person, or_(col(Employment.is_director), col(Employment.is_contact))
    )
    return or_(col(Notice.person_id) == person, col(Notice.company_id).in_(speaks))
