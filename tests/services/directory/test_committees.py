"""Committees: seats with terms, one chair at a time, requests, the list."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session

from models import Committee, CommitteeSeat, Person, Role, SeatPosition
from services import clock
from services.access.permissions import PERMISSIONS, Actor
from services.directory import committee_requests as requests, committee_seats as seats, committees
from services.directory.chairs import ChairTaken, day_before
from services.directory.committee_views import CommitteeCard, Seat, committee_card, committees_of
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.tables.editing import open_form, save_form
from services.tables.overview import overview
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading, writing
from tests import builders as b

MANAGER = Actor(None, "менеджер", PERMISSIONS[Role.MANAGER], Role.MANAGER)
CHAIR, MEMBER, SECRETARY = SeatPosition.CHAIR.value, SeatPosition.MEMBER.value, SeatPosition.SECRETARY.value


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with clock.stopped_at(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        yield


class Scene:
    """A committee chaired by Авдеев since 2024, with Бычков as a member; Волков sits nowhere."""

    def __init__(self, session: Session) -> None:
        self.committee = b.create_committee(session, "Комитет по инновациям").id or 0
        people = [b.create_person(session, name) for name in ("Авдеев", "Бычков", "Волков")]
        self.avdeev, self.bychkov, self.volkov = (person.id or 0 for person in people)
        of = session.get_one(Committee, self.committee)
        b.create_seat(session, of, people[0], SeatPosition.CHAIR, since="2024")
        b.create_seat(session, of, people[1], since="2025-02-03")
        session.commit()

    @property
    def card(self) -> CommitteeCard:
        with reading() as session:
            return committee_card(session, MANAGER, self.committee)

    def seat(self, person: int) -> Seat:
        return next(seat for seat in self.card.present if seat.person_id == person)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def do(service: Callable[..., Any], *values: Any, by: Actor = MANAGER, **named: Any) -> Any:
    with writing(by) as session:
        return service(session, by, *values, **named)


def told(found: tuple[Seat, ...]) -> list[tuple[str, str, str, str]]:
    return [(seat.person.split()[0], seat.position, seat.since, seat.until) for seat in found]


def grid(table: str) -> list[str]:
    with reading() as session:
        return [row["name"].split()[0] for row in rows(session, MANAGER, table, parse_query({})).rows]


def test_a_second_chair_is_refused_by_name_and_replaced_on_request(scene: Scene) -> None:
    with pytest.raises(ChairTaken, match=r"Председатель комитета — Авдеев Пётр Ильич с 2024 г\.") as refused:
        do(seats.take_seat, scene.committee, scene.volkov, position=CHAIR)
    assert refused.value.holder == "Авдеев Пётр Ильич"
    assert told(scene.card.holding(SeatPosition.CHAIR)) == [("Авдеев", CHAIR, "2024 г.", "")]
    do(seats.take_seat, scene.committee, scene.volkov, position=CHAIR, since="15.02.2026", replace_chair=True)
    assert told(scene.card.holding(SeatPosition.CHAIR)) == [("Волков", CHAIR, "15.02.2026", "")]
    assert told(scene.card.past) == [("Авдеев", CHAIR, "2024 г.", "14.02.2026")]
    assert grid("chairs") == ["Волков"]


def test_a_chair_cannot_be_replaced_before_they_began(scene: Scene) -> None:
    with pytest.raises(InvalidInput, match=r"вступил в должность 2024 г\.: выберите более позднюю"):
        do(seats.take_seat, scene.committee, scene.volkov, position=CHAIR, since="2023", replace_chair=True)


def test_a_chair_follows_one_whose_term_ends(scene: Scene) -> None:
    chair = scene.seat(scene.avdeev)
    do(seats.end_seat, chair.id, chair.seen, until="31.05.2026")
    with pytest.raises(ChairTaken, match=r"по 31\.05\.2026"):
        do(seats.take_seat, scene.committee, scene.volkov, position=CHAIR, since="31.05.2026")
    do(seats.take_seat, scene.committee, scene.volkov, position=CHAIR, since="01.06.2026")
    # Until the day comes the former chair is one.
    assert "Авдеев" in grid("chairs")
    with clock.stopped_at(dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)):
        assert grid("chairs") == ["Волков"]


def test_a_cell_edited_in_the_table_makes_no_second_chair(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    with reading() as session:
        form = open_form(session, MANAGER, "committees", seat.id)
    with pytest.raises(ChairTaken, match="Авдеев"):
        do(save_form, form, {"position": CHAIR})
    assert scene.seat(scene.bychkov).position == MEMBER


def test_a_new_position_ends_the_old_one(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    with pytest.raises(InvalidInput, match="нынешняя позиция"):
        do(seats.change_position, seat.id, seat.seen, position=MEMBER)
    do(seats.change_position, seat.id, seat.seen, position=SECRETARY)
    assert told(scene.card.present)[1] == ("Бычков", SECRETARY, "01.03.2026", "")
    assert told(scene.card.past) == [("Бычков", MEMBER, "03.02.2025", "28.02.2026")]
    with pytest.raises(DomainError, match="только что изменил"):
        do(seats.change_position, seat.id, seat.seen, position=CHAIR)


def test_a_position_changed_from_its_first_day_is_put_right(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    do(seats.change_position, seat.id, seat.seen, position=SECRETARY, since="03.02.2025")
    assert told(scene.card.present)[1] == ("Бычков", SECRETARY, "03.02.2025", "")
    assert scene.card.past == ()


def test_a_new_position_begins_within_the_term(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    do(seats.end_seat, seat.id, seat.seen, until="31.12.2026")
    seat = scene.seat(scene.bychkov)
    with pytest.raises(InvalidInput, match=r"Полномочия заканчиваются 31\.12\.2026"):
        do(seats.change_position, seat.id, seat.seen, position=SECRETARY, since="05.01.2027")
    do(seats.change_position, seat.id, seat.seen, position=SECRETARY, since="05.04.2026")
    assert ("Бычков", SECRETARY, "05.04.2026", "31.12.2026") in told(scene.card.present)


def test_a_term_is_not_stretched_over_the_next_one(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    do(seats.change_position, seat.id, seat.seen, position=SECRETARY)
    (former,) = [past for past in scene.card.past if past.title == "Член комитета"]
    with pytest.raises(DomainError, match="Уже в этом комитете: секретарь"):
        do(seats.end_seat, former.id, former.seen, until="01.04.2026")


def test_a_member_becomes_chair_in_place_of_another(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    with pytest.raises(ChairTaken):
        do(seats.change_position, seat.id, seat.seen, position=CHAIR)
    do(seats.change_position, seat.id, seat.seen, position=CHAIR, replace_chair=True)
    assert told(scene.card.present) == [("Бычков", CHAIR, "01.03.2026", "")]
    assert told(scene.card.past) == [
        ("Авдеев", CHAIR, "2024 г.", "28.02.2026"),
        ("Бычков", MEMBER, "03.02.2025", "28.02.2026"),
    ]


def test_nobody_has_two_seats_in_a_committee(scene: Scene) -> None:
    with pytest.raises(DomainError, match=r"Уже в этом комитете: член комитета с 03\.02\.2025"):
        do(seats.take_seat, scene.committee, scene.bychkov, position=SECRETARY)


@pytest.mark.parametrize(
    ("until", "shown"),
    [
        ("28.02.2026", False),
        ("01.03.2026", True),
        ("03.2026", True),
        ("02.2026", False),
        ("2026", True),
        ("2025", False),
    ],
)
def test_an_ended_seat_leaves_the_tables_the_day_after(scene: Scene, until: str, shown: int) -> None:
    seat = scene.seat(scene.bychkov)
    do(seats.end_seat, seat.id, seat.seen, until=until)
    assert ("Бычков" in grid("committees")) == shown
    assert (scene.bychkov in {seat.person_id for seat in scene.card.present}) == shown
    assert len(scene.card.past) == 1 - shown


def test_a_seat_does_not_end_before_it_began(scene: Scene) -> None:
    seat = scene.seat(scene.bychkov)
    with pytest.raises(InvalidInput, match=r"начались 03\.02\.2025"):
        do(seats.end_seat, seat.id, seat.seen, until="02.02.2025")
    with pytest.raises(InvalidInput, match="не бывает"):
        do(seats.end_seat, seat.id, seat.seen, until="31.02.2026")


def test_a_load_may_bring_two_chairs(session: Session, scene: Scene) -> None:
    """What the association's own book says is kept; the card shows both."""
    from services.history import bulk  # noqa: PLC0415

    bulk.insert(
        session, CommitteeSeat, [{"committee_id": scene.committee, "person_id": scene.volkov, "position": CHAIR}]
    )
    session.commit()
    assert [seat.person.split()[0] for seat in scene.card.holding(SeatPosition.CHAIR)] == ["Авдеев", "Волков"]


