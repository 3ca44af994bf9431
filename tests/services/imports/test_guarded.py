"""What a load brings that not everybody may see: the file itself, remarks, plans of a role since lowered, undo."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from models import ImportBatch, Role
from services import files, imports
from services.access.permissions import SYSTEM, Actor, Permission
from services.errors import DomainError, NotFound
from services.imports import Options, SheetChoice, running
from services.work import reading, writing
from tests import builders as b
from tests.samples import Sheet
from tests.services.imports.planned import ON_SQLITE, companies, opened, people, plan, row, rows, sheet

REGISTER = "Реестр членов ассоциации"
FEES = {"Наименование": "ООО «Ива»", "Сумма годового взноса": 4000}


@pytest.fixture
def director(session: Session) -> Actor:
    """Who may see sums."""
    made = b.actor_of(b.create_account(session, Role.DIRECTOR))
    session.commit()
    return made


@pytest.fixture
def manager(session: Session) -> Actor:
    """Who may not."""
    made = b.actor_of(b.create_account(session, Role.MANAGER))
    session.commit()
    return made


def may_open(actor: Actor, batch: int) -> bool:
    with writing(actor) as session:
        file_id = session.get_one(ImportBatch, batch).file_id
        try:
            files.open_file(session, actor, file_id or "")
        except NotFound:
            return False
    return True


def heading(name: str) -> Sheet:
    return sheet("Лист1", {"ФИО": "Орлова Мария Ивановна", name: 4000})


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["Взнос", "Платёж", "Задолженность", "К уплате", "Начислено", "Fee", "Amount", "ЧВ", "Цена, руб."]
)
def test_a_file_with_sums_is_for_those_who_may_see_them(director: Actor, manager: Actor, name: str) -> None:
    batch = plan(heading(name), actor=director)
    assert (may_open(director, batch), may_open(manager, batch)) == (True, False)


@ON_SQLITE
@pytest.mark.parametrize(
    "options",
    [
        Options(sheets={REGISTER: {0: SheetChoice("")}}),
        Options(sheets={REGISTER: {0: SheetChoice(None, {1: ""})}}),
        Options(sheet="Физ.лица"),
    ],
    ids=["sheet left out", "column left out", "another sheet"],
)
def test_sums_that_are_not_loaded_stay_guarded(director: Actor, manager: Actor, options: Options) -> None:
    batch = plan(sheet(REGISTER, FEES), people({"ФИО": "Орлова Мария Ивановна"}), actor=director, options=options)
    assert not may_open(manager, batch)


@ON_SQLITE
def test_a_column_read_as_sums_guards_the_file(director: Actor, manager: Actor) -> None:
    chosen = Options(sheets={REGISTER: {0: SheetChoice("members", {1: "fee_amount"})}})
    batch = plan(sheet(REGISTER, {"Наименование": "ООО «Ива»", "Колонка": 4000}), actor=director, options=chosen)
    assert not may_open(manager, batch)


@ON_SQLITE
def test_a_file_without_sums_is_for_everybody_who_loads(director: Actor, manager: Actor) -> None:
    batch = plan(people({"ФИО": "Орлова Мария Ивановна", "Телефон": "+79165550001"}), actor=director)
    assert may_open(manager, batch)


@ON_SQLITE
def test_nobody_closes_the_sums_to_those_who_may_see_them(director: Actor, manager: Actor) -> None:
    closed = Options(sheets={REGISTER: {0: SheetChoice(None, {1: ""})}})
    running.apply_planned(manager, plan(sheet(REGISTER, FEES), actor=manager, options=closed))
    batch = plan(sheet(REGISTER, FEES | {"Наименование": "ООО «Дуб»"}), actor=director)
    assert [cell.after for cell in row(batch, 2, actor=director).cells if cell.key == "fee_amount"] == ["4\u00a0000,00"]


@ON_SQLITE
def test_remarks_everybody_reads_show_no_sums(director: Actor) -> None:
    sheets = (
        Sheet(REGISTER, [["Наименование", "Сумма годового взноса", "Задолженность"], ["ООО «Ива»", "около 4444", 35],
                         [None, None, None], [None, "Всего взносов 175011", None]]),
    )  # fmt: skip
    batch = plan(*sheets, actor=director)
    with reading() as session:
        text = session.get_one(ImportBatch, batch).remarks
        kept = " ".join(remark.message for one in rows(batch, actor=director) for remark in one.remarks)
    assert not any(sum_ in text + kept for sum_ in ("4444", "175011", ": 35", "35,"))


def test_a_plan_is_closed_to_a_lowered_role(director: Actor) -> None:
    batch = plan(sheet(REGISTER, FEES), actor=director)
    lowered = replace(director, permissions=director.permissions - {Permission.MONEY_READ})
    with reading() as session:
        for service in (imports.found_tables, imports.planned_rows):
            more = (imports.RowFilter(),) if service is imports.planned_rows else ()
            with pytest.raises(DomainError, match="часть ваших прав отозвана"):
                service(session, lowered, batch, *more)
    with pytest.raises(DomainError, match="часть ваших прав отозвана"):
        running.apply_planned(lowered, batch)
    raised = replace(director, permissions=director.permissions | {Permission.ACCOUNTS_MANAGE})
    with pytest.raises(DomainError, match="права изменились"):
        running.apply_planned(raised, batch)


def test_who_may_not_see_sums_takes_none_back(director: Actor, manager: Actor) -> None:
    batch = plan(sheet(REGISTER, FEES), actor=director)
    running.apply_planned(director, batch)
    with writing(manager) as session, pytest.raises(DomainError, match="закрытые для вас колонки"):
        imports.undo(session, manager, batch)
    with writing(director) as session:
        assert imports.undo(session, director, batch).removed


@ON_SQLITE
def test_open_plans_of_one_user_are_bounded(manager: Actor) -> None:
    for _ in range(20):
        opened(companies({"Название компании": "ООО «Ива»"}), actor=manager)
    with pytest.raises(DomainError, match="Незаконченных загрузок уже 20"):
        opened(companies({"Название компании": "ООО «Ива»"}), actor=manager)


@ON_SQLITE
def test_what_stood_by_hand_is_a_conflict_although_a_list_is_joined_beside_it(session: Session) -> None:
    b.create_person(session, "Белов Пётр Ильич", phone="+79165550001")
    b.create_venue(session, "Дом", contacts="звонить на охрану")
    session.commit()
    batch = plan(sheet("Места проведения", {"Название": "Дом", "Контакты": "Белов Пётр Ильич, +7 916 999-99-99"}))
    (contacts,) = (cell for cell in row(batch, 2).cells if cell.key == "contacts")
    assert contacts.state == "conflict"


@ON_SQLITE
@pytest.mark.parametrize("key", ["people:²", "people:99999999999999999999", "people:-1", "people:", ":", "people:1:2"])
def test_a_key_of_no_record_is_no_accident(database: str, key: str) -> None:
    batch = plan(people({"ФИО": "Орлова Мария Ивановна", "Ключ записи": key}))
    assert row(batch, 2).outcome == "created"


@ON_SQLITE
def test_a_cell_of_thousands_of_names_loses_none(database: str) -> None:
    many = "; ".join(f"С{number}: 1" for number in range(2800))
    batch = plan(people({"ФИО": "Орлова Мария Ивановна", "Другие сведения": many}))
    refs = [step[2] for cell in row(batch, 2).cells for step in cell.steps if step[0] == "+"]
    assert len(refs) == len(set(refs)) == 5601


@ON_SQLITE
def test_of_too_many_remarks_the_rest_is_counted(database: str) -> None:
    lines = [{"ФИО": f"Орлова Мария Ивановна{'а' * (n % 7)}", "ИНН": str(n + 10)} for n in range(5200)]
    batch = plan(people(*lines))
    with reading() as session:
        found = imports.remarks(session, SYSTEM, batch)
    assert len(found) == 5001
    assert found[0].message.startswith("Замечаний слишком много: показаны первые 5000")
