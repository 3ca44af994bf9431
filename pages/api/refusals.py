"""Answers that say no: a redirect or a plain page for people, JSON for programs."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from pages.api.headers import FORM_CSP

FILES = "/files/"
PROGRAMS = ("/api/", "/_stcore/", "/static/", "/component/", "/media/")

TEMPLATES = Path(__file__).with_name("templates")
templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
"""The plain pages. Whatever is put into them is escaped."""


def refusal(scope: Scope, status: int, sentence: str, go_to: str = "") -> Response:
    """`sentence` with `status`; people who merely need to sign in are led to `go_to`."""
    if not _is_for_people(scope) or (go_to and scope["method"] not in {"GET", "HEAD"}):
        return JSONResponse({"error": sentence}, status)
    if go_to:
        return RedirectResponse(go_to, 303)
    return plain_page("refusal.html", status, sentence=sentence)


def _is_for_people(scope: Scope) -> bool:
    if scope["path"].startswith(PROGRAMS):
        return False
    accepted = Headers(scope=scope).get("accept", "*/*")
    return "text/html" in accepted or ("*/*" in accepted and not scope["path"].startswith(FILES))


def plain_page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """One of the pages without scripts, with the policy that says so."""
    text = templates.get_template(template).render(**values)
    return HTMLResponse(text, status, {"content-security-policy": FORM_CSP})
