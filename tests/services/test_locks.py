"""Who lives: asked of locks that the machine frees, whatever the clock says."""

import os
import signal
import subprocess
import sys

from services import locks
from services.settings import ROOT

HOLDS = """
import sys
from services import locks
with locks.present() as name, locks.holding("leader") as leads:
    print(name, leads, flush=True)
    sys.stdin.read()
"""


def test_one_leads_at_a_time(database: str) -> None:
    with locks.holding("leader") as first, locks.holding("leader") as second, locks.holding("other") as other:
        assert (first, second, other) == (True, False, True)
    with locks.holding("leader") as again:
        assert again


def test_whoever_works_is_alive_as_long_as_it_works(database: str) -> None:
    with locks.present() as one, locks.present() as two:
        assert one != two
        assert [locks.is_alive(name) for name in (one, two, "nobody-1-aa")] == [True, True, False]
    assert [locks.is_alive(name) for name in (one, two)] == [False, False]


def test_a_killed_process_holds_nothing(database: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDS], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        name, leads = process.stdout.readline().split()
        assert (leads, locks.is_alive(name)) == ("True", True)
        with locks.holding("leader") as mine:
            assert not mine
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    for _ in range(100):  # PostgreSQL notices the broken connection by itself, at once but not in this statement
        if not locks.is_alive(name):
            break
    assert not locks.is_alive(name)
    with locks.holding("leader") as mine:
        assert mine
