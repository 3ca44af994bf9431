"""Files that are no workbook, or a dangerous one: one sentence each, and nothing changes."""

import io
import zipfile

import pytest
from sqlmodel import func, select

from models import ImportBatch, StoredFile
from services import imports
from services.access.permissions import ANONYMOUS
from services.containers import BURSTING, OLE
from services.errors import DomainError, InvalidInput, NotAllowed
from services.imports.opening.sentences import (
    ARCHIVE,
    BLANK,
    DAMAGED,
    LOCKED,
    NOT_A_WORKBOOK,
    ODS,
    PDF,
    PICTURE,
    WORD,
    XLSB,
)
from services.imports.reading import TOO_BIG, read_workbook
from services.work import reading
from tests import samples
from tests.services.imports.conftest import Load

GOOD = samples.workbook(samples.PEOPLE)
OLD_XLS = OLE + b"\0" * 600 + "Workbook\0".encode("utf-16-le") + b"\0" * 100
ENCRYPTED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
LETTER = OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le")


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def swollen() -> bytes:
    """A good workbook, one sheet of which unpacks to 60 MB of blanks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad:
        for entry in good.infolist():
            content = good.read(entry)
            bad.writestr(entry.filename, content + b" " * 60_000_000 if "sheet1" in entry.filename else content)
    return buffer.getvalue()


def far_cell() -> bytes:
    """A small workbook whose one far cell makes a reader lay out seventeen thousand million cells."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad:
        for entry in good.infolist():
            content = good.read(entry)
            if "sheet1" in entry.filename:
                content = content.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            bad.writestr(entry.filename, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Файл пуст: в нём 0 байт."),
        ("Просто текст".encode("cp1251"), NOT_A_WORKBOOK),
        (b"\xef\xbb\xbf<html><p>1</p></html>", "На этой странице HTML нет ни одной таблицы."),
        (b'<?xml version="1.0"?><yml_catalog/>', "Это файл XML, а не книга Excel."),
        (b"%PDF-1.7 \0\1\2", PDF),
        (b"\x89PNG\r\n\x1a\n\0\0", PICTURE),
        (b"{\\rtf1\\ansi", WORD),
        (b"MIME-Version: 1.0\r\n", "Это веб-архив (.mht)."),
        (bytes(range(256)), NOT_A_WORKBOOK),
        (b" \r\n \r\n", BLANK),
        (OLD_XLS, DAMAGED),
        (ENCRYPTED, LOCKED),
        (LETTER, WORD),
        (OLE + b"\0" * 600, NOT_A_WORKBOOK),
        (GOOD[: len(GOOD) // 2], DAMAGED),
        (b"PK\x03\x04" + b"\0" * 100, DAMAGED),
        (archive(word__document_xml=b"<w/>"), WORD),
        (archive(readme_txt=b"1"), ARCHIVE),
        (archive(content_xml=b"<w/>"), ODS),
        (archive(xl__workbook_bin=b"1"), XLSB),
        (archive(xl__workbook_xml=b"<nonsense/>"), DAMAGED),
        (archive(xl__workbook_xml=b" " * 250_000_000), BURSTING),
        (swollen(), BURSTING),
        (far_cell(), TOO_BIG),
        (samples.workbook(samples.Sheet("Лист1", [])), BLANK),
        (b"PK" + b"\0" * 25 * 1024 * 1024, "Файл слишком большой: 25 МБ, а можно не больше 20 МБ."),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) else "",
)
def test_a_wrong_file_gets_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_workbook("база.xlsx", content)
    assert str(refused.value).startswith(said)


def test_the_name_of_a_file_says_nothing() -> None:
    assert [sheet.name for sheet in read_workbook("../../etc/passwd.txt", GOOD).sheets] == ["Физ.лица"]


def test_a_wrong_file_changes_nothing(load: Load) -> None:
    with pytest.raises(InvalidInput):
        load(ENCRYPTED)
    with reading() as session:
        assert [session.exec(select(func.count()).select_from(m)).one() for m in (ImportBatch, StoredFile)] == [0, 0]


def test_sheets_nobody_knows_are_named_and_change_nothing(load: Load) -> None:
    report = load(samples.DRAFT, apply_it=False)
    with pytest.raises(DomainError, match=r"^Записывать нечего"):
        load(samples.DRAFT)
    assert report.written == 0
    assert [r.message for r in report.remarks] == [
        "Лист «Черновик» не загружен: не нашлось строки с заголовками, знакомыми программе."
    ]


def test_who_may_not_import_is_refused(database: str) -> None:
    with reading() as session:
        for service in (
            lambda: imports.start(session, ANONYMOUS, "a.xlsx", GOOD),
            lambda: imports.apply(session, ANONYMOUS, 1),
            lambda: imports.batches(session, ANONYMOUS),
        ):
            with pytest.raises(NotAllowed):
                service()
