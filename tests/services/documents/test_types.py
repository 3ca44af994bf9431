"""The directory of kinds of documents."""

import pytest
from sqlmodel import col, select

from models import DocumentType, Role
from services import documents
from services.access.permissions import SYSTEM, Actor, Permission
from services.directory.parties import Party
from services.documents import TypeInfo
from services.errors import DomainError, InvalidInput, StaleRecord
from services.work import reading, writing
from tests.builders import create_company
from tests.services.documents.conftest import somebody

EIGHT = [
    "договор",
    "заявление",
    "анкета",
    "мотивационное письмо",
    "согласие на обраб. ПД",
    "фото",
    "копия паспорта",
    "уведомление",
]


def listed(actor: Actor) -> tuple[TypeInfo, ...]:
    with reading() as session:
        return documents.types(session, actor)


def titles(actor: Actor) -> list[str]:
    return [line.title for line in listed(actor)]


def create(
    actor: Actor,
    title: str,
    access: Permission = Permission.BASE_READ,
    *,
    for_people: bool = True,
    for_companies: bool = True,
) -> int:
    with writing(actor) as session:
        return documents.create_type(session, actor, title, access, for_people=for_people, for_companies=for_companies)


def change(actor: Actor, line: TypeInfo, **changed: object) -> None:
    fields = {
        "title": line.title,
        "access": line.access,
        "for_people": line.for_people,
        "for_companies": line.for_companies,
    }
    with writing(actor) as session:
        documents.change_type(session, actor, line, **(fields | changed))  # type: ignore[arg-type]


def on_card(actor: Actor, party: Party) -> list[str]:
    with reading() as session:
        return [line.title for line in documents.documents_of(session, actor, party).types]


def test_it_begins_with_the_eight_of_the_register(manager: Actor) -> None:
    found = listed(manager)
    assert [line.title for line in found] == EIGHT
    assert all(line.has_column and line.active for line in found)
    assert [line.title for line in found if line.access is not Permission.BASE_READ] == ["копия паспорта"]


def test_a_new_type_comes_last_and_is_offered_to_whom_it_is_for(manager: Actor, party: Party) -> None:
    create(manager, " Рекомендация ", for_companies=False)
    with writing(SYSTEM) as session:
        company = create_company(session).id or 0
    assert titles(manager) == [*EIGHT, "Рекомендация"]
    assert "Рекомендация" in on_card(manager, party)
    assert "Рекомендация" not in on_card(manager, Party("company", company))
    assert listed(manager)[-1].has_column is False


@pytest.mark.parametrize(
    ("title", "has_owners", "sentence"),
    [
        ("  ", True, "Назовите вид документов."),
        ("ДОГОВОР", True, "Вид документов «ДОГОВОР» уже есть."),
        ("д" * 101, True, "Название длиннее 100 знаков."),
        ("Счёт", False, "Отметьте, чьи это документы"),
    ],
)
def test_a_wrong_type_is_refused(manager: Actor, title: str, has_owners: bool, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        create(manager, title, for_people=has_owners, for_companies=has_owners)


def test_types_change_places(manager: Actor) -> None:
    with writing(manager) as session:
        documents.move_type(session, manager, 2, up=True)
    assert titles(manager)[:3] == ["заявление", "договор", "анкета"]
    with writing(manager) as session:
        documents.move_type(session, manager, 2, up=True)
        documents.move_type(session, manager, 8, up=False)
    assert (titles(manager)[0], titles(manager)[-1]) == ("заявление", "уведомление")


def test_a_renamed_type_keeps_its_code(manager: Actor) -> None:
    change(manager, listed(manager)[0], title="Договор о членстве")
    with reading() as session:
        kind = session.exec(select(DocumentType).where(col(DocumentType.id) == 1)).one()
    assert (kind.code, kind.title) == ("contract", "Договор о членстве")


def test_the_second_of_two_editors_is_told(manager: Actor) -> None:
    seen = listed(manager)[0]
    change(manager, seen, title="Договор о членстве")
    with pytest.raises(
        StaleRecord, match="Имя manager, вот что изменилось: Название: «договор» → «Договор о членстве»"
    ):
        change(manager, seen, title="Соглашение")


def test_nobody_opens_to_others_what_is_closed_to_them(manager: Actor) -> None:
    director = somebody(Role.DIRECTOR)
    create(director, "Платёжное поручение", Permission.MONEY_READ)
    line = listed(manager)[-1]
    with pytest.raises(InvalidInput, match=r"Доступ к этим документам меняет тот, кому они открыты\."):
        change(manager, line, access=Permission.BASE_READ)
    with pytest.raises(InvalidInput):
        create(manager, "Чек", Permission.MONEY_READ)
    with pytest.raises(InvalidInput, match=r"Так доступ к документам ограничить нельзя\."):
        create(manager, "Чек", Permission.BASE_EDIT)
    change(manager, line, title="Платёжка")
    assert (listed(manager)[-1].title, listed(manager)[-1].access) == ("Платёжка", Permission.MONEY_READ)


def test_a_deactivated_type_is_offered_no_longer(manager: Actor, party: Party) -> None:
    with writing(manager) as session:
        documents.switch_type(session, manager, 3, active=False)
    assert "анкета" not in on_card(manager, party)
    with pytest.raises(DomainError, match="Вид документов «анкета» отключён"), writing(manager) as session:
        documents.upload(session, manager, party, 3, "a.pdf", b"%PDF-1.4")
