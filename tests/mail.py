"""A mail server for tests: it takes letters by SMTP and counts them, and misbehaves when told to.

`python -m tests.mail PORT` runs one in a process of its own and prints how many letters it took when its input ends.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session as Connected

_NUMBER = re.compile(r"<delivery-(\d+)\.")


@dataclass(frozen=True)
class Letter:
    """A letter the server took: to whom it was addressed on the envelope, and every byte of it."""

    sender: str
    to: str
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def number(self) -> int:
        """The number of the delivery, out of the Message-ID."""
        found = _NUMBER.match(self.message["Message-ID"])
        assert found is not None
        return int(found[1])

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """Its plain text."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Its HTML."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        assert found is not None
        return str(found.get_content())


class MailServer:
    """The server; `with MailServer() as server:` listens on `server.port` of 127.0.0.1."""

    def __init__(self, port: int = 0) -> None:
        self.letters: list[Letter] = []
        self.port = port
        self._refused: dict[str, str] = {}
        self._refused_sender = self._after_data = ""
        self._slow = 0.0
        self._drops: dict[str, int] = {}
        self._then: dict[int, Callable[[], object]] = {}
        self._controller: _Listening | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before once there was one."""
        self._controller = _Listening(self, hostname="127.0.0.1", port=self.port, ready_timeout=20)
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        """Be down: whoever is connected is hung up on."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def settings(self) -> dict[str, str]:
        """The product's settings that make it send by this server."""
        return {
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.port), "SMTP_SECURITY": "none", "SMTP_TIMEOUT": "5",
            "MAIL_FROM": "Выдуманная ассоциация <office@assoc.test>",
        }  # fmt: skip

    def refuse(self, address: str, answer: str = "550 5.1.1 no such user") -> None:
        """Answer RCPT of this address so from now on; "" takes it again."""
        self._refused[address] = answer

    def refuse_sender(self, answer: str = "550 5.7.1 sender refused") -> None:
        """Answer every MAIL so from now on; "" is friendly again."""
        self._refused_sender = answer

    def refuse_letters(self, answer: str) -> None:
        """Answer so after the text of every letter, not taking it; "" is friendly again."""
        self._after_data = answer

    def slow(self, seconds: float) -> None:
        """Take so long over the text of every letter."""
        self._slow = seconds

    def when_taken(self, count: int, then: Callable[[], object]) -> None:
        """Do something as soon as so many letters are there, before the last of them is answered for."""
        self._then[count] = then
        if len(self.letters) >= count and count in self._then:
            self._then.pop(count)()

    def hang_up_after_data(self, times: int) -> None:
        """Take so many letters and hang up without a word."""
        self._drops["after"] = times

    def hang_up_at_rcpt(self, times: int) -> None:
        """Hang up instead of answering RCPT, so many times."""
        self._drops["rcpt"] = times

    def counted(self) -> Counter[int]:
        """How many letters came of every delivery."""
        return Counter(letter.number for letter in self.letters)

    def to(self, address: str) -> list[Letter]:
        """The letters to one address."""
        return [letter for letter in self.letters if letter.to == address]

    # What aiosmtpd asks.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Connected, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._refused_sender:
            return self._refused_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Connected, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._hangs_up("rcpt"):
            _abort(server)
        if answer := self._refused.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Connected, envelope: Envelope) -> str:  # noqa: N802
        if self._slow:
            await asyncio.sleep(self._slow)
        if self._after_data:
            return self._after_data
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.append(Letter(envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if then := self._then.pop(len(self.letters), None):
            then()
        if self._hangs_up("after"):
            _abort(server)
        return "250 2.0.0 taken"

    def _hangs_up(self, where: str) -> bool:
        left = self._drops.get(where, 0)
        self._drops[where] = max(0, left - 1)
        return left > 0


class _Listening(Controller):
    """A controller that takes port 0 for «any free one»."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _abort(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


@contextmanager
def sending_by(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The product of this process sends by `server` (and to nobody when it is stopped)."""
    from services import settings  # noqa: PLC0415

    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    settings.settings.cache_clear()
    yield server
    settings.settings.cache_clear()


def main() -> None:
    """Serve until standard input ends, then tell how many letters came, and how many of them twice."""
    with MailServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as server:
        print(server.port, flush=True)
        sys.stdin.read()
    print(len(server.letters), len(server.counted()), flush=True)


if __name__ == "__main__":
    main()
