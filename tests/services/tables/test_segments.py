"""Segments: whose they are, what they find, what they must not tell; the built-in ones."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, delete, select, update

from models import Account, Event, ParticipationStatus, Record, Role, SeatPosition, Segment
from services import clock
from services.access.permissions import SYSTEM, Actor
from services.database import engine
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.migrate import migrate
from services.tables import segments
from services.tables.rows import rows
from services.tables.segments import Audience, SegmentLine
from services.tables.segments_built_in import BUILT_INS
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import names

DAY = dt.datetime(2026, 5, 17, 12, tzinfo=dt.UTC)
BORN_IN_MAY = {"related": [{"relation": "birthday", "values": {"when": "05"}}]}
RICH = {"filterModel": {"fee_amount": {"filterType": "number", "type": "greaterThan", "filter": 50_000}}}
As = Callable[..., Any]


@pytest.fixture
def staff(session: Session) -> dict[str, Actor]:
    """Two managers, an accountant, a director."""
    made = {
        "anna": b.create_account(session, Role.MANAGER, "anna"),
        "boris": b.create_account(session, Role.MANAGER, "boris"),
        "accountant": b.create_account(session, Role.ACCOUNTANT),
        "director": b.create_account(session, Role.DIRECTOR),
    }
    session.commit()
    return {name: b.actor_of(account) for name, account in made.items()}


def act(actor: Actor, service: As, *args: Any, **more: Any) -> Any:
    with writing(actor) as session:
        return service(session, actor, *args, **more)


def listed(actor: Actor) -> dict[str, SegmentLine]:
    """The actor's own and shared segments by name, without the built-in ones."""
    with reading() as session:
        return {line.name: line for line in segments.list_segments(session, actor) if not line.code}


def opened(actor: Actor, number: int) -> SegmentLine:
    with reading() as session:
        return segments.open_segment(session, actor, number)


def test_a_private_segment_is_the_owners_alone_until_it_is_shared(session: Session, staff: dict[str, Actor]) -> None:
    b.create_person(session, "Маев", birth_date="1970-05-01")
    b.create_person(session, "Июнев", birth_date="1970-06-01")
    session.commit()
    anna, boris = staff["anna"], staff["boris"]
    number = act(anna, segments.create, "people", "  Майские ", BORN_IN_MAY, "cake")
    line = listed(anna)["Майские"]
    assert (line.total, line.seen_by, line.owner, line.icon, line.may_change) == (
        1,
        "только вы",
        "Имя anna",
        "cake",
        True,
    )
    assert listed(boris) == {}
    for service in (segments.open_segment, segments.segment_query, segments.party_ids, segments.copy, segments.delete):
        with pytest.raises(NotFound, match="Такого сегмента нет"):
            act(boris, service, number)
    with pytest.raises(NotFound):
        act(staff["director"], segments.edit, number, 1, "Моё", "star", shared=True)
    act(anna, segments.edit, number, line.version, "Майские дни", "star", shared=True)
    seen = listed(boris)["Майские дни"]
    assert (seen.total, seen.seen_by, seen.is_own, seen.may_change) == (1, "видят все", False, False)
    with pytest.raises(NotAllowed):
        act(boris, segments.delete, number)
    with pytest.raises(NotAllowed):
        act(boris, segments.save_filter, number, seen.version, {})
    act(boris, segments.copy, number)
    assert listed(boris)["Майские дни (копия)"].is_own
    assert "Майские дни (копия)" not in listed(anna)
    act(staff["director"], segments.delete, number)
    assert listed(anna) == {}


