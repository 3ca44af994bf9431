"""Under the verbs of membership: the line of the register, its terms and its journal, with the checks they share."""

import datetime as dt
from decimal import Decimal

from sqlmodel import Session, col, func, select

from models import Membership, MembershipPeriod, MembershipStep, StepKind
from services import clock
from services.access.permissions import Actor, Permission
from services.directory import terms
from services.directory.membership_words import day
from services.directory.memberships import of_party
from services.directory.parties import Party
from services.directory.terms import Term
from services.errors import DomainError, InvalidInput, NotFound
from services.values import clean_money
from services.values.dates import EARLIEST_YEAR, LATEST_YEAR

MOST_LETTERS = 2000
MEANWHILE = (
    "Членство изменили после того, как вы открыли карточку (или кнопка была нажата дважды). "
    "Посмотрите, что получилось, и повторите, если это ещё нужно."
)


def line_of(session: Session, party: Party, seen: int) -> Membership:
    """The party's line as the editor has `seen` it. Raises `NotFound`, `DomainError` when it was changed since."""
    line = session.exec(select(Membership).where(of_party(party))).one_or_none()
    if line is None:
        raise NotFound("В реестре членов такой записи нет.")
    if line.version != seen:
        raise DomainError(MEANWHILE)
    return line


def refuse_left(line: Membership) -> None:
    """Refuse what can only be decided about a member."""
    if line.left_on is not None:
        raise DomainError(f"Членство прекращено с {day(line.left_on)}: сначала восстановите его.")


def open_term(
    session: Session, line: Membership, starts_on: dt.date, ends_on: dt.date | None, paid_on: dt.date | None
) -> None:
    """Make [starts_on, ends_on] the present term; it must lie after everything that was."""
    sound(starts_on, ends_on, paid_on)
    ends_on = ends_on or terms.last_day_of_year(starts_on)
    if ends_on < starts_on:
        raise InvalidInput("Срок не может закончиться раньше, чем начался.")
    latest = None
    if line.id is not None:
        query = select(func.max(MembershipPeriod.ends_on)).where(col(MembershipPeriod.membership_id) == line.id)
        latest = session.exec(query).one()
    if latest is not None and starts_on <= latest:
        raise InvalidInput(f"Прежний срок закончился {day(latest)}: новый может начаться не раньше следующего дня.")
    line.starts_on, line.ends_on, line.paid_on = starts_on, ends_on, paid_on


def close_term(session: Session, line: Membership, ends_on: dt.date) -> None:
    """Put the present term, cut at `ends_on`, among the earlier ones: unless nothing or no day of it is known."""
    if line.starts_on is None and line.ends_on is None and line.paid_on is None:
        return
    if line.starts_on is not None and line.starts_on > ends_on:
        if line.left_on is None:
            raise InvalidInput("Начало нынешнего срока позже его окончания: сначала исправьте срок.")
        return
    closed = Term(line.starts_on, ends_on, line.fee_amount, line.paid_on)
    if terms.overlap((*earlier_terms(session, line), closed)):
        raise InvalidInput("Нынешний срок пересекается с прежним: сначала исправьте срок.")
    session.add(
        MembershipPeriod(
            membership_id=line.id or 0,
            starts_on=closed.starts_on,
            ends_on=ends_on,
            fee_amount=closed.fee_amount,
            paid_on=closed.paid_on,
        )
    )
    session.flush()


def earlier_terms(session: Session, line: Membership) -> list[Term]:
    """First and last days of the terms that are over."""
    found = session.exec(select(MembershipPeriod).where(MembershipPeriod.membership_id == line.id))
    return [Term(period.starts_on, period.ends_on) for period in found]


def note_step(
    session: Session,
    line: Membership,
    kind: StepKind,
    on_date: dt.date,
    reason: str,
    until: dt.date | None = None,
) -> None:
    """Write a decision into the journal."""
    if len(reason) > MOST_LETTERS:
        raise InvalidInput(f"Причина длиннее {MOST_LETTERS} знаков.")
    why = reason.strip() or None
    session.add(MembershipStep(membership_id=line.id or 0, kind=kind.value, on_date=on_date, until=until, reason=why))


def fee_amount(actor: Actor, typed: str, present: Decimal | None) -> Decimal | None:
    """The fee that was typed, by somebody who may see sums; the present one when nothing was."""
    if not typed.strip():
        return present
    actor.require(Permission.MONEY_READ)
    cleaned = clean_money(typed)
    if cleaned.value is None or cleaned.value < 0:
        raise InvalidInput("; ".join(note.message for note in cleaned.notes) or "Взнос не бывает меньше нуля.")
    return cleaned.value


def need(text: str, sentence: str) -> None:
    """Refuse an empty text with `sentence`."""
    if not text.strip():
        raise InvalidInput(sentence)
    if len(text) > MOST_LETTERS:
        raise InvalidInput(f"Здесь больше {MOST_LETTERS} знаков.")


def sound(*days: dt.date | None) -> None:
    """Refuse years nobody means."""
    if any(date is not None and not EARLIEST_YEAR <= date.year < LATEST_YEAR for date in days):
        raise InvalidInput(f"Год должен быть от {EARLIEST_YEAR} до {LATEST_YEAR - 1}.")


def not_ahead(on_date: dt.date, what: str) -> None:
    """Refuse a day to come: what hangs on the decision, such as the «Членство» flag, holds from today."""
    if on_date > clock.today():
        raise InvalidInput(f"{what} будущим числом нельзя: укажите сегодняшний день или прошедший.")
