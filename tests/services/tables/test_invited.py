"""«Приглашён» in the tables of people and companies, and the table «Приглашения» that has all of them."""

import csv
import io
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import Company, Event, EventKind, Participation, ParticipationStatus as Status, Person, SeatPosition
from services.access.permissions import SYSTEM
from services.directory.cards import CardAddress, card_of_row
from services.errors import InvalidInput
from services.events.inviting import invite_rows
from services.events.offered import offered_events
from services.imports.reading import read_workbook
from services.imports.recognise import find_tables
from services.tables import segments
from services.tables.declared.invitations import STATUSES
from services.tables.export import export
from services.tables.query import parse_query
from services.tables.rows import count
from services.tables.template import template
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import Ask, names

NOT_INVITED = "none"
NAMED_PETR = {"name": {"filterType": "text", "type": "contains", "filter": "пётр"}}


def by_status(*values: str) -> dict[str, Any]:
    """The filter of the column «Приглашён»."""
    return {"invited": {"filterType": "set", "values": list(values)}}


def told(page: Any) -> dict[str, str | None]:
    """What is said of whom."""
    return {row["name"]: row["invited"] for row in page.rows}


@pytest.fixture
def forum(session: Session) -> int:
    """Three people and two companies; an event two people and a company are asked to, and another event."""
    event, other = b.create_event(session, "Форум"), b.create_event(session, "Курс", EventKind.COURSE)
    alpha = b.create_company(
        session, "ООО «Альфа»", inn="7707083893", ogrn="1027700132195", legal_address="Тверь", actual_address="Клин",
        phone="+74951110022", email="info@alfa.example", source="выставка", is_member=True, is_potential=False,
    )  # fmt: skip
    beta = b.create_company(session, "ООО «Бета»")
    astrov = b.create_person(
        session, "Астров", company=alpha, position="юрист", is_contact=True, inn="500100732259", region="Тула",
        source="сайт", is_potential=True,
    )  # fmt: skip
    belov, vetrov = b.create_person(session, "Белов"), b.create_person(session, "Ветров")
    b.create_participation(session, event, astrov, Status.ATTENDED)
    b.create_participation(session, event, belov)
    b.create_participation(session, event, alpha, Status.CONFIRMED)
    b.create_participation(session, other, vetrov)
    b.create_membership(session, alpha)
    b.create_membership(session, beta)
    b.create_membership(session, astrov)
    committee = b.create_committee(session)
    b.create_seat(session, committee, vetrov, SeatPosition.CHAIR)
    b.create_seat(session, committee, belov)
    b.create_speaker(session, astrov)
    session.commit()
    return event.id or 0


def test_everybody_stands_in_one_table(ask: Ask, forum: int) -> None:
    page = ask("invitations")
    assert names(page) == ["Астров Пётр Ильич", "Белов Пётр Ильич", "Ветров Пётр Ильич", "ООО «Альфа»", "ООО «Бета»"]
    company, person = page.rows[3], page.rows[0]
    shown = ("party", "contact", "phone", "email", "is_member", "is_potential", "requisites", "legal_address",
             "actual_address", "source", "invited")  # fmt: skip
    assert [company[key] for key in shown] == [
        "company", "Астров Пётр Ильич (юрист)", "+74951110022", "info@alfa.example", "yes", "no",
        "7707083893 / 1027700132195", "Тверь", "Клин", "выставка", None,
    ]  # fmt: skip
    assert [person[key] for key in shown] == [
        "person", None, None, None, None, "yes", "500100732259", None, "Тула", "сайт", None,
    ]  # fmt: skip
    assert (company["person_id"], company["contact_id"]) == (None, person["person_id"])


def test_it_follows_the_records(ask: Ask, session: Session, forum: int) -> None:
    rows = {row["name"]: row for row in ask("invitations").rows}
    with writing(SYSTEM) as other:
        other.get_one(Person, rows["Астров Пётр Ильич"]["person_id"]).last_name = "Дальний"
        other.get_one(Company, rows["ООО «Бета»"]["company_id"]).active = False
        other.delete(other.get_one(Person, rows["Ветров Пётр Ильич"]["person_id"]))
    after = {row["name"]: row for row in ask("invitations").rows}
    assert sorted(after) == ["Белов Пётр Ильич", "Дальний Пётр Ильич", "ООО «Альфа»"]
    assert after["ООО «Альфа»"]["contact"] == "Дальний Пётр Ильич (юрист)"
    assert names(ask("invitations", search="дальн")) == ["Дальний Пётр Ильич", "ООО «Альфа»"]
    assert names(ask("invitations", retired=True)) == ["ООО «Бета»"]


