"""Exports: what a workbook holds, that no text breaks it, and that every cell reads back as the value it was."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from sqlmodel import Session

from models import EventKind, ParticipationStatus, Role, SeatPosition
from services.access.permissions import SYSTEM, Actor
from services.errors import InvalidInput, NotAllowed
from services.tables.columns import Column
from services.tables.export import FORMULA_STARTS, Exported, export, unquoted
from services.tables.query import Query, parse_query
from services.tables.registry import OWN
from services.tables.rows import rows
from services.tables.workbook import CUT
from services.values import clean_choice, clean_yes_no
from services.work import reading
from tests import builders as b
from tests.services.tables.conftest import actor
from tests.terminal import manage

Export = Callable[..., Exported]


@pytest.fixture
def exported(database: str) -> Export:
    """`exported("people", columns=["name"], search="…")` in a session of its own."""

    def made(
        name: str, columns: list[str] | None = None, by: Actor = SYSTEM, file_format: str = "xlsx", **query: Any
    ) -> Exported:
        with reading() as session:
            return export(session, by, name, parse_query(query), columns, file_format)

    return made


def opened(done: Exported) -> Worksheet:
    """The worksheet as openpyxl reads it."""
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def as_imported(done: Exported) -> list[list[Any]]:
    """The cells as the importer's reader gives them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(done.content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def scene(session: Session) -> None:
    """A record in every table, with every kind of value in the form the base keeps."""
    company = b.create_company(
        session, "ООО «Альфа»", direction="=2+2", site="https://alfa.example",
        phone="+74951110022 доб. 15, +79161234567 (касса)", email="info@alfa.example, second@alfa.example",
        inn="7707083893", ogrn="1027700132195", is_member=True, is_potential=False, contract_number="007",
        contract_date="2024-01", legal_address="+ул. Полевая, 1",
    )  # fmt: skip
    person = b.create_person(
        session, "Астров", company=company, position="директор, учредитель", is_director=True, is_contact=True,
        birth_date="1979-03-18", phone="+79161234567", email="astrov@example.ru", inn="500100732259",
        passport="45 10 000000", regalia="- к.м.н.", contract_date="2024", member_since="2022-05", is_member=True,
    )  # fmt: skip
    b.create_receipt(session, company, "contract", "2024-01-10")
    b.create_receipt(session, company, "questionnaire", "2023-12")
    b.create_membership(
        session, company, fee_amount=Decimal("1234567890.05"), paid_on=dt.date(2024, 2, 15),
        ends_on=dt.date(2025, 2, 15), comment="@внимание",
    )  # fmt: skip
    venue = b.create_venue(session, "Дом науки", address="Москва", contacts="+7 916 555-01-04", partner_id=company.id)
    manager = b.create_manager(session, "Ивлева И. И.")
    about: dict[str, Any] = {"venue_id": venue.id, "responsible_id": manager.id}
    event = b.create_event(session, "Форум", starts_on="2024-04-12", format="hybrid", invited_stated=100, **about)
    course = b.create_event(session, "Курс 1", EventKind.COURSE, starts_on="2024", format="online", **about)
    b.create_speaker(session, person, event, course, topics="=темы")
    b.create_participation(session, event, person, ParticipationStatus.ATTENDED)
    b.create_participation(session, course, person, ParticipationStatus.ATTENDED)
    b.create_seat(session, b.create_committee(session, "По инновациям"), person, SeatPosition.CHAIR, comment="да")
    session.commit()


def read_back(column: Column, cell: Any) -> Any:
    """A cell cleaned as its column says, in the form the row index has."""
    if column.choices == (("yes", "да"), ("no", "нет")):
        return {True: "yes", False: "no", None: None}[clean_yes_no(cell).value]
    if column.choices:
        return clean_choice(cell, {title: value for value, title in column.choices}).value
    found = column.kind.clean(cell).value
    if isinstance(found, Decimal):
        return f"{found:.2f}"
    return found.isoformat() if isinstance(found, dt.date) else getattr(found, "full", found)


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", OWN)
def test_every_cell_reads_back_as_the_value_it_was(exported: Export, name: str) -> None:
    lines = as_imported(exported(name))
    with reading() as session:
        [stored] = rows(session, SYSTEM, name, Query()).rows
    columns = OWN[name].columns
    assert lines[-2] == [*(column.label for column in columns), "Ключ записи"]
    assert lines[-1][-1] == f"{name}:{stored['id']}"
    found = {column.key: read_back(column, cell) for column, cell in zip(columns, lines[-1], strict=False)}
    assert found == {column.key: stored[column.key] for column in columns}
    assert sum(value is not None for value in found.values()) >= 6


