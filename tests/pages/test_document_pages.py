"""The directory of kinds of documents, and what a card offers to whom."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from models import Role
from services import documents
from services.access.permissions import SYSTEM
from services.directory.parties import Party
from services.work import reading, writing
from tests import papers
from tests.builders import create_person
from tests.pages.conftest import Opened


def types_page() -> None:
    from pages.office import document_types  # noqa: PLC0415 - AppTest runs the text of this function

    document_types.render()


def section() -> None:
    from pages.office.cards import documents as drawn  # noqa: PLC0415
    from services.directory.parties import Party as Whose  # noqa: PLC0415

    drawn.draw(Whose("person", 1))


def run(page: Callable[[], None]) -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def labelled(found: Any, label: str) -> Any:
    return next(one for one in found if one.label == label)


def listed() -> list[tuple[str, bool]]:
    with reading() as session:
        return [(line.title, line.active) for line in documents.types(session, SYSTEM)]


def test_a_type_is_added_moved_and_switched_off(sit_down: Opened) -> None:
    sit_down(Role.MANAGER)
    at = run(types_page)
    labelled(at.text_input, "Название").set_value("Рекомендация *члена*")
    labelled(at.button, "Добавить").click()
    at.run()
    assert not at.exception
    assert listed()[-1] == ("Рекомендация *члена*", True)
    at.button(key="up-9").click().run()
    assert [title for title, _ in listed()][-2:] == ["Рекомендация *члена*", "уведомление"]
    at.button(key="off-9").click().run()
    assert listed()[-2] == ("Рекомендация *члена*", False)


def test_a_wrong_type_is_said_and_what_was_typed_stays(sit_down: Opened) -> None:
    sit_down(Role.MANAGER)
    at = run(types_page)
    labelled(at.text_input, "Название").set_value("Договор")
    labelled(at.button, "Добавить").click()
    at.run()
    assert at.error[0].value == r"Вид документов «Договор» уже есть\."
    assert labelled(at.text_input, "Название").value == "Договор"
    assert len(listed()) == 8


def test_the_accountant_looks_at_documents_and_changes_none(sit_down: Opened) -> None:
    with writing(SYSTEM) as session:
        number = create_person(session, "Выдумкин").id or 0
    for type_id in (1, 7):
        with writing(SYSTEM) as session:
            documents.upload(session, SYSTEM, Party("person", number), type_id, "a.pdf", papers.pdf())
    sit_down(Role.ACCOUNTANT)
    at = run(section)
    assert not at.exception
    assert list(at.button) == []
    assert ":material/lock: Файлов: 1. Документы этого вида открыты не вам." in [one.value for one in at.caption]
