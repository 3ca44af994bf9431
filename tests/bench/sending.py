"""Letters to a mail server of this machine, beside a bare loop of smtplib that sends letters of the same size.

The server counts in a process of its own; so does the sender, whose memory is told.
"""

import json
import os
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.access.permissions import SYSTEM
from services.database import make_engine
from services.messaging import sending
from services.migrate import migrate
from services.settings import ROOT, settings
from services.work import writing
from tests.bench import scene
from tests.bench.report import Line
from tests.outbox import create_queue

LETTERS, SECONDS, MEGABYTES = 10_000, 60.0, 30.0
SAMPLE = 2_000
"""Letters of the bare loop, whose time is multiplied."""
LETTER_BYTES = 3_500


def measure() -> list[Line]:
    """Lines of time and memory on SQLite, and on PostgreSQL where there is a server."""
    lines: list[Line] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="nauz-bench-"))
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'sending.db'}"}
        migrate(make_engine(urls["SQLite"]))
        server = stack.enter_context(scene.postgres(100))
        if server is not None:
            urls["PostgreSQL"] = server.url.render_as_string(hide_password=False)
        for name, url in urls.items():
            command = [sys.executable, "-m", "tests.bench.sending"]
            variables = os.environ | {"DATABASE_URL": url, "DATA_DIR": folder}
            run = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
            told = json.loads(run.stdout.splitlines()[-1])
            counted = f"the server counts {told['taken']:,}, {told['taken'] - told['different']} twice"
            lines.append(Line(f"sent, {name}", told["seconds"], "s", SECONDS, told["floor"], remark=counted))
            lines.append(Line(f"memory taken by it, {name}", told["mb"], "MB", MEGABYTES))
    return lines


@contextmanager
def _server() -> Iterator["subprocess.Popen[str]"]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.mail"]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        os.environ |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": process.stdout.readline().strip()}
        os.environ |= {"SMTP_SECURITY": "none", "MAIL_FROM": "Выдуманная ассоциация <office@assoc.test>"}
        settings.cache_clear()
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _bare() -> float:
    """Seconds a bare loop takes for `LETTERS` letters."""
    body = "x" * 76 + "\r\n"
    letter = "Message-ID: <delivery-0.{number}@assoc.test>\r\nSubject: x\r\n\r\n" + body * (LETTER_BYTES // len(body))
    started = time.monotonic()
    with smtplib.SMTP("127.0.0.1", settings().smtp_port, local_hostname="localhost") as client:
        for number in range(SAMPLE):
            client.sendmail("office@assoc.test", f"person{number}@example.test", letter.format(number=number))
    return (time.monotonic() - started) * LETTERS / SAMPLE


def main() -> None:
    """Send, tell."""
    with writing(SYSTEM) as session:
        create_queue(session, LETTERS)
    with _server() as server:
        floor = _bare()
        server.communicate("")
    with _server() as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        sent = sending.send_due()
        seconds = time.monotonic() - started
        used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        taken, different = map(int, server.communicate("")[0].split())
    assert sent.counts == {"sent": LETTERS}, sent
    told = {"seconds": seconds, "floor": floor, "mb": used, "taken": taken, "different": different}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
