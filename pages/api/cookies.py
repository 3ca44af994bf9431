"""The two cookies of the product: the session, and for five minutes a sign-in that waits for its second factor."""

from collections.abc import Mapping

from starlette.responses import Response

from services.access.sign_in import PENDING_SECONDS
from services.settings import settings

SESSION = "session"
PENDING = "pending"


def name(cookie: str) -> str:
    """The cookie's name on the wire: over https the `__Host-` prefix ties it to this host, path / and Secure."""
    return f"__Host-{cookie}" if settings().is_https else cookie


def read(cookies: Mapping[str, str], cookie: str) -> str:
    """The value a browser sent; empty when it sent none."""
    return cookies.get(name(cookie), "")


def put(response: Response, cookie: str, value: str) -> None:
    """Hand the browser a cookie no script can read. The session's ends with the browser; the server ends it earlier."""
    age = PENDING_SECONDS if cookie == PENDING else None
    response.set_cookie(name(cookie), value, age, path="/", secure=settings().is_https, httponly=True, samesite="lax")


def drop(response: Response, cookie: str) -> None:
    """Make the browser forget a cookie."""
    response.delete_cookie(name(cookie), path="/", secure=settings().is_https, httponly=True, samesite="lax")
