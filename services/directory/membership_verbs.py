"""What the office decides about a membership: each verb with its date and reason, checked, in one transaction.

A verb takes what its editor has `seen` (MembershipView.seen): pressed twice, or after a colleague's decision, it is
refused. The journal keeps the decision, the line of the register its present consequence, the listeners the history.
"""

import datetime as dt

from sqlmodel import Session, select

from models import Company, Leaving, Membership, Person, SetByHand, StepKind
from services.access.permissions import Actor, Permission, requires
from services.directory import terms
from services.directory.membership_lines import (
    close_term,
    earlier_terms,
    fee_amount,
    line_of,
    need,
    not_ahead,
    note_step,
    open_term,
    refuse_left,
    sound,
)
from services.directory.membership_rules import current_rules
from services.directory.membership_words import day
from services.directory.memberships import lost_days, of_party
from services.directory.parties import Party, party_record
from services.directory.terms import Term
from services.errors import DomainError, InvalidInput


@requires(Permission.BASE_EDIT)
def join(
    session: Session,
    actor: Actor,
    party: Party,
    *,
    on_date: dt.date,
    ends_on: dt.date | None = None,
    fee: str = "",
    paid_on: dt.date | None = None,
    reason: str = "",
) -> None:
    """Make the party a member from `on_date`, for a year unless `ends_on` is given."""
    record = party_record(session, party)
    present = session.exec(select(Membership).where(of_party(party))).one_or_none()
    if present is not None and present.left_on is not None:
        raise DomainError("Раньше уже состоял(а) в ассоциации: восстановите членство.")
    if present is not None:
        raise DomainError("Уже состоит в ассоциации: запись в реестре есть.")
    if not record.active:
        raise DomainError("Карточка деактивирована. Сначала верните её.")
    tie = party.tie
    line = Membership(person_id=tie.get("person_id"), company_id=tie.get("company_id"))
    line.fee_amount = fee_amount(actor, fee, None)
    open_term(session, line, on_date, ends_on, paid_on)
    session.add(line)
    session.flush()
    note_step(session, line, StepKind.JOIN, on_date, reason)
    _count_in(record, on_date)
    session.flush()


@requires(Permission.BASE_EDIT)
def renew(
    session: Session,
    actor: Actor,
    party: Party,
    seen: int,
    *,
    on_date: dt.date,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    fee: str = "",
    paid_on: dt.date | None = None,
    reason: str = "",
) -> Term:
    """Close the present term and open the next: without a gap up to the end of the grace period, else on `on_date`.

    The fee stays what it was unless another is given. Gives the new term.
    """
    line = line_of(session, party, seen)
    refuse_left(line)
    sound(on_date)
    start = starts_on or terms.next_start(line.ends_on, on_date, current_rules(session).overdue - 1)
    amount = fee_amount(actor, fee, line.fee_amount)
    close_term(session, line, line.ends_on or start - terms.DAY)
    line.fee_amount = amount
    open_term(session, line, start, ends_on, paid_on)
    note_step(session, line, StepKind.RENEW, on_date, reason)
    session.flush()
    return Term(line.starts_on, line.ends_on)


@requires(Permission.BASE_EDIT)
def correct(
    session: Session,
    actor: Actor,
    party: Party,
    seen: int,
    *,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    fee: str = "",
    paid_on: dt.date | None = None,
) -> None:
    """Put right what is written of the present term; no decision, so the journal stays as it is."""
    line = line_of(session, party, seen)
    line.fee_amount = fee_amount(actor, fee, line.fee_amount)
    sound(starts_on, ends_on, paid_on)
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInput("Срок не может закончиться раньше, чем начался.")
    if terms.overlap((*earlier_terms(session, line), Term(starts_on, ends_on))):
        raise InvalidInput("Такой срок пересекается с одним из прежних.")
    line.starts_on, line.ends_on, line.paid_on = starts_on, ends_on, paid_on
    session.flush()


@requires(Permission.BASE_EDIT)
def suspend(
    session: Session,
    _actor: Actor,
    party: Party,
    seen: int,
    *,
    on_date: dt.date,
    until: dt.date | None = None,
    reason: str,
) -> None:
    """Suspend from `on_date`, to the last day `until` or until it is taken off. The term runs on."""
    line = line_of(session, party, seen)
    refuse_left(line)
    sound(on_date, until)
    need(reason, "Укажите причину приостановки.")
    if until is not None and until < on_date:
        raise InvalidInput("Приостановка не может закончиться раньше, чем началась.")
    if line.suspended_from is not None and (line.suspended_until is None or line.suspended_until >= on_date):
        raise DomainError(f"Членство уже приостановлено с {day(line.suspended_from)}.")
    line.suspended_from, line.suspended_until = on_date, until
    note_step(session, line, StepKind.SUSPEND, on_date, reason, until)
    session.flush()


