"""Cards of events and the calendar: what each role is offered, what a strange address shows."""

import pytest
from streamlit.testing.v1 import AppTest

from models import Event, Role
from services.access.permissions import SYSTEM
from services.work import reading, writing
from tests.builders import create_event, create_participation, create_person, create_venue
from tests.pages.conftest import Opened


def participants_page() -> None:
    from pages.office.cards import participants  # noqa: PLC0415 - AppTest runs the text of this function

    participants.draw(1)


def calendar_page() -> None:
    from pages.office import calendar  # noqa: PLC0415

    calendar.render()


def cancel_page() -> None:
    from pages.office.cards import event_forms  # noqa: PLC0415
    from pages.ui import guard  # noqa: PLC0415
    from services.events.events import event_card  # noqa: PLC0415

    event_forms.open_cancelling(guard.read(event_card, 1))


def scene() -> None:
    with writing(SYSTEM) as session:
        venue = create_venue(session)
        event = create_event(session, "Форум <b>", starts_on="2026-03-31", ends_on="2026-04-02", venue_id=venue.id)
        create_participation(session, event, create_person(session, "[Гость](http://зло.рф)"))
        create_event(session, "Летом", starts_on="2026-06")


@pytest.mark.parametrize(("role", "buttons"), [(Role.MANAGER, 2), (Role.ACCOUNTANT, 0)])
def test_who_only_reads_the_base_changes_no_guest(sit_down: Opened, role: Role, buttons: int) -> None:
    scene()
    sit_down(role)
    at = AppTest.from_function(participants_page, default_timeout=30).run()
    assert not at.exception
    assert (len(at.button), len(at.checkbox)) == (buttons, buttons // 2)
    assert "[Гость](" not in "".join(found.value for found in at.markdown)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ({"month": "2026-03"}, ["Март 2026", "Форум &lt;b&gt;"]),
        ({"month": "2026-04", "view": "list"}, ["Апрель 2026", "1 апреля, среда", "31.03.2026 – 02.04.2026"]),
        ({"day": "2026-04-02", "view": "week"}, ["30 марта – 5 апреля 2026", "cal-tall"]),
        ({"month": "2026-06", "kind": "event"}, ["весь июнь 2026", "Летом"]),
        ({"month": "2026-06", "kind": "course"}, ["По этому отбору здесь ничего нет."]),
        ({"month": "2026-03", "venue": "99"}, ["По этому отбору здесь ничего нет."]),
        ({"month": "2026-13", "day": "завтра", "view": "year", "kind": "x", "venue": "-1"}, ["Календарь"]),
        ({"month": "9999-12"}, ["Календарь"]),
        ({"day": "2100-12-31", "view": "week"}, ["27 декабря 2100 – 2 января 2101"]),
    ],
)
def test_the_calendar_shows_what_its_address_says(sit_down: Opened, address: dict[str, str], seen: list[str]) -> None:
    scene()
    sit_down(Role.ACCOUNTANT)
    at = AppTest.from_function(calendar_page, default_timeout=30)
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    html = [block.proto.body for block in at.get("html")]
    shown = " ".join([*html, *(found.value for found in (*at.title, *at.subheader, *at.info))])
    assert [text for text in seen if text not in shown] == []


def test_the_calendar_goes_on_and_keeps_what_it_is_narrowed_to(sit_down: Opened) -> None:
    scene()
    sit_down(Role.MANAGER)
    at = AppTest.from_function(calendar_page, default_timeout=30)
    at.query_params["month"], at.query_params["kind"] = "2026-12", "event,course"
    at.run()
    next(found for found in at.button if found.label == "Позже").click().run()
    assert dict(at.query_params) == {"month": "2027-01", "kind": "event,course"}
    next(found for found in at.button if found.label == "Раньше").click().run()
    assert at.query_params["month"] == "2026-12"


def test_cancelling_asks_for_the_reason(sit_down: Opened) -> None:
    with writing(SYSTEM) as session:
        create_event(session, "Форум", starts_on="2099-03-31")
    sit_down(Role.MANAGER)
    at = AppTest.from_function(cancel_page, default_timeout=30).run()
    at.button[0].click().run()
    assert "причину" in at.error[0].value
    at.text_input[0].input("болезнь")
    at.button[0].click().run()
    with reading() as session:
        assert session.get_one(Event, 1).cancel_reason == "болезнь"
