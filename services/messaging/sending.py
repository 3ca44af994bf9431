"""The sender: what is due leaves, every message at most once.

Each message is marked as leaving, in a commit of its own, before its first byte leaves. A sender that dies so leaves
at most one of which nobody knows whether it arrived; what it had claimed beside returns to the queue. Whether it is
dead is asked of a lock, not of a clock (services/locks.py).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models import Channel, Delivery, DeliveryState, Mailing, MailingState, Notice, Source, WhyNot
from services import clock, logs
from services.access.permissions import SYSTEM
from services.history.statements import is_among, table_of
from services.messaging import claims, outbox
from services.messaging.channels import Channel as Way, Trouble
from services.messaging.channels.email import Smtp
from services.messaging.channels.sms import HttpSms
from services.messaging.claims import Claimed
from services.messaging.leaving import PAUSED, Leaving, Silent
from services.messaging.letters import Writer, Written
from services.messaging.line import Line, NoDatabase
from services.messaging.rendering import Rendered, Unrenderable
from services.messaging.results import Outcome, excluded
from services.settings import settings
from services.storage import StorageFailed
from services.work import reading, writing

log = logs.logger(__name__)
delivery = table_of(Delivery)

AT_ONCE = 200
"""Messages claimed at once; notices are cheaper."""
NOTICES_AT_ONCE = 500
REST = 600
"""Seconds a channel is left alone that takes messages and does not answer."""
NO_DATABASE = "База данных не отвечает. Отправка прервана и продолжится сама."
NO_FILES = "Файлы писем сейчас не читаются. Отправка прервана и продолжится сама."

_rests: dict[tuple[Channel, str, int], float] = {}
"""Until when channels are left alone, by the clock that never jumps."""


@dataclass
class Sent:
    """What a run did; `said`: why it stopped before everything had left, "" when nothing stopped it."""

    counts: Mapping[str, int] = field(default_factory=Counter)
    said: str = ""

    def to_json(self) -> dict[str, object]:
        """For the journal."""
        return {**self.counts, "said": self.said}


def send_due(limit_seconds: float | None = None, stop: threading.Event | None = None) -> Sent:
    """Send what is due, in units of work of its own; ends when nothing is, or when asked to.

    Several may run at once, in any processes. The message under way is finished before it ends. Channels that are not
    set up leave theirs in the queue.
    """
    run = _Run(limit_seconds, stop or threading.Event())
    try:
        run.all()
    except NoDatabase:
        run.said = NO_DATABASE
    except StorageFailed:
        run.said = NO_FILES
    return Sent({what: number for what, number in run.counts.items() if number}, run.said)


def channels() -> dict[Channel, Callable[[], Way]]:
    """The channels that are set up, beside the cabinet."""
    known = settings()
    found: dict[Channel, Callable[[], Way]] = {}
    if known.smtp_host:
        found[Channel.EMAIL] = Smtp
    if known.sms_url:
        found[Channel.SMS] = HttpSms
    return found


class _Run:
    """One run of the sender."""

    def __init__(self, limit_seconds: float | None, stop: threading.Event) -> None:
        self.counts: Counter[str] = Counter()
        self.said = ""
        self._stop = stop
        self._until = None if limit_seconds is None else time.monotonic() + limit_seconds

    def all(self) -> None:
        """Every channel in turn, until nothing is due."""
        ways = channels()
        with reading() as session:
            if outbox.is_paused(session):
                self.said = PAUSED
            left = claims.held(session.connection())
            due = [one for one in (Channel.CABINET, *ways) if claims.due(session.connection(), one)]
        if self.said:
            due = []
        if due or left:
            with Line(self._stop) as line:
                if left:
                    self._recover(line)
                if due and not self._is_over():
                    self._cabinet(line)
                for channel, opened in ways.items() if due else ():
                    self._leave(line, channel, opened)
        close_mailings()

    def _is_over(self) -> bool:
        return self._stop.is_set() or (self._until is not None and time.monotonic() >= self._until)

    def _recover(self, line: Line) -> None:
        back, unknown = line.run(claims.recover)
        self.counts["recovered"] += back
        self.counts["unknown"] += unknown
        if back or unknown:
            log.warning("a sender died", recovered=back, unknown=unknown)

    def _claim(self, line: Line, channel: Channel, limit: int) -> claims.Claim:
        while True:
            try:
                taken = line.run(lambda connection: claims.claim(connection, line.worker, channel, limit))
            except IntegrityError:
                continue  # another sender has just taken the same message of another mailing
            self.counts["excluded"] += taken.excluded
            return taken

    def _leave(self, line: Line, channel: Channel, opened: Callable[[], Way]) -> None:
        known = settings()
        key = (channel, known.smtp_host, known.smtp_port)
        if self._is_over() or _rests.get(key, 0) > time.monotonic():
            return
        if not line.run(lambda connection: claims.due(connection, channel)):
            return
        try:
            with opened() as way:
                leaving = Leaving(line, channel, way, self._is_over, self.counts)
                while not self._is_over():
                    taken = self._claim(line, channel, AT_ONCE)
                    if not taken.looked:
                        break
                    leaving.batch(taken.messages)
        except Trouble as trouble:
            self.said = str(trouble)
            log.warning("sending stopped", channel=channel.value, cause=type(trouble.__cause__ or trouble).__name__)
            if isinstance(trouble, Silent):
                _rests[key] = time.monotonic() + REST

    def _cabinet(self, line: Line) -> None:
        """Notices and the states of their deliveries are one transaction: none is ever unknown."""
        writer = Writer(Channel.CABINET)
        while not self._is_over():
            taken = self._claim(line, Channel.CABINET, NOTICES_AT_ONCE)
            if not taken.looked:
                return
            notices, failed = self._rendered(writer, taken.messages)

            def publish(
                connection: Connection, notices: list[_Notice] = notices, failed: list[Outcome] = failed
            ) -> int:
                return _publish(connection, line.worker, notices, failed)

            self.counts["notices"] += line.run(publish)
            if line.run(claims.is_paused):
                self.said = PAUSED
                return

    def _rendered(self, writer: Writer, messages: Sequence[Claimed]) -> tuple[list["_Notice"], list[Outcome]]:
        notices, failed = [], []
        with reading() as session:
            for one in writer.write(session, messages):
                if isinstance(one, tuple):
                    failed.append(excluded(one[0].ids, WhyNot.NOT_RENDERED, one[1]))
                    continue
                try:
                    notices.append((one, one.rendered(Channel.CABINET)))
                except Unrenderable as error:
                    failed.append(excluded(one.message.ids, WhyNot.NOT_RENDERED, str(error)))
        self.counts["excluded"] += len(failed)
        return notices, failed


_Notice = tuple[Written, Rendered]


def _publish(connection: Connection, worker: str, notices: Sequence[_Notice], failed: Sequence[Outcome]) -> int:
    claims.mark(connection, worker, failed, None, None)
    own = [delivery.c.claimed_by == worker, delivery.c.state == DeliveryState.CLAIMED.value, ~claims.PAUSED]
    of = is_among(connection, delivery.c.id, [one.message.number for one, _ in notices])
    moment = clock.now()
    values: dict[str, Any] = {"state": DeliveryState.SENT.value, "sent_at": moment, "claimed_by": None}
    values["attempts"] = delivery.c.attempts + 1
    done = set(connection.scalars(update(delivery).where(of, *own).values(values).returning(delivery.c.id)))
    mine = [(one, texts) for one, texts in notices if one.message.number in done]
    if mine:
        claims.keep_tokens(connection, {one.message.number: one.token.hash for one, _ in mine})
        both: dict[str, Any] = {"person_id": None, "company_id": None, "created_at": moment, "read_at": None}
        rows = [
            both | one.message.party.tie
            | {"delivery_id": one.message.number, "purpose": one.source.purpose}
            | {"subject": texts.subject, "text": texts.text}
            for one, texts in mine
        ]  # fmt: skip
        connection.execute(insert(table_of(Notice)), rows)
    claims.release(connection, worker)
    return len(mine)


def close_mailings() -> int:
    """Mailings of which nothing is left to send are done; gives how many became so."""
    open_states = (DeliveryState.PLANNED, DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING)
    waiting = exists().where(
        and_(col(Delivery.mailing_id) == col(Mailing.id), col(Delivery.state).in_([one.value for one in open_states]))
    )
    over = select(Mailing).where(col(Mailing.state) == MailingState.CONFIRMED.value, ~waiting)
    with reading() as session:
        if session.scalar(over.with_only_columns(col(Mailing.id)).limit(1)) is None:
            return 0
    with writing(SYSTEM, Source.SYSTEM) as session:
        ended = list(session.scalars(over))
        for mailing in ended:
            mailing.state, mailing.ended_at = MailingState.DONE.value, clock.now()
    return len(ended)
