"""Values typed into a form and not saved: they outlive a rerun, a closed window and an ended session."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlmodel import Session, col, delete, select

from models import FormDraft
from services import clock
from services.access.permissions import Actor, Permission, requires

KEPT_FOR = dt.timedelta(days=1)
NEVER_KEPT = frozenset({"passport"})
"""Fields whose values are not kept beside the record, not even for a day."""


@dataclass(frozen=True)
class Draft:
    """What was typed, by field, and when."""

    typed: dict[str, str]
    at: dt.datetime


@requires(Permission.BASE_EDIT)
def keep_draft(session: Session, actor: Actor, form: str, typed: Mapping[str, str]) -> None:
    """Keep what the actor has typed into `form` so far; nothing typed keeps nothing."""
    if actor.account_id is not None:
        keep_typed(session, actor.account_id, form, typed)


@requires(Permission.BASE_EDIT)
def draft_of(session: Session, actor: Actor, form: str) -> Draft | None:
    """What the actor typed into `form` and did not save, within the last day."""
    mine = (col(FormDraft.account_id) == actor.account_id, col(FormDraft.form) == form)
    found = session.exec(select(FormDraft).where(*mine, col(FormDraft.at) > clock.now() - KEPT_FOR)).first()
    return Draft(orjson.loads(found.typed), found.at) if found else None


@requires(Permission.BASE_EDIT)
def drop_draft(session: Session, actor: Actor, form: str) -> None:
    """Forget what was typed: it is saved, or not wanted."""
    _drop(session, actor.account_id or 0, form)


def keep_typed(session: Session, account_id: int, form: str, typed: Mapping[str, str]) -> None:
    """Keep what was typed in the name of an account.

    Without an actor: the last values of a form may arrive after the session that opened it has ended.
    """
    _drop(session, account_id, form)
    session.exec(delete(FormDraft).where(col(FormDraft.at) < clock.now() - KEPT_FOR))
    kept = {key: text for key, text in typed.items() if key not in NEVER_KEPT}
    if kept:
        text = orjson.dumps(kept).decode()
        session.add(FormDraft(account_id=account_id, form=form, typed=text, at=clock.now()))
        session.flush()


def _drop(session: Session, account_id: int, form: str) -> None:
    session.exec(delete(FormDraft).where(col(FormDraft.account_id) == account_id, col(FormDraft.form) == form))
