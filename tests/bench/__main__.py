"""`python -m tests.bench [--only PART,…] [--people N] [--million] [--plans]`; the parts are those of `PARTS`."""

import argparse
import time

from sqlalchemy import Engine

from services import settings
from tests.bench import cards, duplicates, growth, loads, queries, report, scene
from tests.bench.report import Line

PARTS = ("loads", "queries", "growth", "cards", "duplicates", "route", "browser")
SMALL, MILLION = 10_000, 1_000_000


def main() -> None:
    """Measure what was asked for and print it."""
    options = _options()
    wanted = set(options.only.split(",")) if options.only else set(PARTS)
    # A developer's own .env must not reach the measurements.
    settings.Settings.model_config["env_file"] = None
    started = time.monotonic()
    print("Databases")
    lines: list[Line] = []
    if "loads" in wanted:
        lines += loads.measure()
        report.show("Workbooks in, SQLite, each in a process of its own", lines)
    if wanted == {"loads"}:
        report.summary(lines)
        return
    with scene.sqlite(options.people) as engine:
        if "queries" in wanted:
            lines += _queries(engine, options.people, plans=options.plans)
        if "growth" in wanted:
            lines += _growth(engine, options.people, million=options.million)
        if "cards" in wanted:
            of_cards = cards.measure(engine)
            report.show(f"The busiest card, SQLite, {options.people:,} people", of_cards)
            lines += of_cards
        if "duplicates" in wanted:
            of_duplicates = duplicates.measure(engine)
            report.show(f"Looking for duplicates, SQLite, {options.people:,} people", of_duplicates)
            lines += of_duplicates
        if "route" in wanted:
            from tests.bench import route  # noqa: PLC0415 - brings the web along

            lines += route.measure(engine)
        if "browser" in wanted:
            from tests.bench import browser  # noqa: PLC0415 - brings Chromium along

            lines += browser.measure(engine)
    report.summary(lines)
    print(f"Took {time.monotonic() - started:.0f} s.")


def _queries(engine: Engine, people: int, *, plans: bool) -> list[Line]:
    lines = queries.measure(engine, plans=plans)
    report.show(f"Slowest statement behind a request, SQLite, {people:,} people", lines)
    with scene.postgres(people) as server:
        if server is not None:
            on_server = queries.measure(server, plans=plans)
            report.show(f"Slowest statement behind a request, PostgreSQL, {people:,} people", on_server)
    return lines


def _growth(engine: Engine, people: int, *, million: bool) -> list[Line]:
    with scene.sqlite(SMALL, lean=True) as small:
        lines = growth.measure(small, engine, f"{people:,}")
        if million:
            with scene.sqlite(MILLION, lean=True) as large:
                lines += growth.measure(small, large, f"{MILLION:,}")
        report.show(f"Growth, the floor being {SMALL:,} people", lines)
    return lines


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="growth up to a million people too: minutes")
    parser.add_argument("--plans", action="store_true", help="print each statement with its query plan")
    return parser.parse_args()


if __name__ == "__main__":
    main()
