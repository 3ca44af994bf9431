"""/setup, /login, /login/code, /logout: plain pages without scripts.

They lie outside Streamlit because only an HTTP answer can set a cookie no script reads. Each function here holds the
transactions of one submitted form; the rules are in services/access.
"""

import re
from dataclasses import dataclass

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from pages.api import cookies
from pages.api.addresses import client_address, is_local
from pages.api.headers import FAVICON, FORMS_CSS
from pages.api.redirects import LOGIN, local_page, login_url
from pages.api.refusals import TEMPLATES, plain_page
from services.access import accounts, passwords, sessions, setup_code, sign_in, throttle
from services.access.permissions import ANONYMOUS
from services.access.throttle import TooManyAttempts
from services.database import engine
from services.errors import DomainError, InvalidInput
from services.work import reading, writing

WRONG = "Неверный логин или пароль."
WRONG_CODE = "Код не подошёл. Введите новый код из приложения или резервный код."
WRONG_SETUP_CODE = "Код не подошёл. Он напечатан в журнале сервера при открытии этой страницы."
CODE_PAGE = "/login/code"
FORM_BYTES = 16 * 1024

_hashing = anyio.CapacityLimiter(2)
"""A password costs 0.2 s of a core: a flood of sign-ins must not take the threads that serve everybody else."""


@dataclass(frozen=True)
class Sender:
    """Where a form came from."""

    address: str
    agent: str


async def show_login(request: Request) -> Response:
    """The sign-in form; to the set-up while there is nobody, on to the product for whoever is signed in."""
    if await run_in_threadpool(_is_empty):
        return RedirectResponse("/setup", 303)
    target = local_page(request.query_params.get("next", "/"))
    token = cookies.read(request.cookies, cookies.SESSION)
    if await run_in_threadpool(_is_alive, token):
        return RedirectResponse(target, 303)
    return plain_page("login.html", login="", next=target, error="")


async def submit_login(request: Request) -> Response:
    """Check login and password: the session, or the page for the second factor, or the form with the reason."""
    form = await _form(request)
    name, password = _field(form, "login", 254), _field(form, "password", 1000)
    target = local_page(_field(form, "next", 4000))
    sender = _sender(request)
    if not await run_in_threadpool(_admit, name, sender.address):
        return plain_page("login.html", 429, login=name, next=target, error=str(TooManyAttempts()))
    proven = await anyio.to_thread.run_sync(_check, name, password, limiter=_hashing)
    if proven is not None and proven.needs_code:
        answer: Response = RedirectResponse(_with_next(CODE_PAGE, target), 303)
        cookies.put(answer, cookies.PENDING, proven.pending_token)
        return answer
    token = await run_in_threadpool(_finish, proven, name, sender)
    if token is None:
        return plain_page("login.html", 401, login=name, next=target, error=WRONG)
    return await _enter(request, token, target)


async def show_code(request: Request) -> Response:
    """The form for the second factor, for whoever has just given the password."""
    target = local_page(request.query_params.get("next", "/"))
    if not await run_in_threadpool(_is_pending, cookies.read(request.cookies, cookies.PENDING)):
        return RedirectResponse(login_url(target), 303)
    return plain_page("code.html", next=target, error="")


async def submit_code(request: Request) -> Response:
    """Check the second factor."""
    form = await _form(request)
    target = local_page(_field(form, "next", 4000))
    pending, sender = cookies.read(request.cookies, cookies.PENDING), _sender(request)
    if not await run_in_threadpool(_is_pending, pending):
        return RedirectResponse(login_url(target), 303)
    if not await run_in_threadpool(_admit_code, pending, sender.address):
        return plain_page("code.html", 429, next=target, error=str(TooManyAttempts()))
    token = await run_in_threadpool(_finish_with_code, pending, _field(form, "code", 64), sender)
    if token is None:
        return plain_page("code.html", 401, next=target, error=WRONG_CODE)
    return await _enter(request, token, target)


async def logout(request: Request) -> Response:
    """End the session and forget the cookie."""
    await run_in_threadpool(_end, cookies.read(request.cookies, cookies.SESSION), _sender(request).address)
    answer = RedirectResponse(LOGIN, 303)
    cookies.drop(answer, cookies.SESSION)
    cookies.drop(answer, cookies.PENDING)
    return answer


async def show_setup(request: Request) -> Response:
    """The form for the first administrator; gone for good once there is an account."""
    if not await run_in_threadpool(_is_empty):
        return plain_page("refusal.html", 404, sentence="Такой страницы нет.")
    needs_code = not is_local(request.scope)
    if needs_code:
        await run_in_threadpool(setup_code.announce)
    return _setup_page(200, needs_code)


