"""The history of a card: what is told, to whom, and «вернуть»."""

import pytest
from sqlmodel import Session, col, select

from models import Change, Company, Document, DocumentType, Person, Role, Source
from services.access.permissions import Actor, Permission
from services.directory.workplaces import Marks, add_workplace, end_workplace
from services.errors import DomainError, InvalidInput, NotAllowed
from services.history.returning import ChangedSince, return_value
from services.history.trail import Line, Trail, trail_of
from services.tables.editing import open_form, save_form
from services.work import reading, writing
from tests import builders as b
from tests.services.tables.conftest import actor

MANAGER, ACCOUNTANT = actor(Role.MANAGER), actor(Role.ACCOUNTANT)


def told(entity: str, number: int | None, by: Actor = MANAGER, page: int = 0) -> Trail:
    with reading() as session:
        return trail_of(session, by, entity, number or 0, page)


def save(number: int | None, by: Actor = MANAGER, source: Source = Source.MANUAL, **typed: str) -> None:
    with writing(by, source) as session:
        save_form(session, by, open_form(session, by, "people", number or 0), typed)


def words(line: Line) -> tuple[str, str, str, str, str]:
    return line.source, line.tied, line.what, line.before, line.after


def give_back(line: Line, *, over: bool = False, by: Actor = MANAGER) -> str:
    with writing(by) as session:
        return return_value(session, by, line.id, over=over)


def test_changes_are_told_with_labels_who_and_from_where(session: Session) -> None:
    me = b.actor_of(b.create_account(session, Role.MANAGER, "первый"))
    manager = b.create_manager(session, "Ответова")
    person = b.create_person(session, "Летопись")
    session.commit()
    save(person.id, me, region="Край", responsible_id=str(manager.id))
    save(person.id, me, Source.EXCEL, is_member="yes", birth_date="03.1970")
    lines = told("Person", person.id).lines
    assert {words(line) for line in lines[:4]} == {
        ("вручную", "", "Регион", "", "Край"),
        ("вручную", "", "Ответственное лицо", "", "Ответова"),
        ("Excel", "", "Членство", "", "да"),
        ("Excel", "", "Дата рождения", "", "03.1970"),
    }
    assert {line.who for line in lines[:4]} == {"Имя первый"}
    assert lines[-1].what == "Физ. лицо: добавлено"
    assert (lines[-1].who, lines[-1].can_return) == ("система", False)


def test_what_was_tied_is_told_even_when_it_is_gone(session: Session) -> None:
    person, company = b.create_person(session, "Трудов"), b.create_company(session, "ООО «Труд»")
    session.commit()
    with writing(MANAGER) as work:
        place = add_workplace(work, MANAGER, person.id or 0, company.id or 0, Marks("инженер"))
    with writing(MANAGER) as work:
        end_workplace(work, MANAGER, place)
    assert [words(line) for line in told("Person", person.id).lines[:2]] == [
        ("вручную", "", "Место работы: удалено", "Компания: ООО «Труд»; Должность: инженер", ""),
        ("вручную", "", "Место работы: добавлено", "", "Компания: ООО «Труд»; Должность: инженер"),
    ]
    assert told("Company", company.id).lines[0].before == "Физ. лицо: Трудов Пётр Ильич; Должность: инженер"


def test_secrets_and_money_are_not_told(session: Session) -> None:
    person = b.create_person(session)
    line = b.create_membership(session, person)
    session.commit()
    save(person.id, passport="4501 123456")
    director = actor(Role.DIRECTOR)
    with writing(director) as work:
        save_form(work, director, open_form(work, director, "members", line.id or 0), {"fee_amount": "1500"})
    assert [words(line)[2:] for line in told("Person", person.id, director).lines[:2]] == [
        ("Сумма годового взноса", "", "1\u00a0500,00"), ("Паспортные данные", "", "•••"),
    ]  # fmt: skip
    assert told("Person", person.id, director).lines[1].can_return is False
    assert "Сумма годового взноса" not in {line.what for line in told("Person", person.id).lines}
    assert "Паспортные данные" not in {line.what for line in told("Person", person.id, ACCOUNTANT).lines}
    with pytest.raises(DomainError, match="не хранится"):
        give_back(told("Person", person.id, director).lines[1], by=director)


