"""Loads from the terminal: what is printed, the exact keys of the JSON, exit codes.

On SQLite alone: what the commands call is tested on both databases.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.access.permissions import SYSTEM
from services.tables.query import parse_query
from services.tables.rows import rows
from services.work import reading, writing
from tests import builders
from tests.conftest import KINDS, Pointer
from tests.databases import Databases
from tests.samples import Sheet, workbook
from tests.terminal import manage, manage_apart

HEADING = ["ФИО", "Телефон", "Регион"]
PEOPLE = Sheet(
    "Физ.лица",
    [HEADING, ["Орлова Мария Ивановна", "8 916 555-01-01", "Тверь"], ["Рыбин Пётр Ильич", "12345", "Москва"]],
)
HIDDEN = Sheet("Бывшие", [HEADING, ["Сомова Вера Павловна", "8 916 555-01-03", "Псков"]], hidden=True)
REPORT_KEYS = {"applied", "sheets", "remarks", "batch", "conflicts", "doubtful", "rows"}
SHEET_KEYS = {"sheet", "table", "header_row", "rows", "created", "changed", "same", "skipped"}
REMARK_KEYS = {"sheet", "row", "column", "value", "message", "severity"}
ROW_KEYS = {"sheet", "row", "table", "name", "outcome", "match", "cells"}
CELL_KEYS = {"column", "state", "before", "after", "origin"}
BATCH_KEYS = {"id", "state", "file", "sha256", "who", "applied_at", "undone_at", "undo_of", "sheets", "remarks"}


@pytest.fixture(params=KINDS[:1])
def url(request: pytest.FixtureRequest, databases: Databases, use_database: Pointer) -> Iterator[str]:
    """URL of an empty migrated database, which this process uses too."""
    made = databases.create(request.param)
    use_database(made)
    yield made
    use_database.forget()
    databases.drop(made)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with two people and a hidden sheet with a third."""
    path = tmp_path / "люди.xlsx"
    path.write_bytes(workbook(PEOPLE, HIDDEN))
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The environment of a process whose uploads go to a folder of the test."""
    return {"DATA_DIR": str(tmp_path / "data")}


def people() -> list[str]:
    with reading() as session:
        return sorted(row["name"] for row in rows(session, SYSTEM, "people", parse_query({"endRow": 100})).rows)


def as_json(done: "subprocess.CompletedProcess[str]") -> Any:
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    return json.loads(done.stdout)


def test_a_plan_is_printed_and_writes_nothing(url: str, book: Path, files: dict[str, str]) -> None:
    done = manage_apart(url, "import", str(book), **files)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "Физ.лица: строк 2, новых 2, изменено 0, без изменений 0, пропущено 0",
        "Бывшие: строк 2, новых 0, изменено 0, без изменений 0, пропущено 2",
    ]
    assert "  Физ.лица, 3, Телефон: В номере «12345» 5 цифр вместо 10." in lines
    assert lines[-1] == "Ничего не записано. Записать: --apply"
    assert people() == []


def test_the_json_of_a_plan_and_of_a_load(url: str, book: Path, files: dict[str, str]) -> None:
    plan = as_json(manage(url, "import", str(book), "--json", **files))
    assert set(plan) == REPORT_KEYS
    assert (plan["applied"], plan["batch"], plan["doubtful"]) == (False, None, 0)
    assert {frozenset(sheet) for sheet in plan["sheets"]} == {frozenset(SHEET_KEYS)}
    assert {frozenset(remark) for remark in plan["remarks"]} == {frozenset(REMARK_KEYS)}
    assert {frozenset(row) for row in plan["rows"]} == {frozenset(ROW_KEYS)}
    assert {frozenset(cell) for row in plan["rows"] for cell in row["cells"]} == {frozenset(CELL_KEYS)}
    first = plan["rows"][0]
    assert (first["sheet"], first["row"], first["table"], first["outcome"]) == ("Физ.лица", 2, "people", "created")
    assert [(cell["column"], cell["state"], cell["before"], cell["after"]) for cell in first["cells"]] == [
        ("ФИО", "new", "", "Орлова Мария Ивановна"),
        ("Телефон", "new", "", "+79165550101"),
        ("Регион", "new", "", "Тверь"),
    ]
    done = as_json(manage(url, "import", str(book), "--apply", "--json", **files))
    assert set(done) == REPORT_KEYS
    assert (done["applied"], done["rows"], done["sheets"]) == (True, [], plan["sheets"])
    assert isinstance(done["batch"], int)
    assert people() == ["Орлова Мария Ивановна", "Рыбин Пётр Ильич"]


@pytest.mark.parametrize(
    ("options", "loaded"),
    [
        (["--sheet", "Бывшие"], ["Сомова Вера Павловна"]),
        (["--sheet", "Физ.лица"], ["Орлова Мария Ивановна", "Рыбин Пётр Ильич"]),
        (["--table", "people", "--sheet", "Бывшие"], ["Сомова Вера Павловна"]),
        (["--table", "speakers", "--sheet", "Физ.лица"], ["Орлова Мария Ивановна", "Рыбин Пётр Ильич"]),
    ],
)
def test_a_sheet_and_a_table_are_chosen(
    url: str, book: Path, files: dict[str, str], options: list[str], loaded: list[str]
) -> None:
    done = as_json(manage(url, "import", str(book), *options, "--apply", "--json", **files))
    assert [sheet["table"] for sheet in done["sheets"] if sheet["table"]] == [
        "speakers" if "speakers" in options else "people"
    ]
    assert people() == loaded


def test_blank_cells_keep_or_clear(url: str, tmp_path: Path, files: dict[str, str]) -> None:
    full, blank = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    full.write_bytes(workbook(PEOPLE))
    blank.write_bytes(workbook(Sheet("Физ.лица", [HEADING, ["Орлова Мария Ивановна", "8 916 555-01-01", None]])))
    as_json(manage(url, "import", str(full), "--apply", "--json", **files))
    changed = {
        way: as_json(manage(url, "import", str(blank), "--blank", way, "--json", **files))["sheets"][0]["changed"]
        for way in ("keep", "clear")
    }
    assert changed == {"keep": 0, "clear": 1}


def test_a_load_is_listed_undone_and_done_again(url: str, book: Path, files: dict[str, str]) -> None:
    batch = as_json(manage(url, "import", str(book), "--apply", "--json", **files))["batch"]
    with writing(SYSTEM) as session:
        builders.create_person(session, "Чужой")
    (listed,) = as_json(manage(url, "imports", "--json", **files))
    assert set(listed) == BATCH_KEYS
    assert (listed["id"], listed["state"], listed["file"], listed["undo_of"]) == (batch, "applied", "люди.xlsx", None)
    assert {frozenset(sheet) for sheet in listed["sheets"]} == {frozenset(SHEET_KEYS)}

    undone = as_json(manage(url, "undo", str(batch), "--json", **files))
    assert set(undone) == {"batch_id", "values", "removed", "restored", "kept"}
    assert (undone["removed"], undone["restored"], undone["kept"]) == ({"person": 2}, {}, [])
    assert people() == ["Чужой Пётр Ильич"]
    by_number = {one["id"]: one for one in as_json(manage(url, "imports", "--json", **files))}
    assert [by_number[batch]["state"], by_number[undone["batch_id"]]["undo_of"]] == ["undone", batch]

    again = as_json(manage(url, "undo", str(undone["batch_id"]), "--json", **files))
    assert (again["removed"], again["restored"]) == ({}, {"person": 2})
    assert len(people()) == 3


def test_lists_and_undoing_in_words(url: str, book: Path, files: dict[str, str]) -> None:
    assert manage(url, "imports", **files).stdout == ""
    batch = as_json(manage(url, "import", str(book), "--apply", "--json", **files))["batch"]
    (line,) = manage(url, "imports", **files).stdout.splitlines()
    assert line.split("\t")[0] == str(batch)
    assert line.split("\t")[2:5] == ["система", "люди.xlsx", "новых 2, изменено 0"]
    done = manage(url, "undo", str(batch), **files)
    assert done.stdout.splitlines()[0] == "Возвращено значений: 0. Убрано: 2 физ. лица."


def test_the_same_file_again_says_so(url: str, book: Path, files: dict[str, str]) -> None:
    for _ in range(2):
        done = manage(url, "import", str(book), "--apply", **files)
    assert "Этот же файл уже загружен " in done.stdout
    assert len(as_json(manage(url, "imports", "--json", **files))) == 1


def test_doubtful_rows_are_named_after_a_load(url: str, tmp_path: Path, files: dict[str, str]) -> None:
    with writing(SYSTEM) as session:
        builders.create_company(session, "ОАО «Ива»")
    path = tmp_path / "c.xlsx"
    path.write_bytes(workbook(Sheet("Юр.лица", [["Название компании", "Сайт"], ["Ива", None], ["ООО «Клён»", None]])))
    done = manage(url, "import", str(path), "--apply", **files)
    assert "Не решено, кого значат строки: 1." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "content", "sentence"),
    [
        (("import", "{path}"), b"", "Файл пуст: в нём 0 байт."),
        (("import", "{path}"), b"PK\x03\x04" + bytes(100), "Файл повреждён"),
        (("import", "{path}", "--apply"), b"%PDF-1.7", "PDF"),
        (("import", "{path}", "--sheet", "Нет такого"), workbook(PEOPLE), "Листа «Нет такого» в файле нет."),
        (("import", "{path}", "--table", "planets"), workbook(PEOPLE), "Таблицы planets нет."),
        (("import", "{path}.none"), b"", "не прочитан"),
        (("undo", "987"), b"", "Такой загрузки нет."),
        (("parse", "colour"), b"", "Вида «colour» нет."),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_1(
    databases: Databases,
    tmp_path: Path,
    files: dict[str, str],
    arguments: tuple[str, ...],
    content: bytes,
    sentence: str,
) -> None:
    url = databases.create("sqlite")
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    done = manage(url, *(argument.format(path=path) for argument in arguments), **files)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    databases.drop(url)


@pytest.mark.parametrize(
    "arguments", [("import",), ("import", "a.xlsx", "--blank", "dance"), ("undo",), ("undo", "first"), ("parse",)]
)
def test_a_wrong_call_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert manage("sqlite://", *arguments).returncode == 2
