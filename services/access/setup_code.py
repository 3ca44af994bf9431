"""The code that opens the set-up page of a server reachable from outside.

Until the first administrator exists, whoever finds the page could become it. On a server that listens to this machine
only, that is whoever sits at it; anywhere else the page asks for a code printed in the server's log. The code lies in
a file beside the data, so several server processes share it, and goes when the administrator is created.
"""

import hmac
import logging
import secrets
from pathlib import Path

from services.settings import settings

log = logging.getLogger(__name__)


def announce() -> str:
    """The present code, made and written to the log when there is none yet."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    code = "-".join(secrets.token_hex(2).upper() for _ in range(4))
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(code)
    except FileExistsError:
        code = path.read_text(encoding="ascii").strip()
    log.warning("Код первой настройки: %s (спросит страница /setup)", code)
    return code


def is_right(code: str) -> bool:
    """Whether somebody read the code in the log. Case and spaces around do not matter."""
    try:
        expected = _path().read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    return bool(expected) and hmac.compare_digest(expected.encode(), code.strip().upper().encode())


def discard() -> None:
    """The product is set up: no code any more."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return settings().data_dir / "setup-code"
