"""Files the reader is tried on, put together byte by byte so that they can be wrong in every way."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def book(
    *rows: str,
    strings: Sequence[str] | None = None,
    names: Sequence[str] = ("Лист1",),
    before: str = "",
    after: str = "",
    since_1904: bool = False,
    without: Sequence[str] = (),
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """An .xlsx each sheet of which holds the XML `rows`; `strings` are the shared ones, as XML."""
    numbered = list(enumerate(names, 1))
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument'
        f'.spreadsheetml.worksheet+xml"/>'
        for n, _ in numbered
    )
    if strings is not None:
        related += f'<Relationship Id="s" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        kinds += (
            '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sharedStrings+xml"/>'
        )
    related += f'<Relationship Id="t" Type="{LINKS}/styles" Target="styles.xml"/>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{LINKS}"><workbookPr date1904="{int(since_1904)}"/>'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": f"{HEAD}<styleSheet {MAIN}>"
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="164"/></cellXfs></styleSheet>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f"{HEAD}<sst {MAIN}>{''.join(strings)}</sst>"
    for n, _ in numbered:
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f"{HEAD}<worksheet {MAIN}>{before}<sheetData>{''.join(rows)}</sheetData>{after}</worksheet>"
        )
    parts |= more or {}
    return archive({name: part for name, part in parts.items() if name not in without})


def row(number: int, *cells: str) -> str:
    """A row of the XML `cells`."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def number(place: str, value: float | str, style: int = 0) -> str:
    """A cell with a number."""
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def inline(place: str, text: str) -> str:
    """A cell with a text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of an old workbook."""
    return struct.pack("<HH", kind, len(data)) + data


END = record(0x0A)


def label(line: int, column: int, text: str, *, old: bool = False) -> bytes:
    """A cell with a text: of Excel 97, or of Excel 5 in cp1251."""
    place = struct.pack("<HHH", line, column, 0)
    if old:
        return record(0x204, place + struct.pack("<H", len(text)) + text.encode("cp1251"))
    return record(0x204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def value(line: int, column: int, amount: float, style: int = 0) -> bytes:
    """A cell with a number; style 1 is a date."""
    return record(0x203, struct.pack("<HHHd", line, column, style, amount))


def error(line: int, column: int, code: int = 0x17) -> bytes:
    """A cell with an error: #ССЫЛКА! unless told otherwise."""
    return record(0x205, struct.pack("<HHHBB", line, column, 0, code, 1))


def merged(top: int, left: int, bottom: int, right: int) -> bytes:
    """A merged area."""
    return record(0xE5, struct.pack("<HHHHH", 1, top, bottom, left, right))


def old_book(
    sheets: Mapping[str, bytes],
    *,
    old: bool = False,
    since_1904: bool = False,
    hidden: Sequence[str] = (),
    extra: bytes = b"",
) -> bytes:
    """An .xls of Excel 97, or with `old` of Excel 5, in its OLE container; `extra` are more global records."""
    version = 0x0500 if old else 0x0600
    start = record(0x809, struct.pack("<HHHHII", version, 5, 0x0DBB, 0x07CC, 0x41, 6)[: 8 if old else 16]) + extra
    start += record(0x42, struct.pack("<H", 1251 if old else 1200)) + record(0x22, struct.pack("<H", since_1904))
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 204, 0)
    start += record(0x31, font + (b"\5" if old else b"\5\0") + b"Arial")
    for shape in (0, 14):
        start += record(0xE0, struct.pack("<HHH", 0, shape, 0) + b"\0" * (10 if old else 14))
    bodies = [
        record(0x809, struct.pack("<HHHHII", version, 0x10, 0x0DBB, 0x07CC, 0x41, 6)[: 8 if old else 16]) + body + END
        for body in sheets.values()
    ]
    names = [name.encode("cp1251") if old else b"\1" + name.encode("utf-16-le") for name in sheets]
    place = len(start) + sum(4 + 7 + len(name) for name in names) + len(END)
    bounds = b""
    for title, name, body in zip(sheets, names, bodies, strict=True):
        bounds += record(0x85, struct.pack("<IBBB", place, title in hidden, 0, len(title)) + name)
        place += len(body)
    return container({"Book" if old else "Workbook": start + bounds + END + b"".join(bodies)})


def container(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with these streams."""
    table: list[int] = []
    sectors, entries = b"", [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for name, stream in streams.items():
        padded = stream.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % 512)
        first, count = len(table), len(padded) // 512
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
        entries.append(_entry(name, 2, first, len(padded)))
        sectors += padded
    directory = len(table)
    table.append(0xFFFFFFFE)
    sectors += b"".join(entries).ljust(512, b"\0")
    tables = 1
    while (len(table) + tables) > tables * 128:
        tables += 1
    first_table = len(table)
    table += [0xFFFFFFFD] * tables
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    places = [*range(first_table, first_table + tables), *[0xFFFFFFFF] * (109 - tables)]
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables,
                       directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    return head + struct.pack("<109I", *places) + sectors + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, first: int, size: int, child: int = -1) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBiii16xI8x8xIII", letters, len(letters), kind, 1, -1, -1, child, 0, first, size, 0)