def test_the_chosen_event_says_what_became_of_each_invitation(ask: Ask, forum: int) -> None:
    assert told(ask("invitations", event=forum)) == {
        "Астров Пётр Ильич": "attended",
        "Белов Пётр Ильич": "invited",
        "Ветров Пётр Ильич": NOT_INVITED,
        "ООО «Альфа»": "confirmed",
        "ООО «Бета»": NOT_INVITED,
    }
    assert told(ask("people", event=forum)) == {
        "Астров Пётр Ильич": "attended", "Белов Пётр Ильич": "invited", "Ветров Пётр Ильич": NOT_INVITED,
    }  # fmt: skip
    assert told(ask("companies", event=forum)) == {"ООО «Альфа»": "confirmed", "ООО «Бета»": NOT_INVITED}
    assert told(ask("members", event=forum)) == {
        "Астров Пётр Ильич": "attended", "ООО «Альфа»": "confirmed", "ООО «Бета»": NOT_INVITED,
    }  # fmt: skip
    assert told(ask("committees", event=forum)) == {"Белов Пётр Ильич": "invited", "Ветров Пётр Ильич": NOT_INVITED}
    assert told(ask("chairs", event=forum)) == {"Ветров Пётр Ильич": NOT_INVITED}
    assert told(ask("speakers", event=forum)) == {"Астров Пётр Ильич": "attended"}


def test_without_an_event_nothing_is_said(ask: Ask, forum: int) -> None:
    assert set(told(ask("invitations")).values()) == {None}
    assert "invited" not in ask("people").rows[0]
    # Of an event that is gone nothing is known; events themselves have a column of this name.
    assert set(told(ask("people", event=forum + 1000)).values()) == {None}
    assert [row["invited"] for row in ask("events", event=forum).rows] == [3]
    for query in ({"filterModel": by_status("invited")}, {"sortModel": [{"colId": "invited", "sort": "asc"}]}):
        with pytest.raises(InvalidInput, match="нет такой колонки: invited"):
            ask("people", **query)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (("invited",), ["Белов Пётр Ильич"]),
        (("attended", "confirmed"), ["Астров Пётр Ильич", "ООО «Альфа»"]),
        ((NOT_INVITED,), ["Ветров Пётр Ильич", "ООО «Бета»"]),
        ((NOT_INVITED, "invited"), ["Белов Пётр Ильич", "Ветров Пётр Ильич", "ООО «Бета»"]),
        (("declined",), []),
        (tuple(value for value, _ in STATUSES), ["Астров Пётр Ильич", "Белов Пётр Ильич", "Ветров Пётр Ильич",
                                                 "ООО «Альфа»", "ООО «Бета»"]),
        ((), []),
    ],
)  # fmt: skip
def test_it_can_be_filtered_by(ask: Ask, forum: int, values: tuple[str, ...], wanted: list[str]) -> None:
    page = ask("invitations", event=forum, filterModel=by_status(*values))
    assert names(page) == wanted
    assert page.total == len(wanted)
    with reading() as session:
        query = parse_query({"event": forum, "filterModel": by_status(*values) | NAMED_PETR})
        assert count(session, SYSTEM, "invitations", query) == sum("Пётр" in name for name in wanted)
    people = [name for name in wanted if "ООО" not in name]
    assert names(ask("people", event=forum, filterModel=by_status(*values))) == people


def test_a_filter_it_does_not_know_is_refused(ask: Ask, forum: int) -> None:
    with pytest.raises(InvalidInput, match="В колонке «Приглашён» нет значения «maybe»"):
        ask("people", event=forum, filterModel=by_status("maybe"))
    with pytest.raises(InvalidInput, match="Так нельзя отбирать по колонке «Приглашён»"):
        ask("people", event=forum, filterModel={"invited": {"filterType": "text", "type": "contains", "filter": "a"}})


def test_it_can_be_sorted_by_page_by_page(ask: Ask, forum: int) -> None:
    upwards = {"event": forum, "sortModel": [{"colId": "invited", "sort": "asc"}]}
    wanted = ["Белов Пётр Ильич", "ООО «Альфа»", "Астров Пётр Ильич"]
    others = names(ask("invitations", **upwards))[3:]
    assert names(ask("invitations", **upwards))[:3] == wanted
    assert sorted(others) == ["Ветров Пётр Ильич", "ООО «Бета»"]
    for start in range(6):
        page = ask("invitations", **upwards, startRow=start, endRow=start + 2, total="later")
        assert names(page) == [*wanted, *others][start : start + 2]
    down = ask("invitations", event=forum, sortModel=[{"colId": "invited", "sort": "desc"}], filterModel=NAMED_PETR)
    assert names(down) == ["Астров Пётр Ильич", "Белов Пётр Ильич", "Ветров Пётр Ильич"]
    both = [{"colId": "invited", "sort": "asc"}, {"colId": "name", "sort": "desc"}]
    assert names(ask("people", event=forum, sortModel=both)) == [
        "Белов Пётр Ильич", "Астров Пётр Ильич", "Ветров Пётр Ильич",
    ]  # fmt: skip


