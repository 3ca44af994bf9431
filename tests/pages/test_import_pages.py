"""The wizard of loads: who sees what, what the address asks for, what is written when something is pressed."""

import re
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from models import Account, BatchState, ImportBatch, Person, Role
from pages.office.imports import blocks
from pages.ui.escape import plain
from services import imports
from services.access.permissions import SYSTEM, Actor
from services.imports import RowFilter, jobs, running
from services.work import reading, writing
from tests import samples
from tests.builders import create_person
from tests.pages.conftest import Opened

HOSTILE = "<script>x</script> ![x](http://e.example/a.png)"


def imports_page() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the text of this function

    from pages.ui import navigation  # noqa: PLC0415

    st.navigation([navigation.page(entry.path, entry.path == "imports") for entry in navigation.ENTRIES]).run()


def run(**address: Any) -> AppTest:
    at = AppTest.from_function(imports_page, default_timeout=60)
    for key, value in address.items():
        at.query_params[key] = str(value)
    return at.run()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def button(at: AppTest, key: str) -> Any:
    return next(found for found in at.button if found.key == key)


def loaded(actor: Actor, *rows: list[Any], plan: bool = True) -> int:
    """A load of a sheet of people by `actor`; planned, unless it is to be left in the middle."""
    content = samples.workbook(samples.Sheet("Физ.лица", list(rows)))
    with writing(actor) as session:
        number = imports.start(session, actor, "люди.xlsx", content)
    if plan:
        running.plan(actor, number)
    return number


def state(number: int) -> ImportBatch | None:
    with reading() as session:
        return session.get(ImportBatch, number)


PEOPLE = (
    ["ФИО", "E-mail", "Регион"],
    ["Новикова Вера Павловна", "novikova@example.ru", "Пермь"],
    ["Орлова Мария Ивановна", "orlova@example.ru", "Ярославль"],
    ["Соколова А. П.", None, "Казань"],
)


@pytest.fixture
def staff(database: str) -> None:
    with writing(SYSTEM) as session:
        create_person(session, "Орлова", "Мария", "Ивановна", email="orlova@example.ru", region="Тверь")
        create_person(session, "Соколова", "Анна", "Павловна", region="Москва")


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.MEMBER, Role.CANDIDATE])
def test_a_role_without_the_permission_sees_nothing(sit_down: Opened, role: Role) -> None:
    sit_down(role)
    at = run(load=1)
    assert not at.button
    assert not at.title


def test_the_beginning_of_an_empty_base(sit_down: Opened) -> None:
    sit_down(Role.MANAGER)
    at = run()
    assert not at.exception
    assert [one.value for one in at.subheader] == ["Загрузки"]
    assert "Пока ничего не загружали." in [one.value for one in at.caption]


@pytest.mark.parametrize("address", [{"load": "7"}, {"load": "9" * 10}, {"undo": "7"}])
def test_a_load_there_is_not_is_said_so(sit_down: Opened, address: dict[str, str]) -> None:
    sit_down(Role.MANAGER)
    at = run(**address)
    assert not at.exception
    assert len(at.info) == 1 or [one.value for one in at.subheader] == ["Загрузки"]
    assert "apply" not in [one.key for one in at.button]


def test_another_ones_plan_is_not_shown(sit_down: Opened) -> None:
    first, _ = sit_down(Role.MANAGER, "first")
    number = loaded(first, *PEOPLE)
    sit_down(Role.ADMINISTRATOR, "second")
    at = run(load=number)
    assert [one.value for one in at.info] == ["Такой загрузки нет: от неё отказались, или менять в базе было нечего."]
    assert not [one for one in at.button if one.key in ("apply", "give-up")]
    assert "Незаконченные загрузки" not in [one.value for one in run().subheader]


