"""Requests to join a committee: filed, confirmed with a seat, or refused with an answer."""

from sqlmodel import Session, func, select

from models import CommitteeRequest, CommitteeSeat, RequestState, SeatPosition
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.committee_seats import take_seat
from services.directory.committees import MEANWHILE, committee_of, held_now, waiting
from services.directory.parties import Party, party_record
from services.errors import DomainError, InvalidInput, NotFound

LONGEST = 2000


@requires(Permission.BASE_EDIT)
def file_request(session: Session, _actor: Actor, committee_id: int, person_id: int, note: str = "") -> int:
    """Write down that a person asks for a seat; the request's number."""
    committee = committee_of(session, committee_id)
    person = party_record(session, Party("person", person_id))
    if not committee.active:
        raise DomainError("Комитет не действует: заявки не принимаются.")
    if not person.active:
        raise DomainError("Карточка деактивирована. Сначала верните её.")
    mine = (CommitteeRequest.committee_id == committee_id, CommitteeRequest.person_id == person_id)
    if session.exec(select(CommitteeRequest).where(*mine, waiting())).first() is not None:
        raise DomainError("Такая заявка уже ждёт решения.")
    seats = (CommitteeSeat.committee_id == committee_id, CommitteeSeat.person_id == person_id)
    if session.exec(select(CommitteeSeat).where(*seats, held_now())).first() is not None:
        raise DomainError("Уже состоит в этом комитете.")
    request = CommitteeRequest(committee_id=committee_id, person_id=person_id, note=_text(note))
    session.add(request)
    session.flush()
    return request.id or 0


@requires(Permission.BASE_EDIT)
def confirm_request(
    session: Session,
    actor: Actor,
    request_id: int,
    seen: int,
    *,
    position: str = SeatPosition.MEMBER.value,
    since: str = "",
    replace_chair: bool = False,
    answer: str = "",
) -> None:
    """Give the seat that was asked for."""
    request = _pending(session, request_id, seen)
    take_seat(
        session, actor, request.committee_id, request.person_id, position=position, since=since,
        replace_chair=replace_chair,
    )  # fmt: skip
    _decide(session, actor, request, RequestState.CONFIRMED, answer)


@requires(Permission.BASE_EDIT)
def refuse_request(session: Session, actor: Actor, request_id: int, seen: int, *, answer: str = "") -> None:
    """Refuse, with an answer where there is one."""
    _decide(session, actor, _pending(session, request_id, seen), RequestState.REFUSED, answer)


@requires(Permission.BASE_READ)
def count_requests(session: Session, _actor: Actor) -> int:
    """How many requests wait for an answer."""
    return session.exec(select(func.count()).select_from(CommitteeRequest).where(waiting())).one()


def _pending(session: Session, request_id: int, seen: int) -> CommitteeRequest:
    request = session.get(CommitteeRequest, request_id)
    if request is None:
        raise NotFound("Этой заявки больше нет.")
    if request.state != RequestState.PENDING.value:
        raise DomainError("По этой заявке решение уже принято.")
    if request.version != seen:
        raise DomainError(MEANWHILE)
    return request


def _decide(session: Session, actor: Actor, request: CommitteeRequest, state: RequestState, answer: str) -> None:
    request.state, request.answer = state.value, _text(answer)
    request.decided_by, request.decided_at = actor.account_id, clock.now()
    session.flush()


def _text(typed: str) -> str | None:
    if len(typed) > LONGEST:
        raise InvalidInput(f"Здесь больше {LONGEST} знаков.")
    return typed.strip() or None