def test_what_makes_a_segment_is_checked_when_it_is_kept(staff: dict[str, Actor]) -> None:
    anna = staff["anna"]
    contains = {"filterModel": {"name": {"filterType": "text", "type": "contains", "filter": "ма"}}}
    whole = contains | {"search": "x", "sortModel": [{"colId": "region", "sort": "desc"}], "startRow": 40, "page": 3}
    number = act(anna, segments.create, "people", "Всё сразу", whole)
    assert opened(anna, number).query == {part: whole[part] for part in ("filterModel", "search", "sortModel")}
    for table, name, query, icon, sentence in (
        ("people", " ", {}, "star", "Назовите сегмент."),
        ("people", "д" * 81, {}, "star", "Название длиннее 80 знаков."),
        ("people", "Имя", {}, "javascript:", "Такого значка нет в списке."),
        ("people", "Имя", {"ids": [5]}, "star", "Сейчас показана запись по ссылке"),
        ("people", "Имя", RICH, "star", "В таблице «Физ. лица» нет такой колонки: fee_amount."),
        ("members", "Имя", RICH, "star", "закрытой для вас: «Сумма годового взноса»"),
        ("people", "Имя", {"sortModel": [{"colId": "rank", "sort": "asc"}]}, "star", "колонки для сортировки: rank"),
        ("committees", "Имя", {"picker": {"committee_id": 9}}, "star", "Комитета, который выбран в сегменте"),
        ("people", "Имя", {"related": [{"relation": "invited", "values": {"event": 3}}]}, "star", "больше нет"),
        ("people", "Имя", {"related": [{"relation": "rank"}]}, "star", "Такого условия нет: rank."),
        ("people", "Имя", [], "star", "Условия сегмента не разобраны."),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=sentence):
            act(anna, segments.create, table, name, query, icon)
    with pytest.raises(NotFound, match="Нет такой таблицы"):
        act(anna, segments.create, "account", "Имя", {})
    with pytest.raises(NotAllowed):
        act(staff["accountant"], segments.create, "people", "Имя", {}, shared=True)
    assert set(listed(anna)) == {"Всё сразу"}


def test_a_filter_over_sums_tells_nothing_to_whom_sums_are_hidden(session: Session, staff: dict[str, Actor]) -> None:
    b.create_membership(session, b.create_company(session, "ООО «Рубин»"), fee_amount=Decimal(90_000))
    session.commit()
    rich = act(staff["director"], segments.create, "members", "Крупные", RICH, shared=True)
    by_fee = {"sortModel": [{"colId": "fee_amount", "sort": "desc"}]}
    sorted_by_fee = act(staff["director"], segments.create, "members", "По взносу", by_fee, shared=True)
    assert listed(staff["director"])["Крупные"].total == listed(staff["accountant"])["Крупные"].total == 1
    sentence = "Сегмент отбирает или сортирует по колонке, закрытой для вас: «Сумма годового взноса»."
    for name, number in (("Крупные", rich), ("По взносу", sorted_by_fee)):
        line = listed(staff["anna"])[name]
        assert (line.total, line.problem) == (None, sentence)
        for service in (segments.segment_query, segments.count_segment, segments.party_ids, segments.copy):
            with pytest.raises(InvalidInput, match="закрытой для вас"):
                act(staff["anna"], service, number)


def test_the_second_of_two_editors_is_told(staff: dict[str, Actor]) -> None:
    anna, director = staff["anna"], staff["director"]
    number = act(anna, segments.create, "people", "Наши", {}, shared=True)
    seen = opened(anna, number).version
    act(director, segments.edit, number, seen, "Наши люди", "star", shared=True)
    with pytest.raises(DomainError, match="только что изменил другой"):
        act(anna, segments.save_filter, number, seen, BORN_IN_MAY)
    with pytest.raises(InvalidInput, match="скрыть его от остальных может только автор"):
        act(director, segments.edit, number, seen + 1, "Наши", "star", shared=False)
    act(anna, segments.save_filter, number, seen + 1, BORN_IN_MAY)
    assert (opened(anna, number).name, opened(anna, number).query) == ("Наши люди", BORN_IN_MAY)


