"""Stored files: who may open them, for how long, under which name."""

import datetime as dt
import os
import time

import pytest
from sqlmodel import func, select

from models import AuditEvent, FilePurpose, Role, StoredFile
from services import clock, files
from services.access.permissions import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, Permission
from services.errors import NotAllowed, NotFound
from services.files import FileInfo
from services.settings import settings
from services.work import reading, writing
from tests.builders import actor_of, create_account

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


def somebody(role: Role, login: str) -> Actor:
    with writing(SYSTEM) as session:
        return actor_of(create_account(session, role, login))


def keep(
    actor: Actor,
    purpose: FilePurpose = FilePurpose.EXPORT,
    permission: Permission = Permission.BASE_EXPORT,
    name: str = "люди.xlsx",
    hours: int | None = 24,
) -> FileInfo:
    with writing(actor) as session:
        return files.save(session, actor, purpose, name, b"content", "text/csv", permission, hours)


def opens(actor: Actor, info: FileInfo) -> bool:
    try:
        with writing(actor) as session:
            opened = files.open_file(session, actor, info.id)
        return b"".join(files.chunks(opened)) == b"content"
    except (NotFound, NotAllowed):
        return False


def test_an_export_is_for_its_owner_only(database: str) -> None:
    owner, other = somebody(Role.MANAGER, "one"), somebody(Role.ADMINISTRATOR, "two")
    info = keep(owner)
    assert [opens(actor, info) for actor in (owner, other, ANONYMOUS)] == [True, False, False]


def test_an_upload_is_for_all_who_import(database: str) -> None:
    owner = somebody(Role.MANAGER, "one")
    info = keep(owner, FilePurpose.IMPORT, Permission.BASE_IMPORT)
    others = [somebody(role, role.value) for role in (Role.DIRECTOR, Role.ACCOUNTANT, Role.MEMBER)]
    assert [opens(actor, info) for actor in (owner, *others)] == [True, True, False, False]


def test_an_upload_with_sums_is_for_those_who_see_sums(database: str) -> None:
    info = keep(somebody(Role.DIRECTOR, "one"), FilePurpose.IMPORT, Permission.MONEY_READ)
    assert [opens(somebody(role, role.value), info) for role in (Role.ADMINISTRATOR, Role.MANAGER)] == [True, False]


def test_nobody_keeps_what_they_could_not_open(database: str) -> None:
    with pytest.raises(NotAllowed):
        keep(Actor(None, "", PERMISSIONS[Role.MEMBER]))


def test_opening_is_recorded(database: str) -> None:
    owner = somebody(Role.MANAGER, "one")
    info = keep(owner)
    opens(owner, info)
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "file_opened")).one()
    assert (event.account_id, event.subject) == (owner.account_id, f"file:{info.id}")


def test_a_file_lies_apart_under_a_name_of_our_own(database: str) -> None:
    info = keep(SYSTEM, name="../../etc/passwd")
    path = settings().data_dir / "files" / info.id[:2] / info.id
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o077 == 0
    assert (info.name, info.size, len(info.id)) == ("passwd", 7, 32)


@pytest.mark.parametrize("wrong", ["", "x", "../../nauz.db", "0" * 32, "г" * 32])
def test_a_wrong_number_finds_nothing(database: str, wrong: str) -> None:
    with reading() as session, pytest.raises(NotFound):
        files.open_file(session, SYSTEM, wrong)


def test_expired_files_and_orphans_are_swept(database: str) -> None:
    with clock.stopped_at(NOW):
        old, kept = keep(SYSTEM, hours=1), keep(SYSTEM, hours=None)
    folder = settings().data_dir / "files" / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    orphan, fresh = folder / ("ab" + "0" * 30), folder / ("ab" + "1" * 30)
    for path in (orphan, fresh):
        path.write_bytes(b"")
    os.utime(orphan, (time.time() - 7200,) * 2)
    with clock.stopped_at(NOW + dt.timedelta(minutes=61)):
        assert not opens(SYSTEM, old)
        with writing(SYSTEM) as session:
            assert files.sweep(session, SYSTEM) == 2
    assert opens(SYSTEM, kept)
    assert (orphan.exists(), fresh.exists()) == (False, True)
    with reading() as session:
        assert session.exec(select(func.count()).select_from(StoredFile)).one() == 1


def test_a_save_that_is_rolled_back_leaves_no_row(database: str) -> None:
    with pytest.raises(ZeroDivisionError), writing(SYSTEM) as session:
        info = files.save(session, SYSTEM, FilePurpose.EXPORT, "a", b"", "text/csv", Permission.BASE_EXPORT)
        raise ZeroDivisionError
    assert not opens(SYSTEM, info)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\кто-то\\база.xlsx", "база.xlsx"),
        ("a\x00b\r\nc\u202exslx.exe", "abcxslx.exe"),
        (" .. ", "файл"),
        ("", "файл"),
        ("д" * 300 + ".xlsx", "д" * 145 + ".xlsx"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert files.clean_name(given) == kept
