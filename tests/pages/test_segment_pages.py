"""The page of all segments, the page of one that cannot be shown, the dialog of conditions, the menu."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from models import Event, Role
from pages.ui import navigation
from pages.ui.escape import plain
from services.access.permissions import SYSTEM, Actor
from services.tables import segments
from services.work import reading, writing
from tests.builders import create_event, create_participation, create_person
from tests.pages.conftest import Opened

SHOWN = "asked-query"


def all_segments() -> None:
    from pages.office import segments as page  # noqa: PLC0415 - AppTest runs the text of this function

    page.render()


def one_segment() -> None:
    import streamlit as st  # noqa: PLC0415

    from pages.office import segments as page  # noqa: PLC0415

    page.render_one(st.session_state["number"])


def conditions_dialog() -> None:
    import streamlit as st  # noqa: PLC0415

    from pages.office import conditions  # noqa: PLC0415

    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        event = st.session_state["number"]
        absent = {"relation": "invited", "not": True, "values": {"event": event}}
        conditions.begin("people", 0, {"search": "пётр", "related": [absent]})
    conditions.draw()


def every_icon() -> None:
    from pages.ui import navigation  # noqa: PLC0415
    from services.tables.segments import ICONS  # noqa: PLC0415

    for icon in ICONS:
        assert navigation.segment_page(1, "Имя", icon).icon == f":material/{icon}:"


def saving_dialog() -> None:
    from pages.office import segment_dialogs  # noqa: PLC0415

    segment_dialogs.open_saving("people", {"search": "алов"})


def run(script: Callable[[], None], **state: Any) -> AppTest:
    at = AppTest.from_function(script, default_timeout=30)
    for key, value in state.items():
        at.session_state[key] = value
    return at.run()


def press(at: AppTest, label: str) -> AppTest:
    found: AppTest = next(button for button in at.button if button.label == label).click().run()
    return found


def create(actor: Actor, name: str, query: dict[str, Any], **more: Any) -> int:
    with writing(actor) as session:
        return segments.create(session, actor, "people", name, query, **more)


def listed(actor: Actor) -> list[str]:
    with reading() as session:
        return [line.name for line in segments.list_segments(session, actor)]


def test_the_list_orders_hides_and_says_what_is_wrong(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.MANAGER)
    with writing(SYSTEM) as session:
        fair = create_event(session, "Ярмарка").id
    number = create(actor, "Не _званы_", {"related": [{"relation": "invited", "values": {"event": fair}}]})
    with writing(SYSTEM) as session:
        session.delete(session.get_one(Event, fair))
    at = run(all_segments)
    assert not at.exception
    told = "Условия сегмента больше не подходят. Мероприятия из условия больше нет."
    assert [c.value for c in at.caption if "warning" in c.value] == [f":orange[:material/warning: {plain(told)}]"]
    assert f":primary[**0**] · {plain('Физ. лица · видят все · встроенный')}" in [c.value for c in at.caption]
    # Built-in ones are not a manager's to move past each other, the own one is.
    assert at.button(f"move-{number}--1").disabled is False
    assert at.button("move-2--1").disabled is True
    before = listed(actor)
    at.button(f"move-{number}--1").click().run()
    assert listed(actor) == [*before[:-2], before[-1], before[-2]]
    assert [button.label for button in at.button if button.key and button.key.endswith("-2") and button.label] == [
        "Написать сегменту",
        "Копировать",
    ]


def test_a_segment_that_cannot_be_shown_says_why(sit_down: Opened) -> None:
    director, _ = sit_down(Role.DIRECTOR, "head")
    rich = {"filterModel": {"fee_amount": {"filterType": "number", "type": "greaterThan", "filter": 7}}}
    with writing(director) as session:
        hidden = segments.create(session, director, "members", "Крупные", rich, shared=True)
    private = create(director, "Личный", {})
    sit_down(Role.MANAGER)
    at = run(one_segment, number=hidden)
    assert [title.value for title in at.title] == ["Крупные"]
    sentence = "Сегмент отбирает или сортирует по колонке, закрытой для вас: «Сумма годового взноса»."
    assert [warning.value for warning in at.warning] == [plain(sentence)]
    assert not at.button
    at = run(one_segment, number=private)
    assert [error.value for error in at.error] == [
        plain("Такого сегмента нет: его удалили, или его видит только автор.")
    ]
    assert "Личный" not in str(at)


def test_conditions_are_put_together_and_handed_to_the_grid(sit_down: Opened) -> None:
    sit_down(Role.MANAGER)
    with writing(SYSTEM) as session:
        fair = create_event(session, "Ярмарка", starts_on="2026-03")
        create_participation(session, fair, create_person(session, "Алов"))
        number = fair.id
    at = run(conditions_dialog, number=number)
    assert not at.exception
    assert plain("Не приглашён на мероприятие: Ярмарка (03.2026)") in [mark.value for mark in at.markdown]
    press(at, "Добавить и показать")
    told = "В условии «Приглашён на мероприятие» укажите: мероприятие или курс."
    assert [error.value for error in at.error] == [plain(told)]
    at.selectbox("condition-0").set_value("paid").run()
    at.date_input("until-paid-0").set_value(dt.date(2026, 2, 1)).run()
    press(at, "Добавить и показать")
    asked = at.session_state[f"_kept_{SHOWN}"]
    assert asked["query"] == {
        "search": "пётр",
        "related": [
            {"relation": "invited", "not": True, "values": {"event": number}},
            {"relation": "paid", "values": {"until": "2026-02-01"}},
        ],
    }


def test_an_accountant_keeps_segments_for_themselves(sit_down: Opened) -> None:
    actor, _ = sit_down(Role.ACCOUNTANT)
    at = run(saving_dialog)
    assert not at.radio
    press(at, "Сохранить")
    assert [error.value for error in at.error] == [plain("Назовите сегмент.")]
    at.text_input[0].input("Мои")
    press(at, "Сохранить")
    with reading() as session:
        (mine,) = [line for line in segments.list_segments(session, actor) if line.is_own]
    assert (mine.name, mine.shared, mine.query) == ("Мои", False, {"search": "алов"})


def test_the_menu_lists_what_one_sees_and_each_icon_is_known(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = create(manager, "Свои", {}, icon="handshake")
    paths = [entry.path for entry in navigation.entries_of(manager)]
    assert paths.index(f"segment-{number}") == paths.index("segments") - 1
    member, _ = sit_down(Role.MEMBER, "member")
    assert navigation.entries_of(member) == navigation.ENTRIES
    assert not run(every_icon).exception
