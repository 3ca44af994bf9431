"""The gate: one ASGI middleware before everything, HTTP and websocket.

It refuses requests that other sites sent, asks the session's row at every request and at every message of a websocket,
tells Streamlit and our routes who it is, keeps office routes for the office, limits bodies and sets the headers.
Nothing about a session is remembered between two requests: one ended a moment ago is refused now.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.api import cookies, headers, own_routes
from pages.api.addresses import client_address, is_own_origin
from pages.api.messages import is_activity, is_wanted, page_of, read_message, redirect_message
from pages.api.redirects import login_url
from pages.api.refusals import refusal
from services.access import audit, sessions
from services.access.permissions import Permission
from services.access.sessions import SignedIn
from services.database import engine, is_sqlite
from services.settings import settings
from services.work import writing

log = logging.getLogger(__name__)

PUBLIC = frozenset({"/login", "/login/code", "/setup", "/logout", "/health", headers.FORMS_CSS, headers.FAVICON})
"""What a visitor without a session reaches, beside personal links."""

PERSONAL = re.compile(r"/(answer|unsubscribe)/[^/]{1,200}")
"""Links out of a message: whoever holds one may open it. The address is the secret, so no log may hold it."""

ONE_CLICK = "/unsubscribe/"
"""Mail programs post here by themselves (RFC 8058), without an origin; there is no cookie that could be abused."""

ADDRESS_HEADER = b"x-product-address"
"""Tells pages the client's address, which Streamlit itself would take for the proxy's."""

TRUSTED_HEADER = b"x-product-account"
"""Tells Streamlit whose connection it is (`server.trustedUserHeaders`): it lets nobody resume another's session."""

PINGS = frozenset({"/_stcore/health", "/_stcore/host-config"})
"""What a page asks before it reconnects. One whose session ended meanwhile (a laptop that slept) gets these two
constant answers and then, at the websocket, the way to the sign-in; refused here it would retry for ever."""

CABINET_API = "/api/cabinet/"
OFFICE_PATHS = ("/api/", "/files/")
"""Our own routes, answered without Streamlit; but for the cabinet's only the office has anything to do there."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
QUIET_PATHS = ("/static/", "/component/", "/_stcore/", "/media/")
"""Fetched by a page on its own: no sign that somebody is there."""

STREAMLIT_FILES = frozenset({"/manifest.json"})
"""What a page loads from outside its own folders."""

NEEDED = {"/_stcore/upload_file/": Permission.BASE_IMPORT, "/_stcore/metrics": Permission.ACCOUNTS_MANAGE}
"""Routes of Streamlit's own that not everybody needs. It keeps what is uploaded in memory, page or no page."""

UPLOADS = ("/_stcore/upload_file/", "/api/uploads/")
FORM_BYTES = 1024 * 1024
MULTIPART_BYTES = 64 * 1024

SESSION_ENDED = "Сеанс завершён. Войдите снова."
NOT_PERMITTED = "Недостаточно прав для этого действия."
NO_PAGE = "Такой страницы нет. Возможно, в адресе опечатка или ссылка устарела."
FOREIGN = (
    "Запрос пришёл с другого адреса и отклонён. "
    "Если вы открыли программу по этому адресу, впишите его в настройку PUBLIC_URL."
)
TOO_LARGE = "Слишком большой запрос: файл может занимать не больше {} МБ."
BROKEN = "Внутренняя ошибка. Она записана в журнал; попробуйте ещё раз или обратитесь к администратору."


class _TooLarge(Exception):
    """The body went past its limit."""


