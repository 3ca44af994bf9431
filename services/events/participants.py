"""The guests of an event: who was asked, who asked, what came of it; and the places there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models import Company, Employment, Event, Participation, ParticipationStatus as Status, Person
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_of
from services.errors import DomainError, InvalidInput
from services.events.days import dates_of
from services.events.events import TAKING, headcount, locked, refuse_inactive
from services.events.words import STATUS_TITLES
from services.values import format_date
from services.values.cleaned import counted

ALLOWED: dict[Status, frozenset[Status]] = {
    Status.INVITED: frozenset({Status.APPLIED, Status.CONFIRMED, Status.DECLINED, Status.ATTENDED, Status.NO_SHOW}),
    Status.APPLIED: frozenset({Status.CONFIRMED, Status.DECLINED, Status.ATTENDED, Status.NO_SHOW}),
    Status.CONFIRMED: frozenset({Status.INVITED, Status.DECLINED, Status.ATTENDED, Status.NO_SHOW}),
    Status.DECLINED: frozenset({Status.INVITED, Status.APPLIED, Status.CONFIRMED, Status.ATTENDED}),
    Status.ATTENDED: frozenset({Status.CONFIRMED, Status.NO_SHOW}),
    Status.NO_SHOW: frozenset({Status.CONFIRMED, Status.ATTENDED}),
}
"""What a status may become. A slip of the hand can be taken back; what was an application stays one."""
AFTERWARDS = frozenset({Status.ATTENDED, Status.NO_SHOW})
"""What can be said of nobody before the event begins."""
MOST_AT_ONCE = 5_000


@dataclass(frozen=True)
class Participant:
    """A guest of an event. `workplace` is «position, company»; of several companies the first."""

    id: int
    party: Party
    name: str
    workplace: str
    phone: str
    email: str
    status: Status
    status_on: str
    comment: str
    active: bool
    do_not_disturb: bool

    @property
    def status_title(self) -> str:
        """The status in words."""
        return STATUS_TITLES[self.status]


@dataclass(frozen=True)
class Added:
    """How many were added; who was a guest already; who asked not to be disturbed."""

    added: int
    already: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """How many guests have the new status, and who keeps the old one, with the reason."""

    changed: int
    refused: tuple[tuple[str, str], ...] = ()


@requires(Permission.BASE_READ)
def participants_of(
    session: Session, _actor: Actor, event_id: int, statuses: Sequence[str] = ()
) -> tuple[Participant, ...]:
    """The guests of an event by name, those with one of `statuses` when any are given. Two queries."""
    query = (
        select(Participation, Person, Company)
        .outerjoin(Person, col(Person.id) == col(Participation.person_id))
        .outerjoin(Company, col(Company.id) == col(Participation.company_id))
        .where(Participation.event_id == event_id)
    )
    if statuses:
        query = query.where(col(Participation.status).in_(list(statuses)))
    rows = session.exec(query).all()
    workplaces = _workplaces(session, event_id)
    lines = [_line(p, person or company, workplaces) for p, person, company in rows if person or company]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold().replace("ё", "е"), line.id)))


@requires(Permission.BASE_EDIT)
def add_participants(
    session: Session,
    _actor: Actor,
    event_id: int,
    parties: Iterable[Party],
    status: str = Status.INVITED,
    *,
    over_capacity: bool = False,
) -> Added:
    """Make people and companies guests of an event; those who are already keep their status.

    Raises `DomainError` when somebody is unknown or deactivated, or when confirmed guests find no place.
    """
    event, wanted = locked(session, event_id), _status(status)
    asked = list(dict.fromkeys(parties))
    if not asked:
        raise DomainError("Выберите хотя бы одного человека или компанию.")
    if len(asked) > MOST_AT_ONCE:
        raise DomainError(f"За один раз можно добавить не больше {MOST_AT_ONCE} участников, выбрано {len(asked)}.")
    records = _records(session, asked)
    present = _present(session, event_id)
    fresh = [party for party in asked if party not in present]
    gone = [records[party].name for party in fresh if not records[party].active]
    if gone:
        raise DomainError(f"Записи деактивированы, добавить их нельзя: {_listed(gone)}.")
    if fresh:
        refuse_inactive(event)
        _refuse_beforehand(event, wanted)
        _refuse_crowd(session, event, len(fresh) if wanted in TAKING else 0, over_capacity=over_capacity)
    for party in fresh:
        tie: dict[str, Any] = party.tie
        session.add(Participation(**tie, event_id=event_id, status=wanted.value, status_at=clock.now()))
    session.flush()
    return Added(
        len(fresh),
        tuple(records[party].name for party in asked if party in present),
        tuple(records[party].name for party in fresh if records[party].do_not_disturb),
    )


@requires(Permission.BASE_EDIT)
def change_status(
    session: Session,
    _actor: Actor,
    event_id: int,
    seen: Mapping[int, str],
    status: str,
    *,
    over_capacity: bool = False,
) -> Moved:
    """Give guests a new status; `seen` maps their numbers to the status the editor saw.

    Who may not get it, or was changed by somebody else meanwhile, keeps theirs and is named with the reason. Raises
    `DomainError` when nobody can be changed, or when there are too few places for all and `over_capacity` is not set.
    """
    event, wanted = locked(session, event_id), _status(status)
    for one in seen.values():
        _status(one)
    if not seen:
        raise DomainError("Отметьте участников, у которых нужно изменить статус.")
    _refuse_beforehand(event, wanted)
    guests = _guests(session, event_id, seen)
    names = _names(session, guests)
    refused = [("Участник", "уже удалён из списка") for number in seen if number not in {g.id for g in guests}]
    moving = []
    for guest in guests:
        why = _why_not(guest, Status(seen[guest.id or 0]), wanted)
        if why:
            refused.append((names[guest.id or 0], why))
        else:
            moving.append(guest)
    if not moving:
        raise DomainError("Статус не изменён. " + refusals(refused))
    more = sum(guest.status not in TAKING for guest in moving) if wanted is Status.CONFIRMED else 0
    _refuse_crowd(session, event, more, over_capacity=over_capacity)
    for guest in moving:
        guest.status, guest.status_at = wanted.value, clock.now()
    session.flush()
    return Moved(len(moving), tuple(refused))


@requires(Permission.BASE_EDIT)
def remove_participants(session: Session, _actor: Actor, event_id: int, numbers: Iterable[int]) -> int:
    """Take guests off the list; how many there were. Their going stays in the history."""
    guests = _guests(session, event_id, numbers)
    if not guests:
        raise DomainError("Этих участников в списке уже нет.")
    for guest in guests:
        session.delete(guest)
    session.flush()
    return len(guests)


@requires(Permission.BASE_EDIT)
def comment_on(session: Session, _actor: Actor, event_id: int, number: int, text: str) -> None:
    """Write a remark about a guest; an empty text takes it away."""
    guests = _guests(session, event_id, [number])
    if not guests:
        raise DomainError("Этого участника в списке уже нет.")
    guests[0].comment = text.strip()[:1000] or None
    session.flush()


def refusals(refused: Sequence[tuple[str, str]], most: int = 5) -> str:
    """«Иванов И. И.: уже участвовал; ещё 3» as one text."""
    told = "; ".join(f"{name}: {why}" for name, why in refused[:most])
    return f"{told}; ещё {len(refused) - most}" if len(refused) > most else told


def _status(status: str) -> Status:
    if status not in set(Status):
        raise InvalidInput(f"Нет такого статуса участника: {status}.")
    return Status(status)


def _why_not(guest: Participation, seen: Status, wanted: Status) -> str:
    present = Status(guest.status)
    if present is not seen:
        return f"статус уже изменил другой сотрудник, сейчас «{STATUS_TITLES[present]}»"
    if present is wanted:
        return f"уже «{STATUS_TITLES[wanted]}»"
    if wanted not in ALLOWED[present]:
        return f"из «{STATUS_TITLES[present]}» нельзя перевести в «{STATUS_TITLES[wanted]}»"
    return ""


def _refuse_beforehand(event: Event, wanted: Status) -> None:
    """Nobody comes to a cancelled event, nor to one that has not begun."""
    if event.cancelled_at is not None and wanted is not Status.DECLINED:
        raise DomainError("Мероприятие отменено: участников можно только отметить отказавшимися или убрать.")
    first = dates_of(event).first
    if wanted in AFTERWARDS and first is not None and first > clock.today():
        raise DomainError(
            f"Мероприятие ещё не началось: «{STATUS_TITLES[wanted]}» можно отметить с {format_date(first.isoformat())}."
        )


def _refuse_crowd(session: Session, event: Event, more: int, *, over_capacity: bool) -> None:
    """Raise when `more` guests find no place. Asked under the event's lock: two editors cannot both take the last."""
    if not more or event.capacity is None or over_capacity:
        return
    free = event.capacity - headcount(session, event).taken
    if more > free:
        left = "свободных мест нет" if free <= 0 else f"свободно {free}"
        raise DomainError(
            f"Мест {event.capacity}, занято {event.capacity - free}, {left}, а подтвердить нужно {more}. "
            "Уменьшите выбор или отметьте «сверх мест»."
        )


