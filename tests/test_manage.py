"""The terminal: what it prints where, its exit codes. Once of each kind of answer in a process of its own."""

import json
from collections.abc import Callable, Iterator

import pytest

from services.access.permissions import SYSTEM
from services.work import writing
from tests import builders
from tests.conftest import KINDS, Pointer
from tests.databases import Databases
from tests.terminal import Done, manage, manage_apart

ON_SQLITE = pytest.mark.parametrize("scene", KINDS[:1], indirect=True)
"""For what says the same whatever the database."""


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, databases: Databases, use_database: Pointer) -> Iterator[str]:
    """URL of a database with three invented people."""
    url = databases.create(request.param)
    use_database(url)
    with writing(SYSTEM) as session:
        for last_name in ("Астрова", "Бёклин", "Верескова"):
            builders.create_person(session, last_name, "Ия", "", region="Тверская область")
    yield url
    use_database.forget()
    databases.drop(url)


def test_migrate_creates_and_repeats(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/nauz.db"
    first, second = manage_apart(url, "migrate"), manage(url, "migrate")
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.startswith("База данных обновлена до версии")
    assert second.stdout == "База данных уже обновлена.\n"


@pytest.mark.parametrize(
    ("run", "url"),
    [(manage_apart, "sqlite:///{folder}/none.db"), (manage, "postgresql+psycopg://nobody@127.0.0.1:9/none")],
    ids=["sqlite", "postgres"],
)
def test_without_a_database_there_is_a_sentence_and_no_traceback(
    tmp_path: object, run: Callable[..., Done], url: str
) -> None:
    done = run(url.format(folder=tmp_path), "rows", "people", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("База данных недоступна или ещё не создана.")
    assert len(done.stderr.splitlines()) == 1


def test_rows_are_filtered_sorted_and_limited(scene: str) -> None:
    arguments = ("--search", "беклин", "--sort", "name:desc", "--limit", "2", "--json")
    found = json.loads(manage(scene, "rows", "people", *arguments).stdout)
    assert (found["total"], [row["name"] for row in found["rows"]]) == (1, ["Бёклин Ия"])
    model = json.dumps({"region": {"type": "contains", "filter": "ТВЕРСКАЯ"}})
    everybody = json.loads(manage(scene, "rows", "people", "--filter", model, "--sort", "name:desc", "--json").stdout)
    assert [row["name"] for row in everybody["rows"]] == ["Верескова Ия", "Бёклин Ия", "Астрова Ия"]


def test_rows_as_text_have_the_headings_of_the_screen(scene: str) -> None:
    lines = manage(scene, "rows", "people", "--sort", "name").stdout.splitlines()
    assert lines[0].split("\t")[0] == "ФИО"
    assert [line.split("\t")[0] for line in lines[1:]] == ["Астрова Ия", "Бёклин Ия", "Верескова Ия"]


def test_export_writes_a_file(scene: str, tmp_path: object) -> None:
    done = manage(scene, "export", "people", "--format", "csv", "--output", f"{tmp_path}/people.csv")
    assert done.stdout == f"Записано строк: 3. Файл: {tmp_path}/people.csv\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rows", "planets"), "Нет такой таблицы: planets"),
        (("rows", "people", "--filter", "{"), "Фильтр не разобран: это не JSON."),
        (("rows", "people", "--filter", '{"nothing": {"type": "contains", "filter": "x"}}'), "нет такой колонки"),
        (("rows", "people", "--limit", "100000"), "не больше 1000"),
        (("import", "/nowhere/at/all.xlsx"), "не прочитан"),
        (("export", "people", "--output", "/nowhere/at/all.xlsx"), "не записан"),
    ],
)
@ON_SQLITE
def test_a_refusal_is_one_sentence_and_exit_code_1(scene: str, arguments: tuple[str, ...], sentence: str) -> None:
    refused = manage(scene, *arguments)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stdout == ""


@pytest.mark.parametrize("arguments", [("rows",), ("rows", "people", "--colour", "red"), ("dance",)])
def test_a_wrong_call_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert manage("sqlite://", *arguments).returncode == 2


@ON_SQLITE
def test_an_administrator_is_created_from_stdin_or_a_variable(scene: str) -> None:
    first = manage_apart(scene, "create-admin", "Vera", "--name", "Вера", given=f"{builders.PASSWORD}\n")
    assert (first.returncode, first.stdout) == (0, "Администратор vera создан.\n")
    second = manage(scene, "create-admin", "nadya", NAUZ_ADMIN_PASSWORD=builders.PASSWORD)
    assert second.returncode == 0
    again = manage(scene, "create-admin", "vera", given=f"{builders.PASSWORD}\n")
    short = manage(scene, "create-admin", "lyuba", given="12345\n")
    assert (again.returncode, short.returncode) == (1, 1)
    assert "Пароль слишком короткий" in short.stderr
    assert builders.PASSWORD not in "".join(run.stdout + run.stderr for run in (first, second, again))


def test_a_demonstration_prints_a_log_in_for_every_role(databases: Databases) -> None:
    url = databases.create("sqlite")
    done = manage(url, "demo", "--people", "40")
    assert done.returncode == 0, done.stderr
    logins = {line.split()[-2] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert logins == {"admin", "director", "manager", "accountant", "member"}
    assert "людей: 40." in done.stdout
    found = json.loads(manage(url, "rows", "people", "--limit", "1", "--json").stdout)
    assert 30 < found["total"] <= 40  # some are deactivated
    databases.drop(url)
