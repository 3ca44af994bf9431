"""The grid's door: rows, counts, layouts, exports, over HTTP with a session cookie."""

import csv
import io
import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from sqlmodel import Session, col, select

from models import AuditEvent, Role, TableLayout
from services.access import accounts
from services.access.permissions import SYSTEM
from services.tables.registry import OWN, TABLES
from services.work import writing
from tests import builders as b
from tests.client import Client

OFFICE = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.MANAGER, Role.ACCOUNTANT)
CABINET = (Role.MEMBER, Role.CANDIDATE)


def rows(client: Client, table: str, **query: Any) -> Any:
    return client.get(f"/api/tables/{table}/rows", params={"q": json.dumps(query)})


def export(client: Client, table: str, file_format: str, body: dict[str, Any]) -> bytes:
    made = client.post(f"/api/tables/{table}/export", params={"format": file_format}, json=body)
    assert made.status_code == 200, made.text
    fetched = client.get(made.json()["url"])
    assert fetched.status_code == 200
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert fetched.headers["cache-control"] == "no-store"
    content: bytes = fetched.content
    return content


@pytest.fixture
def register(session: Session) -> None:
    """Three members; one name is a formula, one sum is known."""
    for name, fee in (("ООО «Альфа»", None), ("=2+2", None), ("ООО «Гамма»", Decimal("1500.50"))):
        b.create_membership(session, b.create_company(session, name), fee_amount=fee)
    session.commit()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("role", OFFICE)
def test_the_office_reads_pages(client: Client, role: Role) -> None:
    client.sign_in(role)
    answer = rows(client, "members", startRow=0, endRow=2, sortModel=[{"colId": "name", "sort": "desc"}])
    assert answer.status_code == 200
    assert [row["name"] for row in answer.json()["rows"]] == ["ООО «Гамма»", "ООО «Альфа»"]
    assert answer.json()["total"] == 3
    assert ("fee_amount" in answer.json()["rows"][0]) == (role is not Role.MANAGER)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", CABINET)
def test_the_cabinet_reads_nothing(client: Client, role: Role, table: str) -> None:
    client.sign_in(role)
    assert rows(client, table).status_code == 403
    assert client.get(f"/api/tables/{table}/count").status_code == 403
    assert client.put(f"/api/tables/{table}/layout", json={}).status_code == 403
    assert client.post(f"/api/tables/{table}/export", json={}).status_code == 403


def test_a_visitor_is_told_to_sign_in(client: Client) -> None:
    answer = rows(client, "people")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Сеанс завершён. Войдите снова."}


@pytest.mark.usefixtures("register")
def test_money_is_refused_to_a_manager_in_rows_counts_and_exports(client: Client) -> None:
    client.sign_in(Role.MANAGER)
    wanted = {"filterModel": {"fee_amount": {"filterType": "number", "type": "greaterThan", "filter": 1}}}
    sentence = {"error": "В таблице «Реестр членов ассоциации» нет такой колонки: fee_amount."}
    for answer in (
        rows(client, "members", **wanted),
        client.get("/api/tables/members/count", params={"q": json.dumps(wanted)}),
        client.post("/api/tables/members/export", json={"columns": ["name", "fee_amount"]}),
        client.post("/api/tables/members/export", json=wanted),
    ):
        assert (answer.status_code, answer.json()) == (400, sentence)
    assert b"1500" not in export(client, "members", "csv", {})


@pytest.mark.parametrize("q", ["[]", "{", '{"endRow": 100000}', '{"filterModel": {"x": {"type": "equals"}}}', '"x"'])
def test_nonsense_gets_400_with_a_russian_sentence(client: Client, q: str) -> None:
    client.sign_in()
    answer = client.get("/api/tables/people/rows", params={"q": q})
    assert answer.status_code == 400
    assert any("а" <= letter <= "я" for letter in answer.json()["error"])


def test_an_unknown_table_is_404(client: Client) -> None:
    client.sign_in()
    assert rows(client, "salaries").status_code == 404


