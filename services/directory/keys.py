"""Keys that equal names share; kept in step by the flush, so that no writer can forget them."""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from models import Committee, Company, Event, Person, Venue
from services.database import WorkSession
from services.values import clean_company, fold


def person_key(last: str, first: str, middle: str) -> str:
    """Folded ФИО: equal for «Алёшин Пётр» and «АЛЕШИН ПЕТР»."""
    return fold(" ".join(part for part in (last, first, middle) if part))


def company_key(name: str) -> str:
    """Folded name without quotes, with the organisation form shortened."""
    company = clean_company(name).value
    return company.key if company else fold(name)


def committee_key(name: str) -> str:
    """Folded name without the word «комитет»: «По инновациям» is «Комитет по инновациям»."""
    return fold(name).removeprefix("комитет ").strip(" «»\"'")


def plain_key(name: str) -> str:
    """Folded name without quotes, for events and venues."""
    return fold("".join(letter for letter in name if letter not in "«»\"'„“”"))


@event.listens_for(WorkSession, "before_flush")
def set_keys(session: Session, *_: Any) -> None:
    """Set `name_key` of every new or changed record that has one."""
    for record in (*session.new, *session.dirty):
        match record:
            case Person():
                record.name_key = person_key(record.last_name, record.first_name, record.middle_name)
            case Company():
                record.name_key = company_key(record.name)
            case Committee():
                record.name_key = committee_key(record.name)
            case Event() | Venue():
                record.name_key = plain_key(record.name)
