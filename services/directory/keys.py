"""Keys that equal names share; kept in step by the flush, so that no writer can forget them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session

from models import Committee, Company, Event, Person, Record, Venue
from services.database import WorkSession
from services.values import clean_company, fold
from services.values.plain import REMEMBERED


@lru_cache(maxsize=REMEMBERED)
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


KEY_PARTS: dict[type[Record], tuple[str, ...]] = {
    Person: ("last_name", "first_name", "middle_name"),
    Company: ("name",),
    Committee: ("name",),
    Event: ("name",),
    Venue: ("name",),
}
"""The models with a `name_key`, and the attributes it is made of."""
_MADE_BY: dict[type[Record], Callable[..., str]] = {
    Person: person_key,
    Company: company_key,
    Committee: committee_key,
    Event: plain_key,
    Venue: plain_key,
}


def name_key(model: type[Record], values: Mapping[str, Any]) -> str:
    """The key of a record of `model` (one of KEY_PARTS) that has these values."""
    return _MADE_BY[model](*(values[part] or "" for part in KEY_PARTS[model]))


@event.listens_for(WorkSession, "before_flush")
def set_keys(session: Session, *_: Any) -> None:
    """Set `name_key` of every new or renamed record that has one."""
    for record in (*session.new, *session.dirty):
        model = type(record)
        parts = KEY_PARTS.get(model)
        if parts is None:
            continue
        state = inspect(record)
        if any(state.attrs[part].history.has_changes() for part in parts):
            record.name_key = name_key(model, {part: getattr(record, part) for part in parts})
