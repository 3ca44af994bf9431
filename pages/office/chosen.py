"""The rows chosen in a table, as a query services understand."""

from dataclasses import replace
from typing import Any

from pages.ui.grid import GridEvent
from services.tables.query import Query, parse_selection


def chosen_rows(event: GridEvent) -> Query:
    """The rows an action was pressed for. Raises `InvalidInput` for what no table would ask."""
    told = selection(event)
    return replace(parse_selection(told), retired=told["retired"])


def selection(event: GridEvent) -> dict[str, Any]:
    """The same as the grid tells it, to be kept and asked again later."""
    chosen = event.selection
    told = {"mode": chosen.mode, "ids": list(chosen.ids), "except": list(chosen.except_ids)}
    return {**told, "query": chosen.query or {}, "retired": event.query.get("retired") is True}
