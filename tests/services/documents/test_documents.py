"""Documents of a card: dates and files apart, versions, removal, limits, who opens what."""

import datetime as dt
import io
import zipfile

import pytest
from sqlmodel import col, func, select

from models import AuditEvent, Change, DocumentVersion, Role, StoredFile
from services import clock, documents, files
from services.access.permissions import SYSTEM, Actor, Permission
from services.directory.counts import counts_of
from services.directory.parties import Party
from services.documents import DocumentLine, PartyDocuments, TypeLine
from services.errors import DomainError, InvalidInput, NotFound, StaleRecord
from services.history.trail import trail_of
from services.settings import settings
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading, writing
from tests import papers
from tests.builders import create_company
from tests.conftest import Pointer
from tests.counting import statements
from tests.services.documents.conftest import somebody

NOW = dt.datetime(2025, 3, 12, 9, tzinfo=dt.UTC)
CONTRACT, PHOTO, PASSPORT = 1, 6, 7


def look(actor: Actor, party: Party) -> PartyDocuments:
    with reading() as session:
        return documents.documents_of(session, actor, party)


def kind(actor: Actor, party: Party, type_id: int = CONTRACT) -> TypeLine:
    return next(line for line in look(actor, party).types if line.id == type_id)


def only(actor: Actor, party: Party, type_id: int = CONTRACT) -> DocumentLine:
    (found,) = kind(actor, party, type_id).documents
    return found


def upload(
    actor: Actor, party: Party, type_id: int = CONTRACT, name: str = "договор.pdf", content: bytes = b"", **more: str
) -> int:
    with writing(actor) as session:
        return documents.upload(session, actor, party, type_id, name, content or papers.pdf(), **more)


def receive(actor: Actor, party: Party, typed: str, seen: str = "") -> None:
    with clock.stopped_at(NOW), writing(actor) as session:
        documents.set_receipt(session, actor, party, CONTRACT, typed, seen)


def opens(actor: Actor, file_id: str) -> bool:
    try:
        with writing(actor) as session:
            files.open_file(session, actor, file_id)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12.03.2025", "2025-03-12"), ("03.2025", "2025-03"), ("2025", "2025"), (" 5 мая 2024 ", "2024-05-05")],
)
def test_a_date_comes_without_a_file(manager: Actor, party: Party, typed: str, kept: str) -> None:
    receive(manager, party, typed)
    line = kind(manager, party)
    assert (line.received_on, line.documents, line.is_missing) == (kept, (), False)


def test_a_file_comes_without_a_date(manager: Actor, party: Party) -> None:
    upload(manager, party)
    line = kind(manager, party)
    assert (line.received_on, line.documents[0].title, line.is_missing) == ("", "договор", False)
    assert [one.is_missing for one in look(manager, party).types] == [False] + [True] * 7


def test_a_date_is_changed_and_taken_away(manager: Actor, party: Party) -> None:
    receive(manager, party, "2024")
    receive(manager, party, "12.03.2025", "2024")
    assert kind(manager, party).received_on == "2025-03-12"
    receive(manager, party, " ", "2025-03-12")
    assert kind(manager, party).is_missing


@pytest.mark.parametrize("typed", ["13.03.2025", "04.2025", "2026", "скоро", "32.01.2020"])
def test_a_wrong_date_is_refused(manager: Actor, party: Party, typed: str) -> None:
    with pytest.raises(InvalidInput):
        receive(manager, party, typed)


def test_the_second_editor_of_a_date_is_told(manager: Actor, party: Party) -> None:
    receive(manager, party, "2024")
    with pytest.raises(StaleRecord, match=r"Имя manager, вот что изменилось: договор: «» → «2024 г\.»"):
        receive(manager, party, "12.03.2025", "")
    receive(manager, party, "2024", "")  # the same date typed twice is no quarrel


def test_the_date_stands_in_the_column_of_the_tables(manager: Actor) -> None:
    with writing(SYSTEM) as session:
        company = Party("company", create_company(session).id or 0)
    with clock.stopped_at(NOW):
        upload(manager, company, received="03.2025")
    with reading() as session:
        (row,) = rows(session, manager, "companies", parse_query("{}")).rows
    assert row["received_contract"] == "2025-03"


def test_several_documents_of_a_type_each_with_its_versions(manager: Actor, party: Party) -> None:
    first = upload(manager, party, name="../../скан.exe", note="подписан")
    upload(manager, party, name="скан.jpg", content=papers.JPEG, title="Обложка")
    with writing(manager) as session:
        assert documents.add_version(session, manager, first, "новый.pdf", papers.pdf("new"), 1) == 2
    one, two = kind(manager, party).documents
    assert (one.title, one.note, two.title, two.note) == ("скан", "подписан", "Обложка", "")
    assert [(v.number, v.name, v.content_type, v.is_shown, v.who) for v in one.versions] == [
        (2, "новый.pdf", "application/pdf", True, "Имя manager"),
        (1, "скан.exe.pdf", "application/pdf", True, "Имя manager"),
    ]
    assert all(opens(manager, v.file_id) for v in one.versions)
    with reading() as session:
        assert counts_of(session, manager, party)["documents"] == 2


