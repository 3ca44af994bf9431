"""Logs hold facts and no people."""

import json
import subprocess
import sys

import pytest

from services.logs import HIDDEN, hide_personal
from services.settings import ROOT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("written to ivanov.petr@example.ru at last", f"written to {HIDDEN} at last"),
        ("calls +7 (495) 123-45-67", f"calls {HIDDEN}"),
        ("ИНН 7707083893 twice", f"ИНН {HIDDEN} twice"),
        ("паспорт 45 10 123456", f"паспорт {HIDDEN}"),
        (
            "DETAIL:  Key (name_key)=(иванов иван) already exists.",
            f"DETAIL:  Key (name_key)=({HIDDEN}) already exists.",
        ),
        ("imported 1200 rows in 3.25 s on 2026-03-02", "imported 1200 rows in 3.25 s on 2026-03-02"),
    ],
)
def test_what_looks_personal_is_blanked(text: str, shown: str) -> None:
    assert hide_personal(None, "info", {"event": text})["event"] == shown


def test_personal_keys_are_blanked_whatever_they_hold() -> None:
    assert hide_personal(None, "info", {"event": "x", "login": "petrov", "search": ["Иванов"], "rows": 3}) == {
        "event": "x",
        "login": HIDDEN,
        "search": HIDDEN,
        "rows": 3,
    }


def test_every_library_writes_one_json_line_an_event() -> None:
    code = """
import logging
from services import logs
stray = logging.getLogger("uvicorn.error"); stray.addHandler(logging.StreamHandler()); stray.propagate = False
logs.configure()
stray.warning("mail to %s", "a@example.ru")
logs.logger("services.x").info("imported", rows=2)
try:
    raise ValueError("bad e-mail b@example.ru")
except ValueError:
    logs.logger("services.x").exception("failed")
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [(line["logger"], line["level"], line["event"]) for line in lines] == [
        ("uvicorn.error", "warning", f"mail to {HIDDEN}"),
        ("services.x", "info", "imported"),
        ("services.x", "error", "failed"),
    ]
    assert lines[1]["rows"] == 2
    assert lines[2]["exception"].endswith(f"ValueError: bad e-mail {HIDDEN}")
    assert "@" not in run.stderr