def _guests(session: Session, event_id: int, numbers: Iterable[int]) -> Sequence[Participation]:
    chosen = list(numbers)[:MOST_AT_ONCE]
    query = select(Participation).where(Participation.event_id == event_id, col(Participation.id).in_(chosen))
    return session.exec(query.order_by(col(Participation.id))).all()


def _present(session: Session, event_id: int) -> set[Party]:
    ties = select(Participation.person_id, Participation.company_id).where(Participation.event_id == event_id)
    return {
        Party("person", person) if person else Party("company", company or 0) for person, company in session.exec(ties)
    }


def _records(session: Session, parties: Sequence[Party]) -> dict[Party, Person | Company]:
    """The records of parties, one query a kind. Raises `DomainError` when one is missing."""
    people = [party.id for party in parties if party.kind == "person"]
    companies = [party.id for party in parties if party.kind == "company"]
    found: dict[Party, Person | Company] = {}
    for person in session.exec(select(Person).where(col(Person.id).in_(people))) if people else ():
        found[Party("person", person.id or 0)] = person
    for company in session.exec(select(Company).where(col(Company.id).in_(companies))) if companies else ():
        found[Party("company", company.id or 0)] = company
    missing = sum(party not in found for party in parties)
    if missing:
        raise DomainError(f"Не найдено: {counted(missing, 'запись', 'записи', 'записей')}. Обновите выбор.")
    return found