class Gate:
    """See the module. Innermost state of a request: `scope["state"]["signed_in"]` and `["actor"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.own = ExceptionMiddleware(Router(own_routes(), redirect_slashes=False))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the connection through, or answer it here."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = _WithHeaders(scope["path"], send)
        try:
            refused = await self._admit(scope)
            if refused is None:
                # Streamlit's own layers (its cookie, its check of paths, its compression) have nothing to do there.
                app = self.own if scope["path"].startswith(OFFICE_PATHS) or _is_personal(scope["path"]) else self.app
                await app(scope, _limited(scope, receive), guarded)
            else:
                await refusal(scope, *refused)(scope, receive, guarded)
        except _TooLarge:
            await guarded.instead(scope, receive, 413, TOO_LARGE.format(settings().max_upload_mb))
        except Exception:
            named = scope["path"].rpartition("/")[0] if _is_personal(scope["path"]) else scope["path"]
            log.exception("request failed: %s %s", scope["method"], named)
            await guarded.instead(scope, receive, 500, BROKEN)

    async def _admit(self, scope: Scope) -> tuple[int, str] | tuple[int, str, str] | None:
        """What to answer instead of letting the request through: status, sentence, where to go; None to let it."""
        connection, path = HTTPConnection(scope), scope["path"]
        if scope["method"] not in SAFE_METHODS:
            if not is_own_origin(scope) and not (_is_personal(path) and path.startswith(ONE_CLICK)):
                return 403, FOREIGN
            if _declared_length(connection.headers) > _limit(path):
                return 413, TOO_LARGE.format(settings().max_upload_mb)
        if path in PUBLIC or _is_personal(path):
            _introduce(scope, None)
            return None
        signed_in = await _ask(scope, connection)
        _introduce(scope, signed_in)
        if signed_in is None and path in PINGS and cookies.read(connection.cookies, cookies.SESSION):
            return None
        if signed_in is None:
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = quote(path, safe="/") + (f"?{query}" if query else "")
            return 401, SESSION_ENDED, login_url(wanted)
        if not _may_reach(signed_in, path):
            await run_in_threadpool(_record_refusal, signed_in, path)
            return 403, NOT_PERMITTED
        if signed_in.touch_due and not path.startswith(QUIET_PATHS):
            _touch_soon(signed_in)
        is_page = scope["method"] in SAFE_METHODS and not path.startswith((*OFFICE_PATHS, *QUIET_PATHS))
        return _led(signed_in, scope) if is_page else None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        own = is_own_origin(scope)
        signed_in = await _ask(scope, connection) if own else None
        if signed_in is None:
            await receive()
            if own and cookies.read(connection.cookies, cookies.SESSION):
                await _send_to_login(send, "/", accept=connection.headers.get("sec-websocket-protocol"))
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        _introduce(scope, signed_in)

        async def checked() -> Message:
            """Every message of the browser (rerun, callback, fragment) is asked for before Streamlit sees it."""
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                said = read_message(message.get("bytes") or b"")
                now = await _ask(scope, connection)
                if now is None or now.actor.account_id != signed_in.actor.account_id:
                    await _send_to_login(send, page_of(said))
                    return {"type": "websocket.disconnect", "code": 1008}
                if now.touch_due and is_activity(said):
                    _touch_soon(now)
                if is_wanted(said):
                    return message

        await self.app(scope, checked, send)


class _WithHeaders:
    """A `send` that completes the headers of the answer."""

    def __init__(self, path: str, send: Send) -> None:
        self.path, self.send, self.started = path, send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = headers.complete(self.path, message["status"], list(message.get("headers", ())))
        await self.send(message)

    async def instead(self, scope: Scope, receive: Receive, status: int, sentence: str) -> None:
        """Answer a failure, unless an answer is already on its way."""
        if not self.started:
            await refusal(scope, status, sentence)(scope, receive, self)


async def _ask(scope: Scope, connection: HTTPConnection) -> SignedIn | None:
    """Whose session it is, from the database. SQLite answers faster than a thread starts; a server may be slow."""
    token = cookies.read(connection.cookies, cookies.SESSION)
    if not token:
        return None
    address = client_address(scope)
    if is_sqlite(engine()):
        return _resolve(token, address)
    return await run_in_threadpool(_resolve, token, address)


def _is_personal(path: str) -> bool:
    return PERSONAL.fullmatch(path) is not None


def _resolve(token: str, address: str) -> SignedIn | None:
    with engine().connect() as connection:
        return sessions.resolve(connection, token, address)


def _introduce(scope: Scope, signed_in: SignedIn | None) -> None:
    """Tell Streamlit and the routes who it is; whatever the client claimed about that is dropped."""
    told = [header for header in scope["headers"] if header[0].lower() not in {TRUSTED_HEADER, ADDRESS_HEADER}]
    if signed_in is not None:
        told.append((TRUSTED_HEADER, str(signed_in.actor.account_id).encode()))
        told.append((ADDRESS_HEADER, signed_in.actor.address.encode()))
        state = scope.setdefault("state", {})
        state["signed_in"], state["actor"] = signed_in, signed_in.actor
    scope["headers"] = told


async def _send_to_login(send: Send, page: str, accept: str | None = None) -> None:
    """Lead a running page to the sign-in; `accept` first opens a refused websocket for that one message."""
    if accept is not None:
        await send({"type": "websocket.accept", "subprotocol": accept.split(",")[0].strip() or None})
    await send({"type": "websocket.send", "bytes": redirect_message(login_url(page)).SerializeToString()})
    await send({"type": "websocket.close", "code": 1008})


_touching: dict[str, asyncio.Task[None]] = {}


def _touch_soon(signed_in: SignedIn) -> None:
    """Write «last seen» beside the request: it may wait for another writer, the request must not."""
    key = signed_in.id_hash
    if key not in _touching:
        task = asyncio.get_running_loop().create_task(run_in_threadpool(_touch, key))
        _touching[key] = task
        task.add_done_callback(lambda _: _touching.pop(key, None))


def _touch(id_hash: str) -> None:
    try:
        with engine().execution_options(writes=True).begin() as connection:
            sessions.touch(connection, id_hash)
    except SQLAlchemyError:
        log.warning("last seen was not written", exc_info=True)


def _may_reach(signed_in: SignedIn, path: str) -> bool:
    if path.startswith(OFFICE_PATHS) and not path.startswith(CABINET_API):
        return signed_in.is_office
    return all(signed_in.actor.may(needed) for start, needed in NEEDED.items() if path.startswith(start))


def _led(signed_in: SignedIn, scope: Scope) -> tuple[int, str] | tuple[int, str, str] | None:
    """What Streamlit would answer with an English window: an unknown page, and the first one by its own name."""
    from pages.ui import navigation  # noqa: PLC0415 - it imports this module

    name = scope["path"].strip("/")
    if name and name == navigation.permitted(signed_in.actor)[0].path:
        query = scope.get("query_string", b"").decode("latin-1")
        return 303, "", "/" + (f"?{query}" if query else "")
    known = not name or scope["path"] in STREAMLIT_FILES or navigation.is_page(signed_in.actor, name)
    return None if known else (404, NO_PAGE)


def _record_refusal(signed_in: SignedIn, path: str) -> None:
    with writing(signed_in.actor) as session:
        audit.record(session, signed_in.actor, audit.Action.REFUSED, path)


def _limit(path: str) -> int:
    return settings().max_upload_mb * 1024 * 1024 + MULTIPART_BYTES if path.startswith(UPLOADS) else FORM_BYTES


def _declared_length(given: Mapping[str, str]) -> int:
    declared = given.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 16 else 0


def _limited(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that stops at the limit: a body may be longer than it declared, or declare nothing."""
    if scope["method"] in SAFE_METHODS:
        return receive
    left = _limit(scope["path"])

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _TooLarge
        return message

    return counted