@pytest.mark.usefixtures("register")
def test_plain_pages_are_those_of_a_thread(client: Client) -> None:
    """An early page of a whole table is answered where it arrives, any other question in a thread."""
    client.sign_in()
    for direction in ("asc", "desc"):
        order = [{"colId": "name", "sort": direction}]
        plain = rows(client, "members", endRow=2, sortModel=order, total="later").json()
        counted = rows(client, "members", endRow=2, sortModel=order).json()
        assert (plain["rows"], plain["total"], counted["total"]) == (counted["rows"], None, 3)
    refused = rows(client, "members", total="later", sortModel=[{"colId": "fee_amount", "sort": "asc"}])
    assert refused.status_code == 400


@pytest.mark.usefixtures("register")
def test_a_count_left_for_later_is_asked_for_apart(client: Client) -> None:
    client.sign_in()
    assert rows(client, "members", endRow=2, total="later").json()["total"] is None
    assert client.get("/api/tables/members/count", params={"q": '{"search": "ооо"}'}).json() == {"total": 2}


@pytest.mark.usefixtures("register")
def test_an_excel_export_reads_back_as_it_was(client: Client) -> None:
    client.sign_in(Role.DIRECTOR)
    body = {"query": {"sortModel": [{"colId": "name", "sort": "asc"}]}, "columns": ["name", "fee_amount", "state"]}
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, "members", "xlsx", body))).active
    assert sheet is not None
    assert list(sheet.values) == [
        ("Наименование", "Сумма годового взноса", "Статус", "Ключ записи"),
        ("=2+2", None, "срок не указан", "members:2"),
        ("ООО «Альфа»", None, "срок не указан", "members:1"),
        ("ООО «Гамма»", 1500.5, "срок не указан", "members:3"),
    ]
    assert sheet["A2"].data_type == "s"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:D4")


def test_groups_stand_above_their_columns(client: Client) -> None:
    client.sign_in()
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, "companies", "xlsx", {}))).active
    assert sheet is not None
    above, below = list(sheet.iter_rows(min_row=1, max_row=2, values_only=True))
    assert [cell for cell in above if cell] == ["Основные данные", "Членство", "Договор", "Даты поступления документов"]
    assert below[0] == "Название компании"
    assert below[-1] == "Ключ записи"
    assert below.index("договор") == above.index("Даты поступления документов")


@pytest.mark.usefixtures("register")
def test_a_csv_export_quotes_formulas(client: Client) -> None:
    client.sign_in()
    body = {"columns": ["name"], "sortModel": [{"colId": "name", "sort": "asc"}]}
    text = export(client, "members", "csv", body).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [
        ["Наименование"], ["'=2+2"], ["ООО «Альфа»"], ["ООО «Гамма»"],
    ]  # fmt: skip


@pytest.mark.parametrize("start", [*"=+-@", *"＝＋－＠"])
def test_whatever_begins_a_formula_is_quoted(client: Client, session: Session, start: str) -> None:
    b.create_company(session, f"{start}cmd")
    session.commit()
    client.sign_in()
    _heading, line = export(client, "companies", "csv", {"columns": ["name"]}).decode("utf-8-sig").splitlines()
    assert line == f'"\'{start}cmd"'


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("selection", "found"),
    [
        ({"mode": "ids", "ids": [3, 1]}, ["ООО «Альфа»", "ООО «Гамма»"]),
        ({"mode": "ids", "ids": []}, []),
        ({"mode": "found", "query": {"search": "ооо"}, "except": [1]}, ["ООО «Гамма»"]),
    ],
)
def test_a_selection_is_exported_and_nothing_else(client: Client, selection: dict[str, Any], found: list[str]) -> None:
    client.sign_in()
    text = export(client, "members", "csv", {"selection": selection, "columns": ["name"]}).decode("utf-8-sig")
    assert text.splitlines()[1:] == [f'"{name}"' for name in found]