def test_chosen_rows_are_invited_and_say_so(ask: Ask, forum: int) -> None:
    with writing(SYSTEM) as session:
        query = parse_query({"event": forum, "filterModel": by_status(NOT_INVITED)})
        assert invite_rows(session, SYSTEM, forum, "invitations", query).added == 2
    assert told(ask("invitations", event=forum, search="ветров")) == {"Ветров Пётр Ильич": "invited"}
    assert told(ask("companies", event=forum))["ООО «Бета»"] == "invited"


def test_rows_of_a_person_and_of_a_company_lead_to_their_cards(ask: Ask, forum: int) -> None:
    rows = {row["name"]: row for row in ask("invitations").rows}
    with reading() as session:
        person, company = rows["Белов Пётр Ильич"], rows["ООО «Бета»"]
        assert card_of_row(session, SYSTEM, "invitations", person["id"]) == CardAddress("person", person["person_id"])
        assert card_of_row(session, SYSTEM, "invitations", company["id"]) == CardAddress(
            "company", company["company_id"]
        )


def test_an_export_says_it_in_words(forum: int) -> None:
    query = parse_query({"event": forum})
    with reading() as session:
        made = export(session, SYSTEM, "people", query, ["name", "invited"], "csv")
        with pytest.raises(InvalidInput, match="нет такой колонки: invited"):
            export(session, SYSTEM, "people", parse_query({}), ["name", "invited"], "csv")
        whole = export(session, SYSTEM, "invitations", query, None, "xlsx")
    lines = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig")), delimiter=";"))
    assert lines == [
        ["ФИО", "Приглашён"],
        ["Астров Пётр Ильич", "участвовал"],
        ["Белов Пётр Ильич", "приглашён"],
        ["Ветров Пётр Ильич", "не приглашён"],
    ]
    assert made.name.startswith("Физ. лица, приглашения на Форум, ")
    assert whole.rows == 5


def test_a_segment_keeps_its_event(session: Session, forum: int) -> None:
    manager = b.actor_of(b.create_account(session))
    session.commit()
    asked = {"event": forum, "filterModel": by_status("invited")}
    with writing(manager) as work:
        number = segments.create(work, manager, "invitations", "Ждём ответа", asked)
    with reading() as work:
        assert segments.open_segment(work, SYSTEM, number).query == asked
        assert segments.count_segment(work, SYSTEM, number) == 1
        audience = segments.party_ids(work, SYSTEM, number)
        assert (len(audience.people), len(audience.companies)) == (1, 0)
    with writing(manager) as work, pytest.raises(InvalidInput, match="invited"):
        segments.create(work, manager, "people", "Без события", {"filterModel": by_status("invited")})


def test_nothing_is_loaded_into_it(forum: int) -> None:
    with reading() as session, pytest.raises(InvalidInput, match="В таблицу «Приглашения» из файлов не загружают"):
        template(session, SYSTEM, "invitations")


def test_its_export_is_not_taken_for_a_list_of_companies(forum: int) -> None:
    with reading() as session:
        made = export(session, SYSTEM, "invitations", parse_query({"event": forum}), None, "xlsx")
    [sheet] = find_tables(read_workbook(made.name, made.content).sheets[0])
    assert sheet.table is None
    assert sheet.reason == "это выгрузка «Приглашений»: изменения вносят в физ. и юр. лица"


def test_events_are_offered_the_coming_ones_first(session: Session, database: str) -> None:
    dated = (("Прошлый", "2020-05-01"), ("Давний", "2019"), ("Дальний", "2090-01"), ("Ближний", "2089-12-31"))
    for name, day in dated:
        b.create_event(session, name, starts_on=day)
    b.create_event(session, "Без даты")
    hidden = b.create_event(session, "Скрытый", starts_on="2089", active=False)
    session.commit()
    with reading() as read:
        found = offered_events(read, SYSTEM)
        assert [(one.group, one.name) for one in found] == [
            ("Предстоящие", "Ближний"), ("Предстоящие", "Дальний"), ("Предстоящие", "Без даты"),
            ("Прошедшие", "Прошлый"), ("Прошедшие", "Давний"),
        ]  # fmt: skip
        assert found[0].note == "мероприятие, 31.12.2089"
        assert offered_events(read, SYSTEM, hidden.id)[-1].name == "Скрытый"
        assert offered_events(read, SYSTEM, 10**6)[-1].name == "мероприятия больше нет"


def test_deleting_the_event_leaves_the_rows(ask: Ask, forum: int) -> None:
    with writing(SYSTEM) as session:
        session.delete(session.get_one(Event, forum))
    assert set(told(ask("invitations", event=forum)).values()) == {None}
    with reading() as session:
        assert session.exec(select(Participation).where(col(Participation.event_id) == forum)).all() == []
