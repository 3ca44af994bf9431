"""The product from a terminal: each command calls the service the screens call.

A refusal is one sentence on stderr and exit code 1; a wrong call is exit code 2.
"""

import io
import json
import logging
import os
import runpy
import socket
import sys
import time
import urllib.error
import urllib.request
from enum import StrEnum
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
from sqlalchemy.exc import DBAPIError

import manage_messages
from models import Role, Source
from services import clock, demo, imports, logs, migrate, revisions, settings
from services.access import accounts
from services.access.permissions import SYSTEM
from services.database import engine
from services.errors import DomainError, InvalidInput
from services.imports import Blank, running
from services.tables import export as exports, template as templates
from services.tables.query import Query, parse_query
from services.tables.registry import TABLES, table_named
from services.tables.rows import rows as find_rows
from services.tables.workbook import shown
from services.values.parsing import KINDS, parse as parse_value
from services.work import reading, writing

logger = logging.getLogger(__name__)

NO_DATABASE = "База данных недоступна или ещё не создана. Проверьте DATABASE_URL и выполните «manage.py migrate»."
PASSWORD_VARIABLE = "NAUZ_ADMIN_PASSWORD"  # noqa: S105 - its name, not a password


class FileFormat(StrEnum):
    """What a table can be written as."""

    XLSX = "xlsx"
    CSV = "csv"


TableName = Annotated[str, typer.Argument(metavar="TABLE", help=f"Таблица: {', '.join(TABLES)}")]
Filter = Annotated[
    str, typer.Option("--filter", metavar="JSON", help='Фильтр: {"name": {"type": "contains", "filter": "иван"}}')
]
Sort = Annotated[list[str], typer.Option(metavar="COLUMN[:desc]", help="Колонка сортировки; можно несколько")]
Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Куда записать; по умолчанию рядом")]
Search = Annotated[str, typer.Option(metavar="TEXT", help="Быстрый поиск по всем текстовым колонкам")]


