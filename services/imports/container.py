"""What kind of file somebody handed over, told by its first bytes, and whether it is safe to open at all."""

from services import containers
from services.containers import OLE, ZIP
from services.errors import InvalidInput
from services.imports.opening import sentences

XLSX, XLS, TEXT = "xlsx", "xls", "text"
BEGINNINGS = (
    (b"%PDF", sentences.PDF),
    (b"{\\rtf", sentences.WORD),
    (b"MIME-Version:", sentences.MHT),
    *((mark, sentences.PICTURE) for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")),
    *((mark, sentences.ARCHIVE) for mark in (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")),
)
"""How files of other kinds begin, and what to say of them."""

OLE_STREAMS = (
    ("EncryptedPackage", sentences.LOCKED),
    ("WordDocument", sentences.WORD),
    ("PowerPoint Document", sentences.SLIDES),
)
ZIP_ENTRIES = (
    ("xl/workbook.bin", sentences.XLSB),
    ("content.xml", sentences.ODS),
    ("word/document.xml", sentences.WORD),
    ("ppt/presentation.xml", sentences.SLIDES),
)


def check(content: bytes) -> str:
    """The kind of file: `XLSX`, `XLS` or `TEXT` (of some sort).

    Raises `InvalidInput` with one sentence for a file of another kind, a locked one, or one not safe to open.
    """
    containers.check_size(content)
    for beginning, sentence in BEGINNINGS:
        if content.startswith(beginning):
            raise InvalidInput(sentence)
    if content.startswith(OLE):
        _check_ole(content)
        return XLS
    if content.startswith(ZIP) and b"\0" in content[:64]:
        _check_zip(content)
        return XLSX
    return TEXT


def _check_ole(content: bytes) -> None:
    for stream, sentence in OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            raise InvalidInput(sentence)
    if not any(name.encode("utf-16-le") in content for name in ("Workbook\0", "WORKBOOK\0", "Book\0", "BOOK\0")):
        raise InvalidInput(sentences.NOT_A_WORKBOOK)


def _check_zip(content: bytes) -> None:
    names = containers.entries(content, sentences.DAMAGED)
    for entry, sentence in ZIP_ENTRIES:
        if entry in names:
            raise InvalidInput(sentence)
    if not any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        raise InvalidInput(sentences.ARCHIVE if names else sentences.NOT_A_WORKBOOK)
