"""/files/…: the only way a stored file leaves the house."""

import tempfile
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages.api.refusals import refusal
from services import documents, files
from services.access.permissions import Actor
from services.documents import kinds
from services.errors import DomainError, NotAllowed, NotFound
from services.work import writing

PREVIEW = "preview"
PIECE = 256 * 1024
PICTURE_CSP = "default-src 'none'; sandbox; frame-ancestors 'self'"
PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""Chromium shows no PDF under `sandbox`; its viewer runs apart from our pages, and nothing else may run."""


def download(request: Request) -> Response:
    """The file as an attachment under its own name, with `?preview` shown in place where its kind is safe for that.

    404 with one sentence when it is not there for this actor.
    """
    actor: Actor = request.scope["state"]["actor"]
    try:
        with writing(actor) as session:
            info = files.open_file(session, actor, request.path_params["id"])
        content = files.chunks(info)
    except DomainError as error:
        return refusal(request.scope, _status(error), str(error))
    shown = PREVIEW in request.query_params and kinds.is_shown(info.content_type)
    headers = _headers(info.name, info.size, "inline" if shown else "attachment")
    if shown:
        headers["content-security-policy"] = PDF_CSP if info.content_type == kinds.PDF else PICTURE_CSP
    return StreamingResponse(content, media_type=info.content_type, headers=headers)


def download_all(request: Request) -> Response:
    """All documents of a card the actor may open, as one archive, made in a file that vanishes with the answer."""
    actor: Actor = request.scope["state"]["actor"]
    try:
        party = documents.party_at(request.path_params["kind"], request.path_params["id"])
        with writing(actor) as session:
            bundle = documents.bundle_of(session, actor, party)
        made = _written(bundle)
    except DomainError as error:
        return refusal(request.scope, _status(error), str(error))
    headers = _headers(bundle.name, made.tell(), "attachment")
    return StreamingResponse(_pieces(made), media_type="application/zip", headers=headers)


def _written(bundle: documents.Bundle) -> IO[bytes]:
    made = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the answer is out
    try:
        documents.write_bundle(bundle, made)
    except BaseException:
        made.close()
        raise
    return made


def _pieces(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        made.seek(0)
        while piece := made.read(PIECE):
            yield piece


def _headers(name: str, size: int, disposition: str) -> dict[str, str]:
    plain = quote(name) == name
    named = f'filename="{name}"' if plain else f"filename*=utf-8''{quote(name)}"
    return {
        "content-disposition": f"{disposition}; {named}",
        "content-length": str(size),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def _status(error: DomainError) -> int:
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, NotAllowed) else 503


routes = [
    Route("/files/{id}", download, methods=["GET"]),
    Route("/files/{kind}/{id}/all.zip", download_all, methods=["GET"]),
]