@pytest.mark.usefixtures("register")
def test_a_selection_goes_out_in_the_order_of_the_screen(client: Client) -> None:
    client.sign_in()
    body = {
        "selection": {"mode": "ids", "ids": [1, 3]},
        "query": {"search": "ничего", "sortModel": [{"colId": "name", "sort": "desc"}]},
        "columns": ["name"],
    }
    text = export(client, "members", "csv", body).decode("utf-8-sig")
    assert text.splitlines()[1:] == ['"ООО «Гамма»"', '"ООО «Альфа»"']


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ([], "Отметьте хотя бы одну колонку."),
        (["name", "salary"], "В таблице «Реестр членов ассоциации» нет такой колонки: salary."),
        ("name", "Список колонок не разобран."),
        ([1], "Список колонок не разобран."),
    ],
)
def test_wrong_columns_are_refused_with_a_sentence(client: Client, columns: Any, sentence: str) -> None:
    client.sign_in()
    answer = client.post("/api/tables/members/export", json={"columns": columns})
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})


@pytest.mark.parametrize("table", OWN)
def test_a_template_comes_as_an_attachment(client: Client, table: str) -> None:
    client.sign_in(Role.MANAGER)
    answer = client.get(f"/api/tables/{table}/template")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    named = f"attachment; filename*=utf-8''{quote(TABLES[table].title + ', шаблон.xlsx')}"
    assert answer.headers["content-disposition"] == named
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == TABLES[table].title


def test_a_template_is_for_the_committee_that_is_picked(client: Client, session: Session) -> None:
    b.create_committee(session, "Комитет по кадрам")
    picked = b.create_committee(session, "Комитет по инновациям")
    session.commit()
    client.sign_in()
    q = json.dumps({"picker": {"committee_id": picked.id}})
    book = openpyxl.load_workbook(io.BytesIO(client.get("/api/tables/committees/template", params={"q": q}).content))
    assert book.worksheets[0]["A1"].value == "Комитет по инновациям"


@pytest.mark.parametrize(
    ("role", "table", "status"),
    [(Role.ACCOUNTANT, "people", 403), (Role.MEMBER, "people", 403), (Role.MANAGER, "salaries", 404)],
)
def test_a_template_is_refused_with_a_sentence(client: Client, role: Role, table: str, status: int) -> None:
    client.sign_in(role)
    answer = client.get(f"/api/tables/{table}/template")
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


@pytest.mark.usefixtures("register")
def test_an_export_belongs_to_whoever_asked_and_is_noted(client: Client, session: Session) -> None:
    client.sign_in(Role.MANAGER, "первый")
    url = client.post("/api/tables/members/export", params={"format": "csv"}, json={}).json()["url"]
    client.sign_in(Role.DIRECTOR, "второй")
    assert client.get(url).status_code == 404
    client.sign_out()
    assert client.get(url).status_code in (303, 401)
    noted = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "exported")).all()
    assert [(e.subject, e.detail) for e in noted] == [("table:members", "csv, 3 rows")]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        '{"search": "\\ud800"}',
        '{"search": "тот\\u0000этот"}',
        '{"filterModel": {"\\ud800": {"type": "contains", "filter": "x"}}}',
        '{"sortModel": [{"colId": "\\ud800", "sort": "asc"}]}',
        '{"filterModel": {"fee_amount": {"type": "equals", "filter": ' + "9" * 400 + "}}}",
        '{"filterModel": {"fee_amount": {"type": "equals", "filter": NaN}}}',
    ],
    ids=["deep", "half a sign", "nul", "key", "sort", "huge", "nan"],
)
def test_a_malformed_query_is_refused_with_a_sentence(client: Client, text: str) -> None:
    client.sign_in(Role.DIRECTOR)
    answer = client.get("/api/tables/members/rows", params={"q": text})
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_a_column_is_exported_once(client: Client) -> None:
    """The same one over and over would fill the memory: rows × columns."""
    client.sign_in()
    answer = client.post("/api/tables/people/export", params={"format": "csv"}, json={"columns": ["name"] * 2})
    assert (answer.status_code, answer.json()["error"]) == (400, "Каждую колонку можно назвать один раз.")


