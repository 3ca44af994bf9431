"""The process of a search: `python -m services.duplicates.worker`.

It tells its progress on standard output, one JSON object a line: {"kind", "done"}; the last one is {"failure": ""}.
Nothing of this is any person's doing, so it works in nobody's name.
"""

import threading

from services import logs
from services.duplicates import running
from services.errors import DomainError
from services.imports.jobs import CRASHED
from services.imports.worker import tell, watch
from services.settings import keep_files_private


def main() -> None:
    """Search, tell the outcome."""
    keep_files_private()
    logs.configure()
    threading.Thread(target=watch, daemon=True).start()
    try:
        running.run(lambda kind, done: tell(kind=kind, done=done))
        failure = ""
    except DomainError as error:
        failure = str(error)
    except Exception:  # noqa: BLE001 - whatever it was, whoever waits is told
        logs.logger(__name__).exception("the search for duplicates failed")
        failure = CRASHED
    tell(failure=failure)


if __name__ == "__main__":
    main()
