"""/files of documents: shown in place where that is safe, otherwise saved; all of a card as one archive."""

import io
import zipfile

import pytest
from sqlmodel import select

from models import Role, StoredFile
from services import documents, storage
from services.access.permissions import SYSTEM, Actor
from services.directory.parties import Party
from services.work import reading, writing
from tests import papers
from tests.builders import create_person
from tests.client import Client

SAFE = "default-src 'none'; "


def bring(actor: Actor, *papers_brought: tuple[str, bytes], type_id: int = 1) -> tuple[Party, str]:
    """A person's card with documents, and the address of the last file."""
    with writing(SYSTEM) as session:
        party = Party("person", create_person(session, "Выдумкин").id or 0)
    for name, content in papers_brought:
        with writing(actor) as session:
            documents.upload(session, actor, party, type_id, name, content)
    with reading() as session:
        last = documents.documents_of(session, actor, party).types[type_id - 1].documents[-1]
    return party, f"/files/{last.versions[0].file_id}"


@pytest.mark.parametrize(
    ("name", "content", "content_type", "policy"),
    [
        ("a.pdf", papers.pdf(), "application/pdf", SAFE + "object-src 'self'; style-src 'unsafe-inline'; "),
        ("a.png", papers.PNG, "image/png", SAFE + "sandbox; "),
    ],
)
def test_a_safe_kind_is_shown_when_asked(
    client: Client, name: str, content: bytes, content_type: str, policy: str
) -> None:
    _, address = bring(client.sign_in(Role.MANAGER), (name, content))
    saved, shown = client.get(address), client.get(f"{address}?preview=1")
    assert saved.content == shown.content == content
    assert saved.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert shown.headers["content-disposition"] == f'inline; filename="{name}"'
    assert shown.headers["content-type"] == content_type
    assert shown.headers["content-length"] == str(len(content))
    assert shown.headers["content-security-policy"] == f"{policy}frame-ancestors 'self'"
    assert (shown.headers["x-content-type-options"], shown.headers["cache-control"]) == ("nosniff", "no-store")


def test_any_other_kind_is_saved_whatever_is_asked(client: Client) -> None:
    _, address = bring(client.sign_in(Role.MANAGER), ("a.docx", papers.DOCX))
    assert client.get(f"{address}?preview=1").headers["content-disposition"].startswith("attachment")


def test_a_document_of_a_closed_type_is_not_there(client: Client) -> None:
    _, address = bring(client.sign_in(Role.MANAGER), ("a.pdf", papers.pdf()), type_id=7)
    client.sign_in(Role.ACCOUNTANT)
    assert client.get(address).status_code == 404


def test_the_archive_of_a_card(client: Client) -> None:
    party, _ = bring(client.sign_in(Role.MANAGER), ("a.pdf", papers.pdf()), ("a.pdf", papers.pdf("2")))
    answer = client.get(f"/files/person/{party.id}/all.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%D0%92")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "договор/a.pdf": papers.pdf(),
            "договор/a (2).pdf": papers.pdf("2"),
        }


@pytest.mark.parametrize("address", ["person/1", "person/x", "person/99999999999999999999", "event/1"])
def test_there_is_no_archive_of_nothing(client: Client, address: str) -> None:
    client.sign_in(Role.MANAGER)
    assert client.get(f"/files/{address}/all.zip").status_code == 404


def test_a_file_lost_from_the_storage_is_a_sentence(client: Client) -> None:
    party, address = bring(client.sign_in(Role.MANAGER), ("a.pdf", papers.pdf()))
    with reading() as session:
        storage.delete([stored.id for stored in session.exec(select(StoredFile))])
    assert client.get(address).status_code == 404
    answer = client.get(f"/files/person/{party.id}/all.zip")
    assert (answer.status_code, "не найден в хранилище" in answer.text) == (404, True)