class Commands(typer.core.TyperGroup):
    """The commands: a refusal of any of them becomes a sentence and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            print(error, file=sys.stderr)
        except DBAPIError:
            logger.debug("the database refused", exc_info=True)
            print(NO_DATABASE, file=sys.stderr)
        raise typer.Exit(1)


cli = typer.Typer(
    cls=Commands,
    help="Управление базой НАУЗ из терминала.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@cli.command("migrate", help="Создать базу данных или обновить её до текущей версии.")
def migrate_database() -> None:
    """Bring the database to the present; safe to repeat and beside a running process."""
    done = migrate.migrate(engine())
    if done.before != done.after:
        print(f"База данных обновлена до версии {done.after}.")
    if done.rebuilt:
        print(f"Построены таблицы для поиска: {len(done.rebuilt)}.")
    if done.before == done.after and not done.rebuilt:
        print("База данных уже обновлена.")


@cli.command(help="Создать администратора. Пароль: из переменной NAUZ_ADMIN_PASSWORD, с клавиатуры или из stdin.")
def create_admin(
    login: Annotated[str, typer.Argument(help="Логин: латиница или адрес эл. почты")],
    name: Annotated[str, typer.Option(help="Имя, как его видят другие")] = "Администратор",
) -> None:
    """Create an administrator: the first one, or another when nobody else can."""
    password = _asked_password()
    with writing(SYSTEM) as session:
        if accounts.any_exists(session):
            accounts.create_account(session, SYSTEM, login, name, Role.ADMINISTRATOR, password=password)
        else:
            accounts.create_first_administrator(session, SYSTEM, login, name, password)
    print(f"Администратор {accounts.normal_login(login)} создан.")


def _asked_password() -> str:
    if given := os.environ.get(PASSWORD_VARIABLE):
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Пароль: ")
    if getpass("Ещё раз: ") != password:
        raise DomainError("Пароли не совпадают.")
    return password


@cli.command(help="Показать строки таблицы.")
def rows(
    table: TableName,
    filter_: Filter = "",
    sort: Sort = [],  # noqa: B006 - typer reads it, nobody changes it
    search: Search = "",
    limit: Annotated[int, typer.Option(metavar="N", help="Сколько строк, не больше 1000")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: total и rows")] = False,
) -> None:
    """Print rows of a table as the grid would get them."""
    query = _query(filter_, sort, search, limit)
    with reading() as session:
        page = find_rows(session, SYSTEM, table, query)
    if as_json:
        print(json.dumps({"total": page.total, "rows": page.rows}, ensure_ascii=False, default=str))
        return
    columns = table_named(table).visible(SYSTEM).values()
    print("\t".join(column.label for column in columns))
    for row in page.rows:
        print("\t".join(shown(column, row[column.key]) for column in columns))


@cli.command(help="Выгрузить таблицу в файл Excel или CSV.")
def export(
    table: TableName,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Вид файла")] = FileFormat.XLSX,
    columns: Annotated[str, typer.Option(metavar="KEYS", help="Колонки через запятую: name,phone; иначе все")] = "",
    output: Output = None,
    filter_: Filter = "",
    sort: Sort = [],  # noqa: B006
    search: Search = "",
) -> None:
    """Write the found rows of a table to a file."""
    keys = [key.strip() for key in columns.split(",")] if columns else None
    with reading() as session:
        done = exports.export(session, SYSTEM, table, _query(filter_, sort, search, 1), keys, file_format.value)
    print(f"Записано строк: {done.rows}. Файл: {_written(done, output)}")


@cli.command(help="Записать пустую книгу Excel с заголовками таблицы, чтобы заполнить её и загрузить.")
def template(table: TableName, output: Output = None) -> None:
    """Write the template of a table to a file."""
    with reading() as session:
        done = templates.template(session, SYSTEM, table)
    print(f"Шаблон записан. Файл: {_written(done, output)}")


def _written(done: exports.Exported, output: Path | None) -> Path:
    path = output or Path(done.name)
    try:
        path.write_bytes(done.content)
    except OSError as error:
        raise DomainError(f"Файл {path} не записан: {error.strerror}.") from error
    return path


def _query(filter_: str, sort: list[str], search: str, limit: int) -> Query:
    try:
        filters = json.loads(filter_ or "{}")
    except ValueError as error:
        raise InvalidInput("Фильтр не разобран: это не JSON.") from error
    order = [(key, "desc" if way == "desc" else "asc") for key, _, way in (item.partition(":") for item in sort)]
    return parse_query(
        {
            "filterModel": filters,
            "sortModel": [{"colId": key, "sort": way} for key, way in order],
            "search": search,
            "endRow": limit,
        }
    )


@cli.command("import", help="Показать, что изменит книга Excel или CSV; с --apply изменить.")
def import_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Файл .xlsx, .xls, .csv, .tsv или HTML")],
    table: Annotated[str | None, typer.Option(metavar="NAME", help="Считать файл этой таблицей")] = None,
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Взять только этот лист, и скрытый тоже")] = "",
    blank: Annotated[Blank, typer.Option(help="Пустая ячейка: keep ничего не меняет, clear очищает поле")] = Blank.KEEP,
    apply: Annotated[bool, typer.Option("--apply", help="Записать в базу")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: applied, sheets, remarks, rows…")] = False,
) -> None:
    """Plan the load of a file, or do it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DomainError(f"Файл {file} не прочитан: {error.strerror}.") from error
    done = running.run(SYSTEM, file.name, content, imports.Options(blank, table, sheet), apply_it=apply)
    if as_json:
        print_json(done.to_json())
        return
    for line in done.report.sheets:
        print(
            f"{line.sheet}: строк {line.rows}, новых {line.created}, изменено {line.changed}, "
            f"без изменений {line.same}, пропущено {line.skipped}"
        )
    for remark in done.report.remarks:
        place = ", ".join(str(part) for part in (remark.sheet, remark.row or "", remark.column) if part)
        print(f"  {place}: {remark.message}" if place else f"  {remark.message}")
    if done.report.doubtful:
        print(f"Не решено, кого значат строки: {done.report.doubtful}. Решить можно на странице «Загрузка из Excel».")
    if done.report.conflicts:
        print(
            f"Введено вручную и оставлено как есть, значений: {done.report.conflicts}. Взять их из файла можно там же."
        )
    number = f" Номер загрузки: {done.batch_id}." if done.batch_id else ""
    print(f"Записано в базу.{number}" if done.report.applied else "Ничего не записано. Записать: --apply")


@cli.command("imports", help="Перечислить загрузки, новые сверху.")
def list_imports(
    as_json: Annotated[bool, typer.Option("--json", help="Один массив JSON")] = False,
) -> None:
    """Print the loads that were applied, and what undid them."""
    with reading() as session:
        found = imports.batches(session, SYSTEM)
    if as_json:
        print_json([batch.to_json() for batch in found])
        return
    for batch in found:
        created, changed = batch.report.total("created"), batch.report.total("changed")
        counts = f"отмена загрузки {batch.undo_of}" if batch.undo_of else f"новых {created}, изменено {changed}"
        when = f"{clock.local(batch.applied_at):%d.%m.%Y %H:%M}" if batch.applied_at else ""
        print(f"{batch.id}\t{when}\t{batch.who}\t{batch.file_name}\t{counts}\t{batch.state}")


