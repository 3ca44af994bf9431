"""The product from a terminal: each command calls the service the screens call.

A refusal is one sentence on stderr and exit code 1; a wrong call is exit code 2.
"""

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
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from models import Role
from services import demo, imports, logs, migrate, revisions, settings
from services.access import accounts
from services.access.permissions import SYSTEM
from services.database import engine
from services.errors import DomainError, InvalidInput
from services.tables import export as exports
from services.tables.query import Query, parse_query
from services.tables.registry import TABLES, table_named
from services.tables.rows import rows as find_rows
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
Search = Annotated[str, typer.Option(metavar="TEXT", help="Быстрый поиск по всем текстовым колонкам")]

cli = typer.Typer(
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
        print("\t".join(exports.shown(column, row[column.key]) for column in columns))


@cli.command(help="Выгрузить таблицу в файл Excel или CSV.")
def export(
    table: TableName,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Вид файла")] = FileFormat.XLSX,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Куда записать; по умолчанию рядом")] = None,
    filter_: Filter = "",
    sort: Sort = [],  # noqa: B006
    search: Search = "",
) -> None:
    """Write the found rows of a table to a file."""
    with reading() as session:
        done = exports.export(session, SYSTEM, table, _query(filter_, sort, search, 1), None, file_format.value)
    path = output or Path(done.name)
    try:
        path.write_bytes(done.content)
    except OSError as error:
        raise DomainError(f"Файл {path} не записан: {error.strerror}.") from error
    print(f"Записано строк: {done.rows}. Файл: {path}")


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


@cli.command("import", help="Показать, что изменит книга Excel; с --apply изменить.")
def import_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Книга Excel")],
    apply: Annotated[bool, typer.Option("--apply", help="Записать в базу")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: applied, sheets, remarks")] = False,
) -> None:
    """Plan the load of a workbook, or do it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DomainError(f"Файл {file} не прочитан: {error.strerror}.") from error
    report = imports.run(SYSTEM, file.name, content, apply_it=apply)
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return
    for sheet in report.sheets:
        print(
            f"{sheet.sheet}: строк {sheet.rows}, новых {sheet.created}, изменено {sheet.changed}, "
            f"без изменений {sheet.same}, пропущено {sheet.skipped}"
        )
    for remark in report.remarks:
        place = ", ".join(str(part) for part in (remark.sheet, remark.row or "", remark.column) if part)
        print(f"  {place}: {remark.message}" if place else f"  {remark.message}")
    print("Записано в базу." if report.applied else "Ничего не записано. Записать: --apply")


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
    """Run the command; a refusal becomes a sentence and exit code 1."""
    os.environ.setdefault("STREAMLIT_LOGGER_LEVEL", "error")  # hashing a password loads it, and it misses its server
    settings.keep_files_private()
    logs.configure()
    logging.getLogger().setLevel(logging.WARNING)
    try:
        cli()
    except DomainError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except DBAPIError:
        logger.debug("the database refused", exc_info=True)
        print(NO_DATABASE, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
