"""Messages of one channel leave, one after the other: each is marked first, then handed over.

The mark of a message is the same commit that says what became of the one before.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from models import Channel, DeliveryState, WhyNot
from services import logs
from services.errors import DomainError
from services.messaging import claims, letters
from services.messaging.channels import Channel as Way, Fate, Outgoing, Trouble, Verdict
from services.messaging.claims import Claimed
from services.messaging.letters import Writer, Written
from services.messaging.line import LONGEST_WAIT, Line, NoDatabase
from services.messaging.rendering import Unrenderable
from services.messaging.results import Outcome, excluded, outcome_of, returned
from services.work import reading

log = logs.logger(__name__)

LONGEST_HELD = 60
"""Seconds after which claims not yet sent are given back: whether they may leave is then asked anew."""
UNKNOWN_IN_A_ROW = 3
NOT_SENT_IN_A_ROW = 20

PAUSED = "Отправка приостановлена."
SILENT = "Сервер принимает сообщения и не отвечает. Отправка остановлена на 10 минут, спорные сообщения ждут решения."
REFUSES = "Сервер не принял ни одного из {count} сообщений подряд: «{said}». Отправка остановлена до следующей попытки."


class Silent(Trouble):
    """The other side takes messages and does not say so: it is left alone for a while."""


class Leaving:
    """Messages leave by `way`; `is_over` says when to stop, `counts` are added to."""

    def __init__(
        self, line: Line, channel: Channel, way: Way, is_over: Callable[[], bool], counts: Counter[str]
    ) -> None:
        self._line, self._channel, self._way = line, channel, way
        self._is_over, self._counts = is_over, counts
        self._writer = Writer(channel)
        self._pending: list[Outcome] = []
        self._unknown = self._not_sent = 0

    def batch(self, messages: Sequence[Claimed]) -> None:
        """Send claimed messages; what has not left in the end is given back. Raises `Trouble`, `NoDatabase`."""
        started = time.monotonic()
        try:
            with reading() as session:
                written = list(self._writer.write(session, messages))
            for one in written:
                if self._is_over() or time.monotonic() - started > LONGEST_HELD:
                    break
                self._one(one)
        finally:
            self._line.run(self._close, wait=LONGEST_WAIT)
            self._pending = []

    def _one(self, one: Written | tuple[Claimed, str]) -> None:
        if isinstance(one, tuple):
            self._pending.append(excluded(one[0].ids, WhyNot.NOT_RENDERED, one[1]))
            self._counts["excluded"] += 1
            return
        prepared = self._prepared(one)
        if prepared is None:
            return
        self._way.ready()
        if not self._mark(one):
            if self._line.run(claims.is_paused):
                raise Trouble(PAUSED)
            return  # it was called off
        try:
            verdict = self._way.send(prepared)
        except Trouble:
            self._pending.append(returned(one.message.ids))
            raise
        self._note(one.message, verdict)
        self._watch(verdict)

    def _prepared(self, one: Written) -> Outgoing | None:
        """The message as it leaves; None where it cannot be made, which is noted."""
        message = one.message
        try:
            if self._channel is Channel.SMS:
                return Outgoing(message.number, message.address, letters.sms(one))
            return Outgoing(message.number, letters.reachable(message.address), letters.letter(one))
        except Unrenderable as error:
            self._pending.append(excluded(message.ids, WhyNot.NOT_RENDERED, str(error)))
            self._counts["excluded"] += 1
        except (DomainError, ValueError, LookupError, TypeError) as error:
            # One message that cannot be made must not hold up all others.
            log.exception("a message could not be made", delivery=message.number)
            self._note(message, Verdict(Fate.LATER, "", type(error).__name__))
        return None

    def _mark(self, one: Written) -> bool:
        """Whether it may leave now: marked, and on the disk."""
        try:
            marked = self._line.run(
                lambda connection: claims.mark(
                    connection, self._line.worker, self._pending, one.message, one.token.hash
                ),
                wait=LONGEST_WAIT,
            )
        except NoDatabase:
            self._pending.append(returned(one.message.ids))  # marked or not, it has not left
            raise
        self._pending = []
        return marked

    def _close(self, connection: Connection) -> None:
        claims.mark(connection, self._line.worker, self._pending, None, None)
        claims.release(connection, self._line.worker)

    def _note(self, message: Claimed, verdict: Verdict) -> None:
        outcome = outcome_of(message.ids, message.address, message.attempts, verdict)
        self._pending.append(outcome)
        self._counts["later" if outcome.state is DeliveryState.QUEUED else outcome.state.value] += 1

    def _watch(self, verdict: Verdict) -> None:
        """Stop where nothing gets through. Raises `Trouble`."""
        self._unknown = self._unknown + 1 if verdict.fate is Fate.UNKNOWN else 0
        self._not_sent = 0 if verdict.fate is Fate.SENT else self._not_sent + 1
        if self._unknown >= UNKNOWN_IN_A_ROW:
            raise Silent(SILENT)
        if self._not_sent >= NOT_SENT_IN_A_ROW:
            self._not_sent = 0
            raise Trouble(REFUSES.format(count=NOT_SENT_IN_A_ROW, said=f"{verdict.code} {verdict.said}"[:120].strip()))
