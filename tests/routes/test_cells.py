"""A cell changed in the grid: what is written, what is refused, what two editors of one value are told."""

from typing import Any

import pytest
from sqlmodel import Session

from models import Company, Event, Person, Role, SeatPosition
from tests import builders as b
from tests.client import Client


def put(client: Client, table: str, number: int | str | None, column: str, value: object, before: object = None) -> Any:
    return client.put(f"/api/tables/{table}/rows/{number}", json={"column": column, "value": value, "before": before})


def test_the_row_comes_back_as_it_is_now(client: Client, session: Session) -> None:
    company = b.create_company(session, "ООО «Ромб»")
    person = b.create_person(session, "Алов", company=company, phone="+79161234567")
    session.commit()
    client.sign_in(Role.MANAGER)
    answer = put(client, "people", person.id, "phone", "8 (916) 123-45-68", "+79161234567")
    assert answer.status_code == 200
    assert (answer.json()["row"]["phone"], answer.json()["row"]["workplace"]) == ("+79161234568", "ООО «Ромб»")
    assert put(client, "people", person.id, "birth_date", "01.1970").json()["row"]["birth_date"] == "1970-01"
    assert put(client, "people", person.id, "is_member", "yes").json()["row"]["is_member"] == "yes"
    assert put(client, "people", person.id, "is_member", "", "yes").json()["row"]["is_member"] is None
    session.expire_all()
    assert (person.phone, person.birth_date, person.is_member) == ("+79161234568", "1970-01", None)


def test_columns_that_are_read_from_it_follow(client: Client, session: Session) -> None:
    """A row of the register reads its address from the company."""
    company = b.create_company(session, "ООО «Ромб»", legal_address="Тверь")
    line = b.create_membership(session, company)
    session.commit()
    client.sign_in(Role.MANAGER)
    assert put(client, "companies", company.id, "legal_address", "Псков", "Тверь").status_code == 200
    answer = put(client, "members", line.id, "comment", "звонить утром")
    assert (answer.json()["row"]["legal_address"], answer.json()["row"]["comment"]) == ("Псков", "звонить утром")


def test_a_doubtful_value_is_kept_with_a_hint(client: Client, session: Session) -> None:
    company = b.create_company(session)
    session.commit()
    client.sign_in(Role.MANAGER)
    answer = put(client, "companies", company.id, "inn", "231022")
    assert answer.json()["row"]["inn"] == "231022"
    assert len(answer.json()["notes"]) == 1
    assert "231022" in answer.json()["notes"][0]


def test_a_refused_value_changes_nothing(client: Client, session: Session) -> None:
    person = b.create_person(session, inn="500100732259")
    other, event = b.create_person(session), b.create_event(session, "Ярмарка", starts_on="2026-03-01")
    event.ends_on = "2026-03-03"
    session.commit()
    client.sign_in(Role.MANAGER)
    for number, table, column, value, before, word in (
        (other.id, "people", "birth_date", "20023 г.", None, "20023"),
        (other.id, "people", "inn", "500100732259", None, person.name),
        (other.id, "people", "is_member", "maybe", None, "Членство"),
        (event.id, "events", "starts_on", "05.03.2026", "2026-03-01", "раньше первого"),
        (other.id, "people", "phone", 5, None, "не разобрано"),
    ):
        answer = put(client, table, number, column, value, before)
        assert answer.status_code == 400
        assert word in answer.json()["error"]
    session.expire_all()
    assert (other.birth_date, other.inn, other.is_member, other.phone) == (None, None, None, None)
    assert session.get_one(Event, event.id).starts_on == "2026-03-01"


def test_the_second_editor_is_told_and_changes_nothing(client: Client, session: Session) -> None:
    person = b.create_person(session, region="Тверь", birth_date="1970")
    session.commit()
    client.sign_in(Role.MANAGER, "первый")
    assert put(client, "people", person.id, "region", "Псков", "Тверь").status_code == 200
    client.sign_in(Role.MANAGER, "второй")
    late = put(client, "people", person.id, "region", "Омск", "Тверь")
    assert (late.status_code, late.json()["error"]) == (
        400, "Запись изменил(а) Имя первый, вот что изменилось: Регион: «Тверь» → «Псков».",
    )  # fmt: skip
    # Another cell of the same row is nobody's loss.
    assert put(client, "people", person.id, "birth_date", "02.03.1970", "1970").json()["row"]["region"] == "Псков"


@pytest.mark.parametrize("column", ["name", "workplace", "responsible_id", "extra", "nothing", ["phone"], None])
def test_what_is_no_plain_column_is_refused(client: Client, session: Session, column: Any) -> None:
    person = b.create_person(session, "Алов")
    session.commit()
    client.sign_in(Role.ADMINISTRATOR)
    answer = put(client, "people", person.id, column, "Белов", "Алов")
    assert (answer.status_code, answer.json()["error"]) == (400, "Эту колонку нельзя изменить в таблице.")


def test_who_may_not_edit_is_refused(client: Client, session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    for role in (Role.ACCOUNTANT, Role.MEMBER):
        client.sign_in(role)
        assert put(client, "people", person.id, "region", "Псков").status_code == 403
    session.expire_all()
    assert session.get_one(Person, person.id).region is None


def test_a_row_that_is_gone_is_said(client: Client) -> None:
    client.sign_in(Role.MANAGER)
    for number in ("17", "x", "9" * 30):
        assert put(client, "people", number, "region", "Псков").status_code == 404


def test_another_site_cannot_write(client: Client, session: Session) -> None:
    company = b.create_company(session)
    session.commit()
    client.sign_in(Role.MANAGER)
    answer = client.put(
        f"/api/tables/companies/rows/{company.id}",
        json={"column": "direction", "value": "связь"},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    session.expire_all()
    assert session.get_one(Company, company.id).direction is None


def test_a_second_chair_is_refused(client: Client, session: Session) -> None:
    committee = b.create_committee(session)
    b.create_seat(session, committee, b.create_person(session, "Алов"), position=SeatPosition.CHAIR)
    seat = b.create_seat(session, committee, b.create_person(session, "Белов"))
    session.commit()
    client.sign_in(Role.MANAGER)
    answer = put(client, "committees", seat.id, "position", SeatPosition.CHAIR.value, seat.position)
    assert answer.status_code == 400
    assert "Алов" in answer.json()["error"]