def test_a_long_history_is_paged(session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    for number in range(25):
        save(person.id, region=f"Край {number}")
    first, last = told("Person", person.id), told("Person", person.id, page=1)
    assert (first.total, first.pages, len(first.lines), len(last.lines)) == (26, 2, 20, 6)
    assert (first.lines[0].after, last.lines[-2].after) == ("Край 24", "Край 0")
    assert told("Person", person.id, page=99) == last


def test_a_former_value_is_put_back(session: Session) -> None:
    person = b.create_person(session, "Прежнев", region="Старый край")
    session.commit()
    save(person.id, region="Новый край", name="Новов Пётр Ильич")
    lines = {line.what: line for line in told("Person", person.id).lines}
    assert give_back(lines["Регион"]) == "Регион"
    assert give_back(lines["Фамилия"]) == "Фамилия"
    with reading() as reader:
        after = reader.get_one(Person, person.id)
        assert (after.region, after.name) == ("Старый край", "Прежнев Пётр Ильич")
    newest = told("Person", person.id).lines[0]
    assert (newest.source, newest.before, newest.after) == ("вручную", "Новов", "Прежнев")
    with pytest.raises(DomainError, match="уже стоит"):
        give_back(lines["Регион"])


def test_a_value_changed_since_is_told_first(session: Session) -> None:
    person = b.create_person(session, region="Первый край")
    session.commit()
    save(person.id, region="Второй край")
    line = told("Person", person.id).lines[0]
    save(person.id, region="Третий край")
    with pytest.raises(ChangedSince, match="сейчас в нём «Третий край»"):
        give_back(line)
    assert give_back(line, over=True) == "Регион"
    session.expire_all()
    assert session.get_one(Person, person.id).region == "Первый край"


def test_putting_back_follows_the_rules_of_the_form(session: Session) -> None:
    first = b.create_company(session, "ООО «Первая»", inn="7707083893")
    session.commit()
    with writing(MANAGER) as work:
        save_form(work, MANAGER, open_form(work, MANAGER, "companies", first.id or 0), {"inn": ""})
    b.create_company(session, "ООО «Вторая»", inn="7707083893")
    session.commit()
    line = told("Company", first.id).lines[0]
    with pytest.raises(InvalidInput, match="уже у «ООО «Вторая»»"):
        give_back(line)
    with pytest.raises(NotAllowed):
        give_back(line, by=ACCOUNTANT)
    assert told("Company", first.id, ACCOUNTANT).lines[0].can_return is False
    with reading() as reader:
        assert reader.get_one(Company, first.id).inn is None
        created = reader.exec(select(Change.id).where(Change.field == "*").order_by(col(Change.id))).first()
    with writing(MANAGER) as work, pytest.raises(DomainError, match="по одному полю"):
        return_value(work, MANAGER, created or 0)


def test_documents_of_a_closed_type_are_not_told_of(session: Session) -> None:
    person = b.create_person(session, "Бумагин")
    closed = DocumentType(code="closed", title="Закрытый", permission=Permission.PASSPORT_READ.value)
    opened = DocumentType(code="opened", title="Анкета")
    session.add_all([closed, opened])
    session.flush()
    kept = [
        Document(type_id=kind.id or 0, title=title, person_id=person.id)
        for kind, title in ((closed, "Паспорт 4510"), (opened, "Анкета 2026"), (closed, "Прописка"))
    ]
    session.add_all(kept)
    session.flush()
    session.delete(kept[2])
    session.commit()

    def titles(by: Actor) -> set[str]:
        lines = told("Person", person.id, by).lines
        return {text for line in lines for text in (line.before, line.after) if "Название" in text}

    assert titles(ACCOUNTANT) == {"Вид: Анкета; Название: Анкета 2026"}
    assert len(titles(MANAGER)) == 3
