"""Seats in committees: who takes one, changes position, leaves; each from a (partial) date.

That a committee has one chair at a time is held by services.directory.chairs; here a former chair's term can be ended.
"""

from sqlmodel import Session, col, select

from models import CommitteeSeat, SeatPosition
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.chairs import day_before, first_day, last_day, meet
from services.directory.committees import MEANWHILE, committee_of
from services.directory.parties import Party, party_record
from services.errors import DomainError, InvalidInput, NotFound
from services.tables.declared.committees import POSITIONS
from services.values import clean_date, format_date

POSITION_TITLES: dict[str, str] = dict(POSITIONS)


@requires(Permission.BASE_EDIT)
def take_seat(
    session: Session,
    _actor: Actor,
    committee_id: int,
    person_id: int,
    *,
    position: str = SeatPosition.MEMBER.value,
    since: str = "",
    replace_chair: bool = False,
    comment: str = "",
) -> int:
    """Seat a person from `since` (today when empty); the seat's number.

    Raises `ChairTaken` when there is a chair already, unless `replace_chair` ends their term the day before.
    """
    committee = committee_of(session, committee_id)
    person = party_record(session, Party("person", person_id))
    if not committee.active:
        raise DomainError("Комитет не действует. Сначала верните его.")
    if not person.active:
        raise DomainError("Карточка деактивирована. Сначала верните её.")
    seat = CommitteeSeat(
        committee_id=committee_id,
        person_id=person_id,
        position=_known(position),
        since=_date(since),
        comment=comment.strip() or None,
    )
    _refuse_second(session, seat)
    _release_chair(session, seat, replace_chair=replace_chair)
    session.add(seat)
    session.flush()
    return seat.id or 0


@requires(Permission.BASE_EDIT)
def end_seat(session: Session, _actor: Actor, seat_id: int, seen: int, *, until: str = "") -> None:
    """End a seat with the day, month or year `until`, included (today when empty)."""
    seat = _seat(session, seat_id, seen)
    last = _date(until)
    if last_day(last) < first_day(seat.since):
        raise InvalidInput(f"Полномочия начались {format_date(seat.since)}: закончиться раньше они не могут.")
    stretched = seat.until is not None and last_day(last) > last_day(seat.until)
    seat.until = last
    if stretched:
        _refuse_second(session, seat)
    session.flush()


@requires(Permission.BASE_EDIT)
def change_position(
    session: Session,
    _actor: Actor,
    seat_id: int,
    seen: int,
    *,
    position: str,
    since: str = "",
    replace_chair: bool = False,
) -> None:
    """Give another position from `since` (today when empty): the former is over the day before and stays in history.

    From the first day of the seat or before, it is put right instead.
    """
    seat = _seat(session, seat_id, seen)
    if seat.until is not None and last_day(seat.until) < clock.today():
        raise DomainError("Эти полномочия уже закончились.")
    if seat.position == _known(position):
        raise InvalidInput("Это и есть нынешняя позиция.")
    start = _date(since)
    if seat.since is not None and first_day(start) <= first_day(seat.since):
        seat.position = position
        _release_chair(session, seat, replace_chair=replace_chair)
        session.flush()
        return
    if first_day(start) > last_day(seat.until):
        raise InvalidInput(f"Полномочия заканчиваются {format_date(seat.until)}: новая позиция начинается раньше.")
    following = CommitteeSeat(
        committee_id=seat.committee_id, person_id=seat.person_id, position=position, since=start, until=seat.until,
        comment=seat.comment,
    )  # fmt: skip
    seat.until = day_before(start)
    _release_chair(session, following, replace_chair=replace_chair)
    session.add(following)
    session.flush()


def _seat(session: Session, seat_id: int, seen: int) -> CommitteeSeat:
    seat = session.get(CommitteeSeat, seat_id)
    if seat is None:
        raise NotFound("Этого места в комитете больше нет.")
    if seat.version != seen:
        raise DomainError(MEANWHILE)
    return seat


def _refuse_second(session: Session, seat: CommitteeSeat) -> None:
    query = select(CommitteeSeat).where(
        CommitteeSeat.committee_id == seat.committee_id, CommitteeSeat.person_id == seat.person_id
    )
    for other in session.exec(query):
        if other is not seat and meet(seat, other):
            since = f" с {format_date(other.since)}" if other.since else ""
            raise DomainError(
                f"Уже в этом комитете: {POSITION_TITLES[other.position].lower()}{since}. "
                "Измените позицию или сначала завершите полномочия."
            )


def _release_chair(session: Session, seat: CommitteeSeat, *, replace_chair: bool) -> None:
    """End the term of whoever chairs when `seat` begins, if that was asked for."""
    if not replace_chair or seat.position != SeatPosition.CHAIR.value or seat.since is None:
        return
    query = select(CommitteeSeat).where(
        CommitteeSeat.committee_id == seat.committee_id, col(CommitteeSeat.position) == SeatPosition.CHAIR.value
    )
    with session.no_autoflush:
        others = [other for other in session.exec(query) if other is not seat and meet(seat, other)]
    for other in others:
        last = day_before(seat.since)
        if last_day(last) < first_day(other.since):
            raise InvalidInput(
                f"Прежний председатель вступил в должность {format_date(other.since)}: выберите более позднюю дату."
            )
        other.until = last


def _known(position: str) -> str:
    if position not in POSITION_TITLES:
        raise InvalidInput("Такой позиции в комитете нет.")
    return position


def _date(typed: str) -> str:
    """What was typed as an ISO (partial) date; today for nothing."""
    if not typed.strip():
        return clock.today().isoformat()
    cleaned = clean_date(typed[:100])
    if cleaned.value is None:
        raise InvalidInput("; ".join(note.message for note in cleaned.notes) or "Укажите дату.")
    return cleaned.value
