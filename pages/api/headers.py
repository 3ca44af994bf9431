"""Headers of every answer: what a browser may run and load, what it may keep."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit

from services.settings import settings

GRID_FRAME = "/component/st_aggrid.AgGrid.agGrid/"
"""AG Grid's own frame: its JsCode is built with `new Function`, which needs `unsafe-eval`, there and nowhere else."""

FORMS_CSS, FAVICON = "/sign-in.css", "/favicon.png"
"""What our own plain pages bring along."""

YEAR = b"public, max-age=31536000, immutable"
DAY = b"public, max-age=86400"
NEVER = b"no-store"

FORM_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For pages without any script: sign-in, set-up, refusals."""


@lru_cache
def app_csp() -> str:
    """Policy of the Streamlit page. Its one inline script is allowed by hash, so the console stays clean."""
    page = Path(streamlit.__file__).with_name("static").joinpath("index.html").read_text(encoding="utf-8")
    digests = [
        hashlib.sha256(script.encode()).digest() for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    ]
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return _policy(f"script-src 'self' 'wasm-unsafe-eval'{hashes}")


@lru_cache
def grid_csp() -> str:
    """Policy of AG Grid's frame."""
    return _policy("script-src 'self' 'unsafe-eval'")


def content_policy(path: str) -> str:
    """The Content-Security-Policy for answers at `path` that bring none of their own."""
    return grid_csp() if path.startswith(GRID_FRAME) else app_csp()


def cache_policy(path: str, status: int, content_type: str) -> bytes:
    """Keep nothing, but code of libraries: a warm visit loads none of it again.

    Streamlit answers an unknown static file with its page and 200, hence the look at the type.
    """
    if status not in {200, 206, 304} or content_type.startswith("text/html"):
        return NEVER
    if path.startswith(("/static/", "/component/", "/_stcore/bidi-components/")):
        return YEAR
    return DAY if path in {FORMS_CSS, FAVICON, "/manifest.json"} else NEVER


@lru_cache(maxsize=4)
def always(https: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Headers that do not depend on the path."""
    fixed = [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ]
    if https:
        fixed.append((b"strict-transport-security", b"max-age=31536000"))
    return tuple(fixed)


def complete(path: str, status: int, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers an answer leaves with. Ours replace what it brought, except its own content policy."""
    ours = always(settings().is_https)
    content_type, has_policy, kept = "", False, []
    for name, value in given:
        lower = name.lower()
        if lower == b"content-type":
            content_type = value.decode("latin-1")
        elif lower == b"content-security-policy":
            has_policy = True
        if lower not in _REPLACED:
            kept.append((name, value))
    kept.extend(ours)
    kept.append((b"cache-control", cache_policy(path, status, content_type)))
    if not has_policy:
        kept.append((b"content-security-policy", content_policy(path).encode()))
    return kept


_REPLACED = frozenset({b"server", b"cache-control", b"access-control-allow-origin"}) | {
    name for name, _ in always(https=True)
}


def _policy(scripts: str) -> str:
    return (
        f"default-src 'self'; {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; frame-src 'self'; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
