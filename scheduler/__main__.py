"""`python -m scheduler`: runs the jobs until it is asked to stop, then lets the running one finish."""

import signal
import threading

from scheduler.jobs import make_scheduler
from services import logs
from services.settings import keep_files_private


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    keep_files_private()
    logs.configure()
    log = logs.logger("scheduler")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = make_scheduler()
    scheduler.start()
    log.info("scheduler started", jobs=[job.name for job in scheduler.get_jobs()])
    stop.wait()
    scheduler.shutdown(wait=True)
    log.info("scheduler stopped")


if __name__ == "__main__":
    main()
