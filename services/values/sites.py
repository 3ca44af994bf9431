"""Addresses of web sites."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from services.values.cleaned import Cleaned, Note, error, shown, warning
from services.values.plain import as_text, fold, is_absent

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)(?::\d{{1,5}})?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=//|[^\d/])", re.IGNORECASE)
_SEPARATORS = re.compile(r"(?:\s*[,;\s]\s*)+")


def clean_site(raw: object) -> Cleaned[str]:
    """Site addresses as "https://example.ru/path", several joined by ", ".

    The host is lower-cased, a missing scheme becomes https. Text that is no address is kept with a warning;
    a scheme other than http(s) gives None and an error, because the value ends in a link.
    """
    if is_absent(raw):
        return Cleaned(None)
    text = as_text(raw, multiline=True)
    parts = [part for part in _SEPARATORS.split(text) if part]
    addresses = [_address(part) for part in parts]
    if all(addresses):
        return Cleaned(", ".join(dict.fromkeys(address for address in addresses if address)))
    line = as_text(text)
    note: Note = warning(f"Не похоже на адрес сайта: {shown(line)}.")
    for part in parts:
        scheme = _SCHEME.match(part)
        if scheme and fold(scheme[1]) not in ("http", "https") and not _HOST.match(part):
            return Cleaned(None, (error(f"Адрес сайта должен начинаться с http:// или https://: {shown(line)}."),))
    return Cleaned(line, (note,))


def _address(part: str) -> str | None:
    part = part.strip("<>«»\"'()").rstrip(".")
    scheme, rest = "https", part
    if match := re.match(r"(https?):/{1,2}", part, re.IGNORECASE):
        scheme, rest = match[1].lower(), part[match.end() :]
    try:
        split = urlsplit(f"{scheme}://{rest}")
    except ValueError:
        return None
    host = split.netloc.lower()
    if _HOST.fullmatch(host) is None or "@" in rest.partition("/")[0]:
        return None
    path = rest[len(split.netloc) :]
    return f"{scheme}://{host}{'' if path == '/' else path}"