def test_a_plan_says_what_it_would_do(sit_down: Opened, staff: None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    at = run(load=loaded(actor, *PEOPLE))
    assert not at.exception
    assert "Применить: создать 1, изменить 0" in labels(at)
    said = next(one.value for one in at.caption if "не решена" in one.value)
    assert said.startswith("1 строка не решена: она не будет загружена. Внесённое вручную остаётся, пока вы не выбер")


def test_the_button_says_what_is_left_of_the_plan(sit_down: Opened, staff: None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    at = run(load=loaded(actor, *PEOPLE))
    next(one for one in at.button_group if one.value == "keep").set_value("take").run()
    assert "Применить: создать 1, изменить 1" in labels(at)
    button(at, "refuse-all").click().run()
    assert "Применить: создать 0, изменить 0" in labels(at)
    assert button(at, "apply").disabled
    assert any("Применять пока нечего: ни одно новое значение не взято." in one.value for one in at.caption)


def test_a_plan_of_somebody_whose_rights_were_taken_can_be_made_anew(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.DIRECTOR)
    number = loaded(actor, *PEOPLE)
    with writing(SYSTEM) as session:
        session.get_one(Account, actor.account_id).role = Role.MANAGER.value
    at = run(load=number)
    assert (
        at.warning[0]
        .value.replace("\\", "")
        .startswith("Недостаточно прав: с тех пор, как сверен этот файл, часть ваших прав")
    )
    assert labels(at) == ["Сверить заново", "Отказаться"]
    button(at, "plan-again").click().run()
    jobs.wait(number)
    assert "Применить: создать 3, изменить 0" in labels(run(load=number))


def test_a_conflict_is_kept_until_the_new_value_is_taken(sit_down: Opened, staff: None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE)
    at = run(load=number, kind="conflict")
    switch = next(one for one in at.button_group if one.value == "keep")
    switch.set_value("take").run()
    with reading() as session:
        row = imports.planned_rows(session, actor, number, RowFilter(words="Орлова")).rows[0]
    assert dict(row.choices) == {"region": True}


@pytest.mark.parametrize("becomes", [None, "Тверь"])
def test_a_value_cleared_by_hand_is_not_called_entered(sit_down: Opened, becomes: str | None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    with writing(actor) as session:
        number = create_person(session, "Орлова", "Мария", "Ивановна", region="Пермь").id
    with writing(actor) as session:
        session.get_one(Person, number).region = becomes
    at = run(load=loaded(actor, ["ФИО", "Регион"], ["Орлова Мария Ивановна", "Казань"]))
    said = "внесено вручную" if becomes else "очищено вручную"
    assert [one.label for one in at.button_group if one.value == "keep"] == [f"Регион: в базе {said}"]
    assert any(re.search(rf"{said} \d\d\.\d\d\.\d{{4}}, ", one.proto.body) for one in at.get("html"))


def test_deciding_is_noted_and_counted(sit_down: Opened, staff: None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE)
    at = run(load=number, view="decide")
    assert "Сверить заново (решено: 0)" in labels(at)
    next(one for one in at.button if one.label == plain("Это Соколова Анна Павловна").replace("\\", "")).click().run()
    assert "Сверить заново (решено: 1)" in labels(at)
    assert any("Решено: Соколова Анна Павловна" in one.value for one in at.caption)
    assert "Сверить заново (решено: 1)" in labels(run(load=number, view="decide"))
    assert any("Решения уже есть для 1 строки: сверьте файл заново." in one.value for one in at.caption)


def test_columns_are_a_draft_until_planned_again(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, ["ФИО", "Регион", "Сведения"], ["Новикова Вера Павловна", "Пермь", "к. т. н."])
    at = run(load=number, view="columns")
    assert button(at, "again").disabled
    box = next(one for one in at.selectbox if one.label == "Куда: Сведения")
    box.select("regalia").run()
    assert not button(at, "again").disabled
    with reading() as session:
        assert imports.chosen_options(session, actor, number).sheets == {}
    assert next(one for one in at.selectbox if one.label == "Куда: Сведения").value == "regalia"


def test_clearing_by_blank_cells_is_warned_of(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    at = run(load=loaded(actor, *PEOPLE), view="columns")
    assert not at.warning
    at.radio[0].set_value("clear").run()
    assert "значение из базы исчезнет" in at.warning[0].value


def test_a_load_the_server_left_in_the_middle_can_be_given_up(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE, plan=False)
    at = run(load=number)
    assert at.warning[0].value == "Работа прервалась: сервер перезапускали. В базе ничего не изменилось."
    assert labels(at) == ["Сверить заново", "Отказаться"]
    at.button[1].click().run()
    assert state(number) is None
    assert [one.value for one in at.subheader] == ["Загрузки"]


def test_unfinished_loads_are_listed_until_given_up(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE)
    at = run()
    assert [one.value for one in at.subheader] == ["Незаконченные загрузки", "Загрузки"]
    button(at, f"give-up-{number}").click().run()
    assert [one.value for one in at.subheader] == ["Загрузки"]


def test_an_applied_load_is_undone_and_done_again(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE[:2])
    running.apply_planned(actor, number)
    at = run(load=number)
    assert at.success[0].value == "Загружено: новых записей 1, изменено 0."
    at = run(undo=number)
    button(at, "undo").click().run()
    assert not at.error
    found = state(number)
    assert found is not None
    assert found.state == BatchState.UNDONE
    with reading() as session:
        undoing = session.scalars(select(col(ImportBatch.id)).where(col(ImportBatch.undo_of) == number)).one()
    at = run(undo=undoing)
    assert [one.value for one in at.subheader] == ["Вернуть отменённое"]
    button(at, "undo").click().run()
    found = state(number)
    assert found is not None
    assert found.state == BatchState.APPLIED


def test_a_plan_made_stale_by_others_says_what_came_out_differently(sit_down: Opened, staff: None) -> None:
    actor, _ = sit_down(Role.MANAGER)
    number = loaded(actor, *PEOPLE)
    with writing(SYSTEM) as session:
        session.scalars(select(Person).where(col(Person.last_name) == "Орлова")).one().region = "Тула"
    jobs.start(actor, number, jobs.Task.APPLY)
    jobs.wait(number)
    at = run(load=number)
    assert at.warning[0].value.replace("\\", "") == (
        "Пока вы смотрели план, базу изменили. План сверен заново, иначе вышли строк: 1. Они отмечены."
    )
    at = run(load=number, renewed=1)
    assert [one.label for one in at.checkbox if one.key] == ["Орлова Мария Ивановна"]


@pytest.mark.parametrize("view", ["plan", "decide", "columns", "remarks"])
def test_what_stands_in_a_file_stays_text(sit_down: Opened, staff: None, view: str) -> None:
    actor, _ = sit_down(Role.MANAGER)
    rows = [["ФИО", "Регион", HOSTILE], [HOSTILE, HOSTILE, HOSTILE], ["Соколова А. П.", HOSTILE, HOSTILE]]
    at = run(load=loaded(actor, *rows), view=view)
    assert not at.exception
    html = " ".join(one.proto.body for one in at.get("html"))
    assert "<script" not in html
    texts = [one.value for kind in (at.markdown, at.caption, at.subheader, at.warning) for one in kind]
    for text in [*texts, *labels(at), *(one.label for one in at.checkbox), *(one.label for one in at.selectbox)]:
        assert not re.search(r"(?<!\\)!\[|http:/", text), text


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 строка"), (3, "3 строки"), (11, "11 строк"), (21, "21 строка"), (1012, "1\u00a0012 строк")],
)
def test_rows_are_counted_in_russian(number: int, said: str) -> None:
    assert blocks.rows_of(number) == said