def test_a_request_is_confirmed_with_a_seat(scene: Scene) -> None:
    number = do(requests.file_request, scene.committee, scene.volkov, "Хочу помогать")
    with pytest.raises(DomainError, match="уже ждёт решения"):
        do(requests.file_request, scene.committee, scene.volkov)
    with pytest.raises(DomainError, match="Уже состоит"):
        do(requests.file_request, scene.committee, scene.bychkov)
    [request] = scene.card.requests
    assert (request.person.split()[0], request.note, request.state) == ("Волков", "Хочу помогать", "pending")
    assert waiting() == 1
    do(requests.confirm_request, number, request.seen, since="01.03.2026")
    assert scene.seat(scene.volkov).since == "01.03.2026"
    assert (scene.card.requests, waiting()) == ((), 0)
    with pytest.raises(DomainError, match="решение уже принято"):
        do(requests.refuse_request, number, request.seen)


def test_a_refused_request_stays_on_the_card_of_the_person(session: Session, scene: Scene) -> None:
    chief = b.actor_of(b.create_account(session, Role.DIRECTOR))
    session.commit()
    number = do(requests.file_request, scene.committee, scene.volkov)
    do(requests.refuse_request, number, 1, answer="Состав сформирован", by=chief)
    with reading() as asked:
        mine = committees_of(asked, MANAGER, Party("person", scene.volkov))
    assert [(r.state, r.answer, r.decider) for r in mine.requests] == [
        ("refused", "Состав сформирован", "Имя director")
    ]
    assert (mine.present, mine.open) == ((), ((scene.committee, "Комитет по инновациям"),))
    do(requests.file_request, scene.committee, scene.volkov)


