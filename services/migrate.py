"""Brings a database to the present: revisions, reference rows, row indexes. Safe to repeat, alone or side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects import postgresql, sqlite

from models import (
    Base,
    DocumentType,
    MembershipRule,
    PurposePolicy,
    Record,
    RuledState,
    Rules,
    Segment,
    SendingSwitch,
    utc_now,
)
from models.migrations.options import OPTIONS
from services.database import is_sqlite
from services.messaging import start_set as texts
from services.messaging.policies import DEFAULTS as POLICIES
from services.reminders import start_set as reminder_rules
from services.settings import ROOT
from services.tables import index
from services.tables.segments_built_in import BUILT_INS, BuiltIn

LOCK = 0x4E41555A
"""Number of PostgreSQL's advisory lock: any constant that other programs on the server do not use."""

DOCUMENT_TYPES = {
    "contract": "договор",
    "application": "заявление",
    "questionnaire": "анкета",
    "motivation": "мотивационное письмо",
    "pd_consent": "согласие на обраб. ПД",
    "photo": "фото",
    "passport_copy": "копия паспорта",
    "notice": "уведомление",
}
"""Code → title of the documents that have a column each, in the order of the columns."""

DOCUMENT_ACCESS = {"passport_copy": "passport.read"}
"""What one needs to open files of a type, where that is more than to read the base."""


@dataclass(frozen=True)
class Migrated:
    """What `migrate` did: revisions before (None: there was nothing) and after, row indexes built anew."""

    before: str | None
    after: str | None
    rebuilt: tuple[str, ...]


def migrate(engine: Engine) -> Migrated:
    """Bring the database to the newest revision, add reference rows, build stale row indexes.

    One transaction under one lock: a process that comes meanwhile waits, then finds nothing to do.
    """
    if is_sqlite(engine) and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with alone(engine) as connection:
        before = revision(connection)
        command.upgrade(_config(connection), "head")
        _seed(connection)
        rebuilt = index.ensure(connection)
        return Migrated(before, revision(connection), tuple(rebuilt))


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def pending(connection: Connection) -> bool:
    """Whether the database is not at the revision this code was written for."""
    return revision(connection) != ScriptDirectory.from_config(_config()).get_current_head()


def differences(connection: Connection) -> list[Any]:
    """What the database and the models disagree about, as Alembic's operations; empty when they are in step."""
    return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "models" / "migrations"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction no other migrating process runs beside."""
    with engine.connect().execution_options(writes=True) as connection:
        if not is_sqlite(connection):
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
                yield connection
            return
        # A revision that makes a table anew drops the old one, which would delete every row that refers to it.
        # The switch works outside a transaction only, and the connection is not to be used for anything else after.
        driver: Any = connection.connection.driver_connection
        connection.detach()
        driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():  # BEGIN IMMEDIATE: the write lock is the lock
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left broken references: {broken[:5]}")


def _seed(connection: Connection) -> None:
    """Add the reference rows that are missing; what the office changed stays."""
    types = [
        {
            "code": code,
            "title": title,
            "place": place,
            "active": True,
            "permission": DOCUMENT_ACCESS.get(code, "base.read"),
        }
        for place, (code, title) in enumerate(DOCUMENT_TYPES.items(), start=1)
    ]
    _add_missing(connection, DocumentType, "code", types)
    ruled = {RuledState.ENDING: Rules.ending, RuledState.OVERDUE: Rules.overdue}
    rules = [{"state": state.value, "from_day": day} for state, day in ruled.items()]
    _add_missing(connection, MembershipRule, "state", rules)
    _add_missing(connection, Segment, "code", [_built_in(place, one) for place, one in enumerate(BUILT_INS, start=1)])
    names = ("respects_do_not_disturb", "respects_opt_out", "needs_consent")
    policies = [{"code": code.value} | dict(zip(names, told, strict=True)) for code, told in POLICIES.items()]
    _add_missing(connection, PurposePolicy, "code", policies)
    _add_missing(connection, SendingSwitch, "id", [{"id": 1}])
    texts.seed(connection)
    reminder_rules.seed(connection)  # after the templates, to which they refer


def _built_in(place: int, one: BuiltIn) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "table_name": one.table, "icon": one.icon, "place": place,
        "query": orjson.dumps(one.query).decode(), "shared": True, "active": True,
    }  # fmt: skip


def _add_missing(connection: Connection, model: type[Record], key: str, rows: list[dict[str, Any]]) -> None:
    insert = (sqlite if is_sqlite(connection) else postgresql).insert(model)
    stamp = {"version": 1, "created_at": utc_now()}
    connection.execute(insert.on_conflict_do_nothing(index_elements=[key]), [row | stamp for row in rows])
