"""Files somebody handed over, before anything opens them: their size, and whether an archive is made to burst."""

import zipfile
import zlib
from io import BytesIO

from services.errors import InvalidInput
from services.settings import settings

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
SUSPECT_UNPACKED = 20 * 1024 * 1024
MOST_RATIO = 150
"""Sheets of text shrink 5 to 40 times; far more, at such a size, is made to burst."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"
"""How old and present Office files begin."""

EMPTY = "Файл пуст: в нём 0 байт."
BURSTING = "Файл устроен опасно: в распакованном виде он слишком велик. Загрузить его нельзя."
LOCKED = "Архив защищён паролем. Снимите пароль и загрузите файл снова."


def check_size(content: bytes) -> None:
    """Raises `InvalidInput` for nothing at all, and for more than the settings allow."""
    if not content:
        raise InvalidInput(EMPTY)
    most = settings().max_upload_mb
    if len(content) > most * 1024 * 1024:
        raise InvalidInput(f"Файл слишком большой: {len(content) / 1024 / 1024:.0f} МБ, а можно не больше {most} МБ.")


def entries(content: bytes, damaged: str) -> frozenset[str]:
    """Names in an archive, in small letters.

    Raises `InvalidInput`: with the sentence `damaged` for none at all, with others for one not safe to open.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise InvalidInput(damaged) from error
    unpacked = sum(entry.file_size for entry in listed)
    bursting = unpacked > SUSPECT_UNPACKED and unpacked > MOST_RATIO * len(content)
    if len(listed) > MOST_ENTRIES or unpacked > MOST_UNPACKED or bursting:
        raise InvalidInput(BURSTING)
    if any(entry.flag_bits & 1 for entry in listed):
        raise InvalidInput(LOCKED)
    return frozenset(entry.filename.replace("\\", "/").lower().lstrip("/") for entry in listed)