def test_a_version_over_one_not_seen_and_the_same_file_again_are_refused(manager: Actor, party: Party) -> None:
    number = upload(manager, party)
    with pytest.raises(InvalidInput, match=r"Это тот же файл, что и в версии 1\."), writing(manager) as session:
        documents.add_version(session, manager, number, "a.pdf", papers.pdf(), 1)
    with writing(manager) as session:
        documents.add_version(session, manager, number, "a.pdf", papers.pdf("2"), 1)
    with pytest.raises(StaleRecord, match="Версия: «1» → «2»"), writing(manager) as session:
        documents.add_version(session, manager, number, "a.pdf", papers.pdf("3"), 1)


def test_a_document_is_described_and_moved_to_another_type(manager: Actor, party: Party) -> None:
    number = upload(manager, party)
    seen = only(manager, party)
    with writing(manager) as session:
        documents.describe(session, manager, number, seen.version, title="Фото", note="", type_id=PHOTO)
    assert only(manager, party, PHOTO).title == "Фото"
    with pytest.raises(StaleRecord, match="Название: «Портрет» → «Фото»"), writing(manager) as session:
        documents.describe(session, manager, number, seen.version, title="Портрет", note="", type_id=PHOTO)


def test_a_removed_document_is_closed_and_comes_back(manager: Actor, party: Party) -> None:
    number = upload(manager, party)
    file_id = only(manager, party).versions[0].file_id
    with writing(manager) as session:
        documents.remove(session, manager, number)
    assert (kind(manager, party).documents, opens(manager, file_id)) == ((), False)
    assert [document.id for document in look(manager, party).removed] == [number]
    with writing(manager) as session:
        documents.bring_back(session, manager, number)
    assert (only(manager, party).id, opens(manager, file_id)) == (number, True)
    with reading() as session:
        told = select(Change.field).where(col(Change.entity) == "Document").order_by(col(Change.id))
        assert list(session.exec(told)) == ["*", "removed_at", "removed_at"]


def test_removed_documents_are_swept_in_time(manager: Actor, party: Party) -> None:
    number = upload(manager, party)
    with writing(manager) as session:
        documents.remove(session, manager, number)
    for days, swept in ((29, 0), (31, 1)):
        with clock.stopped_at(clock.now() + dt.timedelta(days=days)), writing(SYSTEM) as session:
            assert documents.sweep(session, SYSTEM) == swept
    with reading() as session:
        counts = [session.exec(select(func.count()).select_from(m)).one() for m in (DocumentVersion, StoredFile)]
    assert counts == [0, 0]
    assert [path for path in (settings().data_dir / "files").rglob("*") if path.is_file()] == []


def test_files_of_a_deleted_card_are_swept(manager: Actor, party: Party) -> None:
    upload(manager, party)
    with writing(manager) as session:
        session.delete(session.get_one(party.model, party.id))
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)), writing(SYSTEM) as session:
        assert files.sweep(session, SYSTEM) == 1


