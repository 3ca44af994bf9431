"""`python -m tests.bench [--only PART,…] [--people N] [--million] [--plans]`; the parts are those of `PARTS`."""

import argparse
import time
from collections.abc import Callable

from sqlalchemy import Engine

from services import settings
from tests.bench import cards, duplicates, growth, loads, mailings, queries, reminders, report, scene, sending
from tests.bench.report import Line

AMONG_PEOPLE: dict[str, tuple[str, Callable[[Engine], list[Line]]]] = {
    "cards": ("The busiest card", cards.measure),
    "duplicates": ("Looking for duplicates", duplicates.measure),
    "mailings": ("A mailing to everybody", mailings.measure),
    "reminders": ("Ten rules over everybody, each a member", reminders.measure),
}
"""What is measured on one database of so many people, and leaves it as it was."""
PARTS = ("loads", "sending", "queries", "growth", *AMONG_PEOPLE, "route", "browser")
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
    if "sending" in wanted:
        sent = sending.measure()
        report.show(f"{sending.LETTERS:,} letters to a mail server of this machine", sent)
        lines += sent
    if wanted <= {"loads", "sending"}:
        report.summary(lines)
        return
    with scene.sqlite(options.people) as engine:
        if "queries" in wanted:
            lines += _queries(engine, options.people, plans=options.plans)
        if "growth" in wanted:
            lines += _growth(engine, options.people, million=options.million)
        for part in (part for part in AMONG_PEOPLE if part in wanted):
            title, measure = AMONG_PEOPLE[part]
            measured = measure(engine)
            report.show(f"{title}, SQLite, {options.people:,} people", measured)
            lines += measured
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