async def submit_setup(request: Request) -> Response:
    """Create the first administrator and lead to the sign-in."""
    if not await run_in_threadpool(_is_empty):
        return plain_page("refusal.html", 404, sentence="Такой страницы нет.")
    form, needs_code = await _form(request), not is_local(request.scope)
    name, title = _field(form, "login", 254), _field(form, "name", 200)
    password, again = _field(form, "password", 1000), _field(form, "again", 1000)
    if needs_code and not await run_in_threadpool(_try_setup_code, _field(form, "code", 64), _sender(request).address):
        return _setup_page(403, needs_code, name, title, WRONG_SETUP_CODE)
    if password != again:
        return _setup_page(400, needs_code, name, title, "Пароли не совпадают.")
    try:
        await anyio.to_thread.run_sync(_create, name, title, password, limiter=_hashing)
    except InvalidInput as error:
        return _setup_page(400, needs_code, name, title, str(error))
    except DomainError:
        return plain_page("refusal.html", 404, sentence="Такой страницы нет.")
    return RedirectResponse(LOGIN, 303)


async def asset(request: Request) -> Response:
    """The style sheet and the icon of these pages."""
    return FileResponse(TEMPLATES / request.url.path.rpartition("/")[2])


routes = [
    Route("/login", show_login, methods=["GET"]),
    Route("/login", submit_login, methods=["POST"]),
    Route(CODE_PAGE, show_code, methods=["GET"]),
    Route(CODE_PAGE, submit_code, methods=["POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/setup", show_setup, methods=["GET"]),
    Route("/setup", submit_setup, methods=["POST"]),
    Route(FORMS_CSS, asset, methods=["GET"]),
    Route(FAVICON, asset, methods=["GET"]),
]


def _is_empty() -> bool:
    with reading() as session:
        return not accounts.any_exists(session)


def _is_alive(token: str) -> bool:
    with engine().connect() as connection:
        return sessions.resolve(connection, token) is not None


def _admit(name: str, address: str) -> bool:
    with writing(ANONYMOUS) as session:
        return sign_in.admit(session, name, address)


def _check(name: str, password: str) -> sign_in.Proven | None:
    with reading() as session:
        return sign_in.check_password(session, name, password)


def _finish(proven: sign_in.Proven | None, name: str, sender: Sender) -> str | None:
    with writing(ANONYMOUS) as session:
        token = sign_in.finish(session, proven, sender.address, sender.agent) if proven is not None else None
        if token is None:
            sign_in.fail(session, name, sender.address)
        return token


def _is_pending(pending: str) -> bool:
    with reading() as session:
        return sign_in.pending_account(session, pending) is not None


def _admit_code(pending: str, address: str) -> bool:
    with writing(ANONYMOUS) as session:
        return sign_in.admit_code(session, pending, address)


def _finish_with_code(pending: str, given: str, sender: Sender) -> str | None:
    with writing(ANONYMOUS) as session:
        return sign_in.finish_with_code(session, pending, given, sender.address, sender.agent)


def _end(token: str, address: str) -> None:
    with engine().connect() as connection:
        signed_in = sessions.resolve(connection, token, address)
    if signed_in is not None:
        with writing(signed_in.actor) as session:
            sessions.end(session, signed_in.actor, signed_in.id_hash)


def _try_setup_code(given: str, address: str) -> bool:
    with writing(ANONYMOUS) as session:
        admitted = throttle.take(session, throttle.by_address(address))
    return admitted and setup_code.is_right(given)


def _create(name: str, title: str, password: str) -> None:
    passwords.check_new(password, name)  # before the transaction: a wrong one must not hold the lock for a hash
    with writing(ANONYMOUS) as session:
        accounts.create_first_administrator(session, ANONYMOUS, name, title, password)
    setup_code.discard()


async def _enter(request: Request, token: str, target: str) -> Response:
    former = cookies.read(request.cookies, cookies.SESSION)
    if former:
        await run_in_threadpool(_end, former, _sender(request).address)
    answer = RedirectResponse(target, 303)
    cookies.put(answer, cookies.SESSION, token)
    cookies.drop(answer, cookies.PENDING)
    return answer


def _setup_page(status: int, needs_code: bool, login: str = "", name: str = "", error: str = "") -> Response:
    values = {"needs_code": needs_code, "login": login, "name": name, "error": error}
    return plain_page("setup.html", status, **values, requirements=passwords.REQUIREMENTS)


async def _form(request: Request) -> FormData:
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > FORM_BYTES or "multipart" in request.headers.get("content-type", ""):
        return FormData()
    return await request.form(max_fields=8, max_files=0)


def _field(form: FormData, name: str, longest: int) -> str:
    """A text field, nothing stripped of it; a longer one than anybody types counts as empty."""
    value = form.get(name, "")
    return value if isinstance(value, str) and len(value) <= longest and not re.search("\0", value) else ""


def _sender(request: Request) -> Sender:
    return Sender(client_address(request.scope), request.headers.get("user-agent", ""))


def _with_next(path: str, target: str) -> str:
    return login_url(target).replace(LOGIN, path, 1)
