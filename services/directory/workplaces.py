"""Where people work: a place is added, changed, ended; a company's director and contact people are marks on it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Company, Employment, Person
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput, NotFound
from services.values import clean_text

LONGEST = 300


@dataclass(frozen=True)
class Marks:
    """What a person is to a company."""

    position: str = ""
    is_director: bool = False
    is_contact: bool = False


@requires(Permission.BASE_EDIT)
def add_workplace(session: Session, _actor: Actor, person_id: int, company_id: int, marks: Marks) -> int:
    """The person works for the company; the number of the place. Raises `DomainError` when they do already."""
    if session.get(Person, person_id) is None or session.get(Company, company_id) is None:
        raise NotFound("Выбранной записи больше нет: её удалили или объединили с другой.")
    there = select(Employment).where(col(Employment.person_id) == person_id, col(Employment.company_id) == company_id)
    if session.exec(there).first() is not None:
        raise DomainError("Это место работы уже указано.")
    place = Employment(person_id=person_id, company_id=company_id)
    _mark(place, marks)
    session.add(place)
    session.flush()
    assert place.id is not None
    return place.id


@requires(Permission.BASE_EDIT)
def change_workplace(session: Session, _actor: Actor, number: int, version: int, marks: Marks) -> None:
    """Another position or other marks. Raises `DomainError` when somebody else changed the place since."""
    place = _place(session, number)
    if place.version != version:
        raise DomainError("Это место работы только что изменил другой сотрудник. Откройте его заново.")
    _mark(place, marks)
    session.flush()


@requires(Permission.BASE_EDIT)
def end_workplace(session: Session, _actor: Actor, number: int) -> None:
    """The person works there no more; the history keeps that they did."""
    session.delete(_place(session, number))
    session.flush()


def _place(session: Session, number: int) -> Employment:
    place = session.get(Employment, number)
    if place is None:
        raise NotFound("Этого места работы больше нет.")
    return place


def _mark(place: Employment, marks: Marks) -> None:
    if len(marks.position) > LONGEST:
        raise InvalidInput(f"Должность длиннее {LONGEST} знаков.", {"position": "Сократите должность."})
    place.position = clean_text(marks.position).value
    place.is_director, place.is_contact = marks.is_director, marks.is_contact
