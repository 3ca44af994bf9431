"""Where the bytes of files lie: a folder of this machine, or an S3 bucket; the setting FILES_URL says which.

Whatever fails there is one sentence for people and one line of the log; nothing here knows of the database.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from services import logs
from services.errors import DomainError
from services.settings import Settings, settings

log = logs.logger(__name__)

CHUNK = 1024 * 1024
DELETED_AT_ONCE = 1000
"""More keys S3 does not take in one request."""
PRIVATE = 0o600
PATIENCE: dict[str, Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}
TIMEOUTS: dict[str, Any] = {"connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=60)}
"""A person waits at the other end."""


class StorageFailed(DomainError):
    """The storage did not do what it was asked for."""

    def __init__(self) -> None:
        super().__init__("Хранилище файлов сейчас недоступно. Ничего не потеряно, повторите через минуту.")


@dataclass(frozen=True)
class Kept:
    """Something in the storage: its key and when it was put there."""

    key: str
    modified: datetime


def put(key: str, content: bytes) -> None:
    """Keep `content` under `key`. Raises `StorageFailed`."""
    with _failing("put"):
        store = _store()
        obstore.put(store, _path(key), content)
        if isinstance(store, LocalStore):
            (settings().data_dir / "files" / _path(key)).chmod(PRIVATE)


def chunks(key: str) -> Iterator[bytes]:
    """The bytes under `key`, a piece at a time; asked for at once. Raises `KeyError` when there are none."""
    with _failing("get"):
        try:
            found = obstore.get(_store(), _path(key))
        except (NotFoundError, FileNotFoundError):
            raise KeyError(key) from None
        return _pieces(found.stream(CHUNK))


def get(key: str) -> bytes:
    """All bytes under `key`. Raises `KeyError` when there are none."""
    return b"".join(chunks(key))


def delete(keys: Collection[str]) -> None:
    """Remove what lies under `keys`; what is not there is no matter. Raises `StorageFailed`."""
    waiting = [_path(key) for key in keys]
    with _failing("delete"):
        for start in range(0, len(waiting), DELETED_AT_ONCE):
            _delete(waiting[start : start + DELETED_AT_ONCE])


def listed() -> Iterator[Kept]:
    """Everything there is."""
    with _failing("list"):
        for page in obstore.list(_store()):
            yield from (Kept(one["path"].rpartition("/")[2], one["last_modified"]) for one in page)


def _delete(paths: list[str]) -> None:
    store = _store()
    if isinstance(store, S3Store):
        obstore.delete(store, paths)  # one request; S3 says nothing of keys that are not there
        return
    for path in paths:
        try:
            obstore.delete(store, path)
        except (NotFoundError, FileNotFoundError):
            continue


def _pieces(stream: Any) -> Iterator[bytes]:
    with _failing("read"):
        yield from (bytes(piece) for piece in stream)


def _path(key: str) -> str:
    """Not thousands of files in one folder."""
    return f"{key[:2]}/{key}"


@contextmanager
def _failing(doing: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        log.error("storage failed", doing=doing, error=type(error).__name__, said=str(error)[:300])
        raise StorageFailed from error


def _store() -> ObjectStore:
    return _made(settings())


@lru_cache(maxsize=1)
def _opened(url: str, folder: str, endpoint: str, region: str, key_id: str, secret: str) -> ObjectStore:
    if not url:
        return LocalStore(folder, mkdir=True)
    named = {
        "endpoint": endpoint,
        "region": region,
        "access_key_id": key_id,
        "secret_access_key": secret,
    }
    config: Any = {name: value for name, value in named.items() if value}
    client: Any = TIMEOUTS | {"allow_http": endpoint.startswith("http://")}
    return S3Store.from_url(url, config=config, client_options=client, retry_config=PATIENCE)  # type: ignore[arg-type]


def _made(chosen: Settings) -> ObjectStore:
    return _opened(
        chosen.files_url,
        str(chosen.data_dir / "files"),
        chosen.s3_endpoint,
        chosen.s3_region,
        chosen.s3_key_id,
        chosen.s3_secret.get_secret_value(),
    )
