"""The grid's own door: rows, cells, counts, layouts, exports, templates. The gate put the actor into the request."""

import functools
import os
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote

import orjson
from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.access import audit
from services.access.permissions import Actor
from services.database import engine, is_sqlite
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.events.offered import offered_events
from services.tables import export, layouts
from services.tables.cells import save_cell
from services.tables.query import Query, parse_query, parse_selection
from services.tables.related_choices import captions
from services.tables.rows import count, rows
from services.tables.template import template
from services.tables.workbook import COMMITTEE_ID
from services.work import reading, writing

BODY_LIMIT = 256 * 1024
NUMBER = re.compile("[0-9]{1,15}")
Handler = Callable[[Request, Actor, bytes], Any]


def _answer(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def answers(handler: Handler, is_instant: Callable[[Request], bool] | None = None) -> Callable[[Request], Any]:
    """Make a route of `handler(request, actor, body)`: JSON (or its own answer) out, a refusal as a sentence.

    Handlers run in threads; a request for which `is_instant` is answered where it arrives.
    """

    def answer(request: Request, actor: Actor, body: bytes) -> Response:
        try:
            done = handler(request, actor, body)
            return done if isinstance(done, Response) else _answer(200, done)
        except NotAllowed as error:
            with writing(actor) as session:
                audit.record(session, actor, audit.Action.REFUSED, request.url.path, detail=error.permission)
            return _answer(403, {"error": str(error)})
        except NotFound as error:
            return _answer(404, {"error": str(error)})
        except DomainError as error:
            return _answer(400, {"error": str(error)})

    @functools.wraps(handler)
    async def route(request: Request) -> Response:
        actor: Actor = request.scope["state"]["actor"]
        if is_instant is not None and is_instant(request):
            return answer(request, actor, b"")
        if request.method == "GET":
            return await to_thread.run_sync(answer, request, actor, b"", limiter=_readers())
        return await run_in_threadpool(answer, request, actor, await _body(request))

    return route


def _is_plain_page(request: Request) -> bool:
    """Whether SQLite answers sooner than a thread takes over: a plain page is a tenth of a millisecond's work."""
    try:
        return is_sqlite(engine()) and _query(request).is_plain_page
    except DomainError:
        return False  # refused with its sentence where it is answered


@functools.cache
def _readers() -> CapacityLimiter:
    """How many questions are answered at once.

    On SQLite all work is this process's own, and more threads than cores only take turns; a server works elsewhere.
    """
    return CapacityLimiter((os.cpu_count() or 2) if is_sqlite(engine()) else 10)


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > BODY_LIMIT:
            return b"too long"  # no JSON: refused with a sentence by whoever reads it
    return bytes(found)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInput("Запрос не разобран: это не JSON.") from error
    if not isinstance(found, dict):
        raise InvalidInput("Запрос должен быть объектом JSON.")
    return found


def _query(request: Request) -> Query:
    """The question in the address, read once."""
    state = request.scope["state"]
    if "query" not in state:
        state["query"] = parse_query(request.query_params.get("q", "{}"))
    found: Query = state["query"]
    return found


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _number(request: Request) -> int:
    """The row the address names; 0, which no row has, for what is no number."""
    text = str(request.path_params["id"])
    return int(text) if NUMBER.fullmatch(text) else 0


@functools.partial(answers, is_instant=_is_plain_page)
def table_rows(request: Request, actor: Actor, _body: bytes) -> Any:
    """GET rows?q=…: {"rows": […], "total": N or null}."""
    with reading() as session:
        page = rows(session, actor, _name(request), _query(request))
    return {"rows": page.rows, "total": page.total}


@answers
def table_count(request: Request, actor: Actor, _body: bytes) -> Any:
    """GET count?q=…: {"total": N}."""
    with reading() as session:
        return {"total": count(session, actor, _name(request), _query(request))}


@answers
def table_related(request: Request, actor: Actor, _body: bytes) -> Any:
    """GET related?q=…: {"captions": […]}, the related conditions of the question in words."""
    with reading() as session:
        return {"captions": captions(session, actor, _name(request), _query(request))}


@answers
def list_events(request: Request, actor: Actor, _body: bytes) -> Any:
    """GET events?chosen=N: {"events": [{"id", "name", "note", "group"}]}, whose invitations a table can show."""
    chosen = request.query_params.get("chosen", "")
    with reading() as session:
        found = offered_events(session, actor, int(chosen) if NUMBER.fullmatch(chosen) else None)
    return {"events": [asdict(one) for one in found]}


@answers
def change_cell(request: Request, actor: Actor, body: bytes) -> Any:
    """PUT rows/{id}: one changed cell, {"column": key, "value": typed text, "before": what the grid showed}.

    Answers {"row": the whole row as it is now, null when it left the table, "notes": doubts about the value}.
    """
    given, name, number = _json(body), _name(request), _number(request)
    with writing(actor) as session:
        done = save_cell(session, actor, name, number, given.get("column"), given.get("value"), given.get("before"))
    with reading() as session:
        found = rows(session, actor, name, Query(ids=(number,), count_later=True)).rows
    return {"row": found[0] if found else None, "notes": done.notes}


@answers
def save_layout(request: Request, actor: Actor, body: bytes) -> Any:
    """PUT layout: remember columns and page size."""
    with writing(actor) as session:
        layouts.save_layout(session, actor, _name(request), _json(body))
    return {}


@answers
def reset_layout(request: Request, actor: Actor, _body: bytes) -> Any:
    """DELETE layout: forget them."""
    with writing(actor) as session:
        layouts.reset_layout(session, actor, _name(request))
    return {}


@answers
def make_export(request: Request, actor: Actor, body: bytes) -> Any:
    """POST export?format=xlsx|csv: {"url": "/files/…"}.

    The body is {"query": …, "selection": …, "columns": [key…]}; with a selection, only the order of the query counts.
    """
    wanted = _json(body)
    query = parse_query(wanted.get("query") or wanted)
    if wanted.get("selection"):
        chosen = parse_selection(wanted["selection"])
        query = replace(chosen, sort=query.sort or chosen.sort)
    columns = wanted.get("columns")
    if columns is not None and not (isinstance(columns, list) and all(isinstance(key, str) for key in columns)):
        raise InvalidInput("Список колонок не разобран.")
    file_format = request.query_params.get("format", "xlsx")
    # Written in a reading transaction: a long export must not hold the one write lock of SQLite.
    with reading() as session:
        done = export.export(session, actor, _name(request), query, columns, file_format)
    with writing(actor) as session:
        stored = export.keep_export(session, actor, _name(request), done, file_format)
    return {"url": f"/files/{stored.id}"}


@answers
def get_template(request: Request, actor: Actor, _body: bytes) -> Response:
    """GET template?q=…: a workbook to be filled in, for the committee the query picks. It holds nobody's data."""
    with reading() as session:
        made = template(session, actor, _name(request), _query(request).pick.get(COMMITTEE_ID))
    headers = {
        "content-disposition": f"attachment; filename*=utf-8''{quote(made.name)}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(made.content, media_type=export.CONTENT_TYPES["xlsx"], headers=headers)


routes = [
    Route("/api/tables/{name}/rows", table_rows),
    Route("/api/tables/{name}/rows/{id}", change_cell, methods=["PUT"]),
    Route("/api/tables/{name}/count", table_count),
    Route("/api/tables/{name}/related", table_related),
    Route("/api/events", list_events),
    Route("/api/tables/{name}/layout", save_layout, methods=["PUT"]),
    Route("/api/tables/{name}/layout", reset_layout, methods=["DELETE"]),
    Route("/api/tables/{name}/export", make_export, methods=["POST"]),
    Route("/api/tables/{name}/template", get_template),
]