@cli.command(help="Отменить загрузку: вернуть прежние значения, убрать созданные записи.")
def undo(
    batch: Annotated[int, typer.Argument(metavar="BATCH", help="Номер загрузки из «manage.py imports»")],
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON")] = False,
) -> None:
    """Take a load back; what was edited since stays and is listed."""
    with writing(SYSTEM, Source.EXCEL) as session:
        done = imports.undo(session, SYSTEM, batch)
    if as_json:
        print_json(done.to_json())
        return
    told = (("Убрано", done.removed), ("Восстановлено", done.restored))
    said = (f"{what}: {imports.undo_counts.in_words(counts)}." for what, counts in told if counts)
    print(f"Возвращено значений: {done.values}.", *said)
    for kept in done.kept:
        print(f"  {kept.name}, {kept.field}: {kept.reason} (сейчас «{kept.now}», было бы «{kept.wanted}»)")


@cli.command(help=f"Разобрать значения из stdin, по одному в строке: {', '.join(KINDS)}.")
def parse(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Что за значения")],
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON на строку")] = False,
) -> None:
    """Try the recognisers: one value a line in, one answer a line out."""
    if kind not in KINDS:
        raise InvalidInput(f"Вида «{kind}» нет. Есть: {', '.join(KINDS)}.")
    sys.stdin = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    for line in sys.stdin:
        answer = parse_value(kind, line.rstrip("\r\n"))
        if as_json:
            print_json(answer)
        else:
            notes = "; ".join(note["message"] for note in answer["notes"])
            print(f"{answer['input']}\t{answer['value']}\t{notes}")


def print_json(value: Any) -> None:
    """One line of JSON."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


manage_messages.add_to(cli)


@cli.command("demo", help="Наполнить пустую базу выдуманными данными и выдать логин для каждой роли.")
def build_demo(
    people: Annotated[int | None, typer.Option(metavar="N", help="Сколько людей; по умолчанию 300")] = None,
) -> None:
    """Make the present database a demonstration and print its log-ins."""
    done = demo.run(people)
    if done.is_new:
        print(f"Выдуманные данные готовы за {done.seconds:.1f} с, людей: {done.counts['person']}.")
    print("\nВойти можно так (пароли новые при каждом запуске):\n")
    for login in done.logins:
        print(f"  {login.title:<16} {login.login:<12} {login.password}")
    print()


@cli.command(help="Измерить скорость (нужны зависимости для разработки).")
def bench() -> None:
    """Run the benchmarks of tests/bench."""
    runpy.run_module("tests.bench", run_name="__main__")


@cli.command(hidden=True)
def address() -> None:
    """Print host and port to listen on, having made sure that the port is free (for `make run`)."""
    wanted = settings.settings()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            raise DomainError(
                f"Адрес {wanted.host}:{wanted.port} занят другой программой. "
                f"Остановите её или задайте другой порт: make run PORT={wanted.port + 1}"
            ) from error
    print(wanted.host, wanted.port)


@cli.command(hidden=True)
def announce(seconds: int = 120) -> None:
    """Print the address as soon as the server answers on it (for `make run`)."""
    wanted = settings.settings()
    host = "127.0.0.1" if wanted.host == "0.0.0.0" else wanted.host  # noqa: S104 - compared, not bound
    address = f"http://{host}:{wanted.port}"
    for _ in range(seconds * 4):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own address
                break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.25)
    else:
        raise DomainError(f"Сервер не ответил за {seconds} с. Что случилось, написано выше.")
    print(f"\n  Готово. Откройте в браузере: {wanted.public_url or address}\n  Остановить: Ctrl+C\n", flush=True)


@cli.command(hidden=True)
def revision(
    title: Annotated[str, typer.Argument(help="What changes, in a few English words")] = "",
    initial: Annotated[bool, typer.Option(help="Write the first revision anew (nothing released yet)")] = False,
) -> None:
    """Write a database revision from the models (for developers)."""
    if initial == bool(title):
        raise typer.BadParameter("give either a title or --initial")
    print(revisions.rewrite_initial() if initial else revisions.write_revision(title))


def main() -> None:
    """Run the command that was asked for."""
    os.environ.setdefault("STREAMLIT_LOGGER_LEVEL", "error")  # hashing a password loads it, and it misses its server
    settings.keep_files_private()
    logs.configure()
    logging.getLogger().setLevel(logging.WARNING)
    cli()


if __name__ == "__main__":
    main()
