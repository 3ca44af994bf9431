"""`python -m tests.sender`: makes processes that send until nothing is left to send, to be killed at any moment.

It has loaded the product once and forks: told «start» it prints the number of a new process, told «reap N» it waits
for that one and prints how it ended (-9: it was killed).
"""

import os
import subprocess
import sys
from types import TracebackType
from typing import Self

from sqlalchemy import select
from sqlmodel import col

from models import Delivery
from services import logs, reminders
from services.messaging import sending
from services.settings import ROOT
from services.work import reading

LOADED = (reminders,)


class Senders:
    """The processes, for a test: started, killed and waited for by number."""

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sender"], cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    def start(self) -> int:
        """Start one; its number."""
        return self._asked("start")

    def reap(self, number: int) -> int:
        """Wait until it has ended: 0, or minus the signal that killed it."""
        return self._asked(f"reap {number}")

    def _asked(self, what: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        return int(self._process.stdout.readline())


def send() -> None:
    """Send as the scheduler does, without the pauses between its runs."""
    waiting = select(col(Delivery.id)).where(col(Delivery.state).in_(("queued", "claimed", "sending"))).limit(1)
    while True:
        sending.send_due()
        with reading() as session:
            if session.scalar(waiting) is None:
                return


def main() -> None:
    """Do what is asked for, line by line; the log goes to the other output."""
    logs.configure()
    for line in sys.stdin:
        verb, _, number = line.strip().partition(" ")
        if verb == "reap":
            _, status = os.waitpid(int(number), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if child == 0:
            try:
                send()
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