@requires(Permission.BASE_EDIT)
def resume(
    session: Session,
    _actor: Actor,
    party: Party,
    seen: int,
    *,
    on_date: dt.date,
    prolong: bool = False,
    reason: str = "",
) -> int:
    """Take the suspension off: `on_date` is the first day without it. With `prolong` the term gets its days back.

    Gives the number of days the term was prolonged by.
    """
    line = line_of(session, party, seen)
    if line.suspended_from is None:
        raise DomainError("Членство не приостановлено.")
    sound(on_date)
    not_ahead(on_date, "Возобновить членство")
    lost = lost_days(line, on_date) if prolong else 0
    if prolong and line.ends_on is None:
        raise InvalidInput("Продлить нечего: дата окончания срока не указана.")
    if line.ends_on is not None and lost:
        line.ends_on += dt.timedelta(days=lost)
    line.suspended_from = line.suspended_until = None
    note_step(session, line, StepKind.RESUME, on_date, reason)
    session.flush()
    return lost


@requires(Permission.BASE_EDIT)
def resign(session: Session, _actor: Actor, party: Party, seen: int, *, on_date: dt.date, reason: str = "") -> None:
    """The member leaves of their own will; `on_date` is the first day outside."""
    _leave(session, party, seen, Leaving.RESIGN, on_date, reason)


@requires(Permission.BASE_EDIT)
def exclude(session: Session, _actor: Actor, party: Party, seen: int, *, on_date: dt.date, reason: str) -> None:
    """The association excludes the member; `on_date` is the first day outside."""
    need(reason, "Укажите причину исключения.")
    _leave(session, party, seen, Leaving.EXCLUDE, on_date, reason)


@requires(Permission.BASE_EDIT)
def rejoin(
    session: Session,
    actor: Actor,
    party: Party,
    seen: int,
    *,
    on_date: dt.date,
    ends_on: dt.date | None = None,
    fee: str = "",
    paid_on: dt.date | None = None,
    reason: str = "",
) -> None:
    """Take back a member who left: a new term from `on_date`; the last one ended when they left."""
    line = line_of(session, party, seen)
    if line.left_on is None:
        raise DomainError("Членство не прекращалось: его можно продлить.")
    if on_date < line.left_on:
        raise InvalidInput(f"Восстановить можно не раньше дня выбытия, {day(line.left_on)}.")
    amount = fee_amount(actor, fee, line.fee_amount)
    last = line.left_on - terms.DAY
    close_term(session, line, min(line.ends_on or last, last))
    line.left_on = line.left_how = None
    line.fee_amount = amount
    open_term(session, line, on_date, ends_on, paid_on)
    note_step(session, line, StepKind.JOIN, on_date, reason)
    _count_in(party_record(session, party), on_date)
    session.flush()


@requires(Permission.BASE_EDIT)
def set_override(session: Session, _actor: Actor, party: Party, seen: int, *, state: str, note: str) -> None:
    """Set the state by hand, with an explanation, until it is taken off; the dates stay as they are."""
    line = line_of(session, party, seen)
    need(note, "Объясните, почему статус ставится вручную.")
    if state not in set(SetByHand):
        raise InvalidInput("Такой статус вручную не ставится.")
    line.state_override, line.override_note = state, note.strip()
    session.flush()


@requires(Permission.BASE_EDIT)
def remove_override(session: Session, _actor: Actor, party: Party, seen: int) -> None:
    """Let the rules say the state again."""
    line = line_of(session, party, seen)
    if line.state_override is None:
        raise DomainError("Статус не был поставлен вручную.")
    line.state_override = line.override_note = None
    session.flush()


def _leave(session: Session, party: Party, seen: int, how: Leaving, on_date: dt.date, reason: str) -> None:
    line = line_of(session, party, seen)
    refuse_left(line)
    sound(on_date)
    not_ahead(on_date, "Прекратить членство")
    line.left_on, line.left_how = on_date, how.value
    line.suspended_from = line.suspended_until = None
    note_step(session, line, StepKind(how.value), on_date, reason)
    party_record(session, party).is_member = False
    session.flush()


def _count_in(record: Person | Company, on_date: dt.date) -> None:
    record.is_member = True
    record.member_since = record.member_since or on_date.isoformat()
