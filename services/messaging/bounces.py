"""Bounces: letters that came back, read from a mailbox and noted on the address and on the delivery.

Anybody can write a letter that looks like a bounce. Only one that quotes the Message-ID of a letter we sent, which
holds a proof (letters.message_number), says anything about its recipient.
"""

import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from models import Delivery, DeliveryState, Source
from services import logs
from services.access.permissions import SYSTEM
from services.history.statements import table_of
from services.messaging.channels.email import blames_address
from services.messaging.claims import bounce
from services.messaging.letters import message_number
from services.settings import settings
from services.work import writing

log = logs.logger(__name__)

AT_ONCE = 500
LARGEST = 256 * 1024
"""Bytes read of a bounce: what it says stands in front, the letter it returns may be long."""
PATIENCE = 30
"""Seconds the mailbox may take to answer."""
PLAIN = 143
"""The port without encryption."""
UNREACHABLE = "Почтовый ящик возвратов не открывается: проверьте BOUNCES_HOST, BOUNCES_USER и BOUNCES_PASSWORD."
SEARCH = (
    'UNSEEN OR OR OR HEADER Content-Type "multipart/report" HEADER X-Failed-Recipients "@" '
    'FROM "mailer-daemon" FROM "postmaster"'
)
"""Only what machines send: the mailbox may be people's too, and what they have not read must stay unread."""

_OURS = re.compile(rb"<(delivery-(\d{1,18})\.[0-9a-f]{24})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"[^\s<>;,]+@[^\s<>;,]+")
_IN_TEXT = re.compile(r"\b(5\d\d)[ -](5\.\d{1,3}\.\d{1,3})?")


@dataclass(frozen=True)
class Returned:
    """A letter that came back for good: which (`number`, and `key` as proof), whose address, what was said."""

    number: int
    key: str
    address: str
    status: str
    said: str


@dataclass(frozen=True)
class Read:
    """What a reading of the mailbox came to; `said`: why it did not, "" when it did."""

    counts: Mapping[str, int] = field(default_factory=dict)
    said: str = ""


def read_bounces() -> Read:
    """Read what has come back since, in a unit of work of its own; nothing without BOUNCES_HOST."""
    if not settings().bounces_host:
        return Read()
    counts: Counter[str] = Counter(read=0, bounced=0)
    try:
        with _mailbox() as mailbox:
            for number in _numbers(mailbox):
                counts["read"] += 1
                found = parse(_fetched(mailbox, number))
                if found is not None and _note(found):
                    counts["bounced"] += 1
                # After it was noted: a letter read twice comes to the same, one never read would be lost.
                mailbox.uid("STORE", number, "+FLAGS", r"(\Seen)")
    except (imaplib.IMAP4.error, OSError) as error:
        log.warning("bounces not read", error=type(error).__name__)
        return Read(dict(counts), UNREACHABLE)
    return Read(dict(counts))


def parse(content: bytes) -> Returned | None:
    """What a letter says of one of ours that was refused for good; None when it says no such thing."""
    ours = _OURS.search(content)
    if ours is None:
        return None
    message = message_from_bytes(content, policy=policy.compat32)
    told = _report(message) or _old_exim(message)
    if told is None:
        return None
    address, status, said = told
    return Returned(int(ours[2]), ours[1].decode(), address.lower(), status, said[:300])


def _report(message: Message) -> tuple[str, str, str] | None:
    """RFC 3464, as Postfix, Exim, Exchange and Yandex write it: the first recipient that failed for good."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks: Any = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            status = _STATUS.search(str(block.get("Status", "")))
            address = _ADDRESS.search(str(block.get("Original-Recipient") or block.get("Final-Recipient", "")))
            action = str(block.get("Action", "")).strip().lower()
            if action == "failed" and address and status and status[0].startswith("5"):
                said = " ".join(str(block.get("Diagnostic-Code", "")).split())
                # The recipient's server is often more exact than the status its neighbour made of it.
                exact = [one for one in _STATUS.findall(said) if one.startswith("5") and not one.endswith(".0.0")]
                return address[0], exact[0] if exact else status[0], said
    return None


def _old_exim(message: Message) -> tuple[str, str, str] | None:
    """Exim before its reports: a header names who was not reached, the text says why."""
    address = _ADDRESS.search(str(message.get("X-Failed-Recipients", "")))
    if address is None:
        return None
    for part in message.walk():
        raw = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else None
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        code = _IN_TEXT.search(text)
        if code is not None:
            said = " ".join(text[code.start() : code.start() + 300].split())
            return address[0], code[2] or "5.0.0", said
    return None


def _note(found: Returned) -> bool:
    """Note on the delivery that it failed, and on the address that it takes nothing; False: it was not our letter."""
    delivery = table_of(Delivery)
    with writing(SYSTEM, Source.SYSTEM) as session:
        query = select(Delivery.token_hash, Delivery.address).where(col(Delivery.id) == found.number)
        known = session.exec(query).first()
        if known is None or known[0] is None or message_number(found.number, known[0]) != found.key:
            return False
        reached = (DeliveryState.SENT.value, DeliveryState.UNKNOWN.value)
        shared = (delivery.c.id == found.number) | (delivery.c.carrier_id == found.number)
        failed = {"state": DeliveryState.FAILED.value, "detail": f"{found.status} {found.said}".strip()[:500]}
        connection = session.connection()
        connection.execute(update(delivery).where(shared, delivery.c.state.in_(reached)).values(failed))
        if blames_address(found.status):
            # The address we wrote to: the one that refused may be what it forwards to.
            bounce(connection, known[1] or found.address, found.status, found.said)
    return True


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    """The folder of bounces, opened. Raises imaplib's errors and `OSError`."""
    known = settings()
    host, port = known.bounces_host, known.bounces_port
    mailbox: imaplib.IMAP4
    if port == PLAIN:
        mailbox = imaplib.IMAP4(host, port, timeout=PATIENCE)
    else:
        mailbox = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    try:
        mailbox.login(known.bounces_user, known.bounces_password.get_secret_value())
        state, said = mailbox.select(_quoted(known.bounces_folder))
        if state != "OK":
            raise imaplib.IMAP4.error(str(said))
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _numbers(mailbox: imaplib.IMAP4) -> list[str]:
    state, found = mailbox.uid("SEARCH", SEARCH)
    if state != "OK":
        raise imaplib.IMAP4.error("search refused")
    listed = found[0].split() if found and found[0] else []
    return [number.decode() for number in listed[:AT_ONCE]]


def _fetched(mailbox: imaplib.IMAP4, number: str) -> bytes:
    """The beginning of a letter, without marking it as read."""
    _, parts = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return b"".join(part[1] for part in parts if isinstance(part, tuple))


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
