"""The process of one job: `python -m services.imports.worker`, told on standard input what to do.

It tells its progress on standard output, one JSON object a line: {"done", "total"}; the last one is {"failure": ""}.
Standard input stays open as long as whoever started it lives; when it closes, this process ends at once.
"""

import json
import os
import sys
import threading

from services import logs
from services.access import accounts
from services.errors import DomainError
from services.imports import jobs, running
from services.settings import keep_files_private
from services.work import reading


def main() -> None:
    """Read the order, work, tell the outcome."""
    keep_files_private()
    logs.configure()
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=watch, daemon=True).start()
    try:
        with reading() as session:
            actor = accounts.actor_of(session, order["account_id"])
        work = running.plan if order["task"] == "plan" else running.apply_planned
        work(actor, order["batch_id"], lambda done, total: tell(done=done, total=total))
        failure = ""
    except DomainError as error:
        failure = str(error)
    except Exception:  # noqa: BLE001 - whatever it was, whoever waits is told
        logs.logger(__name__).exception("an import job failed", batch=order["batch_id"])
        failure = jobs.CRASHED
    tell(failure=failure)


def watch() -> None:
    """End with whoever started this process."""
    sys.stdin.read()
    os._exit(1)


def tell(**told: object) -> None:
    """One line to whoever waits."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
