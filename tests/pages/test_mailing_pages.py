"""Pages of mailings: who is offered what in which state, what is refused, what somebody else did meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models import MailingKind, Role
from services.access.permissions import SYSTEM, Actor
from services.directory.parties import Party
from services.messaging import approving, audiences, mailing_views, mailings, reviewing
from services.messaging.mailing_views import MailingView
from services.settings import settings
from services.work import reading, writing
from tests import builders as b
from tests.pages.conftest import Opened


def mailing_page() -> None:
    from pages.office.messaging import mailing  # noqa: PLC0415 - AppTest runs the text of this function

    mailing.render()


def journal_page() -> None:
    from pages.office.messaging import journal  # noqa: PLC0415

    journal.render()


def run(page: Callable[[], None], number: int | str = "") -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    if number:
        at.query_params["id"] = str(number)
    return at.run()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def button(at: AppTest, label: str) -> Any:
    return next(one for one in at.button if one.label.startswith(label))


def field(found: Any, label: str) -> Any:
    return next(one for one in found if one.label == label)


def said(at: AppTest) -> str:
    elements = (*at.markdown, *at.info, *at.warning, *at.error, *at.caption, *at.title, *at.toast, *at.subheader)
    return "\n".join(str(one.value) for one in elements)


def state(number: int) -> MailingView:
    with reading() as session:
        return mailing_views.mailing(session, SYSTEM, number)


def draft(actor: Actor, *names: str, **texts: str) -> int:
    """A draft for new people of these names, with addresses."""
    with writing(actor) as session:
        made = [b.create_person(session, name, email=f"p{place}@example.ru") for place, name in enumerate(names)]
        whom = audiences.of_parties([Party("person", person.id or 0) for person in made])
        number = mailings.create(session, actor, MailingKind.MESSAGE, whom)
    write(actor, number, **texts)
    return number


def write(actor: Actor, number: int, **texts: str) -> None:
    with writing(actor) as session:
        told: dict[str, Any] = {"name": "Новости", "subject": "Тема", "text": "{{ обращение }}!", **texts}
        seen = state(number).version
        mailings.edit(session, actor, number, seen, channels=("email",), purpose="service", **told)


def prepared(actor: Actor, *names: str) -> int:
    number = draft(actor, *names)
    with writing(actor) as session:
        reviewing.prepare(session, actor, number, state(number).version)
    return number


@pytest.mark.parametrize("page", [mailing_page, journal_page])
@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.MEMBER])
def test_only_who_sends_sees_mailings(sit_down: Opened, page: Callable[[], None], role: Role) -> None:
    sit_down(role)
    at = run(page)
    assert (len(at.exception), labels(at), list(at.title)) == (1, [], [])


@pytest.mark.parametrize("number", ["", "0", "7", "-1", "9" * 30, "<b>"])
def test_a_strange_address_is_no_mailing(sit_down: Opened, number: str) -> None:
    sit_down(Role.MANAGER)
    at = run(mailing_page, number)
    assert not at.exception
    assert [info.value for info in at.info] == ["Такой рассылки нет."]


def test_the_journal_tells_states_apart_and_shows_no_markup(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    assert "Рассылок пока не было" in run(journal_page).info[0].value
    number = draft(manager, "Выдумкин", name="[Новости](http://зло.рф)")
    prepared(manager, "Алов", "Белов")
    at = run(journal_page)
    assert not at.exception
    assert "[Новости](" not in said(at)
    shown = said(at)
    assert "получатели ещё не отобраны" in shown
    assert "2 получателя из 2" in shown
    field(at.pills if hasattr(at, "pills") else at.button_group, "Состояние")
    assert state(number).name == "[Новости](http://зло.рф)"


def test_a_wrong_text_is_said_and_nothing_typed_is_lost(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = draft(manager, "Выдумкин")
    at = run(mailing_page, number)
    assert not at.exception
    field(at.text_area, "Текст *").set_value("{{ чего_нет }}")
    button(at, "К проверке").click()
    at.run()
    assert "чего" in at.error[0].value
    assert field(at.text_area, "Текст *").value == "{{ чего_нет }}"
    assert state(number).text == "{{ обращение }}!"
    field(at.text_area, "Текст *").set_value("{{ имя }}, здравствуйте!")
    button(at, "К проверке").click()
    at.run()
    assert not at.exception
    assert state(number).state == "review"


def test_what_somebody_else_saved_is_not_overwritten(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = draft(manager, "Выдумкин")
    at = run(mailing_page, number)
    write(manager, number, text="Из другого окна")
    field(at.text_area, "Текст *").set_value("Своё")
    button(at, "Сохранить черновик").click()
    at.run()
    assert "Черновик изменили в другом окне" in at.warning[0].value
    assert field(at.text_area, "Текст *").value == "Своё"
    assert state(number).text == "Из другого окна"
    button(at, "Открыть заново").click()
    at.run()
    assert field(at.text_area, "Текст *").value == "Из другого окна"
    assert not at.warning


def test_many_are_confirmed_by_their_number(sit_down: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "typed_from", 1)
    manager, _ = sit_down(Role.MANAGER)
    number = prepared(manager, "Алов", "Белов")
    at = run(mailing_page, number)
    assert not at.exception
    assert button(at, "Отправить: 2 получателям").disabled is True
    field(at.text_input, "Получателей много. Чтобы подтвердить, введите их число: 2").set_value("2")
    at.run()
    button(at, "Отправить: 2 получателям").click()
    at.run()
    assert not at.exception
    assert state(number).state == "confirmed"
    assert "Отправка начнётся через" in said(at)


def test_a_second_press_finds_it_sent(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = prepared(manager, "Алов")
    at = run(mailing_page, number)
    with writing(manager) as session:
        approving.confirm(session, manager, number, state(number).version)
    button(at, "Отправить: 1 получателю").click()
    at.run()
    assert not at.exception
    assert "Отправка начнётся через" in said(at)
    assert state(number).total == 2


def test_nobody_to_send_to_sends_nothing(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = prepared(manager)
    at = run(mailing_page, number)
    assert not at.exception
    assert button(at, "Отправить").disabled is True
    assert "никто ничего не получит" in said(at)


def test_a_large_mailing_waits_for_a_second_person(sit_down: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "approval_from", 1)
    director, _ = sit_down(Role.DIRECTOR, "first")
    number = prepared(director, "Алов", "Белов")
    with writing(director) as session:
        approving.confirm(session, director, number, state(number).version)
    assert [label for label in labels(run(mailing_page, number)) if "Одобрить" in label] == []
    sit_down(Role.MANAGER, "helper")
    assert [label for label in labels(run(mailing_page, number)) if "Одобрить" in label] == []
    assert "Ждут одобрения" not in said(run(journal_page))
    sit_down(Role.ADMINISTRATOR, "second")
    assert "Ждут одобрения: 1" in said(run(journal_page))
    at = run(mailing_page, number)
    button(at, "Одобрить и отправить: 2 получателям").click()
    at.run()
    assert not at.exception
    assert state(number).approved_by == "Имя second"


def test_called_off_and_begun_anew(sit_down: Opened) -> None:
    manager, _ = sit_down(Role.MANAGER)
    number = prepared(manager, "Алов")
    with writing(manager) as session:
        approving.confirm(session, manager, number, state(number).version)
    at = run(mailing_page, number)
    button(at, "Отменить отправку").click()
    at.run()
    assert state(number).state == "cancelled"
    assert "Чтобы отправить её снова, скопируйте её." in said(at)