def test_a_layout_keeps_each_column_once_and_survives_anything(client: Client, session: Session) -> None:
    client.sign_in()
    columns = [{"colId": []}, {"colId": {}}, *[{"colId": "phone"}] * 1000]
    assert client.put("/api/tables/people/layout", json={"columns": columns}).status_code == 200
    [kept] = session.exec(select(TableLayout)).all()
    assert [column["colId"] for column in json.loads(kept.layout)["columns"]] == ["phone"]


def test_an_export_with_sums_is_lost_with_the_right_to_see_them(client: Client, register: None) -> None:
    actor = client.sign_in(Role.DIRECTOR, "первый")
    url = client.post("/api/tables/members/export", params={"format": "csv"}, json={}).json()["url"]
    with writing(SYSTEM) as work:
        accounts.change_role(work, SYSTEM, actor.account_id or 0, Role.MANAGER)
    client.sign_in(Role.MANAGER, "первый")
    assert client.get(url).status_code == 404


def test_a_layout_is_remembered_per_user_and_forgotten(client: Client) -> None:
    phone = {"colId": "phone", "width": 90, "hide": True, "pinned": "left"}
    wanted = {"columns": [phone, {"colId": "salary"}], "pageSize": "all"}
    client.sign_in(Role.MANAGER, "первый")
    assert client.put("/api/tables/people/layout", json=wanted).status_code == 200
    assert client.put("/api/tables/people/layout", json={"columns": "all"}).status_code == 400
    assert client.put("/api/tables/people/layout", json={"pageSize": 7}).status_code == 400
    assert client.delete("/api/tables/people/layout").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("PUT", "layout"), ("DELETE", "layout"), ("POST", "export")])
def test_a_foreign_page_can_make_no_one_act(client: Client, method: str, path: str) -> None:
    client.sign_in()
    answer = client.request(method, f"/api/tables/people/{path}", json={}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_the_column_of_an_event_comes_with_its_rows(client: Client, session: Session) -> None:
    forum = b.create_event(session, "Форум", starts_on="2089-05-01")
    b.create_participation(session, forum, b.create_person(session, "Астров"))
    b.create_company(session, "ООО «Бета»")
    session.commit()
    client.sign_in(Role.ACCOUNTANT)
    asked = {"event": forum.id, "total": "later"}
    assert [(row["name"], row["invited"]) for row in rows(client, "invitations", **asked).json()["rows"]] == [
        ("Астров Пётр Ильич", "invited"),
        ("ООО «Бета»", "none"),
    ]
    assert [row["invited"] for row in rows(client, "people", **asked).json()["rows"]] == ["invited"]
    wanted = {"invited": {"filterType": "set", "values": ["none"]}}
    counted = client.get("/api/tables/invitations/count", params={"q": json.dumps({**asked, "filterModel": wanted})})
    assert counted.json() == {"total": 1}
    assert rows(client, "people", event="31").status_code == 400
    body = {"query": {"event": forum.id}, "columns": ["name", "invited"]}
    client.sign_in(Role.MANAGER)
    lines = list(csv.reader(io.StringIO(export(client, "people", "csv", body).decode("utf-8-sig")), delimiter=";"))
    assert lines == [["ФИО", "Приглашён"], ["Астров Пётр Ильич", "приглашён"]]


def test_events_are_offered(client: Client, session: Session) -> None:
    past = b.create_event(session, "Прошлый", starts_on="2020-05-01")
    forum = b.create_event(session, "Форум", starts_on="2089-05-01")
    session.commit()
    client.sign_in(Role.ACCOUNTANT)
    wanted = {"id": forum.id, "name": "Форум", "note": "мероприятие, 01.05.2089", "group": "Предстоящие"}
    assert client.get("/api/events").json()["events"][0] == wanted
    assert [one["id"] for one in client.get("/api/events").json()["events"]] == [forum.id, past.id]
    gone = client.get("/api/events", params={"chosen": "777"}).json()["events"][-1]
    assert gone["name"] == "мероприятия больше нет"
    assert len(client.get("/api/events", params={"chosen": "; drop"}).json()["events"]) == 2
