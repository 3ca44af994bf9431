"""A provider of SMS for tests: takes what is posted to it, or answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import pytest

from services import settings


class SmsProvider:
    """The provider; the product of this process sends by it within the block. `answer` 0 hangs up without a word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: int = 200) -> None:
        self.taken: list[tuple[str | None, Any]] = []
        self._monkeypatch, self._answer = monkeypatch, answer

    def __enter__(self) -> Self:
        owner, answer = self, self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.taken.append((self.headers["Authorization"], told))
                if answer:
                    self.send_response(answer)
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._monkeypatch.setenv("SMS_URL", f"http://127.0.0.1:{self._server.server_address[1]}/send")
        self._monkeypatch.setenv("SMS_TOKEN", "invented")
        settings.settings.cache_clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        settings.settings.cache_clear()
