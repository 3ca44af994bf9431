"""Two shared segments, so that the menu shows what the office can make for itself."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import orjson

from services.demo.people import Row, World


def segments(world: World, questionnaire: int) -> Iterator[Row]:
    """People to invite again, members whose questionnaire (its document type is given) never came."""
    year_ago = (world.today - dt.timedelta(days=365)).isoformat()
    yield _row(
        world, 101, "Давно не были на мероприятиях", "people", "event_busy",
        {"related": [{"relation": "attended", "not": True, "values": {"since": year_ago}}]},
    )  # fmt: skip
    yield _row(
        world, 102, "Члены без анкеты", "members", "description",
        {"related": [{"relation": "document", "not": True, "values": {"type": questionnaire}}]},
    )  # fmt: skip


def _row(world: World, place: int, name: str, table: str, icon: str, query: dict[str, Any]) -> Row:
    # The built-in ones have the first numbers; these take what comes next.
    stamp = {key: value for key, value in world.record(0).items() if key != "id"}
    return stamp | {
        "name": name,
        "table_name": table,
        "query": orjson.dumps(query).decode(),
        "shared": True,
        "icon": icon,
        "place": place,
        "active": True,
    }
