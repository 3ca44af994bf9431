"""Files that are no workbook, or a dangerous one: one sentence each, and nothing changes."""

import io
import zipfile

import pytest
from sqlmodel import func, select

from models import ImportBatch, StoredFile
from services import imports
from services.access.permissions import ANONYMOUS, SYSTEM
from services.errors import InvalidInput, NotAllowed
from services.imports.container import DAMAGED, NOT_A_WORKBOOK, OLE
from services.imports.reading import read_workbook
from services.work import reading
from tests import samples
from tests.services.imports.conftest import Load

GOOD = samples.workbook(samples.PEOPLE)
OLD_XLS = OLE + b"\0" * 600 + "Workbook\0".encode("utf-16-le") + b"\0" * 100
LOCKED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
WORD = OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le")


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
        ("ФИО;Телефон\nНекто;1".encode("cp1251"), "Похоже на текстовую таблицу (CSV)"),
        (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table>", "Это страница HTML или XML"),
        (b"%PDF-1.7 \0\1\2", NOT_A_WORKBOOK),
        (OLD_XLS, "Это книга старого формата .xls."),
        (LOCKED, "Файл защищён паролем."),
        (WORD, NOT_A_WORKBOOK),
        (GOOD[: len(GOOD) // 2], DAMAGED),
        (b"PK\x03\x04" + b"\0" * 100, DAMAGED),
        (archive(word__document_xml=b"<w/>"), NOT_A_WORKBOOK),
        (archive(xl__workbook_bin=b"1"), "Это двоичная книга .xlsb."),
        (archive(xl__workbook_xml=b"<nonsense/>"), DAMAGED),
        (archive(xl__workbook_xml=b" " * 250_000_000), "Файл устроен опасно"),
        (swollen(), "Файл устроен опасно"),
        (far_cell(), "Для чтения файла не хватило отведённой памяти или времени"),
        (samples.workbook(samples.Sheet("Лист1", [])), "В книге нет ни одной заполненной ячейки."),
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
        load(LOCKED)
    with reading() as session:
        assert [session.exec(select(func.count()).select_from(m)).one() for m in (ImportBatch, StoredFile)] == [0, 0]


def test_sheets_nobody_knows_are_named_and_change_nothing(load: Load) -> None:
    report = load(samples.DRAFT)
    assert report.written == 0
    assert [r.message for r in report.remarks] == [
        "Лист «Черновик» не загружен: не нашлось строки с заголовками, знакомыми программе."
    ]


def test_who_may_not_import_is_refused(database: str) -> None:
    with reading() as session:
        planned = imports.plan(session, SYSTEM, "a.xlsx", GOOD)
        for service in (
            lambda: imports.plan(session, ANONYMOUS, "a.xlsx", GOOD),
            lambda: imports.apply(session, ANONYMOUS, planned),
            lambda: imports.batches(session, ANONYMOUS),
        ):
            with pytest.raises(NotAllowed):
                service()
