"""The only door to identity and to `session_state` inside Streamlit.

Nothing is remembered: every call reads the session's row again, so a button's callback or a fragment that runs without
the script is refused like the script itself. The gate has already asked at the websocket; this is the second lock.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from sqlmodel import Session
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from pages.api import cookies
from pages.api.gate import ADDRESS_HEADER
from pages.api.messages import redirect_message
from pages.api.redirects import login_url
from pages.ui.escape import plain
from services.access import audit, sessions
from services.access.permissions import Actor, Permission
from services.access.sessions import SignedIn
from services.database import engine
from services.errors import DomainError, InvalidInput, NotAllowed
from services.work import reading, writing

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Service = Callable[Concatenate[Session, Actor, P], R]

OWNER, FLASHES = "_account_id", "_flashes"
UNEXPECTED = "Внутренняя ошибка. Она записана в журнал; попробуйте ещё раз или обратитесь к администратору."


class SessionEnded(Exception):
    """The browser's session is over, or this page belongs to somebody else's."""


@dataclass(frozen=True)
class Done(Generic[R]):
    """What a service gave back; nothing at all when it refused."""

    value: R


def signed_in() -> SignedIn:
    """Who sits at this browser now. Raises `SessionEnded`."""
    token = cookies.read(st.context.cookies, cookies.SESSION)
    with engine().connect() as connection:
        found = sessions.resolve(connection, token, st.context.headers.get(ADDRESS_HEADER.decode(), ""))
    if found is None or st.session_state.setdefault(OWNER, found.actor.account_id) != found.actor.account_id:
        raise SessionEnded
    return found


def owner() -> int | None:
    """The account this page was opened by, even when its session is over by now; no proof of who sits there."""
    found: int | None = st.session_state.get(OWNER)
    return found


def actor() -> Actor:
    """The actor of this moment."""
    return signed_in().actor


def require(permission: Permission) -> Actor:
    """The actor, if they may. A refusal is recorded. Raises `NotAllowed`."""
    found = actor()
    if not found.may(permission):
        with writing(found) as session:
            audit.record(session, found, audit.Action.REFUSED, detail=permission)
    found.require(permission)
    return found


def read(service: Service[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """What `service(session, actor, …)` says, in a session that writes nothing."""
    with reading() as session:
        return service(session, actor(), *args, **kwargs)


def attempt(service: Service[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Done[R] | DomainError:
    """Do `service(session, actor, …)` in one transaction; a refusal comes back for the page to show."""
    found = actor()
    try:
        with writing(found) as session:
            return Done(service(session, found, *args, **kwargs))
    except DomainError as error:
        return error


def act(service: Service[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Done[R] | None:
    """`attempt`, with a refusal shown where this is called."""
    outcome = attempt(service, *args, **kwargs)
    if isinstance(outcome, DomainError):
        show_error(outcome)
        return None
    return outcome


def show_error(error: DomainError) -> None:
    """The sentence of a refusal, and those of its fields that say more."""
    st.error(plain(str(error)), icon=":material/error:")
    if isinstance(error, InvalidInput):
        for sentence in error.fields.values():
            if sentence not in str(error):
                st.caption(plain(sentence))


def flash(text: str) -> None:
    """Say `text` once, after the next rerun."""
    st.session_state.setdefault(FLASHES, []).append(text)


def show_flashes() -> None:
    """Show what `flash` left."""
    for text in st.session_state.pop(FLASHES, []):
        st.toast(plain(text))


def remember(key: str, value: Any) -> None:
    """Keep a value for this page of this browser, on the server."""
    st.session_state[f"_kept_{key}"] = value


def recall(key: str, default: Any = None) -> Any:
    """The kept value."""
    return st.session_state.get(f"_kept_{key}", default)


def forget(key: str) -> None:
    """Drop the kept value."""
    st.session_state.pop(f"_kept_{key}", None)


def put_input(key: str, value: Any) -> None:
    """What the input `key` is to hold. Before it is drawn in this run."""
    st.session_state[key] = value


def input_value(key: str, default: Any = None) -> Any:
    """What the input `key` holds, for its callback."""
    return st.session_state.get(key, default)


def sign_out() -> None:
    """End this session. For a button's callback: the run that follows finds nobody and leads to the sign-in."""
    found = signed_in()
    with writing(found.actor) as session:
        sessions.end(session, found.actor, found.id_hash)


def send_to_login() -> None:
    """Make the browser go to the sign-in page and come back here. Everything kept for the page is dropped."""
    for key in list(st.session_state.keys()):
        del st.session_state[key]
    context = get_script_run_ctx()
    here = urlsplit(st.context.url or "/")
    query = context.query_string if context is not None else ""
    target = login_url((here.path or "/") + (f"?{query}" if query else ""))
    if context is not None:
        context.enqueue(redirect_message(target))
    st.markdown("Сеанс завершён. [Войти](/login)")


def on_script_error(error: Exception) -> bool:
    """Streamlit's hook for whatever escapes a page or a callback: True, so its own English box never shows."""
    if isinstance(error, SessionEnded):
        send_to_login()
    elif isinstance(error, NotAllowed):
        st.error(plain(str(error)), icon=":material/lock:")
    elif isinstance(error, DomainError):
        show_error(error)
    else:
        log.error("a page failed", exc_info=error)
        st.error(UNEXPECTED, icon=":material/error:")
    return True
