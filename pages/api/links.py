"""/answer/{token} and /unsubscribe/{token}: what a personal link of a message opens, without signing in.

Looking changes nothing: mail scanners open every link of a letter. A button does, by POST. Of a mail program one POST
to /unsubscribe/ is enough (RFC 8058), from whatever origin: the token itself is the proof.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import Source
from pages.api.addresses import client_address
from pages.api.refusals import plain_page
from services.access import throttle
from services.access.permissions import ANONYMOUS
from services.access.throttle import TooManyAttempts
from services.errors import DomainError, NotFound
from services.messaging import links
from services.messaging.links import Action
from services.work import reading, writing

FORM_BYTES = 16 * 1024
R = TypeVar("R")


def show_answer(request: Request) -> Response:
    """What is asked, and the buttons."""
    wanted = _action(request.query_params.get("do", ""))
    asked = _answered(request, reading, partial(links.look, token=_token(request), wanted=wanted))
    return asked if isinstance(asked, Response) else plain_page("answer.html", asked=asked, wanted=wanted)


async def take_answer(request: Request) -> Response:
    """One of the buttons was pressed."""
    declared = request.headers.get("content-length", "0")
    form = await request.form(max_fields=4, max_files=0) if declared.isdigit() and int(declared) < FORM_BYTES else {}
    action = _action(str(form.get("do", "")))
    if action is None:
        return await run_in_threadpool(show_answer, request)
    write = partial(links.answer, token=_token(request), action=action)
    return await run_in_threadpool(_done, request, write, "Ответ принят", "Передумали? Изменить ответ")


def show_unsubscribe(request: Request) -> Response:
    """Which messages would stop, and the button."""
    letters = _answered(request, reading, partial(links.look_at_letters, token=_token(request)))
    return letters if isinstance(letters, Response) else plain_page("unsubscribe.html", letters=letters)


def unsubscribe(request: Request) -> Response:
    """The button of that page, or a mail program in its place: what the body says does not matter."""
    return _done(request, partial(links.opt_out, token=_token(request)), "Отписка")


def _done(request: Request, write: Callable[[Session], str], title: str, back: str = "") -> Response:
    sentence = _answered(request, partial(writing, ANONYMOUS, Source.CABINET), write)
    if isinstance(sentence, Response):
        return sentence
    return plain_page("said.html", heading=title, sentence=sentence, back=back, address=request.url.path)


def _answered(request: Request, opened: Callable[..., object], service: Callable[[Session], R]) -> R | Response:
    """What the service says, or the page that says why it says nothing."""
    key = throttle.by_links(client_address(request.scope))
    with reading() as session:
        if throttle.is_exhausted(session, key):
            return _refused(str(TooManyAttempts()), 429)
    try:
        with opened() as session:  # type: ignore[attr-defined]
            return service(session)
    except NotFound as error:
        with writing(ANONYMOUS) as session:
            throttle.take(session, key)
        return _refused(str(error), 404)
    except DomainError as error:
        return _refused(str(error), 409)


def _refused(sentence: str, status: int) -> Response:
    return plain_page("said.html", status, heading="Не получилось", sentence=sentence, back="", address="")


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _action(said: str) -> Action | None:
    return Action(said) if said in set(Action) else None


routes = [
    Route("/answer/{token}", show_answer, methods=["GET"]),
    Route("/answer/{token}", take_answer, methods=["POST"]),
    Route("/unsubscribe/{token}", show_unsubscribe, methods=["GET"]),
    Route("/unsubscribe/{token}", unsubscribe, methods=["POST"]),
]
