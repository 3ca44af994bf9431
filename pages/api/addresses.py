"""Where a request comes from: the client's address, and whether a page of our own sent it."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from services.settings import settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not bound to
FORWARDING = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded")


def client_address(scope: Scope) -> str:
    """The client's address. `X-Forwarded-For` is believed from the proxies of the settings only, read from the right.

    Uvicorn must run with `--no-proxy-headers`, otherwise it believes the header from loopback before we see it.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    proxies = trusted_networks(settings().trusted_proxies)
    if not proxies or not _within(address, proxies):
        return address
    named = Headers(scope=scope).getlist("x-forwarded-for")
    for hop in reversed([part.strip() for value in named for part in value.split(",")]):
        if not _is_address(hop):
            return address
        address = hop
        if not _within(hop, proxies):
            break
    return address


def is_own_origin(scope: Scope) -> bool:
    """Whether `Origin` is this product: the public address of the settings, or the very host that was asked for.

    The latter only for hosts that cannot be somebody else's name bent onto our address (DNS rebinding): loopback, the
    host of the settings, and plain addresses when the server listens on all of them.
    """
    headers = Headers(scope=scope)
    parts = _split(headers.get("origin", ""))
    if parts is None:
        return False
    public = _split(settings().public_url)
    if public is not None and parts == public:
        return True
    scheme = "https" if scope["scheme"] in {"https", "wss"} else "http"
    asked = _split(f"{scheme}://{headers.get('host', '')}")
    return asked == parts and _is_own_host(parts[1])


def is_local(scope: Scope) -> bool:
    """Whether the server is reachable from this machine only, as far as it can tell, and the request came from it."""
    headers, peer = Headers(scope=scope), (scope.get("client") or [""])[0]
    bound = settings().host in LOOPBACK and not settings().public_url
    return bound and peer in LOOPBACK and not any(name in headers for name in FORWARDING)


def _is_own_host(host: str) -> bool:
    own = settings().host
    return host in LOOPBACK or host == own or (own in ANYWHERE and _is_address(host))


@lru_cache(maxsize=256)
def _split(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin, None when it is not one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or (443 if parts.scheme == "https" else 80)


@lru_cache(maxsize=8)
def trusted_networks(listed: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The proxies of the settings: addresses or networks, separated by commas. Raises `ValueError`."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in listed.split(",") if part.strip())


def _within(address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    if not _is_address(address):
        return False
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