def test_a_segment_that_fits_no_more_says_so_and_can_be_mended(session: Session, staff: dict[str, Actor]) -> None:
    fair = b.create_event(session, "Ярмарка")
    session.commit()
    anna = staff["anna"]
    absent = {"related": [{"relation": "invited", "not": True, "values": {"event": fair.id}}]}
    number = act(anna, segments.create, "people", "Не звали", absent)
    other = act(anna, segments.create, "people", "Старый", {})
    with writing(SYSTEM) as made:
        made.delete(made.get_one(Event, fair.id))
        gone = {"filterModel": {"rank": {"filterType": "text", "type": "contains", "filter": "x"}}}
        made.get_one(Segment, other).query = str(gone).replace("'", '"')
    mine = listed(anna)
    assert mine["Не звали"].problem == "Условия сегмента больше не подходят. Мероприятия из условия больше нет."
    assert (
        mine["Старый"].problem == "Условия сегмента больше не подходят. В таблице «Физ. лица» нет такой колонки: rank."
    )
    assert (mine["Не звали"].total, mine["Старый"].total) == (None, None)
    act(anna, segments.save_filter, number, mine["Не звали"].version, BORN_IN_MAY)
    act(anna, segments.delete, other)
    assert {line.name: line.problem for line in listed(anna).values()} == {"Не звали": ""}


def test_the_order_is_one_for_all_and_everybody_moves_what_they_may(staff: dict[str, Actor]) -> None:
    anna, director = staff["anna"], staff["director"]
    with writing(SYSTEM) as session:
        session.execute(update(Segment).where(col(Segment.code).not_in(["chairs", "members"])).values(active=False))
    first = act(anna, segments.create, "people", "Первый", {})
    second = act(anna, segments.create, "people", "Второй", {}, shared=True)

    def menu(actor: Actor) -> list[str]:
        with reading() as session:
            return [line.name for line in segments.menu(session, actor)]

    def numbers(actor: Actor) -> list[int]:
        with reading() as session:
            return [line.id for line in segments.list_segments(session, actor)]

    chairs, members = "Председатели комитетов", "Члены ассоциации"
    assert menu(anna) == [chairs, members, "Первый", "Второй"]
    rest = [number for number in numbers(anna) if number not in (first, second)]
    act(anna, segments.reorder, [second, *rest, first])
    assert menu(anna) == ["Второй", chairs, members, "Первый"]
    assert menu(director) == ["Второй", chairs, members]
    with pytest.raises(NotAllowed):
        act(anna, segments.reorder, [second, *reversed(rest), first])
    with pytest.raises(InvalidInput, match="Список сегментов изменился"):
        act(anna, segments.reorder, [second, first])
    seen = numbers(director)
    act(director, segments.reorder, list(reversed(seen)))
    assert menu(director) == [members, chairs, "Второй"]
    assert [name for name in menu(anna) if name != "Первый"] == [members, chairs, "Второй"]


def built_in(code: str) -> int:
    with reading() as session:
        return session.exec(select(Segment.id).where(Segment.code == code)).one() or 0


def test_built_in_segments_are_hidden_and_copied_but_stay(staff: dict[str, Actor]) -> None:
    anna, director, number = staff["anna"], staff["director"], built_in("overdue")
    with pytest.raises(NotAllowed):
        act(anna, segments.show_in_menu, number, shown=False)
    act(director, segments.show_in_menu, number, shown=False)
    with pytest.raises(InvalidInput, match="Встроенный сегмент не удаляется"):
        act(director, segments.delete, number)
    line = opened(director, number)
    with pytest.raises(InvalidInput, match="Условия встроенного сегмента не меняются"):
        act(director, segments.save_filter, number, line.version, {})
    act(director, segments.edit, number, line.version, "Должники", "payments", shared=False)
    copied = opened(anna, act(anna, segments.copy, number))
    assert (copied.name, copied.query, copied.code) == ("Должники (копия)", line.query, "")
    migrate(engine())
    after = opened(anna, number)
    assert (after.name, after.icon, after.active, after.seen_by) == ("Должники", "payments", False, "видят все")
    with reading() as session:
        assert number not in {one.id for one in segments.menu(session, anna)}


def ids(*records: Record) -> tuple[int, ...]:
    return tuple(record.id for record in records if record.id is not None)