def _names(session: Session, guests: Sequence[Participation]) -> dict[int, str]:
    parties = {guest.id or 0: party_of(guest) for guest in guests}
    records = _records(session, list(dict.fromkeys(parties.values())))
    return {number: records[party].name for number, party in parties.items()}


def _party(person_id: int | None, company_id: int | None) -> Party:
    return Party("person", person_id) if person_id else Party("company", company_id or 0)


def _workplaces(session: Session, event_id: int) -> dict[int, str]:
    """«position, company» of every guest who works somewhere."""
    query = (
        select(Employment.person_id, Employment.position, Company.name)
        .join(Company, col(Company.id) == col(Employment.company_id))
        .join(Participation, col(Participation.person_id) == col(Employment.person_id))
        .where(Participation.event_id == event_id)
        .order_by(col(Employment.id).desc())
    )
    return {
        person: f"{position}, {company}" if position else company for person, position, company in session.exec(query)
    }


def _line(guest: Participation, record: Person | Company, workplaces: Mapping[int, str]) -> Participant:
    own = record.position or "" if isinstance(record, Person) else record.direction or ""
    return Participant(
        id=guest.id or 0,
        party=party_of(guest),
        name=record.name,
        workplace=workplaces.get(guest.person_id or 0, own),
        phone=record.phone or "",
        email=record.email or "",
        status=Status(guest.status),
        status_on=f"{clock.local(guest.status_at):%d.%m.%Y}" if guest.status_at else "",
        comment=guest.comment or "",
        active=record.active,
        do_not_disturb=record.do_not_disturb,
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    told = ", ".join(names[:most])
    return f"{told} и ещё {len(names) - most}" if len(names) > most else told