@pytest.mark.usefixtures("scene")
def test_cells_have_types(exported: Export) -> None:
    sheet = opened(
        exported("members", ["name", "contract_date", "received_contract", "fee_amount", "paid_on", "phone"])
    )
    cells = {str(heading.value): cell for heading, cell in zip(sheet[2], sheet[3], strict=True)}
    assert {label: (cell.value, cell.number_format) for label, cell in cells.items()} == {
        "Наименование": ("ООО «Альфа»", "@"),
        "Дата договора": ("01.2024", "@"),
        "договор": (dt.datetime(2024, 1, 10), "dd.mm.yyyy"),  # noqa: DTZ001 - as openpyxl reads a day
        "Сумма годового взноса": (1234567890.05, "#,##0.00"),
        "Дата оплаты": (dt.datetime(2024, 2, 15), "dd.mm.yyyy"),  # noqa: DTZ001
        "Телефон": ("+74951110022 доб. 15, +79161234567 (касса)", "@"),
        "Ключ записи": ("members:1", "@"),
    }


@pytest.mark.usefixtures("scene")
def test_the_key_is_hidden_and_sorts_with_its_row(exported: Export) -> None:
    sheet = opened(exported("people", ["name", "inn"]))
    hidden = {letter for letter, about in sheet.column_dimensions.items() if about.hidden}
    assert (hidden, sheet.freeze_panes, sheet.auto_filter.ref) == ({"C"}, "B3", "A2:C3")
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width > 10


@pytest.mark.usefixtures("scene")
def test_choices_are_offered_as_lists_that_forbid_nothing(exported: Export) -> None:
    sheet = opened(exported("companies", ["name", "is_member", "is_potential"]))
    assert {(str(one.sqref), one.formula1, one.errorStyle) for one in sheet.data_validations.dataValidation} == {
        ("B3:B1048576", '"да,нет"', "warning"),
        ("C3:C1048576", '"да,нет"', "warning"),
    }
    # A computed column is read by no import, so there is nothing to choose.
    assert not opened(exported("members", ["name", "state"])).data_validations.dataValidation


