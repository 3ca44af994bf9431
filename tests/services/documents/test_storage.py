"""Files in an S3 bucket instead of a folder: everything that keeps or reads them works alike, and failures are said."""

import datetime as dt
import io
import socket
import zipfile
from pathlib import Path

import pytest
import requests
from sqlmodel import func, select

from models import Document, FilePurpose, StoredFile
from services import clock, documents, files, imports, storage
from services.access.permissions import SYSTEM, Actor, Permission
from services.directory.parties import Party
from services.errors import NotFound
from services.settings import settings
from services.work import reading, writing
from tests import papers
from tests.conftest import Pointer


def keys(bucket: str) -> set[str]:
    """Everything in the bucket, as the server itself lists it."""
    listing = requests.get(bucket, timeout=10).text
    return {part.split("<")[0] for part in listing.split("<Key>")[1:]}


def test_a_document_goes_into_the_bucket_and_comes_back(bucket: str, manager: Actor, party: Party) -> None:
    with writing(manager) as session:
        number = documents.upload(session, manager, party, 1, "a.pdf", papers.pdf())
    with writing(manager) as session:
        documents.add_version(session, manager, number, "b.pdf", papers.pdf("newer"), 1)
    with reading() as session:
        kept = documents.documents_of(session, manager, party).types[0].documents[0].versions
    assert keys(bucket) == {f"kept/here/{v.file_id[:2]}/{v.file_id}" for v in kept}
    with writing(manager) as session:
        opened = [files.open_file(session, manager, v.file_id) for v in kept]
    assert [b"".join(files.chunks(info)) for info in opened] == [papers.pdf("newer"), papers.pdf()]
    assert not Path(settings().data_dir / "files").exists()


def test_the_archive_is_read_from_the_bucket(bucket: str, manager: Actor, party: Party) -> None:
    with writing(manager) as session:
        documents.upload(session, manager, party, 1, "a.pdf", papers.pdf())
    made = io.BytesIO()
    with writing(manager) as session:
        documents.write_bundle(documents.bundle_of(session, manager, party), made)
    with zipfile.ZipFile(made) as archive:
        assert archive.read("договор/a.pdf") == papers.pdf()


def test_the_sweep_clears_the_bucket(bucket: str, manager: Actor, party: Party) -> None:
    with writing(manager) as session:
        removed = documents.upload(session, manager, party, 1, "a.pdf", papers.pdf())
        documents.upload(session, manager, party, 1, "b.pdf", papers.pdf("b"))
    with writing(manager) as session:
        documents.remove(session, manager, removed)
        files.save(session, manager, FilePurpose.EXPORT, "x", b"x", "text/csv", Permission.BASE_EXPORT, 1)
    with clock.stopped_at(clock.now() + dt.timedelta(days=31)), writing(SYSTEM) as session:
        assert (documents.sweep(session, SYSTEM), files.sweep(session, SYSTEM)) == (1, 1)
    assert len(keys(bucket)) == 1


def test_a_workbook_is_planned_from_the_bucket(bucket: str, manager: Actor) -> None:
    with writing(manager) as session:
        batch = imports.start(session, manager, "a.csv", "ФИО;Телефон\nВыдумкин Пётр;\n".encode())
        kept = session.exec(select(StoredFile)).one()
        assert files.read_own(session, manager, kept.id).decode().startswith("ФИО")
    assert batch == 1


def test_bytes_lost_in_the_bucket_are_a_sentence(bucket: str, manager: Actor, party: Party) -> None:
    with writing(manager) as session:
        documents.upload(session, manager, party, 1, "a.pdf", papers.pdf())
        kept = session.exec(select(StoredFile)).one()
        storage.delete([kept.id])
        with pytest.raises(NotFound):
            files.chunks(files.open_file(session, manager, kept.id))


def test_a_storage_that_does_not_answer_is_said_and_nothing_is_kept(
    database: str, manager: Actor, party: Party, use_database: Pointer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("FILES_URL", "s3://bucket")
        monkeypatch.setenv("S3_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
        monkeypatch.setenv("S3_KEY_ID", "key")
        monkeypatch.setenv("S3_SECRET", "secret")
        use_database.forget()
        with (
            pytest.raises(storage.StorageFailed, match="Хранилище файлов сейчас недоступно"),
            writing(manager) as session,
        ):
            documents.upload(session, manager, party, 1, "a.pdf", papers.pdf())
    with reading() as session:
        counted = [session.exec(select(func.count()).select_from(model)).one() for model in (Document, StoredFile)]
    assert counted == [0, 0]


def test_a_refused_upload_leaves_no_bytes(bucket: str, manager: Actor) -> None:
    with pytest.raises(NotFound), writing(manager) as session:
        documents.upload(session, manager, Party("person", 99), 1, "a.pdf", papers.pdf())
    assert keys(bucket) == set()
