"""Files that are text of some sort: told apart, and each handed to its reader."""

import re

from services.imports.opening import delimited, hypertext, spreadsheetml
from services.imports.opening.encodings import decoded
from services.imports.opening.sentences import BANK_STATEMENT, FOREIGN_XML, NOT_A_WORKBOOK
from services.imports.opening.sheet import Book, Refused, Sheet

BEGINNING = 4096
CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style|div|font|center|p)\b",
    re.IGNORECASE | re.DOTALL,
)
CONTROLS = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\ufffd\ufffe\uffff]")
MOST_CONTROLS = 0.001
"""Share of signs that no text has."""


def read(content: bytes) -> Book:
    """A delimited text, an HTML page or an XML of Excel 2003. Raises `Refused` for any other text."""
    declared = CHARSET.search(content[:BEGINNING])
    text, encoding = decoded(content, declared[1].decode() if declared else "")
    start = text[:BEGINNING]
    if start.lstrip().startswith("1CClientBankExchange"):
        raise Refused(BANK_STATEMENT)
    if start.lstrip().startswith("<?xml") and spreadsheetml.NAMESPACE in start:
        return Book("xml", spreadsheetml.sheets(text), encoding)
    if HTML.match(start) or (start.lstrip().startswith("<?xml") and "<html" in start.lower()):
        return Book("html", hypertext.sheets(text), encoding)
    if start.lstrip().startswith("<?xml"):
        raise Refused(FOREIGN_XML)
    if len(CONTROLS.findall(text)) > MOST_CONTROLS * len(text) or "\0" in text:
        raise Refused(NOT_A_WORKBOOK)
    delimiter, begin = delimited.delimiter_of(text)
    if not delimiter and len(text.strip().splitlines()) == 1:
        raise Refused(NOT_A_WORKBOOK)  # one line of words
    return Book("csv", iter([Sheet("", delimited.rows(text, delimiter, begin))]), encoding)
