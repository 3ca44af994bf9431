"""Conditions on what people and companies are tied to: whom exactly each finds, on both databases."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

from models import (
    BatchState,
    Change,
    Document,
    ImportBatch,
    MembershipPeriod,
    ParticipationStatus as Status,
    Role,
    SeatPosition,
    Source,
)
from services import clock
from services.access.permissions import SYSTEM
from services.errors import InvalidInput, NotAllowed
from services.tables.query import parse_query
from services.tables.related_choices import captions, offered, options
from services.tables.related_declared import RELATIONS
from services.tables.rows import count
from services.work import reading
from tests import builders as b
from tests.services.tables.conftest import Ask, actor, names

NOON = dt.datetime(2026, 12, 28, 12, tzinfo=dt.UTC)
ALOV, BELOV, VETROV, GROMOV = "Алов Пётр Ильич", "Белов Пётр Ильич", "Ветров Пётр Ильич", "Громов Пётр Ильич"
RUBY, SAPPHIRE = "ООО «Рубин»", "ООО «Сапфир»"
FAIR, SCHOOL = 1, 2


def related(relation: str, opposite: bool = False, **values: Any) -> list[dict[str, Any]]:
    return [{"relation": relation, "not": opposite, "values": values}]


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


@pytest.fixture
def scene(session: Session) -> None:
    """Four people and two companies, of whom the first of each are tied to much and the last to nothing."""
    manager = b.create_manager(session, "Ответова")
    ruby, _ = b.create_company(session, RUBY), b.create_company(session, SAPPHIRE, do_not_disturb=True)
    alov = b.create_person(session, "Алов", birth_date="1970-12-30", company=ruby, responsible_id=manager.id)
    belov = b.create_person(session, "Белов", birth_date="1980-12", do_not_disturb=True)
    vetrov = b.create_person(session, "Ветров", birth_date="1990-01-02")
    b.create_person(session, "Громов")
    gone = b.create_person(session, "Дронов", birth_date="1970-12-30", active=False)
    b.create_employment(session, belov, ruby, is_director=True)
    fair, school = (
        b.create_event(session, "Ярмарка", starts_on="2026-03"),
        b.create_event(session, "Школа", starts_on="2024-06-01"),
    )
    assert (fair.id, school.id) == (FAIR, SCHOOL)
    for event, party, status in (
        (fair, alov, Status.ATTENDED), (fair, belov, Status.INVITED), (fair, ruby, Status.CONFIRMED),
        (fair, gone, Status.ATTENDED), (school, vetrov, Status.ATTENDED),
    ):  # fmt: skip
        b.create_participation(session, event, party, status)
    b.create_speaker(session, vetrov, fair)
    energy, past = b.create_committee(session, "Энергетика"), b.create_committee(session, "Прошлое", active=False)
    b.create_seat(session, energy, alov, SeatPosition.CHAIR)
    b.create_seat(session, energy, belov, until="2025")
    b.create_seat(session, past, vetrov)
    b.create_receipt(session, alov, "questionnaire", "2025-03")
    b.create_receipt(session, belov, "photo", "2026-02-01")
    b.create_receipt(session, ruby, "contract", "2025-05-06")
    moment = dt.datetime(2026, 2, 28, 22, tzinfo=dt.UTC)  # past midnight where the association is
    session.add(Document(person_id=vetrov.id, type_id=6, title="фото", created_at=moment))
    session.add(Document(person_id=alov.id, type_id=6, title="фото", created_at=moment, removed_at=moment))
    b.create_membership(session, alov, paid_on=dt.date(2026, 2, 1))
    register = b.create_membership(session, ruby)
    assert register.id is not None
    first, last, paid = dt.date(2024, 1, 1), dt.date(2024, 12, 31), dt.date(2024, 1, 9)
    session.add(MembershipPeriod(membership_id=register.id, starts_on=first, ends_on=last, paid_on=paid))
    batch = ImportBatch(file_name="база.xlsx", sha256="0", state=BatchState.APPLIED.value, applied_at=NOON)
    session.add(batch)
    session.flush()
    for entity in ("Person", "Company"):
        session.add(Change(source=Source.EXCEL.value, batch_id=batch.id, entity=entity, entity_id=1, field="*"))
    session.commit()


PEOPLE: list[tuple[list[dict[str, Any]], list[str]]] = [
    (related("invited", event=FAIR), [ALOV, BELOV]),
    (related("invited", True, event=FAIR), [VETROV, GROMOV]),
    (related("took_part", event=FAIR, statuses=["attended"]), [ALOV]),
    (related("took_part", event=FAIR, statuses=["invited", "declined"]), [BELOV]),
    (related("took_part", True, event=FAIR, statuses=["attended"]), [BELOV, VETROV, GROMOV]),
    (related("attended"), [ALOV, VETROV]),
    (related("attended", since="2026-03-01"), [ALOV]),
    (related("attended", until="2025-12-31"), [VETROV]),
    (related("attended", True, since="2026-01-01"), [BELOV, VETROV, GROMOV]),
    (related("committee", when="now"), [ALOV]),
    (related("committee", when="ever"), [ALOV, BELOV, VETROV]),
    (related("committee", committee=1, when="ever"), [ALOV, BELOV]),
    (related("committee", positions=["member", "deputy"], when="ever"), [BELOV, VETROV]),
    (related("committee", True, when="now"), [BELOV, VETROV, GROMOV]),
    (related("document"), [ALOV, BELOV, VETROV]),
    (related("document", what="receipt"), [ALOV, BELOV]),
    (related("document", what="file"), [VETROV]),
    (related("document", what="file", since="2026-03-01"), [VETROV]),
    (related("document", what="file", until="2026-02-28"), []),
    (related("document", type=6), [BELOV, VETROV]),
    (related("document", True, type=6, what="file"), [ALOV, BELOV, GROMOV]),
    (related("document", type=3), [ALOV]),
    (related("document", True, type=3), [BELOV, VETROV, GROMOV]),
    (related("document", until="2025-03-15"), [ALOV]),
    (related("document", since="2026-02-01"), [BELOV, VETROV]),
    (related("employed", company=1), [ALOV, BELOV]),
    (related("employed", company=1, role="director"), [BELOV]),
    (related("employed", True, company=1), [VETROV, GROMOV]),
    (related("speaker"), [VETROV]),
    (related("speaker", event=SCHOOL), []),
    (related("speaker", True, event=FAIR), [ALOV, BELOV, GROMOV]),
    (related("paid", until="2026-02-01"), [ALOV]),
    (related("paid", True), [BELOV, VETROV, GROMOV]),
    (related("birthday", when="month"), [ALOV, BELOV]),
    (related("birthday", when="next"), [VETROV]),
    (related("birthday", when="week"), [ALOV, VETROV]),
    (related("birthday", when="today"), []),
    (related("birthday", when="01"), [VETROV]),
    (related("manager", manager=1), [ALOV]),
    (related("manager", True, manager=1), [BELOV, VETROV, GROMOV]),
    (related("do_not_disturb"), [BELOV]),
    (related("do_not_disturb", True), [ALOV, VETROV, GROMOV]),
    (related("loaded", batch=1), [ALOV]),
    (related("loaded", True, batch=1), [BELOV, VETROV, GROMOV]),
    (related("invited", event=FAIR) + related("speaker", True) + related("do_not_disturb", True), [ALOV]),
]
COMPANIES: list[tuple[list[dict[str, Any]], list[str]]] = [
    (related("invited", event=FAIR), [RUBY]),
    (related("invited", True, event=FAIR), [SAPPHIRE]),
    (related("took_part", event=FAIR, statuses=["confirmed"]), [RUBY]),
    (related("attended"), []),
    (related("committee", when="now"), [RUBY]),
    (related("committee", True, when="ever"), [SAPPHIRE]),
    (related("document", True, type=1), [SAPPHIRE]),
    (related("paid", until="2024-12-31"), [RUBY]),
    (related("paid", since="2025-01-01"), []),
    (related("manager", True, manager=1), [RUBY, SAPPHIRE]),
    (related("do_not_disturb"), [SAPPHIRE]),
    (related("loaded", batch=1), [RUBY]),
]
MEMBERS: list[tuple[list[dict[str, Any]], list[str]]] = [
    (related("invited", event=FAIR), [ALOV, RUBY]),
    (related("took_part", True, event=FAIR, statuses=["attended"]), [RUBY]),
    (related("employed", company=1), [ALOV]),
    (related("employed", True, company=1), [RUBY]),
    (related("document", True, type=3), [RUBY]),
    (related("birthday", True, when="month"), [RUBY]),
    (related("paid", since="2026-01-01"), [ALOV]),
]


@pytest.mark.usefixtures("scene")
def test_each_condition_finds_exactly(ask: Ask) -> None:
    for table, cases in (("people", PEOPLE), ("companies", COMPANIES), ("members", MEMBERS)):
        for wanted, found in cases:
            assert names(ask(table, related=wanted)) == found, (table, wanted)
            with reading() as session:
                assert count(session, SYSTEM, table, parse_query({"related": wanted})) == len(found), (table, wanted)
    assert {one["relation"] for wanted, _ in PEOPLE for one in wanted} == set(RELATIONS)


@pytest.mark.usefixtures("scene")
def test_a_condition_narrows_what_else_is_asked(ask: Ask) -> None:
    contains = {"name": {"filterType": "text", "type": "contains", "filter": "ветров"}}
    assert names(ask("people", filterModel=contains, related=related("invited", True, event=FAIR))) == [VETROV]
    assert names(ask("people", search="пётр", related=related("invited", event=FAIR))) == [ALOV, BELOV]
    assert names(ask("committees", related=related("birthday", when="month"))) == [ALOV]


REFUSED: list[tuple[Any, str]] = [
    (related("nothing"), "Такого условия нет: nothing."),
    (related("invited"), "В условии «Приглашён на мероприятие» укажите: мероприятие или курс."),
    (related("invited", event=77), "Мероприятия из условия больше нет."),
    (related("invited", event="1"), "Значение «Мероприятие или курс» указано неверно."),
    (related("invited", event=1, colour="red"), "У условия «Приглашён на мероприятие» нет параметра colour."),
    (related("birthday", when="13"), "В списке «Когда» нет значения «13»."),
    (related("took_part", event=1, statuses=["1' OR 1=1"]), "В списке «Статус» нет значения «1' OR 1=1»."),
    (related("document", since="завтра"), "Дата «С даты» не разобрана: завтра."),
    (related("document", since="2026-02-01", until="2026-01-01"), "начало периода позже конца"),
    (related("document", since="0001-01-01"), "Дата «С даты»: год должен быть от 1900 до 2099."),
    (related("document", until="9999-12-31"), "Дата «По дату»: год должен быть от 1900 до 2099."),
    (related("paid") * 11, "Условий может быть не больше 10."),
    ({"relation": "paid"}, "Условий может быть не больше 10."),
    ([{"relation": 5}], "Условие указано неверно."),
    ([{"relation": "invited", "values": {"event": True}}], "должно быть целым числом"),
]


@pytest.mark.usefixtures("scene")
def test_a_condition_that_makes_no_sense_is_refused(ask: Ask) -> None:
    for wanted, sentence in REFUSED:
        with pytest.raises(InvalidInput, match=re.escape(sentence)):
            ask("people", related=wanted)


@pytest.mark.usefixtures("scene")
def test_conditions_hold_for_people_and_companies_and_for_those_who_may_ask(ask: Ask) -> None:
    with pytest.raises(InvalidInput, match="Условие «Спикер» здесь недоступно"):
        ask("events", related=related("speaker"))
    with pytest.raises(InvalidInput, match="Условие «День рождения» здесь недоступно"):
        ask("companies", related=related("birthday", when="month"))
    accountant = actor(Role.ACCOUNTANT)
    with pytest.raises(InvalidInput, match="Условие «Есть в загрузке» здесь недоступно"):
        ask("people", by=accountant, related=related("loaded", batch=1))
    with reading() as session:
        assert "loaded" not in {relation.key for relation in offered(session, accountant, "people")}
        assert {relation.key for relation in offered(session, SYSTEM, "people")} == set(RELATIONS)
        assert offered(session, SYSTEM, "venues") == ()
        with pytest.raises(NotAllowed):
            options(session, accountant, "loaded", "batch")


@pytest.mark.usefixtures("scene")
def test_what_a_condition_may_name_is_offered_and_said_in_words() -> None:
    wanted = [
        *related("invited", True, event=FAIR),
        *related("committee", committee=1, positions=["chair", "deputy"], when="now"),
        *related("document", type=3, since="2026-01-01", until="2026-02-01"),
        *related("employed", company=1, role="contact"),
        *related("loaded", batch=1),
        *related("do_not_disturb"),
        *related("manager", manager=44),
    ]
    with reading() as session:
        assert [o.label for o in options(session, SYSTEM, "invited", "event")] == [
            "Ярмарка (03.2026)",
            "Школа (01.06.2024)",
        ]
        assert [o.id for o in options(session, SYSTEM, "speaker", "event", "ярМ")] == [FAIR]
        assert [o.id for o in options(session, SYSTEM, "employed", "company", "руб")] == [1]
        assert len(options(session, SYSTEM, "employed", "company", limit=1)) == 1
        with pytest.raises(InvalidInput, match="нет списка statuses"):
            options(session, SYSTEM, "took_part", "statuses")
        assert captions(session, SYSTEM, "people", parse_query({"related": wanted})) == (
            "Не приглашён на мероприятие: Ярмарка (03.2026)",
            "Состоит в комитете: Энергетика, Председатель комитета или Заместитель председателя, сейчас",
            "Есть документ: анкета, с 01.01.2026, по 01.02.2026",
            "Работает в компании: ООО «Рубин», контактное лицо",
            "Есть в загрузке: база.xlsx (28.12.2026)",
            "Не беспокоить",
            "Ответственный: запись удалена",
        )
