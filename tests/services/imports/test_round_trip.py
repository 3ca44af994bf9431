"""Out and in again: a table written by the export, edited in Excel, loaded; what is not edited stays as it is."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session

from models import EventKind, ParticipationStatus, SeatPosition, Source
from services.access.permissions import SYSTEM
from services.imports import Outcome, running
from services.tables.columns import RECORD_KEY_HEADING
from services.tables.export import export
from services.tables.query import Query, parse_query
from services.tables.registry import OWN, TABLES
from services.tables.rows import rows
from services.tables.workbook import shown
from services.work import reading
from tests import builders as b
from tests.services.imports.registers import inn

ROWS = 7
NAMES = ("Астров", "Бёклин", "Вересков", "Грушин", "Дубов", "Елагин", "Журавлёв")


@pytest.fixture
def scene(session: Session) -> None:
    """Seven records in every table, with every column filled in the forms the base keeps, none of it by hand."""
    session.info["source"] = Source.EXCEL
    manager = b.create_manager(session, "Ивлева И. И.")
    committee = b.create_committee(session, "Комитет по инновациям")
    for number, last_name in enumerate(NAMES):
        company = b.create_company(
            session,
            f"ООО «{last_name}ка»",
            direction="Медицина",
            site=f"https://{number}.example",
            phone=f"+7495555010{number} доб. 15, +7916555020{number} (касса)",
            email=f"info{number}@example.ru",
            inn=inn(f"77010001{number}"),
            ogrn=None,
            is_member=True,
            is_potential=False,
            contract_number=f"00{number}",
            contract_date="2024-01",
            legal_address=f"101000, г. Москва, ул. Полевая, д. {number + 1}",
            actual_address=f"101000, г. Москва, ул. Садовая, д. {number + 1}",
            source="Обучение",
        )
        person = b.create_person(
            session,
            last_name,
            company=company,
            position="директор, учредитель",
            is_director=True,
            is_contact=True,
            birth_date="1979-03-18",
            phone=f"+7916555030{number}",
            email=f"p{number}@example.ru",
            passport=f"45 10 00000{number}",
            regalia="- к.м.н.",
            region="Москва",
            source="лид",
            contract_number=f"Ф-{number}",
            contract_date="2024",
            member_since="2022-05",
            is_member=True,
            is_potential=False,
        )
        for code, day in (("contract", "2024-01-10"), ("questionnaire", "2023-12")):
            b.create_receipt(session, company, code, day)
        b.create_membership(
            session,
            company,
            fee_amount=Decimal("35000.50"),
            paid_on=dt.date(2024, 2, 15),
            ends_on=dt.date(2025, 2, 15),
            comment="@внимание",
            referred_by="Ивлева",
        )
        venue = b.create_venue(
            session,
            f"Зал {number + 1}",
            address="г. Москва, ул. Новая, д. 1",
            contacts=f"+7 916 555-04-0{number}",
            partner_id=company.id,
            responsible_id=manager.id,
            comment="вход со двора",
        )
        about: dict[str, Any] = {
            "venue_id": venue.id,
            "responsible_id": manager.id,
            "description": "=описание",
            "invited_stated": 100,
            "attended_stated": 50,
            "comment": "запись есть",
        }
        event = b.create_event(session, f"Форум {number + 1}", starts_on="2024-04-12", format="hybrid", **about)
        course = b.create_event(
            session, f"Курс {number + 1}", EventKind.COURSE, starts_on="2024-05", format="online", **about
        )
        b.create_speaker(session, person, event, course, topics="=темы")
        for held in (event, course):
            b.create_participation(session, held, person, ParticipationStatus.ATTENDED)
        b.create_seat(session, committee, person, SeatPosition.DEPUTY, comment="да")
        own = b.create_committee(session, f"Комитет по выставкам {number + 1}")
        b.create_seat(session, own, person, SeatPosition.CHAIR, comment="да")
    session.commit()


def asked(name: str, **query: Any) -> Query:
    """The members of one committee: the seats of the chairs stand in a table of their own."""
    pick = {"picker": {"committee_id": 1}} if name == "committees" else {}
    return parse_query(query | pick)


def exported(name: str, file_format: str = "xlsx", **query: Any) -> bytes:
    with reading() as session:
        return export(session, SYSTEM, name, asked(name, **query), None, file_format).content


def planned(name: str, content: bytes, file_format: str = "xlsx") -> Outcome:
    return running.run(SYSTEM, f"{TABLES[name].title} 2024-03-01.{file_format}", content)


def applied(name: str, content: bytes, file_format: str = "xlsx") -> Outcome:
    return running.run(SYSTEM, f"{TABLES[name].title} 2024-03-01.{file_format}", content, apply_it=True)


def stored(name: str) -> dict[str, dict[str, str]]:
    """Rows by name, each filled cell as people see it."""
    with reading() as session:
        found = rows(session, SYSTEM, name, asked(name, endRow=1000)).rows
    columns = TABLES[name].columns
    return {row["name"]: {c.key: text for c in columns if (text := shown(c, row[c.key]))} for row in found}


class Sheet:
    """An exported workbook in the hands of somebody with Excel."""

    def __init__(self, content: bytes) -> None:
        self._book = openpyxl.load_workbook(io.BytesIO(content))
        page = self._book.active
        assert isinstance(page, Worksheet)
        self.page = page
        self.heading = next(r for r in range(1, 6) if RECORD_KEY_HEADING in [c.value for c in page[r]])
        self.places = {cell.value: cell.column for cell in page[self.heading]}
        self.width = len(page[self.heading])

    def row(self, number: int) -> int:
        """The row of the sheet of record `number`, from 0."""
        return self.heading + 1 + number

    def put(self, number: int, label: str, value: Any) -> None:
        self.page.cell(self.row(number), self.places[label]).value = value

    def read(self, number: int, label: str) -> Any:
        return self.page.cell(self.row(number), self.places[label]).value

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self._book.save(buffer)
        return buffer.getvalue()


EDITS: dict[str, list[tuple[str, Any]]] = {
    "people": [("birth_date", dt.date(1980, 1, 15)), ("phone", "8 (916) 555-99-01"), ("region", "Тверь"),
               ("regalia", "д.ф.н."), ("is_potential", "да")],
    "companies": [("direction", "Наука"), ("site", "novyi.example"), ("phone", "8 (916) 555-99-01"),
                  ("legal_address", "101000, г. Москва, ул. Другая, д. 7"), ("contract_date", dt.date(2024, 2, 3))],
    "members": [("fee_amount", 40000), ("paid_on", dt.date(2024, 3, 1)), ("ends_on", "01.03.2026"),
                ("referred_by", "Орешкина"), ("comment", "позвонить")],
    "committees": [("position", "Член комитета"), ("member_since", "2021"), ("comment", "новое"),
                   ("phone", "8 (916) 555-99-01"), ("email", "novaya@example.ru")],
    "chairs": [("comment", "новое"), ("member_since", "2021"), ("phone", "8 (916) 555-99-01"),
               ("email", "novaya@example.ru"), ("name", "Рябинина Анна Львовна")],
    "speakers": [("topics", "право"), ("comment", "новое"), ("member_since", "2021"), ("phone", "8 (916) 555-99-01"),
                 ("email", "novaya@example.ru")],
    "events": [("starts_on", "06.2024"), ("format", "очно"), ("description", "Открытая встреча"), ("invited", 200),
               ("comment", "новое")],
    "courses": [("starts_on", "06.2024"), ("format", "очно"), ("description", "Открытая встреча"), ("invited", 200),
                ("comment", "новое")],
    "venues": [("address", "г. Тверь, ул. Старая, д. 2"), ("comment", "новое"), ("responsible", "Орешкина О. О."),
               ("contacts", "+7 916 555-99-02"), ("name", "Зал заседаний")],
}  # fmt: skip
"""By table: five columns and what is typed into each, in a row of its own."""
TYPED = {
    dt.date(1980, 1, 15): "15.01.1980", dt.date(2024, 2, 3): "03.02.2024", dt.date(2024, 3, 1): "01.03.2024",
    "8 (916) 555-99-01": "+79165559901", "novyi.example": "https://novyi.example", 40000: "40\xa0000,00",
    "2021": "2021 г.", 200: "200",
}  # fmt: skip
"""What people see where this was typed."""
NEW_NAMES = {"companies": "ООО «Новое»", "members": "ООО «Новое»", "events": "Форум новый", "courses": "Курс новый",
             "venues": "Зал новый"}  # fmt: skip
LABELS = {name: {column.key: column.label for column in table.columns} for name, table in TABLES.items()}


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("name", OWN)
def test_an_export_loaded_as_it_is_changes_nothing(name: str, file_format: str) -> None:
    before = stored(name)
    assert len(before) == ROWS
    found = planned(name, exported(name, file_format), file_format)
    changed = [(row.number, c.label, c.before, c.after) for row in found.rows for c in row.cells if c.state != "same"]
    assert changed == []
    assert [(s.table, s.rows, s.same) for s in found.report.sheets] == [(name, ROWS, ROWS)]
    assert (found.report.written, found.report.doubtful) == (0, 0)
    assert [remark.message for remark in found.report.remarks if remark.severity != "info"] == []
    applied(name, exported(name, file_format), file_format)
    assert stored(name) == before


def edited(name: str) -> Sheet:
    """The export with five cells changed in five rows, the sixth row deleted, a new one added to the committee."""
    sheet = Sheet(exported(name))
    labels = LABELS[name]
    for number, (key, value) in enumerate(EDITS[name]):
        sheet.put(number, labels[key], value)
    last = ROWS
    sheet.put(last, labels["name"], NEW_NAMES.get(name, "Новиков Пётр Ильич"))
    if name in ("committees", "chairs"):
        for key in {"position", "committee"} & set(labels):
            sheet.put(last, labels[key], sheet.read(0, labels[key]))
    sheet.page.delete_rows(sheet.row(5))
    return sheet


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", OWN)
def test_five_cells_a_deleted_row_and_a_new_one(name: str) -> None:
    content = edited(name).content()
    found = planned(name, content)
    changed = [(r.number, c.key) for r in found.rows if r.outcome == "changed" for c in r.cells if c.state != "same"]
    assert [key for _, key in changed] == [key for key, _ in EDITS[name]]
    assert len({number for number, _ in changed}) == 5
    assert [row.outcome for row in found.rows] == ["changed"] * 5 + ["same", "created"]
    assert found.report.doubtful == 0


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", OWN)
def test_a_missing_row_is_not_a_deletion_and_the_plan_says_so(name: str) -> None:
    before = stored(name)
    done = applied(name, edited(name).content())
    said = [r for r in done.report.remarks if r.message.startswith("Строки, которых нет в файле")]
    assert [(remark.row, remark.column, remark.severity) for remark in said] == [(0, "", "info")]
    after = stored(name)
    assert len(after) == ROWS + 1
    sixth = [*before][5]
    assert after[sixth] == before[sixth]


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", OWN)
def test_edited_and_applied_the_base_holds_what_was_typed(name: str) -> None:
    sheet, before = edited(name), stored(name)
    content = sheet.content()
    applied(name, content)
    after = stored(name)
    for number, (key, value) in enumerate(EDITS[name]):
        record = value if key == "name" else [*before][number]
        assert after[record][key] == TYPED.get(value, value)
        assert {k: v for k, v in after[record].items() if k != key} == {
            k: v for k, v in before[[*before][number]].items() if k != key
        }
    again = planned(name, content).report
    assert (again.written, again.doubtful) == (0, 0)
    assert again.remarks[0].message.startswith("Этот же файл уже загружен ")


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("people", "position"),
        ("committees", "position_in_company"),
        ("chairs", "position_in_company"),
        ("speakers", "position"),
    ],
)
def test_a_position_edited_in_an_export_is_the_one_the_table_shows(name: str, key: str) -> None:
    sheet = Sheet(exported(name))
    sheet.put(0, LABELS[name][key], "советник")
    (cell,) = [c for row in planned(name, sheet.content()).rows for c in row.cells if c.state != "same"]
    assert (cell.key, cell.before, cell.after) == (key, "директор, учредитель", "советник")
    applied(name, sheet.content())
    assert stored(name)["Астров Пётр Ильич"][key] == "советник"


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("name", "key", "typed"),
    [
        ("people", "workplace", "ООО «Бёклинка»"),
        ("companies", "contact", "Бёклин Пётр Ильич (юрист)"),
        ("events", "speakers", "Бёклин Пётр Ильич"),
    ],
)
def test_the_plan_shows_what_the_table_will(name: str, key: str, typed: str) -> None:
    sheet, [record, *_], before = Sheet(exported(name)), stored(name), stored(name)
    number = next(n for n in range(ROWS) if sheet.read(n, LABELS[name]["name"]) == record)
    sheet.put(number, LABELS[name][key], typed)
    (cell,) = [c for row in planned(name, sheet.content()).rows for c in row.cells if c.state != "same"]
    applied(name, sheet.content())
    assert (cell.before, cell.after) == (before[record][key], stored(name)[record][key])


def test_edits_of_what_was_entered_by_hand_are_shown_and_left_to_the_user(session: Session) -> None:
    for last_name in NAMES:
        b.create_person(session, last_name, region="Москва")
    session.commit()
    sheet = Sheet(exported("people"))
    for number in range(5):
        sheet.put(number, "Регион", "Тверь")
    found = planned("people", sheet.content())
    assert [[(c.key, c.state, c.after) for c in row.cells if c.state != "same"] for row in found.rows] == [
        *[[("region", "conflict", "Тверь")]] * 5,
        [],
        [],
    ]
    applied("people", sheet.content())
    assert {row["region"] for row in stored("people").values()} == {"Москва"}


@pytest.mark.usefixtures("scene")
def test_a_person_is_renamed_through_the_key() -> None:
    sheet = Sheet(exported("people"))
    sheet.put(0, "ФИО", "Рябинина Анна Львовна")
    found = applied("people", sheet.content()).report
    assert (found.total("created"), found.total("changed"), found.doubtful) == (0, 1, 0)
    people = stored("people")
    assert "Астров Пётр Ильич" not in people
    assert people["Рябинина Анна Львовна"]["email"] == "p0@example.ru"


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_rows_sorted_in_excel_find_their_records(file_format: str) -> None:
    assert planned("people", exported("people", file_format, sortModel=[{"colId": "name", "sort": "desc"}]), file_format
                   ).report.total("same") == ROWS  # fmt: skip


@pytest.mark.usefixtures("scene")
def test_the_key_of_no_record_is_remarked_and_the_values_decide() -> None:
    sheet = Sheet(exported("people"))
    sheet.put(0, RECORD_KEY_HEADING, "people:987654")
    sheet.put(1, RECORD_KEY_HEADING, sheet.read(1, RECORD_KEY_HEADING).replace("people", "companies"))
    sheet.put(2, RECORD_KEY_HEADING, "что-то")
    sheet.put(3, RECORD_KEY_HEADING, None)
    found = planned("people", sheet.content()).report
    assert (found.total("same"), found.written, found.doubtful) == (ROWS, 0, 0)
    warned = [remark.row for remark in found.remarks if remark.severity == "warning"]
    assert warned == [sheet.row(number) for number in range(3)]


@pytest.mark.usefixtures("scene")
def test_keys_shifted_against_their_rows_do_not_rename_everybody() -> None:
    """The hidden column stays behind when the visible ones are sorted: the names say otherwise than the keys."""
    sheet = Sheet(exported("people"))
    keys = [sheet.read(number, RECORD_KEY_HEADING) for number in range(ROWS)]
    for number in range(ROWS):
        sheet.put(number, RECORD_KEY_HEADING, keys[(number + 1) % ROWS])
    found = planned("people", sheet.content()).report
    assert found.total("changed") == 0


@pytest.mark.usefixtures("scene")
def test_a_row_copied_with_its_key_and_renamed_is_no_second_name_of_the_record() -> None:
    sheet = Sheet(exported("people"))
    for cell in sheet.page[sheet.row(0)]:
        sheet.page.cell(sheet.row(ROWS), cell.column).value = cell.value
    for label, value in (("ФИО", "Рябинина Анна Львовна"), ("Телефон", None), ("Эл. почта", None),
                         ("Паспортные данные", None)):  # fmt: skip
        sheet.put(ROWS, label, value)
    found = planned("people", sheet.content())
    last = next(row for row in found.rows if row.number == sheet.row(ROWS))
    assert last.outcome in ("created", "doubtful", "skipped")
    assert [r.severity for r in found.report.remarks if r.row == sheet.row(ROWS)][:1] == ["warning"]


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", ["people", "companies", "events"])
def test_a_csv_edited_without_keys(name: str) -> None:
    lines = list(csv.reader(io.StringIO(exported(name, "csv").decode("utf-8-sig")), delimiter=";"))
    key = {"people": "region", "companies": "direction", "events": "comment"}[name]
    place = lines[0].index(LABELS[name][key])
    for line in lines[1:4]:
        line[place] = "Изменено"
    del lines[6]
    csv.writer(buffer := io.StringIO(), delimiter=";").writerows(lines)
    found = planned(name, buffer.getvalue().encode("cp1251"), "csv")
    assert [row.outcome for row in found.rows] == ["changed"] * 3 + ["same"] * 3
    assert {c.key for row in found.rows for c in row.cells if c.state != "same"} == {key}
    assert found.report.doubtful == 0
