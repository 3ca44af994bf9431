"""Ways a message leaves this machine: each knows its protocol and nothing of the outbox."""

from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self


class Fate(StrEnum):
    """What became of a message handed over; UNKNOWN: the other side may have taken it, and did not say."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """A fate, and the other side's own words. `bad_address`: it refused the address, not the message."""

    fate: Fate
    code: str = ""
    said: str = ""
    bad_address: bool = False


class Trouble(Exception):
    """The channel does not work at all: no message is to blame, none was taken. The text is a Russian sentence."""


@dataclass(frozen=True)
class Outgoing:
    """A message as a channel takes it: `content` is a whole letter (RFC 5322) or the text of an SMS."""

    number: int
    address: str
    content: bytes


class Channel(Protocol):
    """An open channel."""

    def __enter__(self) -> Self:
        """Open it. Raises `Trouble`."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""

    def ready(self) -> None:
        """Make sure that it takes messages; called before one is marked as leaving. Raises `Trouble`."""

    def send(self, message: Outgoing) -> Verdict:
        """Hand a message over. Raises `Trouble` only where it certainly was not taken."""
