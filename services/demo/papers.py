"""A few invented documents with files, so that cards have something to open."""

import datetime as dt
import hashlib

from sqlalchemy import Connection, insert, select

from models import Document, DocumentType, DocumentVersion, FilePurpose, StoredFile
from services import storage
from services.access.permissions import Permission
from services.demo.people import Row, World
from services.documents import kinds
from services.history.statements import table_of

FIRST_CARDS = 4
"""So many companies and as many people have documents."""
PAPERS = (
    ("contract", "Договор о членстве", "Подписан обеими сторонами", 2),
    ("application", "Заявление о вступлении", None, 1),
    ("passport_copy", "Копия паспорта", None, 1),
)
"""Code of the type, title, note, how many versions."""


def pdf(text: str) -> bytes:
    """A small page with `text` (Latin letters) on it."""
    drawn = f"BT /F1 18 Tf 40 100 Td ({text}) Tj ET".encode()
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length "
        + str(len(drawn)).encode()
        + b">>stream\n"
        + drawn
        + b"\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n"
    )


def write(connection: Connection, world: World) -> dict[str, int]:
    """Lay the files down and write their rows; row counts by table. Equal worlds get equal files."""
    kinds_of = table_of(DocumentType)
    types = {row.code: row.id for row in connection.execute(select(kinds_of.c.code, kinds_of.c.id))}
    documents = versions = 0
    for column, most in (("person_id", world.people), ("company_id", world.companies)):
        for owner in range(1, min(FIRST_CARDS, most) + 1):
            for code, title, note, number in PAPERS:
                if (column, code) == ("company_id", "passport_copy"):
                    continue
                tie = {"person_id": None, "company_id": None, column: owner, "type_id": types[code]}
                row = {"version": 1, "created_at": world.moment, "title": title, "note": note} | tie
                made = insert(table_of(Document)).values(row).returning(table_of(Document).c.id)
                document = connection.execute(made).scalar_one()
                for version in range(1, number + 1):
                    _version(connection, world, document, version, f"{code} {column[:-3]} {owner}, version {version}")
                documents, versions = documents + 1, versions + number
    return {"document": documents, "document_version": versions, "stored_file": versions}


def _version(connection: Connection, world: World, document: int, number: int, text: str) -> None:
    content = pdf(text)
    file_id = hashlib.sha256(f"{world.seed} {text}".encode()).hexdigest()[:32]
    storage.put(file_id, content)
    moment = world.moment - dt.timedelta(days=30 - number)
    stored: Row = {
        "id": file_id,
        "purpose": FilePurpose.DOCUMENT.value,
        "permission": Permission.BASE_READ.value,
        "name": f"скан {number}.pdf",
        "content_type": kinds.PDF,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "created_at": moment,
    }
    connection.execute(insert(table_of(StoredFile)).values(stored))
    version = {"version": 1, "created_at": moment, "document_id": document, "number": number, "file_id": file_id}
    connection.execute(insert(table_of(DocumentVersion)).values(version))