def waiting() -> int:
    with reading() as session:
        return requests.count_requests(session, MANAGER)


def test_a_confirmed_chair_needs_the_place_free(scene: Scene) -> None:
    number = do(requests.file_request, scene.committee, scene.volkov)
    with pytest.raises(ChairTaken):
        do(requests.confirm_request, number, 1, position=CHAIR)
    assert waiting() == 1


def test_the_list_counts_seats_chairs_and_requests(session: Session, scene: Scene) -> None:
    do(requests.file_request, scene.committee, scene.volkov)
    empty = do(committees.add_committee, "  Комитет   по этике ", "Этика")
    with pytest.raises(InvalidInput, match="«Комитет по этике»"):
        do(committees.add_committee, "ПО ЭТИКЕ")
    do(committees.set_committee_active, scene.committee, scene.card.seen, active=False)
    with reading() as asked:
        found = committees.list_committees(asked, MANAGER)
    assert [(c.id, c.name, c.active, c.seats, c.chairs, c.requests) for c in found] == [
        (empty, "Комитет по этике", True, 0, (), 0),
        (scene.committee, "Комитет по инновациям", False, 2, ("Авдеев Пётр Ильич",), 1),
    ]
    assert grid("committees") == []
    with pytest.raises(DomainError, match="не действует"):
        do(seats.take_seat, scene.committee, scene.volkov)


def test_the_second_of_two_editors_of_a_committee_is_told(scene: Scene) -> None:
    seen = scene.card.seen
    do(committees.edit_committee, scene.committee, seen, name="Комитет по науке", description="О науке")
    assert (scene.card.name, scene.card.description) == ("Комитет по науке", "О науке")
    with pytest.raises(DomainError, match="только что изменил"):
        do(committees.edit_committee, scene.committee, seen, name="Комитет по спорту")
    with pytest.raises(InvalidInput, match="Укажите название"):
        do(committees.edit_committee, scene.committee, scene.card.seen, name="  ")
    with reading() as session, pytest.raises(NotFound):
        committee_card(session, MANAGER, 404)


def test_a_deactivated_person_takes_no_seat(session: Session, scene: Scene) -> None:
    session.get_one(Person, scene.volkov).active = False
    session.commit()
    with pytest.raises(DomainError, match="деактивирована"):
        do(seats.take_seat, scene.committee, scene.volkov)


def test_an_accountant_sees_and_changes_nothing(scene: Scene) -> None:
    accountant = Actor(None, "бухгалтер", PERMISSIONS[Role.ACCOUNTANT], Role.ACCOUNTANT)
    with reading() as session:
        assert committee_card(session, accountant, scene.committee).may_edit is False
    with pytest.raises(NotAllowed):
        do(seats.take_seat, scene.committee, scene.volkov, by=accountant)


@pytest.mark.parametrize(
    ("date", "before"),
    [("2026-03-01", "2026-02-28"), ("2026-01", "2025-12"), ("2026", "2025")],
)
def test_the_day_before_is_as_exact(date: str, before: str) -> None:
    assert day_before(date) == before


def test_requests_that_wait_stand_on_the_first_page(scene: Scene) -> None:
    do(requests.file_request, scene.committee, scene.volkov)
    with reading() as session:
        found = {item.page: (item.title, item.count) for item in overview(session, MANAGER).attention}
        accountant = Actor(None, "бухгалтер", PERMISSIONS[Role.ACCOUNTANT], Role.ACCOUNTANT)
        assert "committee_list" not in {item.page for item in overview(session, accountant).attention}
    assert found["committee_list"] == ("Заявки в комитеты ждут решения", 1)
