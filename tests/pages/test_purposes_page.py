"""«Правила отправки»: what is ticked holds from the next message on."""

from streamlit.testing.v1 import AppTest

from models import Purpose, Role
from services.access.permissions import SYSTEM
from services.messaging import policies
from services.work import reading
from tests.pages.conftest import Opened


def page() -> None:
    from pages.office.messaging import purposes  # noqa: PLC0415 - AppTest runs the text of this function

    purposes.render()


def test_a_director_changes_what_a_purpose_respects(sit_down: Opened) -> None:
    sit_down(Role.DIRECTOR)
    at = AppTest.from_function(page, default_timeout=30).run()
    assert [one.value for one in at.subheader] == ["Уставное", "Сервисное", "Приглашение", "Реклама"]
    assert [box.value for box in at.checkbox] == [False] * 3 + [True, True, False] * 2 + [True] * 3
    assert [box.disabled for box in at.checkbox][-3:] == [False, True, True]
    at.checkbox[3].uncheck()
    at = at.button[1].click().run()
    assert not at.exception
    with reading() as session:
        service = policies.list_policies(session, SYSTEM)[1]
    assert (service.purpose, service.respects_do_not_disturb, service.respects_opt_out) == (
        Purpose.SERVICE,
        False,
        True,
    )
