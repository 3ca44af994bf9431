"""The rows route of the running product against a bare route: median time of one client, answers a second of twenty."""

import json
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from tests.bench import client, report, serve
from tests.bench.asks import FILTERED, PAGE_OF_PEOPLE, ROUTE, SORTED, Ask
from tests.bench.client import Target
from tests.bench.queries import statements
from tests.bench.report import Line

RATIO = 1.5
CLIENTS = 20
RATES = ((PAGE_OF_PEOPLE, 300.0), (FILTERED, 200.0), (SORTED, 150.0))
SECONDS, RATE_SECONDS = 4.0, 5.0


def measure(engine: Engine) -> list[Line]:
    """The product beside the bare route on the engine's database."""
    with tempfile.TemporaryDirectory(prefix="nauz-bench-") as folder:
        written = Path(folder) / "statements.json"
        known = {ask.title: [(found.sql, list(found.parameters)) for found in statements(engine, ask)] for ask in ROUTE}
        written.write_text(json.dumps(known))
        with serve.product(engine) as product, serve.bare(engine, written) as bare:
            pairs = {ask.title: (product.target(ask), _floor(bare, ask)) for ask in ROUTE}
            for title, (ours, floor) in pairs.items():
                _agree(title, ours, floor)
            lines = [_median(title, *pair) for title, pair in pairs.items()]
            lines += [_rate(ask.title, *pairs[ask.title], target) for ask, target in RATES]
    report.show("The rows route, the floor being a bare Starlette route with the same SQL and JSON", lines)
    return lines


def _median(title: str, ours: Target, floor: Target) -> Line:
    measured, bare = client.medians([ours, floor], SECONDS)
    return Line(f"{title}: median", measured, "ms", RATIO, bare, target_is_ratio=True)


def _rate(title: str, ours: Target, floor: Target, target: float) -> Line:
    measured, bare = client.rates([ours, floor], CLIENTS, RATE_SECONDS)
    return Line(f"{title}: {CLIENTS} clients", measured, "/s", target, bare, at_least=True)


def _floor(port: int, ask: Ask) -> Target:
    return Target(port, f"/rows?{urllib.parse.urlencode({'ask': ask.title})}")


def _agree(title: str, ours: Target, floor: Target) -> None:
    """A floor that gives other rows is none."""
    one, other = _fetch(ours), _fetch(floor)
    if one["rows"] != other["rows"] or not one["rows"]:
        raise RuntimeError(f"{title}: the bare route gives other rows")


def _fetch(target: Target) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{target.port}{target.path}", headers=target.headers)
    with urllib.request.urlopen(request) as response:
        return orjson.loads(response.read())
