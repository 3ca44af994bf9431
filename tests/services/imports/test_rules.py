"""The rules of a load, each by a small workbook of its own."""

from typing import Any

import pytest
from sqlmodel import col, select

from models import DocumentReceipt, DocumentType, Membership, Person, Remark
from services import imports
from services.access.permissions import SYSTEM, Actor, Permission
from services.imports import running
from services.work import reading
from tests.samples import Sheet, workbook
from tests.services.imports.books import companies, people, register, said, table
from tests.services.imports.conftest import Load

VALID_INN = "500100732259"
COMPANY_INN = "9900001116"


# people


@pytest.mark.parametrize(
    "line",
    [
        ["Орлова Мария", None, None, VALID_INN],
        ["Орлова Мария", None, "MARIA@example.ru"],
        ["Орлова М.И.", "8 916 555 00 01"],
        ["орлова мария ивановна"],
    ],
    ids=["inn", "email", "phone", "name"],
)
def test_a_person_is_found_by_any_of_four(load: Load, line: list[Any]) -> None:
    load(people(["Орлова Мария Ивановна", "+79165550001", "maria@example.ru", VALID_INN]))
    load(people([*line, *[None] * (4 - len(line)), "ООО «Ива»"]))
    assert table("people", "name", "workplace") == [("Орлова Мария Ивановна", "ООО «Ива»")]


def test_a_shared_phone_does_not_make_two_people_one(load: Load) -> None:
    report = load(people(["Орлова Мария Ивановна", "+79165550001"], ["Рыбин Пётр Ильич", "+79165550001"]))
    assert table("people", "name") == [("Орлова Мария Ивановна",), ("Рыбин Пётр Ильич",)]
    assert said(report) == [("Физ.лица", 3, "ФИО", "info")]


def test_namesakes_with_other_phone_and_email_stay_apart(load: Load) -> None:
    report = load(
        people(
            ["Орлова Мария Ивановна", "+79165550001", "maria@example.ru"],
            ["Орлова Мария Ивановна", "+79165550002", "orlova@example.ru"],
        )
    )
    assert table("people", "email") == [("maria@example.ru",), ("orlova@example.ru",)]
    assert said(report) == [("Физ.лица", 3, "ФИО", "warning")]


def test_a_common_company_outweighs_other_contacts(load: Load) -> None:
    load(
        people(
            ["Орлова Мария Ивановна", "+79165550001", "maria@example.ru", None, "ООО «Ива»"],
            ["Орлова Мария Ивановна", "+79165550002", "orlova@example.ru", None, "ООО Ива"],
        )
    )
    assert table("people", "phone", "email") == [("+79165550001, +79165550002", "maria@example.ru, orlova@example.ru")]


def test_another_inn_is_another_person(load: Load) -> None:
    load(
        people(["Орлова Мария Ивановна", None, None, VALID_INN], ["Орлова Мария Ивановна", None, None, "526317984689"])
    )
    assert table("people", "inn") == [(VALID_INN,), ("526317984689",)]


def test_the_name_is_completed_never_cut(load: Load) -> None:
    load(people(["Орлова М.", "+79165550001"]))
    load(people(["Орлова Мария Ивановна", "+79165550001"], ["Орлова М. И.", "+79165550001"]))
    assert table("people", "name") == [("Орлова Мария Ивановна",)]


def test_a_position_without_a_company_is_the_persons_own(load: Load) -> None:
    load(people(["Орлова Мария Ивановна", None, None, None, None, "Врач"]))
    with reading() as session:
        assert session.exec(select(Person.position)).one() == "Врач"


def test_a_short_inn_is_kept_with_a_remark(load: Load) -> None:
    report = load(people(["Орлова Мария Ивановна", None, None, 231022]))
    assert table("people", "inn") == [("231022",)]
    assert [(r.value, r.severity) for r in report.remarks] == [("231022", "warning")]


def test_one_wrong_inn_of_two_people_is_remarked_not_refused_by_the_database(load: Load) -> None:
    wrong = "500100732250"
    report = load(people(["Орлова Мария Ивановна", None, None, wrong], ["Рыбин Пётр Ильич", None, None, wrong]))
    assert table("people", "inn") == [(wrong,), (None,)]
    assert ("Физ.лица", 3, "ИНН", "error") in said(report)


