"""What kind of file somebody handed over, told by its content, and whether it is safe to open at all."""

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
NEED_XLSX = "Откройте его в Excel, сохраните как «Книга Excel (.xlsx)» и загрузите снова."
NOT_A_WORKBOOK = "Это не книга Excel. Нужен файл .xlsx."
DAMAGED = "Файл повреждён: открыть его как книгу Excel не удалось."


def check(content: bytes) -> None:
    """Raise `InvalidInput` with one sentence unless `content` is an .xlsx that may be opened."""
    if not content:
        raise InvalidInput("Файл пуст: в нём 0 байт.")
    most = settings().max_upload_mb
    if len(content) > most * 1024 * 1024:
        raise InvalidInput(f"Файл слишком большой: {len(content) / 1024 / 1024:.0f} МБ, а можно не больше {most} МБ.")
    if content.startswith(OLE):
        raise InvalidInput(_about_ole(content))
    if not content.startswith(ZIP):
        raise InvalidInput(_about_text(content))
    _check_zip(content)


def _about_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "Файл защищён паролем. Снимите пароль в Excel и загрузите файл снова."
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return f"Это книга старого формата .xls. {NEED_XLSX}"
    return NOT_A_WORKBOOK


def _about_text(content: bytes) -> str:
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        return f"Это страница HTML или XML, а не книга Excel. {NEED_XLSX}"
    if b"\0" not in start and any(mark in start for mark in (b";", b",", b"\t")):
        return f"Похоже на текстовую таблицу (CSV), а не на книгу Excel. {NEED_XLSX}"
    return NOT_A_WORKBOOK


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.replace("\\", "/").lower().lstrip("/") for entry in entries}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise InvalidInput(DAMAGED) from error
    unpacked = sum(entry.file_size for entry in entries)
    bursting = unpacked > SUSPECT_UNPACKED and unpacked > MOST_RATIO * len(content)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or bursting:
        raise InvalidInput("Файл устроен опасно: в распакованном виде он слишком велик. Загрузить его нельзя.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InvalidInput("Архив защищён паролем. Снимите пароль и загрузите файл снова.")
    if "xl/workbook.bin" in names:
        raise InvalidInput(f"Это двоичная книга .xlsb. {NEED_XLSX}")
    if not any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        raise InvalidInput(NOT_A_WORKBOOK)
