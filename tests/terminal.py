"""`manage.py` for tests: in this process, where nothing has to start, or in one of its own, as people call it."""

import os
import subprocess
import sys

from typer.testing import CliRunner

from services.settings import ROOT
from tests.conftest import forget_database

Done = subprocess.CompletedProcess[str]


def manage(url: str, *arguments: str, given: str | bytes = "", **variables: str) -> Done:
    """Run a command on a database, within this process."""
    from manage import cli  # noqa: PLC0415 - it loads the whole product

    forget_database()
    try:
        done = CliRunner().invoke(
            cli, arguments, given, {"DATABASE_URL": url} | variables, catch_exceptions=False, prog_name="manage.py"
        )
    finally:
        forget_database()
    return Done(arguments, done.exit_code, done.stdout_bytes.decode(), done.stderr_bytes.decode())


def manage_apart(url: str, *arguments: str, given: str | bytes = "", **variables: str) -> Done:
    """Run a command on a database in a process of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url} | variables,
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        check=False,
    )
    return Done(arguments, done.returncode, done.stdout.decode(), done.stderr.decode())