# what a load changes


def test_a_blank_keeps_and_a_value_changes(load: Load) -> None:
    load(people(["Орлова Мария Ивановна", "+79165550001", None, None, "ООО «Ива»", "Врач"]))
    load(people(["Орлова Мария Ивановна", None, "maria@example.ru", None, "ООО «Ива»", "Главный врач"]))
    assert table("people", "phone", "email", "position") == [("+79165550001", "maria@example.ru", "Главный врач")]


def test_the_plan_shows_each_changed_cell(load: Load, database: str) -> None:
    load(companies(["Телефон", "Направление", "Членство"], ["ООО «Ива»", "+74955550001", "Медицина", "нет"]))
    book = workbook(companies(["Телефон", "Направление", "Членство"], ["ООО Ива", "+74955550002", "Наука", "да"]))
    (row,) = running.run(SYSTEM, "a.xlsx", book).rows
    assert (row.sheet, row.number, row.table, row.name, row.outcome) == (
        "Юр.лица",
        2,
        "companies",
        "ООО Ива",
        "changed",
    )
    assert [(cell.label, cell.state, cell.before, cell.after) for cell in row.cells] == [
        ("Телефон", "changed", "+74955550001", "+74955550001, +74955550002"),
        ("Направление", "changed", "Медицина", "Наука"),
        ("Членство", "changed", "нет", "да"),
        ("Название компании", "same", "", ""),
    ]


def test_of_two_statements_in_one_file_the_first_stands(load: Load) -> None:
    sheets = (
        companies(["Фактический адрес"], ["ООО «Ива»", "Тверь"]),
        register(["Фактический адрес"], ["ООО «Ива»", "Псков"]),
    )
    report = load(*sheets)
    assert table("companies", "actual_address") == [("Тверь",)]
    assert [(r.row, r.column, r.value) for r in report.remarks] == [(2, "Фактический адрес", "Псков")]
    assert load(*sheets, Sheet("Ещё", [["x"]])).written == 0


def test_sheets_are_taken_in_their_own_order(load: Load) -> None:
    events = Sheet("Мероприятия", [["Название", "Спикеры"], ["Лекция", "Орлова М.И."]])
    load(events, people(["Орлова Мария Ивановна"]))
    assert table("events", "speakers") == [("Орлова Мария Ивановна",)]
    assert len(table("people", "name")) == 1


# companies


def test_two_spellings_are_one_company(load: Load) -> None:
    load(companies([], ["ООО Рога и копыта"], ["Общество с ограниченной ответственностью «РОГА И КОПЫТА»"]))
    assert table("companies", "name") == [("ООО Рога и копыта",)]


def test_a_company_is_found_by_inn_under_another_name(load: Load) -> None:
    load(companies(["ИНН"], ["ООО «Ива»", COMPANY_INN]))
    load(companies(["ИНН", "Сайт"], ["ООО «Ива-Плюс»", COMPANY_INN, "iva.example"]))
    assert table("companies", "name", "site") == [("ООО «Ива-Плюс»", "https://iva.example")]


def test_one_name_with_two_right_inns_is_two_companies(load: Load) -> None:
    report = load(companies(["ИНН"], ["ООО «Ива»", COMPANY_INN], ["ООО «Ива»", "9900002222"]))
    assert table("companies", "inn") == [(COMPANY_INN,), ("9900002222",)]
    assert said(report) == [("Юр.лица", 3, "Название компании", "warning")]


def test_a_right_inn_replaces_a_wrong_one_and_not_the_reverse(load: Load) -> None:
    sheets = (companies(["ИНН"], ["ООО «Ива»", "9900001117"]), register(["ОГРН / ИНН"], ["ООО «Ива»", COMPANY_INN]))
    load(*sheets)
    assert table("companies", "inn") == [(COMPANY_INN,)]
    assert load(*sheets, Sheet("Ещё", [["x"]])).written == 0
    assert table("companies", "inn") == [(COMPANY_INN,)]


