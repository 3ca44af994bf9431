"""`python -m scheduler`: runs the jobs until it is asked to stop, then lets the running one finish.

With `--once` it does what is due and prints what came of it.
"""

import argparse
import datetime as dt
import signal
import sys
import threading

import orjson

from scheduler import once
from scheduler.process import Process
from services import logs
from services.settings import keep_files_private


def main() -> int:
    """Run until SIGTERM or SIGINT; the code the process ends with."""
    options = _options()
    keep_files_private()
    logs.configure()
    if not options.once:
        process = Process()
        _stop_by(process.stop)
        process.run()
        return 0
    stop = threading.Event()
    _stop_by(stop)
    done = once.run(options.at, stop)
    sys.stdout.write(orjson.dumps(done.to_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    return 1 if done.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scheduler", description="The clock of the association.")
    parser.add_argument("--once", action="store_true", help="do everything that is due, print it as JSON and end")
    parser.add_argument("--at", type=_moment, help="with --once: as if it were then, e.g. 2026-12-01T09:00")
    options = parser.parse_args()
    if options.at and not options.once:
        parser.error("--at needs --once")
    return options


def _moment(written: str) -> dt.datetime:
    try:
        return once.moment(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a moment like 2026-12-01T09:00: {written}") from error


def _stop_by(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


if __name__ == "__main__":
    sys.exit(main())
