"""How much slower a question is answered in a base ten times the size, asked through the running product."""

from sqlalchemy import Engine

from tests.bench import client, serve
from tests.bench.asks import GROWTH
from tests.bench.report import Line

TARGET = 1.5
SECONDS = 2.0
"""How long each question is asked over and over, by turns in both bases."""


def measure(small: Engine, large: Engine, size: str) -> list[Line]:
    """One line a question: median milliseconds in the large base, the small base being the floor."""
    lines = []
    with serve.product(small) as one, serve.product(large) as other:
        for ask in GROWTH:
            floor, measured = client.medians([one.target(ask), other.target(ask)], SECONDS)
            lines.append(Line(f"{size}: {ask.title}", measured, "ms", TARGET, floor, target_is_ratio=True))
    return lines