def test_contact_cells_become_people_with_positions(load: Load) -> None:
    load(
        companies(
            ["Директор", "Контактное лицо"],
            ["ООО «Ива»", "Рыбин Пётр Ильич", "Орлова Мария Ивановна (Белых Анна помощник)"],
            ["ООО «Дуб»", None, "Арбузова\\Линькова"],
            ["ООО «Бук»", None, "Рыбин Пётр Ильич (директор)"],
        )
    )
    assert table("companies", "director", "contact") == [
        ("Рыбин Пётр Ильич", "Орлова Мария Ивановна, Белых Анна (помощник)"),
        (None, "Арбузова, Линькова"),
        (None, "Рыбин Пётр Ильич (директор)"),
    ]
    assert len(table("people", "name")) == 5


def test_a_surname_means_the_colleague_of_that_surname(load: Load) -> None:
    load(people(["Орлова Мария Ивановна", None, None, None, "ООО «Ива»"]))
    load(companies(["Контактное лицо"], ["ООО «Ива»", "Орлова"], ["ООО «Дуб»", "Орлова"]))
    assert table("companies", "contact") == [("Орлова Мария Ивановна",), ("Орлова",)]


def test_receipts_keep_the_precision_they_came_with(load: Load) -> None:
    load(companies(["договор", "заявление", "анкета"], ["ООО «Ива»", "10.01.2024", "01.2024", "2024 г."]))
    assert table("companies", "received_contract", "received_application", "received_questionnaire") == [
        ("2024-01-10", "2024-01", "2024")
    ]


# the register


def test_a_register_row_is_a_membership_with_money_and_dates(load: Load) -> None:
    headings = [
        "ОГРН / ИНН",
        "Сумма годового взноса",
        "Дата оплаты",
        "Дата окончания договора",
        "От кого",
        "Комментарий",
    ]
    report = load(
        register(
            headings, ["ООО «Ива»", "1099900001112/231022", "35\u00a0000", "01.03.2024", "01.03.2024", "К.", "ждём"]
        )
    )
    keys = ("name", "requisites", "fee_amount", "paid_on", "ends_on", "referred_by", "comment")
    assert table("members", *keys) == [
        ("ООО «Ива»", "1099900001112/231022", "35000.00", "2024-03-01", "2024-03-01", "К.", "ждём")
    ]
    assert said(report, "warning") == [
        ("Реестр членов ассоциации", 2, "ОГРН / ИНН", "warning"),
        ("Реестр членов ассоциации", 2, "Дата окончания договора", "warning"),
    ]


def test_a_member_may_be_a_person(load: Load) -> None:
    load(people(["Орлова Мария Ивановна"]))
    load(
        register(
            ["заявление"], ["Орлова Мария Ивановна", "03.2024"], ["Рыбин Пётр Ильич (ФЛ)", None], ["Ромашка", None]
        )
    )
    assert table("members", "name", "received_application") == [
        ("Орлова Мария Ивановна", "2024-03"),
        ("Рыбин Пётр Ильич", None),
        ("Ромашка", None),
    ]
    with reading() as session:
        kinds = session.exec(select(Membership.person_id, Membership.company_id).order_by(col(Membership.id))).all()
        received = session.exec(select(DocumentReceipt.received_on, DocumentType.code).join(DocumentType)).all()
    assert (
        [person is None for person, _ in kinds] == [company is not None for _, company in kinds] == [False, False, True]
    )
    assert [tuple(line) for line in received] == [("2024-03", "application")]


def test_who_may_not_see_money_cannot_load_it(load: Load) -> None:
    manager = Actor(None, "менеджер", frozenset(Permission) - {Permission.MONEY_READ})
    sheet = register(["Сумма годового взноса"], ["ООО «Ива»", "35 000"])
    report = load(sheet, actor=manager, apply_it=False)
    load(sheet, actor=manager)
    assert table("members", "fee_amount") == [(None,)]
    assert [(r.column, r.value, r.severity) for r in report.remarks] == [("Сумма годового взноса", "", "warning")]


def test_sums_do_not_show_in_the_list_of_loads(load: Load) -> None:
    sheet = register(["Сумма годового взноса"], ["ООО «Ива»", "пять тысяч"])
    assert load(sheet, apply_it=False).remarks[0].value == "пять тысяч"
    load(sheet)
    with reading() as session:
        (batch,) = imports.batches(session, SYSTEM)
        assert session.exec(select(Remark.value)).one() == "•••"
        remarks = imports.remarks(session, SYSTEM, batch.id)
    assert [(r.value, r.message) for r in remarks] == [("•••", "Замечание к закрытой колонке.")]
