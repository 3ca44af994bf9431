"""What is taken as a document: by content, whatever the name says."""

import pytest

from services.documents import kinds
from services.errors import InvalidInput
from tests import papers

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content", "content_type", "ending"),
    [
        (papers.pdf(), "application/pdf", ".pdf"),
        (papers.PNG, "image/png", ".png"),
        (papers.JPEG, "image/jpeg", ".jpg"),
        (papers.WEBP, "image/webp", ".webp"),
        (papers.HEIC, "image/heic", ".heic"),
        (papers.RTF, "application/rtf", ".rtf"),
        (papers.DOCX, f"{OFFICE}.wordprocessingml.document", ".docx"),
        (papers.zipped("xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet", ".xlsx"),
        (papers.zipped("ppt/presentation.xml"), f"{OFFICE}.presentationml.presentation", ".pptx"),
        (papers.open_document("text"), "application/vnd.oasis.opendocument.text", ".odt"),
        (papers.open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet", ".ods"),
        (papers.ole("WordDocument"), "application/msword", ".doc"),
        (papers.ole("Workbook"), "application/vnd.ms-excel", ".xls"),
    ],
)
def test_a_kind_is_told_by_its_content(content: bytes, content_type: str, ending: str) -> None:
    found = kinds.kind_of(content)
    assert (found.content_type, found.endings[0]) == (content_type, ending)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Файл пуст: в нём 0 байт."),
        (papers.HTML, kinds.REFUSED),
        (papers.SVG, kinds.REFUSED),
        (papers.EXE, kinds.REFUSED),
        ("просто текст".encode(), kinds.REFUSED),
        (papers.zipped("договор.pdf"), kinds.ARCHIVE),
        (b"PK\x03\x04\0 broken", kinds.DAMAGED),
        (papers.zipped("word/document.xml", "word/vbaProject.bin"), kinds.MACROS),
        (papers.ole("WordDocument", "_VBA_PROJECT"), kinds.MACROS),
        (papers.ole("EncryptedPackage"), kinds.LOCKED),
        (papers.ole("SummaryInformation"), kinds.REFUSED),
        (
            papers.zipped("word/document.xml", content=b"\0" * 30_000_000),
            "Файл устроен опасно: в распакованном виде он слишком велик. Загрузить его нельзя.",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        kinds.kind_of(content)
    assert str(refused.value) == sentence


def test_only_pictures_and_pdf_are_shown_in_place() -> None:
    shown = {kind for kind in kinds.KINDS if kinds.is_shown(kind)}
    assert shown == {"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"}
    assert not kinds.is_shown("text/html")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("скан.PDF", "скан.PDF"), ("скан.exe", "скан.exe.pdf"), ("скан", "скан.pdf"), ("скан.html", "скан.html.pdf")],
)
def test_a_name_ends_as_its_content_says(name: str, kept: str) -> None:
    assert kinds.named(name, kinds.kind_of(papers.pdf())) == kept
