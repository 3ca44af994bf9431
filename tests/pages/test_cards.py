"""Cards and forms as a page shows them: the statements of the busiest card, sections, drafts, refusals."""

from typing import Any

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import AuditEvent, FormDraft, LoginSession, Role
from pages.ui.escape import plain
from services.work import reading, writing
from tests import builders as b
from tests.busy import busy_party
from tests.counting import statements
from tests.pages.conftest import Opened

MOST = 15
"""Statements a card may take to open, the sign-in's own included."""


def person_page() -> None:
    from pages.office.cards import person  # noqa: PLC0415 - AppTest runs the text of this function

    person.render()


def form_page() -> None:
    from pages.office import editing  # noqa: PLC0415
    from pages.ui import guard  # noqa: PLC0415

    # A rerun of the form alone, which AppTest does not know, draws it and does not open it again.
    if guard.recall(editing.OPENED):
        editing.draw()
    else:
        editing.open_dialog("people", 1)


def new_page() -> None:
    from pages.office import editing  # noqa: PLC0415
    from pages.ui import guard  # noqa: PLC0415

    if guard.recall(editing.OPENED):
        editing.draw()
    else:
        editing.open_new("companies")


def opened(number: int, **params: str) -> AppTest:
    at = AppTest.from_function(person_page, default_timeout=60)
    at.query_params["id"] = str(number)
    for name, value in params.items():
        at.query_params[name] = value
    return at


@pytest.mark.parametrize(
    "tab", ["", "membership", "documents", "committees", "events", "education", "messages", "history"]
)
def test_the_busiest_card_opens_in_few_statements(sit_down: Opened, session: Session, tab: str) -> None:
    party = busy_party(session, "person", many=30)
    sit_down(Role.DIRECTOR)
    at = opened(party.id, tab=tab)
    with statements() as taken:
        at.run()
    assert not at.exception
    assert [title.value for title in at.title] == [plain("Занятов Пётр Ильич")]
    assert len(taken) <= MOST, "\n".join(taken)


def test_a_card_is_noted_once_for_each_opening(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session, "Смотров")
    session.commit()
    sit_down(Role.ACCOUNTANT)
    at = opened(person.id or 0).run()
    at.run()
    with reading() as reader:
        [event] = reader.exec(select(AuditEvent).where(AuditEvent.action == "profile_viewed")).all()
    assert event.subject == f"people:{person.id}"
    assert [found.label for found in at.button if found.label == "Изменить"] == []


@pytest.mark.parametrize("number", [404, 10**14])
def test_a_card_that_is_not_there(sit_down: Opened, number: int) -> None:
    sit_down(Role.MANAGER)
    at = opened(number).run()
    assert [info.value for info in at.info] == ["Такого физ. лица нет: запись удалили или объединили с другой."]


def field(at: AppTest, label: str) -> Any:
    return next(found for found in at.text_input if found.label == label)


def test_what_was_typed_is_offered_back(sit_down: Opened, session: Session) -> None:
    b.create_person(session, "Черновиков")
    session.commit()
    sit_down(Role.MANAGER)
    at = AppTest.from_function(form_page, default_timeout=60).run()
    field(at, "Регион").input("Край")
    field(at, "Паспортные данные").input("4501 123456")
    at.run()
    with reading() as reader:
        [draft] = reader.exec(select(FormDraft)).all()
    assert (draft.form, draft.typed) == ("people:1", '{"region":"Край"}')
    again = AppTest.from_function(form_page, default_timeout=60).run()
    assert any("Вы не сохранили изменения от" in found.value for found in again.markdown)
    assert field(again, "Регион").value == ""


def test_the_last_words_before_the_session_ended_are_kept(sit_down: Opened, session: Session) -> None:
    b.create_person(session, "Обедов")
    session.commit()
    actor, here = sit_down(Role.MANAGER)
    at = AppTest.from_function(form_page, default_timeout=60).run()
    with writing(actor) as work:
        ended = work.exec(select(LoginSession).where(LoginSession.id_hash == here)).one()
        work.delete(ended)
    field(at, "Регион").input("Край").run()
    with reading() as reader:
        assert [draft.typed for draft in reader.exec(select(FormDraft))] == ['{"region":"Край"}']


def test_a_new_company_is_checked_while_typed(sit_down: Opened, session: Session) -> None:
    there = b.create_company(session, "ООО «Ромашка»", inn="7707083893")
    session.commit()
    sit_down(Role.MANAGER)
    at = AppTest.from_function(new_page, default_timeout=60).run()
    field(at, "ИНН").input("7707083893").run()
    said = [caption.value for caption in at.caption]
    assert any(f"[{plain('ООО «Ромашка»')}](/company?id={there.id})" in sentence for sentence in said)