@pytest.mark.usefixtures("scene")
def test_numbers_kept_as_text_are_no_mistake_and_nobody_is_named(exported: Export) -> None:
    done = exported("people", ["name", "inn", "phone"])
    with zipfile.ZipFile(io.BytesIO(done.content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert '<ignoredError sqref="A3:D1048576" numberStoredAsText="1"/>' in sheet
        assert "<f>" not in sheet
        about = parts.read("docProps/core.xml").decode()
    assert "<dc:title>Физ. лица</dc:title>" in about
    assert "<dc:creator></dc:creator>" in about
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in about


@pytest.mark.parametrize(
    "text",
    [
        *("=2+2", "+7 916", "-1", "@СУММ(A1)", "\tтаб", "{=1}", "0012", "1E5", "01.02.2024", "TRUE", "#Н/Д"),
        *("<r><t>x</t></r>", "<r></c></row>", "<b>&amp;</b>", "]]>", '"кавычки"', "https://example.ru", "две\nстроки"),
        *("  пробелы  ", "😀" * 3, "_x000", "x" * 32_767),
    ],
)
def test_any_text_stays_that_text(exported: Export, session: Session, text: str) -> None:
    b.create_company(session, text)
    session.commit()
    done = exported("companies", ["name"])
    cell = opened(done)["A2"] if done.rows == 0 else opened(done)["A3"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert as_imported(done)[2][0] == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("а\x01б", "а б"),
        ("а\x0bб\x1f", "а б"),
        ("\ufffeа\uffff", "_xFFFE_а_xFFFF_"),
        ("конец\r\n", "конец"),
    ],
)
def test_signs_no_file_takes_do_not_break_it(exported: Export, session: Session, text: str, read: str) -> None:
    b.create_company(session, text)
    session.commit()
    done = exported("companies", ["name"])
    assert opened(done)["B3"].value == "companies:1"
    assert OWN["companies"].columns[0].kind.clean(as_imported(done)[2][0]).value == read


@pytest.mark.parametrize("text", ["я" * 32_768, "😀" * 20_000])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(exported: Export, session: Session, text: str) -> None:
    b.create_company(session, "Альфа", direction=text)
    session.commit()
    found = as_imported(exported("companies", ["name", "direction"]))[2][1]
    assert found.endswith(CUT)
    assert found.removesuffix(CUT) == text[: len(found) - len(CUT)]
    assert 32_765 <= len(found.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize(
    ("day", "cell"),
    [
        ("1900-02-28", "28.02.1900"),
        ("1900-03-01", dt.date(1900, 3, 1)),
        ("1900", "1900 г."),
        ("2024-01", "01.2024"),
        ("2100-12-31", dt.date(2100, 12, 31)),
    ],
)
def test_only_whole_days_excel_counts_rightly_are_days(
    exported: Export, session: Session, day: str, cell: object
) -> None:
    b.create_person(session, birth_date=day)
    session.commit()
    assert as_imported(exported("people", ["birth_date"]))[2][0] == cell


@pytest.mark.usefixtures("scene")
def test_columns_go_out_in_the_order_they_were_named(exported: Export) -> None:
    assert [cell.value for cell in opened(exported("people", ["phone", "name"]))[2]] == [
        "Телефон",
        "ФИО",
        "Ключ записи",
    ]


@pytest.mark.parametrize(
    ("by", "columns", "sentence"),
    [
        (SYSTEM, ["name", "salary"], "В таблице «Реестр членов ассоциации» нет такой колонки: salary."),
        (actor(Role.MANAGER), ["fee_amount"], "В таблице «Реестр членов ассоциации» нет такой колонки: fee_amount."),
        (SYSTEM, ["record_key"], "В таблице «Реестр членов ассоциации» нет такой колонки: record_key."),
        (SYSTEM, [], "Отметьте хотя бы одну колонку."),
        (SYSTEM, ["name", "name"], "Каждую колонку можно назвать один раз."),
    ],
)
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_columns_that_cannot_go_out_are_refused(
    exported: Export, by: Actor, columns: list[str], sentence: str, file_format: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        exported("members", columns, by, file_format)
    assert str(refused.value) == sentence


def test_an_unknown_format_and_an_unfit_actor_are_refused(exported: Export) -> None:
    with pytest.raises(InvalidInput, match="Выгрузить можно в xlsx или csv"):
        exported("people", file_format="exe")
    with pytest.raises(NotAllowed):
        exported("people", by=actor(Role.MEMBER))


@pytest.mark.usefixtures("scene")
def test_a_csv_has_no_key_and_quotes_what_begins_a_formula(exported: Export) -> None:
    text = exported("companies", ["name", "direction", "phone", "contract_date"], file_format="csv").content
    assert text.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")) == [
        ["Название компании", "Направление", "Телефон", "Дата договора"],
        ["ООО «Альфа»", "'=2+2", "'+74951110022 доб. 15, +79161234567 (касса)", "01.2024"],
    ]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_the_quote_of_a_csv_can_be_taken_off_again(exported: Export, session: Session, start: str) -> None:
    b.create_company(session, f"{start}cmd", direction="'так и было")
    session.commit()
    text = exported("companies", ["name", "direction"], file_format="csv").content.decode("utf-8-sig")
    _, line = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert line[0] == f"'{start}cmd"
    assert [unquoted(cell) for cell in line] == [f"{start}cmd", "'так и было"]


@pytest.mark.parametrize("text", ["Тула,=1+1,x", "Тула;-1;", "а\t@cmd", "раз\n+два", 'он "=1"', "а, =1+1", "а,'б"])
def test_a_csv_holds_no_formula_for_programs_that_split_elsewhere(
    exported: Export, session: Session, text: str
) -> None:
    b.create_company(session, "ООО «Ива»", direction=text)
    session.commit()
    content = exported("companies", ["name", "direction"], file_format="csv").content.decode("utf-8-sig")
    assert content.startswith('"Название компании";"Направление"\r\n"ООО «Ива»";"')
    for delimiter in ",\t":
        split = [cell for line in csv.reader(content.splitlines(), delimiter=delimiter) for cell in line]
        assert not [cell for cell in split if cell.lstrip(" ").startswith(FORMULA_STARTS)]
    _, (_, cell) = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert unquoted(cell) == text


@pytest.mark.parametrize(
    ("name", "above"), [("По инновациям", "Комитет по инновациям"), ("Комитет «Б»", "Комитет «Б»")]
)
def test_the_picked_committee_stands_above_its_members(
    exported: Export, session: Session, name: str, above: str
) -> None:
    committee = b.create_committee(session, name)
    b.create_seat(session, committee, b.create_person(session, "Астров"))
    session.commit()
    lines = as_imported(exported("committees", ["name"], picker={"committee_id": committee.id}))
    assert lines == [[above, ""], ["", ""], ["ФИО", "Ключ записи"], ["Астров Пётр Ильич", "committees:1"]]
    assert as_imported(exported("committees", ["name"]))[0] == ["ФИО", "Ключ записи"]


@pytest.mark.usefixtures("scene")
def test_the_terminal_exports_chosen_columns(database: str, tmp_path: Path) -> None:
    done = manage(
        database, "export", "people", "--format", "csv", "--columns", "phone, name", "--output", f"{tmp_path}/a"
    )
    assert done.stdout == f"Записано строк: 1. Файл: {tmp_path}/a\n"
    text = (tmp_path / "a").read_text("utf-8-sig")
    assert text == '"Телефон";"ФИО"\n"\'+79161234567";"Астров Пётр Ильич"\n'
    refused = manage(database, "export", "people", "--columns", "name,salary")
    assert (refused.returncode, refused.stderr) == (1, "В таблице «Физ. лица» нет такой колонки: salary.\n")


def test_an_empty_table_is_a_heading(exported: Export) -> None:
    sheet = opened(exported("venues"))
    assert (sheet.max_row, sheet.auto_filter.ref) == (1, "A1:I1")
