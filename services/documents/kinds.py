"""What kind of file somebody brought as a document: told by its content, never by its name, and one of a list."""

from dataclasses import dataclass
from pathlib import PurePath

import puremagic

from services import containers
from services.errors import InvalidInput

PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."

DAMAGED = "Файл повреждён: открыть его не удалось."
REFUSED = (
    "Такие файлы не принимаются. Подойдут PDF, картинки (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC) "
    "и документы Word, Excel, PowerPoint, OpenDocument, RTF."
)
ARCHIVE = "Это архив. Распакуйте его и загрузите сами документы."
MACROS = "В файле есть макросы: они могут навредить. Сохраните документ без макросов или как PDF и загрузите снова."
LOCKED = "Файл защищён паролем. Снимите пароль и загрузите файл снова."


@dataclass(frozen=True)
class Kind:
    """A kind of file: what a browser is told it is, how such names end, whether browsers may show it in place."""

    content_type: str
    endings: tuple[str, ...]
    shown: bool = False


_SIMPLE = (
    Kind(PDF, (".pdf",), shown=True),
    Kind("image/jpeg", (".jpg", ".jpeg", ".jfif"), shown=True),
    Kind("image/png", (".png",), shown=True),
    Kind("image/gif", (".gif",), shown=True),
    Kind("image/webp", (".webp",), shown=True),
    Kind("image/tiff", (".tiff", ".tif")),
    Kind("image/x-ms-bmp", (".bmp",)),
    Kind("image/heic", (".heic", ".heif")),
    Kind("application/rtf", (".rtf",)),
)
KINDS = {kind.content_type: kind for kind in _SIMPLE}
SAME = {"image/bmp": "image/x-ms-bmp", "image/heif": "image/heic", "text/rtf": "application/rtf"}

_IN_ZIP = (
    ("word/document.xml", Kind(f"{OFFICE}wordprocessingml.document", (".docx",))),
    ("xl/workbook.xml", Kind(f"{OFFICE}spreadsheetml.sheet", (".xlsx",))),
    ("ppt/presentation.xml", Kind(f"{OFFICE}presentationml.presentation", (".pptx",))),
)
_OPEN_DOCUMENTS = {
    f"{OPEN}{name}".encode(): Kind(f"{OPEN}{name}", (ending,))
    for name, ending in (("text", ".odt"), ("spreadsheet", ".ods"), ("presentation", ".odp"), ("graphics", ".odg"))
}
_IN_OLE = (
    ("WordDocument", Kind("application/msword", (".doc",))),
    ("Workbook", Kind("application/vnd.ms-excel", (".xls",))),
    ("PowerPoint Document", Kind("application/vnd.ms-powerpoint", (".ppt",))),
)
_MACROS = ("vbaproject.bin", "_VBA_PROJECT")


def is_shown(content_type: str) -> bool:
    """Whether browsers may show files of this type in place."""
    return content_type in KINDS and KINDS[content_type].shown


def kind_of(content: bytes) -> Kind:
    """The kind of a document's file. Raises `InvalidInput` with a sentence for what is not taken."""
    containers.check_size(content)
    if content.startswith(containers.OLE):
        return _in_ole(content)
    if content.startswith(containers.ZIP):
        return _in_zip(content)
    try:
        said = [guess.mime_type for guess in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError) as error:
        raise InvalidInput(REFUSED) from error
    found = KINDS.get(SAME.get(said[0], said[0])) if said else None
    if found is None:
        raise InvalidInput(REFUSED)
    return found


def named(name: str, kind: Kind) -> str:
    """The name with an ending its content has: «скан.exe» that is a PDF becomes «скан.exe.pdf»."""
    return name if PurePath(name).suffix.lower() in kind.endings else name + kind.endings[0]


def _in_zip(content: bytes) -> Kind:
    names = containers.entries(content, DAMAGED)
    if any(name.endswith(_MACROS[0]) for name in names):
        raise InvalidInput(MACROS)
    for entry, kind in _IN_ZIP:
        if entry in names:
            return kind
    # OpenDocument says what it is in its first entry, which is not compressed.
    for marker, kind in sorted(_OPEN_DOCUMENTS.items(), key=lambda pair: -len(pair[0])):
        if "content.xml" in names and content[38 : 38 + len(marker)] == marker:
            return kind
    raise InvalidInput(ARCHIVE)


def _in_ole(content: bytes) -> Kind:
    if _has(content, "EncryptedPackage"):
        raise InvalidInput(LOCKED)
    if _has(content, _MACROS[1]):
        raise InvalidInput(MACROS)
    for stream, kind in _IN_OLE:
        if _has(content, stream):
            return kind
    raise InvalidInput(REFUSED)


def _has(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content
