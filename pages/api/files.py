"""/files/{id}: the only way a stored file leaves the house."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pages.api.refusals import refusal
from services import files
from services.access.permissions import Actor
from services.errors import DomainError
from services.work import writing


def download(request: Request) -> Response:
    """The file as an attachment under its own name; 404 with one sentence when it is not there for this actor."""
    actor: Actor = request.scope["state"]["actor"]
    try:
        with writing(actor) as session:
            info, path = files.open_file(session, actor, request.path_params["id"])
    except DomainError as error:
        return refusal(request.scope, 404, str(error))
    return FileResponse(
        path,
        media_type=info.content_type,
        filename=info.name,
        content_disposition_type="attachment",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )


routes = [Route("/files/{id}", download, methods=["GET"])]
