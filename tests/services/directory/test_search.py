"""Pickers: who is found by a few letters or digits, in which order."""

from sqlmodel import Session

from models import Role
from services.directory.search import LIMIT, search_companies, search_people
from services.work import reading
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER = actor(Role.MANAGER)


def companies(text: str) -> list[str]:
    with reading() as session:
        return [match.title for match in search_companies(session, MANAGER, text)]


def people(text: str) -> list[tuple[str, str]]:
    with reading() as session:
        return [(match.title, match.note) for match in search_people(session, MANAGER, text)]


def test_companies_by_first_letters_and_by_inn(session: Session) -> None:
    b.create_company(session, "ООО «Ромашка»", inn="7707083893", direction="Цветы")
    b.create_company(session, "АО «Аромат»")
    b.create_company(session, "ООО «Василёк»", active=False)
    session.commit()
    assert companies("ром") == ["ООО «Ромашка»", "АО «Аромат»"]
    assert companies("РОМАШ") == ["ООО «Ромашка»"]
    assert companies("7707") == ["ООО «Ромашка»"]
    assert companies("7083") == []
    assert companies("василек") == companies("  ") == companies("\0") == []
    with reading() as reader:
        assert search_companies(reader, MANAGER, "ромаш")[0].note == "ИНН 7707083893 · Цветы"


def test_people_by_name_phone_and_inn(session: Session) -> None:
    b.create_person(session, "Поисков", phone="+79161234567", company=b.create_company(session, "ООО «Место»"))
    b.create_person(session, "Находкин", inn="500100732259")
    session.commit()
    assert people("поиск пётр") == [("Поисков Пётр Ильич", "ООО «Место»")]
    assert people("8 (916) 123") == [("Поисков Пётр Ильич", "ООО «Место»")]
    assert people("5001") == [("Находкин Пётр Ильич", "ИНН 500100732259")]


def test_no_more_than_a_picker_can_show(session: Session) -> None:
    for number in range(LIMIT + 5):
        b.create_company(session, f"ООО «Множество {number:02}»")
    session.commit()
    assert len(companies("множ")) == LIMIT
