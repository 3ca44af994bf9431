"""The floor of the rows route: a Starlette route that runs the same SQL, makes the same JSON and does nothing else."""

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DATABASE = make_url(os.environ["DATABASE_URL"]).database or ""
STATEMENTS: dict[str, list[tuple[str, list[Any]]]] = json.loads(Path(os.environ["BENCH_STATEMENTS"]).read_text())
_own = threading.local()


def _connection() -> sqlite3.Connection:
    connection: sqlite3.Connection | None = getattr(_own, "connection", None)
    if connection is None:
        connection = sqlite3.connect(DATABASE, isolation_level=None)
        for pragma in ("cache_size=-65536", "mmap_size=1073741824", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        _own.connection = connection
    return connection


def answer(request: Request) -> Response:
    """All statements of the question; the wide ones are the page, of the others the first number is the total."""
    found: list[dict[str, Any]] = []
    total = None
    for sql, parameters in STATEMENTS[request.query_params["ask"]]:
        cursor = _connection().execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        if len(names) > 3:
            found += [dict(zip(names, row, strict=True)) for row in cursor]
        else:
            total = cursor.fetchall()[0][0]
    return Response(orjson.dumps({"rows": found, "total": total}), media_type="application/json")


def health(_request: Request) -> Response:
    """Whether it has started."""
    return Response("ok")


app = Starlette(routes=[Route("/rows", answer), Route("/health", health)])