def test_a_card_has_room_for_so_much(
    manager: Actor, party: Party, use_database: Pointer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTY_FILES_MB", "1")
    use_database.forget()
    number = upload(manager, party, content=papers.pdf() + b"%" * 700_000)
    with pytest.raises(InvalidInput, match=r"Файлы карточки заняли бы больше 1 МБ\."):
        upload(manager, party, content=papers.pdf() + b"%" * 500_000)
    assert len(kind(manager, party).documents) == 1
    with writing(manager) as session:
        documents.remove(session, manager, number)
    upload(manager, party, content=papers.pdf() + b"%" * 500_000)
    assert look(manager, party).used < 600_000


def test_only_those_the_type_is_for_open_it(manager: Actor, party: Party) -> None:
    upload(manager, party, PASSPORT)
    upload(manager, party)
    passport, contract = only(manager, party, PASSPORT).versions[0], only(manager, party).versions[0]
    accountant, member = somebody(Role.ACCOUNTANT), somebody(Role.MEMBER)
    assert [opens(actor, passport.file_id) for actor in (manager, accountant, member)] == [True, False, False]
    assert [opens(actor, contract.file_id) for actor in (manager, accountant, member)] == [True, True, False]
    hidden = kind(accountant, party, PASSPORT)
    assert (hidden.may_open, hidden.documents, hidden.hidden) == (False, (), 1)


def test_a_type_closed_later_closes_what_there_is(manager: Actor, party: Party) -> None:
    director = somebody(Role.DIRECTOR)
    number = upload(manager, party)
    file_id = only(manager, party).versions[0].file_id
    with writing(director) as session:
        seen = documents.types(session, director)[0]
        documents.change_type(
            session, director, seen, title="договор", access=Permission.MONEY_READ, for_people=True, for_companies=True
        )
    assert [opens(actor, file_id) for actor in (director, manager)] == [True, False]
    with pytest.raises(DomainError, match=r"Документы этого вида открыты не вам\."), writing(manager) as session:
        documents.remove(session, manager, number)


def test_a_document_of_a_deactivated_type_stays(manager: Actor, party: Party) -> None:
    upload(manager, party)
    with writing(manager) as session:
        documents.switch_type(session, manager, CONTRACT, active=False)
    line = kind(manager, party)
    assert (line.active, len(line.documents)) == (False, 1)


def test_a_removed_document_comes_back_only_where_there_is_room(
    manager: Actor, party: Party, use_database: Pointer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTY_FILES_MB", "1")
    use_database.forget()
    number = upload(manager, party, content=papers.pdf() + b"\0" * 600_000)
    with writing(manager) as session:
        documents.remove(session, manager, number)
    upload(manager, party, content=papers.pdf("other") + b"\0" * 600_000)
    with pytest.raises(InvalidInput, match="больше 1 МБ"), writing(manager) as session:
        documents.bring_back(session, manager, number)


def test_the_archive_holds_what_the_actor_may_open(manager: Actor, party: Party) -> None:
    for name in ("скан.pdf", "Скан.pdf", 'a<b>:"c.pdf'):
        upload(manager, party, name=name)
    upload(manager, party, PASSPORT, name="паспорт.pdf")
    accountant = somebody(Role.ACCOUNTANT)
    names = []
    for actor in (manager, accountant):
        made = io.BytesIO()
        with clock.stopped_at(NOW), writing(actor) as session:
            bundle = documents.bundle_of(session, actor, party)
        documents.write_bundle(bundle, made)
        with zipfile.ZipFile(made) as archive:
            assert archive.testzip() is None
            names.append(archive.namelist())
    contracts = ["договор/скан.pdf", "договор/Скан (2).pdf", "договор/a_b___c.pdf"]
    assert names == [[*contracts, "копия паспорта/паспорт.pdf"], contracts]
    assert bundle.name == "Выдумкина Анна, документы 2025-03-12.zip"
    with reading() as session:
        exported = select(AuditEvent.subject, AuditEvent.detail).where(col(AuditEvent.action) == "exported")
        told = list(session.exec(exported))
    assert told == [(f"person:{party.id}", "documents, 4 files"), (f"person:{party.id}", "documents, 3 files")]


def test_every_file_of_the_archive_has_a_name_of_its_own(manager: Actor, party: Party) -> None:
    for title in ("скан", "скан", "скан (2)", "Договор 12/34", "CON", "прил.:"):
        upload(manager, party, title=title)
    made = io.BytesIO()
    with writing(manager) as session:
        bundle = documents.bundle_of(session, manager, party)
    documents.write_bundle(bundle, made)
    with zipfile.ZipFile(made) as archive:
        names = [name.removeprefix("договор/").removesuffix(".pdf") for name in archive.namelist()]
    assert names == ["скан", "скан (2)", "скан (2) (2)", "Договор 12_34", "_CON", "прил._"]


def test_there_is_no_archive_of_nothing(manager: Actor, party: Party) -> None:
    receive(manager, party, "2024")
    with pytest.raises(NotFound, match="Документов, которые можно выгрузить"), writing(manager) as session:
        documents.bundle_of(session, manager, party)


def test_a_card_is_read_in_a_fixed_number_of_queries(manager: Actor, party: Party) -> None:
    for number in range(6):
        upload(manager, party, content=papers.pdf(str(number)))
    with reading() as session, statements() as seen:
        documents.documents_of(session, manager, party)
    assert len(seen) == 5


def test_the_history_of_the_card_tells_of_its_documents(manager: Actor, party: Party) -> None:
    number = upload(manager, party)
    with clock.stopped_at(NOW), writing(manager) as session:
        documents.remove(session, manager, number)
    with reading() as session:
        lines = trail_of(session, manager, "Person", party.id).lines
    told = [(line.tied, line.what, line.after) for line in lines][:2]
    assert told == [
        ("Файл документа", "Удалён", "12.03.2025 12:00"),
        ("", "Файл документа: добавлено", "Вид: договор; Название: договор"),
    ]