def test_every_built_in_segment_finds_whom_it_names(session: Session, staff: dict[str, Actor]) -> None:
    ruby = b.create_company(session, "ООО «Рубин»", is_potential=True, do_not_disturb=True)
    alov = b.create_person(session, "Алов", birth_date="1970-05-31", is_potential=True)
    belov = b.create_person(session, "Белов", birth_date="1980-06-01", do_not_disturb=True)
    vetrov = b.create_person(session, "Ветров")
    energy = b.create_committee(session, "Энергетика")
    b.create_seat(session, energy, alov, SeatPosition.CHAIR)
    b.create_seat(session, energy, belov)
    b.create_seat(session, energy, vetrov, until="2025-01")
    b.create_membership(session, ruby, ends_on=dt.date(2026, 5, 20))
    b.create_membership(session, alov, ends_on=dt.date(2026, 5, 1))
    b.create_membership(session, belov, ends_on=dt.date(2027, 5, 1))
    b.create_membership(session, vetrov, ends_on=dt.date(2027, 5, 1), state_override="left")
    session.commit()
    expected = {
        "everybody": Audience(ids(alov, belov, vetrov)),
        "committee_members": Audience(ids(alov, belov)),
        "chairs": Audience(ids(alov)),
        "members": Audience(ids(alov, belov), ids(ruby)),
        "potential_people": Audience(ids(alov)),
        "potential": Audience((), ids(ruby)),
        "renewal": Audience((), ids(ruby)),
        "overdue": Audience(ids(alov)),
        "do_not_disturb": Audience(ids(belov)),
        "quiet_companies": Audience((), ids(ruby)),
        "birthdays": Audience(ids(alov)),
    }
    assert set(expected) == {one.code for one in BUILT_INS}
    with clock.stopped_at(DAY), reading() as reader:
        for code, audience in expected.items():
            number = built_in(code)
            assert segments.party_ids(reader, staff["anna"], number) == audience, code
            wanted = len(audience.people) + len(audience.companies)
            assert segments.count_segment(reader, staff["anna"], number) == wanted, code
    with clock.stopped_at(DAY + dt.timedelta(days=20)), reading() as reader:
        assert segments.party_ids(reader, SYSTEM, built_in("birthdays")) == Audience(ids(belov))
        assert segments.party_ids(reader, SYSTEM, built_in("renewal")) == Audience()
        assert segments.party_ids(reader, SYSTEM, built_in("overdue")) == Audience(ids(alov), ids(ruby))


def test_an_audience_names_each_once_and_only_people_and_companies(session: Session, staff: dict[str, Actor]) -> None:
    alov = b.create_person(session, "Алов")
    for name in ("Энергетика", "Связь"):
        b.create_seat(session, b.create_committee(session, name), alov)
    b.create_participation(session, b.create_event(session, "Ярмарка"), alov, ParticipationStatus.ATTENDED)
    session.commit()
    anna = staff["anna"]
    seats = act(anna, segments.create, "committees", "Все места", {"search": "алов"})
    events = act(anna, segments.create, "events", "Ярмарки", {})
    with reading() as reader:
        assert segments.count_segment(reader, anna, seats) == 2
        assert segments.party_ids(reader, anna, seats) == Audience(ids(alov))
        query = segments.segment_query(reader, anna, events)
        assert names(rows(reader, anna, "events", query)) == ["Ярмарка"]
        with pytest.raises(InvalidInput, match="отбирает не людей и не компании: таблица «Мероприятия»"):
            segments.party_ids(reader, anna, events)


def test_what_a_leaver_shared_stays(session: Session, staff: dict[str, Actor]) -> None:
    act(staff["anna"], segments.create, "people", "Общий", {}, shared=True)
    act(staff["anna"], segments.create, "people", "Личный", {})
    session.execute(delete(Account).where(col(Account.login) == "anna"))
    session.commit()
    assert {line.name: line.owner for line in listed(staff["boris"]).values()} == {"Общий": ""}
